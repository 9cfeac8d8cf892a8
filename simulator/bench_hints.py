"""How soon somebody who lays a document down wrongly is told so, by what the running robot's page shows."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator.citizens.player import Citizen
from simulator.citizens.scenario import Scenario, load
from simulator.citizens.screen import Screen
from simulator.processes import WorldError
from simulator.world import World

MOST_S = 8.0


@dataclass(frozen=True)
class Mistake:
    """A document laid down wrongly, and a word of the hint that mends it."""

    name: str
    document: str
    level: str
    rotate: float
    hint: str


MISTAKES = (
    Mistake("too far", "id_card_back", "far", 0, "näher"),
    Mistake("blurred", "id_card_back", "blurred", 0, "ruhig"),
    Mistake("turned", "id_card_back", "slanted", 45, "gerade"),
    Mistake("wrong side", "id_card_front", "easy", 0, "um[.]"),
)
EMPTY_DESK = "noch keinen"
_HINT = "() => document.querySelector('main [data-part=hint]')?.innerText || ''"


def measure_hints(
    world: World, screen: Screen, count: int, tell: Callable[[str], None]
) -> dict[str, float | int]:
    """From the picture that shows the mistake to the first hint over the live picture, `count` times each.

    first_hint_p50_s, first_hint_most_s, hints (how many were measured) and hints_right (which helped).
    Raises WorldError when the camera's panel is not reached or no hint comes.
    """
    world.reset()
    citizen = Citizen(world, screen, to_the_camera(load("identity-card")), by="touch")
    citizen.arrive()
    citizen.live(until="camera")
    times: list[float] = []
    right = 0
    for number in range(count * len(MISTAKES)):
        mistake = MISTAKES[number % len(MISTAKES)]
        if number:
            again(world, screen)
        world.camera.lay(
            citizen.who, mistake.document, level=mistake.level, rotate=mistake.rotate, seed=number
        )
        seconds, hint = first_hint(screen)
        times.append(seconds)
        right += bool(re.search(mistake.hint, hint))
        tell(f"hint {number + 1}: {mistake.name} → {hint!r} after {seconds:.2f} s")
    world.camera.clear()
    screen.tap("nav:stop")
    screen.tap("Ja, beenden")
    world.presence(False)
    screen.wait(lambda seen: seen.state == "idle", "the first screen", 60)
    return {
        "hints": len(times),
        "hints_right": right,
        "first_hint_p50_s": round(statistics.median(times), 2),
        "first_hint_most_s": round(max(times), 2),
    }


def to_the_camera(scenario: Scenario) -> Scenario:
    """The scenario without card and document: somebody who agrees, and then lays something down."""

    def left(act: dict[str, Any]) -> bool:
        return "lay" not in act and "card" not in act

    scenes = tuple(
        replace(scene, acts=tuple(act for act in scene.acts if left(act))) for scene in scenario.scenes
    )
    return replace(scenario, scenes=scenes)


def again(world: World, screen: Screen) -> None:
    """The document is taken away, and the camera's step begins anew: no hint was said in it yet."""
    world.camera.clear()
    screen.tap("without")
    screen.wait(lambda seen: seen.panel == "form", "the form")
    screen.tap("nav:go_back")
    screen.wait(lambda seen: seen.panel == "consent", "the question of consent")
    screen.tap("consent")
    screen.wait(lambda seen: seen.panel == "camera", "the camera's picture")


def first_hint(screen: Screen) -> tuple[float, str]:
    """(seconds from now to a hint about a document, the hint). Raises WorldError after MOST_S."""
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < MOST_S:
        hint = str(screen.do(lambda page: page.evaluate(_HINT))).strip()
        if hint and EMPTY_DESK not in hint:
            return time.monotonic() - begun, hint
        time.sleep(0.02)
    raise WorldError(f"No hint came within {passed:.0f} s: {screen.look().describe()}.")
