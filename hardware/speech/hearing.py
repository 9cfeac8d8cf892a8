"""The microphone with voice gate and recognisers, all in one worker thread."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from hardware.ports import Health, HearingEvent, State
from hardware.speech.ear import Cut, Ear, Job, Listen, Lost, Played, Speak, Speaking
from hardware.speech.echo import heard_as
from hardware.speech.gate import Block
from hardware.speech.languages import language
from hardware.speech.models import ModelError, ModelInfo, check_model
from hardware.speech.settings import NOT_CONFIGURED, SpeechSettings
from hardware.speech.sound import SoundDevice

log = logging.getLogger(__name__)

BACKLOG: Final = 300  # blocks, 10 s: a machine that slow hears the past
KEPT_EVENTS: Final = 256


@dataclass(frozen=True)
class _Stop:
    pass


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
        self._jobs: queue.SimpleQueue[Job | _Stop] = queue.SimpleQueue()
        self._events: asyncio.Queue[HearingEvent] = asyncio.Queue(KEPT_EVENTS)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lang = "de"
        self._model: ModelInfo | None = None
        self._model_state = State.ABSENT
        self._problem = ""
        self._late = False
        sound.on_audio(self._audio)
        sound.on_played(lambda samples, count, at: self._jobs.put(Played(samples, count, at)))
        sound.on_silent(lambda count: self._jobs.put(Cut(count)))
        sound.on_microphone_lost(lambda: self._jobs.put(Lost()))

    async def start(self) -> None:
        """Load the models in the worker thread; returns at once."""
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
        """The models and the microphone; the fact `demo_model` warns that it never heard a human being."""
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
        if self._sound.microphone is not State.READY:
            return Health(self.name, self._sound.microphone, self._sound.health().detail, facts)
        if self._problem:
            return Health(self.name, State.DEGRADED, f"no English: {self._problem}", facts)
        return Health(self.name, State.READY, "", facts)

    async def events(self) -> AsyncIterator[HearingEvent]:
        """All events from now on; one consumer."""
        while not self._events.empty():
            self._events.get_nowait()
        while True:
            yield await self._events.get()

    def listen(self, *, on: bool, expect: str = "sentence", phrases: Sequence[str] = ()) -> None:
        """Open or close the gate; see `ports.Hearing`."""
        heard = frozenset(" ".join(heard_as(phrase, self._lang)) for phrase in phrases)
        self._jobs.put(Listen(on, expect, heard - {""}))

    def set_language(self, lang: str) -> bool:
        """The visit's language; see `ports.Hearing`."""
        self._lang = lang
        self._jobs.put(Speak(lang))
        ear = language(lang).ear
        return ear == "de" or (ear == "en" and self._settings.model_en is not None and not self._problem)

    def speaking(self, text: str | None) -> None:
        """What the colleague says right now, or None; see `ports.Hearing`."""
        self._jobs.put(Speaking(text, time.monotonic()))

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
        self._problem = ear.problem
        self._model_state = State.READY
        while not isinstance(job := self._jobs.get(), _Stop):
            ear.do(job)
