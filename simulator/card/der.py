"""BER-TLV as cards speak it and DER as certificates need it (ITU-T X.690), both ways."""

from __future__ import annotations

from datetime import date


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element: its tag (up to four octets, as written in the standards) and the parts as its value."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        length = bytes((size,))
    else:
        octets = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes((0x80 | len(octets),)) + octets
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8)) + length + value


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """The elements that `data` consists of. Raises ValueError when it does not."""
    found: list[tuple[int, bytes]] = []
    at = 0
    try:
        while at < len(data):
            start, at = at, at + 1
            if data[start] & 0x1F == 0x1F:
                while data[at] & 0x80:
                    at += 1
                at += 1
            tag = int.from_bytes(data[start:at])
            size, at = data[at], at + 1
            if size & 0x80:
                octets = size & 0x7F
                size, at = int.from_bytes(data[at : at + octets]), at + octets
            if at + size > len(data):
                raise ValueError(f"element {tag:X} is longer than its surroundings")
            found.append((tag, data[at : at + size]))
            at += size
    except IndexError as short:
        raise ValueError("an element ends in its head") from short
    return found


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    return tlv(0x06, oid_value(dotted))


def oid_value(dotted: str) -> bytes:
    """The value octets of an OBJECT IDENTIFIER, as cards want them."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray((40 * first + second,))
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        body += bytes(reversed(groups))
    return bytes(body)


def integer(value: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, in the order that DER asks for."""
    return tlv(0x31, *sorted(parts))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    """BIT STRING."""
    return tlv(0x03, bytes((unused,)), value)


def boolean(value: bool) -> bytes:
    """BOOLEAN."""
    return tlv(0x01, b"\xff" if value else b"\x00")


def explicit(number: int, *parts: bytes) -> bytes:
    """A constructed context-specific element [number]."""
    return tlv(0xA0 | number, *parts)


def utc_time(day: date) -> bytes:
    """UTCTime, at midnight."""
    return tlv(0x17, f"{day:%y%m%d}000000Z".encode())


def generalized_time(day: date) -> bytes:
    """GeneralizedTime, at midnight."""
    return tlv(0x18, f"{day:%Y%m%d}000000Z".encode())


def utf8(text: str) -> bytes:
    """UTF8String."""
    return tlv(0x0C, text.encode())


def printable(text: str) -> bytes:
    """PrintableString."""
    return tlv(0x13, text.encode("ascii"))


NULL = b"\x05\x00"
