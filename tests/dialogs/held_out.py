"""Sentences that nobody trained on (held_out_<language>.yml), and what is counted over their answers.

Further sets stand beside (held_out_<language>_<set>.yml); what is in each, its first line tells.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from dialogs.catalogue import Catalogue
from dialogs.client import Understanding, Understood

# sentences on their way together; the client waits 5 s for each
_AT_ONCE = 8
HERE = Path(__file__).resolve().parent
LANGUAGES = ("de", "en")
SETS = ("told", "voices", "visitors", "byways", "autumn", "lobby", "queue", "november")
QUESTIONS = ("ask_fee", "ask_documents", "ask_duration")
CARDS = ("identity_card", "identity_card_pickup", "identity_card_loss", "passport")


@dataclass(frozen=True)
class Sentence:
    """A sentence, its intent, and the service that it is about."""

    text: str
    intent: str
    service: str | None


def sentences(language: str, catalogue: Catalogue) -> list[Sentence]:
    """All sentences of a language."""
    return [s for part in ("", *SETS) for s in sentences_of(part, language, catalogue)]


def sentences_of(part: str, language: str, catalogue: Catalogue) -> list[Sentence]:
    """The sentences of one of the SETS; of the first, large one if it is empty."""
    file = HERE / f"held_out_{'_'.join(filter(None, (language, part)))}.yml"
    found = []
    for intent, several in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        own = intent if intent in catalogue.services and intent != "request_staff" else None
        for entry in several:
            if isinstance(entry, dict):
                found.append(Sentence(entry["text"], intent, entry["service"]))
            else:
                found.append(Sentence(entry, intent, own))
    return found


Answers = list[tuple[Sentence, Understood]]


async def ask(understanding: Understanding, several: Iterable[Sentence]) -> Answers:
    """Every sentence with its answer; a few are asked at once, so that client and server both have work."""
    given = list(several)
    answers: Answers = []
    for at in range(0, len(given), _AT_ONCE):
        together = given[at : at + _AT_ONCE]
        found = await asyncio.gather(*(understanding.of(sentence.text) for sentence in together))
        answers += zip(together, found, strict=True)
    return answers


def right(answers: Answers) -> float:
    """The share of sentences with the right intent."""
    return sum(wanted.intent == found["intent"] for wanted, found in answers) / len(answers)


def wrong(answers: Answers) -> list[tuple[str, str, str]]:
    """Sentences with a wrong intent: (sentence, wanted, found)."""
    return [(w.text, w.intent, f["intent"]) for w, f in answers if w.intent != f["intent"]]


def strays(answers: Answers, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Sentences out of scope that would start a service."""
    return [
        (wanted.text, found["intent"])
        for wanted, found in answers
        if wanted.intent == "out_of_scope" and found["intent"] in catalogue.services
    ]


def mistaken_cards(answers: Answers) -> list[tuple[str, str, str]]:
    """Sentences about one of the cards that were taken for another of them."""
    return [(t, w, f) for t, w, f in wrong(answers) if w in CARDS and f in CARDS]


def per_intent(answers: Answers) -> dict[str, tuple[int, int, int]]:
    """Intent to (sentences, right ones, sentences of other intents taken for it)."""
    asked = Counter(wanted.intent for wanted, _ in answers)
    hit = Counter(wanted.intent for wanted, found in answers if wanted.intent == found["intent"])
    taken = Counter(found["intent"] for wanted, found in answers if wanted.intent != found["intent"])
    return {intent: (asked[intent], hit[intent], taken[intent]) for intent in sorted({*asked, *taken})}
