"""Why no zone or code could be read, from cheap measures: one thing to tell the person at a time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.codes import Region
from hardware.camera.mrz_reader import Sight
from hardware.camera.outline import Sheet, find
from hardware.ports import Hint, MrzRead

Picture = NDArray[np.uint8]

SMALL_PITCH = 11.0  # pixels from character to character below which reading gets doubtful
SOFT = 0.085  # edge strength against contrast: below it the picture is blurred
SMALL_SHEET = 0.22  # share of the picture's long side below which a document is too far away
BURNT = 0.02  # share of burnt-out pixels in a zone from which it is a reflex
REFLEX = 0.012  # the same on a whole document, where only a spot burns out
SLANTED = 0.03  # share of the picture from which a slanted document is not just too far away
SMALL_CODE = 80.0  # side of a code in pixels below which it is too far away
SOFT_CODE = 0.10
BURNT_CODE = 0.12  # share of a code's tiles that drown in light
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
    return reason(picture, sight, quality, find(picture))


def reason(picture: Picture, sight: Sight, quality: Quality, sheet: Sheet | None) -> Hint:
    """The likeliest reason why no valid zone was read; `sheet`: the document found in the picture."""
    if sight.cells is None and not sight.search.grids:
        return _no_zone(picture, sight, sheet)
    if quality.glare > BURNT:
        return Hint.GLARE
    if sheet is not None and sheet.slanted and sheet.share > SLANTED:
        return Hint.TURNED
    if quality.pitch is not None and quality.pitch < SMALL_PITCH:
        return Hint.TOO_FAR
    if quality.sharpness < SOFT:
        return Hint.BLURRED
    if quality.angle is not None and 25 < abs(quality.angle) < 155:
        return Hint.TURNED
    return Hint.HOLD_STILL if sight.cells is not None else Hint.UNREADABLE


def _no_zone(picture: Picture, sight: Sight, sheet: Sheet | None) -> Hint:
    """No lines of a zone: is there a document at all, and what is wrong with it?"""
    text = sight.search.text_chains >= 3
    if sheet is None or not (sheet.tinted or text):
        return Hint.NOTHING
    grey = _grey(picture)
    region = _cut(grey, sheet.corners)
    if _reflex(region) > REFLEX:
        return Hint.GLARE
    # a slanted one may by chance have a card's proportions: then it still does not lie straight
    if (sheet.slanted or sheet.askew) and sheet.share > SLANTED:
        return Hint.TURNED
    if _long_side(sheet.corners) < SMALL_SHEET * max(grey.shape):
        return Hint.TOO_FAR
    if _sharpness(region, whole=True) < SOFT:
        return Hint.BLURRED
    return Hint.WRONG_SIDE


def code_hint(picture: Picture, unread: tuple[Region, ...], sheet: Sheet | None) -> Hint:
    """Why no matrix code was read, from where one may lie (`unread`) and the paper found."""
    grey = _grey(picture)
    if not unread:
        if sheet is None:
            return Hint.NOTHING
        if _long_side(sheet.corners) < SMALL_SHEET * max(grey.shape):
            return Hint.TOO_FAR
        return Hint.BLURRED if _sharpness(_cut(grey, sheet.corners), whole=True) < SOFT else Hint.WRONG_SIDE
    region = unread[0]
    part = _cut(grey, region.corners)
    if _washed(part) > BURNT_CODE:
        return Hint.GLARE
    if _sharpness(part, whole=False) < SOFT_CODE:
        return Hint.BLURRED
    return Hint.TOO_FAR if region.side < SMALL_CODE else Hint.HOLD_STILL


def _long_side(corners: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1).max())


def _reflex(region: Picture) -> float:
    """Share of a burnt-out spot; a paper that is bright all over has none."""
    if float(np.median(region)) > 244:
        return 0.0
    burnt = cv2.morphologyEx((region > 250).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    return float(burnt.mean())


def _washed(region: Picture) -> float:
    """Share of the tiles whose print has drowned in light: bright, and without the others' contrast."""
    tiles = [tile for row in np.array_split(region, 6) for tile in np.array_split(row, 6, axis=1)]
    low, high = np.array([np.percentile(tile, (5, 95)) for tile in tiles if tile.size]).T
    usual = float(np.percentile(high - low, 75))
    return float(((high > 240) & (high - low < 0.45 * usual)).mean())


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
