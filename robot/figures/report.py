"""Asks the figures: the database counts and adds up, so that a year of visits is told at once."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from robot.cases.database import stamp
from robot.cases.sentences import Sentence
from robot.cases.tables import figure_outages, figure_uptime, figure_visits, figure_waits
from robot.figures.counting import UNANSWERED, WAIT, WORK, FigureStore
from robot.figures.labels import Labels
from robot.figures.period import Period
from robot.web.figures_view import (
    Count,
    CrossRow,
    Days,
    DeviceFigure,
    FigureQuery,
    FiguresReport,
    Funnel,
    FunnelStep,
    LanguageRow,
    Named,
    SentenceRow,
    SeriesPoint,
    ServiceRow,
    Tiles,
    WaitBin,
    WaitRow,
    Ways,
)

FEWEST = 3
"""Counts below are not told where they could single somebody out."""

DAYS_SHOWN = 92  # a longer period is shown by months
BIN_MIN = 5
LAST_BIN_MIN = 60

_visit = figure_visits.c
_wait = figure_waits.c


@dataclass(frozen=True)
class Asked:
    """Which figures: a period, and "" or one kiosk, service, language."""

    period: Period
    kiosk: str = ""
    service: str = ""
    language: str = ""

    @property
    def narrow(self) -> bool:
        """Whether a small count could be one person whom somebody has seen there."""
        return (self.period.days == 1) + bool(self.service) + bool(self.language) >= 2

    def told(self, count: int) -> Count:
        """A count as it may be told."""
        return guarded(count) if self.narrow else count


def guarded(count: int) -> Count:
    """A count, None for 1 and 2."""
    return None if 0 < count < FEWEST else count


async def report(
    store: FigureStore, asked: Asked, labels: Labels, sentences: Sequence[Sentence] | None
) -> FiguresReport:
    """Everything for the page. `sentences`: None where the town does not keep them. Raises StoreError."""
    return await asyncio.to_thread(make_report, store, asked, labels, sentences)


def make_report(
    store: FigureStore, asked: Asked, labels: Labels, sentences: Sequence[Sentence] | None
) -> FiguresReport:
    """The same, blocking."""
    before = Asked(asked.period.before(), asked.kiosk, asked.service, asked.language)
    with store.database.reading() as connection:
        at = store.now()
        ask = _Ask(connection, asked, labels, store.zone, at)
        now, then = ask.tiles(), _Ask(connection, before, labels, store.zone, at).tiles()
        few = now.visits is None
        cross_services, cross = ask.cross()
        return FiguresReport(
            query=FigureQuery(
                period=asked.period.kind, kiosk=asked.kiosk, service=asked.service, language=asked.language
            ),
            days=_days(asked.period),
            before=_days(before.period),
            few=few,
            kiosks=ask.known(_visit.kiosk),
            services=_named(ask.known(_visit.service), labels.service),
            languages=_named(ask.known(_visit.language), labels.language),
            now=now,
            then=then,
            series=ask.series(),
            by_service=ask.by_service(),
            funnels=ask.funnels(),
            by_language=ask.by_language(),
            cross_services=cross_services,
            cross=cross,
            ways=ask.ways(),
            waits=ask.waits(),
            wait_bins=ask.wait_bins(),
            heat=ask.heat(),
            devices=ask.devices(),
            keeps_sentences=sentences is not None,
            sentences=_sentences(asked, sentences or ()),
        )


def quantile(histogram: Counter[int], share: float) -> float | None:
    """The value below or at which `share` of the values lie, between two of them the middle.

    The inverse of the empirical distribution with averaging (R's type 2): half of them is the median.
    """
    count = histogram.total()
    if not count:
        return None
    # in hundredths: 0.9 times ten is nine, and not a little more
    place, rest = divmod(round(share * 100) * count, 100)
    ordered = sorted(histogram.items())
    low = _nth(ordered, place if rest == 0 else place + 1)
    high = _nth(ordered, min(count, place + 1))
    return (low + high) / 2


def _nth(ordered: Iterable[tuple[int, int]], number: int) -> int:
    """Value number `number` (from 1) of values with how often each is there."""
    for value, times in ordered:
        number -= times
        if number <= 0:
            return value
    raise IndexError(number)


class _Ask:
    """The queries of one period and filter within one consistent view."""

    def __init__(
        self, connection: Connection, asked: Asked, labels: Labels, zone: ZoneInfo, now: datetime
    ) -> None:
        self._now = now
        self._connection = connection
        self._asked = asked
        self._labels = labels
        self._zone = zone
        days = _visit.day.between(asked.period.first.isoformat(), asked.period.last.isoformat())
        chosen = [
            column == wanted
            for column, wanted in (
                (_visit.kiosk, asked.kiosk),
                (_visit.service, asked.service),
                (_visit.language, asked.language),
            )
            if wanted
        ]
        self._all = and_(days, *chosen)
        self._visits = and_(self._all, _visit.outcome != UNANSWERED)
        # a visit with two services is one visit, and one of each service
        self._number: ColumnElement[int] = func.count() if asked.service else func.sum(_visit.own)
        self._histograms: dict[str, dict[str, Counter[int]]] = {}

    def known(self, column: Any) -> list[str]:
        """What can be chosen, whatever was asked for."""
        rows = self._connection.execute(select(column).distinct().where(column != "").order_by(column))
        return list(rows.scalars())

    def _rows(self, *columns: Any, by: Sequence[Any] = (), where: Any = None) -> Sequence[Any]:
        query = select(*by, *columns).where(self._visits if where is None else where)
        return self._connection.execute(query.group_by(*by).order_by(*by)).all()

    # --- the top ---------------------------------------------------------------------------------

    def tiles(self) -> Tiles:
        asked = self._asked
        asks = _visit.service != ""
        (row,) = self._rows(
            func.coalesce(self._number, 0).label("visits"),
            _sum(case((asks, 1), else_=0)).label("requests"),
            _sum(case((and_(asks, _visit.outcome == "done"), 1), else_=0)).label("completed"),
            _sum(_visit.own).label("own"),
            *(
                _sum(_visit[name]).label(name)
                for name in ("minutes", "heard", "understood", "repeats", "helped", "taken_over")
            ),
            _sum(case((_visit.thumb > 0, 1), else_=0)).label("up"),
            _sum(case((_visit.thumb < 0, 1), else_=0)).label("down"),
        )
        greeted = self._connection.execute(
            select(func.count()).where(self._all, _visit.outcome == UNANSWERED)
        ).scalar_one()
        failures = sum(figure.failures for figure in self.devices())
        if asked.told(row.visits) is None:
            return _untold(failures)
        every = sum(self._waits(WAIT).values(), Counter[int]())
        told = asked.told
        return Tiles(
            visits=told(row.visits),
            greeted=told(greeted),
            requests=told(row.requests),
            completed=told(row.completed),
            completion=_share(row.completed, row.requests),
            minutes=_rounded(row.minutes / row.own) if row.own else None,
            understood=_share(row.understood, row.heard),
            not_understood=told(row.heard - row.understood),
            repeats=told(row.repeats),
            helped=told(row.helped),
            taken_over=told(row.taken_over),
            thumbs_up=told(row.up),
            thumbs_down=told(row.down),
            wait_median=self._known(every, quantile(every, 0.5)),
            failures=failures,
        )

    # --- time ------------------------------------------------------------------------------------

    def series(self) -> list[SeriesPoint]:
        done = _sum(case((_visit.outcome == "done", 1), else_=0))
        period = self._asked.period
        if period.days == 1:
            keys = [f"{hour:02d}" for hour in range(24)]
            found = {f"{row[0]:02d}": row for row in self._rows(self._number, done, by=[_visit.hour])}
            busy = [number for number, key in enumerate(keys) if key in found]
            keys = keys[busy[0] : busy[-1] + 1] if busy else []
        elif period.days <= DAYS_SHOWN:
            keys = [(period.first + timedelta(days=n)).isoformat() for n in range(period.days)]
            found = {row[0]: row for row in self._rows(self._number, done, by=[_visit.day])}
        else:
            keys = _months(period.first, period.last)
            month = func.substr(_visit.day, 1, 7)
            found = {row[0]: row for row in self._rows(self._number, done, by=[month])}
        told = self._asked.told
        return [
            SeriesPoint(
                at=key,
                visits=told(int(found[key][1])) if key in found else 0,
                completed=told(int(found[key][2])) if key in found else 0,
            )
            for key in keys
        ]

    def heat(self) -> list[list[Count]]:
        asked = self._asked
        # weekday and hour are the third dimension
        hide = bool(asked.service) or bool(asked.language)
        cells: list[list[Count]] = [[0] * 24 for _ in range(7)]
        for weekday, hour, count in self._rows(self._number, by=[_visit.weekday, _visit.hour]):
            cells[weekday][hour] = guarded(int(count)) if hide else asked.told(int(count))
        return cells

    # --- services --------------------------------------------------------------------------------

    def by_service(self) -> list[ServiceRow]:
        ends: dict[str, Counter[str]] = defaultdict(Counter)
        thumbs: dict[str, Counter[str]] = defaultdict(Counter)
        asks = and_(self._visits, _visit.service != "")
        for service, outcome, thumb, count in self._rows(
            func.count(), by=[_visit.service, _visit.outcome, _visit.thumb], where=asks
        ):
            ends[service][outcome] += count
            if thumb:
                thumbs[service]["up" if thumb > 0 else "down"] += count
        told = self._asked.told
        return [
            ServiceRow(
                id=service,
                label=self._labels.service(service),
                requests=told(outcomes.total()),
                completed=told(outcomes["done"]),
                left=told(outcomes["left"]),
                timeout=told(outcomes["timeout"]),
                stopped=told(outcomes["stopped"] + outcomes["failed"]),
                thumbs_up=told(thumbs[service]["up"]),
                thumbs_down=told(thumbs[service]["down"]),
            )
            for service, outcomes in sorted(ends.items(), key=lambda item: (-item[1].total(), item[0]))
        ]

    def funnels(self) -> list[Funnel]:
        """Per service: whoever came to a station came past those before it, or had no need of them."""
        steps: dict[str, dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
        places: dict[str, dict[str, int]] = defaultdict(dict)
        asks = and_(self._visits, _visit.service != "", _visit.place > 0)
        for service, step, done, place, count in self._rows(
            func.min(_visit.place),
            func.count(),
            by=[_visit.service, _visit.step, case((_visit.outcome == "done", 1), else_=0)],
            where=asks,
        ):
            steps[service][step][bool(done)] += count
            places[service][step] = place
        made = [self._funnel(service, found, places[service]) for service, found in steps.items()]
        return [funnel for _, funnel in sorted(made, key=lambda pair: (-pair[0], pair[1].id))]

    def _funnel(
        self, service: str, found: dict[str, Counter[bool]], places: dict[str, int]
    ) -> tuple[int, Funnel]:
        names = dict(self._labels.stations(service))
        known = {step: number for number, step in enumerate(names, 1)}
        # stations that the service had once stand where they were
        order = sorted({*known, *found}, key=lambda step: (known.get(step, places.get(step, 0)), step))
        started = sum(counted.total() for counted in found.values())
        completed = sum(counted[True] for counted in found.values())
        told = self._asked.told
        steps, reached = [], started
        for step in order:
            ended = found[step] if step in found else Counter[bool]()
            steps.append(
                FunnelStep(
                    id=step, label=names.get(step, step), reached=told(reached), ended=told(ended[False])
                )
            )
            # whoever was done earlier had no need of what follows
            reached -= ended.total()
        return started, Funnel(
            id=service,
            label=self._labels.service(service),
            started=told(started),
            completed=told(completed),
            steps=steps,
        )

    # --- languages and ways ----------------------------------------------------------------------

    def by_language(self) -> list[LanguageRow]:
        rows = self._rows(self._number, _sum(_visit.heard), _sum(_visit.understood), by=[_visit.language])
        told = self._asked.told
        return [
            LanguageRow(
                code=code,
                label=self._labels.language(code),
                visits=told(int(visits)),
                understood=_share(understood, heard) if told(int(visits)) is not None else None,
            )
            for code, visits, heard, understood in sorted(rows, key=lambda row: (-row[1], row[0]))
        ]

    def cross(self) -> tuple[list[Named], list[CrossRow]]:
        """Languages by services: whoever comes alone with a language to an office is not told."""
        asks = and_(self._visits, _visit.service != "")
        cells: Counter[tuple[str, str]] = Counter()
        for language, service, count in self._rows(
            func.count(), by=[_visit.language, _visit.service], where=asks
        ):
            cells[language, service] += count
        services = [row.id for row in self.by_service()]
        languages = [row.code for row in self.by_language()]
        rows = [
            CrossRow(
                language=code,
                label=self._labels.language(code),
                counts=[guarded(cells[code, service]) for service in services],
            )
            for code in languages
            if any(cells[code, service] for service in services)
        ]
        return _named(services, self._labels.service), rows

    def ways(self) -> Ways:
        (row,) = self._rows(*(_sum(_visit[name]) for name in ("voice", "touch", "keypad")))
        voice, touch, keypad = (self._asked.told(int(count)) for count in row)
        return Ways(voice=voice, touch=touch, keypad=keypad)

    # --- waiting ---------------------------------------------------------------------------------

    def _waits(self, what: str) -> dict[str, Counter[int]]:
        """By service, how often one waited so many minutes. Cases have no kiosk and no language here."""
        if what not in self._histograms:
            asked = self._asked
            days = _wait.day.between(asked.period.first.isoformat(), asked.period.last.isoformat())
            chosen = [_wait.service == asked.service] if asked.service else []
            query = (
                select(_wait.service, _wait.minutes, func.count())
                .where(days, _wait.what == what, *chosen)
                .group_by(_wait.service, _wait.minutes)
            )
            found: dict[str, Counter[int]] = defaultdict(Counter)
            for service, minutes, count in self._connection.execute(query):
                found[service][minutes] = count
            self._histograms[what] = found
        return self._histograms[what]

    def _known(self, histogram: Counter[int], value: float | None) -> float | None:
        """A figure of waits, unless they are so few that it is nearly one person's."""
        return value if self._asked.told(histogram.total()) is not None else None

    def waits(self) -> list[WaitRow]:
        waits, works = self._waits(WAIT), self._waits(WORK)
        every = sum(waits.values(), Counter[int]())
        if not every:
            return []
        rows = [("", "", every, sum(works.values(), Counter[int]()))]
        rows += [
            (service, self._labels.service(service), histogram, works.get(service, Counter[int]()))
            for service, histogram in sorted(waits.items(), key=lambda item: (-item[1].total(), item[0]))
        ]
        return [
            WaitRow(
                id=service,
                label=label,
                count=self._asked.told(histogram.total()),
                mean=self._known(histogram, _mean(histogram)),
                median=self._known(histogram, quantile(histogram, 0.5)),
                p90=self._known(histogram, quantile(histogram, 0.9)),
                work=self._known(work, _mean(work)),
            )
            for service, label, histogram, work in rows
        ]

    def wait_bins(self) -> list[WaitBin]:
        every = sum(self._waits(WAIT).values(), Counter[int]())
        bins: Counter[int] = Counter()
        for minutes, count in every.items():
            bins[min(minutes, LAST_BIN_MIN) // BIN_MIN * BIN_MIN] += count
        if not bins:
            return []
        return [
            WaitBin(minutes=minutes, count=self._asked.told(bins[minutes]))
            for minutes in range(0, max(bins) + 1, BIN_MIN)
        ]

    # --- devices ---------------------------------------------------------------------------------

    def devices(self) -> list[DeviceFigure]:
        """Failures that began or lasted in the period.

        MTBF: the hours on without those of failure, per failure (IEC 60050-192: operating time between
        failures).
        """
        period, kiosk = self._asked.period, self._asked.kiosk
        begins, ends = self._midnight(period.first), self._midnight(period.last + timedelta(days=1))
        ends = min(ends, max(begins, self._now))
        outage, uptime = figure_outages.c, figure_uptime.c
        lasted = or_(outage.until.is_(None), outage.until > stamp(begins))
        query = select(outage.kiosk, outage.device, outage.since, outage.until).where(
            outage.since < stamp(ends), lasted, *([outage.kiosk == kiosk] if kiosk else [])
        )
        on = {
            row[0]: row[1]
            for row in self._connection.execute(
                select(uptime.kiosk, func.sum(uptime.seconds))
                .where(uptime.day.between(period.first.isoformat(), period.last.isoformat()))
                .group_by(uptime.kiosk)
            )
        }
        found: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
        for row in self._connection.execute(query):
            since = max(begins, datetime.fromisoformat(row.since))
            until = min(ends, datetime.fromisoformat(row.until) if row.until else ends)
            found[row.kiosk, row.device].append(max(timedelta(), until - since))
        rows = []
        for (place, device), spans in found.items():
            down = sum(spans, timedelta())
            hours = (timedelta(seconds=int(on.get(place, 0))) - down) / timedelta(hours=1)
            rows.append(
                DeviceFigure(
                    kiosk=place,
                    device=device,
                    label=self._labels.device(device),
                    failures=len(spans),
                    minutes=round(down / timedelta(minutes=1)),
                    mtbf_hours=_rounded(hours / len(spans)) if hours > 0 else None,
                )
            )
        return sorted(rows, key=lambda row: (-row.failures, -row.minutes, row.kiosk, row.device))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _untold(failures: int) -> Tiles:
    """So few visits that nothing is said of them."""
    return Tiles.model_validate({**dict.fromkeys(Tiles.model_fields), "failures": failures})


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: float) -> float:
    return round(value, 1)


def _mean(histogram: Counter[int]) -> float | None:
    count = histogram.total()
    return _rounded(sum(value * times for value, times in histogram.items()) / count) if count else None


def _months(first: date, last: date) -> list[str]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _named(ids: Iterable[str], label: Any) -> list[Named]:
    return [Named(id=one, label=label(one)) for one in ids]


def _days(period: Period) -> Days:
    return Days(first=period.first.isoformat(), last=period.last.isoformat())


def _sentences(asked: Asked, kept: Iterable[Sentence]) -> list[SentenceRow]:
    first, last = asked.period.first.isoformat(), asked.period.last.isoformat()
    return [
        SentenceRow(day=sentence.day, language=sentence.language, text=sentence.text)
        for sentence in kept
        if first <= sentence.day <= last and asked.language in ("", sentence.language)
    ]
