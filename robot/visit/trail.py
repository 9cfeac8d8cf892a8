"""What a takeover leaves in the audit log, in the order in which it happened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from robot.cases.database import StoreError
from robot.staff.audit import Act
from robot.visit.tasks import Tasks

log = logging.getLogger(__name__)

Record = Callable[[str, Act, str, str], Awaitable[None]]
"""Writes to the audit log: who, what, the visit's id, a word of detail. Raises StoreError."""


class Trail:
    """Writes one entry at a time."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._tasks = Tasks()
        self._writing = asyncio.Lock()

    async def must(self, who: str, what: Act, visit: str, detail: str) -> None:
        """Write it down. Raises StoreError where the store does not take it."""
        async with self._writing:
            await self.record(who, what, visit, detail)

    async def write(self, who: str, what: Act, visit: str, detail: str) -> None:
        """Write it down; what the store does not take is told to the log."""
        try:
            await self.must(who, what, visit, detail)
        except StoreError as error:
            log.error("store: %s", error)

    def later(self, who: str, what: Act, visit: str, detail: str) -> None:
        """The same, and nobody waits for it."""
        self._tasks.begin(self.write(who, what, visit, detail))

    async def settle(self) -> None:
        """Until everything that happened is written down."""
        await self._tasks.settle()
