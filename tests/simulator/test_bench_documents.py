"""The accuracy table of the document reader: the same photographs for a seed, the real program's answers."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera.mrz_format import parse
from simulator.bench_documents import accuracy_table, as_text, photographs, scan
from simulator.processes import WorldError

LOTSE = (str(Path(sys.executable).with_name("lotse")), "scan")


def test_the_photographs_of_a_seed_are_always_the_same_and_their_zones_hold() -> None:
    first, again = (next(photographs("hard", 1, seed=5, frames=2)) for _ in range(2))
    assert first.lines == again.lines
    assert parse(first.lines).valid
    assert len(first.frames) == 2
    for one, other in zip(first.frames, again.frames, strict=True):
        assert one.shape == (1080, 1920, 3)
        assert np.array_equal(one, other)
    assert not np.array_equal(first.frames[0], first.frames[1])


def test_the_program_is_asked_for_single_pictures_and_for_streams(tmp_path: Path) -> None:
    photograph = next(photographs("easy", 1, seed=6, frames=2))
    files = []
    for i, picture in enumerate(photograph.frames):
        files.append(tmp_path / f"{i}.jpg")
        cv2.imwrite(str(files[-1]), picture)
    single = scan(LOTSE, files)
    assert [tuple(result["mrz_lines"]) for result in single] == [photograph.lines] * 2
    (voted,) = scan(LOTSE, files, frames=2)
    assert tuple(voted["mrz_lines"]) == photograph.lines
    assert voted["file"] == str(files[-1])


def test_a_program_that_fails_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"nothing\.jpg"):
        scan(LOTSE, [tmp_path / "nothing.jpg"])


def test_the_table_has_a_row_for_each_level_and_kind_of_look() -> None:
    levels = ("easy", "medium")
    rows = accuracy_table(LOTSE, count=1, streams=1, levels=levels)
    assert [(row["level"], row["frames"]) for row in rows] == [(level, n) for level in levels for n in (1, 5)]
    assert all(0 <= row["right"] <= 100 and row["p95_ms"] > 0 for row in rows)
    assert len(as_text(rows)) == 5
