"""Says the staff's notice to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.ports import Voice
from robot.visit.current import Current
from robot.visit.emergency import Caller, spoken_notice
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.words import Words
from robot.web.live_view import EmergencyRow


@dataclass(kw_only=True, eq=False)
class Announcer:
    """Says it again and again where everybody has to leave, else once to whoever is there."""

    voice: Voice
    current: Current
    screen: Screen
    words: Words
    talk: Talk
    tasks: Tasks

    def __post_init__(self) -> None:
        self._caller = Caller(self._call_out)

    async def take(self, row: EmergencyRow | None) -> None:
        """Another notice, or none: silence until it is told."""
        self.current.notice = row
        await self._caller.hush()

    def tell(self) -> None:
        """Say the notice, if there is one."""
        row = self.current.notice
        if row is None:
            return
        sentences = spoken_notice(self.words.texts, row, self.screen.lang)
        if row.leave:
            self._caller.call(sentences)
        else:
            self.tasks.begin(self._say_beside(sentences[0][1]))

    async def _say_beside(self, text: str) -> None:
        """Say what is no part of the conversation: "Wiederholen" repeats the question."""
        visit = self.current.visit
        await self.talk.over()
        if self.current.visit is not visit:
            return  # whoever comes now is told when they are greeted
        if visit:
            self.talk.say_beside(text)
        else:
            self.talk.say(text)

    async def _call_out(self, lang: str, text: str) -> None:
        async for _ in await self.voice.say(text, lang=lang):
            pass
