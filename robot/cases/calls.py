"""Call by number: the next one, a plain number, and what the monitor in the lobby shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select, update

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.model import CaseState
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import calls, cases, queue_tickets
from robot.cases.work import MISSED_AFTER, CaseWork, ChangeRefused, Conflict
from robot.figures.counting import count_wait
from robot.queueing.tickets import QueueTicket, call_out, to_ticket
from robot.staff.audit import Act, AuditLog
from robot.web.case_view import CalledNext, DisplayCall, TicketChange, TicketState

SHOWN = 5  # numbers on the monitor at once

_NEXT = {
    TicketState.WAITING: {TicketState.CALLED, TicketState.DONE},
    TicketState.CALLED: {TicketState.CALLED, TicketState.WAITING, TicketState.DONE, TicketState.MISSED},
    TicketState.DONE: {TicketState.CALLED, TicketState.WAITING},
    TicketState.MISSED: {TicketState.CALLED, TicketState.WAITING},
}


class NobodyWaits(LookupError):
    """There is nobody to call. The message is for the clerk."""

    english = "Nobody is waiting for you right now."

    def __init__(self) -> None:
        super().__init__("Gerade wartet niemand auf Sie.")


class TicketUnknown(LookupError):
    """There is no such plain number today. The message is for the clerk."""

    english = "This number is not one of today's."

    def __init__(self) -> None:
        super().__init__("Diese Nummer gibt es heute nicht.")


class Calls(StorePart):
    """Who is called where. Methods raise StoreError when the database cannot."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        zone: ZoneInfo,
        work: CaseWork,
        *,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        """`zone`: the town's day; a number of yesterday is called no more."""
        super().__init__(database, clock=clock, on_change=on_change)
        self._audit = audit
        self._zone = zone
        self._work = work

    async def next(self, who: str, place: str = "", services: Collection[str] = ()) -> CalledNext:
        """Call whoever of today waits longest, with a case or a plain number. Raises NobodyWaits.

        `services`: only these, none for all. Two who ask at once get two numbers.
        """
        return await self._changing(self._next, who, place, services)

    async def call_ticket(self, ticket: str, who: str, place: str = "") -> QueueTicket:
        """Call a plain number of today, or call it again. Raises TicketUnknown, Conflict."""
        return await self._changing(self._call_ticket, ticket, who, place)

    async def ticket_state(self, ticket: str, change: TicketChange, who: str) -> QueueTicket:
        """What became of a plain number. Raises TicketUnknown, Conflict, ChangeRefused."""
        return await self._changing(self._ticket_state, ticket, change, who)

    async def recent(self) -> list[DisplayCall]:
        """The last numbers that were called today, each once, the newest first."""
        return await asyncio.to_thread(self._recent)

    def _next(self, who: str, place: str, services: Collection[str]) -> CalledNext:
        now = self._clock().astimezone(self._zone)
        midnight = stamp(now.replace(hour=0, minute=0, second=0, microsecond=0))
        with self._database.writing() as connection:
            case = select(cases).where(
                cases.c.state == CaseState.WAITING.value, cases.c.holder == "", cases.c.created >= midnight
            )
            ticket = select(queue_tickets).where(
                queue_tickets.c.state == TicketState.WAITING.value,
                queue_tickets.c.day == now.date().isoformat(),
            )
            if services:
                case = case.where(cases.c.service.in_(services))
                ticket = ticket.where(queue_tickets.c.service.in_(services))
            first = connection.execute(case.order_by(cases.c.created, cases.c.number)).mappings().first()
            plain = connection.execute(ticket.order_by(queue_tickets.c.id)).mappings().first()
            if first is not None and (plain is None or first["created"] <= plain["created"]):
                self._work.call(connection, first, who, place)
                return CalledNext(kind="case", id=first["id"], number=first["number"])
            if plain is None:
                raise NobodyWaits
            self._call(connection, plain, who, place)
            return CalledNext(kind="ticket", id=str(plain["id"]), number=plain["number"])

    def _call_ticket(self, ticket: str, who: str, place: str) -> QueueTicket:
        with self._database.writing() as connection:
            row = self._row(connection, ticket)
            if row["state"] == TicketState.CALLED.value and row["by"] != who:
                raise Conflict(row["by"])
            self._call(connection, row, who, place)
            return to_ticket(self._row(connection, ticket))

    def _ticket_state(self, ticket: str, change: TicketChange, who: str) -> QueueTicket:
        with self._database.writing() as connection:
            row = self._row(connection, ticket)
            state = TicketState(row["state"])
            if state is not change.was or (state is TicketState.CALLED and row["by"] != who):
                raise Conflict(row["by"])
            if change.state not in _NEXT[state] or change.state is TicketState.CALLED:
                raise ChangeRefused(
                    "Das geht mit dieser Nummer gerade nicht.", "This cannot be done with this number now."
                )
            if change.state is TicketState.MISSED and row["calls"] < MISSED_AFTER:
                raise ChangeRefused.too_early(row["calls"])
            done = stamp(self._clock()) if change.state is TicketState.DONE else None
            here = queue_tickets.c.id == row["id"]
            connection.execute(
                update(queue_tickets).where(here).values(state=change.state.value, by=who, done=done)
            )
            self._record(connection, who, row, change.state)
            return to_ticket(self._row(connection, ticket))

    def _call(self, connection: Connection, row: RowMapping, who: str, place: str) -> None:
        now = self._clock()
        if not row["called"]:
            count_wait(connection, self._zone, row["service"], row["created"], stamp(now))
        connection.execute(
            update(queue_tickets)
            .where(queue_tickets.c.id == row["id"])
            .values(
                state=TicketState.CALLED.value,
                place=place,
                calls=row["calls"] + 1,
                called=row["called"] or stamp(now),
                done=None,
                by=who,
            )
        )
        call_out(connection, row["day"], row["number"], place, now)
        self._record(connection, who, row, TicketState.CALLED)

    def _record(self, connection: Connection, who: str, row: RowMapping, state: TicketState) -> None:
        subject = f"{row['day']}:{row['number']}"
        self._audit.append(connection, who, Act.NUMBER_STATE, subject, f"{row['state']}>{state.value}")

    def _row(self, connection: Connection, ticket: str) -> RowMapping:
        day = self._clock().astimezone(self._zone).date().isoformat()
        row = None
        if ticket.isascii() and ticket.isdigit() and len(ticket) < 10:
            row = (
                connection.execute(
                    select(queue_tickets).where(queue_tickets.c.id == int(ticket), queue_tickets.c.day == day)
                )
                .mappings()
                .first()
            )
        if row is None:
            raise TicketUnknown
        return row

    def _recent(self) -> list[DisplayCall]:
        day = self._clock().astimezone(self._zone).date().isoformat()
        found: dict[str, DisplayCall] = {}
        with self._database.reading() as connection:
            query = select(calls).where(calls.c.day == day).order_by(calls.c.id.desc()).limit(SHOWN * 10)
            for row in connection.execute(query).mappings():
                found.setdefault(
                    row["number"],
                    DisplayCall(id=row["id"], number=row["number"], place=row["place"], at=row["at"]),
                )
        return list(found.values())[:SHOWN]
