"""Rows of the cases' table as the clerk's page and the citizen's slip have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, select

from robot.cases.copies import copy_rows
from robot.cases.crypto import Keyring, WrappedKey, unseal
from robot.cases.database import StoreError
from robot.cases.differences import differences
from robot.cases.model import CaseDraft, CaseRef, CaseState
from robot.cases.tables import case_checks, case_notes, cases, staff
from robot.staff.audit import Act
from robot.web.case_view import CheckRow, NoteRow
from robot.web.staff_view import CaseDetail, CaseEvent, CaseRow

STATE_NAMES: Final = {
    CaseState.WAITING: "wartet",
    CaseState.CALLED: "aufgerufen",
    CaseState.WORKING: "in Arbeit",
    CaseState.TRANSFERRED: "weitergegeben",
    CaseState.APPROVAL: "wartet auf Freigabe",
    CaseState.DONE: "erledigt",
    CaseState.RETURNED: "zurückgegeben",
    CaseState.MISSED: "nicht erschienen",
}
_ACT_NAMES: Final = {
    Act.HANDED_OVER: "übergeben",
    Act.LOOKED: "angesehen",
    Act.STATE: "Stand geändert",
    Act.PRINTED: "Wartenummer gedruckt",
    Act.DELETED: "gelöscht",
    Act.CLAIMED: "in Arbeit genommen",
    Act.RELEASED: "freigegeben",
    Act.TRANSFERRED: "weitergegeben",
    Act.TAKEN_AWAY: "weggenommen",
    Act.APPROVED: "zweite Prüfung bestanden",
    Act.TICKED: "geprüft",
    Act.UNTICKED: "Haken entfernt",
    Act.NOTED: "Notiz geschrieben",
    Act.SUMMARISED: "Zusammenfassung geöffnet",
}


class CaseUnknown(LookupError):
    """There is no such case (any more). The message is for the clerk, in German and in English."""

    english = "This case does not exist, or not any more."

    def __init__(self) -> None:
        super().__init__("Diesen Vorgang gibt es nicht oder nicht mehr.")


def row_of(connection: Connection, case_id: str) -> RowMapping:
    """A case's row. Raises CaseUnknown."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    if row is None:
        raise CaseUnknown
    return row


def to_ref(row: RowMapping) -> CaseRef:
    """What the citizen takes away."""
    return CaseRef(
        id=row["id"],
        reference=row["reference"],
        number=row["number"],
        created=datetime.fromisoformat(row["created"]),
        state=CaseState(row["state"]),
    )


def to_row(row: RowMapping, reason: str = "") -> CaseRow:
    """A line of the queue."""
    return CaseRow(
        id=row["id"],
        number=row["number"],
        service=row["service_label"],
        service_id=row["service"],
        state=CaseState(row["state"]),
        created=row["created"],
        changed=row["changed"],
        version=row["version"],
        by=row["changed_by"],
        reason=reason,
        printed=row["printed"],
        holder=row["holder"],
        place=row["place"],
        calls=row["calls"],
        called=row["called"],
        assigned=row["assigned"],
        four_eyes=row["four_eyes"],
        finished_by=row["finished_by"],
    )


def data_key(keyring: Keyring, row: RowMapping) -> bytes:
    """The key of a case. Raises SealError."""
    return keyring.unwrap(WrappedKey(row["key_id"], row["wrapped_key"]), row["id"])


def draft_of(keyring: Keyring, row: RowMapping) -> CaseDraft:
    """What the visit handed over. Raises SealError, StoreError."""
    plain = unseal(data_key(keyring, row), row["sealed"], "case", row["id"])
    try:
        return CaseDraft.model_validate_json(plain)
    except ValidationError:  # its text would quote the values
        raise StoreError(
            f"The case {row['id']} was written by another version: open it with that version."
        ) from None


def reason_of(keyring: Keyring, row: RowMapping) -> str:
    """Why the case was returned; "" for nothing."""
    if row["sealed_reason"] is None:
        return ""
    key = data_key(keyring, row)
    return unseal(key, row["sealed_reason"], "reason", row["id"], str(row["version"])).decode()


def detail_of(
    connection: Connection, keyring: Keyring, row: RowMapping, trail: Iterable[RowMapping], now: datetime
) -> CaseDetail:
    """The whole case; `trail`: its entries of the audit log."""
    draft, key = draft_of(keyring, row), data_key(keyring, row)
    ticks = connection.execute(select(case_checks).where(case_checks.c.case_id == row["id"])).mappings()
    notes = connection.execute(
        select(case_notes).where(case_notes.c.case_id == row["id"]).order_by(case_notes.c.place)
    ).mappings()
    names = {one.id: one.name for one in connection.execute(select(staff.c.id, staff.c.name))}
    labels = {
        **{f"document:{document.id}": document.label for document in draft.documents},
        **{f"counter:{check.id}": check.label for check in draft.counter},
    }
    return CaseDetail(
        row=to_row(row, reason_of(keyring, row)),
        fields=list(draft.fields),
        differences=differences(draft.fields),
        documents=list(draft.documents),
        counter=list(draft.counter),
        checks=[CheckRow(item=tick["item"], by=tick["by"], at=tick["at"]) for tick in ticks],
        fees=list(draft.fees),
        total_cents=sum(fee.cents for fee in draft.fees),
        notes=list(draft.notes),
        clerks_notes=[
            NoteRow(
                id=note["id"],
                by=note["by"],
                at=note["at"],
                text=unseal(key, note["sealed"], "note", row["id"], note["id"]).decode(),
            )
            for note in notes
        ],
        language=draft.language,
        copies=copy_rows(connection, key, row["id"], now),
        trail=[_to_event(entry, names, labels) for entry in trail],
    )


def _to_event(entry: RowMapping, names: dict[str, str], labels: dict[str, str]) -> CaseEvent:
    what, detail = Act(entry["what"]), str(entry["detail"])
    if what is Act.STATE:
        before, after = detail.split(">")
        detail = f"{STATE_NAMES[CaseState(before)]} → {STATE_NAMES[CaseState(after)]}"
    elif what is Act.LOOKED and detail.startswith("copy:"):
        copy, _, page = detail.removeprefix("copy:").partition(".")
        detail = f"Kopie {copy}" + (f", Seite {page}" if page else "")
    elif what in (Act.TICKED, Act.UNTICKED):
        detail = labels.get(detail, detail)
    elif what in (Act.TRANSFERRED, Act.TAKEN_AWAY):
        detail = names.get(detail, "")
    elif what is Act.CLAIMED:
        detail = ""
    elif what is Act.RELEASED:
        detail = "Anmeldung beendet" if detail == "session" else ""
    return CaseEvent(
        at=entry["at"],
        who=entry["who"],
        what=_ACT_NAMES.get(what, what.value),
        detail=detail,
        act=what.value,
        states=str(entry["detail"]) if what is Act.STATE else "",
    )
