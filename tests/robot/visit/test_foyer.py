"""The real conductor with a real body on a line: whom it greets, and what it says when it is out of order."""

from __future__ import annotations

from robot.web.staff_view import Cause, NewClosing
from robot.web.view import Closed, Display, Tap, Touch, Welcome
from tests.robot.visit.kit import GOODBYE, GREETING, TEXTS, Foyer


async def test_who_stands_there_is_greeted_once_however_often_the_sensor_flickers(foyer: Foyer) -> None:
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.caption == GREETING)
    await foyer.conductor.talk.hush()  # what was said is over
    for _ in range(2):
        await foyer.somebody(False)
        await foyer.somebody(True)
    assert foyer.captions == [GREETING]  # and no warning either: there is nothing to lose yet


async def test_a_kiosk_without_a_microphone_does_not_say_that_it_listens(foyer: Foyer) -> None:
    await foyer.somebody(True)
    view = await foyer.shows(lambda view: view.caption == GREETING)
    assert not view.microphone
    assert view.microphone_label == TEXTS.get("de", "screen.touch")


async def test_who_has_begun_is_warned_before_the_visit_ends(foyer: Foyer) -> None:
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.caption == GREETING)
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.conductor.talk.hush()
    view = await foyer.shows(lambda view: view.warning is not None)
    assert view.warning is not None
    assert view.caption == view.warning.text
    await foyer.conductor.talk.hush()
    await foyer.shows(lambda view: view.state == "goodbye")
    assert TEXTS.get("de", "screen.goodbye.timeout") in foyer.captions


async def test_who_does_not_answer_is_left_in_peace_and_the_next_one_is_greeted(foyer: Foyer) -> None:
    foyer.conductor.arrivals.gone_s = 0.1
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.caption == GREETING)
    await foyer.somebody(False)
    view = await foyer.shows(lambda view: view.state == "idle")
    assert isinstance(view.panel, Welcome)
    assert not view.warning
    assert foyer.captions == [GREETING, TEXTS.get("de", "screen.idle.caption")]  # no goodbye to nobody
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    assert foyer.greetings() == 2


async def test_who_stays_without_answering_is_not_greeted_again_when_the_first_screen_is_back(
    foyer: Foyer,
) -> None:
    foyer.conductor.arrivals.patience_s = 0.1
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.caption == GREETING)
    await foyer.conductor.talk.hush()  # what was said is over
    await foyer.shows(lambda view: view.state == "idle")
    await foyer.somebody(False)  # a flicker
    await foyer.somebody(True)
    assert foyer.view.state == "idle"
    await foyer.conductor.citizen.on_screen(Touch())  # they come nearer after all
    await foyer.shows(lambda view: view.state == "visit")


async def test_after_a_visit_the_next_in_the_queue_is_greeted_at_once(foyer: Foyer) -> None:
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.conductor.course.end("left")
    await foyer.somebody(False)
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    assert foyer.greetings() == 2
    assert GOODBYE in foyer.captions


async def test_a_kiosk_closed_by_the_staff_serves_who_is_there_and_then_says_where_to_go(
    foyer: Foyer,
) -> None:
    await foyer.somebody(True)
    await foyer.shows(lambda view: view.state == "visit")
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.office.board.close_kiosk(NewClosing(cause=Cause.EVENT), "Amt 34")
    assert len(foyer.conductor.visits()) == 1
    await foyer.conductor.course.end("left")
    await foyer.shows(lambda view: view.state == "out_of_order")
    await foyer.somebody(False)
    await foyer.somebody(True)
    view = await foyer.shows(lambda view: view.face == "speaking")
    assert isinstance(view.panel, Closed)
    assert view.panel.text == "Im Foyer findet gerade eine Veranstaltung statt."
    assert "Zimmer 12" in view.caption
    assert foyer.conductor.visits() == []
    await foyer.office.board.open_kiosk("Amt 34")
    await foyer.shows(lambda view: view.state == "idle")


async def test_a_closed_kiosk_answers_no_touch_but_changes_its_language(foyer: Foyer) -> None:
    await foyer.office.board.close_kiosk(NewClosing(cause=Cause.MAINTENANCE), "Amt 34")
    await foyer.shows(lambda view: view.state == "out_of_order")
    await foyer.conductor.citizen.on_screen(Touch())
    await foyer.conductor.citizen.on_screen(Tap(id="identity_card"))
    assert foyer.conductor.visits() == []
    await foyer.conductor.citizen.on_screen(Tap(id="lang:ar"))
    view = await foyer.shows(lambda view: view.lang == "ar")
    assert (view.state, view.direction) == ("out_of_order", "rtl")
    assert isinstance(view.panel, Closed)
    assert view.panel.title == TEXTS.get("ar", "screen.closed.title")


async def test_how_a_visitor_set_the_screen_is_forgotten_with_them(foyer: Foyer) -> None:
    for switch in ("large", "dark", "low", "still", "private"):
        await foyer.conductor.citizen.on_screen(Tap(id=f"display:{switch}"))
    view = await foyer.shows(lambda view: view.display.still and view.private)
    assert view.state == "visit"
    assert (view.display.text, view.display.contrast, view.display.low) == ("large", "dark", True)
    await foyer.conductor.course.end("left")
    view = await foyer.shows(lambda view: view.state == "idle")
    assert view.display == Display()
    assert not view.private


async def test_the_caption_follows_the_voice_sentence_by_sentence_and_says_how_long_each_sounds(
    foyer: Foyer,
) -> None:
    await foyer.somebody(True)
    first = await foyer.shows(lambda view: view.caption == GREETING and view.voicing is not None)
    assert first.voicing
    assert first.voicing.start == 0
    assert GREETING[first.voicing.end - 1] == "!"
    assert first.voicing.seconds > 0
    await foyer.conductor.talk.hush()
    view = await foyer.shows(lambda view: view.voicing is None)
    assert view.spoken == len(GREETING)


async def test_after_a_power_cut_the_page_is_told_kindly_that_its_visit_is_over(foyer: Foyer) -> None:
    foyer.conductor.first_screen.restarted("tr")
    view = await foyer.shows(lambda view: view.lang == "tr")
    assert view.caption == TEXTS.get("tr", "screen.restarted")
    assert view.state == "idle"
    await foyer.conductor.talk.hush()
    view = await foyer.shows(lambda view: view.lang == "de")
    assert view.caption == TEXTS.get("de", "screen.idle.caption")
