"""Where the document lies: its four corners, found by its edges although nothing on it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

_WIDTH = 480  # the search runs on a picture of this long side
_SMALLEST = 0.005  # share of the picture below which nothing is a document
_ASPECTS = (1.0, 2.7)  # of anything that may be a document, held as it may be
_LEVEL = (1.27, 1.88)  # of one that lies about level: cards are 1.59, passport pages 1.42 (ISO/IEC 7810)
_ASKEW = 0.42  # tangent of the angle from which a document is not just laid down carelessly (23 degrees)
_STEPS = (40, 65, 90, 115, 140, 165, 190, 215)  # brightness levels at which shapes are cut out
_COLOUR = 6.0  # chroma from which a paper counts as tinted; identity documents are, plain sheets are not


@dataclass(frozen=True)
class Sheet:
    """A card or page that lies wholly in the picture.

    `corners`: clockwise from the one nearest the top left, in picture pixels; `share`: of the picture's area;
    `chroma`: how tinted it is, 0..255 (0 for a grey picture).
    """

    corners: Floats
    share: float
    chroma: float

    @property
    def tinted(self) -> bool:
        """Whether it has the coloured background of an identity document."""
        return self.chroma >= _COLOUR

    @property
    def slanted(self) -> bool:
        """Whether it is held far from level, so that it looks too long, too square or wedge-shaped."""
        aspect, wedge = _shape(self.corners)
        return not _LEVEL[0] < aspect < _LEVEL[1] or wedge > 1.25

    @property
    def askew(self) -> bool:
        """Whether its longer sides are far from level and from upright."""
        one, other, third, fourth = self.corners
        along, across = (other - one) + (third - fourth), (third - other) + (fourth - one)
        x, y = np.abs(max(along, across, key=np.linalg.norm))
        return float(min(x, y)) > _ASKEW * float(max(x, y))

    def holds(self, points: Floats) -> bool:
        """Whether the middle of these points lies on it."""
        x, y = points.mean(axis=0)
        return cv2.pointPolygonTest(self.corners.astype(np.float32), (float(x), float(y)), False) >= 0


def find(picture: Picture) -> Sheet | None:
    """The document in a BGR or grey picture, or None. Takes a few milliseconds."""
    factor = min(1.0, _WIDTH / max(picture.shape[:2]))
    if min(picture.shape[:2]) * factor < 60:
        return None
    small = np.asarray(
        cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    grey = np.asarray(cv2.GaussianBlur(grey, (5, 5), 0), np.uint8)
    best: tuple[float, Floats] | None = None
    for quad in _quads(grey, _tints(small)):
        score = _score(grey, quad)
        if best is None or score > best[0]:
            best = (score, quad)
    if best is None or best[0] <= 0:
        return None
    share = cv2.contourArea(best[1].astype(np.float32)) / grey.size
    return Sheet(best[1] / factor, share, _chroma(small, best[1]))


def relative(corners: Floats, size: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Corners in pixels → 0..1 of a picture of (width, height)."""
    width, height = size
    return tuple((float(min(1, max(0, x / width))), float(min(1, max(0, y / height)))) for x, y in corners)


def _quads(grey: Picture, colours: list[Picture]) -> list[Floats]:
    """Four-cornered shapes of a document's proportions, cut out by brightness, edges and colour."""
    kernel = np.ones((3, 3), np.uint8)
    masks = [
        cv2.dilate(cv2.Canny(channel, low, 3 * low), kernel)
        for channel in (grey, *colours)
        for low in (12, 25)
    ]
    masks += [(grey > level).astype(np.uint8) for level in _STEPS]
    quads: list[Floats] = []
    for mask in masks:
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            quad = _quad(contour, grey.shape)
            if quad is not None and not any(np.abs(quad - other).max() < 3 for other in quads):
                quads.append(quad)
    return quads


def _quad(contour: NDArray[Any], shape: tuple[int, ...]) -> Floats | None:
    height, width = shape[:2]
    x, y, w, h = cv2.boundingRect(contour)
    if w * h < _SMALLEST * width * height or x < 2 or y < 2 or x + w > width - 2 or y + h > height - 2:
        return None
    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    if not _SMALLEST * width * height < area < 0.92 * width * height:
        return None
    length = cv2.arcLength(hull, True)
    for eps in (0.02, 0.035, 0.05):
        corners = cv2.approxPolyDP(hull, eps * length, True)
        if len(corners) <= 4:
            break
    if len(corners) != 4:
        return None
    quad = np.asarray(corners.reshape(4, 2), np.float64)
    if cv2.contourArea(quad.astype(np.float32)) < 0.84 * area:
        return None
    aspect, wedge = _shape(quad)
    return _ordered(quad) if _ASPECTS[0] <= aspect < _ASPECTS[1] and wedge < 1.5 else None


def _shape(quad: Floats) -> tuple[float, float]:
    """Long side to short side, and the larger to the smaller of two opposite sides."""
    sides = np.maximum(np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1), 1e-6)
    one, other = sides[0] + sides[2], sides[1] + sides[3]
    wedge = max(max(pair) / min(pair) for pair in ((sides[0], sides[2]), (sides[1], sides[3])))
    return float(max(one, other) / min(one, other)), float(wedge)


def _tints(small: Picture) -> list[Picture]:
    """The two colour planes of a BGR picture, spread out so that faint tints have edges."""
    if small.ndim == 2:
        return []
    planes = cv2.split(cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2Lab))[1:]
    return [np.asarray(cv2.convertScaleAbs(plane, alpha=3, beta=-256), np.uint8) for plane in planes]


def _ordered(quad: Floats) -> Floats:
    """Clockwise on the screen, from the corner nearest the top left."""
    middle = quad.mean(axis=0)
    quad = quad[np.argsort(np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0]))]
    return np.asarray(np.roll(quad, -int(np.argmin(quad.sum(axis=1))), axis=0), np.float64)


def _score(grey: Picture, quad: Floats) -> float:
    """How much of the border is an edge, larger and more central shapes first; 0 below two thirds."""
    middle = quad.mean(axis=0)
    support = 0
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = np.linspace(0.08, 0.92, 18)[:, None]
        points = start + (end - start) * along
        outward = points - middle
        outward = outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
        inside, outside = _at(grey, points - 4 * outward), _at(grey, points + 4 * outward)
        support += int((np.abs(inside - outside) > 7).sum())
    share = support / 72
    if share < 0.66:
        return 0.0
    height, width = grey.shape
    away = np.linalg.norm((middle - (width / 2, height / 2)) / (width, height))
    return float(share * np.sqrt(cv2.contourArea(quad.astype(np.float32))) * np.exp(-((away / 0.45) ** 2)))


def _at(grey: Picture, points: Floats) -> Floats:
    x = np.clip(points[:, 0].round().astype(int), 0, grey.shape[1] - 1)
    y = np.clip(points[:, 1].round().astype(int), 0, grey.shape[0] - 1)
    return np.asarray(grey[y, x], np.float64)


def _chroma(small: Picture, quad: Floats) -> float:
    if small.ndim == 2:
        return 0.0
    inside = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, quad.round().astype(np.int32), 1)
    colours = small[inside > 0].astype(np.int16)
    if colours.size == 0:
        return 0.0
    return float(np.median(colours.max(axis=1) - colours.min(axis=1)))
