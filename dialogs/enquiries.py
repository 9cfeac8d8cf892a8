"""What people ask and say at any desk, whatever is under way: a forgotten PIN, how one pays, whether an
appointment is needed, "moment mal", "das habe ich nicht gesagt". Read from their words, German and English
(dialogs/enquiries.yml); what is said to it stands in dialogs/texts/*/enquiries.yml.

These are no intents: most of them may come in the middle of a question, and many mean that question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from dialogs import words
from dialogs.answers import Answers
from dialogs.catalogue import Catalogue, CatalogueError, StepNode
from dialogs.conditions import holds
from dialogs.journey import LAST
from dialogs.protocol import Offer, Show
from dialogs.situation import MISUNDERSTOOD, Situation, offer
from dialogs.yamlfile import YamlFile

Topic = Literal[
    "misheard",
    "wrong",
    "wait",
    "pin_letter",
    "pin",
    "volunteer",
    "receipt",
    "pay",
    "listed_dogs",
    "appointment_change",
    "appointment",
    "cannot_come",
    "in_person",
    "online",
    "progress",
    "why",
    "decline",
    "taken",
    "duty",
    "difference",
    "photo",
    "fingerprints",
    "hardship",
    "letter",
    "trouble",
    "fails",
    "reading",
    "later",
    "start_over",
    "next",
    "unsure",
    "complaint",
    "reception",
    "go_ahead",
    "date",
]
"""What may be found, in the order in which it is looked for."""

_FILE = Path(__file__).with_suffix(".yml")


def _patterns() -> dict[str, re.Pattern[str]]:
    """Topic to what it looks like. Raises CatalogueError if the file cannot be read."""
    file = YamlFile.read(_FILE)
    if file.errors:
        raise CatalogueError(file.errors)
    read = file.data
    found = {}
    for name, ways in read["topics"].items():
        parts = [part.replace("{asked}", read["asked"]) for part in ways.get("anywhere", ())]
        if "whole" in ways:
            parts.append(rf"^{read['polite']}(?:{'|'.join(ways['whole'])}){read['end']}$")
        found[name] = re.compile("|".join(f"(?:{part})" for part in parts))
    return found


_PATTERNS = _patterns()


def topic(text: str) -> Topic | None:
    """What is asked or said; None if it is nothing of the kind."""
    said = words.plain(text)
    return next((name for name in get_args(Topic) if _PATTERNS[name].search(said)), None)


# wishes whose service does not keep the topic from being answered: there it is the better answer
_ANSWERED_INSTEAD: dict[Topic, tuple[str, ...]] = {
    "pin": ("identity_card",),
    "pin_letter": ("identity_card", "identity_card_loss", "identity_card_pickup"),
    # "kann ich jemanden schicken" sounds like "kann jemand kommen"
    "in_person": ("request_staff",),
    "photo": ("directions",),
    "receipt": ("queue_ticket",),
    "reception": ("directions",),
    "cannot_come": ("identity_card",),
    "appointment_change": ("queue_ticket", "appointment_checkin"),
    "taken": ("identity_card", "identity_card_loss"),
    "duty": ("identity_card", "parking_fine"),
    "difference": ("identity_card", "passport"),
    "fingerprints": ("identity_card", "identity_card_pickup", "passport", "drop_off_documents"),
    "listed_dogs": ("dog_tax",),
    "letter": ("identity_card_pickup", "drop_off_documents"),
    "volunteer": ("certificate_of_conduct",),
}
# what is said about the conversation itself, and questions that any service may be named in
_ALWAYS: tuple[Topic, ...] = (
    "appointment",
    "decline",
    "go_ahead",
    "later",
    "misheard",
    "next",
    "online",
    "progress",
    "start_over",
    "unsure",
    "wait",
    "why",
    "wrong",
)
# where these are wanted for sure, they are what is meant
_RATHER = ("request_staff", "plain_language", "speak_slower", "speak_louder", "switch_language")
_SURE = 0.6
# where a yes or no is wanted, these are a no
_NO = ("wrong", "fails")
# said by who thinks, but also by who does not know how to go on
_HUMMING = re.compile(r"^(?:(?:äh+m*|ö+hm*|hm+|mh+|um+|uh+|er+m+) ?)+$")
# how a turn is reported that was answered so; the others are "help"
_INTENT: dict[Topic, str] = {
    "pay": "ask_fee",
    "receipt": "ask_fee",
    "hardship": "ask_fee",
    "volunteer": "ask_fee",
    "progress": "ask_duration",
    "in_person": "ask_documents",
    "cannot_come": "ask_documents",
    "photo": "ask_documents",
    "fingerprints": "ask_documents",
    "listed_dogs": "dog_tax",
    "appointment": "queue_ticket",
    "appointment_change": "appointment_checkin",
    "pin": "identity_card",
    "pin_letter": "identity_card",
    "taken": "identity_card",
    "duty": "identity_card",
    "difference": "identity_card",
    "decline": "ask_privacy",
    "date": "out_of_scope",
    "reception": "out_of_scope",
    "complaint": "out_of_scope",
    "wait": "out_of_scope",
}


class Enquiries:
    """Answers what is asked and said at any desk. `clock`: the local time (aware)."""

    def __init__(self, catalogue: Catalogue, answers: Answers, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._answers = answers
        self._clock = clock

    def found(self, now: Situation) -> Topic | None:
        """What the citizen's words ask or say; None if they answer the standing question, want a service or a
        human for sure, or are nothing of the kind."""
        name = topic(now.text) if now.text else None
        if name is None or (name in ("progress", "wrong") and now.service is None):
            return None
        lost = now.intent == "nlu_fallback" or now.tracker.slots.get(MISUNDERSTOOD)
        if name == "wait" and lost and _HUMMING.search(words.plain(now.text)):
            return None
        sure = now.confidence >= _SURE
        wanted = now.intent in _RATHER or now.intent in self._catalogue.services
        rather = wanted and now.intent not in _ANSWERED_INSTEAD.get(name, ())
        if sure and rather and name not in _ALWAYS:
            return None
        return None if self._is_answer(now, name) else name

    def _is_answer(self, now: Situation, name: Topic) -> bool:
        if now.service is None or now.asked is None:
            return name == "wrong"
        question = self._catalogue.question(now.service.id, now.asked, now.choices)
        if name in _NO and question.yes_no:
            return True
        said = words.plain(now.text)
        return any(said == words.plain(p) for c in question.choices for p in (*c.say, *c.unasked, c.label))

    def answer(self, now: Situation, name: Topic) -> None:
        """Says it. What comes after it is not its business; "unsure", "next", "misheard" and "wrong" are the
        dialogue's own."""
        now.understood = _INTENT.get(name, "help")
        match name:
            case "appointment":
                now.say("desk.appointment", self._offers("queue_ticket", "appointment_checkin"))
                self._answers.opening_hours(now)
            case "pin" | "pin_letter" | "taken":
                said = "taken" if name == "taken" else "pin"
                now.say(f"desk.{said}", self._offers("queue_ticket"))
            case "online":
                self._online(now)
            case "progress":
                self._progress(now)
            case "why":
                asked = now.asked and now.service and now.service.question(now.asked).help
                now.say(f"{now.service.id}.{now.asked}.help" if asked and now.service else "privacy")
            case "reception":
                now.say("desk.reception")
                if self._catalogue.place("reception"):
                    now.send(Show(place="reception"))
            case "date":
                now.say("desk.date", params={"date": f"=date:{self._clock().date().isoformat()}"})
            case "start_over":
                now.say("desk.start_over" if now.service else "greet.idle")
            case "trouble" | "fails":
                now.say("desk.trouble", [offer("staff.offer", "request_staff")])
            case "reading" | "decline" | "complaint" | "cannot_come" | "letter" | "appointment_change":
                now.say(f"desk.{name}", [offer("staff.offer", "request_staff")])
            case _:
                now.say(f"desk.{name}")

    def _offers(self, *services: str) -> list[Offer]:
        known = [self._catalogue.services[name] for name in services if name in self._catalogue.services]
        return [Offer(key=f"{service.id}.label", payload=service.payload) for service in known]

    def _online(self, now: Situation) -> None:
        service = self._answers.meant(now)
        if service is None:
            now.say("desk.online_which")
            return
        offers = [] if now.service else self._offers(service.id)
        if service.online:
            now.say("desk.online", offers, {"way": f"@{service.id}.online.label"})
        else:
            now.say("desk.online_none", offers)

    def _progress(self, now: Situation) -> None:
        """How many parts of the service are still to come after this one, as far as one can tell."""
        journey = now.service.journey[now.station + 1 :] if now.service else ()
        left = [
            node
            for node in journey
            if node.name != LAST
            and (not isinstance(node, StepNode) or holds(node.when, now.choices) is not False)
        ]
        if left:
            now.say("desk.progress", params={"count": str(len(left))})
        else:
            now.say("desk.progress_last")
