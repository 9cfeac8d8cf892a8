"""What Rasa asks us to do: custom actions, derived from the catalogue, run in the robot's process.

The robot mounts `ActionServer.handle` where Rasa's action endpoint points. Replies are keys and ids only
(dialogs/protocol.py); slots hold choices and outcomes, never a person's data.

A visit is a walk along a service's journey (dialogs/journey.py). `station` is where it stands: a group of
questions (a Rasa
form) or a step that the robot runs. Whatever interrupts a question is answered, then it is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException, Tracker

from dialogs import amendments, remarks, words
from dialogs.answers import Answers
from dialogs.catalogue import AskGroup, Catalogue, Service, StepNode
from dialogs.conditions import holds
from dialogs.enquiries import Enquiries, Topic
from dialogs.fallback import Fallback
from dialogs.journey import HAND_OVER, LAST, REVIEW, Journey
from dialogs.languages import LANGUAGES
from dialogs.protocol import Offer, Switch, payload
from dialogs.situation import (
    ASKED_AS,
    GIVES_UP,
    LISTEN,
    MEANT,
    MISUNDERSTOOD,
    REQUESTED,
    Events,
    Situation,
    Variant,
    offer,
)
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
_BESIDE = (
    *ASIDES,
    "repeat",
    "help",
    "speak_slower",
    "speak_louder",
    "cancel_staff",
    "plain_language",
    "switch_language",
)
# what is asked outside the journey stays asked
_SAME_AGAIN = ("action_repeat", "action_speak_slower", "action_speak_louder")
# what was understood is not what was said
_MISHEARD = ("misheard", "wrong")
# steps that are simply left out when they fail or are declined
_SKIPPABLE = ("info", "checklist", "document", "form", "copy", "photo_code", "feedback")


class ActionServer:
    """Answers Rasa's action calls. `clock` gives the local time (aware), for hours and fees."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._answers = Answers(catalogue, clock)
        self._fallback = Fallback(catalogue, clock)
        self._enquiries = Enquiries(catalogue, self._answers, clock)
        self._journey = Journey(catalogue)
        self._forms = forms(catalogue)
        self._executor = ActionExecutor()
        own: dict[str, Callable[[Situation], None]] = {
            START: self._start_service,
            NEXT: self._next,
            NOT_UNDERSTOOD: self._not_understood,
            **{f"action_{name}": getattr(self, f"_{name}") for name in (*CONTROL, *REPLIES)},
            **{f"action_{name}": self._aside(getattr(self._answers, name)) for name in ASIDES},
        }
        self._told: dict[str, Callable[[Situation], None]] = {
            "opening_hours": self._answers.opening_hours,
            "directions": self._answers.directions,
            "request_staff": self._request_staff,
        } | {name: getattr(self._answers, name) for name in ASIDES}
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
            self._begin(now, self._catalogue.services[named[0]])
        else:
            now.resume()

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
        variant: Variant | None = None
        if now.before == LISTEN:
            if now.text and stood and self._meant_service(now) is not None:
                return
            if now.text and stood and remarks.same_for(now.text):
                self._said_outright(now)
                return
            enquiry = self._enquiries.found(now) if stood else None
            if enquiry and enquiry not in _MISHEARD:
                self._take(now, "action_help")
                return
            corrected = self._corrected_answers(now, service) if stood else {}
            if not set(corrected) <= set(group.slots):
                return
            if stood and enquiry and not corrected:
                self._misheard(now)
                self._journey.unask(now, service, group.slots[: group.slots.index(stood)])
                self._ask_open(now, service, group, "again")
                return
            found = corrected or self._found(now, service)
            if found is None:
                if now.asked and self._stays(now):
                    self._take(now, action_of(self._catalogue, now.intent))
                return
            if not found and stood and self._beside(now):
                return
            if now.pending == "stop":
                now.set("pending", None)
            now.understood = "inform" if found else UNKNOWN[0]
            if not found:
                self._fallback.in_question(now)
                variant = "again" if now.tracker.slots.get(ASKED_AS) == "other" else "other"
            elif corrected:
                now.set(MISUNDERSTOOD, None)
                self._journey.correct(now, service, corrected)
            else:
                now.set(MISUNDERSTOOD, None)
                self._journey.fill(now, service, found)
                self._note_wishes(now, service)
        self._ask_open(now, service, group, variant)

    def _ask_open(self, now: Situation, service: Service, group: AskGroup, variant: Variant | None) -> None:
        """Asks the first question of the group that is open, if one is."""
        stood = now.asked
        self._journey.settle(now, service, group)
        slot = next((s for s in group.slots if not now.tracker.slots.get(s)), None)
        now.tracker.slots[REQUESTED] = slot
        now.events.append(SlotSet(REQUESTED, slot))
        if slot:
            now.ask(service, slot, variant or ("again" if slot == stood else "full"))

    @staticmethod
    def _misheard(now: Situation, offers: list[Offer] | None = None) -> None:
        now.understood = "go_back"
        now.set(MISUNDERSTOOD, None)
        now.say("desk.misheard", offers or [])

    def _enquire(self, now: Situation, enquiry: Topic) -> None:
        """Answers what is asked or said at any desk, and leaves the visit where it was."""
        if enquiry in ("unsure", "next"):
            self._help(now)
            now.understood = "help"
        elif enquiry == "wait":
            self._enquiries.answer(now, enquiry)
            now.keep()
        elif enquiry in _MISHEARD and self._late(now):
            self._too_late(now)
        elif enquiry in _MISHEARD:
            self._misheard(now, [offer("step.back", "go_back")] if now.service else [])
            now.resume()
        else:
            self._enquiries.answer(now, enquiry)
            now.resume()

    def _stays(self, now: Situation) -> bool:
        """Whether what was said leaves the question standing, so that it can be answered in the same call."""
        if now.intent in self._catalogue.services:
            return not self._changes(now, self._catalogue.services[now.intent])
        return now.intent in _BESIDE

    def _beside(self, now: Situation) -> bool:
        """Deals with words that are no answer but say something else; False if they are not understood."""
        if not now.text:
            return False
        if remarks.only_language(now.text):
            self._switch_language(now)
        elif wanted := self._wished(now):
            now.understood = wanted.id
            self._want(now, wanted)
        elif self._fallback.chat(now):
            now.understood = "out_of_scope"
            now.resume()
        else:
            return False
        return True

    def _wished(self, now: Situation) -> Service | None:
        """Another service that is named and wanted in words whose intent was not understood."""
        if now.intent not in UNKNOWN or not remarks.wished(now.text):
            return None
        named = words.mentions(self._fallback.names(), now.text)
        others = [name for name in named if not now.service or name != now.service.id]
        service = self._catalogue.services[others[0]] if len(others) == 1 else None
        return None if service is None or self._changes(now, service) else service

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

    # --- corrections ----------------------------------------------------------------------------------

    def _corrected_answers(self, now: Situation, service: Service) -> dict[str, str]:
        """The answer that the words replace ("nein, siebzehn"): slot to choice; {} if they replace none.

        A "nein" alone replaces the last answer; during a step, which has its own no, none of yes or no.
        Where everything is shown once more, any answer may be replaced, and that is not always said.
        """
        if now.step and now.step.name == REVIEW and not now.pending:
            sure = now.confidence >= _SURE and (
                now.intent in (*CONTROL, *ASIDES) or now.intent == "request_staff"
            )
            if sure and not amendments.marked(now.text):
                return {}
            return amendments.changed_answers(self._catalogue, service.id, now.text, now.choices)
        rest = remarks.correction(now.text) if now.text else None
        outright = remarks.outright(now.text)
        if rest is None or now.pending or not (now.asked or outright or now.step):
            return {}
        if now.asked:
            question = self._catalogue.question(service.id, now.asked, now.choices)
            if words.answer(question, rest) is not None:
                return {}
            if question.yes_no and not outright and len(rest.split()) > 4:
                return {}
        given = [slot for slot in service.slots if slot in now.choices and slot != now.asked]
        if now.step and not outright:
            given = [slot for slot in given if not service.question(slot).yes_no]
        for slot in reversed(given if outright else given[-1:]):
            chosen = words.answer(self._catalogue.question(service.id, slot, now.choices), rest)
            if chosen and chosen != now.choices[slot]:
                return {slot: chosen}
        return {}

    def _meant_service(self, now: Situation) -> Service | None:
        """The service that the words put in place of the running one ("nein, ich meinte den Reisepass")."""
        running, rest = now.service, remarks.correction(now.text)
        if running is None or rest is None or now.intent in ASIDES:
            return None
        yes_no = bool(now.asked and running.question(now.asked).yes_no)
        bare = len(rest.split()) <= 3 and not yes_no
        if not (bare or remarks.outright(now.text) or remarks.wished(rest)):
            return None
        if self._is_answer(now, running, rest):
            return None
        named = [n for n in words.mentions(self._fallback.names(), rest) if n != running.id]
        return self._catalogue.services[named[-1]] if named else None

    def _is_answer(self, now: Situation, service: Service, said: str) -> bool:
        if now.asked is None:
            return False
        return words.answer(self._catalogue.question(service.id, now.asked, now.choices), said) is not None

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
            self._want_same(now, running, person)
        elif wanted := self._meant_service(now):
            now.understood = wanted.id
            if not self._late(now):
                now.say("corrected.service", params={"service": f"@{wanted.id}.label"})
                self._journey.change(now, wanted)
            else:
                self._want(now, wanted)
        elif enquiry and enquiry not in _MISHEARD:
            self._enquire(now, enquiry)
        elif found := self._corrected_answers(now, running):
            now.understood = "inform"
            if self._late(now):
                self._too_late(now)
            else:
                self._journey.revise(now, running, found)
        elif enquiry:
            self._enquire(now, enquiry)
        else:
            return False
        return True

    # --- wishes -----------------------------------------------------------------------------------------

    def _late(self, now: Situation) -> bool:
        """Whether the case is handed over, or is being handed over."""
        service = now.service
        return bool(
            service and now.step and HAND_OVER in [n.name for n in service.journey[: now.station + 1]]
        )

    def _changes(self, now: Situation, wanted: Service) -> bool:
        """Whether the visit leaves the running service for this one at once."""
        running = now.service
        if running is None or running.id == wanted.id or wanted.answer:
            return False
        if self._journey.handed_over(now) or now.entities.get("order") == "now":
            return True
        return not now.tapped and not now.choices and not now.step and not remarks.joined(now.text)

    def _start_service(self, now: Situation) -> None:
        wanted = self._catalogue.services[now.intent]
        if wanted.answer:
            self._told[wanted.answer](now)
            self._after_answer(now)
        else:
            self._want(now, self._first_wish(now, wanted))

    def _first_wish(self, now: Situation, wanted: Service) -> Service:
        """Where a sentence wants several things one after the other: the one that it names first."""
        if now.service is not None or not (remarks.joined(now.text) and remarks.wished(now.text)):
            return wanted
        names = self._fallback.names()
        named = words.mentions(names, now.text)
        if len(named) < 2 or wanted.id not in named or self._related(named[0], wanted.id):
            return wanted
        said = words.plain(now.text)
        start = min(at for name in names[named[0]] if (at := words.find(name, said)) >= 0)
        if not remarks.wished(said[:start]):
            return wanted  # "ich habe einen Reisepass und brauche einen Ausweis"
        now.understood = named[0]
        return self._catalogue.services[named[0]]

    @staticmethod
    def _related(one: str, other: str) -> bool:
        """Whether one is a part of the other, as the loss of a card is."""
        return one.startswith(other) or other.startswith(one)

    def _want(self, now: Situation, wanted: Service) -> None:
        """Starts a service, or says when its turn comes."""
        running = now.service
        if running is None:
            if remarks.joined(now.text):
                for question in remarks.questions(now.text):
                    self._told[question](now)
            self._begin(now, wanted)
        elif self._journey.handed_over(now):
            self._journey.again(now, wanted, None)
        elif running.id == wanted.id:
            now.say("service.running", params={"service": f"@{wanted.id}.label"})
            now.resume()
        elif self._changes(now, wanted):
            self._journey.change(now, wanted)
        else:
            self._put_off(now, running, wanted)

    def _begin(self, now: Situation, wanted: Service) -> None:
        self._note_wishes(now, wanted)
        self._journey.begin(now, wanted)

    def _put_off(self, now: Situation, running: Service, wanted: Service) -> None:
        params = {"service": f"@{wanted.id}.label"}
        if not self._journey.remember(now, wanted.id):
            now.say("later.full", params=params)
        elif self._late(now):
            now.say("later.noted", params=params)
        else:
            instead = Offer(key="later.now", payload=payload(wanted.id, order="now"), params=params)
            now.say("service.first_finish", [instead], params | {"running": f"@{running.id}.label"})
        now.resume()

    def _want_same(self, now: Situation, running: Service, person: remarks.Person) -> None:
        """The same once more for somebody else: now if this one is done, else afterwards."""
        now.understood = running.id
        if self._journey.handed_over(now):
            now.say(f"same.{person}")
            self._journey.again(now, running, person)
            return
        params = {"service": f"@{running.id}.label"}
        kept = self._journey.remember(now, running.id, person)
        now.say("same.noted" if kept else "later.full", params=params)
        now.resume()

    def _note_wishes(self, now: Situation, service: Service) -> None:
        """Keeps what else the sentence wants for later, and says so."""
        if not now.text or not remarks.joined(now.text):
            return
        if (person := remarks.same_for(now.text)) and self._journey.remember(now, service.id, person):
            now.say("same.noted", params={"service": f"@{service.id}.label"})
            return
        if now.service is not None and not remarks.wished(now.text):
            return
        for name in words.mentions(self._fallback.names(), now.text):
            if not self._related(name, service.id) and self._journey.remember(now, name):
                now.say("later.noted", params={"service": f"@{name}.label"})

    # --- the journey --------------------------------------------------------------------------------

    def _next(self, now: Situation) -> None:
        self._journey.walk(now, now.station)

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
            self._journey.walk(now, now.station)
        else:
            now.set("pending", "retry")
            offers = now.offers()
            if outcome == "declined":
                offers.insert(1, offer("step.back", "go_back"))
            now.say("step.declined" if outcome == "declined" else "step.failed", offers)

    def _go_back(self, now: Situation) -> None:
        service = now.service
        if service is None:
            now.say("greet.idle")
            return
        if self._late(now):
            self._too_late(now)
            return
        if now.form and now.asked:
            group = self._forms[now.form][1]
            if self._journey.unask(now, service, group.slots[: group.slots.index(now.asked)]):
                now.events.append(FollowupAction(now.form))
                return
        for node in reversed(service.journey[: max(0, now.station)]):
            if isinstance(node, StepNode):
                again = bool(holds(node.when, now.choices))
            else:
                again = self._journey.unask(now, service, node.slots)
            if again:
                self._journey.go_to(now, service, node)
                return
        now.say("back.start")
        now.resume()

    @staticmethod
    def _too_late(now: Situation) -> None:
        now.say("back.too_late")
        now.act("resume")
        now.resume()

    # --- stop, or go on -----------------------------------------------------------------------------

    @staticmethod
    def _ask_stop(now: Situation, pending: str) -> None:
        now.set("pending", pending)
        now.say("stop.ask", now.offers())
        now.keep()

    def _stop(self, now: Situation) -> None:
        if now.service is None or now.pending in ("stop", "cancelled", "later"):
            self._journey.end(now)
        else:
            # a step that waits for "again or not" stays to be run again
            self._ask_stop(now, "cancelled" if now.pending else "stop")

    def _goodbye(self, now: Situation) -> None:
        if now.step and now.step.name == LAST:
            self._journey.end(now)
        else:
            self._stop(now)

    def _stop_confirmed(self, now: Situation) -> None:
        """Ends only what was asked about: misheard words must not wipe a visit."""
        if now.service is None or now.pending in ("stop", "cancelled"):
            self._journey.end(now)
        else:
            self._stop(now)

    def _continue_visit(self, now: Situation) -> None:
        pending = now.pending
        if pending == "later":
            self._journey.take_later(now)
            return
        if now.step and now.service and pending in ("cancelled", "retry"):
            self._journey.go_to(now, now.service, now.step)
        elif now.step:
            now.act("resume")
        elif now.service is None:
            now.say("greet.idle")
        now.resume()

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
            self._continue_visit(now)

    def _deny(self, now: Situation) -> None:
        if now.pending == "retry":
            self._ask_stop(now, "cancelled")
        elif now.pending == "later":
            now.say("later.none")
            self._journey.drop_later(now)
        elif now.pending == "meant":
            self._fallback.neither(now)
        elif now.service is None:
            now.say("greet.idle")
        else:
            self._continue_visit(now)

    def _mean(self, now: Situation, intent: str) -> None:
        """What was offered is what was meant."""
        now.set("pending", None)
        now.set(MISUNDERSTOOD, None)
        now.meant = intent
        self._own[action_of(self._catalogue, intent)](now)

    def _inform(self, now: Situation) -> None:
        """An answer to a question that no longer stands: changed on the review, or tapped a second time."""
        changed = self._changed_on_review(now)
        if changed and now.service:
            self._journey.revise(now, now.service, changed)
            return
        if not now.tapped and not now.asked:
            self._not_understood(now)
            return
        if now.step:
            now.act("resume")
        now.resume()

    @staticmethod
    def _changed_on_review(now: Situation) -> dict[str, str]:
        """Slot to choice, as far as it is another one than before."""
        service = now.service
        if not (now.tapped and service and now.step and now.step.name == REVIEW):
            return {}
        return {
            slot: choice
            for slot, choice in now.entities.items()
            if slot in service.slots
            and now.choices.get(slot) not in (None, choice)
            and service.question(slot).choice(choice)
        }

    # --- how we talk ----------------------------------------------------------------------------------

    def _repeat(self, now: Situation) -> None:
        """A standing question is asked in other words: the same ones were not caught."""
        if now.pending or not now.ask_again():
            now.act("repeat")
        now.keep()

    def _speak_slower(self, now: Situation) -> None:
        now.act("slower")
        self._repeat(now)

    def _speak_louder(self, now: Situation) -> None:
        now.act("louder")
        self._repeat(now)

    def _plain_language(self, now: Situation) -> None:
        self._switch(now, "leicht")

    def _switch_language(self, now: Situation) -> None:
        self._switch(now, now.entities.get("language") or remarks.language(now.text))

    @staticmethod
    def _switch(now: Situation, code: str | None) -> None:
        if code not in LANGUAGES:
            now.say(
                "language.which",
                [
                    Offer(key=f"language.{known}", payload=payload("switch_language", language=known))
                    for known in LANGUAGES
                ],
            )
            now.resume()
            return
        now.understood = "plain_language" if code == "leicht" else "switch_language"
        now.send(Switch.model_validate({"lang": code}))
        now.say("language.changed")
        now.resume()

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
        if now.text and (code := remarks.only_language(now.text)):
            self._switch(now, code)
            return
        named = words.mentions(self._fallback.names(), now.text) if remarks.wished(now.text) else []
        if now.service is None and len(named) > 1 and remarks.joined(now.text):
            # two wishes in one sentence look like neither of them
            now.understood = named[0]
            self._want(now, self._catalogue.services[named[0]])
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
