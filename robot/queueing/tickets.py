"""Ticket numbers: per day of the town and series, without gaps, never twice."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import queue_tickets, ticket_counters


class Series(enum.StrEnum):
    """The letter before the number."""

    CASE = "A"
    QUEUE = "B"


@dataclass(frozen=True)
class QueueTicket:
    """A plain number without a case; `service`: its id, `created` in UTC."""

    number: str
    service: str
    created: datetime


def allocate(connection: Connection, series: Series, day: str) -> str:
    """The next number, e.g. "A-017"; belongs to the caller's writing transaction. `day`: YYYY-MM-DD."""
    here = (ticket_counters.c.day == day) & (ticket_counters.c.series == series.value)
    last = connection.execute(select(ticket_counters.c.last).where(here)).scalar()
    if last is None:
        last = 0
        connection.execute(insert(ticket_counters).values(day=day, series=series.value, last=1))
    else:
        connection.execute(update(ticket_counters).where(here).values(last=last + 1))
    return f"{series.value}-{last + 1:03d}"


class Tickets(StorePart):
    """Plain queue tickets."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        *,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, clock=clock, on_change=on_change)
        self._zone = zone

    async def take(self, visit_id: str, service: str) -> QueueTicket:
        """A number for a visit and service; asked again, the same number. Raises StoreError."""
        return await self._changing(self._take, visit_id, service)

    def _take(self, visit_id: str, service: str) -> QueueTicket:
        with self._database.writing() as connection:
            row = connection.execute(
                select(queue_tickets.c.number, queue_tickets.c.created).where(
                    queue_tickets.c.visit == visit_id, queue_tickets.c.service == service
                )
            ).first()
            if row:
                return QueueTicket(row.number, service, datetime.fromisoformat(row.created))
            now = self._clock()
            day = now.astimezone(self._zone).date().isoformat()
            number = allocate(connection, Series.QUEUE, day)
            connection.execute(
                insert(queue_tickets).values(
                    visit=visit_id, service=service, day=day, number=number, created=stamp(now)
                )
            )
        return QueueTicket(number, service, datetime.fromisoformat(stamp(now)))

    async def today(self) -> list[QueueTicket]:
        """The numbers of this day in the town, the oldest first. Raises StoreError."""
        return await asyncio.to_thread(self._today)

    def _today(self) -> list[QueueTicket]:
        day = self._clock().astimezone(self._zone).date().isoformat()
        with self._database.reading() as connection:
            rows = connection.execute(
                select(queue_tickets).where(queue_tickets.c.day == day).order_by(queue_tickets.c.id)
            ).all()
        return [QueueTicket(row.number, row.service, datetime.fromisoformat(row.created)) for row in rows]
