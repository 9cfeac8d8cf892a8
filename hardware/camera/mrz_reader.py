"""Photograph → machine-readable zone: find it, rectify it, classify every cell, check, say how sure.

A wrong answer called certain is the one fault this module must not have: names carry no check digit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import mrz_format, zone
from hardware.camera.glyphs import ALPHABET, BLANK, PITCH, GlyphModel, model
from hardware.camera.mrz_format import Shape
from hardware.ports import MrzRead

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

THRESHOLDS = (0.16, 0.28, 0.09)  # depth of ink; the usual one first, then for texture, then for faint print
SURE_NAME = 0.98  # a character that no check digit guards: the mean of both views
SURE_BOTH = 0.96  # the same: the less sure of the two
SURE_CHECKED = 0.40  # a character that a check digit guards
SURE_TAIL = 0.30  # a filler among the fillers after the names
DOUBTFUL = 0.90
_CLEAR = -0.12  # mean log-probability of a cell above which nothing better is looked for
_EXCELLENT = -0.01  # the same from which the grid lies as well as it can
_READABLE = -0.9  # mean log-probability of a cell below which the lines are no zone
_INDEX = {char: i for i, char in enumerate(ALPHABET)}


@dataclass(frozen=True)
class Cells:
    """What the classifier says of every cell of a zone, before any decision.

    `opinions`: (views, rows, columns, characters) probabilities, already limited to what may stand in each
    place; what is left over is doubt. `outline`: corners in picture pixels. `frames`: pictures that went in.
    """

    shape: Shape
    opinions: Floats
    score: float
    outline: NDArray[np.float64]
    pitch: float
    angle: float
    frames: int = 1

    @property
    def chance(self) -> Floats:
        """(rows, columns, characters): the mean of the opinions."""
        return np.asarray(self.opinions.mean(axis=0), np.float32)


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
        tried: list[zone.Grid] = []
        for threshold in THRESHOLDS:
            found = zone.search(relief, threshold)
            if (len(found.grids), found.text_chains) >= (len(fullest.grids), fullest.text_chains):
                fullest = found
            for grid in found.grids[:2]:
                if any(zone.alike(grid, other) for other in tried):
                    continue
                tried.append(grid)
                for cells in self._both_ways(grey, grid):
                    if best is None or cells.score > best.score:
                        best = cells
            if best and best.score > _CLEAR:
                break
        if best and best.score < _READABLE:
            best = None
        return Sight(best, fullest, (grey.shape[1], grey.shape[0]))

    def read(self, picture: Picture, today: date | None = None) -> MrzRead | None:
        """One picture → its zone, or None."""
        sight = self.see(picture)
        return decide(sight.cells, sight.size, today) if sight.cells else None

    def _both_ways(self, grey: Picture, grid: zone.Grid) -> Iterator[Cells]:
        """The grid's cells in the likelier direction; in the other one too, if that was not clearly right."""
        turned = self._upside_down(grey, grid)
        for direction in (turned, not turned):
            cells = self._classify(grey, grid, turned=direction)
            if cells:
                yield cells
                if cells.score > _CLEAR:
                    return

    def _classify(self, grey: Picture, grid: zone.Grid, *, turned: bool) -> Cells | None:
        """All cells of a grid; the best format and first column."""
        seen = grid.columns[1] - grid.columns[0] + 1
        margin = min(12, max(2, (30 if grid.rows == 3 else 44) - seen + 1))
        first, last = grid.columns[0] - margin, grid.columns[1] + margin
        top, bottom = 0, grid.rows - 1
        if grid.rows == 2 and grid.columns[1] - grid.columns[0] < 31:
            top, bottom = -1, 2  # perhaps three lines, one of which was not seen
        patches = zone.strip(grey, grid, first, last, top, bottom, turned=turned)
        opinions = self._opinions(patches[:, :, :1])  # one view is enough to find the format
        logs, merged = _logs(opinions)
        best: tuple[float, Shape, int, int] | None = None
        for shape in mrz_format.SHAPES:
            for row, start in itertools.product(
                range(logs.shape[0] - shape.rows + 1), range(logs.shape[1] - shape.columns + 1)
            ):
                score = _fit(logs, merged, shape, row, start)
                if best is None or score > best[0]:
                    best = (score, shape, row, start)
        if best is None:
            return None
        score, shape, row, start = best
        if turned:  # the place of the zone's first cell in the grid, and the way to the next one
            column0, row0, way = last - start, bottom - row, -1
        else:
            column0, row0, way = first + start, top + row, 1
        patches = patches[row : row + shape.rows, start : start + shape.columns]
        placed = _Placed(grid, shape, column0, row0, way)
        raw = opinions[:, row : row + shape.rows, start : start + shape.columns]
        both: Floats | None = None
        for _ in range(2):
            better = self._align(placed, patches, raw)
            if better is None:
                break
            wider = better.strip(grey)
            opinions = self._opinions(wider)
            again = _fit(*_logs(opinions), shape, 0, 1)
            if both is not None and again < score:
                break
            placed, score, patches = better, again, wider[:, 1:-1]
            raw = both = opinions[:, :, 1:-1]
            if score > _EXCELLENT:
                break
        raw = self._opinions(patches) if both is None else both
        angle = grid.angle + (180 if turned else 0)
        return Cells(
            shape,
            _limited(raw, shape),
            score,
            placed.outline(),
            grid.pitch,
            (angle + 180) % 360 - 180,
        )

    def _opinions(self, patches: Picture) -> Floats:
        """(rows, columns, views, …) → (views, rows, columns, classes)."""
        flat = self._glyphs.opinions(patches.reshape(-1, *patches.shape[2:]))
        return flat.reshape(flat.shape[0], *patches.shape[:2], -1)

    def _align(self, placed: _Placed, patches: Picture, raw: Floats) -> _Placed | None:
        """Move the grid to where the characters that were recognised really stand, if they say so clearly."""
        chance = raw.mean(axis=0)[..., :BLANK]
        best, top = chance.argmax(axis=2), chance.max(axis=2)
        rows, columns = np.nonzero(top > 0.7)
        if len(rows) < 20:
            return None
        shifts = self._glyphs.shifts(patches[rows, columns, 0], best[rows, columns])
        near = np.abs(shifts).max(axis=1) < 5
        if int(near.sum()) < 20:
            return None
        return placed.moved(columns[near], rows[near], shifts[near])

    def _upside_down(self, grey: Picture, grid: zone.Grid) -> bool:
        """Compare both directions on one line of the grid: a filler upside down is no character."""
        means = []
        for turned in (False, True):
            patches = zone.strip(grey, grid, *grid.columns, 0, grid.rows - 1, turned=turned)
            sample = patches[:, :, 0].reshape(-1, *patches.shape[3:])[:: max(1, grid.rows)]
            chance = self._glyphs.probabilities(sample)
            means.append(float(np.log(np.maximum(chance[:, :BLANK].max(axis=1), 1e-4)).mean()))
        return means[1] > means[0]


@dataclass(frozen=True)
class _Placed:
    """A format on a grid: the cell of its first character, and whether columns and rows go on or back."""

    grid: zone.Grid
    shape: Shape
    column0: float
    row0: float
    way: int

    def _cells(self, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Columns and rows of the zone → of the grid."""
        return np.stack([self.column0 + self.way * columns, self.row0 + self.way * rows], axis=1)

    def _pixels(self, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        cells = self._cells(columns, rows)
        return np.asarray(cv2.perspectiveTransform(cells[None], self.grid.homography)[0], np.float64)

    def outline(self) -> NDArray[np.float64]:
        """Corners of the zone in picture pixels, beginning before its first character."""
        right, low = self.shape.columns - 0.5, self.shape.rows - 0.7
        return self._pixels(np.array([-0.5, right, right, -0.5]), np.array([-0.3, -0.3, low, low]))

    def moved(self, columns: NDArray[np.intp], rows: NDArray[np.intp], shifts: Floats) -> _Placed | None:
        """The grid fitted to characters that stand `shifts` (right, down; strip pixels) of their cells."""
        x = columns + shifts[:, 0] / PITCH
        y = rows + shifts[:, 1] / (PITCH * self.grid.row)
        source = np.stack([columns, rows], axis=1).astype(np.float64)
        matrix, inside = cv2.findHomography(source, self._pixels(x, y), cv2.RANSAC, 0.12 * self.grid.pitch)
        if np.shape(matrix) != (3, 3) or int(inside.sum()) < 0.6 * len(columns):
            return None
        return _Placed(replace(self.grid, homography=np.asarray(matrix, np.float64)), self.shape, 0, 0, 1)

    def strip(self, grey: Picture) -> Picture:
        """The patches of the zone and of one column before and after it; upright after `moved`."""
        last = self.shape.columns
        return zone.strip(grey, self.grid, -1, last, 0, self.shape.rows - 1, turned=False)


def _logs(opinions: Floats) -> tuple[Floats, Floats]:
    """Logarithms of the mean opinion, and of the same with every look-alike counted."""
    chance = opinions.mean(axis=0)
    merged = chance[..., :BLANK] + chance[..., :BLANK] @ _ALIKE
    return np.log(np.maximum(chance, 1e-5)), np.log(np.maximum(merged, 1e-5))


def _limited(raw: Floats, shape: Shape) -> Floats:
    """Opinions on what may stand in each place: what may not counts for its look-alike."""
    plain = raw[..., :BLANK]
    limited = np.where(_mask(shape) > 0, plain + plain @ _ALIKE, 0.0)
    everything = _everything(shape)
    limited[:, everything] = plain[:, everything]
    return np.asarray(limited, np.float32)


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
    _fill_gaps(chance, best)
    _spell_names(shape, chance, best)
    codes = _known_states(shape, chance, best)
    lines = _text(best)
    doubtful = _doubts(cells, best) | codes
    repair: _Repair | None = None
    if mrz_format.failed_checks(shape, lines):
        repair = _repair(shape, _with_serials(shape, chance, lines), best)
        if repair:
            lines = repair.lines
            doubtful.add(repair.place)
    parsed = mrz_format.parse(lines, today)
    certain = (
        parsed.valid
        and not codes
        and (repair is None or repair.plain)
        and mrz_format.well_formed(parsed)
        and _sure(cells, lines, repair.place if repair else None)
    )
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


def _doubts(cells: Cells, best: NDArray[np.intp]) -> set[tuple[int, int]]:
    """Places where the views are unsure or differ; more is asked of what no check digit guards."""
    mean = np.take_along_axis(cells.chance, best[..., None], axis=2)[..., 0]
    least = np.take_along_axis(cells.opinions, best[None, ..., None], axis=3)[..., 0].min(axis=0)
    differ = (cells.opinions.argmax(axis=3) != best).any(axis=0)
    unsure = np.where(_guarded(cells.shape), mean < DOUBTFUL, (mean < SURE_NAME) | (least < SURE_BOTH))
    return {(int(r), int(c)) for r, c in np.argwhere(unsure | differ)}


def _fill_gaps(chance: Floats, best: NDArray[np.intp]) -> None:
    """Where nothing was recognised between fillers there is a filler: glare and folds wash them out first."""
    filler = _INDEX["<"]
    for row in range(best.shape[0]):
        for column in range(1, best.shape[1]):
            after = best[row, column + 1] if column + 1 < best.shape[1] else filler
            lost = float(chance[row, column].sum()) < 0.5 and chance[row, column, filler] > 0
            if lost and best[row, column - 1] == filler and after == filler:
                best[row, column] = filler


# Names as an automaton: 0 surname, 1 one filler in it, 2 two fillers, 3 given names, 4 one filler in them,
# 5 the fillers at the end.
_AFTER_FILLER = {0: 1, 1: 2, 2: 5, 3: 4, 4: 5, 5: 5}
_AFTER_LETTER = {0: 0, 1: 0, 2: 3, 3: 3, 4: 3}


def _spell_names(shape: Shape, chance: Floats, best: NDArray[np.intp]) -> None:
    """The likeliest reading that has the form of names (Viterbi); only doubtful places change."""
    row, start = mrz_format.names_place(shape)
    filler = _INDEX["<"]
    part = np.log(np.maximum(chance[row, start:], 1e-4))
    letters = part[:, 10:filler]
    first = int(letters[0].argmax())
    paths: dict[int, tuple[float, tuple[int, ...]]] = {0: (float(letters[0, first]), (first + 10,))}
    for column in range(1, len(part)):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        letter = int(letters[column].argmax())
        for state, (score, path) in paths.items():
            steps = [(_AFTER_FILLER[state], filler, float(part[column, filler]))]
            if state in _AFTER_LETTER:
                steps.append((_AFTER_LETTER[state], letter + 10, float(letters[column, letter])))
            for target, char, gain in steps:
                if target not in following or following[target][0] < score + gain:
                    following[target] = (score + gain, (*path, char))
        paths = following
    spelled = np.array(max(paths.values())[1])
    raw = best[row, start:]
    changed = spelled != raw
    top = chance[row, start:].max(axis=1)
    if (top[changed] < DOUBTFUL).all():  # what is clearly read stays, whatever form it has
        best[row, start:] = spelled


def _known_states(shape: Shape, chance: Floats, best: NDArray[np.intp]) -> set[tuple[int, int]]:
    """Issuer and nationality become a code that exists, if one is nearly as likely; the changed places."""
    changed: set[tuple[int, int]] = set()
    second = (1, 15) if shape == mrz_format.TD1 else (1, 10)
    for row, start in ((0, 2), second):
        here = np.log(np.maximum(chance[row, start : start + 3], 1e-4))
        read = best[row, start : start + 3]
        if _text([read])[0].rstrip("<") in mrz_format.STATES:
            continue
        scores = here[[0, 1, 2], _STATE_CODES].sum(axis=1)
        likeliest = int(scores.argmax())
        if scores[likeliest] > here[[0, 1, 2], read].sum() - 5:
            places = np.nonzero(_STATE_CODES[likeliest] != read)[0]
            changed |= {(row, start + int(i)) for i in places}
            best[row, start : start + 3] = _STATE_CODES[likeliest]
    return changed


_STATE_CODES = np.array([[_INDEX[char] for char in code.ljust(3, "<")] for code in sorted(mrz_format.STATES)])


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


def _sure(cells: Cells, lines: tuple[str, ...], settled: tuple[int, int] | None) -> bool:
    """Whether both views show every character, those without a check digit more clearly.

    `settled`: the place that check digits decided, if any; then nothing else that they guard is in doubt.
    """
    read = np.array([[_INDEX[char] for char in line] for line in lines])
    chances = np.take_along_axis(cells.opinions, read[None, ..., None], axis=3)[..., 0]
    mean, least = chances.mean(axis=0), chances.min(axis=0)
    guarded, tail = _guarded(cells.shape), _tail(lines, cells.shape)
    names = ~guarded & ~tail
    if (mean[names] < SURE_NAME).any() or (least[names] < SURE_BOTH).any():
        return False
    # a filler after three fillers: a letter there would be no name
    if (mean[tail] < SURE_TAIL).any():
        return False
    # one doubt is settled by its check digits; two could settle each other
    doubts = guarded & (mean < DOUBTFUL)
    if settled:
        return int(doubts.sum()) == int(doubts[settled])
    return not (mean[guarded] < SURE_CHECKED).any() and int(doubts.sum()) <= 1


def _tail(lines: tuple[str, ...], shape: Shape) -> NDArray[np.bool_]:
    """The fillers at the end of the names from the third one on."""
    row, _ = mrz_format.names_place(shape)
    tail = np.zeros((shape.rows, shape.columns), bool)
    tail[row, len(lines[row].rstrip("<")) + 2 :] = True
    return tail


@dataclass(frozen=True)
class _Repair:
    """Lines with one character changed; `plain`: both readings look alike and no third one was thinkable."""

    lines: tuple[str, ...]
    place: tuple[int, int]
    plain: bool


def _repair(shape: Shape, chance: Floats, best: NDArray[np.intp]) -> _Repair | None:
    """The one character whose second reading makes all check digits hold, if one is clearly the likeliest."""
    found: list[tuple[float, _Repair]] = []
    for row, column in np.argwhere(_guarded(shape)).tolist():
        here = chance[row, column]
        read = int(best[row, column])
        for other in np.argsort(-here)[:4].tolist():
            ratio = float(here[other]) / max(float(here[read]), 1e-9)
            if other == read:
                continue
            if ratio < 2e-3:
                break
            changed = best.copy()
            changed[row, column] = other
            lines = _text(changed)
            if not mrz_format.failed_checks(shape, lines):
                alike = bool(_ALIKE[read, other] or _ALIKE[other, read])
                plain = alike and ratio > 0.02 and float(here[read] + here[other]) > 0.97
                found.append((ratio, _Repair(lines, (row, column), plain)))
    found.sort(key=lambda item: -item[0])
    if not found or (len(found) > 1 and found[1][0] > 0.2 * found[0][0]):
        return None
    return found[0][1]


def _with_serials(shape: Shape, chance: Floats, lines: tuple[str, ...]) -> Floats:
    """Chances in which a letter that no German serial has may be the digit it looks like (PAuswV Annex 3)."""
    if lines[0][2:5] != "D<<":
        return chance
    row, start = mrz_format.number_place(shape)
    chance = chance.copy()
    for column in range(start, start + 9):
        char = lines[row][column]
        if char not in mrz_format.SERIAL_LETTERS + mrz_format.DIGITS + "<":
            here = chance[row, column]
            alike = _ALIKE[_INDEX[char]] > 0
            here[alike] = np.maximum(here[alike], 0.01 * here[_INDEX[char]])
    return chance
