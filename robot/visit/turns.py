"""What goes to the dialogue server, one after the other, and comes back from it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from dialogs.client import Dialogue, DialogueDown, Turn
from robot.blame import blame
from robot.visit.current import Current
from robot.visit.help import HelpDesk
from robot.visit.panels import Panels
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker
from robot.visit.talk import Talk
from robot.visit.tasks import cancel
from robot.visit.visit import Visit
from robot.visit.words import Words

log = logging.getLogger(__name__)

PAINT_S = 0.08
AGAIN_S = 5.0  # how a step has ended is told again after so long
_CALLS = ("/help", "/request_staff")  # what the kiosk can do without its dialogue
_LASTING = ("/stop", "/step_done")  # what counts however late it is heard

Act = Callable[[Visit, str, Turn], Awaitable[None]]
"""Does what the dialogue answers to some words of a visit."""


class Turns:
    """Asks the dialogue. `unanswered`: what it was sent and has not answered yet.

    A dialogue that is late is waited for, with one sentence; for one that is away a human is called.
    """

    def __init__(
        self,
        current: Current,
        screen: Screen,
        words: Words,
        talk: Talk,
        speaker: Speaker,
        panels: Panels,
        help_desk: HelpDesk,
        measured: Callable[[str, float], None],
    ) -> None:
        self._current = current
        self._screen = screen
        self._words = words
        self._talk = talk
        self._speaker = speaker
        self._panels = panels
        self._help_desk = help_desk
        self._measured = measured
        self.unanswered: list[str] = []
        self._sent: asyncio.Queue[str] = asyncio.Queue()
        self._asking: asyncio.Task[None] | None = None
        self._is_late = False
        self._undelivered = ""
        self.again_s = AGAIN_S

    def begin(self, visit: Visit, dialogue: Dialogue, act: Act) -> None:
        """A visit begins; `act` is called with every answer."""
        self._sent, self.unanswered, self._is_late = asyncio.Queue(), [], False
        self._undelivered = ""
        asking = self._ask(visit, dialogue, self._sent, act)
        self._asking = asyncio.create_task(asking, name="dialogue")

    async def stop(self) -> None:
        """The visit is over; an answer that has ended it is still done."""
        asking, self._asking = self._asking, None
        await cancel(asking)

    def send(self, words: str) -> None:
        """Send words or a payload.

        The dialogue gets nothing while a human speaks; how a step ended is told it afterwards.
        """
        if self._speaker.taken:
            if words.startswith("/step_done"):
                self._speaker.held = words
                self._panels.make_room()
            return
        self.send_held()
        if self._is_late and words in _CALLS:
            self._call()
            return
        if self._is_late and not words.startswith(_LASTING):
            self._late()  # no answer to a question that nobody has heard yet
            return
        self.unanswered.append(words)
        self._sent.put_nowait(words)
        self.paint_soon()

    def send_held(self) -> None:
        """Tell the dialogue how the step ended that a human has waited for."""
        held, self._speaker.held = self._speaker.held, ""
        if held:
            self.send(held)

    def paint_soon(self) -> None:
        """Painting takes the cores that the answer needs, and most answers are there before it is missed."""
        asyncio.get_running_loop().call_later(PAINT_S, self._paint)

    def _paint(self) -> None:
        if self.unanswered:
            self._screen.face = "thinking"
        self._screen.changed()

    async def _ask(self, visit: Visit, dialogue: Dialogue, sent: asyncio.Queue[str], act: Act) -> None:
        while self._current.visit is visit:
            words = await sent.get()
            began = time.perf_counter()
            try:
                turn = await dialogue.send(words, self._late)
                self._measured("dialogue_turn_ms", (time.perf_counter() - began) * 1000)
                self._undelivered = ""
            except DialogueDown as error:
                log.warning("dialogue: %s", error)
                self._not_answered(visit, words)
                continue
            finally:
                self._is_late = False
                if words in self.unanswered:
                    self.unanswered.remove(words)
            try:
                await act(visit, words, turn)
            except Exception as error:
                # Whatever goes wrong with one answer, the citizen hears one sentence and the next one counts.
                log.error("the dialogue's answer: %s", blame(error))
                self._say_again()

    def _late(self) -> None:
        """The citizen is told that the answer takes longer; it still counts when it comes."""
        self._is_late = True
        if not self._undelivered:
            self._talk.say_beside(self._words.text("screen.notice.rasa"))

    def _not_answered(self, visit: Visit, words: str) -> None:
        """A human is called. What the citizen said they can say again; how a step ended is told again."""
        if not self._undelivered:
            self._call()
        if words.startswith("/step_done"):
            self._speaker.held = self._undelivered = words
            asyncio.get_running_loop().call_later(self.again_s, self._tell_again, visit)

    def _tell_again(self, visit: Visit) -> None:
        if self._current.visit is visit and not self._speaker.taken:
            self.send_held()

    def _call(self) -> None:
        """The dialogue cannot help now: a human can."""
        visit = self._current.visit
        if visit is None or visit.help:
            self._say_again()
            return
        self._help_desk.call(visit)
        self._screen.face = "sorry"
        self._talk.say(self._words.text("screen.help.called"))

    def _say_again(self) -> None:
        self._screen.face = "sorry"
        self._talk.say(self._words.text("screen.dialogue.down"))
