"""The desk's endpoints: who may do what with a case, call by number, copies, summary, and the monitor."""

from __future__ import annotations

import asyncio
import io
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import Table
from starlette.websockets import WebSocketDisconnect

from hardware.camera.copies import _pdf
from hardware.ports import DeviceError
from robot.cases import tables
from robot.cases.model import CaseRef, Counter
from robot.web.case_view import DisplayView
from robot.web.display import MOST, display_router, latest
from robot.web.routes import take_in
from robot.web.staff_view import CaseDetail
from tests.robot.cases.kit import PERSON, SERIAL, draft
from tests.robot.cases.test_copies import finished
from tests.robot.staff.test_web import BASE, PASSWORD, House, detail

DISPLAY = "ws://localhost:8040/ws/display"


class Office(House):
    """Two clerks and a lead, and the monitor."""

    def __init__(self, folder: Path, *, busy_s: float = 0.05) -> None:
        super().__init__(folder, busy_s=busy_s)
        take_in(self.app, display_router(self.office.calls, "Musterstadt", self.changed))

    def open(self) -> None:
        for name, role in (("Amt 33", "clerk"), ("Amt 34", "clerk"), ("Leitung", "lead")):
            self.call(self.office.accounts.add, name, PASSWORD, role)
        self.clerk = Browser(self, self.client, "Amt 33")
        self.colleague = Browser(self, self.another(), "Amt 34")
        self.lead = Browser(self, self.another(), "Leitung")

    def case(self, *, four_eyes: bool = False, copy: bytes = b"") -> CaseRef:
        one = draft().model_copy(
            update={"counter": (Counter(id="person", label="Person"),), "four_eyes": four_eyes}
        )

        async def hand_over() -> CaseRef:
            if copy:
                await finished(self.office, one.visit, copy)
            return await self.office.cases.hand_over(one)

        ref = self.call(hand_over)
        assert isinstance(ref, CaseRef)
        return ref


class Browser:
    """A signed-in member of staff."""

    def __init__(self, office: Office, client: TestClient, name: str) -> None:
        self.client = client
        self.name = name
        self.headers = office.sign_in(client, name)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/staff/{path}")

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/staff/{path}", json=body or {}, headers={**self.headers, **headers})

    def look(self, case: CaseRef) -> CaseDetail:
        return CaseDetail.model_validate(self.get(f"cases/{case.id}").json())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    built = Office(tmp_path)
    with built.client:
        built.open()
        yield built
    built.office.close()


def test_the_second_clerk_sees_who_has_a_case_and_cannot_change_it(office: Office) -> None:
    case = office.case()
    taken = office.clerk.post(f"cases/{case.id}/claim", {"version": 1})
    assert taken.json()["row"]["holder"] == "Amt 33"
    seen = office.colleague.look(case)
    assert (seen.row.holder, seen.row.state) == ("Amt 33", "working")
    refused = office.colleague.post(f"cases/{case.id}/state", {"state": "done", "version": seen.row.version})
    assert refused.status_code == 409
    assert (
        detail(refused) == "Der Vorgang ist in Arbeit bei Amt 33. Sie können ihn ansehen, aber nicht ändern."
    )
    english = {"Accept-Language": "en"}
    told = office.colleague.post(f"cases/{case.id}/claim", {"version": seen.row.version}, **english)
    assert detail(told) == "Amt 33 is working on this case. You can look at it, but not change it."
    assert office.colleague.post(f"cases/{case.id}/take-away", {"version": 2}).status_code == 403
    assert office.lead.post(f"cases/{case.id}/take-away", {"version": 2}).json()["row"]["holder"] == ""


def test_a_clerk_who_signs_out_leaves_no_case_behind(office: Office) -> None:
    case = office.case()
    office.clerk.post(f"cases/{case.id}/claim", {"version": 1})
    office.clerk.post("logout")
    row = office.colleague.look(case).row
    assert (row.holder, row.state) == ("", "waiting")


def test_a_session_that_has_run_out_frees_its_case_when_the_next_one_looks(office: Office) -> None:
    case = office.case()
    office.clerk.post(f"cases/{case.id}/claim", {"version": 1})
    office.seconds = 20 * 60
    office.colleague.get("me")
    office.seconds = 40 * 60
    row = office.colleague.look(case).row
    assert (row.holder, row.state) == ("", "waiting")
    assert office.colleague.post(f"cases/{case.id}/claim", {"version": row.version}).status_code == 200


def test_a_case_is_given_to_a_colleague_of_the_list(office: Office) -> None:
    case = office.case()
    known = office.clerk.get("colleagues").json()
    assert [(one["name"], one["here"]) for one in known] == [("Amt 34", True), ("Leitung", True)]
    given = {"to": known[0]["id"], "note": "Bitte weiter", "key": "0123456789ab", "version": 1}
    assert office.clerk.post(f"cases/{case.id}/transfer", given).json()["row"]["assigned"] == "Amt 34"
    assert office.colleague.look(case).clerks_notes[0].text == "Bitte weiter"


def test_one_click_calls_the_one_who_waits_longest(office: Office) -> None:
    first, _ = office.case(), office.case()
    called = office.clerk.post("queue/next", {"place": "Platz 3"})
    assert called.json() == {"kind": "case", "id": first.id, "number": "A-001"}
    office.colleague.post("queue/next", {"place": "Zimmer 1.07 (links)"})
    none = office.colleague.post("queue/next")
    assert (none.status_code, detail(none)) == (404, "Gerade wartet niemand auf Sie.")
    view = office.clerk.look(first).row
    assert (view.state, view.holder, view.place) == ("called", "Amt 33", "Platz 3")


def test_a_counter_is_a_short_name(office: Office) -> None:
    office.case()
    for place in ("Platz <3>", "x" * 41, "Platz\u202e3", "Platz\n3"):
        assert office.clerk.post("queue/next", {"place": place}).status_code == 422, place
    assert office.clerk.post("queue/next", {"place": " Müllerstr. 3, 1. OG "}).status_code == 200


def test_nothing_can_be_changed_without_a_trace(office: Office) -> None:
    """Every column that can change is changed through the API; each change has its entry in the log."""
    watched = (tables.cases, tables.queue_tickets, tables.case_checks, tables.case_notes, tables.calls)
    changed: set[str] = set()

    def columns() -> dict[str, list[tuple[Any, ...]]]:
        with office.office.database.reading() as connection:
            return {table.name: sorted(map(tuple, connection.execute(table.select()))) for table in watched}

    def entries() -> int:
        return int(office.call(asyncio.to_thread, office.office.audit.count))

    def differ(table: Table, before: list[Any], after: list[Any]) -> set[str]:
        keys = [column.name in {c.name for c in table.primary_key} for column in table.columns]
        old = {tuple(value for value, key in zip(row, keys, strict=True) if key): row for row in before}
        new = {tuple(value for value, key in zip(row, keys, strict=True) if key): row for row in after}
        found: set[str] = set()
        for key in old.keys() | new.keys():
            was, now = old.get(key), new.get(key)
            for index, column in enumerate(table.columns):
                if was is None or now is None or was[index] != now[index]:
                    found.add(f"{table.name}.{column.name}")
        return found

    def act(who: Browser, path: str, body: Any) -> Any:
        office.clock.turn(minutes=1)
        count, before = entries(), columns()
        answer = who.post(path, body)
        assert answer.status_code in (200, 204), (path, answer.text)
        after = columns()
        new = set[str]().union(*(differ(t, before[t.name], after[t.name]) for t in watched))
        assert new, f"{path} changes nothing"
        assert entries() > count, f"{path} changed {sorted(new)} without a trace"
        changed.update(new)
        return answer.json() if answer.status_code == 200 else None

    def version(case: CaseRef) -> dict[str, int]:
        return {"version": office.call(office.office.cases.list_rows)[order.index(case.id)].version}

    case, approved = office.case(), office.case(four_eyes=True)
    order = [case.id, approved.id]
    office.call(office.office.tickets.take, "visit-0001", "queue_ticket")
    colleague = office.clerk.get("colleagues").json()[0]["id"]
    at = f"cases/{case.id}"
    act(office.clerk, f"{at}/claim", version(case))
    act(office.clerk, f"{at}/checks", {"item": "counter:person", "ticked": True})
    act(office.clerk, f"{at}/checks", {"item": "counter:person", "ticked": False})
    act(office.clerk, f"{at}/notes", {"key": "0123456789ab", "text": "angerufen"})
    act(office.clerk, f"{at}/release", version(case))
    act(office.clerk, f"{at}/state", {"state": "called", "place": "Platz 3", **version(case)})
    act(office.lead, f"{at}/take-away", version(case))
    given = {"to": colleague, "note": "", "key": "ba9876543210", **version(case)}
    act(office.clerk, f"{at}/transfer", given)
    act(office.colleague, f"{at}/state", {"state": "returned", "reason": "Foto fehlt", **version(case)})
    act(office.colleague, f"{at}/state", {"state": "called", **version(case)})
    act(office.colleague, f"{at}/state", {"state": "done", **version(case)})
    act(office.clerk, f"{at}/print", {})
    four = f"cases/{approved.id}"
    act(office.clerk, f"{four}/state", {"state": "done", **version(approved)})
    act(office.colleague, f"{four}/approve", version(approved))
    act(office.clerk, "queue/next", {"place": "Platz 3"})
    act(office.clerk, "tickets/1/call", {"place": "Platz 4"})
    act(office.clerk, "tickets/1/state", {"state": "done", "was": "called"})

    made_once = {
        "cases": {"id", "visit", "reference", "number", "service", "service_label", "created", "four_eyes"}
        | {"key_id", "wrapped_key", "sealed"},
        "queue_tickets": {"id", "visit", "service", "day", "number", "created"},
    }
    can_change = {
        f"{table.name}.{column.name}"
        for table in watched
        for column in table.columns
        if column.name not in made_once.get(table.name, ())
    }
    assert changed == can_change
    assert office.call(office.office.audit.verify_audit) is None


def test_the_page_of_a_copy_is_a_picture_with_its_mark_and_each_look_is_in_the_trail(
    office: Office,
) -> None:
    sheet = np.full((1169, 827), 255, np.uint8)
    sheet[100:300, 100:700] = 0  # stands for the mark, which is part of the page
    case = office.case(copy=_pdf([sheet, sheet], 100))
    copy = office.clerk.look(case).copies[0].id
    answer = office.clerk.get(f"cases/{case.id}/copies/{copy}/pages/2")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["content-disposition"] == 'inline; filename="A-001-Kopie-1-Seite-2.png"'
    assert answer.headers["cache-control"] == "no-store"
    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    assert 1200 <= picture.width <= 1260, "A4 at 150 dpi"
    shades = np.asarray(picture)
    assert shades[300, 600] < 40 < 215 < shades[900, 600]
    last = office.clerk.look(case).trail[-2]
    assert (last.what, last.detail) == ("angesehen", "Kopie 1, Seite 2")
    for path in ("pages/3", "pages/99"):
        missing = office.clerk.get(f"cases/{case.id}/copies/{copy}/{path}")
        assert missing.status_code == 404, path
        assert "PDF" in detail(missing)
    for path in ("pages/0", "pages/x", "pages/1000"):
        assert office.clerk.get(f"cases/{case.id}/copies/{copy}/{path}").status_code == 422


def test_what_is_no_pdf_is_told_in_a_sentence(office: Office) -> None:
    case = office.case(copy=b"%PDF-nonsense")
    copy = office.clerk.look(case).copies[0].id
    answer = office.clerk.get(f"cases/{case.id}/copies/{copy}/pages/1")
    assert (answer.status_code, "PDF" in detail(answer)) == (404, True)
    assert not list(Path("/dev/shm").glob("lotse-copy-*")), "nothing of it is left"


def test_the_summary_is_a_pdf_with_all_of_the_case_and_a_neutral_envelope(
    office: Office, tmp_path: Path
) -> None:
    case = office.case()
    office.clerk.post(f"cases/{case.id}/checks", {"item": "counter:person", "ticked": True})
    office.clerk.post(
        f"cases/{case.id}/notes", {"key": "0123456789ab", "text": "Łucja Ağaoğlu <ruft> & kommt – ẞ €"}
    )
    answer = office.clerk.get(f"cases/{case.id}/summary")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == 'inline; filename="A-001-Zusammenfassung.pdf"'
    file = tmp_path / "summary.pdf"
    file.write_bytes(answer.content)

    def run(*command: str) -> str:
        return subprocess.run([*command], check=True, capture_output=True, text=True).stdout

    assert shutil.which("pdftotext"), "poppler-utils stands in requirements/apt.txt"
    text = " ".join(run("pdftotext", "-layout", str(file), "-").split())
    for word in (*PERSON, "Łucja Ağaoğlu <ruft> & kommt – ẞ €", "46,00 €", "61,00 €", "Musterstadt"):
        assert word in text, word
    assert "geprüft: Amt 33" in text
    about = run("pdfinfo", str(file))
    assert "Zusammenfassung eines Vorgangs" in about
    assert not [word for word in (*PERSON, SERIAL, "A-001", "Amt 33") if word in about]
    fonts = run("pdffonts", str(file)).splitlines()[2:]
    assert fonts
    assert all("DejaVu" in font and " yes " in font for font in fonts), fonts
    assert office.clerk.look(case).trail[-2].what == "Zusammenfassung geöffnet"
    assert office.clerk.get("cases/0000/summary").status_code == 404


def test_nonsense_is_refused_in_a_sentence_that_repeats_nothing(office: Office) -> None:
    case = office.case()
    key = {"key": "0123456789ab"}
    for path, body in (
        ("claim", {"version": 0}),
        ("claim", {"version": 10**20}),
        ("claim", {}),
        ("checks", {"item": "MUSTERMANN", "ticked": True}),
        ("checks", {"item": "document:photo", "ticked": "MUSTERMANN"}),
        ("checks", {"item": "document:" + "x" * 90, "ticked": True}),
        ("notes", {"key": "short", "text": "MUSTERMANN"}),
        ("notes", {"text": "  ", **key}),
        ("notes", {"text": "MUSTERMANN" * 101, **key}),
        ("transfer", {"to": "a b", "key": "k", "version": 1}),
        ("state", {"state": "MUSTERMANN", "version": 1}),
        ("state", {"state": "called", "version": 1, "place": "<MUSTERMANN>"}),
        ("approve", {"version": 1, "who": "MUSTERMANN"}),
    ):
        answer = office.clerk.post(f"cases/{case.id}/{path}", body)
        assert answer.status_code == 422, (path, body)
        assert "MUSTERMANN" not in answer.text
        detail(answer)
    assert office.clerk.look(case).row.version == 1


def test_unknown_cases_and_numbers_are_told(office: Office) -> None:
    version = {"version": 1}
    key = {"key": "0123456789ab"}
    for path, body in (
        ("cases/0000/claim", version),
        ("cases/0000/release", version),
        ("cases/0000/approve", version),
        ("cases/0000/transfer", {"to": "s1", **key, **version}),
        ("cases/0000/checks", {"item": "document:photo", "ticked": True}),
        ("cases/0000/notes", {"text": "x", **key}),
        ("tickets/7/call", {}),
        ("tickets/7/state", {"state": "done", "was": "called"}),
    ):
        answer = office.clerk.post(path, body)
        assert answer.status_code == 404, path
        detail(answer)
    assert office.lead.post("cases/0000/take-away", version).status_code == 404


def test_while_the_store_is_down_each_button_says_so_and_nothing_is_half_done(
    office: Office, tmp_path: Path
) -> None:
    case = office.case()
    other = sqlite3.connect(tmp_path / "lotse.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    at = f"cases/{case.id}"
    for path, body in (
        (f"{at}/claim", {"version": 1}),
        (f"{at}/checks", {"item": "counter:person", "ticked": True}),
        (f"{at}/notes", {"key": "0123456789ab", "text": "angerufen"}),
        ("queue/next", {"place": "Platz 3"}),
    ):
        answer = office.clerk.post(path, body)
        assert (answer.status_code, "Speicher" in detail(answer)) == (503, True), path
    assert office.clerk.get(f"{at}/summary").status_code == 503
    other.execute("ROLLBACK")
    other.close()
    seen = office.clerk.look(case)
    assert (seen.row.version, seen.checks, seen.clerks_notes) == (1, [], [])


def test_a_ticket_is_printed_again_or_the_clerk_reads_why_not(office: Office) -> None:
    case = office.case()
    path = f"cases/{case.id}/print"
    office.printer = DeviceError("the printer at /dev/ttyUSB0 has no paper")
    failed = office.clerk.post(path)
    assert (failed.status_code, "Drucker" in detail(failed)) == (503, True)
    assert "ttyUSB" not in failed.text
    assert "printed" not in office.acts()
    office.printer = None
    assert office.clerk.post(path).status_code == 204
    assert office.printed == [case.id]
    assert office.acts()[-1] == "printed"
    assert office.clerk.look(case).row.printed
    assert office.clerk.post("cases/0000/print").status_code == 404


# --- the monitor ----------------------------------------------------------------------------------


def shown(socket: Any) -> DisplayView:
    return DisplayView.model_validate_json(socket.receive_text())


def test_the_monitor_shows_each_call_at_once_and_nothing_but_numbers_and_counters(office: Office) -> None:
    office.case()
    stranger = office.another()
    with stranger.websocket_connect(DISPLAY, headers={"Origin": BASE}) as socket:
        assert shown(socket).calls == []
        office.clerk.post("queue/next", {"place": "Platz 3"})
        text = socket.receive_text()
        (call,) = DisplayView.model_validate_json(text).calls
        assert (call.number, call.place) == ("A-001", "Platz 3")
        assert not [word for word in (*PERSON, "Amt 33", "Personalausweis") if word in text]
        office.case()
        office.clerk.post("queue/next", {"place": "Platz 4"})
        assert [one.number for one in shown(socket).calls] == ["A-002", "A-001"]


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://evil.example"}])
def test_a_foreign_page_gets_no_monitor(office: Office, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        office.another().websocket_connect(DISPLAY, headers=headers) as socket,
    ):
        socket.receive_text()


def test_a_monitor_that_talks_is_shut(office: Office) -> None:
    with office.another().websocket_connect(DISPLAY, headers={"Origin": BASE}) as socket:
        shown(socket)
        for _ in range(6):
            socket.send_text("{}")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 4429


def test_there_is_an_end_of_monitors(office: Office) -> None:
    client, headers = office.another(), {"Origin": BASE}
    open_ones = [client.websocket_connect(DISPLAY, headers=headers) for _ in range(MOST)]
    for one in open_ones:
        shown(one.__enter__())
    with client.websocket_connect(DISPLAY, headers=headers) as late, pytest.raises(WebSocketDisconnect):
        late.receive_text()
    for one in open_ones:
        one.__exit__(None, None, None)
    with client.websocket_connect(DISPLAY, headers=headers) as again:
        assert shown(again).calls == []


def test_when_the_store_is_gone_the_monitor_keeps_what_it_shows(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with office.office.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO away")
    assert office.call(latest, office.office.calls) is None, "nothing new is sent"
    assert "store:" in caplog.text
