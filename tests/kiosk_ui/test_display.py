"""Desk and monitor in real browsers, against the real web app with a real back office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, WebSocketRoute, expect

from hardware.camera.copies import _pdf
from tests.kiosk_ui.looks import findings
from tests.kiosk_ui.office import DeskOffice, at_work, sign_in, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

DETAIL = "[data-part=case-detail]"


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[tuple[DeskOffice, str]]:
    async with at_work(tmp_path) as (office, address):
        await office.staff(Amt_33="clerk", Amt_34="clerk")
        yield office, address


@pytest_asyncio.fixture(loop_scope="session")
async def monitor(office: tuple[DeskOffice, str], browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080}, base_url=office[1], reduced_motion="reduce"
    )
    page = await context.new_page()
    yield page
    await context.close()


async def test_a_call_from_the_desk_rings_on_the_monitor_which_comes_back_after_a_fault(
    office: tuple[DeskOffice, str], browser: Browser, monitor: Page
) -> None:
    desk, address = office
    lines: list[WebSocketRoute] = []

    async def line(route: WebSocketRoute) -> None:
        route.connect_to_server()
        lines.append(route)

    await monitor.route_web_socket("**/ws/display", line)
    objections: list[str] = []
    monitor.on("console", lambda message: "Content Security" in message.text and objections.append(""))
    await monitor.goto("/display")
    await expect(monitor.locator("[data-part=now]")).to_contain_text("Please wait until your number appears")
    await monitor.click("[data-id=sound]")
    await monitor.wait_for_selector("[data-part=display][data-sound=true]")
    for _ in range(2):
        await desk.case_now()
    async with signed_in(browser, address, "Amt 33") as page:
        await page.fill("[data-id=counter]", "Platz 3")
        await expect(page.locator("[data-id=next]")).to_be_enabled()  # the waiting are known to the page
        await page.keyboard.press("F8")
        await expect(page.locator(DETAIL)).to_have_attribute("data-state", "called")
        call = monitor.locator("[data-part=call]")
        await expect(call).to_have_attribute("data-number", "A-001")
        await expect(call).to_contain_text("Platz 3")
        await expect(monitor.locator("[data-part=display]")).to_have_attribute("data-rung", "1")
        await lines[-1].close(code=1012)
        await desk.office.calls.next("Amt 33", "Platz 4")
        await expect(call).to_have_attribute("data-number", "A-002")
        await expect(monitor.locator("[data-part=before]")).to_have_attribute("data-number", "A-001")
    assert len(lines) >= 2
    assert await findings(monitor) == []
    for width, height in ((1920, 1080), (1080, 1920)):
        await monitor.set_viewport_size({"width": width, "height": height})
        for part, least in ((".monitor__call .monitor__number", 0.16), (".monitor__place", 0.06)):
            size = await monitor.locator(part).first.evaluate(
                "(e) => parseFloat(getComputedStyle(e).fontSize)"
            )
            assert size >= least * min(width, height), "to be read from 8 m"
        assert await monitor.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await call.evaluate("(e) => getComputedStyle(e).animationName") == "none"
    assert objections == []


async def test_two_clerks_on_one_case_and_what_one_types_is_never_lost(
    office: tuple[DeskOffice, str], browser: Browser
) -> None:
    desk, address = office
    sheet = np.full((400, 300), 255, np.uint8)
    case = await desk.case_now(copy=_pdf([sheet, sheet], 100))
    opened = f"[data-part=case][data-id='{case.id}'] [data-id=open]"
    async with (
        signed_in(browser, address, "Amt 33", width=1920) as one,
        signed_in(browser, address, "Amt 34", width=360, height=740) as two,
    ):
        for page in (one, two):
            await page.click(opened)
            await page.wait_for_selector(f"{DETAIL} [data-field-row]")
        await one.click("[data-id=claim]")
        await expect(two.locator("[data-part=held]")).to_contain_text("In Arbeit bei Amt 33")
        await expect(two.locator(f"{DETAIL} [data-id=done]")).to_have_count(0)
        # on a phone the case stands alone, and nothing is wider than the screen
        await expect(two.locator("[data-part=queue]")).to_be_hidden()
        assert await two.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for page in (one, two):
            assert await findings(page, only_visible=page is two) == []

        # the network dies while a note is saved: the text stays, and is saved once
        async def cut(route: Route) -> None:
            await route.abort()

        await one.route("**/notes", cut)
        await one.fill("[data-id=note]", "Vollmacht liegt vor")
        await one.click("[data-id=save-note]")
        await expect(one.locator("[data-part=problem]")).to_contain_text("nicht erreichbar")
        await expect(one.locator("[data-id=note]")).to_have_value("Vollmacht liegt vor")
        await one.unroute("**/notes")
        await one.click("[data-id=save-note]")
        await expect(one.locator("[data-note]")).to_have_count(1)
        await expect(one.locator("[data-id=note]")).to_have_value("")

        # a copy page by page, by keyboard
        await one.click("[data-id=view-copy]")
        await expect(one.locator(".viewer__frame")).to_be_focused()
        await one.keyboard.press("PageDown")
        await expect(one.locator("[data-part=viewer]")).to_have_attribute("data-page-shown", "2")
        await one.keyboard.press("+")
        picture = one.locator(".viewer__page")
        copy = await one.locator("[data-copy]").get_attribute("data-copy")
        address_of_page = f"/api/staff/cases/{case.id}/copies/{copy}/pages/2"
        await expect(picture).to_have_attribute("src", address_of_page)
        await picture.evaluate("(image) => image.decode()")
        await one.keyboard.press("Escape")
        await expect(one.locator("[data-part=viewer]")).to_have_count(0)

        # the session ends while a reason is typed
        await one.click("[data-id=return]")
        await one.fill("dialog textarea", "Geburtsurkunde fehlt")
        desk.seconds += 40 * 60
        await one.click("[data-id=confirm-return]")
        await one.wait_for_selector("[data-part=sign-in]")
        await sign_in(one, "Amt 33")
        await expect(one.locator("dialog.ask textarea")).to_have_value("Geburtsurkunde fehlt")
        await one.click("[data-id=confirm-return]")
        await expect(one.locator(DETAIL)).to_have_attribute("data-state", "returned")
