"""What a step may use: the visit, the screen, the voice, the devices, and what the citizen does."""

from __future__ import annotations

import asyncio
import enum
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs import formats
from dialogs.catalogue import Catalogue, FeeLine
from dialogs.languages import GERMAN, HEARD
from dialogs.revision import news
from dialogs.texts import Param, Texts
from hardware.ports import Camera, CardReader, DeviceError, Printer, Ticket
from robot.policy import ChipPolicy
from robot.settings import Settings
from robot.staff.office import BackOffice
from robot.visit.lying import Lying
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.view import AnyPanel, Button

log = logging.getLogger(__name__)

CAMERA_AGAIN_S = 1.0


class Outcome(enum.StrEnum):
    """How a step ended, as the dialogue is told."""

    DONE = "done"
    DECLINED = "declined"
    FAILED = "failed"
    BACK = "back"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Tapped:
    """A button of the step's panel, by touch or by naming it aloud."""

    id: str


@dataclass(frozen=True)
class FieldSet:
    """A form field has a new value."""

    field: str
    value: str


@dataclass(frozen=True)
class Checked:
    """A document of the checklist was marked."""

    item: str
    brought: bool


@dataclass(frozen=True)
class Spoken:
    """Words for the step alone, while it takes them down: the dialogue never gets them."""

    words: str


Doing = Tapped | FieldSet | Checked | Spoken
Panel = Callable[[], AnyPanel]
Told = Callable[[], str]
"""Gives a text in the language of now."""


@dataclass
class Stage:
    """Handed to every step; lives as long as the visit.

    `made_by`: makes the step's panel, again in another language when the citizen changes it; `told`: the
    text said last, with its parameters; `dictating`: what is said now is for the step (`Spoken`), and so
    is what `takes` says yes to;
    `payloads`: buttons of the step's panel that answer the dialogue, with what it is sent; `own_back`:
    "Zurück" is for the step (`Tapped("nav:go_back")`);
    `prices`: the catalogue as it was when the visit began;
    `expect`: tells the ear what is said next ("word", "number", "name" or "sentence");
    `opens`: when a place (id, "" for the house) opens, in a language; "" while it is open;
    `say_first`: begins what is said next with an answer that the panel shows as a whole.
    """

    visit: Visit
    settings: Settings
    catalogue: Catalogue
    texts: Texts
    screen: Screen
    office: BackOffice
    camera: Camera
    cards: CardReader
    lying: Lying
    policy: ChipPolicy
    printer: Printer
    say: Callable[[str], Awaitable[None]]
    measured: Callable[[str, float], None]
    picture: Callable[[bool], str]
    doings: asyncio.Queue[Doing] = field(default_factory=asyncio.Queue)
    made_by: Panel | None = None
    told: tuple[str, dict[str, Param], Told | None] | None = None
    dictating: bool = False
    takes: Callable[[str], bool] = lambda words: False
    payloads: dict[str, str] = field(default_factory=dict)
    own_back: bool = False
    expect: Callable[[str], None] = lambda kind: None
    opens: Callable[[str, str], str] = lambda lang, place: ""
    say_first: Callable[[str], None] = lambda text: None
    prices: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        """A visit begins: what it costs holds as it is now."""
        self.prices = self.catalogue.frozen()

    @property
    def attended(self) -> bool:
        """Whether a clerk is coming to this visit, or stands by.

        One who has taken over from afar cannot compare the face (PAuswG section 18a (2)).
        """
        return self.visit.help is not None and bool(self.visit.help.accepted_by)

    @property
    def lang(self) -> str:
        """The visit's language."""
        return self.visit.language

    def text(self, key: str, **params: Param) -> str:
        """The text `key` in the visit's language."""
        return self.texts.pick(self.lang, key, avoid=self.screen.caption, **params)

    def german(self, key: str, **params: Param) -> str:
        """The text `key` as the clerk reads it."""
        return self.texts.get(GERMAN, key, **params)

    def word(self, key: str) -> str:
        """The running service's own text in the visit's language, "" when it has none: `reason.label`."""
        return self.texts.maybe(self.lang, f"{self.visit.service}.{key}")

    def money(self, cents: int) -> str:
        """An amount in the visit's language."""
        return formats.money(self.lang, cents)

    def day(self, on: date) -> str:
        """A day in the visit's language."""
        return formats.day(self.lang, on)

    async def tell(self, key: str, *, after: Told | None = None, **params: Param) -> None:
        """Say and show the text `key`; returns when it begins, the voice goes on.

        `after`: what the panel shows as a whole, and is said first: its beginning, if it is long.
        """
        self.told = key, params, after
        if after:
            self.say_first(after())
        await self.say(self.text(key, **params))

    async def tell_again(self) -> None:
        """What was told last, in the visit's language of now."""
        if self.told:
            key, params, after = self.told
            await self.tell(key, after=after, **params)

    async def camera_gone(self, error: DeviceError, key: str = "screen.camera.gone") -> None:
        """Say once that the camera is away; returns when it is worth looking again."""
        log.warning("camera: %s", error)
        if "camera" not in self.screen.notices:
            self.screen.notice("camera", lambda: self.text(key), "warning")
            await self.say(self.text(key))
        await asyncio.sleep(CAMERA_AGAIN_S)

    def show(self, panel: AnyPanel | Panel, *, face: str | None = None) -> None:
        """Put a panel on the screen; one given as the function that makes it can change its language."""
        self.made_by = panel if callable(panel) else None
        self.screen.panel = panel() if callable(panel) else panel
        self.screen.aside = None
        if face:
            self.screen.face = face
        self.screen.changed()

    def redraw(self) -> None:
        """The panel anew where it stands: an answered question beside it stays."""
        if self.made_by:
            self.screen.panel = self.made_by()
            self.screen.changed()

    def button(self, id: str, key: str, style: str = "secondary", icon: str = "") -> Button:
        """A button labelled with `screen.button.<key>`; further names to say stand in `….say`."""
        names = self.texts.variants(self.lang, f"screen.say.{key}") if self.lang in HEARD else []
        return Button.model_validate(
            {
                "id": id,
                "label": self.text(f"screen.button.{key}"),
                "say": "|".join(names),
                "style": style,
                "icon": icon,
            }
        )

    async def tap(self) -> str:
        """The next button of the panel that is tapped or named; other doings are passed over."""
        while True:
            doing = await self.doings.get()
            if isinstance(doing, Tapped):
                return doing.id

    def wanted(self, step: str) -> Callable[[str], bool]:
        """Which of a step's contents (sentences, documents, fields, copies) are gone through, by their ids.

        All of them, or what changed answers have made necessary of a step that was run before.
        """
        visit = self.visit
        if not visit.before:
            return lambda name: True
        return news(self.catalogue, visit.service, step, visit.before, visit.choices).__contains__

    def today(self) -> date:
        """The day in the town."""
        return datetime.now(ZoneInfo(self.settings.town.timezone)).date()

    def fees(self) -> list[FeeLine]:
        """What this application costs.

        As it was when the visit began, and on that day: no edit and no midnight changes an amount between
        the review and the hand-over.
        """
        day = self.visit.started.astimezone(ZoneInfo(self.settings.town.timezone)).date()
        return self.prices.fees(self.visit.service, self.visit.choices, on=day)

    async def print_slip(self, ticket: Ticket) -> None:
        """Print; raises DeviceError with one sentence when the printer cannot."""
        await self.printer.print_ticket(ticket)


Step = Callable[[Stage], Awaitable[Outcome]]
