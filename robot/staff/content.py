"""What administrators have changed of the town's content: versions, none of which is ever rewritten.

The files of town and services stay the base; a version is the whole document of one thing (the hours of an
office, a closure, a fee's further amounts …), or nothing: then it is as in the files, or gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, insert, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import content_versions
from robot.staff.audit import Act, AuditLog

Key = tuple[str, str]
"""Kind and name: ("hours", "library")."""

_ACTS = {
    "saved": Act.CONTENT_SAVED,
    "withdrawn": Act.CONTENT_WITHDRAWN,
    "restored": Act.CONTENT_RESTORED,
    "imported": Act.CONTENT_IMPORTED,
}


@dataclass(frozen=True)
class Version:
    """One version of one thing. `content`: JSON of its document, None when withdrawn; `at`: ISO 8601."""

    kind: str
    name: str
    version: int
    content: str | None
    holds_from: str
    how: str
    at: str
    by: str


@dataclass(frozen=True)
class Change:
    """A version to write. `seen`: the version that was edited; 0 for none."""

    kind: str
    name: str
    seen: int
    content: str | None
    holds_from: str


class Overtaken(Exception):
    """Somebody has changed the same thing in the meantime."""

    def __init__(self, newest: Version) -> None:
        self.newest = newest
        super().__init__(f"{newest.kind}:{newest.name} is at version {newest.version}")


class ContentStore(StorePart):
    """Reads and writes versions."""

    def __init__(self, database: Database, audit: AuditLog, *, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._audit = audit

    def newest(self) -> int:
        """A number that grows with every version (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(content_versions.c.id))).scalar_one() or 0

    def latest(self) -> dict[Key, Version]:
        """The newest version of everything that was ever edited (blocking). Raises StoreError."""
        return latest_of(self._database)

    async def history(self, kind: str, name: str) -> list[Version]:
        """All versions of one thing, the first one first. Raises StoreError."""
        return await asyncio.to_thread(self._history, kind, name)

    async def save(
        self,
        changes: Sequence[Change],
        who: str,
        how: str,
        also: Callable[[Connection], None] | None = None,
        detail: str = "",
    ) -> list[Version]:
        """Write new versions, all or none; `also` writes what belongs to them in the same transaction.

        Raises Overtaken when one of them is not the newest any more, StoreError.
        """
        return await self._changing(self._save, changes, who, how, also, detail)

    def _history(self, kind: str, name: str) -> list[Version]:
        table = content_versions.c
        query = select(content_versions).where(table.kind == kind, table.name == name)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(table.version)).mappings()
            return [_version(dict(row)) for row in rows]

    def _save(
        self,
        changes: Sequence[Change],
        who: str,
        how: str,
        also: Callable[[Connection], None] | None,
        detail: str,
    ) -> list[Version]:
        written = []
        with self._database.writing() as connection:
            latest = _latest(connection)
            for change in changes:
                there = latest.get((change.kind, change.name))
                if there and there.version != change.seen:
                    raise Overtaken(there)
                version = Version(
                    change.kind,
                    change.name,
                    (there.version if there else 0) + 1,
                    change.content,
                    change.holds_from,
                    how,
                    stamp(self._clock()),
                    who[:80],
                )
                connection.execute(insert(content_versions).values(**vars(version)))
                subject = f"{change.kind}:{change.name}"[:64]
                self._audit.append(connection, who, _ACTS[how], subject, detail or f"v{version.version}")
                written.append(version)
            if also:
                also(connection)
        return written


def _version(row: dict[str, object]) -> Version:
    return Version(**{name: value for name, value in row.items() if name != "id"})  # type: ignore[arg-type]


def latest_of(database: Database) -> dict[Key, Version]:
    """The newest version of everything that was ever edited (blocking). Raises StoreError."""
    with database.reading() as connection:
        return _latest(connection)


def _latest(connection: Connection) -> dict[Key, Version]:
    table = content_versions.c
    last = (
        select(table.kind, table.name, func.max(table.version).label("last"))
        .group_by(table.kind, table.name)
        .subquery()
    )
    query = select(content_versions).join(
        last, and_(table.kind == last.c.kind, table.name == last.c.name, table.version == last.c.last)
    )
    found = [_version(dict(row)) for row in connection.execute(query.order_by(table.id)).mappings()]
    return {(one.kind, one.name): one for one in found}
