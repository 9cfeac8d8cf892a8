from __future__ import annotations

import dataclasses
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from robot.cases.model import CaseRef
from robot.staff.rights import Role
from robot.staff.sessions import Sessions
from robot.web.broadcast import Broadcast
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import StaffServices, staff_router
from robot.web.staff_sign_in import SignInRules
from robot.web.staff_view import CaseDetail, DeviceRow, StaffView, VisitRow
from tests.robot.cases.kit import PERSON, TurnedClock, draft, open_office

BASE = "http://localhost:8040"
SOCKET = "ws://localhost:8040/ws/staff"
PASSWORD = "ein langes Passwort"
CLERK_AND_ADMINISTRATOR = {"Amt 33": "clerk", "Amt 34": "administrator"}
EACH_ROLE = {f"Amt {role}": role.value for role in Role}
VISIT = VisitRow(
    id="visit-0001",
    kiosk="Foyer",
    service="Personalausweis",
    step="Fragen",
    language="de",
    started="2026-03-02T09:30:00.000+00:00",
    needs_help=True,
)


class House:
    """The web app with a back office on real files; the rest of the robot is a printer and one visit."""

    def __init__(self, folder: Path, sign_in: SignInRules | None = None, *, busy_s: float = 0.05) -> None:
        self.folder = folder
        self.clock = TurnedClock()
        self.changed = Broadcast()
        self.seconds = 0.0
        self.printed: list[str] = []
        self.printer: Exception | None = None
        self.visits = [VISIT]
        self.devices = [DeviceRow(name="printer", label="Drucker", state="ready")]
        self.office = dataclasses.replace(
            open_office(folder, clock=self.clock, on_change=self.changed.notify, busy_s=busy_s),
            sessions=Sessions(clock=lambda: self.seconds),
        )
        self.app = FastAPI()
        self.router = staff_router(
            StaffServices(
                office=self.office,
                town="Musterstadt",
                changed=self.changed,
                visits=lambda: self.visits,
                devices=lambda: self.devices,
                print_ticket=self.print_ticket,
                accept_help=self.accept_help,
                sign_in=sign_in or SignInRules(),
            )
        )
        take_in(self.app, self.router)
        install_security(self.app, hosts=["lotse.example"])
        self.client = TestClient(self.app, base_url=BASE)

    async def print_ticket(self, case_id: str) -> None:
        if self.printer:
            raise self.printer
        self.printed.append(case_id)

    async def accept_help(self, visit_id: str, who: str) -> None:
        if visit_id != VISIT.id:
            raise LookupError
        self.visits = [VISIT.model_copy(update={"help_accepted_by": who})]

    def call(self, work: Any, *arguments: Any) -> Any:
        """Run a coroutine function of the robot on the app's own event loop."""
        assert self.client.portal
        return self.client.portal.call(work, *arguments)

    def hand_over(self) -> CaseRef:
        ref = self.call(self.office.cases.hand_over, draft())
        assert isinstance(ref, CaseRef)
        return ref

    def another(self) -> TestClient:
        """Another browser before the same running app."""
        client = TestClient(self.app, base_url=BASE)
        client.portal = self.client.portal
        return client

    def sign_in(self, client: TestClient | None = None, name: str = "Amt 33") -> dict[str, str]:
        answer = (client or self.client).post("/api/staff/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return {"X-CSRF-Token": answer.json()["csrf"]}

    def acts(self) -> list[str]:
        return [entry["what"] for entry in self.call(self.office.audit.entries)]


def opened(
    folder: Path,
    accounts: Mapping[str, str] = CLERK_AND_ADMINISTRATOR,
    sign_in: SignInRules | None = None,
) -> Iterator[House]:
    """With these accounts, name to role, all of them with the same password."""
    built = House(folder, sign_in)
    with built.client:
        for name, role in accounts.items():
            built.call(built.office.accounts.add, name, PASSWORD, role)
        yield built
    built.office.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from opened(tmp_path)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all tests in which nobody signs in: building it takes longer than they do."""
    yield from opened(tmp_path_factory.mktemp("standing"))


def detail(answer: Any) -> str:
    text = answer.json()["detail"]
    assert isinstance(text, str)
    assert text.endswith((".", "?")), text
    return text


def test_a_clerk_signs_in_sees_who_they_are_and_signs_out(house: House) -> None:
    answer = house.client.post("/api/staff/login", json={"name": "amt 33", "password": PASSWORD})
    assert answer.json().keys() == {"name", "role", "rights", "csrf", "account", "limited"}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("lotse_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    me = house.client.get("/api/staff/me").json()
    assert (me["name"], me["role"]) == ("Amt 33", "clerk")
    kept = house.client.cookies["lotse_session"]
    out = house.client.post("/api/staff/logout", headers={"X-CSRF-Token": me["csrf"]})
    assert out.status_code == 204
    assert "lotse_session" not in house.client.cookies
    house.client.cookies.set("lotse_session", kept)
    assert house.client.get("/api/staff/me").status_code == 401
    assert house.acts()[-2:] == ["signed_in", "signed_out"]


def test_over_https_the_cookie_never_travels_in_clear(house: House) -> None:
    client = TestClient(house.app, base_url="https://localhost:8040")
    client.portal = house.client.portal
    answer = client.post("/api/staff/login", json={"name": "Amt 33", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-lotse_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/api/staff/me").json()["name"] == "Amt 33"
    # a cookie without the prefix may have been planted by a page of a neighbouring name
    kept = client.cookies["__Host-lotse_session"]
    planted = {"Cookie": f"lotse_session={kept}"}
    client.cookies.clear()
    assert client.get("/api/staff/me", headers=planted).status_code == 401


def test_a_post_without_the_right_csrf_token_or_from_another_page_is_refused(house: House) -> None:
    ref = house.hand_over()
    csrf = house.sign_in()
    other = house.sign_in(house.another(), "Amt 34")
    body = {"state": "called", "version": 1}
    for path in (
        f"/api/staff/cases/{ref.id}/state",
        f"/api/staff/cases/{ref.id}/print",
        f"/api/staff/visits/{VISIT.id}/help",
        "/api/staff/messages",
        "/api/staff/messages/any/remove",
        "/api/staff/kiosk/close",
        "/api/staff/kiosk/open",
        "/api/staff/logout",
    ):
        for headers in (
            {},
            {"X-CSRF-Token": ""},
            {"X-CSRF-Token": "guess"},
            other,
            {**csrf, "Origin": "http://evil.example"},
            {**csrf, "Origin": "null"},
        ):
            answer = house.client.post(path, json=body, headers=headers)
            assert answer.status_code == 403, (path, headers)
            detail(answer)
    assert house.client.get("/api/staff/me").status_code == 200
    assert house.printed == []
    login = {"name": "Amt 33", "password": PASSWORD}
    foreign = {"Origin": "http://evil.example"}
    assert house.client.post("/api/staff/login", json=login, headers=foreign).status_code == 403
    own = {**csrf, "Origin": BASE}
    assert house.client.post(f"/api/staff/cases/{ref.id}/state", json=body, headers=own).status_code == 200


def test_the_clerk_opens_a_case_and_each_look_is_in_its_trail(house: House) -> None:
    ref = house.hand_over()
    house.sign_in()
    house.client.get(f"/api/staff/cases/{ref.id}")
    answer = house.client.get(f"/api/staff/cases/{ref.id}")
    case = CaseDetail.model_validate(answer.json())
    assert case.fields[0].value == PERSON[0]
    assert [event.what for event in case.trail] == ["übergeben", "angesehen", "angesehen"]
    assert answer.headers["cache-control"] == "no-store"
    unknown = house.client.get("/api/staff/cases/0000")
    assert (unknown.status_code, detail(unknown)) == (404, "Diesen Vorgang gibt es nicht oder nicht mehr.")


def test_a_clerk_who_comes_to_help_is_announced_and_audited(house: House) -> None:
    csrf = house.sign_in()
    assert house.client.post(f"/api/staff/visits/{VISIT.id}/help", json={}, headers=csrf).status_code == 204
    assert house.visits[0].help_accepted_by == "Amt 33"
    assert house.acts()[-1] == "help_accepted"
    gone = house.client.post("/api/staff/visits/visit-9999/help", json={}, headers=csrf)
    assert (gone.status_code, detail(gone)) == (404, "Dieser Besuch ist schon zu Ende.")


def test_wrong_passwords_lead_to_waiting_and_the_right_one_must_wait_too(house: House) -> None:
    wrong = {"name": "Amt 33", "password": "wrong password"}
    for _ in range(5):
        answer = house.client.post("/api/staff/login", json=wrong)
        assert (answer.status_code, detail(answer)) == (401, "Name oder Passwort stimmt nicht.")
    locked = house.client.post("/api/staff/login", json={"name": "Amt 33", "password": PASSWORD})
    assert locked.status_code == 429
    assert locked.headers["retry-after"] == "30"
    assert "30 Sekunden" in detail(locked)
    house.clock.turn(seconds=31)
    house.sign_in()


def test_one_address_cannot_try_many_names(house: House) -> None:
    answers = [
        house.client.post("/api/staff/login", json={"name": f"name {number}", "password": "wrong password"})
        for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    detail(answers[-1])


def test_an_idle_session_ends(house: House) -> None:
    house.sign_in()
    house.seconds = 29 * 60
    assert house.client.get("/api/staff/me").status_code == 200
    house.seconds += 30 * 60
    assert house.client.get("/api/staff/me").status_code == 401


def test_what_was_sent_wrongly_is_never_sent_back(house: House) -> None:
    ref = house.hand_over()
    csrf = house.sign_in()
    path = f"/api/staff/cases/{ref.id}/state"
    for content in (
        b'{"state": "MUSTERMANN", "version": 1}',
        b'{"state": "called", "version": "MUSTERMANN"}',
        b'{"state": "called", "version": 1, "MUSTERMANN": 1}',
        b'{"state": "returned", "version": 1, "reason": "' + b"MUSTERMANN" * 60 + b'"}',
        b'{"MUSTERMANN": ',
        b'"MUSTERMANN"',
        b"",
        b"[" * 20000,
        b"\xff\xfe",
    ):
        answer = house.client.post(
            path, content=content, headers={**csrf, "Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 422), content[:60]
        assert "MUSTERMANN" not in answer.text
        detail(answer)
    for path in ("/api/staff/cases/a%20b", "/api/staff/MUSTERMANN", "/nowhere"):
        answer = house.client.get(path)
        assert answer.status_code in (404, 422)
        detail(answer)
    assert detail(house.client.put("/api/staff/me")) == "Das geht auf diesem Weg nicht."


def test_a_body_without_end_is_cut_off(house: House) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024

    for content in (b"x" * 70_000, endless()):
        answer = house.client.post("/api/staff/login", content=content)
        assert answer.status_code == 413
        detail(answer)


def test_a_crash_is_one_sentence_and_the_log_quotes_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ref = house.hand_over()
    csrf = house.sign_in()
    house.printer = RuntimeError("could not print MUSTERMANN")
    with caplog.at_level(logging.DEBUG):
        answer = house.client.post(f"/api/staff/cases/{ref.id}/print", headers=csrf)
    assert answer.status_code == 500
    detail(answer)
    assert "RuntimeError" in caplog.text
    assert "MUSTERMANN" not in caplog.text + answer.text


def test_a_locked_store_is_one_sentence_for_the_clerk(house: House, tmp_path: Path) -> None:
    ref = house.hand_over()
    house.sign_in()
    other = sqlite3.connect(tmp_path / "lotse.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = house.client.get(f"/api/staff/cases/{ref.id}")
    assert answer.status_code == 503
    assert "Speicher" in detail(answer)
    other.execute("ROLLBACK")
    other.close()
    assert house.client.get(f"/api/staff/cases/{ref.id}").status_code == 200


def test_a_damaged_case_is_one_sentence_for_the_clerk(house: House) -> None:
    ref = house.hand_over()
    house.sign_in()
    with house.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET sealed = X'00112233445566778899AABBCCDDEEFF'")
    answer = house.client.get(f"/api/staff/cases/{ref.id}")
    assert answer.status_code == 500
    assert "beschädigt" in detail(answer)


@pytest.mark.parametrize(
    "host,status",
    [
        ("localhost:8040", 401),
        ("LOTSE.example", 401),
        ("127.0.0.1:8040", 401),
        ("[::1]:8040", 401),
        ("192.168.7.20", 401),
        ("evil.example", 421),
        ("lotse.example.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_the_robot_answers_only_to_its_own_names(standing: House, host: str, status: int) -> None:
    answer = standing.client.get("/api/staff/me", headers={"Host": host})
    assert answer.status_code == status
    detail(answer)


def test_every_answer_carries_the_security_headers(house: House) -> None:
    for answer in (
        house.client.get("/api/staff/me"),
        house.client.get("/nowhere"),
        house.client.get("/", headers={"Host": "evil.example"}),
        house.client.post("/api/staff/login", content=b"x" * 70_000),
    ):
        csp = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(csp)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert house.client.get("/api/staff/me").headers["cache-control"] == "no-store"


def view(socket: Any) -> StaffView:
    return StaffView.model_validate_json(socket.receive_text())


def test_the_clerks_page_sees_a_case_the_moment_it_is_handed_over(house: House) -> None:
    csrf = house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        first = view(socket)
        assert (first.town, first.visits, first.cases) == ("Musterstadt", [VISIT], [])
        ref = house.hand_over()
        seen = view(socket)
        assert [(row.id, row.number, row.state) for row in seen.cases] == [(ref.id, "A-001", "waiting")]
        assert seen.seq > first.seq
        assert not [word for word in PERSON if word in seen.model_dump_json()]
        house.client.post(
            f"/api/staff/cases/{ref.id}/state", json={"state": "called", "version": 1}, headers=csrf
        )
        assert view(socket).cases[0].state == "called"
        house.call(house.office.shreds.add, VISIT.id, house.clock(), "handed_over", ["fields"])
        assert view(socket).shreds[0].visit == VISIT.id
        house.visits = []
        house.changed.notify_threadsafe()
        assert view(socket).visits == []


def test_the_clerks_page_sees_a_plain_number_the_moment_it_is_taken(house: House) -> None:
    house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        assert view(socket).tickets == []
        house.call(house.office.tickets.take, "visit-0002", "queue_ticket")
        (row,) = view(socket).tickets
        assert (row.number, row.service) == ("B-001", "queue_ticket")


def test_two_pages_see_the_same_and_one_that_goes_away_disturbs_nobody(house: House) -> None:
    house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as one:
        view(one)
        with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as two:
            view(two)
            house.hand_over()
            assert view(one).cases == view(two).cases != []
        house.hand_over()
        assert len(view(one).cases) == 2


@pytest.mark.parametrize("cookie", ["", "lotse_session=guess"])
def test_a_page_without_a_session_is_told_to_sign_in_and_sees_nothing(standing: House, cookie: str) -> None:
    headers = {"Origin": BASE, "Cookie": cookie}
    with (
        standing.client.websocket_connect(SOCKET, headers=headers) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()
    assert closed.value.code == 4401


@pytest.mark.parametrize(
    "address,headers",
    [
        (SOCKET, {"Origin": "http://evil.example"}),
        (SOCKET, {}),
        ("ws://evil.example/ws/staff", {"Origin": "http://evil.example"}),
    ],
)
def test_a_foreign_page_gets_no_channel(house: House, address: str, headers: dict[str, str]) -> None:
    house.sign_in()
    with pytest.raises(WebSocketDisconnect), house.client.websocket_connect(address, headers=headers):
        pass


def test_signing_out_closes_the_open_page(house: House) -> None:
    csrf = house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        view(socket)
        house.client.post("/api/staff/logout", headers=csrf)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 4401


def test_an_unattended_page_is_closed_and_one_that_is_used_stays(house: House) -> None:
    house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        view(socket)
        house.seconds = 20 * 60
        socket.send_json({"type": "active"})
        house.hand_over()  # what was sent before it has been read by then
        view(socket)
        house.seconds += 20 * 60
        house.changed.notify_threadsafe()
        view(socket)
        house.seconds += 10 * 60
        house.changed.notify_threadsafe()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 4401


def test_a_session_that_ends_by_itself_closes_the_page_without_any_change(tmp_path: Path) -> None:
    house = House(tmp_path)
    object.__setattr__(house.office, "sessions", Sessions(idle_s=0.5))
    with house.client:
        house.call(house.office.accounts.add, "Amt 33", PASSWORD, "clerk")
        house.sign_in()
        with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
            view(socket)
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_text()
    assert closed.value.code == 4401
    house.office.close()


def test_when_the_store_is_gone_the_page_keeps_the_cases_and_still_sees_who_needs_help(
    house: House, tmp_path: Path
) -> None:
    house.hand_over()
    house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        cases = view(socket).cases
        with house.office.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE cases RENAME TO away")
        house.visits = [VISIT.model_copy(update={"help_reason": "Frage"})]
        house.changed.notify_threadsafe()
        seen = view(socket)
    assert seen.cases == cases
    assert seen.visits[0].help_reason == "Frage"


def test_a_fault_of_the_robot_closes_the_channel_and_quotes_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.sign_in()
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as socket:
        view(socket)
        house.visits = [VISIT.model_construct(id=object())]
        house.changed.notify_threadsafe()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1011
    assert "channel failed" in caplog.text


def test_a_browser_at_an_unknown_address_reads_a_page_and_a_program_a_sentence(standing: House) -> None:
    page = standing.client.get("/staff/nonsense", headers={"Accept": "text/html", "Accept-Language": "en-GB"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert '<a href="/staff">' in page.text
    assert "nonsense" not in page.text
    assert page.headers["content-security-policy"]
    german = standing.client.get("/nonsense", headers={"Accept": "text/html"})
    assert '<html lang="de">' in german.text
    for path, accept in (("/nonsense", "*/*"), ("/api/staff/nonsense", "text/html")):
        answer = standing.client.get(path, headers={"Accept": accept})
        assert (answer.status_code, detail(answer)) == (404, "Das gibt es hier nicht.")
