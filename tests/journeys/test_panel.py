"""A developer plays a visit at the panel; what was recorded is lived again by a citizen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulator.citizens.scenario import load
from simulator.citizens.screen import Seen
from simulator.panel import Panel
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import House


class Developer:
    """Somebody at the panel, who looks at the citizen's screen in it before going on."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def do(self, act: str, **wish: Any) -> Any:
        answer = httpx.post(self.panel.url + act, json=wish, timeout=180)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sees(self, **wanted: str) -> Seen:
        def so() -> bool:
            seen = self.panel.eyes.look()
            return all(getattr(seen, key) == value for key, value in wanted.items())

        until(so, 40, f"The screen did not show {wanted}.")
        return self.panel.eyes.look()


@pytest.fixture
def developer(robot: House, world: World) -> Iterator[Developer]:
    with Panel(world, 0, robot.url) as panel:
        yield Developer(panel)
        world.presence(False)


def test_a_visit_played_at_the_panel_is_lived_again_by_a_citizen(developer: Developer, world: World) -> None:
    developer.do("record", title="Abgebrochen", persona="mustermann")
    developer.sees(state="idle")
    developer.do("presence", present=True)
    developer.sees(state="visit", panel="welcome")
    developer.do("tap", id="identity_card")
    developer.sees(question="reason")
    developer.do("tap", id="reason:expired")
    developer.sees(question="age_group")
    developer.do("card", profile="bank")
    until(lambda: len(world.reader.trace) > 0, 60, "The card was not looked at.")
    developer.do("pull")
    developer.do("tap", id="age_group:adult")
    developer.sees(question="residence")
    developer.do("say", text="Ja", voice="de+f2", speed=150)
    developer.sees(question="urgent")
    developer.do("tap", id="nav:stop")
    until(lambda: developer.panel.eyes.look().button("Ja, beenden") is not None, 60, "It does not ask.")
    yes = developer.panel.eyes.look().button("Ja, beenden")
    assert yes is not None
    developer.do("tap", id=yes.id)
    developer.sees(state="goodbye")
    recorded = developer.do("record", on=False)["recorded"]
    assert recorded["doubts"] == []
    developer.do("presence", present=False)
    developer.sees(state="idle")

    scenario = load(str(developer.panel.acts.recordings / f"{recorded['name']}.yml"))
    acts = [act for scene in scenario.scenes for act in scene.acts]
    assert {"card": "bank", "expect": ""} in acts
    assert {"say": "Ja"} in acts
    assert acts[-1] == {"tap": yes.id}

    played = developer.do("replay", scenario=recorded["name"])
    assert played["card"] is None
    assert not played["present"]
    wires = {line["wire"] for line in developer.panel.traces.since(0)[1]}
    assert wires >= {"card", "body", "sound", "panel"}
