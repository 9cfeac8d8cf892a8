"""Who asks for a human while a question stands hears to the end that somebody comes, and then goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from robot.visit.visit import Visit
from robot.web.view import Choices, KioskView, Tap
from tests.robot.visit.kit import TEXTS
from tests.robot.visit.test_taps import ASK, Hall, hall

__all__ = ["hall"]  # the fixture

CALLED = TEXTS.variants("de", "staff.called")
MEANWHILE = TEXTS.variants("de", "screen.takeover.meanwhile")
MAY_READ = TEXTS.get("de", "screen.takeover.read_ask")
UNDERSTOOD = TEXTS.get("de", "screen.takeover.read_done")
AGAIN = TEXTS.get("de", "identity_card.urgent.again")
WISH = "ich möchte mit einem menschen sprechen"
URGENT: dict[str, object] = {**ASK, "slot": "urgent"}
STAFF: list[dict[str, object]] = [
    {"do": "act", "what": "call_staff"},
    {"do": "say", "key": "staff.called", "buttons": [{"key": "staff.cancel", "payload": "/cancel_staff"}]},
    {**URGENT, "variant": "again"},
]

Answer = Callable[[Hall, bool], Awaitable[None]]


class Said:
    """All that the kiosk has said since, in order."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._texts: list[str] = []
        hall.conductor.talk.said = lambda text, _human: self._texts.append(text)

    async def next(self, wanted: Callable[[str], bool]) -> KioskView:
        """What is said next is `wanted`; nothing was said before that it would cut."""
        view = await self._hall.shows(lambda view: wanted(view.caption))
        assert self._texts == [view.caption]
        self._texts.clear()
        return view


async def asked_for_one(hall: Hall) -> tuple[Visit, Said]:
    """A question of yes or no stands, and the visitor asks for a human instead."""
    hall.dialogue.replies["/identity_card"] = [URGENT]
    hall.dialogue.replies[WISH] = STAFF
    visit = await hall.begun()
    said = Said(hall)
    await hall.conductor.citizen.heard(WISH, barge_in=False)
    await hall.dialogue.gets(WISH)
    return visit, said


async def by_hand(hall: Hall, yes: bool) -> None:
    await hall.conductor.citizen.on_screen(Tap(id=f"takeover:read_{'yes' if yes else 'no'}"))


async def aloud(hall: Hall, yes: bool) -> None:
    await hall.conductor.citizen.heard("ja" if yes else "nein", barge_in=False)


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize("answer", [by_hand, aloud])
async def test_the_call_is_told_to_its_end_and_after_the_answer_the_question_stands_again(
    hall: Hall, answer: Answer, yes: bool
) -> None:
    visit, said = await asked_for_one(hall)
    view = await said.next(lambda text: text.startswith(tuple(CALLED)) and text.endswith(f" {MAY_READ}"))
    assert isinstance(view.panel, Choices)  # the question stands there to be read meanwhile
    await hall.tap("nav:repeat")
    await said.next(lambda text: text == view.caption)
    await answer(hall, yes)
    await said.next(lambda text: text in [f"{UNDERSTOOD} {meanwhile} {AGAIN}" for meanwhile in MEANWHILE])
    assert visit.may_read is yes
    assert hall.dialogue.got == []  # a "ja" to that is no answer to the question behind it
    await hall.conductor.citizen.heard("ja", barge_in=False)
    await hall.dialogue.gets('/inform{"urgent": "yes"}')


async def test_who_has_said_so_before_goes_on_at_once(hall: Hall) -> None:
    visit, said = await asked_for_one(hall)
    await said.next(lambda text: text.endswith(MAY_READ))
    await by_hand(hall, True)
    await said.next(lambda text: text.endswith(AGAIN))
    await hall.conductor.citizen.heard(WISH, barge_in=False)
    await said.next(
        lambda text: text in [f"{called} {then} {AGAIN}" for called in CALLED for then in MEANWHILE],
    )
    assert visit.help is not None


async def test_who_goes_on_in_another_language_is_asked_the_same_in_it(hall: Hall) -> None:
    _, said = await asked_for_one(hall)
    await said.next(lambda text: text.endswith(MAY_READ))
    await hall.tap("lang:en")
    await said.next(lambda text: text == TEXTS.get("en", "screen.takeover.read_ask"))
    assert "takeover:read_yes" in [button.id for button in hall.view.offers]
