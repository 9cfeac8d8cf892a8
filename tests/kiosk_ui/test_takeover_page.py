"""Clerk and citizen in two real browsers, a real conductor and the real web app between them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

from robot.visit.takeover import LOST_S
from robot.visit.visit import Visit
from robot.web.kiosk import kiosk_router
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import staff_router
from robot.web.staff_services import StaffServices
from robot.web.staff_takeover import takeover_router
from simulator.body import RobotBody
from tests.kiosk_ui.looks import findings
from tests.kiosk_ui.stand_in import DIST, browsing
from tests.robot.visit.kit import Kiosk

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "ein langes Passwort"
FAKE_MEDIA = ("--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream")

# the second frame that comes in: [width of the picture, tracks with sound]
FRAMES = """(selector) => new Promise((done, fail) => {
  const end = setTimeout(() => fail(new Error('no picture comes in')), 60000);
  const look = () => {
    const video = document.querySelector(selector);
    if (!video?.videoWidth) { setTimeout(look, 50); return; }
    video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(() => {
      clearTimeout(end);
      done([video.videoWidth, video.srcObject.getAudioTracks().length]);
    }));
  };
  look();
})"""
SOUND = """(selector) => new Promise((done, fail) => {
  const end = setTimeout(() => fail(new Error('no sound comes in')), 60000);
  const look = () => {
    const video = document.querySelector(selector);
    if (video?.currentTime > 0.3) { clearTimeout(end); done(video.srcObject.getTracks().map((t) => t.kind)); }
    else setTimeout(look, 50);
  };
  look();
})"""
# when the page, which had a camera and a microphone, holds neither any more
RELEASED = """() => new Promise((done, fail) => {
  const end = setTimeout(() => fail(new Error('a camera or a microphone is still held')), 60000);
  const look = () => {
    const held = window.lotseTracks.some((track) => track.readyState === 'live');
    if (window.lotseTracks.length && !held) { clearTimeout(end); done(true); } else setTimeout(look, 50);
  };
  look();
})"""
WATCH = """() => {
  window.lotseTracks = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.lotseTracks.push(...stream.getTracks());
    return stream;
  };
}"""


class Lobby:
    """A kiosk with its web app, the citizen's page and two clerks."""

    def __init__(self, kiosk: Kiosk, url: str, browser: Browser) -> None:
        self.kiosk = kiosk
        self.url = url
        self.browser = browser
        self.complaints: list[str] = []

    async def context(self, width: int, height: int) -> BrowserContext:
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, base_url=self.url, locale="de-DE"
        )
        await context.add_init_script(f"({WATCH})()")
        return context

    def _watch(self, page: Page) -> Page:
        def error(error: Error) -> None:
            self.complaints.append(str(error))

        def console(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                self.complaints.append(message.text)

        page.on("pageerror", error)
        page.on("console", console)
        return page

    async def citizen(self) -> tuple[Page, Visit]:
        """Somebody stands before the kiosk and has asked for a human."""
        page = self._watch(await (await self.context(1080, 1920)).new_page())
        await page.goto("/")
        await page.wait_for_selector("main[data-state]")
        visit = await self.kiosk.visitor()
        await self.kiosk.conductor.talk.hush()
        return page, visit

    async def clerk(self, visit: Visit, name: str = "Amt 33", width: int = 1400) -> Page:
        """A clerk at the page of this visit."""
        page = self._watch(await (await self.context(width, 1000)).new_page())
        await page.goto(f"/staff#/desk/visit/{visit.id}")
        await page.fill("input[name=name]", name)
        await page.fill("input[type=password]", PASSWORD)
        await page.press("input[type=password]", "Enter")
        await page.wait_for_selector("[data-part=takeover][data-state]:not([data-state=opening])")
        return page

    async def taken(self, visit: Visit) -> Page:
        page = await self.clerk(visit)
        await page.click("[data-id=take]")
        await page.wait_for_selector("[data-part=takeover][data-state=mine]")
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Browser]:
    """A browser with a camera and a microphone that are always there."""
    async with browsing(*FAKE_MEDIA) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def lobby(tmp_path: Path, media: Browser) -> AsyncIterator[Lobby]:
    with RobotBody(tmp_path / "body") as world:
        kiosk = Kiosk(tmp_path, world, lost_s=60.0, talk_s=60.0)
        conductor, office = kiosk.conductor, kiosk.office
        for name in ("Amt 33", "Amt 34"):
            await office.accounts.add(name, PASSWORD, "clerk")
        app = FastAPI()
        take_in(app, kiosk_router(conductor, kiosk.devices.camera))
        take_in(app, takeover_router(office.sessions, conductor.takeover))
        take_in(
            app,
            staff_router(
                StaffServices(
                    office=office,
                    town="Musterstadt",
                    changed=kiosk.changed,
                    visits=conductor.visits,
                    devices=conductor.condition.rows,
                    print_ticket=lambda case: asyncio.sleep(0),
                    accept_help=conductor.help_desk.accept,
                )
            ),
        )
        app.mount("/assets", StaticFiles(directory=DIST / "assets"))
        app.get("/")(lambda: FileResponse(DIST / "index.html"))
        app.get("/staff")(lambda: FileResponse(DIST / "staff.html"))
        install_security(app)
        for device in kiosk.devices.all():
            await device.start()
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        tasks = [
            asyncio.create_task(kiosk.conductor.run()),
            asyncio.create_task(server.serve([listener])),
        ]
        yield Lobby(kiosk, f"http://127.0.0.1:{listener.getsockname()[1]}", media)
        for context in media.contexts:
            await context.close()
        server.should_exit = True
        await tasks[1]
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await conductor.close()
        for device in reversed(kiosk.devices.all()):
            await device.stop()
        office.close()


async def test_a_clerk_writes_and_the_citizen_answers_and_sees_who_it_is(lobby: Lobby) -> None:
    citizen, visit = await lobby.citizen()
    clerk = await lobby.clerk(visit)
    await expect(clerk.locator("[data-part=may-read]")).to_be_visible()
    await clerk.fill("input[name=shown_as]", "Frau Amt")
    await clerk.click("[data-id=take]")
    await expect(citizen.locator("[data-part=badge]")).to_have_text("Mensch: Frau Amt")
    await expect(citizen.locator("[data-part=human]")).to_be_visible()
    await expect(clerk.locator("textarea[name=message]")).to_be_focused()
    await clerk.keyboard.type("Guten Tag, was fehlt Ihnen?")
    await clerk.keyboard.press("Enter")
    await expect(citizen.locator("[data-part=caption]")).to_have_text("Guten Tag, was fehlt Ihnen?")
    await expect(citizen.locator("[data-part=by]")).to_contain_text("Frau Amt")
    await citizen.fill("[data-part=type] input", "Ich finde meinen Ausweis nicht")
    await citizen.press("[data-part=type] input", "Enter")
    said = clerk.locator("[data-part=dialogue] [data-who=citizen]").last
    await expect(said).to_contain_text("Ich finde meinen Ausweis nicht")
    await clerk.click("[data-part=canned] summary")
    await clerk.click("[data-id='canned:moment']")
    await expect(citizen.locator("[data-part=caption]")).to_have_text("Einen Moment bitte, ich sehe nach.")

    assert await findings(clerk) == []
    await clerk.set_viewport_size({"width": 360, "height": 780})
    wide = await clerk.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0

    await clerk.click("[data-id=hand-back]")
    await expect(citizen.locator("[data-part=badge]")).not_to_contain_text("Mensch:")
    await expect(clerk.locator("[data-part=takeover]")).to_have_attribute("data-state", "offered")
    assert lobby.complaints == []


async def test_voice_and_video_go_both_ways_and_either_end_can_stop_them(lobby: Lobby) -> None:
    citizen, visit = await lobby.citizen()
    clerk = await lobby.taken(visit)
    await clerk.click("[data-id=call-video]")
    await citizen.click("[data-part=ask] [data-id='takeover:video']")
    both = await asyncio.gather(
        *(page.evaluate(FRAMES, "video[data-part=theirs]") for page in (citizen, clerk))
    )
    assert [sound for _, sound in both] == [1, 1]
    await clerk.wait_for_selector("[data-part=talk][data-state=running]")
    await expect(citizen.locator("[data-part=call]")).to_contain_text("Kamera und Mikrofon sind an.")
    assert lobby.kiosk.conductor.talk.quiet
    # not by the mouse: a busy machine paints the moving pictures first
    await citizen.dispatch_event("[data-id='takeover:stop']", "click")
    await expect(clerk.locator("[data-part=takeover-told]")).to_have_attribute("data-told", "talk_ended")
    await expect(citizen.locator("[data-part=pictures]")).to_have_count(0)
    for page in (citizen, clerk):
        await page.evaluate(RELEASED)

    await clerk.click("[data-id=call-voice]")
    await citizen.click("[data-part=ask] [data-id='takeover:voice']")
    tracks = await asyncio.gather(
        *(page.evaluate(SOUND, "video[data-part=theirs]") for page in (citizen, clerk))
    )
    assert tracks == [["audio"], ["audio"]]
    await expect(citizen.locator("[data-part=call]")).to_contain_text("Die Kamera ist aus.")
    await clerk.dispatch_event("[data-id=hang-up]", "click")
    await expect(citizen.locator("[data-part=call]")).to_have_count(0)
    assert lobby.complaints == []


async def test_a_camera_that_is_refused_costs_one_sentence_and_writing_goes_on(lobby: Lobby) -> None:
    citizen, visit = await lobby.citizen()
    await citizen.evaluate(
        """() => {
            const refuse = () => Promise.reject(new DOMException('', 'NotAllowedError'));
            navigator.mediaDevices.getUserMedia = refuse;
        }"""
    )
    clerk = await lobby.taken(visit)
    await clerk.click("[data-id=call-video]")
    await citizen.click("[data-part=ask] [data-id='takeover:video']")
    await expect(clerk.locator("[data-part=takeover-told]")).to_have_attribute("data-told", "talk_failed")
    await expect(citizen.locator("[data-part=caption]")).to_contain_text("haben nicht geklappt")
    await clerk.fill("textarea[name=message]", "Dann schreiben wir.")
    await clerk.press("textarea[name=message]", "Enter")
    await expect(citizen.locator("[data-part=caption]")).to_have_text("Dann schreiben wir.")


async def test_a_second_clerk_sees_who_has_it_and_a_closed_browser_gives_it_up(lobby: Lobby) -> None:
    lobby.kiosk.conductor.takeover.lost_s = LOST_S
    citizen, visit = await lobby.citizen()
    clerk = await lobby.taken(visit)
    other = await lobby.clerk(visit, "Amt 34")
    await expect(other.locator("[data-part=takeover]")).to_have_attribute("data-state", "taken")
    await expect(other.locator("[data-part=takeover]")).to_contain_text("Amt 33 spricht gerade")
    await clerk.context.close()
    await expect(citizen.locator("[data-id='takeover:machine']")).to_be_visible()
    await expect(citizen.locator("[data-part=caption]")).to_contain_text("ist abgebrochen")
    await other.wait_for_selector("[data-part=takeover][data-state=offered]")
    await citizen.click("[data-id='takeover:machine']")
    await expect(citizen.locator("main")).to_have_attribute("data-panel", "welcome")


async def test_after_a_session_that_ends_nothing_typed_is_lost_and_after_the_visit_nothing_is_left(
    lobby: Lobby,
) -> None:
    citizen, visit = await lobby.citizen()
    clerk = await lobby.taken(visit)
    await clerk.fill("textarea[name=message]", "Noch nicht gesendet")
    sessions = lobby.kiosk.office.sessions
    for cookie in await clerk.context.cookies():
        sessions.end(cookie["value"])
    await expect(citizen.locator("[data-id='takeover:machine']")).to_be_visible()
    await clerk.fill("input[type=password]", PASSWORD)
    if await clerk.locator("input[name=name]").is_editable():
        await clerk.fill("input[name=name]", "Amt 33")
    await clerk.press("input[type=password]", "Enter")
    await clerk.click("[data-id=take]")
    await expect(clerk.locator("textarea[name=message]")).to_have_value("Noch nicht gesendet")
    await expect(clerk.locator("textarea[name=message]")).to_be_focused()
    await clerk.keyboard.press("Enter")
    await expect(citizen.locator("[data-part=caption]")).to_have_text("Noch nicht gesendet")
    await lobby.kiosk.conductor.course.end("left")
    await clerk.wait_for_selector("[data-part=takeover][data-state=over]")
    assert not re.search("Noch nicht|Guten Tag", await clerk.inner_text("[data-part=takeover]"))
