"""What stands on the screen and in the visit when the language, the service or the person changes."""

from __future__ import annotations

from functools import partial

import pytest

from robot.cases.model import Provenance
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.view import Info


@pytest.fixture
async def screen() -> Screen:
    return Screen(town="Musterstadt", panel=Info(title="Hallo"))


async def test_a_notice_follows_the_language_and_keeps_its_place(screen: Screen) -> None:
    said = {"first": "Moment", "second": "Die Kamera fehlt"}
    for name in said:
        screen.notice(name, partial(said.__getitem__, name), "warning")
    screen.notice("fixed", "A-007")
    said |= {"first": "One moment", "second": "The camera is away"}
    screen.translate_notices()
    assert [notice.text for notice in screen.view().notices] == ["One moment", "The camera is away", "A-007"]
    assert {notice.kind for notice in screen.view().notices[:2]} == {"warning"}


async def test_a_notice_that_was_taken_back_stays_away_in_every_language(screen: Screen) -> None:
    screen.notice("camera", lambda: "weg")
    screen.notice("camera", "")
    screen.translate_notices()
    assert screen.view().notices == []


def test_the_same_person_keeps_their_values_for_another_application() -> None:
    visit = Visit()
    first = visit.application
    visit.set_value("surname", "MUSTERMANN", Provenance.TYPED)
    visit.choices, visit.brought, visit.notes, visit.consent = {"reason": "lost"}, {"card": True}, ["x"], True
    visit.next_application(same_person=True)
    assert visit.values["surname"].text == "MUSTERMANN"
    assert (visit.choices, visit.brought, visit.notes, visit.consent) == ({}, {}, [], False)
    assert first == visit.id != visit.application


def test_another_person_finds_no_values_of_the_one_before() -> None:
    visit = Visit()
    visit.set_value("surname", "MUSTERMANN", Provenance.TYPED)
    visit.next_application(same_person=False)
    assert visit.values == {}
