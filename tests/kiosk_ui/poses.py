"""The sample screens as different people see them: how they set the screen, how it stands, what they opened.

A pose is a sample screen and what the visitor does on it before one looks: the keys are up, a menu is open.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

from robot.web.view import Display, KioskView
from tests.kiosk_ui.samples import kiosk_screens

# looked for at every frame: the page's policy forbids what Playwright waits with
PICTURED = """new Promise((done) => {
  const look = () =>
    document.querySelector('.camera img')?.naturalWidth ? done(true) : requestAnimationFrame(look);
  look();
})"""
SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
DISPLAYS = {
    "normal": Display(),
    "large": Display(text="large"),
    "high": Display(contrast="high"),
    "dark": Display(contrast="dark"),
    "low": Display(low=True),
    "rtl": Display(),
}


@dataclass(frozen=True)
class Pose:
    """A sample screen; `touch`: a button to tap, `field`: what to put the finger in, `end`: scrolled down."""

    screen: str
    touch: str = ""
    field: str = ""
    end: bool = False


OPENED = {
    "form_keyboard": Pose("form_address", field="[data-field=street] input"),
    "form_pad": Pose("form_address", field="[data-field=height] input"),
    "form_date": Pose("form_address", field="[data-field=birth_date] input"),
    "form_end": Pose("form_address", end=True),
    "welcome_typing": Pose("welcome", field="[data-part=type] input"),
    "languages": Pose("choices", touch="languages"),
    "display_menu": Pose("choices", touch="display"),
}


def poses() -> dict[str, Pose]:
    """Every sample screen as it is, and those on which something is opened."""
    return {name: Pose(name) for name in kiosk_screens()} | OPENED


def shown_as(view: KioskView, display: str) -> KioskView:
    """The view as somebody sees it who has set the screen so (a key of DISPLAYS)."""
    wanted = DISPLAYS[display]
    chosen = {f"display:{wanted.text}", f"display:{wanted.contrast}"} | (
        {"display:low"} if wanted.low else set()
    )
    menu = [toggle.model_copy(update={"on": toggle.id in chosen}) for toggle in view.display_menu]
    view = view.model_copy(update={"display": wanted, "display_menu": menu})
    if display != "rtl":
        return view
    arabic = kiosk_screens()["arabic"]
    shell = ("lang", "direction", "languages", "badge", "labels", "microphone_label")
    nav = arabic.nav if len(view.nav) == len(arabic.nav) else view.nav
    return view.model_copy(update={key: getattr(arabic, key) for key in shell} | {"nav": nav})


async def strike(page: Page, pose: Pose) -> None:
    """Do on the page what the pose says; the sample screen is already there."""
    if pose.touch:
        await page.click(f'button[data-id="{pose.touch}"]')
    if pose.field:
        await page.locator(pose.field).first.focus()
        await page.wait_for_selector("[data-part=keyboard]")
    if pose.end:
        await page.evaluate(
            "{const box = document.querySelector('.panel__body'); box.scrollTop = box.scrollHeight}"
        )
    if await page.locator(".camera img").count():
        await page.evaluate(PICTURED)


async def relax(page: Page, pose: Pose) -> None:
    """Undo it."""
    if pose.touch:
        await page.click(f'button[data-id="{pose.touch}"]')
    await page.evaluate("document.activeElement?.blur()")
