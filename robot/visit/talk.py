"""The voice of the visit: everything said stands on the screen, and the ears know what is being said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hardware.ports import Hearing, SentenceStarted, SpeechEnded, Voice
from robot.visit.ear import Piece, for_the_ear
from robot.visit.screen import Screen
from robot.visit.words import Words
from robot.web.view import Button, Voicing

READ_ON = "talk:read_on"
"""The button that reads what was left out."""

FACES = {"visit": "listening", "out_of_order": "sorry"}  # by state, when nothing is said


class Talk:
    """Speaks one text at a time; a new one cuts the one before.

    `held`: a human speaks, and what the machine has to say is dropped. `quiet`: two people talk to each
    other, and texts are only shown. `said`: is told of every text, and whether it is a human's. `whole`: this
    visitor hears answers to the end; others hear the beginning, and may have the `rest` read on.
    """

    def __init__(self, voice: Voice, hearing: Hearing, screen: Screen, words: Words) -> None:
        self._voice = voice
        self._hearing = hearing
        self._screen = screen
        self._words = words
        self._task: asyncio.Task[None] | None = None
        self._before: list[Piece] = []
        self._resets = 0
        self.last = self.rest = ""
        self.whole = False
        self.speed = 1.0
        self.loudness = 1.0
        self.held = self.quiet = False
        self.said: Callable[[str, bool], None] = lambda text, human: None

    @property
    def speaking(self) -> bool:
        """Whether something sounds (or is about to) right now."""
        return self._task is not None and not self._task.done()

    def before_next(self, text: str, *, answer: bool = False) -> None:
        """Hold `text` back: it begins what is said next, so that the two do not cut each other.

        Of a long `answer` only the beginning is said: the screen has to show all of it.
        """
        if text:
            self._before.append(Piece(text, answer and not (self.whole or self._screen.headset)))

    def flush(self) -> None:
        """Say what was held back, if nothing took it along."""
        if self._before:
            self.say("")

    def say(
        self, text: str, *, human: bool = False, anyway: bool = False, aloud: bool = True, rest: str = ""
    ) -> None:
        """Show and speak; returns at once.

        `human`: these are a human's words; `anyway`: the machine's, even while a human speaks; without
        `aloud` the text is only shown; `rest`: what can be read on after it.
        """
        if self.held and not (human or anyway):
            self._before = []
            return
        if not (human or anyway):
            text, left = for_the_ear([*self._before, Piece(text)], self._offer)
            rest = left or rest
            self._before = []
        self.last = text
        self._leave(rest)
        self.said(text, human)
        self._screen.caption_by = "human" if human else "machine"
        self._screen.caption = text
        self._screen.spoken, self._screen.voicing = 0, None
        self._screen.face = "speaking"
        self._screen.changed()
        if self._task:
            self._task.cancel()
        self._task = asyncio.create_task(self._speak(text) if aloud else self._silence(), name="talk")

    def say_beside(self, text: str, *, anyway: bool = False) -> None:
        """Say what is no part of the conversation: what is repeated when asked stays the same."""
        before = self.last
        self.say(text, anyway=anyway, rest=self.rest)
        self.last = before

    def repeat(self) -> None:
        """Say again what was said last, whoever it was."""
        if self.last:
            by_human = self._screen.caption_by == "human"
            self.say(self.last, human=by_human, anyway=True, rest=self.rest)

    def read_on(self) -> None:
        """Read what was left of the answer; whoever wants that hears everything to the end from now on."""
        self.whole = True
        if rest := self.rest:
            self._leave("")
            self.read(rest)

    def _offer(self) -> str:
        return self._words.text("screen.read_on")

    def _leave(self, rest: str) -> None:
        """What is not said now, and its button."""
        self.rest = rest
        self._screen.more = self._button() if rest else None

    def _button(self) -> Button:
        label = self._words.text("screen.button.read_on")
        return Button(id=READ_ON, label=label, say="|".join(self._words.sayings("screen.say.read_on")))

    def read(self, text: str) -> None:
        """Speak a part of the screen at once; the caption stays, and so does what is repeated when asked.

        It is no word of the machine's own, so a human who speaks does not keep it back.
        """
        self._screen.spoken, self._screen.voicing = len(self._screen.caption), None
        self._screen.face = "speaking"
        self._screen.changed()
        if self._task:
            self._task.cancel()
        self._task = asyncio.create_task(self._speak(text, shown=False), name="talk")

    def follow(self, text: str) -> None:
        """Read `text` when the running sentence is over, unless something else is said by then."""
        running = self._task
        if running is None or running.done():
            self.read(text)
            return

        def next_one(_: asyncio.Task[None]) -> None:
            if self._task is running and not running.cancelled():
                self.read(text)

        running.add_done_callback(next_one)

    async def announce(self, text: str) -> None:
        """Say `text` when the running sentence is over; not to somebody else than it was for."""
        resets = self._resets
        await self.over()
        if resets == self._resets:
            self.say(text)

    async def over(self) -> None:
        """Until nothing is being said."""
        while self._task and not self._task.done():
            await asyncio.wait({self._task})

    async def _speak(self, text: str, *, shown: bool = True) -> None:
        if self.quiet:
            await self._silence()
            return
        language = self._screen.lang
        async for event in await self._voice.say(
            text, lang=language, speed=self.speed, loudness=self.loudness
        ):
            match event:
                case SentenceStarted(sentence, (start, end), _, seconds):
                    self._hearing.speaking(sentence)
                    if shown:
                        self._screen.spoken = end
                        timed = seconds > 0
                        self._screen.voicing = (
                            Voicing(start=start, end=end, seconds=seconds) if timed else None
                        )
                        self._screen.changed()
                case SpeechEnded():
                    self._done()

    def _done(self) -> None:
        self._hearing.speaking(None)
        self._screen.voicing = None
        if self._screen.face == "speaking":
            self._screen.face = FACES.get(self._screen.state, "idle")
        self._screen.changed()

    async def hush(self) -> None:
        """Silence at once; the caption stays to be read."""
        if self._task:
            self._task.cancel()
        await self._silence()

    async def _silence(self) -> None:
        await self._voice.cut()
        self._screen.spoken = len(self._screen.caption)
        self._done()

    def pace(self, how: str) -> None:
        """A step slower, faster, louder or quieter (BFSGV section 6), never out of what one can follow."""
        match how:
            case "slower":
                self.speed = max(0.5, self.speed * 0.8)
            case "faster":
                self.speed = min(2.4, self.speed * 1.25)
            case "louder":
                self.loudness = min(2.0, self.loudness * 1.4)
            case "quieter":
                self.loudness = max(0.25, self.loudness / 1.4)

    async def reset(self) -> None:
        """Forget what was said, and how."""
        self._resets += 1
        await self.hush()
        self._before = []
        self.last = ""
        self._leave("")
        self.whole = False
        self.held = self.quiet = False
        self._screen.caption_by = "machine"
        self.speed = self.loudness = 1.0
