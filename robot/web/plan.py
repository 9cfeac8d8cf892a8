"""The floor plan with the way from the kiosk, as data for the screen: drawn from the town's file alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from dialogs.town import Floor, Place, Town
from dialogs.wayfinding import Leg, way
from robot.web.view import Button, PlanBox, PlanFloor, PlanMark, PlanPanel

Text = Callable[..., str]

MARGIN = 1.0  # metres of paper around what is drawn


def plan_panel(town: Town, text: Text, place: str, today: date) -> PlanPanel | None:
    """The way to a place (`registry_office`), a room (`room_204`) or a floor (`floor_2`).

    `text`: a text key and its parameters in the visit's language. None if the plan does not show it.
    """
    legs = way(town, place)
    if not legs:
        return None
    name, directions = _names(town, text, place)
    known = town.place(place)
    return PlanPanel(
        title=text("plan.title", place=name),
        text=directions,
        lines=_facts(town, text, known, today) if known and known.the else [],
        floors=[
            _floor(town, text, leg, number, len(legs), place, directions) for number, leg in enumerate(legs)
        ],
        actions=[Button(id="plan:close", label=text("plan.close"), say=text("plan.close_say"), icon="back")],
    )


def _names(town: Town, text: Text, place: str) -> tuple[str, str]:
    """What the goal is called, and the way in words."""
    if place.startswith("room_"):
        found = town.room(place.removeprefix("room_"))
        if found:
            return text("plan.number", number=found[1].number), text(f"place.{found[1].wing}.way")
    return text(f"place.{place}.label"), text(f"place.{place}.way")


def _facts(town: Town, text: Text, place: Place, today: date) -> list[str]:
    """When the office is open today, and its telephone."""
    spans = town.hours_on(today, place.id)
    times = {
        f"{name}{suffix}": f"=time:{at:%H:%M}"
        for suffix, span in zip(("", "2"), spans, strict=False)
        for name, at in zip(("start", "end"), span, strict=True)
    }
    key = "plan.hours_none" if not spans else "plan.hours" if len(spans) == 1 else "plan.hours_two"
    lines = [text(key, **times)]
    if place.contact.phone:
        lines.append(text("plan.phone", phone=place.contact.phone))
    return lines


def _floor(
    town: Town, text: Text, leg: Leg, number: int, count: int, place: str, directions: str
) -> PlanFloor:
    floor = leg.floor
    label = text(f"place.{floor.id}.label")
    if count == 1:
        key = "plan.floor_only"
    elif number == 0:
        key = "plan.floor_first"
    else:
        key = "plan.floor_last" if len(leg.points) > 1 else "plan.floor_lift"
    return PlanFloor(
        id=floor.id,
        title=text(key, floor=label),
        desc=text("plan.picture", floor=label, way=directions),
        view=_paper(floor),
        corridors=[PlanBox(x=x, y=y, width=w, height=h) for x, y, w, h in (wing.box for wing in floor.wings)],
        rooms=[
            PlanBox(
                x=room.box[0],
                y=room.box[1],
                width=room.box[2],
                height=room.box[3],
                label=room.number,
                name=text(f"place.{room.place}.label") if town.place(room.place) else "",
                goal=place in (room.place, f"room_{room.number}"),
            )
            for room in floor.rooms
        ],
        marks=[
            PlanMark(
                kind=mark.kind,
                x=mark.at[0],
                y=mark.at[1],
                label=text("plan.here" if mark.kind == "kiosk" else f"plan.{mark.kind}"),
                goal=bool(mark.place) and mark.place == place,
            )
            for mark in floor.marks
        ],
        way=list(leg.points),
    )


def _paper(floor: Floor) -> tuple[float, float, float, float]:
    """What of the floor is drawn: x, y, width, height."""
    boxes = [*(wing.box for wing in floor.wings), *(room.box for room in floor.rooms)]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
