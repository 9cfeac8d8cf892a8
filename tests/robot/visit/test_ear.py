"""A long answer: the ear gets its beginning, the screen shows the whole, and who wants to hears the rest."""

from __future__ import annotations

import pytest

from dialogs.languages import COMPLETE
from hardware.speech.sentences import spans
from robot.visit.ear import Piece, for_the_ear
from robot.visit.talk import READ_ON, Talk
from robot.web.view import Info, Read, Tap, Type
from tests import musterstadt
from tests.dialogs.test_town_answers import TownHall
from tests.robot.visit.kit import TEXTS
from tests.robot.visit.test_taps import Hall, hall

__all__ = ["hall"]  # the fixture

HOURS: list[dict[str, object]] = [
    {"do": "say", "key": "hours.open_now", "params": {"who": "@hours.house", "until": "=time:16:00"}},
    {"do": "say", "key": "hours.week", "params": {"who": "@hours.house"}},
]
for day in ("mon", "tue", "wed", "thu", "fri"):
    span = {"day": f"@day.name.{day}", "start": "=time:08:00", "end": "=time:12:30"}
    HOURS.append({"do": "say", "key": "hours.line_one", "params": span})
OFFICES = {place.id for place in musterstadt.catalogue().town.places if place.room}
OFFERS = TEXTS.variants("de", "screen.read_on")
AGAIN: dict[str, object] = {"do": "ask", "service": "identity_card", "slot": "reason", "variant": "again"}
QUESTION = TEXTS.get("de", "identity_card.reason.again")


def ear(*pieces: str | Piece) -> tuple[str, str]:
    answers = [piece if isinstance(piece, Piece) else Piece(piece, answer=True) for piece in pieces]
    return for_the_ear(answers, lambda: "Mehr steht auf dem Bildschirm.")


def test_of_a_long_answer_two_sentences_are_said_and_where_the_rest_is() -> None:
    assert ear("Das ist eins. Das ist zwei. Das ist drei. Das ist vier. Das ist fünf.") == (
        "Das ist eins. Das ist zwei. Mehr steht auf dem Bildschirm.",
        "Das ist drei. Das ist vier. Das ist fünf.",
    )


@pytest.mark.parametrize("answer", ["", "Eins.", "Eins. Zwei.", "Eins. Zwei. Drei.", "Zeile\nZeile."])
def test_a_short_answer_is_said_to_its_end(answer: str) -> None:
    assert ear(answer) == (answer, "")


def test_a_question_after_an_answer_is_always_said() -> None:
    asked = Piece("Das ist keine Antwort. Sie steht nicht da. Sie wird ganz gesagt. Wohnen Sie hier?")
    said, rest = ear("Eins ist lang. Zwei ist lang. Drei ist auch lang. Vier ist lang.", asked)
    assert said == f"Eins ist lang. Zwei ist lang. Mehr steht auf dem Bildschirm. {asked.text}"
    assert rest == "Drei ist auch lang. Vier ist lang."


def test_a_heading_goes_with_its_first_line_and_a_long_list_is_not_begun_after_something_else() -> None:
    days = ["Montag von 8 bis 12 Uhr.", "Dienstag von 8 bis 12 Uhr.", "Mittwoch von 8 bis 12 Uhr."]
    assert ear("So ist geöffnet:", *days) == (
        "So ist geöffnet: Montag von 8 bis 12 Uhr. Dienstag von 8 bis 12 Uhr. Mittwoch von 8 bis 12 Uhr.",
        "",
    )
    assert ear("Jetzt ist geöffnet.", "So ist geöffnet:", *days) == (
        "Jetzt ist geöffnet. Mehr steht auf dem Bildschirm.",
        "So ist geöffnet: " + " ".join(days),
    )


@pytest.mark.parametrize("lang", COMPLETE)
async def test_ways_and_hours_are_at_most_two_sentences_for_the_ear(lang: str) -> None:
    """Plain German has shorter ones: of its ways the last is said, too, where no more is left than that."""
    offer = TEXTS.get(lang, "screen.read_on")
    house = TownHall(musterstadt.catalogue(), TEXTS)
    answers = {
        place.id: await house.messages("directions", "", place=place.id)
        for place in musterstadt.catalogue().town.places
    }
    asked = ("zimmer 12", "zimmer 104", "zimmer 204", "zimmer 215")
    answers |= {said: await house.messages("directions", said) for said in asked}
    asked = ("öffnungszeiten", "haben sie auf", "haben sie nachmittags auf", "haben sie am samstag auf")
    answers |= {said: await house.messages("opening_hours", said) for said in asked}
    for name, messages in answers.items():
        pieces = [
            Piece(TEXTS.get(lang, message["key"], **message["params"]), answer=True)
            for message in messages
            if message["do"] == "say"
        ]
        heard, rest = for_the_ear(pieces, lambda: offer)
        whole = " ".join(piece.text for piece in pieces)
        assert heard.endswith(offer) if rest else heard == whole
        assert rest in whole
        sentences = len(spans(heard.removesuffix(offer)))
        assert sentences <= (2 if rest else 4 if lang == "leicht" else 3), heard
        if name in OFFICES and lang != "leicht":
            assert sentences == 2, heard


@pytest.mark.parametrize("lang", COMPLETE)
@pytest.mark.parametrize("service", musterstadt.catalogue().services)
def test_of_what_a_service_tells_at_most_two_sentences_are_said_beside_the_offer(
    lang: str, service: str
) -> None:
    offer = TEXTS.get(lang, "screen.read_on")
    lines = [
        TEXTS.get(lang, f"{service}.info.{line.id}.text", date="=date:2026-11-24")
        for line in musterstadt.catalogue().service(service).info
    ]
    heard, rest = for_the_ear([Piece(" ".join(lines), answer=True)], lambda: offer)
    assert not rest or len(spans(heard.removesuffix(offer))) <= 2


async def ask_hours(hall: Hall) -> Talk:
    """In the middle of a question somebody asks for the opening hours."""
    limits = hall.conductor.limits
    limits.allowed = limits.allowed.model_copy(update={"silence_s": 300, "warning_s": 60})
    hall.dialogue.replies["öffnungszeiten"] = [*HOURS, AGAIN]
    await hall.begun()
    await hall.conductor.citizen.on_screen(Type(text="öffnungszeiten", visitor=hall.view.visitor))
    await hall.shows(lambda view: view.caption.endswith(QUESTION))
    return hall.conductor.talk


async def test_the_screen_shows_all_of_an_answer_of_which_the_beginning_is_said(hall: Hall) -> None:
    talk = await ask_hours(hall)
    view = await hall.shows(lambda view: view.aside is not None)
    assert "bis 16:00 Uhr" in view.caption
    assert any(f"{offer} {QUESTION}" in view.caption for offer in OFFERS)
    assert "Freitag" not in view.caption
    assert isinstance(view.aside, Info)
    assert "16:00" in view.aside.text
    assert "Freitag von 8:00 bis 12:30 Uhr" in view.aside.text
    assert [button.id for button in view.offers] == [READ_ON]
    assert talk.rest.endswith("Freitag von 8:00 bis 12:30 Uhr.")


@pytest.mark.parametrize("how", ["said", "tapped"])
async def test_whoever_wants_to_hear_the_rest_hears_it_and_from_then_on_everything(
    hall: Hall, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await ask_hours(hall)
    heard: list[str] = []
    monkeypatch.setattr(talk, "read", heard.append)
    rest, caption = talk.rest, hall.view.caption
    if how == "said":
        await hall.conductor.citizen.heard("weiter vorlesen", barge_in=False)
    else:
        await hall.conductor.citizen.on_screen(Tap(id=READ_ON, visitor=hall.view.visitor))
    assert heard == [rest]
    assert hall.conductor.screen.view().offers == []
    assert hall.conductor.screen.caption == caption
    await hall.conductor.citizen.on_screen(Type(text="öffnungszeiten", visitor=hall.view.visitor))
    await hall.shows(lambda view: "Freitag" in view.caption and view.caption.endswith(QUESTION))
    assert talk.rest == ""


async def test_what_was_said_can_be_repeated_and_the_rest_can_still_be_heard(hall: Hall) -> None:
    talk = await ask_hours(hall)
    caption, rest = talk.last, talk.rest
    hall.dialogue.replies["/repeat"] = [{"do": "act", "what": "repeat"}]
    talk.say_beside("Sind Sie noch da?")
    await hall.shows(lambda view: view.caption == "Sind Sie noch da?")
    await hall.conductor.citizen.on_screen(Tap(id="nav:repeat", visitor=hall.view.visitor))
    view = await hall.shows(lambda view: view.caption == caption)
    assert talk.rest == rest
    assert READ_ON in [button.id for button in view.offers]


@pytest.mark.parametrize("how", ["headset", "keypad", "cannot read"])
async def test_whoever_cannot_see_the_screen_hears_everything(hall: Hall, how: str) -> None:
    hall.dialogue.replies["ich kann nicht lesen"] = [{"do": "say", "key": "desk.reading"}, AGAIN]
    await hall.begun()
    citizen = hall.conductor.citizen
    match how:
        case "headset":
            hall.conductor.screen.headset = True
        case "keypad":
            await citizen.on_screen(Read(text="Knopf: Weiter", personal=False, visitor=hall.view.visitor))
        case _:
            await citizen.on_screen(Type(text="ich kann nicht lesen", visitor=hall.view.visitor))
            await hall.shows(lambda view: view.caption.endswith(QUESTION))
    talk = hall.conductor.talk
    limits = hall.conductor.limits
    limits.allowed = limits.allowed.model_copy(update={"silence_s": 300, "warning_s": 60})
    hall.dialogue.replies["öffnungszeiten"] = [*HOURS, AGAIN]
    await citizen.on_screen(Type(text="öffnungszeiten", visitor=hall.view.visitor))
    await hall.shows(lambda view: "Freitag" in view.caption)
    assert talk.rest == ""
    await talk.reset()
    assert not talk.whole
