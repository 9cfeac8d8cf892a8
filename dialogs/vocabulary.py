"""The words between Rasa and us: intents, actions, forms, and every text key the dialogue says."""

from __future__ import annotations

from dialogs.catalogue import AskGroup, Catalogue, Service
from dialogs.languages import LANGUAGES
from dialogs.remarks import TOPICS
from dialogs.town import HOLIDAYS, WEEKDAYS
from dialogs.when import PARTS

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
    "plain_language",
    "switch_language",
)
# questions and courtesies: answered, then the visit goes on where it was
ASIDES = ("ask_fee", "ask_documents", "ask_duration", "ask_ai", "ask_privacy", "greet", "thank")
# answers, and reports of the robot
REPLIES = ("affirm", "deny", "inform", "step_done")
UNKNOWN = ("nlu_fallback", "out_of_scope")
# Below this confidence the dialogue asks instead of guessing; measured on tests/dialogs/held_out_*.yml
FALLBACK = 0.35
# what may be offered, beside services, when words were not understood
OFFERED = (
    "ask_fee",
    "ask_documents",
    "ask_duration",
    "ask_ai",
    "ask_privacy",
    "switch_language",
    "plain_language",
)

# what is said to what is asked at any desk (dialogs/enquiries.py), beside what has parameters
DESK = (
    *("appointment", "appointment_change", "cannot_come", "complaint", "decline", "difference", "duty"),
    *("fingerprints", "go_ahead"),
    *(
        "hardship",
        "in_person",
        "later",
        "letter",
        "listed_dogs",
        "misheard",
        "online_none",
        "online_which",
        "pay",
    ),
    *("photo", "pin", "progress_last", "reading", "receipt", "reception", "start_over", "taken", "trouble"),
    *("volunteer", "wait"),
)

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
    "misunderstood.unheard": (),
    "meant.one": ("first",),
    "meant.two": ("first", "second"),
    "meant.which": (),
    "meant.neither": (),
    **{f"meant.{intent}": () for intent in OFFERED},
    "scope.sorry": (),
    **{f"talk.{topic}": () for topic in TOPICS if topic != "time"},
    "talk.time": ("time",),
    **{f"desk.{name}": () for name in DESK},
    "desk.date": ("date",),
    "desk.online": ("way",),
    "desk.progress": ("count",),
    "language.which": (),
    "language.changed": (),
    **{f"language.{code}": () for code in LANGUAGES},
    "corrected.service": ("service",),
    "corrected.answer": ("answer",),
    "later.noted": ("service",),
    "later.full": ("service",),
    "later.offer": ("service",),
    "later.offer_same": ("service",),
    "later.yes": (),
    "later.no": (),
    "later.now": ("service",),
    "later.none": (),
    "same.noted": ("service",),
    "same.child": (),
    "same.other": (),
    "service.running": ("service",),
    "service.first_finish": ("service", "running"),
    "fee.one": ("label", "amount", "law", "since"),
    "fee.line": ("label", "amount", "law", "since"),
    "fee.range": ("label", "low", "high"),
    "fee.total": ("amount",),
    "fee.none": (),
    "fee.which": (),
    "documents.intro": (),
    "documents.line": ("label",),
    "documents.none": (),
    "documents.which": (),
    "duration.which": (),
    "hours.house": (),
    "hours.open_now": ("who", "until"),
    "hours.open_break": ("who", "until", "start2", "end2"),
    "hours.closed_now": ("who", "day", "start", "end"),
    "hours.closed": ("who",),
    "hours.one": ("who", "day", "start", "end"),
    "hours.two": ("who", "day", "start", "end", "start2", "end2"),
    "hours.also": ("who", "start", "end"),
    "hours.day_closed": ("who", "day", "next", "start", "end"),
    "hours.day_closed_because": ("who", "day", "reason", "next", "start", "end"),
    "hours.day_closed_long": ("who", "day"),
    "hours.part_yes": ("who", "day", "part", "start", "end"),
    "hours.part_no": ("who", "day", "part"),
    "hours.part_next": ("who", "day", "part", "start", "end"),
    "hours.at_yes": ("who", "day", "at", "until"),
    "hours.at_no": ("who", "day", "at"),
    "hours.week": ("who",),
    "hours.week_part": ("who", "part"),
    "hours.week_part_none": ("who", "part"),
    "hours.line_one": ("who", "day", "start", "end"),
    "hours.line_two": ("who", "day", "start", "end", "start2", "end2"),
    "directions.which": (),
    "directions.unknown": (),
    "directions.room": ("place", "floor", "room", "way"),
    "directions.no_room": ("place", "floor", "way"),
    "directions.floor": ("floor", "way"),
    "directions.number": ("number", "floor", "way"),
    "directions.number_near": ("number", "floor", "way"),
    "directions.number_unknown": ("number",),
    **{f"day.{day}": () for day in (*WEEKDAYS, "today", "tomorrow")},
    **{f"day.name.{day}": () for day in WEEKDAYS},
    **{f"day.part.{part}": () for part in PARTS},
    **{f"day.holiday.{name}": () for name in HOLIDAYS},
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
