"""Working a case as data: what the desk asks for, and what the monitor in the lobby shows.

HTTP (below /api/staff/, JSON, see `staff_view`; each look and each change is audited):
  GET  cases/{id}                          → CaseDetail
  GET  cases/{id}/copies/{id}              → application/pdf
  GET  cases/{id}/copies/{id}/pages/{n}    → image/png
  GET  cases/{id}/summary                  → application/pdf
  POST cases/{id}/state      StateChange   → CaseRow; 409 old version or somebody else's, 422 not possible
  POST cases/{id}/claim      Versioned     → CaseDetail
  POST cases/{id}/release    Versioned     → CaseDetail
  POST cases/{id}/transfer   Transfer      → CaseDetail
  POST cases/{id}/take-away  Versioned     → CaseDetail; a lead frees what somebody else works
  POST cases/{id}/approve    Versioned     → CaseDetail; the second pair of eyes
  POST cases/{id}/checks     Tick          → CaseDetail
  POST cases/{id}/notes      NewNote       → CaseDetail
  POST cases/{id}/print                    → 204; 503 when the printer cannot
  GET  colleagues                          → [Colleague]
  POST queue/next            NextCall      → CalledNext; 404 when nobody waits
  POST tickets/{id}/call     CallTicket    → TicketRow
  POST tickets/{id}/state    TicketChange  → TicketRow
Websocket /ws/display (no sign-in): the server sends `DisplayView` at once and after every change.
"""

from __future__ import annotations

import enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Where a number is called to: "Platz 3", "Zimmer 1.07".
Place = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[\w .,/&()-]*$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DifferenceKind(enum.StrEnum):
    """How a value differs from what was read: only `CHANGED` is worth a second look."""

    CHANGED = "changed"
    SPELLING = "spelling"  # MUELLER and Müller: the zone has A to Z only
    CUT = "cut"  # the zone had no room for the whole name
    FORMAT = "format"  # the same day or number, written differently


class Segment(_Model):
    """A piece of a value; `changed`: it is not in the other one."""

    text: str
    changed: bool


class FieldDifference(_Model):
    """A field whose value is not what was read; both in pieces, to be drawn under each other."""

    field: str
    kind: DifferenceKind
    value: list[Segment]
    original: list[Segment]


class CheckRow(_Model):
    """A tick at the counter. `item`: document:<id> or counter:<id>."""

    item: str
    by: str
    at: str  # ISO 8601


class NoteRow(_Model):
    """What a clerk wrote down for the next."""

    id: str
    by: str
    at: str  # ISO 8601
    text: str


class Colleague(_Model):
    """Somebody to whom a case can be given; `here`: signed in now."""

    id: str
    name: str
    here: bool


class Versioned(_Model):
    """A change to the case as it was looked at."""

    version: Version


class Transfer(_Model):
    """Give the case to a colleague. `to`: the account's id; `note`: for the colleague, "" for none.

    `key`: made by the page, so that the note is saved once however often it is sent.
    """

    to: _Id
    note: _Text = ""
    key: _Id
    version: Version


class Tick(_Model):
    """Tick something off, or take the tick back."""

    item: Annotated[str, StringConstraints(pattern=r"^(document|counter):[a-z0-9_]{1,60}$")]
    ticked: bool


class NewNote(_Model):
    """A note. `key`: made by the page, so that it is saved once however often it is sent."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,40}$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class NextCall(_Model):
    """Call whoever waits longest. `services`: ids of those that this desk serves, none for all."""

    place: Place = ""
    services: Annotated[list[_Id], Field(max_length=50)] = Field(default_factory=list)


class CalledNext(_Model):
    """Who was called; `id` of the case or the ticket."""

    kind: Literal["case", "ticket"]
    id: str
    number: str


class CallTicket(_Model):
    """Call a plain number (again)."""

    place: Place = ""


class TicketState(enum.StrEnum):
    """Where a plain number stands."""

    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    MISSED = "missed"


class TicketChange(_Model):
    """What became of a plain number; `was`: as the clerk saw it."""

    state: TicketState
    was: TicketState


class DisplayCall(_Model):
    """A number that was called. `id` grows with every call."""

    id: int
    number: str
    place: str
    at: str  # ISO 8601


class DisplayView(_Model):
    """The monitor in the lobby: the last calls of today, the newest first."""

    seq: int
    town: str
    calls: list[DisplayCall]
