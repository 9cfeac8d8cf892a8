"""Tells all open pages that something changed; who is slow gets the newest state, not every step."""

from __future__ import annotations

import asyncio


class Broadcast:
    """One number that grows; create and use it on one event loop."""

    def __init__(self) -> None:
        self._seq = 0
        self._stored = 0
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def seq(self) -> int:
        """How many changes there were."""
        return self._seq

    @property
    def stored(self) -> int:
        """How many of them may have been in the store: who reads it need not do so for the others."""
        return self._stored

    def notify(self) -> None:
        """Something changed, in the store or elsewhere. From the event loop."""
        self._stored += 1
        self.notify_live()

    def notify_live(self) -> None:
        """Something changed, but nothing that is stored: a visit, a device. From the event loop."""
        self._seq += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def notify_threadsafe(self) -> None:
        """As `notify`, from another thread; before anybody waits only the numbers grow."""
        if self._loop is None:
            self._seq += 1
            self._stored += 1
        else:
            self._loop.call_soon_threadsafe(self.notify)

    async def wait_both(self, seen: int, other: Broadcast, other_seen: int, timeout_s: float) -> None:
        """Wait until there is something newer here or at the other, at most `timeout_s`."""
        waiting = [asyncio.create_task(self.wait(seen)), asyncio.create_task(other.wait(other_seen))]
        try:
            await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def wait(self, seen: int, timeout_s: float | None = None) -> int:
        """Wait until there is a newer change than `seen`, at most `timeout_s`; the number now."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                while self._seq <= seen:
                    await self._changed.wait()
        except TimeoutError:
            pass
        return self._seq
