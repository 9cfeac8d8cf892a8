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
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from robot.cases.copies import (
    CopyDesk,
    HeldCopy,
    StoredCopy,
    complete_copy,
    copy_rows,
    delete_copies,
    insert_copy,
    read_copy,
)
from robot.cases.crypto import Keyring, WrappedKey, new_data_key, seal, unseal
from robot.cases.database import Clock, Database, StoreError, stamp, utc_now
from robot.cases.model import CaseDraft, CaseRef, CaseState
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import cases, queue_tickets, sign_in_failures, ticket_counters
from robot.queueing.tickets import Series, allocate
from robot.staff.audit import Act, AuditLog
from robot.web.staff_view import CaseDetail, CaseEvent, CaseRow, StateChange

_VISIT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CLOSED_SHOWN = timedelta(hours=24)
_COUNTERS_KEPT = timedelta(days=30)

_NEXT: Final = {
    CaseState.WAITING: {CaseState.CALLED, CaseState.DONE, CaseState.RETURNED},
    CaseState.CALLED: {CaseState.WAITING, CaseState.DONE, CaseState.RETURNED},
    CaseState.DONE: {CaseState.CALLED, CaseState.RETURNED},
    CaseState.RETURNED: {CaseState.WAITING, CaseState.CALLED},
}
_STATE_NAMES: Final = {
    CaseState.WAITING: "wartet",
    CaseState.CALLED: "aufgerufen",
    CaseState.DONE: "erledigt",
    CaseState.RETURNED: "zurückgegeben",
}
_ACT_NAMES: Final = {
    Act.HANDED_OVER: "übergeben",
    Act.LOOKED: "angesehen",
    Act.STATE: "Stand geändert",
    Act.PRINTED: "Wartenummer gedruckt",
    Act.DELETED: "gelöscht",
}


class CaseUnknown(LookupError):
    """There is no such case (any more). The message is for the clerk."""

    def __init__(self) -> None:
        super().__init__("Diesen Vorgang gibt es nicht oder nicht mehr.")


class Conflict(Exception):
    """Somebody else changed the case since it was looked at. The message is for the clerk."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"Der Vorgang wurde inzwischen geändert (von {by}). Bitte sehen Sie ihn sich noch einmal an."
        )


class ChangeRefused(ValueError):
    """This change of state is not possible. The message is for the clerk."""


@dataclass(frozen=True)
class Slip:
    """What a printed ticket needs; no personal data. `bring`: labels of the documents."""

    ref: CaseRef
    service: str
    service_label: str
    language: str
    bring: tuple[str, ...]


class CaseStore(StorePart):
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
        super().__init__(database, clock=clock, on_change=on_change)
        self._keyring = keyring
        self._audit = audit
        self._zone = zone
        self._kiosk = kiosk
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

    async def open_copy(self, case_id: str, copy_id: str, who: str) -> StoredCopy:
        """A copy for a clerk; without the entry in the audit log there is no look.

        Raises CaseUnknown, CopyUnknown.
        """
        return await asyncio.to_thread(self._open_copy, case_id, copy_id, who)

    async def change_state(self, case_id: str, change: StateChange, who: str) -> CaseRow:
        """Call, finish or return a case. Raises CaseUnknown, Conflict (old version), ChangeRefused."""
        return await self._changing(self._change_state, case_id, change, who)

    async def mark_printed(self, case_id: str, who: str) -> None:
        """The ticket was printed (again). Raises CaseUnknown."""
        await self._changing(self._mark_printed, case_id, who)

    async def delete_old(self, days: int) -> int:
        """Delete cases that were done or returned `days` ago or earlier; how many."""
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
                return _to_ref(row)
            now = self._clock()
            case_id = secrets.token_hex(12)
            data_key = new_data_key()
            # wrapped inside the transaction: a rotation that runs beside sees this case or is seen by it
            wrapped = self._keyring.wrap(data_key, case_id)
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
                    sealed=seal(data_key, draft.model_dump_json().encode(), "case", case_id),
                    sealed_reason=None,
                )
            )
            for copy in copies:
                insert_copy(connection, data_key, case_id, copy, now)
            self._audit.append(connection, self._kiosk, Act.HANDED_OVER, case_id)
            return _to_ref(_row(connection, case_id))

    def _ref(self, case_id: str) -> CaseRef:
        with self._database.reading() as connection:
            return _to_ref(_row(connection, case_id))

    def _slip(self, case_id: str) -> Slip:
        # a writing transaction: a key rotation beside must not drop the row's key between the two lines
        with self._database.writing() as connection:
            row = _row(connection, case_id)
            draft = self._unseal(row)
        return Slip(
            ref=_to_ref(row),
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
        shown = or_(
            cases.c.state.in_([CaseState.WAITING.value, CaseState.CALLED.value]),
            cases.c.changed >= stamp(self._clock() - _CLOSED_SHOWN),
        )
        with self._database.reading() as connection:
            rows = connection.execute(
                select(cases).where(shown).order_by(cases.c.created, cases.c.number)
            ).mappings()
            return [_to_row(row) for row in rows]

    def _open(self, case_id: str, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = _row(connection, case_id)
            draft = self._unseal(row)
            self._audit.append(connection, who, Act.LOOKED, case_id)
            copies = copy_rows(connection, self._data_key(row), case_id, self._clock())
            trail = [_to_event(entry) for entry in self._audit.about(connection, case_id)]
        return CaseDetail(
            row=_to_row(row, self._reason(row)),
            fields=list(draft.fields),
            documents=list(draft.documents),
            counter=list(draft.counter),
            fees=list(draft.fees),
            total_cents=sum(fee.cents for fee in draft.fees),
            notes=list(draft.notes),
            language=draft.language,
            copies=copies,
            trail=trail,
        )

    def _open_copy(self, case_id: str, copy_id: str, who: str) -> StoredCopy:
        with self._database.writing() as connection:
            row = _row(connection, case_id)
            place, pdf = read_copy(connection, self._data_key(row), case_id, copy_id)
            self._audit.append(connection, who, Act.LOOKED, case_id, f"copy:{place + 1}")
        return StoredCopy(f"{row['number']}-Kopie-{place + 1}.pdf", pdf)

    def _complete_copy(self, case_id: str, copy: HeldCopy) -> None:
        with self._database.writing() as connection:
            row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
            if row is not None:
                complete_copy(connection, self._data_key(row), case_id, copy)

    def _change_state(self, case_id: str, change: StateChange, who: str) -> CaseRow:
        reason = change.reason.strip()
        if change.state is CaseState.RETURNED and not reason:
            raise ChangeRefused("Bitte nennen Sie einen Grund, warum der Vorgang zurückgegeben wird.")
        with self._database.writing() as connection:
            row = _row(connection, case_id)
            if row["version"] != change.version:
                raise Conflict(row["changed_by"] or self._kiosk)
            before = CaseState(row["state"])
            if change.state not in _NEXT[before]:
                raise ChangeRefused(
                    f"Der Vorgang ist „{_STATE_NAMES[before]}“ und kann nicht "
                    f"„{_STATE_NAMES[change.state]}“ werden."
                )
            version = row["version"] + 1
            sealed_reason = None
            if reason:
                sealed_reason = seal(self._data_key(row), reason.encode(), "reason", case_id, str(version))
            connection.execute(
                update(cases)
                .where(cases.c.id == case_id)
                .values(
                    state=change.state.value,
                    version=version,
                    changed=stamp(self._clock()),
                    changed_by=who,
                    sealed_reason=sealed_reason,
                )
            )
            self._audit.append(connection, who, Act.STATE, case_id, f"{before.value}>{change.state.value}")
            return _to_row(_row(connection, case_id), reason)

    def _mark_printed(self, case_id: str, who: str) -> None:
        with self._database.writing() as connection:
            _row(connection, case_id)
            # no new version: a printed ticket must not make a clerk's decision stale
            connection.execute(update(cases).where(cases.c.id == case_id).values(printed=True))
            self._audit.append(connection, who, Act.PRINTED, case_id)

    def _delete_old(self, days: int) -> int:
        if days < 1:
            raise ValueError("cases are kept for at least one day after they are closed")
        now = self._clock()
        old = stamp(now - timedelta(days=days))
        with self._database.writing() as connection:
            gone = cases.c.state.in_([CaseState.DONE.value, CaseState.RETURNED.value]) & (
                cases.c.changed <= old
            )
            ids = list(connection.execute(select(cases.c.id).where(gone).order_by(cases.c.id)).scalars())
            for case_id in ids:
                self._audit.append(connection, "Aufbewahrungsfrist", Act.DELETED, case_id)
            delete_copies(connection, ids)
            connection.execute(delete(cases).where(gone))
            counters_from = (now - _COUNTERS_KEPT).date().isoformat()
            connection.execute(delete(ticket_counters).where(ticket_counters.c.day < counters_from))
            connection.execute(delete(queue_tickets).where(queue_tickets.c.created <= old))
            yesterday = stamp(now - timedelta(days=1))
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last <= yesterday))
        if ids:
            self._database.forget_deleted()
        return len(ids)

    def _data_key(self, row: RowMapping) -> bytes:
        return self._keyring.unwrap(WrappedKey(row["key_id"], row["wrapped_key"]), row["id"])

    def _unseal(self, row: RowMapping) -> CaseDraft:
        plain = unseal(self._data_key(row), row["sealed"], "case", row["id"])
        try:
            return CaseDraft.model_validate_json(plain)
        except ValidationError:  # its text would quote the values
            raise StoreError(
                f"The case {row['id']} was written by another version: open it with that version."
            ) from None

    def _reason(self, row: RowMapping) -> str:
        if row["sealed_reason"] is None:
            return ""
        return unseal(
            self._data_key(row), row["sealed_reason"], "reason", row["id"], str(row["version"])
        ).decode()


def _new_reference() -> str:
    """80 random bits as four groups of base32, fit for a QR code's alphanumeric mode."""
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _row(connection: Connection, case_id: str) -> RowMapping:
    row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    if row is None:
        raise CaseUnknown
    return row


def _to_ref(row: RowMapping) -> CaseRef:
    return CaseRef(
        id=row["id"],
        reference=row["reference"],
        number=row["number"],
        created=datetime.fromisoformat(row["created"]),
        state=CaseState(row["state"]),
    )


def _to_row(row: RowMapping, reason: str = "") -> CaseRow:
    return CaseRow(
        id=row["id"],
        number=row["number"],
        service=row["service_label"],
        state=CaseState(row["state"]),
        created=row["created"],
        changed=row["changed"],
        version=row["version"],
        by=row["changed_by"],
        reason=reason,
        printed=row["printed"],
    )


def _to_event(entry: RowMapping) -> CaseEvent:
    detail = str(entry["detail"])
    if entry["what"] == Act.STATE:
        before, after = detail.split(">")
        detail = f"{_STATE_NAMES[CaseState(before)]} → {_STATE_NAMES[CaseState(after)]}"
    what = Act(entry["what"])
    if what is Act.LOOKED and detail.startswith("copy:"):
        detail = f"Kopie {detail.removeprefix('copy:')}"
    return CaseEvent(at=entry["at"], who=entry["who"], what=_ACT_NAMES.get(what, what.value), detail=detail)
