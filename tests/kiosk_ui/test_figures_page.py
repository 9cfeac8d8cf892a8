"""The figures page in a real browser, on the real web app over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from robot.staff.glossary import glossary
from tests.kiosk_ui.figures import PASSWORD, Pages, pages
from tests.kiosk_ui.looks import findings
from tests.musterstadt import catalogue, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")
RANGE = '[data-id="range"] input'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pages]:
    async with pages(Path(tmp_path_factory.mktemp("town"))) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened(town: Pages, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, base_url=town.address)
    page = await context.new_page()
    await page.goto("/staff#/figures")
    await page.fill("input[name=name]", "Leitung")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_selector("[data-part=tiles]")
    yield page
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(opened: Page) -> Page:
    await opened.set_viewport_size({"width": 1280, "height": 900})
    await opened.reload()
    await opened.wait_for_selector("[data-part=tiles]")
    return opened


def figure(page: Page, name: str) -> str:
    return f"[data-part=figure][data-id={name}]"


async def test_the_figures_of_the_month_stand_there_and_follow_what_is_chosen(page: Page) -> None:
    visits = page.locator("[data-tile=visits] .tile__now")
    await expect(visits).to_have_text("70")
    await page.select_option("select[data-id=service]", "passport")
    await expect(visits).not_to_have_text("70")
    await expect(page.locator(f"{figure(page, 'services')} [data-mark]")).to_have_count(1)
    await page.select_option("select[data-id=service]", "")
    await page.check(RANGE)
    await page.fill("input[data-id=first]", "2026-03-04")
    await page.fill("input[data-id=last]", "2026-03-02")
    await expect(page.locator("[data-part=problem] p")).to_contain_text("Der letzte Tag liegt vor dem ersten")
    await page.fill("input[data-id=last]", "2026-03-05")
    await expect(visits).to_have_text("28")
    await expect(page.locator("[data-part=problem]")).to_have_count(0)


async def test_every_chart_stands_as_a_table_behind_a_switch(page: Page) -> None:
    switches = page.locator("[data-id=as-table]")
    charts = await switches.count()
    assert charts >= 8
    for at in range(charts):
        await switches.nth(at).click()
    await expect(page.locator(".figure svg.chart__svg")).to_have_count(0)
    rows = page.locator(f"{figure(page, 'languages')} tbody tr")
    assert (await rows.first.inner_text()).split("\t")[0] == "Deutsch"
    assert await findings(page) == []


async def test_a_chart_is_read_with_the_keys(page: Page) -> None:
    await page.focus(f"{figure(page, 'services')} [data-mark='0']")
    said = page.locator(f"{figure(page, 'services')} .chart__said")
    first = await page.locator(f"{figure(page, 'services')} [data-mark='0']").get_attribute("aria-label")
    await expect(said).to_have_text(first or "?")
    await page.keyboard.press("ArrowDown")
    second = page.locator(f"{figure(page, 'services')} [data-mark='1']")
    await expect(second).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.locator(f"{figure(page, 'services')} [data-mark]").last).to_be_focused()
    # one stop of the Tab key per chart
    await expect(page.locator(f"{figure(page, 'services')} [data-mark][tabindex='0']")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1920])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await expect(page.locator(f"{figure(page, 'time')} svg.chart__svg")).to_be_visible()
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_speaks_english(page: Page) -> None:
    await page.click("[data-id=language]")
    await expect(page.locator(f"{figure(page, 'waiting')} h3")).to_have_text("Wait for the call")
    await expect(page.locator(f"{figure(page, 'hours')} svg.chart__svg")).to_have_attribute(
        "aria-label", "When do people come?"
    )
    href = await page.get_attribute("[data-id=xlsx]", "href")
    assert href
    assert "lang=en" in href
    # services and stations, too: on the page and in the file
    told = page.locator("[data-part=figures]")
    await expect(told).to_contain_text("Apply for an identity card")
    text = await told.inner_text()
    for service in catalogue().services.values():
        for german in (service.label, *(node.label for node in service.journey)):
            english = glossary(texts()).get(german, german)
            assert german == english or german not in text.splitlines(), german
    table = await page.get_attribute(f"{figure(page, 'services')} [data-id=csv]", "href")
    assert table
    answer = await page.request.get(table)
    assert "Apply for a passport" in await answer.text()
    await page.click("[data-id=language]")


async def test_a_download_is_what_stands_there_and_is_written_down(page: Page, town: Pages) -> None:
    async with page.expect_download() as started:
        await page.click(f"{figure(page, 'languages')} [data-id=csv]")
    download = await started.value
    assert download.suggested_filename == "lotse-languages-2026-03-01_2026-03-06.csv"
    text = await asyncio.to_thread((await download.path()).read_text, encoding="utf-8-sig")
    assert text.splitlines()[0] == "Sprache;Besuche;verstanden"
    entries = await town.office.audit.entries()
    assert (entries[-1]["who"], entries[-1]["what"]) == ("Leitung", "figures_exported")


async def test_so_few_visits_that_one_could_be_recognised_are_not_shown(page: Page, town: Pages) -> None:
    await page.check(RANGE)
    await page.fill("input[data-id=first]", "2026-03-02")
    await page.fill("input[data-id=last]", "2026-03-02")
    await page.select_option("select[data-id=language]", "tr")
    await page.select_option("select[data-id=service]", "dog_tax")
    told = page.locator(".figures__few, [data-tile=visits] .tile__now")
    await expect(told.first).to_be_visible()
    assert (await told.first.inner_text()) not in ("1", "2")


async def test_on_paper_stand_the_figures_and_nothing_to_press(page: Page) -> None:
    await page.emulate_media(media="print")
    for hidden in ("[data-part=filters]", "[data-id=xlsx]", "[data-id=as-table] >> nth=0"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.locator("[data-part=tiles]")).to_be_visible()
    await page.emulate_media(media="screen")
