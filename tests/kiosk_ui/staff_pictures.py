"""The pictures of the staff's pages in the docs, of the robot itself on an invented day.

`python -m tests.kiosk_ui.staff_pictures [FOLDER] [NAME…]` plays `lotse demo --day --at 10:40`, writes
docs/screens/staff-*.webp at half size; with a FOLDER also the pictures at full size, as PNG; with NAMEs only
those. It is always a morning with people waiting: the robot's clock goes on from then, whatever time it is.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dialogs.catalogue import Catalogue
from robot.day_command import Wanted, run_day
from robot.settings import load
from simulator.citizens.screen import CHROMIUM
from simulator.processes import until
from tests.kiosk_ui.pictures import FOLDER, QUALITY
from tests.kiosk_ui.samples import ROOT
from tests.kiosk_ui.test_takeover_page import FAKE_MEDIA, FRAMES
from tests.ports import free_port

AT = Wanted(None, seed=1, weeks=6, visits=280, at=time(10, 40))
WIDE = (1600, 1000)
PHONE = (390, 844)
KIOSK = (1080, 1920)
ACCOUNT = re.compile(r"^  (clerk|lead|auditor|administrator) +(.+?)  +(\S+)$")
ADDRESS = re.compile(r"^(https?://\S+)/staff$")
PATIENCE_S = 90
ARGUMENTS = ["--no-sandbox", *FAKE_MEDIA]


@dataclass(frozen=True)
class House:
    """The running robot: its address, and name and password by role."""

    url: str
    accounts: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Shot:
    """A page of a role, and what has to stand there before the picture; `click`: before that.

    `height`: how much of it; 0 for as much as the window has.
    """

    name: str
    role: str
    page: str
    shown: str
    click: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    height: int = 0


SHOTS = (
    Shot("desk", "clerk", "desk", "[data-part=case]"),
    Shot("case", "clerk", "desk", "[data-part=case-detail] [data-field-row]", ("[data-id=next]",)),
    Shot("desk-phone", "clerk", "desk", "[data-part=case]", size=PHONE),
    Shot("house", "lead", "house", "[data-part=house]"),
    Shot("figures", "lead", "figures", "svg"),
    Shot("content", "administrator", "content", "h2"),
    Shot("accounts", "administrator", "accounts", "h2"),
    Shot("audit", "auditor", "audit", "h2"),
    Shot("self", "clerk", "self", "h2"),
)


def play(folder: Path, web: int, rasa: int, told: Connection) -> None:
    """The robot on its day, in a process of its own."""
    settings = load(ROOT / "lotse.toml")
    settings = settings.model_copy(
        update={
            "web": settings.web.model_copy(update={"port": web}),
            "rasa": settings.rasa.model_copy(update={"port": rasa}),
        }
    )
    catalogue = Catalogue.load(settings.path(settings.town.services), settings.path(settings.town.facts))
    run_day(settings, catalogue, AT, folder, serve=True, say=told.send)


@contextmanager
def day(folder: Path) -> Iterator[House]:
    """The robot on its day, ready."""
    here, there = get_context("spawn").Pipe(duplex=False)
    robot = get_context("spawn").Process(target=play, args=(folder, free_port(), free_port(), there))
    robot.start()
    there.close()
    accounts: dict[str, tuple[str, str]] = {}
    url = ""
    try:
        while len(accounts) < 4:
            line = here.recv()
            if found := ADDRESS.match(line):
                url = found[1]
            elif found := ACCOUNT.match(line):
                accounts[found[1]] = (found[2], found[3])
        until(lambda: answers(url), PATIENCE_S, "The robot does not listen.")
        yield House(url, accounts)
    finally:
        robot.terminate()
        robot.join()


def context(browser: Browser, house: House, size: tuple[int, int]) -> BrowserContext:
    """Somebody's browser."""
    made = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        base_url=house.url,
    )
    made.set_default_timeout(PATIENCE_S * 1000)
    return made


def sign_in(browser: Browser, house: House, role: str, size: tuple[int, int]) -> Page:
    """The first page of somebody of that role."""
    page = context(browser, house, size).new_page()
    name, password = house.accounts[role]
    page.goto("/staff")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=live][data-live=true]", state="attached")
    return page


def take(page: Page, shot: Shot) -> bytes:
    """The picture, PNG."""
    page.goto(f"/staff#/{shot.page}")
    page.wait_for_selector("[data-part=live][data-live=true]", state="attached")
    if shot.click:
        page.fill("[data-id=counter]", "Platz 1")
    for wanted in shot.click:
        page.locator(wanted).first.click()
    page.wait_for_selector(shot.shown)
    return taken(page, shot.height)


def taken(page: Page, height: int = 0) -> bytes:
    """What the page shows, once its letters and pictures are there."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("document.fonts.ready")
    size = page.viewport_size
    assert size is not None
    clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"]}
    return page.screenshot(animations="disabled", clip=clip)  # type: ignore[arg-type]


def keep(name: str, png: bytes, folder: Path | None) -> None:
    """Into the docs at half size, and into `folder` as it is."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).save(
        FOLDER / f"staff-{name}.webp", quality=QUALITY, method=6
    )
    if folder:
        (folder / f"staff-{name}.png").write_bytes(png)
    print(f"staff-{name}", flush=True)


def takeover(browser: Browser, house: House, keep: Callable[[str, bytes], None]) -> None:
    """A citizen asks for a human, who takes over with video: both screens."""
    citizen = context(browser, house, KIOSK).new_page()
    citizen.goto("/")
    clerk = sign_in(browser, house, "clerk", WIDE)
    citizen.locator("[data-id=identity_card]").click()
    citizen.wait_for_selector("main[data-panel=choices]")
    citizen.fill("[data-part=type] input", "Ich möchte mit einem Menschen sprechen")
    citizen.keyboard.press("Enter")
    citizen.locator("[data-id='takeover:read_yes']").click()
    clerk.locator("[data-part=visit] [data-id=take-over]").first.click()
    clerk.locator("[data-id=take]").click()
    clerk.locator("textarea[name=message]").fill("Guten Tag! Ich sehe, dass Sie einen Ausweis brauchen.")
    clerk.keyboard.press("Enter")
    clerk.locator("[data-id=call-video]").click()
    citizen.locator("[data-part=ask] [data-id='takeover:video']").click()
    for page in (clerk, citizen):
        page.evaluate(FRAMES, "video[data-part=theirs]")
    clerk.wait_for_selector("[data-part=talk][data-state=running]")
    # the clerk's last: a page that stands still for its picture is taken for one that is gone
    seen = taken(citizen)
    citizen.wait_for_selector("[data-part=human]")
    keep("takeover-citizen", seen)
    keep("takeover", taken(clerk))
    clerk.locator("[data-id=hand-back]").dispatch_event("click")


def main(folder: Path | None, names: set[str]) -> None:
    """Takes all pictures, or those of that name; with all of them those go that are taken no more."""
    made = set()

    def kept(name: str, png: bytes) -> None:
        if not names or name in names:
            keep(name, png, folder)
            made.add(f"staff-{name}.webp")

    with tempfile.TemporaryDirectory() as store, day(Path(store) / "day") as house, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        waiting = context(browser, house, WIDE).new_page()
        waiting.goto("/staff")
        waiting.wait_for_selector("[data-part=sign-in]")
        kept("sign-in", taken(waiting, 700))
        waiting.goto("/display")
        waiting.wait_for_selector("[data-part=before]")
        kept("display", taken(waiting))
        pages: dict[tuple[str, tuple[int, int]], Page] = {}
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            key = (shot.role, shot.size)
            if key not in pages:
                pages[key] = sign_in(browser, house, *key)
            kept(shot.name, take(pages[key], shot))
        if not names or names & {"takeover", "takeover-citizen"}:
            takeover(browser, house, kept)
        browser.close()
    for file in FOLDER.glob("staff-*.webp"):
        if not names and file.name not in made:
            file.unlink()


def answers(url: str) -> bool:
    """Whether the robot listens and can greet."""
    try:
        return bool(httpx.get(f"{url}/health").json()["ready"])
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, set(sys.argv[2:]))
