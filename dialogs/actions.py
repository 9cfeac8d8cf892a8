"""What Rasa asks us to do: custom actions, derived from the catalogue, run in the robot's process.

The robot mounts `ActionServer.handle` where Rasa's action endpoint points. Replies are keys and ids only
(dialogs/protocol.py); slots hold choices and outcomes, never a person's data.

A visit is a walk along a service's journey. `station` is where it stands: a group of questions (a Rasa
form) or a step that the robot runs. Whatever interrupts a question is answered, then it is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from rasa_sdk.events import ActiveLoop, AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException, Tracker

from dialogs import words
from dialogs.answers import Answers
from dialogs.catalogue import AskGroup, Catalogue, Service, StepNode
from dialogs.conditions import holds
from dialogs.protocol import Ask, Offer, Step
from dialogs.situation import LISTEN, MISUNDERSTOOD, REQUESTED, Events, Situation, offer
from dialogs.vocabulary import (
    ASIDES,
    CONTROL,
    NEXT,
    NOT_UNDERSTOOD,
    REPLIES,
    START,
    UNKNOWN,
    action_of,
    forms,
)

log = logging.getLogger(__name__)

# what an answer to "end or go on?" may be
_CLOSING = ("affirm", "deny", "stop", "stop_confirmed", "continue_visit", "goodbye")
# a question inside a sentence that could also be an answer counts from here on
_SURE = 0.6
# what leaves a standing question standing
_BESIDE = (*ASIDES, "repeat", "help", "speak_slower", "speak_louder", "cancel_staff")
# steps that are simply left out when they fail or are declined
_SKIPPABLE = ("checklist", "document", "form", "copy", "photo_code", "feedback")


class ActionServer:
    """Answers Rasa's action calls. `clock` gives the local time (aware), for hours and fees."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._answers = Answers(catalogue, clock)
        self._forms = forms(catalogue)
        self._executor = ActionExecutor()
        own: dict[str, Callable[[Situation], None]] = {
            START: self._start_service,
            NEXT: self._next,
            NOT_UNDERSTOOD: self._not_understood,
            **{f"action_{name}": getattr(self, f"_{name}") for name in (*CONTROL, *REPLIES)},
            **{f"action_{name}": self._aside(getattr(self._answers, name)) for name in ASIDES},
        }
        self._own = own
        for name in own:
            self._executor.register_function(name, self._action(name))
        for form in self._forms:
            self._executor.register_function(f"validate_{form}", self._validation(form))

    async def handle(self, call: Any) -> tuple[int, dict[str, Any]]:
        """One call of Rasa's action protocol: (HTTP status, body).

        400: no action call, or rejected; 404: there is no such action.
        """
        name = call.get("next_action") if isinstance(call, dict) else None
        if not isinstance(name, str) or not isinstance(call.get("tracker"), dict):
            reason = "this is no action call: next_action and tracker are needed"
            return 400, {"error": reason, "action_name": ""}
        try:
            # Rasa sends its domain only now and then; no action needs it.
            result = await self._executor.run({**call, "domain": call.get("domain") or {}})
        except ActionExecutionRejection as rejected:
            return 400, {"error": rejected.message, "action_name": rejected.action_name}
        except ActionNotFoundException as missing:
            return 404, {"error": missing.message, "action_name": missing.action_name}
        return 200, result.model_dump() if result else {"events": [], "responses": []}

    # --- how an action runs -------------------------------------------------------------------------

    def _action(self, name: str) -> Callable[..., Any]:
        async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
            now = Situation(self._catalogue, tracker, dispatcher)
            self._take(now, name)
            now.report()
            return now.events

        return run

    def _take(self, now: Situation, name: str) -> None:
        """Runs the action of that name."""
        if name not in (NOT_UNDERSTOOD, "action_inform", "action_repeat"):
            now.set(MISUNDERSTOOD, None)
        stop_asked = now.pending == "stop"
        self._own[name](now)
        if stop_asked and name != "action_repeat" and now.pending == "stop":
            now.set("pending", None)

    @staticmethod
    def _aside(answer: Callable[[Situation], None]) -> Callable[[Situation], None]:
        def run(now: Situation) -> None:
            answer(now)
            now.resume()

        return run

    def _validation(self, form: str) -> Callable[..., Any]:
        async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
            now = Situation(self._catalogue, tracker, dispatcher, validating=True)
            self._validate(now, form)
            if now.events:
                now.report()
            return now.events

        return run

    # --- questions ----------------------------------------------------------------------------------

    def _validate(self, now: Situation, form: str) -> None:
        """Takes the answer, if the citizen has just spoken, and asks what is still open.

        What is no answer and leaves the question standing is dealt with in the same call. No event at all
        means: Rasa lets the rule for the intent answer it.
        """
        service, group = self._forms[form]
        stood = now.asked
        variant: Literal["full", "again", "other"] | None = None
        if now.before == LISTEN:
            found = self._found(now, service)
            if found is None:
                if now.asked and (now.intent in _BESIDE or now.intent in self._catalogue.services):
                    self._take(now, action_of(self._catalogue, now.intent))
                return
            if now.pending == "stop":
                now.set("pending", None)
            now.understood = "inform" if found else UNKNOWN[0]
            if found:
                now.set(MISUNDERSTOOD, None)
                self._fill(now, service, found)
            else:
                self._misunderstood(now)
                variant = "other"
        self._settle(now, service, group)
        slot = next((s for s in group.slots if not now.tracker.slots.get(s)), None)
        now.tracker.slots[REQUESTED] = slot
        now.events.append(SlotSet(REQUESTED, slot))
        if slot:
            variant = variant or ("again" if slot == stood else "full")
            now.send(Ask(service=service.id, slot=slot, variant=variant))

    def _found(self, now: Situation, service: Service) -> dict[str, str] | None:
        """Slot to choice; {}: an answer that was not understood; None: no answer but something else."""
        if now.tapped:
            if now.intent in UNKNOWN:
                return {}
            if now.intent != "inform":
                return None
            return {
                s: v for s, v in now.entities.items() if s in service.slots and service.question(s).choice(v)
            }
        if now.pending == "stop" and now.intent in _CLOSING:
            return None
        asked = service.question(now.asked or service.slots[0])
        chosen = words.answer(self._catalogue.question(service.id, asked.slot, now.choices), now.text)
        exact = chosen and words.plain(now.text) in {
            words.plain(phrase) for choice in asked.choices for phrase in (*choice.say, choice.label)
        }
        control = now.intent in CONTROL or now.intent == "request_staff"
        others = now.intent in self._catalogue.services and now.intent != service.id
        aside = others or now.intent in ASIDES
        # an answer may well greet, thank, or name what another service is for
        polite = now.intent in ("greet", "thank") or (
            others and not self._catalogue.services[now.intent].answer
        )
        sure = now.confidence >= _SURE and not polite
        if not exact and (control or aside) and (not chosen or sure):
            return None
        found = words.volunteered(service, now.text, now.choices | {asked.slot: "asked"})
        if chosen is None and asked.yes_no and now.intent in ("affirm", "deny"):
            chosen = "yes" if now.intent == "affirm" else "no"
        if chosen:
            found[asked.slot] = chosen
        if not found and now.intent == service.id and now.confidence >= _SURE:
            return None
        return found

    def _misunderstood(self, now: Situation) -> None:
        """First: say so and ask in other words; then: point to the buttons; then: offer staff."""
        count = self._count(now)
        if count == 1:
            now.say("misunderstood.first")
        elif count == 2:
            now.say("misunderstood.second")
        else:
            now.say("misunderstood.third", [offer("staff.offer", "request_staff")])

    @staticmethod
    def _count(now: Situation) -> int:
        count = min(3, int(now.tracker.slots.get(MISUNDERSTOOD) or 0) + 1)
        now.set(MISUNDERSTOOD, str(count))
        return count

    def _fill(self, now: Situation, service: Service, found: Mapping[str, str]) -> None:
        """Keeps answers; what hangs on a changed one is open again. Says what one should know then."""
        for slot, choice in found.items():
            if now.tracker.slots.get(slot) not in (None, choice):
                self._reopen(now, service, slot)
        for slot, choice in found.items():
            now.set(slot, choice)
            answer = service.question(slot).choice(choice)
            if answer and answer.note:
                now.say(f"{service.id}.{slot}.{choice}.note")

    @staticmethod
    def _reopen(now: Situation, service: Service, slot: str) -> None:
        """Forgets an answer and those whose question or choices depend on it."""
        now.set(slot, None)
        for question in service.questions:
            conditions = [question.when, *(choice.when for choice in question.choices)]
            if any(condition and slot in condition for condition in conditions):
                now.set(question.slot, None)

    @staticmethod
    def _settle(now: Situation, service: Service, group: AskGroup) -> None:
        """Fills in what need not be asked."""
        for slot in group.slots:
            question = service.question(slot)
            if question.when and holds(question.when, now.choices) is False:
                now.set(slot, question.otherwise)

    # --- the journey --------------------------------------------------------------------------------

    def _start_service(self, now: Situation) -> None:
        wanted = self._catalogue.services[now.intent]
        if wanted.answer:
            answers = {
                "opening_hours": self._answers.opening_hours,
                "directions": self._answers.directions,
                "request_staff": self._request_staff,
            }
            answers[wanted.answer](now)
            now.resume()
            return
        running = now.service
        if running is not None:
            if running.id == wanted.id:
                now.say("service.running", params={"service": f"@{wanted.id}.label"})
            else:
                now.say(
                    "service.first_finish",
                    params={"service": f"@{wanted.id}.label", "running": f"@{running.id}.label"},
                )
            now.resume()
            return
        now.set("service", wanted.id)
        now.say(f"{wanted.id}.start")
        found = words.volunteered(wanted, now.text, {})
        for slot, choice in found.items():
            answer = wanted.question(slot).choice(choice)
            if answer and answer.ack:
                now.say(f"{wanted.id}.{slot}.{choice}.ack")
        self._fill(now, wanted, found)
        self._walk(now, -1)

    def _next(self, now: Situation) -> None:
        self._walk(now, now.station)

    def _walk(self, now: Situation, station: int) -> None:
        """To the next station that has something to do; after the last one the visit ends."""
        service = now.service
        if service is None:
            return
        for node in service.journey[station + 1 :]:
            if isinstance(node, StepNode) and not holds(node.when, now.choices):
                continue
            if isinstance(node, AskGroup):
                self._settle(now, service, node)
                if all(now.tracker.slots.get(slot) for slot in node.slots):
                    continue
            self._go_to(now, service, node)
            return
        self._end(now)

    @staticmethod
    def _go_to(now: Situation, service: Service, node: AskGroup | StepNode) -> None:
        now.set("station", node.name)
        now.set("pending", None)
        if isinstance(node, StepNode):
            if now.form:
                now.events += [ActiveLoop(None), SlotSet(REQUESTED, None)]
            now.send(Step(name=node.name, service=service.id, choices=now.choices))
        else:
            now.events.append(FollowupAction(f"{service.id}_{node.name}_form"))

    @staticmethod
    def _end(now: Situation) -> None:
        now.act("end_visit")
        now.events += [ActiveLoop(None), AllSlotsReset()]

    def _step_done(self, now: Situation) -> None:
        step, outcome = now.entities.get("step"), now.entities.get("outcome")
        if step is None or now.step is None:
            if now.form:
                now.resume()
            elif now.step:
                now.act("resume")
            return
        if step != now.step.name:
            log.info("outcome of the step %s came while at %s: ignored", step, now.step.name)
        elif outcome == "back":
            self._go_back(now)
        elif outcome == "cancelled":
            self._ask_stop(now, "cancelled")
        elif outcome == "done" or step in _SKIPPABLE:
            self._walk(now, now.station)
        else:
            now.set("pending", "retry")
            offers = [offer("step.retry", "continue_visit"), offer("staff.offer", "request_staff")]
            if outcome == "declined":
                offers.insert(1, offer("step.back", "go_back"))
            now.say("step.declined" if outcome == "declined" else "step.failed", offers)

    def _go_back(self, now: Situation) -> None:
        service = now.service
        if service is None:
            now.say("greet.idle")
            return
        done = [node.name for node in service.journey[: now.station + 1]]
        if now.step and "hand_over" in done:
            now.say("back.too_late")
            now.act("resume")
            return
        if now.form and now.asked:
            group = self._forms[now.form][1]
            if self._unask(now, service, group.slots[: group.slots.index(now.asked)]):
                now.events.append(FollowupAction(now.form))
                return
        for node in reversed(service.journey[: max(0, now.station)]):
            if isinstance(node, StepNode):
                again = bool(holds(node.when, now.choices))
            else:
                again = self._unask(now, service, node.slots)
            if again:
                self._go_to(now, service, node)
                return
        now.say("back.start")
        now.resume()

    def _unask(self, now: Situation, service: Service, slots: Iterable[str]) -> bool:
        """Takes the last given answer of these slots back; False if none was asked."""
        for slot in reversed(list(slots)):
            question = service.question(slot)
            if now.tracker.slots.get(slot) and not (
                question.when and holds(question.when, now.choices) is False
            ):
                self._reopen(now, service, slot)
                return True
        return False

    # --- stop, or go on -----------------------------------------------------------------------------

    @staticmethod
    def _ask_stop(now: Situation, pending: str) -> None:
        now.set("pending", pending)
        now.say("stop.ask", [offer("stop.end", "stop_confirmed"), offer("stop.go_on", "continue_visit")])
        now.keep()

    def _stop(self, now: Situation) -> None:
        if now.service is None or now.pending in ("stop", "cancelled"):
            self._end(now)
        else:
            # a step that waits for "again or not" stays to be run again
            self._ask_stop(now, "cancelled" if now.pending else "stop")

    def _goodbye(self, now: Situation) -> None:
        if now.step and now.step.name == "feedback":
            self._end(now)
        else:
            self._stop(now)

    def _stop_confirmed(self, now: Situation) -> None:
        """Ends only what was asked about: misheard words must not wipe a visit."""
        if now.service is None or now.pending in ("stop", "cancelled"):
            self._end(now)
        else:
            self._stop(now)

    def _continue_visit(self, now: Situation) -> None:
        pending = now.pending
        if now.step and now.service and pending in ("cancelled", "retry"):
            self._go_to(now, now.service, now.step)
        elif now.step:
            now.act("resume")
        elif now.service is None:
            now.say("greet.idle")
        now.resume()

    def _affirm(self, now: Situation) -> None:
        if now.pending in ("stop", "cancelled"):
            self._end(now)
        else:
            self._continue_visit(now)

    def _deny(self, now: Situation) -> None:
        if now.pending == "retry":
            self._ask_stop(now, "cancelled")
        elif now.service is None:
            now.say("greet.idle")
        else:
            self._continue_visit(now)

    def _inform(self, now: Situation) -> None:
        """An answer to a question that no longer stands, for instance a second tap."""
        if now.step:
            now.act("resume")
        elif now.service is None and not now.tapped:
            self._not_understood(now)
        now.resume()

    # --- how we talk ----------------------------------------------------------------------------------

    def _repeat(self, now: Situation) -> None:
        now.act("repeat")
        now.keep()

    def _speak_slower(self, now: Situation) -> None:
        now.act("slower", "repeat")
        now.keep()

    def _speak_louder(self, now: Situation) -> None:
        now.act("louder", "repeat")
        now.keep()

    def _help(self, now: Situation) -> None:
        offers = [offer("staff.offer", "request_staff")]
        if now.service:
            # What is asked aloud mid-way can be tapped here (BFSGV §6).
            offers += [offer("help.fee", "ask_fee"), offer("help.documents", "ask_documents")]
        if now.service and now.asked:
            if now.service.question(now.asked).help:
                now.say(f"{now.service.id}.{now.asked}.help")
            now.say("help.question", offers)
        else:
            now.say("help.step" if now.step else "help.idle", offers)
        now.resume()

    def _not_understood(self, now: Situation) -> None:
        count = self._count(now)
        staff = [offer("staff.offer", "request_staff")]
        if count == 3:
            now.say("misunderstood.third", staff)
        elif now.service:
            now.say("misunderstood.step")
        else:
            services = [
                Offer(key=f"{card.id}.label", payload=card.payload)
                for card in self._catalogue.welcome_services()
            ]
            now.say("misunderstood.idle" if count == 1 else "misunderstood.idle_again", services)

    def _request_staff(self, now: Situation) -> None:
        now.act("call_staff")
        now.say("staff.called", [offer("staff.cancel", "cancel_staff")])

    def _cancel_staff(self, now: Situation) -> None:
        now.act("cancel_staff")
        now.say("staff.cancelled")
        now.resume()
