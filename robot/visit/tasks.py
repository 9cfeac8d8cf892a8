"""Work that goes on beside the visit, held so that it is neither forgotten nor left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress


class Tasks:
    """What was begun and is not done yet."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Do this, and do not wait for it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Until all of it is done."""
        while self._running:
            await asyncio.wait(self._running)


async def cancel(task: asyncio.Task[None] | None) -> None:
    """End a task and wait for its end; who ends itself goes on."""
    if task and task is not asyncio.current_task() and not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
