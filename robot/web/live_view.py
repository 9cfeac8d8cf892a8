"""The live side of the clerk's page as data: alarms, and notices to all kiosks.

HTTP (JSON, session cookie, header `X-CSRF-Token` on every POST):
  POST /api/staff/alarms/{id}/acknowledge  {} → 204; 404 when it is over, 409 for a call for help
  POST /api/staff/emergency                NewEmergency → EmergencyRow
  POST /api/staff/emergency/withdraw       {} → 204
  POST /api/staff/kiosk/self-test          {} → 204 when it is done; 409 while somebody stands there
  POST /api/staff/kiosks/forget            ForgetKiosk → 204; 409 while it can be reached
Websocket /ws/staff: see `staff_view`.
"""

from __future__ import annotations

import enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Annotated[str, Field(pattern=r"^(leicht|en|tr|uk|ar|ru|pl|fr)$")]
Sentence = Annotated[str, Field(max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AlarmKind(enum.StrEnum):
    """What staff are called for."""

    EMERGENCY = "emergency"  # somebody before the kiosk is in danger
    HELP = "help"  # a citizen waits for a human
    DEVICE = "device"
    PAPER = "paper"
    KIOSK = "kiosk"  # out of order, or not to be reached
    STORE = "store"


class AlarmRow(_Model):
    """Something that somebody has to see to: no personal data.

    `subject`: the visit (emergency, help), the device, "low" or "out" (paper), "unreachable" or why it is
    out of order (kiosk). `address`: the staff page of the kiosk, "" for this one. `acknowledged_by`: who
    sees to it.
    """

    id: str
    kind: AlarmKind
    kiosk: str
    subject: str = ""
    since: str  # ISO 8601
    acknowledged_by: str = ""
    address: str = ""


class EmergencyKind(enum.StrEnum):
    """A notice to all kiosks; each but `OWN` has sentences in every language (`screen.emergency.*`)."""

    LEAVE = "leave"  # everybody has to leave the building
    CLOSING = "closing"  # the house closes earlier today
    TROUBLE = "trouble"  # the programs of the house do not work
    OWN = "own"


class EmergencyRow(_Model):
    """A notice that stands on every kiosk until it is withdrawn; `leave`: visits are over."""

    id: str
    kind: EmergencyKind
    text: str = ""
    translations: dict[str, str] = Field(default_factory=dict)
    leave: bool
    since: str  # ISO 8601
    by: str


class NewEmergency(_Model):
    """Tell all kiosks. `text` (German) and `translations` by language: own words only."""

    kind: EmergencyKind
    text: Sentence = ""
    translations: dict[Language, Sentence] = Field(default_factory=dict)
    leave: bool = False

    @model_validator(mode="after")
    def _words(self) -> NewEmergency:
        if self.kind is EmergencyKind.OWN and not self.text.strip():
            raise ValueError("own words are missing")
        return self


class ForgetKiosk(_Model):
    """A kiosk that is there no more."""

    kiosk: str = Field(min_length=1, max_length=40)


TestResult = Literal["", "passed", "warning", "failed", "absent"]
