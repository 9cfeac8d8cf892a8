"""The clerk's line to one visit over the wire: who may open it, what may come over it, what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from robot.staff.accounts import Account
from robot.staff.audit import Act
from robot.staff.rights import Role
from robot.staff.sessions import Sessions
from robot.visit.visit import Help, Visit
from robot.web.guard import COOKIE
from robot.web.kiosk import kiosk_router
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff_takeover import takeover_router
from simulator.body import RobotBody
from tests.robot.visit.kit import Foyer

BASE = "http://localhost:8040"
PATH = "ws://localhost:8040/ws/staff/visits/"
ORIGIN = {"origin": BASE}


class Desk:
    """A kiosk that speaks to nobody, with its web app; `seconds` is the clock of the sessions."""

    def __init__(self, folder: Path, world: RobotBody) -> None:
        self.foyer = Foyer(folder, world)
        self.seconds = 0.0
        self.acts: list[Act] = []
        self.sessions = Sessions(idle_s=600, clock=lambda: self.seconds)
        conductor = self.foyer.conductor
        conductor.takeover.trail.record = self.record
        self.app = FastAPI()
        take_in(self.app, takeover_router(self.sessions, conductor.takeover))
        take_in(self.app, kiosk_router(conductor, self.foyer.devices.camera))
        install_security(self.app)

        @self.app.get("/{path:path}")
        async def page(path: str) -> str:
            return path

        self.client = TestClient(self.app, base_url=BASE, client=("127.0.0.1", 40000))

    async def record(self, who: str, what: Act, visit: str, detail: str) -> None:
        self.acts.append(what)

    def visit(self) -> Visit:
        """Somebody before the kiosk has asked for a human."""
        assert self.client.portal
        self.client.portal.call(self._begin)
        visit = self.foyer.conductor.visit
        assert visit
        visit.help = Help(reason="möchte mit einem Menschen sprechen")
        return visit

    async def _begin(self) -> None:
        self.foyer.conductor.course.begin()

    def sign_in(self, name: str = "Amt 33", role: Role = Role.CLERK) -> None:
        token, _ = self.sessions.begin(account(name, role))
        self.client.cookies.set(COOKIE, token)

    @contextmanager
    def line(self, visit: str, **headers: str) -> Iterator[WebSocketTestSession]:
        with self.client.websocket_connect(PATH + visit, headers=headers or ORIGIN) as line:
            yield line


def account(name: str, role: Role) -> Account:
    return Account(name, role, f"id of {name}")


def get(line: WebSocketTestSession, kind: str, **wanted: Any) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = line.receive_json()
        if message["type"] == kind and all(message[key] == value for key, value in wanted.items()):
            return message


def closed(line: WebSocketTestSession) -> int:
    """Read to the end; the code with which the line is closed."""
    try:
        while True:
            line.receive_json()
    except WebSocketDisconnect as end:
        return int(end.code)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RobotBody]:
    with RobotBody(tmp_path_factory.mktemp("world") / "body") as world:
        yield world


@pytest.fixture
def desk(tmp_path: Path, world: RobotBody) -> Iterator[Desk]:
    built = Desk(tmp_path, world)
    with built.client:
        yield built
        assert built.client.portal
        built.client.portal.call(built.foyer.conductor.close)
    built.foyer.office.close()


def test_only_a_clerk_who_is_signed_in_and_may_help_opens_the_line(desk: Desk) -> None:
    visit = desk.visit()
    with desk.line(visit.id) as line:
        assert closed(line) == 4401
    for role, code in ((Role.AUDITOR, 4403), (Role.ADMINISTRATOR, 4403)):
        desk.sign_in(role=role)
        with desk.line(visit.id) as line:
            assert closed(line) == code
    for role in (Role.LEAD, Role.CLERK):
        desk.sign_in(role=role)
        with desk.line(visit.id) as line:
            assert get(line, "view")["state"] == "offered"


@pytest.mark.parametrize("headers", [{"origin": "http://elsewhere.example"}, {"x-none": ""}])
def test_a_foreign_page_does_not_open_the_line(desk: Desk, headers: dict[str, str]) -> None:
    visit = desk.visit()
    desk.sign_in()
    with pytest.raises(WebSocketDisconnect), desk.line(visit.id, **headers) as line:
        line.receive_json()


def test_a_visit_that_is_over_or_never_was_has_nothing_to_show(desk: Desk) -> None:
    desk.sign_in()
    with desk.line("0123456789abcdef") as line:
        view = get(line, "view")
    assert view["state"] == "over"
    empty = ("lines", "steps", "services", "canned", "talk", "service", "kiosk")
    assert not any(view[name] for name in empty)


def test_a_takeover_over_the_wire_from_taking_it_to_handing_it_back(desk: Desk) -> None:
    visit = desk.visit()
    desk.sign_in()
    with desk.line(visit.id) as line:
        line.send_json({"type": "take", "shown_as": "  Amt 33  "})
        assert get(line, "view", state="mine")["shown_as"] == "Amt 33"
        line.send_json({"type": "write", "text": "Guten Tag"})
        last = {"who": "human", "act": "said", "text": "Guten Tag"}
        while not (view := get(line, "view"))["lines"] or view["lines"][-1] | last != view["lines"][-1]:
            pass
        line.send_json({"type": "hand_back"})
        get(line, "view", state="offered")
    assert desk.client.portal
    desk.client.portal.call(desk.foyer.conductor.takeover.settle)
    assert desk.acts == [Act.TAKEN_OVER, Act.HANDED_BACK]


NONSENSE = (
    "no json",
    "{}",
    '{"type": "write", "text": ""}',
    '{"type": "take", "shown_as": "   "}',
    '{"type": "take", "shown_as": "' + 41 * "x" + '"}',
    '{"type": "write", "text": "' + 501 * "x" + '"}',
    '{"type": "call", "mode": "cinema"}',
    '{"type": "signal", "talk": 1, "kind": "offer", "sdp": "' + 16_001 * "x" + '"}',
    '{"type": "hand_back", "more": 1}',
    "[" * 1000,
)


def test_nonsense_is_answered_with_a_word_and_changes_nothing(desk: Desk) -> None:
    visit = desk.visit()
    desk.sign_in()
    with desk.line(visit.id) as line:
        for message in NONSENSE:
            line.send_text(message)
            assert get(line, "told")["what"] == "nonsense", message
    assert desk.foyer.conductor.speaker.taken_by == ""


def test_who_sends_nothing_but_nonsense_or_floods_the_line_is_sent_away(desk: Desk) -> None:
    visit = desk.visit()
    desk.sign_in()
    with desk.line(visit.id) as line:
        for _ in range(30):
            line.send_text("nonsense")
        assert closed(line) == 4400
    with desk.line(visit.id) as line:
        for _ in range(300):
            line.send_json({"type": "alive"})
        assert closed(line) == 4429
    with desk.line(visit.id) as line:
        line.send_bytes(b"\x00\x01")
        assert closed(line) == 1003


def test_what_is_not_ones_own_cannot_be_steered(desk: Desk) -> None:
    visit = desk.visit()
    desk.sign_in()
    signal = {"type": "signal", "talk": 1, "kind": "offer", "sdp": "", "candidate": "", "mid": "", "line": 0}
    doings: list[dict[str, Any]] = [
        {"type": "write", "text": "Hallo"},
        {"type": "canned", "id": "hello"},
        {"type": "pick", "id": "form"},
        {"type": "call", "mode": "video"},
        {"type": "hang_up"},
        {"type": "hand_back"},
        signal,
    ]
    with desk.line(visit.id) as line:
        for doing in doings:
            line.send_json(doing)
            assert get(line, "told")["what"] == "not_yours"
    assert "Hallo" not in [said.text for said in visit.lines]


def test_a_heartbeat_is_no_sign_that_somebody_sits_there_and_a_session_that_ends_gives_it_up(
    desk: Desk,
) -> None:
    visit = desk.visit()
    desk.sign_in()
    with desk.line(visit.id) as line:
        line.send_json({"type": "take", "shown_as": "Amt 33"})
        get(line, "view", state="mine")
        desk.seconds = 500
        line.send_json({"type": "alive"})
        line.send_json({"type": "write", "text": "Ich bin noch da"})
        get(line, "view", state="mine")
        desk.seconds = 1000
        line.send_json({"type": "alive"})
        line.send_json({"type": "nonsense"})
        get(line, "told", what="nonsense")
        assert desk.foyer.conductor.speaker.taken_by == "Amt 33"
        desk.seconds = 1101
        line.send_json({"type": "alive"})
        assert closed(line) == 4401
    assert desk.client.portal
    desk.client.portal.call(desk.foyer.conductor.takeover.settle)
    assert desk.foyer.conductor.speaker.taken_by == ""
    assert desk.foyer.conductor.screen.offers[0].id == "takeover:machine"


def test_the_screen_takes_signals_and_passes_over_what_is_none(desk: Desk) -> None:
    visit = desk.visit()
    desk.sign_in()
    with (
        desk.client.websocket_connect("ws://localhost:8040/ws/kiosk", headers=ORIGIN) as screen,
        desk.line(visit.id) as line,
    ):
        screen.send_json({"type": "hello", "screen": "one"})
        line.send_json({"type": "take", "shown_as": "Amt 33"})
        get(line, "view", state="mine")
        line.send_json({"type": "call", "mode": "voice"})
        while not ((view := screen.receive_json())["human"] and view["human"]["ask"]):
            pass
        screen.send_json({"type": "tap", "id": "takeover:voice"})
        while get(line, "view")["talk"]["state"] != "connecting":
            pass
        signal = {"type": "signal", "talk": 1, "sdp": "v=0", "candidate": "", "mid": "", "line": 0}
        line.send_json(signal | {"kind": "offer"})
        while (message := screen.receive_json()).get("type") != "signal":
            pass
        assert message == signal | {"kind": "offer"}
        screen.send_json({"type": "signal", "kind": "everything"})
        screen.send_json(signal | {"kind": "answer"})
        assert get(line, "signal") == signal | {"kind": "answer"}


def test_only_the_two_pages_may_ask_for_camera_and_microphone(desk: Desk) -> None:
    for path, allowed in (("/", True), ("/staff", True), ("/display", False), ("/api/staff/me", False)):
        policy = desk.client.get(path).headers["permissions-policy"]
        assert ("camera=(self), microphone=(self)" in policy) is allowed, path
