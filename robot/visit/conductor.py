"""Leads a visit: hear → understand → act → say → show. The dialogue decides, the conductor does it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from dialogs.catalogue import AskGroup, Catalogue
from dialogs.client import Dialogue, DialogueDown, RasaServer, Turn
from dialogs.protocol import Act, Ask, Offer, Say, payload
from dialogs.protocol import Step as StepMessage
from dialogs.texts import Texts
from hardware.ports import (
    Body,
    Camera,
    CardInserted,
    CardKind,
    CardReader,
    CardRemoved,
    Device,
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
from robot.policy import UNATTENDED
from robot.settings import Settings
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome, Stage
from robot.steps.stage import Checked, FieldSet, Tapped
from robot.visit.lying import Lying
from robot.visit.screen import Screen, plain, spoken_button
from robot.visit.talk import Talk
from robot.visit.visit import Help, Visit, without_personal_words
from robot.web.broadcast import Broadcast
from robot.web.staff_view import DeviceRow, VisitRow
from robot.web.view import (
    Button,
    CameraPanel,
    Check,
    ChipPanel,
    Choices,
    FormPanel,
    Heard,
    Info,
    Progress,
    SetField,
    Tap,
    TimeWarning,
    Touch,
    Type,
    Welcome,
)

log = logging.getLogger(__name__)

LANGUAGE = "de"
EXTENDED_S = 6.0  # so long after a time warning a "ja" means "I am still here"
PAINT_S = 0.08
LEFT_S = 10.0  # the sensor says that nobody stands here any more: warn after this time
NAV = (("go_back", "back"), ("repeat", "repeat"), ("help", "help"), ("stop", "stop"))
LIGHTS = {
    "listening": Light.LISTENING,
    "thinking": Light.THINKING,
    "speaking": Light.SPEAKING,
    "looking": Light.LISTENING,
    "sorry": Light.SPEAKING,
}
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

    def all(self) -> tuple[Device, ...]:
        """Every device, in the order in which they are started."""
        return (*self.others, self.voice, self.hearing, self.cards, self.camera, self.printer, self.body)


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
        self.picture_token = ""
        self.figures: dict[str, deque[float]] = {}
        self._payloads: dict[str, str] = {}
        self._stage: Stage | None = None
        self._lying = Lying()
        self._policy = settings.cards.policy()
        self._step: asyncio.Task[None] | None = None
        self._dialogue: Dialogue | None = None
        self._turns: asyncio.Queue[str] = asyncio.Queue()
        self._waiting = 0  # sentences without an answer yet
        self._turning: asyncio.Task[None] | None = None
        self._active_at = time.monotonic()
        self._left_at: float | None = None
        self._warned_at: float | None = None
        self._extended_at = float("-inf")
        self._states: dict[str, State] = {}
        self._background: set[asyncio.Task[None]] = set()
        self.screen = Screen(
            town=settings.town.name,
            panel=self._welcome(),
            lang=LANGUAGE,
            badge=self._text("screen.badge"),
            caption=self._text("screen.idle.caption"),
            microphone_label=self._text("screen.microphone"),
            labels={
                key: self._text(f"screen.label.{key}")
                for key in ("type", "send", "reconnect", "elsewhere", "total", "heard")
            },
        )
        self.talk = Talk(devices.voice, devices.hearing, self.screen)
        self.screen.listen(lambda view: self._lighten(view.face))

    # --- life -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve visitors until cancelled."""
        self.rasa_changed(self._rasa.state)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name="hear")
            group.create_task(self._feel(), name="presence")
            group.create_task(self._notice_cards(), name="cards")
            group.create_task(self._watch(), name="watch")

    async def close(self) -> None:
        """End the running visit as the robot stops."""
        if self.visit:
            await self.end("stopped")

    def begin(self) -> None:
        """A visitor: say what one is, show what one can do."""
        if self.visit:
            return
        self.visit = Visit(language=LANGUAGE)
        self._dialogue = Dialogue(self._rasa, self._catalogue)
        self._stage = Stage(
            visit=self.visit,
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
        )
        self._turns = asyncio.Queue()
        self._waiting = 0
        self._turning = asyncio.create_task(self._converse(self._dialogue, self._turns), name="dialogue")
        self._warned_at = self._left_at = None
        self._activity()
        self.screen.state = "visit"
        self.screen.panel = self._welcome()
        self.screen.heard = None
        self.screen.nav = [self._nav(name, key) for name, key in NAV]
        self._devices.hearing.listen(on=True)
        self._show_ears()
        self.talk.say(self._text("screen.greeting", town=self._settings.town.name))
        log.info("visit %s began", self.visit.id)
        self._changed.notify()

    async def end(self, outcome: str) -> None:
        """Goodbye, wipe, shred record. `outcome`: done, left, timeout, stopped, failed."""
        visit, dialogue = self.visit, self._dialogue
        if visit is None or dialogue is None:
            return
        self.visit = self._dialogue = self._stage = None
        self._devices.hearing.listen(on=False)
        self._picture(False)
        await self._cancel(self._step)
        self._step = None
        turning, self._turning = self._turning, None
        if turning and turning is not asyncio.current_task():
            await self._cancel(turning)
        await self.talk.reset()
        wiped = [*visit.wipe(), "screen", "dialogue"]
        self._reset_screen()
        self.talk.say(self._text(f"screen.goodbye.{'timeout' if outcome == 'timeout' else 'say'}"))
        dialogue.forget()
        await self._office.shreds.add(visit.id, datetime.now(UTC), outcome, wiped)
        log.info("visit %s ended: %s", visit.id, outcome)
        self._changed.notify()
        self._later(self._settings.visit.goodbye_s, self._idle)

    def _reset_screen(self) -> None:
        screen = self.screen
        screen.state = "goodbye"
        screen.panel = Info(title=self._text("screen.goodbye.title"), text=self._text("screen.goodbye.text"))
        screen.heard = screen.aside = screen.warning = None
        screen.offers, screen.nav, screen.progress = [], [], []
        for name in ("card", "camera", "printer", "help"):
            screen.notices.pop(name, None)
        screen.microphone = False
        self._payloads = {}
        screen.changed()

    def _idle(self) -> None:
        if self.visit is None:
            self.screen.state, self.screen.face = "idle", "idle"
            self.screen.panel = self._welcome()
            self.screen.caption, self.screen.spoken = self._text("screen.idle.caption"), 0
            self.screen.changed()

    # --- senses -----------------------------------------------------------------------------

    async def _hear(self) -> None:
        async for event in self._devices.hearing.events():
            match event:
                case SpeechStarted():
                    self._activity()
                case Partial(text):
                    self._activity()
                    self.screen.heard = Heard(text=text, final=False)
                    self.screen.changed()
                case Utterance():
                    await self._heard(event.text, barge_in=event.during_speech)
                case Unintelligible():
                    if self.visit and isinstance(self.screen.panel, Choices | Welcome):
                        self._send("/nlu_fallback")

    async def _heard(self, words: str, *, barge_in: bool) -> None:
        self._activity()
        if self.visit is None:
            return
        self.screen.heard = Heard(text=words, final=True)
        self._paint_soon()
        if barge_in:
            await self.talk.hush()
        button = spoken_button(words, self.screen.buttons())
        warned = time.monotonic() - self._extended_at < EXTENDED_S
        if warned and plain(words) in self._texts.variants(LANGUAGE, "screen.say.extend"):
            return
        if button:
            await self._tapped(button.id)
        elif plain(words) not in self._texts.variants(LANGUAGE, "screen.say.hush"):
            self._send(without_personal_words(words, self.visit))

    async def _feel(self) -> None:
        async for presence in self._devices.body.events():
            if presence.present:
                self._left_at = None
                self.begin()
            elif self.visit:
                self._left_at = time.monotonic()

    async def _notice_cards(self) -> None:
        async for event in self._devices.cards.events():
            self._lying.noticed(event)
            match event:
                case CardInserted() if self._lying.expected:
                    self._activity()
                case CardInserted(_, kind, _):
                    self.begin()
                    self._activity()
                    sentence = self._card_sentence(kind)
                    self.screen.notice("card", sentence)
                    self._spawn(self.talk.announce(sentence))
                case CardRemoved(_, while_looking, _):
                    self.screen.notice("card", "")
                    if while_looking and self.visit:
                        sentence = self._text("screen.card.pulled")
                        self.screen.notice("card", sentence, "warning")
                        self._spawn(self.talk.announce(sentence))

    def _card_sentence(self, kind: CardKind) -> str:
        """What a citizen is told of a card that nobody has asked for."""
        refusal = self._policy.refusal(kind, attended=bool(self._stage and self._stage.attended))
        if refusal is not None:
            return self._text(refusal.key, law=refusal.law)
        return self._text("screen.chip.readable" if kind in UNATTENDED else f"screen.card.{kind.value}")

    async def on_screen(self, event: Tap | SetField | Check | Touch | Type) -> None:
        """What the citizen does on the screen."""
        self._activity()
        match event:
            case Tap(id=name):
                await self._tapped(name)
            case SetField(field=name, value=value) if self._stage:
                self._stage.doings.put_nowait(FieldSet(name, value))
            case Check(item=item, brought=brought) if self._stage:
                self._stage.doings.put_nowait(Checked(item, brought))
            case Type(text=text) if text.strip():
                self.begin()
                await self._heard(text.strip(), barge_in=True)
            case Touch() if self.screen.state == "idle":
                self.begin()

    async def _tapped(self, name: str) -> None:
        if name == "time:extend":
            return  # every tap is a sign of life and has lengthened the time already
        if name == "time:end":
            await self.end("left")
        elif sending := self._payloads.get(name):
            self.begin()
            await self.talk.hush()
            self._send(sending)
        elif self._stage:
            self._stage.doings.put_nowait(Tapped(name))

    # --- dialogue ---------------------------------------------------------------------------

    def _send(self, words: str) -> None:
        self._waiting += 1
        self._turns.put_nowait(words)
        self._paint_soon()

    def _paint_soon(self) -> None:
        """Painting takes the cores that the answer needs, and most answers are there before it is missed."""
        self._later(PAINT_S, self._paint)

    def _paint(self) -> None:
        if self._waiting:
            self.screen.face = "thinking"
        self.screen.changed()

    async def _converse(self, dialogue: Dialogue, turns: asyncio.Queue[str]) -> None:
        while self._dialogue is dialogue:
            words = await turns.get()
            began = time.perf_counter()
            try:
                turn = await dialogue.send(words)
            except DialogueDown as error:
                self._waiting -= 1
                log.warning("dialogue: %s", error)
                self.screen.face = "sorry"
                self.talk.say(self._text("screen.dialogue.down"))
                continue
            self._waiting -= 1
            self.measured("dialogue_turn_ms", (time.perf_counter() - began) * 1000)
            if self.visit:
                await self._act(self.visit, words, turn)

    async def _act(self, visit: Visit, words: str, turn: Turn) -> None:
        if not words.startswith("/"):
            understood = turn.intent not in NOT_UNDERSTOOD
            visit.understood += understood
            visit.misunderstood += not understood
        step_runs = self._step is not None and not self._step.done()
        if (
            step_runs
            and not self.screen.offers
            and turn.intent in ("affirm", "deny")
            and (name := self._yes_or_no(yes=turn.intent == "affirm"))
        ):
            await self._tapped(name)
            return
        asides: list[str] = []
        offers: list[Offer] = []
        for message in turn.messages:
            match message:
                case Say(key=key, params=params, buttons=buttons):
                    text = self._text(key, **params)
                    asides.append(text)
                    self.talk.before_next(text)
                    offers += buttons
                case Ask():
                    await self._ask(visit, message)
                case StepMessage():
                    await self._start(visit, message)
                case Act(what=what):
                    await self._do(what)
            if self.visit is None:
                return
        self._set_offers(offers)
        if turn.intent in ("ask_fee", "ask_documents", "ask_duration", "ask_privacy", "ask_ai") and asides:
            self.screen.aside = Info(title=self._text("screen.aside"), text=" ".join(asides))
        if not turn.messages:
            self.screen.face = "listening"
        self.talk.flush()
        self.screen.changed()
        self._changed.notify()

    async def _ask(self, visit: Visit, ask: Ask) -> None:
        await self._cancel(self._step)
        self._step = None
        visit.service, visit.step = ask.service, ask.slot
        question = self._catalogue.question(ask.service, ask.slot, visit.choices)
        spoken = {"again": question.again, "other": question.other}.get(ask.variant, question.text)
        self._payloads = {f"{ask.slot}:{choice.id}": choice.payload for choice in question.choices}
        self._fixed_payloads()
        self.screen.panel = Choices(
            title=question.text,
            text=question.help,
            options=[
                Button(id=f"{ask.slot}:{choice.id}", label=choice.label, say=choice.say0, hint=choice.hint)
                for choice in question.choices
            ],
        )
        self.screen.aside = None
        self._show_progress(visit, ask.slot)
        self._devices.hearing.listen(
            on=True,
            expect="word" if question.yes_no else "sentence",
            phrases=[choice.say0 for choice in question.choices],
        )
        self.talk.say(spoken)

    async def _start(self, visit: Visit, step: StepMessage) -> None:
        await self._cancel(self._step)
        stage = self._stage
        if stage is None:
            return
        visit.service, visit.step, visit.choices = step.service, step.name, dict(step.choices)
        self._payloads = {}
        self._fixed_payloads()
        while not stage.doings.empty():
            stage.doings.get_nowait()
        self._show_progress(visit, step.name)
        self._devices.hearing.listen(on=True)
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
        self._send(payload("step_done", step=name, outcome=outcome.value))

    async def _do(self, what: str) -> None:
        visit = self.visit
        match what:
            case "repeat":
                if self.talk.last:
                    self.talk.say(self.talk.last)
            case "slower":
                self.talk.speed = max(0.5, self.talk.speed * 0.8)
            case "louder":
                self.talk.loudness = min(2.0, self.talk.loudness * 1.4)
            case "call_staff" if visit:
                visit.help = visit.help or Help(reason=self._text("screen.help.reason"))
                self.screen.notice("help", self._text("screen.help.called"))
                self._changed.notify()
            case "cancel_staff" if visit:
                visit.help = None
                self.screen.notice("help", "")
                self._changed.notify()
            case "end_visit" if visit:
                await self.end("done" if visit.case else "left")
            case "hush":
                await self.talk.hush()

    def _yes_or_no(self, *, yes: bool) -> str:
        panel = self.screen.panel
        actions = [] if isinstance(panel, Welcome | Choices) else panel.actions
        return next((button.id for button in actions if (button.style == "primary") is yes), "")

    def _set_offers(self, offers: list[Offer]) -> None:
        for button in self.screen.offers:
            self._payloads.pop(button.id, None)
        self.screen.offers = []
        for number, offer in enumerate(offers):
            name = f"offer:{number}"
            self._payloads[name] = offer.payload
            self.screen.offers.append(Button(id=name, label=self._text(offer.key, **offer.params)))

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
            )
        ]

    def devices(self) -> list[DeviceRow]:
        """Every device and how it is, for the staff page."""
        rows = [
            DeviceRow(
                name=health.device,
                label=self._text(f"screen.device.{health.device}"),
                state=health.state.value,
                detail=self._condition(health),
            )
            for health in (device.health() for device in self._devices.all())
        ]
        state = {"ready": State.READY, "starting": State.CONNECTING}.get(self._rasa.state, State.FAILED)
        told = "" if state is State.READY else self._text(f"screen.condition.rasa.{state.value}")
        label = self._text("screen.device.rasa")
        return [*rows, DeviceRow(name="rasa", label=label, state=state.value, detail=told)]

    def _condition(self, health: Health) -> str:
        """What is amiss with a device and what to do, for the clerk; "" when all is well."""
        if health.state is State.READY:
            return ""
        condition = "no_paper" if health.facts.get("paper") == Paper.OUT.value else health.state.value
        return self._text(f"screen.condition.{health.device}.{condition}")

    async def accept_help(self, visit_id: str, who: str) -> None:
        """A clerk says that they are coming. Raises LookupError when that visit is over."""
        visit = self.visit
        if visit is None or visit.id != visit_id or visit.help is None:
            raise LookupError(visit_id)
        visit.help.accepted_by = who
        sentence = self._text("screen.help.coming")
        self.screen.notice("help", sentence, "success")
        self._spawn(self.talk.announce(sentence))

    def measured(self, figure: str, value: float) -> None:
        """Keep a figure (milliseconds) for `lotse bench`."""
        self.figures.setdefault(figure, deque(maxlen=1000)).append(round(value, 1))

    def rasa_changed(self, state: str) -> None:
        """The dialogue server's state, from its supervisor."""
        away = state != "ready"
        self.screen.notice("rasa", self._text("screen.notice.rasa") if away else "", "info")
        self._changed.notify()

    # --- small parts ------------------------------------------------------------------------

    async def _say(self, text: str) -> None:
        self.talk.say(text)

    def _text(self, key: str, **params: str) -> str:
        avoid = self.screen.caption if hasattr(self, "screen") else ""
        return self._texts.pick(LANGUAGE, key, avoid=avoid, **params)

    def _welcome(self) -> Welcome:
        cards = self._catalogue.welcome_services()
        self._payloads = {card.id: card.payload for card in cards}
        self._fixed_payloads()
        return Welcome(
            title=self._text("screen.welcome.title"),
            text=self._text("screen.welcome.text"),
            services=[
                Button(id=card.id, label=card.label, hint=card.hint, icon=card.icon, say=card.say)
                for card in cards
            ],
        )

    def _fixed_payloads(self) -> None:
        self._payloads |= {f"nav:{name}": f"/{name}" for name, _ in NAV}

    def _nav(self, name: str, key: str) -> Button:
        return Button(
            id=f"nav:{name}",
            label=self._text(f"screen.button.{key}"),
            say="|".join(self._texts.variants(LANGUAGE, f"screen.say.{key}")),
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
                label=node.label,
                state="done" if number < here else "current" if number == here else "todo",
            )
            for number, node in enumerate(nodes)
        ]
        self.screen.changed()

    def _step_label(self, visit: Visit) -> str:
        return next((item.label for item in self.screen.progress if item.state == "current"), visit.step)

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
            limits = self._settings.visit
            quiet = limits.silence_s
            if isinstance(self.screen.panel, FormPanel | CameraPanel | ChipPanel):
                quiet += limits.step_extra_s
            if self._left_at is not None:
                quiet = min(quiet, LEFT_S)
            if self._warned_at is not None:
                if now - self._warned_at >= limits.warning_s:
                    await self.end("done" if self.visit.case else "timeout")
            elif now - self._active_at >= quiet:
                self._warn(int(limits.warning_s))

    def _warn(self, seconds: int) -> None:
        """BFSGV §7: said and shown, and it can be extended."""
        self._warned_at = time.monotonic()
        text = self._text("screen.time.warning", seconds=str(seconds))
        self.screen.warning = TimeWarning(
            text=text,
            seconds=seconds,
            extend=Button(
                id="time:extend",
                label=self._text("screen.button.extend"),
                say="|".join(self._texts.variants(LANGUAGE, "screen.say.extend")),
                style="primary",
            ),
            end=Button(id="time:end", label=self._text("screen.button.end"), style="secondary"),
        )
        caption = self.talk.last
        self.talk.say(text)
        self.talk.last = caption  # "Wiederholen" repeats the question, not the warning

    def _show_ears(self) -> None:
        """Say which of the senses is away, and tell the staff when that changes."""
        devices = {row.name: row for row in self.devices()}
        states = {name: State(row.state) for name, row in devices.items()}
        if states != self._states:
            self._states = states
            self._changed.notify()
        hears = states.get("hearing") in (State.READY, State.DEGRADED)
        microphone = hears and self.visit is not None
        if microphone is not self.screen.microphone:
            self.screen.microphone = microphone
            self.screen.changed()
        in_visit = self.visit is not None
        deaf = in_visit and states.get("hearing") is not State.CONNECTING and not hears
        dumb = in_visit and states.get("voice") in (State.FAILED, State.DEGRADED, State.ABSENT)
        self.screen.notice("hearing", self._text("screen.notice.hearing") if deaf else "", "warning")
        self.screen.notice("voice", self._text("screen.notice.voice") if dumb else "", "warning")

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
