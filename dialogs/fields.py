"""What may stand in a form field: lengths, characters, and the shape its type asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dialogs.service import Field


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value: a text key and its parameters."""

    key: str
    params: dict[str, str]


GERMAN_DATE = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


def german_date(text: str) -> date | None:
    """ "12.08.1964" as a date; None if it is none."""
    match = GERMAN_DATE.match(text.strip())
    if not match:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


# ISO 13616: country, check digits, account; the lengths of the countries of the euro payments area that
# people here bank in. Elsewhere only the check digits decide.
IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", re.ASCII)
IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FR": 27, "GB": 22,
    "GR": 27, "HR": 21, "HU": 28, "IT": 27, "LU": 20, "NL": 18, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
}  # fmt: skip
# FZV Annex: one to three letters, one or two letters, one to four digits, E or H at the end
PLATE = re.compile(r"^[A-ZÄÖÜ]{1,3}[- ]{1,2}[A-Z]{1,2}[- ]?[1-9]\d{0,3} ?[EH]?$")
EMAIL = re.compile(
    r"^[^\s@<>()\",;:]{1,64}@([a-z0-9äöüß]([a-z0-9äöüß-]*[a-z0-9äöüß])?\.)+[a-z]{2,}$", re.IGNORECASE
)
PHONE = re.compile(r"^\+?[0-9][0-9 /()-]*$", re.ASCII)
MONEY = re.compile(r"^(\d{1,3}(\.\d{3})+|\d{1,9})([.,]\d{1,2})?$", re.ASCII)


def iban_holds(text: str) -> bool:
    """Whether the check digits of an IBAN hold (ISO 13616, remainder 1 modulo 97); spaces do not count."""
    packed = "".join(text.split()).upper()
    if not IBAN.match(packed) or len(packed) != IBAN_LENGTHS.get(packed[:2], len(packed)):
        return False
    return int("".join(str(int(sign, 36)) for sign in packed[4:] + packed[:4])) % 97 == 1


def plate_holds(text: str) -> bool:
    """Whether this is a German number plate, such as BM-AB 123E: at most eight signs without the gaps."""
    plate = text.upper()
    return bool(PLATE.match(plate)) and len(re.sub(r"[- ]", "", plate)) <= 8


def euros(text: str) -> Decimal | None:
    """ "1.234,50" or "1234.50" as an amount; None if it is none. Three digits after a point are thousands."""
    match = MONEY.match(text)
    if not match:
        return None
    return Decimal(re.sub(r"\D", "", match[1]) + "." + (match[3] or "0").lstrip(".,"))


def phone_holds(text: str) -> bool:
    """Whether this can be a telephone number: four to fifteen digits (E.164) and signs between."""
    return bool(PHONE.match(text)) and 4 <= sum(sign.isdigit() for sign in text) <= 15


_SHAPES: dict[str, Callable[[str], bool]] = {
    "postcode": lambda text: bool(re.fullmatch(r"\d{5}", text, re.ASCII)),
    "iban": iban_holds,
    "plate": plate_holds,
    "email": lambda text: len(text) <= 254 and bool(EMAIL.match(text)),
    "phone": phone_holds,
    "money": lambda text: euros(text) is not None,
    "number": lambda text: text.isascii() and text.isdigit(),
    "date": lambda text: german_date(text) is not None,
}


def field_fault(field: Field, value: str, on: date) -> Fault | None:
    """The first thing wrong with a value, as text key `field.*`; `label` is the key of the field's name."""
    label = {"label": f"@{field.key}.label"}
    if not value or (field.type == "checkbox" and field.required and value != "true"):
        return Fault("field.missing", label) if field.required else None
    if field.max_length and len(value) > field.max_length:
        return Fault("field.too_long", label | {"max": str(field.max_length), "length": str(len(value))})
    if len(value) < field.min_length:
        return Fault("field.too_short", label | {"min": str(field.min_length), "length": str(len(value))})
    shape = _SHAPES.get(field.type)
    if shape and not shape(value):
        return Fault(f"field.no_{field.type}", label)
    if field.type == "date" and (day := german_date(value)):
        if field.past and not on.replace(year=on.year - 125, day=min(on.day, 28)) < day <= on:
            return Fault("field.not_past", label)
        if field.future and day < on:
            return Fault("field.not_future", label)
    amount = euros(value) if field.type == "money" else int(value) if field.type == "number" else None
    low, high = field.minimum, field.maximum
    if amount is not None and ((low is not None and amount < low) or (high is not None and amount > high)):
        return _range_fault(label, low, high)
    if field.type == "choice" and not field.free_text and value not in dict(field.options):
        return Fault("field.no_option", label)
    if field._pattern:
        wrong = sorted({char for char in value if not re.fullmatch(field._pattern, char)})
        if wrong:
            return Fault("field.characters", label | {"characters": " ".join(wrong)})
    return None


def _range_fault(label: dict[str, str], low: int | None, high: int | None) -> Fault:
    if high is None:
        return Fault("field.too_small", label | {"min": str(low)})
    return Fault("field.out_of_range", label | {"min": str(low or 0), "max": str(high)})
