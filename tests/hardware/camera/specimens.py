"""Zones of every format on paper, for what the generated photographs do not have."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator.documents import SCALE, Style, zone
from simulator.scene import Shot

TD2 = (
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    "D231458907UTO7408122F1204159<<<<<<<6",
)  # ICAO 9303-6, Appendix B
MRV_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)  # ICAO 9303-7, Appendix A
MRV_B = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    "L8988901C4XXX4009078F9612109<<<<<<<<",
)  # ICAO 9303-7, Appendix B


def photograph(
    lines: tuple[str, ...], level: str = "easy", *, seed: int = 1, rotate: float = 0.0
) -> NDArray[np.uint8]:
    """A blank document with these lines at its lower edge, photographed, BGR."""
    width_mm, height_mm = {30: (85.6, 54.0), 36: (105.0, 74.0), 44: (125.0, 88.0)}[len(lines[0])]
    strip = zone(lines, width_mm, Style())
    flat = np.full((round(height_mm * SCALE), strip.shape[1], 4), 235, np.uint8)
    flat[..., 3] = 255
    top = flat.shape[0] - strip.shape[0] - SCALE
    ink = cv2.merge([255 - np.minimum(strip, 215)] * 3)
    flat[top : top + strip.shape[0], :, :3] = np.minimum(flat[top : top + strip.shape[0], :, :3], ink)
    return Shot(flat, level, seed=seed, rotate=rotate, scale_in=SCALE).frame(0)
