"""The course of a visit: it begins, goes on in other languages, and ends with goodbye, wipe and proof."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from dialogs.client import Dialogue
from dialogs.languages import GERMAN, LANGUAGES
from robot.cases.database import StoreError
from robot.staff.office import BackOffice
from robot.steps import Stage
from robot.visit.announcer import Announcer
from robot.visit.answers import Answers
from robot.visit.current import Current
from robot.visit.devices import Condition
from robot.visit.ears import Ears
from robot.visit.first_screen import FirstScreen
from robot.visit.frame import Frame
from robot.visit.limits import Limits
from robot.visit.panels import Panels
from robot.visit.proofs import Proofs
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.translation import Translation
from robot.visit.turns import Turns
from robot.visit.visit import Visit
from robot.visit.wipe import Wipe
from robot.visit.words import Words
from robot.web.broadcast import Broadcast
from robot.web.live_view import EmergencyRow
from robot.web.view import Display

log = logging.getLogger(__name__)


@dataclass(kw_only=True, eq=False)
class Course:
    """One visit after the other. `new_dialogue` and `new_stage` make what a visit needs of its own."""

    office: BackOffice
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    ears: Ears
    frame: Frame
    panels: Panels
    condition: Condition
    limits: Limits
    turns: Turns
    answers: Answers
    translation: Translation
    announcer: Announcer
    first_screen: FirstScreen
    wipe: Wipe
    proofs: Proofs
    changed: Broadcast
    new_dialogue: Callable[[], Dialogue]
    new_stage: Callable[[Visit], Stage]

    def begin(self) -> None:
        """A visitor: say what one is, show what one can do. Nothing while somebody is served or wiped."""
        current, screen = self.current, self.screen
        if current.visit or current.shut or not current.free.is_set():
            return
        current.visit = visit = Visit()
        self.frame.use(GERMAN)
        current.dialogue = self.new_dialogue()
        current.stage = self.new_stage(visit)
        self.turns.begin(visit, current.dialogue, self.answers.act)
        self.limits.begin()
        screen.display = Display()
        screen.state = "visit"
        screen.panel = self.panels.welcome()
        self.frame.dress()
        screen.heard = None
        self.ears.listen(on=True)
        self.condition.show()
        self.translation.greet()
        self.announcer.tell()
        log.info("visit %s began", visit.id)
        self.changed.notify_live()

    async def end(self, outcome: str, *, quietly: bool = False) -> None:
        """Goodbye, wipe, shred record. `outcome`: done, left, timeout, stopped, failed, emergency.

        `quietly`: there is nobody to say goodbye to, or no time for it. Whoever comes, and whatever is tapped
        meanwhile, waits until the wipe is done (`Current.free`).
        """
        current = self.current
        visit, dialogue = current.visit, current.dialogue
        if visit is None or dialogue is None:
            await current.free.wait()
            return
        current.free.clear()
        try:
            counted, wiped = await self.wipe.of(visit, outcome, unanswered=quietly and outcome == "left")
            dialogue.forget()
        finally:
            current.free.set()  # the next one need not wait for the store
        if quietly:
            self.first_screen.show()
        else:
            goodbye = "timeout" if outcome == "timeout" else "say"
            self.talk.say(self.words.text(f"screen.goodbye.{goodbye}"))
            self.first_screen.after_goodbye()
        await self.proofs.add(visit.id, outcome, wiped)
        try:
            await self.office.figures.add(counted)
        except StoreError as error:
            log.warning("visit not counted: %s", error)
        log.info("visit %s ended: %s", visit.id, outcome)
        self.changed.notify_live()

    async def switch(self, lang: str) -> None:
        """Go on in another language: what is shown stands in it, what was asked last is asked in it.

        Nothing that was typed or answered is lost; an unknown language changes nothing.
        """
        current = self.current
        if lang not in LANGUAGES:
            return
        if current.closed and current.visit is None:
            self.first_screen.closed_in(current.closed, lang)
            return
        begins = current.visit is None
        self.begin()
        await self.talk.hush()
        self.frame.use(lang)
        await self.translation.renew(again=True)
        log.info("visit language: %s%s", lang, " (from the start)" if begins else "")

    async def emergency(self, row: EmergencyRow | None) -> None:
        """Show the staff's notice above everything and say it, or take it away (None).

        Who has to leave the building has no visit any more: it is over and wiped. Any other visit goes on.
        """
        current = self.current
        await self.announcer.take(row)
        self.frame.dress()
        self.screen.changed()
        if current.leaving:
            await self.end("emergency", quietly=True)
        if current.notice is not row:
            return
        self.announcer.tell()
        if current.visit is None and not current.leaving:
            self.first_screen.show()
