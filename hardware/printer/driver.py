"""The driver of the ticket printer: one worker thread, a deadline on every exchange."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import termios
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import serial

from hardware.ports import DeviceError, DeviceGone, DeviceTimeout, Health, Paper, State, Ticket
from hardware.printer.slip import check_profile, slip
from hardware.reconnect import Backoff

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

# Epson ESC/POS command reference. DLE EOT is answered at once, GS r only after everything sent before it
# has been carried out: its answer proves that the slip is printed and cut.
_PAPER_NOW = b"\x10\x04\x04"
_PAPER_IN_TURN = b"\x1dr\x01"
_CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"

_TICKET_S = 4.5  # a ticket, from the request to its confirmation
_CALLER_S = 5.0  # the promise of ports.Printer
_STATUS_S = 0.7
_RECHECK_S = 0.4
_LOOK_AFTER_S = 2.0  # between two looks at an idle printer

_NO_PAPER = "The ticket printer has no paper: put in a new roll."
_WIRE_ERRORS = (OSError, serial.SerialException, termios.error, ValueError)


class EscposPrinter:
    """An ESC/POS printer on a serial line.

    `port`: anything `serial.serial_for_url` opens, "none" = no printer; `profile`: a python-escpos profile.
    """

    name = "printer"

    def __init__(self, port: str, baud: int = 38400, profile: str = "TM-T88III") -> None:
        """Raises ValueError for a profile that python-escpos does not know."""
        check_profile(profile)
        self._port = port
        self._baud = baud
        self._profile = profile
        self._line: serial.SerialBase | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="printer")
        self._task: asyncio.Task[None] | None = None
        self._state = State.ABSENT if port == "none" else State.CONNECTING
        self._detail = "No ticket printer is configured." if port == "none" else "Looking for the printer."
        self._paper = Paper.UNKNOWN
        self._seen = False

    async def start(self) -> None:
        """Begin connecting; returns at once."""
        if self._port != "none" and self._task is None:
            self._task = asyncio.create_task(self._supervise(), name="printer")

    async def stop(self) -> None:
        """Close the line."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._worker.shutdown(wait=False, cancel_futures=True)
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(*_WIRE_ERRORS):
                line.close()

    def health(self) -> Health:
        """READY with paper, DEGRADED when it runs low, FAILED without paper, gone or mute."""
        return Health(self.name, self._state, self._detail, {"paper": self._paper.value})

    async def print_ticket(self, ticket: Ticket) -> None:
        """Print and cut; returns when the printer has confirmed that it is done.

        Raises:
            DeviceGone: not configured, or not connected.
            DeviceTimeout: no confirmation within five seconds; the slip may be printed or not.
            DeviceError: no paper, before or during printing.
        """
        if self._port == "none":
            raise DeviceGone(self._detail)
        job = slip(ticket, self._profile)
        deadline = time.monotonic() + _TICKET_S
        await self._do(lambda: self._print(job, deadline), _CALLER_S)
        log.info("printer: ticket printed")

    async def paper(self) -> Paper:
        """Ask the sensor; UNKNOWN when the printer does not answer."""
        if self._port == "none":
            return Paper.UNKNOWN
        with contextlib.suppress(DeviceError):
            await self._do(self._look, _CALLER_S)
        return self._paper

    async def _supervise(self) -> None:
        backoff = Backoff(0.1, 5.0)
        while True:
            try:
                await self._do(self._look, _CALLER_S)
            except DeviceError:
                await asyncio.sleep(backoff.pause())
            else:
                backoff.reset()
                await asyncio.sleep(_LOOK_AFTER_S)

    async def _do(self, work: Callable[[], Answer], within: float) -> Answer:
        """Run work in the worker; DeviceTimeout when it is not done within so many seconds."""
        try:
            # Not wait_for: Python 3.11's loses a cancellation that meets the end of its wait.
            async with asyncio.timeout(within):
                return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except TimeoutError as error:
            raise DeviceTimeout(
                "The ticket printer is busy or stuck: check its cable and its cover."
            ) from error
        except RuntimeError as error:
            raise DeviceGone("The ticket printer was stopped.") from error

    # --- in the worker thread ---------------------------------------------------------------------

    def _look(self) -> None:
        with self._exchange():
            self._ask_paper(time.monotonic() + _STATUS_S)

    def _print(self, job: bytes, deadline: float) -> None:
        with self._exchange():
            if time.monotonic() > deadline:
                raise DeviceTimeout("The ticket printer was busy: print the ticket again.")
            self._ask_paper(time.monotonic() + _STATUS_S)
            self._refuse_without_paper()
            line = self._opened()
            line.write(job + _PAPER_IN_TURN)
            self._confirm(line, deadline)

    def _confirm(self, line: serial.SerialBase, deadline: float) -> None:
        """Wait for the answer in turn, and look at the paper now and then meanwhile."""
        recheck = time.monotonic() + _RECHECK_S
        while (now := time.monotonic()) < deadline:
            for octet in line.read(1):
                if octet & 0x90 == 0:
                    return
                self._note_paper(octet)
            if self._paper is Paper.OUT:
                # Else the rest of this slip would come out in front of the next one.
                line.write(_CLEAR_BUFFERS)
                self._ask_paper(time.monotonic() + _STATUS_S)
                raise DeviceError(_NO_PAPER)
            if now >= recheck:
                line.write(_PAPER_NOW)
                recheck = now + _RECHECK_S
        raise DeviceTimeout("The ticket printer did not confirm the ticket: look whether it came out.")

    def _refuse_without_paper(self) -> None:
        if self._paper is Paper.OUT:
            raise DeviceError(_NO_PAPER)

    def _ask_paper(self, deadline: float) -> None:
        line = self._opened()
        line.reset_input_buffer()  # type: ignore[attr-defined]  # every kind of line has it
        line.write(_PAPER_NOW)
        while time.monotonic() < deadline:
            for octet in line.read(1):
                if self._note_paper(octet):
                    return
        raise DeviceTimeout("The ticket printer does not answer: switch it off and on.")

    def _note_paper(self, octet: int) -> bool:
        """Take in an answer to DLE EOT 4; False if the octet is none."""
        if octet & 0x93 != 0x12:
            return False
        self._paper = Paper.OUT if octet & 0x60 else Paper.LOW if octet & 0x0C else Paper.OK
        return True

    def _opened(self) -> serial.SerialBase:
        if self._line is None:
            self._line = serial.serial_for_url(self._port, self._baud, timeout=0.1, write_timeout=2.0)
        return self._line

    @contextlib.contextmanager
    def _exchange(self) -> Iterator[None]:
        """What happens on the wire becomes the driver's state and one of its own errors."""
        try:
            yield
        except DeviceTimeout as error:
            self._lost(str(error))
            raise
        except DeviceError:
            self._here()
            raise
        except _WIRE_ERRORS as error:
            gone = "The ticket printer is not connected: check its cable and [printer] port."
            self._lost(gone)
            raise DeviceGone(gone) from error
        else:
            self._here()

    def _here(self) -> None:
        self._seen = True
        match self._paper:
            case Paper.OUT:
                self._became(State.FAILED, "No paper: put in a new roll.")
            case Paper.LOW:
                self._became(State.DEGRADED, "The paper runs low: have a new roll ready.")
            case _:
                self._became(State.READY, "Ready to print.")

    def _lost(self, why: str) -> None:
        self._paper = Paper.UNKNOWN
        self._became(State.FAILED if self._seen else State.ABSENT, why)
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(*_WIRE_ERRORS):
                line.close()

    def _became(self, state: State, detail: str) -> None:
        if state is not self._state:
            log.info("printer: %s", state.value)
        self._state, self._detail = state, detail
