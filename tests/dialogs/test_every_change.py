"""Every answer of every service, changed on the review to every other one.

The case is then the same as if it had been answered so from the start, and on the way back nobody is asked,
told or shown anything twice.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from dialogs.actions import ActionServer
from dialogs.catalogue import AskGroup, Catalogue, Service
from dialogs.conditions import holds
from dialogs.protocol import AnyMessage, Ask, Step, payload
from dialogs.revision import contents
from tests.dialogs.conftest import NOW
from tests.dialogs.desk import Desk
from tests.musterstadt import catalogue

CATALOGUE = catalogue()
REVIEWED = [s.id for s in CATALOGUE.services.values() if any(node.name == "review" for node in s.journey)]
PARTED = ("info", "checklist", "form", "copy")
"""Steps of which only a part may be new."""


@dataclass
class Way:
    """What a visitor goes through: questions, and steps with what they hold, in their order."""

    desk: Desk
    service: Service
    answers: Mapping[str, str]
    asked: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)

    async def go(self, messages: list[AnyMessage]) -> None:
        """Answers and lets every step be done, up to the review, or to the goodbye where there is none."""
        for _ in range(40):
            match messages[-1]:
                case Ask(slot=slot):
                    self.asked.append(slot)
                    known = {name: self.desk.slots.get(name) or "" for name in self.service.slots}
                    possible = [c.id for c in CATALOGUE.question(self.service.id, slot, known).choices]
                    answer = self.answers.get(slot)
                    chosen = answer if answer in possible else possible[0]
                    messages = await self.desk.tap(payload("inform", **{slot: str(chosen)}))
                case Step(name=name, choices=choices, before=before):
                    if name in ("review", "feedback"):
                        return
                    self.steps.append(name)
                    now = contents(CATALOGUE, self.service.id, name, choices)
                    then = contents(CATALOGUE, self.service.id, name, before) if before else frozenset()
                    self.held += [(name, one) for one in sorted(now - then)]
                    messages = await self.desk.tap(payload("step_done", step=name, outcome="done"))
                case other:
                    raise AssertionError(f"{self.service.id}: nothing follows {other}")
        raise AssertionError(f"{self.service.id}: no end with {self.answers}")

    @property
    def choices(self) -> dict[str, str]:
        """The answers of the case."""
        return {slot: self.desk.slots[slot] for slot in self.service.slots if self.desk.slots.get(slot)}

    @property
    def remembered(self) -> dict[str, str]:
        """All that the dialogue knows, but for how it has put its last question."""
        return {slot: value for slot, value in self.desk.slots.items() if value and slot != "asked_as"}


async def way_to_review(catalogue: Catalogue, service: Service, answers: Mapping[str, str]) -> Way:
    way = Way(Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW)), service, answers)
    await way.go(await way.desk.tap(payload(service.id)))
    return way


def starts(service: Service) -> Iterator[dict[str, str]]:
    """Cases to begin with: all first answers, and what opens a question that these leave out."""
    first = {question.slot: question.choices[0].id for question in service.questions}
    yield first
    for question in service.questions:
        for choice in question.choices[1:]:
            other = first | {question.slot: choice.id}
            opened = [q.slot for q in service.questions if holds(q.when, other) and not holds(q.when, first)]
            if opened:
                yield other


@pytest.mark.parametrize("name", REVIEWED)
async def test_a_changed_answer_leads_to_the_same_case_as_if_it_had_been_given_at_once(
    name: str, catalogue: Catalogue
) -> None:
    service = catalogue.service(name)
    changes = 0
    at_once: dict[tuple[str, ...], Way] = {}
    for answers in starts(service):
        first = await way_to_review(catalogue, service, answers)
        if first.desk.slots["station"] != "review":
            continue
        for _, slot in catalogue.answered(name, first.choices):
            others = {known: choice for known, choice in first.choices.items() if known != slot}
            for choice in catalogue.question(name, slot, others).choices:
                if choice.id == first.choices[slot]:
                    continue
                changes += 1
                case = f"{name}: {slot} = {choice.id} after {first.choices}"
                changed = Way(copy.copy(first.desk), service, answers)
                changed.desk.slots = dict(first.desk.slots)
                await changed.go(await changed.desk.tap(payload("inform", **{slot: choice.id})))

                wished = answers | {slot: choice.id}
                if tuple(wished.values()) not in at_once:
                    at_once[tuple(wished.values())] = await way_to_review(catalogue, service, wished)
                fresh = at_once[tuple(wished.values())]
                assert changed.choices == fresh.choices, case
                assert changed.remembered == fresh.remembered, case
                # nothing that is needed was left out …
                assert set(fresh.held) <= set(first.held) | set(changed.held), case
                assert set(fresh.steps) <= set(first.steps) | set(changed.steps), case
                # … and nothing came a second time
                assert not set(changed.held) & set(first.held), case
                again = set(changed.steps) & set(first.steps)
                assert again <= set(PARTED), case
                assert all(any(step == name_ for name_, _ in changed.held) for step in again), case
                kept = set(first.asked) & set(changed.asked)
                possible = {
                    q: {c.id for c in catalogue.question(name, q, changed.choices).choices} for q in kept
                }
                assert not [q for q in kept if first.choices[q] in possible[q]], case
    assert changes >= sum(len(question.choices) - 1 for question in service.questions) // 2


def test_every_question_whose_answer_can_be_changed_stands_in_a_group(catalogue: Catalogue) -> None:
    for name in REVIEWED:
        service = catalogue.service(name)
        asked = {slot for node in service.journey if isinstance(node, AskGroup) for slot in node.slots}
        assert asked == {question.slot for question in service.questions}
