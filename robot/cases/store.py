"""Cases at rest: handed over exactly once, sealed, looked at with a trace, deleted in time.

A case's personal data is one sealed JSON text under the case's own key. What lists show (number, service,
state, times) is in clear and says nothing about a person.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, or_, select, update

from robot.cases.copies import (
    CopyDesk,
    HeldCopy,
    StoredCopy,
    complete_copy,
    delete_copies,
    insert_copy,
    read_copy,
)
from robot.cases.crypto import Keyring, new_data_key, seal
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.model import CLOSED, CaseDraft, CaseRef, CaseState
from robot.cases.part import nobody_listens
from robot.cases.rows import CaseUnknown, data_key, draft_of, row_of, to_ref, to_row
from robot.cases.tables import (
    calls,
    case_checks,
    case_notes,
    cases,
    queue_tickets,
    sign_in_failures,
    ticket_counters,
)
from robot.cases.work import CaseWork, ChangeRefused, Conflict, Held
from robot.queueing.tickets import Series, allocate
from robot.staff.audit import Act, AuditLog
from robot.web.staff_view import CaseDetail, CaseRow

__all__ = ["CaseStore", "CaseUnknown", "ChangeRefused", "Conflict", "Held", "Slip"]

_VISIT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CLOSED_SHOWN = timedelta(hours=24)
_COUNTERS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Slip:
    """What a printed ticket needs; no personal data. `bring`: labels of the documents."""

    ref: CaseRef
    service: str
    service_label: str
    language: str
    bring: tuple[str, ...]


class CaseStore(CaseWork):
    """All cases. Methods raise StoreError when the database cannot, SealError when a case is damaged."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        audit: AuditLog,
        zone: ZoneInfo,
        *,
        kiosk: str = "Kiosk",
        desk: CopyDesk | None = None,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        """`zone`: the town's day decides ticket numbers; `kiosk`: who hands over, as the trail names it.

        `desk`: holds the copies of documents that a visit hands over with its case.
        """
        super().__init__(database, keyring, audit, zone, kiosk=kiosk, clock=clock, on_change=on_change)
        self._desk = desk or CopyDesk()

    async def hand_over(self, draft: CaseDraft) -> CaseRef:
        """Store a visit's case with its copies; the same visit again gives the same case. Durable on return.

        Copies that are still being made follow by themselves. Raises ValueError when `draft.visit` is not an
        opaque id.
        """
        ref = await self._changing(self._hand_over, draft, self._desk.held(draft.visit))

        async def follow(copy: HeldCopy) -> None:
            await self._changing(self._complete_copy, ref.id, copy)

        self._desk.release(draft.visit, follow)
        return ref

    async def ref(self, case_id: str) -> CaseRef:
        """Number and reference of a case. Raises CaseUnknown."""
        return await asyncio.to_thread(self._ref, case_id)

    async def slip(self, case_id: str) -> Slip:
        """What to print on the ticket of a case. Raises CaseUnknown."""
        return await asyncio.to_thread(self._slip, case_id)

    async def find(self, reference: str) -> str | None:
        """The case of a reference as the QR code carries it."""
        return await asyncio.to_thread(self._find, reference)

    async def list_rows(self) -> list[CaseRow]:
        """Open cases, and those closed within a day, oldest first; no personal data, no reasons."""
        return await asyncio.to_thread(self._list_rows)

    async def open(self, case_id: str, who: str) -> CaseDetail:
        """The whole case for a clerk; without the entry in the audit log there is no look.

        Raises CaseUnknown.
        """
        return await asyncio.to_thread(self._open, case_id, who)

    async def open_copy(self, case_id: str, copy_id: str, who: str, page: int | None = None) -> StoredCopy:
        """A copy for a clerk; without the entry in the audit log there is no look.

        `page`: the one that is looked at, for the trail. Raises CaseUnknown, CopyUnknown.
        """
        return await asyncio.to_thread(self._open_copy, case_id, copy_id, who, page)

    async def summarise(self, case_id: str, who: str) -> CaseDetail:
        """The whole case to be printed, with an entry in the audit log. Raises CaseUnknown."""
        return await asyncio.to_thread(self._open, case_id, who, Act.SUMMARISED)

    async def mark_printed(self, case_id: str, who: str) -> None:
        """The ticket was printed (again). Raises CaseUnknown."""
        await self._changing(self._mark_printed, case_id, who)

    async def delete_old(self, days: int) -> int:
        """Delete cases that were closed `days` ago or earlier; how many."""
        deleted = await asyncio.to_thread(self._delete_old, days)
        if deleted:
            self._on_change()
        return deleted

    def _hand_over(self, draft: CaseDraft, copies: tuple[HeldCopy, ...] = ()) -> CaseRef:
        if not _VISIT.fullmatch(draft.visit):
            raise ValueError("a visit's id is 8 to 64 random letters and digits")
        with self._database.writing() as connection:
            row = connection.execute(select(cases).where(cases.c.visit == draft.visit)).mappings().first()
            if row is not None:
                return to_ref(row)
            now = self._clock()
            case_id = secrets.token_hex(12)
            key = new_data_key()
            # wrapped inside the transaction: a rotation that runs beside sees this case or is seen by it
            wrapped = self._keyring.wrap(key, case_id)
            connection.execute(
                insert(cases).values(
                    id=case_id,
                    visit=draft.visit,
                    reference=_new_reference(),
                    number=allocate(connection, Series.CASE, now.astimezone(self._zone).date().isoformat()),
                    service=draft.service,
                    service_label=draft.service_label,
                    state=CaseState.WAITING.value,
                    version=1,
                    created=stamp(now),
                    changed=stamp(now),
                    changed_by="",
                    printed=False,
                    key_id=wrapped.key_id,
                    wrapped_key=wrapped.blob,
                    sealed=seal(key, draft.model_dump_json().encode(), "case", case_id),
                    sealed_reason=None,
                    holder="",
                    held_at="",
                    place="",
                    calls=0,
                    assigned="",
                    four_eyes=draft.four_eyes,
                    finished_by="",
                )
            )
            for copy in copies:
                insert_copy(connection, key, case_id, copy, now)
            self._audit.append(connection, self._kiosk, Act.HANDED_OVER, case_id)
            return to_ref(row_of(connection, case_id))

    def _ref(self, case_id: str) -> CaseRef:
        with self._database.reading() as connection:
            return to_ref(row_of(connection, case_id))

    def _slip(self, case_id: str) -> Slip:
        # a writing transaction: a key rotation beside must not drop the row's key between the two lines
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            draft = draft_of(self._keyring, row)
        return Slip(
            ref=to_ref(row),
            service=draft.service,
            service_label=draft.service_label,
            language=draft.language,
            bring=tuple(document.label for document in draft.documents),
        )

    def _find(self, reference: str) -> str | None:
        with self._database.reading() as connection:
            found: str | None = connection.execute(
                select(cases.c.id).where(cases.c.reference == reference.strip().upper())
            ).scalar()
            return found

    def _list_rows(self) -> list[CaseRow]:
        closed = [state.value for state in CLOSED]
        shown = or_(
            cases.c.state.not_in(closed),
            cases.c.changed >= stamp(self._clock() - _CLOSED_SHOWN),
        )
        with self._database.reading() as connection:
            rows = connection.execute(
                select(cases).where(shown).order_by(cases.c.created, cases.c.number)
            ).mappings()
            return [to_row(row) for row in rows]

    def _open(self, case_id: str, who: str, act: Act = Act.LOOKED) -> CaseDetail:
        with self._database.writing() as connection:
            row_of(connection, case_id)
            self._audit.append(connection, who, act, case_id)
            return self._detail(connection, case_id)

    def _open_copy(self, case_id: str, copy_id: str, who: str, page: int | None) -> StoredCopy:
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            place, pdf = read_copy(connection, data_key(self._keyring, row), case_id, copy_id)
            looked = f"copy:{place + 1}" + (f".{page}" if page else "")
            self._audit.append(connection, who, Act.LOOKED, case_id, looked)
        return StoredCopy(f"{row['number']}-Kopie-{place + 1}.pdf", pdf)

    def _complete_copy(self, case_id: str, copy: HeldCopy) -> None:
        with self._database.writing() as connection:
            row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
            if row is not None:
                complete_copy(connection, data_key(self._keyring, row), case_id, copy)

    def _mark_printed(self, case_id: str, who: str) -> None:
        with self._database.writing() as connection:
            row_of(connection, case_id)
            # no new version: a printed ticket must not make a clerk's decision stale
            connection.execute(update(cases).where(cases.c.id == case_id).values(printed=True))
            self._audit.append(connection, who, Act.PRINTED, case_id)

    def _delete_old(self, days: int) -> int:
        if days < 1:
            raise ValueError("cases are kept for at least one day after they are closed")
        now = self._clock()
        old = stamp(now - timedelta(days=days))
        with self._database.writing() as connection:
            gone = cases.c.state.in_([state.value for state in CLOSED]) & (cases.c.changed <= old)
            ids = list(connection.execute(select(cases.c.id).where(gone).order_by(cases.c.id)).scalars())
            for case_id in ids:
                self._audit.append(connection, "Aufbewahrungsfrist", Act.DELETED, case_id)
            delete_copies(connection, ids)
            for part in (case_checks, case_notes):
                for case_id in ids:
                    connection.execute(delete(part).where(part.c.case_id == case_id))
            connection.execute(delete(cases).where(gone))
            counters_from = (now - _COUNTERS_KEPT).date().isoformat()
            connection.execute(delete(ticket_counters).where(ticket_counters.c.day < counters_from))
            connection.execute(delete(queue_tickets).where(queue_tickets.c.created <= old))
            connection.execute(delete(calls).where(calls.c.day < counters_from))
            yesterday = stamp(now - timedelta(days=1))
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last <= yesterday))
        if ids:
            self._database.forget_deleted()
        return len(ids)


def _new_reference() -> str:
    """80 random bits as four groups of base32, fit for a QR code's alphanumeric mode."""
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
