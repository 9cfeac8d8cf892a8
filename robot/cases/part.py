"""What the stores share: blocking database work beside the event loop, and telling that something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from robot.cases.database import Clock, Database, utc_now

P = ParamSpec("P")
T = TypeVar("T")


def nobody_listens() -> None:
    """For stores of which nobody wants to know changes."""


class StorePart:
    """A store: its public methods are coroutines around blocking ones."""

    def __init__(
        self, database: Database, *, clock: Clock = utc_now, on_change: Callable[[], None] = nobody_listens
    ) -> None:
        """`on_change` is called on the event loop after each commit that staff can see."""
        self._database = database
        self._clock = clock
        self._on_change = on_change

    async def _changing(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a thread; a commit is announced even when the caller was cancelled meanwhile."""

        async def run() -> T:
            result = await asyncio.to_thread(work, *args, **kwargs)
            self._on_change()
            return result

        return await asyncio.shield(asyncio.create_task(run()))
