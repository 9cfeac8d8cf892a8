"""Ticket numbers: per day of the town and series, without gaps, never twice."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, insert, select, update

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import calls, queue_tickets, ticket_counters
from robot.web.case_view import TicketState


class Series(enum.StrEnum):
    """The letter before the number."""

    CASE = "A"
    QUEUE = "B"


@dataclass(frozen=True)
class QueueTicket:
    """A plain number without a case; `service`: its id, times in UTC; `called`: the first call."""

    number: str
    service: str
    created: datetime
    id: str = ""
    state: TicketState = TicketState.WAITING
    place: str = ""
    calls: int = 0
    called: datetime | None = None
    by: str = ""


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


def call_out(connection: Connection, day: str, number: str, place: str, at: datetime) -> None:
    """Put a number on the monitor in the lobby; belongs to the caller's writing transaction."""
    connection.execute(insert(calls).values(day=day, number=number, place=place, at=stamp(at)))


def to_ticket(row: RowMapping) -> QueueTicket:
    """A row of `queue_tickets`."""
    return QueueTicket(
        number=row["number"],
        service=row["service"],
        created=datetime.fromisoformat(row["created"]),
        id=str(row["id"]),
        state=TicketState(row["state"]),
        place=row["place"],
        calls=row["calls"],
        called=datetime.fromisoformat(row["called"]) if row["called"] else None,
        by=row["by"],
    )


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
        mine = (queue_tickets.c.visit == visit_id) & (queue_tickets.c.service == service)
        with self._database.writing() as connection:
            row = connection.execute(select(queue_tickets).where(mine)).mappings().first()
            if row is None:
                now = self._clock()
                day = now.astimezone(self._zone).date().isoformat()
                connection.execute(
                    insert(queue_tickets).values(
                        visit=visit_id,
                        service=service,
                        day=day,
                        number=allocate(connection, Series.QUEUE, day),
                        created=stamp(now),
                        state=TicketState.WAITING.value,
                        place="",
                        calls=0,
                        by="",
                    )
                )
                row = connection.execute(select(queue_tickets).where(mine)).mappings().one()
            return to_ticket(row)

    async def today(self) -> list[QueueTicket]:
        """The numbers of this day in the town, the oldest first. Raises StoreError."""
        return await asyncio.to_thread(self._today)

    def _today(self) -> list[QueueTicket]:
        day = self._clock().astimezone(self._zone).date().isoformat()
        with self._database.reading() as connection:
            rows = connection.execute(
                select(queue_tickets).where(queue_tickets.c.day == day).order_by(queue_tickets.c.id)
            ).mappings()
            return [to_ticket(row) for row in rows]
