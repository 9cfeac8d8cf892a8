"""The screen: numbered views, and everything that can be tapped can be said."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from robot.visit.screen import Screen, plain, spoken_button
from robot.web.view import Button, Choices, Info, KioskView, Welcome


def screen() -> Screen:
    return Screen(town="Musterstadt", panel=Info(title="t"))


async def test_many_changes_in_one_turn_are_one_view() -> None:
    shown: list[KioskView] = []
    it = screen()
    it.listen(shown.append)
    it.caption = "a"
    it.changed()
    it.caption = "b"
    it.changed()
    await asyncio.sleep(0)
    assert [view.caption for view in shown] == ["b"]
    assert shown[0].seq == 1


async def test_who_stops_listening_gets_nothing_more() -> None:
    shown: list[KioskView] = []
    it = screen()
    it.listen(shown.append)()
    it.changed()
    await asyncio.sleep(0)
    assert shown == []


async def test_a_notice_is_shown_once_and_taken_back() -> None:
    it = screen()
    it.notice("printer", "Kein Papier.", "warning")
    assert [notice.text for notice in it.view().notices] == ["Kein Papier."]
    it.notice("printer", "")
    assert it.view().notices == []


def test_a_button_is_found_by_its_label_and_by_its_other_names() -> None:
    buttons = [Button(id="a", label="Ja, bitte lesen", say="ja|einverstanden"), Button(id="b", label="Nein")]
    for words, expected in (("ja bitte lesen", "a"), ("einverstanden", "a"), ("nein", "b")):
        found = spoken_button(words, buttons)
        assert found is not None
        assert found.id == expected
    assert spoken_button("vielleicht", buttons) is None


def test_silence_names_no_button() -> None:
    assert spoken_button("", [Button(id="a", label="Ja"), Button(id="b", label="→")]) is None


def test_a_no_to_the_question_about_the_end_is_no_answer_to_the_one_behind_it() -> None:
    it = screen()
    it.panel = Choices(title="?", options=[Button(id="y", label="Ja"), Button(id="n", label="Nein")])
    named = spoken_button("nein", it.buttons())
    assert named
    assert named.id == "n"
    it.offers = [Button(id="end", label="Ja, beenden"), Button(id="on", label="Nein, weitermachen")]
    assert spoken_button("nein", it.buttons()) is None
    assert spoken_button("ja", it.buttons()) is None
    named = spoken_button("nein, weitermachen", it.buttons())
    assert named
    assert named.id == "on"


def test_the_sentence_on_a_card_is_heard_whole_and_its_name_is_a_tap() -> None:
    it = screen()
    card = Button(id="directions", label="Wegweiser", say="Wo ist das Bürgerbüro?")
    it.panel = Welcome(title="t", text="", services=[card])
    assert spoken_button("wo ist das bürgerbüro", it.buttons()) is None
    assert spoken_button("wegweiser", it.buttons()) is not None


def test_choices_offers_and_navigation_can_all_be_said() -> None:
    it = screen()
    it.panel = Choices(title="?", options=[Button(id="o", label="Verloren")])
    it.offers = [Button(id="f", label="Beenden")]
    it.nav = [Button(id="n", label="Zurück")]
    assert [button.id for button in it.buttons()] == ["o", "f", "n"]


@given(st.text(max_size=40))
def test_plain_words_stay_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
