"""Reading the files of an eMRTD, however large they claim to be.

Sources: ICAO 9303-10 section 3, ISO/IEC 7816-4 section 11.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hardware.cards import tlv
from hardware.cards.iso7816 import END_OF_FILE, CardLied, CardRefused, Channel, Command, Response

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the octets read and the octets there are."""

SHORT_READ = 223  # what fits into a short answer under secure messaging, with either cipher
EXTENDED_READ = 2000  # fits into readers and chips with a buffer of 2 KB
_LARGEST = 64 * 1024
_LARGEST_PORTRAIT = 256 * 1024
_LARGEST_LIST = 4 * 1024
_HEADER = 8  # tag and length of any file
_WRAPPING = 4  # octets of the header around data read with an odd instruction
_LAST_SHORT_OFFSET = 0x7FFF
_NOT_FOUND = 0x6A82
_UNKNOWN_LENGTH = frozenset((0x6700, 0x6B00, 0x6F00))


@dataclass(frozen=True)
class File:
    """An elementary file. `tag` is 0 for a list of elements without an outer one."""

    name: str
    identifier: int
    tag: int
    largest: int = _LARGEST

    @property
    def short_identifier(self) -> int:
        """The five bits with which READ BINARY can name it."""
        return 0x1E if self.identifier == 0x2F00 else self.identifier & 0x1F


CARD_ACCESS = File("CardAccess", 0x011C, 0x31, _LARGEST_LIST)
CARD_SECURITY = File("CardSecurity", 0x011D, 0x30)
ATR_INFO = File("ATR/INFO", 0x2F01, 0, _LARGEST_LIST)
DIR = File("DIR", 0x2F00, 0, _LARGEST_LIST)
_GROUP_TAGS = (
    *(0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68),
    *(0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70),
)
FILES: dict[str, File] = {
    "COM": File("COM", 0x011E, 0x60),
    "SOD": File("SOD", 0x011D, 0x77),
    **{
        f"DG{number}": File(
            f"DG{number}", 0x0100 + number, tag, _LARGEST_PORTRAIT if number == 2 else _LARGEST
        )
        for number, tag in enumerate(_GROUP_TAGS, 1)
    },
}
"""Files of the eMRTD application by name."""

GROUPS: dict[int, str] = {file.tag: file.name for file in FILES.values() if file.name.startswith("DG")}
"""Names of the data groups by tag, as EF.COM lists them."""


class Reader:
    """Reads files of the selected application.

    Args:
        channel: plain or protected.
        longest: octets to ask for at once (16 to 65535).
        progress: called after each exchange that brought data.

    Errors: `CardRefused` when the card declines, with its status; `CardLied` for a file that claims to be
    larger than its kind can be, has another tag or ends before its end.
    """

    def __init__(self, channel: Channel, longest: int, progress: Progress) -> None:
        self._channel = channel
        self._longest = longest
        self._progress = progress
        self._by_short_identifier: bool | None = None  # None: not known whether the card can

    def read(self, file: File) -> bytes:
        """The whole file, without what may follow its element."""
        data = self._open(file)
        if not file.tag:
            return self._rest(file, data, file.largest, exact=False)
        while len(data) < _HEADER:
            more = self._at(file, len(data), _HEADER - len(data))
            if not more:
                break
            data += more
        try:
            tag, header, size = tlv.measure(data)
        except tlv.TlvError:
            raise CardLied(f"{file.name} does not begin as the standard says.") from None
        if tag != file.tag:
            raise CardLied(f"{file.name} has another tag than the standard says.")
        total = header + size
        if total > file.largest:
            raise CardLied(f"{file.name} claims to have {total} octets, more than {file.largest}.")
        return self._rest(file, data[:total], total, exact=True)

    def _rest(self, file: File, data: bytes, total: int, *, exact: bool) -> bytes:
        pieces, done = [data], len(data)
        self._report(file, done, total, exact=exact)
        while done < total:
            piece = self._at(file, done, min(self._longest, total - done))
            if not piece:
                if exact:
                    raise CardLied(f"{file.name} ends after {done} of {total} octets.")
                break
            pieces.append(piece)
            done += len(piece)
            self._report(file, done, total, exact=exact)
        return b"".join(pieces)

    def _report(self, file: File, done: int, total: int, *, exact: bool) -> None:
        self._progress(file.name, done, total if exact else done)

    def _open(self, file: File) -> bytes:
        """The first octets; afterwards the file is the current one."""
        if self._by_short_identifier is not False:
            answer = self._begin(0x80 | file.short_identifier)
            if _read(answer):
                self._by_short_identifier = True
                return answer.data
            if self._by_short_identifier or answer.sw == _NOT_FOUND:
                raise CardRefused(answer.sw, f"reading {file.name}")
        select = Command(0, 0xA4, 0x02, 0x0C, file.identifier.to_bytes(2))
        answer = self._channel.exchange(select)
        if not answer.ok:
            raise CardRefused(answer.sw, f"selecting {file.name}")
        answer = self._begin(0)
        if not _read(answer):
            raise CardRefused(answer.sw, f"reading {file.name}")
        self._by_short_identifier = False
        return answer.data

    def _begin(self, p1: int) -> Response:
        """Read from the start what a short answer holds, or less if the card minds the end of the file."""
        answer = self._channel.exchange(Command(0, 0xB0, p1, 0, le=SHORT_READ))
        if answer.sw in _UNKNOWN_LENGTH or answer.sw >> 8 == 0x6C:
            answer = self._channel.exchange(Command(0, 0xB0, p1, 0, le=_HEADER))
        return answer

    def _at(self, file: File, offset: int, size: int) -> bytes:
        """Octets of the current file; fewer, or none, at its end."""
        if offset <= _LAST_SHORT_OFFSET:
            answer = self._channel.exchange(Command(0, 0xB0, offset >> 8, offset & 0xFF, le=size))
            data = answer.data
        else:
            size = min(size, self._longest - _WRAPPING)
            where = tlv.encode(0x54, offset.to_bytes(2 if offset <= 0xFFFF else 3))
            le = len(tlv.encode(0x53, bytes(size)))
            answer = self._channel.exchange(Command(0, 0xB1, 0, 0, where, le=le))
            data = _discretionary(file, answer.data) if _read(answer) else b""
        if answer.sw == 0x6B00:  # beyond the end
            return b""
        if not _read(answer):
            raise CardRefused(answer.sw, f"reading {file.name}")
        return data[:size]


def groups_listed(com: bytes) -> set[str]:
    """Names of the data groups in EF.COM (ICAO 9303-10 section 4.6.1), which nobody has signed."""
    try:
        tags = tlv.first(com, 0x60, 0x5C) or b""
    except tlv.TlvError:
        return set()
    return {GROUPS[tag] for tag in tags if tag in GROUPS}


def groups_signed(sod: bytes) -> set[str]:
    """Names of the data groups whose digests EF.SOD holds (section 4.6.2), empty if it is not understood."""
    try:
        signed = tlv.first(sod, 0x77, 0x30, 0xA0, 0x30, 0x30, 0xA0, 0x04)
        parts = tlv.elements(tlv.only(signed or b"", 0x30))
        _, digests, *_ = (part for part in parts if part.tag == 0x30)
        numbers = (tlv.first(entry.value, 0x02) or b"" for entry in tlv.elements(digests.value))
        return {f"DG{int.from_bytes(number)}" for number in numbers}
    except ValueError:
        return set()


def _read(answer: Response) -> bool:
    return answer.ok or answer.sw == END_OF_FILE


def _discretionary(file: File, data: bytes) -> bytes:
    try:
        return tlv.only(data, 0x53) if data else b""
    except tlv.TlvError:
        raise CardLied(f"{file.name} was not answered as the standard says.") from None
