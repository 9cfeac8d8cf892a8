"""What the staff's side of the web app needs of the rest of the robot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from robot.cases.database import stamp
from robot.figures.labels import Labels
from robot.queueing.tickets import QueueTicket
from robot.staff.content_live import Content
from robot.staff.live import LiveHouse
from robot.staff.office import BackOffice
from robot.web.broadcast import Broadcast
from robot.web.staff_sign_in import SignInRules
from robot.web.staff_view import DeviceRow, StaffView, TicketRow, VisitRow


async def _no_self_test() -> None:
    """Where there are no devices there is nothing to test."""


@dataclass(frozen=True)
class StaffServices:
    """What the clerk's side needs of the rest of the robot.

    `print_ticket(case id)` raises DeviceError when the printer cannot; `accept_help(visit id, clerk)`
    raises LookupError when there is no such visit. `changed` is told of every change of visits, devices
    and cases. `service_label`: a service's id → how the clerk calls it. `live` looks at all kiosks,
    `self_test` tests this one's devices and raises `robot.staff.selftest.Busy` while they are somebody's.
    `labels` names what the figures tell of; `keeps_sentences`: the town keeps what was not understood.
    `content`: the town's facts as they hold, and what administrators change of them.
    """

    office: BackOffice
    town: str
    changed: Broadcast
    visits: Callable[[], Sequence[VisitRow]]
    devices: Callable[[], Sequence[DeviceRow]]
    print_ticket: Callable[[str], Awaitable[None]]
    accept_help: Callable[[str, str], Awaitable[None]]
    service_label: Callable[[str], str] = str
    live: LiveHouse | None = None
    self_test: Callable[[], Awaitable[object]] = _no_self_test
    labels: Labels = field(default_factory=Labels)
    keeps_sentences: bool = False
    sign_in: SignInRules = field(default_factory=SignInRules)
    content: Content | None = None

    def house(self) -> LiveHouse:
        """All kiosks; without `live` this one alone, and what it is told by nobody else."""
        return self.live or LiveHouse(self.office, self.changed, self.visits, self.devices)

    def ticket_row(self, ticket: QueueTicket) -> TicketRow:
        """A plain number as the clerk's page has it."""
        return TicketRow(
            number=ticket.number,
            service=self.service_label(ticket.service),
            created=ticket.created.isoformat(),
            id=ticket.id,
            service_id=ticket.service,
            state=ticket.state,
            place=ticket.place,
            calls=ticket.calls,
            called=ticket.called.isoformat() if ticket.called else None,
            by=ticket.by,
        )

    async def stored(self) -> StaffView:
        """The part of the live view that comes out of the store. Raises StoreError, KeyFileError."""
        office = self.office
        tickets = [self.ticket_row(ticket) for ticket in await office.tickets.today()]
        return StaffView(
            seq=0,
            now=stamp(office.clock()),
            town=self.town,
            visits=[],
            cases=await office.cases.list_rows(),
            devices=[],
            tickets=tickets,
            shreds=await office.shreds.list(),
            messages=await office.board.messages(),
            closing=await office.board.closing(),
        )
