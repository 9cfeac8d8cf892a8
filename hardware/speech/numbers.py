"""German number words, for the ear and for comparing with what a recogniser writes."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 9999
_ONES: Final = (
    *(
        "null",
        "ein",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
    ),
    *("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS: Final = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_IRREGULAR: Final = {1: "erste", 3: "dritte", 7: "siebte", 8: "achte"}


def number_words(number: int) -> str:
    """A number from 0 to 9999 as German writes it in one word ("zweihundertdreizehn")."""
    return "eins" if number == 1 else _compound(number)


def _compound(number: int) -> str:
    for size, word in ((1000, "tausend"), (100, "hundert")):
        if number >= size:
            count, rest = divmod(number, size)
            return _compound(count) + word + (number_words(rest) if rest else "")
    if number >= 20:
        tens, ones = divmod(number, 10)
        return (_ONES[ones] + "und" if ones else "") + _TENS[tens - 2]
    return _ONES[number]


def ordinal(number: int) -> str:
    """The ordinal of 1 to 99 as after "der" ("dritte", "einunddreißigste")."""
    return _IRREGULAR.get(number) or _compound(number) + ("te" if number < 20 else "ste")
