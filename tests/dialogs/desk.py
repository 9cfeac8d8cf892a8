"""A visit through our actions without a Rasa process: rules and forms as Rasa runs them, one turn at a time.

What Rasa itself does with them is tested in test_visits.py and test_conversation.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.protocol import MESSAGE, Act, AnyMessage, Ask, Say, Show, Step, Switch, payload
from dialogs.vocabulary import NEXT, action_of

_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")
_MOST_ACTIONS = 8


class Desk:
    """One visit. `slots`, `loop`: what Rasa would keep; `ended`: whether the visit is over."""

    def __init__(self, catalogue: Catalogue, server: ActionServer) -> None:
        self.catalogue = catalogue
        self.server = server
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None
        self.ended = False
        self.heard = ""

    async def say(
        self,
        text: str,
        intent: str = "nlu_fallback",
        confidence: float = 0.9,
        ranking: Sequence[tuple[str, float]] = (),
    ) -> list[AnyMessage]:
        """The citizen's words, understood as `intent`."""
        return await self._turn(
            {
                "text": text,
                "intent": {"name": intent, "confidence": confidence},
                "entities": [],
                "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
            }
        )

    async def tap(self, payload: str) -> list[AnyMessage]:
        """A button, or the outcome of a step."""
        match = _PAYLOAD.fullmatch(payload)
        assert match, payload
        entities = [{"entity": n, "value": v} for n, v in json.loads(match[2] or "{}").items()]
        return await self._turn(
            {"text": payload, "intent": {"name": match[1], "confidence": 1.0}, "entities": entities}
        )

    async def _turn(self, message: dict[str, Any]) -> list[AnyMessage]:
        self._message = message
        self._events: list[dict[str, Any]] = [
            {"event": "action", "name": "action_listen"},
            {"event": "user", "text": message["text"]},
        ]
        self._replies: list[dict[str, Any]] = []
        action: str | None = action_of(self.catalogue, message["intent"]["name"])
        if self.loop:
            form = self.loop
            action = await self._form(form) if await self._call(f"validate_{form}") else action
        for _ in range(_MOST_ACTIONS):
            if action is None or action == "action_listen":
                break
            if action.endswith("_form"):
                self.loop = action
                self._events.append({"event": "active_loop", "name": action})
                await self._call(f"validate_{action}")
                action = await self._form(action)
            else:
                events = await self._call(action)
                self._events.append({"event": "action", "name": action})
                # a form that stands goes on unless it is told to wait
                action = next((e["name"] for e in events if e["event"] == "followup"), self.loop)
        else:
            raise AssertionError(f"the dialogue does not come to an end: {action}")
        told = [MESSAGE.validate_python(reply) for reply in self._replies if reply["do"] != "heard"]
        self.heard = next((r["intent"] for r in self._replies if r["do"] == "heard"), "")
        self.ended = self.ended or any(isinstance(m, Act) and m.what == "end_visit" for m in told)
        return told

    async def _form(self, form: str) -> str | None:
        """What comes after a form has run: nothing while a question stands, else the next station."""
        if self.loop != form or self.slots.get("requested_slot"):
            return None
        self.loop = None
        self._events.append({"event": "action", "name": form})
        return NEXT

    async def _call(self, action: str) -> list[dict[str, Any]]:
        status, body = await self.server.handle(
            {
                "next_action": action,
                "sender_id": "v",
                "tracker": {
                    "sender_id": "v",
                    "slots": dict(self.slots),
                    "latest_message": self._message,
                    "events": list(self._events),
                    "active_loop": {"name": self.loop} if self.loop else {},
                    "latest_action_name": "action_listen",
                    "paused": False,
                },
            }
        )
        assert status == 200, body
        self._replies += [response["custom"] for response in body["responses"]]
        events: list[dict[str, Any]] = body["events"]
        for event in events:
            match event["event"]:
                case "slot":
                    self.slots[event["name"]] = event["value"]
                case "active_loop":
                    self.loop = event["name"]
                case "reset_slots":
                    self.slots = {}
        return events


def told(messages: Sequence[AnyMessage]) -> list[str]:
    """The messages in short: what is said, asked, to be run or done."""
    short = []
    for message in messages:
        match message:
            case Say(key=key):
                short.append(f"say {key}")
            case Ask(slot=slot, variant=variant):
                short.append(f"ask {slot}" + ("" if variant == "full" else f" {variant}"))
            case Step(name=name):
                short.append(f"step {name}")
            case Act(what=what):
                short.append(what)
            case Switch(lang=lang):
                short.append(f"switch {lang}")
            case Show(place=place):
                short.append(f"show {place}")
    return short


async def start(desk: Desk, **answers: str) -> None:
    """The identity card, with the first answers given by touch."""
    await desk.tap("/identity_card")
    for slot, choice in answers.items():
        await desk.tap(payload("inform", **{slot: choice}))
