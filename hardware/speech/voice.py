"""The colleague's voice: a synthesiser's child process, sentence by sentence, into the open loudspeaker."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import time
import wave
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.ports import (
    DeviceError,
    DeviceGone,
    DeviceTimeout,
    Health,
    SentenceStarted,
    SpeechEnded,
    State,
    VoiceEvent,
)
from hardware.speech import frames, lexicon, sentences
from hardware.speech.child import Child
from hardware.speech.frames import SPEAKING_RATE
from hardware.speech.languages import language
from hardware.speech.settings import NOT_CONFIGURED, SpeechSettings
from hardware.speech.sound import Playback, SoundDevice

WORDS_A_MINUTE: Final = 165
SLOWEST, FASTEST = 80, 400  # words a minute
RENDER_S: Final = 3.0
PIPER_RENDER_S: Final = 8.0  # it loads its voice first
START_S: Final = 2.5  # how long a piece may wait for the sound server before captions go on without it
PAUSE_S: Final = 0.18  # between two sentences
LEAD_S, TAIL_S = 0.005, 0.04  # what is kept of espeak's silence around a sentence
AUDIBLE: Final = 100  # of 32767
LETTERS_A_SECOND: Final = 14.0  # pace of captions without a rendering
KEPT_BYTES: Final = 8 * 1024 * 1024


@dataclass
class _Speech:
    """One `say`: its events for the consumer, and the task that speaks."""

    events: asyncio.Queue[VoiceEvent] = field(default_factory=asyncio.Queue)
    task: asyncio.Task[None] | None = None
    over: bool = False

    def end(self, completed: bool, at: float) -> None:
        if not self.over:
            self.over = True
            self.events.put_nowait(SpeechEnded(completed, at))


@dataclass(frozen=True)
class _Order:
    """What a rendering depends on."""

    spoken: str
    voice: str
    words_a_minute: int
    instead: str = ""  # espeak-ng's voice, where `voice` is a file of Piper's


class Pyttsx3Voice:
    """A `ports.Voice`. Captions (the events) go on, paced, when nothing can be heard.

    Languages with a voice file of Piper's are spoken by Piper, and by espeak-ng where it fails.
    """

    def __init__(self, settings: SpeechSettings, sound: SoundDevice) -> None:
        self.name = "voice"
        self._settings = settings
        self._sound = sound
        self._renderer = Child(
            "synthesiser",
            "hardware.speech.render",
            [settings.piper_program] if settings.piper_program else [],
            settings.environment(),
            on_frame=self._rendered,
            on_state=self._renderer_is,
            mute_s=None,
        )
        self._problem = ""
        self._ready = asyncio.Event()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._kept: OrderedDict[_Order, NDArray[np.int16]] = OrderedDict()
        self._speech: _Speech | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Start the synthesiser; returns at once."""
        self._renderer.start()

    async def stop(self) -> None:
        """Cut what is being said and end the synthesiser."""
        await self.cut()
        await self._renderer.stop()

    def health(self) -> Health:
        """DEGRADED: only captions."""
        facts = {"synthesiser": self._renderer.state.value, "speaker": self._sound.speaker.value}
        if self._settings.speaker == NOT_CONFIGURED:
            return Health(self.name, State.ABSENT, "no speaker is configured: captions only", facts)
        states = (self._renderer.state, self._sound.speaker)
        if all(state is State.READY for state in states):
            return Health(self.name, State.DEGRADED if self._problem else State.READY, self._problem, facts)
        if State.FAILED in states:
            detail = self._renderer.detail or "no sound comes out: captions only"
            return Health(self.name, State.DEGRADED, detail, facts)
        return Health(self.name, State.CONNECTING, self._renderer.detail, facts)

    def pids(self) -> dict[str, int]:
        """Process id of the running synthesiser; for figures and tests."""
        return {"synthesiser": self._renderer.pid} if self._renderer.pid else {}

    async def prepare(self, texts: Sequence[str], *, lang: str = "de") -> None:
        """Render fixed texts ahead into memory, as far as it is granted; failures wait for `say`."""
        for text in texts:
            for start, end in sentences.spans(text):
                order = self._order(text[start:end], lang, 1.0)
                with contextlib.suppress(DeviceError):
                    self._kept[order] = await self._render(order)
        while sum(samples.nbytes for samples in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)

    async def say(
        self, text: str, *, lang: str = "de", speed: float = 1.0, loudness: float = 1.0
    ) -> AsyncIterator[VoiceEvent]:
        """Speak `text`; what was being said is cut. Speaking begins here, not with the iteration.

        `speed`: 1.0 is 165 words a minute. `loudness`: 1.0 is the synthesiser's own, 0 is silence.
        """
        speech = _Speech()
        pieces = sentences.spans(text)
        orders = [self._order(text[start:end], lang, speed) for start, end in pieces]
        first = asyncio.create_task(self._render(orders[0])) if orders else None
        async with self._turn:
            await self._cut()
            self._speech = speech
            speech.task = asyncio.create_task(
                self._speak(speech, text, pieces, orders, first, loudness, speed)
            )
        return self._events(speech)

    async def cut(self) -> None:
        """Silence at once: 10 ms of fading behind what the sound server already holds."""
        async with self._turn:
            await self._cut()

    async def _cut(self) -> None:
        speech, self._speech = self._speech, None
        if speech is None or speech.over or speech.task is None:
            return
        speech.task.cancel()
        speech.end(completed=False, at=await self._sound.cut())
        with contextlib.suppress(asyncio.CancelledError):
            await speech.task

    async def _events(self, speech: _Speech) -> AsyncIterator[VoiceEvent]:
        while True:
            event = await speech.events.get()
            yield event
            if isinstance(event, SpeechEnded):
                return

    async def _speak(
        self,
        speech: _Speech,
        text: str,
        pieces: list[tuple[int, int]],
        orders: list[_Order],
        first: asyncio.Task[NDArray[np.int16]] | None,
        loudness: float,
        speed: float,
    ) -> None:
        rendering = first
        try:
            for index, chars in enumerate(pieces):
                samples = await self._await_rendering(rendering)
                is_last = index + 1 == len(pieces)
                rendering = None if is_last else asyncio.create_task(self._render(orders[index + 1]))
                caption = text[chars[0] : chars[1]]
                if samples is None:
                    seconds, playback = len(caption) / LETTERS_A_SECOND / max(speed, 0.2), None
                else:
                    pause = np.zeros(0 if is_last else int(PAUSE_S * SPEAKING_RATE), np.int16)
                    sounding = np.concatenate((_louder(samples, loudness), pause))
                    seconds, playback = len(sounding) / SPEAKING_RATE, self._sound.play(sounding.tobytes())
                await self._caption(speech, caption, chars, playback, seconds)
        finally:
            if rendering is not None:
                rendering.cancel()
        speech.end(completed=True, at=time.monotonic())

    async def _await_rendering(
        self, rendering: asyncio.Task[NDArray[np.int16]] | None
    ) -> NDArray[np.int16] | None:
        try:
            return await rendering if rendering is not None else None
        except DeviceError:
            return None

    async def _caption(
        self, speech: _Speech, caption: str, chars: tuple[int, int], playback: Playback | None, seconds: float
    ) -> None:
        """Report one sentence, wait until it was said; without sound, as long as it would take."""
        at: float | None = None
        if playback is not None:
            with contextlib.suppress(TimeoutError):
                at = await asyncio.wait_for(asyncio.shield(playback.started), START_S)
        started = at if at is not None else time.monotonic()
        speech.events.put_nowait(SentenceStarted(caption, chars, started, seconds))
        if playback is not None and at is not None:
            with contextlib.suppress(TimeoutError):
                # a lost loudspeaker ends it early, one that hangs is waited for no longer than this
                if await asyncio.wait_for(asyncio.shield(playback.ended), seconds + START_S):
                    return
        rest = started + seconds - time.monotonic()
        if rest > 0:
            await asyncio.sleep(rest)

    def _order(self, sentence: str, lang: str, speed: float) -> _Order:
        known = language(lang)
        own = known.voice or self._settings.voice
        files = self._settings.piper_voices
        file = files.get(lang) or files.get(known.lexicon) or files.get(known.ear)
        return _Order(
            # a line feed would end the voice's name on the wire
            " ".join(lexicon.of(lang).spoken(sentence).split()),
            str(file) if file else own,
            round(min(max(WORDS_A_MINUTE * known.pace * speed, SLOWEST), FASTEST)),
            own if file else "",
        )

    async def _render(self, order: _Order) -> NDArray[np.int16]:
        """Samples of one sentence. Raises DeviceError after the deadline, or where the voice is unknown."""
        if not order.instead:
            return await self._rendering(order, RENDER_S)
        try:
            samples = await self._rendering(order, PIPER_RENDER_S)
            self._problem = ""
        except DeviceError as error:
            self._problem = f"{error}; espeak-ng speaks instead"
            return await self._rendering(replace(order, voice=order.instead, instead=""), RENDER_S)
        return samples

    async def _rendering(self, order: _Order, seconds: float) -> NDArray[np.int16]:
        if order in self._kept:
            self._kept.move_to_end(order)
            return self._kept[order]
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._ready.wait()
                    try:
                        return trimmed(await self._ask(order))
                    except DeviceGone:
                        continue  # killed meanwhile: ask the next one
        except TimeoutError:
            self._renderer.kill(f"the synthesiser did not answer within {seconds:.0f} s and was restarted")
            raise DeviceTimeout(f"the synthesiser did not answer within {seconds:.0f} s") from None

    async def _ask(self, order: _Order) -> bytes:
        number = next(self._numbers)
        payload = frames.ORDER.pack(number, order.words_a_minute) + f"{order.voice}\n{order.spoken}".encode()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            if not self._renderer.send(frames.RENDER, payload):
                raise DeviceGone("the synthesiser is not there")
            return await answer
        finally:
            self._waiting.pop(number, None)

    def _rendered(self, kind: bytes, payload: bytes) -> bool:
        (number,) = frames.NUMBER.unpack_from(payload)
        answer = self._waiting.get(number)
        if answer is not None and not answer.done():
            rest = payload[frames.NUMBER.size :]
            if kind == frames.WAVE:
                answer.set_result(rest)
            else:
                answer.set_exception(DeviceError(rest.decode(errors="replace")))
        return True

    def _renderer_is(self, state: State) -> None:
        if state is State.READY:
            self._ready.set()
            return
        self._ready.clear()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(DeviceGone("the synthesiser ended"))


def trimmed(wav: bytes) -> NDArray[np.int16]:
    """Samples of a WAV file at the loudspeaker's rate, without the silence around them."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            rate = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    except (wave.Error, EOFError) as error:
        raise DeviceError("what the synthesiser made is no WAV file") from error
    if rate != SPEAKING_RATE:
        at = np.arange(int(len(samples) * SPEAKING_RATE / rate)) * rate / SPEAKING_RATE
        samples = np.interp(at, np.arange(len(samples)), samples).astype(np.int16)
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
    if not loud.size:
        return samples[:0]
    start = max(0, int(loud[0]) - int(LEAD_S * SPEAKING_RATE))
    return samples[start : int(loud[-1]) + int(TAIL_S * SPEAKING_RATE)]


def _louder(samples: NDArray[np.int16], loudness: float) -> NDArray[np.int16]:
    if loudness == 1.0:
        return samples
    wide = samples.astype(np.float32) / 32768 * max(0.0, loudness)
    # beyond full scale loudness squeezes the peaks instead of clipping them
    return np.asarray((np.tanh(wide) if loudness > 1 else wide) * 32767, dtype=np.int16)
