"""The driver of the body: one thread that polls, wishes in, events out."""

from __future__ import annotations

import asyncio
import logging
import termios
import threading
import time
from collections.abc import AsyncIterator

import serial
from pymodbus import FramerType, ModbusException
from pymodbus.client import ModbusSerialClient

from hardware.body.debounce import Debounce
from hardware.body.line import Line
from hardware.body.registers import HEARTBEAT_S, LIGHT, LIGHT_CODES, PRESENCE
from hardware.ports import Health, Light, Presence, State
from hardware.reconnect import Backoff, Feed

log = logging.getLogger(__name__)
# It reports each failed exchange as an error; here a disturbed line is a state, told once.
logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)

_POLL_S = 0.1
_ANSWER_S = 0.25

_WIRE_ERRORS = (OSError, serial.SerialException, termios.error, ModbusException)


class ModbusBody:
    """Presence sensor and light ring.

    `port`: serial device, "none" = no body; `unit`: Modbus address. When the body vanishes, the last presence
    holds until it is back: a visit does not end because a cable came loose.
    """

    name = "body"

    def __init__(self, port: str, baud: int = 115200, unit: int = 1) -> None:
        self._port = port
        self._baud = baud
        self._unit = unit
        self._feed: Feed[Presence] = Feed()
        self._debounce = Debounce()
        self._light = Light.IDLE
        self._woken = threading.Event()  # a new wish, or the end
        self._ending = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._state = State.ABSENT if port == "none" else State.CONNECTING
        self._detail = "No body is configured." if port == "none" else "Looking for the body."
        self._seen = False
        self._errors = 0

    async def start(self) -> None:
        """Begin connecting; returns at once."""
        if self._port == "none" or self._thread is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._ending = False
        self._thread = threading.Thread(target=self._live, name="body", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Show idle and close the line."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ending = True
            self._woken.set()
            await asyncio.to_thread(thread.join, 2.0)
        self._feed.close()

    def health(self) -> Health:
        """READY while it answers, DEGRADED while many exchanges fail.

        `facts` counts the failed ones since the start.
        """
        facts = {"errors": str(self._errors), "light": self._light.value}
        return Health(self.name, self._state, self._detail, facts)

    def events(self) -> AsyncIterator[Presence]:
        """Changes of presence from now on; one consumer."""
        return self._feed.subscribe()

    def show(self, light: Light) -> None:
        """Set the light ring; never blocks, the latest wish wins."""
        if light is not self._light:
            self._light = light
            self._woken.set()

    # --- in the thread ----------------------------------------------------------------------------

    def _live(self) -> None:
        backoff = Backoff(0.1, 2.0)
        while not self._ending:
            client = ModbusSerialClient(
                self._port, framer=FramerType.RTU, baudrate=self._baud, timeout=_ANSWER_S, retries=0
            )
            try:
                if not client.connect():
                    raise ConnectionError
                if self._serve(client):
                    backoff.reset()
            except _WIRE_ERRORS:
                self._became(
                    State.FAILED if self._seen else State.ABSENT,
                    "The body is not connected: check its cable and [body] port.",
                )
            finally:
                client.close()  # type: ignore[no-untyped-call]
            self._debounce.interrupt()
            self._rest(backoff.pause())

    def _rest(self, seconds: float) -> None:
        """Wait, however often the wish changes meanwhile."""
        until = time.monotonic() + seconds
        while not self._ending and (left := until - time.monotonic()) > 0:
            self._woken.wait(left)
            self._woken.clear()

    def _serve(self, client: ModbusSerialClient) -> bool:
        """Poll until the line breaks (raises), the body is mute, or the end; whether it ever answered."""
        line, beat = Line(), 0
        written: Light | None = None
        written_at = 0.0
        while True:
            ending = self._ending
            light = Light.IDLE if ending else self._light
            now = time.monotonic()
            due = light is not written or now - written_at >= HEARTBEAT_S
            beat = (beat + due) % 0x10000
            good = (not due or self._write(client, light, beat)) and self._poll(client)
            if ending:
                return line.answered
            line.exchanged(good)
            if not good:
                written = None
                self._errors += 1
            elif due:
                written, written_at = light, now
            if line.mute:
                self._became(
                    State.FAILED if self._seen else State.ABSENT,
                    "The body does not answer: check its power and [body] unit.",
                )
                return line.answered
            if line.answered:
                self._seen = True
                self._judge(line)
            self._woken.wait(_POLL_S)
            self._woken.clear()

    def _judge(self, line: Line) -> None:
        if line.disturbed:
            self._became(State.DEGRADED, "The line to the body is disturbed: check its cable.")
        else:
            self._became(State.READY, "The body answers.")

    def _write(self, client: ModbusSerialClient, light: Light, beat: int) -> bool:
        try:
            answer = client.write_registers(LIGHT, [LIGHT_CODES[light], beat], device_id=self._unit)
        except ModbusException:
            return False
        return not answer.isError()

    def _poll(self, client: ModbusSerialClient) -> bool:
        try:
            answer = client.read_discrete_inputs(PRESENCE, count=1, device_id=self._unit)
        except ModbusException:
            return False
        if answer.isError() or not answer.bits:
            return False
        at = time.monotonic()
        if self._debounce.read(bool(answer.bits[0]), at) and self._loop is not None:
            self._loop.call_soon_threadsafe(self._feed.put, Presence(self._debounce.present, at))
        return True

    def _became(self, state: State, detail: str) -> None:
        if state is not self._state:
            log.info("body: %s", state.value)
        self._state, self._detail = state, detail
