"""What stays of a visit without a person in it: the shred record and the thumbs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import feedback, shreds
from robot.web.staff_view import ShredRow

_ShredRows = list[ShredRow]


def _nothing_held(_visit: str) -> list[str]:
    return []


class ShredStore(StorePart):
    """Proofs that visits were wiped."""

    def __init__(
        self,
        database: Database,
        *,
        forget: Callable[[str], list[str]] = _nothing_held,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        """`forget(visit)`: wipes what the back office itself still holds of a visit, and says what it was."""
        super().__init__(database, clock=clock, on_change=on_change)
        self._forget = forget

    async def add(self, visit_id: str, ended: datetime, outcome: str, wiped: Sequence[str]) -> None:
        """Write down that a visit is gone. `wiped`: kinds of what was forgotten. The first record stays.

        What the back office holds of the visit in memory goes with it.
        """
        await self._changing(self._add, visit_id, ended, outcome, [*wiped, *self._forget(visit_id)])

    def _add(self, visit_id: str, ended: datetime, outcome: str, wiped: list[str]) -> None:
        with self._database.writing() as connection:
            if connection.execute(select(shreds.c.visit).where(shreds.c.visit == visit_id)).first() is None:
                connection.execute(
                    insert(shreds).values(
                        visit=visit_id, ended=stamp(ended), outcome=outcome, wiped=json.dumps(wiped)
                    )
                )

    async def list(self, limit: int = 20) -> _ShredRows:
        """The newest records first."""
        return await asyncio.to_thread(self.rows, limit)

    def rows(self, limit: int) -> _ShredRows:
        """The same, blocking."""
        with self._database.reading() as connection:
            rows = connection.execute(select(shreds).order_by(shreds.c.ended.desc()).limit(limit)).mappings()
            return [ShredRow(**{**row, "wiped": json.loads(row["wiped"])}) for row in rows]


class FeedbackStore(StorePart):
    """Thumbs up and down per service: two counters, no more."""

    async def add(self, service: str, up: bool) -> None:
        """Count one thumb."""
        await asyncio.to_thread(self._add, service, up)

    def _add(self, service: str, up: bool) -> None:
        here = feedback.c.service == service
        with self._database.writing() as connection:
            if connection.execute(select(feedback.c.service).where(here)).first() is None:
                connection.execute(insert(feedback).values(service=service, up=0, down=0))
            column = feedback.c.up if up else feedback.c.down
            connection.execute(update(feedback).where(here).values({column: column + 1}))

    async def totals(self) -> dict[str, tuple[int, int]]:
        """Service → (up, down)."""
        return await asyncio.to_thread(self._totals)

    def _totals(self) -> dict[str, tuple[int, int]]:
        with self._database.reading() as connection:
            rows = connection.execute(select(feedback))
            return {row.service: (row.up, row.down) for row in rows}
