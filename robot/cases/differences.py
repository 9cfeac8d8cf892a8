"""What differs between what was read and what stands in the application, and whether it is worth a look.

A machine-readable zone has A to Z only: ICAO 9303-3 section 6 says how each other letter is spelled there. A
name that is spelled so is the same name. A zone also cuts long names (ICAO 9303-3 section 4.6).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from robot.cases.model import FieldValue
from robot.web.case_view import DifferenceKind, FieldDifference, Segment

# Letters that are not a basic letter with marks, and those that are spelled with two (ICAO 9303-3 table A)
_SPELLED = {
    "Ä": ("AE", "A"),
    "Ö": ("OE", "O"),
    "Ü": ("UE", "UXX", "U"),
    "ß": ("SS",),
    "ẞ": ("SS",),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ø": ("OE",),
    "Œ": ("OE",),
    "Þ": ("TH",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "Ĳ": ("IJ",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Ŧ": ("T",),
    "ĸ": ("Q",),
}
_SHORTEST_CUT = 15  # a zone has room for more than that in every format; shorter beginnings are other names
_MOST_FORMS = 64  # a name has few letters with two spellings; one made of them is not worth more
_DAY = re.compile(r"(?:(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2}))")


def differences(fields: Iterable[FieldValue]) -> list[FieldDifference]:
    """The fields whose value is not what was read, in their order."""
    found = []
    for field in fields:
        if field.original and field.original != field.value:
            value, original = _segments(field.value, field.original)
            kind = kind_of(field.value, field.original)
            found.append(FieldDifference(field=field.id, kind=kind, value=value, original=original))
    return found


def kind_of(value: str, original: str) -> DifferenceKind:
    """How `value` differs from what was read; the two are not equal."""
    if _bare(value) == _bare(original) or (_day(value) is not None and _day(value) == _day(original)):
        return DifferenceKind.FORMAT
    written, read = forms(value), forms(original)
    if written & read:
        return DifferenceKind.SPELLING
    if any(len(short) >= _SHORTEST_CUT and long.startswith(short) for long in written for short in read):
        return DifferenceKind.CUT
    return DifferenceKind.CHANGED


def forms(name: str) -> frozenset[str]:
    """How a zone may spell a name: A to Z and single spaces."""
    ways = [""]
    for letter in unicodedata.normalize("NFC", name).replace("ß", "ẞ").upper():
        spelled = _SPELLED.get(letter) or (_basic(letter),)
        if len(ways) * len(spelled) > _MOST_FORMS:
            spelled = spelled[:1]
        ways = [way + part for way in ways for part in spelled]
    return frozenset(" ".join(way.split()) for way in ways)


def _basic(letter: str) -> str:
    if letter in "'’`´.":  # left out of a zone, ICAO 9303-3 section 4.6
        return ""
    if letter in "-–<, ":
        return " "
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))


def _bare(text: str) -> str:
    """Without what only the way of writing adds."""
    return re.sub(r"[\s./-]+", "", unicodedata.normalize("NFC", text)).casefold()


def _day(text: str) -> tuple[int, int, int] | None:
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    if year:
        return int(year), int(month), int(day)
    return int(iso_year), int(iso_month), int(iso_day)


def _segments(value: str, original: str) -> tuple[list[Segment], list[Segment]]:
    """Both texts in pieces, those that the other one does not have marked."""
    ours: list[Segment] = []
    theirs: list[Segment] = []
    matcher = SequenceMatcher(None, value, original, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        changed = tag != "equal"
        if end > start:
            ours.append(Segment(text=value[start:end], changed=changed))
        if other_end > other_start:
            theirs.append(Segment(text=original[other_start:other_end], changed=changed))
    return ours, theirs
