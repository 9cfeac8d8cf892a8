"""Who waits longest is called first, with a case or not; the monitor shows numbers and counters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.cases.calls import SHOWN, NobodyWaits, TicketUnknown
from robot.cases.store import ChangeRefused, Conflict
from robot.staff.office import BackOffice
from robot.web.case_view import TicketChange, TicketState
from robot.web.staff_view import CaseRow
from tests.robot.cases.kit import TurnedClock, draft, open_office


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock)
    yield opened
    opened.close()


async def case(office: BackOffice, clock: TurnedClock) -> str:
    clock.turn(minutes=1)
    return (await office.cases.hand_over(draft())).number


async def plain(office: BackOffice, clock: TurnedClock, visit: str = "visit-0001") -> str:
    clock.turn(minutes=1)
    return (await office.tickets.take(visit, "queue_ticket")).number


async def row(office: BackOffice, number: str) -> CaseRow:
    return next(one for one in await office.cases.list_rows() if one.number == number)


async def test_whoever_waits_longest_is_next(office: BackOffice, clock: TurnedClock) -> None:
    numbers = [await case(office, clock), await plain(office, clock), await case(office, clock)]
    called = [await office.calls.next("Amt 33", "Platz 3") for _ in numbers]
    assert [one.number for one in called] == numbers == ["A-001", "B-001", "A-002"]
    assert [one.kind for one in called] == ["case", "ticket", "case"]
    first = await row(office, "A-001")
    assert (first.state, first.holder, first.place, first.calls) == ("called", "Amt 33", "Platz 3", 1)
    (ticket,) = await office.tickets.today()
    assert (ticket.state, ticket.by, ticket.place, ticket.calls) == (
        TicketState.CALLED,
        "Amt 33",
        "Platz 3",
        1,
    )
    with pytest.raises(NobodyWaits, match="niemand"):
        await office.calls.next("Amt 33")


@pytest.mark.usefixtures("each_database")
async def test_two_clerks_who_call_at_once_get_two_numbers(office: BackOffice, clock: TurnedClock) -> None:
    for _ in range(4):
        await case(office, clock)
    called = await asyncio.gather(*(office.calls.next(f"Amt {number}") for number in range(4)))
    assert len({one.number for one in called}) == 4


async def test_a_desk_may_serve_one_service_only(office: BackOffice, clock: TurnedClock) -> None:
    await case(office, clock)
    await plain(office, clock)
    assert (await office.calls.next("Amt 33", "", ["queue_ticket"])).number == "B-001"
    with pytest.raises(NobodyWaits):
        await office.calls.next("Amt 33", "", ["queue_ticket"])


async def test_a_number_of_yesterday_is_not_called_today(office: BackOffice, clock: TurnedClock) -> None:
    await case(office, clock)
    await plain(office, clock)
    (old,) = await office.tickets.today()
    clock.turn(days=1)
    with pytest.raises(NobodyWaits):
        await office.calls.next("Amt 33")
    with pytest.raises(TicketUnknown, match="heute nicht"):
        await office.calls.call_ticket(old.id, "Amt 33")
    assert await office.calls.recent() == []


@pytest.mark.usefixtures("each_database")
async def test_the_monitor_shows_the_last_five_numbers_once_each_the_newest_first(
    office: BackOffice, clock: TurnedClock
) -> None:
    for _ in range(SHOWN + 2):
        await case(office, clock)
        await office.calls.next("Amt 33", "Platz 3")
    shown = await office.calls.recent()
    assert [call.number for call in shown] == ["A-007", "A-006", "A-005", "A-004", "A-003"]
    await plain(office, clock)
    called = await office.calls.next("Amt 34", "Zimmer 1.07")
    await office.calls.call_ticket(called.id, "Amt 34", "Zimmer 1.07")
    again = await office.calls.recent()
    assert [(call.number, call.place) for call in again[:2]] == [
        ("B-001", "Zimmer 1.07"),
        ("A-007", "Platz 3"),
    ]
    assert again[0].id == shown[0].id + 2, "each call rings"
    assert set(again[0].model_dump()) == {"id", "number", "place", "at"}


@pytest.mark.usefixtures("each_database")
async def test_what_becomes_of_a_plain_number(office: BackOffice, clock: TurnedClock) -> None:
    await plain(office, clock)
    called = await office.calls.next("Amt 33")
    missed = TicketChange(state=TicketState.MISSED, was=TicketState.CALLED)
    for _ in range(2):
        with pytest.raises(ChangeRefused, match="3 Aufrufen"):
            await office.calls.ticket_state(called.id, missed, "Amt 33")
        await office.calls.call_ticket(called.id, "Amt 33")
    with pytest.raises(Conflict, match="Amt 33"):
        await office.calls.ticket_state(called.id, missed, "Amt 34")
    with pytest.raises(Conflict):
        await office.calls.call_ticket(called.id, "Amt 34")
    gone = await office.calls.ticket_state(called.id, missed, "Amt 33")
    assert (gone.state, gone.calls) == (TicketState.MISSED, 3)
    back = await office.calls.call_ticket(called.id, "Amt 34")
    assert (back.state, back.by) == (TicketState.CALLED, "Amt 34")
    done = TicketChange(state=TicketState.DONE, was=TicketState.CALLED)
    assert (await office.calls.ticket_state(called.id, done, "Amt 34")).state is TicketState.DONE
    with pytest.raises(Conflict):
        await office.calls.ticket_state(called.id, done, "Amt 34")
    entries = await office.audit.entries("2026-03-02:B-001")
    assert [(entry["who"], entry["detail"]) for entry in entries] == [
        ("Amt 33", "waiting>called"),
        ("Amt 33", "called>called"),
        ("Amt 33", "called>called"),
        ("Amt 33", "called>missed"),
        ("Amt 34", "missed>called"),
        ("Amt 34", "called>done"),
    ]


@pytest.mark.parametrize("ticket", ["", "x", "0", "99", "9" * 40, "²", "-1"])
async def test_a_number_that_was_never_given_is_told(office: BackOffice, ticket: str) -> None:
    with pytest.raises(TicketUnknown):
        await office.calls.call_ticket(ticket, "Amt 33")


async def test_a_wait_counts_plain_numbers_too(office: BackOffice, clock: TurnedClock) -> None:
    await plain(office, clock)
    clock.turn(minutes=7)
    await office.calls.next("Amt 33")
    (call,) = await office.waits.recent()
    assert (call.called - call.drawn).total_seconds() == 7 * 60
