"""A finger that rests on something while the screen changes: what lies under it is what is tapped."""

import pytest
from playwright.async_api import Page, expect

from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, showing

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = kiosk_screens()
IDLE = SCREENS["idle"]
BEGUN = IDLE.model_copy(update={"state": "visit", "nav": SCREENS["choices"].nav, "caption": "Guten Tag!"})
TILE = "button[data-id=identity_card]"
GOODBYE = "Auf Wiedersehen!"
SENTENCE = "[data-part=type] input"


async def begin(page: Page, robot: StandIn) -> None:
    robot.view = IDLE
    await page.goto("/")
    await showing(page, robot.view)


async def middle(page: Page, selector: str) -> tuple[float, float]:
    box = await page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_tile_is_tapped_though_the_visit_begins_under_the_finger(page: Page, robot: StandIn) -> None:
    await begin(page, robot)
    await page.mouse.move(*await middle(page, TILE))
    await page.mouse.down()
    await robot.event(lambda event: event["type"] == "touch")
    await robot.show(BEGUN)
    await page.mouse.up()
    tap = await robot.event(lambda event: event["type"] == "tap")
    assert tap["id"] == "identity_card"
    await showing(page, robot.view)  # and the view comes when the finger is lifted


async def test_a_fingertip_on_glass_taps_what_it_has_touched(page: Page, robot: StandIn) -> None:
    await begin(page, robot)
    glass = await page.context.new_cdp_session(page)
    await glass.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = await middle(page, TILE)
    tip = [{"x": x, "y": y}]
    await glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": tip})
    await robot.event(lambda event: event["type"] == "touch")
    await robot.show(BEGUN)
    await glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tap = await robot.event(lambda event: event["type"] == "tap")
    assert tap["id"] == "identity_card"
    await showing(page, robot.view)


async def test_a_finger_that_does_not_leave_holds_the_screen_for_a_moment_only(
    page: Page, robot: StandIn
) -> None:
    await begin(page, robot)
    await page.mouse.move(*await middle(page, TILE))
    await page.mouse.down()
    await robot.event(lambda event: event["type"] == "touch")
    await robot.show(BEGUN)
    await showing(page, robot.view)
    await page.mouse.up()


async def test_who_touches_the_line_to_write_on_the_first_screen_can_write_at_once(
    page: Page, robot: StandIn
) -> None:
    await begin(page, robot)
    await page.click(SENTENCE)
    await robot.event(lambda event: event["type"] == "touch")
    await page.keyboard.type("Aus")
    await robot.show(BEGUN)
    await showing(page, robot.view)
    await expect(page.locator(SENTENCE)).to_be_focused()
    await page.keyboard.type("weis")
    await page.keyboard.press("Enter")
    typed = await robot.event(lambda event: event["type"] == "text")
    assert typed["text"] == "Ausweis"


async def test_what_one_visitor_began_to_write_is_gone_for_the_next(page: Page, robot: StandIn) -> None:
    await begin(page, robot)
    await page.fill(SENTENCE, "Mein Ausweis ist w")
    await robot.show(BEGUN.model_copy(update={"visitor": 7}))
    await showing(page, robot.view)
    await expect(page.locator(SENTENCE)).to_have_value("")
    await page.click(TILE)
    tap = await robot.event(lambda event: event["type"] == "tap")
    assert tap["visitor"] == 7  # the robot knows for whom it was meant


async def test_the_next_one_touches_the_goodbye_and_it_is_told_at_once(page: Page, robot: StandIn) -> None:
    await page.clock.install()
    await begin(page, robot)
    await page.mouse.click(500, 400)
    await robot.event(lambda event: event["type"] == "touch")
    following = IDLE.visitor + 1
    await robot.show(IDLE.model_copy(update={"state": "goodbye", "caption": GOODBYE, "visitor": following}))
    await showing(page, robot.view)
    await page.clock.fast_forward(700)  # longer than a finger trembles, sooner than another touch is told
    await page.mouse.click(500, 400)
    await robot.event(lambda event: event["type"] == "touch" and event["visitor"] == following)
