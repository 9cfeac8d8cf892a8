"""Who is greeted: everybody, once. Who only stands there, or makes the sensor flicker, is left in peace."""

from __future__ import annotations

GONE_S = 10.0  # who was greeted and did not answer counts as gone after so long
PATIENCE_S = 180.0  # so long an answer to the greeting is waited for, while somebody stands there


class Arrivals:
    """What the presence sensor says, beside what became of the last greeting. Times: one monotonic clock.

    `gone_s`, `patience_s`: see the constants.
    """

    def __init__(self, *, gone_s: float = GONE_S, patience_s: float = PATIENCE_S) -> None:
        self.present = False
        self.unanswered = False
        self.gone_s = gone_s
        self.patience_s = patience_s
        self._left_at: float | None = None

    def came(self, now: float) -> bool:
        """Somebody stands there; whether they are to be greeted."""
        gone = self._gone(now)
        self.present, self._left_at = True, None
        return gone or not self.unanswered

    def went(self, now: float) -> None:
        """Nobody stands there any more."""
        self.present, self._left_at = False, now

    def greeted(self) -> None:
        """Somebody who came was spoken to."""
        self.unanswered = True

    def answered(self) -> None:
        """They said or did something."""
        self.unanswered = False

    def lost(self, now: float, since: float) -> bool:
        """Whether the greeting was in vain: they went on, or have not answered `since` then for long."""
        return self.unanswered and (self._gone(now) or now - since >= self.patience_s)

    def _gone(self, now: float) -> bool:
        return self._left_at is not None and now - self._left_at >= self.gone_s
