"""What stands on the screen while nobody is served: the services, or why the kiosk is out of order."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from dialogs.languages import GERMAN, LANGUAGES
from robot.visit.current import Current
from robot.visit.frame import Frame
from robot.visit.lobby import Lobby, Why
from robot.visit.panels import Panels
from robot.visit.proofs import Proofs
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.words import Words
from robot.web.broadcast import Broadcast
from robot.web.view import Display

log = logging.getLogger(__name__)

HOUSE_S = 20.0  # opening hours, waiting time and messages are looked at so often
ABROAD_S = 60.0  # so long a kiosk that is out of order says so in the language that somebody has chosen


@dataclass(kw_only=True, eq=False)
class FirstScreen:
    """Looks after it; sets `Current.closed`."""

    goodbye_s: float
    current: Current
    lobby: Lobby
    proofs: Proofs
    screen: Screen
    words: Words
    talk: Talk
    frame: Frame
    panels: Panels
    tasks: Tasks
    changed: Broadcast
    _due: asyncio.TimerHandle | None = field(init=False, default=None)

    def after_goodbye(self) -> None:
        """The goodbye stands there for a while, then the first screen."""
        self._show_in(self.goodbye_s)

    def _show_in(self, seconds: float) -> None:
        """The first screen after so long, unless somebody has come, or it is wanted at another time."""
        if self._due:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(seconds, self.show)

    def show(self) -> None:
        """The first screen, in German and as nobody has changed it."""
        current, screen = self.current, self.screen
        if current.visit or not current.free.is_set():
            return
        self.frame.use(GERMAN)
        screen.display = Display()
        current.closed = self.lobby.why_closed()
        if current.closed:
            self._show_closed(current.closed)
            return
        screen.state, screen.face = "idle", "idle"
        self.frame.dress()
        screen.panel = self.panels.welcome()
        screen.caption, screen.spoken = self.words.text("screen.idle.caption"), 0
        screen.changed()

    def _show_closed(self, why: Why) -> None:
        """Nobody can be served: the reason and where to go, in the language of now."""
        screen = self.screen
        screen.state, screen.face = "out_of_order", "sorry"
        self.panels.payloads = {}
        self.frame.dress()
        screen.panel = self.lobby.closed(self.words.text, why)
        screen.caption, screen.spoken = f"{screen.panel.title}. {screen.panel.text}", 0
        screen.changed()

    def tell_closed(self, why: Why) -> None:
        """The same aloud, to whoever comes."""
        self.talk.say(self.lobby.closed_aloud(self.words.text, why))

    def closed_in(self, why: Why, lang: str) -> None:
        """Out of order, in the language that somebody has chosen, for a while."""
        self.frame.use(lang)
        self._show_closed(why)
        self.tell_closed(why)
        self.chosen()

    def chosen(self) -> None:
        """Somebody wants it another way, and nobody says when they leave."""
        self._show_in(ABROAD_S)

    def restarted(self, lang: str) -> None:
        """The robot was away in the middle of a visit: says kindly, in its language, that it is over."""
        current = self.current
        if current.visit:  # somebody was seen before the page came back
            self.tasks.begin(self.talk.announce(self.words.text("screen.restarted")))
        elif not current.shut:
            self.frame.use(lang if lang in LANGUAGES else GERMAN)
            self.frame.dress()
            self.screen.panel = self.panels.welcome()
            self.talk.say(self.words.text("screen.restarted"))
            self.tasks.begin(self._show_after_talk())

    async def _show_after_talk(self) -> None:
        await self.talk.over()
        self.after_goodbye()

    async def mind_the_house(self) -> None:
        """What stands there, and whether anybody can be served, while nobody is; until cancelled."""
        while True:
            seen = self.changed.seq
            if self.current.visit is None:
                await self.lobby.look()
                await self.proofs.write()
                self._look()
            await self.changed.wait(seen, HOUSE_S)

    def _look(self) -> None:
        screen, current = self.screen, self.current
        if current.visit or screen.state not in ("idle", "out_of_order"):
            return
        now = self.lobby.why_closed()
        if now != current.closed:
            log.warning("out of order: %s", now.cause if now else "no more")
            self.show()
            self.changed.notify_live()
        panel = self.lobby.closed(self.words.text, now) if now else self.panels.welcome()
        if panel != screen.panel:
            screen.panel = panel
            screen.changed()
