"""A town that allows passports: the chip fills the form, and the clerk is told whether it is genuine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator.card.pki import pki
from simulator.citizens.clerk import Clerk, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import Scenario, Scene, load
from simulator.citizens.screen import Chromium, Screen
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, PATIENT, House, write_settings
from tests.journeys.test_identity_card import case_of, values


@pytest.fixture(scope="module")
def allowing(house: House, world: World) -> Iterator[House]:
    """The house with a town that allows passports and knows the specimen states' issuers."""
    house.kiosk.stop()
    house.visit = dict(PATIENT)
    write_settings(house.file, world, house.visit, house.web, house.rasa)
    text = house.file.read_text(encoding="utf-8")
    assert "allow_unattended = []" in text
    house.file.write_text(
        text.replace("allow_unattended = []", 'allow_unattended = ["passport"]'), encoding="utf-8"
    )
    (house.folder / "list.ml").write_bytes(pki().master_list)
    (house.folder / "root.cer").write_bytes(pki().csca["DE"].der)
    house.kiosk.command(
        "trust", "import", str(house.folder / "list.ml"), "--root", str(house.folder / "root.cer")
    )
    house.kiosk.start()
    yield house
    house.visit = {}  # these settings are no other journey's


# looked for at every frame: the page's policy forbids what Playwright waits with
UNDER_WAY = """new Promise((done) => {
  const look = () => {
    const percent = Number(document.querySelector('[role=progressbar]')?.ariaValueNow);
    percent > 0 && percent < 100 ? done(percent) : requestAnimationFrame(look);
  };
  look();
})"""


def with_passport() -> Scenario:
    """The identity-card request of somebody who lays a passport down and agrees to everything."""
    scenario = load("identity-card")
    scenes = [
        replace(
            scene,
            acts=tuple(
                {"lay": "passport"} if "lay" in act else act for act in scene.acts if "card" not in act
            ),
        )
        for scene in scenario.scenes
    ]
    chip = Scene("Chip", {"panel": "consent", "title": "Chip"}, ({"tap": "consent"},))
    return replace(scenario, persona="reisepass", scenes=(chip, *scenes))


def test_16a_passg_the_chip_of_a_passport_fills_the_form_and_the_clerk_reads_that_it_is_genuine(
    allowing: House, robot: House, world: World, screen: Screen, desk: StaffDesk, browser: Chromium
) -> None:
    visitor = Citizen(world, screen, with_passport(), by="touch")
    visitor.arrive()
    visitor.live(until="chip")
    world.reader.insert("passport_gm", persona="reisepass", faults=("slow_106",))

    assert 0 < screen.do(lambda page: page.evaluate(UNDER_WAY)) < 100
    visitor.live()
    world.reader.remove()
    visitor.leave()

    case = case_of(desk, visitor.journey.number)
    found = values(case)
    assert found["surname"][1] == "chip", found["surname"]
    assert found["birth_date"] == (f"{visitor.who.birth_date:%d.%m.%Y}", "chip")
    assert found["street"][1] == "typed"
    assert any("echt und unverändert" in note for note in case["notes"]), case["notes"]
    assert any("Original" in note for note in case["notes"])
    assert "notes" in desk.now()["shreds"][0]["wiped"]
    assert visitor.who.surname.encode() not in robot.on_disk()
    assert visitor.who.documents["passport"].number.encode() not in robot.on_disk()

    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    page = clerk.open_case(visitor.journey.number)
    assert "aus dem Chip" in page
    assert "echt und unverändert" in page
    clerk.close()


def test_18a_pauswg_in_the_same_town_an_identity_card_is_only_recognised(
    allowing: House, robot: House, world: World, screen: Screen
) -> None:
    visitor = Citizen(world, screen, load("identity-card"), by="touch")
    visitor.arrive()
    world.reader.insert("german_id")
    screen.wait(
        lambda seen: any("§ 18a PAuswG" in notice and "Kamera" in notice for notice in seen.notices),
        "why the card is not read, and what happens instead",
    )
    assert {apdu[1] for apdu in world.reader.trace} <= {0xA4, 0xB0}
