"""The clerk's page as data: what the staff channel and the staff API exchange.

HTTP (JSON, session cookie `lotse_session`, header `X-CSRF-Token` on every POST):
  …    /api/staff/login, me, logout, self, accounts, audit: see `account_view`
  …    /api/staff/cases, queue, tickets  see `case_view`
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
from robot.web.case_view import CheckRow, FieldDifference, NoteRow, Place, TicketState, Version
from robot.web.live_view import AlarmRow, EmergencyRow, TestResult


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Login(_Model):
    """Sign-in request."""

    name: str = Field(max_length=80)
    password: str = Field(max_length=200)


class Me(_Model):
    """Who is signed in; `csrf` goes into the X-CSRF-Token header.

    `limited`: a second factor has to be set up before anything else is allowed.
    """

    name: str
    role: Role
    rights: list[Right]
    csrf: str
    account: str = ""
    limited: bool = False


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
    help_since: str = ""  # ISO 8601
    understood: float | None = None  # share of what was said, 0..1; None: nothing was said yet
    taken_by: str = ""  # the clerk who talks to the citizen instead of the machine
    urgent: bool = False  # somebody is in danger


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
    service_id: str = ""
    holder: str = ""  # clerk who works it now
    place: str = ""  # counter to which it was called last
    calls: int = 0
    called: str | None = None  # ISO 8601, the first call
    assigned: str = ""  # colleague to whom it was given
    four_eyes: bool = False
    finished_by: str = ""  # waits for the approval of another


class TicketRow(_Model):
    """A plain queue number of today, without a case."""

    number: str
    service: str
    created: str  # ISO 8601
    id: str = ""
    service_id: str = ""
    state: TicketState = TicketState.WAITING
    place: str = ""
    calls: int = 0
    called: str | None = None  # ISO 8601, the first call
    by: str = ""  # clerk who called it


class DeviceRow(_Model):
    """A device and how it is. `paper`: ok, low, out or unknown, printers only; `test`: the last self-test."""

    name: str
    label: str
    state: str
    detail: str = ""
    paper: str = ""
    tested: str = ""  # ISO 8601
    test: TestResult = ""


class KioskState(enum.StrEnum):
    """How a kiosk is."""

    OPEN = "open"
    CLOSED = "closed"  # by the staff
    OUT_OF_ORDER = "out_of_order"
    OFF = "off"  # switched off as it should be
    UNREACHABLE = "unreachable"


class KioskRow(_Model):
    """One kiosk of the town. `here`: the one that this page comes from; `cause`: why it serves nobody."""

    name: str
    here: bool = False
    address: str = ""  # of its staff page
    state: KioskState
    cause: str = ""
    seen: str  # ISO 8601
    visits: list[VisitRow] = Field(default_factory=list)
    devices: list[DeviceRow] = Field(default_factory=list)


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
    """One line of a case's audit trail; `act` and `states` ("waiting>called") for other languages."""

    at: str
    who: str
    what: str
    detail: str = ""
    act: str = ""
    states: str = ""


class CaseDetail(_Model):
    """A whole case, unsealed for the clerk who looks."""

    row: CaseRow
    fields: list[FieldValue]
    differences: list[FieldDifference] = Field(default_factory=list)
    documents: list[Document]
    counter: list[Counter] = Field(default_factory=list)
    checks: list[CheckRow] = Field(default_factory=list)
    fees: list[Fee]
    total_cents: int
    notes: list[str]
    clerks_notes: list[NoteRow] = Field(default_factory=list)
    language: str
    copies: list[CopyRow] = Field(default_factory=list)
    trail: list[CaseEvent]


class StateChange(_Model):
    """A clerk's decision about a case's state; `reason` is required for returned, `place` for a call."""

    state: CaseState
    reason: str = Field(default="", max_length=500)
    version: Version
    place: Place = ""


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
    kiosks: list[KioskRow] = Field(default_factory=list)
    alarms: list[AlarmRow] = Field(default_factory=list)
    emergency: EmergencyRow | None = None
