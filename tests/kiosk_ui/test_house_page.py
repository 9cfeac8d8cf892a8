"""The board of the kiosks in a real browser: on a phone and on a wall, in both languages, and after sleep."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from robot.web.staff_view import Me
from tests.kiosk_ui.looks import findings
from tests.kiosk_ui.stand_in import StandIn
from tests.kiosk_ui.test_staff_page import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = {"phone": (360, 780), "desk": (1280, 900), "wall": (1920, 1080)}
SMALL = """() => [...document.querySelectorAll('main button, main a, main summary, main input, main select')]
  .filter((e) => e.getClientRects().length && !e.closest('label'))
  .map((e) => [e.dataset.id || e.textContent, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([name, box]) => `${name}: ${box.width}×${box.height}`)"""
# that the page says it is stale: it does for a quarter of a second, then it has a line again
WATCH = """() => {
  const house = document.querySelector('[data-part=house]');
  window.stale = new Promise((seen) => {
    const look = () => house.dataset.live === 'false' && seen(true);
    new MutationObserver(look).observe(house, {attributes: true, attributeFilter: ['data-live']});
  });
}"""
ASKED = """window.asked = 0;
Object.defineProperty(Notification, 'requestPermission', {value: () => {
  window.asked += 1;
  return Promise.resolve('default');
}});"""


@pytest_asyncio.fixture(loop_scope="session")
async def house(page: Page, robot: StandIn) -> AsyncIterator[Page]:
    robot.me = Me.model_validate(robot.me.model_dump() | {"rights": [*robot.me.rights, "kiosk"]})
    await page.add_init_script(ASKED)
    await page.goto("/staff#/house")
    await sign_in(page)
    await page.wait_for_selector("[data-part=glance]")
    yield page


async def test_the_board_fits_every_screen_and_axe_finds_nothing(house: Page) -> None:
    for summary in await house.locator("main summary").all():
        await summary.click()
    for language in ("de", "en"):
        for width, height in SIZES.values():
            await house.set_viewport_size({"width": width, "height": height})
            assert await house.evaluate("document.documentElement.scrollWidth") <= width
            assert await house.evaluate(SMALL) == []
        assert await findings(house) == [], language
        await house.click("[data-id=language]")


async def test_what_is_urgent_stands_on_top_of_a_phone(house: Page, robot: StandIn) -> None:
    await house.set_viewport_size({"width": 360, "height": 780})
    await house.evaluate("scrollTo(0, 0)")
    await expect(house.locator("[data-part=glance]")).to_have_attribute("data-state", "alarm")
    await expect(house.locator("[data-part=glance] [data-id=alarm-help]")).to_be_in_viewport()
    await expect(house).to_have_title(re.compile(r"^\(3\) "))
    async with house.expect_response("**/acknowledge"):
        await house.locator("[data-part=glance] [data-id=acknowledge]").first.click()
    assert robot.posts == [("alarms/paper-1/acknowledge", {})]


async def test_nobody_is_asked_for_notifications_before_they_want_them(house: Page) -> None:
    assert await house.evaluate("window.asked") == 0
    if await house.locator("[data-id=notify]").count():
        await house.click("[data-id=notify]")
        assert await house.evaluate("window.asked") == 1


async def test_after_sleep_the_page_says_that_it_is_stale_and_then_shows_how_it_is_now(
    house: Page, robot: StandIn
) -> None:
    alarms = [alarm.model_copy(update={"acknowledged_by": "Amt 34"}) for alarm in robot.staff.alarms]
    robot.staff = robot.staff.model_copy(update={"alarms": alarms})
    await house.evaluate(WATCH)
    for channel in tuple(robot.staff_sockets):
        await channel.close(1001)
    assert await house.evaluate("window.stale")
    await expect(house.locator("[data-part=glance]")).to_have_attribute("data-state", "seen")
    await expect(house.locator("[data-part=house]")).to_have_attribute("data-live", "true")
    await expect(house).not_to_have_title(re.compile(r"^\("))


async def test_the_board_obeys_a_policy_without_inline_code(house: Page, complaints: list[str]) -> None:
    assert complaints == []


async def test_the_sound_is_unlocked_by_the_sign_in_click_and_stays_off_where_it_was_turned_off(
    house: Page, browser: Browser
) -> None:
    button = house.locator("[data-id=house-sound]")
    await expect(button).to_have_text("Ton aus")
    await button.click()
    await expect(button).to_have_text("Ton an")
    await house.reload()
    await expect(house.locator("[data-id=house-sound]")).to_have_text("Ton an")
