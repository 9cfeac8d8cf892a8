"""The citizen's page in a real browser, against the wire."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, serving, showing
from tests.kiosk_ui.test_pictures import ADD, REMOVE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = kiosk_screens()

# further down than before, and the button knows whether there is more; looked for at every frame: the page's
# policy forbids what Playwright waits with
SCROLLED = """(before) => new Promise((done) => {
  const look = () => {
    const box = document.querySelector('.panel__body');
    const end = box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
    const knows = document.querySelector("[data-id='scroll:down']").disabled === end;
    box.scrollTop > before && knows ? done(true) : requestAnimationFrame(look);
  };
  look();
})"""


async def begin(page: Page, robot: StandIn, name: str) -> None:
    robot.view = SCREENS[name]
    await page.goto("/")
    await showing(page, robot.view)


async def test_a_reloaded_page_is_the_same_screen_and_another_tab_is_another(page: Page, robot: StandIn):
    await begin(page, robot, "idle")
    await page.reload()
    await showing(page, robot.view)
    other = await page.context.new_page()
    await other.goto("/")
    await showing(other, robot.view)
    first, again, another = [event["screen"] for event in robot.events if event["type"] == "hello"]
    assert first == again != another
    assert re.fullmatch(r"[0-9a-f]{32}", first)


async def test_what_was_typed_arrives_before_the_tap_that_follows_it(page: Page, robot: StandIn):
    await begin(page, robot, "form")
    await page.fill("[data-field=street] input", "Am Markt 1")
    await page.click("button[data-id=submit]")
    await robot.event(lambda event: event["type"] == "tap")
    kinds = [(event["type"], event.get("value", event.get("id"))) for event in robot.events]
    assert kinds.index(("set", "Am Markt 1")) < kinds.index(("tap", "submit"))


async def test_a_date_is_typed_on_the_number_pad_without_dots(page: Page, robot: StandIn):
    await begin(page, robot, "form")
    await page.fill("[data-field=birth_date] input", "")
    await page.focus("[data-field=birth_date] input")
    for digit in "12081964":
        await page.click(f'[data-id="key:{digit}"]')
    await page.click('[data-id="key:done"]')
    await robot.event(lambda event: event.get("value") == "12.08.1964")
    await expect(page.locator("[data-part=keyboard]")).to_have_count(0)


async def test_a_tap_on_the_form_counts_while_the_keys_go_away(page: Page, robot: StandIn):
    await begin(page, robot, "form")
    await page.focus("[data-field=street] input")
    await page.wait_for_selector("[data-part=keyboard]")
    await page.click("button[data-id=submit]", delay=120)
    await robot.event(lambda event: event.get("id") == "submit")
    await expect(page.locator("[data-part=keyboard]")).to_have_count(0)


async def test_a_lost_line_is_told_and_the_visit_goes_on_where_it_was(page: Page, robot: StandIn):
    await begin(page, robot, "choices")
    async with serving(robot) as address:
        await page.goto(address)
        await showing(page, robot.view)
        port = int(address.rsplit(":", 1)[1])
    await page.wait_for_selector("[data-part=connecting]")
    await robot.show(SCREENS["checklist"])
    async with serving(robot, port):
        await showing(page, robot.view)
        await expect(page.locator("[data-part=connecting]")).to_have_count(0)
        await page.goto("about:blank")


async def test_a_touch_anywhere_tells_that_somebody_is_there_but_not_at_every_finger(
    page: Page, robot: StandIn
):
    await begin(page, robot, "idle")
    for _ in range(3):
        await page.mouse.click(500, 400)
    await page.click("button[data-id=opening_hours]")
    await robot.event(lambda event: event["type"] == "tap")
    assert [event["type"] for event in robot.events].count("touch") == 1


async def test_the_page_obeys_a_policy_without_inline_code(page: Page, robot: StandIn, complaints: list[str]):
    await begin(page, robot, "idle")
    for view in {view.panel.kind: view for view in SCREENS.values()}.values():  # each kind of panel
        await robot.show(view)
        await showing(page, robot.view)
    assert complaints == []


async def test_a_long_press_and_a_pinch_change_nothing(page: Page, robot: StandIn):
    await begin(page, robot, "choices")
    prevented = await page.evaluate(
        """() => ['contextmenu', 'dragstart'].every((kind) => {
            const event = new Event(kind, {bubbles: true, cancelable: true});
            return !document.querySelector('h1').dispatchEvent(event);
        })"""
    )
    assert prevented
    style = await page.evaluate(
        """[getComputedStyle(document.querySelector('h1')).userSelect,
            getComputedStyle(document.documentElement).touchAction]"""
    )
    assert style == ["none", "pan-x pan-y"]


async def test_the_time_limit_takes_the_focus_and_gives_it_back(page: Page, robot: StandIn):
    await begin(page, robot, "form")
    await page.focus("[data-field=street] input")
    await robot.show(SCREENS["warning"])
    await page.wait_for_selector("[data-part=warning]")
    await expect(page.locator("button[data-id=extend]")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("button[data-id=extend]")).to_be_focused()
    await page.keyboard.press("Enter")
    await robot.event(lambda event: event.get("id") == "extend")
    await robot.show(SCREENS["form"])
    await expect(page.locator("[data-field=street] input")).to_be_focused()


async def test_what_is_below_can_be_reached_by_tapping(page: Page, robot: StandIn):
    await page.emulate_media(reduced_motion="reduce")
    await begin(page, robot, "form")
    last = page.locator("[data-field=braille]")
    await expect(last).not_to_be_in_viewport()
    down = page.locator("[data-id='scroll:down']")
    await expect(down).to_be_enabled()
    while await down.is_enabled():
        top = await page.evaluate("document.querySelector('.panel__body').scrollTop")
        await down.click()
        await page.evaluate(SCROLLED, top)
    await expect(last).to_be_in_viewport()


async def test_a_panel_that_fits_again_has_no_buttons_any_more_that_scroll_it(page: Page, robot: StandIn):
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await begin(page, robot, "idle")
    buttons = page.locator("[data-id^='scroll:']")
    await expect(buttons).to_have_count(0)
    await page.evaluate(ADD, ".options { zoom: 1.5 !important }")
    await expect(buttons).to_have_count(2)
    await page.evaluate(REMOVE)  # beside the buttons there is less room, and the answers are longer
    await expect(buttons).to_have_count(0)
