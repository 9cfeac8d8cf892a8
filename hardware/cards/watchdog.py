"""Ends this process when a card takes longer than it may: libpcsclite has no time-out of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Limit:
    """One deadline."""

    def __init__(self, seconds: float, why: str) -> None:
        self._seconds = seconds
        self.why = why
        self.until = time.monotonic() + seconds

    def again(self) -> None:
        """Begin anew."""
        self.until = time.monotonic() + self._seconds


class Watchdog:
    """Guards one reading from a thread of its own.

    `alive` is called twice a second while it guards; `bark(why)` before the process is ended, to say so.
    """

    _ROUND_S = 0.05
    _ALIVE_S = 0.5

    def __init__(self, alive: Callable[[], None], bark: Callable[[str], None]) -> None:
        self._alive = alive
        self._bark = bark
        self._lock = threading.Lock()
        self._limits: list[Limit] = []
        self._done = threading.Event()

    @contextmanager
    def limit(self, seconds: float, why: str) -> Iterator[Limit]:
        """What happens within must end in time. Limits nest; the innermost that is over is told."""
        limit = Limit(seconds, why)
        with self._lock:
            self._limits.append(limit)
        try:
            yield limit
        finally:
            with self._lock:
                self._limits.remove(limit)

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Watch the limits while this lasts."""
        thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _watch(self) -> None:
        told = time.monotonic()
        while not self._done.wait(self._ROUND_S):
            now = time.monotonic()
            with self._lock:
                over = [limit.why for limit in self._limits if now >= limit.until]
            if over:
                self._bark(over[-1])
                os._exit(1)
            if now - told >= self._ALIVE_S:
                told = now
                self._alive()
