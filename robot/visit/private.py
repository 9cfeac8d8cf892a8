"""Private mode: values are masked on the screen, and nothing personal is heard by others.

BFSGV § 6: who uses speech output or headphones keeps their privacy. Headphones switch it on by themselves;
when they are pulled out it stays on, since somebody who cannot see the screen would not know what is shown
there.
"""

from __future__ import annotations

from collections.abc import Callable

from robot.visit.screen import Screen
from robot.visit.talk import Talk


class Privacy:
    """Holds `screen.private` and `screen.headset` and says when they change."""

    def __init__(self, screen: Screen, talk: Talk, text: Callable[[str], str]) -> None:
        self._screen = screen
        self._talk = talk
        self._text = text

    def choose(self, on: bool) -> None:
        """The citizen switches it on or off."""
        self._screen.private = on
        self._screen.changed()
        self._talk.read(self._text(f"screen.private.{'on' if on else 'off'}"))

    def plugged(self, on: bool, *, greeting: bool) -> None:
        """Headphones came or went. `greeting`: the visit begins with them, and the greeting comes first.

        Where nobody is left there is nothing to say when they are pulled out.
        """
        self._screen.headset = on
        self._screen.private = self._screen.private or on
        self._screen.changed()
        if not on and self._screen.state != "visit":
            return
        sentence = self._text(f"screen.private.{'plugged' if on else 'pulled'}")
        if greeting:
            self._talk.follow(sentence)
        else:  # who has just put them on has not heard what was said last
            self._talk.read(f"{sentence} {self._talk.last if on else ''}".strip())

    def read(self, text: str, *, personal: bool) -> None:
        """Speak a part of the screen; what is personal is kept for the headphones."""
        if personal and not self._screen.headset:
            text = self._text("screen.private.not_aloud")
        self._talk.read(text)

    def reset(self) -> None:
        """As it is for the next visitor."""
        self._screen.private = self._screen.headset
