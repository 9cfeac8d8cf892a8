"""Reads the town's files and finds what no single value shows, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dialogs.service import Service
from dialogs.town import Floor, Town
from dialogs.wayfinding import way
from dialogs.yamlfile import YamlFile

_STATUTE = re.compile(r"[Ss]atzung")


def read_town(path: Path) -> tuple[Town | None, list[str]]:
    """Reads the town's file with the files it includes, or a folder of them.

    Returns the facts (None if they do not hold) and every mistake as "file:line: what, what to do".
    """
    files = _files(path)
    errors = [error for file in files for error in file.errors]
    if errors:
        return None, errors
    merged: dict[str, Any] = {}
    owner: dict[str, YamlFile] = {}
    for file in files:
        for name, value in file.data.items():
            if name == "include" and file is files[0]:
                continue
            if name in owner:
                errors.append(file.error(f"`{name}` stands in {owner[name].path} already, keep one", name))
            merged[name], owner[name] = value, file
    try:
        town = Town.model_validate(merged)
    except ValidationError as problem:
        for issue in problem.errors():
            first = str(issue["loc"][0]) if issue["loc"] else ""
            errors.append(owner.get(first, files[0]).told(issue))
        return None, errors
    errors += _mistakes(town, owner)
    return (None if errors else town), errors


def statute_errors(path: Path, services: Mapping[str, Service]) -> Iterator[str]:
    """Statutes of the town's files beside the services: whose fees they decide, and which fees name them.

    `path`: the town's file or folder, whose facts hold.
    """
    town, _ = read_town(path)
    file = next((file for file in _files(path) if "statutes" in (file.data or {})), None)
    if town is None or file is None:
        return
    for s, statute in enumerate(town.statutes):
        for name in statute.services:
            if name not in services:
                yield file.error(f"there is no service {name!r}, correct it", "statutes", s, "services")
                continue
            laws = [fee.law for fee in services[name].fees if _STATUTE.search(fee.law)]
            for law in laws:
                if not any(name in other.services and law.startswith(other.label) for other in town.statutes):
                    yield file.error(
                        f"a fee of {name} comes from {law!r}, which is none of its statutes here; add it",
                        "statutes",
                        s,
                    )


def _files(path: Path) -> list[YamlFile]:
    if path.is_dir():
        found = [YamlFile.read(one) for one in sorted(path.glob("*.yml"))]
        if found:
            return found
        empty = YamlFile(path)
        empty.errors.append(f"{path}:1: no file (*.yml) of the town's facts here; correct town.facts")
        return [empty]
    first = YamlFile.read(path)
    included = [] if first.errors else first.data.get("include", [])
    if not isinstance(included, list) or not all(isinstance(name, str) for name in included):
        first.errors.append(first.error("`include` is no list of file names, write [offices.yml]", "include"))
        included = []
    return [first, *(YamlFile.read(path.parent / name) for name in included)]


def _mistakes(town: Town, owner: Mapping[str, YamlFile]) -> Iterator[str]:
    """Mistakes that no single value shows."""
    places = {place.id for place in town.places}
    seen: set[str] = set()
    for p, place in enumerate(town.places):
        if place.id in seen:
            yield owner["places"].error(f"the place {place.id!r} is there twice, remove one", "places", p)
        seen.add(place.id)
    for c, closure in enumerate(town.closures):
        for name in closure.places:
            if name not in places:
                yield owner["closures"].error(f"there is no place {name!r}, correct it", "closures", c)
    dated: dict[str, list[str]] = {
        "hours_from": [one.place for one in town.hours_from],
        "special_days": [one.place for one in town.special_days],
    }
    for kind, named in dated.items():
        for n, name in enumerate(named):
            if name and name not in places:
                yield owner[kind].error(f"there is no place {name!r}, correct it", kind, n, "place")
    if town.instead and town.instead not in places:
        yield owner["instead"].error(f"there is no place {town.instead!r}, correct it", "instead")
    if len({message.id for message in town.messages}) < len(town.messages):
        yield owner["messages"].error("two messages have one `id`, rename one", "messages")
    for s, statute in enumerate(town.statutes):
        if statute.place not in places:
            yield owner["statutes"].error(
                f"there is no place {statute.place!r}, correct it", "statutes", s, "place"
            )
    for postcode, names in town.streets.items():
        for n, name in enumerate(names):
            if name in names[:n]:
                yield owner["streets"].error(f"{name} is there twice, remove one", "streets", postcode, n)
    if town.floors:
        yield from _plan_mistakes(town, owner["floors"], owner["places"])


def _plan_mistakes(town: Town, plan: YamlFile, offices: YamlFile) -> Iterator[str]:
    places = {place.id: place for place in town.places}
    shown: dict[str, Floor] = {}
    numbers: set[str] = set()
    for f, floor in enumerate(town.floors):
        wings = {wing.id for wing in floor.wings}
        width, depth = floor.size
        if floor.mark("lift") is None and len(town.floors) > 1:
            yield plan.error(f"{floor.id} has no lift, add its mark: the way leads by it", "floors", f)
        for r, room in enumerate(floor.rooms):
            at = ("floors", f, "rooms", r)
            x, y, w, h = room.box
            if x < 0 or y < 0 or w <= 0 or h <= 0 or x + w > width or y + h > depth:
                yield plan.error(f"room {room.number} lies outside of the floor, correct `box`", *at)
            if room.number in numbers:
                yield plan.error(f"room {room.number} is there twice, remove one", *at)
            numbers.add(room.number)
            if room.wing not in wings:
                yield plan.error(f"there is no wing {room.wing!r} on {floor.id}, correct it", *at)
            office = places.get(room.place)
            if office and not re.search(rf"\b{room.number}\b", office.room):
                yield plan.error(
                    f"{room.place} sits in {office.room!r} and not in room {room.number}, correct one", *at
                )
        pairs = [("rooms", n, room.place) for n, room in enumerate(floor.rooms)]
        pairs += [("marks", n, mark.place) for n, mark in enumerate(floor.marks)]
        for kind, n, name in pairs:
            if name and name not in places:
                yield plan.error(f"there is no place {name!r}, correct it", "floors", f, kind, n)
            elif name:
                shown.setdefault(name, floor)
    if sum(mark.kind == "kiosk" for floor in town.floors for mark in floor.marks) != 1:
        yield plan.error("the plan needs exactly one mark `kiosk`: where the way begins", "floors")
    else:
        for f, floor in enumerate(town.floors):
            for r, room in enumerate(floor.rooms):
                if not way(town, f"room_{room.number}"):
                    yield plan.error(f"no path leads to room {room.number}, add one", "floors", f, "rooms", r)
    for p, place in enumerate(town.places):
        if place.id not in shown:
            yield offices.error(f"{place.id} is not on the plan, add its room or its mark", "places", p)
        elif place.floor != shown[place.id].label:
            yield offices.error(
                f"{place.id} is on {shown[place.id].label!r} in the plan, correct `floor`",
                "places",
                p,
                "floor",
            )
