"""BER-TLV as cards speak it: tags of up to three octets, definite lengths, nothing beyond its end.

Sources: ISO/IEC 7816-4 section 5.2.2, ITU-T X.690 section 8.1. Values are bytes objects of their own; no
function here follows a chip deeper than it was told to, and none reserves memory for what is only announced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST_ELEMENTS = 4096
_TAG_OCTETS = 3
_LENGTH_OCTETS = 4
_PIECES_OF_OCTETS = 0x24  # an OCTET STRING in pieces


class TlvError(ValueError):
    """Bytes that are no TLV; the message says in one sentence where and why, never what they hold."""


@dataclass(frozen=True)
class Element:
    """One element: `tag` as the number its octets spell (0x61, 0x5F1F, 0x7F61), `value` without header."""

    tag: int
    value: bytes

    @property
    def constructed(self) -> bool:
        """Whether the value is made of elements again (bit 6 of the first tag octet)."""
        return _constructed(self.tag)


def measure(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """The header at `at`: (tag, octets of the header, octets of the value as announced).

    The value itself need not be there: this is how the size of a file is learnt from its first octets.
    Raises TlvError for a header that is cut off, longer than any card's, or of indefinite length.
    """
    tag, header, size = _header(data, at)
    if size is None:
        raise TlvError(f"Element at octet {at}: its length is indefinite.")
    return tag, header, size


def _header(data: bytes, at: int) -> tuple[int, int, int | None]:
    """As `measure`, with None for an indefinite length."""
    start = at
    if at >= len(data):
        raise TlvError(f"Element at octet {start}: there is no tag.")
    tag = data[at]
    at += 1
    if tag & 0x1F == 0x1F:
        more = True
        while more:
            if at - start >= _TAG_OCTETS:
                raise TlvError(f"Element at octet {start}: its tag has more than {_TAG_OCTETS} octets.")
            if at >= len(data):
                raise TlvError(f"Element at octet {start}: its tag is cut off.")
            tag = tag << 8 | data[at]
            more = bool(data[at] & 0x80)
            at += 1
    if at >= len(data):
        raise TlvError(f"Element at octet {start}: its length is missing.")
    size = data[at]
    at += 1
    if size == 0x80:
        return tag, at - start, None
    if size > 0x80:
        octets = size & 0x7F
        if octets > _LENGTH_OCTETS:
            raise TlvError(f"Element at octet {start}: its length has more than {_LENGTH_OCTETS} octets.")
        if at + octets > len(data):
            raise TlvError(f"Element at octet {start}: its length is cut off.")
        size = int.from_bytes(data[at : at + octets])
        at += octets
    return tag, at - start, size


def elements(data: bytes, *, padding: bool = False) -> list[Element]:
    """All elements of one level, in order.

    `padding`: octets 00 and FF between and after elements are skipped (files such as EF.DIR and
    EF.ATR/INFO may be padded). Raises TlvError when an element is not whole or there are more than 4096.
    """
    found: list[Element] = []
    at = 0
    while at < len(data):
        if padding and data[at] in (0x00, 0xFF):
            at += 1
            continue
        tag, header, size = measure(data, at)
        if size > len(data) - at - header:
            raise TlvError(
                f"Element {tag:X} at octet {at} announces {size} octets, {len(data) - at - header} are there."
            )
        if len(found) == MOST_ELEMENTS:
            raise TlvError(f"There are more than {MOST_ELEMENTS} elements on one level.")
        found.append(Element(tag, data[at + header : at + header + size]))
        at += header + size
    return found


def first(data: bytes, *path: int) -> bytes | None:
    """The value of the first element along a path of tags, None when there is no such element.

    Raises TlvError when a level on the way is no TLV.
    """
    value = data
    for tag in path:
        for element in elements(value):
            if element.tag == tag:
                value = element.value
                break
        else:
            return None
    return value


def only(data: bytes, tag: int) -> bytes:
    """The value of the one element that `data` consists of. Raises TlvError when it is anything else."""
    found = elements(data)
    if len(found) != 1 or found[0].tag != tag:
        tags = " ".join(f"{element.tag:X}" for element in found[:4]) or "nothing"
        raise TlvError(f"Element {tag:X} alone was expected, there is {tags}.")
    return found[0].value


def encode(tag: int, value: bytes) -> bytes:
    """An element with the shortest definite length (DER)."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        octets = (size.bit_length() + 7) // 8
        length = bytes([0x80 | octets]) + size.to_bytes(octets)
    return tag.to_bytes(_octets(tag)) + length + value


def dotted(value: bytes) -> str:
    """The value of an object identifier (tag 06) in dotted form. Raises TlvError."""
    if not value or value[-1] & 0x80 or len(value) > 64:
        raise TlvError("An object identifier is empty, cut off or longer than 64 octets.")
    arcs: list[int] = []
    arc = 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    top = min(arcs[0] // 40, 2)
    return ".".join(str(number) for number in (top, arcs[0] - 40 * top, *arcs[1:]))


def check_depth(data: bytes, deepest: int = 32, most: int = 200_000) -> None:
    """Refuse DER that no parser should be given: nested deeper than `deepest`, more than `most` elements.

    Walks constructed elements only, without recursion. Raises TlvError.
    """
    levels = [(0, len(data))]
    count = 0
    while levels:
        at, end = levels.pop()
        if at == end:
            continue
        tag, header, size = measure(data, at)
        begin = at + header
        if size > end - begin:
            raise TlvError(f"Element {tag:X} at octet {at} announces {size} octets, {end - begin} are there.")
        count += 1
        if count > most:
            raise TlvError(f"There are more than {most} elements.")
        levels.append((begin + size, end))
        if _constructed(tag):
            if len(levels) > deepest:
                raise TlvError(f"Elements are nested more than {deepest} deep.")
            levels.append((begin, begin + size))


def definite(data: bytes, deepest: int = 32, most: int = 200_000) -> bytes:
    """Elements with definite lengths only, octet strings in one piece; everything else as it was.

    Some issuers write signed data in the freer BER. Raises TlvError, also for nesting deeper than `deepest`
    and for more than `most` elements.
    """
    body, _ = _definite(data, 0, len(data), deepest, iter(range(most)), open_end=False)
    return body


def _definite(
    data: bytes, at: int, end: int, deepest: int, left: Iterator[int], *, open_end: bool
) -> tuple[bytes, int]:
    """One level from `at`, up to `end` or to the end-of-contents octets; also where the next one begins.

    `left` yields once for each element that may still come.
    """
    if deepest < 0:
        raise TlvError("Elements are nested too deep.")
    parts: list[bytes] = []
    while at < end:
        if open_end and data[at : at + 2] == b"\x00\x00":
            return b"".join(parts), at + 2
        if next(left, None) is None:
            raise TlvError("There are too many elements.")
        tag, header, size = _header(data, at)
        begin = at + header
        if size is None and not _constructed(tag):
            raise TlvError(f"Element {tag:X} at octet {at} is primitive and of indefinite length.")
        if size is not None and size > end - begin:
            raise TlvError(f"Element {tag:X} at octet {at} announces {size} octets, {end - begin} are there.")
        if size is not None and not _constructed(tag):
            following = begin + size
            parts.append(data[at:following])
        else:
            last = end if size is None else begin + size
            body, following = _definite(data, begin, last, deepest - 1, left, open_end=size is None)
            whole = data[at:following]
            if tag == _PIECES_OF_OCTETS:
                whole = encode(0x04, b"".join(only_of(body, 0x04)))
            elif size is None or body != data[begin:following]:
                whole = encode(tag, body)
            parts.append(whole)
        at = following
    if open_end:
        raise TlvError("An element of indefinite length does not end.")
    return b"".join(parts), at


def only_of(data: bytes, tag: int) -> list[bytes]:
    """The values of elements that must all have one tag. Raises TlvError."""
    found = elements(data)
    if any(element.tag != tag for element in found):
        raise TlvError(f"Only elements {tag:X} were expected.")
    return [element.value for element in found]


def _constructed(tag: int) -> bool:
    return bool(tag >> (8 * (_octets(tag) - 1)) & 0x20)


def _octets(tag: int) -> int:
    return max(1, (tag.bit_length() + 7) // 8)
