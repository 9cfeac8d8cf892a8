"""The kiosk, as a human who takes it over has it: the machine gives way, and goes on again."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.catalogue import Catalogue
from dialogs.protocol import payload
from robot.visit.answers import Answers
from robot.visit.current import Current
from robot.visit.devices import Condition
from robot.visit.ears import Ears
from robot.visit.frame import Frame
from robot.visit.limits import Limits
from robot.visit.panels import Panels
from robot.visit.progress import Whereabouts, open_steps
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.translation import Translation
from robot.visit.turns import Turns
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.takeover_view import PickRow
from robot.web.view import Info


@dataclass(kw_only=True, eq=False)
class Floor:
    """What a takeover asks of the machine."""

    catalogue: Catalogue
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    ears: Ears
    condition: Condition
    limits: Limits
    speaker: Speaker
    frame: Frame
    panels: Panels
    translation: Translation
    turns: Turns
    answers: Answers
    whereabouts: Whereabouts
    tasks: Tasks

    def give_way(self) -> None:
        """The machine is silent from now on, and so is its dialogue."""
        self.talk.held = True
        self.panels.clear_for_human()
        self.panels.make_room()

    async def go_on(self, *, again: bool) -> None:
        """The machine leads again; `again`: it asks once more what it asked last."""
        self.frame.dress()
        if not self.speaker.held:
            await self.translation.renew(again=again)
        elif again:
            self.turns.send_held()
        else:  # what comes next is asked for with the next word
            self.screen.panel = Info(title=self.words.text("screen.badge"))
        self.screen.changed()

    def ask_meanwhile(self) -> None:
        """Somebody is waited for: what stands there is asked again, and a step goes on."""
        visit, ask = self.current.visit, self.panels.standing
        if visit is None or not (ask or self.current.step_runs):
            return
        self.talk.before_next(self.words.text("screen.takeover.meanwhile"))
        if ask:
            self.talk.say(self.words.own(ask.service, f"{ask.slot}.again"))

    def deafen(self, on: bool) -> None:
        """Whether ears and voice are off, because two people talk to each other."""
        self.talk.quiet = on
        self.screen.heard = None
        self.ears.deafen(on)
        self.condition.show()

    def active(self) -> None:
        """Somebody does something: time limits begin anew."""
        self.limits.active()

    def steps(self) -> list[PickRow]:
        """The steps that are open now."""
        visit = self.current.visit
        if visit is None:
            return []
        return open_steps(self.catalogue, self.words, visit, here=not self.speaker.held)

    def services(self) -> list[PickRow]:
        """The services that can be begun."""
        return [
            PickRow(id=f"service:{card.id}", label=self.words.german_own(card.id, "label", card.id))
            for card in self.catalogue.welcome_services()
        ]

    def pick(self, name: str) -> None:
        """Go to a step."""
        self.speaker.held = ""
        self.tasks.begin(self.answers.go_to(name))

    def begin_service(self, name: str) -> None:
        """Begin a service; the machine leads."""
        self.turns.send(payload(name.removeprefix("service:"), order="now"))

    def describe(self, visit: Visit) -> dict[str, str | bool]:
        """What any clerk may know of a visit: kiosk, service, step, started, here."""
        return self.whereabouts.described(visit) | {"here": self.limits.here}
