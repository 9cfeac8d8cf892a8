"""The notice to all kiosks of the town: one at a time, until it is withdrawn."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from sqlalchemy import delete, insert, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import emergencies
from robot.staff.audit import Act, AuditLog
from robot.web.live_view import EmergencyKind, EmergencyRow, NewEmergency


class Emergencies(StorePart):
    """Announces and withdraws; the newest notice replaces the one before."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        *,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, clock=clock, on_change=on_change)
        self._audit = audit

    def made(self, new: NewEmergency, who: str) -> EmergencyRow:
        """The notice as it will stand there: prepared ones have no words of their own."""
        own = new.kind is EmergencyKind.OWN
        words = {lang: " ".join(text.split()) for lang, text in new.translations.items() if text.strip()}
        return EmergencyRow(
            id=secrets.token_hex(8),
            kind=new.kind,
            text=" ".join(new.text.split()) if own else "",
            translations=words if own else {},
            leave=new.leave if own else new.kind is EmergencyKind.LEAVE,
            since=stamp(self._clock()),
            by=who[:80],
        )

    async def announce(self, row: EmergencyRow, who: str) -> None:
        """Tell all kiosks. Raises StoreError."""
        await self._changing(self._announce, row, who)

    async def withdraw(self, who: str) -> None:
        """It is over; nothing happens where there is none. Raises StoreError."""
        await self._changing(self._withdraw, who)

    def read(self) -> EmergencyRow | None:
        """What stands on the kiosks now (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            row = connection.execute(select(emergencies)).mappings().first()
        if row is None:
            return None
        return EmergencyRow.model_validate({**row, "translations": json.loads(row["translations"])})

    def _announce(self, row: EmergencyRow, who: str) -> None:
        values = row.model_dump(mode="json")
        values["translations"] = json.dumps(row.translations, ensure_ascii=False)
        with self._database.writing() as connection:
            connection.execute(delete(emergencies))
            connection.execute(insert(emergencies).values(**values))
            detail = f"{row.kind.value}{'.leave' if row.leave else ''}"
            self._audit.append(connection, who, Act.EMERGENCY_TOLD, row.id, detail)

    def _withdraw(self, who: str) -> None:
        with self._database.writing() as connection:
            name = connection.execute(select(emergencies.c.id)).scalar()
            if name is not None:
                connection.execute(delete(emergencies))
                self._audit.append(connection, who, Act.EMERGENCY_WITHDRAWN, str(name))
