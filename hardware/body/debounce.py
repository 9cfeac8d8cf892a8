"""Makes a calm yes or no of a presence sensor that flickers."""

from __future__ import annotations


class Debounce:
    """A reading counts once it held for a while: `arrive` seconds for presence, `leave` for absence."""

    def __init__(self, arrive: float = 0.25, leave: float = 1.5) -> None:
        self._arrive = arrive
        self._leave = leave
        self.present = False
        self._since: float | None = None

    def read(self, present: bool, at: float) -> bool:
        """Take in one reading at the monotonic time `at`; whether `present` changed."""
        if present == self.present:
            self._since = None
            return False
        if self._since is None:
            self._since = at
        if at - self._since < (self._arrive if present else self._leave):
            return False
        self.present = present
        self._since = None
        return True

    def interrupt(self) -> None:
        """Readings were missed: what was held begins anew."""
        self._since = None
