"""Full-size pictures of every sample screen, as one sets it, in both orientations, and what is wrong on each.

`python -m tests.kiosk_ui.gallery [FOLDER] [NAME…]` writes PNGs (default build/gallery), prints findings; exit
1 when there are any. NAME: a screen or pose (tests/kiosk_ui/poses.py), a display (`dark`), or `staff`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.kiosk_ui.looks import findings, layout
from tests.kiosk_ui.pictures import opened
from tests.kiosk_ui.poses import DISPLAYS, poses, relax, shown_as, strike
from tests.kiosk_ui.samples import ROOT, kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, browsing, serving, showing


async def kiosk_pictures(browser: Browser, folder: Path, only: list[str]) -> list[str]:
    """Takes the citizen's screens; returns the findings."""
    found: list[str] = []
    displays = [name for name in DISPLAYS if name in only] or list(DISPLAYS)
    names = [name for name in poses() if name in only] or list(poses())
    screens = kiosk_screens()
    robot = StandIn()
    async with serving(robot) as address:
        pages = await opened(browser, address)
        for page in pages.values():
            page.on("pageerror", lambda error: print(error))
        for display in displays:
            for name in names:
                pose = poses()[name]
                await robot.show(shown_as(screens[pose.screen], display))
                for orientation, page in pages.items():
                    place = f"{name}-{display}-{orientation}"
                    await showing(page, robot.view)
                    await strike(page, pose)
                    found += [f"{place}: {line}" for line in [*await layout(page), *await findings(page)]]
                    await page.screenshot(path=folder / f"{place}.png")
                    await relax(page, pose)
        for page in pages.values():
            await page.close()
    return found


async def staff_pictures(browser: Browser, folder: Path) -> list[str]:
    """Takes the clerk's page; returns the findings."""
    found: list[str] = []
    for size, (width, height) in {"desk": (1600, 1000), "phone": (420, 900)}.items():
        stand_in = StandIn()
        async with serving(stand_in) as address:
            page = await browser.new_page(viewport={"width": width, "height": height})

            async def take(name: str, page: Page = page, size: str = size) -> None:
                await page.evaluate("document.fonts.ready")
                await page.screenshot(path=folder / f"staff_{name}-{size}.png", full_page=True)
                found.extend(f"staff_{name}-{size}: {text}" for text in await findings(page))

            await page.goto(f"{address}/staff")
            await page.wait_for_selector("input[name=password]")
            await take("sign_in")
            await page.fill("input[name=name]", "amt")
            await page.fill("input[name=password]", "richtig")
            await page.keyboard.press("Enter")
            await page.wait_for_selector("[data-part=case]")
            await take("queue")
            await page.click("[data-part=case][data-id=c1] [data-id=open]")
            await page.wait_for_selector("[data-part=case-detail] [data-field-row]")
            await take("case")
            await page.click("[data-part=case-detail] [data-id=return]")
            await page.wait_for_selector("dialog[open]")
            await take("return")
            await page.fill("dialog textarea", "Die Geburtsurkunde fehlt.")
            stand_in.conflict = "Diesen Vorgang hat inzwischen jemand anders geändert."
            await page.click("dialog [data-id=confirm-return]")
            await page.wait_for_selector("[data-part=problem]")
            await take("conflict")
            await page.close()
    return found


async def main(folder: Path, only: list[str]) -> int:
    """0 when nothing was found."""
    async with browsing() as browser:
        found = [] if only == ["staff"] else await kiosk_pictures(browser, folder, only)
        if not only or only == ["staff"]:
            found += await staff_pictures(browser, folder)
    print("\n".join(found) or "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    target = Path(arguments[0]) if arguments else ROOT / "build" / "gallery"
    target.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(main(target, arguments[1:])))
