"""A human takes over: a clerk talks to the citizen instead of the machine, until they hand back.

The citizen always sees and hears who is speaking, and goes back to the machine whenever they like. While a
human talks, the machine says nothing and its dialogue server gets nothing. What is said is kept in memory
with the visit and goes with its wipe. A clerk whose page says nothing for `LOST_S` counts as gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from robot.cases.database import StoreError
from robot.staff.audit import Act
from robot.visit.calls import Calls
from robot.visit.current import Current
from robot.visit.floor import Floor
from robot.visit.help import HelpDesk
from robot.visit.screen import Screen
from robot.visit.seat import Seat, Seats
from robot.visit.speaker import PREFIX, Speaker, SpeakerButtons
from robot.visit.takeover_shown import CANNED, page_of, show_human
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.trail import Record, Trail
from robot.visit.visit import Line
from robot.visit.words import Words
from robot.web.takeover_view import (
    Alive,
    Call,
    ClerkDoing,
    HandBack,
    HangUp,
    Pick,
    Take,
    TakeoverView,
    Told,
    UseCanned,
    Write,
)
from robot.web.view import IceServer, Signal

log = logging.getLogger(__name__)

LOST_S = 4.0  # so long without a word from the clerk's page, which speaks every second: told within 5 s


class Takeover:
    """Who speaks at one kiosk: the machine, or a clerk. Use it on one event loop.

    `lost_s`: see `LOST_S`; `trail`: what it leaves in the audit log; `calls`: voice and video.
    """

    def __init__(
        self,
        floor: Floor,
        current: Current,
        screen: Screen,
        words: Words,
        talk: Talk,
        speaker: Speaker,
        buttons: SpeakerButtons,
        help_desk: HelpDesk,
        record: Record,
        changed: Callable[[], None],
        ice: Callable[[], list[IceServer]],
    ) -> None:
        """`record` writes the audit log; `changed`: the staff's views are due; `ice`: see `Calls`."""
        self._floor = floor
        self._current = current
        self._screen = screen
        self._words = words
        self._talk = talk
        self._speaker = speaker
        self._buttons = buttons
        self._help_desk = help_desk
        self._changed = changed
        self.lost_s = LOST_S
        self.trail = Trail(record)
        self.calls = Calls(current, screen, words, talk, speaker, floor, self.trail, ice)
        self._seats = Seats()
        self._taking: Seat | None = None  # it is being written down that they take over
        self._lost: asyncio.TimerHandle | None = None
        self._tasks = Tasks()
        speaker.redress = self.redress

    # --- what the kiosk tells -------------------------------------------------------------------

    def noted(self, who: str, text: str, act: str = "said") -> None:
        """Something was said or tapped: the clerk who may know sees it at once."""
        visit = self._current.visit
        if visit and text.strip():
            visit.note_line(Line(who, act, " ".join(text.split())))
            self._seats.changed()

    def redress(self) -> None:
        """Language, private mode or headphones are others: what stands there follows."""
        if self._screen.private:
            self.calls.end("private", "screen.takeover.talk_ended")
        if self._speaker.taken:
            show_human(self._screen, self._words, self._speaker, self._buttons, self.calls.servers)
        self._seats.changed()

    def visit_over(self) -> None:
        """The visit ends: nobody speaks, and the clerk's page has nothing left of it."""
        holder = self._speaker.holder
        if holder and (visit := self._current.visit):
            self.trail.later(holder.clerk, Act.HANDED_BACK, visit.id, "over")
        self._forget()
        self._seats.changed()

    async def settle(self) -> None:
        """Until everything that happened is written down."""
        await self._tasks.settle()
        await self.trail.settle()

    # --- the citizen ----------------------------------------------------------------------------

    async def tapped(self, name: str) -> None:
        """The citizen has tapped, or said, a button of ours (its id without `PREFIX`)."""
        visit, screen, talk, words = self._current.visit, self._screen, self._talk, self._words
        if visit is None:
            return
        match name:
            case "read_yes" | "read_no":
                visit.may_read = name == "read_yes"
                screen.offers = [button for button in screen.offers if not button.id.startswith(PREFIX)]
                if not self._speaker.taken:
                    talk.before_next(words.text("screen.takeover.read_done"))
                    self._floor.ask_meanwhile()
                    talk.flush()
                self._seats.changed()
            case "machine":
                await self._to_the_machine()
            case "wait":
                self._help_desk.wait(visit)
                screen.offers, self._speaker.alone = [], False
                words.note("help", "screen.help.called")
                talk.say(words.text("screen.takeover.waiting"))
                self._changed()
            case "video" | "voice" | "no":
                self.calls.answered(name)
            case "stop":
                self.calls.end("talk_ended", "screen.takeover.talk_ended")
        screen.changed()

    async def _to_the_machine(self) -> None:
        """The citizen wants the machine again, whether a clerk speaks or has vanished."""
        visit = self._current.visit
        if holder := self._speaker.holder:
            holder.tell(Told(what="sent_back"))
            await self._release("citizen", again=True)
        elif visit:
            visit.help, self._speaker.alone = None, False
            self._screen.notice("help", "")
            await self._floor.go_on(again=True)
            self._changed()

    # --- the clerk's page -----------------------------------------------------------------------

    def join(self, seat: Seat) -> None:
        """A page opens the visit. The same session's page that was reloaded holds what it held."""
        self._seats.add(seat)
        holder = self._speaker.holder
        if holder and holder.session == seat.session and holder.visit == seat.visit:
            self._speaker.holder = seat
            self._alive()
        seat.changed()

    def leave(self, seat: Seat, *, signed_out: bool = False) -> None:
        """A page is gone. Whoever has only reloaded it is back before they count as lost."""
        self._seats.discard(seat)
        if signed_out and self._speaker.holder is seat:
            self._tasks.begin(self._lose())

    def view(self, seat: Seat) -> TakeoverView:
        """What that page shows now."""
        return page_of(
            seat,
            self._current,
            self._screen,
            self._words,
            self._speaker,
            self._floor,
            self.calls.servers,
        )

    async def doing(self, seat: Seat, doing: ClerkDoing) -> None:
        """What a clerk does."""
        mine = self._speaker.holder is seat
        if isinstance(doing, Alive):
            if mine:
                self._alive()
            return
        if isinstance(doing, Take):
            await self._take(seat, doing.shown_as)
            return
        if not mine:
            seat.tell(Told(what="not_yours"))
            return
        self._alive()
        if not isinstance(doing, Signal):
            self._floor.active()
        match doing:
            case Write(text=text):
                self._speak(text)
            case UseCanned(id=name):
                if name in CANNED:
                    self._speak(self._words.text(f"screen.takeover.canned.{name}"))
                else:
                    seat.tell(Told(what="nonsense"))
            case Pick(id=name):
                await self._pick(seat, name)
            case Call(mode=mode):
                self.calls.ask(seat, mode)
            case HangUp():
                self.calls.end("", "screen.takeover.talk_ended" if self._speaker.talking else "")
            case HandBack():
                await self._release("back", again=True)
            case Signal():
                self.calls.from_clerk(doing)

    async def _take(self, seat: Seat, shown_as: str) -> None:
        visit, speaker = self._current.visit, self._speaker
        if speaker.holder is seat:
            return
        if visit is None or visit.id != seat.visit:
            seat.changed()
            return
        if speaker.taken or self._taking is not None:
            seat.tell(Told(what="taken"))
            return
        if visit.help is None:
            seat.tell(Told(what="no_help"))
            return
        # two clerks cannot both have it; until it is written down the machine goes on
        self._taking = seat
        try:
            await self.trail.must(seat.clerk, Act.TAKEN_OVER, visit.id, "")
        except StoreError as error:
            log.error("store: %s", error)
            seat.tell(Told(what="not_stored"))
            return
        finally:
            self._taking = None
        if self._current.visit is not visit or visit.help is None:  # gone, or taken back, in the meantime
            await self.trail.write(seat.clerk, Act.HANDED_BACK, visit.id, "over")
            if self._current.visit is visit:
                seat.tell(Told(what="no_help"))
            seat.changed()
            return
        speaker.holder, speaker.shown_as, speaker.alone = seat, shown_as, False
        log.info("visit %s: a human has taken over", visit.id)
        visit.taken_at = len(visit.lines)
        visit.tally.taken_over = True
        self._screen.notice("help", "")
        self._floor.give_way()
        self.redress()
        self._talk.say(self._words.text("screen.takeover.began", name=shown_as), anyway=True)
        self._alive()
        self._changed()

    def _speak(self, text: str) -> None:
        """The colleague's voice speaks it, marked as a human's; where others may not hear, it is shown."""
        overheard = self._screen.private and not self._screen.headset
        self._talk.say(text, human=True, aloud=not self._speaker.talking and not overheard)
        if overheard:
            self._talk.read(self._words.text("screen.private.not_aloud"))

    async def _pick(self, seat: Seat, name: str) -> None:
        floor, visit = self._floor, self._current.visit
        if visit is None:
            return
        step = any(row.id == name for row in floor.steps())
        if not step and not any(row.id == name for row in floor.services()):
            seat.tell(Told(what="cannot_pick"))
            return
        await self.trail.write(seat.clerk, Act.STEP_PICKED, visit.id, name)
        if self._current.visit is not visit or self._speaker.holder is not seat:
            return  # what was picked for one visitor is not for the next
        if step:
            floor.pick(name)
        else:
            await self._release("back", again=False)
            floor.begin_service(name)
        self._seats.changed()

    # --- the machine speaks again ---------------------------------------------------------------

    def _alive(self) -> None:
        if self._lost:
            self._lost.cancel()
        loop = asyncio.get_running_loop()
        self._lost = loop.call_later(self.lost_s, lambda: self._tasks.begin(self._lose()))

    async def _lose(self) -> None:
        """The clerk has vanished: the citizen is told, and chooses."""
        speaker, visit = self._speaker, self._current.visit
        holder, name = speaker.holder, speaker.shown_as
        if holder is None or visit is None:
            return
        log.warning("visit %s: the clerk is gone", visit.id)
        await self._release("lost", again=False)
        if self._current.visit is not visit:
            return
        self._help_desk.wait(visit)
        if visit.help and visit.help.accepted_by == holder.clerk:
            visit.help.accepted_by = ""  # whoever else has said that they come still comes
        speaker.alone = True
        self._screen.offers = self._buttons.left_alone()
        self._talk.say(self._words.text("screen.takeover.lost", name=name))
        self._screen.changed()

    async def _release(self, why: str, *, again: bool) -> None:
        """The machine speaks again; why: back, citizen, lost."""
        holder, visit = self._speaker.holder, self._current.visit
        if holder is None or visit is None:
            return
        self.calls.end()
        self._forget()
        if why != "lost":
            # who has said that they come still comes
            if not (visit.help and visit.help.accepted_by):
                visit.help = None
            self._talk.before_next(self._words.text("screen.takeover.back"))
        self.trail.later(holder.clerk, Act.HANDED_BACK, visit.id, why)
        await self._floor.go_on(again=again)
        log.info("visit %s: the machine goes on (%s)", visit.id, why)
        self._changed()
        self._seats.changed()

    def _forget(self) -> None:
        if self._lost:
            self._lost.cancel()
        self._lost = None
        self.calls.forget()
        speaker = self._speaker
        speaker.holder, speaker.shown_as, speaker.alone = None, "", False
        self._screen.human = None
        self._screen.badge = self._words.text("screen.badge")
        self._talk.held = False
