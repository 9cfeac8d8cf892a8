"""Every screen in every state, as anybody sets it: axe-core finds nothing, nothing is out of sight or reach.

Each screen is laid out as it is at first and in large letters both upright and wide; of the other displays it
takes its turn in one for the colours and one for the order, upright or wide. axe-core sees what is laid out,
in turn upright and wide: whole as it is at first, then what depends on colours and sizes. Every screen in
every display, both ways: `python -m tests.kiosk_ui.gallery`.
"""

import pytest
from playwright.async_api import Page

from tests.kiosk_ui.looks import findings, layout
from tests.kiosk_ui.poses import DISPLAYS, poses, relax, shown_as, strike
from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, showing

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = kiosk_screens()
BOTH = ("normal", "large")  # the displays in which every screen is looked at upright and wide
EVEN = ("high", "low")  # those of every second screen; the rest is that of the others


@pytest.mark.parametrize("display", DISPLAYS)
async def test_nothing_is_too_small_cut_off_hidden_or_hard_to_read(
    screens: tuple[StandIn, dict[str, Page]], display: str
):
    robot, pages = screens
    found = []
    for turn, (name, pose) in enumerate(poses().items()):
        if display not in BOTH and (turn % 2 == 0) != (display in EVEN):
            continue
        view = shown_as(SCREENS[pose.screen], display)
        await robot.show(view)
        for number, (orientation, page) in enumerate(pages.items()):
            in_turn = (turn // 2 + turn + number) % 2 == 0
            if not in_turn and display not in BOTH:
                continue
            await showing(page, robot.view)
            await strike(page, pose)
            typing = await page.get_attribute("main", "data-keyboard") == "true"
            lines = await layout(page, () if typing else [button.id for button in view.nav])
            if in_turn:
                lines += await findings(page, only_visible=display != "normal")
            found += [f"{name}, {display}, {orientation}: {line}" for line in lines]
            await relax(page, pose)
    assert not found, "\n".join(found)
