"""An answer that is changed on the review: what depends on it is asked, then the review comes again."""

from __future__ import annotations

import pytest

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.protocol import payload
from tests.dialogs.conftest import NOW
from tests.dialogs.desk import Desk, told


@pytest.fixture
async def desk(catalogue: Catalogue) -> Desk:
    """A visit that stands at the review of an identity card."""
    desk = Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))
    await desk.tap("/identity_card")
    for slot, choice in (
        ("reason", "expired"),
        ("age_group", "adult"),
        ("residence", "yes"),
        ("urgent", "no"),
    ):
        await desk.tap(payload("inform", **{slot: choice}))
    for step in ("checklist", "document", "form"):
        await desk.tap(payload("step_done", step=step, outcome="done"))
    await desk.tap(payload("inform", photo="counter"))
    assert told(await desk.tap(payload("inform", delivery="pickup"))) == ["step review"]
    return desk


async def test_another_answer_is_taken_and_the_review_comes_again(desk: Desk) -> None:
    turn = await desk.tap(payload("inform", delivery="shipping"))
    assert told(turn) == ["say corrected.answer", "step review"]
    assert desk.slots["delivery"] == "shipping"


async def test_what_depends_on_the_changed_answer_is_asked_again(desk: Desk) -> None:
    turn = await desk.tap(payload("inform", age_group="under16"))
    assert told(turn)[-1] == "step checklist"  # a child's application needs the parents' papers
    turn = await desk.tap(payload("step_done", step="checklist", outcome="done"))
    assert told(turn) == ["step copy"]
    turn = await desk.tap(payload("step_done", step="copy", outcome="done"))
    assert told(turn) == ["step review"]
    assert desk.slots["delivery"] == "pickup"  # it is not asked for a child


async def test_a_step_that_only_the_changed_answer_needs_is_run(desk: Desk) -> None:
    assert told(await desk.tap(payload("inform", photo="code"))) == [
        "say corrected.answer",
        "step photo_code",
    ]
    assert told(await desk.tap(payload("step_done", step="photo_code", outcome="done"))) == ["step review"]


async def test_the_same_answer_again_changes_nothing(desk: Desk) -> None:
    before = dict(desk.slots)
    assert told(await desk.tap(payload("inform", delivery="pickup"))) == ["resume"]
    assert desk.slots == before


async def test_after_the_hand_over_nothing_is_changed_any_more(desk: Desk) -> None:
    await desk.tap(payload("step_done", step="review", outcome="done"))
    await desk.tap(payload("inform", delivery="shipping"))
    assert desk.slots["delivery"] == "pickup"
