"""A human takes over: a clerk talks to the citizen instead of the machine, until they hand back.

The citizen always sees and hears who is speaking, and goes back to the machine whenever they like. While a
human talks, the machine says nothing and its dialogue server gets nothing. What is said is kept in memory
with the visit and goes with its wipe. A clerk whose page says nothing for `LOST_S` counts as gone.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Protocol

from dialogs.texts import Param
from robot.cases.database import StoreError
from robot.cases.model import Provenance
from robot.staff.audit import Act
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.visit import Help, Line, Visit
from robot.web.takeover_view import (
    Alive,
    Call,
    CannedRow,
    ClerkDoing,
    HandBack,
    HangUp,
    Pick,
    PickRow,
    Take,
    TakeoverLine,
    TakeoverView,
    TalkRow,
    Told,
    UseCanned,
    Write,
)
from robot.web.view import Asking, Button, Human, IceServer, Signal, Talking, TalkMode

log = logging.getLogger(__name__)

LOST_S = 4.0  # so long without a word from the clerk's page, which speaks every second: told within 5 s
TALK_S = 20.0  # so long two browsers may take to find each other
CANNED = ("hello", "moment", "please_tap", "please_document", "come_down", "colleague", "all_done", "goodbye")
PREFIX = "takeover:"
_MASK = "▪▪▪"
_ASKED = {"video": ("video", "voice", "no"), "voice": ("voice", "no")}

Record = Callable[[str, Act, str, str], Awaitable[None]]
"""Writes to the audit log: who, what, the visit's id, a word of detail. Raises StoreError."""


class Floor(Protocol):
    """The kiosk on which a human takes over; the conductor is it."""

    screen: Screen
    talk: Talk
    visit: Visit | None

    def give_way(self) -> None:
        """The machine is silent from now on, and so is its dialogue."""

    async def go_on(self, *, again: bool) -> None:
        """The machine leads again; `again`: it asks once more what it asked last."""

    def deafen(self, on: bool) -> None:
        """Whether ears and voice are off, because two people talk to each other."""

    def active(self) -> None:
        """Somebody does something: time limits begin anew."""

    def steps(self) -> list[PickRow]:
        """The steps that are open now."""

    def services(self) -> list[PickRow]:
        """The services that can be begun."""

    @property
    def step_done(self) -> bool:
        """Whether a step is done and the dialogue does not know yet."""

    def pick(self, name: str) -> None:
        """Go to a step."""

    def begin_service(self, name: str) -> None:
        """Begin a service; the machine leads."""

    def describe(self, visit: Visit) -> dict[str, str | bool]:
        """What any clerk may know of a visit: kiosk, service, step, started, here."""

    def wording(self, key: str, **params: Param) -> str:
        """A text in the visit's language."""

    def german(self, key: str) -> str:
        """A text as the clerk reads it."""

    def sayings(self, key: str) -> list[str]:
        """What one may say for a key, in the visit's language."""


class Seat:
    """One clerk's page at one visit. `view` is due when `changed`; `post` holds what is sent once."""

    def __init__(self, clerk: str, session: str, visit: str) -> None:
        self.clerk = clerk
        self.session = session
        self.visit = visit
        self._post: list[Told | Signal] = []
        self._dirty = True
        self._wake = asyncio.Event()
        self._wake.set()

    def tell(self, message: Told | Signal) -> None:
        """Send this once; who does not fetch loses the oldest."""
        self._post = [*self._post[-200:], message]
        self._wake.set()

    def changed(self) -> None:
        """The view is another."""
        self._dirty = True
        self._wake.set()

    async def due(self, patience_s: float | None = None) -> tuple[list[Told | Signal], bool]:
        """Wait for something to send: messages, and whether the view is due; nothing after `patience_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._wake.wait()
        self._wake.clear()
        post, self._post = self._post, []
        dirty, self._dirty = self._dirty, False
        return post, dirty


class Takeover:
    """Who speaks at one kiosk: the machine, or a clerk. Use it on one event loop."""

    def __init__(
        self,
        floor: Floor,
        record: Record,
        changed: Callable[[], None],
        ice: Callable[[], list[IceServer]],
        *,
        lost_s: float = LOST_S,
        talk_s: float = TALK_S,
    ) -> None:
        """`changed`: the staff's views are due; `ice`: the servers for a talk."""
        self._floor = floor
        self._record = record
        self._changed = changed
        self._ice = ice
        self._lost_s = lost_s
        self._talk_s = talk_s
        self._seats: set[Seat] = set()
        self._holder: Seat | None = None
        self._taking: Seat | None = None  # it is being written down that they take over
        self._alone = False  # the clerk has vanished, and the citizen has not chosen yet
        self._shown_as = ""
        self._talk: TalkRow | None = None
        self._talks = 0
        self._servers: list[IceServer] = []
        self._to_screen: Callable[[Signal], None] | None = None
        self._lost: asyncio.TimerHandle | None = None
        self._unconnected: asyncio.TimerHandle | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()

    # --- what the kiosk asks --------------------------------------------------------------------

    @property
    def taken(self) -> bool:
        """Whether a human speaks instead of the machine."""
        return self._holder is not None

    @property
    def taken_by(self) -> str:
        """The clerk who does, "" for the machine."""
        return self._holder.clerk if self._holder else ""

    @property
    def shown_as(self) -> str:
        """How the citizen sees them."""
        return self._shown_as

    @property
    def talking(self) -> bool:
        """Whether voice or video is on, or about to be: nobody else hears and speaks then."""
        return self._talk is not None and self._talk.state != "asked"

    def noted(self, who: str, text: str, act: str = "said") -> None:
        """Something was said or tapped: the clerk who may know sees it at once."""
        visit = self._floor.visit
        if visit and text.strip():
            visit.note_line(Line(who, act, " ".join(text.split())))
            self._tell_seats()

    def asks_to_read(self) -> list[Button]:
        """The two answers to whether the clerk may read; none when that was answered or nobody is called."""
        visit = self._floor.visit
        if visit is None or visit.help is None or visit.may_read is not None or self.taken:
            return []
        return [self._button("read_yes", "primary"), self._button("read_no")]

    def left_alone(self) -> list[Button]:
        """What may be chosen when the clerk has vanished: the machine again, or to wait."""
        return [self._button("machine", "primary"), self._button("wait")] if self._alone else []

    def machine_answers(self) -> None:
        """The machine is spoken to again: that is a choice, too."""
        self._alone = False

    def buttons(self) -> list[Button]:
        """What the citizen may tap while a human speaks, beside a running step."""
        return [self._button("machine")]

    def _button(self, name: str, style: str = "secondary") -> Button:
        floor = self._floor
        say = "|".join(floor.sayings(f"screen.say.takeover.{name}"))
        label = floor.wording(f"screen.takeover.{name}")
        return Button.model_validate({"id": PREFIX + name, "label": label, "say": say, "style": style})

    async def tapped(self, name: str) -> None:
        """The citizen has tapped, or said, a button of ours (its id without `PREFIX`)."""
        floor = self._floor
        visit = floor.visit
        if visit is None:
            return
        match name:
            case "read_yes" | "read_no":
                visit.may_read = name == "read_yes"
                floor.screen.offers = [
                    button for button in floor.screen.offers if not button.id.startswith(PREFIX)
                ]
                if not self.taken:
                    floor.talk.say(floor.wording("screen.takeover.read_done"))
                self._tell_seats()
            case "machine":
                if self._holder:
                    self._holder.tell(Told(what="sent_back"))
                    await self._release("citizen", again=True)
                else:
                    visit.help, self._alone = None, False
                    floor.screen.notice("help", "")
                    await floor.go_on(again=True)
                    self._changed()
            case "wait":
                visit.help = visit.help or Help(reason=floor.german("screen.help.reason"))
                floor.screen.offers, self._alone = [], False
                floor.screen.notice("help", lambda: floor.wording("screen.help.called"))
                floor.talk.say(floor.wording("screen.takeover.waiting"))
                self._changed()
            case "video" | "voice" | "no":
                self._answered(name)
            case "stop":
                self._end_talk("talk_ended", "screen.takeover.talk_ended")
        floor.screen.changed()

    def redress(self) -> None:
        """Language, private mode or headphones are others: what stands there follows."""
        if self._talk and self._floor.screen.private:
            self._end_talk("private", "screen.takeover.talk_ended")
        self._show_human()
        self._tell_seats()

    def visit_over(self) -> None:
        """The visit ends: nobody speaks, and the clerk's page has nothing left of it."""
        holder = self._holder
        if holder and (visit := self._floor.visit):
            self._later(self._write(holder.clerk, Act.HANDED_BACK, visit.id, "over"))
        self._forget()
        for seat in self._seats:
            seat.changed()

    # --- the clerk's page -----------------------------------------------------------------------

    def join(self, seat: Seat) -> None:
        """A page opens the visit. The same session's page that was reloaded holds what it held."""
        self._seats.add(seat)
        holder = self._holder
        if holder and holder.session == seat.session and holder.visit == seat.visit:
            self._holder = seat
            self._alive()
        seat.changed()

    def leave(self, seat: Seat, *, signed_out: bool = False) -> None:
        """A page is gone. Whoever has only reloaded it is back before they count as lost."""
        self._seats.discard(seat)
        if signed_out and self._holder is seat:
            self._later(self._lose())

    async def doing(self, seat: Seat, doing: ClerkDoing) -> None:
        """What a clerk does."""
        if isinstance(doing, Alive):
            if self._holder is seat:
                self._alive()
            return
        if isinstance(doing, Take):
            await self._take(seat, doing.shown_as)
            return
        if self._holder is not seat:
            seat.tell(Told(what="not_yours"))
            return
        self._alive()
        floor = self._floor
        if not isinstance(doing, Signal):
            floor.active()
        match doing:
            case Write(text=text):
                self._speak(text)
            case UseCanned(id=name):
                if name in CANNED:
                    self._speak(floor.wording(f"screen.takeover.canned.{name}"))
                else:
                    seat.tell(Told(what="nonsense"))
            case Pick(id=name):
                await self._pick(seat, name)
            case Call(mode=mode):
                self._ask_for_talk(seat, mode)
            case HangUp():
                self._end_talk("", "screen.takeover.talk_ended" if self.talking else "")
            case HandBack():
                await self._release("back", again=True)
            case Signal():
                self._relay(doing, self._to_screen)

    def view(self, seat: Seat) -> TakeoverView:
        """What that page shows now."""
        floor, visit = self._floor, self._floor.visit
        if visit is None or visit.id != seat.visit:
            return TakeoverView(visit=seat.visit, state="over")
        mine = self._holder is seat
        state = "mine" if mine else "taken" if self._holder else "offered"
        lines = visit.lines if visit.may_read else visit.lines[visit.taken_at :] if mine else []
        if state == "taken":
            lines = []
        first = len(visit.lines) - len(lines)
        return TakeoverView.model_validate(
            floor.describe(visit)
            | {
                "visit": visit.id,
                "state": state,
                "taken_by": self.taken_by,
                "shown_as": self._shown_as if mine else "",
                "language": visit.language,
                "help_reason": visit.help.reason if visit.help else "",
                "help_accepted_by": visit.help.accepted_by if visit.help else "",
                "may_read": visit.may_read,
                "private": floor.screen.private,
                "step_done": mine and floor.step_done,
                "lines": [
                    TakeoverLine.model_validate(
                        {
                            "number": visit.lines_gone + first + at,
                            "who": line.who,
                            "act": line.act,
                            "text": masked(line.text, visit),
                        }
                    )
                    for at, line in enumerate(lines)
                ],
                "steps": floor.steps() if mine else [],
                "services": floor.services() if mine else [],
                "canned": self._canned() if mine else [],
                "talk": self._talk if mine else None,
                "ice": self._servers if mine and self.talking else [],
            }
        )

    def _canned(self) -> list[CannedRow]:
        floor = self._floor
        keys = {name: f"screen.takeover.canned.{name}" for name in CANNED}
        return [
            CannedRow(id=name, german=floor.german(key), text=floor.wording(key))
            for name, key in keys.items()
        ]

    async def _take(self, seat: Seat, shown_as: str) -> None:
        floor, visit = self._floor, self._floor.visit
        if self._holder is seat:
            return
        if visit is None or visit.id != seat.visit:
            seat.changed()
            return
        if self._holder is not None or self._taking is not None:
            seat.tell(Told(what="taken"))
            return
        if visit.help is None:
            seat.tell(Told(what="no_help"))
            return
        # two clerks cannot both have it; until it is written down the machine goes on
        self._taking = seat
        try:
            async with self._writing:
                await self._record(seat.clerk, Act.TAKEN_OVER, visit.id, "")
        except StoreError as error:
            log.error("store: %s", error)
            seat.tell(Told(what="not_stored"))
            return
        finally:
            self._taking = None
        if floor.visit is not visit or visit.help is None:  # gone, or taken back, in the meantime
            await self._write(seat.clerk, Act.HANDED_BACK, visit.id, "over")
            if floor.visit is visit:
                seat.tell(Told(what="no_help"))
            seat.changed()
            return
        self._holder, self._shown_as, self._alone = seat, shown_as, False
        log.info("visit %s: a human has taken over", visit.id)
        visit.taken_at = len(visit.lines)
        visit.tally.taken_over = True
        floor.screen.notice("help", "")
        floor.give_way()
        self._show_human()
        floor.talk.say(floor.wording("screen.takeover.began", name=shown_as), anyway=True)
        self._alive()
        self._changed()
        self._tell_seats()

    def _speak(self, text: str) -> None:
        """The colleague's voice speaks it, marked as a human's; where others may not hear, it is shown."""
        floor = self._floor
        screen = floor.screen
        overheard = screen.private and not screen.headset
        floor.talk.say(text, human=True, aloud=not self.talking and not overheard)
        if overheard:
            floor.talk.read(floor.wording("screen.private.not_aloud"))

    async def _pick(self, seat: Seat, name: str) -> None:
        floor, visit = self._floor, self._floor.visit
        if visit is None:
            return
        step = any(row.id == name for row in floor.steps())
        if not step and not any(row.id == name for row in floor.services()):
            seat.tell(Told(what="cannot_pick"))
            return
        await self._write(seat.clerk, Act.STEP_PICKED, visit.id, name)
        if floor.visit is not visit or self._holder is not seat:
            return  # what was picked for one visitor is not for the next
        if step:
            floor.pick(name)
        else:
            await self._release("back", again=False)
            floor.begin_service(name)
        self._tell_seats()

    # --- who speaks -----------------------------------------------------------------------------

    def _alive(self) -> None:
        if self._lost:
            self._lost.cancel()
        loop = asyncio.get_running_loop()
        self._lost = loop.call_later(self._lost_s, lambda: self._later(self._lose()))

    async def _lose(self) -> None:
        """The clerk has vanished: the citizen is told, and chooses."""
        holder, visit, name = self._holder, self._floor.visit, self._shown_as
        if holder is None or visit is None:
            return
        log.warning("visit %s: the clerk is gone", visit.id)
        await self._release("lost", again=False)
        floor = self._floor
        if floor.visit is not visit:
            return
        visit.help = visit.help or Help(reason=floor.german("screen.help.reason"))
        if visit.help.accepted_by == holder.clerk:  # whoever else has said that they come still comes
            visit.help.accepted_by = ""
        self._alone = True
        floor.screen.offers = self.left_alone()
        floor.talk.say(floor.wording("screen.takeover.lost", name=name))
        floor.screen.changed()

    async def _release(self, why: str, *, again: bool) -> None:
        """The machine speaks again; why: back, citizen, lost."""
        floor, holder, visit = self._floor, self._holder, self._floor.visit
        if holder is None or visit is None:
            return
        self._end_talk("", "")
        self._forget()
        if why != "lost":
            # who has said that they come still comes
            if not (visit.help and visit.help.accepted_by):
                visit.help = None
            floor.talk.before_next(floor.wording("screen.takeover.back"))
        self._later(self._write(holder.clerk, Act.HANDED_BACK, visit.id, why))
        await floor.go_on(again=again)
        log.info("visit %s: the machine goes on (%s)", visit.id, why)
        self._changed()
        self._tell_seats()

    def _forget(self) -> None:
        for timer in (self._lost, self._unconnected):
            if timer:
                timer.cancel()
        self._lost = self._unconnected = None
        self._holder, self._shown_as, self._talk, self._servers = None, "", None, []
        self._alone = False
        floor = self._floor
        floor.screen.human = None
        floor.screen.badge = floor.wording("screen.badge")
        floor.talk.held = False

    def _show_human(self) -> None:
        """Badge, name and what is asked of the citizen, in the language of now."""
        if self._holder is None:
            return
        floor, talk = self._floor, self._talk
        ask: Asking | None = None
        on: Talking | None = None
        if talk and talk.state == "asked":
            ask = Asking(
                text=floor.wording(f"screen.takeover.ask_{talk.mode}", name=self._shown_as),
                actions=[
                    self._button(name, "primary" if name == talk.mode else "secondary")
                    for name in _ASKED[talk.mode]
                ],
            )
        elif talk:
            on = Talking.model_validate(
                {
                    "number": talk.number,
                    "mode": talk.mode,
                    "state": talk.state,
                    "text": floor.wording(f"screen.takeover.on_{talk.mode}"),
                    "own": floor.wording("screen.takeover.own_picture"),
                    "theirs": floor.wording("screen.takeover.their_picture", name=self._shown_as),
                    "stop": self._button("stop", "danger"),
                    "ice": self._servers,
                }
            )
        label = floor.wording("screen.takeover.label", name=self._shown_as)
        floor.screen.human = Human(name=self._shown_as, label=label, ask=ask, talk=on)
        floor.screen.badge = floor.wording("screen.takeover.badge", name=self._shown_as)
        floor.screen.changed()

    # --- voice and video ------------------------------------------------------------------------

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
        if self.talking:
            self._end_talk("talk_failed", "screen.takeover.talk_failed")

    def from_screen(self, signal: Signal) -> None:
        """The citizen's browser signals."""
        holder = self._holder
        self._relay(signal, holder.tell if holder else None)

    def _relay(self, signal: Signal, to: Callable[[Signal], None] | None) -> None:
        """To the other end of this very talk; none is kept."""
        talk = self._talk
        if talk is None or not self.talking or signal.talk != talk.number:
            return
        match signal.kind:
            case "failed":
                self._end_talk("talk_failed", "screen.takeover.talk_failed")
            case "connected":
                self._connected(talk)
            case _ if to:
                to(signal)

    def _connected(self, talk: TalkRow) -> None:
        if talk.state == "running":
            return
        if self._unconnected:
            self._unconnected.cancel()
        self._talk = talk.model_copy(update={"state": "running"})
        self._show_human()
        self._tell_seats()

    def _ask_for_talk(self, seat: Seat, mode: TalkMode) -> None:
        floor = self._floor
        if self._talk:
            return
        if floor.screen.private:
            seat.tell(Told(what="private"))
            return
        self._talks += 1
        self._talk = TalkRow(number=self._talks, mode=mode, state="asked")
        self._show_human()
        floor.talk.say(floor.wording(f"screen.takeover.ask_{mode}", name=self._shown_as), anyway=True)
        self._tell_seats()

    def _answered(self, answer: str) -> None:
        """The citizen agrees, or not."""
        floor, talk, holder, visit = self._floor, self._talk, self._holder, self._floor.visit
        if talk is None or talk.state != "asked" or holder is None or visit is None:
            return
        if answer == "no" or answer not in _ASKED[talk.mode]:
            self._talk = None
            holder.tell(Told(what="refused"))
            floor.talk.say(floor.wording("screen.takeover.no_talk"), anyway=True)
        else:
            self._talk = talk.model_copy(update={"mode": answer, "state": "connecting"})
            self._servers = self._ice()
            self._later(self._write(holder.clerk, Act.TALK_BEGAN, visit.id, answer))
            # the question is answered: it stands no longer on the screen
            floor.talk.say(floor.wording(f"screen.takeover.agreed_{answer}"), anyway=True, aloud=False)
            floor.deafen(True)
            loop = asyncio.get_running_loop()
            self._unconnected = loop.call_later(
                self._talk_s, self._end_talk, "talk_failed", "screen.takeover.talk_failed"
            )
        self._show_human()
        self._tell_seats()

    def _end_talk(self, told: str, key: str) -> None:
        """Camera and microphone off; `told`: what the clerk is told, `key`: what the citizen is."""
        floor, talk, holder, visit = self._floor, self._talk, self._holder, self._floor.visit
        if talk is None:
            return
        stood = self.talking
        self._talk, self._servers = None, []
        if self._unconnected:
            self._unconnected.cancel()
        self._unconnected = None
        if stood:
            floor.deafen(False)
            if holder and visit:
                self._later(self._write(holder.clerk, Act.TALK_ENDED, visit.id, ""))
        if holder and told:
            holder.tell(Told.model_validate({"what": told}))
        self._show_human()
        if key:
            floor.talk.say(floor.wording(key), anyway=True)
        self._tell_seats()

    # --- small parts ----------------------------------------------------------------------------

    def _tell_seats(self) -> None:
        for seat in self._seats:
            seat.changed()

    async def settle(self) -> None:
        """Until everything that happened is written down."""
        while self._work:
            await asyncio.wait(self._work)

    async def _write(self, who: str, what: Act, visit: str, detail: str) -> None:
        try:
            async with self._writing:  # in the order in which it happened
                await self._record(who, what, visit, detail)
        except StoreError as error:
            log.error("store: %s", error)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)


def masked(text: str, visit: Visit) -> str:
    """`text` without what was entered or read for the application, and without long numbers."""
    own = {
        part
        for value in visit.values.values()
        for part in re.findall(r"\w{3,}", value.text)
        if value.provenance is not Provenance.CHOSEN
    }
    for part in sorted(own, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _MASK, text, flags=re.IGNORECASE)
    return re.sub(r"\d(?:[ .,/-]?\d){3,}", _MASK, text)
