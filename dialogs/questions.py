"""Asks the questions of a journey, and takes what is said while one stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rasa_sdk.events import SlotSet

from dialogs import manner, remarks
from dialogs.catalogue import AskGroup, Catalogue, Service
from dialogs.enquiries import Enquiries
from dialogs.fallback import Fallback
from dialogs.journey import Journey
from dialogs.meaning import Meaning
from dialogs.situation import ASKED_AS, LISTEN, MISUNDERSTOOD, REQUESTED, Situation, Variant
from dialogs.vocabulary import ASIDES, UNKNOWN, action_of
from dialogs.way import Way
from dialogs.wishes import Wishes

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


class Questions:
    """One question after the other, in words of their own where one is asked again.

    `forms`: their names to service and questions. `take` runs an action by its name; `said_outright` does
    what words say more clearly than their intent does.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        forms: Mapping[str, tuple[Service, AskGroup]],
        journey: Journey,
        meaning: Meaning,
        wishes: Wishes,
        fallback: Fallback,
        enquiries: Enquiries,
        take: Callable[[Situation, str], None],
        said_outright: Callable[[Situation], bool],
    ) -> None:
        self._catalogue = catalogue
        self._forms = forms
        self._journey = journey
        self._meaning = meaning
        self._wishes = wishes
        self._fallback = fallback
        self._enquiries = enquiries
        self._take = take
        self._said_outright = said_outright

    def validate(self, now: Situation, form: str) -> None:
        """Takes the answer, if the citizen has just spoken, and asks what is still open.

        What is no answer and leaves the question standing is dealt with in the same call. No event at all
        means: Rasa lets the rule for the intent answer it.
        """
        service, group = self._forms[form]
        stood = now.asked
        variant: Variant | None = None
        if now.before == LISTEN:
            if now.text and stood and self._meaning.meant_service(now) is not None:
                return
            if now.text and stood and remarks.same_for(now.text):
                self._said_outright(now)
                return
            enquiry = self._enquiries.found(now) if stood else None
            if enquiry and enquiry not in manner.MISHEARD:
                self._take(now, "action_help")
                return
            corrected = self._meaning.corrected_answers(now, service) if stood else {}
            if not set(corrected) <= set(group.slots):
                return
            if stood and enquiry and not corrected:
                manner.misheard(now)
                self._journey.unask(now, service, group.slots[: group.slots.index(stood)])
                self._ask_open(now, service, group, "again")
                return
            found = corrected or self._meaning.found(now, service)
            if found is None:
                if now.asked and self._stays(now):
                    self._take(now, action_of(self._catalogue, now.intent))
                return
            if not found and stood and self._beside(now):
                return
            if not found and now.pending == "stop" and not now.tracker.slots.get(MISUNDERSTOOD):
                # once more: who wants to go says "ja" next, and that would answer another question
                now.set(MISUNDERSTOOD, "1")
                now.understood = UNKNOWN[0]
                Way.ask_stop(now, "stop")
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
                self._wishes.note_wishes(now, service)
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

    def _stays(self, now: Situation) -> bool:
        """Whether what was said leaves the question standing, so that it can be answered in the same call."""
        if now.intent in self._catalogue.services:
            return not self._wishes.changes(now, self._catalogue.services[now.intent])
        return now.intent in _BESIDE

    def _beside(self, now: Situation) -> bool:
        """Deals with words that are no answer but say something else; False if they are not understood."""
        if not now.text:
            return False
        if remarks.only_language(now.text):
            manner.switch_language(now)
        elif wanted := self._wishes.wished(now):
            now.understood = wanted.id
            self._wishes.want(now, wanted)
        elif self._fallback.chat(now):
            now.understood = "out_of_scope"
            now.resume()
        else:
            return False
        return True
