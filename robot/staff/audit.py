"""The audit log: append-only, each entry's keyed hash covers the one before it.

Entries carry who, what and ids; never a visitor's data. The chain is an HMAC (RFC 2104) under a key of the
key file, so that whoever can write the database alone cannot forge it; the sealed head shows a cut tail.
Setting the whole database back to an older copy of itself is seen by who has noted the seal of a later
entry (`lotse audit verify --noted`).
"""

from __future__ import annotations

import asyncio
import enum
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select

from robot.cases.crypto import Keyring
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import audit, audit_head, staff

_OWN_KEPT = 1000
SEAL = 16  # characters of a hash that are enough to note
_START = "0" * 64
_DETAIL = re.compile(r"[\w.:>-]{0,200}", re.ASCII)


class Act(enum.StrEnum):
    """What is written down."""

    HANDED_OVER = "handed_over"
    LOOKED = "looked"
    STATE = "state"
    PRINTED = "printed"
    DELETED = "deleted"
    CLAIMED = "claimed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    TAKEN_AWAY = "taken_away"
    APPROVED = "approved"
    TICKED = "ticked"
    UNTICKED = "unticked"
    NOTED = "noted"
    SUMMARISED = "summarised"
    NUMBER_STATE = "number_state"
    HELP_ACCEPTED = "help_accepted"
    TAKEN_OVER = "taken_over"
    HANDED_BACK = "handed_back"
    STEP_PICKED = "step_picked"
    TALK_BEGAN = "talk_began"
    TALK_ENDED = "talk_ended"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_ADDED = "account_added"
    KEYS_ROTATED = "keys_rotated"
    MESSAGE_SHOWN = "message_shown"
    MESSAGE_REMOVED = "message_removed"
    KIOSK_CLOSED = "kiosk_closed"
    KIOSK_OPENED = "kiosk_opened"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_UNLOCKED = "account_unlocked"
    LINK_MADE = "link_made"
    ACCESS_CHANGED = "access_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_FAILED = "factor_failed"
    SESSIONS_ENDED = "sessions_ended"
    AUDIT_READ = "audit_read"
    AUDIT_VERIFIED = "audit_verified"
    AUDIT_EXPORTED = "audit_exported"
    REFUSED = "refused"
    CONTENT_SAVED = "content_saved"
    CONTENT_WITHDRAWN = "content_withdrawn"
    CONTENT_RESTORED = "content_restored"
    CONTENT_IMPORTED = "content_imported"
    FIGURES_EXPORTED = "figures_exported"
    ALARM_ACKNOWLEDGED = "alarm_acknowledged"
    EMERGENCY_TOLD = "emergency_told"
    EMERGENCY_WITHDRAWN = "emergency_withdrawn"
    SELF_TEST = "self_test"
    KIOSK_FORGOTTEN = "kiosk_forgotten"


class HarmKind(enum.StrEnum):
    """What was done to the log behind our back."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    APPENDED = "appended"
    REPLACED = "replaced"
    SEAL = "seal"


@dataclass(frozen=True)
class Harm:
    """The first harm: what was done, and to the entry of which number."""

    kind: HarmKind
    number: int


@dataclass(frozen=True)
class Examination:
    """How many entries there are, the seal of the last (to note it elsewhere), the first harm or None."""

    count: int
    seal: str
    harm: Harm | None


@dataclass(frozen=True)
class AuditQuery:
    """Which entries somebody looks for; "" = any. `since` and `until`: UTC, ISO 8601, `until` excluded."""

    who: str = ""
    what: Act | None = None
    subject: str = ""
    since: str = ""
    until: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL: names and subjects by a part of them."""
        found: list[ColumnElement[bool]] = []
        if self.who:
            found.append(func.lower(audit.c.who).contains(self.who.lower(), autoescape=True))
        if self.what:
            found.append(audit.c.what == self.what.value)
        if self.subject:
            ours = audit.c.subject.contains(self.subject, autoescape=True)
            found.append(ours | audit.c.detail.contains(self.subject, autoescape=True))
        if self.since:
            found.append(audit.c.at >= self.since)
        if self.until:
            found.append(audit.c.at < self.until)
        return found


class AuditLog(StorePart):
    """Writes and verifies the log."""

    def __init__(self, database: Database, keyring: Keyring, *, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._keyring = keyring
        self._own: dict[str, None] = {}  # in the order of writing

    def wrote(self, entry_hash: str) -> bool:
        """Whether this process made the entry, and not long ago."""
        return entry_hash in self._own

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
        self._own[str(entry["hash"])] = None
        if len(self._own) > _OWN_KEPT:
            del self._own[next(iter(self._own))]
        connection.execute(insert(audit).values(**entry))
        connection.execute(delete(audit_head))
        connection.execute(
            insert(audit_head).values(
                id=1, seq=seq + 1, hash=entry["hash"], mac=self._head_mac(seq + 1, str(entry["hash"]))
            )
        )

    async def close_takeover(self, visit: str) -> None:
        """A visit is over in which a clerk may have been speaking: they do so no more. Raises StoreError."""
        await asyncio.to_thread(self._close_takeover, visit)

    def _close_takeover(self, visit: str) -> None:
        with self._database.writing() as connection:
            turns = [
                row
                for row in self.about(connection, visit)
                if row["what"] in (Act.TAKEN_OVER, Act.HANDED_BACK)
            ]
            if turns and turns[-1]["what"] == Act.TAKEN_OVER:
                self.append(connection, turns[-1]["who"], Act.HANDED_BACK, visit, "over")

    async def verify_audit(self) -> int | None:
        """Number of the first entry that is changed, missing or out of order; None: all is sound."""
        return await asyncio.to_thread(self.first_broken)

    def first_broken(self) -> int | None:
        """The same, blocking."""
        found = self.examine()
        return found.harm.number if found.harm else None

    async def examined(self) -> Examination:
        """What `examine` finds."""
        return await asyncio.to_thread(self.examine)

    def examine(self, noted: tuple[int, str] | None = None) -> Examination:
        """Walk the whole log (blocking). `noted`: number and seal that an earlier examination told."""
        with self._database.reading() as connection:
            entries = list(connection.execute(select(audit).order_by(audit.c.seq)).mappings())
            head = connection.execute(select(audit_head)).mappings().first()
            used = connection.execute(select(staff.c.key).limit(1)).first() is not None
        harm = self._harm(entries, head, used)
        if harm is None and noted is not None:
            number, seal = noted
            if number > len(entries):
                harm = Harm(HarmKind.REMOVED, len(entries) + 1)
            elif not hmac.compare_digest(entries[number - 1]["hash"][: len(seal)], seal):
                harm = Harm(HarmKind.REPLACED, number)
        return Examination(len(entries), entries[-1]["hash"][:SEAL] if entries else "", harm)

    def _harm(self, entries: list[RowMapping], head: RowMapping | None, used: bool) -> Harm | None:
        """The first harm; `used`: there are accounts, whose making was written down."""
        true = self._true_head(entries, head)
        previous = _START
        for number, entry in enumerate(entries, 1):
            appended = true is not None and number > true
            if appended:
                return Harm(HarmKind.APPENDED, number)
            whole = hmac.compare_digest(entry["hash"], self._hash(entry))
            if whole and entry["seq"] == number and entry["previous"] == previous:
                previous = entry["hash"]
                continue
            if whole:  # an entry of ours, which does not follow the one before it
                return Harm(HarmKind.REMOVED, number)
            return Harm(self._what_happened(entries, number), number)
        after = len(entries) + 1
        if head is None:
            if entries:
                return Harm(HarmKind.SEAL, after)
            return Harm(HarmKind.REMOVED, 1) if used else None
        if not hmac.compare_digest(head["mac"], self._head_mac(head["seq"], head["hash"])):
            return Harm(HarmKind.SEAL, after)
        if (head["seq"], head["hash"]) != (len(entries), previous if entries else _START):
            return Harm(HarmKind.REMOVED, after)
        return None

    def _true_head(self, entries: list[RowMapping], head: RowMapping | None) -> int | None:
        """How many entries the seal was made for: also when somebody has changed what stands beside it."""
        if head is None:
            return None
        if hmac.compare_digest(head["mac"], self._head_mac(head["seq"], head["hash"])):
            return int(head["seq"])
        for entry in entries:
            if hmac.compare_digest(head["mac"], self._head_mac(entry["seq"], entry["hash"])):
                return int(entry["seq"])
        return None

    def _what_happened(self, entries: list[RowMapping], number: int) -> HarmKind:
        """To an entry whose seal does not fit: with another number it may."""
        entry = dict(entries[number - 1])
        for seq in range(1, max(len(entries), entries[-1]["seq"]) + 1):
            if hmac.compare_digest(entry["hash"], self._hash({**entry, "seq": seq})):
                return HarmKind.REORDERED
        if number == 1 and not any(
            hmac.compare_digest(other["hash"], self._hash(other)) for other in entries
        ):
            return HarmKind.REPLACED if len(entries) > 1 else HarmKind.CHANGED
        return HarmKind.CHANGED

    def count(self) -> int:
        """How many entries there are (blocking)."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(audit)).scalar_one()

    async def find(
        self, asked: AuditQuery, *, offset: int = 0, limit: int = 50
    ) -> tuple[list[RowMapping], int]:
        """The newest first, and how many there are in all."""

        def work() -> tuple[list[RowMapping], int]:
            here = asked.conditions()
            query = select(audit).where(*here).order_by(audit.c.seq.desc()).offset(offset).limit(limit)
            with self._database.reading() as connection:
                rows = list(connection.execute(query).mappings())
                count = select(func.count()).select_from(audit).where(*here)
                return rows, connection.execute(count).scalar_one()

        return await asyncio.to_thread(work)

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
