"""Answers to what anyone may ask at any moment: fees, documents, opening hours, the way, the machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dialogs import remarks, words
from dialogs.catalogue import Catalogue, FeeLine, Service
from dialogs.protocol import Offer, Show, payload
from dialogs.situation import Situation
from dialogs.town import WEEKDAYS, Floor, Place, Room
from dialogs.wayfinding import target
from dialogs.when import PARTS, Asked, Part, asked, number_in

Params = dict[str, str]
Span = tuple[time, time]

# A question about the end of the opening hours.
_UNTIL = re.compile(
    r"\b(wie lange?|bis wann|wann (?:schließ\w*|mach\w* \w+ zu)|wann ist schluss|noch auf|"
    r"how long|how late|until when|till when|when do you (?:close|shut)|when does .* (?:close|shut))\b"
)
# A question about the hours as such.
_WEEK = re.compile(
    r"\b(öffnungs ?zeit\w*|sprech ?zeit\w*|jeden tag|(?:opening|office|business) (?:hours|times)|every day)\b"
)
_ROOM = re.compile(r"\b(zimmer ?nummer|zimmer|raum|büro nummer|nummer|room number|room|number)\b(.*)")


_EITHER = re.compile(r"\b(?:oder|und|or|and)\b", re.IGNORECASE)

# so many amounts are told one by one
_TO_HEAR = 2


class Answers:
    """Says an answer; what comes after it is not its business. `clock`: the local time (aware)."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def greet(self, now: Situation) -> None:
        """Greets back."""
        now.say("greet" if now.service else "greet.idle")

    def thank(self, now: Situation) -> None:
        """You are welcome."""
        now.say("thank")

    def ask_ai(self, now: Situation) -> None:
        """What one is talking to (AI Act Art. 50)."""
        now.say("ai")

    def ask_privacy(self, now: Situation) -> None:
        """What becomes of what is told."""
        now.say("privacy")

    # --- what a service costs, needs, and how long it takes --------------------------------------------

    def meant(self, now: Situation) -> Service | None:
        """The service a question is about: the one that is named in it, otherwise the one under way."""
        services = self._catalogue.services
        found = words.mentions({s.id: (*s.names, s.label) for s in services.values() if s.journey}, now.text)
        running = now.service
        if not found or (running and running.id in found):
            return running
        return services[found[0]]

    def ask_fee(self, now: Situation) -> None:
        """What it costs today, for the choices so far, each amount with its paragraph."""
        service = self.meant(now)
        if service is None:
            now.say("fee.which")
        elif not service.fees:
            now.say("fee.none")
        else:
            choices = now.choices if now.service is service else words.volunteered(service, now.text, {})
            self._tell_fees(now, service, choices)

    def _tell_fees(self, now: Situation, service: Service, choices: Mapping[str, str]) -> None:
        today = self._clock().date()
        certain = self._catalogue.fees(service.id, choices, today)
        possible = self._catalogue.possible_fees(service.id, choices, today)
        lines = [*possible, *certain]
        if len(possible) > _TO_HEAR:
            # nobody remembers a table that is read out
            amounts = [line.cents for line in possible]
            low, high = f"=eur:{min(amounts)}", f"=eur:{max(amounts)}"
            now.say("fee.range", params={"label": f"@{service.id}.label", "low": low, "high": high})
            return
        if len(certain) > 1 and not possible:
            now.say("fee.total", params={"amount": f"=eur:{sum(line.cents for line in certain)}"})
        for line in lines:
            now.say("fee.one" if len(lines) == 1 else "fee.line", params=_fee_params(service, line))

    def ask_documents(self, now: Situation) -> None:
        """What to bring for this case."""
        service = self.meant(now)
        if service is None:
            now.say("documents.which")
        elif not service.documents:
            now.say("documents.none")
        else:
            choices = now.choices if now.service is service else words.volunteered(service, now.text, {})
            lines = [line for line in self._catalogue.documents(service.id, choices) if line.required]
            all_open = not choices and self._catalogue.documents_open(service.id, choices)
            if lines and not (all_open and service.bring):
                now.say("documents.intro")
                for line in lines:
                    now.say("documents.line", params={"label": f"@{service.id}.document.{line.id}.label"})
            else:
                # what certainly belongs to it would sound as if that were all
                now.say(f"{service.id}.bring" if service.bring else "documents.none")

    def ask_duration(self, now: Situation) -> None:
        """How long it takes."""
        service = self.meant(now)
        if service is None or not service.duration:
            now.say("duration.which")
        else:
            now.say(f"{service.id}.duration")

    # --- when it is open --------------------------------------------------------------------------------

    def opening_hours(self, now: Situation) -> None:
        """Whether it is open now, or when on the day, part of the day or at the time that was named."""
        clock = self._clock().replace(tzinfo=None)
        office = self._office(now)
        hours = _Hours(self._catalogue, office, clock, now)
        said = words.plain(now.text)
        question = asked(now.text, clock, self._catalogue.town.holidays)
        for one in self._two_days(now.text, question, clock) or (question,):
            self._tell_hours(hours, one, said, clock)

    def _two_days(self, text: str, whole: Asked, clock: datetime) -> list[Asked]:
        """ "Mittwoch oder Donnerstag nachmittag": both, with what is said of one alone; [] of one day."""
        holidays = self._catalogue.town.holidays
        each = [asked(part, clock, holidays) for part in _EITHER.split(text)]
        days = {one.day for one in each if one.day and not one.exact}
        if len(each) != 2 or len(days) != 2:
            return []
        return [replace(one, part=one.part or whole.part, at=one.at or whole.at) for one in each]

    def _tell_hours(self, hours: _Hours, question: Asked, said: str, clock: datetime) -> None:
        vague = question.day is None and question.part is None and question.at is None
        if question.every and question.part and question.day is None and question.at is None:
            hours.week(question.part)
        elif question.week and question.part is None and question.at is None:
            hours.days_of(question.week)
        elif vague and _WEEK.search(said):
            hours.now()  # what most want to know
            hours.week(None)
        elif question.at is not None:
            hours.at(question, question.at)
        elif question.part:
            hours.part(question, question.part)
        elif _UNTIL.search(said) and question.day in (None, clock.date()):
            hours.until()
        elif question.day is not None:
            hours.day(question.day, exact=question.exact)
        else:
            hours.now()

    def _office(self, now: Situation) -> Place | None:
        """The office whose hours are meant; None for the house."""
        names = {place.id: place.names for place in self._catalogue.town.places if place.the}
        return self._catalogue.place(now.entities.get("place") or words.named(names, now.text) or "")

    # --- where it is ------------------------------------------------------------------------------------

    def directions(self, now: Situation) -> None:
        """The way to what was named: an office, a room's number, a floor; else, which places there are."""
        town = self._catalogue.town
        wanted = now.entities.get("place", "")
        number = wanted.removeprefix("room_") if wanted.startswith("room_") else self._number(now.text)
        if number:
            self._room(now, number)
            return
        place = self._catalogue.place(wanted or self._place_named(now))
        floor = town.floor(wanted) or self._floor_named(now.text)
        if place:
            self._place(now, place)
        elif floor:
            params = {"floor": f"@place.{floor.id}.label", "way": f"@place.{floor.id}.way"}
            now.say("directions.floor", params=params)
            self._show(now, floor.id)
        else:
            known = not now.text or remarks.bare_where(now.text)
            now.say("directions.which" if known else "directions.unknown", self._places())

    def way_to(self, now: Situation) -> bool:
        """The way to what is named in a sentence that asks where and was not understood; False if none is."""
        place = self._catalogue.place(self._place_named(now)) if remarks.asks_where(now.text) else None
        if place is None:
            return False
        now.understood = "directions"
        self._place(now, place)
        return True

    def _place_named(self, now: Situation) -> str:
        """The id of the place that the words name, or of the place that does the service they name."""
        town = self._catalogue.town
        found = words.named({place.id: (*place.names, place.label) for place in town.places}, now.text)
        if found:
            return found
        services = self._catalogue.services
        service = words.named({s.id: s.names for s in services.values() if s.where}, now.text)
        return services[service].where if service else ""

    def _floor_named(self, text: str) -> Floor | None:
        floors = self._catalogue.town.floors
        found = words.named({floor.id: floor.names for floor in floors}, text)
        return self._catalogue.town.floor(found or "")

    def _number(self, text: str) -> str:
        """The number of a room that the words name; "" without one."""
        said = words.plain(text)
        match = _ROOM.search(said)
        number = number_in(match[2] if match else said)
        # a number on its own is a room's only if it can be no floor, day or time
        if number is None or (match is None and self._catalogue.town.room(str(number)) is None):
            return ""
        return str(number) if match or number >= 100 else ""

    def _room(self, now: Situation, number: str) -> None:
        town = self._catalogue.town
        found = town.room(number)
        if found is None:
            place = next((p for p in town.places if re.search(rf"\b{number}\b", p.room)), None)
            near = town.floor_of_number(number)
            if place:
                self._place(now, place)
            elif near:
                params = {"number": number, "floor": f"@place.{near.id}.label"}
                now.say("directions.number_near", params=params | {"way": f"@place.{near.id}.way"})
                self._show(now, near.id)
            else:
                now.say("directions.number_unknown", self._places(), params={"number": number})
            return
        self._known_room(now, *found)

    def _known_room(self, now: Situation, floor: Floor, room: Room) -> None:
        place = self._catalogue.place(room.place)
        if place:
            self._place(now, place)
            return
        now.say(
            "directions.number",
            params={
                "number": room.number,
                "floor": f"@place.{floor.id}.label",
                "way": f"@place.{room.wing}.way",
            },
        )
        self._show(now, f"room_{room.number}")

    def _place(self, now: Situation, place: Place) -> None:
        params = {name: f"@place.{place.id}.{name}" for name in ("floor", "way")}
        params["place"] = f"@place.{place.id}.label"
        if place.room:
            now.say("directions.room", params=params | {"room": f"@place.{place.id}.room"})
        else:
            now.say("directions.no_room", params=params)
        self._show(now, place.id)

    def _show(self, now: Situation, place: str) -> None:
        """The plan on the screen, where there is one."""
        if target(self._catalogue.town, place):
            now.send(Show(place=place))

    def _places(self) -> list[Offer]:
        return [
            Offer(key=f"place.{place.id}.label", payload=payload("directions", place=place.id))
            for place in self._catalogue.town.places
        ]


class _Hours:
    """Says the opening hours of the house, or of an office."""

    def __init__(
        self, catalogue: Catalogue, office: Place | None, clock: datetime, situation: Situation
    ) -> None:
        self._town = catalogue.town
        self._place = office.id if office else ""
        self._who = {"who": f"@place.{office.id}.the" if office and office.the else "@hours.house"}
        self._clock = clock
        self._situation = situation

    def _say(self, key: str, params: Params | None = None) -> None:
        self._situation.say(f"hours.{key}", params=self._who | (params or {}))

    def _spans(self, day: date) -> list[Span]:
        return self._town.hours_on(day, self._place)

    def _day(self, day: date, *, exact: bool = False) -> str:
        """How a day is called: by its weekday if it is one of the next six."""
        ahead = (day - self._clock.date()).days
        if ahead in (0, 1):
            return ("@day.today", "@day.tomorrow")[ahead]
        return f"=on:{day.isoformat()}" if exact or not 0 < ahead < 7 else f"@day.{WEEKDAYS[day.weekday()]}"

    def now(self) -> None:
        """Whether it is open at this moment."""
        ends = [end for start, end in self._spans(self._clock.date()) if start <= self._clock.time() < end]
        if ends:
            self._say("open_now", {"until": _clock_text(ends[0])})
        else:
            self._closed_now()

    def _closed_now(self) -> None:
        coming = self._town.next_opening(self._clock, self._place)
        if coming:
            day, start, end = coming
            self._say("closed_now", {"day": self._day(day)} | _span(start, end))
        else:
            self._say("closed")

    def until(self) -> None:
        """Until when it is open today, the break at noon included."""
        today = self._clock.date()
        left = [(start, end) for start, end in self._spans(today) if self._clock.time() < end]
        if self._town.closed_because(today, self._place):
            self.day(today)
        elif not left or left[0][0] > self._clock.time():
            self._closed_now()
        elif len(left) == 1:
            self._say("open_now", {"until": _clock_text(left[0][1])})
        else:
            last = _span(*left[-1], suffix="2")
            self._say("open_break", {"until": _clock_text(left[0][1])} | last)

    def day(self, day: date, *, exact: bool = False) -> None:
        """The hours of a day; when it is closed, why, and when it opens again."""
        spans = self._spans(day)
        if not spans:
            self._closed_day(day, exact=exact)
            return
        self._open_day(spans, {"day": self._day(day, exact=exact)})

    def _open_day(self, spans: list[Span], params: Params) -> None:
        if len(spans) == 1:
            self._say("one", params | _span(*spans[0]))
            return
        self._say("two", params | _span(*spans[0]) | _span(*spans[1], suffix="2"))
        for span in spans[2:]:
            self._say("also", _span(*span))

    def _closed_day(self, day: date, *, exact: bool) -> None:
        params = {"day": self._day(day, exact=exact)}
        midnight = datetime.combine(max(day, self._clock.date()), time())
        coming = self._town.next_opening(midnight, self._place)
        if coming is None:
            self._say("day_closed_long", params)
            return
        opens, start, end = coming
        params |= {"next": self._day(opens)} | _span(start, end)
        reason = self._town.reason(day, self._place)
        if reason:
            self._say("day_closed_because", params | {"reason": reason})
        else:
            self._say("day_closed", params)

    def part(self, question: Asked, part: Part) -> None:
        """Whether it is open in that part of the day; if not, when it is on that day, and the next time."""
        day = question.day or self._clock.date()
        spans = self._spans(day)
        if not spans:
            self._closed_day(day, exact=question.exact)
            return
        params = {"day": self._day(day, exact=question.exact), "part": f"@day.part.{part}"}
        inside = [span for span in spans if _meets(span, part)]
        if inside:
            self._say("part_yes", params | _span(*inside[0]))
            return
        self._say("part_no", params)
        self._open_day(spans, {"day": params["day"]})
        for ahead in range(1, 15):
            later = day + timedelta(days=ahead)
            found = [span for span in self._spans(later) if _meets(span, part)]
            if found:
                self._say("part_next", {"part": params["part"], "day": self._day(later)} | _span(*found[0]))
                return

    def at(self, question: Asked, at: time) -> None:
        """Whether it is open at that time; without a day: today, or tomorrow if the time is over."""
        today = self._clock.date()
        day = question.day or (today if at >= self._clock.time() else today + timedelta(days=1))
        spans = self._spans(day)
        if not spans:
            self._closed_day(day, exact=question.exact)
            return
        params = {"day": self._day(day, exact=question.exact), "at": _clock_text(at)}
        ends = [end for start, end in spans if start <= at < end]
        if ends:
            self._say("at_yes", params | {"until": _clock_text(ends[0])})
        else:
            self._say("at_no", params)
            self._open_day(spans, {"day": params["day"]})

    def days_of(self, monday: date) -> None:
        """The hours of a week's days, from today on, as they are in that week."""
        days = [monday + timedelta(days=ahead) for ahead in range(7)]
        found = {day: self._spans(day) for day in days if day >= self._clock.date()}
        if not any(found.values()):
            self._closed_day(max(monday, self._clock.date()), exact=True)
            return
        self._say("week")
        for day, spans in found.items():
            self._line(WEEKDAYS[day.weekday()], spans)

    def week(self, part: Part | None) -> None:
        """The hours of every weekday as a rule; only those in a part of the day if one was named."""
        rule = self._town.rule(self._place, self._clock.date())
        found = {
            day: [span for span in rule.get(day, ()) if part is None or _meets(span, part)]
            for day in WEEKDAYS
        }
        if part and not any(found.values()):
            self._say("week_part_none", {"part": f"@day.part.{part}"})
            return
        self._say("week_part" if part else "week", {"part": f"@day.part.{part}"} if part else {})
        for weekday, spans in found.items():
            self._line(weekday, spans)

    def _line(self, weekday: str, spans: list[Span]) -> None:
        if not spans:
            return
        second = _span(*spans[1], suffix="2") if len(spans) > 1 else {}
        key = "line_two" if second else "line_one"
        self._say(key, {"day": f"@day.name.{weekday}"} | _span(*spans[0]) | second)
        for span in spans[2:]:
            self._say("also", _span(*span))


def _fee_params(service: Service, line: FeeLine) -> dict[str, str]:
    return {
        "label": f"@{service.id}.fee.{line.id}.label",
        "amount": f"=eur:{line.cents}",
        "law": line.law,
        "since": f"=date:{line.since.isoformat()}",
    }


def _meets(span: Span, part: Part) -> bool:
    """Whether opening hours reach into a part of the day."""
    begins, ends = PARTS[part]
    return span[0] < ends and begins < span[1]


def _clock_text(at: time) -> str:
    return f"=time:{at:%H:%M}"


def _span(start: time, end: time, suffix: str = "") -> Params:
    return {f"start{suffix}": _clock_text(start), f"end{suffix}": _clock_text(end)}
