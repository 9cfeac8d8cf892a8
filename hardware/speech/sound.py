"""The sound device: a microphone and a loudspeaker, each in a child process, each may be missing."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Final

from hardware.ports import Health, State
from hardware.speech import frames
from hardware.speech.child import Child
from hardware.speech.settings import NOT_CONFIGURED, SpeechSettings

MUTE_S: Final = 2.0
START_S: Final = 8.0
CUT_S: Final = 0.3
WORST_FIRST: Final = (State.FAILED, State.DEGRADED, State.CONNECTING, State.ABSENT, State.READY)


class Playback:
    """One piece of sound on its way out.

    `started`: monotonic time at which the first sample was handed to the sound server, None if that
    never happened. `ended`: True when all of it was played, False when it was cut or the loudspeaker
    was lost.
    """

    def __init__(self, number: int, samples: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.number = number
        self.samples = samples
        self.started: asyncio.Future[float | None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()

    def _begin(self, at: float) -> None:
        if not self.started.done():
            self.started.set_result(at)

    def _end(self, whole: bool) -> None:
        if not self.started.done():
            self.started.set_result(None)
        if not self.ended.done():
            self.ended.set_result(whole)


class _Line:
    """One direction: its child and how it feels, or nothing when it is not configured."""

    def __init__(
        self,
        role: str,
        device: str,
        settings: SpeechSettings,
        on_frame: Callable[[bytes, bytes], bool],
        on_state: Callable[[State], None],
    ) -> None:
        self.role = role
        self._beats = -1
        self._on_frame = on_frame
        self.child = (
            None
            if device == NOT_CONFIGURED
            else Child(
                role,
                "hardware.speech.audio",
                [role, device],
                settings.environment(),
                on_frame=self._received,
                on_state=on_state,
                mute_s=MUTE_S,
                start_s=START_S,
            )
        )

    def _received(self, kind: bytes, payload: bytes) -> bool:
        if kind != frames.ALIVE:
            return self._on_frame(kind, payload)
        # a child that lives while its device makes no more callbacks is as good as dead
        beats: int = frames.COUNT.unpack(payload)[0]
        moving = beats != self._beats
        self._beats = beats
        return moving

    @property
    def state(self) -> State:
        return self.child.state if self.child else State.ABSENT

    def say(self) -> str:
        """One clause for health."""
        if self.child is None:
            return f"no {self.role} is configured"
        return f"{self.role} {self.state.value}" + (f" ({self.child.detail})" if self.child.detail else "")


class SoundDevice:
    """Microphone and loudspeaker. Give it to `VoskHearing` and `Pyttsx3Voice`."""

    def __init__(self, settings: SpeechSettings) -> None:
        self.name = "sound"
        self._microphone = _Line(
            "microphone", settings.microphone, settings, self._heard, self._microphone_is
        )
        self._speaker = _Line("speaker", settings.speaker, settings, self._played, self._speaker_is)
        self._hearers: list[Callable[[float, bytes], None]] = []
        self._losses: list[Callable[[], None]] = []
        self._players: list[Callable[[bytes, int, float], None]] = []
        self._silences: list[Callable[[int], None]] = []
        self._numbers = itertools.count(1)
        self._playing: dict[int, Playback] = {}
        self._silent: asyncio.Future[float] | None = None
        self._still = asyncio.Event()
        self._still.set()

    async def start(self) -> None:
        """Start the children; returns at once."""
        for line in (self._microphone, self._speaker):
            if line.child is not None:
                line.child.start()

    async def stop(self) -> None:
        """End the children."""
        lines = (self._microphone, self._speaker)
        await asyncio.gather(*(line.child.stop() for line in lines if line.child is not None))

    def health(self) -> Health:
        """The worse of both directions; each one's own state is among the facts."""
        lines = (self._microphone, self._speaker)
        used = [line.state for line in lines if line.child is not None]
        state = min(used, key=WORST_FIRST.index, default=State.ABSENT)
        if State.READY in used and state is not State.READY:
            state = State.DEGRADED
        return Health(
            self.name,
            state,
            "; ".join(line.say() for line in lines),
            {line.role: line.state.value for line in lines},
        )

    @property
    def microphone(self) -> State:
        """State of the microphone alone."""
        return self._microphone.state

    @property
    def speaker(self) -> State:
        """State of the loudspeaker alone."""
        return self._speaker.state

    def pids(self) -> dict[str, int]:
        """Process ids of the running children by role; for figures and tests."""
        lines = (self._microphone, self._speaker)
        return {line.role: line.child.pid for line in lines if line.child is not None and line.child.pid}

    def on_audio(self, hearer: Callable[[float, bytes], None]) -> None:
        """Have `hearer(time of the first sample, 512 samples of 16-bit 16 kHz mono)` called per block."""
        self._hearers.append(hearer)

    def on_microphone_lost(self, hearer: Callable[[], None]) -> None:
        """Have `hearer()` called when the microphone goes away."""
        self._losses.append(hearer)

    def on_played(self, hearer: Callable[[bytes, int, float], None]) -> None:
        """Have `hearer(samples, count, at)` called when a piece begins to sound.

        Its first sample, the stream's `count`th, was handed to the sound server at the monotonic time `at`.
        """
        self._players.append(hearer)

    def on_silent(self, hearer: Callable[[int], None]) -> None:
        """Have `hearer(count)` called when sound was cut at the stream's `count`th sample."""
        self._silences.append(hearer)

    def play(self, samples: bytes) -> Playback | None:
        """Queue 22.05 kHz 16-bit mono samples behind what sounds; None when there is no loudspeaker."""
        number = next(self._numbers)
        child = self._speaker.child
        if child is None or not samples or not child.send(frames.PLAY, frames.NUMBER.pack(number) + samples):
            return None
        self._playing[number] = Playback(number, samples)
        return self._playing[number]

    async def cut(self) -> float:
        """Silence everything queued; returns the monotonic time at which the last sample was handed out."""
        child = self._speaker.child
        silent: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        sent = child is not None and child.send(frames.CUT)
        cut, self._playing = self._playing, {}
        for playback in cut.values():
            playback._end(whole=False)
        if not sent:
            return time.monotonic()
        self._silent = silent
        self._still.clear()
        try:
            return await asyncio.wait_for(silent, CUT_S)
        except TimeoutError:
            # a loudspeaker that cannot be silenced is a mute one: the watchdog's business
            return time.monotonic()

    async def silence(self) -> None:
        """Until what was cut is silent indeed, however busy the machine is; a lost loudspeaker is."""
        await self._still.wait()

    def _heard(self, kind: bytes, payload: bytes) -> bool:
        if kind == frames.AUDIO:
            (at,) = frames.TIME.unpack_from(payload)
            for hearer in self._hearers:
                hearer(at, payload[frames.TIME.size :])
        return True

    def _played(self, kind: bytes, payload: bytes) -> bool:
        if kind == frames.STARTED:
            number, at, count = frames.MARK.unpack(payload)
            if number in self._playing:
                for hearer in self._players:
                    hearer(self._playing[number].samples, count, at)
                self._playing[number]._begin(at)
        elif kind == frames.ENDED:
            number, _, _ = frames.MARK.unpack(payload)
            playback = self._playing.pop(number, None)
            if playback is not None:
                playback._end(whole=True)
        elif kind == frames.SILENT:
            self._still.set()
            _, at, count = frames.MARK.unpack(payload)
            for silence in self._silences:
                silence(count)
            if self._silent is not None and not self._silent.done():
                self._silent.set_result(at)
        return True

    def _microphone_is(self, state: State) -> None:
        if state is not State.READY:
            for hearer in self._losses:
                hearer()

    def _speaker_is(self, state: State) -> None:
        if state is not State.READY:
            self._still.set()
            lost, self._playing = self._playing, {}
            for silence in self._silences:
                silence(0)
            for playback in lost.values():
                playback._end(whole=False)
