"""What is said as a step begins, and as it goes on."""

from __future__ import annotations

from robot.web.view import Checklist, Tap
from tests.robot.visit.kit import TEXTS
from tests.robot.visit.test_taps import CARD, Hall, hall

__all__ = ["hall"]  # the fixture

HURRY = TEXTS.get("de", "identity_card.urgent.yes.ack")
CHOICES = {"reason": "expired", "age_group": "adult", "residence": "yes", "urgent": "yes"}
STEP: list[dict[str, object]] = [
    {"do": "say", "key": "identity_card.urgent.yes.ack"},
    {"do": "step", "name": "checklist", "service": "identity_card", "choices": CHOICES},
]


async def test_what_an_answer_means_is_heard_before_the_step_it_leads_to(hall: Hall) -> None:
    hall.dialogue.replies[CARD] = STEP
    hall.captions.clear()
    await hall.tap("identity_card")
    view = await hall.shows(lambda view: isinstance(view.panel, Checklist) and HURRY in view.caption)
    assert view.caption.startswith(f"{HURRY} Für Ihren Antrag brauchen Sie: ")
    assert HURRY not in hall.captions  # alone it would have been cut


async def test_who_would_not_stop_hears_again_what_the_step_wants(hall: Hall) -> None:
    hall.dialogue.replies[CARD] = STEP
    await hall.tap("identity_card")
    view = await hall.shows(lambda view: HURRY in view.caption)
    wanted = view.caption.removeprefix(f"{HURRY} ")
    ask = {"key": "stop.go_on", "payload": "/continue_visit"}
    hall.dialogue.replies["/stop"] = [{"do": "say", "key": "stop.ask", "buttons": [ask]}]
    hall.dialogue.replies["/continue_visit"] = [{"do": "act", "what": "resume"}]
    await hall.tap("nav:stop")
    await hall.shows(lambda view: view.caption in TEXTS.variants("de", "stop.ask"))
    await hall.conductor.citizen.on_screen(Tap(id="offer:0"))
    view = await hall.shows(lambda view: view.caption == wanted)
    assert isinstance(view.panel, Checklist)
