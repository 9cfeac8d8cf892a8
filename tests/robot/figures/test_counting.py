"""What is counted of a visit, a wait and a device, and that no person is in it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from robot.cases.model import CaseState, Provenance
from robot.cases.tables import metadata
from robot.figures.counting import FigureStore, VisitFigure, WaitFigure, counted_visit
from robot.figures.labels import Labels
from robot.figures.period import Kind, Period
from robot.figures.report import Asked, make_report
from robot.figures.sheets import as_csv, as_workbook, sheets
from robot.figures.watch import failing
from robot.staff.office import BackOffice
from robot.visit.tally import KEYPAD, TOUCH, VOICE
from robot.visit.visit import Visit
from robot.web.figures_view import FiguresReport
from robot.web.staff_view import DeviceRow, StateChange
from tests.robot.cases.kit import PERSON, TurnedClock, draft, open_office, url

FIGURES = [name for name in metadata.tables if name.startswith("figure_")]
MARCH = Asked(Period(Kind.RANGE, datetime(2026, 3, 1).date(), datetime(2026, 3, 31).date()))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock) -> BackOffice:
    return open_office(tmp_path, clock=clock)


def erika(clock: TurnedClock) -> Visit:
    """A visit that knows all of the specimen's data, and went through the journey with it."""
    visit = Visit(language="tr", started=clock.now)
    visit.service = "identity_card"
    for number, value in enumerate(PERSON):
        visit.set_value(f"field{number}", value, Provenance.MRZ)
    visit.notes.append("Frau MUSTERMANN kommt mit ihrem Sohn.")
    for place, step in enumerate(("situation", "document", "form"), 1):
        visit.tally.reached("identity_card", step, place, last=False)
    visit.heard, visit.understood = 5, 4
    visit.tally.used(VOICE)
    return visit


def told(office: BackOffice, asked: Asked = MARCH) -> FiguresReport:
    return make_report(office.figures, asked, Labels(), office.sentences.all())


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "lotse.sqlite") as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


async def test_no_figure_and_no_export_holds_anything_of_the_person(
    tmp_path: Path, office: BackOffice, clock: TurnedClock
) -> None:
    visit = erika(clock)
    case = await office.cases.hand_over(draft(visit.id))
    clock.turn(minutes=7, seconds=13)
    counted = counted_visit(visit, "done", "Foyer", now=clock.now)
    await office.shreds.add(visit.id, clock.now, "done", visit.wipe())
    await office.figures.add([*counted, *counted, *counted])
    await office.cases.change_state(case.id, StateChange(state=CaseState.CALLED, version=1), "Amt 33")
    await office.sentences.keep("wo ist der kaffee", "tr")
    report = told(office)
    made = sheets(report, "de")
    everything = [repr(rows(tmp_path, table)).encode() for table in FIGURES]
    everything += [as_csv(sheet, "de") for sheet in made]
    everything += [report.model_dump_json().encode(), as_workbook(made, report, "de")]
    secrets = (*PERSON, visit.id, case.id, case.reference, case.number, "Sohn", "07:13", "09:30")
    for text in secrets:
        assert not [text for held in everything if text.casefold().encode() in held.lower()]
    # only the hour of a visit is kept, in no column a time of day
    assert all(":" not in str(cell) for row in rows(tmp_path, "figure_visits") for cell in row)
    office.database.close()


async def test_the_order_of_the_rows_does_not_tell_who_came_first(
    tmp_path: Path, office: BackOffice, clock: TurnedClock
) -> None:
    for language in ("de", "en", "tr", "uk", "ar", "ru", "pl", "fr") * 3:
        await office.figures.add([figure(clock, language=language)])
    with sqlite3.connect(tmp_path / "lotse.sqlite") as connection:
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            connection.execute("SELECT rowid FROM figure_visits")
        keys = [row[0] for row in connection.execute("SELECT id FROM figure_visits NOT INDEXED")]
    assert keys == sorted(keys)
    office.database.close()


@pytest.mark.usefixtures("on_postgres")
async def test_nor_does_postgresql_tell_who_came_first(office: BackOffice, clock: TurnedClock) -> None:
    for language in ("de", "en", "tr", "uk", "ar", "ru", "pl", "fr"):
        await office.figures.add([figure(clock, language=language)])
    with office.database.reading() as connection:
        held = connection.exec_driver_sql("SELECT id, xmin::text FROM figure_visits ORDER BY ctid").all()
    assert [row.id for row in held] == sorted(row.id for row in held)
    assert len({row.xmin for row in held}) == 1, "nor which transaction wrote what"
    office.close()


def figure(clock: TurnedClock, **other: object) -> VisitFigure:
    given: dict[str, object] = {
        "kiosk": "Foyer",
        "started": clock.now,
        "language": "de",
        "service": "",
        "step": "",
        "place": 0,
        "outcome": "left",
    }
    return VisitFigure(**{**given, **other})  # type: ignore[arg-type]


def test_a_visit_with_two_services_is_one_visit_and_two_requests(clock: TurnedClock) -> None:
    visit = erika(clock)
    visit.tally.finished()
    visit.next_application(same_person=True)
    visit.tally.reached("passport", "situation", 1, last=False)
    earlier, own = counted_visit(visit, "timeout", "Foyer", now=clock.now + timedelta(minutes=4))
    assert (earlier.service, earlier.outcome, earlier.own, earlier.heard) == (
        "identity_card",
        "done",
        False,
        0,
    )
    assert (own.service, own.outcome, own.own, own.minutes) == ("passport", "timeout", True, 4)


def test_whoever_has_handed_over_and_walks_away_is_done(clock: TurnedClock) -> None:
    visit = erika(clock)
    visit.tally.finished()
    (own,) = counted_visit(visit, "left", "Foyer", now=clock.now)
    assert own.outcome == "done"


def test_going_back_does_not_undo_how_far_one_came(clock: TurnedClock) -> None:
    visit = erika(clock)
    visit.tally.reached("identity_card", "situation", 1, last=False)
    assert (visit.tally.request.step, visit.tally.request.place) == ("form", 3)


def test_taps_of_the_keypad_are_no_touches(clock: TurnedClock) -> None:
    visit = Visit()
    visit.tally.used(KEYPAD)
    visit.tally.used(TOUCH)
    assert visit.tally.ways == {KEYPAD}


def test_the_understood_share_is_unknown_until_somebody_speaks() -> None:
    visit = Visit()
    assert visit.understood_share is None
    visit.heard, visit.understood = 4, 3
    assert visit.understood_share == 0.75


async def test_the_wait_of_a_case_and_the_work_on_it_are_counted_once(
    office: BackOffice, clock: TurnedClock
) -> None:
    case = await office.cases.hand_over(draft())
    version = 1
    for state, minutes in ((CaseState.CALLED, 12), (CaseState.CALLED, 2), (CaseState.DONE, 9)):
        clock.turn(minutes=minutes)
        row = await office.cases.change_state(case.id, StateChange(state=state, version=version), "Amt 33")
        version = row.version
    (every, one) = told(office).waits
    assert (every.count, every.median, every.work) == (1, 12, 11.0)
    assert one.id == "identity_card"
    office.database.close()


async def test_who_is_called_the_next_day_did_not_wait_in_the_house(
    office: BackOffice, clock: TurnedClock
) -> None:
    case = await office.cases.hand_over(draft())
    clock.turn(days=1)
    await office.cases.change_state(case.id, StateChange(state=CaseState.CALLED, version=1), "Amt 33")
    assert told(office).waits == []
    office.database.close()


async def test_a_devices_failures_are_counted_with_their_minutes_and_mtbf(
    office: BackOffice, clock: TurnedClock
) -> None:
    store = office.figures
    await store.devices({}, 0)
    await store.devices({"printer": "degraded"}, 3600)
    clock.turn(minutes=10)
    await store.devices({"printer": "degraded"}, 600)
    clock.turn(minutes=20)
    await store.devices({}, 1200)
    clock.turn(hours=9)
    await store.devices({"printer": "failed"}, 9 * 3600)
    clock.turn(minutes=30)
    (printer,) = told(office).devices
    assert (printer.device, printer.failures, printer.minutes) == ("printer", 2, 60)
    assert printer.mtbf_hours == pytest.approx(4.8, abs=0.1)
    office.database.close()


async def test_a_failure_that_a_restart_finds_gone_is_over(office: BackOffice, clock: TurnedClock) -> None:
    await office.figures.devices({"camera": "failed"}, 0)
    clock.turn(minutes=5)
    again = FigureStore(office.database, ZoneInfo("Europe/Berlin"), kiosk="Foyer", clock=clock)
    await again.devices({}, 0)
    clock.turn(hours=1)
    (camera,) = told(office).devices
    assert camera.minutes == 5
    office.database.close()


def test_a_device_that_was_never_there_has_not_failed() -> None:
    states = {"camera": "absent", "printer": "degraded", "cards": "failed", "voice": "ready"}
    rows = [DeviceRow(name=name, label=name, state=state) for name, state in states.items()]
    assert failing(rows) == {"printer": "degraded", "cards": "failed"}


async def test_figures_are_deleted_when_their_time_is_over(
    tmp_path: Path, office: BackOffice, clock: TurnedClock
) -> None:
    old = clock.now - timedelta(days=800)
    office.figures.write(
        [figure(clock, started=old), figure(clock)],
        [WaitFigure(old, "passport", 5), WaitFigure(clock.now, "passport", 5)],
    )
    assert await office.figures.delete_old(760) == 1
    assert [len(rows(tmp_path, table)) for table in ("figure_visits", "figure_waits")] == [1, 1]
    office.database.close()


def test_a_time_that_stands_in_utc_is_counted_in_the_towns_hour(
    tmp_path: Path, office: BackOffice, clock: TurnedClock
) -> None:
    office.figures.write([figure(clock, started=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))])
    ((*_, day, weekday, hour),) = [row[2:5] for row in rows(tmp_path, "figure_visits")]
    assert (day, weekday, hour) == ("2026-07-02", 3, 0)
    assert url(tmp_path)
    office.database.close()
