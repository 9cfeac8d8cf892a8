"""Photograph → machine-readable zone: find it, rectify it, classify every cell, check, say how sure.

A wrong answer called certain is the one fault this module must not have: names carry no check digit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import mrz_format, zone
from hardware.camera.glyphs import ALPHABET, BLANK, GlyphModel, model
from hardware.camera.mrz_format import Shape
from hardware.ports import MrzRead

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

THRESHOLDS = (0.16, 0.28, 0.09)  # depth of ink; the usual one first, then for texture, then for faint print
SURE_NAME = 0.95  # a character that no check digit guards
SURE_CHECKED = 0.50  # a character that a check digit guards
SURE_MEAN = 0.985  # all characters of the zone together
DOUBTFUL = 0.90
_READABLE = -0.9  # mean log-probability of a cell below which the lines are no zone
_INDEX = {char: i for i, char in enumerate(ALPHABET)}


@dataclass(frozen=True)
class Cells:
    """What the classifier says of every cell of a zone, before any decision.

    `chance`: (rows, columns, characters) probabilities, already limited to what may stand in each place;
    `raw`: the same before, with the class "nothing there"; `outline`: corners in picture pixels.
    """

    shape: Shape
    chance: Floats
    raw: Floats
    score: float
    outline: NDArray[np.float64]
    pitch: float
    angle: float


@dataclass(frozen=True)
class Sight:
    """Everything seen in one picture."""

    cells: Cells | None
    search: zone.Search
    size: tuple[int, int]  # width, height


class MrzReader:
    """Reads zones from single pictures; keeps nothing of them."""

    def __init__(self, glyphs: GlyphModel | None = None) -> None:
        self._glyphs = glyphs or model()

    def see(self, picture: Picture) -> Sight:
        """BGR or grey picture → the cells of the best zone in it, if any."""
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        grey = np.ascontiguousarray(grey, np.uint8)
        best: Cells | None = None
        fullest = zone.Search((), 0, 0)
        relief = zone.Relief(grey)
        for threshold in THRESHOLDS:
            found = zone.search(relief, threshold)
            if (len(found.grids), found.text_chains) >= (len(fullest.grids), fullest.text_chains):
                fullest = found
            for grid in found.grids[:2]:
                cells = self._classify(grey, grid)
                if cells and (best is None or cells.score > best.score):
                    best = cells
            if best and best.score > -0.12:
                break
        if best and best.score < _READABLE:
            best = None
        return Sight(best, fullest, (grey.shape[1], grey.shape[0]))

    def read(self, picture: Picture, today: date | None = None) -> MrzRead | None:
        """One picture → its zone, or None."""
        sight = self.see(picture)
        return decide(sight.cells, sight.size, today) if sight.cells else None

    def _classify(self, grey: Picture, grid: zone.Grid) -> Cells | None:
        """All cells of a grid; the best format, first column and direction."""
        seen = grid.columns[1] - grid.columns[0] + 1
        margin = min(12, max(2, (30 if grid.rows == 3 else 44) - seen + 1))
        first, last = grid.columns[0] - margin, grid.columns[1] + margin
        turned = self._upside_down(grey, grid)
        top, bottom = 0, grid.rows - 1
        if grid.rows == 2 and grid.columns[1] - grid.columns[0] < 31:
            top, bottom = -1, 2  # perhaps three lines, one of which was not seen
        patches = zone.strip(grey, grid, first, last, top, bottom, turned=turned)
        rows, columns = patches.shape[:2]
        chance = self._glyphs.probabilities(patches.reshape(-1, *patches.shape[2:])).reshape(
            rows, columns, -1
        )
        best: tuple[float, Shape, int, int, Floats] | None = None
        logs = np.log(np.maximum(chance, 1e-5))
        merged = np.log(np.maximum(chance[..., :BLANK] + chance[..., :BLANK] @ _ALIKE, 1e-5))
        for shape in mrz_format.SHAPES:
            for row, start in itertools.product(
                range(rows - shape.rows + 1), range(columns - shape.columns + 1)
            ):
                score = _fit(logs, merged, shape, row, start)
                if best is None or score > best[0]:
                    best = (score, shape, row, start, chance)
        if best is None:
            return None
        score, shape, row, start, chance = best
        raw = chance[row : row + shape.rows, start : start + shape.columns]
        # what may not stand in a place counts for its look-alike; what is left over leaves the rest unsure
        limited = np.where(_mask(shape) > 0, raw[..., :BLANK] + raw[..., :BLANK] @ _ALIKE, 0.0)
        limited[_everything(shape)] = raw[..., :BLANK][_everything(shape)]
        if turned:
            high_column, high_row = last - start, bottom - row
            corners = grid.corners(
                high_column + 0.5,
                high_column - shape.columns + 0.5,
                high_row + 0.3,
                high_row - shape.rows + 0.7,
            )
        else:
            low_column, low_row = first + start, top + row
            corners = grid.corners(
                low_column - 0.5, low_column + shape.columns - 0.5, low_row - 0.3, low_row + shape.rows - 0.7
            )
        angle = grid.angle + (180 if turned else 0)
        return Cells(shape, limited, raw, score, corners, grid.pitch, (angle + 180) % 360 - 180)

    def _upside_down(self, grey: Picture, grid: zone.Grid) -> bool:
        """Compare both directions on one line of the grid: a filler upside down is no character."""
        means = []
        for turned in (False, True):
            patches = zone.strip(grey, grid, *grid.columns, 0, grid.rows - 1, turned=turned)
            sample = patches.reshape(-1, *patches.shape[2:])[:: max(1, grid.rows)]
            chance = self._glyphs.probabilities(sample)
            means.append(float(np.log(np.maximum(chance[:, :BLANK].max(axis=1), 1e-4)).mean()))
        return means[1] > means[0]


def _alike() -> Floats:
    """(characters, characters): 1 from a character to the one it is taken for in the other alphabet."""
    table = np.zeros((len(ALPHABET), len(ALPHABET)), np.float32)
    for digit, letters in (("0", "OQD"), ("1", "I"), ("2", "Z"), ("5", "S"), ("6", "G"), ("8", "B")):
        for letter in letters:
            table[_INDEX[letter], _INDEX[digit]] = 1
        table[_INDEX[digit], _INDEX[letters[0]]] = 1
    return table


_ALIKE = _alike()


def _everything(shape: Shape) -> NDArray[np.bool_]:
    """Places where letters and digits may stand: there nothing is taken for anything else."""
    return np.asarray(_mask(shape).all(axis=2), np.bool_)


_MASKS: dict[str, Floats] = {}


def _mask(shape: Shape) -> Floats:
    """(rows, columns, characters): 1 where a character may stand."""
    if shape.name not in _MASKS:
        mask = np.zeros((shape.rows, shape.columns, len(ALPHABET)), np.float32)
        for row in range(shape.rows):
            for column in range(shape.columns):
                mask[row, column, [_INDEX[char] for char in shape.allowed(row, column)]] = 1
        _MASKS[shape.name] = mask
    return _MASKS[shape.name]


def _fit(logs: Floats, merged: Floats, shape: Shape, row: int, start: int) -> float:
    """Mean log-probability that a shape stands here: its cells by their alphabets, nothing left and right."""
    place = np.s_[row : row + shape.rows, start : start + shape.columns]
    window = np.where(_everything(shape)[..., None], logs[place][..., :BLANK], merged[place])
    inside = np.where(_mask(shape) > 0, window, -11.5).max(axis=2)
    total, count = float(np.maximum(inside, -6).sum()), inside.size
    for edge in (start - 1, start + shape.columns):
        if 0 <= edge < logs.shape[1]:
            outside = logs[row : row + shape.rows, edge, BLANK]
            total += float(np.maximum(outside, -6).sum())
            count += shape.rows
    return float(total / count)


def decide(cells: Cells, size: tuple[int, int], today: date | None = None) -> MrzRead:
    """Probabilities → lines, at most one character repaired by check digits, and how sure that is.

    `size`: width and height of the picture.
    """
    shape, chance = cells.shape, cells.chance
    best = chance.argmax(axis=2)
    lines = _text(best)
    doubtful = {(int(r), int(c)) for r, c in np.argwhere(chance.max(axis=2) < DOUBTFUL)}
    repaired = False
    if mrz_format.failed_checks(shape, lines):
        repair = _repair(shape, chance, best)
        if repair:
            lines, place = repair
            doubtful.add(place)
            repaired = True
    parsed = mrz_format.parse(lines, today)
    certain = parsed.valid and not repaired and _sure(cells, lines)
    width, height = size
    outline = tuple((float(x) / width, float(y) / height) for x, y in cells.outline)
    return MrzRead(
        lines=lines,
        fields=parsed.fields,
        valid=parsed.valid,
        certain=certain,
        doubtful=tuple(sorted(doubtful)),
        outline=outline,
    )


def _text(best: Iterable[Iterable[int]]) -> tuple[str, ...]:
    return tuple("".join(ALPHABET[int(i)] for i in row) for row in best)


def _guarded(shape: Shape) -> NDArray[np.bool_]:
    """Places that a check digit covers, or that are one."""
    guarded = np.zeros((shape.rows, shape.columns), bool)
    for check in shape.checks:
        guarded[check.at] = True
        for row, start, end in check.covers:
            guarded[row, start:end] = True
    return guarded


def _sure(cells: Cells, lines: tuple[str, ...]) -> bool:
    """Every character confident, those without a check digit more so."""
    chance = cells.chance
    top = chance.max(axis=2)
    guarded = _guarded(cells.shape)
    if (top[~guarded] < SURE_NAME).any() or float(top.mean()) < SURE_MEAN:
        return False
    # one doubt is settled by its check digits; two could settle each other
    if (top[guarded] < SURE_CHECKED).any() or int((top[guarded] < DOUBTFUL).sum()) > 1:
        return False
    fields = mrz_format.parse(lines).fields
    # a zone that says nothing of a person was misread or is no document's
    return all(fields[name] for name in ("issuer", "number", "surname", "nationality"))


def _repair(
    shape: Shape, chance: Floats, best: NDArray[np.intp]
) -> tuple[tuple[str, ...], tuple[int, int]] | None:
    """The one character whose second reading makes all check digits hold, if one is clearly the likeliest."""
    found: list[tuple[float, tuple[str, ...], tuple[int, int]]] = []
    for row, column in np.argwhere(_guarded(shape)).tolist():
        here = chance[row, column]
        top = float(here.max())
        for other in np.argsort(-here)[1:4].tolist():
            ratio = float(here[other]) / max(top, 1e-9)
            if ratio < 2e-3:
                break
            changed = best.copy()
            changed[row, column] = other
            lines = _text(changed)
            if not mrz_format.failed_checks(shape, lines):
                found.append((ratio, lines, (row, column)))
    found.sort(key=lambda item: -item[0])
    if not found or (len(found) > 1 and found[1][0] > 0.2 * found[0][0]):
        return None
    return found[0][1], found[0][2]


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

        Another document (less than four of five characters alike) begins a new vote.
        """
        if self._cells:
            last = self._cells[-1]
            if last.shape is not cells.shape:
                self.clear()
            else:
                alike = last.chance.argmax(axis=2) == cells.chance.argmax(axis=2)
                if float(alike.mean()) < 0.8:
                    self.clear()
        self._cells.append(cells)
        del self._cells[: -self._most]
        # the mean, not the product: errors of pictures of one scene are no independent witnesses
        chance = np.asarray(np.mean([c.chance for c in self._cells], axis=0), np.float32)
        raw = np.asarray(np.mean([c.raw for c in self._cells], axis=0), np.float32)
        combined = Cells(cells.shape, chance, raw, cells.score, cells.outline, cells.pitch, cells.angle)
        return combined, len(self._cells)
