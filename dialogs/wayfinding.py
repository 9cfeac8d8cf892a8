"""The way from the kiosk through the house: along the plan's paths, between floors always by the lift.

The lift is what everybody can take: wheelchair, pram, stick. Stairs are drawn, the line leads to the lift.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from itertools import pairwise

from dialogs.town import Floor, Point, Town


@dataclass(frozen=True)
class Leg:
    """A part of the way on one floor: its points from first to last, in the floor's metres."""

    floor: Floor
    points: tuple[Point, ...]


def target(town: Town, place: str) -> tuple[Floor, Point] | None:
    """Where on the plan a place is (`toilet`), a room (`room_204`) or a floor (`floor_1`: its lift)."""
    for floor in town.floors:
        for room in floor.rooms:
            if place in (room.place, f"room_{room.number}"):
                return floor, room.door
        for mark in floor.marks:
            if mark.place == place:
                return floor, mark.at
        if floor.id == place and (lift := floor.mark("lift")):
            return floor, lift.at
    return None


def way(town: Town, place: str) -> tuple[Leg, ...]:
    """The legs from the kiosk to the place; empty if the plan does not show it or no path leads there."""
    begin = next(((f, mark.at) for f in town.floors if (mark := f.mark("kiosk"))), None)
    goal = target(town, place)
    if begin is None or goal is None:
        return ()
    if begin[0].id == goal[0].id:
        legs = [Leg(begin[0], _walk(begin[0], begin[1], goal[1]))]
    else:
        legs = []
        for floor, one in ((begin[0], begin[1]), (goal[0], goal[1])):
            lift = floor.mark("lift")
            if lift is None:
                return ()
            points = _walk(floor, one, lift.at)
            legs.append(Leg(floor, points if floor is begin[0] else points[::-1]))
    return tuple(legs) if all(leg.points for leg in legs) else ()


def _walk(floor: Floor, start: Point, end: Point) -> tuple[Point, ...]:
    """The shortest line along the floor's paths (Dijkstra); empty if they do not connect."""
    if start == end:
        return (start,)
    edges: dict[Point, set[Point]] = {}
    segments = [pair for path in floor.paths for pair in pairwise(path)]
    # where one steps onto the paths, which cuts the segment in two
    for point in (start, end):
        near, segment = min(
            ((_nearest(point, *pair), pair) for pair in segments), key=lambda one: math.dist(one[0], point)
        )
        segments.remove(segment)
        segments += [(segment[0], near), (near, segment[1]), (point, near)]
    for one, other in segments:
        if one != other:
            edges.setdefault(one, set()).add(other)
            edges.setdefault(other, set()).add(one)
    found: dict[Point, tuple[float, Point]] = {start: (0.0, start)}
    queue = [(0.0, start)]
    while queue:
        length, here = heapq.heappop(queue)
        if here == end:
            break
        for there in edges.get(here, ()):
            longer = length + math.dist(here, there)
            if there not in found or longer < found[there][0]:
                found[there] = (longer, here)
                heapq.heappush(queue, (longer, there))
    if end not in found:
        return ()
    points = [end]
    while points[-1] != start:
        points.append(found[points[-1]][1])
    return tuple(_straight(points[::-1]))


def _nearest(point: Point, one: Point, other: Point) -> Point:
    """The point of a segment that is nearest."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    if not length:
        return one
    share = max(0.0, min(1.0, ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length))
    return round(one[0] + share * dx, 3), round(one[1] + share * dy, 3)


def _straight(points: list[Point]) -> list[Point]:
    """Without the points at which the line goes straight on."""
    kept = points[:1]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        turn = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
        if abs(turn) > 1e-6:
            kept.append(here)
    return [*kept, points[-1]]
