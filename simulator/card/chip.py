"""The chip of a virtual card: answers SELECT and READ BINARY as ISO/IEC 7816-4 says, nothing else."""

from __future__ import annotations

from simulator.card.profiles import Profile

OK = bytes.fromhex("9000")
END_OF_FILE = bytes.fromhex("6282")
WRONG_LENGTH = bytes.fromhex("6700")
NO_CURRENT_FILE = bytes.fromhex("6986")
FILE_NOT_FOUND = bytes.fromhex("6A82")
WRONG_PARAMETERS = bytes.fromhex("6A86")
WRONG_OFFSET = bytes.fromhex("6B00")
UNKNOWN_INSTRUCTION = bytes.fromhex("6D00")
UNKNOWN_CLASS = bytes.fromhex("6E00")

SELECT = 0xA4
READ_BINARY = 0xB0
MASTER_FILE = 0x3F00


class Chip:
    """One powered chip with its current application and file."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._in_master_file = True
        self._file: bytes | None = None

    def answer(self, apdu: bytes) -> bytes:
        """The response APDU to a short command APDU."""
        if len(apdu) < 4:
            return WRONG_LENGTH
        if apdu[0] != 0:
            return UNKNOWN_CLASS
        if apdu[1] == SELECT:
            return self._select(apdu)
        if apdu[1] == READ_BINARY:
            return self._read(apdu)
        return UNKNOWN_INSTRUCTION

    def _select(self, apdu: bytes) -> bytes:
        how, data = apdu[2], apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if how == 0x04:
            if data not in self._profile.aids:
                return FILE_NOT_FOUND
            self._in_master_file, self._file = False, None
            return (
                OK
                if apdu[3] & 0x0C == 0x0C
                else b"\x6f" + bytes((len(data) + 2, 0x84, len(data))) + data + OK
            )
        if how not in (0x00, 0x02) or len(data) != 2:
            return WRONG_PARAMETERS
        identifier = int.from_bytes(data)
        if identifier == MASTER_FILE:
            self._in_master_file, self._file = True, None
            return OK
        if not self._in_master_file or identifier not in self._profile.files:
            return FILE_NOT_FOUND
        self._file = self._profile.files[identifier]
        return OK

    def _read(self, apdu: bytes) -> bytes:
        if self._file is None:
            return NO_CURRENT_FILE
        if len(apdu) != 5 or apdu[2] & 0x80:
            return WRONG_PARAMETERS
        offset, wanted = int.from_bytes(apdu[2:4]), apdu[4] or 256
        if offset >= len(self._file):
            return WRONG_OFFSET
        data = self._file[offset : offset + wanted]
        return data + (OK if len(data) == wanted else END_OF_FILE)
