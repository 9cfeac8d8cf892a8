"""The identity-card visit by touch alone: who does not hear it, and who reads another language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import WIDE, Screen, Seen
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import House
from tests.journeys.test_identity_card import case_of, values
from tests.journeys.test_languages import page_of
from tests.journeys.test_services import touching
from tests.kiosk_ui.looks import LAYOUT

OTHERS = ("tr", "uk", "ar", "ru", "pl", "fr")
TAGS = {
    "leicht": "de-simple",
    "en": "en-GB",
    **dict(zip(OTHERS, OTHERS, strict=True)),
}
STATIONS = ("choices", "checklist", "consent", "form", "review", "ticket", "feedback")
DEAF = "Ich höre gerade nichts."
NAV = ["nav:go_back", "nav:repeat", "nav:help", "nav:stop"]
BY_TOUCH = touching(
    "identity_card",
    [
        *(("reason", "expired"), ("age_group", "adult"), ("residence", "yes"), ("urgent", "no")),
        *(("photo", "counter"), ("delivery", "pickup")),
    ],
    ["old_card"],
)
GERMAN = re.compile(r"\b(Sie|Ihre?[mnrs]?|Bitte|und|oder|nicht|ist|Weiter|Zurück|Angaben|Ausweis)\b")
# what is German on purpose (laws, the town's name) is marked so for whoever reads it aloud
OTHER_WORDS = """() => {
  const page = document.querySelector('main').cloneNode(true);
  for (const german of page.querySelectorAll('[lang|=de]')) german.remove();
  return page.textContent;
}"""


def stations(citizen: Citizen) -> Iterator[Seen]:
    """Lives the visit from its first screen on, and stops at every station to look."""
    for panel in STATIONS:
        citizen.live(until=panel)
        yield citizen.screen.look()


def wrong_with(screen: Screen) -> list[str]:
    """What is cut off, covered or out of reach."""
    found: list[str] = screen.do(lambda page: page.evaluate(LAYOUT, NAV))
    return found


@pytest.fixture
def silence(robot: House, world: World) -> Iterator[None]:
    """The sound server is gone: nothing is heard, on either side."""
    world.sound.kill()
    until(lambda: not robot.heard(), 60, "The robot still listens.")
    yield
    world.sound.restart()
    until(robot.heard, 60, "The robot did not find its microphone again.")


class TestWithTheSoundOff:
    """BFSGV §6, EN 301 549 5.1.3: what is said can be read, what is asked can be tapped."""

    @pytest.fixture
    def size(self) -> tuple[int, int]:
        return WIDE

    def test_a_visit_by_touch_alone_has_every_question_in_writing(
        self, world: World, screen: Screen, desk: StaffDesk, silence: None
    ) -> None:
        visitor = Citizen(world, screen, load("identity-card"), by="touch")
        visitor.arrive()
        for seen in stations(visitor):
            assert seen.caption, seen.panel
            if seen.panel == "choices":
                assert seen.title in seen.caption
            assert DEAF in seen.text, seen.panel
            assert wrong_with(screen) == [], seen.panel
        visitor.live()
        visitor.leave()
        case = case_of(desk, visitor.journey.number)
        assert values(case)["birth_date"] == (f"{visitor.who.birth_date:%d.%m.%Y}", "mrz")


@pytest.mark.parametrize("lang", TAGS)
def test_a_visit_in_another_language_leads_to_a_number_and_no_german_word_is_on_the_way(
    world: World, screen: Screen, desk: StaffDesk, lang: str
) -> None:
    visitor = Citizen(world, screen, BY_TOUCH, by="touch")
    visitor.arrive()
    screen.tap("languages")
    screen.tap(f"lang:{lang}")
    screen.wait(lambda _: page_of(screen)[0] == TAGS[lang], f"the page in {lang}")
    for seen in stations(visitor):
        assert page_of(screen) == (TAGS[lang], "rtl" if lang == "ar" else "ltr")
        words: str = screen.do(lambda page: page.evaluate(OTHER_WORDS))
        assert lang == "leicht" or GERMAN.findall(words) == [], seen.panel
        assert wrong_with(screen) == [], seen.panel
    visitor.live()
    visitor.leave()
    case = case_of(desk, visitor.journey.number)
    assert case["language"] == lang
    assert values(case)["surname"] == (visitor.who.surname, "typed")
    assert page_of(screen) == ("de", "ltr")
