"""Finds the machine-readable zone in a photograph: by its characters, not by the card's edges.

Characters of a zone are many, of one size, one pitch, on two or three parallel lines. Dark blobs are linked
to chains, chains to lines, lines to a grid; the grid gives the homography to a rectified strip. Any rotation.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.glyphs import PAPER_MARGIN, PATCH_H, PATCH_W, PITCH, VIEWS, levelled

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

WORK_WIDTH = 1280  # the search runs on a picture of this width
ROW = 2.5  # usual distance of lines in pitches: 6.35 mm / 2.54 mm (ICAO 9303-4 and -5)
_MOST_BLOBS = 2600


@dataclass(frozen=True)
class Grid:
    """A found zone: character cell (column, row) → picture, in pixels of the full picture.

    Columns are numbered from the first blob seen, which need not be the first character; whether the zone is
    upside down is not known yet.
    """

    homography: Floats  # (column, row, 1) → (x, y, w)
    columns: tuple[int, int]  # first and last column with a blob
    rows: int
    pitch: float  # pixels at the middle
    angle: float  # degrees of the lines, -90..90
    blobs: int
    row: float  # distance of the lines, in pitches

    def corners(self, first: float, last: float, top: float, bottom: float) -> Floats:
        """Corners of a range of columns and rows, in picture pixels."""
        points = np.array([[first, top], [last, top], [last, bottom], [first, bottom]], np.float64)
        return np.asarray(cv2.perspectiveTransform(points[None], self.homography)[0])


@dataclass(frozen=True)
class Search:
    """What the search saw: grids, best first, and how much other text there is."""

    grids: tuple[Grid, ...]
    blobs: int
    text_chains: int


@dataclass
class _Line:
    points: Floats
    along: Floats
    mean: Floats
    direction: Floats


class Relief:
    """How much darker than the paper around it every pixel is, 0..255 relative to the paper."""

    def __init__(self, grey: Grey) -> None:
        self.scale = min(1.0, WORK_WIDTH / max(grey.shape))
        if self.scale < 1.0:
            small = cv2.resize(grey, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)
        else:
            small = grey
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (13, 13))
        paper = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (5, 5))
        depth = cv2.subtract(paper, small)
        self.depth = np.asarray(cv2.divide(depth, cv2.convertScaleAbs(paper, beta=10), scale=255), np.uint8)


def search(relief: Relief, threshold: float) -> Search:
    """Look for zones; `threshold`: depth of ink against paper, 0..1."""
    scale = relief.scale
    mask = (relief.depth > threshold * 255).astype(np.uint8)
    points, sizes = _blobs(mask)
    if len(points) < 16:
        return Search((), len(points), 0)
    first, second = _pairs(points, sizes)
    grids: list[Grid] = []
    chains_seen = 0
    for chosen in _peaks(points, first, second):
        chains = _chains(len(points), first[chosen], second[chosen])
        chains_seen = max(chains_seen, len(chains))
        lines = _lines(points, chains, float(np.median(_length(points, first[chosen], second[chosen]))))
        grids.extend(_grids(lines, points, scale))
    grids.sort(key=lambda grid: -grid.blobs)
    return Search(tuple(grids[:4]), len(points), chains_seen)


def _blobs(mask: Grey) -> tuple[Floats, Floats]:
    """Centres and sizes of blobs that can be characters."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    size = np.maximum(width, height)
    good = (size >= 4) & (size <= 44) & (area >= 6) & (area <= 0.8 * size * size + 4)
    good[0] = False
    points, sizes = centres[good], size[good].astype(np.float64)
    if len(points) > _MOST_BLOBS:  # texture: the smallest go first
        keep = np.argsort(-sizes)[:_MOST_BLOBS]
        points, sizes = points[keep], sizes[keep]
    return np.asarray(points, np.float64), sizes


def _pairs(points: Floats, sizes: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Neighbours that can be consecutive characters."""
    order = np.argsort(points[:, 0])
    pts, sz = points[order].astype(np.float32), sizes[order].astype(np.float32)
    firsts, seconds = [], []
    step = 256
    for start in range(0, len(pts), step):
        block = slice(start, min(start + step, len(pts)))
        reach = 1.9 * float(sz[block].max())
        end = int(np.searchsorted(pts[:, 0], pts[block.stop - 1, 0] + reach))
        other = slice(start, end)
        dx = pts[other, 0][None] - pts[block, 0][:, None]
        dy = pts[other, 1][None] - pts[block, 1][:, None]
        distance = np.hypot(dx, dy)
        mean = (sz[other][None] + sz[block][:, None]) / 2
        ratio = sz[other][None] / sz[block][:, None]
        good = (distance > 0.55 * mean) & (distance < 1.75 * mean) & (ratio > 0.5) & (ratio < 2.0)
        i, j = np.nonzero(good)
        ahead = j > i
        firsts.append(order[i[ahead] + start])
        seconds.append(order[j[ahead] + start])
    return np.concatenate(firsts), np.concatenate(seconds)


def _length(points: Floats, first: NDArray[np.int64], second: NDArray[np.int64]) -> Floats:
    return np.asarray(np.linalg.norm(points[second] - points[first], axis=1))


def _peaks(
    points: Floats, first: NDArray[np.int64], second: NDArray[np.int64], most: int = 3
) -> list[NDArray[np.int64]]:
    """Sets of pairs that share direction and distance, the largest sets first."""
    if len(first) == 0:
        return []
    step = points[second] - points[first]
    angle = np.rad2deg(np.arctan2(step[:, 1], step[:, 0])) % 180
    size = np.log(np.linalg.norm(step, axis=1)) / np.log(1.12)
    a = (angle / 4).astype(int) % 45
    s = np.clip(size.astype(int), 0, 39)
    votes = np.zeros((45, 40), np.float32)
    np.add.at(votes, (a, s), 1)
    wrapped = np.vstack([votes[-2:], votes, votes[:2]])
    smooth = cv2.GaussianBlur(wrapped, (5, 5), 1.0)[2:-2]
    sets: list[NDArray[np.int64]] = []
    for _ in range(most):
        top = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
        centre_angle, centre_size = top[0] * 4 + 2, top[1] + 0.5
        turn = np.abs((angle - centre_angle + 90) % 180 - 90)
        chosen = np.nonzero((turn < 8) & (np.abs(size - centre_size) < 2.6))[0]
        if len(chosen) < 16:
            break
        sets.append(chosen)
        for da in range(-3, 4):
            smooth[(top[0] + da) % 45, max(0, top[1] - 3) : top[1] + 4] = 0
    return sets


def _chains(count: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Connected blobs, at least five each."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        parent[root(i)] = root(j)
    members: dict[int, list[int]] = {}
    for i in set(first.tolist()) | set(second.tolist()):
        members.setdefault(root(i), []).append(i)
    return [np.array(chain) for chain in members.values() if len(chain) >= 5]


def _fit(points: Floats) -> _Line:
    mean = points.mean(axis=0)
    _, _, axes = np.linalg.svd(points - mean, full_matrices=False)
    direction = axes[0] if axes[0][0] > 0 or (axes[0][0] == 0 and axes[0][1] > 0) else -axes[0]
    along = (points - mean) @ direction
    order = np.argsort(along)
    return _Line(points[order], along[order], mean, direction)


def _offset(line: _Line, points: Floats) -> Floats:
    """Signed distance of points from a line."""
    normal = np.array([-line.direction[1], line.direction[0]])
    return np.asarray((points - line.mean) @ normal)


def _lines(points: Floats, chains: list[NDArray[np.int64]], pitch: float) -> list[_Line]:
    """Chains that continue each other become one line; only long lines stay."""
    lines: list[_Line] = []
    for chain in sorted(chains, key=len, reverse=True)[:60]:
        candidate = _fit(points[chain])
        if np.abs(_offset(candidate, candidate.points)).max() > 1.0 * pitch:
            continue  # no line at all
        for i, line in enumerate(lines):
            if len(line.points) < 8:
                continue
            ends = (candidate.points - line.mean) @ line.direction
            gap = max(ends.min() - line.along[-1], line.along[0] - ends.max())
            if gap < 14 * pitch and np.abs(_offset(line, candidate.points)).max() < 0.5 * pitch:
                lines[i] = _fit(np.vstack([line.points, candidate.points]))
                break
        else:
            lines.append(candidate)
    return [line for line in lines if len(line.points) >= 10 and np.ptp(line.along) > 16 * pitch]


def _grids(lines: list[_Line], points: Floats, scale: float) -> list[Grid]:
    """Two or three parallel neighbouring lines of one pitch → a grid each."""
    found: list[Grid] = []
    used: set[int] = set()
    order = sorted(range(len(lines)), key=lambda i: -len(lines[i].points))
    for i in order:
        if i in used:
            continue
        base = lines[i]
        pitch = _pitch(base)
        if pitch <= 0:
            continue
        near = [i]
        for j in order:
            if j == i or j in used or _turn(base, lines[j]) > 0.12:
                continue
            other = lines[j]
            distance = float(np.abs(_offset(base, other.mean[None]))[0])
            shift = abs(float((other.mean - base.mean) @ base.direction))
            if 1.1 * pitch < distance < 6.4 * pitch and shift < 16 * pitch:
                near.append(j)
        rows = _neighbours([lines[j] for j in near], base, pitch)
        if len(rows) < 2:
            continue
        used.update(near)
        grid = _grid(rows, base, pitch, points, scale)
        if grid:
            found.append(grid)
    return found


def _turn(one: _Line, other: _Line) -> float:
    """Sine of the angle between two lines."""
    a, b = one.direction, other.direction
    return abs(float(a[0] * b[1] - a[1] * b[0]))


def _pitch(line: _Line) -> float:
    """Median distance of consecutive blobs that are neither fragments nor gaps."""
    steps = np.diff(line.along)
    steps = steps[steps > 3]
    if len(steps) < 5:
        return 0.0
    middle = float(np.median(steps))
    near = steps[(steps > 0.7 * middle) & (steps < 1.3 * middle)]
    return float(near.mean()) if len(near) else middle


def _neighbours(lines: list[_Line], base: _Line, pitch: float) -> list[_Line]:
    """At most three lines around the base that follow each other at the distance of a zone's lines."""
    offsets = {id(line): float(np.mean(_offset(base, line.points))) for line in lines}
    ordered = sorted(lines, key=lambda line: offsets[id(line)])
    best: list[_Line] = []
    for start in range(len(ordered)):
        run = [ordered[start]]
        for line in ordered[start + 1 :]:
            gap = offsets[id(line)] - offsets[id(run[-1])]
            if gap < 0.5 * pitch:
                continue
            if not 1.2 * pitch < gap < 3.1 * pitch or len(run) == 3:
                break
            run.append(line)
        if sum(len(line.points) for line in run) > sum(len(line.points) for line in best):
            best = run
    return best


def _indices(line: _Line, pitch: float) -> NDArray[np.int64]:
    """Number of each blob along its line.

    The position is a slow function of the place, φ = b·t + c·t², with whole numbers at the characters
    (perspective changes the pitch along the line); b and c are those on which the blobs agree best.
    """
    middle = (line.along[0] + line.along[-1]) / 2
    t = line.along - middle
    span = max(float(np.ptp(t)), 1.0)
    stretch = np.arange(-0.08, 0.0801, 0.004)
    bend = np.arange(-0.24, 0.2401, 0.015)
    b, c = np.meshgrid((1 + stretch) / pitch, bend, indexing="ij")
    c = b * c / span
    phase = b[..., None] * t + c[..., None] * t**2
    sums = np.exp(2j * np.pi * phase).mean(axis=2)
    value = np.abs(sums) - 0.15 * np.abs(bend)[None] - 0.3 * np.abs(stretch)[:, None]
    best = np.unravel_index(int(np.argmax(value)), value.shape)
    shift = float(np.angle(sums[best])) / (2 * np.pi)
    return np.asarray(np.round(phase[best] - shift), np.int64)


def _grid(rows: list[_Line], base: _Line, pitch: float, points: Floats, scale: float) -> Grid | None:
    cells: list[tuple[float, float]] = []
    places: list[Floats] = []
    reference: tuple[Floats, Floats] | None = None
    for row, line in enumerate(rows):
        index = _indices(line, pitch)
        along = (line.points - base.mean) @ base.direction
        if reference is not None:  # the columns of all lines stand below each other
            fit = np.polyfit(along, index, 1)
            ref = np.polyfit(reference[0], reference[1], 1)
            middle = np.linspace(
                max(along.min(), reference[0].min()), min(along.max(), reference[0].max()), 9
            )
            index = index + round(float(np.mean(np.polyval(ref, middle) - np.polyval(fit, middle))))
        reference = (along, index.astype(np.float64))
        cells.extend((float(c), float(row)) for c in index)
        places.extend(line.points / scale)
    source, target = np.array(cells), np.array(places)
    if len(source) < 16:
        return None
    matrix, inliers = cv2.findHomography(source, target, cv2.RANSAC, 0.3 * pitch / scale)
    if np.shape(matrix) != (3, 3) or int(inliers.sum()) < 14:
        return None
    refined = _refine(np.asarray(matrix, np.float64), points / scale, len(rows))
    if refined is None:
        return None
    matrix, columns = refined
    first, last = int(columns.min()), int(columns.max())
    if last - first > 70:
        return None
    centre = (first + last) / 2
    probes = np.array([[[first, 0.0], [last, 0.0], [centre, 0.0], [centre + 1, 0.0]]])
    ends = cv2.perspectiveTransform(probes, matrix)[0]
    step = ends[3] - ends[2]
    true_pitch = float(np.linalg.norm(step))
    if not 0.6 * pitch / scale < true_pitch < 1.6 * pitch / scale:
        return None
    angle = float(np.rad2deg(np.arctan2(ends[1][1] - ends[0][1], ends[1][0] - ends[0][0])))
    middle_row = (len(rows) - 1) / 2
    around = np.array([[[centre, middle_row - 0.5], [centre, middle_row + 0.5]]])
    up, down = cv2.perspectiveTransform(around, matrix)[0]
    across = np.array([-step[1], step[0]]) / true_pitch
    row_distance = abs(float((down - up) @ across)) / true_pitch
    if abs(row_distance / ROW - 1) < 0.25:
        row_distance = ROW  # as printed; what differs is perspective
    return Grid(
        homography=np.asarray(matrix, np.float64),
        columns=(first, last),
        rows=len(rows),
        pitch=true_pitch,
        angle=angle,
        blobs=len(columns),
        row=row_distance,
    )


def alike(one: Grid, other: Grid) -> bool:
    """Whether two grids lie on the same characters."""
    places = [
        grid.corners(grid.columns[0], grid.columns[1], 0, grid.rows - 1).mean(axis=0) for grid in (one, other)
    ]
    return (
        one.rows == other.rows
        and abs(one.pitch / other.pitch - 1) < 0.01
        and abs(one.angle - other.angle) < 0.3
        and float(np.linalg.norm(places[0] - places[1])) < one.pitch
    )


def _refine(matrix: Floats, places: Floats, rows: int) -> tuple[Floats, Floats] | None:
    """Fit the grid again to every blob that lies in one of its cells; also the columns of these blobs."""
    columns = np.empty(0)
    for tolerance in (0.4, 0.3, 0.25):
        try:
            inverse = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            return None
        cells = cv2.perspectiveTransform(places[None], inverse)[0]
        nearest = np.round(cells)
        apart = np.abs(cells - nearest)
        good = (
            (apart[:, 0] < tolerance)
            & (apart[:, 1] < 0.5 * tolerance)  # a row is wider than a column
            & (nearest[:, 1] >= 0)
            & (nearest[:, 1] < rows)
            & (np.abs(nearest[:, 0]) < 80)
        )
        if int(good.sum()) < 14:
            return None
        fitted, _ = cv2.findHomography(nearest[good], places[good], 0)
        if fitted is None:
            return None
        matrix, columns = np.asarray(fitted, np.float64), nearest[good, 0]
    # what lies farther out than a line is long is dirt
    width = 30 if rows == 3 else 44
    if np.ptp(columns) >= width:
        starts = np.arange(columns.min(), columns.max() - width + 2)
        inside = [int(((columns >= start) & (columns < start + width)).sum()) for start in starts]
        start = starts[int(np.argmax(inside))]
        columns = columns[(columns >= start) & (columns < start + width)]
    return matrix, columns


def strip(
    grey: Grey, grid: Grid, first: int, last: int, top: int, bottom: int, *, turned: bool
) -> NDArray[np.uint8]:
    """Patches of the cells columns first..last, rows top..bottom: (rows, columns, views, PATCH_H, PATCH_W).

    `turned`: read upside down, so that row 0 of the result is the grid's last one. Views: glyphs.VIEWS.
    """
    columns, rows = last - first + 1, bottom - top + 1
    row_px = PITCH * grid.row
    margin_x, margin_y = PATCH_W / 2 + PAPER_MARGIN, PATCH_H / 2 + PAPER_MARGIN
    width = round((columns - 1) * PITCH + 2 * margin_x)
    height = round((rows - 1) * row_px + 2 * margin_y)
    to_grid = np.array(
        [[1 / PITCH, 0, first - margin_x / PITCH], [0, 1 / row_px, top - margin_y / row_px], [0, 0, 1]]
    )
    matrix = grid.homography @ to_grid
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(grey, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    upright = np.ascontiguousarray(flat[::-1, ::-1] if turned else flat, np.uint8)
    both = np.stack([upright, levelled(upright)])[
        :, PAPER_MARGIN : height - PAPER_MARGIN, PAPER_MARGIN : width - PAPER_MARGIN
    ]
    patches = np.empty((rows, columns, len(VIEWS), PATCH_H, PATCH_W), np.uint8)
    for row in range(rows):
        y = min(round(row * row_px), both.shape[1] - PATCH_H)
        for column in range(columns):
            patches[row, column] = both[:, y : y + PATCH_H, column * PITCH : column * PITCH + PATCH_W]
    return patches
