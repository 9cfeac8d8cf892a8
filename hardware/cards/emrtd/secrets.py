"""What opens a chip: the machine-readable zone or the card access number (ICAO 9303-11 4.3.2, 4.4.4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MRZ_REFERENCE = 0x01
_CAN_REFERENCE = 0x02


@dataclass(frozen=True)
class MrzSecret:
    """Document number (fillers or not, more than nine characters allowed), birth and expiry date (YYMMDD).

    Raises ValueError for a number or date with characters that no zone has.
    """

    number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)

    def __post_init__(self) -> None:
        """Check the characters; a `<` in a date stands for a part that is not known."""
        if not re.fullmatch(r"[A-Z0-9<]{1,22}", self.number):
            raise ValueError("The document number is 1 to 22 characters from A-Z, 0-9 and <.")
        for name, date in (("birth", self.birth_date), ("expiry", self.expiry_date)):
            if not re.fullmatch(r"[0-9<]{6}", date):
                raise ValueError(f"The date of {name} is YYMMDD as in the machine-readable zone.")

    @classmethod
    def from_lines(cls, lines: Sequence[str]) -> MrzSecret:
        """From the lines of a zone of format TD1, TD2 or TD3 (ICAO 9303-5, -6, -4).

        A number of more than nine characters goes on in the optional data of TD1 and TD2; its check digit is
        the last character there. Raises ValueError.
        """
        shape = [len(line) for line in lines]
        if shape == [30, 30, 30]:
            number, digit, more = lines[0][5:14], lines[0][14], lines[0][15:30]
            birth, expiry = lines[1][0:6], lines[1][8:14]
        elif shape in ([36, 36], [44, 44]):
            second = lines[1]
            number, digit, more = second[0:9], second[9], second[28:35]
            birth, expiry = second[13:19], second[21:27]
        else:
            raise ValueError("A machine-readable zone has 3 lines of 30, 2 of 36 or 2 of 44 characters.")
        if digit == "<" and shape != [44, 44]:
            rest = more.split("<", 1)[0]
            if len(rest) > 1:
                number += rest[:-1]
        return cls(number, birth, expiry)

    @property
    def information(self) -> str:
        """Number, birth and expiry date, each followed by its check digit."""
        number = self.number.rstrip("<").ljust(9, "<")
        return "".join(part + check_digit(part) for part in (number, self.birth_date, self.expiry_date))

    @property
    def key_seed(self) -> bytes:
        """SHA-1 of the information, 20 octets; its first 16 are the seed of BAC."""
        return hashlib.sha1(self.information.encode("ascii")).digest()  # noqa: S324 - the standard's

    @property
    def pace_secret(self) -> bytes:
        """The octets from which PACE derives its password key."""
        return self.key_seed

    @property
    def pace_reference(self) -> int:
        """The password's reference in MSE:Set AT."""
        return _MRZ_REFERENCE


@dataclass(frozen=True)
class CanSecret:
    """The card access number from the front of the document: six digits. Raises ValueError."""

    can: str = field(repr=False)

    def __post_init__(self) -> None:
        """Check the digits."""
        if not re.fullmatch(r"[0-9]{6}", self.can):
            raise ValueError("The card access number has six digits.")

    @property
    def pace_secret(self) -> bytes:
        """The octets from which PACE derives its password key."""
        return self.can.encode("ascii")

    @property
    def pace_reference(self) -> int:
        """The password's reference in MSE:Set AT."""
        return _CAN_REFERENCE


Secret = MrzSecret | CanSecret


def check_digit(text: str) -> str:
    """The check digit over part of a zone (ICAO 9303-3 section 4.9)."""
    values = (0 if char == "<" else int(char, 36) for char in text)
    return str(sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10)
