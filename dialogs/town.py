"""What stands in the town's file: where things are, and when it is open."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as _Field

from dialogs.service import Id


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _clock(value: Any) -> Any:
    if isinstance(value, int):  # YAML 1.1 reads 08:30 as base-60; ruamel as text: accept both
        return time(value // 60, value % 60)
    return value


Clock = Annotated[time, BeforeValidator(_clock)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Place(_Model):
    """An office or room: where it is and how one gets there from the kiosk."""

    id: Id
    label: str
    names: tuple[str, ...] = ()
    floor: str
    room: str = ""
    way: str


class Closure(_Model):
    """A day on which the town hall is closed."""

    day: date
    reason: str


class Town(_Model):
    """The town's facts."""

    name: str
    land: Literal[
        "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
    ]
    timezone: str
    address: str
    opening_hours: dict[Weekday, tuple[tuple[Clock, Clock], ...]]
    closures: tuple[Closure, ...] = ()
    places: tuple[Place, ...] = _Field(min_length=1)
