"""A sheet of paper or a card in a photograph: found by its edges, flattened, its shading taken away.

Corners are ordered as they lie in the picture: upper left, upper right, lower right, lower left.
"""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]
_Line = tuple[float, float, float]

DPI = 300
MM_PER_INCH = 25.4
_WORK = 720  # the search runs on a picture of this longer side
_LEVELS = (12, 25, 38, 50, 62, 75, 86)  # percentiles of brightness at which sheets are cut out
_SIDE_PROBES = 64
_SIDES = 7  # sides of an outline that are tried as sides of a sheet
_SOFT = 0.08  # edges less steep than this against the contrast: out of focus
_SQUEEZE = 1.16  # how much a tilt may change the ratio of the sides


class Fault(enum.Enum):
    """Why a picture gives no page: one thing to tell the person."""

    NOTHING = "nothing"
    CUT_OFF = "cut_off"  # a part of the sheet is outside the picture
    TOO_FAR = "too_far"
    BLURRED = "blurred"


@dataclass(frozen=True)
class Paper:
    """A kind of sheet: long and short side in millimetres, smallest useful resolution."""

    name: str
    long_mm: float
    short_mm: float
    smallest_share: float  # of the picture's area
    least_dpi: float


A4 = Paper("A4", 297.0, 210.0, 0.08, 85.0)  # ISO 216; below that ocrmypdf finds no text to stand upright
ID1 = Paper("ID-1", 85.6, 53.98, 0.02, 110.0)  # ISO/IEC 7810: cards
ID3 = Paper("ID-3", 125.0, 88.0, 0.03, 110.0)  # ISO/IEC 7810: the data page of a passport


@dataclass(frozen=True)
class Page:
    """A sheet as it was found. `corners`: (4, 2) pixels; `dpi`: what the camera resolves of it.

    `long_mm`, `short_mm`: its size; a sheet whose sides have another ratio keeps its own.
    """

    corners: Floats
    paper: Paper
    long_mm: float
    short_mm: float
    dpi: float
    sharpness: float

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide in the picture."""
        wide, high = _extent(self.corners)
        return high > wide

    def outline(self, picture: Picture) -> list[tuple[float, float]]:
        """The corners as shares of the picture's width and height, for the screen."""
        height, width = picture.shape[:2]
        return [(float(x) / width, float(y) / height) for x, y in self.corners]


def find_page(picture: Picture, paper: Paper = A4) -> Page | Fault:
    """The sheet in a photograph (BGR), or why there is none that can be used."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    factor = min(1.0, _WORK / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    best, cut_off = _best(np.asarray(cv2.GaussianBlur(small, (5, 5), 0), np.uint8), paper)
    if best is None:
        return Fault.CUT_OFF if cut_off else Fault.NOTHING
    corners = _refine(grey, best / factor, reach=max(4.0, 5.0 / factor))
    wide, high = _extent(corners)
    long_px, short_px = max(wide, high), min(wide, high)
    long_mm, short_mm = paper.long_mm, paper.short_mm
    ratio = long_px / short_px
    if not 1 / _SQUEEZE < ratio / (long_mm / short_mm) < _SQUEEZE:
        short_mm = long_mm / ratio
    dpi = min(long_px / long_mm, short_px / short_mm) * MM_PER_INCH
    if dpi < paper.least_dpi:
        return Fault.TOO_FAR
    sharpness = _sharpness(grey, corners)
    if sharpness < _SOFT:
        return Fault.BLURRED
    return Page(corners, paper, long_mm, short_mm, dpi, sharpness)


def flatten(picture: Picture, page: Page, dpi: int = DPI) -> Picture:
    """The sheet as if scanned, BGR, `dpi` pixels an inch (A4 at 300: 2480 x 3508), turned as it lies."""
    long_px, short_px = (round(mm / MM_PER_INCH * dpi) for mm in (page.long_mm, page.short_mm))
    width, height = (short_px, long_px) if page.upright else (long_px, short_px)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(page.corners.astype(np.float32), target)
    flat = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def clean(flat: Picture) -> Picture:
    """A flattened letter with white paper: shading and shadows divided out; grey when it has no colour."""
    height, width = flat.shape[:2]
    factor = 400 / max(height, width)
    small = cv2.resize(flat, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # the paper shows between the strokes; what is dark for more than 7 mm of A4 is a picture and stays
    paper = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 9), (0, 0), 3)
    shade = cv2.resize(paper, (width, height), interpolation=cv2.INTER_CUBIC)
    even = cv2.divide(flat, cv2.max(shade, np.full_like(shade, 40)), scale=255.0)
    tint = np.ptp(cv2.resize(even, None, fx=2 * factor, fy=2 * factor, interpolation=cv2.INTER_AREA), axis=2)
    if float((tint > 48).mean()) < 0.0005:
        even = cv2.cvtColor(even, cv2.COLOR_BGR2GRAY)
    curve = np.clip((np.arange(256) - 30) * 255.0 / (232 - 30), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(np.asarray(even, np.uint8), curve), np.uint8)


# --- finding ------------------------------------------------------------------------------------


def _best(small: Picture, paper: Paper) -> tuple[Floats | None, bool]:
    """The likeliest four corners in the small picture; also whether the likeliest sheet is cut off."""
    height, width = small.shape
    steepness = _steepness(small)
    best: Floats | None = None
    best_score, cut_score = 0.0, 0.0
    seen: set[tuple[int, ...]] = set()
    for quad in _quads(small, paper.smallest_share * width * height):
        place = tuple((quad.ravel() / 3).round().astype(int).tolist())
        if place in seen:
            continue
        seen.add(place)
        score = _score(quad, small, steepness, paper)
        inside = ((quad > 2) & (quad < np.array([width - 3, height - 3]))).all()
        if inside and score > best_score:
            best, best_score = quad, score
        elif not inside:
            cut_score = max(cut_score, score)
    if best is not None and best_score < 0.6 * cut_score:
        return None, True
    return best, cut_score > 0


def _quads(small: Picture, least: float) -> Iterator[Floats]:
    """Four-sided shapes: of regions brighter than a level, and of regions that edges enclose."""
    kernel = np.ones((3, 3), np.uint8)
    masks = [(small > level).astype(np.uint8) for level in np.percentile(small, _LEVELS)]
    for low, high in ((12, 36), (25, 75), (50, 130)):
        edges = cv2.dilate(cv2.Canny(small, low, high), kernel)
        masks += [np.asarray(edges > 0, np.uint8), np.asarray(edges == 0, np.uint8)]
    for mask in masks:
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
        for candidate in (mask, opened):
            contours, _ = cv2.findContours(candidate, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
            for contour in contours:
                _, _, wide, high = cv2.boundingRect(contour)
                if wide * high < least:
                    continue
                hull = cv2.convexHull(contour)
                bulk = cv2.contourArea(hull)
                if bulk < least:
                    continue
                quad = _four(hull)
                if quad is not None:
                    yield quad
                if cv2.contourArea(contour) < 0.985 * bulk:
                    yield from _hidden(contour, least)


def _four(hull: cv2.typing.MatLike) -> Floats | None:
    """Four corners of a hull whose corners may be rounded: its longest sides, met."""
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.035, 0.05):
        shape = cv2.approxPolyDP(hull, share * around, True).reshape(-1, 2).astype(np.float64)
        if len(shape) == 4:
            return _ordered(shape)
        if len(shape) < 4:
            return None
        if len(shape) <= 8:
            sides = [(shape[i], shape[(i + 1) % len(shape)]) for i in range(len(shape))]
            longest = sorted(range(len(sides)), key=lambda i: -math.dist(*sides[i]))[:4]
            longest.sort()
            lines = [_line(*sides[i]) for i in longest]
            met = [_meet(a, b) for a, b in zip(lines, [*lines[1:], lines[0]], strict=True)]
            corners = [corner for corner in met if corner is not None]
            if len(corners) == 4:
                quad = np.array(corners)
                area = cv2.contourArea(quad.astype(np.float32))
                if 0.94 < cv2.contourArea(hull) / max(1.0, area) < 1.02:
                    return _ordered(quad)
    return None


def _hidden(contour: cv2.typing.MatLike, least: float) -> Iterator[Floats]:
    """A sheet grown together with others that lie beside it: four of the outline's longest sides, met."""
    shape = cv2.approxPolyDP(contour, 0.006 * cv2.arcLength(contour, True), True).reshape(-1, 2)
    points = shape.astype(np.float64)
    if not 5 <= len(points) <= 40:
        return
    ends = np.roll(points, -1, axis=0)
    longest = np.sort(np.argsort(-np.linalg.norm(ends - points, axis=1))[:_SIDES])
    lines = [_line(points[i], ends[i]) for i in longest]
    for four in itertools.combinations(lines, 4):
        met = [_meet(four[i - 1], four[i]) for i in range(4)]
        corners = [corner for corner in met if corner is not None]
        if len(corners) == 4:
            quad = np.array(corners)
            if np.abs(quad).max() < 4 * _WORK and cv2.contourArea(quad.astype(np.float32)) > least:
                yield _ordered(quad)


def _score(quad: Floats, small: Picture, steepness: Floats, paper: Paper) -> float:
    """How much like a sheet: edges all round, the right sides, right angles, brighter than around, large."""
    wide, high = _extent(quad)
    if min(wide, high) < 20:
        return 0.0
    ratio = max(wide, high) / min(wide, high)
    stretch = abs(math.log(ratio / (paper.long_mm / paper.short_mm)))
    if stretch > 0.35 or not cv2.isContourConvex(quad.astype(np.float32)):
        return 0.0
    for i in range(4):
        one, other = quad[i - 1] - quad[i], quad[(i + 1) % 4] - quad[i]
        cosine = float(one @ other) / float(np.linalg.norm(one) * np.linalg.norm(other))
        if abs(cosine) > 0.42:
            return 0.0
    held, rise = 1.0, 0.0
    for a, b in itertools.pairwise([*quad, quad[0]]):
        inner, outer = _both_sides(small, a, b, 4.0)
        peaks = np.max([_along(steepness, a, b, shift) for shift in (-2.0, 0.0, 2.0)], axis=0)
        held = min(held, float((peaks > 1.0).mean()))
        rise += float(np.median(inner - outer)) / 4
    if rise < 4:
        return 0.0
    share = abs(cv2.contourArea(quad.astype(np.float32))) / small.size
    return held * held * math.exp(-3.0 * stretch) * math.sqrt(share) * min(1.0, rise / 12)


def _steepness(small: Picture) -> Floats:
    """Size of the gradient against what the picture's noise gives."""
    dx = cv2.Sobel(small, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(small, cv2.CV_32F, 0, 1)
    size = np.hypot(dx, dy)
    return np.asarray(size / max(14.0, 1.2 * float(np.median(size))), np.float64)


def _along(values: Floats | Picture, a: Floats, b: Floats, shift: float) -> Floats:
    """Values along a side, moved `shift` pixels to its left (inwards for a clockwise shape if negative)."""
    step = (b - a) / max(1e-9, float(np.linalg.norm(b - a)))
    normal = np.array([step[1], -step[0]])
    points = a + np.linspace(0.06, 0.94, _SIDE_PROBES)[:, None] * (b - a) + shift * normal
    x = np.clip(points[:, 0].round().astype(int), 0, values.shape[1] - 1)
    y = np.clip(points[:, 1].round().astype(int), 0, values.shape[0] - 1)
    return np.asarray(values[y, x], np.float64)


def _both_sides(small: Picture, a: Floats, b: Floats, apart: float) -> tuple[Floats, Floats]:
    return _along(small, a, b, -apart), _along(small, a, b, apart)


def _refine(grey: Picture, corners: Floats, reach: float) -> Floats:
    """Each side again as the line through the steepest places across it; the corners where they meet."""
    offsets = np.arange(-reach, reach + 0.5, 0.5)
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    lines = []
    for i in range(4):
        a, b = corners[i], corners[(i + 1) % 4]
        step = (b - a) / max(1e-9, float(np.linalg.norm(b - a)))
        normal = np.array([step[1], -step[0]])
        places = a + np.linspace(0.07, 0.93, 120)[:, None] * (b - a)
        grid = places[:, None, :] + offsets[None, :, None] * normal
        values = cv2.remap(
            smooth, grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32), cv2.INTER_LINEAR
        ).astype(np.float64)
        fall = values[:, :-4] - values[:, 4:]  # bright inside, dark outside
        at = fall.argmax(axis=1)
        strong = fall[np.arange(len(at)), at] > max(6.0, 0.4 * float(np.median(fall.max(axis=1))))
        if strong.sum() < 24:
            lines.append(_line(a, b))
            continue
        found = offsets[at[strong] + 2]
        middle = float(np.median(found))
        near = np.abs(found - middle) < 0.35 * reach
        points = (places[strong] + found[:, None] * normal)[near].astype(np.float32)
        if len(points) < 16:
            lines.append(_line(a, b))
            continue
        vx, vy, x, y = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append(_line(np.array([x, y]), np.array([x + vx, y + vy])))
    met = [_meet(lines[i - 1], lines[i]) for i in range(4)]
    fine = np.array([corner if corner is not None else old for corner, old in zip(met, corners, strict=True)])
    return fine if float(np.abs(fine - corners).max()) < 4 * reach else corners


def _line(a: Floats, b: Floats) -> _Line:
    """Through two points: a, b, c of a·x + b·y + c = 0."""
    (x0, y0), (x1, y1) = a.tolist(), b.tolist()
    return y0 - y1, x1 - x0, x0 * y1 - x1 * y0


def _meet(one: _Line, other: _Line) -> tuple[float, float] | None:
    """Where two lines meet; None for (almost) parallel ones."""
    (a, b, c), (d, e, f) = one, other
    across = a * e - b * d
    if abs(across) <= 1e-6 * math.hypot(a, b) * math.hypot(d, e):
        return None
    return (b * f - c * e) / across, (c * d - a * f) / across


def _ordered(quad: Floats) -> Floats:
    """Clockwise on the screen, beginning with the corner that lies most to the upper left."""
    middle = quad.mean(axis=0)
    turned = quad[np.argsort(np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _extent(corners: Floats) -> tuple[float, float]:
    """Mean length of the upper and lower, and of the left and right sides."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2


def _sharpness(grey: Picture, corners: Floats) -> float:
    """Steepest edges within the sheet against its contrast, 0..1."""
    middle = corners.mean(axis=0)
    inner = middle + 0.94 * (corners - middle)
    left, top = np.maximum(inner.min(axis=0), 0).astype(int)
    right, bottom = inner.max(axis=0).astype(int)
    part = grey[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(mask, (inner - (left, top)).astype(np.int32), 1)
    values = cv2.GaussianBlur(part, (3, 3), 0)
    dx = cv2.convertScaleAbs(cv2.Sobel(values, cv2.CV_16S, 1, 0), alpha=0.25)
    dy = cv2.convertScaleAbs(cv2.Sobel(values, cv2.CV_16S, 0, 1), alpha=0.25)
    steep = _share(cv2.max(dx, dy), mask, 0.995) / 2
    contrast = _share(values, mask, 0.99) - _share(values, mask, 0.01)
    return min(1.0, steep / max(80.0, contrast))


def _share(values: cv2.typing.MatLike, mask: Picture, share: float) -> float:
    """The value below which a share of the masked pixels lies."""
    counts = np.cumsum(cv2.calcHist([values], [0], mask, [256], [0, 256]))
    return float(np.searchsorted(counts, share * counts[-1]))
