"""Time limits: warned on two channels, extended by any sign of life (BFSGV section 7)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from robot.settings import VisitSettings
from robot.visit.arrival import Arrivals
from robot.visit.current import Current
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker
from robot.visit.talk import Talk
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.view import Button, CameraPanel, ChipPanel, FormPanel, TimeWarning

LOOK_S = 0.5
EXTENDED_S = 6.0  # so long after a time warning a "ja" means "I am still here"
HUMAN_S = 300.0  # so long a citizen and a human who has taken over may both be silent
LEFT_S = 10.0  # the sensor says that nobody stands here any more: warn after this time


@dataclass(kw_only=True, eq=False)
class Limits:
    """Ends a visit in which nothing happens. `allowed`: the town's own limits.

    `end` ends the visit with an outcome; `lose`, without a word, one that was never begun.
    """

    allowed: VisitSettings
    current: Current
    arrivals: Arrivals
    screen: Screen
    words: Words
    talk: Talk
    speaker: Speaker
    end: Callable[[str], Awaitable[None]]
    lose: Callable[[], Awaitable[None]]
    _active_at: float = field(init=False, default_factory=time.monotonic)
    _left_at: float | None = field(init=False, default=None)
    _warned_at: float | None = field(init=False, default=None)
    _extended_at: float = field(init=False, default=float("-inf"))

    def begin(self) -> None:
        """A visit begins."""
        self._warned_at = self._left_at = None
        self.active()

    def active(self) -> None:
        """Somebody does something: the time begins anew."""
        self._active_at = time.monotonic()
        if self._warned_at is not None:
            self._warned_at = self.screen.warning = None
            self._extended_at = self._active_at
            self.screen.changed()

    def came(self) -> None:
        """The sensor says that somebody stands there."""
        self._left_at = None

    def went(self) -> None:
        """The sensor says that nobody stands there any more."""
        self._left_at = time.monotonic()

    @property
    def here(self) -> bool:
        """Whether somebody stands there, as far as is known."""
        return self._left_at is None

    @property
    def extended(self) -> bool:
        """Whether a warning was answered just now."""
        return time.monotonic() - self._extended_at < EXTENDED_S

    async def watch(self) -> None:
        """Look twice a second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            if visit := self.current.visit:
                await self._look(visit, time.monotonic())

    async def _look(self, visit: Visit, now: float) -> None:
        if self.talk.speaking and self._warned_at is None:
            self._active_at = now
        if self.arrivals.unanswered:
            # nothing was begun, so nothing is lost: no warning bothers whoever only stands there
            if self.arrivals.lost(now, self._active_at):
                await self.lose()
            return
        quiet = self._quiet_s()
        if self._left_at is None and self.speaker.talking:
            self._active_at = now
        if self._warned_at is not None:
            if now - self._warned_at >= self.allowed.warning_s:
                await self.end("done" if visit.case else "timeout")
        elif now - self._active_at >= quiet:
            self._warn(int(self.allowed.warning_s))

    def _quiet_s(self) -> float:
        """How long one may be silent now."""
        quiet = self.allowed.silence_s
        if isinstance(self.screen.panel, FormPanel | CameraPanel | ChipPanel):
            quiet += self.allowed.step_extra_s
        if self.speaker.taken:
            quiet = max(quiet, HUMAN_S)
        return quiet if self._left_at is None else min(quiet, LEFT_S)

    def _warn(self, seconds: int) -> None:
        """Said and shown, and it can be extended; "Wiederholen" repeats the question, not the warning."""
        self._warned_at = time.monotonic()
        self.screen.warning = warning = self._warning(seconds)
        self.talk.say_beside(warning.text, anyway=True)

    def translate(self) -> None:
        """The warning, if there is one, in the language of now."""
        if self.screen.warning:
            self.screen.warning = self._warning(self.screen.warning.seconds)

    def _warning(self, seconds: int) -> TimeWarning:
        text = self.words.text
        return TimeWarning(
            text=text("screen.time.warning", seconds=str(seconds)),
            seconds=seconds,
            extend=Button(
                id="time:extend",
                label=text("screen.button.extend"),
                say="|".join(self.words.sayings("screen.say.extend")),
                style="primary",
            ),
            end=Button(id="time:end", label=text("screen.button.end"), style="secondary"),
        )
