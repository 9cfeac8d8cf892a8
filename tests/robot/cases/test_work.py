"""A case is one clerk's at a time; what may follow is checked, and nothing happens without a trace."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from robot.cases import tables
from robot.cases.model import CaseDraft, CaseState, Counter
from robot.cases.store import ChangeRefused, Conflict, Held
from robot.cases.work import MOST_NOTES, NEXT
from robot.staff.office import BackOffice
from robot.web.case_view import NewNote, Tick, Transfer
from robot.web.staff_view import CaseDetail, CaseRow, StateChange
from tests.robot.cases.kit import TurnedClock, draft, open_office, traces

PASSWORD = "ein langes Passwort"


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock)
    yield opened
    opened.close()


def case() -> CaseDraft:
    return draft().model_copy(update={"counter": (Counter(id="person", label="Person und Dokument"),)})


def four_eyes() -> CaseDraft:
    return draft().model_copy(update={"four_eyes": True})


async def to(
    office: BackOffice, row: CaseRow, state: CaseState, who: str = "Amt 33", reason: str = ""
) -> CaseRow:
    change = StateChange(state=state, version=row.version, reason=reason, place="Platz 3")
    return await office.cases.change_state(row.id, change, who)


async def fresh(office: BackOffice, one: CaseDraft | None = None) -> CaseRow:
    ref = await office.cases.hand_over(one or case())
    return next(row for row in await office.cases.list_rows() if row.id == ref.id)


async def acts(office: BackOffice, case_id: str) -> list[str]:
    return [entry["what"] for entry in await office.audit.entries(case_id)]


async def account(office: BackOffice, name: str, role: str = "clerk") -> str:
    return (await office.accounts.add(name, PASSWORD, role)).id


async def test_a_claimed_case_cannot_be_changed_by_another_clerk_who_may_still_look(
    office: BackOffice,
) -> None:
    row = await fresh(office)
    claimed = await office.cases.claim(row.id, row.version, "Amt 33")
    assert (claimed.row.state, claimed.row.holder) == (CaseState.WORKING, "Amt 33")
    seen = await office.cases.open(row.id, "Amt 34")
    version = seen.row.version
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: office.cases.claim(row.id, version, "Amt 34"),
        lambda: office.cases.release(row.id, version, "Amt 34"),
        lambda: to(office, seen.row, CaseState.DONE, "Amt 34"),
        lambda: to(office, seen.row, CaseState.CALLED, "Amt 34"),
        lambda: office.cases.tick(row.id, Tick(item="counter:person", ticked=True), "Amt 34"),
        lambda: office.cases.transfer(row.id, Transfer(to="s1", key="k", version=version), "Amt 34"),
    ]
    for attempt in attempts:
        with pytest.raises(Held, match="Amt 33"):
            await attempt()
    assert (await office.cases.open(row.id, "Amt 34")).row == seen.row


@pytest.mark.usefixtures("each_database")
async def test_of_many_clerks_who_claim_at_once_one_has_it(office: BackOffice) -> None:
    row = await fresh(office)
    results = await asyncio.gather(
        *(office.cases.claim(row.id, row.version, f"Amt {number}") for number in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, CaseDetail) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 4


async def test_claiming_ones_own_again_changes_nothing(office: BackOffice) -> None:
    row = await fresh(office)
    first = await office.cases.claim(row.id, row.version, "Amt 33")
    again = await office.cases.claim(row.id, row.version, "Amt 33")
    assert again.row == first.row
    assert (await acts(office, row.id)).count("claimed") == 1


async def test_a_released_case_waits_again_for_everybody(office: BackOffice) -> None:
    row = await fresh(office)
    held = await office.cases.claim(row.id, row.version, "Amt 33")
    free = await office.cases.release(row.id, held.row.version, "Amt 33")
    assert (free.row.state, free.row.holder) == (CaseState.WAITING, "")
    with pytest.raises(ChangeRefused, match="nicht in Arbeit bei Ihnen"):
        await office.cases.release(row.id, free.row.version, "Amt 33")
    await office.cases.claim(row.id, free.row.version, "Amt 34")


async def test_what_somebody_holds_whose_session_has_ended_is_given_back(office: BackOffice) -> None:
    row, other = await fresh(office), await fresh(office)
    await office.cases.claim(row.id, 1, "Amt 33")
    await to(office, other, CaseState.CALLED, "Amt 34")
    assert await office.cases.release_absent({"Amt 33", "Amt 34"}) == 0
    assert await office.cases.release_absent({"Amt 34"}) == 1
    rows = {one.id: one for one in await office.cases.list_rows()}
    assert (rows[row.id].state, rows[row.id].holder) == (CaseState.WAITING, "")
    assert rows[other.id].holder == "Amt 34"
    trail = (await office.cases.open(row.id, "Amt 34")).trail
    assert [(event.what, event.detail) for event in trail][2] == ("freigegeben", "Anmeldung beendet")


@pytest.mark.usefixtures("each_database")
async def test_the_claims_of_another_kiosk_are_not_ours_to_give_back(
    office: BackOffice, tmp_path: Path, clock: TurnedClock
) -> None:
    row = await fresh(office)
    await office.cases.claim(row.id, 1, "Amt 33")
    upstairs = open_office(tmp_path, clock=clock, kiosk="Erster Stock")
    assert await upstairs.cases.release_absent(set()) == 0
    upstairs.close()


@pytest.mark.usefixtures("each_database")
async def test_a_case_goes_to_a_colleague_with_a_note_that_only_the_case_can_read(
    office: BackOffice, tmp_path: Path
) -> None:
    colleague = await account(office, "Amt 34")
    await account(office, "Amt 33")
    row = await fresh(office)
    held = await office.cases.claim(row.id, row.version, "Amt 33")
    given = Transfer(to=colleague, note="Bitte die Vollmacht prüfen", key="k1", version=held.row.version)
    detail = await office.cases.transfer(row.id, given, "Amt 33")
    assert (detail.row.state, detail.row.assigned, detail.row.holder) == (
        CaseState.TRANSFERRED,
        "Amt 34",
        "",
    )
    assert [(note.by, note.text) for note in detail.clerks_notes] == [("Amt 33", given.note)]
    assert (detail.trail[-1].what, detail.trail[-1].detail) == ("weitergegeben", "Amt 34")
    with pytest.raises(Held, match="Amt 34"):
        await office.cases.claim(row.id, detail.row.version, "Amt 33")
    taken = await office.cases.claim(row.id, detail.row.version, "Amt 34")
    assert (taken.row.holder, taken.row.assigned) == ("Amt 34", "")
    assert traces(tmp_path, ("Vollmacht",)) == []


async def test_a_case_goes_to_nobody_who_does_not_work_cases(office: BackOffice) -> None:
    auditor = await account(office, "Prüfung", "auditor")
    own = await account(office, "Amt 33")
    row = await fresh(office)
    for to_whom in (auditor, own, "s00000000"):
        with pytest.raises(ChangeRefused, match="keinen Vorgang"):
            await office.cases.transfer(row.id, Transfer(to=to_whom, key="k1", version=1), "Amt 33")
    assert await office.cases.colleagues("Amt 33", set()) == []


async def test_a_lead_takes_a_case_away_and_the_trail_says_from_whom(office: BackOffice) -> None:
    await account(office, "Amt 33")
    row = await fresh(office)
    held = await office.cases.claim(row.id, row.version, "Amt 33")
    free = await office.cases.take_away(row.id, held.row.version, "Leitung")
    assert (free.row.state, free.row.holder) == (CaseState.WAITING, "")
    assert (free.trail[-1].who, free.trail[-1].what, free.trail[-1].detail) == (
        "Leitung",
        "weggenommen",
        "Amt 33",
    )
    with pytest.raises(ChangeRefused, match="gerade niemand"):
        await office.cases.take_away(row.id, free.row.version, "Leitung")


async def test_only_the_allowed_changes_of_state_happen(office: BackOffice) -> None:
    ways: dict[CaseState, list[CaseState]] = {
        CaseState.WAITING: [],
        CaseState.CALLED: [CaseState.CALLED],
        CaseState.WORKING: [CaseState.WORKING],
        CaseState.DONE: [CaseState.DONE],
        CaseState.RETURNED: [CaseState.RETURNED],
        CaseState.MISSED: [CaseState.CALLED, CaseState.CALLED, CaseState.CALLED, CaseState.MISSED],
    }
    for state, way in ways.items():
        for wanted in set(CaseState) - NEXT[state]:
            row = await fresh(office)
            for step in way:
                row = await to(office, row, step, reason="Grund")
            with pytest.raises(ChangeRefused):
                await to(office, row, wanted, reason="Grund")


@pytest.mark.usefixtures("each_database")
async def test_nobody_gets_past_the_second_pair_of_eyes(office: BackOffice) -> None:
    row = await fresh(office, four_eyes())
    row = await to(office, row, CaseState.CALLED)
    row = await to(office, row, CaseState.DONE)
    assert (row.state, row.finished_by) == (CaseState.APPROVAL, "Amt 33")
    with pytest.raises(ChangeRefused, match="jemand anders"):
        await office.cases.approve(row.id, row.version, "Amt 33")
    for state in (CaseState.DONE, CaseState.CALLED, CaseState.WAITING):
        with pytest.raises(ChangeRefused):
            await to(office, row, state)
    with pytest.raises(ChangeRefused, match="abgeschlossen"):
        await office.cases.tick(row.id, Tick(item="document:photo", ticked=True), "Amt 33")
    done = await office.cases.approve(row.id, row.version, "Amt 34")
    assert (done.row.state, done.row.finished_by, done.row.by) == (CaseState.DONE, "Amt 33", "Amt 34")
    assert [(event.who, event.act) for event in done.trail[-2:]] == [
        ("Amt 33", "state"),
        ("Amt 34", "approved"),
    ]


async def test_who_finds_something_in_the_second_look_becomes_the_one_who_finishes(
    office: BackOffice,
) -> None:
    row = await to(office, await fresh(office, four_eyes()), CaseState.DONE)
    taken = await office.cases.claim(row.id, row.version, "Amt 34")
    row = await to(office, taken.row, CaseState.DONE, "Amt 34")
    assert (row.state, row.finished_by) == (CaseState.APPROVAL, "Amt 34")
    assert (await office.cases.approve(row.id, row.version, "Amt 33")).row.state is CaseState.DONE


async def test_without_four_eyes_there_is_nothing_to_approve(office: BackOffice) -> None:
    row = await fresh(office)
    with pytest.raises(ChangeRefused, match="zweite Prüfung"):
        await office.cases.approve(row.id, row.version, "Amt 34")


async def test_somebody_is_missing_only_after_three_calls_and_may_be_called_again(
    office: BackOffice,
) -> None:
    row = await fresh(office)
    for calls in (1, 2):
        row = await to(office, row, CaseState.CALLED)
        assert row.calls == calls
        with pytest.raises(ChangeRefused, match="erst nach 3 Aufrufen"):
            await to(office, row, CaseState.MISSED)
    row = await to(office, row, CaseState.CALLED)
    row = await to(office, row, CaseState.MISSED)
    assert (row.state, row.holder) == (CaseState.MISSED, "")
    assert (await to(office, row, CaseState.CALLED, "Amt 34")).calls == 4


async def test_the_first_call_stays_the_first_call(office: BackOffice, clock: TurnedClock) -> None:
    row = await fresh(office)
    clock.turn(minutes=12)
    first = (await to(office, row, CaseState.CALLED)).called
    clock.turn(minutes=3)
    again = await to(office, (await office.cases.list_rows())[0], CaseState.CALLED)
    assert again.called == first == "2026-03-02T09:42:00.000+00:00"


async def test_ticks_are_stored_with_who_and_when_and_can_be_taken_back(office: BackOffice) -> None:
    row = await fresh(office)
    for item in ("document:photo", "counter:person", "counter:person"):
        detail = await office.cases.tick(row.id, Tick(item=item, ticked=True), "Amt 33")
    assert {(tick.item, tick.by) for tick in detail.checks} == {
        ("document:photo", "Amt 33"),
        ("counter:person", "Amt 33"),
    }
    detail = await office.cases.tick(row.id, Tick(item="document:photo", ticked=False), "Amt 33")
    assert [tick.item for tick in detail.checks] == ["counter:person"]
    assert [(event.what, event.detail) for event in detail.trail[-3:]] == [
        ("geprüft", "Lichtbild"),
        ("geprüft", "Person und Dokument"),
        ("Haken entfernt", "Lichtbild"),
    ]
    for unknown in ("document:person", "counter:photo", "counter:nothing"):
        with pytest.raises(ChangeRefused, match="Prüfliste"):
            await office.cases.tick(row.id, Tick(item=unknown, ticked=True), "Amt 33")


async def test_a_note_that_is_sent_twice_is_one_note_and_lies_sealed(
    office: BackOffice, tmp_path: Path
) -> None:
    row = await fresh(office)
    note = NewNote(key="a1b2c3d4", text="Kommt mit dem Betreuer wieder")
    await office.cases.note(row.id, note, "Amt 33")
    detail = await office.cases.note(row.id, note, "Amt 33")
    assert [one.text for one in detail.clerks_notes] == [note.text]
    assert (await acts(office, row.id)).count("noted") == 1
    assert traces(tmp_path, ("Betreuer",)) == []


async def test_a_reason_survives_a_note_that_is_written_beside_it(office: BackOffice) -> None:
    row = await to(office, await fresh(office), CaseState.RETURNED, reason="Foto fehlt")
    detail = await office.cases.note(row.id, NewNote(key="a1b2c3d4", text="angerufen"), "Amt 34")
    assert (detail.row.reason, detail.row.version) == ("Foto fehlt", row.version + 1)


async def test_a_case_has_an_end_of_notes(office: BackOffice) -> None:
    row = await fresh(office)
    with office.database.writing() as connection:
        connection.execute(
            tables.case_notes.insert(),
            [
                {"id": f"n{place}", "case_id": row.id, "place": place, "by": "", "at": "", "sealed": b""}
                for place in range(MOST_NOTES)
            ],
        )
    with pytest.raises(ChangeRefused, match="höchstens"):
        await office.cases.note(row.id, NewNote(key="a1b2c3d4", text="noch eine"), "Amt 33")


@pytest.mark.usefixtures("each_database")
async def test_ticks_and_notes_go_with_their_case(office: BackOffice, clock: TurnedClock) -> None:
    row = await fresh(office)
    await office.cases.tick(row.id, Tick(item="document:photo", ticked=True), "Amt 33")
    detail = await office.cases.note(row.id, NewNote(key="a1b2c3d4", text="angerufen"), "Amt 33")
    await to(office, detail.row, CaseState.DONE)
    clock.turn(days=8)
    assert await office.cases.delete_old(7) == 1
    with office.database.reading() as connection:
        for table in (tables.case_checks, tables.case_notes):
            assert connection.execute(table.select()).all() == []


@pytest.mark.parametrize("minutes", [-90, 0, 90])
async def test_a_clock_that_is_set_back_never_makes_a_wait_negative(
    office: BackOffice, clock: TurnedClock, minutes: int
) -> None:
    row = await fresh(office)
    clock.turn(minutes=minutes)
    await to(office, row, CaseState.CALLED)
    calls = await office.waits.recent()
    whole_day = [(clock.now.min.time(), clock.now.max.time())]
    waits = [call.waited(lambda _: whole_day).total_seconds() for call in calls]
    assert all(wait >= 0 for wait in waits)


@pytest.mark.usefixtures("each_database")
async def test_every_pair_of_two_browsers_on_one_version_ends_with_one_change(office: BackOffice) -> None:
    wishes = (CaseState.CALLED, CaseState.WORKING, CaseState.DONE)
    for one, two in itertools.product(wishes, wishes):
        row = await fresh(office)
        results = await asyncio.gather(
            to(office, row, one, "Amt 33"), to(office, row, two, "Amt 34"), return_exceptions=True
        )
        assert sum(isinstance(result, Conflict) for result in results) == 1, (one, two)
