"""Each thing that can be wrong with a document under the camera gets its own hint."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.camera.hints import hint_for, measure
from hardware.camera.mrz_reader import MrzReader, decide
from hardware.camera.outline import find, relative
from hardware.ports import Hint
from tests.hardware.camera.scenes import scene

CONDITIONS = (
    Hint.NOTHING,
    Hint.TOO_FAR,
    Hint.BLURRED,
    Hint.GLARE,
    Hint.TURNED,
    Hint.WRONG_SIDE,
)


def told(hint: Hint, seed: int) -> Hint | None:
    picture, _ = scene(hint, seed)
    sight = MrzReader().see(picture)
    mrz = decide(sight.cells, sight.size) if sight.cells else None
    return hint_for(picture, sight, measure(picture, sight), mrz)


@pytest.mark.parametrize("hint", CONDITIONS)
def test_each_condition_is_told_from_the_others(hint: Hint) -> None:
    assert [told(hint, seed) for seed in range(2)] == [hint] * 2


def test_a_slanted_document_that_happens_to_look_like_a_card_still_lies_askew() -> None:
    assert [told(Hint.TURNED, seed) for seed in (7, 9)] == [Hint.TURNED] * 2


@pytest.mark.parametrize("hint", [Hint.BLURRED, Hint.WRONG_SIDE, Hint.GLARE])
def test_the_outline_is_found_although_nothing_was_read(hint: Hint) -> None:
    for seed in range(2):
        picture, corners = scene(hint, seed)
        sheet = find(picture)
        assert sheet is not None
        assert corners is not None
        away = min(np.abs(np.roll(sheet.corners, turn, axis=0) - corners).max() for turn in range(4))
        assert away < 0.05 * 1920
        drawn = relative(sheet.corners, (picture.shape[1], picture.shape[0]))
        assert len(drawn) == 4
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in drawn)


def test_a_plain_sheet_on_the_desk_is_no_identity_document() -> None:
    picture = np.full((1080, 1920, 3), 90, np.uint8)
    picture[300:760, 560:1240] = 235
    sheet = find(picture)
    assert sheet is not None
    assert not sheet.tinted
    sight = MrzReader().see(picture)
    assert hint_for(picture, sight, measure(picture, sight), None) is Hint.NOTHING
