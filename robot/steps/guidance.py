"""Paces what is said while somebody holds a document under the camera: one short sentence at a time."""

from __future__ import annotations

from typing import get_args

from hardware.ports import Hint, Looked
from robot.web.view import Sign

Outline = tuple[tuple[float, float], ...]

SIGNS: tuple[Sign, ...] = get_args(Sign)

PAUSE_S = 3.0  # never more than one hint in this time
AGAIN_S = 12.0  # the same hint is not said again for so long
PATIENCE_S = 6.0  # so long somebody may look for their document before they are told that none is seen
STEADY = 2  # a hint counts once so many pictures in a row give it: single pictures are often wrong
MOVED = 0.015  # share of the picture by which a corner must move before the outline is drawn anew


def sign_of(key: str) -> Sign:
    """The picture of a hint's text `screen.hint.<hint>`; "" for other texts and for none."""
    name = key.rpartition(".")[2] if ".hint." in key else ""
    return next((sign for sign in SIGNS if sign == name), "")


class Guidance:
    """One per camera session. Keeps no clock: the caller says what time it is.

    `shown`: the hint that stands over the picture, None for none; `outline`: corners to draw, 0..1;
    `changed`: one of the two differs from the picture before.
    """

    def __init__(self) -> None:
        self.shown: Hint | None = None
        self.outline: Outline = ()
        self.changed = False
        self._seen: Hint | None = None
        self._times = 0
        self._since = float("-inf")
        self._said_at = float("-inf")
        self._said: dict[Hint, float] = {}

    def next(self, looked: Looked, now: float) -> Hint | None:
        """The hint to say now, or None. `now`: seconds of a clock that never goes back."""
        before = self.shown, self.outline
        self._count(looked.hint, now)
        self._draw(looked.outline)
        due = self._due(now)
        if due is not None:
            self.shown = due
            self._said_at = self._said[due] = now
        elif self._seen is None:
            self.shown = None  # what was wrong is mended
        elif self._seen is Hint.NOTHING and self._times >= STEADY:
            self.shown = Hint.NOTHING  # shown at once, said only when it lasts
        self.changed = (self.shown, self.outline) != before
        return due

    def quiet(self, now: float) -> bool:
        """Whether the last sentence is long enough ago for another one."""
        return now - self._said_at >= PAUSE_S

    def said(self, now: float) -> None:
        """Something else was said: the next hint waits."""
        self._said_at = now

    def _count(self, hint: Hint | None, now: float) -> None:
        if hint is self._seen:
            self._times += 1
        else:
            self._seen, self._times, self._since = hint, 1, now

    def _due(self, now: float) -> Hint | None:
        hint = self._seen
        if hint is None or self._times < STEADY or not self.quiet(now):
            return None
        if hint is Hint.NOTHING and now - self._since < PATIENCE_S:
            return None
        if now - self._said.get(hint, float("-inf")) < AGAIN_S:
            return None
        return hint

    def _draw(self, outline: Outline) -> None:
        if len(outline) != len(self.outline) or any(
            max(abs(x - a), abs(y - b)) > MOVED for (x, y), (a, b) in zip(outline, self.outline, strict=True)
        ):
            self.outline = outline
