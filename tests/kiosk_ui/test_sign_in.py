"""Signing in with Chromium against the real web app: each second factor, the provider, the shell."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
import uvicorn
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, CDPSession, Page, expect

from robot.web.staff_sign_in import SignInRules
from tests.kiosk_ui.looks import findings
from tests.kiosk_ui.stand_in import DIST
from tests.robot.staff.provider import Provider
from tests.robot.staff.test_web import PASSWORD, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Town:
    """The web app with its back office behind a real server, under a name (passkeys need one)."""

    def __init__(self, folder: Path, rules: SignInRules) -> None:
        self.house = House(folder, rules)
        self.house.visits = []
        self.office = self.house.office
        app = self.house.app
        app.mount("/assets", StaticFiles(directory=DIST / "assets"))

        @app.get("/staff", include_in_schema=False)
        async def page() -> FileResponse:
            return FileResponse(DIST / "staff.html")


@asynccontextmanager
async def serving(town: Town, listener: socket.socket) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(town.house.app, log_level="warning", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()
        town.office.close()


@pytest_asyncio.fixture(loop_scope="session")
async def rules() -> SignInRules:
    return SignInRules()


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path, rules: SignInRules) -> AsyncIterator[tuple[Town, str]]:
    built = Town(tmp_path, rules)
    await built.office.accounts.add("Amt 33", PASSWORD, "clerk")
    await built.office.accounts.add("Amt 34", PASSWORD, "administrator")
    await built.office.accounts.add("Amt 14", PASSWORD, "auditor")
    async with serving(built, socket.create_server(("127.0.0.1", 0))) as address:
        yield built, address


@pytest_asyncio.fixture(loop_scope="session")
async def clerk(town: tuple[Town, str], browser: Browser, complaints: list[str]) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, base_url=town[1], locale="de-DE"
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: "Content Security Policy" in message.text and complaints.append(message.text),
    )
    yield page
    await context.close()
    assert complaints == []


async def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A virtual one that knows its person by fingerprint (W3C WebAuthn section 11), and its id."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    added = await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, added["authenticatorId"]


async def clean(page: Page) -> bool:
    """Whether axe finds nothing; what the pointer rests on has other colours."""
    await page.mouse.move(0, 0)
    found = await findings(page)
    assert found == []
    return True


async def password(page: Page, name: str = "Amt 33") -> None:
    await page.fill("input[name=name]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("[data-id=sign-in]")


async def signed_in(page: Page, name: str = "Amt 33") -> None:
    await expect(page.locator("[data-part=me]")).to_contain_text(name)
    await expect(page.locator("[data-part=live]")).to_have_attribute("data-live", "true")


async def sign_out(page: Page) -> None:
    await page.click("[data-id=sign-out]")
    await page.wait_for_selector("input[name=name]")


async def test_a_clerk_sets_up_an_app_and_signs_in_with_its_codes(
    clerk: Page, town: tuple[Town, str]
) -> None:
    clock = town[0].house.clock
    await clerk.goto("/staff#/self")
    await password(clerk)
    await signed_in(clerk)
    await expect(clerk).to_have_title("Mein Konto – Rathauslotse Musterstadt")
    await clerk.click("[data-id=totp-begin]")
    secret = (await clerk.inner_text("[data-part=secret]")).replace(" ", "")
    await expect(clerk.locator("svg.self__qr path")).to_have_attribute("d", re.compile("^M"))
    assert await clean(clerk)
    app = pyotp.TOTP(secret)
    await clerk.fill("input[name=code]", app.at(clock()))
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("[data-part=recovery] li")).to_have_count(10)
    recovery = await clerk.inner_text("[data-part=recovery] li >> nth=0")
    await clerk.click("[data-id=kept]")
    await sign_out(clerk)

    clock.turn(seconds=30)
    await password(clerk)
    await clerk.fill("input[name=code]", "000000")
    await clerk.click("[data-id=give-code]")
    await expect(clerk.locator("[data-part=problem]")).to_contain_text("Der Code stimmt nicht")
    await clerk.fill("input[name=code]", app.at(clock()))
    await clerk.keyboard.press("Enter")
    await signed_in(clerk)
    await sign_out(clerk)

    await password(clerk)
    await clerk.fill("input[name=code]", recovery)
    await clerk.click("[data-id=give-code]")
    await signed_in(clerk)


async def test_a_clerk_adds_a_passkey_and_signs_in_with_it_after_the_password_and_alone(clerk: Page) -> None:
    session, device = await authenticator(clerk)
    await clerk.goto("/staff#/self")
    await password(clerk)
    await signed_in(clerk)
    await clerk.fill("input[name=passkey]", "Dienstrechner")
    await clerk.click("[data-id=passkey-add]")
    await expect(clerk.locator("[data-part=passkey]")).to_contain_text("Dienstrechner")
    await sign_out(clerk)

    await password(clerk)
    await expect(clerk.locator("input[name=password]")).to_have_count(0)
    await clerk.click("[data-id=passkey]")  # after the password: the second factor
    await signed_in(clerk)
    await sign_out(clerk)

    await clerk.click("[data-id=passkey]")  # nothing typed: the whole sign-in
    await signed_in(clerk)
    await clerk.goto("/staff#/self")
    await expect(clerk.locator("[data-part=passkey]")).to_contain_text("zuletzt benutzt")
    await sign_out(clerk)

    # somebody else's finger
    someone = {"authenticatorId": device, "isUserVerified": False}
    await session.send("WebAuthn.setUserVerified", someone)
    await clerk.click("[data-id=passkey]")
    await expect(clerk.locator("[data-part=problem]")).to_contain_text("Passkey")
    await expect(clerk.locator("[data-part=me]")).to_have_count(0)


async def test_where_a_second_factor_is_required_the_clerk_is_led_to_it_and_then_goes_on(
    browser: Browser, tmp_path: Path
) -> None:
    strict = Town(tmp_path, SignInRules(second_factor_required=True))
    await strict.office.accounts.add("Amt 33", PASSWORD, "clerk")
    async with serving(strict, socket.create_server(("127.0.0.1", 0))) as address:
        context = await browser.new_context(base_url=address)
        page = await context.new_page()
        await authenticator(page)
        await page.goto("/staff")
        await password(page)
        await expect(page.locator("[data-part=limited]")).to_be_visible()
        await expect(page.locator("nav a")).to_have_count(1)
        await page.fill("input[name=passkey]", "Dienstrechner")
        await page.click("[data-id=passkey-add]")
        await expect(page.locator("[data-part=limited]")).to_have_count(0)
        await page.click("nav [data-page=desk]")
        await expect(page.locator("main h2").first).to_be_focused()
        await context.close()


async def test_a_session_that_ends_while_typing_loses_nothing_and_another_person_finds_nothing(
    clerk: Page, town: tuple[Town, str]
) -> None:
    office = town[0].office
    await clerk.goto("/staff#/self")
    await password(clerk)
    await signed_in(clerk)
    await clerk.fill("input[name=passkey]", "halb getippt")
    account = (await office.accounts.list())[1].account
    office.sessions.end_those(account.id)
    town[0].house.changed.notify()
    await clerk.wait_for_selector("dialog [data-part=sign-in]")
    assert "Dienst" not in await clerk.inner_text("body")
    await expect(clerk.locator("input[name=passkey]")).not_to_be_visible()
    await clerk.keyboard.press("Escape")
    assert await clean(clerk)
    await expect(clerk.locator("dialog input[name=password]")).to_be_focused()
    await clerk.keyboard.type(PASSWORD)
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("dialog")).to_have_count(0)
    await expect(clerk.locator("input[name=passkey]")).to_have_value("halb getippt")
    await expect(clerk.locator("input[name=passkey]")).to_be_focused()
    await signed_in(clerk)

    office.sessions.end_those(account.id)
    town[0].house.changed.notify()
    await clerk.wait_for_selector("dialog")
    await password(clerk, "Amt 14")
    await signed_in(clerk, "Amt 14")
    await clerk.click("nav [data-page=self]")
    await expect(clerk.locator("input[name=passkey]")).to_have_value("")


async def test_the_administrator_invites_a_colleague_who_chooses_a_password(clerk: Page) -> None:
    await clerk.goto("/staff#/accounts")
    await password(clerk, "Amt 34")
    await signed_in(clerk, "Amt 34")
    await clerk.click("[data-part=new-account] summary")
    assert await clean(clerk)
    await clerk.fill("input[name=account]", "Amt 35")
    await clerk.select_option("select[name=role]", "lead")
    await clerk.click("[data-id=create-account]")
    link = await clerk.inner_text("[data-part=link] code")
    row = clerk.locator("[data-part=account][data-name='Amt 35']")
    await expect(row).to_contain_text("Link noch nicht benutzt")
    await sign_out(clerk)
    await clerk.goto("about:blank")
    await clerk.goto(link)
    for field in ("password", "again"):
        await clerk.fill(f"input[name={field}]", "mein eigenes Passwort")
    await clerk.click("[data-id=set-password]")
    await signed_in(clerk, "Amt 35")
    await expect(clerk.locator("[data-part=me]")).to_contain_text("Leitung")


async def test_the_auditor_verifies_the_log_on_the_page(clerk: Page) -> None:
    await clerk.goto("/staff#/audit")
    await password(clerk, "Amt 14")
    await clerk.wait_for_selector("[data-part=entry]")
    await clerk.click("[data-id=verify]")
    await expect(clerk.locator("[data-part=verified]")).to_contain_text("Unversehrt")
    await clerk.select_option("select[name=what]", "account_added")
    await clerk.click("[data-id=find]")
    await expect(clerk.locator("[data-part=entries]")).to_have_attribute("data-total", "3")
    assert await clean(clerk)


async def test_the_shell_speaks_english_folds_its_menu_on_a_phone_and_works_by_keyboard(clerk: Page) -> None:
    await clerk.set_viewport_size({"width": 360, "height": 740})
    await clerk.goto("/staff")
    await clerk.click("[data-id=language]")
    await expect(clerk.locator("[data-id=sign-in]")).to_have_text("Sign in")
    await clerk.fill("input[name=name]", "Amt 33")
    await clerk.fill("input[name=password]", "wrong password")
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("[data-part=problem] p")).to_have_text("The name or the password is wrong.")
    await password(clerk)
    await signed_in(clerk)
    assert await clerk.get_attribute("html", "lang") == "en"
    await expect(clerk.locator("nav")).to_be_hidden()
    await clerk.focus("[data-id=menu]")
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("nav")).to_be_visible()
    assert await clean(clerk)
    assert await clerk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await clerk.focus("nav [data-page=self]")
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("nav")).to_be_hidden()
    await expect(clerk.locator("main h2")).to_be_focused()
    await expect(clerk).to_have_title("My account – Rathauslotse Musterstadt")
    await clerk.reload()
    await signed_in(clerk)
    await clerk.keyboard.press("Tab")
    await expect(clerk.locator("a.skip")).to_be_focused()
    await clerk.keyboard.press("Enter")
    await expect(clerk.locator("main")).to_be_focused()


async def test_the_towns_provider_signs_a_clerk_in_and_out_across_two_sites(
    browser: Browser, tmp_path: Path
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://localhost:{listener.getsockname()[1]}"
    with Provider(origin) as provider:  # 127.0.0.1 is another site than localhost, as in a town
        provider.belongs(erika=["lotse-amt"])
        rules = SignInRules(provider=provider.client(), provider_name="Stadtkonto")
        async with serving(Town(tmp_path, rules), listener):
            context = await browser.new_context(base_url=origin)
            page = await context.new_page()
            for who in ("gast", "erika"):
                await page.goto("/staff")
                await page.click("[data-id=provider]")
                await page.fill("input[name=login]", who)
                await page.fill("input[name=password]", "any")
                await page.click("button[type=submit]")
                # the next page has the same address and the same button
                await page.wait_for_selector("input[name=prompt][value=consent]", state="attached")
                await page.click("button[type=submit]")
                await page.wait_for_url(re.compile(f"^{origin}"))
                if who == "gast":
                    await expect(page.locator("[data-part=problem]")).to_contain_text("keine Rolle")
                    assert "problem" not in page.url
                    await context.clear_cookies()
            await signed_in(page, "Amt erika")
            await page.click("[data-id=sign-out]")
            await page.wait_for_url(re.compile("/session/end"))
            await page.click("button[value=yes]")
            await page.wait_for_url(f"{origin}/staff*")
            await page.wait_for_selector("[data-id=sign-in]")
            await context.close()
