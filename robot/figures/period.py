"""Periods of days, and the period before with which one is compared."""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = timedelta(days=1100)


class PeriodRefused(ValueError):
    """The days make no period; a sentence in German, and in English."""

    def __init__(self, german: str, english: str) -> None:
        super().__init__(german)
        self.english = english


class Kind(enum.StrEnum):
    """Which days; week, month and year until today."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both belong to it."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The period to compare with.

        A day: the same weekday a week ago; week, month, year: the same part of the one before; days from and
        to: as many days just before them.
        """
        match self.kind:
            case Kind.TODAY | Kind.WEEK:
                week = timedelta(days=7)
                return Period(self.kind, self.first - week, self.last - week)
            case Kind.MONTH:
                first = (self.first - timedelta(days=1)).replace(day=1)
                return Period(self.kind, first, _in_month(first.year, first.month, self.last.day))
            case Kind.YEAR:
                year = self.first.year - 1
                return Period(self.kind, date(year, 1, 1), _in_month(year, self.last.month, self.last.day))
        span = timedelta(days=self.days)
        return Period(self.kind, self.first - span, self.last - span)


def period(kind: Kind, today: date, first: date | None = None, last: date | None = None) -> Period:
    """The period that was asked for; `first`, `last` for a range only. Raises PeriodRefused."""
    match kind:
        case Kind.TODAY:
            return Period(kind, today, today)
        case Kind.WEEK:
            return Period(kind, today - timedelta(days=today.weekday()), today)
        case Kind.MONTH:
            return Period(kind, today.replace(day=1), today)
        case Kind.YEAR:
            return Period(kind, today.replace(month=1, day=1), today)
    if first is None or last is None:
        raise PeriodRefused(
            "Bitte nennen Sie den ersten und den letzten Tag.", "Please give the first and the last day."
        )
    if last < first:
        raise PeriodRefused(
            "Der letzte Tag liegt vor dem ersten. Bitte tauschen Sie die beiden Tage.",
            "The last day is before the first. Please swap the two days.",
        )
    if last - first > LONGEST or first.year < 2020 or last.year > 2999:
        raise PeriodRefused(
            "Bitte wählen Sie höchstens drei Jahre, nicht vor 2020.",
            "Please choose at most three years, not before 2020.",
        )
    return Period(kind, first, last)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
