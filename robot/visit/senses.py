"""What microphone, presence sensor, card reader and headphones tell of whoever stands there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from hardware.ports import (
    CardInserted,
    CardKind,
    CardRemoved,
    Headset,
    Light,
    Partial,
    SpeechStarted,
    Unintelligible,
    Utterance,
)
from robot.policy import UNATTENDED, ChipPolicy
from robot.visit.arrival import Arrivals
from robot.visit.citizen import Citizen
from robot.visit.course import Course
from robot.visit.current import Current
from robot.visit.devices import Devices
from robot.visit.ears import Ears
from robot.visit.first_screen import FirstScreen
from robot.visit.limits import Limits
from robot.visit.lying import Lying
from robot.visit.private import Privacy
from robot.visit.screen import Screen
from robot.visit.takeover import Takeover
from robot.visit.talk import Talk
from robot.visit.tally import VOICE
from robot.visit.tasks import Tasks
from robot.visit.turns import Turns
from robot.visit.words import Words
from robot.web.view import Choices, Heard, PlanPanel, Welcome

LIGHTS = {
    "listening": Light.LISTENING,
    "thinking": Light.THINKING,
    "speaking": Light.SPEAKING,
    "looking": Light.LISTENING,
    "sorry": Light.SPEAKING,
}


@dataclass(kw_only=True, eq=False)
class Senses:
    """One loop per sense, each until cancelled."""

    devices: Devices
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    ears: Ears
    limits: Limits
    arrivals: Arrivals
    turns: Turns
    privacy: Privacy
    takeover: Takeover
    course: Course
    citizen: Citizen
    first_screen: FirstScreen
    lying: Lying
    policy: ChipPolicy
    tasks: Tasks

    async def hear(self) -> None:
        """Speech; none while two people talk to each other, nor during a wipe."""
        current, screen = self.current, self.screen
        async for event in self.devices.hearing.events():
            if self.ears.deaf or not current.free.is_set():
                continue
            match event:
                case SpeechStarted():
                    self.limits.active()
                case Partial(text):
                    self.limits.active()
                    screen.heard = Heard(text=text, final=False)
                    screen.changed()
                case Utterance():
                    if current.visit:
                        current.visit.tally.used(VOICE)
                    await self.citizen.heard(event.text, barge_in=event.during_speech)
                case Unintelligible() if current.visit:
                    current.visit.heard += 1
                    if self.ears.well and isinstance(screen.panel, Choices | Welcome | PlanPanel):
                        self.turns.send("/nlu_fallback")

    async def feel(self) -> None:
        """Somebody comes, or goes."""
        current, arrivals = self.current, self.arrivals
        async for presence in self.devices.body.events():
            await current.free.wait()
            now = time.monotonic()
            if presence.present:
                self.limits.came()
                greeted = arrivals.came(now) and current.visit is None and not current.leaving
                if greeted and current.closed:
                    self.first_screen.tell_closed(current.closed)
                elif greeted:
                    self.course.begin()
                if greeted:
                    arrivals.greeted()
            else:
                arrivals.went(now)
                if current.visit:
                    self.limits.went()
            self.takeover.redress()

    async def cards(self) -> None:
        """A card is laid down or taken away; a step that waits for one speaks of it itself."""
        current = self.current
        async for event in self.devices.cards.events():
            self.lying.noticed(event)
            await current.free.wait()
            match event:
                case CardInserted() if self.lying.expected:
                    self.limits.active()
                case CardInserted() if current.shut and current.visit is None:
                    pass
                case CardInserted(_, kind, _):
                    self.arrivals.answered()
                    self.course.begin()
                    self.limits.active()
                    self.screen.notice("card", partial(self._told, kind))
                    self.tasks.begin(self.talk.announce(self._told(kind)))
                case CardRemoved(_, while_looking, _):
                    self.screen.notice("card", "")
                    if while_looking and current.visit:
                        self.words.note("card", "screen.card.pulled", "warning")
                        self.tasks.begin(self.talk.announce(self.words.text("screen.card.pulled")))

    def _told(self, kind: CardKind) -> str:
        """What a citizen is told of a card that nobody has asked for."""
        stage, text = self.current.stage, self.words.text
        refusal = self.policy.refusal(kind, attended=bool(stage and stage.attended))
        if refusal is not None:
            return text(refusal.key, law=refusal.law)
        return text("screen.chip.readable" if kind in UNATTENDED else f"screen.card.{kind.value}")

    async def headset(self, headset: Headset) -> None:
        """Who plugs headphones in is there, and needs no other sign that they want to be spoken to."""
        async for plugged in headset.events():
            await self.current.free.wait()
            arrives = plugged and self.screen.state == "idle"
            if arrives:
                self.course.begin()
            self.arrivals.answered()
            self.limits.active()
            self.privacy.plugged(plugged, greeting=arrives)
            self.takeover.redress()
            if self.current.visit is None:
                self.privacy.reset()

    def lighten(self, face: str) -> None:
        """The light says what the face does, and that somebody is called."""
        visit = self.current.visit
        if visit is None:
            light = Light.SPEAKING if face == "speaking" else Light.IDLE
        elif visit.help:
            light = Light.HELP
        else:
            light = LIGHTS.get(face, Light.IDLE)
        self.devices.body.show(light)
