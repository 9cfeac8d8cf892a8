"""The words between Rasa and us: intents, actions, forms, and every text key the dialogue says."""

from __future__ import annotations

from dialogs.catalogue import AskGroup, Catalogue, Service
from dialogs.town import WEEKDAYS

NOT_UNDERSTOOD = "action_not_understood"
START = "action_start_service"
NEXT = "action_next"

# intents that steer the visit, in a question or outside one: each has its action
CONTROL = (
    "stop",
    "stop_confirmed",
    "continue_visit",
    "go_back",
    "repeat",
    "help",
    "speak_slower",
    "speak_louder",
    "cancel_staff",
    "goodbye",
)
# questions and courtesies: answered, then the visit goes on where it was
ASIDES = ("ask_fee", "ask_documents", "ask_duration", "ask_ai", "ask_privacy", "greet", "thank")
# answers, and reports of the robot
REPLIES = ("affirm", "deny", "inform", "step_done")
UNKNOWN = ("nlu_fallback", "out_of_scope")

SAYS: dict[str, tuple[str, ...]] = {
    "ai": (),
    "privacy": (),
    "greet": (),
    "greet.idle": (),
    "thank": (),
    "stop.ask": (),
    "stop.end": (),
    "stop.go_on": (),
    "staff.called": (),
    "staff.cancelled": (),
    "staff.offer": (),
    "staff.cancel": (),
    "back.start": (),
    "back.too_late": (),
    "help.idle": (),
    "help.step": (),
    "help.question": (),
    "help.fee": (),
    "help.documents": (),
    "step.failed": (),
    "step.declined": (),
    "step.retry": (),
    "step.back": (),
    "misunderstood.first": (),
    "misunderstood.second": (),
    "misunderstood.third": (),
    "misunderstood.idle": (),
    "misunderstood.idle_again": (),
    "misunderstood.step": (),
    "service.running": ("service",),
    "service.first_finish": ("service", "running"),
    "fee.one": ("label", "amount", "law", "since"),
    "fee.line": ("label", "amount", "law", "since"),
    "fee.total": ("amount",),
    "fee.none": (),
    "fee.which": (),
    "documents.intro": (),
    "documents.line": ("label",),
    "documents.none": (),
    "documents.which": (),
    "duration.which": (),
    "hours.open_now": ("until",),
    "hours.closed_now": ("day", "start", "end"),
    "hours.closed": (),
    "hours.one": ("day", "start", "end"),
    "hours.two": ("day", "start", "end", "start2", "end2"),
    "hours.day_closed": ("day",),
    "hours.day_closed_because": ("day", "reason"),
    "directions.which": (),
    "directions.room": ("place", "floor", "room", "way"),
    "directions.no_room": ("place", "floor", "way"),
    **{f"day.{day}": () for day in (*WEEKDAYS, "today", "tomorrow")},
}
"""Every key these actions say, with its parameters: `Texts.check(SAYS)`."""


def intents(catalogue: Catalogue) -> list[str]:
    """Every intent of the dialogue."""
    return [*catalogue.services, *CONTROL, *ASIDES, *REPLIES, *UNKNOWN]


def action_of(catalogue: Catalogue, intent: str) -> str:
    """The action that a rule predicts for the intent."""
    if intent in catalogue.services:
        return START
    return NOT_UNDERSTOOD if intent in UNKNOWN else f"action_{intent}"


def forms(catalogue: Catalogue) -> dict[str, tuple[Service, AskGroup]]:
    """The form of every group of questions."""
    return {
        f"{service.id}_{node.name}_form": (service, node)
        for service in catalogue.services.values()
        for node in service.journey
        if isinstance(node, AskGroup)
    }


def actions(catalogue: Catalogue) -> list[str]:
    """Every custom action."""
    names = [action_of(catalogue, intent) for intent in intents(catalogue)]
    return [*dict.fromkeys(names), NEXT, *(f"validate_{form}" for form in forms(catalogue))]
