"""The floor plan: its data, its words, and how it comes and goes on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from dialogs.catalogue import Catalogue
from dialogs.client import Turn
from dialogs.languages import COMPLETE
from dialogs.protocol import Ask, Say, Show, Switch
from dialogs.texts import Texts
from robot.app import Robot
from robot.settings import load
from robot.visit.conductor import Conductor
from robot.web.plan import plan_panel
from robot.web.view import Choices, Info, PlanPanel, Tap, Welcome
from tests import musterstadt
from tests.dialogs.conftest import ROOT

TUESDAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return musterstadt.catalogue()


@pytest.fixture(scope="module")
def texts(catalogue: Catalogue) -> Texts:
    return musterstadt.texts()


def panel(catalogue: Catalogue, texts: Texts, place: str, lang: str = "de") -> PlanPanel:
    made = plan_panel(catalogue.town, partial(texts.get, lang), place, TUESDAY)
    assert made is not None
    return made


def test_the_plan_of_an_office_shows_both_floors_the_hours_of_today_and_the_telephone(
    catalogue: Catalogue, texts: Texts
) -> None:
    plan = panel(catalogue, texts, "registry_office")
    assert plan.title == "Ihr Weg: Standesamt"
    assert "in den ersten Stock" in plan.text
    assert plan.lines == ["Heute geöffnet: 8:30 bis 12:00 Uhr", "Telefon: 02270 115-104"]
    assert [floor.id for floor in plan.floors] == ["floor_0", "floor_1"]
    ground, first = plan.floors
    assert [mark.label for mark in ground.marks if mark.kind == "kiosk"] == ["Sie sind hier"]
    assert not any(room.goal for room in ground.rooms)
    assert [(room.label, room.name) for room in first.rooms if room.goal] == [("104", "Standesamt")]


def test_what_is_drawn_lies_on_the_paper(catalogue: Catalogue, texts: Texts) -> None:
    for place in catalogue.town.places:
        for floor in panel(catalogue, texts, place.id).floors:
            x, y, width, height = floor.view
            points = [*floor.way, *((mark.x, mark.y) for mark in floor.marks)]
            points += [(box.x + box.width, box.y + box.height) for box in (*floor.rooms, *floor.corridors)]
            for across, down in points:
                assert x <= across <= x + width, (place.id, floor.id)
                assert y <= down <= y + height, (place.id, floor.id)


def test_a_room_without_an_office_and_a_floor_have_their_plan(catalogue: Catalogue, texts: Texts) -> None:
    room = panel(catalogue, texts, "room_204", "en")
    assert (room.title, room.lines) == ("Your way: Room 204", [])
    assert [box.label for floor in room.floors for box in floor.rooms if box.goal] == ["204"]
    floor = panel(catalogue, texts, "floor_2")
    assert floor.floors[-1].title == "2. Stock: Sie steigen aus dem Aufzug"


@pytest.mark.parametrize("lang", COMPLETE)
def test_who_does_not_see_the_picture_has_the_way_in_words(
    catalogue: Catalogue, texts: Texts, lang: str
) -> None:
    plan = panel(catalogue, texts, "social_office", lang)
    for floor in plan.floors:
        assert plan.text in floor.desc
        assert floor.title


def test_a_place_that_is_not_there_has_no_plan(catalogue: Catalogue, texts: Texts) -> None:
    assert plan_panel(catalogue.town, partial(texts.get, "de"), "room_999", TUESDAY) is None


# --- on the screen --------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def conductor(tmp_path: Path) -> AsyncIterator[Conductor]:
    """A kiosk without devices whose visitor has just come."""
    settings = tmp_path / "lotse.toml"
    settings.write_text(
        f"""
[town]
name = "Musterstadt"
services = "{ROOT}/dialogs/services"
facts = "{ROOT}/town/musterstadt.yml"
[store]
url = "sqlite:///{tmp_path}/lotse.sqlite"
key_file = "{tmp_path}/lotse.key"
[rasa]
url = "http://127.0.0.1:9"
[speech]
model_de = "{ROOT}/models/vosk-model-de-kiosk"
microphone = "none"
speaker = "none"
[cards]
pcscd_socket = "none"
"""
    )
    robot = Robot(load(settings))
    robot.conductor.course.begin()
    yield robot.conductor
    await robot.conductor.close()


ANSWER = Say(key="hours.house")
SHOW = Show(place="registry_office")


async def told(conductor: Conductor, *messages: Say | Show | Ask | Switch) -> None:
    assert conductor.visit
    await conductor.answers.act(
        conductor.visit, "wo ist das standesamt", Turn(list(messages), intent="directions")
    )


async def test_the_plan_stands_in_the_middle_and_goes_back_to_the_beginning(conductor: Conductor) -> None:
    for close in ("plan:close", "nav:go_back"):
        await told(conductor, ANSWER, SHOW)
        assert isinstance(conductor.screen.panel, PlanPanel)
        await conductor.citizen.on_screen(Tap(id=close))
        assert isinstance(conductor.screen.panel, Welcome)


async def test_a_question_in_between_stays_on_the_screen_until_the_plan_is_opened(
    conductor: Conductor,
) -> None:
    question = Ask(service="identity_card", slot="reason")
    await told(conductor, question)
    await told(conductor, ANSWER, SHOW, question)
    screen = conductor.screen
    assert isinstance(screen.panel, Choices)
    assert isinstance(screen.aside, Info)
    assert "in den ersten Stock" in screen.aside.text
    await conductor.citizen.on_screen(Tap(id="plan:open"))
    assert isinstance(screen.panel, PlanPanel)
    await conductor.citizen.on_screen(Tap(id="plan:close"))
    assert isinstance(screen.panel, Choices)
    await told(conductor, ANSWER, SHOW, question)
    await told(conductor, Ask(service="identity_card", slot="age_group"))
    assert screen.aside is None


async def test_the_plan_changes_its_language_with_the_visit(conductor: Conductor) -> None:
    await told(conductor, ANSWER, SHOW)
    await conductor.course.switch("en")
    plan = conductor.screen.panel
    assert isinstance(plan, PlanPanel)
    assert plan.title == "Your way: Registry Office"


async def test_a_visitor_who_goes_leaves_no_plan_behind(conductor: Conductor) -> None:
    await told(conductor, ANSWER, SHOW)
    await conductor.course.end("left")
    assert not isinstance(conductor.screen.panel, PlanPanel)
    assert conductor.panels.plan == ""
