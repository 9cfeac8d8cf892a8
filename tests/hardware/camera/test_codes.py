"""Codes in photographs: found at every angle, several at once, in bounded time, and nothing where none is."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from hardware.camera.codes import CodeReader
from hardware.camera.hints import code_hint
from hardware.camera.outline import find
from hardware.ports import Hint
from simulator.codes import LEVELS, SIDE_MM, SLIP_MM, blank_slip, photograph, render_code
from simulator.documents import SCALE
from simulator.scene import Shot
from tests.hardware.camera.code_table import CONTENTS, measure

Picture = NDArray[np.uint8]


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("level", ["easy", "medium"])
def test_a_photographed_code_is_read(kind: str, level: str) -> None:
    ours, _, _ = measure(kind, level, 2)
    assert ours == 2


def test_a_code_that_lies_at_a_slant_is_straightened_and_read() -> None:
    ours, plain, _ = measure("QRCode", "hard", 4)
    assert plain < ours == 4


def test_the_outline_lies_on_the_code() -> None:
    shot = photograph(CONTENTS["DataMatrix"], level="easy", seed=3)
    (code,) = CodeReader().read(shot.frame(0))
    corners = np.array(code.outline) * (1920, 1080)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    assert sides.min() > 0.85 * SIDE_MM * LEVELS["easy"].scale[0]
    assert sides.max() < 1.15 * SIDE_MM * LEVELS["easy"].scale[0]


def test_binary_contents_come_through_unchanged() -> None:
    data = bytes(range(256))[:80]
    (code,) = CodeReader().read(photograph(data, level="easy", seed=1).frame(0))
    assert code.data == data


def test_two_codes_on_one_sheet_are_both_read() -> None:
    sheet = np.vstack([render_code("eins"), render_code("lotse:appointment:zwei", "QRCode")])
    picture = Shot(sheet, LEVELS["medium"], seed=4, scale_in=SCALE).frame(0)
    assert {code.text for code in CodeReader().read(picture)} == {"eins", "lotse:appointment:zwei"}


@pytest.mark.parametrize("seed", range(2))
def test_where_no_code_is_none_is_read_and_the_time_is_bounded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    texture = rng.integers(0, 256, (1080, 1920), np.uint8).astype(np.uint8)
    reader = CodeReader(0.2)
    for picture in (Shot(None, "hard", seed=seed).frame(0), texture):
        start = time.thread_time()
        assert reader.read(picture) == ()
        assert time.thread_time() - start < 2.0  # the search itself and the attempt that was under way


@settings(deadline=None, max_examples=40)
@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 200), st.integers(1, 200))
        | st.tuples(st.integers(1, 60), st.integers(1, 60), st.just(3)),
    )
)
def test_any_picture_at_all_is_looked_at_without_a_complaint(picture: Picture) -> None:
    CodeReader(0.05).scan(picture)
    find(picture)


@pytest.mark.parametrize("seed", range(2))
def test_each_reason_why_a_code_is_not_read_is_told_from_the_others(seed: int) -> None:
    contents = CONTENTS["DataMatrix"]
    scenes = {
        Hint.NOTHING: Shot(None, "easy", seed=seed).frame(0),
        Hint.TOO_FAR: photograph(contents, level="far", seed=seed).frame(0),
        Hint.BLURRED: photograph(contents, level="blurred", seed=seed).frame(0),
        Hint.WRONG_SIDE: Shot(blank_slip(), LEVELS["easy"], seed=seed, scale_in=SCALE).frame(0),
        Hint.GLARE: _under_a_lamp(contents, seed),
    }
    told = {}
    for hint, picture in scenes.items():
        seen = CodeReader().scan(picture)
        assert seen.codes == ()
        told[hint] = code_hint(picture, seen.unread, find(picture))
    assert told == {hint: hint for hint in scenes}


def _under_a_lamp(contents: str, seed: int) -> Picture:
    """The code with a reflex in its middle that burns a third of it out."""
    shot = photograph(contents, level="easy", seed=seed)
    picture = shot.frame(0)
    at = np.array([(6 + SIDE_MM / 2) * SCALE, SLIP_MM[1] * SCALE / 2, 1])
    x, y, w = shot.homography @ at
    yy, xx = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    size = 0.36 * SIDE_MM * LEVELS["easy"].scale[0]
    light = 520 * np.exp(-(((xx - x / w) / size) ** 2) - ((yy - y / w) / size) ** 2)
    return np.asarray(np.clip(picture + light[..., None], 0, 255), np.uint8)
