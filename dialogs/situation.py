"""Where a visit stands as one action call of Rasa tells it, and what the action answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from dialogs.catalogue import Catalogue, Service, StepNode
from dialogs.protocol import Act, AnyMessage, Ask, Heard, Offer, Say, payload

Events = list[dict[str, Any]]

LISTEN = "action_listen"
REQUESTED = "requested_slot"
MISUNDERSTOOD = "misunderstood"
ASKED_AS = "asked_as"
LATER = ("later", "later2")
LATER_FOR = "later_for"
MEANT = ("meant1", "meant2")
GIVES_UP = "3"
"""How often in a row words were not understood (`MISUNDERSTOOD`) when a human is offered."""
RETURNS_TO = "returns_to"
"""The station to which the visit returns once it has been through what a changed answer makes necessary."""

Variant = Literal["full", "again", "other"]


def before_it(slot: str) -> str:
    """The slot that keeps an answer as it was before others were changed."""
    return f"was_{slot}"


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
    meant: str = ""

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
    def changed_from(self) -> dict[str, str] | None:
        """The answers with which the visit had come as far as `RETURNS_TO`; None: nothing was changed."""
        if self.service is None or not self.tracker.slots.get(RETURNS_TO):
            return None
        slots = self.service.slots
        return {slot: value for slot in slots if (value := self.tracker.slots.get(before_it(slot)))}

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
        """What was asked outside the journey: stop, cancelled, retry, meant (which of two), later."""
        pending: str | None = self.tracker.slots.get("pending")
        return pending

    @property
    def intent(self) -> str:
        """What the citizen meant."""
        return self.meant or (self.tracker.latest_message.get("intent") or {}).get("name") or "nlu_fallback"

    @property
    def confidence(self) -> float:
        """How sure that is, 0 to 1."""
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """What else may have been meant: intents with their confidence, likeliest first."""
        told = self.tracker.latest_message.get("intent_ranking") or []
        return [(str(item["name"]), float(item["confidence"])) for item in told]

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

    def send(self, message: AnyMessage) -> None:
        """Reply with a message."""
        self.out.utter_message(json_message=message.model_dump(mode="json"))

    def ask(self, service: Service, slot: str, variant: Variant) -> None:
        """Ask a question; `variant` is how, unless it was asked just so the last time and is asked again."""
        self.send(Ask(service=service.id, slot=slot, variant=variant))
        self.set(ASKED_AS, variant)

    def ask_again(self) -> bool:
        """Ask the standing question in other words than the last time; False if none stands."""
        if self.service is None or self.asked is None:
            return False
        last = self.tracker.slots.get(ASKED_AS)
        self.ask(self.service, self.asked, "other" if last == "again" else "again")
        return True

    def offers(self) -> list[Offer]:
        """The buttons of what was asked outside the journey and is still open."""
        if self.pending in ("stop", "cancelled"):
            return [offer("stop.end", "stop_confirmed"), offer("stop.go_on", "continue_visit")]
        if self.pending == "retry":
            return [offer("step.retry", "continue_visit"), offer("staff.offer", "request_staff")]
        if self.pending == "later":
            return [offer("later.yes", "affirm"), offer("later.no", "deny")]
        return []

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
            last = self.tracker.slots.get(ASKED_AS)
            self.ask(self.service, self.asked, "full" if last == "again" else "again")
        self._offer_again()
        self.keep()

    def _offer_again(self) -> None:
        """What could be tapped before can be tapped after an answer in between."""
        said = [reply["custom"] for reply in self.out.messages if reply["custom"]["do"] == "say"]
        if said and not self.asked:
            known = [button["payload"] for reply in said for button in reply["buttons"]]
            said[-1]["buttons"] += [
                button.model_dump(mode="json") for button in self.offers() if button.payload not in known
            ]

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
