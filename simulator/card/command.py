"""Command APDUs as a card receives them (ISO/IEC 7816-3 section 12.1, ISO/IEC 7816-4 section 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace

OK = 0x9000
END_OF_FILE = 0x6282
FAILED = 0x6300
WRONG_LENGTH = 0x6700
SECURITY_STATUS = 0x6982
BLOCKED = 0x6983
CONDITIONS = 0x6985
NO_CURRENT_FILE = 0x6986
MISSING_OBJECT = 0x6987
WRONG_OBJECT = 0x6988
WRONG_DATA = 0x6A80
NOT_FOUND = 0x6A82
WRONG_PARAMETERS = 0x6A86
NO_SUCH_REFERENCE = 0x6A88
WRONG_OFFSET = 0x6B00
UNKNOWN_INSTRUCTION = 0x6D00
UNKNOWN_CLASS = 0x6E00


class Refused(Exception):
    """The card answers with this status word and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True)
class Command:
    """One command. `le`: octets wanted at most, None for none; `extended`: came with long length fields."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    @classmethod
    def parse(cls, apdu: bytes) -> Command:
        """The command in all four cases, short and extended. Raises Refused(6700) when it is none."""
        if len(apdu) < 4:
            raise Refused(WRONG_LENGTH)
        command, rest = cls(*apdu[:4]), apdu[4:]
        if not rest:
            return command
        if len(rest) == 1:
            return replace(command, le=rest[0] or 256)
        if rest[0]:
            size, body, extended, width = rest[0], rest[1:], False, 1
        elif len(rest) == 3:
            return replace(command, le=int.from_bytes(rest[1:]) or 65536, extended=True)
        else:
            size, body, extended, width = int.from_bytes(rest[1:3]), rest[3:], True, 2
        if not size or len(body) not in (size, size + width):
            raise Refused(WRONG_LENGTH)
        le = None
        if len(body) > size:
            le = int.from_bytes(body[size:]) or 1 << 8 * width
        return replace(command, data=body[:size], le=le, extended=extended)
