"""Refused requests in the audit log: forged, replayed, or without the right; never so many that it floods."""

from __future__ import annotations

import time
from collections.abc import Callable

from robot.staff.audit import Act, AuditLog

_AGAIN_S = 60.0
_MOST = 60
_WINDOW_S = 3600.0


class Refusals:
    """Notes refusals: each kind of each person at most once a minute, all together 60 an hour.

    What was left out is counted in the next entry of its kind. Used on the event loop.
    """

    def __init__(self, audit: AuditLog, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._clock = clock
        self._noted: dict[tuple[str, str], float] = {}
        self._left_out: dict[str, int] = {}

    async def note(self, who: str, reason: str) -> None:
        """One refusal; `who`: an account's name, or "unbekannt"; `reason`: a word."""
        now = self._clock()
        self._noted = {key: at for key, at in self._noted.items() if at > now - _WINDOW_S}
        last = self._noted.get((who, reason))
        if (last is not None and last > now - _AGAIN_S) or len(self._noted) >= _MOST:
            self._left_out[reason] = self._left_out.get(reason, 0) + 1
            return
        self._noted[(who, reason)] = now
        more = self._left_out.pop(reason, 0)
        await self._audit.record(who, Act.REFUSED, detail=f"{reason}:{more}" if more else reason)
