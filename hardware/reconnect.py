"""What every driver needs to live with devices that come and go: back-off and a feed of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

Event = TypeVar("Event")


class Backoff:
    """Growing pauses between attempts.

    `first` and `ceiling` are seconds; each pause is `factor` times the one before.
    """

    def __init__(self, first: float = 0.1, ceiling: float = 5.0, factor: float = 2.0) -> None:
        self._first = first
        self._ceiling = ceiling
        self._factor = factor
        self._next = first

    def pause(self) -> float:
        """Seconds to wait before the next attempt; the following one will be longer."""
        pause = self._next
        self._next = min(self._ceiling, pause * self._factor)
        return pause

    def reset(self) -> None:
        """Begin with the shortest pause again, after a success."""
        self._next = self._first


class Feed(Generic[Event]):
    """Events for one consumer, from the moment it subscribes.

    A new consumer takes over: the one before gets the end of its iteration. Belongs to one event loop.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event | None] | None = None

    def put(self, event: Event) -> None:
        """Hand an event to the consumer; without a consumer it is dropped."""
        if self._queue is not None:
            self._queue.put_nowait(event)

    def subscribe(self) -> AsyncIterator[Event]:
        """All events from this call on."""
        self.close()
        self._queue = asyncio.Queue()
        return self._drain(self._queue)

    def close(self) -> None:
        """End the running iteration, after what was already put."""
        if self._queue is not None:
            self._queue.put_nowait(None)
            self._queue = None

    async def _drain(self, queue: asyncio.Queue[Event | None]) -> AsyncIterator[Event]:
        while (event := await queue.get()) is not None:
            yield event
