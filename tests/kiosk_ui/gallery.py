"""Pictures of every sample screen in both orientations, and what axe-core finds on each.

`python -m tests.kiosk_ui.gallery [FOLDER] [NAME…]` writes PNGs (default build/gallery), prints findings,
exit 1 when there are any.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.kiosk_ui.stand_in import ROOT, StandIn, browsing, kiosk_screens, serving, showing

AXE = ROOT / "kiosk_ui" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What axe cannot know: sizes on a kiosk (px at 1080×1920) and what is cut off or hidden.
MEASURE = """() => {
  const found = [];
  const text = (e) => (e.innerText || e.value || e.getAttribute('data-id') || e.tagName).trim().slice(0, 40);
  for (const e of document.querySelectorAll('button, input, select')) {
    const box = e.getBoundingClientRect();
    if (!box.width) continue;
    if (box.height < 63.5) found.push(`only ${box.height.toFixed(0)} px high: ${text(e)}`);
    if (e.scrollWidth > e.clientWidth + 2 && e.tagName === 'BUTTON') found.push(`cut off: ${text(e)}`);
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside of the screen: ${text(e)}`);
  }
  for (const e of document.querySelectorAll('main *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (own && parseFloat(getComputedStyle(e).fontSize) < 23.9) found.push(`small text: ${text(e)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the screen');
  return found;
}"""


async def findings(page: Page) -> list[str]:
    """What axe-core objects to on the page as it stands."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = await page.evaluate(
        "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


async def kiosk_pictures(browser: Browser, folder: Path, only: list[str]) -> list[str]:
    """Takes the citizen's screens; returns the findings."""
    found: list[str] = []
    stand_in = StandIn()
    async with serving(stand_in) as address:
        for orientation, (width, height) in SIZES.items():
            page = await browser.new_page(
                viewport={"width": width, "height": height}, reduced_motion="reduce"
            )
            page.on("pageerror", lambda error: print(error))
            await page.goto(address)
            await page.wait_for_selector("main[data-seq]")
            for name, view in kiosk_screens().items():
                shots = [("", None)]
                if name == "form":
                    shots += [
                        ("_keyboard", "[data-field=street] input"),
                        ("_pad", "[data-field=height] input"),
                    ]
                    shots += [("_end", None)]
                if name == "welcome":
                    shots += [("_typing", "[data-part=type] input")]
                if only and name not in only:
                    continue
                await stand_in.show(view)
                await showing(page, stand_in.view)
                for suffix, focus in shots:
                    if focus:
                        await page.locator(focus).focus()
                        await page.wait_for_selector("[data-part=keyboard]")
                    elif suffix == "_end":
                        await page.evaluate("document.activeElement.blur()")
                        await page.evaluate(
                            "{const b=document.querySelector('.panel__body'); b.scrollTop=b.scrollHeight}"
                        )
                    if view.panel.kind == "camera" and view.panel.picture:
                        await page.wait_for_function("document.querySelector('.camera img').naturalWidth > 0")
                    await page.evaluate("document.fonts.ready")
                    place = f"{name}{suffix}-{orientation}"
                    await page.screenshot(path=folder / f"{place}.png")
                    found += [f"{place}: {text}" for text in await findings(page)]
                    found += [f"{place}: {text}" for text in await page.evaluate(MEASURE)]
                    if focus:
                        await page.evaluate("document.activeElement.blur()")
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
