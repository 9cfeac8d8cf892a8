"""Sessions end here, too, when an account is locked or changed elsewhere: at another kiosk, by a command.

What this process does itself ends its sessions at once; what others do is read from the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy import func, select

from robot.cases.database import Database, StoreError
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import audit as audit_table
from robot.cases.tables import staff
from robot.staff.audit import Act, AuditLog
from robot.staff.sessions import Sessions
from robot.web.broadcast import Broadcast

log = logging.getLogger(__name__)

LOOK_S = 2.0
_ACTS = (Act.ACCESS_CHANGED, Act.SESSIONS_ENDED, Act.FACTOR_REMOVED)


class Endings(StorePart):
    """Looks at the accounts of those who are signed in."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        sessions: Sessions,
        *,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, on_change=on_change)
        self._audit = audit
        self._sessions = sessions
        self._read = -1  # the last entry of the log that was looked at

    async def follow(self, elsewhere: Broadcast, every_s: float = LOOK_S) -> None:
        """Look every few seconds, and at once when `elsewhere` tells of something, until cancelled."""
        seen, told = elsewhere.seq, False
        while True:
            try:
                await self.look()
                told = False
            except StoreError as error:
                if not told:
                    log.warning("sign-outs: %s", error)
                told = True
            seen = await elsewhere.wait(seen, every_s)

    async def look(self) -> int:
        """End the sessions of who is locked, has another role or another password; how many.

        Raises StoreError.
        """
        before = [one for account in self._sessions.accounts() for one in self._sessions.of(account)]
        roles, gone = await asyncio.to_thread(self._look)
        over = {  # who has signed in since knows more than what was read
            session.id
            for session in before
            if session.account in gone or roles.get(session.account) != session.role.value
        }
        ended = sum(
            self._sessions.end_those(account, lambda one: one.id in over)
            for account in {session.account for session in before}
        )
        if ended:
            self._on_change()
        return ended

    def _look(self) -> tuple[dict[str, str], set[str]]:
        """The roles of the accounts that may sign in, and whose sessions are over."""
        with self._database.reading() as connection:
            roles = {
                row.id: row.role
                for row in connection.execute(select(staff.c.id, staff.c.role).where(~staff.c.locked))
            }
            last = connection.execute(select(func.coalesce(func.max(audit_table.c.seq), 0))).scalar_one()
            rows = []
            if 0 <= self._read < last:
                table = audit_table.c
                what = table.what.in_([act.value for act in _ACTS])
                rows = list(
                    connection.execute(
                        select(table.what, table.subject, table.detail, table.hash).where(
                            table.seq > self._read, what
                        )
                    )
                )
            self._read = last
        return roles, {
            row.subject for row in rows if _ends(row.what, row.detail) and not self._audit.wrote(row.hash)
        }


def _ends(what: str, detail: str) -> bool:
    """Whether the entry is about all sessions: not about one of another kiosk, or one factor of several."""
    if what == Act.SESSIONS_ENDED:
        return ":" not in detail
    return what != Act.FACTOR_REMOVED or detail == "all"
