"""Does what the dialogue answers: says, shows, asks, runs a step, changes the language, calls somebody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dialogs.client import DialogueDown, Turn
from dialogs.protocol import Act, Ask, Offer, Say, Show, Switch
from dialogs.protocol import Step as StepMessage
from robot.cases.database import StoreError
from robot.cases.sentences import scrubbed
from robot.staff.office import BackOffice
from robot.visit.current import Current
from robot.visit.frame import Frame
from robot.visit.help import HelpDesk
from robot.visit.panels import Panels
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker, SpeakerButtons
from robot.visit.step_runner import StepRunner
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.translation import Translation
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.broadcast import Broadcast

log = logging.getLogger(__name__)

NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
VARIANTS = {"full": "text", "again": "again", "other": "other"}
READING = "desk.reading"
"""Said to somebody who cannot read the screen."""

_ANSWERS = ("hours.", "directions.", "fee.", "documents.", "desk.", "privacy")
_SERVICE_ANSWERS = (".duration", ".bring", ".help")
_ASIDE = ("ask_fee", "ask_documents", "ask_duration", "ask_privacy", "ask_ai")


@dataclass(kw_only=True, eq=False)
class Answers:
    """Takes one answer at a time (`act`).

    `tap`: does what a tap on a button does; `end`: ends the visit with an outcome.
    """

    current: Current
    screen: Screen
    words: Words
    talk: Talk
    frame: Frame
    panels: Panels
    steps: StepRunner
    translation: Translation
    help_desk: HelpDesk
    speaker: Speaker
    buttons: SpeakerButtons
    office: BackOffice
    tasks: Tasks
    changed: Broadcast
    keep_not_understood: bool
    tap: Callable[[str], Awaitable[None]]
    end: Callable[[str], Awaitable[None]]

    async def act(self, visit: Visit, words: str, turn: Turn) -> None:
        """What the dialogue answers to `words`."""
        if not words.startswith("/"):
            self._count(visit, words, turn)
        if (
            self.current.step_runs
            and not self.screen.offers
            and turn.intent in ("affirm", "deny")
            and (name := self.panels.yes_or_no(yes=turn.intent == "affirm"))
        ):
            await self.tap(name)
            return
        done = [message.what for message in turn.messages if isinstance(message, Act)]
        self.buttons.asking = "call_staff" in done or (self.buttons.asking and "repeat" in done)
        said: list[Say] = []
        offers: list[Offer] = []
        switched = False
        plan = ""
        steps = any(isinstance(message, StepMessage) for message in turn.messages)
        for message in turn.messages:
            match message:
                case Switch(lang=lang):
                    self.frame.use(lang)
                    switched = True
                case Say(buttons=buttons):
                    said.append(message)
                    # a step takes the place of the answer on the screen
                    answer = not steps and _is_answer(message.key)
                    self.talk.whole = self.talk.whole or message.key == READING
                    self.talk.before_next(self.words.text(message.key, **message.params), answer=answer)
                    offers += buttons
                case Ask():
                    await self._ask(visit, message, called="call_staff" in done)
                case StepMessage():
                    await self.steps.start(visit, message)
                case Show(place=place):
                    plan = place
                case Act(what=what):
                    await self._do(what)
            if self.current.visit is not visit:
                return
        if "call_staff" in done and (asked := self.buttons.question()):
            self.talk.before_next(asked)
        self.speaker.alone = False  # the machine is spoken to again: that is a choice, too
        self.panels.offer(offers)
        if switched:
            # a question or step that follows says itself in the new language
            follows = any(isinstance(message, Ask | StepMessage) for message in turn.messages)
            await self.translation.renew(again=not follows)
        if turn.intent in _ASIDE and said:
            self.panels.beside(said)
        if plan:
            self.panels.show_plan(plan)
        elif said and not switched and turn.intent != "nlu_fallback":
            self.panels.close_plan()  # the answer is about something else
        if not turn.messages:
            self.screen.face = "listening"
        if not steps:  # what a step says first takes along what was said before it
            self.talk.flush()
        if "resume" in done and not said and not words.startswith("/inform"):  # that was tapped twice
            await self._go_on()
        if self.talk.rest and not plan:
            self.panels.beside(said)  # all of it can be read
        if self.speaker.taken:
            self.panels.make_room()
        self.screen.changed()
        self.changed.notify_live()

    async def _go_on(self) -> None:
        """Who would not stop hears what the step wants of them."""
        if self.current.stage and self.current.step_runs:
            await self.current.stage.tell_again()

    async def go_to(self, station: str) -> None:
        """A human has picked a step: the dialogue goes there."""
        visit, dialogue = self.current.visit, self.current.dialogue
        if visit is None or dialogue is None:
            return
        try:
            turn = await dialogue.go_to(station)
        except DialogueDown as error:
            log.warning("dialogue: %s", error)
            return
        if self.current.visit is visit:
            await self.act(visit, "/continue_visit", turn)
            self.speaker.redress()

    def _count(self, visit: Visit, words: str, turn: Turn) -> None:
        """Whether it was understood; what was not is kept for the staff where the town wants it."""
        understood = turn.intent not in NOT_UNDERSTOOD
        visit.understood += understood
        visit.misunderstood += not understood
        if not understood and self.keep_not_understood:
            values = [value.text for value in visit.values.values()]
            self.tasks.begin(self._keep_for_staff(scrubbed(words, values), visit.language))

    async def _keep_for_staff(self, sentence: str, language: str) -> None:
        """The sentence, from which all that is personal was taken, for `lotse nlu review`."""
        try:
            await self.office.sentences.keep(sentence, language)
        except StoreError as error:
            log.warning("sentence not kept: %s", error)

    async def _ask(self, visit: Visit, ask: Ask, *, called: bool) -> None:
        """Asks a question; who has `called` somebody first says whether they may read along."""
        await self.steps.stop()
        visit.service, visit.step = ask.service, ask.slot
        self.panels.ask(visit, ask)
        if called and self.buttons.question():
            return
        if called:
            self.talk.before_next(self.words.text("screen.takeover.meanwhile"))
        self.talk.say(self.words.own(ask.service, f"{ask.slot}.{VARIANTS[ask.variant]}"))

    async def _do(self, what: str) -> None:
        visit, talk = self.current.visit, self.talk
        match what:
            case "repeat":
                if visit:
                    visit.tally.repeats += 1
                if talk.last:
                    talk.say(talk.last, rest=talk.rest)
            case "slower" | "louder":
                talk.pace(what)
            case "hush":
                await talk.hush()
            case "call_staff" if visit:
                self.help_desk.call(visit)
            case "cancel_staff" if visit:
                self.help_desk.cancel(visit)
            case "end_visit" if visit:
                await self.end("done" if visit.case else "left")
            case "next_service" | "next_person" if visit:
                self.office.copies.forget(visit.application)
                visit.next_application(same_person=what == "next_service")


def _is_answer(key: str) -> bool:
    """Whether the text answers a question: what is on the screen, too, need not be said to its end."""
    return key.startswith(_ANSWERS) or key.endswith(_SERVICE_ANSWERS)
