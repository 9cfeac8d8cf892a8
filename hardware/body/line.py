"""Makes a calm judgement of a line on which an exchange fails now and then."""

from __future__ import annotations

from collections import deque

MUTE = 4  # so many failures in a row: nobody answers
DISTURBED = 3  # so many failures among the newest exchanges
WINDOW = 20  # newest exchanges that count


class Line:
    """Judges one connection by its exchanges.

    A machine that is busy takes an answer too late now and then, and the one after it may be taken for the
    wrong one: that is no disturbance. A disturbed line is well again once all of `WINDOW` exchanges were.
    """

    def __init__(self) -> None:
        self.answered = False
        self.disturbed = False
        self._newest: deque[bool] = deque(maxlen=WINDOW)
        self._missed = 0

    @property
    def mute(self) -> bool:
        """Whether nothing was answered lately."""
        return self._missed >= MUTE

    def exchanged(self, good: bool) -> None:
        """Take in how one exchange went."""
        self._newest.append(good)
        self._missed = 0 if good else self._missed + 1
        self.answered = self.answered or good
        failed = self._newest.count(False)
        if failed >= DISTURBED:
            self.disturbed = True
        elif not failed and len(self._newest) == WINDOW:
            self.disturbed = False
