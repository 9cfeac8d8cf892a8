"""DG11 and DG12: what is known of the holder and of the document (ICAO 9303-10 sections 4.7.11, 4.7.12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from hardware.cards import tlv

_LONGEST = 2000  # characters of one text
_OTHER_NAME, _OTHER_PERSON = 0x5F0F, 0x5F1A


@dataclass(frozen=True)
class Person:
    """Additional details of the holder, "" or () where the chip says nothing.

    `full_name`: "SURNAME, GIVEN NAMES" in national characters; `surname`, `given_names` its halves.
    `birth_date`: YYYY-MM-DD or "". `birth_place`, `address`: parts as the issuer divided them.
    """

    full_name: str = ""
    surname: str = ""
    given_names: str = ""
    other_names: tuple[str, ...] = ()
    personal_number: str = ""
    birth_date: str = ""
    birth_place: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    telephone: str = ""
    profession: str = ""
    title: str = ""
    summary: str = ""
    other_documents: tuple[str, ...] = ()
    custody: str = ""


@dataclass(frozen=True)
class Issuing:
    """Additional details of the document, "" or () where the chip says nothing; ISO 8601 days and times."""

    authority: str = ""
    issue_date: str = ""
    other_persons: tuple[str, ...] = ()
    endorsements: str = ""
    tax_exit: str = ""
    personalised_at: str = ""
    system_serial: str = ""


def person(group: bytes) -> Person:
    """From the value of DG11. Tags that are not known are skipped. Raises TlvError."""
    found = _Values(group, _OTHER_NAME)
    name = found.text(0x5F0E)
    surname, _, given = name.partition("<<")
    halves = [half for half in (_plain(surname), _plain(given)) if half]
    return Person(
        full_name=", ".join(halves),
        surname=_plain(surname),
        given_names=_plain(given),
        other_names=tuple(filter(None, (_name(value) for value in found.listed))),
        personal_number=found.plain(0x5F10),
        birth_date=found.day(0x5F2B),
        birth_place=found.parts(0x5F11),
        address=found.parts(0x5F42),
        telephone=found.plain(0x5F12),
        profession=found.plain(0x5F13),
        title=found.plain(0x5F14),
        summary=found.plain(0x5F15),
        other_documents=found.parts(0x5F17),
        custody=found.plain(0x5F18),
    )


def issuing(group: bytes) -> Issuing:
    """From the value of DG12. Tags that are not known are skipped. Raises TlvError."""
    found = _Values(group, _OTHER_PERSON)
    return Issuing(
        authority=found.plain(0x5F19),
        issue_date=found.day(0x5F26),
        other_persons=tuple(filter(None, (_name(value) for value in found.listed))),
        endorsements=found.plain(0x5F1B),
        tax_exit=found.plain(0x5F1C),
        personalised_at=found.moment(0x5F55),
        system_serial=found.plain(0x5F56),
    )


class _Values:
    """The elements of a group by tag; `listed`: those in the list of other names (A0)."""

    def __init__(self, group: bytes, list_tag: int) -> None:
        self._found: dict[int, bytes] = {}
        self.listed: list[bytes] = []
        for element in tlv.elements(group):
            if element.tag == 0xA0:
                self.listed += [inner.value for inner in tlv.elements(element.value) if inner.tag == list_tag]
            elif element.tag == list_tag:
                self.listed.append(element.value)
            else:
                self._found.setdefault(element.tag, element.value)

    def text(self, tag: int) -> str:
        return _decoded(self._found.get(tag, b""))

    def plain(self, tag: int) -> str:
        return _plain(self.text(tag))

    def parts(self, tag: int) -> tuple[str, ...]:
        """Divided at fillers, which stand between street, town and state."""
        return tuple(part for part in map(_plain, re.split("<+", self.text(tag))) if part)

    def day(self, tag: int) -> str:
        """CCYYMMDD in ASCII or, with old issuers, in BCD."""
        return _day(self._digits(tag, 8))

    def moment(self, tag: int) -> str:
        """CCYYMMDDhhmmss, likewise."""
        digits = self._digits(tag, 14)
        day, clock = _day(digits[:8]), digits[8:]
        if not day or not clock < "24" or clock[2:4] > "59" or clock[4:] > "59":
            return day
        return f"{day}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"

    def _digits(self, tag: int, size: int) -> str:
        value = self._found.get(tag, b"")
        spelling: Callable[[], str] = value.hex if len(value) == size // 2 else lambda: _decoded(value)
        digits = spelling()
        return digits if len(digits) == size and digits.isascii() and digits.isdigit() else ""


def _decoded(value: bytes) -> str:
    """UTF-8 as the standard wants it, Latin-1 as some issuers write it; without control characters."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return "".join(char if char.isprintable() else " " for char in text[:_LONGEST])


def _plain(text: str) -> str:
    return " ".join(re.sub("<+", " ", text).split())


def _name(value: bytes) -> str:
    halves: Sequence[str] = _decoded(value).split("<<", 1)
    return ", ".join(half for half in map(_plain, halves) if half)


def _day(digits: str) -> str:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat()
    except ValueError:
        return ""
