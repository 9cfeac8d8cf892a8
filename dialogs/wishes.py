"""Which service is wanted: now, afterwards, or once more for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dialogs import remarks, words
from dialogs.catalogue import Catalogue, Service
from dialogs.journey import HAND_OVER, Journey
from dialogs.protocol import Offer, payload
from dialogs.situation import Situation
from dialogs.vocabulary import UNKNOWN


class Wishes:
    """Starts services or keeps them for later.

    `names`: service to the names it goes by; `told`: answers what the same sentence asks besides.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        journey: Journey,
        names: Callable[[], Mapping[str, Iterable[str]]],
        told: Mapping[str, Callable[[Situation], None]],
    ) -> None:
        self._catalogue = catalogue
        self._journey = journey
        self._names = names
        self._told = told

    def late(self, now: Situation) -> bool:
        """Whether the case is handed over, or is being handed over."""
        service = now.service
        return bool(
            service and now.step and HAND_OVER in [n.name for n in service.journey[: now.station + 1]]
        )

    def changes(self, now: Situation, wanted: Service) -> bool:
        """Whether the visit leaves the running service for this one at once."""
        running = now.service
        if running is None or running.id == wanted.id or wanted.answer:
            return False
        if self._journey.handed_over(now) or now.entities.get("order") == "now":
            return True
        return not now.tapped and not now.choices and not now.step and not remarks.joined(now.text)

    def wished(self, now: Situation) -> Service | None:
        """Another service that is named and wanted in words whose intent was not understood."""
        if now.intent not in UNKNOWN or not remarks.wished(now.text):
            return None
        named = words.mentions(self._names(), now.text)
        others = [name for name in named if not now.service or name != now.service.id]
        service = self._catalogue.services[others[0]] if len(others) == 1 else None
        return None if service is None or self.changes(now, service) else service

    def first_wish(self, now: Situation, wanted: Service) -> Service:
        """Where a sentence wants several things one after the other: the one that it names first."""
        if now.service is not None or not (remarks.joined(now.text) and remarks.wished(now.text)):
            return wanted
        names = self._names()
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

    def want(self, now: Situation, wanted: Service) -> None:
        """Starts a service, or says when its turn comes."""
        running = now.service
        if running is None:
            if remarks.joined(now.text):
                for question in remarks.questions(now.text):
                    self._told[question](now)
            self.begin(now, wanted)
        elif self._journey.handed_over(now):
            self._journey.again(now, wanted, None)
        elif running.id == wanted.id:
            now.say("service.running", params={"service": f"@{wanted.id}.label"})
            now.resume()
        elif self.changes(now, wanted):
            self._journey.change(now, wanted)
        else:
            self._put_off(now, running, wanted)

    def begin(self, now: Situation, wanted: Service) -> None:
        """Starts a service where none runs."""
        self.note_wishes(now, wanted)
        self._journey.begin(now, wanted)

    def _put_off(self, now: Situation, running: Service, wanted: Service) -> None:
        params = {"service": f"@{wanted.id}.label"}
        if not self._journey.remember(now, wanted.id):
            now.say("later.full", params=params)
        elif self.late(now):
            now.say("later.noted", params=params)
        else:
            instead = Offer(key="later.now", payload=payload(wanted.id, order="now"), params=params)
            now.say("service.first_finish", [instead], params | {"running": f"@{running.id}.label"})
        now.resume()

    def want_same(self, now: Situation, running: Service, person: remarks.Person) -> None:
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

    def note_wishes(self, now: Situation, service: Service) -> None:
        """Keeps what else the sentence wants for later, and says so."""
        if not now.text or not remarks.joined(now.text):
            return
        if (person := remarks.same_for(now.text)) and self._journey.remember(now, service.id, person):
            now.say("same.noted", params={"service": f"@{service.id}.label"})
            return
        if now.service is not None and not remarks.wished(now.text):
            return
        for name in words.mentions(self._names(), now.text):
            if not self._related(name, service.id) and self._journey.remember(now, name):
                now.say("later.noted", params={"service": f"@{name}.label"})
