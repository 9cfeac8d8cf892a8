"""The record that visits are wiped: an id, how it ended, and what kinds of things were forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from robot.cases.database import StoreError
from robot.staff.office import BackOffice

log = logging.getLogger(__name__)


class Proofs:
    """Writes the records; what the store does not take now it is given again later."""

    def __init__(self, office: BackOffice, failed: Callable[[], None]) -> None:
        """Reads which visits were running here when the power went; `failed`: the store took nothing."""
        self._office = office
        self._failed = failed
        self._owed: list[tuple[str, datetime, str, list[str]]] = []
        self._writing = asyncio.Lock()
        self._cut_off: list[str] = []
        try:
            self._cut_off = [visit.id for visit in office.kiosks.cut_off()]
        except StoreError as error:
            log.error("store: %s", error)

    async def add(self, visit: str, outcome: str, wiped: list[str]) -> None:
        """That visit is gone."""
        self._owed.append((visit, datetime.now(UTC), outcome, wiped))
        await self.write()

    async def write(self) -> None:
        """Give the store what it has not taken yet. Never fails."""
        async with self._writing:
            while self._owed:
                try:
                    await self._office.shreds.add(*self._owed[0])
                except StoreError as error:
                    log.error("store: %s", error)
                    self._failed()
                    return
                del self._owed[0]

    async def account_for_cut_off(self) -> None:
        """Visits that ended with the power have left nothing but their ids: write down that they are over."""
        for visit in self._cut_off:
            log.warning("visit %s ended with the robot, which was not switched off in order", visit)
            try:
                await self._office.audit.close_takeover(visit)
            except StoreError as error:
                log.error("store: %s", error)
            await self.add(visit, "failed", ["memory"])
        self._cut_off = []
