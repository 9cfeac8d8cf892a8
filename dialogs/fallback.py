"""When words were not understood: small talk is met kindly, the two likeliest meanings are offered, then the
buttons, then a human.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from dialogs import remarks, words
from dialogs.catalogue import Catalogue
from dialogs.protocol import Offer, payload
from dialogs.situation import MEANT, MISUNDERSTOOD, Situation, offer
from dialogs.vocabulary import OFFERED

# a meaning is worth offering from here on, while a question stands only if it is likelier
_PLAUSIBLE = 0.1
_PLAUSIBLE_BESIDE = 0.3
# how sure a sentence must be nobody's business here to be told so: four of five such sentences of
# tests/dialogs/held_out_*.yml are, what is babbled is not
_OUTSIDE = 0.95


class Fallback:
    """Answers what was not understood. `clock`: the local time (aware)."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def names(self) -> dict[str, Iterable[str]]:
        """What each service with a journey is called inside a sentence."""
        return {s.id: (*s.names, s.label) for s in self._catalogue.services.values() if s.journey}

    def chat(self, now: Situation) -> bool:
        """Answers small talk and swearing; False if it is neither."""
        topic = remarks.topic(now.text)
        if topic is None:
            return False
        params = {"time": f"=time:{self._clock():%H:%M}"} if topic == "time" else {}
        staff = [offer("staff.offer", "request_staff")] if topic == "swearing" else []
        now.say(f"talk.{topic}", staff, params)
        return True

    def in_question(self, now: Situation) -> None:
        """First: say so, with what may have been meant instead; then: point to the buttons; then: staff."""
        count = self._count(now)
        if count == 1:
            unheard = now.tapped and now.intent == "nlu_fallback"
            now.say(
                "misunderstood.unheard" if unheard else "misunderstood.first",
                [] if unheard else [self._offer(m) for m in self._meanings(now, _PLAUSIBLE_BESIDE)],
            )
        elif count == 2:
            now.say("misunderstood.second")
        else:
            now.say("misunderstood.third", [offer("staff.offer", "request_staff")])

    def outside(self, now: Situation) -> None:
        """The same while no question stands."""
        count = self._count(now)
        if count == 3:
            now.say("misunderstood.third", [offer("staff.offer", "request_staff")])
            return
        if count == 1 and not now.pending and (meanings := self._meanings(now, _PLAUSIBLE)):
            self._offer_meanings(now, meanings)
            return
        if now.service:
            now.say("misunderstood.step")
            return
        sure = now.intent == "out_of_scope" and now.confidence >= _OUTSIDE
        first = "scope.sorry" if sure else "misunderstood.idle"
        now.say(first if count == 1 else "misunderstood.idle_again", self.services())

    def services(self) -> list[Offer]:
        """A button for each service of the first screen."""
        return [Offer(key=f"{s.id}.label", payload=s.payload) for s in self._catalogue.welcome_services()]

    def neither(self, now: Situation) -> None:
        """Neither of the two that were offered."""
        if now.service:
            now.say("misunderstood.step")
        else:
            now.say("meant.neither", self.services())

    @staticmethod
    def _count(now: Situation) -> int:
        count = min(3, int(now.tracker.slots.get(MISUNDERSTOOD) or 0) + 1)
        now.set(MISUNDERSTOOD, str(count))
        return count

    def _meanings(self, now: Situation, plausible: float) -> list[str]:
        """At most two intents that may have been meant: what is named, then what is likeliest."""
        if now.tapped:
            return []
        running = now.service.id if now.service else ""
        ranked = [(name, sure) for name, sure in now.ranking if name != "nlu_fallback"]
        if ranked and ranked[0][0] == "out_of_scope":
            ranked = []
        named = words.mentions(self.names(), now.text)
        likely = [
            name
            for name, sure in ranked
            if sure >= plausible and (name in self._catalogue.services or name in OFFERED)
        ]
        found = dict.fromkeys([*named, *likely])
        return [name for name in found if name != running][: len(MEANT)]

    def _offer(self, meaning: str) -> Offer:
        key = f"{meaning}.label" if meaning in self._catalogue.services else f"meant.{meaning}"
        return Offer(key=key, payload=payload(meaning))

    def _offer_meanings(self, now: Situation, meanings: list[str]) -> None:
        now.set("pending", "meant")
        for number, slot in enumerate(MEANT):
            now.set(slot, meanings[number] if number < len(meanings) else None)
        buttons = [self._offer(meaning) for meaning in meanings]
        params = {name: f"@{button.key}" for name, button in zip(("first", "second"), buttons, strict=False)}
        now.say("meant.two" if len(meanings) > 1 else "meant.one", buttons, params)
