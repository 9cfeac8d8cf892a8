"""The figures page as data. No figure is about a person.

HTTP, for accounts with the right `figures`; the query says period, kiosk, service and language:
  GET /api/staff/figures             → FiguresReport; 422 {detail} when the days make no period
  GET /api/staff/figures/csv?table=… → one table as text/csv (RFC 4180; semicolons, UTF-8 with BOM)
  GET /api/staff/figures/xlsx        → all tables as one workbook (ECMA-376), a sheet each
Both downloads are audited. A count is null where it is 1 or 2 and its combination of service, language and
hour could single somebody out.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from robot.figures.period import Kind

Count = int | None


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Days(_Model):
    """From the first to the last day, ISO 8601."""

    first: str
    last: str


class Named(_Model):
    """Something that can be chosen: its id and its name."""

    id: str
    label: str


class FigureQuery(_Model):
    """What was asked for; "" = all."""

    period: Kind
    kiosk: str
    service: str
    language: str


class Tiles(_Model):
    """The figures at the top, of one period. Shares are 0 to 1; null where there is too little to say.

    `requests`: services asked for, `completed`: those that came to their end; `greeted`: greetings that
    nobody answered; `minutes`: mean length of a visit.
    """

    visits: Count
    greeted: Count
    requests: Count
    completed: Count
    completion: float | None
    minutes: float | None
    understood: float | None
    not_understood: Count
    repeats: Count
    helped: Count
    taken_over: Count
    thumbs_up: Count
    thumbs_down: Count
    wait_median: float | None
    failures: int


class SeriesPoint(_Model):
    """One bar of time: an hour ("09"), a day ("2026-11-23") or a month ("2026-11")."""

    at: str
    visits: Count
    completed: Count


class ServiceRow(_Model):
    """How requests for a service ended."""

    id: str
    label: str
    requests: Count
    completed: Count
    left: Count
    timeout: Count
    stopped: Count
    thumbs_up: Count
    thumbs_down: Count


class FunnelStep(_Model):
    """A station of a journey: how many came so far, and how many went no further."""

    id: str
    label: str
    reached: Count
    ended: Count


class Funnel(_Model):
    """A service's journey, station by station."""

    id: str
    label: str
    started: Count
    completed: Count
    steps: list[FunnelStep]


class LanguageRow(_Model):
    """Visits in a language, and how much of what was said in it was understood."""

    code: str
    label: str
    visits: Count
    understood: float | None


class CrossRow(_Model):
    """Requests in one language, by service in the order of `FiguresReport.cross_services`."""

    language: str
    label: str
    counts: list[Count]


class Ways(_Model):
    """In how many visits a way of telling something was used; one visit may use several."""

    voice: Count
    touch: Count
    keypad: Count


class WaitRow(_Model):
    """Minutes: how long one waited to be called; "" = all services. `work`: mean time until done."""

    id: str
    label: str
    count: Count
    mean: float | None
    median: float | None
    p90: float | None
    work: float | None


class WaitBin(_Model):
    """How many waited from so many minutes to below the next ones."""

    minutes: int
    count: Count


class DeviceFigure(_Model):
    """A device's failures: how many, minutes altogether, hours of running between two of them."""

    kiosk: str
    device: str
    label: str
    failures: int
    minutes: int
    mtbf_hours: float | None


class SentenceRow(_Model):
    """A sentence that was not understood, without anything personal."""

    day: str
    language: str
    text: str


class FiguresReport(_Model):
    """Everything of the page. `heat`: visits by weekday (Monday first) and hour."""

    query: FigureQuery
    days: Days
    before: Days
    few: bool = Field(description="so few visits that nothing is told of them")
    kiosks: list[str]
    services: list[Named]
    languages: list[Named]
    now: Tiles
    then: Tiles
    series: list[SeriesPoint]
    by_service: list[ServiceRow]
    funnels: list[Funnel]
    by_language: list[LanguageRow]
    cross_services: list[Named]
    cross: list[CrossRow]
    ways: Ways
    waits: list[WaitRow]
    wait_bins: list[WaitBin]
    heat: list[list[Count]]
    devices: list[DeviceFigure]
    keeps_sentences: bool
    sentences: list[SentenceRow]
