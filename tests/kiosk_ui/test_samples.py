"""The samples that the pages are developed against are what the robot can send."""

import json
import subprocess

from robot.web.schema import schema
from tests.kiosk_ui.stand_in import FIXTURES, ROOT, kiosk_screens, staff_samples


def test_every_sample_screen_is_a_view_that_the_robot_can_send():
    assert {view.panel.kind for view in kiosk_screens().values()} == {
        *(
            "welcome",
            "choices",
            "checklist",
            "consent",
            "camera",
            "chip",
            "form",
            "review",
            "ticket",
            "feedback",
            "info",
            "plan",
        )
    }


def test_every_state_and_every_face_of_the_screen_has_a_sample():
    views = kiosk_screens().values()
    assert {view.state for view in views} == {"idle", "visit", "goodbye", "out_of_order", "elsewhere"}
    assert {view.face for view in views} == {"idle", "listening", "thinking", "speaking", "looking", "sorry"}


def test_the_samples_hold_nothing_that_the_robot_would_not_send():
    samples = json.loads((FIXTURES / "kiosk.json").read_text(encoding="utf-8"))
    for name, view in kiosk_screens().items():
        assert view.model_dump(mode="json") == samples["base"] | samples["screens"][name]


def test_the_clerks_sample_is_a_view_that_the_robot_can_send():
    me, view, detail = staff_samples()
    assert me.csrf
    assert {row.state.value for row in view.cases} == {"waiting", "called", "done", "returned"}
    assert detail.total_cents == sum(fee.cents for fee in detail.fees)


def test_the_schema_names_every_message_of_both_pages():
    assert set(schema()["properties"]) == {
        *("KioskView", "StaffView", "CaseDetail", "CaseRow", "Me", "ScreenEvent", "Login", "StateChange")
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
