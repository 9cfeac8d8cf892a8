"""A visit's way through a service's stations, and from one service to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rasa_sdk.events import ActiveLoop, AllSlotsReset, FollowupAction, SlotSet

from dialogs import words
from dialogs.catalogue import AskGroup, Catalogue, Node, Service, StepNode
from dialogs.conditions import holds, program
from dialogs.protocol import Step
from dialogs.remarks import Person
from dialogs.revision import news
from dialogs.situation import (
    ASKED_AS,
    LATER,
    LATER_FOR,
    MEANT,
    REQUESTED,
    RETURNS_TO,
    Situation,
    before_it,
)

REVIEW = "review"
HAND_OVER = "hand_over"
LAST = "feedback"
_CHILD_AGE = 10


class Journey:
    """Moves a visit; every method answers into the situation it is given."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    # --- from service to service ----------------------------------------------------------------------

    def begin(self, now: Situation, wanted: Service, person: Person | None = None) -> None:
        """Start a service; what the sentence has told already is not asked."""
        now.set("service", wanted.id)
        now.say(f"{wanted.id}.start")
        found = words.volunteered(wanted, now.text, now.choices)
        if person == "child":
            found |= self._child(wanted, now.text)
        for slot, choice in found.items():
            answer = wanted.question(slot).choice(choice)
            if answer and answer.ack:
                now.say(f"{wanted.id}.{slot}.{choice}.ack")
        self.fill(now, wanted, found)
        self.walk(now, -1)

    @staticmethod
    def _child(service: Service, text: str) -> dict[str, str]:
        """Whose age is asked is a child, unless the sentence says how old it is."""
        for question in service.questions:
            if any(choice.age for choice in question.choices):
                years = words.age(words.plain(text), asked=False)
                meant = _CHILD_AGE if years is None else years
                group = next((c.id for c in question.choices if c.age and meant in c.age), None)
                return {question.slot: group} if group else {}
        return {}

    def change(self, now: Situation, wanted: Service) -> None:
        """Leave the running service for the one that was meant; answers that both ask for stay."""
        self._leave(now, keep=wanted.slots)
        self.begin(now, wanted)

    def again(self, now: Situation, wanted: Service, person: Person | None) -> None:
        """After a hand-over: another service, or the same for somebody else."""
        now.act("next_person" if person else "next_service")
        about_person = [q.slot for q in wanted.questions if any(choice.age for choice in q.choices)]
        self._leave(now, keep=() if person else about_person)
        self.begin(now, wanted, person)

    @staticmethod
    def _leave(now: Situation, keep: Iterable[str]) -> None:
        if now.form:
            now.events += [ActiveLoop(None), SlotSet(REQUESTED, None)]
            now.tracker.active_loop = {}
            now.tracker.slots[REQUESTED] = None
        Journey.end_revision(now)
        for slot in (*now.choices, "station", "pending", ASKED_AS, *MEANT):
            if slot not in keep:
                now.set(slot, None)

    def handed_over(self, now: Situation) -> bool:
        """Whether the running service is done: only the goodbye is left, or the question what comes next."""
        return bool(now.step and (now.step.name == LAST or now.pending == "later"))

    # --- what comes later -----------------------------------------------------------------------------

    @staticmethod
    def later(now: Situation) -> list[str]:
        """The services that wait, in their order."""
        return [service for slot in LATER if (service := now.tracker.slots.get(slot))]

    def remember(self, now: Situation, service: str, person: Person | None = None) -> bool:
        """Keep a service for after the running one; False if too many wait already."""
        waiting = self.later(now)
        if person is None and service in waiting:
            return True
        if len(waiting) == len(LATER) or (person and now.tracker.slots.get(LATER_FOR)):
            return False
        self._keep_waiting(now, [service, *waiting] if person else [*waiting, service])
        if person:
            now.set(LATER_FOR, person)
        return True

    @staticmethod
    def _keep_waiting(now: Situation, services: list[str]) -> None:
        for number, slot in enumerate(LATER):
            now.set(slot, services[number] if number < len(services) else None)

    def offer_later(self, now: Situation) -> bool:
        """Ask whether to go on with what waits; False if nothing does."""
        waiting = self.later(now)
        if not waiting or now.service is None:
            return False
        now.set("pending", "later")
        same = now.tracker.slots.get(LATER_FOR) and waiting[0] == now.service.id
        key = "later.offer_same" if same else "later.offer"
        now.say(key, now.offers(), {"service": f"@{waiting[0]}.label"})
        return True

    def take_later(self, now: Situation) -> None:
        """Start what waits first."""
        first, *rest = self.later(now)
        person: Person | None = now.tracker.slots.get(LATER_FOR)
        self._keep_waiting(now, rest)
        now.set(LATER_FOR, None)
        self.again(now, self._catalogue.services[first], person)

    def drop_later(self, now: Situation) -> None:
        """Forget what waits first and go on: to the next that waits, or to the goodbye."""
        now.set("pending", None)
        self._keep_waiting(now, self.later(now)[1:])
        now.set(LATER_FOR, None)
        self.walk(now, now.station)

    # --- from station to station ----------------------------------------------------------------------

    def walk(self, now: Situation, station: int) -> None:
        """To the next station that has something to do; after the last one the visit ends."""
        service = now.service
        if service is None:
            return
        node = self._next(now, service, station)
        if (node is None or node.name == LAST) and self.offer_later(now):
            return
        if node is None:
            self.end(now)
        else:
            self.go_to(now, service, node)

    def _next(self, now: Situation, service: Service, station: int) -> Node | None:
        """The next station after that one that has something to do, None after the last.

        On the way back to where answers were changed that is what the change makes necessary.
        """
        for node in service.journey[station + 1 :]:
            if isinstance(node, StepNode):
                if not holds(node.when, now.choices):
                    continue
                before = self._before(now, service, node)
                again = before is not None and holds(node.when, before)
                if not again or self._in_part(now, service, node.name, before or {}):
                    return node
            else:
                self.settle(now, service, node)
                if not all(now.tracker.slots.get(slot) for slot in node.slots):
                    return node
        return None

    def _in_part(self, now: Situation, service: Service, step: str, before: Mapping[str, str]) -> bool:
        """Whether a step that was run with other answers has something new now."""
        return bool(news(self._catalogue, service.id, step, before, now.choices))

    @staticmethod
    def _before(now: Situation, service: Service, node: Node) -> dict[str, str] | None:
        """The answers with which the visit has been through that station; None if it is still to come."""
        names = [known.name for known in service.journey]
        returns_to = now.tracker.slots.get(RETURNS_TO)
        passed = returns_to in names and names.index(node.name) < names.index(returns_to)
        return now.changed_from if passed else None

    @staticmethod
    def end_revision(now: Situation) -> None:
        """Whatever changed answers have made necessary is done, or is not wanted any more."""
        for slot in now.changed_from or {}:
            now.set(before_it(slot), None)
        now.set(RETURNS_TO, None)

    def go_to(self, now: Situation, service: Service, node: Node) -> None:
        """To a station."""
        before = self._before(now, service, node)
        if before is None:
            self.end_revision(now)
        now.set("station", node.name)
        now.set("pending", None)
        form = None if isinstance(node, StepNode) else f"{service.id}_{node.name}_form"
        if now.form and now.form != form:
            now.events += [ActiveLoop(None), SlotSet(REQUESTED, None)]
        if form:
            now.events.append(FollowupAction(form))
        else:
            now.send(
                Step(
                    name=node.name,
                    service=service.id,
                    choices=now.choices,
                    before=before if before and self._in_part(now, service, node.name, before) else {},
                )
            )

    @staticmethod
    def end(now: Situation) -> None:
        """The visit is over, and nothing of it stays."""
        now.act("end_visit")
        now.events += [ActiveLoop(None), AllSlotsReset()]

    # --- answers ----------------------------------------------------------------------------------------

    def fill(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Keeps answers; others stay as far as they still are some. Says what one should know then."""
        before = now.choices
        for slot, choice in found.items():
            now.set(slot, choice)
            answer = service.question(slot).choice(choice)
            if answer and answer.note:
                now.say(f"{service.id}.{slot}.{choice}.note")
        if any(before.get(slot, choice) != choice for slot, choice in found.items()):
            self._adjust(now, service, before, found)

    def _adjust(
        self, now: Situation, service: Service, before: Mapping[str, str], changed: Iterable[str]
    ) -> None:
        """Keeps of the other answers what was asked and can still be answered so; the rest is open again."""
        others = [question for question in service.questions if question.slot not in changed]
        for _ in others:  # one answer may hang on another that hangs on a third
            known = now.choices
            for question in others:
                if not (given := now.tracker.slots.get(question.slot)):
                    continue
                possible = self._catalogue.question(service.id, question.slot, now.choices).choice(given)
                if holds(question.when, now.choices) is False:
                    now.set(question.slot, question.otherwise)
                elif holds(question.when, before) is False or possible is None:
                    now.set(question.slot, None)
            if now.choices == known:
                return

    def correct(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Takes answers that replace others, and says so."""
        for slot, choice in found.items():
            now.say("corrected.answer", params={"answer": f"@{service.id}.{slot}.{choice}.label"})
        self.fill(now, service, found)

    def revise(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Takes answers that replace others, and leads through exactly what that makes necessary: questions
        that are open now, and of the steps behind the visit what is new in them. Then the question that stood
        is asked again, or the step that ran begins anew with what is right now.
        """
        before, here = now.choices, service.journey[max(now.station, 0)]
        self.correct(now, service, found)
        if not now.tracker.slots.get(RETURNS_TO):
            now.set(RETURNS_TO, here.name)
            for slot, choice in before.items():
                now.set(before_it(slot), choice)
        if self._next(now, service, -1) is here and now.asked and not now.tracker.slots.get(now.asked):
            if self._before(now, service, here) is None:
                self.end_revision(now)
            now.resume()
        else:
            self.walk(now, -1)

    @staticmethod
    def reopen(now: Situation, service: Service, slot: str) -> None:
        """Forgets an answer and those whose question or choices depend on it, and so on."""
        now.set(slot, None)
        for question in service.questions:
            conditions = [question.when, *(choice.when for choice in question.choices)]
            hangs = any(condition and slot in program(condition).variables() for condition in conditions)
            if hangs and now.tracker.slots.get(question.slot):
                Journey.reopen(now, service, question.slot)

    @staticmethod
    def settle(now: Situation, service: Service, group: AskGroup) -> None:
        """Fills in what need not be asked."""
        for slot in group.slots:
            question = service.question(slot)
            if question.when and holds(question.when, now.choices) is False:
                now.set(slot, question.otherwise)

    def unask(self, now: Situation, service: Service, slots: Iterable[str]) -> bool:
        """Takes the last given answer of these slots back; False if none was asked."""
        for slot in reversed(list(slots)):
            question = service.question(slot)
            if now.tracker.slots.get(slot) and not (
                question.when and holds(question.when, now.choices) is False
            ):
                self.reopen(now, service, slot)
                return True
        return False
