"""Voice and video between a citizen and the clerk who has taken over, from browser to browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from robot.staff.audit import Act
from robot.visit.current import Current
from robot.visit.floor import Floor
from robot.visit.screen import Screen
from robot.visit.seat import Seat
from robot.visit.speaker import Speaker
from robot.visit.takeover_shown import ASKED
from robot.visit.talk import Talk
from robot.visit.trail import Trail
from robot.visit.words import Words
from robot.web.takeover_view import TalkRow, Told
from robot.web.view import IceServer, Signal, TalkMode

TALK_S = 20.0  # so long two browsers may take to find each other


class Calls:
    """One talk at a time, only after the citizen's yes; `servers`: those that it may use.

    `talk_s`: see `TALK_S`.
    """

    def __init__(
        self,
        current: Current,
        screen: Screen,
        words: Words,
        voice: Talk,
        speaker: Speaker,
        floor: Floor,
        trail: Trail,
        ice: Callable[[], list[IceServer]],
        *,
        talk_s: float = TALK_S,
    ) -> None:
        """`voice` is the kiosk's; `ice`: the servers for a talk."""
        self._current = current
        self._screen = screen
        self._words = words
        self._voice = voice
        self._speaker = speaker
        self._floor = floor
        self._trail = trail
        self._ice = ice
        self.talk_s = talk_s
        self.servers: list[IceServer] = []
        self._talks = 0
        self._to_screen: Callable[[Signal], None] | None = None
        self._unconnected: asyncio.TimerHandle | None = None

    def attach(self, to_screen: Callable[[Signal], None]) -> Callable[[], None]:
        """The citizen's page: where signals for it go. Returns the way out.

        A talk goes with the page that it was begun on.
        """
        self._page_gone()
        self._to_screen = to_screen

        def detach() -> None:
            if self._to_screen is to_screen:
                self._page_gone()
                self._to_screen = None

        return detach

    def _page_gone(self) -> None:
        if self._speaker.talking:
            self.end("talk_failed", "screen.takeover.talk_failed")

    def ask(self, seat: Seat, mode: TalkMode) -> None:
        """The clerk wants to talk: the citizen is asked."""
        speaker = self._speaker
        if speaker.talk:
            return
        if self._screen.private:
            seat.tell(Told(what="private"))
            return
        self._talks += 1
        speaker.talk = TalkRow(number=self._talks, mode=mode, state="asked")
        speaker.redress()
        self._voice.say(self._words.text(f"screen.takeover.ask_{mode}", name=speaker.shown_as), anyway=True)

    def answered(self, answer: str) -> None:
        """The citizen agrees, or not."""
        speaker, visit, say = self._speaker, self._current.visit, self._voice.say
        talk, holder = speaker.talk, speaker.holder
        if talk is None or talk.state != "asked" or holder is None or visit is None:
            return
        if answer == "no" or answer not in ASKED[talk.mode]:
            speaker.talk = None
            holder.tell(Told(what="refused"))
            say(self._words.text("screen.takeover.no_talk"), anyway=True)
        else:
            speaker.talk = talk.model_copy(update={"mode": answer, "state": "connecting"})
            self.servers = self._ice()
            self._trail.later(holder.clerk, Act.TALK_BEGAN, visit.id, answer)
            # the question is answered: it stands no longer on the screen
            say(self._words.text(f"screen.takeover.agreed_{answer}"), anyway=True, aloud=False)
            self._floor.deafen(True)
            self._unconnected = asyncio.get_running_loop().call_later(
                self.talk_s, self.end, "talk_failed", "screen.takeover.talk_failed"
            )
        speaker.redress()

    def end(self, told: str = "", key: str = "") -> None:
        """Camera and microphone off; `told`: what the clerk is told, `key`: what the citizen is."""
        speaker, visit = self._speaker, self._current.visit
        holder = speaker.holder
        if speaker.talk is None:
            return
        stood = speaker.talking
        self.forget()
        if stood:
            self._floor.deafen(False)
            if holder and visit:
                self._trail.later(holder.clerk, Act.TALK_ENDED, visit.id, "")
        if holder and told:
            holder.tell(Told.model_validate({"what": told}))
        speaker.redress()
        if key:
            self._voice.say(self._words.text(key), anyway=True)

    def forget(self) -> None:
        """No talk, and none of its servers."""
        self._speaker.talk, self.servers = None, []
        if self._unconnected:
            self._unconnected.cancel()
        self._unconnected = None

    def from_screen(self, signal: Signal) -> None:
        """The citizen's browser signals."""
        holder = self._speaker.holder
        self._relay(signal, holder.tell if holder else None)

    def from_clerk(self, signal: Signal) -> None:
        """The clerk's browser signals."""
        self._relay(signal, self._to_screen)

    def _relay(self, signal: Signal, to: Callable[[Signal], None] | None) -> None:
        """To the other end of this very talk; none is kept."""
        talk = self._speaker.talk
        if talk is None or not self._speaker.talking or signal.talk != talk.number:
            return
        match signal.kind:
            case "failed":
                self.end("talk_failed", "screen.takeover.talk_failed")
            case "connected":
                self._connected(talk)
            case _ if to:
                to(signal)

    def _connected(self, talk: TalkRow) -> None:
        if talk.state == "running":
            return
        if self._unconnected:
            self._unconnected.cancel()
        self._speaker.talk = talk.model_copy(update={"state": "running"})
        self._speaker.redress()
