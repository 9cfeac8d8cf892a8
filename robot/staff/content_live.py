"""The town's content as it holds now: the files, and over them what administrators have changed.

The catalogue and the texts that everybody has in hands change in place: a change is heard and seen at once,
without a restart. Kiosks that share a database look every two seconds whether another one has saved.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from dialogs.catalogue import Catalogue
from dialogs.conditions import holds, program
from dialogs.service import Fee, Service
from dialogs.texts import Texts
from dialogs.town import Place
from robot.cases.database import Clock, StoreError, utc_now
from robot.cases.part import nobody_listens
from robot.staff.content import Change, ContentStore, Key, Version
from robot.staff.content_overlay import (
    FILE,
    Base,
    Overlaid,
    closure_document,
    message_document,
    office_document,
    overlay,
    read,
    stored,
    week_of,
)
from robot.staff.content_rules import HOUSE, Facts, Fault, faults, fee_of, hints, tidy
from robot.staff.content_words import Words
from robot.web.broadcast import Broadcast
from robot.web.content_view import (
    AmountDoc,
    BaseWeek,
    Broken,
    ChoiceOption,
    ClosureDoc,
    ContentState,
    Document,
    FeeDoc,
    FeeFacts,
    FeeQuestion,
    HoursDoc,
    Item,
    Kind,
    NamedDay,
    NoticeDoc,
    Week,
)

log = logging.getLogger(__name__)

LOOK_S = 2.0
AHEAD_DAYS = 400
_BRIDGE = {3: 1, 1: -1}  # a holiday on Thursday: Friday; on Tuesday: Monday
_DAMAGED = Fault(
    "",
    "Diese Änderung lässt sich nicht mehr lesen und gilt nicht. Bitte geben Sie sie neu ein.",
    "This change cannot be read any more and does not hold. Please enter it again.",
)


class Refusal(ValueError):
    """The edit cannot be saved; `faults` say why."""

    def __init__(self, found: Sequence[Fault]) -> None:
        self.faults = list(found)
        super().__init__(" ".join(fault.german for fault in found))


@dataclass(frozen=True)
class Edit:
    """What shall hold: `seen` is the version that was edited, `document` None when it is withdrawn."""

    key: Key
    seen: int
    document: Document | None


class Content:
    """What holds, what can be edited, and how it is saved."""

    def __init__(
        self,
        catalogue: Catalogue,
        texts: Texts,
        store: ContentStore,
        zone: ZoneInfo,
        *,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        """`catalogue` and `texts` are as in the files; both are changed in place. Raises StoreError."""
        self.base = Base(dict(catalogue.services), catalogue.town, texts.overlaid({}))
        self.zone = zone
        self.store = store
        self._catalogue = catalogue
        self._texts = texts
        self._clock = clock
        self._on_change = on_change
        self._newest = -1
        self.versions: dict[Key, Version] = {}
        self.now = overlay(self.base, {})
        self._take(store.newest(), store.latest())
        for key, fault in self.now.broken.items():
            log.warning("content: %s:%s is left out: %s", *key, fault.english)

    # --- what holds ------------------------------------------------------------------------------

    async def follow(self, every_s: float = LOOK_S, elsewhere: Broadcast | None = None) -> None:
        """Take over what other kiosks have saved, until cancelled; at once when `elsewhere` tells of it."""
        told = False
        elsewhere = elsewhere or Broadcast()
        seen = elsewhere.seq
        while True:
            seen = await elsewhere.wait(seen, every_s)
            try:
                if await self.refresh():
                    self._on_change()
                told = False
            except StoreError as error:
                if not told:
                    log.warning("content: %s", error)
                told = True

    async def refresh(self) -> bool:
        """Look at the store; whether something is new. Raises StoreError."""
        newest = await asyncio.to_thread(self.store.newest)
        if newest == self._newest:
            return False
        self._take(newest, await asyncio.to_thread(self.store.latest))
        return True

    def _take(self, newest: int, versions: dict[Key, Version]) -> None:
        self._newest, self.versions = newest, versions
        self.now = laid(self.base, versions)
        self._catalogue.services, self._catalogue.town = self.now.services, self.now.town
        self._texts.lay_over(self.now.layer)

    def edits(self) -> dict[Key, Document | None]:
        """The newest documents that can be read; None for what was withdrawn."""
        return edits_of(self.versions)

    def with_edits(self, edits: dict[Key, Document | None]) -> Overlaid:
        """What would hold with these edits."""
        return overlay(self.base, edits)

    def catalogue_of(self, made: Overlaid) -> tuple[Catalogue, Texts]:
        """A catalogue and texts for a look at what would hold."""
        return Catalogue(made.services, made.town), self.base.texts.overlaid(made.layer)

    def today(self) -> date:
        """The town's day."""
        return self._clock().astimezone(self.zone).date()

    # --- judging and saving ----------------------------------------------------------------------

    def facts(self, *, moved: bool = False) -> Facts:
        """What an edit is judged by."""
        return Facts(
            self.base.services, self.base.town, self.now.town, self.today(), self.now.closures, moved
        )

    def standing(self, key: Key) -> Document | None:
        """The edits of one thing as they stand, or what the files say of it."""
        document = self.edits().get(key)
        gone = document is None and key in self.versions and key[0] in ("closure", "notice")
        return None if gone else document or self.of_files(key)

    def of_files(self, key: Key) -> Document | None:
        """What the files say; an empty document where that cannot be edited, None for what is not there."""
        kind, name = key
        base = self.base
        match kind:
            case "hours" if name == HOUSE or base.town.place(name):
                return HoursDoc()
            case "fee" if fee_of(base.services, name):
                return FeeDoc()
            case "office" if base.town.place(name) or base.town.floor(name):
                return office_document(base.town, name, base.texts)
            case "closure" if name in base.closures():
                return closure_document(base.closures()[name], base.texts)
            case "notice" if name in base.messages():
                return message_document(base.messages()[name], base.texts)
        return None

    def faults(self, key: Key, document: Document, *, moved: bool = False) -> list[Fault]:
        """Why it cannot be saved."""
        before = self.standing(key)
        if key[0] in ("hours", "fee", "office") and self.of_files(key) is None:
            before = None
        return faults(self.facts(moved=moved), key[1], tidy(document, ordered=False), before)

    def hints(self, key: Key, document: Document) -> list[Fault]:
        """What is worth a thought."""
        return hints(self.facts(), key[1], tidy(document, ordered=False))

    async def save(
        self,
        edits: Sequence[Edit],
        who: str,
        how: str = "saved",
        *,
        also: Callable[[Connection], None] | None = None,
        detail: str = "",
        moved: bool = False,
    ) -> None:
        """New versions, all or none. Raises Refusal, Overtaken, StoreError."""
        judged = [(edit, edit.document or (FeeDoc() if edit.key[0] == "fee" else None)) for edit in edits]
        found = [
            fault
            for edit, document in judged
            if document is not None  # a fee without its edits must leave what has begun, too
            for fault in self.faults(edit.key, document, moved=moved)
        ]
        if found:
            raise Refusal(found)
        changes = []
        for edit in edits:
            document = edit.document and tidy(edit.document)
            content = stored(document) if document else None
            begins = str(self.today())
            if document:
                begins = _begins(self.standing(edit.key), document) or begins
            changes.append(Change(edit.key[0], edit.key[1], edit.seen, content, begins))
        await self.store.save(changes, who, how, also, detail)
        await self.refresh()
        self._on_change()

    # --- for the page ----------------------------------------------------------------------------

    def state(self, lang: str) -> ContentState:
        """Everything that can be edited, but the board's own messages."""
        today = self.today()
        return ContentState(
            today=str(today),
            items=list(self._items()),
            weeks=[
                BaseWeek(
                    name=HOUSE, week=week_of(self.base.town.opening_hours), now=self._week_now("", today)
                ),
                *(
                    BaseWeek(
                        name=place.id,
                        week=week_of(place.hours) if place.hours is not None else None,
                        now=self._week_now(place.id, today),
                    )
                    for place in self.offices()
                ),
            ],
            fees=list(self._fees()),
            questions=list(self._questions()),
            holidays=[NamedDay(day=str(day), says=name) for day, name in self._holidays(today)],
            bridges=list(self._bridges(today)),
            rooms=[room.number for floor in self.base.town.floors for room in floor.rooms],
            broken=[
                Broken.model_validate({"kind": kind, "name": name, "says": fault.says(lang)})
                for (kind, name), fault in self.now.broken.items()
            ],
        )

    def item(self, key: Key) -> Item:
        """One thing as the page has it. Raises KeyError."""
        for item in self._items():
            if (item.kind, item.name) == key:
                return item
        raise KeyError(key)

    def offices(self) -> list[Place]:
        """The places that have a name at the beginning of a sentence: those that open and close."""
        return [place for place in self.base.town.places if place.the]

    def place_label(self, name: str) -> str:
        """What a place is called."""
        place = self.base.town.place(name)
        return place.label if place else name

    def label(self, key: Key, lang: str) -> str:
        """What a change is about, at the beginning of a line."""
        kind, name = key
        heads = {
            "hours": ("Öffnungszeiten", "Opening hours"),
            "closure": ("Schließtage", "Closures"),
            "notice": ("Meldung", "Message"),
            "fee": ("Gebühr", "Fee"),
            "office": ("Ort", "Place"),
        }
        head = heads[kind][lang == "en"]
        fee = fee_of(self.base.services, name) if kind == "fee" else None
        floor = self.base.town.floor(name)
        own = fee.label if fee else floor.label if floor else self.place_label(name)
        return head if kind in ("closure", "notice") or name == HOUSE else f"{head} {own}"

    def words(self, lang: str) -> Words:
        """Tells changes in that language."""
        return Words(lang, self.place_label)

    def _items(self) -> Iterator[Item]:
        town, services = self.base.town, self.base.services
        yield self._item("hours", HOUSE, "")
        for place in self.offices():
            yield self._item("hours", place.id, place.label)
        closures = dict.fromkeys([*self.base.closures(), *self._edited("closure")])
        for name in closures:
            yield self._item("closure", name, "")
        for name in self.base.messages():
            yield self._item("notice", name, "")
        for service in services.values():
            for fee in service.fees:
                yield self._item("fee", f"{service.id}.{fee.id}", fee.label, service.label)
        for place in town.places:
            yield self._item("office", place.id, place.label, place.floor)
        for floor in town.floors:
            yield self._item("office", floor.id, floor.label)

    def _edited(self, kind: str) -> list[str]:
        return [name for one, name in self.versions if one == kind]

    def _item(self, kind: Kind, name: str, label: str, group: str = "") -> Item:
        version = self.versions.get((kind, name))
        document = self.standing((kind, name))
        made_here = kind in ("closure", "notice") and not name.startswith(FILE)
        edited = version is not None and version.content is not None
        return Item(
            kind=kind,
            name=name,
            label=label,
            group=group,
            version=version.version if version else 0,
            by=version.by if version else "",
            at=version.at if version else "",
            origin="staff" if made_here or edited else "files",
            withdrawn=document is None,
            document=document,
        )

    def _week_now(self, place: str, today: date) -> Week | None:
        own = self.now.town.own_rule(place, today)
        return week_of(own) if own is not None else None

    def _fees(self) -> Iterator[FeeFacts]:
        for service in self.base.services.values():
            for fee in service.fees:
                yield FeeFacts(
                    name=f"{service.id}.{fee.id}",
                    law=fee.law,
                    extra=fee.extra,
                    case=_case(service, fee),
                    amounts=[
                        AmountDoc(
                            since=str(one.from_),
                            amount=f"{one.cents // 100}.{one.cents % 100:02d}",
                            law=one.law or fee.law,
                        )
                        for one in fee.amounts
                    ],
                )

    def _questions(self) -> Iterator[FeeQuestion]:
        for service in self.base.services.values():
            for question in service.questions:
                if _decides(service, question.slot):
                    yield FeeQuestion(
                        service=service.id,
                        slot=question.slot,
                        label=question.text,
                        choices=[ChoiceOption(id=one.id, label=one.label) for one in question.choices],
                    )

    def _holidays(self, today: date) -> list[tuple[date, str]]:
        days = [today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS)]
        return [(day, name) for day in days if (name := self.base.town.holidays.get(day))]

    def _bridges(self, today: date) -> Iterator[NamedDay]:
        """Days between a public holiday and a weekend on which the house is open."""
        for holiday, name in self._holidays(today):
            step = _BRIDGE.get(holiday.weekday())
            day = holiday + timedelta(days=step) if step else None
            if day and day >= today and self.now.town.hours_on(day):
                yield NamedDay(day=str(day), says=name)


def edits_of(versions: Mapping[Key, Version]) -> dict[Key, Document | None]:
    """The documents that can be read; None for what was withdrawn."""
    found: dict[Key, Document | None] = {}
    for key, version in versions.items():
        document = read(version.kind, version.content) if version.content is not None else None
        if document is not None or version.content is None:
            found[key] = document
    return found


def laid(base: Base, versions: Mapping[Key, Version]) -> Overlaid:
    """The files with the newest versions over them; what cannot be read or does not fit is left out."""
    edits = edits_of(versions)
    made = overlay(base, edits)
    made.broken |= {key: _DAMAGED for key in versions if key not in edits}
    return made


def _case(service: Service, fee: Fee) -> dict[str, str]:
    """Answers with which the fee is due; {} where it always is."""
    slots = sorted(program(fee.when).variables()) if fee.when else []
    answers = [[choice.id for choice in service.question(slot).choices] for slot in slots]
    cases = (dict(zip(slots, one, strict=True)) for one in product(*answers))
    return next((case for case in cases if holds(fee.when, case)), {})


def _decides(service: Service, slot: str) -> bool:
    """Whether a fee of the service depends on that question."""
    return any(fee.when and slot in program(fee.when).variables() for fee in service.fees)


def _begins(before: Document | None, after: Document) -> str:
    """The first day on which the edit changes something; "" for at once."""
    match after:
        case HoursDoc():
            old = before if isinstance(before, HoursDoc) else HoursDoc()
            was = {rule.since: rule for rule in old.rules} | {one.day: one for one in old.days}
            then = {rule.since: rule for rule in after.rules} | {one.day: one for one in after.days}
            return min((day for day in {*was, *then} if was.get(day) != then.get(day)), default="")
        case FeeDoc():
            had = {one.since: one for one in before.amounts} if isinstance(before, FeeDoc) else {}
            has = {one.since: one for one in after.amounts}
            return min((day for day in {*had, *has} if had.get(day) != has.get(day)), default="")
        case ClosureDoc() | NoticeDoc():
            return after.first
    return ""
