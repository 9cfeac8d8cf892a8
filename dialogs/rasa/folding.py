"""One spelling for what recognisers and hands write differently; needs nothing but the standard library."""

from __future__ import annotations

import re

_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "ç": "c", "ñ": "n"})
# "fuer" is "für"; but "neue", "steuer" and "queue" keep their e
_DIGRAPH = re.compile(r"(?<![aeiouq])([aou])e")
_SIGN = re.compile(r"[^\w\s]|_")
_DIGITS = re.compile(r"\d+")
_SPOKEN = re.compile(r"[^\w\s']|_")


def fold(text: str) -> str:
    """Lower case, no signs, umlauts as their base letters ("für", "fuer" and "fur" are one), digits as 0."""
    text = text.lower().replace("'", "").replace("’", "").replace("-", " ")
    text = _SIGN.sub(" ", text)
    text = _DIGRAPH.sub(r"\1", text.translate(_UMLAUTS))
    return " ".join(_DIGITS.sub("0", text).split())


def spoken(text: str) -> str:
    """As a recogniser writes it: lower case, no signs; umlauts, digits and the apostrophe stay."""
    return " ".join(_SPOKEN.sub(" ", text.lower().replace("’", "'")).split())
