"""What goes over the wires, as lines for a developer.

As in `lotse card --trace` contents are only counted: no APDU's data, no word of a sentence, of a ticket only
the first octets. A line that comes again and again (heartbeats, questions for the paper) is counted, too.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator import body
from simulator.processes import end, spawn
from simulator.voice import SoundServer
from simulator.world import World

WIRES = ("card", "body", "printer", "camera", "sound", "panel")
KEEP = 1500
_SAME_WITHIN = 8  # lines of one wire among which a repeated one is found
_SETTLED_S = 0.3
_SHOWN = 12  # octets of a serial line

# ISO/IEC 7816-4 section 5.6; 7816-8 and BSI TR-03110-3 for those of PACE
_INSTRUCTIONS = {
    0x22: "MANAGE SECURITY ENVIRONMENT",
    0x2C: "RESET RETRY COUNTER",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x86: "GENERAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB1: "READ BINARY",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
}
_STREAMS = {"source-output": "a microphone", "sink-input": "a loudspeaker"}


@dataclass
class Line:
    """One line: `n` stays when it is repeated, `at` (seconds), `count` and `change` then grow."""

    n: int
    at: float
    wire: str
    text: str
    key: str
    change: int
    count: int = 1

    def shown(self) -> dict[str, Any]:
        """What the page gets of it."""
        return {"n": self.n, "at": self.at, "wire": self.wire, "text": self.text, "count": self.count}


class Traces:
    """The newest lines of all wires. Any thread may add; `changed` is called after each addition."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._begun = time.monotonic()
        self._changed = changed
        self._lock = threading.Lock()
        self._lines: deque[Line] = deque(maxlen=KEEP)
        self._changes = 0

    def add(self, wire: str, text: str, key: str = "") -> None:
        """A line of one of WIRES; `key` tells which lines just before it say the same (default: the text)."""
        key = key or text
        with self._lock:
            self._changes += 1
            at = round(time.monotonic() - self._begun, 3)
            line = self._same(wire, key)
            if line is None:
                self._lines.append(Line(self._changes, at, wire, text, key, self._changes))
            else:
                line.at, line.text, line.change = at, text, self._changes
                line.count += 1
        self._changed()

    def since(self, change: int) -> tuple[int, list[dict[str, Any]]]:
        """The number of the newest change, and the lines that were new or repeated after `change`."""
        with self._lock:
            return self._changes, [line.shown() for line in self._lines if line.change > change]

    def _same(self, wire: str, key: str) -> Line | None:
        seen = 0
        for line in reversed(self._lines):
            if line.wire == wire:
                if line.key == key:
                    return line
                seen += 1
            if seen == _SAME_WITHIN:
                return None
        return None


class Taps:
    """Listens in on every wire of a world, between start() and stop().

    `plugged` is called when a sound device has come or gone.
    """

    def __init__(self, world: World, traces: Traces, plugged: Callable[[], None]) -> None:
        self._world = world
        self._traces = traces
        self._streams = Streams(world.sound, lambda text: traces.add("sound", text), plugged)

    def start(self) -> None:
        """Listen in."""
        add, world = self._traces.add, self._world
        world.reader.tap = lambda command, answer, ms: add("card", apdu(command, answer, ms))
        world.body.wire.tap = lambda direction, data: add("body", *modbus(direction, data))
        world.printer.wire.tap = lambda direction, data: add("printer", escpos(direction, data))
        world.camera.tap = lambda text: add("camera", text)
        self._streams.start()

    def stop(self) -> None:
        """Listen no more."""
        self._streams.stop()
        world = self._world
        world.reader.tap = world.camera.tap = None
        world.body.wire.tap = world.printer.wire.tap = None


class Streams:
    """Tells which programs begin and end to listen and to play, as the sound server reports it."""

    def __init__(self, server: SoundServer, tell: Callable[[str], None], plugged: Callable[[], None]) -> None:
        self._server = server
        self._tell = tell
        self._plugged = plugged
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="streams", daemon=True)

    def start(self) -> None:
        """Watch the server, also the next one when this one dies."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        if self._process is not None:
            end(self._process)
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._server.alive:
                process = spawn(["pactl", "-s", self._server.address, "subscribe"], stdout=subprocess.PIPE)
                self._process = process
                with contextlib.suppress(OSError, ValueError):  # the pipe is closed by stop()
                    self._listen(process)
                end(process)
                self._plugged()
            self._stopped.wait(0.2)  # the server is away: ask again

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        while process.stdout is not None and (line := process.stdout.readline()):
            # Event 'new' on source-output #12
            words = line.decode("ascii", "replace").replace("'", "").split()
            if len(words) != 5 or words[1] not in ("new", "remove"):
                continue
            if words[3] == "sink":
                self._stopped.wait(_SETTLED_S)  # whoever plugged it in learns of it after this
                self._plugged()
            elif words[3] in _STREAMS:
                act = "opens" if words[1] == "new" else "closes"
                self._tell(f"a program {act} {_STREAMS[words[3]]} (stream {words[4]})")


def apdu(command: bytes, answer: bytes | None, ms: float) -> str:
    """One exchange: instruction, header, lengths, status word, duration; contents are only counted."""
    if not command:
        return f"reset · answer to reset {(answer or b'').hex(' ').upper()}"
    name = _INSTRUCTIONS.get(command[1], "unknown instruction") if len(command) > 1 else "no command"
    secure = " protected" if len(command) > 4 and command[0] & 0x0C == 0x0C and command[0] != 0xFF else ""
    sent = f"> {name}{secure} · {command[:4].hex(' ').upper()} · {max(0, len(command) - 4)} octets"
    if answer is None:
        return f"{sent} · no answer · {ms:.1f} ms"
    return f"{sent} < {len(answer) - 2} octets · {answer[-2:].hex().upper()} · {ms:.1f} ms"


def modbus(direction: str, frame: bytes) -> tuple[str, str]:
    """A frame of the body's line with what it means, and the meaning alone (heartbeats count upwards)."""
    meaning = "wrong check sum"
    if len(frame) >= 4 and body.check(frame[:-2]) == frame[-2:]:
        meaning = _request(frame[1:-2]) if direction == ">" else _response(frame[1:-2])
    octets = frame[:_SHOWN].hex(" ").upper()
    return f"{direction} {meaning} · {octets}", f"{direction} {meaning}"


def escpos(direction: str, data: bytes) -> str:
    """The first octets of what goes to or comes from the printer, and how many there were."""
    octets = data[:_SHOWN].hex(" ").upper() + (" …" if len(data) > _SHOWN else "")
    what = {b"\x10\x04": "status? ", b"\x1dr": "paper? ", b"\x1b@": "initialise "}.get(data[:2], "")
    counted = "1 octet" if len(data) == 1 else f"{len(data)} octets"
    return f"{direction} {what}{counted} · {octets}"


def _request(request: bytes) -> str:
    function, address = request[0], int.from_bytes(request[1:3])
    value = int.from_bytes(request[3:5])
    match function:
        case 0x02:
            return "presence?"
        case 0x03:
            return "registers?"
        case 0x06 if address == 0 and value < len(body.LIGHTS):
            return f"light {body.LIGHTS[value]}"
        case 0x06 if address == 1:
            return "heartbeat"
        case 0x10 if (
            len(request) >= 8 and address == 0 and (light := int.from_bytes(request[6:8])) < len(body.LIGHTS)
        ):
            return f"light {body.LIGHTS[light]}, heartbeat"
    return f"function {function:02X}"


def _response(response: bytes) -> str:
    match response[0]:
        case 0x02:
            return "somebody is there" if response[-1] else "nobody is there"
        case function if function & 0x80:
            return f"exception {response[1]}"
    return "done"
