"""A stage for steps that reach nothing of the house but the catalogue, the texts and the screen."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from robot.settings import load
from robot.steps.stage import Stage
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.view import Info
from tests.musterstadt import catalogue, texts

ROOT = Path(__file__).resolve().parents[3]


async def _nobody_hears(text: str) -> None: ...


def bare_stage(visit: Visit, say: Callable[[str], Awaitable[None]] = _nobody_hears) -> Stage:
    """The real catalogue and texts, a screen of its own; whoever reaches further finds nothing."""
    unused = cast(Any, None)
    return Stage(
        visit=visit,
        settings=load(ROOT / "lotse.toml"),
        catalogue=catalogue(),
        texts=texts(),
        screen=Screen(town="Musterstadt", panel=Info(title="")),
        office=unused,
        camera=unused,
        cards=unused,
        lying=unused,
        policy=unused,
        printer=unused,
        say=say,
        measured=lambda figure, value: None,
        picture=lambda on: "",
    )
