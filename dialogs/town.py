"""What stands in the town's files: where things are, when they are open, and the plan of the house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator
from pydantic import Field as _Field

from dialogs.service import CHARSETS, Id
from dialogs.streets import StreetList


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Clock = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^[0-2]\d:[0-5]\d$"})]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[Clock, Clock]


def _in_order(hours: Any) -> Any:
    """Spans of a day that end after they start and follow each other."""
    for day, spans in hours.items() if isinstance(hours, dict) else ():
        ends = [str(end) for span in spans for end in span]
        if ends != sorted(set(ends)):
            raise ValueError(f'the hours of {day} are not in order; write them like ["08:00", "12:30"]')
    return hours


Hours = Annotated[dict[Weekday, tuple[Span, ...]], BeforeValidator(_in_order)]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

# The public holidays that have a text of their own (`day.holiday.*`).
HOLIDAYS = (
    "neujahr",
    "heilige_drei_koenige",
    "frauentag",
    "karfreitag",
    "ostersonntag",
    "ostermontag",
    "erster_mai",
    "christi_himmelfahrt",
    "pfingstsonntag",
    "pfingstmontag",
    "fronleichnam",
    "mariae_himmelfahrt",
    "weltkindertag",
    "tag_der_deutschen_einheit",
    "reformationstag",
    "allerheiligen",
    "buss_und_bettag",
    "erster_weihnachtstag",
    "zweiter_weihnachtstag",
)


class Contact(_Model):
    """How an office is reached."""

    phone: Annotated[str, _Field(pattern=r"^(\+?[0-9][0-9 /()-]*)?$")] = ""
    email: Annotated[str, _Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    web: Annotated[str, _Field(pattern=r"^(https://\S+)?$")] = ""


class Place(_Model):
    """An office or room: where it is and how one gets there from the kiosk.

    `the`: its name at the beginning of a sentence ("Das Standesamt"). `names`: how people call it, in any
    language. `hours`: its own, where they differ from those of the house.
    """

    id: Id
    label: str
    the: str = ""
    names: tuple[str, ...] = ()
    floor: str
    room: str = ""
    way: str
    hours: Hours | None = None
    contact: Contact = Contact()


class Closure(_Model):
    """Days on which the house is closed, or only some `places`; one `day`, or a range `from` … `to`.

    With an `id` the reason can be translated (`place.closure_<id>.label`).
    """

    id: Annotated[str, _Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    day: date | None = None
    from_: date | None = _Field(None, alias="from")
    to: date | None = None
    reason: str
    places: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _days(self) -> Closure:
        if (self.day is None) is (self.from_ is None or self.to is None):
            raise ValueError("a closure has either `day`, or `from` and `to`")
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("a closure ends before it begins, swap `from` and `to`")
        return self

    def covers(self, day: date, place: str = "") -> bool:
        """Whether the house (or that place) is closed on the day because of it."""
        first, last = (self.day, self.day) if self.day else (self.from_, self.to)
        return bool(first and last and first <= day <= last and (not self.places or place in self.places))


class Message(_Model):
    """What stands on the first screen from one day to another, both included; `place.message_<id>.text`."""

    id: Id
    from_: date = _Field(alias="from")
    to: date
    text: Annotated[str, _Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _days(self) -> Message:
        if self.to < self.from_:
            raise ValueError("a message ends before it begins, swap `from` and `to`")
        return self


class HoursFrom(_Model):
    """Weekly hours that hold from a day on, of the house or of one `place`.

    Without `hours` the place keeps those of the house from then on.
    """

    from_: date = _Field(alias="from")
    place: Annotated[str, _Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    hours: Hours | None = None

    @model_validator(mode="after")
    def _of_the_house(self) -> HoursFrom:
        if not self.place and self.hours is None:
            raise ValueError("the house needs `hours` of its own, add them")
        return self


class SpecialDay(_Model):
    """A day with hours of its own, of the house or of one `place`; it counts on public holidays, too."""

    day: date
    place: Annotated[str, _Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    hours: tuple[Span, ...] = _Field(min_length=1)


class Statute(_Model):
    """A statute of the town from which fees come; `services`: those whose fees it decides."""

    id: Id
    label: str
    services: tuple[Id, ...] = ()
    place: Id


class Wing(_Model):
    """A corridor of a floor. `way`: how one gets from the kiosk into it, whole sentences."""

    id: Id
    box: Box
    way: str


class Room(_Model):
    """A room on the plan: `box` is x, y, width, height; `door` is on its edge; `place`: who sits there."""

    number: Annotated[str, _Field(pattern=r"^[0-9]{1,4}$")]
    box: Box
    door: Point
    wing: Id
    place: str = ""


class Mark(_Model):
    """A sign on the plan. `place`: the place it stands for."""

    kind: Literal["kiosk", "lift", "stairs", "toilet", "exit", "reception", "waiting"]
    at: Point
    place: str = ""


class Floor(_Model):
    """One floor on a grid of metres, y downwards. `paths`: lines along which one walks, as lists of points.

    `way`: how one gets there from the kiosk.
    """

    id: Annotated[str, _Field(pattern=r"^floor_[a-z0-9]+$")]
    label: str
    names: tuple[str, ...] = ()
    way: str
    size: Point
    wings: tuple[Wing, ...] = _Field(min_length=1)
    rooms: tuple[Room, ...] = ()
    marks: tuple[Mark, ...] = ()
    paths: tuple[tuple[Point, ...], ...] = _Field(min_length=1)

    def mark(self, kind: str) -> Mark | None:
        """The first sign of that kind."""
        return next((mark for mark in self.marks if mark.kind == kind), None)


Postcode = Annotated[str, _Field(pattern=r"^[0-9]{5}$")]
# as long as the form's field, with room for the house number
StreetName = Annotated[str, _Field(pattern=f"^{CHARSETS['address']}+$", min_length=2, max_length=42)]


class Town(_Model):
    """The town's facts. `streets`: postcode to the names of its streets.

    `hours_from`, `special_days`: other hours than `opening_hours` and a place's own, from a day or on a day.

    `instead`: the place to which one is sent when the kiosk is out of order; "" for the first office.
    """

    name: str
    land: Literal[
        "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
    ]
    timezone: str
    address: str
    contact: Contact = Contact()
    opening_hours: Hours
    hours_from: tuple[HoursFrom, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    closures: tuple[Closure, ...] = ()
    messages: tuple[Message, ...] = ()
    instead: Annotated[str, _Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    places: tuple[Place, ...] = _Field(min_length=1)
    floors: tuple[Floor, ...] = ()
    statutes: tuple[Statute, ...] = ()
    streets: dict[Postcode, tuple[StreetName, ...]] = _Field(default_factory=dict)

    # --- where -----------------------------------------------------------------------------------

    def place(self, place: str) -> Place | None:
        """The place of that id."""
        return next((p for p in self.places if p.id == place), None)

    @property
    def instead_of_kiosk(self) -> Place:
        """Where one goes when the kiosk is out of order."""
        office = next((p for p in self.places if p.the), self.places[0])
        return self.place(self.instead) or office

    def room(self, number: str) -> tuple[Floor, Room] | None:
        """The room of that number and its floor."""
        return next(
            ((floor, room) for floor in self.floors for room in floor.rooms if room.number == number), None
        )

    def floor(self, floor: str) -> Floor | None:
        """The floor of that id."""
        return next((f for f in self.floors if f.id == floor), None)

    def floor_of_number(self, number: str) -> Floor | None:
        """The floor on which a room of that number would lie: the one whose numbers begin alike."""
        head = number[:-2]
        return next((f for f in self.floors if any(room.number[:-2] == head for room in f.rooms)), None)

    @cached_property
    def street_list(self) -> StreetList:
        """The streets to look one up in."""
        return StreetList(self.streets)

    # --- when ------------------------------------------------------------------------------------

    @cached_property
    def holidays(self) -> Mapping[date, str]:
        """The public holidays of the Land with their German names, of any year that is asked for."""
        found: Mapping[date, str] = holidays.country_holidays("DE", subdiv=self.land, language="de")
        return found

    def _closure(self, day: date, place: str) -> Closure | None:
        return next((closure for closure in self.closures if closure.covers(day, place)), None)

    def closed_because(self, day: date, place: str = "") -> str:
        """Holiday or closure of that day in German; "" on an ordinary day, and on one with special hours."""
        closure = self._closure(day, place)
        return closure.reason if closure else self._holiday(day, place)

    def reason(self, day: date, place: str = "") -> str:
        """The same as a parameter of a text: "@key" where there is one, otherwise the German words."""
        closure = self._closure(day, place)
        if closure:
            return f"@place.closure_{closure.id}.label" if closure.id else closure.reason
        name = self._holiday(day, place)
        return f"@day.holiday.{slug(name)}" if slug(name) in HOLIDAYS else name

    def _holiday(self, day: date, place: str) -> str:
        special = self.special(day, place) or self.special(day)
        return "" if special else str(self.holidays.get(day) or "")

    def special(self, day: date, place: str = "") -> tuple[Span, ...]:
        """The special hours of the house, or of that place, on the day; () where there are none."""
        found = [special for special in self.special_days if (special.day, special.place) == (day, place)]
        return found[-1].hours if found else ()

    def rule(self, place: str, day: date) -> Mapping[Weekday, tuple[Span, ...]]:
        """The weekly hours of the house ("") or of a place as they hold on the day."""
        own = self.own_rule(place, day) if place else None
        if own is not None:
            return own
        return self.own_rule("", day) or {}

    def own_rule(self, place: str, day: date) -> Mapping[Weekday, tuple[Span, ...]] | None:
        """The same, None for a place that keeps the hours of the house."""
        begun = [change for change in self.hours_from if change.place == place and change.from_ <= day]
        if begun:
            return max(begun, key=lambda change: change.from_).hours
        known = self.place(place)
        return known.hours if known else None if place else self.opening_hours

    def hours_on(self, day: date, place: str = "") -> list[tuple[time, time]]:
        """Opening hours of a day, local time; empty when closed. `place`: an office with hours of its own.

        Special hours of the house cut those of an office that has its own: when the house closes at noon,
        so does the office.
        """
        if self.closed_because(day, place):
            return []
        if place and (special := self.special(day, place)):
            return list(special)
        weekday = WEEKDAYS[day.weekday()]
        house = self.special(day)
        own = self.own_rule(place, day) if place else None
        if own is None:
            return list(house or self.rule("", day).get(weekday, ()))
        spans = own.get(weekday, ())
        return _inside(spans, house) if house else list(spans)

    def is_open(self, at: datetime, place: str = "") -> bool:
        """Whether it is open at that local time."""
        return any(start <= at.time() < end for start, end in self.hours_on(at.date(), place))

    def next_opening(self, at: datetime, place: str = "") -> tuple[date, time, time] | None:
        """The next opening after that local time within three weeks."""
        for ahead in range(22):
            day = at.date() + timedelta(days=ahead)
            for start, end in self.hours_on(day, place):
                if ahead or start > at.time():
                    return day, start, end
        return None

    # --- texts -----------------------------------------------------------------------------------

    def texts(self) -> dict[str, list[str]]:
        """Every sentence of the town (German) under its key, e.g. `place.toilet.way`."""
        found = {
            f"place.{place.id}.{name}": getattr(place, name)
            for place in self.places
            for name in ("label", "the", "floor", "room", "way")
        }
        for floor in self.floors:
            found |= {f"place.{floor.id}.label": floor.label, f"place.{floor.id}.way": floor.way}
            found |= {f"place.{wing.id}.way": wing.way for wing in floor.wings}
        found |= {f"place.closure_{c.id}.label": c.reason for c in self.closures if c.id}
        found |= {f"place.message_{m.id}.text": m.text for m in self.messages}
        return {key: [text] for key, text in found.items() if text}


def _inside(spans: tuple[Span, ...], others: tuple[Span, ...]) -> list[tuple[time, time]]:
    """What of the spans lies within the others."""
    cut = [(max(a, c), min(b, d)) for a, b in spans for c, d in others]
    return [(start, end) for start, end in cut if start < end]


def slug(name: str) -> str:
    """ "Christi Himmelfahrt" as "christi_himmelfahrt"."""
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(letter, plain)
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_")
