"""Answers that are changed in words while everything is shown once more ("ich will es doch geschickt haben").

Stricter than an answer to a question that stands: nothing was asked, so a bare "ja" or a word that fits two
questions changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogs import remarks, words
from dialogs.catalogue import Catalogue, Question

# said of what is already an answer
_AFTER_ALL = re.compile(
    r"\b(?:doch|falsch|stimmt nicht|stimmt so nicht|ändern?|geändert|umentschieden|"
    r"after all|wrong|not right|change)\b"
)
_SHORTEST = 4  # letters of a phrase that says something although nobody has asked


def marked(text: str) -> bool:
    """Whether the words say that something is to be changed."""
    return remarks.correction(text) is not None or bool(_AFTER_ALL.search(words.plain(text)))


def changed_answers(catalogue: Catalogue, service: str, text: str, choices: dict[str, str]) -> dict[str, str]:
    """Slot to choice, for the answers that the words change; {} where they change none clearly."""
    if not text or remarks.questions(text) or (remarks.asks(text) and not marked(text)):
        return {}
    said = words.plain(remarks.correction(text) or text)
    sure: dict[str, str] = {}
    perhaps: list[tuple[int, str, str]] = []
    for _, slot in catalogue.answered(service, choices):
        others = {name: choice for name, choice in choices.items() if name != slot}
        question = catalogue.question(service, slot, others)
        if chosen := _named(catalogue, service, question, said) or _told(question, said):
            if chosen != choices[slot]:
                sure[slot] = chosen
            continue
        fits = list(_fits(question, said))
        perhaps += [(n, slot, c) for n, c in fits if c != choices[slot]] or [(n, slot, c) for n, c in fits]
    if sure or not perhaps or not marked(text):
        return sure
    longest = max(length for length, *_ in perhaps)
    best = {(slot, choice) for length, slot, choice in perhaps if length == longest}
    if len(best) != 1:
        return {}
    return {slot: choice for slot, choice in best if choice != choices[slot]}


def _named(catalogue: Catalogue, service: str, question: Question, said: str) -> str | None:
    """The answer behind the question's own name ("das Alter ist siebzehn")."""
    key = f"{service}.{question.slot}.label"
    labels = [
        question.label,
        *(label for lang in catalogue.translations.values() for label in lang.get(key, ())),
    ]
    for label in labels:
        name = words.plain(label)
        if name and (at := words.find(name, said)) >= 0:
            return words.answer(question, said[at + len(name) :])
    return None


def _told(question: Question, said: str) -> str | None:
    """The answer that is one although nobody has asked; of several the one that is told at greater length."""
    years = words.age(said, asked=False)
    if years is not None and (
        choice := next((c for c in question.choices if c.age and years in c.age), None)
    ):
        return choice.id
    hits = [(len(p), c.id) for c in question.choices for p in c.unasked if words.find(p, said) >= 0]
    return max(hits)[1] if hits else None


def _fits(question: Question, said: str) -> Iterable[tuple[int, str]]:
    """Answers that the words would be if the question stood: how long the phrase is, and the choice."""
    for choice in question.choices:
        for phrase in (*choice.say, choice.label):
            if len(phrase) >= _SHORTEST and words.find(words.plain(phrase), said) >= 0:
                yield len(phrase), choice.id
