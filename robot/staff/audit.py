"""The audit log: append-only, each entry's keyed hash covers the one before it.

Entries carry who, what and ids; never a visitor's data. The chain is an HMAC (RFC 2104) under a key of the
key file, so that whoever can write the database alone cannot forge it; the sealed head shows a cut tail.
Setting the whole database back to an older copy of itself is not seen.
"""

from __future__ import annotations

import asyncio
import enum
import hashlib
import hmac
import json
import re

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from robot.cases.crypto import Keyring
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import audit, audit_head

_START = "0" * 64
_DETAIL = re.compile(r"[\w.:>-]{0,200}", re.ASCII)


class Act(enum.StrEnum):
    """What is written down."""

    HANDED_OVER = "handed_over"
    LOOKED = "looked"
    STATE = "state"
    PRINTED = "printed"
    DELETED = "deleted"
    HELP_ACCEPTED = "help_accepted"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_ADDED = "account_added"
    KEYS_ROTATED = "keys_rotated"
    MESSAGE_SHOWN = "message_shown"
    MESSAGE_REMOVED = "message_removed"
    KIOSK_CLOSED = "kiosk_closed"
    KIOSK_OPENED = "kiosk_opened"


class AuditLog(StorePart):
    """Writes and verifies the log."""

    def __init__(self, database: Database, keyring: Keyring, *, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._keyring = keyring

    async def record(self, who: str, what: Act, subject: str = "", detail: str = "") -> None:
        """One entry of its own. Raises StoreError."""
        await asyncio.to_thread(self.write, who, what, subject, detail)

    def write(self, who: str, what: Act, subject: str = "", detail: str = "") -> None:
        """The same, blocking."""
        with self._database.writing() as connection:
            self.append(connection, who, what, subject, detail)

    def append(
        self, connection: Connection, who: str, what: Act, subject: str = "", detail: str = ""
    ) -> None:
        """One entry within a writing transaction. `subject`: a case's or visit's id; `detail`: ids only."""
        if not _DETAIL.fullmatch(detail) or not _DETAIL.fullmatch(subject):
            raise ValueError("an audit entry carries ids only")
        head = connection.execute(select(audit_head)).mappings().first()
        seq, previous = (head["seq"], head["hash"]) if head else (0, _START)
        entry = {
            "seq": seq + 1,
            "at": stamp(self._clock()),
            "who": who[:80],
            "what": what.value,
            "subject": subject,
            "detail": detail,
            "previous": previous,
        }
        entry["hash"] = self._hash(entry)
        connection.execute(insert(audit).values(**entry))
        connection.execute(delete(audit_head))
        connection.execute(
            insert(audit_head).values(
                id=1, seq=seq + 1, hash=entry["hash"], mac=self._head_mac(seq + 1, str(entry["hash"]))
            )
        )

    async def verify_audit(self) -> int | None:
        """Number of the first entry that is changed, missing or out of order; None: all is sound."""
        return await asyncio.to_thread(self.first_broken)

    def first_broken(self) -> int | None:
        """The same, blocking."""
        previous, seq = _START, 0
        with self._database.reading() as connection:
            for entry in connection.execute(select(audit).order_by(audit.c.seq)).mappings():
                seq += 1
                sound = entry["seq"] == seq and entry["previous"] == previous
                if not sound or not hmac.compare_digest(entry["hash"], self._hash(entry)):
                    return seq
                previous = entry["hash"]
            head = connection.execute(select(audit_head)).mappings().first()
        if head is None:
            return None if seq == 0 else seq + 1
        if not hmac.compare_digest(head["mac"], self._head_mac(head["seq"], head["hash"])):
            return seq + 1
        return None if (head["seq"], head["hash"]) == (seq, previous) else seq + 1

    def count(self) -> int:
        """How many entries there are (blocking)."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(audit)).scalar_one()

    async def entries(self, subject: str | None = None) -> list[RowMapping]:
        """All entries in order, or those about one case or visit: at, who, what, subject, detail."""
        return await asyncio.to_thread(self._entries, subject)

    def _entries(self, subject: str | None) -> list[RowMapping]:
        with self._database.reading() as connection:
            return self.about(connection, subject)

    def about(self, connection: Connection, subject: str | None) -> list[RowMapping]:
        """The entries about a subject, within a transaction."""
        query = select(audit).order_by(audit.c.seq)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        return list(connection.execute(query).mappings())

    def _hash(self, entry: dict[str, object] | RowMapping) -> str:
        covered = [entry[key] for key in ("seq", "at", "who", "what", "subject", "detail", "previous")]
        return self._mac("entry", json.dumps(covered, ensure_ascii=True))

    def _head_mac(self, seq: int, last: str) -> str:
        return self._mac("head", f"{seq}:{last}")

    def _mac(self, kind: str, text: str) -> str:
        return hmac.new(self._keyring.audit_key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()
