"""What the citizen says, types and taps: to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs import distress, remarks
from robot.steps.stage import Checked, FieldSet, Spoken, Tapped
from robot.visit import display
from robot.visit.arrival import Arrivals
from robot.visit.course import Course
from robot.visit.current import Current
from robot.visit.first_screen import FirstScreen
from robot.visit.help import HelpDesk
from robot.visit.limits import Limits
from robot.visit.panels import Panels
from robot.visit.private import Privacy
from robot.visit.screen import Screen, plain, spoken_button
from robot.visit.speaker import PREFIX as TAKEOVER
from robot.visit.speaker import Speaker
from robot.visit.takeover import Takeover
from robot.visit.talk import READ_ON, Talk
from robot.visit.tally import KEYPAD, TOUCH
from robot.visit.turns import Turns
from robot.visit.visit import Visit, without_personal_words
from robot.visit.words import Words
from robot.web.view import Button, Check, Heard, PlanPanel, Read, SetField, Signal, Tap, Touch, Type

PACES = ("voice:faster", "voice:slower", "voice:louder", "voice:quieter")


@dataclass(kw_only=True, eq=False)
class Citizen:
    """Gives it to the dialogue, to the running step, or to the human who has taken over."""

    current: Current
    screen: Screen
    words: Words
    talk: Talk
    limits: Limits
    arrivals: Arrivals
    panels: Panels
    turns: Turns
    speaker: Speaker
    takeover: Takeover
    privacy: Privacy
    help_desk: HelpDesk
    course: Course
    first_screen: FirstScreen

    async def on_screen(self, event: Tap | SetField | Check | Touch | Type | Read | Signal) -> None:
        """What the citizen does on the screen; what was meant for somebody who is gone is passed over."""
        current, screen = self.current, self.screen
        meant = None if isinstance(event, Signal) else event.visitor
        meant = screen.visitor if meant is None else meant
        await current.free.wait()
        if current.leaving or meant != screen.visitor:
            return
        self.limits.active()
        self.arrivals.answered()
        stage = current.stage
        match event:
            case Tap(id=name):
                self._note_tap(name)
                await self.tapped(name)
            case Signal():
                self.takeover.calls.from_screen(event)
            case SetField(field=name, value=value) if stage:
                stage.doings.put_nowait(FieldSet(name, value))
            case Check(item=item, brought=brought) if stage:
                stage.doings.put_nowait(Checked(item, brought))
            case Type(text=text) if text.strip():
                self.course.begin()
                await self.heard(text.strip(), barge_in=True)
            case Read(text=text, personal=personal):
                self._read(text, personal=personal)
            case Touch() if screen.state in ("idle", "goodbye"):  # somebody is next, and need not wait
                self.course.begin()
        if current.visit:
            current.visit.tally.used(KEYPAD if isinstance(event, Read) else TOUCH)

    # --- words ----------------------------------------------------------------------------------

    async def heard(self, words: str, *, barge_in: bool) -> None:
        """Words that were spoken or typed; `barge_in`: into what the kiosk says."""
        self.limits.active()
        self.arrivals.answered()
        visit = self.current.visit
        if visit is None:
            return
        visit.heard += 1
        self.screen.heard = Heard(text=words, final=True)
        self.turns.paint_soon()
        if barge_in:
            await self.talk.hush()
            if self.current.visit is not visit:
                return
        button = spoken_button(words, self._asked_last()) or spoken_button(words, self.screen.buttons())
        stage = self.current.stage
        for_step = stage is not None and (stage.dictating or stage.takes(words))
        danger = distress.said(words, form=for_step)
        if self.speaker.taken:
            visit.understood += 1
            if danger:
                await self.help_desk.emergency(visit, aloud=False)
            self.takeover.noted("citizen", words)
            if button:
                await self.tapped(button.id)
            return
        if danger:
            visit.understood += 1
            self.takeover.noted("citizen", words)
            await self.help_desk.emergency(visit)
            return
        if button or not for_step:
            self.takeover.noted("citizen", words)
        if self.limits.extended and plain(words) in self.words.sayings("screen.say.extend"):
            visit.understood += 1
            return
        hushed = plain(words) in self.words.sayings("screen.say.hush")
        dictated = for_step and not hushed and not remarks.questions(words)
        if not (button or dictated or hushed):
            self.turns.send(without_personal_words(words, visit))
            return  # the dialogue says whether it understands
        visit.understood += 1
        if button:
            await self.tapped(button.id)
        elif dictated and stage:
            stage.doings.put_nowait(Spoken(words))

    # --- buttons --------------------------------------------------------------------------------

    async def tapped(self, name: str) -> None:
        """A button, tapped or named."""
        stage = self.current.stage
        if name == "time:extend":
            return  # every tap is a sign of life and has lengthened the time already
        if name == "time:end":
            await self.course.end("left")
        elif name == "plan:open":
            self.panels.show_plan(self.panels.plan, opened=True)
        elif name == "plan:close" or (name == "nav:go_back" and isinstance(self.screen.panel, PlanPanel)):
            self.panels.close_plan()
        elif name.startswith("lang:"):
            await self.course.switch(name.removeprefix("lang:"))
        elif name.startswith(display.PREFIX):
            self._turn(name.removeprefix(display.PREFIX))
        elif name in PACES:
            self.talk.pace(name.removeprefix("voice:"))
            self.talk.read(self.words.text("screen.pace"))
        elif name == READ_ON:
            self.talk.read_on()
        elif name.startswith(TAKEOVER):
            await self.takeover.tapped(name.removeprefix(TAKEOVER))
        elif self.speaker.taken:
            self._tapped_beside(name)
        elif name == "nav:repeat" and self._asked_last():
            self.talk.repeat()
        elif name == "nav:go_back" and stage and stage.own_back:
            stage.doings.put_nowait(Tapped(name))
        elif sending := self.panels.payloads.get(name) or (stage and stage.payloads.get(name)):
            await self._sent(sending)
        elif stage:
            stage.doings.put_nowait(Tapped(name))

    async def _sent(self, sending: str) -> None:
        """A button that answers the dialogue, or begins a visit with its wish."""
        self.course.begin()
        visit: Visit | None = self.current.visit
        if visit is None or sending in self.turns.unanswered:
            return  # a finger that trembles taps twice
        await self.talk.hush()
        if self.current.visit is visit:
            self.turns.send(sending)

    def _tapped_beside(self, name: str) -> None:
        """While a human speaks: what belongs to a running step, and to hear once more what was said."""
        stage = self.current.stage
        if name == "nav:repeat":
            self.talk.repeat()
        elif stage and name not in self.panels.payloads and name not in stage.payloads:
            stage.doings.put_nowait(Tapped(name))

    def _asked_last(self) -> list[Button]:
        """What answers a question about a human: while it stands, it is the one that was asked last."""
        return [button for button in self.screen.offers if button.id.startswith(TAKEOVER)]

    def _note_tap(self, name: str) -> None:
        """What was tapped, in its own words, for a human who reads along."""
        if label := next((button.label for button in self.screen.buttons() if button.id == name), ""):
            self.takeover.noted("citizen", label, "tapped")

    # --- how one sees and hears -----------------------------------------------------------------

    def _turn(self, switch: str) -> None:
        """The visitor wants the screen another way, until the visit ends."""
        self.course.begin()
        if switch == display.PRIVATE:
            self.privacy.choose(not self.screen.private)
            self.takeover.redress()
        self.screen.display = display.turned(self.screen.display, switch)
        self.screen.changed()
        if self.current.visit is None:
            self.first_screen.chosen()

    def _read(self, text: str, *, personal: bool) -> None:
        """Speak what the keypad has come to; the first key greets, and then says how the keys work.

        Who has the screen read hears answers to the end, too.
        """
        self.talk.whole = True
        if self.screen.state in ("idle", "goodbye"):
            self.course.begin()
            if self.current.visit:  # the page had the words of whoever was here before
                text = self.words.text("screen.label.keypad_intro")
            self.talk.follow(text)
        else:
            self.privacy.read(text, personal=personal)
