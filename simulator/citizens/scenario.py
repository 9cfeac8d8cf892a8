"""Scripted visits: what a citizen says, taps, shows and types, scene by scene, as YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulator.citizens.screen import Seen
from simulator.processes import WorldError

FOLDER = Path(__file__).parent
ACTS = (
    *("say", "tap", "ask", "check", "lay", "clear", "card", "form", "take", "expect"),
    *("pull", "fault", "mend", "headset", "type", "press"),
)


@dataclass(frozen=True)
class Scene:
    """One moment of a visit: when the screen is like `when`, the citizen does `acts`.

    `when`: any of panel, state, question (exact) and title, caption (regular expressions). `acts`: mappings
    with one of ACTS; a `say` may carry a `tap` for those who do not speak, a `tap` or `type` may say `stays`
    when the scene goes on after it. `voice_only`: left out by touch.
    """

    name: str
    when: dict[str, str]
    acts: tuple[dict[str, Any], ...]
    voice_only: bool = False

    def fits(self, seen: Seen) -> bool:
        """Whether this is the moment."""
        for key, wanted in self.when.items():
            is_there = str(getattr(seen, key))
            if key in ("title", "caption"):
                if not re.search(wanted, is_there, re.I):
                    return False
            elif is_there != wanted:
                return False
        return True


@dataclass(frozen=True)
class Scenario:
    """A whole visit of one persona; `noise_db` is the room around what is said, None a silent one."""

    name: str
    title: str
    persona: str
    scenes: tuple[Scene, ...]
    voice: str = "de+f2"
    speed: int = 150
    noise_db: float | None = None
    fields: dict[str, str] = field(default_factory=dict)


def load(name: str) -> Scenario:
    """The scenario of that name, or of that file. Raises WorldError saying what is wrong where."""
    path = Path(name) if name.endswith(".yml") else FOLDER / f"{name}.yml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yml")))
        raise WorldError(f"There is no scenario {name!r}: choose one of {known}.") from error
    except yaml.YAMLError as error:
        raise WorldError(f"{path} is not valid YAML: {error}") from error
    try:
        scenes = tuple(_scene(path, scene) for scene in data.pop("scenes"))
        return Scenario(name=path.stem, scenes=scenes, **data)
    except (TypeError, KeyError, AttributeError) as error:
        raise WorldError(f"{path} is not a scenario: {error}.") from error


def _scene(path: Path, data: dict[str, Any]) -> Scene:
    acts = tuple(data["do"])
    for act in acts:
        if not isinstance(act, dict) or not any(name in act for name in ACTS):
            raise WorldError(f"{path}: scene {data['name']!r}: {act!r} is none of {', '.join(ACTS)}.")
    when = {str(key): str(value) for key, value in data["when"].items()}
    strange = set(when) - {"panel", "state", "question", "title", "caption"}
    if strange:
        known = ", ".join(sorted(strange))
        raise WorldError(f"{path}: scene {data['name']!r}: `when` does not know {known}.")
    return Scene(str(data["name"]), when, acts, bool(data.get("voice_only", False)))
