"""One simulated world, one robot process, one browser and one clerk for all journeys."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any
from zlib import crc32

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import UPRIGHT, WIDE, Chromium, Screen
from simulator.world import World
from tests.journeys.house import ADMINISTRATOR, CLERK, PASSWORD, House, end_visit

HOUSES: list[House] = []
TWO_TRIES_S = 600  # the limit holds for a journey and its second try together


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys in another town or with shorter time limits come last: the robot is started anew for them."""
    items.sort(
        key=lambda item: "allowing" in getattr(item, "fixturenames", ()) or item.path.stem == "test_silence"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.timeout(TWO_TRIES_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After a journey that broke off anything may be: the next one finds the house started anew."""
    report = yield
    if report.failed:
        for house in HOUSES:
            house.disturbed = True
    return report


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("sim"), camera_port=0) as world:
        yield world


@pytest.fixture(scope="session")
def house(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), world)
    house.kiosk.start()
    for name, role in ((CLERK, "clerk"), (ADMINISTRATOR, "administrator")):
        house.account(name, role)
    HOUSES.append(house)
    yield house
    house.kiosk.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    browser = Chromium()
    browser.start()
    yield browser
    browser.stop()


@pytest.fixture
def robot(house: House, browser: Chromium) -> House:
    """The robot with patient time limits, in a world where all is well."""
    house.at_rest(browser)
    return house


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How the kiosk's screen stands: half of the journeys are upright, each always the same way."""
    return (UPRIGHT, WIDE)[crc32(request.node.name.encode()) % 2]


@pytest.fixture
def screen(robot: House, world: World, browser: Chromium, size: tuple[int, int]) -> Iterator[Screen]:
    """The kiosk's page; a visit that the test leaves open is ended by its own button."""
    screen = browser.screen(robot.url, width=size[0], height=size[1])
    try:
        screen.wait(lambda seen: seen.state == "idle" and seen.panel != "", "the kiosk's first screen")
        yield screen
        if robot.kiosk.alive:
            end_visit(screen)
    finally:
        world.presence(False)
        screen.close()


@pytest.fixture
def desk(robot: House) -> Iterator[StaffDesk]:
    """A clerk who is signed in."""
    desk = StaffDesk(robot.url)
    desk.sign_in(CLERK, PASSWORD)
    yield desk
    desk.close()


@pytest.fixture
def citizen(world: World, screen: Screen) -> Callable[..., Citizen]:
    """Makes the citizen of a scenario; `by` is "voice" or "touch"."""

    def make(scenario: str = "identity-card", **options: Any) -> Citizen:
        return Citizen(world, screen, load(scenario), **options)

    return make
