"""Photographs of a desk: light, perspective, blur, noise and the document that somebody laid down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Level:
    """Ranges from which a photograph's conditions are drawn (px/mm at a picture 1920 wide)."""

    scale: tuple[float, float]
    tilt: tuple[float, float]  # degrees
    roll: float  # degrees, either way
    blur: tuple[float, float]  # sigma, px
    motion: float  # px
    noise: tuple[float, float]  # grey levels
    light: tuple[float, float]
    gradient: float
    shadow: float  # probability
    glare: float  # probability
    clutter: int


LEVELS = {
    "easy": Level((12.5, 14.5), (0, 6), 6, (0.3, 0.7), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 1),
    "medium": Level((9.5, 11.5), (6, 16), 18, (0.5, 1.0), 2, (2, 4), (0.75, 1.05), 0.2, 0.4, 0.2, 3),
    "hard": Level((7.6, 9.2), (14, 26), 32, (0.8, 1.4), 3, (3, 6), (0.55, 1.0), 0.3, 0.6, 0.5, 5),
    # what cannot be read, so that the person must be told why
    "far": Level((1.9, 2.2), (0, 6), 6, (0.5, 0.9), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 0),
    "blurred": Level((12.5, 14.5), (0, 6), 6, (6.5, 8.0), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 0),
    # at any angle and far from upright, the lines foreshortened beyond reading
    "slanted": Level((6.5, 7.5), (54, 60), 10, (1.3, 1.7), 2, (3, 6), (0.8, 1.0), 0.2, 0.0, 0.0, 0),
}


@dataclass(frozen=True)
class Hand:
    """How somebody holds a document under the camera, where no level draws it.

    `x`, `y`: place of its centre, 0..1 of the picture; `turn`: degrees clockwise; `size`: px/mm at a picture
    1920 wide; `blur`: sigma in px; `glare`: 0..1, of a reflex on the document.
    """

    x: float = 0.5
    y: float = 0.5
    turn: float = 0.0
    size: float = 13.0
    blur: float = 0.5
    glare: float = 0.0

    @property
    def level(self) -> Level:
        """The conditions that are left: an even light, upright."""
        return Level(
            (self.size, self.size), (0, 0), 0, (self.blur, self.blur), 0, (2, 2), (1, 1), 0.05, 0, 0, 1
        )


def _texture(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A desk top in grey, around 1.0."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    for cells, weight in ((7, 0.06), (40, 0.04), (220, 0.035)):
        grid = rng.normal(0, weight, (max(2, cells * height // width), cells)).astype(np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR)
    return 1.0 + total


@lru_cache(maxsize=4)
def desk(size: tuple[int, int], seed: int, clutter: int) -> Picture:
    """An empty desk with some papers on it, BGR."""
    rng = np.random.default_rng(seed)
    width, _height = size
    tone, tint = rng.uniform(70, 165), rng.uniform(-14, 14, 3)
    colour = (tone + tint).astype(np.float32)
    board = _texture(size, rng)[..., None] * colour
    picture = np.asarray(np.clip(board, 0, 255), np.uint8)
    unit = width / 1920
    for _ in range(clutter):
        _sheet(picture, rng, unit)
    return np.asarray(picture, np.uint8)


def _sheet(picture: Picture, rng: np.random.Generator, unit: float) -> None:
    """A sheet with printed lines, somewhere near the border."""
    height, width = picture.shape[:2]
    w, h = int(rng.uniform(200, 520) * unit), int(rng.uniform(160, 640) * unit)
    sheet = np.full((h, w, 3), rng.uniform(215, 245), np.uint8)
    step = int(rng.uniform(20, 30) * unit) + 2
    for y in range(step, h - step, step):
        length = int(rng.uniform(0.4, 0.95) * (w - 40 * unit))
        left = int(20 * unit)
        cv2.line(sheet, (left, y), (left + length, y), (70, 70, 75), max(1, int(3 * unit)))
    angle = rng.uniform(0, 360)
    corner = rng.integers(0, 4)
    x = rng.uniform(-0.05, 0.12) * width if corner in (0, 2) else rng.uniform(0.88, 1.05) * width
    y = rng.uniform(-0.1, 0.15) * height if corner in (0, 1) else rng.uniform(0.85, 1.1) * height
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), angle, 1.0)
    matrix[:, 2] += (x - w / 2, y - h / 2)
    cv2.warpAffine(sheet, matrix, (width, height), dst=picture, borderMode=cv2.BORDER_TRANSPARENT)


class Shot:
    """One document on the desk under fixed conditions; frames differ by a slight motion and noise.

    `document`: BGRA picture at `scale_in` px/mm, or None for the empty desk. Deterministic for a seed.
    `hand` takes the place of `level` and `rotate`.
    """

    def __init__(
        self,
        document: Picture | None,
        level: str | Level,
        *,
        rotate: float = 0.0,
        seed: int = 0,
        size: tuple[int, int] = (1920, 1080),
        scale_in: float = 20.0,
        hand: Hand | None = None,
    ) -> None:
        if isinstance(level, str) and level not in LEVELS:
            raise KeyError(f"no level {level!r}; there are: {', '.join(LEVELS)}")
        self._level = LEVELS[level] if isinstance(level, str) else level
        if hand is not None:
            self._level, rotate = hand.level, hand.turn
        self._rng = np.random.default_rng(seed)
        self._size = size
        self._desk = desk(size, seed % 7, self._level.clutter)
        self._document = document
        rng, lv = self._rng, self._level
        width, height = size
        unit = width / 1920
        self._blur = rng.uniform(*lv.blur) * unit
        self._noise = rng.uniform(*lv.noise)
        self._motion = (rng.uniform(0, lv.motion) * unit, rng.uniform(0, np.pi))
        self._light = self._lighting()
        self._homography = np.eye(3)
        self._reflex: tuple[float, float, float, float] | None = None
        if document is None:
            return
        scale = rng.uniform(*lv.scale) * unit
        mm = np.array([document.shape[1], document.shape[0]]) / scale_in
        scale *= 0.8 if mm[0] > 100 else 1.0  # a passport page is seen from farther away
        scale = min(scale, 0.80 * width / mm[0], 0.84 * height / mm[1])  # a page must fit the picture
        swing = np.deg2rad(rotate + rng.uniform(-lv.roll, lv.roll))
        extent = np.abs(np.array([[np.cos(swing), np.sin(swing)], [np.sin(swing), np.cos(swing)]])) @ mm
        scale = min(scale, 0.95 * width / extent[0], 0.95 * height / extent[1])
        slack = np.maximum(0.0, np.array([width, height]) - extent * scale) / 2
        centre = np.array([width, height]) / 2 + rng.uniform(-0.6, 0.6, 2) * slack
        if hand is not None:
            centre = np.array([hand.x * width, hand.y * height])
        self._homography = self._pose(mm, scale_in, scale, swing, rng.uniform(*lv.tilt), centre)
        if rng.random() < lv.glare:
            spot = centre + rng.uniform(-0.5, 0.5, 2) * mm * scale
            self._reflex = (spot[0], spot[1], rng.uniform(50, 130) * unit, rng.uniform(40, 120))
        if hand is not None and hand.glare > 0:
            self._reflex = (centre[0], centre[1] + 0.2 * mm[1] * scale, 160 * unit, 240 * hand.glare)

    def _pose(
        self,
        mm: NDArray[np.float64],
        scale_in: float,
        scale: float,
        swing: float,
        tilt: float,
        centre: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Homography document pixel → picture pixel: a pinhole camera above a tilted sheet."""
        axis = self._rng.uniform(0, 2 * np.pi)
        lean = np.deg2rad(tilt)
        distance = 2.6 * self._size[0] / scale  # focal length of 2.6 picture widths
        k = np.array([np.cos(axis), np.sin(axis), 0.0])
        cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
        lean_matrix = np.eye(3) + np.sin(lean) * cross + (1 - np.cos(lean)) * cross @ cross
        cos, sin = np.cos(swing), np.sin(swing)
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        rotation = lean_matrix @ turn
        focal = scale * distance
        camera = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]])
        columns = np.stack([rotation[:, 0], rotation[:, 1], np.array([0, 0, distance])], axis=1)
        to_mm = np.array([[1 / scale_in, 0, -mm[0] / 2], [0, 1 / scale_in, -mm[1] / 2], [0, 0, 1]])
        return np.asarray(camera @ columns @ to_mm)

    def _lighting(self) -> Floats:
        """Brightness over the picture: level, gradient, perhaps a shadow's edge."""
        rng, lv = self._rng, self._level
        width, height = 96, 54
        yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
        xx, yy = xx / width - 0.5, yy / height - 0.5
        angle = rng.uniform(0, 2 * np.pi)
        light = rng.uniform(*lv.light) * (1 + lv.gradient * (np.cos(angle) * xx + np.sin(angle) * yy) * 2)
        if rng.random() < lv.shadow:
            angle = rng.uniform(0, 2 * np.pi)
            edge = np.cos(angle) * xx + np.sin(angle) * yy - rng.uniform(-0.25, 0.25)
            light *= 1 - rng.uniform(0.15, 0.45) / (1 + np.exp(-edge / rng.uniform(0.01, 0.08)))
        return np.asarray(cv2.resize(light.astype(np.float32), self._size), np.float32)

    @property
    def homography(self) -> NDArray[np.float64]:
        """From document pixels to picture pixels, of frame 0."""
        return self._homography

    def frame(self, number: int = 0) -> Picture:
        """Picture `number`, BGR uint8; the same one for the same number."""
        rng = np.random.default_rng((int(self._noise * 1e6), number))
        picture = self._desk
        reflex = self._reflex
        if self._document is not None:
            phase = number * 0.7
            sway = np.array([[1, 0, 2.5 * np.sin(phase)], [0, 1, 1.5 * np.cos(phase) - 1.5], [0, 0, 1]])
            picture = _lay(picture, self._document, sway @ self._homography)
        seen = picture
        if self._blur > 0.25:
            seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), self._blur), np.uint8)
        length, angle = self._motion
        if length > 1:
            seen = np.asarray(cv2.filter2D(seen, -1, _streak(length, angle)), np.uint8)
        values = seen.astype(np.float32) * self._light[..., None]
        if reflex:
            x, y, width, strength = reflex
            drift = 6 * np.sin(number * 0.9)
            yy = (np.arange(values.shape[0], dtype=np.float32) - y) / width
            xx = (np.arange(values.shape[1], dtype=np.float32) - x - drift) / width
            values += (strength * np.exp(-(yy**2))[:, None] * np.exp(-(xx**2))[None, :])[..., None]
        grain = rng.normal(0, self._noise, values.shape[:2]).astype(np.float32)
        values += grain[..., None]
        return np.asarray(np.clip(values, 0, 255), np.uint8)


def _streak(length: float, angle: float) -> Floats:
    """Kernel of a straight motion."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for t in np.linspace(-length / 2, length / 2, 25):
        x, y = half + t * np.cos(angle), half + t * np.sin(angle)
        x0, y0 = int(np.floor(x)), int(np.floor(y))
        for dx, wx in ((0, 1 - (x - x0)), (1, x - x0)):
            for dy, wy in ((0, 1 - (y - y0)), (1, y - y0)):
                kernel[y0 + dy, x0 + dx] += wx * wy
    result: Floats = kernel / kernel.sum()
    return result


def _lay(background: Picture, document: Picture, homography: NDArray[np.float64]) -> Picture:
    """The document with its mask over the background; downscaled without aliasing."""
    height, width = background.shape[:2]
    corners = np.array([[0, 0], [document.shape[1], 0]], np.float64)
    ends = cv2.perspectiveTransform(corners[None], homography)[0]
    shrink = float(np.linalg.norm(ends[1] - ends[0]) / document.shape[1])
    matrix = homography
    if shrink < 0.9:
        factor = min(1.0, shrink * 1.25)
        small = cv2.resize(document, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        ratio = np.array([small.shape[1] / document.shape[1], small.shape[0] / document.shape[0]])
        matrix = homography @ np.diag([1 / ratio[0], 1 / ratio[1], 1.0])
        document = np.asarray(small, np.uint8)
    warped = cv2.warpPerspective(document, matrix, (width, height), flags=cv2.INTER_LINEAR)
    result = background.copy()
    x, y, w, h = cv2.boundingRect(warped[..., 3])
    if w == 0 or h == 0:
        return result
    part = warped[y : y + h, x : x + w].astype(np.float32)
    alpha = part[..., 3:] / 255.0
    under = result[y : y + h, x : x + w]
    under[:] = (part[..., :3] * alpha + under * (1 - alpha)).astype(np.uint8)
    return result
