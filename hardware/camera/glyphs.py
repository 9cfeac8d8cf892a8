"""Classifier for single OCR-B characters: a small convolutional network, evaluated with numpy.

The weights in `ocrb.npz` are made by `scripts/train_ocrb.py` from a free OCR-B font. A patch is the
surrounding of one character cell, rectified so that the character pitch is `PITCH` pixels. Each cell is seen
twice: as it is, and with light and shadow taken away. Where these views differ the reading is in doubt.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

PITCH = 20  # pixels from one character to the next in a rectified strip
PATCH_W = 28  # a cell and a bit of its neighbours, so that a shifted character is still whole
PATCH_H = 32
PAPER_MARGIN = 8  # pixels around a patch that the paper under its border is estimated from
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
BLANK = len(ALPHABET)  # the class of "no character here": paper, glare, edge of the document
CLASSES = len(ALPHABET) + 1
VIEWS = ("grey", "levelled")  # a cell as photographed; the same with the paper made white

MODEL_FILE = Path(__file__).with_name("ocrb.npz")
_PAPER = np.ones((2 * PAPER_MARGIN - 1, 2 * PAPER_MARGIN - 1), np.uint8)  # wider than the widest letter


def levelled(flat: ByteArray) -> ByteArray:
    """Rectified grey picture → the same with white paper: glare, shadows and their slopes are taken away."""
    paper = cv2.blur(cv2.morphologyEx(flat, cv2.MORPH_CLOSE, _PAPER), (5, 5))
    return np.asarray(255 - cv2.subtract(paper, flat), np.uint8)


def normalise(patches: NDArray[np.generic]) -> FloatArray:
    """Patches (n, PATCH_H, PATCH_W) of any grey scale → zero mean, unit deviation, float32.

    The floor under the deviation (6 grey levels) keeps noise on empty paper from looking like ink.
    """
    values = patches.astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    deviation = values.std(axis=(1, 2), keepdims=True)
    values /= np.maximum(deviation, 6.0)
    return values


def _convolve(values: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """3x3 convolution with zero padding and ReLU; values (n, h, w, c), weight (9*c, k)."""
    n, h, w, c = values.shape
    padded = np.zeros((n, h + 2, w + 2, c), np.float32)
    padded[:, 1:-1, 1:-1] = values
    columns = np.concatenate(
        [padded[:, dy : dy + h, dx : dx + w] for dy in range(3) for dx in range(3)], axis=3
    ).reshape(-1, 9 * c)
    out = columns @ weight
    out += bias
    np.maximum(out, 0.0, out=out)
    return out.reshape(n, h, w, -1)


def _halve(values: FloatArray) -> FloatArray:
    """2x2 maximum."""
    top = np.maximum(values[:, 0::2, 0::2], values[:, 0::2, 1::2])
    bottom = np.maximum(values[:, 1::2, 0::2], values[:, 1::2, 1::2])
    return np.maximum(top, bottom)


class GlyphModel:
    """Weights of the network and its forward pass."""

    def __init__(self, arrays: dict[str, FloatArray]) -> None:
        self._arrays = arrays

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> GlyphModel:
        """Read the weights (stored as float16). Raises OSError when the file is missing."""
        with np.load(path) as stored:
            return cls({name: stored[name].astype(np.float32) for name in stored.files})

    def opinions(self, patches: NDArray[np.generic]) -> FloatArray:
        """(n, views, PATCH_H, PATCH_W) patches → (views, n, CLASSES) probabilities."""
        return np.stack([self.probabilities(patches[:, view]) for view in range(patches.shape[1])])

    def probabilities(self, patches: NDArray[np.generic]) -> FloatArray:
        """(n, PATCH_H, PATCH_W) grey patches → (n, CLASSES) probabilities."""
        if len(patches) == 0:
            return np.zeros((0, CLASSES), np.float32)
        a = self._arrays
        values = normalise(patches)[..., None]
        values = _halve(_convolve(values, a["w1"], a["b1"]))
        values = _halve(_convolve(values, a["w2"], a["b2"]))
        flat = values.reshape(len(patches), -1)
        hidden = np.maximum(flat @ a["w3"] + a["b3"], 0.0)
        scores = (hidden @ a["w4"] + a["b4"]) / a["temperature"]
        scores -= scores.max(axis=1, keepdims=True)
        exponent = np.exp(scores)
        result: FloatArray = exponent / exponent.sum(axis=1, keepdims=True)
        return result

    def shifts(self, patches: NDArray[np.generic], chars: NDArray[np.integer]) -> FloatArray:
        """How far right and down of the middle of its patch each character stands, in pixels: (n, 2).

        One step of Lucas and Kanade (1981) against the mean picture of the character; good for a few pixels.
        `patches`: (n, PATCH_H, PATCH_W) grey levels; `chars`: their places in ALPHABET.
        """
        values = normalise(patches).reshape(len(patches), -1)
        solved = np.einsum("nij,nj->ni", self._solvers[chars], values)
        scale = np.where(np.abs(solved[:, :1]) < 0.2, np.nan, solved[:, :1])
        return np.asarray(np.nan_to_num(-solved[:, 2:] / scale, nan=1e3), np.float32)

    @cached_property
    def _solvers(self) -> FloatArray:
        """Per character: (4, pixels), from a patch to factor, offset and the two derivatives' factors."""
        solvers = []
        for mean in self._arrays["means"]:
            down, right = np.gradient(mean)
            columns = [mean.ravel(), np.ones(mean.size), right.ravel(), down.ravel()]
            solvers.append(np.linalg.pinv(np.stack(columns, axis=1)))
        return np.asarray(solvers, np.float32)


@cache
def model() -> GlyphModel:
    """The model of the house, loaded once."""
    return GlyphModel.load()
