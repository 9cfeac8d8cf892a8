"""Number words, for the ear and for comparing with what a recogniser writes."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 9999
MONTHS_DE: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ONES: Final = (
    *("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    *("zehn", "elf", "zwölf"),
    *("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS: Final = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_IRREGULAR: Final = {1: "erste", 3: "dritte", 7: "siebte", 8: "achte"}
_ONES_EN: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS_EN: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


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


def english_number(number: int) -> str:
    """A number from 0 to 9999 in British English words ("two hundred and four")."""
    if number < 20:
        return _ONES_EN[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS_EN[tens - 2] + (f" {_ONES_EN[ones]}" if ones else "")
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    count, rest = divmod(number, size)
    joint = " and " if rest < 100 else " "
    return f"{english_number(count)} {word}" + (f"{joint}{english_number(rest)}" if rest else "")


def english_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th … 31st."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if 11 <= number % 100 <= 13 else endings.get(number % 10, 'th')}"
