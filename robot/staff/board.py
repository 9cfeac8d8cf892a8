"""What the staff tell all who come: messages on the first screen, and that a kiosk is closed.

No word of it is about a visitor. Who wrote, took away, closed and opened stands in the audit log.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import board_messages, closings
from robot.staff.accounts import Told
from robot.staff.audit import Act, AuditLog
from robot.web.staff_view import Cause, ClosingRow, MessageRow, NewClosing, NewMessage

MOST = 3  # more would push the services off the first screen


class MessageRefused(Told):
    """The message cannot be shown."""


class Board(StorePart):
    """The messages, and whether this kiosk is closed."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        zone: ZoneInfo,
        *,
        kiosk: str = "",
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, clock=clock, on_change=on_change)
        self._audit = audit
        self._zone = zone
        self._kiosk = kiosk

    # --- messages --------------------------------------------------------------------------------

    async def messages(self) -> list[MessageRow]:
        """Those that are not over, the first to begin first. Raises StoreError."""
        return await asyncio.to_thread(self._messages)

    async def show(self, message: NewMessage, who: str) -> MessageRow:
        """Put a message up. Raises MessageRefused, StoreError."""
        return await self._changing(self._show, message, who)

    async def take_down(self, message: str, who: str) -> None:
        """Take a message away; one that is not there is no mistake. Raises StoreError."""
        await self._changing(self._take_down, message, who)

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _messages(self) -> list[MessageRow]:
        query = (
            select(board_messages)
            .where(board_messages.c.last >= self._today().isoformat())
            .order_by(board_messages.c.first, board_messages.c.created)
        )
        with self._database.reading() as connection:
            return [MessageRow(**_shown(dict(row))) for row in connection.execute(query).mappings()]

    def _show(self, message: NewMessage, who: str) -> MessageRow:
        with self._database.writing() as connection:
            return self.put(connection, secrets.token_hex(8), message, who)

    def put(self, connection: Connection, message_id: str, message: NewMessage, who: str) -> MessageRow:
        """Show a message, or show it otherwise, within a writing transaction. Raises MessageRefused."""
        today = self._today()
        if message.last < message.first:
            raise MessageRefused(
                "Der letzte Tag liegt vor dem ersten. Bitte tauschen Sie die beiden Tage.",
                "The last day is before the first. Please swap the two days.",
            )
        if message.last < today:
            raise MessageRefused(
                "Der letzte Tag ist schon vorbei. Bitte nehmen Sie einen späteren.",
                "The last day is over already. Please take a later one.",
            )
        text = " ".join(message.text.split())
        if not text:
            raise MessageRefused(
                "Bitte schreiben Sie den Text der Meldung.", "Please write the text of the message."
            )
        row = {
            "id": message_id,
            "text": text,
            "english": " ".join(message.english.split()),
            "plain": " ".join(message.plain.split()),
            "first": message.first.isoformat(),
            "last": message.last.isoformat(),
            "created": stamp(self._clock()),
            "by": who[:80],
        }
        table = board_messages.c
        connection.execute(delete(board_messages).where(table.last < today.isoformat()))
        at_once = connection.execute(
            select(func.count())
            .select_from(board_messages)
            .where(table.first <= row["last"], table.last >= row["first"], table.id != message_id)
        ).scalar_one()
        if at_once >= MOST:
            raise MessageRefused(
                f"In diesen Tagen stehen schon {MOST} Meldungen auf dem Kiosk. "
                "Bitte nehmen Sie erst eine weg.",
                f"There are {MOST} messages on the kiosk on these days already. Please take one away first.",
            )
        connection.execute(delete(board_messages).where(table.id == message_id))
        connection.execute(insert(board_messages).values(**row))
        self._audit.append(connection, who, Act.MESSAGE_SHOWN, message_id)
        return MessageRow(**_shown(row))

    def _take_down(self, message: str, who: str) -> None:
        with self._database.writing() as connection:
            self.remove(connection, message, who)

    def remove(self, connection: Connection, message: str, who: str) -> None:
        """Take a message away within a writing transaction; one that is not there is no mistake."""
        gone = connection.execute(delete(board_messages).where(board_messages.c.id == message))
        if gone.rowcount:
            self._audit.append(connection, who, Act.MESSAGE_REMOVED, message)

    # --- closing ---------------------------------------------------------------------------------

    async def closing(self) -> ClosingRow | None:
        """Why this kiosk is closed, None: it is open. Raises StoreError."""
        return await asyncio.to_thread(self._closing)

    async def close_kiosk(self, closing: NewClosing, who: str) -> None:
        """Close this kiosk, or give another reason. Raises StoreError."""
        await self._changing(self._close_kiosk, closing, who)

    async def open_kiosk(self, who: str) -> None:
        """Open it again; nothing happens to one that is open. Raises StoreError."""
        await self._changing(self._open_kiosk, who)

    def _closing(self) -> ClosingRow | None:
        with self._database.reading() as connection:
            query = select(closings).where(closings.c.kiosk == self._kiosk)
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        return ClosingRow(cause=Cause(row["cause"]), note=row["note"], since=row["since"], by=row["by"])

    def _close_kiosk(self, closing: NewClosing, who: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(closings).where(closings.c.kiosk == self._kiosk))
            connection.execute(
                insert(closings).values(
                    kiosk=self._kiosk,
                    cause=closing.cause.value,
                    note=" ".join(closing.note.split()),
                    since=stamp(self._clock()),
                    by=who[:80],
                )
            )
            self._audit.append(connection, who, Act.KIOSK_CLOSED, detail=closing.cause.value)

    def _open_kiosk(self, who: str) -> None:
        with self._database.writing() as connection:
            gone = connection.execute(delete(closings).where(closings.c.kiosk == self._kiosk))
            if gone.rowcount:
                self._audit.append(connection, who, Act.KIOSK_OPENED)


def _shown(row: dict[str, str]) -> dict[str, str]:
    """A table's row as the page has it."""
    return {name: value for name, value in row.items() if name != "created"}
