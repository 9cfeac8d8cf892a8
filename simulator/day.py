"""A day at the town hall, invented: who comes to which kiosk, what they want, how it ends, what clerks do.

`python -m simulator day` reads what the town offers (one JSON object) and writes what happens (JSON lines, in
the order of time, the weeks before the day first). The last line is what the day adds up to, counted here.
Nobody in it exists: names and addresses are those of specimens.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

KIOSKS = ("Bürgerbüro", "Bücherei", "Stadtteilbüro")  # beside the town's own one
CLERKS = ("Bürgerbüro 1", "Bürgerbüro 2", "Bürgerbüro 3", "Bürgerbüro 4")
SURNAMES = ("Mustermann", "Musterfrau", "Beispiel", "Exempel", "Specimen", "Muster", "Probe", "Vorlage")
GIVEN = ("Erika", "Max", "Leonie", "Otto", "Anna", "Moritz", "Lena", "Karl", "Ali", "Olena", "Zofia", "Omar")
STREETS = ("Heidestraße", "Musterweg", "Beispielallee", "Probegasse", "Am Exempel", "Vorlagenplatz")
WANTED = {
    "identity_card": 30,
    "passport": 15,
    "change_of_address": 14,
    "registration_certificate": 10,
    "identity_card_pickup": 9,
    "appointment_checkin": 8,
    "queue_ticket": 8,
    "resident_parking": 5,
    "certificate_of_conduct": 4,
    "opening_hours": 4,
    "directions": 4,
    "housing_benefit": 4,
    "identity_card_loss": 3,
    "dog_tax": 3,
    "lost_property": 2,
    "parking_fine": 2,
    "drop_off_documents": 2,
    "library_fee": 1,
}
LANGUAGES = {"de": 71, "leicht": 5, "en": 9, "tr": 5, "uk": 4, "ar": 3, "ru": 1, "pl": 1, "fr": 1}
SPOKEN = {"de", "leicht", "en"}
BUSY = (0.25, 1.0, 1.35, 1.2, 0.8, 0.35, 0.9, 1.1, 0.85, 0.7, 0.4)  # from seven o'clock, by the hour
WEEKDAYS = (1.25, 1.0, 0.75, 1.2, 0.8, 0.0, 0.0)
REASONS = (
    "Die Geburtsurkunde fehlt.",
    "Das Lichtbild ist nicht digital.",
    "Die Zustimmung des zweiten Sorgeberechtigten fehlt.",
    "Die Wohnungsgeberbestätigung ist nicht unterschrieben.",
)
SENTENCES = (
    ("de", "ich brauche so einen zettel für das auto vom nachbarn"),
    ("de", "wo gibt es hier kaffee"),
    ("de", "der andere schalter hat mich hierher geschickt"),
    ("de", "kann ich das auch meinem sohn mitgeben"),
    ("en", "is there somebody who can stamp this"),
    ("de", "was kostet das parken vor der tür"),
)
MESSAGES = (
    ("Das Stadtteilbüro schließt heute um 15 Uhr.", "The district office closes at 3 p.m. today."),
    ("Bitte nehmen Sie für Reisepässe den Eingang Süd.", "For passports please use the south entrance."),
)
FAULTS = (("printer", "degraded"), ("printer", "failed"), ("camera", "failed"), ("cards", "failed"))
GIVES_UP = {"form": 5, "document": 4, "checklist": 2, "copy": 3, "review": 1}  # where people leave, beside 1

Event = dict[str, Any]


@dataclass
class Town:
    """What the town offers, as the product tells it.

    `services`: id → {"stations": […], "questions": {slot: [choice]}, "fields": [[id, type, [option]]]};
    `hours`: day (YYYY-MM-DD) → [[opens, closes]], closed days left out; `until`: nothing happens later.
    """

    kiosk: str
    zone: ZoneInfo
    services: dict[str, dict[str, Any]]
    hours: dict[str, list[list[str]]]
    until: datetime | None = None

    @classmethod
    def read(cls, told: dict[str, Any]) -> Town:
        """From the JSON object."""
        until = datetime.fromisoformat(told["until"]) if told.get("until") else None
        return cls(told["kiosk"], ZoneInfo(told["timezone"]), told["services"], told["hours"], until)

    def open(self, day: date) -> list[tuple[datetime, datetime]]:
        """The opening hours of a day."""
        return [
            (
                datetime.combine(day, time.fromisoformat(first), self.zone),
                datetime.combine(day, time.fromisoformat(last), self.zone),
            )
            for first, last in self.hours.get(day.isoformat(), [])
        ]


@dataclass
class Tally:
    """What a day adds up to."""

    visits: int = 0
    greeted: int = 0
    cases: int = 0
    services: Counter[str] = field(default_factory=Counter)
    completed: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)
    kiosks: Counter[str] = field(default_factory=Counter)
    stations: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    heard: int = 0
    understood: int = 0
    minutes: int = 0
    repeats: int = 0
    helped: int = 0
    up: int = 0
    down: int = 0
    waits: list[int] = field(default_factory=list)
    outages: int = 0

    def count(self, visit: Event) -> None:
        """One ended visit."""
        if visit["outcome"] == "unanswered":
            self.greeted += 1
            return
        started, ended = datetime.fromisoformat(visit["started"]), datetime.fromisoformat(visit["at"])
        service, stations = visit["service"], visit["stations"]
        self.visits += 1
        self.kiosks[visit["kiosk"]] += 1
        self.languages[visit["language"]] += 1
        self.hours[f"{started.hour:02d}"] += 1
        self.minutes += round((ended - started) / timedelta(minutes=1))
        for way in visit["ways"]:
            self.ways[way] += 1
        for name in ("heard", "understood", "repeats", "helped"):
            setattr(self, name, getattr(self, name) + visit[name])
        self.up += visit["thumb"] > 0
        self.down += visit["thumb"] < 0
        if service:
            self.services[service] += 1
            self.completed[service] += visit["outcome"] == "done"
            for station in stations:
                self.stations[f"{service} {station}"] += 1


class Story:
    """The weeks before, and the day."""

    def __init__(self, town: Town, day: date, *, seed: int, weeks: int, visits: int) -> None:
        """`visits`: how many come on an ordinary day; `weeks`: how many weeks before it are counted."""
        self._town = town
        self._day = day
        self._weeks = weeks
        self._visits = visits
        self._dice = random.Random(f"{seed} {day}")
        self._kiosks = (town.kiosk, *KIOSKS)
        self.tally = Tally()
        known = {service: weight for service, weight in WANTED.items() if service in town.services}
        self._wanted = list(known or dict.fromkeys(town.services, 1))
        self._weights = list((known or dict.fromkeys(town.services, 1)).values())

    def events(self) -> Iterator[Event]:
        """Everything, in the order of time; the tally is complete at the end."""
        first = self._day - timedelta(weeks=self._weeks)
        for number in range((self._day - first).days):
            day = first + timedelta(days=number)
            if spans := self._town.open(day):
                visits = self._visitors(day, spans)
                yield {
                    "do": "history",
                    "day": day.isoformat(),
                    "at": spans[-1][1].isoformat(),
                    "visits": visits,
                    "waits": self._waits(visits),
                    "outages": list(self._outages(spans)),
                    "uptime": self._uptime(spans),
                }
        spans = self._town.open(self._day)
        if not spans:
            raise ValueError(f"The town hall is closed on {self._day}: name another day.")
        happened = [event for event in self._today(spans) if self._in_time(event)]
        for event in sorted(happened, key=lambda event: str(event["at"])):
            self._count(event)
            yield event

    def _in_time(self, event: Event) -> bool:
        until = self._town.until
        return until is None or datetime.fromisoformat(event["at"]) <= until

    def _count(self, event: Event) -> None:
        tally = self.tally
        match event["do"]:
            case "visit":
                tally.count(event)
                tally.cases += event["case"] and event["outcome"] == "done"
            case "call" if event["first"]:
                tally.waits.append(event["waited"])
            case "outage":
                tally.outages += 1

    # --- who comes -------------------------------------------------------------------------------

    def _visitors(self, day: date, spans: list[tuple[datetime, datetime]]) -> list[Event]:
        """Visits of a day in the order in which they end. One kiosk serves one at a time."""
        dice = self._dice
        weight = max(WEEKDAYS[day.weekday()], 0.4)
        arrivals = sorted(self._arrival(day, spans) for _ in range(round(self._visits * weight)))
        free = dict.fromkeys(self._kiosks, arrivals[0])
        made = []
        for at in arrivals:
            share = [5, 3, 2, 2]
            open_ones = [kiosk for kiosk in self._kiosks if free[kiosk] <= at]
            if open_ones:
                kiosk = dice.choices(open_ones, [share[self._kiosks.index(one)] for one in open_ones])[0]
            else:
                kiosk = min(free, key=lambda one: free[one])
                if free[kiosk] - at > timedelta(minutes=7):
                    continue  # too long: they go to the counter
            visit = self._visit(kiosk, max(at, free[kiosk]))
            free[kiosk] = datetime.fromisoformat(visit["at"]) + timedelta(seconds=dice.randint(12, 60))
            made.append(visit)
        return sorted(made, key=lambda visit: str(visit["at"]))

    def _arrival(self, day: date, spans: list[tuple[datetime, datetime]]) -> datetime:
        dice = self._dice
        while True:
            opens, closes = dice.choices(spans, [(b - a).total_seconds() for a, b in spans])[0]
            at = opens + timedelta(seconds=dice.randint(-600, int((closes - opens).total_seconds()) - 300))
            if dice.random() * max(BUSY) <= BUSY[min(max(at.hour - 7, 0), len(BUSY) - 1)]:
                return at

    def _visit(self, kiosk: str, started: datetime) -> Event:
        dice = self._dice
        if dice.random() < 0.12:
            return self._ended(kiosk, started, timedelta(seconds=dice.randint(10, 40)), "unanswered")
        service = dice.choices(self._wanted, self._weights)[0]
        language = dice.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        offered = self._town.services[service]
        stations: list[str] = offered["stations"]
        reached, outcome = self._how_far(stations, language)
        speaks = language in SPOKEN and dice.random() < 0.55
        heard = dice.randint(1, 3 + 2 * reached) if speaks else 0
        rate = {"de": 0.93, "leicht": 0.9, "en": 0.86}.get(language, 1.0)
        finished = outcome == "done"
        length = timedelta(seconds=40 + sum(dice.randint(8, 50) for _ in range(reached)))
        if "form" in stations[:reached]:
            length += timedelta(seconds=dice.randint(30, 140))
        return self._ended(
            kiosk,
            started,
            length,
            outcome,
            service=service if stations else "",  # what is only answered is no journey
            language=language,
            stations=stations[:reached],
            heard=heard,
            understood=sum(dice.random() < rate for _ in range(heard)),
            repeats=int(dice.random() < 0.08) + int(dice.random() < 0.02),
            helped=int(dice.random() < (0.03 if finished else 0.16)),
            ways=self._ways(speaks),
            thumb=dice.choices((1, -1, 0), (62, 6, 32) if finished else (1, 4, 95))[0],
            case=bool(offered["fields"]) and "hand_over" in stations,
            ticket=not offered["fields"] and "hand_over" in stations,
            choices={slot: dice.choice(ids) for slot, ids in offered["questions"].items()},
            values=self._values(offered["fields"]) if "form" in stations[:reached] else [],
            brought=dice.random() < 0.85,
        )

    def _how_far(self, stations: list[str], language: str) -> tuple[int, str]:
        """How many stations somebody comes to, and how the visit ends."""
        dice = self._dice
        for number, station in enumerate(stations[:-2], 1):
            leaves = 0.013 * (1 + GIVES_UP.get(station, 0)) * (1.0 if language in SPOKEN else 1.4)
            if dice.random() < leaves:
                return number, dice.choices(("left", "timeout", "stopped"), (60, 38, 2))[0]
        if not stations:
            return 0, dice.choices(("left", "timeout"), (80, 20))[0]
        return len(stations), "done"

    def _ways(self, speaks: bool) -> list[str]:
        dice = self._dice
        if dice.random() < 0.015:
            return ["keypad", "voice"] if speaks else ["keypad"]
        if not speaks:
            return ["touch"]
        return ["voice"] if dice.random() < 0.2 else ["touch", "voice"]

    def _ended(self, kiosk: str, started: datetime, length: timedelta, outcome: str, **more: Any) -> Event:
        started = started.replace(microsecond=0)
        nothing: Event = {
            "service": "",
            "language": "de",
            "stations": [],
            "heard": 0,
            "understood": 0,
            "repeats": 0,
            "helped": 0,
            "ways": [],
            "thumb": 0,
            "case": False,
            "ticket": False,
            "choices": {},
            "values": [],
            "brought": False,
        }
        return {
            "do": "visit",
            "at": (started + length).isoformat(),
            "key": f"v{self._dice.getrandbits(60):015x}",
            "kiosk": kiosk,
            "started": started.isoformat(),
            "outcome": outcome,
            **nothing,
            **more,
        }

    def _values(self, fields: list[list[Any]]) -> list[list[str]]:
        """Field, value and where it comes from, of somebody who does not exist."""
        dice = self._dice
        surname, given = dice.choice(SURNAMES), dice.choice(GIVEN)
        read = dice.random() < 0.6
        born = date(1938, 1, 1) + timedelta(days=dice.randrange(25_000))
        own = {
            "surname": surname,
            "given_names": given,
            "birth_date": f"{born:%d.%m.%Y}",
            "birth_place": "Musterstadt",
            "nationality": "Deutsch",
            "street": f"{dice.choice(STREETS)} {dice.randint(1, 99)}",
            "postcode": "99998",
            "town": "Musterstadt",
            "height": str(dice.randint(150, 195)),
            "phone": f"030 23125 {dice.randint(100, 999)}",
            "email": f"{given}.{surname}@musterstadt.example".lower(),
            "iban": "DE89 3704 0044 0532 0130 00",
        }
        by_type = {
            "date": f"{self._day - timedelta(days=dice.randint(1, 300)):%d.%m.%Y}",
            "number": str(dice.randint(1, 5)),
            "checkbox": dice.choice(["true", "false"]),
            "money": f"{dice.randint(200, 1800)},00",
            "plate": f"MU-ST {dice.randint(1, 999)}",
            **{kind: own[kind] for kind in ("postcode", "phone", "email", "iban")},
        }
        rows = []
        for name, kind, options in fields:
            if name in ("doctorate", "order_name", "birth_name") and dice.random() < 0.8:
                continue
            chosen = dice.choice(options) if options else "Muster"
            value = own.get(name) or by_type.get(kind, chosen)
            source = "mrz" if read and name in ("surname", "given_names", "birth_date") else "typed"
            if source == "mrz" and name != "birth_date":
                rows.append([name, value.upper(), "mrz"])
                if dice.random() < 0.3:
                    rows.append([name, value, "typed"])  # set right by hand
            else:
                rows.append([name, value, source])
        return rows

    # --- the counters ----------------------------------------------------------------------------

    def _today(self, spans: list[tuple[datetime, datetime]]) -> Iterator[Event]:
        dice = self._dice
        opens, closes = spans[0][0], spans[-1][1]
        visits = self._visitors(self._day, spans)
        yield from visits
        yield from self._counters(visits, spans)
        for number, (german, english) in enumerate(MESSAGES):
            at = opens + timedelta(minutes=35 + 70 * number)
            yield {"do": "message", "at": at.isoformat(), "text": german, "english": english}
        for language, text in SENTENCES:
            at = opens + timedelta(seconds=dice.randint(600, 9_000))
            yield {"do": "sentence", "at": at.isoformat(), "language": language, "text": text}
        for outage in self._outages(spans):
            yield {"do": "outage", "at": outage["since"], **outage}
            yield {"do": "repaired", "at": outage["until"], "kiosk": outage["kiosk"]}
        for kiosk, seconds in self._uptime(spans).items():
            yield {"do": "uptime", "at": closes.isoformat(), "kiosk": kiosk, "seconds": seconds}

    def _counters(self, visits: list[Event], spans: list[tuple[datetime, datetime]]) -> Iterator[Event]:
        """Clerks call who waits longest, whenever the house is open."""
        dice = self._dice
        waiting = [
            (datetime.fromisoformat(visit["at"]), visit)
            for visit in visits
            if visit["outcome"] == "done" and (visit["case"] or visit["ticket"])
        ]
        desks = [(spans[0][0] + timedelta(minutes=3 * n), n) for n in range(len(CLERKS))]
        heapq.heapify(desks)
        for drawn, visit in waiting:
            free, desk = heapq.heappop(desks)
            at = _within(max(free, drawn + timedelta(seconds=dice.randint(20, 90))), spans)
            if at is None:
                heapq.heappush(desks, (free, desk))
                continue  # stays for the next day
            clerk, place = CLERKS[desk], f"Platz {desk + 1}"
            until = yield from self._served(visit, drawn, at, clerk, place)
            heapq.heappush(desks, (until + timedelta(seconds=dice.randint(20, 120)), desk))

    def _served(
        self, visit: Event, drawn: datetime, at: datetime, clerk: str, place: str
    ) -> Generator[Event, None, datetime]:
        dice = self._dice
        act = {"key": visit["key"], "service": visit["service"], "kiosk": visit["kiosk"], "who": clerk}
        # drawn a little before the visit's end, which is when its row is written
        waited = round((at - drawn) / timedelta(minutes=1))
        call = {"do": "call", "place": place, "case": visit["case"], **act}
        yield {**call, "at": at.isoformat(), "first": True, "waited": waited}
        if dice.random() < 0.03:
            for _ in range(2):
                at += timedelta(seconds=dice.randint(60, 100))
                yield {**call, "at": at.isoformat(), "first": False, "waited": waited}
            at += timedelta(seconds=90)
            yield {"do": "missed", "at": at.isoformat(), "case": visit["case"], **act}
            return at
        work = timedelta(seconds=dice.randint(120, 300) if visit["ticket"] else dice.randint(210, 780))
        if visit["case"]:
            looked = at + timedelta(seconds=dice.randint(5, 40))
            yield {"do": "look", "at": looked.isoformat(), **act}
        at += work
        if visit["case"] and dice.random() < 0.06:
            yield {"do": "return", "at": at.isoformat(), "reason": dice.choice(REASONS), **act}
        else:
            yield {"do": "finish", "at": at.isoformat(), "case": visit["case"], **act}
        return at

    def _waits(self, visits: list[Event]) -> list[list[Any]]:
        """Of a day of which only the figures are kept: when it began, service, minutes."""
        dice = self._dice
        rows = []
        for visit in visits:
            if visit["outcome"] == "done" and (visit["case"] or visit["ticket"]):
                ended = datetime.fromisoformat(visit["at"])
                peak = BUSY[min(max(ended.hour - 7, 0), len(BUSY) - 1)]
                rows.append([visit["at"], visit["service"], round(dice.gammavariate(2.0, 6.0 * peak))])
        return rows

    # --- devices ---------------------------------------------------------------------------------

    def _outages(self, spans: list[tuple[datetime, datetime]]) -> Iterator[Event]:
        """One after the other: a day's faults do not overlap."""
        dice = self._dice
        at = spans[0][0] + timedelta(minutes=dice.randint(20, 90))
        for _ in range(dice.choices((0, 1, 2), (35, 45, 20))[0]):
            device, kind = dice.choice(FAULTS)
            until = at + timedelta(seconds=dice.randint(60, 2_000))
            if until >= spans[-1][1]:
                return
            yield {
                "kiosk": dice.choice(self._kiosks),
                "device": device,
                "kind": kind,
                "since": at.isoformat(),
                "until": until.isoformat(),
            }
            at = until + timedelta(minutes=dice.randint(10, 120))

    def _uptime(self, spans: list[tuple[datetime, datetime]]) -> dict[str, int]:
        """Kiosks are on from half an hour before until half an hour after the opening hours."""
        seconds = int((spans[-1][1] - spans[0][0]).total_seconds()) + 3600
        return dict.fromkeys(self._kiosks, seconds)


def _within(at: datetime, spans: list[tuple[datetime, datetime]]) -> datetime | None:
    """The first moment from `at` on in which a counter is open."""
    for opens, closes in spans:
        if at < closes - timedelta(minutes=2):
            return max(at, opens)
    return None


def tell(town: Town, day: date, *, seed: int, weeks: int, visits: int) -> Iterator[str]:
    """JSON lines. Raises ValueError when the town hall is closed that day."""
    story = Story(town, day, seed=seed, weeks=weeks, visits=visits)
    for event in story.events():
        yield json.dumps(event, ensure_ascii=False)
    yield json.dumps({"do": "tally", **vars(story.tally)}, ensure_ascii=False)
