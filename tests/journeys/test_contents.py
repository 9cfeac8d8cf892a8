"""What an administrator changes in the page is what the next citizen sees and hears, without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.citizens.clerk import Clerk
from simulator.citizens.screen import Chromium, Screen
from simulator.world import World
from tests.journeys.house import House

pytestmark = pytest.mark.timeout(120)

PASSWORD = "noch ein langes Kennwort 47"
NOTICE = "Heute kommt das Bürgerbüro ohne Termin aus."
WAY = "Immer der blauen Linie nach."
SHOWN = "[data-part=message]:has-text('ohne Termin')"


@pytest.fixture
def administrator(robot: House, browser: Chromium) -> Iterator[Clerk]:
    """The administration, signed in at the page of contents."""
    robot.account("inhalte", "administrator", PASSWORD)
    clerk = Clerk(browser, robot.url)
    clerk.sign_in("inhalte", PASSWORD)
    yield clerk
    clerk.close()


def editor(page: Any, tab: str, name: str) -> Any:
    page.evaluate(f"location.hash = '#/content/{tab}'")
    return page.locator(f"#panel-{tab} [data-part=editor][data-name='{name}']")


def announce(page: Any) -> None:
    new = editor(page, "notice", "")
    new.locator("[data-field=text]").fill(NOTICE)
    new.locator("[data-id=save]").click()
    page.locator("[data-part=notice]", has_text=NOTICE).wait_for()


def way(page: Any, text: str) -> str:
    """Write another way to the registry office; the one that stood there."""
    page.locator("[data-tab=office]").click()
    page.locator("#panel-office [data-choose=office]").select_option("registry_office")
    office = editor(page, "office", "registry_office")
    before = str(office.locator("[data-field=way]").input_value())
    office.locator("[data-field=way]").fill(text)
    office.locator("[data-id=save]").click()
    office.locator("[data-part=saved]", has_text="Gespeichert").wait_for()
    return before


def take_down(page: Any) -> None:
    page.locator("[data-tab=notice]").click()
    row = page.locator("[data-part=notice]", has_text=NOTICE)
    row.locator("[data-id=withdraw]").click()
    row.wait_for(state="detached")


def test_a_message_and_a_new_way_are_shown_and_said_at_once_and_german_ones_are_marked(
    administrator: Clerk, screen: Screen, world: World
) -> None:
    page = administrator.screen
    page.do(announce)
    screen.do(lambda kiosk: kiosk.locator(SHOWN).wait_for())
    assert screen.do(lambda kiosk: kiosk.locator(f"{SHOWN} [lang=de]").count()) == 0

    # nobody has written it in Turkish: it stands there in German, and is read out as German
    screen.tap("languages")
    screen.tap("lang:tr")
    marked = screen.do(lambda kiosk: kiosk.locator(f"{SHOWN} [lang=de]").inner_text())
    assert marked == NOTICE
    page.do(take_down)

    before = page.do(lambda desk: way(desk, WAY))
    screen.tap("languages")
    screen.tap("lang:de")
    sounds = world.ears.now()
    screen.type("Wo ist das Standesamt?")
    screen.wait(lambda seen: WAY in seen.caption, "the new way, said")
    world.ears.wait_sound(sounds)
    assert page.do(lambda desk: way(desk, before)) == WAY
