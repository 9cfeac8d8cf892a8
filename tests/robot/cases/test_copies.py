"""Copies of a visit: in memory until the case is handed over, then sealed with it; gone with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware.ports import DeviceError
from robot.cases.copies import CopyInfo, CopyUnknown
from robot.cases.crypto import SealError
from robot.cases.model import CaseState
from robot.cases.store import CaseUnknown
from robot.cases.tables import attachments
from robot.staff.office import BackOffice
from robot.web.staff_view import CopyState, StateChange
from tests.robot.cases.kit import TurnedClock, downgrade, draft, files, open_office, traces, visit_id

PDF = b"%PDF-1.7 Namens\xc3\xa4nderung MUSTERMANN"
INFO = CopyInfo(
    item="name_proof", label="Nachweis des neuen Namens", identity=False, purpose="Antrag", pages=2, dpi=191
)


@dataclass
class File:
    pdf: bytes


@dataclass
class Maker:
    """A copy in the making whose end the test decides."""

    end: asyncio.Future[File] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    stopped: bool = False

    async def result(self) -> File:
        return await asyncio.shield(self.end)

    def cancel(self) -> None:
        self.stopped = True
        if not self.end.done():
            self.end.set_exception(DeviceError("Stopped."))

    async def closed(self) -> None:
        await asyncio.wait({self.end})


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def changes() -> asyncio.Event:
    """Set when staff can see something new."""
    return asyncio.Event()


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock, changes: asyncio.Event) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock, on_change=changes.set)
    yield opened
    opened.close()


async def finished(office: BackOffice, visit: str, pdf: bytes = PDF, info: CopyInfo = INFO) -> None:
    maker = Maker()
    copy = office.copies.hold(visit, info, maker)
    maker.end.set_result(File(pdf))
    await copy.ended.wait()


@pytest.mark.usefixtures("each_database")
async def test_a_copy_goes_with_the_case_and_opens_for_the_clerk_with_a_trace(office: BackOffice) -> None:
    one = draft()
    await finished(office, one.visit)
    ref = await office.cases.hand_over(one)
    (copy,) = (await office.cases.open(ref.id, "Amt 33")).copies
    assert (copy.label, copy.pages, copy.dpi, copy.state) == (INFO.label, 2, 191, CopyState.READY)
    stored = await office.cases.open_copy(ref.id, copy.id, "Amt 33")
    assert (stored.name, stored.pdf) == ("A-001-Kopie-1.pdf", PDF)
    trail = (await office.cases.open(ref.id, "Amt 33")).trail
    assert [(event.what, event.detail) for event in trail] == [
        ("übergeben", ""),
        ("angesehen", ""),
        ("angesehen", "Kopie 1"),
        ("angesehen", ""),
    ]
    assert office.copies.held(one.visit) == ()


async def test_nothing_of_a_copy_can_be_read_from_the_disk(tmp_path: Path, office: BackOffice) -> None:
    one = draft()
    await finished(office, one.visit)
    assert traces(tmp_path, ("%PDF", INFO.label)) == [], "not even sealed before the hand-over"
    await office.cases.hand_over(one)
    assert traces(tmp_path, ("%PDF", "Namensänderung", "Nachweis", "name_proof")) == []
    assert any(b"attachments" in content for content in files(tmp_path).values())


async def test_a_copy_that_is_still_being_made_follows_its_case(
    office: BackOffice, changes: asyncio.Event
) -> None:
    one = draft()
    maker = Maker()
    copy = office.copies.hold(one.visit, INFO, maker)
    ref = await office.cases.hand_over(one)
    (row,) = (await office.cases.open(ref.id, "Amt 33")).copies
    assert row.state is CopyState.MAKING
    with pytest.raises(CopyUnknown):
        await office.cases.open_copy(ref.id, row.id, "Amt 33")
    assert await office.shreds.list() == []
    await office.shreds.add(one.visit, ref.created, "done", ["fields"])
    assert not maker.stopped, "it belongs to the case now; the end of the visit does not take it away"
    changes.clear()
    maker.end.set_result(File(PDF))
    await copy.ended.wait()
    async with asyncio.timeout(60):
        await changes.wait()
    assert (await office.cases.open_copy(ref.id, row.id, "Amt 33")).pdf == PDF


async def test_a_copy_that_fails_is_seen_by_the_clerk(office: BackOffice) -> None:
    one = draft()
    maker = Maker()
    told: list[bool] = []
    copy = office.copies.hold(one.visit, INFO, maker, on_end=lambda ended: told.append(ended.failed))
    maker.end.set_exception(DeviceError("ocrmypdf is not installed."))
    await copy.ended.wait()
    await asyncio.sleep(0)
    assert told == [True]
    ref = await office.cases.hand_over(one)
    assert [row.state for row in (await office.cases.open(ref.id, "Amt 33")).copies] == [CopyState.FAILED]


async def test_a_copy_that_never_came_shows_as_failed(office: BackOffice, clock: TurnedClock) -> None:
    """The robot was switched off while the copy was being made."""
    one = draft()
    office.copies.hold(one.visit, INFO, Maker())
    ref = await office.cases.hand_over(one)
    await office.copies.close()
    clock.turn(minutes=25)
    assert [row.state for row in (await office.cases.open(ref.id, "Amt 33")).copies] == [CopyState.FAILED]


async def test_a_visit_that_ends_without_hand_over_leaves_no_copy_and_the_shred_record_says_so(
    office: BackOffice, clock: TurnedClock
) -> None:
    visit, maker = visit_id(), Maker()
    await finished(office, visit, info=INFO.model_copy(update={"item": "consent"}))
    copy = office.copies.hold(visit, INFO, maker)
    done = office.copies.held(visit)[0]
    await office.shreds.add(visit, clock(), "left", ["fields"])
    assert maker.stopped
    await copy.ended.wait()
    assert (done.pdf, copy.pdf) == (b"", b"")
    assert office.copies.held(visit) == ()
    assert (await office.shreds.list())[0].wiped == ["fields", "copies"]


async def test_a_copy_made_again_takes_the_place_of_the_first(office: BackOffice) -> None:
    one, first = draft(), Maker()
    office.copies.hold(one.visit, INFO, first)
    await finished(office, one.visit)
    assert first.stopped
    ref = await office.cases.hand_over(one)
    assert len((await office.cases.open(ref.id, "Amt 33")).copies) == 1


async def test_a_second_hand_over_adds_nothing(office: BackOffice) -> None:
    one = draft()
    await finished(office, one.visit)
    ref = await office.cases.hand_over(one)
    assert await office.cases.hand_over(one) == ref
    assert len((await office.cases.open(ref.id, "Amt 33")).copies) == 1


async def test_a_copy_opens_only_within_its_own_case(office: BackOffice) -> None:
    one, other = draft(), draft()
    await finished(office, one.visit)
    ref, another = await office.cases.hand_over(one), await office.cases.hand_over(other)
    (row,) = (await office.cases.open(ref.id, "Amt 33")).copies
    with pytest.raises(CopyUnknown):
        await office.cases.open_copy(another.id, row.id, "Amt 33")
    with pytest.raises(CaseUnknown):
        await office.cases.open_copy("nothing", row.id, "Amt 33")


async def test_a_copy_moved_to_another_case_by_hand_does_not_open(office: BackOffice) -> None:
    one, other = draft(), draft()
    await finished(office, one.visit)
    ref, another = await office.cases.hand_over(one), await office.cases.hand_over(other)
    (row,) = (await office.cases.open(ref.id, "Amt 33")).copies
    with office.database.writing() as connection:
        connection.execute(attachments.update().values(case_id=another.id))
    with pytest.raises(SealError):
        await office.cases.open_copy(another.id, row.id, "Amt 33")


@pytest.mark.usefixtures("each_database")
async def test_copies_are_deleted_with_their_case(
    office: BackOffice, clock: TurnedClock, tmp_path: Path
) -> None:
    one = draft()
    await finished(office, one.visit)
    ref = await office.cases.hand_over(one)
    await office.cases.change_state(ref.id, StateChange(state=CaseState.DONE, version=1), "Amt 33")
    clock.turn(days=31)
    assert await office.cases.delete_old(30) == 1
    with office.database.reading() as connection:
        assert connection.execute(attachments.select()).first() is None


async def test_a_database_of_the_version_before_gets_the_table_and_keeps_its_cases(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    ref = await office.cases.hand_over(draft())
    downgrade(office, "0001")
    office.close()
    again = open_office(tmp_path)
    try:
        assert (await again.cases.open(ref.id, "Amt 33")).copies == []
    finally:
        again.close()


def test_the_columns_of_copies_say_nothing_about_a_person() -> None:
    assert {column.name for column in attachments.columns} == {
        "id", "case_id", "place", "created", "state", "sealed_info", "sealed",
    }  # fmt: skip
    assert {index.columns.keys()[0] for index in attachments.indexes} == {"case_id"}
