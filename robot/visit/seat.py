"""The clerks' pages that look at a kiosk's visit."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from robot.web.takeover_view import Told
from robot.web.view import Signal


class Seat:
    """One clerk's page at one visit. `view` is due when `changed`; `post` holds what is sent once."""

    def __init__(self, clerk: str, session: str, visit: str) -> None:
        self.clerk = clerk
        self.session = session
        self.visit = visit
        self._post: list[Told | Signal] = []
        self._dirty = True
        self._wake = asyncio.Event()
        self._wake.set()

    def tell(self, message: Told | Signal) -> None:
        """Send this once; who does not fetch loses the oldest."""
        self._post = [*self._post[-200:], message]
        self._wake.set()

    def changed(self) -> None:
        """The view is another."""
        self._dirty = True
        self._wake.set()

    async def due(self, patience_s: float | None = None) -> tuple[list[Told | Signal], bool]:
        """Wait for something to send: messages, and whether the view is due; nothing after `patience_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._wake.wait()
        self._wake.clear()
        post, self._post = self._post, []
        dirty, self._dirty = self._dirty, False
        return post, dirty


class Seats(set[Seat]):
    """All of them."""

    def changed(self) -> None:
        """What they show is another."""
        for seat in self:
            seat.changed()
