"""The two websockets over a real wire: what breaks the protocol is closed with a code, and harms nobody."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from robot.staff.accounts import Account
from robot.staff.rights import Role
from robot.web import staff_live
from robot.web.channel import SERVER
from robot.web.kiosk import MISTAKES, kiosk_router
from robot.web.live_view import EmergencyKind, NewEmergency
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import StaffServices, staff_router
from robot.web.staff_view import StaffView
from tests.robot.cases.kit import draft
from tests.robot.visit.kit import Foyer, foyer

__all__ = ["foyer"]  # the fixture

SECRET = "MUSTERMANN"
PATIENCE_S = 60.0


class Wire:
    """The web app of one kiosk behind a real server."""

    def __init__(self, foyer: Foyer, port: int) -> None:
        self.foyer = foyer
        self.office = foyer.office
        self.origin = f"http://127.0.0.1:{port}"
        conductor = foyer.conductor
        self.services = StaffServices(
            office=foyer.office,
            town="Musterstadt",
            changed=foyer.changed,
            visits=conductor.visits,
            devices=conductor.condition.rows,
            print_ticket=self._print,
            accept_help=conductor.help_desk.accept,
        )
        self.app = FastAPI()
        take_in(self.app, staff_router(self.services))
        take_in(self.app, kiosk_router(conductor, foyer.devices.camera))
        install_security(self.app)

    async def _print(self, case_id: str) -> None:
        raise LookupError(case_id)

    def cookie(self, role: Role = Role.CLERK) -> dict[str, str]:
        token, _ = self.office.sessions.begin(Account(name=f"Amt {role}", role=role, id=role.value))
        return {"Cookie": f"lotse_session={token}"}

    @asynccontextmanager
    async def channel(
        self, path: str, headers: dict[str, str], origin: str | None = ""
    ) -> AsyncIterator[ClientConnection]:
        address = self.origin.replace("http", "ws", 1) + path
        asked = None if origin is None else Origin(origin or self.origin)
        async with connect(address, origin=asked, additional_headers=headers, compression=None) as channel:
            yield channel

    @asynccontextmanager
    async def staff(self, role: Role = Role.CLERK) -> AsyncIterator[ClientConnection]:
        async with self.channel("/ws/staff", self.cookie(role)) as channel:
            yield channel

    @asynccontextmanager
    async def kiosk(self, screen: str = "one") -> AsyncIterator[ClientConnection]:
        async with self.channel("/ws/kiosk", {}) as channel:
            await channel.send(json.dumps({"type": "hello", "screen": screen}))
            yield channel


@pytest_asyncio.fixture
async def wire(foyer: Foyer) -> AsyncIterator[Wire]:
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(foyer, listener.getsockname()[1])
    config = uvicorn.Config(wire.app, log_level="warning", timeout_graceful_shutdown=1, **SERVER)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    yield wire
    server.should_exit = True
    await serving
    listener.close()


async def view(channel: ClientConnection) -> StaffView:
    async with asyncio.timeout(PATIENCE_S):
        return StaffView.model_validate_json(await channel.recv())


async def closed(channel: ClientConnection) -> int:
    """The code with which the robot closes the channel."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await channel.recv()
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else 0


async def break_staff(channel: ClientConnection, what: str) -> None:
    match what:
        case "binary":
            await channel.send(SECRET.encode())
        case "no JSON":
            await channel.send(SECRET)
        case "endless brackets":
            await channel.send("[" * 60_000)
        case "wrong type":
            await channel.send(json.dumps({"type": SECRET}))
        case "wrong shape":
            await channel.send(json.dumps([SECRET, {"type": {"type": 1}}]))
        case "no text":
            await channel.send(b"\xff\xfe" + SECRET.encode(), text=True)
        case "huge":
            await channel.send(SECRET * 10_000)
        case "flood":
            for _ in range(400):
                await channel.send('{"type": "active"}')


STAFF = [
    ("binary", 1003),
    ("no JSON", 4400),
    ("endless brackets", 4400),
    ("wrong type", 4400),
    ("wrong shape", 4400),
    ("no text", 1007),
    ("huge", 1009),
    ("flood", 4429),
]


async def test_a_staff_page_that_breaks_the_protocol_is_told_so_and_the_next_one_is_served(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "robot")
    async with wire.staff() as other:
        await view(other)
        for what, code in STAFF:
            async with wire.staff() as channel:
                await view(channel)
                try:
                    await break_staff(channel, what)
                except ConnectionClosed:
                    assert what == "flood"
                assert await closed(channel) == code, what
        wire.foyer.changed.notify()
        assert (await view(other)).town == "Musterstadt"
    assert caplog.text.count("broke the protocol") == len(STAFF) - 2  # the server itself closes two
    assert SECRET not in caplog.text


async def test_a_screen_that_breaks_the_protocol_is_closed_and_the_visit_goes_on(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "robot")
    async with wire.kiosk() as channel:
        await channel.recv()
        await channel.send('{"type": "touch"}')
        await wire.foyer.shows(lambda view: view.state == "visit")
        (visit,) = wire.foyer.conductor.visits()
        for mistake in (
            SECRET,
            "[]",
            '{"type": "tap"}',
            '{"type": "set", "field": 1, "value": []}',
            "[" * 9000,
        ):
            await channel.send(mistake)
        await channel.send('{"type": "tap", "id": "lang:en"}')
        await wire.foyer.shows(lambda view: view.lang == "en")  # a mistake or two are passed over
        await channel.send(SECRET.encode())
        assert await closed(channel) == 1003
    async with wire.kiosk() as channel:
        for _ in range(MISTAKES[0] + 1):
            await channel.send(SECRET)
        assert await closed(channel) == 4400
    async with wire.kiosk() as channel:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(2000):
                await channel.send('{"type": "touch"}')
        assert await closed(channel) == 4429
    async with wire.kiosk() as channel:
        await channel.send(SECRET * 10_000)
        assert await closed(channel) == 1009
    async with wire.kiosk() as channel:
        assert json.loads(await channel.recv())["state"] == "visit"
    assert [row.id for row in wire.foyer.conductor.visits()] == [visit.id]
    assert SECRET not in caplog.text


async def test_a_page_that_does_not_say_hello_is_no_screen(wire: Wire) -> None:
    for first, code in ((SECRET, 4400), ('{"type": "touch"}', 4400), (b"hello", 1003)):
        async with wire.channel("/ws/kiosk", {}) as channel:
            await channel.send(first)
            assert await closed(channel) == code


async def test_a_foreign_page_or_a_page_of_nobody_gets_no_channel(wire: Wire) -> None:
    for path in ("/ws/staff", "/ws/kiosk"):
        for origin in ("http://evil.example", "null", f"{wire.origin}.evil.example", None):
            with pytest.raises(InvalidStatus) as refused:
                async with wire.channel(path, wire.cookie(), origin):
                    pass
            assert refused.value.response.status_code == 403


async def test_without_a_session_a_page_is_told_to_sign_in_and_reads_nothing(wire: Wire) -> None:
    for headers in ({}, {"Cookie": "lotse_session=guess"}):
        async with wire.channel("/ws/staff", headers) as channel:
            with pytest.raises(ConnectionClosed) as end:
                await channel.recv()
            assert end.value.rcvd is not None
            assert end.value.rcvd.code == 4401


async def test_each_role_sees_what_it_has_the_right_to(wire: Wire) -> None:
    await wire.foyer.somebody(True)
    await wire.foyer.shows(lambda view: view.state == "visit")
    await wire.office.cases.hand_over(draft())
    seen: dict[Role, tuple[bool, bool]] = {}
    for role in Role:
        async with wire.staff(role) as channel:
            shown = await view(channel)
            seen[role] = (bool(shown.visits and shown.devices and shown.kiosks), bool(shown.cases))
    assert seen == {
        Role.CLERK: (True, True),
        Role.LEAD: (True, True),
        Role.AUDITOR: (False, False),
        Role.ADMINISTRATOR: (True, False),
    }


async def test_a_clerk_whose_machine_has_slept_comes_back_to_how_it_is_now(wire: Wire) -> None:
    emergencies = wire.office.emergencies
    async with wire.staff() as channel:
        await view(channel)
        channel.transport.abort()  # the machine sleeps: the line is cut without a word
    await wire.office.cases.hand_over(draft())
    house = emergencies.made(NewEmergency(kind=EmergencyKind.CLOSING), "Amt 33")
    await emergencies.announce(house, "Amt 33")
    await emergencies.withdraw("Amt 33")
    async with wire.staff() as channel:
        fresh = await view(channel)
    assert len(fresh.cases) == 1
    assert fresh.emergency is None  # what is over is not told again


async def test_a_page_hears_something_even_when_nothing_changes(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_live, "FRESH_S", 0.1)
    async with wire.staff() as channel:
        first, second = await view(channel), await view(channel)
    assert first.now < second.now


async def test_for_all_pages_together_the_store_is_read_once_and_not_at_all_when_it_did_not_change(
    wire: Wire,
) -> None:
    statements: list[Any] = []
    event.listen(wire.office.database.engine, "before_cursor_execute", lambda *one: statements.append(one[2]))

    async def read_after(change: Any, pages: list[ClientConnection]) -> int:
        statements.clear()
        change()
        seq = wire.foyer.changed.seq
        for page in pages:
            while (await view(page)).seq < seq:
                pass
        return sum("sealed_reason" in statement for statement in statements)

    async with wire.staff() as first:
        await view(first)
        alone = await read_after(wire.foyer.changed.notify, [first])
        async with wire.staff() as a, wire.staff() as b, wire.staff(Role.LEAD) as c:
            pages = [first, a, b, c]
            for page in (a, b, c):
                await view(page)
            assert await read_after(wire.foyer.changed.notify, pages) == alone > 0
            assert await read_after(wire.foyer.changed.notify_live, pages) == 0


async def test_a_page_that_reads_nothing_keeps_nobody_waiting(wire: Wire, tmp_path: Path) -> None:
    async with wire.staff() as awake, wire.staff() as asleep:
        await view(awake)
        asleep.transport.pause_reading()
        for _ in range(5):
            wire.foyer.changed.notify_live()
            seq = wire.foyer.changed.seq
            while (await view(awake)).seq < seq:
                pass
        asleep.transport.resume_reading()
        seq = wire.foyer.changed.seq
        while (await view(asleep)).seq < seq:
            pass
