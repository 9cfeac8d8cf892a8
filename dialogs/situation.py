"""Where a visit stands as one action call of Rasa tells it, and what the action answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from dialogs.catalogue import Catalogue, Service, StepNode
from dialogs.protocol import Act, Ask, Heard, Offer, Say, Step, payload

Events = list[dict[str, Any]]

LISTEN = "action_listen"
REQUESTED = "requested_slot"
MISUNDERSTOOD = "misunderstood"


def offer(key: str, intent: str) -> Offer:
    """A button that sends an intent."""
    return Offer(key=key, payload=payload(intent))


@dataclass
class Situation:
    """Where the visit stands, as one action call tells it, and what the action answers."""

    catalogue: Catalogue
    tracker: Any
    out: Any
    events: Events = field(default_factory=list)
    understood: str = ""
    validating: bool = False

    @property
    def service(self) -> Service | None:
        """The service that is under way."""
        return self.catalogue.services.get(self.tracker.slots.get("service") or "")

    @property
    def station(self) -> int:
        """Number of the station in the journey; -1 before the first."""
        name = self.tracker.slots.get("station")
        names = [node.name for node in self.service.journey] if self.service else []
        return names.index(name) if name in names else -1

    @property
    def choices(self) -> dict[str, str]:
        """The answers so far."""
        slots = self.service.slots if self.service else ()
        return {slot: value for slot in slots if (value := self.tracker.slots.get(slot))}

    @property
    def form(self) -> str | None:
        """The form whose questions are being asked."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def asked(self) -> str | None:
        """The slot whose question stands."""
        return self.tracker.slots.get(REQUESTED) if self.form else None

    @property
    def step(self) -> StepNode | None:
        """The step that the robot runs."""
        if self.service is None or self.form or self.station < 0:
            return None
        node = self.service.journey[self.station]
        return node if isinstance(node, StepNode) else None

    @property
    def pending(self) -> str | None:
        """What was asked outside the journey: stop, cancelled, retry."""
        pending: str | None = self.tracker.slots.get("pending")
        return pending

    @property
    def intent(self) -> str:
        """What the citizen meant."""
        return (self.tracker.latest_message.get("intent") or {}).get("name") or "nlu_fallback"

    @property
    def confidence(self) -> float:
        """How sure that is, 0 to 1."""
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def text(self) -> str:
        """The citizen's words; "" for a tapped button."""
        text = self.tracker.latest_message.get("text") or ""
        return "" if text.startswith("/") else text

    @property
    def tapped(self) -> bool:
        """Whether a payload came instead of words."""
        return (self.tracker.latest_message.get("text") or "").startswith("/")

    @property
    def entities(self) -> dict[str, str]:
        """What a payload carries."""
        return {e["entity"]: str(e["value"]) for e in self.tracker.latest_message.get("entities") or []}

    @property
    def before(self) -> str:
        """The action before the form that validates now (Rasa counts the form as running already)."""
        done = [event["name"] for event in self.tracker.events if event.get("event") == "action"]
        return next((name for name in reversed(done) if name != self.form), LISTEN)

    def say(self, key: str, buttons: Iterable[Offer] = (), params: Mapping[str, str] | None = None) -> None:
        """Reply with a text."""
        self.send(Say(key=key, params=dict(params or {}), buttons=tuple(buttons)))

    def send(self, message: Say | Ask | Step | Act) -> None:
        """Reply with a message."""
        self.out.utter_message(json_message=message.model_dump(mode="json"))

    def report(self) -> None:
        """Tell the client how the turn was understood."""
        heard = Heard(intent=self.understood or self.intent, confidence=self.confidence)
        self.out.utter_message(json_message=heard.model_dump(mode="json"))

    def act(self, *what: Any) -> None:
        """Have the robot do something at once."""
        for one in what:
            self.send(Act(what=one))

    def set(self, slot: str, value: str | None) -> None:
        """Set a slot, here and in Rasa."""
        if self.tracker.slots.get(slot) != value:
            self.tracker.slots[slot] = value
            self.events.append(SlotSet(slot, value))

    def resume(self) -> None:
        """Go on where the visit was: a standing question is asked again, a step simply goes on."""
        if self.service and self.asked:
            # Rasa's form would ask as well, with one more call of our actions.
            self.send(Ask(service=self.service.id, slot=self.asked, variant="again"))
        self.keep()

    def keep(self) -> None:
        """Leave a standing question standing without asking it again.

        A form that has rejected a turn would not take the next answer: activating it again lifts that. A form
        that asks us while it runs must only not reject the turn, so it is told a slot.
        """
        if self.validating:
            self.events += [
                SlotSet(MISUNDERSTOOD, self.tracker.slots.get(MISUNDERSTOOD)),
                SlotSet(REQUESTED, self.asked),
            ]
        elif self.form:
            self.events += [ActiveLoop(self.form), FollowupAction(LISTEN)]
