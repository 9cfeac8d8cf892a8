"""Lays what administrators have changed over the files: services, town and texts as they hold then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dialogs.languages import GERMAN, LANGUAGES
from dialogs.service import Amount, Fee, Service
from dialogs.texts import Texts
from dialogs.town import WEEKDAYS, Closure, Floor, HoursFrom, Message, SpecialDay, Town, slug
from robot.staff.content import Key
from robot.staff.content_rules import HOUSE, Fault, fee_of, room_number
from robot.web.content_view import (
    ClosureDoc,
    Document,
    FeeDoc,
    Hours,
    HoursDoc,
    NoticeDoc,
    OfficeDoc,
    Week,
)

DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
FILE = "file_"
"""How the names of closures and messages begin that stand in the town's files."""

Layer = dict[str, dict[str, list[str]]]
Edits = Mapping[Key, Document | None]
_OWN = {GERMAN: "", "en": "english", "leicht": "plain"}


@dataclass(frozen=True)
class Base:
    """What the files say."""

    services: Mapping[str, Service]
    town: Town
    texts: Texts

    def closures(self) -> dict[str, Closure]:
        """The closures of the files by name."""
        found = {}
        for closure in self.town.closures:
            first = closure.day or closure.from_
            own = closure.id or slug(f"{first:%Y_%m_%d} {closure.reason}")[:60]
            found[FILE + own] = closure
        return found

    def messages(self) -> dict[str, Message]:
        """The messages of the files by name."""
        return {FILE + message.id: message for message in self.town.messages}


@dataclass
class Overlaid:
    """What holds with the edits. `broken`: what does not fit the files any more, and why; left out."""

    services: dict[str, Service]
    town: Town
    layer: Layer
    closures: dict[str, Closure]
    broken: dict[Key, Fault] = field(default_factory=dict)


def stored(document: Document) -> str:
    """A document as the table keeps it."""
    return document.model_dump_json()


def read(kind: str, content: str) -> Document | None:
    """A document of the table; None when it is none of that kind any more."""
    try:
        document = DOCUMENT.validate_json(content)
    except ValidationError:
        return None
    return document if document.kind == kind else None


def overlay(base: Base, edits: Edits) -> Overlaid:
    """The files with all edits that fit."""
    made = Overlaid(dict(base.services), base.town, {}, base.closures())
    files, messages = base.closures(), base.messages()
    texts = _Layers(base.texts, made.layer)
    for key, document in edits.items():
        kind, name = key
        try:
            match document:
                case None if kind == "closure":
                    made.closures.pop(name, None)
                case None if kind == "notice":
                    messages.pop(name, None)
                case HoursDoc():
                    made.town = _with_hours(made.town, name, document)
                case ClosureDoc():
                    made.closures[name] = _closure(base.town, name, document, files.get(name))
                    texts.sentence(f"place.closure_{made.closures[name].id}.label", document.reason, document)
                case NoticeDoc() if name.startswith(FILE):
                    messages[name] = _message(name, document)
                    texts.sentence(f"place.message_{messages[name].id}.text", document.text, document)
                case FeeDoc():
                    service, fee = _fee(base.services, name, document)
                    made.services[service] = _with_fee(made.services[service], fee)
                case OfficeDoc():
                    made.town = _with_office(made.town, name, document, texts)
        except Exception as error:  # whatever is wrong with one edit, the kiosk goes on without it
            made.broken[key] = _why(error, kind, name)
    made.town = made.town.model_copy(
        update={"closures": tuple(made.closures.values()), "messages": tuple(messages.values())}
    )
    return made


# --- documents of what the files say ----------------------------------------------------------------------


def week_of(hours: Mapping[Any, Any]) -> Week:
    """Weekly hours as the page has them."""
    return Week(
        **{
            weekday: [Hours(start=f"{a:%H:%M}", end=f"{b:%H:%M}") for a, b in hours.get(weekday, ())]
            for weekday in WEEKDAYS
        }
    )


def closure_document(closure: Closure, texts: Texts) -> ClosureDoc:
    """A closure of the files as the page has it."""
    first, last = (closure.day, closure.day) if closure.day else (closure.from_, closure.to)
    key = f"place.closure_{closure.id}.label"
    return ClosureDoc(
        first=str(first),
        last=str(last),
        reason=closure.reason,
        english=_own_text(texts, "en", key) if closure.id else "",
        plain=_own_text(texts, "leicht", key) if closure.id else "",
        places=sorted(closure.places),
    )


def message_document(message: Message, texts: Texts) -> NoticeDoc:
    """A message of the files as the page has it."""
    key = f"place.message_{message.id}.text"
    return NoticeDoc(
        text=message.text,
        english=_own_text(texts, "en", key),
        plain=_own_text(texts, "leicht", key),
        first=str(message.from_),
        last=str(message.to),
    )


def office_document(town: Town, name: str, texts: Texts) -> OfficeDoc:
    """A place or a floor of the files as the page has it."""
    place, floor = town.place(name), town.floor(name)
    key = f"place.{name}.way"
    english, plain = _own_text(texts, "en", key), _own_text(texts, "leicht", key)
    if place is None:
        return OfficeDoc(way=floor.way if floor else "", english=english, plain=plain)
    return OfficeDoc(
        room=place.room,
        way=place.way,
        english=english,
        plain=plain,
        phone=place.contact.phone,
        email=place.contact.email,
        web=place.contact.web,
    )


def _own_text(texts: Texts, lang: str, key: str) -> str:
    return texts.maybe(lang, key) if texts.own(lang, key) else ""


# --- the parts --------------------------------------------------------------------------------------------


class _DoesNotFitError(Exception):
    """An edit names what is not there; carries the sentence."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.german)
        self.fault = fault


def _why(error: Exception, kind: str, name: str) -> Fault:
    if isinstance(error, _DoesNotFitError):
        return error.fault
    return Fault(
        "",
        f"Die Angaben zu {kind} {name} sind beschädigt und gelten nicht. Bitte geben Sie sie neu ein.",
        f"What was entered for {kind} {name} is damaged and does not hold. Please enter it again.",
    )


def _no_such(name: str) -> Fault:
    return Fault(
        "",
        f"In den Dateien gibt es {name} nicht mehr. Die Änderung gilt nicht, bis es wieder da ist.",
        f"The files have no {name} any more. The change does not hold until it is back.",
    )


def _with_hours(town: Town, name: str, document: HoursDoc) -> Town:
    place = "" if name == HOUSE else name
    if place and town.place(place) is None:
        raise _DoesNotFitError(_no_such(name))
    rules = [
        HoursFrom.model_validate(
            {"from": rule.since, "place": place, "hours": rule.week and _hours_of(rule.week)}
        )
        for rule in document.rules
    ]
    days = [
        SpecialDay.model_validate(
            {"day": one.day, "place": place, "hours": [(span.start, span.end) for span in one.hours]}
        )
        for one in document.days
    ]
    return town.model_copy(
        update={"hours_from": (*town.hours_from, *rules), "special_days": (*town.special_days, *days)}
    )


def _hours_of(week: Week) -> dict[str, list[tuple[str, str]]]:
    return {
        weekday: [(span.start, span.end) for span in spans]
        for weekday in WEEKDAYS
        if (spans := getattr(week, weekday))
    }


def _closure(town: Town, name: str, document: ClosureDoc, file: Closure | None) -> Closure:
    if unknown := [place for place in document.places if town.place(place) is None]:
        raise _DoesNotFitError(_no_such(", ".join(unknown)))
    own = name.removeprefix(FILE).replace(".", "_")
    return Closure.model_validate(
        {
            "id": (file and file.id) or (own if own[0].isalpha() else f"day_{own}"),
            "from": document.first,
            "to": document.last,
            "reason": document.reason,
            "places": document.places,
        }
    )


def _message(name: str, document: NoticeDoc) -> Message:
    return Message.model_validate(
        {
            "id": name.removeprefix(FILE),
            "from": document.first,
            "to": document.last,
            "text": document.text,
        }
    )


def _fee(services: Mapping[str, Service], name: str, document: FeeDoc) -> tuple[str, Fee]:
    fee = fee_of(services, name)
    if fee is None:
        raise _DoesNotFitError(_no_such(name))
    amounts = {amount.from_: amount for amount in fee.amounts}
    for one in document.amounts:
        new = Amount.model_validate({"from": one.since, "eur": one.amount, "law": one.law})
        amounts[new.from_] = new
    ordered = tuple(amounts[since] for since in sorted(amounts))
    return name.partition(".")[0], fee.model_copy(update={"amounts": ordered})


def _with_fee(service: Service, fee: Fee) -> Service:
    return service.model_copy(
        update={"fees": tuple(fee if one.id == fee.id else one for one in service.fees)}
    )


def _with_office(town: Town, name: str, document: OfficeDoc, texts: _Layers) -> Town:
    place, floor = town.place(name), town.floor(name)
    if floor is not None and place is None:
        texts.sentence(f"place.{name}.way", document.way, document)
        changed = floor.model_copy(update={"way": document.way})
        return town.model_copy(
            update={"floors": tuple(changed if one.id == name else one for one in town.floors)}
        )
    if place is None:
        raise _DoesNotFitError(_no_such(name))
    contact = {"phone": document.phone, "email": document.email, "web": document.web}
    floors, label = town.floors, place.floor
    old, new = room_number(place.room), room_number(document.room)
    if old != new and town.floors and old:
        found = town.room(new)
        if found is None:
            raise _DoesNotFitError(_no_such(f"Zimmer {new}"))
        floors = tuple(_seated(one, name, new) for one in town.floors)
        label = found[0].label
        texts.floor(name, found[0].id)
    if document.room != place.room:
        texts.room(name, place.room, document.room)
    texts.sentence(f"place.{name}.way", document.way, document)
    changed_place = place.model_validate(
        {
            **place.model_dump(exclude={"contact", "hours"}),
            "hours": place.hours,
            "contact": contact,
            "room": document.room,
            "way": document.way,
            "floor": label,
        }
    )
    places = tuple(changed_place if one.id == name else one for one in town.places)
    return town.model_copy(update={"places": places, "floors": floors})


def _seated(floor: Floor, place: str, number: str) -> Floor:
    """The floor with the place in the room of that number, and in no other one."""
    rooms = tuple(
        room.model_copy(update={"place": place})
        if room.number == number
        else room.model_copy(update={"place": ""})
        if room.place == place
        else room
        for room in floor.rooms
    )
    return floor.model_copy(update={"rooms": rooms})


class _Layers:
    """Writes sentences of edits in every language: a translation of what was there before would be wrong."""

    def __init__(self, texts: Texts, layer: Layer) -> None:
        self._texts = texts
        self._layer = layer

    def _put(self, lang: str, key: str, text: str) -> None:
        self._layer.setdefault(lang, {})[key] = [text]

    def sentence(self, key: str, german: str, document: ClosureDoc | NoticeDoc | OfficeDoc) -> None:
        """A German text with the document's English and plain one; other languages show German.

        What was not changed keeps its translations.
        """
        same = self._texts.maybe(GERMAN, key) == german
        for lang in LANGUAGES:
            own = getattr(document, _OWN[lang]) if _OWN.get(lang) else ""
            if own or not same:
                self._put(lang, key, own or german)

    def room(self, place: str, old: str, new: str) -> None:
        """The new room; languages that name it themselves keep their word for "Zimmer"."""
        key = f"place.{place}.room"
        for lang in LANGUAGES:
            there = self._texts.maybe(lang, key)
            before, after = room_number(there), room_number(new)
            own = lang != GERMAN and self._texts.own(lang, key) and there != old and before and after
            self._put(lang, key, re.sub(rf"\b{before}\b", after, there) if own else new)

    def floor(self, place: str, floor: str) -> None:
        """The floor as each language calls it."""
        for lang in LANGUAGES:
            self._put(lang, f"place.{place}.floor", self._texts.maybe(lang, f"place.{floor}.label"))
