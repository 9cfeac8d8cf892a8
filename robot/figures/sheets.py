"""The figures as tables for Excel: CSV as German Excel reads it, a workbook with real numbers and days."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import xlsxwriter

from robot.figures.report import FEWEST
from robot.web.figures_view import FiguresReport, Tiles

Language = Literal["de", "en"]
Cell = str | int | float | date | None
Shape = Literal["text", "count", "number", "share", "day"]

TABLES = (
    "overview",
    "time",
    "services",
    "funnel",
    "languages",
    "cross",
    "ways",
    "waiting",
    "hours",
    "devices",
    "sentences",
)

_FEW = f"<{FEWEST}"
_FORMULA = tuple("=+-@\t\r\n")
_WIDEST = 60
_SHAPES: dict[Shape, str] = {
    "text": "@",
    "count": "#,##0",
    "number": "#,##0.0",
    "share": "0.0%",
    "day": "yyyy-mm-dd",
}


@dataclass(frozen=True)
class Column:
    """A column's heading and what stands in it."""

    title: str
    shape: Shape


@dataclass(frozen=True)
class Sheet:
    """One table; a count that may not be told is None, and so is what is not known."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(report: FiguresReport, lang: Language) -> list[Sheet]:
    """All tables of a report, in the order of the page."""
    say = _WORDS[lang]
    label = Column(say["what"], "text")

    def counts(*names: str) -> tuple[Column, ...]:
        return tuple(Column(say[name], "count") for name in names)

    def sheet(name: str, columns: Iterable[Column], rows: Iterable[Sequence[Cell]]) -> Sheet:
        return Sheet(name, say[f"sheet.{name}"], tuple(columns), tuple(tuple(row) for row in rows))

    days, before = report.days, report.before
    made = [
        sheet(
            "overview",
            (
                label,
                Column(f"{days.first} – {days.last}", "number"),
                Column(f"{before.first} – {before.last}", "number"),
            ),
            (
                (say[f"tile.{name}"], getattr(report.now, name), getattr(report.then, name))
                for name in Tiles.model_fields
            ),
        ),
        sheet(
            "time",
            (Column(say["when"], "day"), *counts("visits", "completed")),
            ((_moment(point.at), point.visits, point.completed) for point in report.series),
        ),
        sheet(
            "services",
            (
                Column(say["service"], "text"),
                *counts("requests", "completed", "left", "timeout", "stopped", "up", "down"),
            ),
            (
                (
                    row.label,
                    row.requests,
                    row.completed,
                    row.left,
                    row.timeout,
                    row.stopped,
                    row.thumbs_up,
                    row.thumbs_down,
                )
                for row in report.by_service
            ),
        ),
        sheet(
            "funnel",
            (Column(say["service"], "text"), Column(say["step"], "text"), *counts("reached", "ended")),
            (
                (funnel.label, step.label, step.reached, step.ended)
                for funnel in report.funnels
                for step in funnel.steps
            ),
        ),
        sheet(
            "languages",
            (Column(say["language"], "text"), *counts("visits"), Column(say["understood"], "share")),
            ((row.label, row.visits, row.understood) for row in report.by_language),
        ),
        sheet(
            "cross",
            (
                Column(say["language"], "text"),
                *(Column(service.label, "count") for service in report.cross_services),
            ),
            ((row.label, *row.counts) for row in report.cross),
        ),
        sheet(
            "ways",
            (label, *counts("visits")),
            ((say[name], getattr(report.ways, name)) for name in ("voice", "touch", "keypad")),
        ),
        sheet(
            "waiting",
            (
                Column(say["service"], "text"),
                *counts("calls"),
                *(Column(say[name], "number") for name in ("mean", "median", "p90", "work")),
            ),
            (
                (row.label or say["all"], row.count, row.mean, row.median, row.p90, row.work)
                for row in report.waits
            ),
        ),
        sheet(
            "hours",
            (Column(say["weekday"], "text"), *(Column(f"{hour:02d}:00", "count") for hour in range(24))),
            ((day, *hours) for day, hours in zip(say["days"].split(), report.heat, strict=True)),
        ),
        sheet(
            "devices",
            (
                Column(say["kiosk"], "text"),
                Column(say["device"], "text"),
                *counts("failures", "down_minutes"),
                Column(say["mtbf"], "number"),
            ),
            ((row.kiosk, row.label, row.failures, row.minutes, row.mtbf_hours) for row in report.devices),
        ),
    ]
    if report.keeps_sentences:
        made.append(
            sheet(
                "sentences",
                (
                    Column(say["day"], "day"),
                    Column(say["language"], "text"),
                    Column(say["sentence"], "text"),
                ),
                ((_moment(row.day), row.language, row.text) for row in report.sentences),
            )
        )
    return made


def as_csv(sheet: Sheet, lang: Language) -> bytes:
    """RFC 4180 with semicolons and a byte order mark: German Excel opens it by a double click.

    Numbers have a comma in German.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(column.title) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [_written(cell, column.shape, lang) for cell, column in zip(row, sheet.columns, strict=True)]
        )
    return out.getvalue().encode("utf-8-sig")


def as_workbook(made: Sequence[Sheet], report: FiguresReport, lang: Language) -> bytes:
    """A workbook (.xlsx): a sheet per table with a filter, real numbers and days, columns wide enough."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties(
        {"title": _WORDS[lang]["title"], "comments": f"{report.days.first} {report.days.last}"}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    looks = {shape: book.add_format({"num_format": number}) for shape, number in _SHAPES.items()}
    for sheet in made:
        page = book.add_worksheet(sheet.title)
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, column.title, head)
        for line, row in enumerate(sheet.rows, 1):
            for at, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
                _write(page, line, at, cell, column.shape, looks)
        for at, column in enumerate(sheet.columns):
            shown = [_written(row[at], column.shape, lang) for row in sheet.rows]
            page.set_column(at, at, min(_WIDEST, max(map(len, [*shown, column.title[:24], "12345678"])) + 2))
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _write(page: Any, line: int, at: int, cell: Cell, shape: Shape, looks: dict[Shape, Any]) -> None:
    match cell:
        case None:
            page.write_string(line, at, _unknown(shape))
        case str():
            page.write_string(line, at, cell, looks["text"])
        case date():
            page.write_datetime(line, at, datetime(cell.year, cell.month, cell.day), looks["day"])
        case _:
            page.write_number(line, at, cell, looks[shape])


def _written(cell: Cell, shape: Shape, lang: Language) -> str:
    match cell:
        case None:
            return _unknown(shape)
        case str():
            return _harmless(cell)
        case date():
            return cell.isoformat()
    return str(cell).replace(".", ",") if lang == "de" else str(cell)


def _unknown(shape: Shape) -> str:
    """A count is withheld because it is small; a mean, because there is nothing to take it of."""
    return _FEW if shape == "count" else ""


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _moment(at: str) -> Cell:
    """A day as such; hours and months as text."""
    return date.fromisoformat(at) if len(at) == 10 else at


_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Zahlen des Rathauslotsen",
        "what": "Was",
        "when": "Wann",
        "visits": "Besuche",
        "completed": "abgeschlossen",
        "service": "Leistung",
        "requests": "Anliegen",
        "left": "weggegangen",
        "timeout": "Zeit abgelaufen",
        "stopped": "unterbrochen",
        "up": "Daumen hoch",
        "down": "Daumen runter",
        "step": "Station",
        "reached": "erreicht",
        "ended": "hier abgebrochen",
        "language": "Sprache",
        "understood": "verstanden",
        "voice": "Stimme",
        "touch": "Bildschirm",
        "keypad": "Tastenfeld",
        "calls": "Aufrufe",
        "mean": "Mittelwert (min)",
        "median": "Median (min)",
        "p90": "90 % höchstens (min)",
        "work": "Bearbeitung, Mittelwert (min)",
        "all": "alle Leistungen",
        "weekday": "Wochentag",
        "days": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "kiosk": "Kiosk",
        "device": "Gerät",
        "failures": "Störungen",
        "down_minutes": "gestört (min)",
        "mtbf": "Stunden zwischen Störungen (MTBF)",
        "day": "Tag",
        "sentence": "Satz",
        "sheet.overview": "Überblick",
        "sheet.time": "Verlauf",
        "sheet.services": "Leistungen",
        "sheet.funnel": "Stationen",
        "sheet.languages": "Sprachen",
        "sheet.cross": "Sprachen und Leistungen",
        "sheet.ways": "Bedienung",
        "sheet.waiting": "Wartezeiten",
        "sheet.hours": "Stunden",
        "sheet.devices": "Geräte",
        "sheet.sentences": "Nicht verstanden",
        "tile.visits": "Besuche",
        "tile.greeted": "Begrüßungen ohne Antwort",
        "tile.requests": "Anliegen",
        "tile.completed": "abgeschlossene Anliegen",
        "tile.completion": "Anteil abgeschlossen (0 bis 1)",
        "tile.minutes": "Dauer eines Besuchs, Mittelwert (min)",
        "tile.understood": "Anteil verstandener Sätze (0 bis 1)",
        "tile.not_understood": "nicht verstandene Sätze",
        "tile.repeats": "Bitten um Wiederholung",
        "tile.helped": "Besuche mit Hilferuf",
        "tile.taken_over": "Besuche, die ein Mensch übernahm",
        "tile.thumbs_up": "Daumen hoch",
        "tile.thumbs_down": "Daumen runter",
        "tile.wait_median": "Wartezeit bis zum Aufruf, Median (min)",
        "tile.failures": "Störungen von Geräten",
    },
    "en": {
        "title": "Figures of the Rathauslotse",
        "what": "What",
        "when": "When",
        "visits": "Visits",
        "completed": "completed",
        "service": "Service",
        "requests": "Requests",
        "left": "left",
        "timeout": "time ran out",
        "stopped": "interrupted",
        "up": "Thumbs up",
        "down": "Thumbs down",
        "step": "Station",
        "reached": "reached",
        "ended": "given up here",
        "language": "Language",
        "understood": "understood",
        "voice": "Voice",
        "touch": "Screen",
        "keypad": "Keypad",
        "calls": "Calls",
        "mean": "Mean (min)",
        "median": "Median (min)",
        "p90": "90 % at most (min)",
        "work": "Work, mean (min)",
        "all": "all services",
        "weekday": "Weekday",
        "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "kiosk": "Kiosk",
        "device": "Device",
        "failures": "Failures",
        "down_minutes": "down (min)",
        "mtbf": "Hours between failures (MTBF)",
        "day": "Day",
        "sentence": "Sentence",
        "sheet.overview": "Overview",
        "sheet.time": "Over time",
        "sheet.services": "Services",
        "sheet.funnel": "Stations",
        "sheet.languages": "Languages",
        "sheet.cross": "Languages and services",
        "sheet.ways": "Ways",
        "sheet.waiting": "Waiting times",
        "sheet.hours": "Hours",
        "sheet.devices": "Devices",
        "sheet.sentences": "Not understood",
        "tile.visits": "Visits",
        "tile.greeted": "Greetings without an answer",
        "tile.requests": "Requests",
        "tile.completed": "Completed requests",
        "tile.completion": "Share completed (0 to 1)",
        "tile.minutes": "Length of a visit, mean (min)",
        "tile.understood": "Share of sentences understood (0 to 1)",
        "tile.not_understood": "Sentences not understood",
        "tile.repeats": "Requests to repeat",
        "tile.helped": "Visits with a call for help",
        "tile.taken_over": "Visits that a human took over",
        "tile.thumbs_up": "Thumbs up",
        "tile.thumbs_down": "Thumbs down",
        "tile.wait_median": "Wait for the call, median (min)",
        "tile.failures": "Device failures",
    },
}
