"""What can be wrong with a card, by name, and a line between reader and chip that lets it happen.

On the line; N counts the APDUs answered before:
    pulled:N · mute:N · wrong_mac:N · unprotected:N · status:SSSS:N · get_response:N · short_apdu ·
    slow_106 · slow_424
In what the chip holds:
    altered_dg1 · altered_dg2 · truncated_dg1 · truncated_dg2 · truncated_sod · huge_com · huge_dg1 ·
    huge_dg2 · huge_sod · clone · signer_expired · signer_lapsed · signer_unknown · signer_forged
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

_DATA = re.compile(
    r"altered_dg(1|2)|truncated_(dg1|dg2|sod)|huge_(com|dg1|dg2|sod)|clone"
    r"|signer_(expired|lapsed|unknown|forged)"
)
_LINE = re.compile(
    r"(?P<kind>pulled|mute|wrong_mac|unprotected|get_response):(?P<count>\d+)"
    r"|status:(?P<status>[0-9A-Fa-f]{4}):(?P<at>\d+)|short_apdu|slow_(?P<speed>106|424)"
)


class Pulled(ConnectionError):
    """The card was taken away during the exchange."""


class Mute(TimeoutError):
    """The card does not answer."""


@dataclass(frozen=True)
class LineFaults:
    """What happens on the line. None: it does not."""

    pulled: int | None = None
    mute: int | None = None
    wrong_mac: int | None = None
    unprotected: int | None = None
    get_response: int | None = None
    status: tuple[int, int] | None = None
    short_apdu: bool = False
    speed: int | None = None  # kbit/s


def split(faults: Iterable[str]) -> tuple[LineFaults, frozenset[str]]:
    """The faults of the line and those of the contents. Raises ValueError for one that is unknown."""
    line: dict[str, object] = {}
    data: set[str] = set()
    for fault in faults:
        if _DATA.fullmatch(fault):
            data.add(fault)
            continue
        match = _LINE.fullmatch(fault)
        if match is None:
            raise ValueError(f"There is no card fault {fault!r}: see simulator/card/faults.py for the names.")
        if match["kind"]:
            line[match["kind"]] = int(match["count"])
        elif match["status"]:
            line["status"] = (int(match["at"]), int(match["status"], 16))
        elif match["speed"]:
            line["speed"] = int(match["speed"])
        else:
            line["short_apdu"] = True
    return LineFaults(**line), frozenset(data)  # type: ignore[arg-type]


class Transmitter(Protocol):
    """Something that answers APDUs."""

    def transmit(self, apdu: bytes) -> bytes: ...


class Line:
    """The line to a chip, with faults. `transmit` raises Pulled or Mute when they strike."""

    def __init__(self, chip: Transmitter, faults: LineFaults) -> None:
        self._chip = chip
        self._faults = faults
        self._answered = 0
        self._rest = b""
        self._mac_spoilt = False

    def transmit(self, apdu: bytes) -> bytes:
        """The response APDU, as good as the faults let it be."""
        faults, count = self._faults, self._answered
        if faults.pulled is not None and count >= faults.pulled:
            raise Pulled("The card was pulled.")
        if faults.mute is not None and count >= faults.mute:
            raise Mute("The card is mute.")
        answer = self._answer(apdu, count)
        self._answered += 1
        if faults.speed:
            time.sleep(seconds_on_air(len(apdu), len(answer), faults.speed))
        return answer

    def _answer(self, apdu: bytes, count: int) -> bytes:
        faults = self._faults
        if faults.short_apdu and len(apdu) > 5 and apdu[4] == 0:
            return b"\x67\x00"
        if self._rest and apdu[:2] == b"\x00\xc0":
            return self._in_parts(self._rest)
        self._rest = b""
        if faults.status is not None and faults.status[0] == count:
            return faults.status[1].to_bytes(2)
        answer = self._chip.transmit(apdu)
        protected = len(apdu) > 4 and apdu[0] & 0x0C == 0x0C and len(answer) > 2
        if protected and faults.unprotected is not None and count >= faults.unprotected:
            return b"\x90\x00"
        if protected and faults.wrong_mac is not None and count >= faults.wrong_mac and not self._mac_spoilt:
            self._mac_spoilt = True
            return answer[:-3] + bytes((answer[-3] ^ 1,)) + answer[-2:]
        return self._in_parts(answer)

    def _in_parts(self, answer: bytes) -> bytes:
        """T=0 style: no more than so many octets at once, the rest by GET RESPONSE."""
        most = self._faults.get_response
        data = answer[:-2]
        if most is None or len(data) <= most:
            self._rest = b""
            return answer
        self._rest = data[most:] + answer[-2:]
        return data[:most] + bytes((0x61, min(len(data) - most, most) & 0xFF))


def seconds_on_air(sent: int, received: int, kbit_per_s: int) -> float:
    """How long the octets are under way without contact (ISO/IEC 14443-3, -4, type A).

    Nine bits per octet; blocks of at most 256 octets with three of their own; the shortest frame delay of
    both sides between blocks. A chip's time to think is not in it.
    """
    blocks = -(-sent // 253) + -(-received // 253)
    bits = 9 * (sent + received + 3 * blocks)
    return bits / (kbit_per_s * 1000) + blocks * 2 * 86e-6
