"""What stands around every panel, in a real browser: always in the same place, and low for who sits."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from robot.web.view import Display
from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, serving, showing

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = kiosk_screens()
SIZES = ((1080, 1920), (1920, 1080))

# where each button of the foot stands, to a pixel
PLACES = """() => Object.fromEntries([...document.querySelectorAll('.bar button')].map((button) => {
  const {x, y, width, height} = button.getBoundingClientRect();
  return [button.dataset.id, [x, y, width, height].map(Math.round)];
}))"""

# what can be tapped, and begins above the middle of the screen
HIGH = """() => [...document.querySelectorAll('button, input, select')]
  .filter((part) => part.getClientRects().length && !part.closest('.panel__body, .caption'))
  .filter((part) => part.getBoundingClientRect().top < innerHeight / 2 - 1)
  .map((part) => part.dataset.id || part.tagName)"""


async def test_the_foot_stands_in_the_same_place_on_every_screen(page: Page, robot: StandIn):
    await page.emulate_media(reduced_motion="reduce")
    await page.goto("/")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        seen: dict[str, set[tuple[int, ...]]] = {}
        for name in ("idle", "choices", "form", "review", "ticket", "notices", "aside"):
            await robot.show(SCREENS[name])
            await showing(page, robot.view)
            for button, place in (await page.evaluate(PLACES)).items():
                seen.setdefault(button, set()).add(tuple(place))
        assert {"nav:go_back", "nav:repeat", "nav:help", "nav:stop", "plain", "languages", "display"} == set(
            seen
        )
        assert {button: places for button, places in seen.items() if len(places) > 1} == {}


async def test_who_sits_reaches_everything_in_the_lower_half(page: Page, robot: StandIn):
    await page.emulate_media(reduced_motion="reduce")
    await page.goto("/")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        for name in ("welcome", "choices", "offers", "form", "review", "ticket", "feedback"):
            await robot.show(SCREENS[name].model_copy(update={"display": Display(low=True)}))
            await showing(page, robot.view)
            assert (name, width, await page.evaluate(HIGH)) == (name, width, [])


async def test_a_page_that_lost_its_line_in_a_visit_says_so_when_it_is_back(page: Page, robot: StandIn):
    robot.view = SCREENS["arabic"].model_copy(update={"visitor": 4712})
    async with serving(robot) as address:
        await page.goto(address)
        await showing(page, robot.view)
        port = int(address.rsplit(":", 1)[1])
    await page.wait_for_selector("[data-part=connecting]")
    robot.view = SCREENS["idle"]
    async with serving(robot, port):
        await showing(page, robot.view)
        await page.goto("about:blank")
    first, again = [event for event in robot.events if event["type"] == "hello"]
    assert "seen" not in first
    assert (again["seen"], again["lang"], again["screen"]) == (4712, "ar", first["screen"])


async def test_nobody_goes_back_to_where_the_browser_was_before(page: Page, robot: StandIn):
    robot.view = SCREENS["choices"]
    await page.goto("/")
    await showing(page, robot.view)
    loaded = await page.evaluate("performance.timeOrigin")
    for _ in range(3):
        await page.evaluate("new Promise((gone) => { addEventListener('popstate', gone); history.back(); })")
    await robot.show(SCREENS["checklist"])
    await showing(page, robot.view)
    assert await page.evaluate("performance.timeOrigin") == loaded
