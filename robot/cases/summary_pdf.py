"""A case on paper: the summary as a PDF, with fonts in it that need no network.

DejaVu Sans (Debian's fonts-dejavu-core) has the letters of all names that an application may hold
(String.Latin, DIN 91379). The document's own data (title, author) says nothing of a person.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from robot.cases.model import CaseState, Provenance
from robot.cases.rows import STATE_NAMES
from robot.web.case_view import DifferenceKind
from robot.web.staff_view import CaseDetail

FONTS = Path("/usr/share/fonts/truetype/dejavu")
TITLE = "Zusammenfassung eines Vorgangs"
_LINE, _GREY = HexColor("#b5bac3"), HexColor("#4a5263")
_ORIGINS = {
    Provenance.EID: "Online-Ausweis",
    Provenance.CHIP: "Chip",
    Provenance.CHIP_EDITED: "Chip, geändert",
    Provenance.CHIP_SPELLED: "Chip, Schreibweise gewählt",
    Provenance.MRZ: "Ausweis",
    Provenance.MRZ_EDITED: "Ausweis, geändert",
    Provenance.MRZ_SPELLED: "Ausweis, Schreibweise gewählt",
    Provenance.CODE: "Code",
    Provenance.TYPED: "eingegeben",
    Provenance.SPOKEN: "gesagt",
    Provenance.CHOSEN: "gewählt",
    Provenance.STREETS: "Straßenverzeichnis",
}
_BROUGHT = {True: "hat dabei", False: "fehlt noch", None: "nicht angegeben"}


class SummaryFailed(Exception):
    """There is no PDF. One sentence for the log."""


def summary_pdf(case: CaseDetail, town: str, zone: ZoneInfo, printed: datetime, by: str) -> bytes:
    """The case as a PDF in German, A4. `printed`: when, aware; `by`: the clerk. Raises SummaryFailed."""
    _use_fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=TITLE,
        author="Rathauslotse",
        creator="Rathauslotse",
        lang="de-DE",
        initialFontName="Lotse",
        displayDocTitle=1,
    )
    foot = f"{town} · Vorgang {case.row.number} · gedruckt {_time(printed, zone)} von {by}"
    draw = functools.partial(_foot, foot)
    document.build(list(_story(case, zone)), onFirstPage=draw, onLaterPages=draw)
    return out.getvalue()


def _story(case: CaseDetail, zone: ZoneInfo) -> Sequence[Flowable]:
    row = case.row
    state = STATE_NAMES[CaseState(row.state)] + (f" ({row.by})" if row.by else "")
    story: list[Flowable] = [
        Paragraph(escape(f"{row.number} · {row.service}"), _style(16, bold=True)),
        Paragraph(
            escape(f"abgegeben {_time(datetime.fromisoformat(row.created), zone)} · {state}"), _style(9)
        ),
    ]
    if row.reason:
        story.append(Paragraph(escape(f"Grund: {row.reason}"), _style(9)))
    for note in case.notes:
        story.append(Paragraph(escape(f"Hinweis: {note}"), _style(9)))
    changed = {found.field for found in case.differences if found.kind is DifferenceKind.CHANGED}
    groups: dict[str, list[list[str]]] = {}
    for field in case.fields:
        origin = _ORIGINS[field.provenance]
        if field.original and field.original != field.value:
            origin += f"; gelesen: {field.original}" + (" – bitte prüfen" if field.id in changed else "")
        groups.setdefault(field.group or "Angaben", []).append([field.label, field.value or "–", origin])
    for group, lines in groups.items():
        story += _table(group, lines, (52, 63, 55))
    ticks = {tick.item: f"{tick.by}, {_time(datetime.fromisoformat(tick.at), zone)}" for tick in case.checks}
    story += _table(
        "Unterlagen",
        [
            [one.label, _BROUGHT[one.brought], _seen(ticks.get(f"document:{one.id}"))]
            for one in case.documents
        ],
        (80, 40, 50),
    )
    story += _table(
        "Am Schalter geprüft",
        [[one.label, _together(one.law), _seen(ticks.get(f"counter:{one.id}"))] for one in case.counter],
        (80, 40, 50),
    )
    story += _table(
        "Notizen",
        [[note.text, note.by, _time(datetime.fromisoformat(note.at), zone)] for note in case.clerks_notes],
        (105, 30, 35),
    )
    fees = [[fee.label, _together(fee.law), _euro(fee.cents)] for fee in case.fees]
    story += _table("Gebühren", [*fees, ["Gesamt", "", _euro(case.total_cents)]], (85, 55, 30))
    return story


def _together(law: str) -> str:
    """A paragraph with its number: a line breaks between two of them only."""
    return re.sub(r"(§|Abs\.|Nr\.|Satz) (?=\d)", "\\1\u00a0", law).replace(" Abs.", "\u00a0Abs.")


def _seen(tick: str | None) -> str:
    return f"geprüft: {tick}" if tick else "offen"


def _table(title: str, lines: list[list[str]], widths: tuple[int, ...]) -> list[Flowable]:
    """A heading and its lines; nothing at all without lines. Widths in millimetres."""
    if not lines:
        return []
    plain = _style(9)
    cells = [[Paragraph(escape(text), plain) for text in line] for line in lines]
    table = Table(cells, colWidths=[width * mm for width in widths], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Lotse", 9),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return [Spacer(1, 4 * mm), Paragraph(escape(title), _style(11, bold=True)), Spacer(1, 1 * mm), table]


@functools.cache
def _style(size: int, *, bold: bool = False) -> ParagraphStyle:
    name = "LotseBold" if bold else "Lotse"
    return ParagraphStyle(f"{name}{size}", fontName=name, fontSize=size, leading=size * 1.35)


def _foot(text: str, canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont("Lotse", 8)
    canvas.setFillColor(_GREY)
    canvas.drawString(20 * mm, 11 * mm, text)
    canvas.drawRightString(190 * mm, 11 * mm, f"Seite {document.page}")
    canvas.restoreState()


@functools.cache
def _use_fonts() -> None:
    register: Callable[[TTFont], None] = pdfmetrics.registerFont
    try:
        register(TTFont("Lotse", str(FONTS / "DejaVuSans.ttf")))
        register(TTFont("LotseBold", str(FONTS / "DejaVuSans-Bold.ttf")))
    except TTFError:
        raise SummaryFailed(
            f"The fonts in {FONTS} are missing: install what requirements/apt.txt lists."
        ) from None


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y, %H:%M} Uhr"


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} €".replace(".", ",")
