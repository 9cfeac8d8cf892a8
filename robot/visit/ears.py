"""How the kiosk listens: to what, in which language, and whether at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hardware.ports import Hearing


class Ears:
    """The recogniser, as the question on the screen wants it.

    `well`: it knows the visit's language. `deaf`: two people talk to each other, and it hears nothing.
    """

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._listens = partial(hearing.listen, on=False)  # now, or again once two people have talked
        self.well = True
        self.deaf = False

    def listen(self, *, on: bool, expect: str = "sentence", phrases: Sequence[str] = ()) -> None:
        """Listen for this from now on; who is deaf will afterwards."""
        self._listens = partial(self._hearing.listen, on=on, expect=expect, phrases=phrases)
        if not self.deaf:
            self._listens()

    def deafen(self, on: bool) -> None:
        """Hear nothing, or again what was listened for."""
        self.deaf = on
        if on:
            self._hearing.listen(on=False)
        else:
            self._listens()

    def use(self, lang: str) -> None:
        """Hear this language, where the recogniser knows it."""
        self.well = self._hearing.set_language(lang)
