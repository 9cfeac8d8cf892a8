"""The staff's notice on a real kiosk: above everything, in every state, said aloud, until it is withdrawn."""

from __future__ import annotations

import pytest

from dialogs.languages import LANGUAGES
from robot.staff.live import LiveHouse
from robot.visit.emergency import notice_view, spoken_notice
from robot.web.live_view import EmergencyKind, EmergencyRow, NewEmergency
from robot.web.view import Tap, Touch
from tests.robot.visit.kit import TEXTS, Foyer

SINCE = "2026-03-02T09:30:00.000+00:00"
FIRE = NewEmergency(kind=EmergencyKind.LEAVE)


def row(kind: EmergencyKind, **more: object) -> EmergencyRow:
    return EmergencyRow.model_validate(
        {
            "id": "1",
            "kind": kind,
            "leave": kind is EmergencyKind.LEAVE,
            "since": SINCE,
            "by": "Amt 33",
            **more,
        }
    )


@pytest.mark.parametrize("kind", [kind for kind in EmergencyKind if kind is not EmergencyKind.OWN])
def test_every_prepared_notice_stands_there_in_every_language(kind: EmergencyKind) -> None:
    views = [notice_view(TEXTS, row(kind), lang) for lang in LANGUAGES]
    assert len({view.text for view in views}) == len(LANGUAGES)
    assert [view.direction for view in views if view.lang == "ar"] == ["rtl"]
    assert {bool(view.also) for view in views} == {kind is EmergencyKind.LEAVE}


def test_own_words_are_shown_in_german_where_nobody_has_translated_them() -> None:
    own = row(EmergencyKind.OWN, text="Wasser im Keller.", translations={"en": "Water.", "tr": "Su."})
    shown = {lang: notice_view(TEXTS, own, lang) for lang in LANGUAGES}
    assert (shown["tr"].text, shown["tr"].lang) == ("Su.", "tr")
    assert (shown["fr"].text, shown["fr"].lang) == ("Water.", "en-GB")
    assert (shown["leicht"].text, shown["leicht"].lang) == ("Wasser im Keller.", "de")


def test_who_has_to_leave_hears_it_in_german_and_english_too() -> None:
    assert [lang for lang, _ in spoken_notice(TEXTS, row(EmergencyKind.LEAVE), "tr")] == ["tr", "de", "en"]
    assert [lang for lang, _ in spoken_notice(TEXTS, row(EmergencyKind.TROUBLE), "tr")] == ["tr"]


def house_of(foyer: Foyer) -> LiveHouse:
    return LiveHouse(
        foyer.office,
        foyer.changed,
        foyer.conductor.visits,
        foyer.conductor.condition.rows,
        show=foyer.conductor.course.emergency,
    )


async def test_a_fire_alarm_ends_and_wipes_the_visit_and_nobody_is_served_until_it_is_over(
    foyer: Foyer,
) -> None:
    house = house_of(foyer)
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    await foyer.conductor.citizen.on_screen(Touch())
    await house.announce(FIRE, "Amt 33")
    view = await foyer.shows(lambda view: view.emergency is not None and view.state == "idle")
    assert view.emergency
    assert view.emergency.leave
    assert (view.offers, view.nav, view.progress) == ([], [], [])
    assert foyer.conductor.visits() == []
    (shred,) = await foyer.office.shreds.list()
    assert shred.outcome == "emergency"
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.conductor.citizen.on_screen(Tap(id="identity_card"))
    await foyer.somebody(False)
    await foyer.somebody(True)
    assert foyer.conductor.visits() == []
    await house.withdraw("Amt 33")
    await foyer.shows(lambda view: view.emergency is None)
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.shows(lambda view: view.state == "visit")
    acts = [entry["what"] for entry in await foyer.office.audit.entries()]
    assert acts == ["emergency_told", "emergency_withdrawn"]


async def test_any_other_notice_stands_above_the_visit_which_goes_on(foyer: Foyer) -> None:
    house = house_of(foyer)
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    await foyer.conductor.citizen.on_screen(Touch())
    (visit,) = foyer.conductor.visits()
    await foyer.conductor.talk.hush()
    await house.announce(NewEmergency(kind=EmergencyKind.CLOSING), "Amt 33")
    text = TEXTS.get("de", "screen.emergency.closing.text")
    view = await foyer.shows(lambda view: text in view.caption)  # said aloud
    assert view.emergency
    assert (view.emergency.text, view.emergency.leave, view.state) == (text, False, "visit")
    assert [row.id for row in foyer.conductor.visits()] == [visit.id]
    await foyer.conductor.citizen.on_screen(Tap(id="lang:tr"))
    view = await foyer.shows(lambda view: view.lang == "tr")
    assert view.emergency
    assert view.emergency.text == TEXTS.get("tr", "screen.emergency.closing.text")


async def test_a_kiosk_that_is_started_during_an_alarm_shows_it_at_once(foyer: Foyer) -> None:
    emergencies = foyer.office.emergencies
    await emergencies.announce(emergencies.made(FIRE, "Amt 34"), "Amt 34")
    await house_of(foyer).look()
    await foyer.shows(lambda view: view.emergency is not None)
    assert await foyer.office.audit.verify_audit() is None
