"""`lotse demo --day`: plays an invented day into a back office of its own, then runs the robot on it.

The day comes from the simulated world (`python -m simulator day`), which knows nothing of the product: it is
told what the town offers, and tells what happens. What happens is done here by the same parts that do it on
any other day, at the time of day at which it happens.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from dialogs.catalogue import Catalogue, FeeLine
from robot.cases.model import CaseState, Provenance
from robot.figures.counting import WaitFigure, counted_visit
from robot.settings import Settings
from robot.staff.office import BackOffice
from robot.staff.rights import Role
from robot.steps.hand_over import draft
from robot.visit.visit import Visit
from robot.web.case_view import TicketChange, TicketState
from robot.web.staff_view import NewMessage, StateChange

Say = Callable[[str], None]
Event = dict[str, Any]

SECOND = "Bürgerbüro Leitung"
_NOBODY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_MARK = "demo-day"  # this folder is ours and can be made anew
NAMES = {
    Role.CLERK: "Bürgerbüro 1",
    Role.LEAD: SECOND,
    Role.AUDITOR: "Rechnungsprüfung",
    Role.ADMINISTRATOR: "Verwaltung",
}


class DayError(Exception):
    """The day cannot be had; one sentence for stderr."""


@dataclass(frozen=True)
class Wanted:
    """Which day: its date (None: today once the house has been open for an hour, else the last such day).

    `at`: the time of day at which it breaks off and at which the robot goes on, whatever time it is.
    """

    day: date | None
    seed: int
    weeks: int
    visits: int
    at: time | None = None


@dataclass(frozen=True)
class Filled:
    """What was filled in: the day, what the simulated world says that it adds up to, accounts by role.

    `until`: when it breaks off, None for a whole day.
    """

    day: date
    tally: Event
    accounts: dict[Role, tuple[str, str]]
    until: datetime | None = None


class _Clock:
    """The time of day of the story."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def settings_for(settings: Settings, folder: Path) -> Settings:
    """The settings for a robot on the day's own store, without devices."""
    return settings.model_copy(
        update={
            "store": settings.store.model_copy(
                update={"url": f"sqlite:///{folder / 'lotse.sqlite'}", "key_file": folder / "lotse.key"}
            ),
            "speech": settings.speech.model_copy(
                update={"microphone": "none", "speaker": "none", "headset": ""}
            ),
            "cards": settings.cards.model_copy(update={"pcscd_socket": "none"}),
            "camera": settings.camera.model_copy(update={"source": "none"}),
            "printer": settings.printer.model_copy(update={"port": "none"}),
            "body": settings.body.model_copy(update={"port": "none"}),
            "dialogue": settings.dialogue.model_copy(update={"keep_not_understood": True}),
        }
    )


def fill(
    settings: Settings,
    catalogue: Catalogue,
    wanted: Wanted,
    now: datetime,
    *,
    hasher: PasswordHasher | None = None,
) -> Filled:
    """Play the day into the store of `settings`, which has to be a new one. Raises DayError, StoreError.

    `hasher`: of the accounts' passwords, the usual one unless given.
    """
    zone = ZoneInfo(settings.town.timezone)
    day = wanted.day or day_for(catalogue, now.astimezone(zone), wanted.at)
    until = now if day == now.astimezone(zone).date() else None
    if wanted.at:
        until = datetime.combine(day, wanted.at, zone)
    kiosk = settings.town.kiosk
    clock = _Clock(now)
    with _offices(settings, clock, hasher) as office:
        accounts = {role: (name, secrets.token_urlsafe(12)) for role, name in NAMES.items()}
        clock.now = datetime(day.year, day.month, day.day, 6, tzinfo=zone)
        for role, (name, password) in accounts.items():
            office(kiosk).accounts.create(name, password, role.value, by="lotse demo --day")
        tally = asyncio.run(
            _play(_Player(office, catalogue, kiosk, clock), _told(settings, catalogue, wanted, day, until))
        )
    return Filled(day, tally, accounts, until)


async def _play(player: _Player, events: Iterator[Event]) -> Event:
    for event in events:
        if event["do"] == "tally":
            return event
        await player.do(event)
    raise DayError("The simulated day broke off: call python -m simulator day to see why.")


def day_for(catalogue: Catalogue, now: datetime, at: time | None = None) -> date:
    """The last day with people in the house: open for an hour now, or `at` a time of day that is over.

    Raises DayError when there was none within a month.
    """
    for days in range(30):
        day = now.date() - timedelta(days=days)
        hours = catalogue.hours_on(day)
        moment = min(now, datetime.combine(day, at, now.tzinfo)) if at else now
        over = moment < now or at is None
        if over and hours and moment >= datetime.combine(day, hours[0][0], now.tzinfo) + timedelta(hours=1):
            return day
    raise DayError("The town hall was not open within a month: name a day with --date.")


def _told(
    settings: Settings, catalogue: Catalogue, wanted: Wanted, day: date, until: datetime | None
) -> Iterator[Event]:
    """What happens, from the simulated world."""
    days = [day - timedelta(days=number) for number in range(wanted.weeks * 7 + 1)]
    offer = {
        "kiosk": settings.town.kiosk,
        "timezone": settings.town.timezone,
        "until": until.isoformat() if until else None,
        "services": {service: _offered(catalogue, service) for service in catalogue.services},
        "hours": {
            one.isoformat(): [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in hours]
            for one in days
            if (hours := catalogue.hours_on(one))
        },
    }
    command = [
        sys.executable,
        "-m",
        "simulator",
        "day",
        "--date",
        day.isoformat(),
        "--seed",
        str(wanted.seed),
    ]
    command += ["--weeks", str(wanted.weeks), "--visits", str(wanted.visits)]
    world = subprocess.run(
        command, input=json.dumps(offer), capture_output=True, text=True, check=False, cwd=settings.root
    )
    if world.returncode:
        raise DayError((world.stderr.strip().splitlines() or ["The simulated world said nothing."])[-1])
    for line in world.stdout.splitlines():
        yield json.loads(line)


def _offered(catalogue: Catalogue, service: str) -> Event:
    known = catalogue.service(service)
    return {
        "stations": [node.name for node in known.journey],
        "questions": {
            question.slot: [choice.id for choice in question.choices] for question in known.questions
        },
        "fields": [
            [field.id, field.type, [name for name, _ in field.options]]
            for group in known.form
            for field in group.fields
        ],
    }


class _Player:
    """Does what happens."""

    def __init__(
        self, office: Callable[[str], BackOffice], catalogue: Catalogue, kiosk: str, clock: _Clock
    ) -> None:
        self._office = office
        self._catalogue = catalogue
        self._kiosk = kiosk
        self._clock = clock
        self._cases: dict[str, tuple[str, int]] = {}  # the story's key of a visit → case and its version
        self._tickets: dict[str, str] = {}

    async def do(self, event: Event) -> None:
        """One event, at its time."""
        self._clock.now = datetime.fromisoformat(event["at"]).astimezone(UTC)
        office = self._office(event.get("kiosk", self._kiosk))
        match event["do"]:
            case "history":
                self._history(event)
            case "visit":
                await self._visit(office, event)
            case "message":
                day = self._clock.now.date()
                message = NewMessage(text=event["text"], english=event["english"], first=day, last=day)
                await office.board.show(message, SECOND)
            case "sentence":
                await office.sentences.keep(event["text"], event["language"])
            case "outage":
                await office.figures.devices({event["device"]: event["kind"]}, 0)
            case "repaired":
                await office.figures.devices({}, 0)
            case "uptime":
                await office.figures.devices({}, event["seconds"])
            case "look":
                await office.cases.open(self._cases[event["key"]][0], event["who"])
            case _:
                await self._served(office, event)

    def _history(self, event: Event) -> None:
        """A day of which the figures are there, and the cases no more."""
        counted = []
        for told in event["visits"]:
            self._clock.now = datetime.fromisoformat(told["at"])
            visit = self._made(told)
            counted += counted_visit(visit, told["outcome"], told["kiosk"], now=self._clock.now)
        waits = [
            WaitFigure(datetime.fromisoformat(at), service, minutes)
            for at, service, minutes in event["waits"]
        ]
        self._office(self._kiosk).figures.write(counted, waits)
        for outage in event["outages"]:
            devices = self._office(outage["kiosk"]).figures
            self._clock.now = datetime.fromisoformat(outage["since"])
            devices.write_devices({outage["device"]: outage["kind"]}, 0)
            self._clock.now = datetime.fromisoformat(outage["until"])
            devices.write_devices({}, 0)
        self._clock.now = datetime.fromisoformat(event["at"])
        for kiosk, seconds in event["uptime"].items():
            self._office(kiosk).figures.write_devices({}, seconds)

    def _made(self, told: Event) -> Visit:
        """The visit as it stands at its end."""
        visit = Visit(language=told["language"], started=datetime.fromisoformat(told["started"]))
        visit.service, visit.choices = told["service"], dict(told["choices"])
        stations = told["stations"]
        for place, station in enumerate(stations, 1):
            visit.tally.reached(visit.service, station, place, last=False)
        visit.heard, visit.understood = told["heard"], told["understood"]
        visit.tally.repeats, visit.tally.thumb = told["repeats"], told["thumb"]
        visit.tally.helped = bool(told["helped"])
        for way in told["ways"]:
            visit.tally.used(way)
        return visit

    async def _visit(self, office: BackOffice, told: Event) -> None:
        visit = self._made(told)
        if told["outcome"] == "done" and told["case"]:
            for name, value, source in told["values"]:
                visit.set_value(name, value, Provenance(source))
            documents = self._catalogue.documents(visit.service, visit.choices)
            visit.brought = {
                document.id: told["brought"] or number > 0 for number, document in enumerate(documents)
            }
            ref = await office.cases.hand_over(draft(visit, self._catalogue, self._fees(visit)))
            await office.cases.mark_printed(ref.id, f"Kiosk {told['kiosk']}")
            self._cases[told["key"]] = (ref.id, 1)
        elif told["outcome"] == "done" and told["ticket"]:
            taken = await office.tickets.take(visit.application, visit.service)
            self._tickets[told["key"]] = taken.id
        if told["thumb"] and visit.service:
            await office.feedback.add(visit.service, told["thumb"] > 0)
        counted = counted_visit(visit, told["outcome"], told["kiosk"], now=self._clock.now)
        wiped = [*visit.wipe(), "screen", "dialogue"]
        outcome = "left" if told["outcome"] == "unanswered" else told["outcome"]
        await office.shreds.add(visit.id, self._clock.now, outcome, wiped)
        await office.figures.add(counted)

    def _fees(self, visit: Visit) -> list[FeeLine]:
        return self._catalogue.fees(visit.service, visit.choices, visit.started.date())

    async def _served(self, office: BackOffice, event: Event) -> None:
        """What a clerk does with a number."""
        states = {"call": "called", "missed": "missed", "finish": "done", "return": "returned"}
        state, who, place = states[event["do"]], event["who"], event.get("place", "")
        if event["key"] in self._cases:
            case, version = self._cases[event["key"]]
            reason = event.get("reason", "")
            change = StateChange(state=CaseState(state), version=version, reason=reason, place=place)
            row = await office.cases.change_state(case, change, who)
            if row.state is CaseState.APPROVAL:
                row = (await office.cases.approve(case, row.version, SECOND)).row
            self._cases[event["key"]] = (case, row.version)
        else:
            ticket = self._tickets[event["key"]]
            if event["do"] == "call":
                await office.calls.call_ticket(ticket, who, place)
            else:
                change_to = TicketChange(state=TicketState(state), was=TicketState.CALLED)
                await office.calls.ticket_state(ticket, change_to, who)


def run_day(
    settings: Settings, catalogue: Catalogue, wanted: Wanted, folder: Path, *, serve: bool, say: Say
) -> None:
    """Fill a store in `folder` anew, tell who can sign in, and run the robot on it until a signal.

    Raises DayError, StoreError, KeyFileError.
    """
    if folder.exists() and not (folder / _MARK).exists() and any(folder.iterdir()):
        raise DayError(f"{folder} holds something else: name an empty folder with --into.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    (folder / _MARK).touch()
    own = settings_for(settings, folder)
    filled = fill(own, catalogue, wanted, datetime.now(UTC))
    tally = filled.tally
    say(f"{filled.day}: {tally['visits']} visits, {tally['cases']} cases, {len(tally['waits'])} calls.")
    say(f"http://{own.web.host}:{own.web.port}/staff")
    for role, (name, password) in filled.accounts.items():
        say(f"  {role.value:<14} {name:<20} {password}")
    if serve:
        # imported here: filling alone needs no devices and no web
        from robot.app import serve as run

        ahead = filled.until - datetime.now(UTC) if wanted.at and filled.until else timedelta()
        asyncio.run(run(own, clock=lambda: datetime.now(UTC) + ahead))


@contextmanager
def _offices(
    settings: Settings, clock: _Clock, hasher: PasswordHasher | None
) -> Iterator[Callable[[str], BackOffice]]:
    """One back office per kiosk, as each would have of its own; all on one store."""
    opened: dict[str, BackOffice] = {}

    def office(kiosk: str) -> BackOffice:
        if kiosk not in opened:
            opened[kiosk] = BackOffice.open(
                settings.store_url(),
                settings.path(settings.store.key_file),
                timezone=settings.town.timezone,
                kiosk=kiosk,
                clock=clock,
                # nobody signs in at the kiosks of other houses
                hasher=_NOBODY if opened else hasher,
            )
        return opened[kiosk]

    try:
        yield office
    finally:
        for one in opened.values():
            one.close()
