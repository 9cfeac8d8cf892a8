"""The pictures of README and docs, which are also what every later screen is compared with.

`python -m tests.kiosk_ui.pictures [NAME…]` takes them anew from the pages (half size, docs/screens/) and says
which have changed; look at those before they are committed.

How one compares: both pictures are reduced and softened until letters are grey, so that the edges of
letters, another grid of pixels and a blinking eye weigh nothing; then the largest difference of any tile
counts. A panel that lies over another, a bar that is gone or a font that is missing fills whole tiles.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.async_api import Browser, Page

from simulator.panel import Panel
from simulator.world import World
from tests.kiosk_ui.poses import SIZES, poses, relax, shown_as, strike
from tests.kiosk_ui.samples import ROOT, kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, browsing, serving, showing

Picture = NDArray[np.uint8]

FOLDER = ROOT / "docs" / "screens"
QUALITY = 65  # of a kept picture (WebP): letters stay smooth, files small
TILE = 16  # px of the reduced picture, 64 of the screen
SOFT = 1.5
MOST = 16.0  # of 255, mean of a tile; tests/kiosk_ui/test_pictures.py proves what it lets through


PANEL = FOLDER / "panel.webp"
DESK = {"width": 1600, "height": 1000}
ACTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("presence", {"present": True}),
    ("card", {"profile": "german_id", "persona": "mustermann"}),
    ("document", {"persona": "mustermann", "document": "id_card_back", "level": "easy"}),
)


@dataclass(frozen=True)
class Shot:
    """A pose, as one sets the screen and as it stands."""

    pose: str
    orientation: str
    display: str = "normal"

    @property
    def name(self) -> str:
        """Of its file."""
        return "-".join(filter(None, (self.pose, self.orientation, self.display.replace("normal", ""))))


MAIN = (
    "idle",
    "choices",
    "checklist",
    "consent",
    "camera",
    "chip",
    "form_address",
    "review",
    "ticket",
    "feedback",
    "plan",
    "warning",
    "closed_store",
)
SHOTS = (
    *(Shot(name, orientation) for name in MAIN for orientation in SIZES),
    Shot("form_keyboard", "portrait"),
    Shot("form_end", "portrait"),
    Shot("private_review", "portrait"),
    Shot("form_date", "landscape"),
    Shot("display_menu", "portrait"),
    Shot("languages", "landscape"),
    Shot("choices", "landscape", "large"),
    Shot("form_address", "portrait", "large"),
    Shot("choices", "portrait", "high"),
    Shot("review", "landscape", "dark"),
    Shot("checklist", "portrait", "low"),
    Shot("arabic", "portrait"),
)


def file_of(shot: Shot) -> Path:
    """Where its picture is kept."""
    return FOLDER / f"{shot.name}.webp"


async def opened(browser: Browser, address: str) -> dict[str, Page]:
    """A screen upright and one wide, without motion."""
    pages = {}
    for name, (width, height) in SIZES.items():
        page = await browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        await page.goto(address)
        pages[name] = page
    return pages


async def taken(page: Page) -> Picture:
    """The page as it stands, at half its size (BGR)."""
    await page.evaluate(
        """async () => {
          await document.fonts.ready;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    octets = await page.screenshot(type="jpeg", quality=95, caret="hide")
    return halved(octets)


def halved(octets: bytes) -> Picture:
    """An encoded picture at half its size (BGR)."""
    whole = cv2.imdecode(np.frombuffer(octets, np.uint8), cv2.IMREAD_COLOR)
    if whole is None:
        raise ValueError("that is not a picture")
    return np.asarray(cv2.resize(whole, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


async def pose_for(page: Page, robot: StandIn, shot: Shot) -> Picture:
    """Bring the page into the shot's pose; its picture."""
    pose = poses()[shot.pose]
    await robot.show(shown_as(kiosk_screens()[pose.screen], shot.display))
    await showing(page, robot.view)
    await strike(page, pose)
    picture = await taken(page)
    await relax(page, pose)
    return picture


def difference(one: Picture, other: Picture) -> float:
    """How much the most different tile differs, 0..255; 255 when the sizes do. Both at half size."""
    if one.shape != other.shape:
        return 255.0
    soft = [
        cv2.GaussianBlur(
            cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), (0, 0), SOFT
        )
        for picture in (one, other)
    ]
    apart = cv2.absdiff(soft[0], soft[1]).max(axis=2).astype(np.float32)
    return float(cv2.blur(apart, (TILE, TILE)).max())


def read(file: Path) -> Picture:
    """A kept picture. Raises FileNotFoundError."""
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise FileNotFoundError(f"{file.relative_to(ROOT)} is missing: python -m tests.kiosk_ui.pictures")
    return np.asarray(picture, np.uint8)


def keep(picture: Picture, file: Path) -> None:
    """Write a picture small."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).save(file, quality=QUALITY, method=6)


async def panel_taken(browser: Browser, kiosk: str) -> Picture:
    """The developer's panel, half size: somebody has come, and laid a card on the reader."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), 0)
        await asyncio.to_thread(world.start)
        try:
            with Panel(world, 0, kiosk) as panel:
                page = await browser.new_page(viewport=DESK, reduced_motion="reduce")
                await page.goto(panel.url)
                async with httpx.AsyncClient(base_url=panel.url, timeout=60) as hands:
                    for act, wish in ACTS:
                        (await hands.post(act, json=wish)).raise_for_status()
                await page.wait_for_selector('#card-picture[data-card="true"]')
                await page.wait_for_selector('[data-id="presence"][aria-checked="true"]')
                picture = await taken(page)
                await page.close()
                return picture
        finally:
            await asyncio.to_thread(world.stop)


async def take(only: Iterable[str] = ()) -> list[str]:
    """Take the pictures (of these poses; all without any) and keep those that have changed; their names."""
    wanted = set(only)
    changed = []
    robot = StandIn()
    async with browsing() as browser, serving(robot) as address:
        pages = await opened(browser, address)
        for shot in SHOTS:
            if wanted and shot.pose not in wanted:
                continue
            picture = await pose_for(pages[shot.orientation], robot, shot)
            if not file_of(shot).exists() or difference(picture, read(file_of(shot))) > 1:
                keep(picture, file_of(shot))
                changed.append(shot.name)
        if not wanted or "panel" in wanted:
            picture = await panel_taken(browser, address)
            if not PANEL.exists() or difference(picture, read(PANEL)) > MOST:
                keep(picture, PANEL)
                changed.append(PANEL.stem)
    if not wanted:
        # those of the staff's pages are taken by staff_pictures
        known = {PANEL, *map(file_of, SHOTS), *FOLDER.glob("staff-*.webp")}
        for file in set(FOLDER.glob("*.webp")) - known:
            file.unlink()
            changed.append(f"{file.stem} (gone)")
    return changed


if __name__ == "__main__":
    print("\n".join(asyncio.run(take(sys.argv[1:]))) or "nothing has changed")
