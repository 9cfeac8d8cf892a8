"""Where a visit stands on its way: on the citizen's screen, on the staff's page, and in the figures."""

from __future__ import annotations

from dialogs.catalogue import AskGroup, Catalogue
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.staff_view import VisitRow
from robot.web.takeover_view import PickRow
from robot.web.view import Progress

_GATES = ("form", "review")  # a human cannot pick what comes after them: the citizen goes through them
_LAST = ("hand_over", "feedback")


def show_progress(catalogue: Catalogue, words: Words, screen: Screen, visit: Visit, station: str) -> None:
    """The stations of the visit's journey, `station` being the one of now; only the furthest is counted."""
    nodes = catalogue.journey(visit.service, visit.choices)
    here = next(
        (
            number
            for number, node in enumerate(nodes)
            if node.name == station or (isinstance(node, AskGroup) and station in node.slots)
        ),
        0,
    )
    screen.progress = [
        Progress(
            id=node.name,
            label=words.own(visit.service, f"station.{node.name}.label"),
            state="done" if number < here else "current" if number == here else "todo",
        )
        for number, node in enumerate(nodes)
    ]
    if nodes:
        stations = [node.name for node in catalogue.service(visit.service).journey]
        reached = nodes[here].name
        visit.tally.reached(
            visit.service, reached, stations.index(reached) + 1, last=nodes[here] is nodes[-1]
        )
    screen.changed()


def open_steps(catalogue: Catalogue, words: Words, visit: Visit, *, here: bool) -> list[PickRow]:
    """Where the visit has been, and what comes next as far as no answer is missing.

    `here`: it still stands at the step that it came to last.
    """
    if visit.case or not visit.service:
        return []
    nodes = catalogue.journey(visit.service, visit.choices)
    at = next((number for number, node in enumerate(nodes) if node.name == visit.step), None)
    open_now = set(visit.been)
    if at is not None and visit.step not in _GATES:
        for node in nodes[at + 1 :]:
            if isinstance(node, AskGroup):
                break
            open_now.add(node.name)
            if node.name in _GATES:
                break
    return [
        PickRow(
            id=node.name,
            label=words.german_own(visit.service, f"station.{node.name}.label", node.name),
            here=number == at and here,
        )
        for number, node in enumerate(nodes)
        if node.name in open_now and node.name not in _LAST
    ]


class Whereabouts:
    """What any clerk may know of the running visit."""

    def __init__(self, kiosk: str, catalogue: Catalogue, screen: Screen, words: Words) -> None:
        self._kiosk = kiosk
        self._catalogue = catalogue
        self._screen = screen
        self._words = words

    def row(self, visit: Visit, speaker: Speaker) -> VisitRow:
        """The visit for the staff page."""
        called = visit.help
        return VisitRow(
            id=visit.id,
            kiosk=self._kiosk,
            service=self.service(visit),
            step=self.step(visit),
            language=visit.language,
            started=visit.started.isoformat(),
            needs_help=called is not None,
            help_reason=called.reason if called else "",
            help_accepted_by=called.accepted_by if called else "",
            help_since=called.since.isoformat() if called else "",
            understood=visit.understood_share,
            taken_by=speaker.taken_by,
            urgent=called is not None and called.urgent,
        )

    def described(self, visit: Visit) -> dict[str, str | bool]:
        """Kiosk, service, step and beginning, for a clerk's page at this visit."""
        return {
            "kiosk": self._kiosk,
            "service": self.service(visit),
            "step": self.step(visit),
            "started": visit.started.isoformat(),
        }

    def service(self, visit: Visit) -> str:
        """The service in German, "" before there is one."""
        return self._catalogue.service(visit.service).label if visit.service else ""

    def step(self, visit: Visit) -> str:
        """The station in German."""
        here = next((item.id for item in self._screen.progress if item.state == "current"), visit.step)
        return self._words.german_own(visit.service, f"station.{here}.label", visit.step)
