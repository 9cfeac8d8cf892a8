"""The clerk's page in a real browser, against the wire."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.kiosk_ui.stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sign_in(page: Page, password: str = "richtig") -> None:
    await page.fill("input[name=name]", "amt")
    await page.fill("input[name=password]", password)
    await page.press("input[name=password]", "Enter")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(page: Page) -> Page:
    await page.goto("/staff")
    await sign_in(page)
    await page.wait_for_selector("[data-part=case]")
    return page


async def open_case(page: Page, case: str = "c1") -> None:
    await page.click(f"[data-part=case][data-id={case}] [data-id=open]")
    await page.wait_for_selector("[data-part=case-detail] [data-field-row]")


async def test_a_wrong_password_is_answered_with_a_sentence(page: Page):
    await page.goto("/staff")
    await sign_in(page, "falsch")
    await expect(page.locator("[data-part=problem]")).to_have_text("Name oder Passwort stimmt nicht.")


async def test_a_new_case_stands_there_without_reloading(desk: Page, robot: StandIn):
    new = robot.staff.cases[0].model_copy(update={"id": "c9", "number": "A 019"})
    await robot.show_staff(robot.staff.model_copy(update={"cases": [*robot.staff.cases, new]}))
    await expect(desk.locator("[data-part=case][data-number='A 019']")).to_be_visible()


async def test_a_clerk_calls_a_case_and_finishes_it(desk: Page, robot: StandIn):
    await open_case(desk)
    await desk.click("[data-id=call]")
    await expect(desk.locator("[data-part=case][data-id=c1]")).to_have_attribute("data-state", "called")
    await desk.click("[data-part=case-detail][data-state=called] [data-id=done]")
    await expect(desk.locator("[data-part=case-detail]")).to_have_attribute("data-state", "done")
    assert robot.posts == [
        ("cases/c1/state", {"state": "called", "reason": "", "version": 1, "place": ""}),
        ("cases/c1/state", {"state": "done", "reason": "", "version": 2}),
    ]


async def test_a_called_case_is_finished_by_one_key_and_not_while_one_writes_why_it_goes_back(
    desk: Page, robot: StandIn
):
    await open_case(desk)
    await desk.keyboard.press("F9")  # nobody was called yet
    await desk.click("[data-id=call]")
    await desk.wait_for_selector(
        "[data-part=case-detail][data-state=called] [data-id=done][aria-keyshortcuts=F9]"
    )
    await desk.click("[data-id=return]")
    await desk.wait_for_selector("dialog textarea:focus")
    await desk.keyboard.press("F9")
    await desk.keyboard.press("Escape")
    await expect(desk.locator("dialog")).to_have_count(0)
    await desk.keyboard.press("F9")
    await expect(desk.locator("[data-part=case-detail]")).to_have_attribute("data-state", "done")
    assert [body["state"] for _, body in robot.posts] == ["called", "done"]


async def test_a_case_goes_back_with_the_reason_that_the_clerk_writes(desk: Page, robot: StandIn):
    await open_case(desk)
    await desk.click("[data-id=return]")
    await desk.fill("dialog textarea", "Geburtsurkunde fehlt")
    await desk.click("[data-id=confirm-return]")
    await expect(desk.locator("[data-part=case-detail]")).to_have_attribute("data-state", "returned")
    assert robot.posts[0][1]["reason"] == "Geburtsurkunde fehlt"


async def test_two_clerks_at_once_are_told_in_a_sentence(desk: Page, robot: StandIn):
    robot.conflict = "Diesen Vorgang hat inzwischen jemand anders geändert."
    await open_case(desk)
    await desk.click("[data-id=call]")
    await expect(desk.locator("[data-part=problem] p")).to_have_text(robot.conflict)


async def test_the_clerk_promises_help(desk: Page, robot: StandIn):
    async with desk.expect_response("**/help"):
        await desk.click("[data-part=visit][data-id=v1] [data-id=help]")
    assert robot.posts == [("visits/v1/help", {})]


async def test_an_expired_session_hides_everything_and_signing_in_leads_back(desk: Page, robot: StandIn):
    await open_case(desk, "c2")
    await robot.expire()
    await desk.wait_for_selector("[data-part=sign-in]")
    await expect(desk.get_by_text("MUSTERMANN").first).to_be_hidden()
    await sign_in(desk)
    await expect(desk.locator("[data-part=case-detail]")).to_have_attribute("data-id", "c2")
    await expect(desk.get_by_text("MUSTERMANN").first).to_be_visible()


async def test_the_page_works_by_keyboard_alone(desk: Page, robot: StandIn):
    await desk.focus("[data-part=case][data-id=c1] [data-id=open]")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#case-title")).to_be_focused()
    await desk.keyboard.press("Escape")
    await expect(desk.locator("[data-part=case-detail]")).to_have_count(0)
    await expect(desk.locator("[data-part=case][data-id=c1] [data-id=open]")).to_be_focused()


async def test_the_page_obeys_a_policy_without_inline_code(desk: Page, complaints: list[str]):
    await open_case(desk)
    assert complaints == []
