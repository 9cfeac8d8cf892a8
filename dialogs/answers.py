"""Answers to what anyone may ask at any moment: fees, documents, opening hours, the way, the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from dialogs import words
from dialogs.catalogue import Catalogue, FeeLine, Service
from dialogs.protocol import Offer, payload
from dialogs.situation import Situation
from dialogs.town import WEEKDAYS


def euros(cents: int) -> str:
    """4600 as "46,00 €"."""
    return f"{cents // 100},{cents % 100:02d} €"


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

    def _meant(self, now: Situation) -> Service | None:
        """The service a question is about: named in it, under way, or the only one that has a form."""
        named = words.named({s.id: s.names for s in self._catalogue.services.values() if s.journey}, now.text)
        if now.service and (named is None or named == now.service.id or now.choices):
            return now.service
        if named:
            return self._catalogue.services[named]
        able = [service for service in self._catalogue.services.values() if service.form]
        return able[0] if len(able) == 1 else None

    def ask_fee(self, now: Situation) -> None:
        """What it costs today, for the choices so far, each amount with its paragraph."""
        service = self._meant(now)
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
        for line in lines:
            now.say("fee.one" if len(lines) == 1 else "fee.line", params=_fee_params(service, line))
        if len(certain) > 1 and not possible:
            now.say("fee.total", params={"amount": euros(sum(line.cents for line in certain))})

    def ask_documents(self, now: Situation) -> None:
        """What to bring for this case."""
        service = self._meant(now)
        if service is None:
            now.say("documents.which")
        elif not service.documents:
            now.say("documents.none")
        else:
            choices = now.choices if now.service is service else words.volunteered(service, now.text, {})
            lines = [line for line in self._catalogue.documents(service.id, choices) if line.required]
            if lines:
                now.say("documents.intro")
                for line in lines:
                    now.say("documents.line", params={"label": f"@{service.id}.document.{line.id}.label"})
            else:
                now.say(f"{service.id}.bring" if service.bring else "documents.none")

    def ask_duration(self, now: Situation) -> None:
        """How long it takes."""
        service = self._meant(now)
        if service is None or not service.duration:
            now.say("duration.which")
        else:
            now.say(f"{service.id}.duration")

    # --- the town ---------------------------------------------------------------------------------------

    def opening_hours(self, now: Situation) -> None:
        """Whether the town hall is open now, or its hours on the day that was named."""
        at = self._clock()
        asked = _day_meant(words.plain(now.text), at.date())
        if asked is not None:
            self._tell_day(now, asked, at.date())
            return
        ends = [end for start, end in self._catalogue.hours_on(at.date()) if start <= at.time() < end]
        coming = self._catalogue.next_opening(at.replace(tzinfo=None))
        if ends:
            now.say("hours.open_now", params={"until": _clock_text(ends[0])})
        elif coming:
            day, start, end = coming
            now.say("hours.closed_now", params={"day": _day_key(day, at.date())} | _span(start, end))
        else:
            now.say("hours.closed")

    def _tell_day(self, now: Situation, day: date, today: date) -> None:
        params = {"day": _day_key(day, today)}
        spans = self._catalogue.hours_on(day)
        reason = self._catalogue.closed_because(day)
        if reason:
            now.say("hours.day_closed_because", params=params | {"reason": reason})
        elif not spans:
            now.say("hours.day_closed", params=params)
        elif len(spans) == 1:
            now.say("hours.one", params=params | _span(*spans[0]))
        else:
            now.say("hours.two", params=params | _span(*spans[0]) | _span(*spans[-1], suffix="2"))

    def directions(self, now: Situation) -> None:
        """The way to the place that was named; without a name, which places there are."""
        names = {place.id: (*place.names, place.label) for place in self._catalogue.town.places}
        place = self._catalogue.place(now.entities.get("place") or words.named(names, now.text) or "")
        if place is None:
            places = [
                Offer(key=f"place.{known}.label", payload=payload("directions", place=known))
                for known in names
            ]
            now.say("directions.which", places)
            return
        params = {name: f"@place.{place.id}.{name}" for name in ("floor", "way")}
        params["place"] = f"@place.{place.id}.label"
        if place.room:
            now.say("directions.room", params=params | {"room": f"@place.{place.id}.room"})
        else:
            now.say("directions.no_room", params=params)


def _fee_params(service: Service, line: FeeLine) -> dict[str, str]:
    return {
        "label": f"@{service.id}.fee.{line.id}.label",
        "amount": euros(line.cents),
        "law": line.law,
        "since": f"{line.since:%d.%m.%Y}",
    }


_DAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")


def _day_meant(text: str, today: date) -> date | None:
    """The day a question names; None for "now"."""
    for ahead, word in enumerate(("heute", "morgen", "übermorgen")):
        if words.find(word, text) >= 0:
            return today + timedelta(days=ahead)
    if words.find("wochenende", text) >= 0 or words.find("sonnabend", text) >= 0:
        return today + timedelta(days=(5 - today.weekday()) % 7)
    for number, word in enumerate(_DAYS):
        if any(
            words.find(form, text) >= 0
            for form in (word, f"{word}s", f"{word}nachmittag", f"{word}vormittag")
        ):
            return today + timedelta(days=(number - today.weekday()) % 7)
    return None


def _day_key(day: date, today: date) -> str:
    if day == today:
        return "@day.today"
    return "@day.tomorrow" if day == today + timedelta(days=1) else f"@day.{WEEKDAYS[day.weekday()]}"


def _clock_text(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"


def _span(start: time, end: time, suffix: str = "") -> dict[str, str]:
    return {f"start{suffix}": _clock_text(start), f"end{suffix}": _clock_text(end)}
