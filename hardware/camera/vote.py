"""Several pictures of one document: what they say of each character, put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hardware.camera.mrz_reader import Cells

_LEAST = 0.003  # no single picture can veto a character
_ALIKE = 0.8  # share of the clear characters that must agree for two pictures to show one document


class Vote:
    """Reads of the same zone in several pictures, combined per character. Holds probabilities only."""

    def __init__(self, most: int = 5) -> None:
        self._most = most
        self._cells: list[Cells] = []

    def clear(self) -> None:
        """Forget everything."""
        self._cells.clear()

    def add(self, cells: Cells) -> tuple[Cells, int]:
        """A new picture's cells → the combined ones and the number of pictures in them.

        Another document (less than four of five clear characters alike) begins a new vote.
        """
        if self._cells and not same_document(self._cells[-1], cells):
            self.clear()
        self._cells.append(cells)
        del self._cells[: -self._most]
        return combine(self._cells), len(self._cells)


def same_document(one: Cells, other: Cells) -> bool:
    """Whether two pictures show the same zone."""
    if one.shape != other.shape:
        return False
    clear = (one.chance.max(axis=2) > 0.8) & (other.chance.max(axis=2) > 0.8)
    alike = one.chance.argmax(axis=2) == other.chance.argmax(axis=2)
    return bool(clear.any()) and float(alike[clear].mean()) >= _ALIKE


def combine(pictures: list[Cells]) -> Cells:
    """Pictures of one zone → what they say together; place and angle are the last one's.

    Geometric mean to the power √n: n pictures know more than one, but pictures of one scene in one light are
    no independent witnesses (which would be the power n).
    """
    count = len(pictures)
    if count == 1:
        return pictures[0]
    logs = np.mean([np.log(np.maximum(_with_doubt(c.opinions), _LEAST)) for c in pictures], axis=0)
    values = np.exp(np.sqrt(count) * logs)
    values /= values.sum(axis=3, keepdims=True)
    allowed = pictures[0].opinions.max(axis=0) > 0
    for cells in pictures[1:]:
        allowed |= cells.opinions.max(axis=0) > 0
    opinions = np.where(allowed, values[..., :-1], 0)
    return replace(pictures[-1], opinions=np.asarray(opinions, np.float32), frames=count)


def _with_doubt(opinions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Opinions with one more class: nothing that may stand there."""
    rest = np.clip(1 - opinions.sum(axis=3, keepdims=True), 0, 1)
    return np.concatenate([opinions, rest], axis=3)
