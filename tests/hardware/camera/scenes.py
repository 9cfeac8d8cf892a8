"""Scenes that each show one thing wrong with a document under the camera, all from a seed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.ports import Hint
from simulator.documents import SCALE, SIZES_MM, render_document
from simulator.scene import LEVELS, Level, Shot

Picture = NDArray[np.uint8]

OUT_OF_FOCUS = Level((12.5, 14.5), (0, 6), 6, (9.0, 11.0), 0, (1, 3), (0.92, 1.05), 0.08, 0.0, 0.0, 0)
PERSONAS = ("mustermann", "student", "utopia", "abgelaufen")


def scene(hint: Hint, seed: int, frame: int = 0) -> tuple[Picture, NDArray[np.float64] | None]:
    """A picture that deserves the hint, and the document's true corners in pixels (None: no document).

    `frame`: which one of the stream's pictures, which differ by a slight motion and noise.
    """
    rng = np.random.default_rng((seed, 7))
    who = PERSONAS[seed % len(PERSONAS)]
    passport = who == "utopia" and seed % 2 == 0
    with_zone = "passport" if passport else "id_card_back"
    match hint:
        case Hint.NOTHING:
            level = ("easy", "medium", "hard")[seed % 3]
            return Shot(None, level, seed=seed).frame(frame), None
        case Hint.TOO_FAR:
            return _shot(who, with_zone, "far", seed, frame)
        case Hint.BLURRED:
            return _shot(who, with_zone, OUT_OF_FOCUS, seed, frame)
        case Hint.WRONG_SIDE:
            return _shot(who, "id_card_front", ("easy", "medium")[seed % 2], seed, frame)
        case Hint.TURNED:
            return _shot(who, with_zone, "slanted", seed, frame, rotate=float(rng.choice([45, 90, 135, -60])))
        case Hint.GLARE:
            picture, corners = _shot(who, with_zone, LEVELS["easy"], seed, frame)
            low = 0.80 if with_zone != "passport" else 0.88
            return _reflex(picture, corners, (rng.uniform(0.25, 0.75), low), rng), corners
    raise KeyError(hint)


def _shot(
    who: str, document: str, level: str | Level, seed: int, frame: int, rotate: float = 0.0
) -> tuple[Picture, NDArray[np.float64]]:
    shot = Shot(render_document(who, document), level, rotate=rotate, seed=seed, scale_in=SCALE)
    width, height = (side * SCALE for side in SIZES_MM[document])
    flat = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    return shot.frame(frame), np.asarray(cv2.perspectiveTransform(flat, shot.homography)[0])


def _reflex(
    picture: Picture,
    corners: NDArray[np.float64],
    at: tuple[float, float],
    rng: np.random.Generator,
) -> Picture:
    """A lamp mirrored in the plastic; `at`: where on the document, 0..1 from its left and its top."""
    top = corners[0] + (corners[1] - corners[0]) * at[0]
    bottom = corners[3] + (corners[2] - corners[3]) * at[0]
    x, y = top + (bottom - top) * at[1]
    size = rng.uniform(0.16, 0.24) * np.linalg.norm(corners[1] - corners[0])
    yy, xx = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    light = 420 * np.exp(-(((xx - x) / size) ** 2) - ((yy - y) / (0.7 * size)) ** 2)
    return np.asarray(np.clip(picture + light[..., None], 0, 255), np.uint8)
