"""Interpreter of ESC/POS, the language of receipt printers (Epson's command reference, TM-T88 line)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from simulator.receipt import Align, Code, Line, Picture, Receipt, Style

# ESC t n: the pages that the TM-T88III has.
CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp862",
}
CODE_PAGES[19] = "cp858"

_ALIGN: tuple[Align, ...] = ("left", "center", "right")

# Commands without effect on what is rendered here: their count of parameter octets.
_IGNORED = {
    b"\x1b2": 0,
    b"\x1b3": 1,
    b"\x1b{": 1,
    b"\x1bM": 1,
    b"\x1bR": 1,
    b"\x1bS": 0,
    b"\x1bL": 0,
    b"\x1b ": 1,
    b"\x1bV": 1,
    b"\x1bc": 2,
    b"\x1bp": 3,
    b"\x1bU": 1,
    b"\x1b$": 2,
    b"\x1bD": 0,
    b"\x1d|": 1,
    b"\x1db": 1,
    b"\x1dL": 2,
    b"\x1dW": 2,
    b"\x1dP": 2,
    b"\x1da": 1,
    b"\x1c.": 0,
    b"\x1c&": 0,
}


class Interpreter:
    """Turns octets into receipts.

    `cut` gets each finished receipt, `answer` what goes back to the computer, `status` tells the paper octet
    for GS r. `line_printed` is called after each line and may stop the paper: `step` then is not called.
    """

    def __init__(
        self,
        cut: Callable[[Receipt], None],
        answer: Callable[[bytes], None],
        status: Callable[[], int],
        line_printed: Callable[[], None],
    ) -> None:
        self._cut = cut
        self._answer = answer
        self._status = status
        self._line_printed = line_printed
        self.forget()

    def forget(self) -> None:
        """Drop the slip begun, back to the settings after power-on."""
        self._parts: list[Line | Code | Picture] = []
        self._initialise()

    def step(self, data: bytes) -> int:
        """Carry out the first command or character of `data`; octets used, 0 when more are needed."""
        first = data[0]
        if first == 0x0A:
            self._feed()
            return 1
        if first in (0x1B, 0x1C, 0x1D):
            return self._command(data)
        if first == 0x10:
            return 0 if len(data) < 3 else 3
        if first >= 0x20:
            self._put(data[:1].decode(self._page, "replace"))
        elif first == 0x09:
            self._put(" " * (8 - sum(len(text) for text, _ in self._pieces) % 8))
        return 1

    def _initialise(self) -> None:
        self._style = Style()
        self._align: Align = "left"
        self._page = "cp437"
        self._pieces: list[tuple[str, Style]] = []
        self._code = b""
        self._module = 3
        self._correction = 48

    def _put(self, text: str) -> None:
        if self._pieces and self._pieces[-1][1] == self._style:
            text = self._pieces.pop()[0] + text
        self._pieces.append((text, self._style))

    def _feed(self, lines: int = 1) -> None:
        for _ in range(lines):
            self._parts.append(Line(tuple(self._pieces), self._align))
            self._pieces = []
            self._line_printed()

    def _command(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        name, rest = data[:2], data[2:]
        if name == b"\x1b@":
            self._initialise()
            return 2
        if name in (b"\x1b(", b"\x1c(", b"\x1d("):
            return self._extended(rest)
        if name == b"\x1dv":
            return self._raster(rest)
        if name == b"\x1dV":
            return self._cut_paper(rest)
        size = _IGNORED.get(name, 1)
        if len(rest) < size:
            return 0
        if name not in _IGNORED:
            self._set(name, rest[0])
        return 2 + size

    def _set(self, name: bytes, value: int) -> None:
        """Commands with one parameter octet; unknown ones are taken for such."""
        match name:
            case b"\x1bt":
                self._page = CODE_PAGES.get(value, "cp437")
            case b"\x1bE" | b"\x1bG":
                self._style = replace(self._style, bold=bool(value & 1))
            case b"\x1b-":
                self._style = replace(self._style, underlined=value % 48 in (1, 2))
            case b"\x1dB":
                self._style = replace(self._style, inverted=bool(value & 1))
            case b"\x1b!":
                self._style = replace(
                    self._style,
                    bold=bool(value & 0x08),
                    height=2 if value & 0x10 else 1,
                    width=2 if value & 0x20 else 1,
                    underlined=bool(value & 0x80),
                )
            case b"\x1d!":
                self._style = replace(self._style, width=(value >> 4 & 7) + 1, height=(value & 7) + 1)
            case b"\x1ba":
                self._align = _ALIGN[value % 48 % 3]
            case b"\x1bd":
                self._feed(value)
            case b"\x1bJ":
                self._feed(1 if self._pieces else 0)
            case b"\x1dr":
                self._answer(bytes((self._status(),)))

    def _cut_paper(self, rest: bytes) -> int:
        if not rest:
            return 0
        size = 1 if rest[0] in (0, 1, 48, 49) else 2
        if len(rest) < size:
            return 0
        if self._pieces:
            self._feed()
        receipt, self._parts = Receipt(tuple(self._parts)), []
        self._cut(receipt)
        return 2 + size

    def _extended(self, rest: bytes) -> int:
        """GS ( X pL pH …; of these, the QR functions of GS ( k are carried out."""
        if len(rest) < 3:
            return 0
        size = int.from_bytes(rest[1:3], "little")
        body = rest[3 : 3 + size]
        if len(body) < size:
            return 0
        if rest[:1] == b"k" and body[:1] == b"1" and len(body) > 2:
            self._qr(body[1], body[2:])
        return 5 + size

    def _qr(self, function: int, parameters: bytes) -> None:
        match function:
            case 67:
                self._module = parameters[0]
            case 69:
                self._correction = parameters[0]
            case 80:
                self._code = parameters[1:]
            case 81:
                content = self._code.decode("utf-8", "replace")
                self._parts.append(Code(content, self._module, self._correction, self._align))
                self._line_printed()

    def _raster(self, rest: bytes) -> int:
        """GS v 0 m xL xH yL yH …"""
        if len(rest) < 6:
            return 0
        across, rows = int.from_bytes(rest[2:4], "little"), int.from_bytes(rest[4:6], "little")
        bits = rest[6 : 6 + across * rows]
        if len(bits) < across * rows:
            return 0
        if bits:
            raster = Image.frombytes("1", (across * 8, rows), bytes(octet ^ 0xFF for octet in bits))
            self._parts.append(Picture(raster.convert("L"), self._align))
            self._line_printed()
        return 8 + across * rows
