"""A robot's body on a serial line: presence sensor and light ring behind Modbus RTU.

Own frame code, so that the product's Modbus library is tested against another implementation (Modbus
application protocol 1.1b3; serial line guide 1.02). Register map:
discrete input 0 presence; holding register 0 light, 1 heartbeat; light idle after two silent seconds.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType

from simulator.pty import Wire

LIGHTS = ("off", "idle", "listening", "thinking", "speaking", "help")
SAFE_AFTER_S = 2.0

_WRITE_ONE, _WRITE_SEVERAL = 0x06, 0x10
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3
_LIGHT = 0


class RobotBody:
    """The body behind the serial line `link`, with Modbus address `unit`."""

    def __init__(self, link: Path, unit: int = 1) -> None:
        self.wire = Wire(link, self._received)
        self._unit = unit
        self._changed = threading.Condition(threading.RLock())
        self._pending = b""
        self._registers = [LIGHTS.index("idle"), 0]
        self._present = False
        self._heard_at: float | None = None
        self._corrupt = False
        self._silent = False
        self._watchdog: threading.Timer | None = None

    @property
    def link(self) -> Path:
        """Where the line is found while plugged."""
        return self.wire.link

    @property
    def light(self) -> str:
        """What the ring shows: one of LIGHTS."""
        with self._changed:
            return LIGHTS[self._registers[_LIGHT]]

    @property
    def safe(self) -> bool:
        """Whether the robot has been silent for two seconds, or was never heard."""
        with self._changed:
            return self._heard_at is None

    @property
    def present(self) -> bool:
        """What the sensor says."""
        return self._present

    @property
    def plugged(self) -> bool:
        """Whether the line exists."""
        return self.wire.plugged

    def presence(self, present: bool) -> None:
        """Let somebody step before the kiosk, or leave."""
        with self._changed:
            self._present = present

    def wait_light(self, mode: str, timeout: float = 60.0) -> None:
        """Wait until the ring shows `mode`.

        Raises:
            ValueError: there is no such light.
            TimeoutError: it did not within `timeout` seconds.
        """
        code = LIGHTS.index(mode)
        with self._changed:
            if not self._changed.wait_for(lambda: self._registers[_LIGHT] == code, timeout):
                raise TimeoutError(f"The light shows {self.light}, not {mode}.")

    def wait_safe(self, timeout: float = 60.0) -> None:
        """Wait until the body has gone to its safe state. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._heard_at is None, timeout):
                raise TimeoutError("The body still hears its robot.")

    @property
    def corrupted(self) -> bool:
        """Whether it answers with wrong check sums."""
        return self._corrupt

    @property
    def silent(self) -> bool:
        """Whether it hears and answers nothing."""
        return self._silent

    def corrupt(self, on: bool = True) -> None:
        """Answer with wrong check sums."""
        self._corrupt = on

    def silence(self, on: bool = True) -> None:
        """Hear nothing and answer nothing."""
        self._silent = on

    def unplug(self) -> None:
        """Pull the cable."""
        self.wire.unplug()

    def plug(self) -> None:
        """Put the cable back."""
        self._pending = b""
        self.wire.plug()

    def start(self) -> None:
        """Make the line."""
        self.plug()

    def stop(self) -> None:
        """Remove the line."""
        self.wire.unplug()
        with self._changed:
            if self._watchdog is not None:
                self._watchdog.cancel()

    def __enter__(self) -> RobotBody:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def _received(self, data: bytes) -> None:
        if self._silent:
            return
        self._pending += data
        while size := _request_size(self._pending):
            frame, self._pending = self._pending[:size], self._pending[size:]
            if check(frame[:-2]) != frame[-2:]:
                self._pending = b""  # out of step: begin with the next request
                return
            if frame[0] == self._unit:
                self._answer(frame[1:-2])

    def _answer(self, request: bytes) -> None:
        answer = bytes((self._unit,)) + self._carry_out(request)
        octets = check(answer)
        if self._corrupt:
            octets = bytes(octet ^ 0x55 for octet in octets)
        self.wire.send(answer + octets)

    def _carry_out(self, request: bytes) -> bytes:
        function = request[0]
        address, value = int.from_bytes(request[1:3]), int.from_bytes(request[3:5])
        with self._changed:
            match function:
                case 0x02 if address == 0 and value == 1:
                    return bytes((function, 1, self._present))
                case 0x03 if self._whole(address, value):
                    found = self._registers[address : address + value]
                    return bytes((function, 2 * value)) + b"".join(one.to_bytes(2) for one in found)
                case 0x06 if address < len(self._registers):
                    return self._write(address, [value]) or request
                case 0x10 if self._whole(address, value) and len(request) == 6 + 2 * value:
                    values = [int.from_bytes(request[at : at + 2]) for at in range(6, len(request), 2)]
                    return self._write(address, values) or request[:5]
                case 0x02 | 0x03 | 0x06 | 0x10:
                    return bytes((function | 0x80, _ILLEGAL_ADDRESS))
        return bytes((function | 0x80, _ILLEGAL_FUNCTION))

    def _whole(self, address: int, count: int) -> bool:
        return count > 0 and address + count <= len(self._registers)

    def _write(self, address: int, values: list[int]) -> bytes:
        """Set registers; an exception answer for a light that does not exist."""
        if address == _LIGHT and values[0] >= len(LIGHTS):
            return bytes((0x80 | (_WRITE_ONE if len(values) == 1 else _WRITE_SEVERAL), _ILLEGAL_VALUE))
        self._registers[address : address + len(values)] = values
        self._heard_at = time.monotonic()
        if self._watchdog is None:
            self._watch(SAFE_AFTER_S)
        self._changed.notify_all()
        return b""

    def _watch(self, seconds: float) -> None:
        self._watchdog = threading.Timer(seconds, self._check_heartbeat)
        self._watchdog.daemon = True
        self._watchdog.start()

    def _check_heartbeat(self) -> None:
        with self._changed:
            self._watchdog = None
            if self._heard_at is None:
                return
            left = self._heard_at + SAFE_AFTER_S - time.monotonic()
            if left > 0:
                self._watch(left)
                return
            self._heard_at = None
            self._registers[_LIGHT] = LIGHTS.index("idle")
            self._changed.notify_all()


def check(frame: bytes) -> bytes:
    """CRC-16 of Modbus RTU, low octet first (serial line guide 1.02, section 6.2.2)."""
    crc = 0xFFFF
    for octet in frame:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def _request_size(data: bytes) -> int:
    """Octets of the request that `data` begins with, 0 when it is not whole."""
    if len(data) < 2:
        return 0
    if data[1] != _WRITE_SEVERAL:
        size = 8
    elif len(data) < 7:
        return 0
    else:
        size = 9 + data[6]
    return size if len(data) >= size else 0
