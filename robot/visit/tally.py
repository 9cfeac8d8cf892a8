"""What is counted of a visit: how far it came and how one spoke with the kiosk. Nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass, field

VOICE, TOUCH, KEYPAD = "voice", "touch", "keypad"


@dataclass
class Request:
    """One service within a visit: the furthest station of its journey (`place` counts from 1)."""

    service: str = ""
    step: str = ""
    place: int = 0
    done: bool = False


@dataclass
class Tally:
    """The counters of one visit; `requests`: a visit may bring several, the last one is open.

    `thumb`: 1 up, -1 down, 0 none.
    """

    requests: list[Request] = field(default_factory=lambda: [Request()])
    repeats: int = 0
    helped: bool = False
    taken_over: bool = False
    ways: set[str] = field(default_factory=set)
    thumb: int = 0

    @property
    def request(self) -> Request:
        """What the visit is about now."""
        return self.requests[-1]

    def reached(self, service: str, step: str, place: int, *, last: bool) -> None:
        """The visit stands at a station; only the furthest one counts. `last`: the journey ends there."""
        if service != self.request.service:
            if self.request.service:
                self.next()
            self.requests[-1] = Request(service)
        if place > self.request.place:
            self.request.step, self.request.place = step, place
        if last:
            self.request.done = True

    def finished(self) -> None:
        """What was wanted is done: a case is handed over, a number drawn."""
        self.request.done = True

    def next(self) -> None:
        """Another service, or the same one again."""
        if self.request.service:
            self.requests.append(Request())

    def used(self, way: str) -> None:
        """A way of telling something. The keypad taps what it has come to: that is no touch."""
        if way != TOUCH or KEYPAD not in self.ways:
            self.ways.add(way)
