"""Prints machine-readable zones (ICAO 9303-3 to -5): the world's own knowledge, not the product's."""

from __future__ import annotations

import unicodedata
from datetime import date

_LETTERS = {
    "Ä": "AE",
    "Ö": "OE",
    "Ü": "UE",
    "ß": "SS",
    "Æ": "AE",
    "Ø": "OE",
    "Å": "AA",
    "Ñ": "N",
    "Ğ": "G",
    "İ": "I",
}


def transliterate(name: str) -> str:
    """A name as it stands in a zone: A-Z and fillers (ICAO 9303-3, section 6)."""
    letters = []
    for char in unicodedata.normalize("NFC", name):
        upper = "ß" if char == "ß" else char.upper()
        if upper in _LETTERS:
            letters.append(_LETTERS[upper])
        elif upper in " -":
            letters.append("<")
        else:
            plain = unicodedata.normalize("NFD", upper)[0]
            if "A" <= plain <= "Z":
                letters.append(plain)
    return "".join(letters)


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 (ICAO 9303-3, section 4.9)."""
    total = 0
    for i, char in enumerate(text):
        value = 0 if char == "<" else int(char, 36)
        total += value * (7, 3, 1)[i % 3]
    return str(total % 10)


def _names(surname: str, given_names: str, width: int) -> str:
    return f"{transliterate(surname)}<<{transliterate(given_names)}"[:width].ljust(width, "<")


def _day(day: date) -> str:
    return day.strftime("%y%m%d")


def td1(
    *,
    code: str = "ID",
    issuer: str,
    number: str,
    birth: date,
    sex: str,
    expires: date,
    nationality: str,
    version: str,
    surname: str,
    given_names: str,
) -> tuple[str, str, str]:
    """Three lines of 30 characters (ICAO 9303-5). `sex`: "F", "M" or "" (German cards print none)."""
    first = f"{code:<<2}{issuer:<<3}{number:<<9}{check_digit(number.ljust(9, '<'))}".ljust(30, "<")
    second = f"{_day(birth)}{check_digit(_day(birth))}{sex or '<'}{_day(expires)}{check_digit(_day(expires))}"
    second = f"{second}{nationality:<<3}{version:<<11}"
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return first, second + composite, _names(surname, given_names, 30)


def td3(
    *,
    issuer: str,
    number: str,
    birth: date,
    sex: str,
    expires: date,
    nationality: str,
    surname: str,
    given_names: str,
) -> tuple[str, str]:
    """Two lines of 44 characters (ICAO 9303-4); no personal number."""
    first = f"P<{issuer:<<3}{_names(surname, given_names, 39)}"
    second = f"{number:<<9}{check_digit(number.ljust(9, '<'))}{nationality:<<3}{_day(birth)}"
    second += f"{check_digit(_day(birth))}{sex or '<'}{_day(expires)}{check_digit(_day(expires))}{'<' * 14}<"
    composite = check_digit(second[0:10] + second[13:20] + second[21:43])
    return first, second + composite
