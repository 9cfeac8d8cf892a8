"""What Rasa asks us to do: custom actions, derived from the catalogue, run in the robot's process.

The robot mounts `ActionServer.handle` where Rasa's action endpoint points. Replies are keys and ids only
(dialogs/protocol.py); slots hold choices and outcomes, never a person's data.

A visit is a walk along a service's journey (dialogs/journey.py). `station` is where it stands: a group of
questions (a Rasa form) or a step that the robot runs. Whatever interrupts a question is answered, then it is
asked again.

questions.py asks, meaning.py reads the answers, wishes.py begins services, way.py goes on and back, manner.py
talks slower or in another language, answers.py and enquiries.py inform; here it is decided who is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException, Tracker

from dialogs import manner, remarks, words
from dialogs.answers import Answers
from dialogs.catalogue import Catalogue
from dialogs.enquiries import Enquiries, Topic
from dialogs.fallback import Fallback
from dialogs.journey import Journey
from dialogs.meaning import Meaning
from dialogs.questions import Questions
from dialogs.situation import GIVES_UP, MEANT, MISUNDERSTOOD, Events, Situation, offer
from dialogs.vocabulary import ASIDES, NEXT, NOT_UNDERSTOOD, START, action_of, forms
from dialogs.way import Way
from dialogs.wishes import Wishes

# what is asked outside the journey stays asked
_SAME_AGAIN = ("action_repeat", "action_speak_slower", "action_speak_louder")


class ActionServer:
    """Answers Rasa's action calls. `clock` gives the local time (aware), for hours and fees."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._answers = Answers(catalogue, clock)
        self._fallback = Fallback(catalogue, clock)
        self._enquiries = Enquiries(catalogue, self._answers, clock)
        self._journey = Journey(catalogue)
        self._told: dict[str, Callable[[Situation], None]] = {
            "opening_hours": self._answers.opening_hours,
            "directions": self._answers.directions,
            "request_staff": self._request_staff,
        } | {name: getattr(self._answers, name) for name in ASIDES}
        asked = forms(catalogue)
        names = self._fallback.names
        self._meaning = Meaning(catalogue, names)
        self._wishes = Wishes(catalogue, self._journey, names, self._told)
        self._way = way = Way(self._journey, self._wishes, asked)
        self._questions = Questions(
            catalogue,
            asked,
            self._journey,
            self._meaning,
            self._wishes,
            self._fallback,
            self._enquiries,
            take=self._take,
            said_outright=self._said_outright,
        )
        self._own: dict[str, Callable[[Situation], None]] = {
            START: self._start_service,
            NEXT: way.next,
            NOT_UNDERSTOOD: self._not_understood,
            "action_stop": way.stop,
            "action_stop_confirmed": way.stop_confirmed,
            "action_continue_visit": way.continue_visit,
            "action_go_back": way.go_back,
            "action_repeat": manner.repeat,
            "action_help": manner.give_help,
            "action_speak_slower": manner.speak_slower,
            "action_speak_louder": manner.speak_louder,
            "action_cancel_staff": self._cancel_staff,
            "action_goodbye": way.goodbye,
            "action_plain_language": manner.plain_language,
            "action_switch_language": manner.switch_language,
            "action_affirm": self._affirm,
            "action_deny": self._deny,
            "action_inform": self._inform,
            "action_step_done": way.step_done,
            **{f"action_{name}": self._aside(getattr(self._answers, name)) for name in ASIDES},
        }
        self._executor = ActionExecutor()
        for name in self._own:
            self._executor.register_function(name, self._action(name))
        for form in asked:
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
        """Runs the action of that name, or what the words say more clearly than their intent does."""
        stuck = now.tracker.slots.get(MISUNDERSTOOD) == GIVES_UP
        if name not in (NOT_UNDERSTOOD, "action_inform", "action_repeat"):
            now.set(MISUNDERSTOOD, None)
        if stuck and name == "action_affirm" and not now.pending:
            # a human was offered
            now.meant = "request_staff"
            name = START
        stop_asked = now.pending == "stop"
        meanings = [now.tracker.slots.get(slot) for slot in MEANT] if now.pending == "meant" else []
        if not (now.text and self._said_outright(now, answered=name == NEXT)):
            self._own[name](now)
        if stop_asked and name != "action_repeat" and now.pending == "stop":
            now.set("pending", None)
        if (
            meanings
            and name not in _SAME_AGAIN
            and meanings == [now.tracker.slots.get(slot) for slot in MEANT]
        ):
            # what was offered is settled, or something else was said
            if now.pending == "meant":
                now.set("pending", None)
            for slot in MEANT:
                now.set(slot, None)

    def _aside(self, answer: Callable[[Situation], None]) -> Callable[[Situation], None]:
        def run(now: Situation) -> None:
            answer(now)
            self._after_answer(now)

        return run

    def _after_answer(self, now: Situation) -> None:
        """Goes on where the visit was; before it has begun, with what the same sentence wants besides."""
        joined = remarks.joined(now.text) and remarks.wished(now.text)
        named = words.mentions(self._fallback.names(), now.text) if joined else []
        if now.service is None and named:
            self._wishes.begin(now, self._catalogue.services[named[0]])
        else:
            now.resume()

    def _validation(self, form: str) -> Callable[..., Any]:
        async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
            now = Situation(self._catalogue, tracker, dispatcher, validating=True)
            self._questions.validate(now, form)
            if now.events:
                now.report()
            return now.events

        return run

    # --- what is said, whatever stands ----------------------------------------------------------------

    def _said_outright(self, now: Situation, *, answered: bool = False) -> bool:
        """Does what the words say outright, whatever their intent; False if they say nothing of the kind.

        `answered`: they were the answer to the last question already.
        """
        if now.pending == "meant" and (number := remarks.which(now.text)) is not None:
            meaning = now.tracker.slots.get(MEANT[number])
            if meaning:
                self._mean(now, meaning)
                return True
        running = now.service
        enquiry = None if answered else self._enquiries.found(now)
        if running is None:
            if enquiry:
                self._enquire(now, enquiry)
            return enquiry is not None
        if person := remarks.same_for(now.text):
            self._wishes.want_same(now, running, person)
        elif wanted := self._meaning.meant_service(now):
            now.understood = wanted.id
            if not self._wishes.late(now):
                now.say("corrected.service", params={"service": f"@{wanted.id}.label"})
                self._journey.change(now, wanted)
            else:
                self._wishes.want(now, wanted)
        elif enquiry and enquiry not in manner.MISHEARD:
            self._enquire(now, enquiry)
        elif found := self._meaning.corrected_answers(now, running):
            now.understood = "inform"
            if self._wishes.late(now):
                self._way.too_late(now)
            else:
                self._journey.revise(now, running, found)
        elif enquiry:
            self._enquire(now, enquiry)
        else:
            return False
        return True

    def _enquire(self, now: Situation, enquiry: Topic) -> None:
        """Answers what is asked or said at any desk, and leaves the visit where it was."""
        if enquiry in ("unsure", "next"):
            manner.give_help(now)
            now.understood = "help"
        elif enquiry == "wait":
            self._enquiries.answer(now, enquiry)
            now.keep()
        elif enquiry in manner.MISHEARD and self._wishes.late(now):
            self._way.too_late(now)
        elif enquiry in manner.MISHEARD:
            manner.misheard(now, [offer("step.back", "go_back")] if now.service else [])
            now.resume()
        else:
            self._enquiries.answer(now, enquiry)
            now.resume()

    def _start_service(self, now: Situation) -> None:
        wanted = self._catalogue.services[now.intent]
        if wanted.answer:
            self._told[wanted.answer](now)
            self._after_answer(now)
        else:
            self._wishes.want(now, self._wishes.first_wish(now, wanted))

    def _affirm(self, now: Situation) -> None:
        if now.pending in ("stop", "cancelled"):
            self._journey.end(now)
        elif now.pending == "meant":
            first, second = (now.tracker.slots.get(slot) for slot in MEANT)
            if second is None and first:
                self._mean(now, first)
            else:
                now.say("meant.which")
        else:
            self._way.continue_visit(now)

    def _deny(self, now: Situation) -> None:
        if now.pending == "retry":
            self._way.ask_stop(now, "cancelled")
        elif now.pending == "later":
            now.say("later.none")
            self._journey.drop_later(now)
        elif now.pending == "meant":
            self._fallback.neither(now)
        elif now.service is None:
            now.say("greet.idle")
        else:
            self._way.continue_visit(now)

    def _mean(self, now: Situation, intent: str) -> None:
        """What was offered is what was meant."""
        now.set("pending", None)
        now.set(MISUNDERSTOOD, None)
        now.meant = intent
        self._own[action_of(self._catalogue, intent)](now)

    def _inform(self, now: Situation) -> None:
        """An answer to a question that no longer stands: changed on the review, or tapped a second time."""
        changed = self._way.changed_on_review(now)
        if changed and now.service:
            self._journey.revise(now, now.service, changed)
            return
        if not now.tapped and not now.asked:
            self._not_understood(now)
            return
        if now.step:
            now.act("resume")
        now.resume()

    def _not_understood(self, now: Situation) -> None:
        if now.text and (code := remarks.only_language(now.text)):
            manner.switch(now, code)
            return
        named = words.mentions(self._fallback.names(), now.text) if remarks.wished(now.text) else []
        if now.service is None and len(named) > 1 and remarks.joined(now.text):
            # two wishes in one sentence look like neither of them
            now.understood = named[0]
            self._wishes.want(now, self._catalogue.services[named[0]])
            return
        if not self._fallback.chat(now) and not self._answers.way_to(now):
            self._fallback.outside(now)
        now.resume()

    def _request_staff(self, now: Situation) -> None:
        now.act("call_staff")
        now.say("staff.called", [offer("staff.cancel", "cancel_staff")])

    def _cancel_staff(self, now: Situation) -> None:
        now.act("cancel_staff")
        now.say("staff.cancelled")
        now.resume()
