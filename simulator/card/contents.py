"""What a chip holds: files, keys, passwords."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from simulator.card.keys import ActiveKey, ChipKey
from simulator.card.pace import Offer

EMRTD = bytes.fromhex("A0000002471001")  # ICAO 9303-10 section 3.11.1
EF_DIR = 0x2F00
EF_ATR = 0x2F01
EF_CARD_ACCESS = 0x011C
EF_CARD_SECURITY = 0x011D

# Elementary files of the eMRTD application (ICAO 9303-10 table 37).
FILES = {"COM": 0x011E, "SOD": 0x011D} | {f"DG{n}": 0x0100 | n for n in range(1, 17)}


@dataclass(frozen=True)
class Document:
    """What is printed and stored, for those who play the citizen.

    `mrz`: the lines; `can`, `pin`, `puk`: "" when the document has none; `files`: "COM", "DG1" … as the chip
    serves them, faults included.
    """

    persona: str
    kind: str
    mrz: tuple[str, ...]
    can: str = ""
    pin: str = ""
    puk: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Contents:
    """Everything behind the authentication of one chip.

    `master`: free files of the master file; `secured`: those that need PACE. `files` belong to the eMRTD
    application and need BAC or PACE; `restricted` exist but need terminal authentication, which this chip
    never grants. `passwords`: by PACE password number, as f(password). `authorities`: CAR for terminal
    authentication, told to those who announce it. `endless`: files that go on for ever, by identifier.
    """

    master: dict[int, bytes] = field(default_factory=dict)
    secured: dict[int, bytes] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    restricted: frozenset[int] = frozenset()
    offers: tuple[Offer, ...] = ()
    passwords: dict[int, bytes] = field(default_factory=dict)
    bac: bytes = b""
    mapping_key: int | None = None
    chip_keys: tuple[ChipKey, ...] = ()
    active_key: ActiveKey | None = None
    authorities: bytes = b""
    endless: frozenset[int] = frozenset()


def zone_password(lines: tuple[str, ...]) -> bytes:
    """SHA-1 over number, birth and expiry with their check digits (ICAO 9303-11 section 9.7.3)."""
    if len(lines) == 3:
        text = lines[0][5:15] + lines[1][0:7] + lines[1][8:15]
    else:
        text = lines[1][0:10] + lines[1][13:20] + lines[1][21:28]
    return hashlib.sha1(text.encode()).digest()  # noqa: S324 - as the standard says
