"""How the visitor wants the screen: larger, in other colours, further down, without motion.

Held for one visit and in memory only (EN 301 549, 5.2: what makes a thing accessible is switched on without
relying on what one cannot yet do: each switch can be tapped, said and reached by keypad).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from robot.web.view import Display, Toggle

PREFIX = "display:"
PRIVATE = "private"
SWITCHES = ("large", "high", "dark", "low", "still", PRIVATE)
PACES = ("louder", "quieter", "faster", "slower")
# The dialogue understands these in many words, and repeats the question so.
_DIALOGUE = ("louder", "slower")


@dataclass(frozen=True)
class Entry:
    """One entry of the display menu; `on`, `off`: what one may say to switch it on, and off again."""

    id: str
    label: str
    icon: str
    on: str
    off: str


def turned(display: Display, name: str) -> Display:
    """`display` with the switch `name` turned over; an unknown name changes nothing."""
    match name:
        case "large":
            return display.model_copy(update={"text": "normal" if display.text == "large" else "large"})
        case "high" | "dark":
            return display.model_copy(update={"contrast": "normal" if display.contrast == name else name})
        case "low" | "still":
            return display.model_copy(update={name: not getattr(display, name)})
    return display


def menu(text: Callable[[str], str], ways: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Every entry of the display menu in the language of `text`; `ways` gives what one may say for a key."""
    groups = [("display", name) for name in SWITCHES] + [("voice", name) for name in PACES]
    return [
        Entry(
            id=f"{group}:{name}",
            label=(label := text(f"screen.{group}.{name}")),
            icon=name,
            on="" if name in _DIALOGUE else "|".join((label, *ways(f"screen.say.{group}.{name}"))),
            off="|".join(ways(f"screen.say.{group}_off.{name}")),
        )
        for group, name in groups
    ]


def shown(entries: Iterable[Entry], display: Display, *, private: bool) -> list[Toggle]:
    """The menu as the switches stand; `say` is what turns each of them over now."""
    on = {
        "large": display.text == "large",
        "high": display.contrast == "high",
        "dark": display.contrast == "dark",
        "low": display.low,
        "still": display.still,
        PRIVATE: private,
    }
    return [
        Toggle(
            id=entry.id,
            label=entry.label,
            icon=entry.icon,
            on=(stands := on.get(entry.icon, False)),
            say=entry.off if stands else entry.on,
        )
        for entry in entries
    ]
