"""The sound child: `python -m hardware.speech.audio microphone|speaker [DEVICE]`.

PortAudio lives here and nowhere else. When the sound server dies, PortAudio may wait for ever, in a
call that nothing can interrupt; the robot then kills this process and starts another. Frames are in
`frames`. The child ends by itself when the robot is gone (end of its standard input).
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from array import array
from collections import deque
from typing import Any

import sounddevice as sd

from hardware.speech import frames
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE, SPEAKING_RATE

PRIORITY = -10  # below a sound server's own; where the system allows it
SPEAKING_BLOCK = 256  # samples, 12 ms
# What PortAudio is asked to keep ahead, in seconds. Its own "low" is refused by ALSA's pulse devices
# or grows to 100 ms there; less than this crackles on a busy machine.
LATENCY_S = 0.02
FADE = SPEAKING_RATE // 100  # samples over which a cut fades out
ALIVE_EVERY_S = 0.2
CLOCK_WINDOW = 128  # blocks over which the microphone's clock is fitted


def find(name: str, channels: str) -> int | None:
    """The PortAudio index of the device of that name (exact, else a part), None for the default one.

    `channels` is "max_input_channels" or "max_output_channels". Raises LookupError.
    """
    if not name:
        return None
    able = [
        (index, device["name"]) for index, device in enumerate(sd.query_devices()) if device[channels] > 0
    ]
    for index, device in able:
        if device == name:
            return index
    for index, device in able:
        if name.lower() in device.lower():
            return index
    raise LookupError(f"there is no sound device named '{name}'; there are: {', '.join(n for _, n in able)}")


class Clock:
    """Tells when a sample was heard, from when its block was delivered.

    Delivery is only ever late, so the earliest of the last blocks (by sample count) is the true line.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._samples = 0
        self._offsets: deque[float] = deque(maxlen=CLOCK_WINDOW)

    def stamp(self, now: float, samples: int) -> float:
        """Monotonic time of the first of `samples` samples whose last one was heard at `now` or before."""
        first = self._samples
        self._samples += samples
        self._offsets.append(now - self._samples / self._rate)
        return min(self._offsets) + first / self._rate


class Outbox:
    """Frames for the robot, from any thread; a device callback must never wait for a pipe."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._pipe = sys.stdout.buffer
        self._beats = 0

    def put(self, kind: bytes, payload: bytes = b"") -> None:
        """Queue one frame."""
        self._queue.put(frames.pack(kind, payload))

    def beat(self) -> None:
        """Called by every callback of the device; the first one proves that it works."""
        if not self._beats:
            self.put(frames.READY)
        self._beats += 1

    def ended(self) -> None:
        """The device gave up; so does this process, after saying so."""
        self.put(frames.FAILED, b"the sound server or the device ended the stream")

    def run(self) -> None:
        """Write frames for ever, and a sign of life with the number of callbacks in between."""
        due = time.monotonic()
        while True:
            try:
                frame = self._queue.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                due = time.monotonic() + ALIVE_EVERY_S
                frame = frames.pack(frames.ALIVE, frames.COUNT.pack(self._beats))
            self._pipe.write(frame)
            self._pipe.flush()
            if frame.startswith(frames.FAILED):
                os._exit(1)


class Microphone:
    """Blocks of the microphone, each with the time of its first sample."""

    def __init__(self, outbox: Outbox, name: str) -> None:
        self._outbox = outbox
        self._clock = Clock(HEARING_RATE)
        self._stream = sd.RawInputStream(
            samplerate=HEARING_RATE,
            blocksize=HEARING_BLOCK,
            device=find(name, "max_input_channels"),
            channels=1,
            dtype="int16",
            latency=LATENCY_S,
            callback=self._heard,
            finished_callback=outbox.ended,
        )

    def start(self) -> None:
        """Open the microphone."""
        self._stream.start()

    def _heard(self, samples: Any, count: int, times: Any, _status: sd.CallbackFlags) -> None:
        self._outbox.beat()
        first = self._clock.stamp(time.monotonic(), count)
        self._outbox.put(frames.AUDIO, frames.TIME.pack(first) + bytes(samples))

    def obey(self, kind: bytes, payload: bytes) -> None:
        """A microphone takes no orders."""


class Speaker:
    """One stream that stays open; pieces are played one after the other, silence in between."""

    def __init__(self, outbox: Outbox, name: str) -> None:
        self._outbox = outbox
        self._lock = threading.Lock()
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._position = 0
        self._count = 0  # samples handed out before this callback
        self._clock = Clock(SPEAKING_RATE)
        self._fade = b""
        self._cut = False
        self._stream = sd.RawOutputStream(
            samplerate=SPEAKING_RATE,
            blocksize=SPEAKING_BLOCK,
            device=find(name, "max_output_channels"),
            channels=1,
            dtype="int16",
            latency=LATENCY_S,
            callback=self._wanted,
            finished_callback=outbox.ended,
        )

    def start(self) -> None:
        """Open the loudspeaker; silence flows until there is something to say."""
        self._stream.start()

    def obey(self, kind: bytes, payload: bytes) -> None:
        """Play a piece after those already waiting, or cut everything."""
        with self._lock:
            if kind == frames.PLAY:
                (number,) = frames.NUMBER.unpack_from(payload)
                self._pieces.append((number, payload[frames.NUMBER.size :]))
            elif kind == frames.CUT:
                self._fade = self._fading()
                self._pieces.clear()
                self._position = 0
                self._cut = True

    def _fading(self) -> bytes:
        """The next samples of the sounding piece, sinking to nothing: no click when it is cut."""
        if not self._pieces or not self._position:
            return b""
        rest = array("h", self._pieces[0][1][self._position : self._position + 2 * FADE])
        return array("h", (value * (len(rest) - i) // len(rest) for i, value in enumerate(rest))).tobytes()

    def _wanted(self, out: Any, count: int, _times: Any, _status: sd.CallbackFlags) -> None:
        self._outbox.beat()
        now = self._clock.stamp(time.monotonic() + count / SPEAKING_RATE, count)
        with self._lock:
            filled = self._fill(out, now)
            if self._cut and not self._fade:
                self._cut = False
                self._outbox.put(frames.SILENT, self._mark(0, now, filled))
        out[filled:] = bytes(len(out) - filled)
        self._count += count

    def _mark(self, number: int, now: float, filled: int) -> bytes:
        """A moment of this callback: behind `filled` bytes of what it hands out."""
        samples = filled // 2
        return frames.MARK.pack(number, now + samples / SPEAKING_RATE, self._count + samples)

    def _fill(self, out: Any, now: float) -> int:
        filled = min(len(out), len(self._fade))
        out[:filled] = self._fade[:filled]
        self._fade = self._fade[filled:]
        while self._pieces and filled < len(out):
            number, samples = self._pieces[0]
            if not self._position:
                self._outbox.put(frames.STARTED, self._mark(number, now, filled))
            take = min(len(out) - filled, len(samples) - self._position)
            out[filled : filled + take] = samples[self._position : self._position + take]
            filled += take
            self._position += take
            if self._position >= len(samples):
                self._pieces.popleft()
                self._position = 0
                self._outbox.put(frames.ENDED, self._mark(number, now, filled))
        return filled


def _obey(opened: queue.SimpleQueue[Microphone | Speaker]) -> None:
    """Read orders until the robot is gone, then go too, whatever PortAudio is doing."""
    device: Microphone | Speaker | None = None
    while (frame := frames.read(sys.stdin.buffer)) is not None:
        device = device or opened.get()
        device.obey(*frame)
    os._exit(0)


def main(arguments: list[str]) -> int:
    """Serve one device until the robot closes our standard input or the device fails."""
    role, name = arguments[0], arguments[1] if len(arguments) > 1 else ""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    outbox = Outbox()
    opened: queue.SimpleQueue[Microphone | Speaker] = queue.SimpleQueue()
    threading.Thread(target=_obey, args=(opened,), daemon=True).start()
    try:
        device = Microphone(outbox, name) if role == "microphone" else Speaker(outbox, name)
        device.start()
    except (sd.PortAudioError, LookupError, ValueError) as error:
        sys.stdout.buffer.write(frames.pack(frames.FAILED, str(error).encode()))
        sys.stdout.buffer.flush()
        os._exit(1)
    opened.put(device)
    outbox.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
