"""The visit goes on in another language: nothing that was typed or answered is lost."""

from __future__ import annotations

from dataclasses import dataclass

from robot.visit.current import Current
from robot.visit.devices import Condition
from robot.visit.frame import Frame
from robot.visit.limits import Limits
from robot.visit.panels import Panels
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker, SpeakerButtons
from robot.visit.talk import Talk
from robot.visit.words import Words
from robot.web.broadcast import Broadcast


@dataclass(kw_only=True, eq=False)
class Translation:
    """Brings everything on the screen into the language of now."""

    town: str
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    speaker: Speaker
    buttons: SpeakerButtons
    frame: Frame
    panels: Panels
    condition: Condition
    limits: Limits
    changed: Broadcast

    async def renew(self, *, again: bool) -> None:
        """Everything in the language of now; `again`: what was asked last is said once more."""
        visit, stage, panels = self.current.visit, self.current.stage, self.panels
        if visit is None or stage is None:
            return
        self.frame.dress()
        self.condition.show()
        self.screen.translate_notices()
        panels.translate_beside()
        self.limits.translate()
        if panels.standing:
            panels.question(visit, panels.standing)
            if again:
                asked = self.buttons.question() or self.words.own(visit.service, f"{visit.step}.text")
                self.talk.say(asked)
        elif self.current.step_runs:
            panels.progress(visit, visit.step)
            stage.redraw()
            if again:
                await stage.tell_again()
        else:
            self.screen.panel = panels.welcome()
            if again:
                self.greet()
        if panels.plan:
            panels.show_plan(panels.plan)
        if self.speaker.taken:
            panels.make_room()
        self.screen.changed()
        self.changed.notify_live()

    def greet(self) -> None:
        """Say what one is."""
        self.talk.say(self.words.text("screen.greeting", town=self.town))
