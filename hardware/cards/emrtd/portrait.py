"""DG2: the portrait out of its containers, never decoded, only measured.

Sources: ICAO 9303-10 section 4.7.2 (7F61, 7F60), ISO/IEC 19794-5:2005 section 5 (FAC record), ISO/IEC 39794-5
(FaceImageDataBlock, [APPLICATION 5]), ITU-T T.81 section B.2.2 (JPEG frame), ITU-T T.800 annexes A.5 and I
(JPEG 2000 size marker and boxes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hardware.cards import tlv

LARGEST = 1024 * 1024  # octets; portraits on chips have 10 to 60 thousand
MOST_PIXELS = 16_000_000
_FACE = b"FAC\x00"
_VERSION_2005 = b"010\x00"
_JPEG_START = b"\xff\xd8\xff"
_JP2_START = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_CODESTREAM_START = b"\xff\x4f\xff\x51"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))  # JPEG markers without a length


class PortraitError(ValueError):
    """A group without a usable portrait; the message is one sentence."""


@dataclass(frozen=True)
class Portrait:
    """The picture as stored: `width`, `height` in pixels as the picture's own header says."""

    format: Literal["jpeg", "jpeg2000"]
    image: bytes
    width: int
    height: int

    def __repr__(self) -> str:
        return f"Portrait({self.format}, {self.width}x{self.height}, {len(self.image)} octets)"


def load(group: bytes) -> Portrait:
    """The first portrait of DG2 (its value, without tag 75). Raises PortraitError and TlvError."""
    instances = tlv.elements(tlv.only(group, 0x7F61))
    templates = [element for element in instances if element.tag == 0x7F60]
    if not instances or instances[0].tag != 0x02 or not templates:
        raise PortraitError("It holds no biometric template.")
    for element in tlv.elements(templates[0].value):
        if element.tag == 0x5F2E:
            return measured(_from_record(element.value))
        if element.tag == 0x7F2E:
            inner = tlv.elements(element.value)
            if len(inner) == 1 and inner[0].tag == 0x5F2E:
                return measured(_from_record(inner[0].value))
            return measured(_from_asn1(element.value))
    raise PortraitError("Its template holds no biometric data.")


def measured(image: bytes) -> Portrait:
    """A picture's format and size from its own header. Raises PortraitError for any other format."""
    if len(image) > LARGEST:
        raise PortraitError(f"Its picture has {len(image)} octets, more than any chip's.")
    if image.startswith(_JPEG_START):
        kind: Literal["jpeg", "jpeg2000"] = "jpeg"
        width, height = _jpeg_size(image)
    elif image.startswith((_JP2_START, _CODESTREAM_START)):
        kind = "jpeg2000"
        width, height = _jpeg2000_size(image)
    else:
        raise PortraitError("Its picture is neither JPEG nor JPEG 2000.")
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise PortraitError(f"Its picture claims to have {width} x {height} pixels.")
    return Portrait(kind, image, width, height)


def _from_record(record: bytes) -> bytes:
    """The picture in a FAC record: header 14, facial information 20, points of 8, image information 12."""
    if record[:4] != _FACE or len(record) < 14 + 20 + 12:
        raise PortraitError("Its biometric data is no face record.")
    if record[4:8] != _VERSION_2005:
        raise PortraitError("Its face record is of a version that passports do not use.")
    if int.from_bytes(record[12:14]) < 1:
        raise PortraitError("Its face record holds no picture.")
    size = int.from_bytes(record[14:18])
    begin = 14 + 20 + 8 * int.from_bytes(record[18:20]) + 12
    end = 14 + size
    if end > len(record):
        raise PortraitError(f"Its face record announces {size} octets, {len(record) - 14} are there.")
    if begin >= end:
        raise PortraitError("Its face record ends before the picture begins.")
    return record[begin:end]


def _from_asn1(block: bytes) -> bytes:
    """representationData2D of the first representation; the application profile wraps the block in A1."""
    face = tlv.first(block, 0xA1, 0x65) or tlv.first(block, 0x65)
    if face is None:
        raise PortraitError("Its biometric data is no face image block.")
    # representationBlocks [1], the first; imageRepresentation [1], base [0], 2D block [0], its data [0]
    image = tlv.first(face, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0x80)
    if not image:
        raise PortraitError("Its face image block holds no two-dimensional picture.")
    return image


def _jpeg_size(image: bytes) -> tuple[int, int]:
    at = 2
    while at + 4 <= len(image):
        if image[at] != 0xFF:
            break
        marker = image[at + 1]
        if marker == 0xFF:  # fill octet
            at += 1
            continue
        if marker in _BARE:
            at += 2
            continue
        size = int.from_bytes(image[at + 2 : at + 4])
        if marker in _FRAMES:
            if size < 8 or at + 9 > len(image):
                break
            return int.from_bytes(image[at + 7 : at + 9]), int.from_bytes(image[at + 5 : at + 7])
        if size < 2 or marker in (0xD9, 0xDA):
            break
        at += 2 + size
    raise PortraitError("Its JPEG picture has no frame.")


def _jpeg2000_size(image: bytes) -> tuple[int, int]:
    at = 0 if image.startswith(_CODESTREAM_START) else _codestream(image)
    # SOC, SIZ, its length and capabilities; then the size and the offset of the reference grid
    if image[at : at + 4] != _CODESTREAM_START or at + 24 > len(image):
        raise PortraitError("Its JPEG 2000 picture has no size.")
    x, y, left, top = (int.from_bytes(image[at + 8 + 4 * i : at + 12 + 4 * i]) for i in range(4))
    return x - left, y - top


def _codestream(image: bytes) -> int:
    """Where the contiguous codestream box (jp2c) begins."""
    at = 0
    while at + 8 <= len(image):
        size, header = int.from_bytes(image[at : at + 4]), 8
        if size == 1:
            size, header = int.from_bytes(image[at + 8 : at + 16]), 16
        if image[at + 4 : at + 8] == b"jp2c":
            return at + header
        if size < header:
            break
        at += size
    raise PortraitError("Its JPEG 2000 picture has no codestream.")
