"""The figures as Excel reads them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from robot.figures.report import FEWEST
from robot.figures.sheets import TABLES, Sheet, as_csv, as_workbook, sheets
from robot.figures.sheets import Column as Head
from robot.web.figures_view import FiguresReport, SentenceRow
from tests.kiosk_ui.figures import sample

EVIL = ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture(scope="module")
def report() -> FiguresReport:
    return sample()


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_csv_file_opens_by_a_double_click_in_a_german_excel(report: FiguresReport) -> None:
    waiting = next(sheet for sheet in sheets(report, "de") if sheet.name == "waiting")
    head, every, *_ = read(as_csv(waiting, "de"))
    assert head[:4] == ["Leistung", "Aufrufe", "Mittelwert (min)", "Median (min)"]
    mean, median = report.waits[0].mean, report.waits[0].median
    assert every[:4] == ["alle Leistungen", str(report.waits[0].count), *_commas(mean, median)]
    assert b"\r\n" in as_csv(waiting, "de")
    assert read(as_csv(waiting, "en"))[1][2] == str(mean)


def _commas(*numbers: float | None) -> list[str]:
    return [str(number).replace(".", ",") for number in numbers]


@pytest.mark.parametrize("evil", EVIL)
def test_a_text_is_no_formula(report: FiguresReport, evil: str) -> None:
    row = SentenceRow(day="2026-03-02", language="de", text=evil)
    changed = report.model_copy(update={"keeps_sentences": True, "sentences": [row], "kiosks": [evil]})
    made = sheets(changed, "de")
    cell = read(as_csv(made[-1], "de"))[1][2]
    assert cell.startswith("'")
    with zipfile.ZipFile(io.BytesIO(as_workbook(made, changed, "de"))) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in book.read(name)


def test_a_heading_is_no_formula() -> None:
    assert read(as_csv(Sheet("x", "x", (Head("=1", "text"),), ()), "de")) == [["'=1"]]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_workbook_has_a_sheet_per_figure_with_real_numbers_days_and_filters(
    report: FiguresReport, lang: str
) -> None:
    made = sheets(report, lang)  # type: ignore[arg-type]
    data = as_workbook(made, report, lang)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        pages = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, len(names) + 1)]
    assert names == [sheet.title for sheet in made]
    assert all("<autoFilter" in page and "<cols>" in page for page in pages)
    time = ElementTree.fromstring(pages[[sheet.name for sheet in made].index("time")])
    cells = {cell.get("r"): cell for cell in time.iter() if cell.tag.endswith("}c")}
    assert cells["A2"].get("t") is None  # a serial number with a format: a day
    assert float(cells["A2"][0].text or "") == 46082  # 1 March 2026, days since 1899-12-30
    assert cells["B2"].get("t") is None


def test_a_count_that_is_not_told_says_so(report: FiguresReport) -> None:
    row = report.cross[0].model_copy(update={"counts": [None, 0, 7]})
    changed = report.model_copy(update={"cross": [row]})
    cross = next(sheet for sheet in sheets(changed, "de") if sheet.name == "cross")
    assert read(as_csv(cross, "de"))[1][1:] == [f"<{FEWEST}", "0", "7"]


def test_every_table_can_be_asked_for(report: FiguresReport) -> None:
    kept = report.model_copy(update={"keeps_sentences": True})
    assert tuple(sheet.name for sheet in sheets(kept, "de")) == TABLES
    assert [len(sheet.title) <= 31 for sheet in sheets(kept, "de")]
