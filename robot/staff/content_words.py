"""What an edit changes, in words: one sentence each, in German or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dialogs.formats import day as written
from dialogs.formats import money
from dialogs.town import WEEKDAYS
from robot.staff.content_rules import cents_of, day_of
from robot.web.content_view import (
    AmountDoc,
    ClosureDoc,
    Document,
    FeeDoc,
    Hours,
    HoursDoc,
    NoticeDoc,
    OfficeDoc,
    Week,
)

_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "mon": "Mo",
        "tue": "Di",
        "wed": "Mi",
        "thu": "Do",
        "fri": "Fr",
        "sat": "Sa",
        "sun": "So",
        "closed": "geschlossen",
        "house": "wie das Haus",
        "from": "ab {day}: {what}",
        "on": "am {day}: {what}",
        "gone": "gestrichen: {what}",
        "new": "neu: {what}",
        "changed": "{name}: {before} → {after}",
        "nothing": "leer",
        "everybody": "ganzes Haus",
        "first": "erster Tag",
        "last": "letzter Tag",
        "reason": "Grund",
        "english": "Englisch",
        "plain": "Leichte Sprache",
        "places": "gilt für",
        "text": "Text",
        "room": "Zimmer",
        "way": "Weg",
        "phone": "Telefon",
        "email": "E-Mail",
        "web": "Internet",
        "same": "nichts geändert",
        "files": "wieder wie in den Dateien",
        "withdrawn": "weggenommen",
    },
    "en": {
        "mon": "Mon",
        "tue": "Tue",
        "wed": "Wed",
        "thu": "Thu",
        "fri": "Fri",
        "sat": "Sat",
        "sun": "Sun",
        "closed": "closed",
        "house": "as the house",
        "from": "from {day}: {what}",
        "on": "on {day}: {what}",
        "gone": "removed: {what}",
        "new": "new: {what}",
        "changed": "{name}: {before} → {after}",
        "nothing": "empty",
        "everybody": "the whole house",
        "first": "first day",
        "last": "last day",
        "reason": "reason",
        "english": "English",
        "plain": "plain language",
        "places": "holds for",
        "text": "text",
        "room": "room",
        "way": "way",
        "phone": "telephone",
        "email": "e-mail",
        "web": "website",
        "same": "nothing changed",
        "files": "as in the files again",
        "withdrawn": "taken away",
    },
}


class Words:
    """Says in a language ("de" or "en") what changes. `place`: an office's id to its name."""

    def __init__(self, lang: str, place: Callable[[str], str]) -> None:
        self._lang = "en" if lang == "en" else "de"
        self._words = _WORDS[self._lang]
        self._place = place

    def changes(self, before: Document | None, after: Document | None) -> list[str]:
        """The differences of two documents; at least one sentence."""
        match before, after:
            case None, None:
                found: list[str] = []
            case _, None:
                removable = isinstance(before, ClosureDoc | NoticeDoc)
                found = [self._words["withdrawn" if removable else "files"]]
            case HoursDoc() | None, HoursDoc():
                found = list(self._hours(before or HoursDoc(), after))
            case FeeDoc() | None, FeeDoc():
                found = list(self._fee(before or FeeDoc(), after))
            case None, ClosureDoc() | NoticeDoc():
                found = [self._said("new", what=self.one(after))]
            case _, ClosureDoc() | NoticeDoc() | OfficeDoc():
                found = list(self._parts(before, after))
            case _:
                found = []
        return found or [self._words["same"]]

    def one(self, document: ClosureDoc | NoticeDoc) -> str:
        """A closure or message in one line."""
        days = self.day(document.first)
        if document.last != document.first:
            days = f"{days} – {self.day(document.last)}"
        told = document.reason if isinstance(document, ClosureDoc) else document.text
        return f"{days}, {told}"

    def week(self, week: Week | None) -> str:
        """A week in one line: "Mo–Mi 08:00–12:00, Do …"; days that are alike stand together."""
        if week is None:
            return self._words["house"]
        groups: list[tuple[list[str], str]] = []
        for weekday in WEEKDAYS:
            spans = self.spans(getattr(week, weekday))
            if groups and groups[-1][1] == spans:
                groups[-1][0].append(self._words[weekday])
            else:
                groups.append(([self._words[weekday]], spans))
        return ", ".join(
            f"{days[0] if len(days) == 1 else f'{days[0]}–{days[-1]}'} {spans}" for days, spans in groups
        )

    def spans(self, spans: Sequence[Hours]) -> str:
        """08:00–12:30 and 14:00–16:00."""
        joint = " and " if self._lang == "en" else " und "
        return joint.join(f"{span.start}–{span.end}" for span in spans) or self._words["closed"]

    def day(self, text: str) -> str:
        """A day of a document as one writes it."""
        day = day_of(text)
        return written(self._lang, day) if day else text

    def _said(self, key: str, **what: str) -> str:
        return self._words[key].format(**what)

    def _hours(self, before: HoursDoc, after: HoursDoc) -> Iterator[str]:
        yield from self._dated(
            {rule.since: self.week(rule.week) for rule in before.rules},
            {rule.since: self.week(rule.week) for rule in after.rules},
            "from",
        )
        yield from self._dated(
            {one.day: self.spans(one.hours) for one in before.days},
            {one.day: self.spans(one.hours) for one in after.days},
            "on",
        )

    def _fee(self, before: FeeDoc, after: FeeDoc) -> Iterator[str]:
        def told(one: AmountDoc) -> str:
            cents = cents_of(one.amount)
            return f"{one.amount if cents is None else money(self._lang, cents)} ({one.law})"

        yield from self._dated(
            {one.since: told(one) for one in before.amounts},
            {one.since: told(one) for one in after.amounts},
            "from",
        )

    def _dated(self, before: Mapping[str, str], after: Mapping[str, str], key: str) -> Iterator[str]:
        for day in sorted({*before, *after}):
            old, new = before.get(day), after.get(day)
            if old == new:
                continue
            if new is None:
                yield self._said("gone", what=self._said(key, day=self.day(day), what=old or ""))
            elif old is None:
                yield self._said(key, day=self.day(day), what=new)
            else:
                yield self._said(key, day=self.day(day), what=f"{old} → {new}")

    def _parts(self, before: Document | None, after: ClosureDoc | NoticeDoc | OfficeDoc) -> Iterator[str]:
        for name, new in after.model_dump().items():
            old = getattr(before, name, "") if before else ""
            if name != "kind" and old != new:
                yield self._said(
                    "changed",
                    name=self._words[name],
                    before=self._part(name, old),
                    after=self._part(name, new),
                )

    def _part(self, name: str, value: object) -> str:
        if name == "places":
            places = value if isinstance(value, list) else []
            return ", ".join(self._place(place) for place in places) or self._words["everybody"]
        if name in ("first", "last"):
            return self.day(str(value))
        return (
            f"„{value}“"
            if value and self._lang == "de"
            else f"“{value}”"
            if value
            else self._words["nothing"]
        )
