"""Classifier for single OCR-B characters: a small convolutional network, evaluated with numpy.

The weights in `ocrb.npz` are made by `scripts/train_ocrb.py` from a free OCR-B font. A patch is the
surrounding of one character cell, rectified so that the character pitch is `PITCH` pixels.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

PITCH = 20  # pixels from one character to the next in a rectified strip
PATCH_W = 28  # a cell and a bit of its neighbours, so that a shifted character is still whole
PATCH_H = 32
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
BLANK = len(ALPHABET)  # the class of "no character here": paper, glare, edge of the document
CLASSES = len(ALPHABET) + 1

MODEL_FILE = Path(__file__).with_name("ocrb.npz")


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


@cache
def model() -> GlyphModel:
    """The model of the house, loaded once."""
    return GlyphModel.load()
