"""Counting: what stays of a visit, a wait and a device's failure once the person has gone.

A row of a visit says the hour, never the minute; its key is random and orders the table, so that neither a
time nor a place in the table leads back to a shred record or a case.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, delete, insert, select, update

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import figure_outages, figure_uptime, figure_visits, figure_waits
from robot.visit.tally import KEYPAD, TOUCH, VOICE
from robot.visit.visit import Visit

UNANSWERED = "unanswered"
"""The outcome of a greeting that nobody answered: counted apart, it was no visit."""

WAIT, WORK = "wait", "work"
_LONGEST_MIN = 24 * 60


@dataclass(frozen=True)
class VisitFigure:
    """One ended visit, or a further service in it (`own` False). `started` is kept as day and hour only.

    `step`, `place`: the furthest station, counted from 1; `outcome`: done, left, timeout, stopped, failed or
    unanswered; `thumb`: 1, 0 or -1.
    """

    kiosk: str
    started: datetime
    language: str
    service: str
    step: str
    place: int
    outcome: str
    own: bool = True
    minutes: int = 0
    heard: int = 0
    understood: int = 0
    repeats: int = 0
    helped: bool = False
    taken_over: bool = False
    ways: frozenset[str] = frozenset()
    thumb: int = 0


def counted_visit(
    visit: Visit, outcome: str, kiosk: str, *, now: datetime | None = None
) -> list[VisitFigure]:
    """What is counted of a visit that ends now, the visit's own row last. To be asked before the wipe."""
    tally = visit.tally
    ended = now or utc_now()
    earlier = [
        VisitFigure(
            kiosk,
            visit.started,
            visit.language,
            request.service,
            request.step,
            request.place,
            "done" if request.done else "left",
            own=False,
        )
        for request in tally.requests[:-1]
    ]
    last = tally.request
    if visit.case or visit.printed is not None or last.done:
        outcome = "done"
    own = VisitFigure(
        kiosk,
        visit.started,
        visit.language,
        last.service or ("" if earlier else visit.service),
        last.step,
        last.place,
        outcome,
        minutes=max(0, round((ended - visit.started) / timedelta(minutes=1))),
        heard=visit.heard,
        understood=min(visit.understood, visit.heard),
        repeats=tally.repeats,
        helped=tally.helped,
        taken_over=tally.taken_over,
        ways=frozenset(tally.ways),
        thumb=tally.thumb,
    )
    return [*earlier, own]


def count_wait(connection: Connection, zone: ZoneInfo, service: str, drawn: str, called: str) -> None:
    """A case is called for the first time; times as the tables keep them.

    Numbers are of one day: who is called on another day than they came did not wait in the house.
    """
    _count_minutes(connection, zone, service, WAIT, drawn, called)


def count_work(connection: Connection, zone: ZoneInfo, service: str, called: str, done: str) -> None:
    """A case is done for the first time; likewise."""
    _count_minutes(connection, zone, service, WORK, called, done)


def _count_minutes(
    connection: Connection, zone: ZoneInfo, service: str, what: str, begun: str, ended: str
) -> None:
    first = datetime.fromisoformat(begun).astimezone(zone)
    last = datetime.fromisoformat(ended).astimezone(zone)
    if first.date() == last.date():
        row = _wait_row(first, service, what, round((last - first) / timedelta(minutes=1)))
        _put(connection, figure_waits, [row])


@dataclass(frozen=True)
class WaitFigure:
    """One wait for a call, or the work on a case (`what`)."""

    begun: datetime
    service: str
    minutes: int
    what: str = WAIT


class FigureStore(StorePart):
    """Writes the figures. Methods raise StoreError when the database cannot."""

    def __init__(
        self, database: Database, zone: ZoneInfo, *, kiosk: str = "", clock: Clock = utc_now
    ) -> None:
        """`zone`: the town's days and hours; `kiosk`: whose devices are counted."""
        super().__init__(database, clock=clock)
        self.zone = zone
        self._kiosk = kiosk

    @property
    def database(self) -> Database:
        """Where they are kept, for those who ask."""
        return self._database

    def now(self) -> datetime:
        """The time by the store's clock."""
        return self._clock()

    def today(self) -> date:
        """The town's day."""
        return self._clock().astimezone(self.zone).date()

    async def add(self, visits: Sequence[VisitFigure]) -> None:
        """Count ended visits."""
        await asyncio.to_thread(self.write, visits)

    def write(self, visits: Iterable[VisitFigure], waits: Iterable[WaitFigure] = ()) -> None:
        """The same, blocking, with waits beside them: all or nothing."""
        visit_rows = [self._visit_row(visit) for visit in visits]
        wait_rows = [
            _wait_row(wait.begun.astimezone(self.zone), wait.service, wait.what, wait.minutes)
            for wait in waits
        ]
        with self._database.writing() as connection:
            for table, rows in ((figure_visits, visit_rows), (figure_waits, wait_rows)):
                _put(connection, table, rows)

    def _visit_row(self, visit: VisitFigure) -> dict[str, Any]:
        at = visit.started.astimezone(self.zone)
        return {
            "id": secrets.token_hex(8),
            "kiosk": visit.kiosk,
            "day": at.date().isoformat(),
            "weekday": at.weekday(),
            "hour": at.hour,
            "language": visit.language,
            "service": visit.service,
            "step": visit.step,
            "place": visit.place,
            "outcome": visit.outcome,
            "own": int(visit.own),
            "minutes": min(visit.minutes, _LONGEST_MIN),
            "heard": visit.heard,
            "understood": visit.understood,
            "repeats": visit.repeats,
            "helped": int(visit.helped),
            "taken_over": int(visit.taken_over),
            "voice": int(VOICE in visit.ways),
            "touch": int(TOUCH in visit.ways),
            "keypad": int(KEYPAD in visit.ways),
            "thumb": visit.thumb,
        }

    # --- devices ---------------------------------------------------------------------------------

    async def devices(self, failing: Mapping[str, str], seconds: int) -> None:
        """How the kiosk's devices are now: `failing` device → kind; `seconds`: on since the last time."""
        await asyncio.to_thread(self.write_devices, failing, seconds)

    def write_devices(self, failing: Mapping[str, str], seconds: int) -> None:
        """The same, blocking."""
        now = self._clock()
        outage = figure_outages.c
        with self._database.writing() as connection:
            here = (outage.kiosk == self._kiosk) & outage.until.is_(None)
            open_ones = {
                row.device: row
                for row in connection.execute(select(outage.id, outage.device, outage.kind).where(here))
            }
            over = [row.id for device, row in open_ones.items() if failing.get(device) != row.kind]
            if over:
                connection.execute(update(figure_outages).where(outage.id.in_(over)).values(until=stamp(now)))
            for device, kind in failing.items():
                before = open_ones.get(device)
                if before is None or before.kind != kind:
                    connection.execute(
                        insert(figure_outages).values(
                            id=secrets.token_hex(8),
                            kiosk=self._kiosk,
                            device=device,
                            kind=kind,
                            since=stamp(now),
                            until=None,
                        )
                    )
            if seconds:
                self._count_uptime(connection, now.astimezone(self.zone).date().isoformat(), seconds)

    def _count_uptime(self, connection: Connection, day: str, seconds: int) -> None:
        column = figure_uptime.c
        here = (column.kiosk == self._kiosk) & (column.day == day)
        counted = connection.execute(
            update(figure_uptime).where(here).values(seconds=column.seconds + seconds)
        )
        if not counted.rowcount:
            connection.execute(insert(figure_uptime).values(kiosk=self._kiosk, day=day, seconds=seconds))

    # --- retention -------------------------------------------------------------------------------

    async def delete_old(self, days: int) -> int:
        """Delete figures of more than `days` days ago; how many visits."""
        return await asyncio.to_thread(self._delete_old, days)

    def _delete_old(self, days: int) -> int:
        first = (self.today() - timedelta(days=days)).isoformat()
        with self._database.writing() as connection:
            gone = connection.execute(delete(figure_visits).where(figure_visits.c.day < first)).rowcount
            connection.execute(delete(figure_waits).where(figure_waits.c.day < first))
            connection.execute(delete(figure_uptime).where(figure_uptime.c.day < first))
            connection.execute(
                delete(figure_outages).where(
                    figure_outages.c.since < first, figure_outages.c.until.is_not(None)
                )
            )
        if gone:
            self._database.forget_deleted()
        return gone


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write figures so that it does not show in which order they came.

    SQLite keeps these tables in the order of their random key. PostgreSQL appends, and knows the transaction
    of each row: there all rows of the same hour are written anew, together and in the order of their key.
    """
    if connection.dialect.name == "postgresql":
        for day, hour in {(row["day"], row["hour"]) for row in rows}:
            here = (table.c.day == day) & (table.c.hour == hour)
            old = connection.execute(delete(table).where(here).returning(*table.c)).mappings()
            rows = [*rows, *map(dict, old)]
        rows = sorted(rows, key=lambda row: str(row["id"]))
    if rows:
        connection.execute(insert(table), rows)


def _wait_row(at: datetime, service: str, what: str, minutes: int) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "day": at.date().isoformat(),
        "weekday": at.weekday(),
        "hour": at.hour,
        "service": service,
        "what": what,
        "minutes": max(0, min(minutes, _LONGEST_MIN)),
    }
