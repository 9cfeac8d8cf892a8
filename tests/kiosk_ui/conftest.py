"""A browser with the page, and the stand-in for the robot behind it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.kiosk_ui.pictures import opened
from tests.kiosk_ui.stand_in import PATIENCE_MS, StandIn, browsing, serving

TWO_TRIES_S = 600  # the limit holds for a test and its second try together
expect.set_options(timeout=PATIENCE_MS)


def pytest_itemcollected(item: pytest.Item) -> None:
    """A page that the machine does not paint cannot be waited for: there may be a second try."""
    item.add_marker(pytest.mark.timeout(TWO_TRIES_S))


@pytest.fixture
def complaints() -> list[str]:
    """What the browser objects to: policy violations and uncaught errors."""
    return []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def robot() -> StandIn:
    return StandIn()


@pytest_asyncio.fixture(loop_scope="session")
async def page(robot: StandIn, browser: Browser, complaints: list[str]) -> AsyncIterator[Page]:
    async with serving(robot) as address:
        context = await browser.new_context(viewport={"width": 1080, "height": 1920}, base_url=address)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: "Content Security Policy" in message.text and complaints.append(message.text),
        )
        yield page
        await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def screens(browser: Browser) -> AsyncIterator[tuple[StandIn, dict[str, Page]]]:
    """One robot and two screens, upright and wide."""
    robot = StandIn()
    async with serving(robot) as address:
        pages = await opened(browser, address)
        yield robot, pages
        for page in pages.values():
            await page.close()
