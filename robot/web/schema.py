"""The JSON Schema of everything the two pages exchange with the robot, for the generator of their types.

`python -m robot.web.schema` prints it; `npm run types` in kiosk_ui/ turns it into TypeScript.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from robot.web.account_view import (
    AccountMade,
    AccountRow,
    AuditPage,
    AuditResult,
    NewAccount,
    OwnAccount,
    PasskeyChallenge,
    RecoveryCodes,
    SecondStep,
    SetUpLink,
    SignedOut,
    SignInOffer,
    TotpSecret,
)
from robot.web.case_view import (
    CalledNext,
    CallTicket,
    Colleague,
    DisplayView,
    NewNote,
    NextCall,
    Tick,
    TicketChange,
    Transfer,
    Versioned,
)
from robot.web.content_view import (
    Checked,
    ContentState,
    Draft,
    Import,
    Imported,
    Item,
    Pointer,
    Preview,
    Question,
    Restoring,
    VersionRow,
)
from robot.web.figures_view import FiguresReport
from robot.web.live_view import EmergencyRow, ForgetKiosk, NewEmergency
from robot.web.staff_view import (
    CaseDetail,
    CaseRow,
    Login,
    Me,
    MessageRow,
    NewClosing,
    NewMessage,
    StaffView,
    StateChange,
    TicketRow,
)
from robot.web.takeover_view import ClerkDoing, TakeoverMessage
from robot.web.view import KioskView, ScreenEvent, Signal

# What the robot sends is described as sent (a default is always there), what it receives as accepted.
SENT: tuple[tuple[str, Any], ...] = (
    ("KioskView", KioskView),
    ("StaffView", StaffView),
    ("CaseDetail", CaseDetail),
    ("CaseRow", CaseRow),
    ("TicketRow", TicketRow),
    ("CalledNext", CalledNext),
    ("Colleague", Colleague),
    ("DisplayView", DisplayView),
    ("Me", Me),
    ("SignInOffer", SignInOffer),
    ("SecondStep", SecondStep),
    ("SignedOut", SignedOut),
    ("PasskeyChallenge", PasskeyChallenge),
    ("OwnAccount", OwnAccount),
    ("TotpSecret", TotpSecret),
    ("RecoveryCodes", RecoveryCodes),
    ("AccountRow", AccountRow),
    ("AccountMade", AccountMade),
    ("SetUpLink", SetUpLink),
    ("AuditPage", AuditPage),
    ("AuditResult", AuditResult),
    ("MessageRow", MessageRow),
    ("ContentState", ContentState),
    ("ContentItem", Item),
    ("ContentChecked", Checked),
    ("ContentVersion", VersionRow),
    ("ContentPreview", Preview),
    ("ContentImported", Imported),
    ("EmergencyRow", EmergencyRow),
    ("TakeoverMessage", TakeoverMessage),
    ("FiguresReport", FiguresReport),
    ("Signal", Signal),
)
RECEIVED: tuple[tuple[str, Any], ...] = (
    ("ClerkDoing", ClerkDoing),
    ("ScreenEvent", ScreenEvent),
    ("Login", Login),
    ("ContentDraft", Draft),
    ("ContentQuestion", Question),
    ("ContentPointer", Pointer),
    ("ContentRestoring", Restoring),
    ("ContentImport", Import),
    ("StateChange", StateChange),
    ("Versioned", Versioned),
    ("Transfer", Transfer),
    ("Tick", Tick),
    ("NewNote", NewNote),
    ("NextCall", NextCall),
    ("CallTicket", CallTicket),
    ("TicketChange", TicketChange),
    ("NewMessage", NewMessage),
    ("NewAccount", NewAccount),
    ("NewClosing", NewClosing),
    ("NewEmergency", NewEmergency),
    ("ForgetKiosk", ForgetKiosk),
)


class _Wire(GenerateJsonSchema):
    """As on the wire: what has a default is sent nevertheless; no title per field, each would be a type."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        always = self.mode == "serialization" or field["schema"].get("schema", {}).get("type") == "literal"
        return always or super().field_is_required(field, total)


def schema() -> dict[str, Any]:
    """One object schema with a property per root type; the models are in `$defs`."""
    inputs: list[tuple[str, Literal["serialization", "validation"], TypeAdapter[Any]]] = [
        *((name, "serialization", TypeAdapter(kind)) for name, kind in SENT),
        *((name, "validation", TypeAdapter(kind)) for name, kind in RECEIVED),
    ]
    roots, shared = TypeAdapter.json_schemas(inputs, schema_generator=_Wire)
    return {
        "title": "Contract",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, _ in roots],
        "properties": {name: body for (name, _), body in roots.items()},
        "$defs": shared["$defs"],
    }


def main() -> None:
    """Prints the schema."""
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
