from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, update

from robot.cases import tables
from robot.cases.crypto import KeyFileError, Keyring, SealError
from robot.cases.database import Database, StoreError, resolve_url
from robot.cases.model import CaseState
from robot.cases.store import CaseUnknown, ChangeRefused, Conflict
from robot.staff.office import BackOffice
from robot.web.staff_view import CaseRow, StateChange
from tests.robot.cases.kit import (
    PERSON,
    SERIAL,
    TurnedClock,
    downgrade,
    draft,
    files,
    key_file,
    open_office,
    traces,
    url,
)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock, changes: list[str]) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock, on_change=lambda: changes.append("changed"))
    yield opened
    opened.close()


def to(state: CaseState, version: int, reason: str = "") -> StateChange:
    return StateChange(state=state, version=version, reason=reason)


@pytest.mark.usefixtures("each_database")
async def test_a_visit_that_hands_over_twice_has_one_case(office: BackOffice, changes: list[str]) -> None:
    one = draft()
    refs = await asyncio.gather(*(office.cases.hand_over(one) for _ in range(8)))
    assert len({ref.id for ref in refs}) == 1
    assert await office.cases.hand_over(one.model_copy(update={"notes": ()})) == refs[0]
    rows = await office.cases.list_rows()
    assert [(row.id, row.number, row.state) for row in rows] == [(refs[0].id, "A-001", CaseState.WAITING)]
    assert changes


async def test_the_reference_is_random_and_carries_eighty_bits(office: BackOffice) -> None:
    refs = [await office.cases.hand_over(draft()) for _ in range(3)]
    assert all(re.fullmatch(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", ref.reference) for ref in refs)
    assert len({ref.reference for ref in refs}) == 3
    assert await office.cases.find(refs[1].reference.lower()) == refs[1].id
    assert await office.cases.find("AAAA-AAAA-AAAA-AAAA") is None


async def test_numbers_begin_anew_with_the_towns_day(office: BackOffice, clock: TurnedClock) -> None:
    assert (await office.cases.hand_over(draft())).number == "A-001"
    assert (await office.cases.hand_over(draft())).number == "A-002"
    clock.turn(hours=14)  # 23:30 UTC is already tomorrow in Berlin
    assert (await office.cases.hand_over(draft())).number == "A-001"


@pytest.mark.usefixtures("each_database")
async def test_a_plain_queue_ticket_has_its_own_numbers(office: BackOffice) -> None:
    await office.cases.hand_over(draft())
    first = await office.tickets.take("visit-0001", "queue_ticket")
    assert first.number == "B-001"
    assert await office.tickets.take("visit-0001", "queue_ticket") == first
    assert (await office.tickets.take("visit-0002", "queue_ticket")).number == "B-002"
    assert [(ticket.number, ticket.service) for ticket in await office.tickets.today()] == [
        ("B-001", "queue_ticket"),
        ("B-002", "queue_ticket"),
    ]


async def test_the_numbers_of_yesterday_are_not_shown_today(office: BackOffice, clock: TurnedClock) -> None:
    await office.tickets.take("visit-0001", "queue_ticket")
    clock.turn(hours=24)
    assert await office.tickets.today() == []


@pytest.mark.parametrize("name", ["short", "ERIKA MUSTERMANN", "x" * 65, "a/b/c/d/e"])
async def test_a_visit_must_be_named_by_an_opaque_id(office: BackOffice, name: str) -> None:
    with pytest.raises(ValueError, match="random letters") as refused:
        await office.cases.hand_over(draft(name))
    assert name not in str(refused.value)


async def test_nothing_of_the_person_can_be_read_from_the_disk(tmp_path: Path, office: BackOffice) -> None:
    ref = await office.cases.hand_over(draft())
    await office.cases.open(ref.id, "Amt 33")
    await office.cases.change_state(ref.id, to(CaseState.RETURNED, 1, "Foto von ERIKA fehlt"), "Amt 33")
    await office.cases.mark_printed(ref.id, "Kiosk Foyer")
    await office.shreds.add("visit-0001", ref.created, "handed_over", ["fields", "pictures"])
    assert "lotse.sqlite-wal" in files(tmp_path)
    assert traces(tmp_path, (*PERSON, "Foto von", "ihrem Sohn")) == []
    office.close()
    assert traces(tmp_path, (*PERSON, "Foto von", "ihrem Sohn")) == []
    assert traces(tmp_path, ("identity_card",)), "the search itself finds what is in clear"


async def test_a_serial_number_is_never_index_key_or_search_term_pauswg_20_3(office: BackOffice) -> None:
    """PAuswG §20(3): the serial number must not be used to find or to link data."""
    ref = await office.cases.hand_over(draft())
    said = ("serial", "document", "card_number", "surname", "name_", "birth")
    keyed: set[str] = set()
    for table in tables.metadata.tables.values():
        assert not [c.name for c in table.columns if any(word in c.name for word in said)]
        keyed |= {f"{table.name}.{column.name}" for index in table.indexes for column in index.columns}
        keyed |= {
            f"{table.name}.{column.name}"
            for constraint in table.constraints
            for column in getattr(constraint, "columns", ())
        }
    of_cases = {name for name in keyed if name.startswith("cases.")}
    assert of_cases == {
        f"cases.{name}" for name in ("id", "visit", "reference", "state", "changed", "key_id")
    }
    assert await office.cases.find(SERIAL) is None
    assert SERIAL not in "".join(row.model_dump_json() for row in await office.cases.list_rows())
    assert SERIAL not in str(await office.audit.entries())
    assert SERIAL not in (await office.cases.slip(ref.id)).ref.model_dump_json()
    with pytest.raises(CaseUnknown):
        await office.cases.open(SERIAL, "Amt 33")


@pytest.mark.usefixtures("each_database")
async def test_a_clerk_who_opens_a_case_sees_all_of_it_and_leaves_a_trace(office: BackOffice) -> None:
    given = draft()
    ref = await office.cases.hand_over(given)
    detail = await office.cases.open(ref.id, "Amt 33")
    assert tuple(detail.fields) == given.fields
    assert tuple(detail.documents) == given.documents
    assert detail.notes == list(given.notes)
    assert detail.total_cents == 6100
    assert detail.row.service == "Personalausweis"
    assert [(event.who, event.what) for event in detail.trail] == [
        ("Kiosk Foyer", "übergeben"),
        ("Amt 33", "angesehen"),
    ]
    assert [entry["what"] for entry in await office.audit.entries(ref.id)] == ["handed_over", "looked"]


async def test_the_reprinted_slip_has_the_number_and_what_to_bring(office: BackOffice) -> None:
    ref = await office.cases.hand_over(draft())
    slip = await office.cases.slip(ref.id)
    assert (slip.ref, slip.bring, slip.language) == (ref, ("Lichtbild",), "de")
    await office.cases.mark_printed(ref.id, "Kiosk Foyer")
    row = (await office.cases.list_rows())[0]
    assert (row.printed, row.version) == (True, 1)


@pytest.mark.usefixtures("each_database")
async def test_of_two_clerks_on_one_case_the_second_is_told(office: BackOffice) -> None:
    ref = await office.cases.hand_over(draft())
    called = await office.cases.change_state(ref.id, to(CaseState.CALLED, 1), "Amt 33")
    assert (called.version, called.by, called.state) == (2, "Amt 33", CaseState.CALLED)
    with pytest.raises(Conflict, match="Amt 33"):
        await office.cases.change_state(ref.id, to(CaseState.DONE, 1), "Amt 34")
    race = await asyncio.gather(
        office.cases.change_state(ref.id, to(CaseState.DONE, 2), "Amt 33"),
        office.cases.change_state(ref.id, to(CaseState.DONE, 2), "Amt 34"),
        return_exceptions=True,
    )
    assert isinstance(race[0], CaseRow)
    assert isinstance(race[1], Conflict), "held by the first, or changed meanwhile"


@pytest.mark.usefixtures("each_database")
async def test_a_case_goes_back_only_with_a_reason_and_the_reason_stays_sealed(office: BackOffice) -> None:
    ref = await office.cases.hand_over(draft())
    with pytest.raises(ChangeRefused, match="Grund"):
        await office.cases.change_state(ref.id, to(CaseState.RETURNED, 1, "  "), "Amt 33")
    row = await office.cases.change_state(ref.id, to(CaseState.RETURNED, 1, "Foto fehlt"), "Amt 33")
    assert row.reason == "Foto fehlt"
    assert (await office.cases.list_rows())[0].reason == ""
    detail = await office.cases.open(ref.id, "Amt 33")
    assert detail.row.reason == "Foto fehlt"
    assert detail.trail[1].detail == "wartet → zurückgegeben"
    with pytest.raises(ChangeRefused, match="zurückgegeben"):
        await office.cases.change_state(ref.id, to(CaseState.DONE, 2), "Amt 33")
    await office.cases.change_state(ref.id, to(CaseState.WAITING, 2), "Amt 33")
    assert (await office.cases.open(ref.id, "Amt 33")).row.reason == ""


@pytest.mark.usefixtures("each_database")
async def test_an_unknown_case_is_said_to_be_unknown(office: BackOffice) -> None:
    for act in (
        office.cases.open("nothing", "Amt 33"),
        office.cases.slip("nothing"),
        office.cases.mark_printed("nothing", "Amt 33"),
        office.cases.change_state("nothing", to(CaseState.DONE, 1), "Amt 33"),
    ):
        with pytest.raises(CaseUnknown):
            await act


async def test_a_damaged_or_exchanged_case_does_not_open_and_says_so(office: BackOffice) -> None:
    one, two = await office.cases.hand_over(draft()), await office.cases.hand_over(draft())
    with office.database.writing() as connection:
        rows = {row.id: row for row in connection.execute(tables.cases.select())}
        first = tables.cases.c.id == one.id
        connection.execute(update(tables.cases).where(first).values(sealed=rows[one.id].sealed[:-1]))
    with pytest.raises(SealError, match="damaged"):
        await office.cases.open(one.id, "Amt 33")
    with office.database.writing() as connection:
        connection.execute(
            update(tables.cases)
            .where(first)
            .values(sealed=rows[two.id].sealed, wrapped_key=rows[two.id].wrapped_key)
        )
    with pytest.raises(SealError):
        await office.cases.open(one.id, "Amt 33")
    assert (await office.cases.open(two.id, "Amt 33")).row.id == two.id


async def test_closed_cases_are_deleted_in_time_and_open_ones_never(
    tmp_path: Path, office: BackOffice, clock: TurnedClock
) -> None:
    done, returned, waiting = [await office.cases.hand_over(draft()) for _ in range(3)]
    await office.cases.change_state(done.id, to(CaseState.DONE, 1), "Amt 33")
    await office.cases.change_state(returned.id, to(CaseState.RETURNED, 1, "Foto fehlt"), "Amt 33")
    clock.turn(days=6)
    assert await office.cases.delete_old(7) == 0
    clock.turn(days=1)
    sealed = _sealed(office, done.id)
    assert any(sealed in content for content in files(tmp_path).values())
    assert await office.cases.delete_old(7) == 2
    assert not any(sealed in content for content in files(tmp_path).values())
    assert [row.id for row in await office.cases.list_rows()] == [waiting.id]
    assert [entry["what"] for entry in await office.audit.entries(done.id)] == [
        "handed_over",
        "state",
        "deleted",
    ]
    assert await office.audit.verify_audit() is None


async def test_the_retention_task_deletes_by_itself(tmp_path: Path, clock: TurnedClock) -> None:
    gone = asyncio.Event()
    office = open_office(tmp_path, clock=clock, on_change=gone.set)
    ref = await office.cases.hand_over(draft())
    await office.cases.change_state(ref.id, to(CaseState.DONE, 1), "Amt 33")
    clock.turn(days=30)
    gone.clear()
    task = asyncio.create_task(office.retain(7))
    await asyncio.wait_for(gone.wait(), 30)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    with pytest.raises(CaseUnknown):
        await office.cases.ref(ref.id)
    office.close()


async def test_closed_cases_leave_the_list_after_a_day_but_stay_in_the_store(
    office: BackOffice, clock: TurnedClock
) -> None:
    ref = await office.cases.hand_over(draft())
    await office.cases.change_state(ref.id, to(CaseState.DONE, 1), "Amt 33")
    clock.turn(hours=25)
    assert await office.cases.list_rows() == []
    assert (await office.cases.ref(ref.id)).state is CaseState.DONE


@pytest.mark.usefixtures("each_database")
async def test_a_hand_over_whose_visit_is_cancelled_still_happens_and_is_announced(
    office: BackOffice, changes: list[str]
) -> None:
    one = draft()
    task = asyncio.create_task(office.cases.hand_over(one))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ref = await office.cases.hand_over(one)
    assert ref.number == "A-001"
    assert changes


async def test_a_locked_database_is_one_sentence_and_the_case_can_be_handed_over_later(
    tmp_path: Path,
) -> None:
    office = open_office(tmp_path, busy_s=0.05)
    other = sqlite3.connect(tmp_path / "lotse.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    one = draft()
    with pytest.raises(StoreError, match=r"locked by another program: .*\.$"):
        await office.cases.hand_over(one)
    other.execute("ROLLBACK")
    other.close()
    assert (await office.cases.hand_over(one)).number == "A-001"
    office.close()


async def test_a_full_disk_is_one_sentence_and_leaves_no_half_case(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    await office.cases.hand_over(draft())
    big = draft()
    big = big.model_copy(update={"notes": ("x" * 3_000_000,)})
    office.database.engine.dispose()

    def small(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")

    event.listen(office.database.engine, "connect", small)
    with pytest.raises(StoreError, match="is full: free some space") as refused:
        await office.cases.hand_over(big)
    assert "xxx" not in str(refused.value)
    assert len(await office.cases.list_rows()) == 1
    assert await office.audit.verify_audit() is None
    office.close()


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "lotse.sqlite").write_text("this is a letter, not a database\n" * 50)
    with pytest.raises(StoreError, match="damaged"):
        open_office(tmp_path)


@pytest.mark.parametrize("address", ["nonsense", "sqlite://", "sqlite:///:memory:", "unknown://host/db"])
def test_a_wrong_database_address_is_one_sentence(address: str) -> None:
    with pytest.raises(StoreError, match=r"\[store\] url"):
        Database(address)


def test_a_relative_address_is_meant_from_the_settings_file(tmp_path: Path) -> None:
    assert resolve_url("sqlite:///data/x.sqlite", tmp_path) == f"sqlite:///{tmp_path}/data/x.sqlite"
    assert resolve_url("sqlite:////var/x.sqlite", tmp_path) == "sqlite:////var/x.sqlite"


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_office(tmp_path).close()
    with sqlite3.connect(tmp_path / "lotse.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer version"):
        open_office(tmp_path)


def test_the_database_is_private_and_careful(tmp_path: Path) -> None:
    office = open_office(tmp_path / "data")
    with office.database.writing() as connection:
        facts = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert facts == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()} == {0o600}
    office.close()


@pytest.mark.usefixtures("each_database")
def test_the_migrations_make_exactly_the_tables(office: BackOffice) -> None:
    with office.database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    assert [one for one in found if "modify_comment" not in str(one)] == []


@pytest.mark.usefixtures("each_database")
async def test_the_schema_goes_back_to_nothing_and_comes_again(tmp_path: Path, office: BackOffice) -> None:
    await office.cases.hand_over(draft())
    downgrade(office, "base")
    again = open_office(tmp_path)
    assert await again.cases.list_rows() == []
    assert (await again.cases.hand_over(draft())).number == "A-001"
    again.close()


@pytest.mark.usefixtures("each_database")
async def test_a_lost_key_file_is_asked_for_and_not_replaced(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    await office.cases.hand_over(draft())
    office.close()
    kept = key_file(tmp_path).read_bytes()
    key_file(tmp_path).unlink()
    with pytest.raises(KeyFileError, match="missing"):
        open_office(tmp_path)
    assert not key_file(tmp_path).exists()
    (tmp_path / "other").mkdir()
    open_office(tmp_path / "other").close()
    with pytest.raises(KeyFileError, match="belongs to it"):
        BackOffice.open(url(tmp_path), key_file(tmp_path / "other"))
    key_file(tmp_path).touch(0o600)
    key_file(tmp_path).write_bytes(kept)
    open_office(tmp_path).close()


@pytest.mark.usefixtures("each_database")
def test_a_kiosk_with_a_key_file_of_its_own_does_not_write_into_the_towns_database(tmp_path: Path) -> None:
    open_office(tmp_path).close()  # there is nothing in it yet that only its key file can read
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(KeyFileError, match="is missing"):
        BackOffice.open(url(tmp_path), key_file(other))
    Keyring.open(key_file(other), create=True)
    with pytest.raises(KeyFileError, match="copy the key file of the kiosk that was first there"):
        BackOffice.open(url(tmp_path), key_file(other))
    key_file(other).write_bytes(key_file(tmp_path).read_bytes())
    BackOffice.open(url(tmp_path), key_file(other)).close()


@pytest.mark.usefixtures("each_database")
async def test_shred_records_are_listed_newest_first_and_once_per_visit(
    office: BackOffice, clock: TurnedClock
) -> None:
    for number in range(3):
        await office.shreds.add(f"visit-{number}", clock(), "handed_over", ["fields"])
        clock.turn(minutes=5)
    await office.shreds.add("visit-0", clock(), "abandoned", [])
    rows = await office.shreds.list(limit=2)
    assert [(row.visit, row.outcome, row.wiped) for row in rows] == [
        ("visit-2", "handed_over", ["fields"]),
        ("visit-1", "handed_over", ["fields"]),
    ]


@pytest.mark.usefixtures("each_database")
async def test_thumbs_are_counted_and_nothing_else(office: BackOffice) -> None:
    for up in (True, True, False):
        await office.feedback.add("identity_card", up)
    assert await office.feedback.totals() == {"identity_card": (2, 1)}


def _sealed(office: BackOffice, case_id: str) -> bytes:
    with office.database.reading() as connection:
        row = connection.execute(tables.cases.select().where(tables.cases.c.id == case_id)).one()
        return bytes(row.sealed[:64])
