"""Slips of paper with a printed code, and photographs of them: what a photo provider or a letter brings."""

from __future__ import annotations

import zlib
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from simulator.documents import SANS, SCALE
from simulator.personas import Persona, persona
from simulator.scene import Level, Shot

Picture = NDArray[np.uint8]

SLIP_MM = (90.0, 62.0)
SIDE_MM = 28.0
_OPTIONS: dict[str, dict[str, Any]] = {"QRCode": {"ec_level": "M"}, "DataMatrix": {"force_square": True}}

# px/mm for a picture 1920 wide; hard: lying at any angle, far from upright, with a reflex
LEVELS = {
    "easy": Level((9.0, 9.0), (0, 6), 6, (0.3, 0.7), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 1),
    "medium": Level((7.0, 7.0), (6, 20), 20, (0.5, 1.0), 2, (2, 4), (0.75, 1.05), 0.2, 0.4, 0.3, 3),
    "hard": Level((5.5, 5.5), (32, 38), 180, (1.0, 1.5), 3, (3, 6), (0.55, 1.0), 0.3, 0.6, 1.0, 5),
    # what cannot be read, so that the person must be told why
    "far": Level((1.3, 1.6), (0, 6), 6, (0.5, 0.9), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 0),
    "blurred": Level((9.0, 9.0), (0, 6), 6, (7.0, 8.5), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 0),
}


def photo_contents(who: Persona | str) -> str:
    """What a photo provider's code holds: made up, the same each time. KeyError for an unknown person."""
    name = persona(who).id if isinstance(who, str) else who.id
    return f"https://foto.example/abruf?id={zlib.crc32(name.encode()):08x}&k=Q2v8Zr1LxT0aWm5YpNcD"


def render_code(contents: str | bytes, kind: str = "DataMatrix", *, side_mm: float = SIDE_MM) -> Picture:
    """A slip with a code of about `side_mm`, BGRA, 20 px/mm. ValueError for contents that do not fit."""
    # M: EPC069-12, section 2; a provider's DataMatrix is a square
    barcode = zxingcpp.create_barcode(
        contents, zxingcpp.barcode_format_from_str(kind), **_OPTIONS.get(kind, {})
    )
    flat = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False), np.uint8)
    module = max(1, round(side_mm * SCALE / max(flat.shape)))
    code = cv2.resize(flat, None, fx=module, fy=module, interpolation=cv2.INTER_NEAREST)
    width, height = (round(side * SCALE) for side in SLIP_MM)
    slip = np.full((height, width), 244, np.uint8)
    top, left = (height - code.shape[0]) // 2, 6 * SCALE
    slip[top : top + code.shape[0], left : left + code.shape[1]] = np.where(code > 127, 244, 28)
    image = Image.fromarray(slip)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(SANS), round(3.4 * SCALE))
    for row, line in enumerate(
        ("Ihr digitales Foto", "Bitte zum Antrag", "mitbringen.", "Muster-Fotostudio")
    ):
        draw.text((40 * SCALE, (14 + 9 * row) * SCALE), line, font=font, fill=60)
    grey = np.asarray(image, np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def photograph(
    contents: str | bytes,
    kind: str = "DataMatrix",
    level: str = "easy",
    *,
    seed: int = 0,
    size: tuple[int, int] = (1920, 1080),
    side_mm: float = SIDE_MM,
) -> Shot:
    """The slip under the camera. KeyError for an unknown level."""
    return Shot(
        render_code(contents, kind, side_mm=side_mm), LEVELS[level], seed=seed, size=size, scale_in=SCALE
    )


def blank_slip() -> Picture:
    """The slip from behind: nothing is printed there. BGRA, 20 px/mm."""
    width, height = (round(side * SCALE) for side in SLIP_MM)
    return np.dstack(
        [np.full((height, width), 244, np.uint8)] * 3 + [np.full((height, width), 255, np.uint8)]
    )
