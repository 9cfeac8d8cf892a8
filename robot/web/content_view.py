"""Content without a developer as data: what the page of contents and the robot exchange.

HTTP below /api/staff/content (`Right.CONTENT`); sentences come in the page's language (Accept-Language):
  GET  /                        → ContentState: everything that can be edited, as it holds
  GET  /history/{kind}/{name}   → list[VersionRow], the newest first
  GET  /export                  → the edits as YAML
  POST /check                   Draft → Checked: faults and hints beside their fields
  POST /preview                 Question → Preview: what the kiosk says with the draft, and without it
  POST /save                    Draft → Item; 409 when somebody was quicker; 422 with the first fault
  POST /withdraw                Pointer → 204: a closure or message goes, anything else is as in the files
  POST /restore                 Restoring → Item: an old version, as a new one
  POST /import                  Import → Imported; 422 with every fault and its line
A document is what stands in the form: times, days and amounts as typed, so that each fault finds its field.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Kind = Literal["hours", "closure", "notice", "fee", "office"]
KINDS: tuple[Kind, ...] = ("hours", "closure", "notice", "fee", "office")

MOST_SPANS = 6

Day = Annotated[str, Field(max_length=10)]
"""2026-12-24, as an input of type "date" has it."""
Time = Annotated[str, Field(max_length=5)]
Line = Annotated[str, Field(max_length=200)]
Way = Annotated[str, Field(max_length=400)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,119}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Hours(_Model):
    """From … to, "08:30"."""

    start: Time
    end: Time


def _few(spans: list[Hours]) -> list[Hours]:
    if len(spans) > MOST_SPANS:
        raise ValueError(f"a day has at most {MOST_SPANS} spans")
    return spans


# beside the schema: a bounded list would come to the page as a tuple
DayHours = Annotated[list[Hours], AfterValidator(_few)]


class Week(_Model):
    """The spans of each weekday; none: closed."""

    mon: DayHours = Field(default_factory=list)
    tue: DayHours = Field(default_factory=list)
    wed: DayHours = Field(default_factory=list)
    thu: DayHours = Field(default_factory=list)
    fri: DayHours = Field(default_factory=list)
    sat: DayHours = Field(default_factory=list)
    sun: DayHours = Field(default_factory=list)


class HoursRule(_Model):
    """Weekly hours from a day on; `week` None: those of the house."""

    since: Day
    week: Week | None = None


class SpecialDay(_Model):
    """A day with other hours; `note` is for the staff."""

    day: Day
    hours: DayHours
    note: Line = ""


class HoursDoc(_Model):
    """Hours of the house (name "house") or of an office."""

    kind: Literal["hours"] = "hours"
    rules: list[HoursRule] = Field(default_factory=list, max_length=40)
    days: list[SpecialDay] = Field(default_factory=list, max_length=200)


class ClosureDoc(_Model):
    """Days on which the house is closed, or only some offices."""

    kind: Literal["closure"] = "closure"
    first: Day
    last: Day
    reason: Annotated[str, Field(max_length=80)]
    english: Annotated[str, Field(max_length=80)] = ""
    plain: Annotated[str, Field(max_length=80)] = ""
    places: list[Name] = Field(default_factory=list, max_length=60)


class AmountDoc(_Model):
    """What a fee costs from a day on: "46,00"; `law`: its paragraph."""

    since: Day
    amount: Annotated[str, Field(max_length=12)]
    law: Annotated[str, Field(max_length=120)]


class FeeDoc(_Model):
    """Amounts beside those of the service's file."""

    kind: Literal["fee"] = "fee"
    amounts: list[AmountDoc] = Field(default_factory=list, max_length=40)


class OfficeDoc(_Model):
    """Where an office (or anything else one asks for) is and how it is reached; a floor has its way only."""

    kind: Literal["office"] = "office"
    room: Annotated[str, Field(max_length=40)] = ""
    way: Way
    english: Way = ""
    plain: Way = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=80)] = ""
    web: Line = ""


class NoticeDoc(_Model):
    """A message on the kiosks' first screen."""

    kind: Literal["notice"] = "notice"
    text: Line
    english: Line = ""
    plain: Line = ""
    first: Day
    last: Day


Document = Annotated[HoursDoc | ClosureDoc | FeeDoc | OfficeDoc | NoticeDoc, Field(discriminator="kind")]


class Draft(_Model):
    """What shall hold. `name` "" makes a new closure or message; `version`: the one that was edited."""

    name: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_.]{0,119})?$")] = ""
    version: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    document: Document


class Pointer(_Model):
    """One thing as it was seen."""

    kind: Kind
    name: Name
    version: Annotated[int, Field(ge=0, le=1_000_000)]


class Restoring(Pointer):
    """Make the version `old` the newest one."""

    old: Annotated[int, Field(ge=0, le=1_000_000)]


class ContentFault(_Model):
    """What is wrong (or worth a thought) and where: "rules.0.week.mon.1.end"."""

    field: str
    says: str


class Checked(_Model):
    """What is said beside the fields; with a fault nothing can be saved."""

    faults: list[ContentFault]
    hints: list[ContentFault]


class Item(_Model):
    """One thing that can be edited. `version` 0: as in the files; `origin`: who it comes from.

    `document`: the edits as they stand (of the files, where there are none); None when withdrawn.
    """

    kind: Kind
    name: str
    label: str
    group: str = ""
    version: int = 0
    by: str = ""
    at: str = ""
    origin: Literal["files", "staff"] = "files"
    withdrawn: bool = False
    document: Document | None = None


class FeeFacts(_Model):
    """A fee's amounts of the files; `case`: answers with which it is due."""

    name: str
    law: str
    extra: bool
    case: dict[str, str]
    amounts: list[AmountDoc]


class ChoiceOption(_Model):
    """An answer."""

    id: str
    label: str


class FeeQuestion(_Model):
    """A question of a service on which its fees depend."""

    service: str
    slot: str
    label: str
    choices: list[ChoiceOption]


class BaseWeek(_Model):
    """The hours of the files, and as they hold today; None: those of the house."""

    name: str
    week: Week | None
    now: Week | None


class NamedDay(_Model):
    """A public holiday, or a day between one and a weekend."""

    day: str
    says: str


class Broken(_Model):
    """An edit that does not fit any more and is left out."""

    kind: Kind
    name: str
    says: str


class ContentState(_Model):
    """Everything that can be edited, as it holds; `today`: the town's day."""

    today: str
    items: list[Item]
    weeks: list[BaseWeek]
    fees: list[FeeFacts]
    questions: list[FeeQuestion]
    holidays: list[NamedDay]
    bridges: list[NamedDay]
    rooms: list[str]
    broken: list[Broken]


class VersionRow(_Model):
    """One version in the history; `changes`: what it changed, in words."""

    version: int
    by: str
    at: str
    how: Literal["saved", "withdrawn", "restored", "imported"]
    holds_from: str
    changes: list[str]
    document: Document | None


class Question(_Model):
    """What would be said: on that day at that time, in that language; `choices`: answers for the fees."""

    draft: Draft
    day: Day
    time: Time = "09:00"
    lang: Literal["de", "en", "leicht", "tr", "uk", "ar", "ru", "pl", "fr"] = "de"
    choices: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=64)]] = Field(
        default_factory=dict, max_length=20
    )


class Said(_Model):
    """A line of the preview: what it is, as it holds now, and with the draft."""

    what: str
    before: str
    after: str


class Preview(_Model):
    """What the kiosk would say and show. `asked`: the citizen's sentence; `difference` in cents (fees)."""

    asked: str
    lines: list[Said]
    changed: bool
    before_cents: int | None = None
    after_cents: int | None = None


class Import(_Model):
    """A file as exported; `dry`: only tell what it would change."""

    text: str
    dry: bool = True


class Imported(_Model):
    """What an import changes (or would), in words; nothing when everything is so already."""

    changes: list[str]
    saved: bool
