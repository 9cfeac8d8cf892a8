"""Portraits and their containers for tests (ISO/IEC 19794-5, ISO/IEC 39794-5, ICAO 9303-10 section 4.7.2)."""

from __future__ import annotations

import io

from PIL import Image

from hardware.cards import tlv


def picture(form: str = "JPEG", size: tuple[int, int] = (120, 160)) -> bytes:
    """A grey picture: "JPEG" or "JPEG2000"."""
    stream = io.BytesIO()
    Image.new("RGB", size, (120, 130, 140)).save(stream, form)
    return stream.getvalue()


def record(image: bytes, *, points: int = 0, size: int | None = None, count: int = 1) -> bytes:
    """A FAC record of version 010."""
    information = points.to_bytes(2) + bytes(14) + bytes(8 * points) + bytes(12)
    length = 4 + len(information) + len(image)
    body = (length if size is None else size).to_bytes(4) + information + image
    return b"FAC\x00010\x00" + (14 + len(body)).to_bytes(4) + count.to_bytes(2) + body


def asn1_block(image: bytes) -> bytes:
    """A FaceImageDataBlock in the wrapping of the application profile."""
    version = tlv.encode(0xA0, tlv.encode(0x80, b"\x03") + tlv.encode(0x81, b"\x07\xe3"))
    flat = tlv.encode(
        0xA0, tlv.encode(0x80, image) + tlv.encode(0xA1, tlv.encode(0xA0, tlv.encode(0x80, b"\x02")))
    )
    representation = tlv.encode(0x80, b"\x00") + tlv.encode(0xA1, tlv.encode(0xA0, flat))
    return tlv.encode(0xA1, tlv.encode(0x65, version + tlv.encode(0xA1, tlv.encode(0x30, representation))))


def group(data: bytes, tag: int = 0x5F2E) -> bytes:
    """DG2 with one biometric data block."""
    header = tlv.encode(
        0xA1, tlv.encode(0x81, b"\x02") + tlv.encode(0x87, b"\x01\x01") + tlv.encode(0x88, b"\0\x08")
    )
    template = tlv.encode(0x7F60, header + tlv.encode(tag, data))
    return tlv.encode(0x75, tlv.encode(0x7F61, b"\x02\x01\x01" + template))
