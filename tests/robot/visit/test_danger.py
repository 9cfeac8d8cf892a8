"""Somebody is in danger, or asks for something else than the way: what the kiosk does then."""

from __future__ import annotations

import logging

import pytest

from robot.staff.alarms import AlarmBook, causes
from robot.web.live_view import AlarmKind
from robot.web.takeover_view import Write
from robot.web.view import Choices, PlanPanel, Type, Welcome
from tests.robot.visit.kit import GREETING, TEXTS, Kiosk
from tests.robot.visit.test_taps import Hall, hall

__all__ = ["hall"]  # the fixture

CALL_112 = TEXTS.get("de", "screen.help.emergency")


async def test_who_cries_fire_is_told_to_call_112_and_the_staff_are_called_at_once(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visit = await hall.begun()
    asked = hall.conductor.talk.last
    await hall.conductor.citizen.on_screen(
        Type(text="Hilfe, es brennt im Aktenlager!", visitor=hall.view.visitor)
    )
    view = await hall.shows(lambda view: view.caption == CALL_112)
    assert isinstance(view.panel, Choices)  # the visit stays where it is
    [told] = [note for note in view.notices if note.id == "help"]
    assert (told.text, told.kind) == (CALL_112, "error")
    [row] = hall.conductor.visits()
    assert (row.urgent, row.needs_help, row.help_accepted_by) == (True, True, "")
    assert row.help_reason == "NOTFALL: jemand ist in Gefahr"
    assert (visit.heard, visit.understood, visit.misunderstood) == (1, 1, 0)
    assert hall.dialogue.got == []  # nobody else learns what was said
    assert "Aktenlager" not in caplog.text
    assert hall.conductor.talk.last == asked  # "Wiederholen" repeats the question
    await hall.conductor.help_desk.accept(visit.id, "Amt 33")
    coming = TEXTS.get("de", "screen.help.coming")
    await hall.shows(lambda view: any(note.text == coming for note in view.notices))


async def test_who_has_waited_for_help_and_is_in_danger_now_is_a_new_alarm(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    book = AlarmBook("Foyer")

    def alarm() -> tuple[AlarmKind, str, str]:
        [row] = book.look(causes(kiosk.conductor.visits(), [], "open", ""))
        return row.kind, row.id, row.acknowledged_by

    await kiosk.conductor.help_desk.accept(visit.id, "Amt 33")
    assert alarm() == (AlarmKind.HELP, f"help-{visit.id}", "Amt 33")
    await kiosk.conductor.citizen.on_screen(Type(text="da ist jemand umgefallen"))
    assert alarm() == (AlarmKind.EMERGENCY, f"emergency-{visit.id}", "")
    await kiosk.conductor.help_desk.accept(visit.id, "Amt 33")
    await kiosk.conductor.citizen.on_screen(Type(text="Rufen Sie einen Krankenwagen"))  # they come already
    assert alarm()[2] == "Amt 33"


@pytest.mark.parametrize("lang", ["en", "leicht", "tr", "uk", "ar", "ru", "pl", "fr"])
def test_the_number_stands_there_in_every_language(lang: str) -> None:
    assert "112" in TEXTS.get(lang, "screen.help.emergency")


async def test_a_plan_goes_when_the_next_answer_is_about_something_else(hall: Hall) -> None:
    hall.dialogue.replies["wo ist zimmer 204"] = [{"do": "show", "place": "room_204"}]
    hall.dialogue.replies["was kostet das"] = [{"do": "say", "key": "screen.dialogue.down"}]
    await hall.conductor.citizen.on_screen(Type(text="wo ist zimmer 204"))
    await hall.shows(lambda view: isinstance(view.panel, PlanPanel))
    await hall.conductor.citizen.on_screen(Type(text="was kostet das"))
    view = await hall.shows(lambda view: isinstance(view.panel, Welcome) and view.caption != GREETING)
    assert view.state == "visit"


async def test_danger_while_a_human_speaks_calls_the_staff_and_talks_over_nobody(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Write(text="Was fehlt Ihnen?"))
    await kiosk.conductor.citizen.on_screen(Type(text="Es brennt hier!"))
    seen = kiosk.sees(seat)
    assert (seen.urgent, seen.help_reason) == (True, "NOTFALL: jemand ist in Gefahr")
    assert seen.lines[-1].text == "Es brennt hier!"
    [alarm] = AlarmBook("Foyer").look(causes(kiosk.conductor.visits(), [], "open", ""))
    assert (alarm.kind, alarm.acknowledged_by) == (AlarmKind.EMERGENCY, "")  # others come, the clerk is afar
    view = await kiosk.shows(lambda view: any(note.text == CALL_112 for note in view.notices))
    assert view.caption == "Was fehlt Ihnen?"
    assert kiosk.conductor.turns.unanswered == []
    await kiosk.conductor.help_desk.accept(visit.id, "Amt 34")
    assert kiosk.sees(seat).help_accepted_by == "Amt 34"
