"""The clerk's page as data: what the staff channel and the staff API exchange.

HTTP (JSON, session cookie `lotse_session`, header `X-CSRF-Token` on every POST):
  POST /api/staff/login {name, password} → Me; 401 {detail}
  POST /api/staff/logout                 → 204
  GET  /api/staff/me                     → Me; 401
  GET  /api/staff/cases/{id}             → CaseDetail (each look is audited)
  GET  /api/staff/cases/{id}/copies/{id} → application/pdf (each look is audited)
  POST /api/staff/cases/{id}/state       {state, reason, version} → CaseRow; 409 when `version` is old
  POST /api/staff/cases/{id}/print       → 204; 503 {detail} when the printer cannot
  POST /api/staff/visits/{id}/help       {} → 204: "I am coming", shown on the kiosk
  POST /api/staff/messages               NewMessage → MessageRow; 422 {detail} when it cannot be shown
  POST /api/staff/messages/{id}/remove   {} → 204
  POST /api/staff/kiosk/close            NewClosing → 204; 403 {detail}: administrators only
  POST /api/staff/kiosk/open             {} → 204; 403 {detail}: administrators only
Websocket /ws/staff: the server sends `StaffView` at once and after every change.
Errors are `{"detail": "one German sentence"}`.
"""

from __future__ import annotations

import enum
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from robot.cases.model import CaseState, Counter, Document, Fee, FieldValue
from robot.staff.rights import Right, Role


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Login(_Model):
    """Sign-in request."""

    name: str = Field(max_length=80)
    password: str = Field(max_length=200)


class Me(_Model):
    """Who is signed in; `csrf` goes into the X-CSRF-Token header."""

    name: str
    role: Role
    rights: list[Right]
    csrf: str


class VisitRow(_Model):
    """A running visit: no personal data."""

    id: str
    kiosk: str
    service: str
    step: str
    language: str
    started: str  # ISO 8601
    needs_help: bool
    help_reason: str = ""
    help_accepted_by: str = ""


class CaseRow(_Model):
    """A line of the queue: no personal data."""

    id: str
    number: str
    service: str
    state: CaseState
    created: str  # ISO 8601
    changed: str
    version: int
    by: str = ""  # clerk who changed it last
    reason: str = ""
    printed: bool = False


class TicketRow(_Model):
    """A plain queue number of today, without a case."""

    number: str
    service: str
    created: str  # ISO 8601


class DeviceRow(_Model):
    """A device and how it is."""

    name: str
    label: str
    state: str
    detail: str = ""


class ShredRow(_Model):
    """Proof that a visit's personal data is gone: no personal data."""

    visit: str
    ended: str
    outcome: str
    wiped: list[str]


class Cause(enum.StrEnum):
    """Why the staff close a kiosk; each has a sentence in every language (`screen.closed.cause.*`)."""

    MAINTENANCE = "maintenance"
    EVENT = "event"
    PAUSE = "pause"


class MessageRow(_Model):
    """A message of the staff on the first screen; `first`, `last`: days on which it is shown, ISO 8601."""

    id: str
    text: str
    english: str = ""
    plain: str = ""  # Leichte Sprache
    first: str
    last: str
    by: str


class NewMessage(_Model):
    """A message to show; days as YYYY-MM-DD."""

    text: str = Field(min_length=1, max_length=200)
    english: str = Field(default="", max_length=200)
    plain: str = Field(default="", max_length=200)
    first: date
    last: date


class ClosingRow(_Model):
    """The kiosk is closed by the staff; `note`: what they want to say beside the cause (German)."""

    cause: Cause
    note: str = ""
    since: str  # ISO 8601
    by: str


class NewClosing(_Model):
    """Close the kiosk."""

    cause: Cause
    note: str = Field(default="", max_length=200)


class CopyState(enum.StrEnum):
    """Whether a copy of a document is there."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class CopyRow(_Model):
    """A copy of a document in a case; `dpi`: what the camera resolved, the least of its pages."""

    id: str
    label: str
    identity: bool
    purpose: str
    pages: int
    dpi: int
    state: CopyState


class CaseEvent(_Model):
    """One line of a case's audit trail."""

    at: str
    who: str
    what: str
    detail: str = ""


class CaseDetail(_Model):
    """A whole case, unsealed for the clerk who looks."""

    row: CaseRow
    fields: list[FieldValue]
    documents: list[Document]
    counter: list[Counter] = Field(default_factory=list)
    fees: list[Fee]
    total_cents: int
    notes: list[str]
    language: str
    copies: list[CopyRow] = Field(default_factory=list)
    trail: list[CaseEvent]


class StateChange(_Model):
    """A clerk's decision about a case's state; `reason` is required for returned."""

    state: CaseState
    reason: str = Field(default="", max_length=500)
    version: int


class StaffView(_Model):
    """Everything the clerk's page shows live."""

    seq: int
    now: str
    town: str
    visits: list[VisitRow]
    cases: list[CaseRow]
    devices: list[DeviceRow]
    tickets: list[TicketRow] = Field(default_factory=list)
    shreds: list[ShredRow]
    messages: list[MessageRow] = Field(default_factory=list)
    closing: ClosingRow | None = None
