"""How long one waits now: what those waited who were called last, the closed hours not counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.model import CaseState
from robot.cases.part import StorePart
from robot.cases.tables import audit, cases

RECENT = timedelta(minutes=90)  # a call longer ago says nothing of the queue of now
CALLS = 7  # of so many calls, the last ones, the middle is taken
ENOUGH = 3  # fewer calls are no queue

Hours = Callable[[date], Iterable[tuple[time, time]]]
_CALLED = f"{CaseState.WAITING.value}>{CaseState.CALLED.value}"


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
    """The calls of today, from the cases and the trail of what became of them."""

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
        query = (
            select(cases.c.id, cases.c.created, audit.c.at)
            .join(audit, audit.c.subject == cases.c.id)
            .where(audit.c.detail == _CALLED, audit.c.at >= since, cases.c.created >= stamp(midnight))
            .order_by(audit.c.seq)
        )
        found: dict[str, Call] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row.id, Call(self._local(row.created), self._local(row.at)))
        return list(found.values())

    def _local(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(self._zone)
