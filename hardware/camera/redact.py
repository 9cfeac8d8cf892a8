"""A copy of an identity document as the law allows it: marked in the pixels, its numbers blackened.

PAuswG § 20 (2): the copy must be recognisable as a copy, permanently. The serial number and the access
number (CAN) are not needed to prove who somebody is; they are black before anything is kept. Where they
stand: ICAO 9303-4 § 4.2.2 and -5 § 4.2.2 (machine-readable zones), and the layout of German documents.
"""

from __future__ import annotations

import math
import re
import subprocess
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from hardware.camera.mrz_reader import MrzReader
from hardware.camera.page import DPI, ID3, MM_PER_INCH, Fault, Page, Paper, find_page, flatten
from hardware.ports import MrzRead

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

READ_S = 30.0  # deadline for one reading of a card by tesseract
MARK = "KOPIE"
_BLACK = (0, 0, 0)
_RED = (30, 30, 190)  # BGR
_DENSITY = 0.55
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")  # Debian: fonts-dejavu-core
# millimetres from the upper left corner: left, top, right, bottom
_CARD_FRONT = ((30.0, 6.5, 85.6, 12.8), (54.0, 44.0, 85.6, 54.0))  # serial number; access number
_PASSPORT = ((38.0, 5.0, 125.0, 16.0),)  # number of the passport, in the upper right
# columns of the zone that carry a number: document number with check digit, optional data
_ZONE = {30: ((0, 5, 30),), 44: ((1, 0, 10), (1, 28, 43)), 36: ((1, 0, 10), (1, 28, 36))}
_LINE_ABOVE = 0.3  # an outline begins so many lines above the middle of the first line
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9]{8,10}")
_DATE = re.compile(r"\d\d?[. ]\d\d?[. ]\d{4}")
_ACCESS = re.compile(r"\d{6}")


class NotSure(Exception):
    """The numbers could not be found for sure, so there is no copy. One sentence for the log."""


def marked_copy(flat: Picture, paper: Paper, purpose: str, on: date) -> Picture:
    """The flattened side of an identity document (BGR, 300 dpi) with its numbers black and the mark across.

    `paper`: ID1 or ID3; `purpose`: what the copy is for, German, no personal data. The picture is turned
    upright. Raises NotSure when it is not certain where the numbers stand.
    """
    card = flat if flat.shape[1] >= flat.shape[0] else np.ascontiguousarray(np.rot90(flat))
    light = max(60.0, float(np.percentile(card[::4, ::4], 98)))
    card, zone, words = _upright(np.asarray(cv2.convertScaleAbs(card, alpha=245 / light), np.uint8))
    if zone is None and paper is ID3:
        raise NotSure("No machine-readable zone was found on the passport's page.")
    copy = card.copy()
    if zone is not None:
        _blacken_zone(copy, zone)
    if zone is None or paper is ID3:
        for box in _PASSPORT if paper is ID3 else _CARD_FRONT:
            _blacken(copy, *(mm / MM_PER_INCH * DPI for mm in box))
    numbers = _numbers(zone)
    for text, (left, top, right, bottom) in words:
        if _is_number(text, numbers):
            margin = 0.35 * (bottom - top)
            _blacken(copy, left - margin, top - margin, right + margin, bottom + margin)
    return stamp(copy, purpose, on)


def shows_identity(picture: Picture) -> bool:
    """Whether a machine-readable zone is in the picture: then it is no letter, and no plain copy is made."""
    zone = MrzReader().read(picture)
    return zone is not None and zone.valid


def identity_page(picture: Picture, page: Page) -> Page:
    """The page again as what it is: two lines in its zone make it a passport's, else it is a card."""
    zone = MrzReader().read(flatten(picture, page))
    if zone is None or len(zone.lines) == 3:
        return page
    found = find_page(picture, ID3)
    if isinstance(found, Fault):
        raise NotSure("The passport's page was not found again.")
    return found


def stamp(copy: Picture, purpose: str, on: date) -> Picture:
    """KOPIE across the whole picture, and purpose and date along the lower edge, in the pixels."""
    height, width = copy.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    _across(mask)
    ink = mask[..., None].astype(np.float32) / 255 * _DENSITY
    marked = (copy * (1 - ink) + np.array(_RED, np.float32) * ink).astype(np.uint8)
    return np.asarray(
        np.vstack([marked, _line(f"{MARK} – nur für: {purpose} – {on:%d.%m.%Y}", width)]), np.uint8
    )


def _upright(card: Picture) -> tuple[Picture, MrzRead | None, list[tuple[str, tuple[int, int, int, int]]]]:
    """The card the right way up: by its zone, else by which way round its words can be read."""
    zone = MrzReader().read(card)
    if zone is not None and zone.valid:
        right, left = zone.outline[1], zone.outline[0]
        if right[0] < left[0]:
            card = np.ascontiguousarray(card[::-1, ::-1])
            zone = MrzReader().read(card)
            if zone is None or not zone.valid or zone.outline[1][0] < zone.outline[0][0]:
                raise NotSure("The machine-readable zone could not be read both ways round.")
        return card, zone, _words(card)[0]
    if zone is not None:
        raise NotSure("There is a machine-readable zone, but its check digits do not hold.")
    turned = np.asarray(np.ascontiguousarray(card[::-1, ::-1]), np.uint8)
    here, there = _words(card), _words(turned)
    if max(here[1], there[1]) < 6 or 0.6 < (here[1] + 1) / (there[1] + 1) < 1.6:
        raise NotSure("It is not clear which way up the card lies.")
    return (card, None, here[0]) if here[1] > there[1] else (turned, None, there[0])


def _words(card: Picture) -> tuple[list[tuple[str, tuple[int, int, int, int]]], float]:
    """Words that tesseract (a program of its own) reads, with their boxes; and how many letters are sure."""
    done, packed = cv2.imencode(".png", cv2.cvtColor(card, cv2.COLOR_BGR2GRAY))
    if not done:
        raise NotSure("The picture of the card cannot be packed.")
    try:
        read = subprocess.run(
            ["tesseract", "-", "-", "-l", "deu", "--psm", "11", "--dpi", str(DPI), "tsv"],
            input=packed.tobytes(),
            capture_output=True,
            timeout=READ_S,
            check=True,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        raise NotSure(
            "tesseract cannot read the card: install tesseract-ocr and tesseract-ocr-deu."
        ) from None
    words, sure = [], 0.0
    for line in read.decode("utf-8", "replace").splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) != 12 or not cells[11].strip():
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        words.append((cells[11].strip(), (left, top, left + width, top + height)))
        if float(cells[10]) > 70 and len(cells[11].strip()) > 2:
            sure += len(cells[11].strip())
    return words, sure


def _numbers(zone: MrzRead | None) -> set[str]:
    number = zone.fields.get("number", "") if zone else ""
    return {_alike(number)} if len(number) > 4 else set()


def _alike(text: str) -> str:
    """Letters and digits that printing makes look the same, as one."""
    return re.sub(r"[^A-Z0-9]", "", text.upper()).translate(str.maketrans("OIZSBGQ", "0125860"))


def _is_number(text: str, known: set[str]) -> bool:
    plain = re.sub(r"[^A-Z0-9]", "", text)
    if any(number in _alike(text) or (len(plain) > 5 and _alike(plain) in number) for number in known):
        return True
    if _DATE.search(text):
        return False
    return bool(_NUMBER.fullmatch(plain) or _ACCESS.fullmatch(plain))


def _blacken_zone(copy: Picture, zone: MrzRead) -> None:
    """The number's cells of the zone, a little wider and higher than they are."""
    height, width = copy.shape[:2]
    rows, columns = len(zone.lines), len(zone.lines[0])
    outline = np.array(zone.outline, np.float32) * (width, height)
    across, down = columns, rows - 1 + 2 * _LINE_ABOVE
    cells = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    matrix = cv2.getPerspectiveTransform(cells, outline.astype(np.float32))
    for row, first, last in _ZONE[columns]:
        top, bottom = row + _LINE_ABOVE - 0.46, row + _LINE_ABOVE + 0.46
        left, right = first - 0.4, last + (0.4 if last < columns else 1.0)
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        shape = cv2.perspectiveTransform(corners[None], matrix)[0]
        cv2.fillConvexPoly(copy, shape.round().astype(np.int32), _BLACK)


def _blacken(copy: Picture, left: float, top: float, right: float, bottom: float) -> None:
    cv2.rectangle(
        copy, (math.floor(left), math.floor(top)), (math.ceil(right), math.ceil(bottom)), _BLACK, cv2.FILLED
    )


def _across(mask: Picture) -> None:
    """The mark along the rising diagonal, three times one above the other, white on black."""
    height, width = mask.shape
    font = ImageFont.truetype(str(_FONT), round(height * 0.3))
    left, top, right, bottom = (round(side) for side in font.getbbox(MARK))
    tile = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(tile).text((-left, -top), MARK, font=font, fill=255)
    turned = tile.rotate(
        math.degrees(math.atan2(height, width)), expand=True, resample=Image.Resampling.BICUBIC
    )
    sheet = Image.fromarray(mask)
    for across, down in ((0.25, 0.3), (0.5, 0.5), (0.75, 0.7)):
        at = (round(across * width - turned.width / 2), round(down * height - turned.height / 2))
        sheet.paste(255, at, turned)
    mask[:] = np.asarray(sheet)


def _line(text: str, width: int) -> Picture:
    """A white strip with one line of text, as large as it fits."""
    font = ImageFont.truetype(str(_FONT), 40)
    font = ImageFont.truetype(str(_FONT), max(10, min(40, round(40 * 0.95 * width / font.getlength(text)))))
    strip = Image.new("RGB", (width, 64), (255, 255, 255))
    ImageDraw.Draw(strip).text((width // 2, 32), text, font=font, fill=_RED[::-1], anchor="mm")
    return np.asarray(np.asarray(strip)[..., ::-1], np.uint8)
