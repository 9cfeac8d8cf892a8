"""A receipt printer on a serial line: prints, watches its paper, can be unplugged, mute or out of paper."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import TracebackType

from simulator.escpos import Interpreter
from simulator.pty import Wire
from simulator.receipt import Receipt

__all__ = ["PAPER", "Receipt", "ReceiptPrinter"]

PAPER = ("ok", "low", "out")

_REAL_TIME = re.compile(rb"\x10\x04(.)|\x10\x05(.)|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", re.DOTALL)
_LONGEST_REAL_TIME = 10


class ReceiptPrinter:
    """An Epson-like printer behind the serial line `link`; with `out_dir`, each slip is also written there.

    Without paper it keeps what it receives and goes on when there is paper again, as real ones do; the status
    commands (DLE EOT) and "clear buffers" (DLE DC4 8) work all the time.
    """

    def __init__(self, link: Path, out_dir: Path | None = None) -> None:
        self.wire = Wire(link, self._received)
        self._out_dir = out_dir
        self._changed = threading.Condition(threading.RLock())
        self._receipts: list[Receipt] = []
        self._collected = 0
        self._pending = b""
        self._paper = "ok"
        self._lines_left: int | None = None
        self._mute = False
        self._interpreter = Interpreter(self._cut, self.wire.send, self._sensor, self._line_printed)

    @property
    def link(self) -> Path:
        """Where the line is found while plugged."""
        return self.wire.link

    @property
    def receipts(self) -> list[Receipt]:
        """All slips cut so far, oldest first."""
        with self._changed:
            return list(self._receipts)

    @property
    def paper(self) -> str:
        """Paper sensor: "ok", "low" (near the end) or "out"."""
        return self._paper

    @paper.setter
    def paper(self, state: str) -> None:
        if state not in PAPER:
            raise ValueError(f"There is no paper state {state!r}: choose one of {', '.join(PAPER)}.")
        with self._changed:
            self._paper = state
            if state != "out":
                self._lines_left = None
            self._work()

    def run_out_after(self, lines: int) -> None:
        """Let the roll end after so many more lines."""
        with self._changed:
            self._lines_left = lines

    @property
    def ends(self) -> bool:
        """Whether the roll is about to end within the next lines."""
        return self._lines_left is not None and self._paper != "out"

    @property
    def muted(self) -> bool:
        """Whether it receives without printing or answering anything."""
        return self._mute

    def mute(self, on: bool = True) -> None:
        """Receive without printing or answering anything."""
        with self._changed:
            self._mute = on

    @property
    def plugged(self) -> bool:
        """Whether the line exists."""
        return self.wire.plugged

    def unplug(self) -> None:
        """Pull the cable (and with it the power: what was not printed is lost)."""
        self.wire.unplug()
        with self._changed:
            self._pending = b""
            self._interpreter.forget()

    def plug(self) -> None:
        """Put the cable back."""
        self.wire.plug()

    def start(self) -> None:
        """Make the line."""
        self.plug()

    def stop(self) -> None:
        """Remove the line."""
        self.wire.unplug()

    def wait_receipt(self, timeout: float = 60.0, count: int | None = None) -> Receipt:
        """The slip, once there are `count` in all (None: one more than the last call returned).

        Raises:
            TimeoutError: there was none in time (`timeout` in seconds).
        """
        with self._changed:
            wanted = count if count is not None else self._collected + 1
            if not self._changed.wait_for(lambda: len(self._receipts) >= wanted, timeout):
                raise TimeoutError(f"The printer has cut {len(self._receipts)} slips, not {wanted}.")
            self._collected = wanted
            return self._receipts[wanted - 1]

    def __enter__(self) -> ReceiptPrinter:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def _received(self, data: bytes) -> None:
        with self._changed:
            if not self._mute:
                self._pending += data
                self._work()

    def _work(self) -> None:
        """Carry out what was received; without paper only what is to be done at once."""
        while self._pending:
            stopped = self._paper == "out"
            real_time = (_REAL_TIME.search if stopped else _REAL_TIME.match)(self._pending)
            if real_time:
                self._pending = self._pending[: real_time.start()] + self._pending[real_time.end() :]
                self._at_once(real_time)
                continue
            if stopped:
                return
            if self._pending[0] == 0x10 and len(self._pending) < _LONGEST_REAL_TIME:
                return
            used = self._interpreter.step(self._pending)
            if used == 0:
                return
            self._pending = self._pending[used:]

    def _at_once(self, command: re.Match[bytes]) -> None:
        """DLE EOT n (status), DLE ENQ n (without effect here) and DLE DC4 8 (clear buffers)."""
        if command[1] is not None:
            out, low = self._paper == "out", self._paper != "ok"
            status = {1: 0x08 * out, 2: 0x20 * out, 4: 0x60 * out | 0x0C * low}
            self.wire.send(bytes((0x12 | status.get(command[1][0], 0),)))
        elif command[2] is None:
            self._interpreter.forget()
            self._pending = self._pending[command.start() :]

    def _sensor(self) -> int:
        """The answer to GS r 1."""
        return {"ok": 0x00, "low": 0x03, "out": 0x0F}[self._paper]

    def _line_printed(self) -> None:
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self._paper = "out"

    def _cut(self, receipt: Receipt) -> None:
        with self._changed:
            self._receipts.append(receipt)
            if self._out_dir is not None:
                self._out_dir.mkdir(parents=True, exist_ok=True)
                receipt.save(self._out_dir / f"receipt-{len(self._receipts):03}")
            self._changed.notify_all()
