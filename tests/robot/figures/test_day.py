"""A whole invented day, played into a back office: the figures say what the day's own tally says."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogs.catalogue import Catalogue
from robot.day_command import DayError, Filled, Wanted, day_for, fill, run_day, settings_for
from robot.figures.labels import Labels
from robot.figures.period import Kind, Period
from robot.figures.report import Asked, make_report, quantile
from robot.settings import Settings, load
from robot.staff.office import BackOffice
from robot.staff.rights import Role
from robot.web.figures_view import FiguresReport
from tests.robot.cases.kit import QUICK

ROOT = Path(__file__).resolve().parents[3]
FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MORNING = time(10, 40)
BERLIN = ZoneInfo("Europe/Berlin")
SMALL = Wanted(FRIDAY, seed=3, weeks=1, visits=55)


@dataclasses.dataclass(frozen=True)
class Day:
    """The settings of the day's store, what was filled in, and what the figures say of it."""

    settings: Settings
    filled: Filled
    report: FiguresReport
    office: BackOffice


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Day]:
    settings = settings_for(load(ROOT / "lotse.toml"), tmp_path_factory.mktemp("day"))
    filled = fill(settings, catalogue, SMALL, NOW, hasher=QUICK)
    office = BackOffice.open(settings.store_url(), settings.store.key_file, clock=lambda: NOW, hasher=QUICK)
    asked = Asked(Period(Kind.RANGE, FRIDAY, FRIDAY))
    yield Day(settings, filled, make_report(office.figures, asked, Labels(catalogue), None), office)
    office.close()


def test_the_figures_of_the_day_are_those_of_its_own_tally(day: Day) -> None:
    tally, report = day.filled.tally, day.report
    now = report.now
    assert tally["visits"] > 20
    assert (now.visits, now.greeted) == (tally["visits"], tally["greeted"])
    assert now.not_understood == tally["heard"] - tally["understood"]
    assert (now.helped, now.repeats) == (tally["helped"], tally["repeats"])
    assert (now.thumbs_up, now.thumbs_down) == (tally["up"], tally["down"])
    assert now.minutes == round(tally["minutes"] / tally["visits"], 1)
    assert {row.id: row.requests for row in report.by_service} == tally["services"]
    assert {row.id: row.completed for row in report.by_service} == tally["completed"]
    assert {row.code: row.visits for row in report.by_language if row.visits} == tally["languages"]
    assert {point.at: point.visits for point in report.series if point.visits} == tally["hours"]
    assert {way: n for way, n in report.ways.model_dump().items() if n} == tally["ways"]
    stations = {
        f"{funnel.id} {step.id}": step.reached
        for funnel in report.funnels
        for step in funnel.steps
        if step.reached
    }
    assert stations == tally["stations"]
    assert sum(row.failures for row in report.devices) == tally["outages"]


def test_the_waiting_times_are_those_between_number_and_call(day: Day) -> None:
    waits: Counter[int] = Counter(day.filled.tally["waits"])
    every = day.report.waits[0]
    assert every.count == waits.total()
    assert every.median == quantile(waits, 0.5)
    assert every.p90 == quantile(waits, 0.9)


def test_the_weeks_before_stand_behind_the_day(day: Day) -> None:
    before = make_report(
        day.office.figures, Asked(Period(Kind.RANGE, date(2026, 11, 13), date(2026, 11, 19))), Labels(), None
    )
    assert sum(bool(point.visits) for point in before.series) == 5
    assert before.waits


async def test_its_cases_came_through_the_store_and_its_trail_is_sound(day: Day) -> None:
    entries = await day.office.audit.entries()
    handed = [entry for entry in entries if entry["what"] == "handed_over"]
    assert len(handed) == day.filled.tally["cases"]
    detail = await day.office.cases.open(handed[0]["subject"], "Amt 33")
    assert any("Muster" in field.value or "MUSTER" in field.value for field in detail.fields)
    assert detail.fees or detail.documents
    assert await day.office.audit.verify_audit() is None


async def test_somebody_of_each_role_can_sign_in(day: Day) -> None:
    assert set(day.filled.accounts) == set(Role)
    for role, (name, password) in day.filled.accounts.items():
        account = await day.office.accounts.verify(name, password)
        assert account.role is role


@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-22T11:00", "2026-11-20"),  # a Sunday
        ("2026-11-23T00:10", "2026-11-20"),
        ("2026-11-23T10:39", "2026-11-20"),
        ("2026-11-23T10:41", "2026-11-23"),
        ("2026-11-23T13:00", "2026-11-23"),  # the lunch break
        ("2026-11-23T23:50", "2026-11-23"),
    ],
)
def test_a_working_morning_can_be_had_at_any_time(catalogue: Catalogue, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    assert day_for(catalogue, moment, MORNING).isoformat() == expected


async def test_a_day_that_breaks_off_in_the_morning_has_people_waiting_and_nothing_later(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    settings = settings_for(load(ROOT / "lotse.toml"), tmp_path)
    wanted = Wanted(None, seed=1, weeks=0, visits=280, at=MORNING)
    filled = await asyncio.to_thread(fill, settings, catalogue, wanted, NOW, hasher=QUICK)
    assert filled.until == datetime.combine(FRIDAY, MORNING, BERLIN)
    office = BackOffice.open(settings.store_url(), settings.store.key_file, hasher=QUICK)
    rows = await office.cases.list_rows()
    assert any(row.state == "waiting" for row in rows)
    last = max(datetime.fromisoformat(entry["at"]) for entry in await office.audit.entries())
    assert last <= filled.until
    office.close()


def test_a_day_on_which_the_house_is_closed_is_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    settings = settings_for(load(ROOT / "lotse.toml"), tmp_path)
    with pytest.raises(DayError, match="closed on 2026-11-22"):
        fill(settings, catalogue, dataclasses.replace(SMALL, day=date(2026, 11, 22)), NOW, hasher=QUICK)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "lotse.sqlite").write_text("a town's own")
    with pytest.raises(DayError, match="something else"):
        run_day(load(ROOT / "lotse.toml"), catalogue, SMALL, tmp_path, serve=False, say=print)
    assert (tmp_path / "lotse.sqlite").read_text() == "a town's own"


def test_the_robot_of_the_day_has_no_devices_and_no_other_switch() -> None:
    settings = load(ROOT / "lotse.toml")
    own = settings_for(settings, Path("/nowhere"))
    changed = {name for name in Settings.model_fields if getattr(own, name) != getattr(settings, name)}
    assert changed == {"store", "speech", "cards", "camera", "printer", "body", "dialogue"}
    assert json.loads(own.printer.model_dump_json())["port"] == "none"
