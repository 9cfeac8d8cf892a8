"""The main screens look as the pictures in docs/screens do, and a broken layout would be seen."""

import re

import pytest
from playwright.async_api import Page

from tests.kiosk_ui.pictures import (
    FOLDER,
    MOST,
    SHOTS,
    Shot,
    difference,
    file_of,
    keep,
    pose_for,
    read,
    taken,
)
from tests.kiosk_ui.samples import ROOT, kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, showing

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEEN = ROOT / "build" / "screens"
BROKEN = {
    "the bar at the foot is gone": ".nav { display: none !important }",
    "the panel lies over the caption": ".work { transform: translateY(-8rem) !important }",
    "the title lies over its text": ".panel__title { margin-block-end: -3rem !important }",
    "an answer is gone": ".options > :nth-child(2) { visibility: hidden !important }",
    "the styles of the buttons are gone": ".big { all: revert !important }",
    "the answers cannot be read": ".options .big { color: var(--paper) !important }",
    "letters are twice as large": ".options { zoom: 1.5 !important }",
}
HARMLESS = {
    "letters lie half a pixel beside": ".panel, .foot { transform: translate(0.5px, 0.5px) !important }",
    "letters are drawn otherwise": "* { text-rendering: geometricPrecision; -webkit-text-stroke: 0.15px }",
}
# the page's own style sheets: its policy lets no other in
ADD = """(rule) => {
  const sheet = [...document.styleSheets].at(-1);
  sheet.insertRule(rule, sheet.cssRules.length);
}"""
REMOVE = """() => {
  const sheet = [...document.styleSheets].at(-1);
  sheet.deleteRule(sheet.cssRules.length - 1);
}"""


async def test_the_main_screens_look_as_in_the_docs(screens: tuple[StandIn, dict[str, Page]]):
    robot, pages = screens
    strange = []
    for shot in SHOTS:
        picture = await pose_for(pages[shot.orientation], robot, shot)
        apart = difference(picture, read(file_of(shot)))
        if apart > MOST:
            keep(picture, SEEN / f"{shot.name}.webp")
            strange.append(f"{shot.name} ({apart:.0f})")
    assert not strange, (
        f"other than in docs/screens: {', '.join(strange)}. Look at build/screens; when it is as "
        "it should be, `make pictures` takes it over."
    )


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
async def test_a_broken_layout_is_seen_and_another_drawing_of_letters_is_not(
    screens: tuple[StandIn, dict[str, Page]], orientation: str
):
    robot, pages = screens
    page = pages[orientation]
    whole = await pose_for(page, robot, Shot("choices", orientation))
    apart = {}
    for harm, style in {**HARMLESS, **BROKEN}.items():
        await page.evaluate(ADD, style)
        apart[harm] = difference(await taken(page), whole)
        await page.evaluate(REMOVE)
    assert min(apart[harm] for harm in BROKEN) > MOST, apart
    assert max(apart[harm] for harm in HARMLESS) < MOST / 2, apart


@pytest.mark.parametrize("face", ["speaking", "thinking", "listening"])
async def test_without_motion_the_face_stands_still(screens: tuple[StandIn, dict[str, Page]], face: str):
    robot, pages = screens
    await robot.show(kiosk_screens()["choices"].model_copy(update={"face": face}))
    await showing(pages["portrait"], robot.view)
    first, second = await taken(pages["portrait"]), await taken(pages["portrait"])
    assert difference(first, second) < 1


async def test_the_docs_show_every_picture_that_there_is():
    page = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    there = {file.name for file in FOLDER.glob("*.webp")}
    assert (
        set(re.findall(r"\(screens/([\w-]+\.webp)\)", page))
        == there
        >= {f"{shot.name}.webp" for shot in SHOTS}
    )
    assert sum((FOLDER / name).stat().st_size for name in there) < 1_500_000
