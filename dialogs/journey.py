"""A visit's way through a service's stations, and from one service to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from rasa_sdk.events import ActiveLoop, AllSlotsReset, FollowupAction, SlotSet

from dialogs import words
from dialogs.catalogue import AskGroup, Catalogue, Service, StepNode
from dialogs.conditions import holds
from dialogs.protocol import Step
from dialogs.remarks import Person
from dialogs.situation import ASKED_AS, LATER, LATER_FOR, MEANT, REQUESTED, Situation

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
        for node in service.journey[station + 1 :]:
            if isinstance(node, StepNode) and not holds(node.when, now.choices):
                continue
            if isinstance(node, AskGroup):
                self.settle(now, service, node)
                if all(now.tracker.slots.get(slot) for slot in node.slots):
                    continue
            if node.name == LAST and self.offer_later(now):
                return
            self.go_to(now, service, node)
            return
        if not self.offer_later(now):
            self.end(now)

    @staticmethod
    def go_to(now: Situation, service: Service, node: AskGroup | StepNode) -> None:
        """To a station."""
        now.set("station", node.name)
        now.set("pending", None)
        form = None if isinstance(node, StepNode) else f"{service.id}_{node.name}_form"
        if now.form and now.form != form:
            now.events += [ActiveLoop(None), SlotSet(REQUESTED, None)]
        if form:
            now.events.append(FollowupAction(form))
        else:
            now.send(Step(name=node.name, service=service.id, choices=now.choices))

    @staticmethod
    def end(now: Situation) -> None:
        """The visit is over, and nothing of it stays."""
        now.act("end_visit")
        now.events += [ActiveLoop(None), AllSlotsReset()]

    # --- answers ----------------------------------------------------------------------------------------

    def fill(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Keeps answers; what hangs on a changed one is open again. Says what one should know then."""
        for slot, choice in found.items():
            if now.tracker.slots.get(slot) not in (None, choice):
                self.reopen(now, service, slot)
        for slot, choice in found.items():
            now.set(slot, choice)
            answer = service.question(slot).choice(choice)
            if answer and answer.note:
                now.say(f"{service.id}.{slot}.{choice}.note")

    def correct(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Takes answers that replace others, and says so."""
        for slot, choice in found.items():
            now.say("corrected.answer", params={"answer": f"@{service.id}.{slot}.{choice}.label"})
        self.fill(now, service, found)

    def back_to_open(self, now: Situation, service: Service, changed: Collection[str] = ()) -> None:
        """After a correction: to earlier questions that it has opened again, and to steps that belong to the
        journey because of the `changed` answers; else the question that stands is asked again, or the running
        step begins anew with what is right now.
        """
        for node in service.journey[: now.station]:
            if isinstance(node, AskGroup):
                self.settle(now, service, node)
                if not all(now.tracker.slots.get(slot) for slot in node.slots):
                    self.go_to(now, service, node)
                    return
            elif any(slot in node.when for slot in changed) and holds(node.when, now.choices):
                self.go_to(now, service, node)
                return
        if now.step:
            self.go_to(now, service, now.step)
        else:
            now.resume()

    @staticmethod
    def reopen(now: Situation, service: Service, slot: str) -> None:
        """Forgets an answer and those whose question or choices depend on it."""
        now.set(slot, None)
        for question in service.questions:
            conditions = [question.when, *(choice.when for choice in question.choices)]
            if any(condition and slot in condition for condition in conditions):
                now.set(question.slot, None)

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
