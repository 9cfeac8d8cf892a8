"""The wipe: all that serves a visit is stopped, and the person forgotten (DESIGN section 1)."""

from __future__ import annotations

from dataclasses import dataclass

from robot.figures.counting import VisitFigure, counted_visit
from robot.staff.office import BackOffice
from robot.visit.current import Current
from robot.visit.ears import Ears
from robot.visit.panels import Panels
from robot.visit.picture import Picture
from robot.visit.private import Privacy
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker
from robot.visit.step_runner import StepRunner
from robot.visit.takeover import Takeover
from robot.visit.talk import Talk
from robot.visit.turns import Turns
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.view import Info


@dataclass(kw_only=True, eq=False)
class Wipe:
    """Everything that may know something of a visitor."""

    kiosk: str
    office: BackOffice
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    ears: Ears
    panels: Panels
    speaker: Speaker
    picture: Picture
    privacy: Privacy
    takeover: Takeover
    steps: StepRunner
    turns: Turns

    async def of(
        self, visit: Visit, outcome: str, *, unanswered: bool
    ) -> tuple[list[VisitFigure], list[str]]:
        """Forget the person: what counts of the visit, and the kinds of things that were wiped.

        `unanswered`: the greeting was in vain.
        """
        current = self.current
        self.takeover.visit_over()
        current.visit = current.dialogue = current.stage = None
        self.ears.deaf = False
        self.ears.listen(on=False)
        self.picture.show(False)
        await self.steps.stop()
        await self.turns.stop()
        await self.talk.reset()
        self.privacy.reset()
        counted = counted_visit(visit, "unanswered" if unanswered else outcome, self.kiosk)
        wiped = [*visit.wipe(), "screen", "dialogue"]
        if visit.application != visit.id:
            wiped += self.office.copies.forget(visit.application)
        self._clear()
        return counted, wiped

    def _clear(self) -> None:
        screen, text = self.screen, self.words.text
        screen.state = "goodbye"
        screen.visitor += 1  # whatever was meant for the one before is passed over from now on
        screen.panel = Info(title=text("screen.goodbye.title"), text=text("screen.goodbye.text"))
        screen.heard = screen.aside = screen.warning = None
        screen.offers, screen.nav, screen.progress = [], [], []
        for name in ("card", "camera", "printer", "help"):
            screen.notice(name, "")
        screen.microphone = False
        self.panels.reset()
        self.speaker.held = ""
        screen.changed()
