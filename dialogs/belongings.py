"""What somebody says they have with them or not: "die Geburtsurkunde habe ich dabei", "das Foto fehlt"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogs import remarks
from dialogs.words import plain

_ALL = re.compile(r"\b(?:alles|alle|everything|all of (?:it|them))\b")
_NONE = re.compile(r"\b(?:nichts|keins|keines|nothing|none)\b")
_THERE = re.compile(
    r"\b(?:dabei|mitgebracht|bei mir|hier|hab(?:e)? ich(?: schon)?$|liegt vor|vorhanden|"
    r"with me|brought|have (?:it|them)|i have|here)\b"
)
_NOT_THERE = re.compile(
    r"\b(?:nicht|kein|keine|keinen|fehlt|fehlen|vergessen|zu hause|zuhause|missing|forgot|forgotten|not|"
    r"don t|without|at home|left)\b"
)
_STEM = 5  # letters by which a document is known: "urkunde", "urkunden"
_COMMON = frozenset(
    ("ihres", "ihrer", "einer", "eines", "einem", "original", "other", "their", "which", "papier")
)


def marked(labels: Mapping[str, str], words: str) -> dict[str, bool]:
    """Document to whether it is there, of those that the words tell; `labels`: their names on the screen."""
    said = plain(words)
    if remarks.asks(words) or remarks.questions(words):
        return {}
    missing, there = bool(_NOT_THERE.search(said)), bool(_THERE.search(said))
    if _ALL.search(said) and (there or re.search(r"\b(?:da|ja)\b", said)):
        return dict.fromkeys(labels, not missing)
    if _NONE.search(said) and there:
        return dict.fromkeys(labels, False)
    if not (missing or there):
        return {}
    named = {document: _names(label) for document, label in labels.items()}
    found = {}
    for word in _NOT_THERE.sub(" ", _THERE.sub(" ", said)).split():
        # what two of them are called tells neither
        meant = [document for document, names in named.items() if any(_same(word, name) for name in names)]
        if len(meant) == 1:
            found[meant[0]] = not missing
    return found


def _names(label: str) -> list[str]:
    words = [
        word for word in plain(label.replace("·", "").replace("\u00ad", "")).split() if word not in _COMMON
    ]
    return [word for word in words if len(word) >= _STEM] or words[-1:]


def _same(word: str, name: str) -> bool:
    """Whether one is the other, its ending aside, or a part of the compound: "ausweis", "personalausweis"."""
    if min(len(word), len(name)) < _STEM:
        return word == name
    return word[: max(_STEM, len(word) - 2)] in name or name[: max(_STEM, len(name) - 2)] in word
