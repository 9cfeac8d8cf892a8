"""The pictures of the staff's pages in the docs, of the robot itself on an invented day.

`python -m tests.kiosk_ui.staff_pictures [FOLDER]` plays `lotse demo --day`, writes docs/screens/staff-*.webp
at half size; with a FOLDER also the pictures at full size, as PNG. The port of the robot must be free, and
the town hall must have been open for an hour today: what is older waits on no desk.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from simulator.citizens.screen import CHROMIUM
from simulator.processes import until
from tests.kiosk_ui.pictures import FOLDER, QUALITY
from tests.kiosk_ui.samples import ROOT

WIDE = {"width": 1600, "height": 1000}
PHONE = {"width": 390, "height": 844}
ACCOUNT = re.compile(r"^  (clerk|lead|auditor|administrator) +(.+?)  +(\S+)$")
ADDRESS = re.compile(r"^(https?://\S+)/staff$")
STARTED_S = 180


@dataclass(frozen=True)
class House:
    """The running robot: its address, and name and password by role."""

    url: str
    accounts: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Shot:
    """A page of a role, and what has to stand there before the picture; `click`: before that."""

    name: str
    role: str
    page: str
    shown: str
    click: tuple[str, ...] = ()
    size: str = "wide"


SHOTS = (
    Shot("desk", "clerk", "desk", "[data-part=case]"),
    Shot(
        "case",
        "clerk",
        "desk",
        "[data-part=case-detail] [data-field-row]",
        ("[data-part=case] [data-id=open]",),
    ),
    Shot("desk-phone", "clerk", "desk", "[data-part=case]", size="phone"),
    Shot("house", "lead", "house", "[data-part=house]"),
    Shot("figures", "lead", "figures", "svg"),
    Shot("content", "administrator", "content", "h2"),
    Shot("accounts", "administrator", "accounts", "h2"),
    Shot("audit", "auditor", "audit", "h2"),
    Shot("self", "clerk", "self", "h2"),
)


@contextmanager
def day(folder: Path) -> Iterator[House]:
    """`lotse demo --day`, ready."""
    command = [str(ROOT / ".venv" / "bin" / "lotse"), "demo", "--day", "--into", str(folder)]
    robot = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1)
    accounts: dict[str, tuple[str, str]] = {}
    url = ""
    try:
        assert robot.stdout is not None
        for line in robot.stdout:
            if found := ADDRESS.match(line.rstrip()):
                url = found[1]
            elif found := ACCOUNT.match(line.rstrip()):
                accounts[found[1]] = (found[2], found[3])
            if len(accounts) == 4:
                break
        yield House(url, accounts)
    finally:
        robot.terminate()
        robot.wait()


def sign_in(browser: Browser, house: House, role: str, size: dict[str, int]) -> Page:
    """The first page of somebody of that role."""
    page = browser.new_context(viewport=size, locale="de-DE", base_url=house.url).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
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
    for wanted in shot.click:
        page.locator(wanted).first.click()
    page.wait_for_selector(shot.shown)
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def keep(name: str, png: bytes, folder: Path | None) -> None:
    """Into the docs at half size, and into `folder` as it is."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).save(
        FOLDER / f"staff-{name}.webp", quality=QUALITY, method=6
    )
    if folder:
        (folder / f"staff-{name}.png").write_bytes(png)


def main(folder: Path | None) -> None:
    """Takes all pictures."""
    with tempfile.TemporaryDirectory() as store, day(Path(store) / "day") as house, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        waiting = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        until(lambda: answers(house.url), STARTED_S, "The robot does not listen.")
        waiting.goto(f"{house.url}/staff")
        waiting.wait_for_selector("[data-part=sign-in]")
        keep("sign-in", waiting.screenshot(), folder)
        waiting.goto(f"{house.url}/display")
        waiting.wait_for_selector("main")
        keep("display", waiting.screenshot(), folder)
        pages: dict[tuple[str, str], Page] = {}
        for shot in SHOTS:
            key = (shot.role, shot.size)
            if key not in pages:
                pages[key] = sign_in(browser, house, shot.role, PHONE if shot.size == "phone" else WIDE)
            keep(shot.name, take(pages[key], shot), folder)
            print(f"staff-{shot.name}")
        browser.close()


def answers(url: str) -> bool:
    """Whether the robot listens."""
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
