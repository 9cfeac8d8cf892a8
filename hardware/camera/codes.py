"""Reads bar codes and matrix codes in photographs; what is not found at once is rectified and tried again.

A code lying at a slant or small in the picture is located by its texture (edges in both directions, close
together), cut out as an upright square, enlarged and read again. The time is bounded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from hardware.ports import CodeRead

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

MATRIX = zxingcpp.barcode_formats_from_str("QRCode|DataMatrix|Aztec")
ALL = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllReadable)
_SEARCH = 1280  # the search for regions runs on a picture of this long side
_MOST_REGIONS = 4
_SMALLEST, _LARGEST = 26, 900  # side of a region, in pixels of the search
_EVEN = 0.45  # evenness of edge directions below which a texture is print, not modules
_BLUR = 1.6  # pixels: what lens and hand make of a picture in which a code is just not read
_QUIET = 0.10  # white border around the rectified square, as a share of its side


@dataclass(frozen=True)
class Region:
    """Where a matrix code may lie: four corners in picture pixels, clockwise."""

    corners: Floats

    @property
    def side(self) -> float:
        """Mean length of its sides, in pixels."""
        return float(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1).mean())


@dataclass(frozen=True)
class Scan:
    """What was read in one picture, and where something lies that could not be read (the likeliest first)."""

    codes: tuple[CodeRead, ...]
    unread: tuple[Region, ...]


class CodeReader:
    """Reads codes from single pictures; keeps nothing of them.

    `budget_s`: processor time after which no further attempt begins (one attempt takes up to 0.1 s at 1080p).
    `linear`: also bar codes of lines, not only QR, DataMatrix and Aztec.
    """

    def __init__(self, budget_s: float = 0.35, *, linear: bool = False) -> None:
        self._budget_s = budget_s
        self._formats = ALL if linear else MATRIX

    def scan(self, picture: Picture) -> Scan:
        """BGR or grey picture → codes and unread regions."""
        end = time.thread_time() + self._budget_s
        grey = _grey(picture)
        size = _size(grey)
        found: dict[tuple[str, bytes], CodeRead] = {}
        places: list[Floats] = []
        for barcode in _decode(grey, self._formats):
            corners = _corners(barcode)
            places.append(corners)
            _keep(found, barcode, corners / size)
        unread: list[Region] = []
        open_regions = [region for region in regions(grey) if not _covered(region, places)]
        for region in open_regions:
            hit = None
            for image, back in _attempts(grey, region):
                if time.thread_time() >= end:
                    break
                hit = next(iter(_decode(image, MATRIX)), None)
                if hit is not None:
                    corners = cv2.perspectiveTransform(_corners(hit)[None], back)[0]
                    _keep(found, hit, np.asarray(corners, np.float64) / size)
                    break
            if hit is None:
                unread.append(region)
        return Scan(tuple(found.values()), tuple(unread))

    def glance(self, picture: Picture) -> tuple[CodeRead, ...]:
        """BGR or grey picture → the codes that are read at once; quick where nothing is like one."""
        grey = _grey(picture)
        found: dict[tuple[str, bytes], CodeRead] = {}
        if regions(grey):
            for barcode in _decode(grey, self._formats):
                _keep(found, barcode, _corners(barcode) / _size(grey))
        return tuple(found.values())

    def read(self, picture: Picture) -> tuple[CodeRead, ...]:
        """BGR or grey picture → its codes, in the order found."""
        return self.scan(picture).codes


def _grey(picture: Picture) -> Picture:
    return np.ascontiguousarray(
        picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8
    )


def _size(grey: Picture) -> Floats:
    return np.array([grey.shape[1], grey.shape[0]], np.float64)


def regions(grey: Picture) -> list[Region]:
    """Where matrix codes may lie: textures of both directions whose outline is about square."""
    scale = min(1.0, _SEARCH / max(grey.shape))
    small = grey
    if scale < 1:
        small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)
    across = cv2.convertScaleAbs(cv2.Scharr(small, cv2.CV_16S, 1, 0), alpha=1 / 16)
    down = cv2.convertScaleAbs(cv2.Scharr(small, cv2.CV_16S, 0, 1), alpha=1 / 16)
    texture = np.minimum(cv2.blur(across, (13, 13)), cv2.blur(down, (13, 13)))
    found: list[tuple[float, Region]] = []
    for share in (0.5, 0.3):
        threshold = max(6.0, share * float(np.percentile(texture, 99.8)))
        mask = cv2.morphologyEx(
            (texture > threshold).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)
        )
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            _, (width, height), _ = cv2.minAreaRect(hull)
            low, high = min(width, height), max(width, height)
            if low < _SMALLEST or high > _LARGEST or high > 2.1 * low:
                continue
            solid = cv2.contourArea(contour) / max(1.0, width * height)
            if solid < 0.55:
                continue
            x, y, w, h = cv2.boundingRect(contour)
            if _evenness(small[y : y + h, x : x + w]) < _EVEN:
                continue
            strength = float(texture[y : y + h, x : x + w].mean())
            region = Region(_tight(small, hull) / scale)
            if not any(_inside(region.corners.mean(axis=0), other.corners) for _, other in found):
                found.append((strength * solid * min(low, 200.0), region))
    found.sort(key=lambda item: -item[0])
    return [region for _, region in found[:_MOST_REGIONS]]


def _evenness(part: Picture) -> float:
    """How alike the edges of all directions are, 0..1: modules have all, printed lines one above all."""
    dx, dy = cv2.Sobel(part, cv2.CV_32F, 1, 0), cv2.Sobel(part, cv2.CV_32F, 0, 1)
    xx, yy, xy = (float(np.mean(a * b)) for a, b in ((dx, dx), (dy, dy), (dx, dy)))
    spread = float(np.hypot(xx - yy, 2 * xy))
    return (xx + yy - spread) / max(xx + yy + spread, 1e-6)


def _tight(grey: Picture, hull: NDArray[Any]) -> Floats:
    """Four corners of the dark modules inside a hull that was found coarsely."""
    x, y, w, h = cv2.boundingRect(hull)
    pad = 6
    left, top = max(0, x - pad), max(0, y - pad)
    part = grey[top : y + h + pad, left : x + w + pad]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(inside, hull - np.array([left, top]), 1)
    inside = np.asarray(cv2.dilate(inside, np.ones((2 * pad + 1, 2 * pad + 1), np.uint8)), np.uint8)
    level, _ = cv2.threshold(part[inside > 0].reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = ((part < level) & (inside > 0)).astype(np.uint8)
    reach = max(3, round(max(w, h) / 12)) | 1
    dark = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    if count > 1:
        largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
        contours, _ = cv2.findContours(
            (labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        tight = cv2.convexHull(max(contours, key=cv2.contourArea))
        if cv2.contourArea(tight) > 0.3 * cv2.contourArea(hull):
            return np.asarray(_four(tight) + np.array([left, top]), np.float64)
    return _four(hull)


def _four(hull: NDArray[Any]) -> Floats:
    """The hull as four corners, clockwise: simplified until four are left, else its rectangle."""
    length = cv2.arcLength(hull, True)
    for eps in (0.02, 0.03, 0.045, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, eps * length, True)
        if len(corners) == 4:
            points = np.asarray(corners.reshape(4, 2), np.float64)
            if cv2.contourArea(points.astype(np.float32)) > 0.8 * cv2.contourArea(hull):
                return _clockwise(points)
        if len(corners) < 4:
            break
    return _clockwise(np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float64))


def _clockwise(points: Floats) -> Floats:
    middle = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    return np.asarray(points[np.argsort(angles)], np.float64)


def _attempts(grey: Picture, region: Region) -> Iterator[tuple[Picture, Floats]]:
    """Upright, enlarged cuts of a region, the likeliest first, each with the way back to the picture."""
    flat, back = _cut(grey, region.corners, 360)
    yield flat, back
    yield _deblurred(_even(flat), _BLUR * 360 / max(region.side, 1.0), 0.01), back
    flat, back = _cut(grey, region.corners, 560)
    yield _sharp(flat), back
    yield _even(flat), back
    flat, back = _cut(grey, region.corners, 260)
    yield _even(_sharp(flat)), back
    yield _deblurred(_even(flat), _BLUR * 260 / max(region.side, 1.0), 0.003), back


def _cut(grey: Picture, corners: Floats, side: int) -> tuple[Picture, Floats]:
    margin = _QUIET * side
    inner = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float64) + margin
    forth = cv2.getPerspectiveTransform(corners.astype(np.float32), inner.astype(np.float32))
    edge = round(side + 2 * margin)
    flat = cv2.warpPerspective(
        grey, forth, (edge, edge), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8), np.asarray(np.linalg.inv(forth), np.float64)


def _sharp(flat: Picture) -> Picture:
    soft = cv2.GaussianBlur(flat, (0, 0), 6)
    return np.asarray(cv2.addWeighted(flat, 2.4, soft, -1.4, 0), np.uint8)


def _deblurred(flat: Picture, sigma: float, noise: float) -> Picture:
    """A Gaussian blur of `sigma` pixels undone as far as `noise` (its power against the picture's) allows.

    N. Wiener, Extrapolation, Interpolation, and Smoothing of Stationary Time Series (1949).
    """
    values = flat.astype(np.float32)
    rows, columns = np.fft.fftfreq(flat.shape[0])[:, None], np.fft.rfftfreq(flat.shape[1])[None]
    passed = np.exp(-2 * (np.pi * sigma) ** 2 * (rows**2 + columns**2))
    mean = float(values.mean())
    restored = np.fft.irfft2(np.fft.rfft2(values - mean) * passed / (passed**2 + noise), flat.shape)
    return np.asarray(np.clip(restored + mean, 0, 255), np.uint8)


def _even(flat: Picture) -> Picture:
    """Shadow and reflex taken out: brightness between the local dark and the local light."""
    reach = np.ones((max(15, flat.shape[0] // 6),) * 2, np.uint8)
    low = cv2.blur(cv2.erode(flat, reach), (31, 31)).astype(np.float32)
    high = cv2.blur(cv2.dilate(flat, reach), (31, 31)).astype(np.float32)
    return np.asarray(np.clip((flat - low) * 255 / np.maximum(high - low, 12), 0, 255), np.uint8)


def _decode(image: Picture, formats: zxingcpp.BarcodeFormats) -> list[zxingcpp.Barcode]:
    found = zxingcpp.read_barcodes(image, formats, text_mode=zxingcpp.TextMode.Plain)
    return [barcode for barcode in found if barcode.valid]


def _corners(barcode: zxingcpp.Barcode) -> Floats:
    place = barcode.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([[point.x, point.y] for point in points], np.float64)


def _keep(found: dict[tuple[str, bytes], CodeRead], barcode: zxingcpp.Barcode, corners: Floats) -> None:
    key = (barcode.format.name, bytes(barcode.bytes))
    outline = tuple((float(x), float(y)) for x, y in np.clip(corners, 0, 1))
    found.setdefault(key, CodeRead(key[0], key[1], barcode.text, outline))


def _covered(region: Region, places: list[Floats]) -> bool:
    return any(_inside(region.corners.mean(axis=0), place) for place in places)


def _inside(point: Floats, corners: Floats) -> bool:
    return cv2.pointPolygonTest(corners.astype(np.float32), (float(point[0]), float(point[1])), False) >= 0
