"""Renders specimen documents, flat: a design of our own with an OCR-B machine-readable zone.

Sizes are those of ISO/IEC 7810 ID-1 (85.6 x 54 mm) and ID-3 (125 x 88 mm); zone as in ICAO 9303-3, -4, -5:
pitch 2.54 mm, lines 6.35 mm apart.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from simulator.papers import SCALE as LETTER_SCALE
from simulator.papers import SIZE_MM as A4_MM
from simulator.personas import Persona, persona

Picture = NDArray[np.uint8]

SCALE = 20  # pixels per millimetre
PITCH_MM = 2.54
LINE_MM = 6.35
CODE_MM = 30  # side of the code on a letter; EPC069-12 asks for 24 mm and more on paper
SIZES_MM = {"id_card_front": (85.6, 54.0), "id_card_back": (85.6, 54.0), "passport": (125.0, 88.0)}
OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
SANS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
SANS_BOLD = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")


@dataclass(frozen=True)
class Style:
    """Looks of a document series: background colour (BGR), ink weight in pixels, font of the zone."""

    paper: tuple[int, int, int] = (236, 226, 214)
    accent: tuple[int, int, int] = (150, 110, 70)
    ink: int = 40
    weight: int = 0
    ocr_font: Path = OCR_B


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@cache
def _ocr_font(path: Path) -> ImageFont.FreeTypeFont:
    """The zone's font at the size that gives the standard pitch."""
    probe = _font(path, 1000)
    return _font(path, round(1000 * PITCH_MM * SCALE / probe.getlength("M")))


def zone(lines: tuple[str, ...], width_mm: float, style: Style) -> Picture:
    """The strip with the lines as ink (255) on nothing (0); `width_mm` wide."""
    pitch = PITCH_MM * SCALE
    height = int((LINE_MM * len(lines) + 4) * SCALE)
    image = Image.new("L", (int(width_mm * SCALE), height), 0)
    draw = ImageDraw.Draw(image)
    font = _ocr_font(style.ocr_font)
    left = (width_mm * SCALE - len(lines[0]) * pitch) / 2
    box = font.getbbox("H")
    for row, line in enumerate(lines):
        middle = (2 + LINE_MM * (row + 0.5)) * SCALE
        for column, char in enumerate(line):
            draw.text((left + column * pitch, middle - (box[1] + box[3]) / 2), char, font=font, fill=255)
    ink = np.asarray(image, np.uint8)
    if style.weight:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(style.weight) + 1,) * 2)
        ink = np.asarray(cv2.dilate(ink, kernel) if style.weight > 0 else cv2.erode(ink, kernel), np.uint8)
    return ink


def _paper(size: tuple[int, int], style: Style, rng: np.random.Generator) -> Picture:
    """Background with faint wavy lines."""
    width, height = size
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = style.paper
    x = np.arange(0, width, 12)
    for i in range(0, height, 46):
        y = i + 14 * np.sin(x / rng.uniform(60, 110) + rng.uniform(0, 6)) + 6 * np.sin(x / 31)
        points = np.stack([x, y], axis=1).round().astype(np.int32)
        shade = tuple(int(c * 0.95) for c in style.paper)
        cv2.polylines(canvas, [points], False, shade, 3, cv2.LINE_AA)
    return canvas


def _portrait(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> None:
    """A drawn face: nobody's."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    draw.rectangle(box, fill=(214, 219, 226))
    draw.ellipse(
        (left + width * 0.24, top + height * 0.1, right - width * 0.24, top + height * 0.7), fill=colour
    )
    draw.ellipse(
        (left + width * 0.3, top + height * 0.2, right - width * 0.3, top + height * 0.72),
        fill=(235, 200, 178),
    )
    draw.pieslice((left, top + height * 0.72, right, bottom + height * 0.3), 180, 360, fill=(70, 84, 120))
    for x in (0.42, 0.58):
        draw.ellipse(
            (left + width * (x - 0.03), top + height * 0.4, left + width * (x + 0.03), top + height * 0.44),
            fill=(50, 50, 50),
        )
    draw.arc(
        (left + width * 0.42, top + height * 0.5, left + width * 0.58, top + height * 0.6),
        20,
        160,
        fill=(140, 60, 60),
        width=4,
    )


def _entries(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], entries: list[tuple[str, str]], step: int
) -> None:
    x, y = at
    for label, value in entries:
        draw.text((x, y), label, font=_font(SANS, 24), fill=(90, 90, 100))
        draw.text((x, y + 26), value, font=_font(SANS, 40), fill=(25, 25, 35))
        y += step


def render_document(
    who: Persona | str, document: str = "id_card_back", style: Style | None = None
) -> Picture:
    """A flat specimen, BGR, 20 px/mm.

    `document`: "id_card_front" (no zone), "id_card_back", "passport". Raises KeyError when there is no such
    document or the persona has none.
    """
    who = persona(who) if isinstance(who, str) else who
    if document not in SIZES_MM:
        raise KeyError(f"no document {document!r}; there are: {', '.join(SIZES_MM)}")
    kind = "passport" if document == "passport" else "id_card"
    if kind not in who.documents:
        raise KeyError(f"{who.id} has no {kind}; there is: {', '.join(who.documents)}")
    data = who.documents[kind]
    style = style or Style()
    width_mm, height_mm = SIZES_MM[document]
    width, height = int(width_mm * SCALE), int(height_mm * SCALE)
    seed = zlib.crc32(f"{who.id} {document}".encode())  # the same paper in every process
    canvas = _paper((width, height), style, np.random.default_rng(seed))
    image = Image.fromarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB))
    draw = ImageDraw.Draw(image)
    title = "MUSTERAUSWEIS · SPECIMEN" if kind == "id_card" else "MUSTERPASS · SPECIMEN PASSPORT"
    accent = style.accent[::-1]
    draw.rectangle((0, 0, width, 110), fill=tuple(int(c * 0.6 + 90) for c in accent))
    draw.text((40, 26), title, font=_font(SANS_BOLD, 50), fill=(250, 250, 250))
    names = [("Name", who.surname), ("Vornamen", who.given_names)]
    dates = [
        ("Geburtsdatum / -ort", f"{who.birth_date:%d.%m.%Y} {who.birth_place}"),
        ("Gültig bis", f"{data.expires:%d.%m.%Y}"),
    ]
    if document == "id_card_front":
        _portrait(draw, (60, 180, 560, 860), accent)
        _entries(draw, (640, 170), [("Nummer", data.number), *names, *dates, ("Staat", data.issuer)], 118)
        draw.text((640, 930), "MUSTER", font=_font(SANS_BOLD, 90), fill=(190, 170, 160))
        draw.text((1400, 950), data.can, font=_font(SANS_BOLD, 56), fill=(25, 25, 35))
    elif document == "id_card_back":
        address = f"{who.postal_code} {who.town}, {who.street}"
        details = f"{who.height_cm} cm, {who.eye_colour}"
        _entries(draw, (70, 140), [("Anschrift", address), ("Größe, Augen", details)], 110)
        _entries(draw, (70, 360), [("Behörde", data.authority)], 100)
        draw.text((980, 330), "MUSTER", font=_font(SANS_BOLD, 110), fill=(200, 184, 172))
    else:
        _portrait(draw, (90, 220, 790, 1150), accent)
        _entries(
            draw, (880, 220), [("Passnummer", data.number), *names, *dates, ("Behörde", data.authority)], 140
        )
        draw.text((1650, 1000), "MUSTER", font=_font(SANS_BOLD, 130), fill=(200, 184, 172))
    flat = np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR), np.uint8).copy()
    if document != "id_card_front":
        _print_zone(flat, data.mrz, width_mm, style)
    return _rounded(flat)


def _print_zone(flat: Picture, lines: tuple[str, ...], width_mm: float, style: Style) -> None:
    strip = zone(lines, width_mm, style)
    top = flat.shape[0] - strip.shape[0] - int(1.2 * SCALE)
    part: Any = flat[top : top + strip.shape[0], : strip.shape[1]]
    alpha = strip[..., None].astype(np.float32) / 255.0
    part[:] = (part * (1 - alpha) + style.ink * alpha).astype(np.uint8)


def _rounded(flat: Picture) -> Picture:
    """BGR → BGRA with rounded corners (3.18 mm, ISO/IEC 7810)."""
    height, width = flat.shape[:2]
    radius = int(3.18 * SCALE)
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - radius):
        for y in (radius, height - radius):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return np.dstack([flat, mask])


def letter_lines(who: Persona | str) -> tuple[str, ...]:
    """What stands on the letter to a persona, line by line; "" is an empty line."""
    who = persona(who) if isinstance(who, str) else who
    return (
        f"Stadt {who.town} · Bürgerbüro · Rathausplatz 1 · {who.postal_code} {who.town}",
        "",
        who.name,
        who.street,
        f"{who.postal_code} {who.town}",
        "",
        f"{who.town}, den 3. November 2026",
        "",
        "Gebührenbescheid",
        "",
        "Guten Tag,",
        "",
        "für die beantragte Amtshandlung wird nach der Verwaltungsgebührensatzung",
        "eine Gebühr erhoben. Den Betrag und das Kassenzeichen entnehmen Sie bitte",
        "dem abgedruckten Code. Ihre Banking-App liest ihn und füllt die Überweisung",
        "aus; prüfen Sie die Angaben, bevor Sie zahlen.",
        "",
        "Die Gebühr wird mit der Bekanntgabe dieses Bescheids fällig. Wird sie nicht",
        "rechtzeitig gezahlt, können Säumniszuschläge entstehen. Sie können auch in",
        "bar oder mit Karte an der Kasse im Erdgeschoss zahlen.",
        "",
        "Rechtsbehelfsbelehrung",
        "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe",
        "Widerspruch erhoben werden. Der Widerspruch ändert nichts daran, dass die",
        "Gebühr fällig ist.",
        "",
        "Mit freundlichen Grüßen",
        "Ihr Bürgerbüro",
        "",
        "Dieses Schreiben ist ein Muster und an niemanden gerichtet.",
    )


def letter(
    who: Persona | str,
    code: NDArray[np.uint8] | None = None,
    lines: tuple[str, ...] | None = None,
) -> Picture:
    """An A4 letter, flat, BGRA, LETTER_SCALE px/mm.

    Args:
        who: to whom it is written.
        code: a square code, grey or BGR, with or without its quiet zone; printed CODE_MM wide at the lower
            right. None leaves the place empty.
        lines: other text than letter_lines.
    """
    width, height = (side * LETTER_SCALE for side in A4_MM)
    image = Image.new("RGB", (width, height), (252, 252, 250))
    draw = ImageDraw.Draw(image)
    y = 30 * LETTER_SCALE
    for number, line in enumerate(letter_lines(who) if lines is None else lines):
        bold = line in ("Gebührenbescheid", "Rechtsbehelfsbelehrung")
        points = 8 if number == 0 else 11
        font = _font(SANS_BOLD if bold else SANS, round(points * 25.4 / 72 * LETTER_SCALE))
        draw.text((25 * LETTER_SCALE, y), line, font=font, fill=(28, 28, 32))
        y += round(6.2 * LETTER_SCALE)
    flat = np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR), np.uint8).copy()
    if code is not None:
        side, margin = CODE_MM * LETTER_SCALE, 25 * LETTER_SCALE
        square = code if code.ndim == 3 else cv2.cvtColor(code, cv2.COLOR_GRAY2BGR)
        printed = cv2.resize(square, (side, side), interpolation=cv2.INTER_NEAREST)
        flat[height - margin - side : height - margin, width - margin - side : width - margin] = printed
    return np.asarray(np.dstack([flat, np.full((height, width), 255, np.uint8)]), np.uint8)
