"""What is wrong with an edit, as sentences beside the fields; and documents as they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from dialogs.formats import day as written
from dialogs.formats import money
from dialogs.service import Fee, Service
from dialogs.town import WEEKDAYS, Closure, Town
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

HOUSE = "house"
MOST_CENTS = 1_000_000
YEARS_AHEAD = 6
LONG_DAYS = 42

_LAW = re.compile(r"(§§? ?\d|\bArt\. ?\d|\bNr\. ?\d|\bTarifstelle ?\d|\bZiff(er|\.) ?\d|\bKV ?\d)")
_PHONE = re.compile(r"(\+?[0-9][0-9 /()-]*)?")
_EMAIL = re.compile(r"([^@\s]+@[^@\s]+\.[^@\s]+)?")
_WEB = re.compile(r"(https://\S+)?")
_NUMBER = re.compile(r"\b\d{1,4}\b")


@dataclass(frozen=True)
class Fault:
    """One sentence in both languages of the page, and the field it belongs to."""

    field: str
    german: str
    english: str

    def says(self, lang: str) -> str:
        """The sentence in that language."""
        return self.english if lang == "en" else self.german


@dataclass(frozen=True)
class Facts:
    """What an edit is judged by: services and town as in the files, what holds now, and the town's day.

    `closures`: those that hold, by name; `moved`: a fee's new amounts may have begun (they come from another
    kiosk, and follow all that is known here).
    """

    services: Mapping[str, Service]
    town: Town
    now: Town
    today: date
    closures: Mapping[str, Closure]
    moved: bool = False


def day_of(text: str) -> date | None:
    """2026-12-24 as a day; None when it is none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """8:30 or 08:30 as a time; None when it is none."""
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})", text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def cents_of(text: str) -> int | None:
    """46, 46,00 or 46.00 in cents; None when it is no amount."""
    if not re.fullmatch(r"\d{1,8}([.,]\d{1,2})?", text.strip()):
        return None
    try:
        return int(Decimal(text.strip().replace(",", ".")) * 100)
    except InvalidOperation:
        return None


def fee_of(services: Mapping[str, Service], name: str) -> Fee | None:
    """The fee called "identity_card.card_adult"."""
    service, _, fee = name.partition(".")
    known = services.get(service)
    return next((one for one in known.fees if one.id == fee), None) if known else None


def tidy(document: Document, *, ordered: bool = True) -> Document:
    """The same with single spaces, times as 08:30, amounts as 46.00; `ordered`: by their days."""
    match document:
        case HoursDoc():
            rules = [
                rule.model_copy(update={"week": rule.week and _tidy_week(rule.week)})
                for rule in document.rules
            ]
            days = [
                one.model_copy(update={"hours": _tidy_spans(one.hours), "note": _words(one.note)})
                for one in document.days
            ]
            if ordered:
                rules.sort(key=lambda rule: rule.since)
                days.sort(key=lambda one: one.day)
            return HoursDoc(rules=rules, days=days)
        case FeeDoc():
            amounts = [
                AmountDoc(since=one.since, amount=_euros(one.amount), law=_words(one.law))
                for one in document.amounts
            ]
            if ordered:
                amounts.sort(key=lambda one: one.since)
            return FeeDoc(amounts=amounts)
        case ClosureDoc():
            told = {name: _words(getattr(document, name)) for name in ("reason", "english", "plain")}
            return document.model_copy(update={**told, "places": sorted(set(document.places))})
        case OfficeDoc() | NoticeDoc():
            return document.model_copy(
                update={
                    name: _words(value)
                    for name, value in document.model_dump().items()
                    if name not in ("kind", "first", "last")
                }
            )


def faults(facts: Facts, name: str, document: Document, before: Document | None) -> list[Fault]:
    """Why the document cannot be saved. `before`: the edits as they stand; what stands in them may stay."""
    return list(_faults(facts, name, document, before))


def hints(facts: Facts, name: str, document: Document) -> list[Fault]:
    """What is worth a thought before it is saved; of a document without faults."""
    return list(_hints(facts, name, document))


def _faults(facts: Facts, name: str, document: Document, before: Document | None) -> Iterator[Fault]:
    match document:
        case HoursDoc():
            yield from _hours(facts, name, document, before if isinstance(before, HoursDoc) else HoursDoc())
        case ClosureDoc():
            yield from _closure(facts, document, before)
        case NoticeDoc():
            yield from _notice(facts, document)
        case FeeDoc():
            yield from _fee(facts, name, document, before if isinstance(before, FeeDoc) else FeeDoc())
        case OfficeDoc():
            yield from _office(facts, name, document)


# --- hours ------------------------------------------------------------------------------------------------


def _hours(facts: Facts, name: str, document: HoursDoc, before: HoursDoc) -> Iterator[Fault]:
    if name != HOUSE and facts.town.place(name) is None:
        yield _unknown_place("", name)
        return
    stood = {rule.model_dump_json() for rule in before.rules}
    since: list[str] = []
    for r, rule in enumerate(document.rules):
        at = f"rules.{r}"
        yield from _future(facts, f"{at}.since", rule.since, old=rule.model_dump_json() in stood)
        if rule.since in since:
            yield Fault(
                f"{at}.since",
                "Ab diesem Tag gibt es schon andere Zeiten. Bitte ändern Sie diese.",
                "Other hours begin on this day already. Please change those.",
            )
        since.append(rule.since)
        if rule.week is None and name == HOUSE:
            yield Fault(f"{at}.week", "Das Haus braucht eigene Zeiten.", "The house needs hours of its own.")
        for weekday in WEEKDAYS if rule.week else ():
            yield from _spans(f"{at}.week.{weekday}", getattr(rule.week, weekday))
    stood = {one.model_dump_json() for one in before.days}
    days: list[str] = []
    for d, special in enumerate(document.days):
        at = f"days.{d}"
        yield from _future(facts, f"{at}.day", special.day, old=special.model_dump_json() in stood)
        if special.day in days:
            yield Fault(f"{at}.day", "Diesen Tag gibt es schon.", "This day is there already.")
        days.append(special.day)
        if not special.hours:
            yield Fault(
                f"{at}.hours",
                "Bitte nennen Sie eine Zeit. Ganz geschlossen wird unter „Schließtage“.",
                "Please give a time. A whole day is closed under “Closures”.",
            )
        yield from _spans(f"{at}.hours", special.hours)


def _spans(at: str, spans: Sequence[Hours]) -> Iterator[Fault]:
    last: time | None = None
    for n, span in enumerate(spans):
        start, end = time_of(span.start), time_of(span.end)
        for part, value, typed in (("start", start, span.start), ("end", end, span.end)):
            if value is None:
                yield Fault(
                    f"{at}.{n}.{part}",
                    "Bitte schreiben Sie die Uhrzeit wie 08:30." if typed else "Hier fehlt die Uhrzeit.",
                    "Please write the time like 08:30." if typed else "The time is missing here.",
                )
        if start is None or end is None:
            continue
        if end <= start:
            yield Fault(
                f"{at}.{n}.end",
                f"Das Ende ({end:%H:%M}) liegt nicht nach dem Beginn ({start:%H:%M}).",
                f"The end ({end:%H:%M}) is not after the beginning ({start:%H:%M}).",
            )
            continue
        if last is not None and start < last:
            yield Fault(
                f"{at}.{n}.start",
                f"Diese Zeit überschneidet sich mit der vorigen: die geht bis {last:%H:%M} Uhr.",
                f"This overlaps with the one before, which lasts until {last:%H:%M}.",
            )
        elif last == start:
            yield Fault(
                f"{at}.{n}.start",
                "Diese Zeit schließt ohne Pause an. Bitte fassen Sie beide zusammen.",
                "This follows without a break. Please make one of both.",
            )
        last = end


# --- closures and messages --------------------------------------------------------------------------------


def _closure(facts: Facts, document: ClosureDoc, before: Document | None) -> Iterator[Fault]:
    begun = isinstance(before, ClosureDoc) and before.first == document.first
    first, last = day_of(document.first), day_of(document.last)
    yield from _future(facts, "first", document.first, old=begun)
    yield from _future(facts, "last", document.last, old=False)
    if first and last and last < first:
        yield Fault(
            "last",
            f"Der letzte Tag ({_de(last)}) liegt vor dem ersten ({_de(first)}).",
            f"The last day ({_en(last)}) is before the first ({_en(first)}).",
        )
    if not _words(document.reason):
        yield Fault("reason", "Bitte nennen Sie den Grund.", "Please give the reason.")
    for name in ("reason", "english", "plain"):
        yield from _sentence(name, getattr(document, name))
    for place in document.places:
        if facts.town.place(place) is None:
            yield _unknown_place("places", place)


def _notice(facts: Facts, document: NoticeDoc) -> Iterator[Fault]:
    first, last = day_of(document.first), day_of(document.last)
    for name, value in (("first", first), ("last", last)):
        if value is None:
            yield _no_day(name)
    if first and last and last < first:
        yield Fault(
            "last",
            "Der letzte Tag liegt vor dem ersten. Bitte tauschen Sie die beiden Tage.",
            "The last day is before the first. Please swap them.",
        )
    elif last and last < facts.today:
        yield Fault("last", "Der letzte Tag ist schon vorbei.", "The last day is over already.")
    if not _words(document.text):
        yield Fault("text", "Bitte schreiben Sie den Text der Meldung.", "Please write the message.")
    for name in ("text", "english", "plain"):
        yield from _sentence(name, getattr(document, name))


# --- fees -------------------------------------------------------------------------------------------------


def _fee(facts: Facts, name: str, document: FeeDoc, before: FeeDoc) -> Iterator[Fault]:
    fee = fee_of(facts.services, name)
    if fee is None:
        yield Fault(
            "",
            f"Die Gebühr {name} gibt es hier nicht. Bitte prüfen Sie die Leistung.",
            f"There is no fee {name} here. Please check the service.",
        )
        return
    begun = {one.since: one for one in before.amounts if (day_of(one.since) or date.max) <= facts.today}
    kept = {one.since: one for one in document.amounts}
    for since, one in begun.items():
        if kept.get(since) != one:
            yield Fault(
                "amounts",
                f"Der Betrag seit dem {_iso_de(since)} gilt schon und bleibt stehen. "
                "Bitte nehmen Sie einen neuen Betrag ab einem späteren Tag.",
                f"The amount of {_iso_en(since)} holds already and stays. Please add one from a later day.",
            )
    files = {amount.from_ for amount in fee.amounts}
    last = max([*files, *(day_of(since) or date.min for since in begun)])
    seen: set[str] = set()
    for n, one in enumerate(document.amounts):
        at = f"amounts.{n}"
        since_day = day_of(one.since)
        if since_day is None:
            yield _no_day(f"{at}.since")
        elif one.since not in begun:
            yield from _new_amount(facts, f"{at}.since", since_day, last)
        if one.since in seen or (since_day in files and one.since not in begun):
            yield Fault(
                f"{at}.since",
                "Für diesen Tag gibt es schon einen Betrag.",
                "There is an amount for this day already.",
            )
        seen.add(one.since)
        cents = cents_of(one.amount)
        if cents is None:
            yield Fault(
                f"{at}.amount",
                "Bitte schreiben Sie den Betrag in Euro, zum Beispiel 46,00.",
                "Please write the amount in euros, for example 46.00.",
            )
        elif cents > MOST_CENTS:
            yield Fault(
                f"{at}.amount",
                f"Der Betrag ist höher als {money('de', MOST_CENTS)}. Bitte prüfen Sie ihn.",
                f"The amount is above {money('en', MOST_CENTS)}. Please check it.",
            )
        if not _LAW.search(one.law):
            yield Fault(
                f"{at}.law",
                "Bitte nennen Sie Vorschrift und Paragraf, zum Beispiel „PAuswGebV § 1 Abs. 1 Nr. 2“.",
                "Please give regulation and paragraph, for example “PAuswGebV § 1 Abs. 1 Nr. 2”.",
            )


def _new_amount(facts: Facts, at: str, since: date, last: date) -> Iterator[Fault]:
    if not facts.moved and since <= facts.today:
        tomorrow = facts.today + timedelta(days=1)
        yield Fault(
            at,
            f"Ein neuer Betrag gilt frühestens ab morgen, {_de(tomorrow)}. Was bisher galt, bleibt stehen.",
            f"A new amount holds from tomorrow, {_en(tomorrow)}, at the earliest. Past amounts stay.",
        )
    elif since <= last <= facts.today:
        yield Fault(
            at,
            f"Seit dem {_de(last)} gilt schon ein späterer Betrag. Vergangene Beträge bleiben stehen.",
            f"A later amount holds since {_en(last)} already. Past amounts stay.",
        )
    else:
        yield from _far(facts, at, since)


# --- offices ----------------------------------------------------------------------------------------------


def _office(facts: Facts, name: str, document: OfficeDoc) -> Iterator[Fault]:
    place, floor = facts.town.place(name), facts.town.floor(name)
    if place is None and floor is None:
        yield _unknown_place("", name)
        return
    if not _words(document.way):
        yield Fault("way", "Bitte beschreiben Sie den Weg.", "Please describe the way.")
    for part in ("room", "way", "english", "plain"):
        yield from _sentence(part, getattr(document, part))
    if place is None:
        return
    number = room_number(document.room)
    if place.room and not _words(document.room):
        yield Fault("room", "Bitte nennen Sie das Zimmer.", "Please give the room.")
    elif facts.town.floors and room_number(place.room) and number != room_number(place.room):
        found = facts.town.room(number)
        if found is None:
            yield Fault(
                "room",
                f"Der Plan des Hauses kennt kein Zimmer {number or document.room}.",
                f"The plan of the house knows no room {number or document.room}.",
            )
        else:
            there = facts.now.room(number)
            other = facts.town.place(there[1].place) if there else None
            if other and other.id != name:
                yield Fault(
                    "room",
                    f"In Zimmer {number} sitzt laut Plan schon: {other.label}.",
                    f"According to the plan, room {number} is taken by: {other.label}.",
                )
    for part, pattern, german, english in (
        ("phone", _PHONE, "Eine Telefonnummer hat Ziffern, wie 02270 115-12.", "A number has digits only."),
        ("email", _EMAIL, "Bitte schreiben Sie die Adresse wie amt@stadt.de.", "Please write name@town.de."),
        ("web", _WEB, "Die Adresse beginnt mit https://.", "The address begins with https://."),
    ):
        if not pattern.fullmatch(getattr(document, part).strip()):
            yield Fault(part, german, english)


def room_number(room: str) -> str:
    """ "Zimmer 104" → "104"; "" without a number."""
    match = _NUMBER.search(room)
    return match[0] if match else ""


# --- hints ------------------------------------------------------------------------------------------------


def _hints(facts: Facts, name: str, document: Document) -> Iterator[Fault]:
    match document:
        case HoursDoc():
            place = "" if name == HOUSE else name
            for r, rule in enumerate(document.rules):
                if rule.week and not any(getattr(rule.week, weekday) for weekday in WEEKDAYS):
                    yield Fault(
                        f"rules.{r}.week",
                        "So ist die ganze Woche geschlossen.",
                        "Like this, the whole week is closed.",
                    )
            for d, special in enumerate(document.days):
                day = day_of(special.day)
                if day and day >= facts.today:
                    yield from _special_hints(facts, f"days.{d}.day", day, place)
        case ClosureDoc():
            yield from _closure_hints(facts, name, document)
        case FeeDoc():
            yield from _fee_hints(facts, name, document)
        case OfficeDoc() | NoticeDoc():
            yield from _untranslated(document.english, document.plain)


def _special_hints(facts: Facts, at: str, day: date, place: str) -> Iterator[Fault]:
    closure = next((one for one in facts.closures.values() if one.covers(day, place)), None)
    holiday = facts.town.holidays.get(day)
    if closure:
        yield Fault(
            at,
            f"Am {_de(day)} ist geschlossen: {closure.reason}. Das geht vor.",
            f"On {_en(day)} it is closed: {closure.reason}. That comes first.",
        )
    elif holiday:
        yield Fault(
            at,
            f"Der {_de(day)} ist ein Feiertag ({holiday}). Mit diesen Zeiten ist trotzdem geöffnet.",
            f"{_en(day)} is a public holiday ({holiday}). With these hours it is open nevertheless.",
        )


def _closure_hints(facts: Facts, name: str, document: ClosureDoc) -> Iterator[Fault]:
    first, last = day_of(document.first), day_of(document.last)
    if not first or not last:
        return
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, 400))]
    for day in days:
        if holiday := facts.town.holidays.get(day):
            yield Fault(
                "first",
                f"Der {_de(day)} ist ohnehin ein Feiertag: {holiday}.",
                f"{_en(day)} is a public holiday anyway: {holiday}.",
            )
    places = document.places or [""]
    if all(not facts.now.rule(place, day).get(WEEKDAYS[day.weekday()]) for place in places for day in days):
        yield Fault("first", "An diesen Tagen ist ohnehin zu.", "It is closed on these days anyway.")
    for other, closure in facts.closures.items():
        if other != name and any(closure.covers(day, place) for day in days for place in places):
            yield Fault(
                "first",
                f"In dieser Zeit ist schon geschlossen: {closure.reason}.",
                f"It is closed then already: {closure.reason}.",
            )
    if len(days) > LONG_DAYS:
        yield Fault(
            "last",
            f"Das sind {len(days)} Tage. Bitte prüfen Sie, ob das stimmt.",
            f"These are {len(days)} days. Please check whether that is right.",
        )
    yield from _untranslated(document.english, document.plain)


def _fee_hints(facts: Facts, name: str, document: FeeDoc) -> Iterator[Fault]:
    fee = fee_of(facts.services, name)
    if fee is None:
        return
    known = {amount.from_: amount.cents for amount in fee.amounts}
    typed = [(day_of(one.since), cents_of(one.amount), n) for n, one in enumerate(document.amounts)]
    known |= {since: cents for since, cents, _ in typed if since and cents is not None}
    for since, cents, n in typed:
        if since is None or cents is None or since <= facts.today:
            continue
        earlier = max((day for day in known if day < since), default=None)
        before = known[earlier] if earlier else None
        if before == cents:
            yield Fault(
                f"amounts.{n}.amount", "Der Betrag ist derselbe wie davor.", "The amount is as before."
            )
        elif before and not before / 2 <= cents <= before * 2:
            yield Fault(
                f"amounts.{n}.amount",
                f"Davor waren es {money('de', before)}: Das ist ein großer Sprung. Stimmt der Betrag?",
                f"Before, it was {money('en', before)}: that is a big step. Is the amount right?",
            )


def _untranslated(english: str, plain: str) -> Iterator[Fault]:
    if not english.strip():
        yield Fault(
            "english",
            "Ohne englischen Text steht hier der deutsche.",
            "Without an English text the German one is shown.",
        )
    if not plain.strip():
        yield Fault(
            "plain",
            "Ohne Text in Leichter Sprache steht hier der deutsche.",
            "Without a text in plain language the German one is shown.",
        )


# --- what several ask -------------------------------------------------------------------------------------


def _future(facts: Facts, at: str, typed: str, *, old: bool) -> Iterator[Fault]:
    day = day_of(typed)
    if day is None:
        yield _no_day(at)
    elif day < facts.today and not old and not facts.moved:
        yield Fault(
            at,
            f"Der {_de(day)} liegt in der Vergangenheit.",
            f"{_en(day)} is in the past.",
        )
    else:
        yield from _far(facts, at, day)


def _far(facts: Facts, at: str, day: date) -> Iterator[Fault]:
    if day.year > facts.today.year + YEARS_AHEAD:
        yield Fault(
            at,
            f"Der {_de(day)} liegt sehr weit in der Zukunft. Bitte prüfen Sie das Jahr.",
            f"{_en(day)} is very far away. Please check the year.",
        )


def _no_day(at: str) -> Fault:
    return Fault(at, "Bitte wählen Sie einen Tag.", "Please choose a day.")


def _sentence(at: str, text: str) -> Iterator[Fault]:
    if "{" in text or "}" in text or any(ord(letter) < 32 and letter not in "\n\t\r" for letter in text):
        yield Fault(
            at, "Geschweifte Klammern kann der Kiosk nicht zeigen.", "The kiosk cannot show curly brackets."
        )


def _unknown_place(at: str, name: str) -> Fault:
    return Fault(at, f"Den Ort {name} gibt es in diesem Haus nicht.", f"There is no place {name} here.")


def _words(text: str) -> str:
    return " ".join(text.split())


def _clock(text: str) -> str:
    at = time_of(text)
    return f"{at:%H:%M}" if at else text.strip()


def _tidy_spans(spans: Iterable[Hours]) -> list[Hours]:
    return [Hours(start=_clock(span.start), end=_clock(span.end)) for span in spans]


def _tidy_week(week: Week) -> Week:
    return Week(**{weekday: _tidy_spans(getattr(week, weekday)) for weekday in WEEKDAYS})


def _euros(text: str) -> str:
    cents = cents_of(text)
    return text.strip() if cents is None else f"{cents // 100}.{cents % 100:02d}"


def _de(day: date) -> str:
    return written("de", day)


def _en(day: date) -> str:
    return written("en", day)


def _iso_de(text: str) -> str:
    day = day_of(text)
    return _de(day) if day else text


def _iso_en(text: str) -> str:
    day = day_of(text)
    return _en(day) if day else text
