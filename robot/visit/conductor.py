"""Leads a visit: hear → understand → act → say → show. The dialogue decides, the conductor does it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from dialogs import distress, remarks
from dialogs.catalogue import AskGroup, Catalogue, Choice
from dialogs.client import Dialogue, DialogueDown, RasaServer, Turn
from dialogs.languages import GERMAN, LANGUAGES
from dialogs.protocol import Act, Ask, Offer, Say, Show, Switch, payload
from dialogs.protocol import Step as StepMessage
from dialogs.texts import Param, Texts
from dialogs.translations import SPOKEN
from hardware.ports import (
    Body,
    Camera,
    CardInserted,
    CardKind,
    CardReader,
    CardRemoved,
    Device,
    Headset,
    Health,
    Hearing,
    Light,
    Paper,
    Partial,
    Printer,
    SpeechStarted,
    State,
    Unintelligible,
    Utterance,
    Voice,
)
from robot.blame import blame
from robot.cases.database import StoreError
from robot.cases.sentences import scrubbed
from robot.figures.counting import VisitFigure, counted_visit
from robot.policy import UNATTENDED
from robot.settings import Settings
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome, Stage
from robot.steps.stage import Checked, FieldSet, Spoken, Tapped
from robot.visit import display
from robot.visit.arrival import Arrivals
from robot.visit.emergency import Caller, notice_view, spoken_notice
from robot.visit.ice import Ice
from robot.visit.lobby import Lobby, Why
from robot.visit.lying import Lying
from robot.visit.private import Privacy
from robot.visit.proofs import Proofs
from robot.visit.screen import Screen, plain, spoken_button
from robot.visit.takeover import PREFIX as TAKEOVER
from robot.visit.takeover import Takeover
from robot.visit.talk import Talk
from robot.visit.tally import KEYPAD, TOUCH, VOICE
from robot.visit.visit import Help, HelpRefused, Visit, without_personal_words
from robot.web.broadcast import Broadcast
from robot.web.live_view import EmergencyRow
from robot.web.plan import plan_panel
from robot.web.staff_view import DeviceRow, VisitRow
from robot.web.takeover_view import PickRow
from robot.web.view import (
    Button,
    CameraPanel,
    Check,
    ChipPanel,
    Choices,
    Display,
    FormPanel,
    Heard,
    Info,
    LanguageButton,
    PlanPanel,
    Progress,
    Read,
    SetField,
    Signal,
    Tap,
    TimeWarning,
    Touch,
    Type,
    Welcome,
)

log = logging.getLogger(__name__)

EXTENDED_S = 6.0  # so long after a time warning a "ja" means "I am still here"
PAINT_S = 0.08
HOUSE_S = 20.0  # opening hours, waiting time and messages are looked at so often
ABROAD_S = 60.0  # so long a kiosk that is out of order says so in the language that somebody has chosen
HUMAN_S = 300.0  # so long a citizen and a human who has taken over may both be silent
LEFT_S = 10.0  # the sensor says that nobody stands here any more: warn after this time
NAV = (("go_back", "back"), ("repeat", "repeat"), ("help", "help"), ("stop", "stop"))
LIGHTS = {
    "listening": Light.LISTENING,
    "thinking": Light.THINKING,
    "speaking": Light.SPEAKING,
    "looking": Light.LISTENING,
    "sorry": Light.SPEAKING,
}
PACES = ("voice:faster", "voice:slower", "voice:louder", "voice:quieter")
_STORE = ("device.store", "condition.store.failed")
_GATES = ("form", "review")  # a human cannot pick what comes after them: the citizen goes through them
_LAST = ("hand_over", "feedback")
NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")


@dataclass(frozen=True)
class Devices:
    """The senses and hands."""

    hearing: Hearing
    voice: Voice
    cards: CardReader
    camera: Camera
    printer: Printer
    body: Body
    others: tuple[Device, ...] = ()
    headset: Headset | None = None

    def all(self) -> tuple[Device, ...]:
        """Every device, in the order in which they are started."""
        own = (self.voice, self.hearing, self.cards, self.camera, self.printer, self.body)
        return (*self.others, *own, *([self.headset] if self.headset else []))


class Conductor:
    """One kiosk's visits, one after the other."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        texts: Texts,
        office: BackOffice,
        rasa: RasaServer,
        devices: Devices,
        changed: Broadcast,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._texts = texts
        self._office = office
        self._rasa = rasa
        self._devices = devices
        self._changed = changed
        self.visit: Visit | None = None
        self.lobby = Lobby(lambda: catalogue.town, office, ZoneInfo(settings.town.timezone))
        self.arrivals = Arrivals()
        self._closed: Why | None = None
        self._notice: EmergencyRow | None = None  # the staff's, to everybody
        self._caller = Caller(self._call_out)
        self.picture_token = ""
        self.figures: dict[str, deque[float]] = {}
        self._payloads: dict[str, str] = {}
        self._standing: Ask | None = None
        self._asides: list[Say] = []
        self._offered: list[Offer] = []
        self._plan = ""  # the place to which the plan on the screen leads
        self._heard_well = True  # whether the ears know the visit's language
        self._stage: Stage | None = None
        self._lying = Lying()
        self._policy = settings.cards.policy()
        self._step: asyncio.Task[None] | None = None
        self._dialogue: Dialogue | None = None
        self._turns: asyncio.Queue[str] = asyncio.Queue()
        self._unanswered: list[str] = []  # what the dialogue has not answered yet
        self._turning: asyncio.Task[None] | None = None
        self._deaf = False  # two people talk to each other
        self._ears = partial(devices.hearing.listen, on=False)  # how the ears listen, or will again
        self._reads = False  # it is being asked whether a human may read along
        self._active_at = time.monotonic()
        self._left_at: float | None = None
        self._warned_at: float | None = None
        self._extended_at = float("-inf")
        self._states: dict[str, State] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()  # no visit is being wiped
        self._free.set()
        self._goodbye: asyncio.TimerHandle | None = None
        self._proofs = Proofs(office, self.lobby.check_now)
        self.screen = Screen(
            town=settings.town.name,
            panel=self._welcome(),
            caption=self._text("screen.idle.caption"),
            visitor=int(time.time()),  # another number than all before the robot was started
        )
        self._first_visitor = self.screen.visitor
        self.screen.german = lambda lang: [*texts.left_german(lang), *self.lobby.german(lang)]
        self._dress()
        self.talk = Talk(devices.voice, devices.hearing, self.screen)
        self.talk.said = lambda text, human: self.takeover.noted("human" if human else "machine", text)
        self.privacy = Privacy(self.screen, self.talk, self._text)
        self.takeover = Takeover(self, office.audit.record, changed.notify_live, Ice(settings).servers)
        self._held = ""  # the outcome of a step, while a human speaks
        self.screen.listen(lambda view: self._lighten(view.face))

    # --- life -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve visitors until cancelled."""
        self.rasa_changed(self._rasa.state)
        await self._proofs.account_for_cut_off()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name="hear")
            group.create_task(self._feel(), name="presence")
            group.create_task(self._notice_cards(), name="cards")
            group.create_task(self._watch(), name="watch")
            group.create_task(self._mind_the_house(), name="house")
            if self._devices.headset:
                group.create_task(self._notice_headset(self._devices.headset), name="headset")

    async def close(self) -> None:
        """End the running visit as the robot stops."""
        await self.end("stopped")
        await self.takeover.settle()

    def begin(self) -> None:
        """A visitor: say what one is, show what one can do."""
        if self.visit or self._closed or self._leaving or not self._free.is_set():
            return
        self.visit = visit = Visit()
        self._use(GERMAN)
        self._dialogue = Dialogue(self._rasa, self._catalogue)
        self._stage = Stage(
            visit=visit,
            settings=self._settings,
            catalogue=self._catalogue,
            texts=self._texts,
            screen=self.screen,
            office=self._office,
            camera=self._devices.camera,
            cards=self._devices.cards,
            lying=self._lying,
            policy=self._policy,
            printer=self._devices.printer,
            say=self._say,
            measured=self.measured,
            picture=self._picture,
            expect=lambda kind: self._listen(on=True, expect=kind),
            opens=lambda lang, place: self.lobby.opens(partial(self._texts.get, lang), place),
        )
        self._turns = asyncio.Queue()
        self._unanswered = []
        talking = self._converse(visit, self._dialogue, self._turns)
        self._turning = asyncio.create_task(talking, name="dialogue")
        self._warned_at = self._left_at = None
        self._activity()
        self.screen.display = Display()
        self.screen.state = "visit"
        self.screen.panel = self._welcome()
        self._dress()
        self.screen.heard = None
        self._listen(on=True)
        self._show_ears()
        self.talk.say(self._text("screen.greeting", town=self._settings.town.name))
        self._tell_notice()
        log.info("visit %s began", self.visit.id)
        self._changed.notify_live()

    async def end(self, outcome: str, *, quietly: bool = False) -> None:
        """Goodbye, wipe, shred record. `outcome`: done, left, timeout, stopped, failed, emergency.

        `quietly`: there is nobody to say goodbye to, or no time for it.
        """
        visit, dialogue = self.visit, self._dialogue
        if visit is None or dialogue is None:
            await self._free.wait()
            return
        self._free.clear()
        try:
            counted, wiped = await self._wipe(visit, outcome, quietly=quietly)
            dialogue.forget()
        finally:
            self._free.set()  # the next one need not wait for the store
        if quietly:
            self._idle()
        else:
            self.talk.say(self._text(f"screen.goodbye.{'timeout' if outcome == 'timeout' else 'say'}"))
            self._idle_in(self._settings.visit.goodbye_s)
        await self._proofs.add(visit.id, outcome, wiped)
        try:
            await self._office.figures.add(counted)
        except StoreError as error:
            log.warning("visit not counted: %s", error)
        log.info("visit %s ended: %s", visit.id, outcome)
        self._changed.notify_live()

    async def _wipe(
        self, visit: Visit, outcome: str, *, quietly: bool
    ) -> tuple[list[VisitFigure], list[str]]:
        """Stop all that serves this visit, then forget the person: what counts of it, and what was wiped.

        Whoever comes, and whatever is tapped meanwhile, waits until it is done (`_free`).
        """
        self.takeover.visit_over()
        self.visit = self._dialogue = self._stage = None
        self._deaf = False
        self._listen(on=False)
        self._picture(False)
        await self._cancel(self._step)
        self._step = None
        turning, self._turning = self._turning, None
        if turning and turning is not asyncio.current_task():
            await self._cancel(turning)
        await self.talk.reset()
        self.privacy.reset()
        counted = counted_visit(
            visit, "unanswered" if quietly and outcome == "left" else outcome, self._settings.town.kiosk
        )
        wiped = [*visit.wipe(), "screen", "dialogue"]
        if visit.application != visit.id:
            wiped += self._office.copies.forget(visit.application)
        self._reset_screen()
        return counted, wiped

    def _reset_screen(self) -> None:
        screen = self.screen
        screen.state = "goodbye"
        screen.visitor += 1  # whatever was meant for the one before is passed over from now on
        screen.panel = Info(title=self._text("screen.goodbye.title"), text=self._text("screen.goodbye.text"))
        screen.heard = screen.aside = screen.warning = None
        screen.offers, screen.nav, screen.progress = [], [], []
        for name in ("card", "camera", "printer", "help"):
            screen.notice(name, "")
        screen.microphone = False
        self._payloads = {}
        self._standing, self._asides, self._offered, self._plan = None, [], [], ""
        self._held, self._reads = "", False
        screen.changed()

    def _idle_in(self, seconds: float) -> None:
        """The first screen after so long, unless somebody has come, or it is wanted at another time."""
        if self._goodbye:
            self._goodbye.cancel()
        self._goodbye = asyncio.get_running_loop().call_later(seconds, self._idle)

    def _idle(self) -> None:
        if self.visit is None and self._free.is_set():
            self._use(GERMAN)
            self.screen.display = Display()
            self._closed = self.lobby.why_closed()
            if self._closed:
                self._show_closed(self._closed)
                return
            self.screen.state, self.screen.face = "idle", "idle"
            self._dress()
            self.screen.panel = self._welcome()
            self.screen.caption, self.screen.spoken = self._text("screen.idle.caption"), 0
            self.screen.changed()

    # --- the house --------------------------------------------------------------------------

    async def _mind_the_house(self) -> None:
        """What stands on the first screen, and whether anybody can be served, while nobody is."""
        while True:
            seen = self._changed.seq
            if self.visit is None:
                await self.lobby.look()
                await self._proofs.write()
                self._tell_house()
            await self._changed.wait(seen, HOUSE_S)

    def _tell_house(self) -> None:
        if self.visit or self.screen.state not in ("idle", "out_of_order"):
            return
        before, now = self._closed, self.lobby.why_closed()
        if now != before:
            log.warning("out of order: %s", now.cause if now else "no more")
            self._idle()
            self._changed.notify_live()
        panel = self.lobby.closed(self._text, now) if now else self._welcome()
        if panel != self.screen.panel:
            self.screen.panel = panel
            self.screen.changed()

    def _show_closed(self, why: Why) -> None:
        """Nobody can be served: the reason and where to go, in the language of now."""
        screen = self.screen
        screen.state, screen.face = "out_of_order", "sorry"
        self._payloads = {}
        self._dress()
        screen.panel = self.lobby.closed(self._text, why)
        screen.caption, screen.spoken = f"{screen.panel.title}. {screen.panel.text}", 0
        screen.changed()

    # --- senses -----------------------------------------------------------------------------

    async def _hear(self) -> None:
        async for event in self._devices.hearing.events():
            if self._deaf or not self._free.is_set():
                continue
            match event:
                case SpeechStarted():
                    self._activity()
                case Partial(text):
                    self._activity()
                    self.screen.heard = Heard(text=text, final=False)
                    self.screen.changed()
                case Utterance():
                    if self.visit:
                        self.visit.tally.used(VOICE)
                    await self._heard(event.text, barge_in=event.during_speech)
                case Unintelligible():
                    if self.visit:
                        self.visit.heard += 1
                    waiting = isinstance(self.screen.panel, Choices | Welcome | PlanPanel)
                    if self.visit and waiting and self._heard_well:
                        self._send("/nlu_fallback")

    async def _heard(self, words: str, *, barge_in: bool) -> None:
        self._activity()
        self.arrivals.answered()
        visit = self.visit
        if visit is None:
            return
        visit.heard += 1
        self.screen.heard = Heard(text=words, final=True)
        self._paint_soon()
        if barge_in:
            await self.talk.hush()
            if self.visit is not visit:
                return
        button = spoken_button(words, self.screen.buttons())
        if self.takeover.taken:
            visit.understood += 1
            self.takeover.noted("citizen", words)
            if button:
                await self._tapped(button.id)
            return
        for_step = self._stage is not None and (self._stage.dictating or self._stage.takes(words))
        if distress.said(words, form=for_step):
            visit.understood += 1
            self.takeover.noted("citizen", words)
            await self._call_for_help(visit)
            return
        if button or not for_step:
            self.takeover.noted("citizen", words)
        warned = time.monotonic() - self._extended_at < EXTENDED_S
        if warned and plain(words) in self._texts.variants(self.screen.lang, "screen.say.extend"):
            visit.understood += 1
            return
        hushed = plain(words) in self._texts.variants(self.screen.lang, "screen.say.hush")
        dictated = for_step and not hushed and not remarks.questions(words)
        if not (button or dictated or hushed):
            self._send(without_personal_words(words, visit))
            return  # the dialogue says whether it understands
        visit.understood += 1
        if button:
            await self._tapped(button.id)
        elif dictated and self._stage:
            self._stage.doings.put_nowait(Spoken(words))

    async def _call_for_help(self, visit: Visit) -> None:
        """Somebody is in danger: the staff and 112 at once; the visit stays where it is."""
        visit.tally.helped = True
        if visit.help is None or not visit.help.urgent:  # who comes already shall know that it is urgent
            reason = self._texts.get(GERMAN, "screen.help.reason_emergency")
            visit.help = Help(reason=reason, urgent=True)
            self._note("help", "screen.help.emergency", "error")
            self._changed.notify_live()
        log.warning("visit %s: emergency", visit.id)
        await self.talk.hush()
        if self.visit is visit:
            before = self.talk.last
            self.talk.say(self._text("screen.help.emergency"))
            self.talk.last = before  # "Wiederholen" repeats the question

    async def _feel(self) -> None:
        async for presence in self._devices.body.events():
            await self._free.wait()
            now = time.monotonic()
            if presence.present:
                self._left_at = None
                greeted = self.arrivals.came(now) and self.visit is None and not self._leaving
                if greeted and self._closed:
                    self.talk.say(self.lobby.closed_aloud(self._text, self._closed))
                elif greeted:
                    self.begin()
                if greeted:
                    self.arrivals.greeted()
            else:
                self.arrivals.went(now)
                if self.visit:
                    self._left_at = now
            self.takeover.redress()

    async def _notice_cards(self) -> None:
        async for event in self._devices.cards.events():
            self._lying.noticed(event)
            await self._free.wait()
            match event:
                case CardInserted() if self._lying.expected:
                    self._activity()
                case CardInserted() if (self._closed or self._leaving) and self.visit is None:
                    pass
                case CardInserted(_, kind, _):
                    self.arrivals.answered()
                    self.begin()
                    self._activity()
                    self.screen.notice("card", partial(self._card_sentence, kind))
                    self._spawn(self.talk.announce(self._card_sentence(kind)))
                case CardRemoved(_, while_looking, _):
                    self.screen.notice("card", "")
                    if while_looking and self.visit:
                        self._note("card", "screen.card.pulled", "warning")
                        self._spawn(self.talk.announce(self._text("screen.card.pulled")))

    def _card_sentence(self, kind: CardKind) -> str:
        """What a citizen is told of a card that nobody has asked for."""
        refusal = self._policy.refusal(kind, attended=bool(self._stage and self._stage.attended))
        if refusal is not None:
            return self._text(refusal.key, law=refusal.law)
        return self._text("screen.chip.readable" if kind in UNATTENDED else f"screen.card.{kind.value}")

    async def _notice_headset(self, headset: Headset) -> None:
        """Who plugs headphones in is there, and needs no other sign that they want to be spoken to."""
        async for plugged in headset.events():
            await self._free.wait()
            arrives = plugged and self.screen.state == "idle"
            if arrives:
                self.begin()
            self.arrivals.answered()
            self._activity()
            self.privacy.plugged(plugged, greeting=arrives)
            self.takeover.redress()
            if self.visit is None:
                self.privacy.reset()

    def _turn(self, switch: str) -> None:
        """The visitor wants the screen another way, until the visit ends."""
        self.begin()
        if switch == display.PRIVATE:
            self.privacy.choose(not self.screen.private)
            self.takeover.redress()
        self.screen.display = display.turned(self.screen.display, switch)
        self.screen.changed()
        if self.visit is None:  # out of order: nobody says when they leave
            self._idle_in(ABROAD_S)

    def served(self, visitor: int) -> bool:
        """Whether this visitor, or whoever stands here now, came since the robot was started."""
        return self._first_visitor <= visitor <= self.screen.visitor

    def restarted(self, lang: str) -> None:
        """The robot was away in the middle of a visit: says kindly, in its language, that it is over."""
        if (self._closed or self._leaving) and self.visit is None:
            return
        if self.visit is None:
            self._use(lang if lang in LANGUAGES else GERMAN)
            self._dress()
            self.screen.panel = self._welcome()
            self.talk.say(self._text("screen.restarted"))
            self._spawn(self._idle_after_talk())
        else:  # somebody was seen before the page came back
            self._spawn(self.talk.announce(self._text("screen.restarted")))

    async def _idle_after_talk(self) -> None:
        await self.talk.over()
        self._idle_in(self._settings.visit.goodbye_s)

    def _read(self, text: str, *, personal: bool) -> None:
        """Speak what the keypad has come to; the first key greets, and then says how the keys work."""
        if self.screen.state == "idle":
            self.begin()
            self.talk.follow(text)
        else:
            self.privacy.read(text, personal=personal)

    def _pace(self, how: str) -> None:
        """How fast and how loud the voice is (BFSGV § 6), until the visit ends."""
        talk = self.talk
        match how:
            case "slower":
                talk.speed = max(0.5, talk.speed * 0.8)
            case "faster":
                talk.speed = min(2.4, talk.speed * 1.25)
            case "louder":
                talk.loudness = min(2.0, talk.loudness * 1.4)
            case "quieter":
                talk.loudness = max(0.25, talk.loudness / 1.4)

    async def on_screen(self, event: Tap | SetField | Check | Touch | Type | Read | Signal) -> None:
        """What the citizen does on the screen; what was meant for somebody who is gone is passed over."""
        meant = None if isinstance(event, Signal) else event.visitor
        meant = self.screen.visitor if meant is None else meant
        await self._free.wait()
        if self._leaving or meant != self.screen.visitor:
            return
        self._activity()
        self.arrivals.answered()
        match event:
            case Tap(id=name):
                self._note_tap(name)
                await self._tapped(name)
            case Signal():
                self.takeover.from_screen(event)
            case SetField(field=name, value=value) if self._stage:
                self._stage.doings.put_nowait(FieldSet(name, value))
            case Check(item=item, brought=brought) if self._stage:
                self._stage.doings.put_nowait(Checked(item, brought))
            case Type(text=text) if text.strip():
                self.begin()
                await self._heard(text.strip(), barge_in=True)
            case Read(text=text, personal=personal):
                self._read(text, personal=personal)
            case Touch() if self.screen.state == "idle":
                self.begin()
        if self.visit:
            self.visit.tally.used(KEYPAD if isinstance(event, Read) else TOUCH)

    async def _tapped(self, name: str) -> None:
        if name == "time:extend":
            return  # every tap is a sign of life and has lengthened the time already
        if name == "time:end":
            await self.end("left")
        elif name == "plan:open":
            self._show_plan(self._plan, opened=True)
        elif name == "plan:close" or (name == "nav:go_back" and isinstance(self.screen.panel, PlanPanel)):
            self._close_plan()
        elif name.startswith("lang:"):
            await self.switch(name.removeprefix("lang:"))
        elif name.startswith(display.PREFIX):
            self._turn(name.removeprefix(display.PREFIX))
        elif name in PACES:
            self._pace(name.removeprefix("voice:"))
            self.talk.read(self._text("screen.pace"))
        elif name.startswith(TAKEOVER):
            await self.takeover.tapped(name.removeprefix(TAKEOVER))
        elif self.takeover.taken:
            await self._tapped_beside(name)
        elif name == "nav:go_back" and self._stage and self._stage.own_back:
            self._stage.doings.put_nowait(Tapped(name))
        elif sending := self._payloads.get(name) or (self._stage and self._stage.payloads.get(name)):
            self.begin()
            visit = self.visit
            if visit is None or sending in self._unanswered:
                return  # a finger that trembles taps twice
            await self.talk.hush()
            if self.visit is visit:
                self._send(sending)
        elif self._stage:
            self._stage.doings.put_nowait(Tapped(name))

    async def _tapped_beside(self, name: str) -> None:
        """While a human speaks: what belongs to a running step, and to hear once more what was said."""
        stage = self._stage
        if name == "nav:repeat":
            self.talk.repeat()
        elif stage and name not in self._payloads and name not in stage.payloads:
            stage.doings.put_nowait(Tapped(name))

    def _note_tap(self, name: str) -> None:
        """What was tapped, in its own words, for a human who reads along."""
        if label := next((button.label for button in self.screen.buttons() if button.id == name), ""):
            self.takeover.noted("citizen", label, "tapped")

    # --- dialogue ---------------------------------------------------------------------------

    def _send(self, words: str) -> None:
        if self.takeover.taken:
            # the dialogue gets nothing while a human speaks; how a step ended is told it afterwards
            if words.startswith("/step_done"):
                self._held = words
                self._make_room()
            return
        self._send_held()
        self._unanswered.append(words)
        self._turns.put_nowait(words)
        self._paint_soon()

    def _paint_soon(self) -> None:
        """Painting takes the cores that the answer needs, and most answers are there before it is missed."""
        self._later(PAINT_S, self._paint)

    def _paint(self) -> None:
        if self._unanswered:
            self.screen.face = "thinking"
        self.screen.changed()

    async def _converse(self, visit: Visit, dialogue: Dialogue, turns: asyncio.Queue[str]) -> None:
        while self.visit is visit:
            words = await turns.get()
            began = time.perf_counter()
            try:
                turn = await dialogue.send(words)
                self.measured("dialogue_turn_ms", (time.perf_counter() - began) * 1000)
            except DialogueDown as error:
                log.warning("dialogue: %s", error)
                self._say_again()
                continue
            finally:
                if words in self._unanswered:
                    self._unanswered.remove(words)
            try:
                await self._act(visit, words, turn)
            except Exception as error:
                # Whatever goes wrong with one answer, the citizen hears one sentence and the next one counts.
                log.error("the dialogue's answer: %s", blame(error))
                self._say_again()

    def _say_again(self) -> None:
        self.screen.face = "sorry"
        self.talk.say(self._text("screen.dialogue.down"))

    async def _act(self, visit: Visit, words: str, turn: Turn) -> None:
        if not words.startswith("/"):
            understood = turn.intent not in NOT_UNDERSTOOD
            visit.understood += understood
            visit.misunderstood += not understood
            if not understood and self._settings.dialogue.keep_not_understood:
                values = [value.text for value in visit.values.values()]
                self._spawn(self._keep_for_staff(scrubbed(words, values), visit.language))
        step_runs = self._step is not None and not self._step.done()
        if (
            step_runs
            and not self.screen.offers
            and turn.intent in ("affirm", "deny")
            and (name := self._yes_or_no(yes=turn.intent == "affirm"))
        ):
            await self._tapped(name)
            return
        said: list[Say] = []
        offers: list[Offer] = []
        switched = False
        plan = ""
        for message in turn.messages:
            match message:
                case Switch(lang=lang):
                    self._use(lang)
                    switched = True
                case Say(buttons=buttons):
                    said.append(message)
                    self.talk.before_next(self._text(message.key, **message.params))
                    offers += buttons
                case Ask():
                    await self._ask(visit, message)
                case StepMessage():
                    await self._start(visit, message)
                case Show(place=place):
                    plan = place
                case Act(what=what):
                    await self._do(what)
            if self.visit is not visit:
                return
        self._reads = any(
            isinstance(message, Act) and message.what == "call_staff" for message in turn.messages
        )
        if self._reads and self.takeover.asks_to_read():
            self.talk.before_next(self._text("screen.takeover.read_ask"))
        self.takeover.machine_answers()
        self._set_offers(offers)
        if switched:
            # a question or step that follows says itself in the new language
            follows = any(isinstance(message, Ask | StepMessage) for message in turn.messages)
            await self._translate(again=not follows)
        if turn.intent in ("ask_fee", "ask_documents", "ask_duration", "ask_privacy", "ask_ai") and said:
            self._asides = said
            self.screen.aside = self._aside()
        if plan:
            self._show_plan(plan)
        elif said and not switched and turn.intent != "nlu_fallback":
            self._close_plan()  # the answer is about something else
        if not turn.messages:
            self.screen.face = "listening"
        self.talk.flush()
        if self.takeover.taken:
            self._make_room()
        self.screen.changed()
        self._changed.notify_live()

    async def _keep_for_staff(self, sentence: str, language: str) -> None:
        """The sentence, from which all that is personal was taken, for `lotse nlu review`."""
        try:
            await self._office.sentences.keep(sentence, language)
        except StoreError as error:
            log.warning("sentence not kept: %s", error)

    async def _ask(self, visit: Visit, ask: Ask) -> None:
        await self._cancel(self._step)
        self._step = None
        visit.service, visit.step = ask.service, ask.slot
        self._standing = ask
        self._plan, self.screen.aside = "", None
        self._show_question(visit, ask)
        variant = {"again": "again", "other": "other"}.get(ask.variant, "text")
        self.talk.say(self._word(ask.service, f"{ask.slot}.{variant}"))

    def _show_question(self, visit: Visit, ask: Ask) -> None:
        question = self._catalogue.question(ask.service, ask.slot, visit.choices)
        at = ask.slot
        said = {choice.id: self._ways_to_say(ask.service, at, choice) for choice in question.choices}
        self._payloads = {f"{ask.slot}:{choice.id}": choice.payload for choice in question.choices}
        self._fixed_payloads()
        self.screen.panel = Choices(
            title=self._word(ask.service, f"{at}.text"),
            text=self._word(ask.service, f"{at}.help"),
            options=[
                Button(
                    id=f"{at}:{choice.id}",
                    label=self._word(ask.service, f"{at}.{choice.id}.label"),
                    say=said[choice.id][0] if self._heard_well else "",
                    hint=self._word(ask.service, f"{at}.{choice.id}.hint"),
                )
                for choice in question.choices
            ],
        )
        self._show_progress(visit, at)
        self._listen(
            on=True,
            expect="word" if question.yes_no else "sentence",
            phrases=[phrase for ways in said.values() for phrase in ways],
        )

    def _ways_to_say(self, service: str, slot: str, choice: Choice) -> list[str]:
        """What one may say for an answer in the visit's language; "*" stands for words between."""
        ways = self._texts.all(self.screen.lang, f"{service}.{slot}.{choice.id}.{SPOKEN}")
        return ways or [self._word(service, f"{slot}.{choice.id}.label").lower()]

    async def _start(self, visit: Visit, step: StepMessage) -> None:
        await self._cancel(self._step)
        stage = self._stage
        if stage is None:
            return
        visit.service, visit.step = step.service, step.name
        visit.choices, visit.before = dict(step.choices), dict(step.before)
        self._standing = None
        self._close_plan()
        stage.made_by = stage.told = None
        self._payloads = {}
        self._fixed_payloads()
        while not stage.doings.empty():
            stage.doings.get_nowait()
        self._show_progress(visit, step.name)
        visit.been.add(step.name)
        self._listen(on=True)
        self._step = asyncio.create_task(self._run_step(stage, step.name), name=f"step {step.name}")

    async def _run_step(self, stage: Stage, name: str) -> None:
        try:
            outcome = await STEPS[name](stage)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Whatever goes wrong in a step, the citizen hears one sentence and the visit goes on.
            log.error("step %s failed: %s", name, blame(error))
            await stage.tell("screen.step.failed")
            outcome = Outcome.FAILED
        log.info("visit %s: step %s: %s", stage.visit.id, name, outcome.value)
        if outcome is Outcome.DONE and name == "hand_over":
            stage.visit.tally.finished()
        if outcome is Outcome.FAILED:
            self.lobby.check_now()  # perhaps nothing can be stored any more
        self._send(payload("step_done", step=name, outcome=outcome.value))

    async def _do(self, what: str) -> None:
        visit = self.visit
        match what:
            case "repeat":
                if visit:
                    visit.tally.repeats += 1
                if self.talk.last:
                    self.talk.say(self.talk.last)
            case "slower" | "louder":
                self._pace(what)
            case "call_staff" if visit:
                visit.tally.helped = True
                visit.help = visit.help or Help(reason=self._texts.get(GERMAN, "screen.help.reason"))
                self._note("help", "screen.help.called")
                self._changed.notify_live()
            case "cancel_staff" if visit:
                visit.help = None
                self.screen.notice("help", "")
                self._changed.notify_live()
            case "end_visit" if visit:
                await self.end("done" if visit.case else "left")
            case "hush":
                await self.talk.hush()
            case "next_service" | "next_person" if visit:
                self._office.copies.forget(visit.application)
                visit.next_application(same_person=what == "next_service")

    def _yes_or_no(self, *, yes: bool) -> str:
        panel = self.screen.panel
        actions = [] if isinstance(panel, Welcome | Choices) else panel.actions
        return next((button.id for button in actions if (button.style == "primary") is yes), "")

    def _set_offers(self, offers: list[Offer]) -> None:
        for button in self.screen.offers:
            self._payloads.pop(button.id, None)
        self._offered, self.screen.offers = offers, []
        for number, offer in enumerate(offers):
            name = f"offer:{number}"
            self._payloads[name] = offer.payload
            self.screen.offers.append(Button(id=name, label=self._text(offer.key, **offer.params)))
        asked = self.takeover.asks_to_read() if self._reads else []
        self.screen.offers = [*self.takeover.left_alone(), *asked, *self.screen.offers]

    # --- languages --------------------------------------------------------------------------

    async def switch(self, lang: str) -> None:
        """Go on in another language: what is shown stands in it, what was asked last is asked in it.

        Nothing that was typed or answered is lost; an unknown language changes nothing.
        """
        if lang not in LANGUAGES:
            return
        if self._closed and self.visit is None:
            self._use(lang)
            self._show_closed(self._closed)
            self.talk.say(self.lobby.closed_aloud(self._text, self._closed))
            self._idle_in(ABROAD_S)
            return
        begins = self.visit is None
        self.begin()
        await self.talk.hush()
        self._use(lang)
        await self._translate(again=True)
        log.info("visit language: %s%s", lang, " (from the start)" if begins else "")

    def _use(self, lang: str) -> None:
        """Screen, voice and ears take the language."""
        language = LANGUAGES[lang]
        if self.visit:
            self.visit.language = lang
        self.screen.lang, self.screen.direction = lang, language.direction
        self._heard_well = self._devices.hearing.set_language(lang)

    def _dress(self) -> None:
        """What stands around every panel, in the language of now."""
        screen = self.screen
        screen.emergency = notice_view(self._texts, self._notice, screen.lang) if self._notice else None
        screen.badge = self._text("screen.badge")
        screen.microphone_label = self._text("screen.microphone" if screen.microphone else "screen.touch")
        screen.labels = {
            name: self._text(f"screen.label.{name}") for name in self._texts.below("screen.label.")
        }
        screen.languages = [
            LanguageButton(
                id=f"lang:{language.code}",
                name=language.name,
                tag=language.tag,
                direction=language.direction,
                active=language.code == screen.lang,
            )
            for language in LANGUAGES.values()
        ]
        screen.nav = [self._nav(name, key) for name, key in NAV] if self.visit else []
        screen.display_menu = display.menu(self._text, partial(self._texts.all, screen.lang))

    async def _translate(self, *, again: bool) -> None:
        """Everything on the screen in the language of now; `again`: what was asked last is said once more."""
        visit, stage = self.visit, self._stage
        if visit is None or stage is None:
            return
        self._dress()
        self._show_ears()
        self.screen.translate_notices()
        self._set_offers(self._offered)
        if isinstance(self.screen.aside, Info) and self._asides:
            self.screen.aside = self._aside()
        if self.screen.warning:
            self.screen.warning = self._time_warning(self.screen.warning.seconds)
        if self._standing:
            self._show_question(visit, self._standing)
            if again:
                self.talk.say(self._word(visit.service, f"{visit.step}.text"))
        elif self._step and not self._step.done():
            self._show_progress(visit, visit.step)
            stage.redraw()
            if again:
                await stage.tell_again()
        else:
            self.screen.panel = self._welcome()
            if again:
                self.talk.say(self._text("screen.greeting", town=self._settings.town.name))
        if self._plan:
            self._show_plan(self._plan)
        if self.takeover.taken:
            self._make_room()
        self.screen.changed()
        self._changed.notify_live()

    def _show_plan(self, place: str, *, opened: bool = False) -> None:
        """The way to a place: its plan; beside a question or step only in words, until the plan is opened."""
        today = datetime.now(ZoneInfo(self._settings.town.timezone)).date()
        plan = plan_panel(self._catalogue.town, self._text, place, today)
        if plan is None:
            return
        self._plan, self._asides = place, []
        running = self._standing or (self._step and not self._step.done())
        if opened or not running or isinstance(self.screen.panel, PlanPanel):
            self.screen.panel, self.screen.aside = plan, None
        else:
            say = self._text("plan.open_say")
            show = Button(id="plan:open", label=self._text("plan.open"), say=say, icon="map")
            self.screen.aside = Info(title=plan.title, text=plan.text, lines=plan.lines, actions=[show])
        self.screen.changed()

    def _close_plan(self) -> None:
        """Back to what stood before."""
        if self._plan:
            self._plan, self.screen.aside = "", None
        if not isinstance(self.screen.panel, PlanPanel):
            return
        if self.visit and self._standing:
            self._show_question(self.visit, self._standing)
        elif self._stage and self._step and not self._step.done():
            self._stage.redraw()
        else:
            self.screen.panel = self._welcome()
        self.screen.changed()

    def _aside(self) -> Info:
        told = " ".join(self._text(say.key, **say.params) for say in self._asides)
        return Info(title=self._text("screen.aside"), text=told)

    # --- a human takes over (robot.visit.takeover.Floor) -------------------------------------

    def give_way(self) -> None:
        """The machine is silent from now on, and so is its dialogue."""
        self.talk.held, self._reads = True, False
        self._set_offers([])
        self.screen.aside, self._plan = None, ""
        self._make_room()

    def _make_room(self) -> None:
        """A human speaks: the machine's question is away; a running step stays, and the way back."""
        screen = self.screen
        if self._held or self._step is None or self._step.done():
            screen.panel = Info(
                title=self._text("screen.takeover.title"),
                text=self._text("screen.takeover.text", name=self.takeover.shown_as),
            )
        screen.nav = [self._nav("repeat", "repeat"), *self.takeover.buttons()]
        screen.offers = []
        self.takeover.redress()
        screen.changed()

    async def go_on(self, *, again: bool) -> None:
        """The machine leads again; `again`: it asks once more what it asked last."""
        self._dress()
        if not self._held:
            await self._translate(again=again)
        elif again:
            self._send_held()
        else:  # what comes next is asked for with the next word
            self.screen.panel = Info(title=self._text("screen.badge"))
        self.screen.changed()

    def _send_held(self) -> None:
        """Tell the dialogue how the step ended that a human has waited for."""
        held, self._held = self._held, ""
        if held:
            self._send(held)

    def deafen(self, on: bool) -> None:
        """Whether ears and voice are off, because two people talk to each other."""
        self._deaf = self.talk.quiet = on
        self.screen.heard = None
        if on:
            self._devices.hearing.listen(on=False)
        else:
            self._ears()
        self._show_ears()

    def _listen(self, *, on: bool, expect: str = "sentence", phrases: Sequence[str] = ()) -> None:
        self._ears = partial(self._devices.hearing.listen, on=on, expect=expect, phrases=phrases)
        if not self._deaf:
            self._ears()

    def active(self) -> None:
        """Somebody does something: time limits begin anew."""
        self._activity()

    def steps(self) -> list[PickRow]:
        """Where the visit has been, and what comes next as far as no answer is missing."""
        visit = self.visit
        if visit is None or visit.case or not visit.service:
            return []
        nodes = self._catalogue.journey(visit.service, visit.choices)
        here = next((number for number, node in enumerate(nodes) if node.name == visit.step), None)
        open_now = set(visit.been)
        if here is not None and visit.step not in _GATES:
            for node in nodes[here + 1 :]:
                if isinstance(node, AskGroup):
                    break
                open_now.add(node.name)
                if node.name in _GATES:
                    break
        return [
            PickRow(
                id=node.name,
                label=self._texts.maybe(GERMAN, f"{visit.service}.station.{node.name}.label", node.name),
                here=number == here and not self._held,
            )
            for number, node in enumerate(nodes)
            if node.name in open_now and node.name not in _LAST
        ]

    def services(self) -> list[PickRow]:
        """The services that can be begun."""
        return [
            PickRow(id=f"service:{card.id}", label=self._texts.maybe(GERMAN, f"{card.id}.label", card.id))
            for card in self._catalogue.welcome_services()
        ]

    @property
    def step_done(self) -> bool:
        """Whether a step is done and the dialogue does not know yet."""
        return bool(self._held)

    def pick(self, name: str) -> None:
        """Go to a step."""
        self._held = ""
        self._spawn(self._go_to(name))

    async def _go_to(self, station: str) -> None:
        visit, dialogue = self.visit, self._dialogue
        if visit is None or dialogue is None:
            return
        try:
            turn = await dialogue.go_to(station)
        except DialogueDown as error:
            log.warning("dialogue: %s", error)
            return
        if self.visit is visit:
            await self._act(visit, "/continue_visit", turn)
            self.takeover.redress()

    def begin_service(self, name: str) -> None:
        """Begin a service; the machine leads."""
        self._send(payload(name.removeprefix("service:"), order="now"))

    def describe(self, visit: Visit) -> dict[str, str | bool]:
        """What any clerk may know of a visit: kiosk, service, step, started, here."""
        return {
            "kiosk": self._settings.town.kiosk,
            "service": self._catalogue.service(visit.service).label if visit.service else "",
            "step": self._step_label(visit),
            "started": visit.started.isoformat(),
            "here": self._left_at is None,
        }

    def wording(self, key: str, **params: Param) -> str:
        """A text in the visit's language."""
        return self._text(key, **params)

    def german(self, key: str) -> str:
        """A text as the clerk reads it."""
        return self._texts.get(GERMAN, key)

    def sayings(self, key: str) -> list[str]:
        """What one may say for a key, in the visit's language."""
        return self._texts.variants(self.screen.lang, key)

    # --- what others ask --------------------------------------------------------------------

    def visits(self) -> list[VisitRow]:
        """The running visit for the staff page."""
        visit = self.visit
        if visit is None:
            return []
        return [
            VisitRow(
                id=visit.id,
                kiosk=self._settings.town.kiosk,
                service=self._catalogue.service(visit.service).label if visit.service else "",
                step=self._step_label(visit),
                language=visit.language,
                started=visit.started.isoformat(),
                needs_help=visit.help is not None,
                help_reason=visit.help.reason if visit.help else "",
                help_accepted_by=visit.help.accepted_by if visit.help else "",
                help_since=visit.help.since.isoformat() if visit.help else "",
                understood=visit.understood_share,
                taken_by=self.takeover.taken_by,
                urgent=visit.help is not None and visit.help.urgent,
            )
        ]

    def devices(self) -> list[DeviceRow]:
        """Every device and how it is, for the staff page."""
        rows = [
            DeviceRow(
                name=health.device,
                label=self._texts.get(GERMAN, f"screen.device.{health.device}"),
                state=health.state.value,
                detail=self._condition(health),
                paper=health.facts.get("paper", "") if health.state is not State.ABSENT else "",
            )
            for health in (device.health() for device in self._devices.all())
        ]
        state = self.dialogue_state()
        told = "" if state is State.READY else self._texts.get(GERMAN, f"screen.condition.rasa.{state.value}")
        label = self._texts.get(GERMAN, "screen.device.rasa")
        rows.append(DeviceRow(name="rasa", label=label, state=state.value, detail=told))
        if self.lobby.store_failed:
            label, told = (self._texts.get(GERMAN, f"screen.{name}") for name in _STORE)
            rows.append(DeviceRow(name="store", label=label, state=State.FAILED.value, detail=told))
        return rows

    def dialogue_state(self) -> State:
        """How the dialogue server is."""
        return {"ready": State.READY, "starting": State.CONNECTING}.get(self._rasa.state, State.FAILED)

    def _condition(self, health: Health) -> str:
        """What is amiss with a device and what to do, for the clerk; "" when all is well."""
        if health.state is State.READY:
            return ""
        condition = "no_paper" if health.facts.get("paper") == Paper.OUT.value else health.state.value
        return self._texts.get(GERMAN, f"screen.condition.{health.device}.{condition}")

    async def emergency(self, row: EmergencyRow | None) -> None:
        """Show the staff's notice above everything and say it, or take it away (None).

        Who has to leave the building has no visit any more: it is over and wiped. Any other visit goes on.
        """
        self._notice = row
        await self._caller.hush()
        self._dress()
        self.screen.changed()
        if self._leaving:
            await self.end("emergency", quietly=True)
        if self._notice is not row:
            return
        self._tell_notice()
        if self.visit is None and not self._leaving:
            self._idle()

    @property
    def _leaving(self) -> bool:
        return self._notice is not None and self._notice.leave

    def _tell_notice(self) -> None:
        """Say it: again and again where everybody has to leave, else once to whoever is there."""
        row = self._notice
        if row is None:
            return
        sentences = spoken_notice(self._texts, row, self.screen.lang)
        if row.leave:
            self._caller.call(sentences)
        else:
            self._spawn(self._say_beside(sentences[0][1]))

    async def _say_beside(self, text: str) -> None:
        """Say what is no part of the conversation: "Wiederholen" repeats the question."""
        visit = self.visit
        await self.talk.over()
        if self.visit is not visit:
            return  # whoever comes now is told when they are greeted
        before = self.talk.last
        self.talk.say(text)
        if visit:
            self.talk.last = before

    async def _call_out(self, lang: str, text: str) -> None:
        async for _ in await self._devices.voice.say(text, lang=lang):
            pass

    async def accept_help(self, visit_id: str, who: str) -> None:
        """A clerk says that they are coming.

        Raises LookupError when that visit is over, HelpRefused where somebody comes already or nobody need.
        """
        visit = self.visit
        if visit is None or visit.id != visit_id:
            raise LookupError(visit_id)
        if visit.help is None or visit.help.accepted_by not in ("", who):
            raise HelpRefused(visit.help.accepted_by if visit.help else "")
        if visit.help.accepted_by:
            return  # said twice, heard once
        visit.help.accepted_by = who
        self._note("help", "screen.help.coming", "success")
        self._spawn(self.talk.announce(self._text("screen.help.coming")))

    def measured(self, figure: str, value: float) -> None:
        """Keep a figure (milliseconds) for `lotse bench`."""
        self.figures.setdefault(figure, deque(maxlen=1000)).append(round(value, 1))

    def rasa_changed(self, state: str) -> None:
        """The dialogue server's state, from its supervisor."""
        away = state != "ready"
        self.lobby.dialogue(ready=not away)
        self._note("rasa", "screen.notice.rasa" if away else "")
        self._changed.notify_live()

    # --- small parts ------------------------------------------------------------------------

    async def _say(self, text: str) -> None:
        self.talk.say(text)

    def _text(self, key: str, **params: Param) -> str:
        if not hasattr(self, "screen"):
            return self._texts.get(GERMAN, key, **params)
        return self._texts.pick(self.screen.lang, key, avoid=self.screen.caption, **params)

    def _word(self, service: str, key: str) -> str:
        """A service's own text in the visit's language, "" when it has none."""
        lang = self.screen.lang if hasattr(self, "screen") else GERMAN
        return self._texts.maybe(lang, f"{service}.{key}")

    def _note(self, name: str, key: str, kind: str = "info") -> None:
        """Show the text `key` until it is taken back with ""; its language follows the visit's."""
        self.screen.notice(name, partial(self._text, key) if key else "", kind)

    def _welcome(self) -> Welcome:
        cards = self._catalogue.welcome_services()
        self._payloads = {card.id: card.payload for card in cards}
        self._fixed_payloads()
        return Welcome(
            title=self._text("screen.welcome.title"),
            # the microphone opens with the visit
            text=self._text("screen.welcome.text" if self.visit else "screen.welcome.idle"),
            opening=self.lobby.opening(self._text),
            waiting=self.lobby.waiting(self._text),
            messages=self.lobby.messages(self._text, self.screen.lang if hasattr(self, "screen") else GERMAN),
            services=[
                Button(
                    id=card.id,
                    label=self._word(card.id, "label"),
                    hint=self._word(card.id, "hint"),
                    icon=card.icon,
                    say=self._word(card.id, "say") if self._heard_well else "",
                )
                for card in cards
            ],
        )

    def _fixed_payloads(self) -> None:
        self._payloads |= {f"nav:{name}": f"/{name}" for name, _ in NAV}

    def _nav(self, name: str, key: str) -> Button:
        return Button(
            id=f"nav:{name}",
            label=self._text(f"screen.button.{key}"),
            say="|".join(self._texts.variants(self.screen.lang, f"screen.say.{key}")),
            icon=key,
            style="tertiary",
        )

    def _show_progress(self, visit: Visit, station: str) -> None:
        nodes = self._catalogue.journey(visit.service, visit.choices)
        here = next(
            (
                number
                for number, node in enumerate(nodes)
                if node.name == station or (isinstance(node, AskGroup) and station in node.slots)
            ),
            0,
        )
        self.screen.progress = [
            Progress(
                id=node.name,
                label=self._word(visit.service, f"station.{node.name}.label"),
                state="done" if number < here else "current" if number == here else "todo",
            )
            for number, node in enumerate(nodes)
        ]
        if nodes:
            stations = [node.name for node in self._catalogue.service(visit.service).journey]
            reached = nodes[here].name
            visit.tally.reached(
                visit.service, reached, stations.index(reached) + 1, last=nodes[here] is nodes[-1]
            )
        self.screen.changed()

    def _step_label(self, visit: Visit) -> str:
        here = next((item.id for item in self.screen.progress if item.state == "current"), visit.step)
        return self._texts.maybe(GERMAN, f"{visit.service}.station.{here}.label", visit.step)

    def _picture(self, on: bool) -> str:
        self.picture_token = secrets.token_urlsafe(12) if on else ""
        return f"/kiosk/picture/{self.picture_token}" if on else ""

    def _lighten(self, face: str) -> None:
        if self.visit is None:
            light = Light.SPEAKING if face == "speaking" else Light.IDLE
        elif self.visit.help:
            light = Light.HELP
        else:
            light = LIGHTS.get(face, Light.IDLE)
        self._devices.body.show(light)

    def _activity(self) -> None:
        self._active_at = time.monotonic()
        if self._warned_at is not None:
            self._warned_at = self.screen.warning = None
            self._extended_at = self._active_at
            self.screen.changed()

    async def _watch(self) -> None:
        """Time limits and the state of devices, looked at twice a second."""
        while True:
            await asyncio.sleep(0.5)
            self._show_ears()
            if self.visit is None:
                continue
            now = time.monotonic()
            if self.talk.speaking and self._warned_at is None:
                self._active_at = now
            if self.arrivals.unanswered:
                # nothing was begun, so nothing is lost: no warning bothers whoever only stands there
                if self.arrivals.lost(now, self._active_at):
                    await self.end("left", quietly=True)
                continue
            limits = self._settings.visit
            quiet = limits.silence_s
            if isinstance(self.screen.panel, FormPanel | CameraPanel | ChipPanel):
                quiet += limits.step_extra_s
            if self.takeover.taken:
                quiet = max(quiet, HUMAN_S)
            if self._left_at is not None:
                quiet = min(quiet, LEFT_S)
            elif self.takeover.talking:
                self._active_at = now
            if self._warned_at is not None:
                if now - self._warned_at >= limits.warning_s:
                    await self.end("done" if self.visit.case else "timeout")
            elif now - self._active_at >= quiet:
                self._warn(int(limits.warning_s))

    def _warn(self, seconds: int) -> None:
        """BFSGV §7: said and shown, and it can be extended."""
        self._warned_at = time.monotonic()
        self.screen.warning = self._time_warning(seconds)
        caption = self.talk.last
        self.talk.say(self.screen.warning.text, anyway=True)
        self.talk.last = caption  # "Wiederholen" repeats the question, not the warning

    def _time_warning(self, seconds: int) -> TimeWarning:
        return TimeWarning(
            text=self._text("screen.time.warning", seconds=str(seconds)),
            seconds=seconds,
            extend=Button(
                id="time:extend",
                label=self._text("screen.button.extend"),
                say="|".join(self._texts.variants(self.screen.lang, "screen.say.extend")),
                style="primary",
            ),
            end=Button(id="time:end", label=self._text("screen.button.end"), style="secondary"),
        )

    def _show_ears(self) -> None:
        """Say which of the senses is away, and tell the staff when that changes."""
        devices = {row.name: row for row in self.devices()}
        states = {name: State(row.state) for name, row in devices.items()}
        if states != self._states:
            self._states = states
            self._changed.notify_live()
        hears = states.get("hearing") in (State.READY, State.DEGRADED)
        microphone = hears and self.visit is not None and self._heard_well and not self._deaf
        if microphone is not self.screen.microphone:
            self.screen.microphone = microphone
            self.screen.microphone_label = self._text("screen.microphone" if microphone else "screen.touch")
            self.screen.changed()
        in_visit = self.visit is not None
        deaf = in_visit and states.get("hearing") is not State.CONNECTING and not hears
        dumb = in_visit and states.get("voice") in (State.FAILED, State.DEGRADED, State.ABSENT)
        self._note("hearing", "screen.notice.hearing" if deaf else "", "warning")
        self._note("voice", "screen.notice.voice" if dumb else "", "warning")

    async def _cancel(self, task: asyncio.Task[None] | None) -> None:
        if task and task is not asyncio.current_task() and not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, action)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
