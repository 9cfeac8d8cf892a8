"""How a visitor sets the screen: each switch can be tapped and said, and says its opposite when it is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.languages import HEARD, LANGUAGES
from robot.visit.display import PACES, SWITCHES, menu, shown, turned
from robot.visit.screen import Screen, spoken_button
from robot.web.view import Display, Info
from tests.musterstadt import texts

ROOT = Path(__file__).resolve().parents[3]
TEXTS = texts()


def screen(lang: str = "de") -> Screen:
    it = Screen(town="Musterstadt", panel=Info(title="t"))
    it.display_menu = menu(lambda key: TEXTS.get(lang, key), lambda key: TEXTS.all(lang, key))
    return it


def said(it: Screen, words: str) -> str:
    button = spoken_button(words, it.buttons())
    return button.id if button else ""


def test_each_switch_is_turned_over_and_back() -> None:
    for name in ("large", "high", "dark", "low", "still"):
        on = turned(Display(), name)
        assert on != Display()
        assert turned(on, name) == Display()
    assert turned(Display(), "upside_down") == Display()


def test_strong_contrast_and_dark_take_each_others_place() -> None:
    dark = turned(turned(Display(), "high"), "dark")
    assert dark.contrast == "dark"
    menu_now = {toggle.id: toggle.on for toggle in shown(screen().display_menu, dark, private=False)}
    assert menu_now["display:dark"]
    assert not menu_now["display:high"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_has_its_own_words_in_every_language(lang: str) -> None:
    toggles = screen(lang).toggles()
    assert [toggle.id for toggle in toggles] == [
        *(f"display:{name}" for name in SWITCHES),
        *(f"voice:{name}" for name in PACES),
    ]
    assert len({toggle.label for toggle in toggles}) == len(toggles)
    if lang not in ("de", "leicht"):
        german = {toggle.label for toggle in screen().toggles()}
        assert not german & {toggle.label for toggle in toggles}


@pytest.mark.parametrize("lang", HEARD)
def test_every_switch_can_be_said_and_said_back(lang: str) -> None:
    it = screen(lang)
    for off in it.toggles():
        # louder and slower are the dialogue's: it says the question again so
        assert said(it, off.label) == (off.id if off.say else "")
    assert [toggle.id for toggle in it.toggles() if not toggle.say] == ["voice:louder", "voice:slower"]
    it.display, it.private = Display(text="large", contrast="high", low=True, still=True), True
    for on in it.toggles():
        if on.on:
            assert said(it, on.say.split("|")[0]) == on.id


def test_who_asks_again_for_large_text_keeps_it() -> None:
    it = screen()
    assert said(it, "große Schrift") == "display:large"
    it.display = turned(it.display, "large")
    assert said(it, "große Schrift") == ""
    assert said(it, "kleine Schrift") == "display:large"


def test_the_view_carries_the_switches_as_they_stand() -> None:
    it = screen()
    it.private = True
    view = it.view()
    assert {toggle.id for toggle in view.display_menu if toggle.on} == {"display:private"}
    assert view.display == Display()
