"""The samples that the pages are developed against are what the robot can send."""

import subprocess
from typing import get_args

from pydantic import BaseModel

from robot.web.schema import schema
from robot.web.view import AnyPanel, FormField, FormPanel, KioskView
from tests.kiosk_ui.samples import ROOT, kiosk_screens, sample_base, sample_parts
from tests.kiosk_ui.stand_in import staff_samples


def test_every_kind_of_panel_has_a_sample_that_the_robot_can_send():
    kinds = {panel.model_fields["kind"].default for panel in get_args(AnyPanel)}
    assert {view.panel.kind for view in kiosk_screens().values()} == kinds


def options(model: type[BaseModel], field: str) -> set[str]:
    return set(get_args(model.model_fields[field].annotation))


def test_every_state_every_face_and_every_way_to_enter_a_value_has_a_sample():
    views = kiosk_screens().values()
    assert {view.state for view in views} == options(KioskView, "state")
    assert {view.face for view in views} == options(KioskView, "face")
    assert {view.gaze for view in views} == options(KioskView, "gaze")
    forms = [view.panel for view in views if isinstance(view.panel, FormPanel)]
    fields = [field for form in forms for group in form.groups for field in group.fields]
    assert {field.widget for field in fields} == options(FormField, "widget")
    assert any(view.private for view in views)


def test_the_samples_hold_nothing_that_the_robot_would_not_send():
    for name, view in kiosk_screens().items():
        whole = sample_base() | sample_parts()[name]
        assert view.model_dump(mode="json") == whole, "run `python -m tests.kiosk_ui.samples`"


def test_the_clerks_sample_is_a_view_that_the_robot_can_send():
    me, view, detail = staff_samples()
    assert me.csrf
    assert {row.state.value for row in view.cases} == {"waiting", "called", "done", "returned"}
    assert detail.total_cents == sum(fee.cents for fee in detail.fees)


def test_the_schema_names_every_message_of_both_pages():
    assert set(schema()["properties"]) == {
        *("KioskView", "ScreenEvent", "StaffView", "DisplayView", "Me", "Login", "SecondStep", "SignInOffer"),
        *("PasskeyChallenge", "OwnAccount", "TotpSecret", "RecoveryCodes", "SignedOut", "SetUpLink"),
        *("AccountRow", "AccountMade", "NewAccount", "AuditPage", "AuditResult", "Colleague"),
        *("CaseRow", "CaseDetail", "StateChange", "Versioned", "Tick", "NewNote", "Transfer"),
        *("CalledNext", "CallTicket", "NextCall", "TicketRow", "TicketChange"),
        *("MessageRow", "NewMessage", "NewClosing", "EmergencyRow", "NewEmergency", "ForgetKiosk"),
        *("TakeoverMessage", "ClerkDoing", "Signal", "FiguresReport", "ContentState", "ContentItem"),
        *("ContentDraft", "ContentChecked", "ContentPreview", "ContentQuestion", "ContentPointer"),
        *("ContentVersion", "ContentRestoring", "ContentImport", "ContentImported"),
    }


def test_the_pages_types_are_those_of_the_robots_models():
    check = subprocess.run(
        [ROOT / ".venv" / "bin" / "node", "scripts/types.mjs", "--check"],
        cwd=ROOT / "kiosk_ui",
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr
