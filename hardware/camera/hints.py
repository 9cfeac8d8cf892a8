"""Why no zone could be read, from cheap measures: one thing to tell the person at a time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.mrz_reader import Sight
from hardware.ports import Hint, MrzRead

Picture = NDArray[np.uint8]

SMALL_PITCH = 11.0  # pixels from character to character below which reading gets doubtful
SOFT = 0.085  # edge strength against contrast: below it the picture is blurred
SMALL_SHEET = 0.30  # share of the picture's long side below which a document is too far away
_WIDTH = 960  # measures are taken on a picture of this width


@dataclass(frozen=True)
class Quality:
    """Measures of a picture: `sharpness` 0..1, `glare` share of burnt-out pixels, `brightness` 0..255.

    `pitch` (pixels) and `angle` (degrees) of the zone, if one was found.
    """

    sharpness: float
    glare: float
    brightness: float
    pitch: float | None
    angle: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Rounded, for `lotse scan`."""
        return {
            "sharpness": round(self.sharpness, 3),
            "glare": round(self.glare, 4),
            "brightness": round(self.brightness, 1),
            "pitch_px": None if self.pitch is None else round(self.pitch, 1),
            "angle_deg": None if self.angle is None else round(self.angle, 1),
        }


def measure(picture: Picture, sight: Sight) -> Quality:
    """Measures of the zone's region if one was found, otherwise of the whole picture."""
    grey = _grey(picture)
    region = grey
    pitch = angle = None
    if sight.cells:
        pitch, angle = sight.cells.pitch, sight.cells.angle
        region = _cut(grey, sight.cells.outline)
    elif sight.search.grids:
        grid = sight.search.grids[0]
        pitch, angle = grid.pitch, grid.angle
        region = _cut(grey, grid.corners(grid.columns[0], grid.columns[1], -0.5, grid.rows - 0.5))
    whole = region is grey
    if whole and region.shape[1] > _WIDTH:
        factor = _WIDTH / region.shape[1]
        smaller = cv2.resize(region, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        region = np.asarray(smaller, np.uint8)
    return Quality(
        sharpness=_sharpness(region, whole),
        glare=float((region > 250).mean()),
        brightness=float(region.mean()),
        pitch=pitch,
        angle=angle,
    )


def hint_for(picture: Picture, sight: Sight, quality: Quality, mrz: MrzRead | None) -> Hint | None:
    """What to say: None when a valid zone was read, otherwise the likeliest reason."""
    if mrz is not None and mrz.valid:
        return None
    if sight.cells is None and not sight.search.grids:
        return _no_zone(picture, sight)
    if quality.glare > 0.02:
        return Hint.GLARE
    if quality.pitch is not None and quality.pitch < SMALL_PITCH:
        return Hint.TOO_FAR
    if quality.sharpness < SOFT:
        return Hint.BLURRED
    if quality.angle is not None and 25 < abs(quality.angle) < 155:
        return Hint.TURNED
    return Hint.HOLD_STILL if sight.cells is not None else Hint.UNREADABLE


def _no_zone(picture: Picture, sight: Sight) -> Hint:
    """No lines of a zone: is there a document at all, and what is wrong with it?"""
    grey = _grey(picture)
    sheet = _sheet(grey)
    if sheet is None:
        return Hint.WRONG_SIDE if sight.search.text_chains >= 3 else Hint.NOTHING
    long_side = float(max(np.ptp(sheet[:, 0]), np.ptp(sheet[:, 1])))
    if long_side < SMALL_SHEET * max(grey.shape) and sight.search.text_chains < 3:
        return Hint.TOO_FAR
    region = _cut(grey, sheet)
    if _sharpness(region, whole=True) < SOFT:
        return Hint.BLURRED
    if float((region > 250).mean()) > 0.05:
        return Hint.GLARE
    return Hint.WRONG_SIDE


def _sheet(grey: Picture) -> NDArray[np.float64] | None:
    """Corners of the largest card-shaped thing that lies wholly in the picture, in pixels.

    Aspect ratios 1.2 to 1.85: cards are 1.59, passport pages 1.42 (ISO/IEC 7810), seen at a slant.
    """
    factor = 480 / max(grey.shape)
    if factor >= 1 or min(grey.shape) * factor < 60:
        return None
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (5, 5), 0)
    height, width = small.shape
    edges = cv2.dilate(cv2.Canny(small, 25, 70), np.ones((3, 3), np.uint8))
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    best: NDArray[np.float64] | None = None
    largest = 0.006 * width * height
    for mask in (edges, bright):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            area = cv2.contourArea(hull)
            if not largest < area < 0.9 * width * height:
                continue
            x, y, w, h = cv2.boundingRect(hull)
            if x < 3 or y < 3 or x + w > width - 3 or y + h > height - 3:
                continue
            _, (side, other), _ = cv2.minAreaRect(hull)
            ratio = max(side, other) / max(1.0, min(side, other))
            if not 1.2 < ratio < 1.85 or area < 0.85 * side * other:
                continue
            best, largest = hull.reshape(-1, 2).astype(np.float64) / factor, area
    return best


def _grey(picture: Picture) -> Picture:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _cut(grey: Picture, corners: NDArray[np.float64]) -> Picture:
    left, top = np.maximum(corners.min(axis=0), 0).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    part = grey[top : bottom + 1, left : right + 1]
    return part if part.size > 400 else grey


def _sharpness(grey: Picture, whole: bool) -> float:
    """Steepest edges against the contrast there is."""
    values = cv2.GaussianBlur(grey, (3, 3), 0)
    dx = cv2.Sobel(values, cv2.CV_16S, 1, 0)
    dy = cv2.Sobel(values, cv2.CV_16S, 0, 1)
    steep = float(np.percentile(np.maximum(np.abs(dx), np.abs(dy)), 99.5 if whole else 97)) / 8
    low, high = np.percentile(values, (2, 98))
    return min(1.0, steep / max(30.0, float(high - low)))
