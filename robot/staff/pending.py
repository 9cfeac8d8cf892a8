"""What waits a few minutes for its other half: a sign-in for its code, a challenge for its answer."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Pending(Generic[T]):
    """Values under random tokens, in memory only, each for `keep_s` seconds. Used on the event loop.

    When there are more than `most`, the oldest go: strangers can start as many as they like.
    """

    def __init__(
        self, keep_s: float, *, most: int = 500, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keep = keep_s
        self._most = most
        self._clock = clock
        self._values: dict[str, tuple[float, T]] = {}

    def put(self, value: T) -> str:
        """Keep the value; its token."""
        now = self._clock()
        self._values = {token: kept for token, kept in self._values.items() if kept[0] > now}
        while len(self._values) >= self._most:
            del self._values[next(iter(self._values))]
        token = secrets.token_urlsafe(32)
        self._values[token] = (now + self._keep, value)
        return token

    def get(self, token: str) -> T | None:
        """The value, which stays; None when there is none (any more)."""
        kept = self._values.get(token)
        return kept[1] if kept and kept[0] > self._clock() else None

    def take(self, token: str) -> T | None:
        """The value, once: the token is worth nothing afterwards."""
        value = self.get(token)
        self._values.pop(token, None)
        return value
