"""What is said to somebody who holds a document under the camera: rarely, and one thing at a time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Hint, Looked
from robot.steps.guidance import AGAIN_S, PATIENCE_S, PAUSE_S, Guidance
from tests.robot.first_hint import CONDITIONS, first

CORNERS = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.7), (0.2, 0.7))


def look(hint: Hint | None, outline: tuple[tuple[float, float], ...] = ()) -> Looked:
    return Looked(None, hint, 50.0, outline)


def played(hints: list[Hint | None], step: float = 0.25) -> list[tuple[float, Hint]]:
    """Every hint said, with its time, for pictures `step` seconds apart."""
    guidance = Guidance()
    said = []
    for number, hint in enumerate(hints):
        told = guidance.next(look(hint), number * step)
        if told:
            said.append((number * step, told))
    return said


def test_the_second_picture_that_shows_the_same_fault_brings_the_first_hint() -> None:
    assert played([Hint.TOO_FAR] * 2) == [(0.25, Hint.TOO_FAR)]
    assert played([Hint.TOO_FAR]) == []


def test_a_single_picture_that_differs_says_nothing() -> None:
    assert played([Hint.BLURRED, Hint.GLARE, Hint.BLURRED, Hint.TOO_FAR, Hint.GLARE]) == []


def test_an_empty_desk_is_shown_at_once_and_said_only_when_it_lasts() -> None:
    guidance = Guidance()
    assert guidance.next(look(Hint.NOTHING), 0.0) is None
    assert guidance.next(look(Hint.NOTHING), 0.5) is None
    assert guidance.shown is Hint.NOTHING
    assert guidance.changed
    assert guidance.next(look(Hint.NOTHING), PATIENCE_S - 0.1) is None
    assert guidance.next(look(Hint.NOTHING), PATIENCE_S) is Hint.NOTHING


def test_another_fault_is_named_only_after_the_pause() -> None:
    said = played([Hint.TOO_FAR] * 3 + [Hint.GLARE] * 30)
    assert [hint for _, hint in said] == [Hint.TOO_FAR, Hint.GLARE]
    assert said[1][0] - said[0][0] >= PAUSE_S


def test_the_same_fault_is_not_named_again_soon() -> None:
    said = played([Hint.GLARE] * 100)
    assert [hint for _, hint in said] == [Hint.GLARE, Hint.GLARE, Hint.GLARE]
    assert all(later - earlier >= AGAIN_S for (earlier, _), (later, _) in pairwise(said))


def test_a_hint_stays_over_the_picture_until_its_fault_is_mended() -> None:
    guidance = Guidance()
    for now in (0.0, 0.3, 0.6):
        guidance.next(look(Hint.BLURRED), now)
    assert guidance.shown is Hint.BLURRED
    assert not guidance.changed
    guidance.next(look(Hint.GLARE), 0.9)
    guidance.next(look(Hint.GLARE), 1.2)
    assert guidance.shown is Hint.BLURRED  # what is shown is what was said
    guidance.next(look(None), 1.5)
    assert guidance.shown is None
    assert guidance.changed


def test_the_outline_is_drawn_anew_only_when_the_document_moves() -> None:
    guidance = Guidance()
    guidance.next(look(None, CORNERS), 0.0)
    assert (guidance.outline, guidance.changed) == (CORNERS, True)
    guidance.next(look(None, tuple((x + 0.01, y - 0.01) for x, y in CORNERS)), 0.3)
    assert (guidance.outline, guidance.changed) == (CORNERS, False)
    moved = tuple((x + 0.05, y) for x, y in CORNERS)
    guidance.next(look(None, moved), 0.6)
    assert (guidance.outline, guidance.changed) == (moved, True)
    guidance.next(look(Hint.NOTHING), 0.9)
    assert guidance.outline == ()


def test_a_hint_waits_when_something_else_was_just_said() -> None:
    guidance = Guidance()
    guidance.said(0.0)
    assert not guidance.quiet(1.0)
    guidance.next(look(Hint.GLARE), 0.5)
    assert guidance.next(look(Hint.GLARE), 1.0) is None
    assert guidance.next(look(Hint.GLARE), PAUSE_S) is Hint.GLARE


@given(st.lists(st.sampled_from([None, *Hint]), max_size=200), st.floats(0.05, 2.0))
def test_whatever_the_camera_sees_there_is_silence_between_two_hints(
    hints: list[Hint | None], step: float
) -> None:
    said = played(hints, step)
    assert all(later - earlier >= PAUSE_S for (earlier, _), (later, _) in pairwise(said))
    for hint in Hint:
        times = [at for at, told in said if told is hint]
        assert all(later - earlier >= AGAIN_S for earlier, later in pairwise(times))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_second_picture_of_a_badly_held_document_brings_the_right_hint(condition: Hint) -> None:
    pictures, hint, _ = first(condition, seed=2)
    assert (pictures, hint) == (2, condition)
