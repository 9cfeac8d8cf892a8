"""The voice of the visit: everything said stands on the screen, and the ears know what is being said."""

from __future__ import annotations

import asyncio

from hardware.ports import Hearing, SentenceStarted, SpeechEnded, Voice
from robot.visit.screen import Screen


class Talk:
    """Speaks one text at a time; a new one cuts the one before."""

    def __init__(self, voice: Voice, hearing: Hearing, screen: Screen) -> None:
        self._voice = voice
        self._hearing = hearing
        self._screen = screen
        self._task: asyncio.Task[None] | None = None
        self._prefix = ""
        self.last = ""
        self.speed = 1.0
        self.loudness = 1.0

    @property
    def speaking(self) -> bool:
        """Whether something sounds (or is about to) right now."""
        return self._task is not None and not self._task.done()

    def before_next(self, text: str) -> None:
        """Hold `text` back: it begins what is said next, so that the two do not cut each other."""
        self._prefix = f"{self._prefix} {text}".strip()

    def flush(self) -> None:
        """Say what was held back, if nothing took it along."""
        if self._prefix:
            self.say("")

    def say(self, text: str) -> None:
        """Show and speak; returns at once."""
        text = f"{self._prefix} {text}".strip()
        self._prefix = ""
        self.last = text
        self._screen.caption = text
        self._screen.spoken = 0
        self._screen.face = "speaking"
        self._screen.changed()
        if self._task:
            self._task.cancel()
        self._task = asyncio.create_task(self._speak(text), name="talk")

    async def announce(self, text: str) -> None:
        """Say `text` when the running sentence is over."""
        while self._task and not self._task.done():
            await asyncio.wait({self._task})
        self.say(text)

    async def _speak(self, text: str) -> None:
        language = self._screen.lang
        async for event in await self._voice.say(
            text, lang=language, speed=self.speed, loudness=self.loudness
        ):
            match event:
                case SentenceStarted(sentence, (_, end), _):
                    self._hearing.speaking(sentence)
                    self._screen.spoken = end
                    self._screen.changed()
                case SpeechEnded():
                    self._done()

    def _done(self) -> None:
        self._hearing.speaking(None)
        if self._screen.face == "speaking":
            self._screen.face = "listening" if self._screen.state == "visit" else "idle"
        self._screen.changed()

    async def hush(self) -> None:
        """Silence at once; the caption stays to be read."""
        if self._task:
            self._task.cancel()
        await self._voice.cut()
        self._screen.spoken = len(self._screen.caption)
        self._done()

    async def reset(self) -> None:
        """Forget what was said, and how."""
        await self.hush()
        self._prefix = self.last = ""
        self.speed = self.loudness = 1.0
