"""The page on a long day: 500 visits leave nothing behind, the first picture waits for little."""

import pytest
from playwright.async_api import Browser, CDPSession, Page

from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, serving, showing

pytestmark = pytest.mark.asyncio(loop_scope="session")

VISITS = 500
WARM = 120  # visits until every part of the page has been there and its code is compiled
VISIT = ("idle", "choices", "form", "review", "ticket")
OFTEN = 10  # visits without looking at the page between them; then the camera's stream, too
SMALL = {"width": 270, "height": 480}  # what is held does not depend on how many pixels are painted
GROWTH = 1.10
BLOCKING = """performance.getEntriesByType('resource')
  .filter((entry) => entry.renderBlockingStatus === 'blocking')
  .map((entry) => [new URL(entry.name).origin === location.origin, entry.decodedBodySize])"""
LITTLE = 600_000  # octets; `lotse bench` measures the time


async def held(page: Page, chromium: CDPSession) -> dict[str, float]:
    """What the page holds after everything that can go has gone (Chrome DevTools protocol)."""
    for _ in range(3):
        await chromium.send("HeapProfiler.collectGarbage")
    usage = await chromium.send("Runtime.getHeapUsage")
    counts = await chromium.send("Memory.getDOMCounters")
    return {
        "octets": usage["usedSize"] + usage.get("embedderHeapUsedSize", 0),
        "nodes": counts["nodes"],
        "listeners": counts["jsEventListeners"],
    }


async def test_after_five_hundred_visits_the_page_holds_no_more_than_after_the_first(browser: Browser):
    """24 hours of a busy lobby are some hundred visits."""
    screens = kiosk_screens()
    robot = StandIn()
    async with serving(robot) as address:
        page = await browser.new_page(viewport=SMALL, reduced_motion="reduce")
        await page.goto(address)
        chromium = await page.context.new_cdp_session(page)
        await chromium.send("HeapProfiler.enable")
        before: dict[str, float] = {}
        for visit in range(VISITS):
            if visit == WARM:
                before = await held(page, chromium)
            for name in VISIT:
                await robot.show(screens[name])
            if visit % OFTEN == OFTEN - 1:
                await robot.show(screens["camera"])
                await showing(page, robot.view)
                await robot.show(screens["goodbye"])
                await showing(page, robot.view)
        after = await held(page, chromium)
        await page.close()
    grown = {name: after[name] / before[name] for name in before}
    assert all(factor <= GROWTH for factor in grown.values()), (before, after)


async def test_the_first_picture_of_the_page_waits_for_little_and_for_nothing_foreign(browser: Browser):
    robot = StandIn()
    robot.view = kiosk_screens()["idle"]
    async with serving(robot) as address:
        page = await browser.new_page(viewport={"width": 1080, "height": 1920})
        await page.goto(address)
        await showing(page, robot.view)
        blocking = await page.evaluate(BLOCKING)
        await page.close()
    assert blocking
    assert all(own for own, _ in blocking)
    assert sum(octets for _, octets in blocking) <= LITTLE
