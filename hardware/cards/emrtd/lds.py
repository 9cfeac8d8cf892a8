"""The logical data structure: what the files of a travel document say (ICAO 9303-10 section 4).

Everything comes from a chip that may lie: lengths are checked against what is there, levels are visited by
name and never by recursion, and whatever is wrong becomes an LdsError that names the group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hardware.camera import mrz_format
from hardware.cards import tlv
from hardware.cards.emrtd import details, portrait
from hardware.cards.emrtd.details import Issuing, Person
from hardware.cards.emrtd.portrait import Portrait
from hardware.cards.emrtd.signatures import PublicKey

GROUPS: dict[str, int] = {
    "COM": 0x60,
    "DG1": 0x61,
    "DG2": 0x75,
    "DG3": 0x63,
    "DG4": 0x76,
    "DG5": 0x65,
    "DG6": 0x66,
    "DG7": 0x67,
    "DG8": 0x68,
    "DG9": 0x69,
    "DG10": 0x6A,
    "DG11": 0x6B,
    "DG12": 0x6C,
    "DG13": 0x6D,
    "DG14": 0x6E,
    "DG15": 0x6F,
    "DG16": 0x70,
    "SOD": 0x77,
}
_NAMES = {tag: name for name, tag in GROUPS.items()}
_MRZ_ROWS = {90: 3, 72: 2, 88: 2}  # TD1, TD2, TD3


class LdsError(ValueError):
    """A group that is not as the standard says. `str()` is one sentence; it never quotes the group."""

    def __init__(self, group: str, sentence: str) -> None:
        super().__init__(f"{group} cannot be used: {sentence}")
        self.group = group
        self.sentence = sentence


@dataclass(frozen=True)
class AtrInfo:
    """EF.ATR/INFO (ISO/IEC 7816-4 section 12.7.1): longest command and response in octets, 0 = not said."""

    longest_command: int = 0
    longest_response: int = 0


@dataclass(frozen=True)
class DocumentData:
    """What a document says; what it does not have is None, "" or ().

    `groups`: data groups EF.COM lists. `mrz`: DG1. `person`: DG11. `issuing`: DG12. `security_infos`: dotted
    identifiers of DG14. `active_authentication_key`: DER SubjectPublicKeyInfo of DG15. `card_access`: dotted
    identifiers of EF.CardAccess. `applications`: identifiers in EF.DIR.
    """

    lds_version: str = ""
    groups: tuple[str, ...] = ()
    mrz: mrz_format.Mrz | None = field(default=None, repr=False)
    portrait: Portrait | None = field(default=None, repr=False)
    person: Person | None = field(default=None, repr=False)
    issuing: Issuing | None = field(default=None, repr=False)
    security_infos: tuple[str, ...] = ()
    active_authentication_key: bytes = b""
    card_access: tuple[str, ...] = ()
    applications: tuple[bytes, ...] = ()
    atr_info: AtrInfo | None = None


def parse(files: dict[str, bytes]) -> DocumentData:
    """Every known file among `files` (name → whole file); others, such as SOD, are left alone.

    Names: COM, DG1, DG2, DG11, DG12, DG14, DG15, CardAccess, DIR, ATR/INFO. Raises LdsError for the first
    broken one.
    """
    values: dict[str, Any] = {}
    for name, data in files.items():
        values |= read_file(name, data)
    return DocumentData(**values)


def read_file(name: str, data: bytes) -> dict[str, Any]:
    """The fields of DocumentData that one file fills; {} for a file that is not known. Raises LdsError."""
    reader = _READERS.get(name)
    if reader is None:
        return {}
    try:
        return reader(data)
    except (tlv.TlvError, portrait.PortraitError, mrz_format.MrzError) as error:
        raise LdsError(name, str(error)) from error


def _com(data: bytes) -> dict[str, Any]:
    found = {element.tag: element.value for element in tlv.elements(tlv.only(data, GROUPS["COM"]))}
    if 0x5C not in found:
        raise LdsError("COM", "It does not list the groups.")
    unknown = [tag for tag in found[0x5C] if tag not in _NAMES]
    if unknown or len(found[0x5C]) > 16:
        raise LdsError("COM", "It lists groups that do not exist.")
    version = found.get(0x5F01, b"")
    if len(version) != 4 or not version.isdigit():
        raise LdsError("COM", "It does not say which version of the data structure it follows.")
    text = version.decode("ascii")
    groups = tuple(_NAMES[tag] for tag in found[0x5C])
    return {"lds_version": f"{int(text[:2])}.{int(text[2:])}", "groups": groups}


def _dg1(data: bytes) -> dict[str, Any]:
    zone = tlv.only(tlv.only(data, GROUPS["DG1"]), 0x5F1F)
    rows = _MRZ_ROWS.get(len(zone))
    if rows is None:
        raise LdsError("DG1", f"Its zone has {len(zone)} characters instead of 72, 88 or 90.")
    if not zone.isascii():
        raise LdsError("DG1", "Its zone holds characters that stand in no zone.")
    text, columns = zone.decode("ascii"), len(zone) // rows
    lines = [text[columns * row : columns * (row + 1)] for row in range(rows)]
    if any(line != line.strip() for line in lines):
        raise LdsError("DG1", "Its zone holds characters that stand in no zone.")
    return {"mrz": mrz_format.parse(lines)}


def _dg2(data: bytes) -> dict[str, Any]:
    return {"portrait": portrait.load(tlv.only(data, GROUPS["DG2"]))}


def _dg11(data: bytes) -> dict[str, Any]:
    return {"person": details.person(tlv.only(data, GROUPS["DG11"]))}


def _dg12(data: bytes) -> dict[str, Any]:
    return {"issuing": details.issuing(tlv.only(data, GROUPS["DG12"]))}


def _dg14(data: bytes) -> dict[str, Any]:
    return {"security_infos": _info_identifiers(tlv.only(data, GROUPS["DG14"]))}


def _dg15(data: bytes) -> dict[str, Any]:
    key = tlv.only(data, GROUPS["DG15"])
    PublicKey.load(key)
    return {"active_authentication_key": key}


def _card_access(data: bytes) -> dict[str, Any]:
    return {"card_access": _info_identifiers(data)}


def _directory(data: bytes) -> dict[str, Any]:
    """EF.DIR: application templates 61 or bare identifiers 4F, ISO/IEC 7816-4 section 12.2.3."""
    found = []
    for element in tlv.elements(data, padding=True):
        inner = tlv.elements(element.value) if element.tag == 0x61 else [element]
        found += [part.value for part in inner if part.tag == 0x4F and 1 <= len(part.value) <= 16]
    return {"applications": tuple(found)}


def _atr_info(data: bytes) -> dict[str, Any]:
    """EF.ATR/INFO: the extended length information (7F66), which may follow anything else."""
    for element in tlv.elements(data, padding=True):
        if element.tag == 0x7F66:
            sizes = [part.value for part in tlv.elements(element.value) if part.tag == 0x02]
            if len(sizes) != 2 or any(not 1 <= len(size) <= 5 for size in sizes):
                raise LdsError("ATR/INFO", "Its extended length information is not two numbers.")
            return {"atr_info": AtrInfo(*(int.from_bytes(size) for size in sizes))}
    return {"atr_info": AtrInfo()}


def _info_identifiers(data: bytes) -> tuple[str, ...]:
    """Identifiers of a SET OF SecurityInfo (ICAO 9303-11 section 9.2)."""
    found = []
    for info in tlv.elements(tlv.only(data, 0x31)):
        parts = tlv.elements(info.value)
        if info.tag != 0x30 or not parts or parts[0].tag != 0x06:
            raise tlv.TlvError("An entry of the list of protocols does not begin with an identifier.")
        found.append(tlv.dotted(parts[0].value))
    return tuple(found)


_READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "COM": _com,
    "DG1": _dg1,
    "DG2": _dg2,
    "DG11": _dg11,
    "DG12": _dg12,
    "DG14": _dg14,
    "DG15": _dg15,
    "CardAccess": _card_access,
    "DIR": _directory,
    "ATR/INFO": _atr_info,
}
