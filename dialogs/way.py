"""The way through a journey: on, back, and whether it ends here."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from rasa_sdk.events import FollowupAction

from dialogs.catalogue import AskGroup, Service, StepNode
from dialogs.conditions import holds
from dialogs.journey import LAST, REVIEW, Journey
from dialogs.situation import Situation, offer
from dialogs.wishes import Wishes

log = logging.getLogger(__name__)

# steps that are simply left out when they fail or are declined
_SKIPPABLE = ("info", "checklist", "document", "form", "copy", "photo_code", "feedback")


class Way:
    """Each method is the whole of an action. `forms`: their names to service and questions."""

    def __init__(
        self, journey: Journey, wishes: Wishes, forms: Mapping[str, tuple[Service, AskGroup]]
    ) -> None:
        self._journey = journey
        self._wishes = wishes
        self._forms = forms

    def next(self, now: Situation) -> None:
        """On to the next station."""
        self._journey.walk(now, now.station)

    def step_done(self, now: Situation) -> None:
        """A step of the robot has ended."""
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
            self.go_back(now)
        elif outcome == "cancelled":
            self.ask_stop(now, "cancelled")
        elif outcome == "done" or step in _SKIPPABLE:
            self._journey.walk(now, now.station)
        else:
            now.set("pending", "retry")
            offers = now.offers()
            if outcome == "declined":
                offers.insert(1, offer("step.back", "go_back"))
            now.say("step.declined" if outcome == "declined" else "step.failed", offers)

    def go_back(self, now: Situation) -> None:
        """To the answer or step before."""
        service = now.service
        if service is None:
            now.say("greet.idle")
            return
        if self._wishes.late(now):
            self.too_late(now)
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
    def too_late(now: Situation) -> None:
        """What is handed over is changed at the counter."""
        now.say("back.too_late")
        now.act("resume")
        now.resume()

    @staticmethod
    def ask_stop(now: Situation, pending: str) -> None:
        """Whether to end, or to go on; nothing is wiped unasked."""
        now.set("pending", pending)
        now.say("stop.ask", now.offers())
        now.keep()

    def stop(self, now: Situation) -> None:
        """The visit shall end."""
        if now.service is None or now.pending in ("stop", "cancelled", "later"):
            self._journey.end(now)
        else:
            # a step that waits for "again or not" stays to be run again
            self.ask_stop(now, "cancelled" if now.pending else "stop")

    def goodbye(self, now: Situation) -> None:
        """A goodbye at the end of the journey ends the visit; before it, it is asked."""
        if now.step and now.step.name == LAST:
            self._journey.end(now)
        else:
            self.stop(now)

    def stop_confirmed(self, now: Situation) -> None:
        """Ends only what was asked about: misheard words must not wipe a visit."""
        if now.service is None or now.pending in ("stop", "cancelled"):
            self._journey.end(now)
        else:
            self.stop(now)

    def continue_visit(self, now: Situation) -> None:
        """On with what stands."""
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

    @staticmethod
    def changed_on_review(now: Situation) -> dict[str, str]:
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
