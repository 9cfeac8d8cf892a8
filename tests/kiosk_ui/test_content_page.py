"""The page of contents in a real browser, before the real web app with a store of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time

import pytest
import pytest_asyncio
import uvicorn
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, Locator, Page, expect

from robot.staff.rights import Role
from tests.kiosk_ui.looks import findings
from tests.kiosk_ui.stand_in import DIST
from tests.robot.staff.content_kit import COOKIE, TownHall, session

pytestmark = pytest.mark.asyncio(loop_scope="session")

MONDAY = date(2026, 3, 2)  # the day of the town hall's clock
WIDTHS = (360, 768, 1920)


@asynccontextmanager
async def serving(hall: TownHall) -> AsyncIterator[str]:
    """The app's address while it runs, with the built pages."""

    @hall.app.get("/staff")
    async def staff_page() -> FileResponse:
        return FileResponse(DIST / "staff.html")

    hall.app.mount("/assets", StaticFiles(directory=DIST / "assets"))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(hall.app, log_level="warning", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[TownHall, str]]:
    """One town hall for all, with its address."""
    hall = TownHall(tmp_path_factory.mktemp("contents"))
    async with serving(hall) as address:
        yield hall, address
    hall.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hall(served: tuple[TownHall, str]) -> AsyncIterator[TownHall]:
    yield served[0]
    await served[0].reset()


@pytest_asyncio.fixture(loop_scope="session")
async def page(
    hall: TownHall, served: tuple[TownHall, str], browser: Browser, complaints: list[str]
) -> AsyncIterator[Page]:
    def note(text: str) -> None:
        if "Content Security Policy" in text:
            complaints.append(text)

    address = served[1]
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    token, _ = session(hall.office, "Amt 34", Role.ADMINISTRATOR)
    await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: note(message.text))
    await page.goto("/staff#/content")
    await page.wait_for_selector("[data-part=editor][data-name=house]")
    yield page
    await context.close()


def editor(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part=editor][data-name='{name}']")


async def tab(page: Page, name: str) -> Locator:
    await page.click(f"[data-tab={name}]")
    panel = page.locator(f"#panel-{name}")
    await expect(panel).to_be_visible()
    return panel


async def test_closing_earlier_today_is_one_click(page: Page, hall: TownHall) -> None:
    house = editor(page, "house")
    await house.locator("[data-field='earlier.house']").fill("11:00")
    async with page.expect_response("**/api/staff/content/save"):
        await house.locator("[data-id=close-earlier]").click()
    await expect(house.locator("[data-day='0'] [data-field='days.0.hours.0.end']")).to_have_value("11:00")
    assert hall.catalogue.hours_on(MONDAY) == [(time(8), time(11))]


async def test_monday_is_copied_to_the_other_weekdays_and_a_fault_stands_beside_its_field(
    page: Page, hall: TownHall
) -> None:
    house = editor(page, "house")
    await house.locator("[data-id=new-rule]").click()
    rule = house.locator("[data-rule='0']")
    await rule.locator("[data-field='rules.0.since']").fill("2026-04-01")
    monday = rule.locator("[data-weekday=mon]")
    await monday.locator("[data-id=remove-span]").last.click()
    await monday.locator("[data-field='rules.0.week.mon.0.end']").fill("07:00")
    fault = house.locator("[data-fault='rules.0.week.mon.0.end']")
    await expect(fault).to_contain_text("nicht nach dem Beginn")
    await expect(monday.locator("[aria-invalid=true]")).to_have_count(1)
    await house.locator("[data-id=save]").click()
    await expect(house.locator("[data-part=saved]")).to_have_text("Eine Angabe stimmt noch nicht.")
    await monday.locator("[data-field='rules.0.week.mon.0.end']").fill("13:00")
    await expect(fault).to_have_count(0)
    await monday.locator("[data-id=copy-monday]").click()
    await expect(house.locator("[data-part=preview] tr[data-changed=true]").first).to_contain_text("13:00")
    await house.locator("[data-id=save]").click()
    await expect(house.locator("[data-part=saved]")).to_contain_text("Gespeichert")
    assert hall.catalogue.hours_on(date(2026, 4, 9)) == [(time(8), time(13))]
    assert hall.catalogue.hours_on(date(2026, 3, 31)) == [(time(8), time(12, 30)), (time(14), time(16))]


async def test_a_bridge_day_is_taken_with_one_click_and_told_in_the_preview(
    page: Page, hall: TownHall
) -> None:
    panel = await tab(page, "closure")
    new = panel.locator("[data-part=editor][data-name='']")
    await new.locator("[data-id='bridge-2026-05-15']").click()
    await expect(new.locator("[data-part=preview] tr[data-changed=true]").first).to_contain_text("Brückentag")
    await new.locator("[data-id=save]").click()
    await expect(panel.locator("[data-part=closure]", has_text="15.05.2026")).to_be_visible()
    await expect(new.locator("[data-field=first]")).to_have_value("")
    assert "Brückentag" in hall.catalogue.closed_because(date(2026, 5, 15))


async def test_a_new_fee_shows_the_difference_before_it_is_saved(page: Page, hall: TownHall) -> None:
    panel = await tab(page, "fee")
    fee = panel.locator("[data-fee='identity_card.card_adult']")
    await fee.locator("[data-id=new-amount]").click()
    await fee.locator("[data-field='amounts.0.since']").fill("2026-04-01")
    await fee.locator("[data-field='amounts.0.amount']").fill("48,50")
    await expect(fee.locator("[data-choose=preview-age_group]")).to_have_value("adult")
    await expect(fee.locator("[data-part=difference]")).to_contain_text("+2,50")
    await fee.locator("[data-id=save]").click()
    await expect(fee.locator("[data-part=saved]")).to_contain_text("Gespeichert")
    line = hall.catalogue.fees("identity_card", {"age_group": "adult"}, date(2026, 4, 1))[0]
    assert line.cents == 4850


async def test_a_message_is_planned_and_stands_on_the_board(page: Page, hall: TownHall) -> None:
    panel = await tab(page, "notice")
    new = panel.locator("[data-part=editor][data-name='']")
    await new.locator("[data-field=text]").fill("Heute ohne Termin.")
    await new.locator("[data-id=one-week]").click()
    await new.locator("[data-id=save]").click()
    await expect(panel.locator("[data-part=notice]", has_text="Heute ohne Termin.")).to_be_visible()
    row = (await hall.office.board.messages())[0]
    assert (row.text, str(row.first), str(row.last)) == ("Heute ohne Termin.", "2026-03-02", "2026-03-08")


async def test_the_second_administrator_is_told_who_was_quicker_and_loses_nothing(
    page: Page, hall: TownHall
) -> None:
    panel = await tab(page, "office")
    await panel.locator("[data-choose=office]").select_option("library")
    library = editor(page, "library").and_(panel.locator("[data-part=editor]"))
    await library.locator("[data-field=phone]").fill("02270 115-21")
    other = await page.context.new_page()
    await other.goto("/staff#/content/office")
    await other.select_option("#panel-office [data-choose=office]", "library")
    theirs = other.locator("#panel-office [data-part=editor][data-name=library]")
    await theirs.locator("[data-field=way]").fill("Immer den Büchern nach.")
    await theirs.locator("[data-id=save]").click()
    await expect(theirs.locator("[data-part=saved]")).to_contain_text("Gespeichert")
    await other.close()
    await library.locator("[data-id=save]").click()
    conflict = library.locator("[data-part=conflict]")
    await expect(conflict).to_contain_text("Amt 34 hat das gerade geändert")
    await expect(conflict).to_contain_text("Immer den Büchern nach.")
    await expect(library.locator("[data-field=phone]")).to_have_value("02270 115-21")
    await conflict.locator("[data-id=keep-mine]").click()
    await library.locator("[data-id=save]").click()
    await expect(library.locator("[data-part=saved]")).to_contain_text("Gespeichert")
    place = hall.catalogue.place("library")
    assert place is not None
    assert place.contact.phone == "02270 115-21"
    history = panel.locator("[data-part=history]:visible")
    await history.locator("summary").click()
    await history.locator("[data-id=restore-1]").click()
    await expect(library.locator("[data-field=way]")).to_have_value("Immer den Büchern nach.")


async def test_a_file_of_nonsense_is_told_with_its_line_and_a_good_one_what_it_changes(
    page: Page, hall: TownHall
) -> None:
    panel = await tab(page, "file")
    chooser = panel.locator("[data-field=file]")
    nonsense = b"rathauslotse_content: 1\nweather: {sun: {}}\n"
    await chooser.set_input_files({"name": "a.yml", "mimeType": "text/yaml", "buffer": nonsense})
    await expect(page.locator("[data-part=problem]")).to_contain_text("Zeile 2")
    good = (
        b"rathauslotse_content: 1\nhours:\n  library:\n    days:\n"
        b"      - {day: 2026-03-05, hours: [{start: '10:00', end: '11:00'}]}\n"
    )
    await chooser.set_input_files({"name": "b.yml", "mimeType": "text/yaml", "buffer": good})
    await expect(panel.locator("[data-part=import]")).to_contain_text("10:00–11:00")
    await panel.locator("[data-id=import]").click()
    await expect(panel.locator("[data-part=import]")).to_contain_text("Gespeichert")
    assert hall.catalogue.hours_on(date(2026, 3, 5), "library") == [(time(10), time(11))]


async def test_what_is_typed_stays_while_one_looks_at_another_tab_and_by_keyboard(page: Page) -> None:
    panel = await tab(page, "closure")
    await panel.locator("[data-part=editor][data-name=''] [data-field=reason]").fill("Umzug")
    await page.focus("[data-tab=closure]")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#panel-notice")).to_be_visible()
    await expect(page.locator("[data-tab=notice]")).to_be_focused()
    await page.keyboard.press("ArrowLeft")
    reason = panel.locator("[data-part=editor][data-name=''] [data-field=reason]")
    await expect(reason).to_have_value("Umzug")


async def test_every_tab_is_sound_for_everybody_from_a_phone_to_a_wide_screen(
    page: Page, complaints: list[str]
) -> None:
    for name in ("hours", "closure", "notice", "fee", "office", "file"):
        panel = await tab(page, name)
        add = panel.locator("[data-id=new-rule]:visible, [data-id=new-amount]:visible")
        if await add.count():
            await add.first.click()
        found = [line for line in await findings(page) if "color-contrast-enhanced" not in line]
        assert found == [], name
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (name, width)
            small = await page.evaluate(
                """() => [...document.querySelectorAll('[data-part=content] :is(button, select, input)')]
                  .filter((e) => e.offsetParent && e.type !== 'checkbox'
                    && e.getBoundingClientRect().height < 43.5)
                  .map((e) => e.dataset.id || e.dataset.field || e.dataset.tab || e.outerHTML.slice(0, 60))"""
            )
            assert small == [], (name, width)
    assert complaints == []
