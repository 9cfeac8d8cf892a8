"""What a developer does at the panel, as a scenario that a citizen can live again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulator.citizens.screen import Seen

VISIT = "visit"
_CHANGING = ("", "welcome", "ticket", "goodbye")  # panels whose title says the hour or a number

Moment = tuple[str, str, str, str]


@dataclass
class Recorder:
    """Takes down acts with the screen they answered; `written` makes the scenario of them.

    Acts are those of `simulator.citizens.scenario`. What is done while nobody is greeted comes into the first
    scene; what is touched then is left out, as every citizen of the simulator greets by stepping near.
    """

    title: str
    persona: str
    voice: str = ""
    speed: int = 0
    noise_db: float | None = None
    fields: dict[str, str] = field(default_factory=dict)
    acts: list[tuple[Seen, dict[str, Any]]] = field(default_factory=list)

    def note(self, seen: Seen, act: dict[str, Any]) -> None:
        """An act, with what was on the screen before it."""
        self.acts.append((seen, act))
        if "tap" in act and seen.fields:
            self.fields.update({item.id: item.value for item in seen.fields})

    def written(self, now: Seen) -> tuple[str, list[str]]:
        """The scenario as YAML, with `now` as its end, and what does not play again as it was."""
        scenes, doubts = self._scenes(now)
        data: dict[str, Any] = {"title": self.title, "persona": self.persona}
        if self.voice:
            data |= {"voice": self.voice, "speed": self.speed}
        if self.noise_db is not None:
            data["noise_db"] = self.noise_db
        if self.fields:
            data["fields"] = self.fields
        data["scenes"] = scenes
        if "goodbye" not in (now.state, now.panel) and now.state != "idle":
            doubts.append("The visit was not over: whoever plays it again waits for the goodbye.")
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), doubts

    def _scenes(self, now: Seen) -> tuple[list[dict[str, Any]], list[str]]:
        scenes: list[dict[str, Any]] = []
        doubts: list[str] = []
        early: list[dict[str, Any]] = []
        open_at: Moment | None = None
        for number, (seen, act) in enumerate(self.acts):
            after = self.acts[number + 1][0] if number + 1 < len(self.acts) else now
            if seen.state != VISIT:
                if seen.state == "idle" and not scenes and "tap" not in act:
                    early.append(act)
                continue
            here = moment(seen)
            if here != open_at:
                open_at = here
                scenes.append({"name": _name(seen, len(scenes)), "when": _when(seen), "do": early})
                early = []
            done = scenes[-1]["do"]
            if seen.panel == "ticket" and not done:
                done.append({"take": True})
            if seen.fields and "tap" in act and {"form": True} not in done:
                done.append({"form": True})
            stays = moment(after) == here
            played = _played(act, seen, after, stays)
            if played is None:
                doubts.append(f"Nothing followed {act['say']!r}: it is left out.")
            else:
                done.append(played)
        return [scene for scene in scenes if scene["do"]], doubts


def moment(seen: Seen) -> Moment:
    """What tells one scene from another."""
    return seen.state, seen.panel, seen.question, "" if seen.panel in _CHANGING else seen.title


def _played(act: dict[str, Any], seen: Seen, after: Seen, stays: bool) -> dict[str, Any] | None:
    """The act as a scenario has it; None for a sentence to which nothing happened."""
    if not stays:
        return act
    if "say" in act:
        if (after.aside, after.caption) == (seen.aside, seen.caption):
            return None
        return {"ask": act["say"], "expect": ""}
    return act | {"stays": True} if "tap" in act or "type" in act else act


def _name(seen: Seen, number: int) -> str:
    return " ".join(part for part in (str(number + 1), seen.panel, seen.question) if part)


def _when(seen: Seen) -> dict[str, str]:
    when = {"panel": seen.panel, "state": seen.state}
    if seen.question:
        when["question"] = seen.question
    elif seen.title and seen.panel not in _CHANGING:
        when["title"] = "^" + re.sub(r"([.*+?^${}()|\[\]\\])", r"\\\1", seen.title) + "$"
    return when
