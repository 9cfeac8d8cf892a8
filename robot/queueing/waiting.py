"""How long one waits now: what those waited who were called last, the closed hours not counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import cases, queue_tickets

RECENT = timedelta(minutes=90)  # a call longer ago says nothing of the queue of now
CALLS = 7  # of so many calls, the last ones, the middle is taken
ENOUGH = 3  # fewer calls are no queue

Hours = Callable[[date], Iterable[tuple[time, time]]]


@dataclass(frozen=True)
class Call:
    """One number that was called: when it was drawn, and when it was called, both in the town's time."""

    drawn: datetime
    called: datetime

    def waited(self, hours: Hours) -> timedelta:
        """The part of the wait in which the office was open. `hours`: its opening hours of a day."""
        total, day = timedelta(), self.drawn.date()
        while day <= self.called.date():
            for opens, closes in hours(day):
                begins = max(self.drawn, datetime.combine(day, opens, self.drawn.tzinfo))
                ends = min(self.called, datetime.combine(day, closes, self.drawn.tzinfo))
                total += max(timedelta(), ends - begins)
            day += timedelta(days=1)
        return total


def expected(calls: Iterable[Call], hours: Hours) -> int | None:
    """Minutes that one waits now, from the last calls; None when too few are known."""
    last = sorted(calls, key=lambda call: call.called)[-CALLS:]
    if len(last) < ENOUGH:
        return None
    return round(median(call.waited(hours) / timedelta(minutes=1) for call in last))


class WaitingTimes(StorePart):
    """The calls of today: numbers with a case, and plain ones."""

    def __init__(self, database: Database, zone: ZoneInfo, *, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._zone = zone

    async def recent(self) -> list[Call]:
        """What was called today within `RECENT`, the first call of each number. Raises StoreError."""
        return await asyncio.to_thread(self._recent)

    def _recent(self) -> list[Call]:
        now = self._clock().astimezone(self._zone)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since = stamp(max(midnight, now - RECENT))
        with self._database.reading() as connection:
            return [
                Call(self._local(row.created), self._local(row.called))
                for table in (cases, queue_tickets)
                for row in connection.execute(_calls(table, since, stamp(midnight)))
            ]

    def _local(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(self._zone)


def _calls(table: Table, since: str, midnight: str) -> Select[tuple[str, str]]:
    """The numbers of today that were first called since then."""
    here = table.c
    return select(here.created, here.called).where(here.called >= since, here.created >= midnight)
