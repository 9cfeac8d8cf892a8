"""What the database adds up is what anybody would count by hand."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from robot.cases.database import Database
from robot.cases.tables import figure_visits, figure_waits
from robot.figures.counting import UNANSWERED, FigureStore, VisitFigure, WaitFigure
from robot.figures.labels import Labels
from robot.figures.period import Kind, Period, period
from robot.figures.report import FEWEST, Asked, make_report, quantile
from robot.visit.tally import KEYPAD, TOUCH, VOICE
from robot.web.figures_view import FiguresReport
from tests.robot.cases.kit import TurnedClock

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
SERVICES = ("", "identity_card", "passport", "dog_tax")
OUTCOMES = ("done", "left", "timeout", "stopped", "failed", UNANSWERED)
ALL = Period(Kind.RANGE, date(2026, 2, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Database(f"sqlite:///{Path(folder) / 'lotse.sqlite'}")
        yield opened
        opened.close()


@pytest.fixture
def store(database: Database) -> FigureStore:
    with database.writing() as connection:
        connection.execute(delete(figure_visits))
        connection.execute(delete(figure_waits))
    return FigureStore(database, ZONE, kiosk="Foyer", clock=TurnedClock())


def visit(service: str = "identity_card", **other: object) -> VisitFigure:
    given: dict[str, object] = {
        "kiosk": "Foyer",
        "started": datetime(2026, 3, 2, 8, 20, tzinfo=UTC),
        "language": "de",
        "service": service,
        "step": "form" if service else "",
        "place": 4 if service else 0,
        "outcome": "done",
    }
    return VisitFigure(**{**given, **other})  # type: ignore[arg-type]


def asked(days: Period = ALL, **chosen: str) -> Asked:
    return Asked(days, **chosen)


def told(store: FigureStore, wanted: Asked) -> FiguresReport:
    return make_report(store, wanted, Labels(), None)


times = st.builds(
    lambda day, minute: datetime(2026, 2, 1, tzinfo=ZONE) + timedelta(days=day, minutes=minute),
    st.integers(0, 58),
    st.integers(6 * 60, 20 * 60),
)


@st.composite
def figures(draw: st.DrawFn) -> VisitFigure:
    service = draw(st.sampled_from(SERVICES))
    heard = draw(st.integers(0, 9))
    return VisitFigure(
        kiosk=draw(st.sampled_from(("Foyer", "Bücherei"))),
        started=draw(times),
        language=draw(st.sampled_from(("de", "en", "tr"))),
        service=service,
        step=draw(st.sampled_from(("situation", "form", "review"))) if service else "",
        place=draw(st.integers(1, 3)) if service else 0,
        outcome=draw(st.sampled_from(OUTCOMES)),
        own=not service or draw(st.booleans()),
        minutes=draw(st.integers(0, 30)),
        heard=heard,
        understood=draw(st.integers(0, heard)),
        repeats=draw(st.integers(0, 2)),
        helped=draw(st.booleans()),
        taken_over=draw(st.booleans()),
        ways=draw(st.frozensets(st.sampled_from((VOICE, TOUCH, KEYPAD)))),
        thumb=draw(st.sampled_from((-1, 0, 1))),
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    visits=st.lists(figures(), max_size=25),
    kiosk=st.sampled_from(("", "Foyer")),
    service=st.sampled_from(SERVICES),
)
def test_every_total_is_what_one_counts_by_hand(
    database: Database, visits: list[VisitFigure], kiosk: str, service: str
) -> None:
    with database.writing() as connection:
        connection.execute(delete(figure_visits))
        connection.execute(delete(figure_waits))
    store = FigureStore(database, ZONE, clock=TurnedClock())
    store.write(visits)
    report = told(store, asked(kiosk=kiosk, service=service))

    mine = [one for one in visits if kiosk in ("", one.kiosk) and service in ("", one.service)]
    came = [one for one in mine if one.outcome != UNANSWERED]
    wanted = [one for one in came if one.service]
    counted = came if service else [one for one in came if one.own]
    done = [one for one in wanted if one.outcome == "done"]
    now = report.now
    assert now.visits == len(counted)
    assert now.greeted == len(mine) - len(came)
    assert (now.requests, now.completed) == (len(wanted), len(done))
    assert now.not_understood == sum(one.heard - one.understood for one in came)
    assert (now.helped, now.taken_over) == (sum(o.helped for o in came), sum(o.taken_over for o in came))
    assert now.thumbs_up == sum(one.thumb > 0 for one in came)
    assert sum(point.visits or 0 for point in report.series) == len(counted)
    assert sum(point.completed or 0 for point in report.series) == len(
        [one for one in came if one.outcome == "done"]
    )
    by_service = Counter(one.service for one in wanted)
    assert {row.id: row.requests for row in report.by_service} == by_service
    for row in report.by_service:
        ends = Counter(one.outcome for one in wanted if one.service == row.id)
        assert (row.completed, row.left, row.timeout) == (ends["done"], ends["left"], ends["timeout"])
    by_language = Counter(one.language for one in counted)
    assert {row.code: row.visits for row in report.by_language if row.visits} == by_language
    ways = Counter(way for one in came for way in one.ways)
    assert report.ways.model_dump() == {way: ways[way] for way in (VOICE, TOUCH, KEYPAD)}
    if not service:
        cells = Counter((one.started.weekday(), one.started.hour) for one in counted)
        assert {
            (day, hour): count
            for day, row in enumerate(report.heat)
            for hour, count in enumerate(row)
            if count
        } == cells


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
def test_the_median_and_the_ninetieth_hundredth_are_those_of_the_sorted_list(minutes: list[int]) -> None:
    ordered = sorted(minutes)
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    assert quantile(Counter(minutes), 0.5) == median
    p90 = quantile(Counter(minutes), 0.9)
    assert p90 is not None
    assert sum(one <= p90 for one in ordered) >= math.ceil(0.9 * len(ordered))


def test_nothing_is_said_of_no_waits() -> None:
    assert quantile(Counter(), 0.5) is None


def test_a_funnel_tells_station_by_station_who_came_and_who_stopped(store: FigureStore) -> None:
    ends = [("situation", 1, "left")] * 3 + [("form", 2, "timeout")] * 4 + [("review", 3, "done")] * 5
    store.write(visit(step=step, place=place, outcome=outcome) for step, place, outcome in ends)
    (funnel,) = told(store, asked()).funnels
    assert [(step.id, step.reached, step.ended) for step in funnel.steps] == [
        ("situation", 12, 3),
        ("form", 9, 4),
        ("review", 5, 0),
    ]
    assert (funnel.started, funnel.completed) == (12, 5)


def test_waits_are_told_with_mean_median_and_p90_by_service(store: FigureStore) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    store.write([], [WaitFigure(at, "passport", minutes) for minutes in (2, 4, 6, 8, 70)])
    every, passport = told(store, asked()).waits
    assert (every.count, every.mean, every.median, every.p90) == (5, 18.0, 6, 70)
    assert (passport.id, passport.median) == ("passport", 6)
    bins = {one.minutes: one.count for one in told(store, asked()).wait_bins if one.count}
    assert bins == {0: 2, 5: 2, 60: 1}


def test_the_period_before_stands_beside(store: FigureStore) -> None:
    store.write([visit(), visit(), visit(), visit(started=datetime(2026, 2, 23, 9, tzinfo=UTC))])
    report = told(store, Asked(period(Kind.WEEK, date(2026, 3, 4))))
    assert (report.now.visits, report.then.visits) == (3, 1)
    assert (report.before.first, report.before.last) == ("2026-02-23", "2026-02-25")


def test_an_hour_is_the_towns_own(store: FigureStore) -> None:
    store.write([visit(started=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))] * 3)
    (point,) = [one for one in told(store, asked()).series if one.visits]
    assert point.at == "2026-03-03"
    assert told(store, asked()).heat[1][0] == 3


def test_small_counts_are_withheld_where_they_could_single_somebody_out(store: FigureStore) -> None:
    turkish = [visit("dog_tax", language="tr")] * 2
    store.write([*turkish, *[visit("passport", language="tr")] * FEWEST, visit("dog_tax"), *[visit()] * 9])
    report = told(store, asked())
    services = [service.id for service in report.cross_services]
    row = next(row for row in report.cross if row.language == "tr")
    assert dict(zip(services, row.counts, strict=True)) == {
        "dog_tax": None,
        "passport": FEWEST,
        "identity_card": 0,
    }
    assert all(
        count is None or count == 0 or count >= FEWEST
        for cells in told(store, asked(language="tr")).heat
        for count in cells
    )
    assert told(store, asked(language="tr", service="passport")).now.visits == FEWEST


def test_two_visits_in_one_language_to_one_service_are_not_told_at_all(store: FigureStore) -> None:
    store.write([visit("dog_tax", language="tr", helped=True, heard=4, understood=1)] * 2 + [visit()] * 5)
    few = told(store, asked(language="tr", service="dog_tax"))
    assert few.few
    values = few.now.model_dump(exclude={"failures"}).values()
    assert set(values) == {None}
    numbers = [
        few.series[0].visits,
        *(row.requests for row in few.by_service),
        *(row.visits for row in few.by_language),
        *(step.reached for funnel in few.funnels for step in funnel.steps),
    ]
    assert {number for number in numbers if number} == set()
    assert few.by_language[0].understood is None


def test_a_year_of_three_hundred_visits_a_day_is_asked_in_a_handful_of_rows(store: FigureStore) -> None:
    """The database adds up: what comes out of it does not grow with the visits."""
    rows = 0
    counted = [visit(started=datetime(2026, 3, 2, 7 + n % 9, tzinfo=UTC)) for n in range(3000)]
    store.write(counted)

    def executed(connection: object, cursor: object, statement: str, *_more: object) -> None:
        nonlocal rows
        assert "SELECT *" not in statement
        rows += 1

    event.listen(store.database.engine, "after_cursor_execute", executed)
    try:
        report = told(store, asked())
    finally:
        event.remove(store.database.engine, "after_cursor_execute", executed)
    assert report.now.visits == 3000
    assert rows < 40


@pytest.mark.parametrize(
    "kind, today, days, before",
    [
        (Kind.TODAY, date(2026, 3, 4), ("2026-03-04", "2026-03-04"), ("2026-02-25", "2026-02-25")),
        (Kind.WEEK, date(2026, 3, 4), ("2026-03-02", "2026-03-04"), ("2026-02-23", "2026-02-25")),
        (Kind.MONTH, date(2026, 3, 31), ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (Kind.MONTH, date(2026, 1, 5), ("2026-01-01", "2026-01-05"), ("2025-12-01", "2025-12-05")),
        (Kind.YEAR, date(2028, 2, 29), ("2028-01-01", "2028-02-29"), ("2027-01-01", "2027-02-28")),
    ],
)
def test_periods_and_those_before(
    kind: Kind, today: date, days: tuple[str, str], before: tuple[str, str]
) -> None:
    found = period(kind, today)
    assert (found.first.isoformat(), found.last.isoformat()) == days
    earlier = found.before()
    assert (earlier.first.isoformat(), earlier.last.isoformat()) == before


@given(st.dates(date(2021, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_days_from_and_to_are_compared_with_as_many_just_before(first: date, more: int) -> None:
    found = period(Kind.RANGE, MONDAY, first, first + timedelta(days=more))
    before = found.before()
    assert before.days == found.days
    assert before.last + timedelta(days=1) == first
