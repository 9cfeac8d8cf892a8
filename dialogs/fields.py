"""What may stand in a form field (PAuswV Annex 3: lengths, characters of String.Latin)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

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


def field_fault(field: Field, value: str, on: date) -> Fault | None:
    """The first thing wrong with a value, as text key `field.*`."""
    label = {"label": field.label}
    if not value or (field.type == "checkbox" and field.required and value != "true"):
        return Fault("field.missing", label) if field.required else None
    if field.max_length and len(value) > field.max_length:
        return Fault("field.too_long", label | {"max": str(field.max_length), "length": str(len(value))})
    if field.type == "date":
        day = german_date(value)
        if day is None:
            return Fault("field.no_date", label)
        if field.past and not on.replace(year=on.year - 125, day=min(on.day, 28)) < day <= on:
            return Fault("field.not_past", label)
    if field.type == "number":
        if not value.isascii() or not value.isdigit():
            return Fault("field.no_number", label)
        low, high = field.minimum, field.maximum
        if (low is not None and int(value) < low) or (high is not None and int(value) > high):
            return Fault("field.out_of_range", label | {"min": str(low), "max": str(high)})
    if field.type == "postcode" and not re.fullmatch(r"\d{5}", value, re.ASCII):
        return Fault("field.no_postcode", label)
    if field.type == "choice" and not field.free_text and value not in dict(field.options):
        return Fault("field.no_option", label)
    if field._pattern:
        wrong = sorted({char for char in value if not re.fullmatch(field._pattern, char)})
        if wrong:
            return Fault("field.characters", label | {"characters": " ".join(wrong)})
    return None
