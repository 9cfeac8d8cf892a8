"""Letters on A4 paper, rendered flat, and photographed on the desk of `simulator.scene`.

What they say is made up of specimens; their words are known, so that what was read can be compared.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from simulator.scene import Shot

Picture = NDArray[np.uint8]

SCALE = 12  # pixels per millimetre
SIZE_MM = (210, 297)  # ISO 216 A4
CAMERA_8MP = (3264, 2448)
_FONTS = Path("/usr/share/fonts/truetype/dejavu")

_CONSENT = """Einwilligung

Hiermit willige ich ein, dass für unser gemeinsames Kind
ein Personalausweis beantragt wird. Die Sorge für das Kind
üben wir gemeinsam aus. Der andere Elternteil erscheint
persönlich im Bürgerbüro und legt seinen Ausweis vor.

Ich weiß, dass der Ausweis nach der Prüfung ausgehändigt
wird und dass die Gebühr fällig ist, sobald der Antrag
gestellt wurde. Größe und Augenfarbe trägt das Bürgerbüro
ein. Das Lichtbild wurde bei einem Fotografen aufgenommen.

Diese Erklärung gilt nur für diesen einen Antrag und kann
bis zur Ausstellung schriftlich widerrufen werden.

Mit freundlichen Grüßen

Erika Mustermann"""

_DEED = """Bescheinigung über die Namensänderung

Die Standesbeamtin bescheinigt, dass die Ehegatten durch
Erklärung gegenüber dem Standesamt einen gemeinsamen
Ehenamen bestimmt haben. Die Erklärung ist am Tage der
Eheschließung wirksam geworden.

Geführter Name vor der Erklärung: Gabler
Geführter Name nach der Erklärung: Mustermann

Der neue Name ist in alle öffentlichen Register zu
übernehmen. Ausweise mit dem früheren Namen verlieren
ihre Gültigkeit und müssen unverzüglich erneuert werden.
Gebühren für diese Bescheinigung wurden nicht erhoben.

Ausgefertigt für Zwecke des Personalausweises."""

_SECOND = """Anlage zur Bescheinigung

Hinweise für die Bürgerinnen und Bürger. Bitte prüfen Sie
alle Angaben. Fehler können innerhalb von zwei Wochen
gebührenfrei berichtigt werden. Danach fällt für jede
weitere Ausfertigung eine Gebühr an.

Öffnungszeiten und Zuständigkeiten entnehmen Sie bitte
dem Aushang im Erdgeschoss oder der Seite der Stadt."""

LETTERS: dict[str, tuple[str, ...]] = {"consent": (_CONSENT,), "deed": (_DEED, _SECOND)}
HEAD = ("Stadt Musterstadt", "Rathausplatz 1 · 12345 Musterstadt")
TO = ("Frau", "Erika Mustermann", "Heidestraße 17", "51147 Köln")


def words(name: str, page: int = 0) -> str:
    """Everything that is printed on a page, in reading order."""
    return "\n".join((*HEAD, *(TO if page == 0 else ()), LETTERS[name][page]))


@cache
def render_letter(name: str, page: int = 0, *, coloured: bool = True) -> Picture:
    """A page, BGRA, 12 px/mm, upright. Raises KeyError or IndexError when there is none."""
    text = LETTERS[name][page]
    size = (SIZE_MM[0] * SCALE, SIZE_MM[1] * SCALE)
    image = Image.new("RGB", size, (248, 248, 246))
    draw = ImageDraw.Draw(image)
    ink = (32, 32, 36)
    blue = (20, 60, 130) if coloured else ink
    draw.text((20 * SCALE, 14 * SCALE), HEAD[0], font=_font("DejaVuSans-Bold.ttf", 6.0), fill=blue)
    draw.text((20 * SCALE, 23 * SCALE), HEAD[1], font=_font("DejaVuSans.ttf", 3.2), fill=ink)
    draw.line((20 * SCALE, 30 * SCALE, 190 * SCALE, 30 * SCALE), fill=blue, width=6)
    y = 45.0
    for line in TO if page == 0 else ():
        draw.text((25 * SCALE, y * SCALE), line, font=_font("DejaVuSans.ttf", 3.9), fill=ink)
        y += 5.5
    y = max(y + 14, 60)
    for number, line in enumerate(text.splitlines()):
        font = _font("DejaVuSerif-Bold.ttf", 5.0) if number == 0 else _font("DejaVuSerif.ttf", 4.2)
        draw.text((25 * SCALE, y * SCALE), line, font=font, fill=ink)
        y += 7.4
    flat = np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR), np.uint8)
    return np.dstack([flat, np.full(flat.shape[:2], 255, np.uint8)])


def photograph(
    name: str,
    page: int = 0,
    level: str = "easy",
    *,
    quarters: int = 1,
    seed: int = 0,
    size: tuple[int, int] = CAMERA_8MP,
) -> Shot:
    """A letter under the camera; `quarters`: turns to the left, 1 or 3 lay it along the picture."""
    sheet = np.ascontiguousarray(np.rot90(render_letter(name, page), quarters))
    return Shot(np.asarray(sheet, np.uint8), level, seed=seed, size=size, scale_in=SCALE)


@cache
def _font(name: str, height_mm: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / name), round(height_mm * SCALE))
