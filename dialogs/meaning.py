"""What words mean where something stands to be answered: an answer, a correction, another service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dialogs import amendments, remarks, words
from dialogs.catalogue import Catalogue, Service
from dialogs.journey import REVIEW
from dialogs.situation import Situation
from dialogs.vocabulary import ASIDES, CONTROL, UNKNOWN

SURE = 0.6
"""A question inside a sentence that could also be an answer counts from here on."""
# what an answer to "end or go on?" may be
_CLOSING = ("affirm", "deny", "stop", "stop_confirmed", "continue_visit", "goodbye")


class Meaning:
    """Reads a sentence against what stands; changes nothing. `names`: service to the names it goes by."""

    def __init__(self, catalogue: Catalogue, names: Callable[[], Mapping[str, Iterable[str]]]) -> None:
        self._catalogue = catalogue
        self._names = names

    def found(self, now: Situation, service: Service) -> dict[str, str] | None:
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
        sure = now.confidence >= SURE and not polite
        if not exact and (control or aside) and (not chosen or sure):
            return None
        found = words.volunteered(service, now.text, now.choices | {asked.slot: "asked"})
        if chosen is None and asked.yes_no and now.intent in ("affirm", "deny"):
            chosen = "yes" if now.intent == "affirm" else "no"
        if chosen:
            found[asked.slot] = chosen
        if not found and now.intent == service.id and now.confidence >= SURE:
            return None
        return found

    def corrected_answers(self, now: Situation, service: Service) -> dict[str, str]:
        """The answer that the words replace ("nein, siebzehn"): slot to choice; {} if they replace none.

        A "nein" alone replaces the last answer; during a step, which has its own no, none of yes or no.
        Where everything is shown once more, any answer may be replaced, and that is not always said.
        """
        if now.step and now.step.name == REVIEW and not now.pending:
            sure = now.confidence >= SURE and (
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

    def meant_service(self, now: Situation) -> Service | None:
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
        named = [n for n in words.mentions(self._names(), rest) if n != running.id]
        return self._catalogue.services[named[-1]] if named else None

    def _is_answer(self, now: Situation, service: Service, said: str) -> bool:
        if now.asked is None:
            return False
        return words.answer(self._catalogue.question(service.id, now.asked, now.choices), said) is not None
