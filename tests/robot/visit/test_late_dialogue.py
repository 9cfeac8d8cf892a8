"""A dialogue that answers late, or not at all: one sentence, nothing is lost, and a human is called."""

from __future__ import annotations

import pytest

from dialogs.client import Dialogue as Visit
from robot.web.view import Choices, Touch
from tests.robot.visit.kit import CATALOGUE, PATIENCE_S, TEXTS
from tests.robot.visit.test_taps import CARD, Hall, hall

__all__ = ["hall"]  # the fixture

MOMENT = TEXTS.get("de", "screen.notice.rasa")
CALLED = TEXTS.get("de", "screen.help.called")
DONE = '/step_done{"step": "form", "outcome": "done"}'


def waits(hall: Hall, *, deadline_s: float = 0.02, revive_s: float = PATIENCE_S) -> None:
    """From the next visit on its dialogue is late, and away, after so long; now it is silent."""
    hall.conductor.course.new_dialogue = lambda: Visit(
        hall.rasa, CATALOGUE, deadline_s=deadline_s, revive_s=revive_s
    )
    hall.dialogue.silent = True


async def test_an_answer_that_comes_late_costs_one_sentence_and_still_counts(hall: Hall) -> None:
    waits(hall)
    await hall.tap("identity_card")
    await hall.shows(lambda view: view.caption == MOMENT)
    said = hall.conductor.talk.last
    await hall.conductor.citizen.heard("ja", barge_in=False)  # to nothing that was asked
    assert hall.conductor.turns.unanswered == [CARD]
    assert said != MOMENT  # "Wiederholen" repeats what was said of the matter
    await hall.dialogue.answer()
    await hall.asked()
    assert hall.captions.count(MOMENT) == 1
    assert hall.conductor.visit
    assert hall.conductor.visit.help is None


@pytest.mark.parametrize("by_hand", [True, False])
async def test_who_wants_help_while_the_dialogue_is_late_gets_it_at_once(hall: Hall, by_hand: bool) -> None:
    waits(hall)
    await hall.tap("identity_card")
    await hall.shows(lambda view: view.caption == MOMENT)
    if by_hand:
        await hall.tap("nav:help")
    else:
        await hall.conductor.citizen.heard("hilfe", barge_in=False)
    await hall.shows(lambda view: view.caption == CALLED)
    [row] = hall.conductor.visits()
    assert row.needs_help
    await hall.dialogue.answer()
    await hall.asked()


async def test_for_a_dialogue_that_is_away_a_human_is_called_and_the_visit_goes_on_when_it_is_back(
    hall: Hall,
) -> None:
    waits(hall, revive_s=0.1)
    await hall.tap("identity_card")
    await hall.shows(lambda view: view.caption == CALLED)
    [row] = hall.conductor.visits()
    assert row.needs_help
    hall.dialogue.got.clear()
    hall.conductor.current.dialogue._revive_s = PATIENCE_S  # type: ignore[union-attr]
    await hall.dialogue.answer()
    await hall.tap("identity_card")
    await hall.asked()


async def test_how_a_step_has_ended_is_told_again_until_it_is_heard(hall: Hall) -> None:
    waits(hall, revive_s=0.1)
    await hall.conductor.citizen.on_screen(Touch())
    hall.conductor.turns.again_s = 0.0
    hall.conductor.turns.send(DONE)
    await hall.shows(lambda view: view.caption == CALLED)
    hall.captions.clear()
    hall.dialogue.replies[DONE] = [{"do": "ask", "service": "identity_card", "slot": "photo"}]
    hall.conductor.current.dialogue._revive_s = PATIENCE_S  # type: ignore[union-attr]
    await hall.dialogue.answer()
    await hall.shows(lambda view: isinstance(view.panel, Choices))
    assert CALLED not in hall.captions


async def test_a_kiosk_that_was_closed_for_it_opens_as_soon_as_the_dialogue_is_back(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall.conductor.lobby, "_dialogue_s", 0.0)  # away for long enough
    hall.conductor.condition.rasa_changed("down")
    await hall.shows(lambda view: view.state == "out_of_order")
    hall.conductor.condition.rasa_changed("ready")
    await hall.shows(lambda view: view.state == "idle")
