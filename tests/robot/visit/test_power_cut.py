"""The power goes while a human speaks with a citizen: a robot that was killed, and started anew."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from robot.staff.audit import Act
from simulator.citizens.clerk import StaffDesk
from simulator.kiosk import Kiosk
from simulator.processes import until
from tests.ports import free_port
from tests.robot.cases.kit import files, open_office
from tests.robot.visit.kit import ROOT, TEXTS, Dialogue

PASSWORD = secrets.token_hex(8)
SAID = ("Ich heiße Mustermann", "Guten Tag, worum geht es?")
PATIENCE_S = 60


class Line:
    """A page's websocket; `get` waits for the view that is wanted."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def do(self, **doing: object) -> None:
        await self._socket.send(json.dumps(doing))

    async def get(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                view: dict[str, Any] = json.loads(await self._socket.recv())
                if view.get("type") != "told" and wanted(view):
                    return view

    async def closed(self) -> int:
        with pytest.raises(ConnectionClosed) as end:
            await self.get(lambda view: False)
        return end.value.rcvd.code if end.value.rcvd else 0


@asynccontextmanager
async def line(kiosk: Kiosk, path: str, cookies: str = "") -> AsyncIterator[Line]:
    headers = {"Origin": kiosk.url, "Cookie": cookies}
    async with connect(kiosk.url.replace("http", "ws", 1) + path, additional_headers=headers) as socket:
        yield Line(socket)


@pytest_asyncio.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    """A robot process without devices; somebody who asks it for help is promised a human."""
    dialogue = Dialogue()
    dialogue.replies["/help"] = [{"do": "act", "what": "call_staff"}]
    office = open_office(tmp_path)
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    office.close()
    async with dialogue.serving() as url:
        settings = tmp_path / "lotse.toml"
        settings.write_text(
            f"""
[town]
name = "Musterstadt"
kiosk = "Foyer"
services = "{ROOT}/dialogs/services"
facts = "{ROOT}/town/musterstadt.yml"
[web]
port = {free_port()}
[store]
url = "sqlite:///{tmp_path}/lotse.sqlite"
key_file = "{tmp_path}/lotse.key"
[rasa]
url = "{url}"
[speech]
model_de = "{ROOT}/models/vosk-model-de-kiosk"
microphone = "none"
speaker = "none"
[cards]
pcscd_socket = "none"
[camera]
source = "none"
[printer]
port = "none"
[body]
port = "none"
"""
        )
        kiosk = Kiosk(settings)
        kiosk.log = tmp_path / "robot.log"
        await asyncio.to_thread(kiosk.start)
        yield kiosk
        await asyncio.to_thread(kiosk.stop)


def told_of(folder: Path) -> bool:
    """Whether the kiosk has told the others of its visit: what it leaves when it is killed."""
    with closing(sqlite3.connect(folder / "lotse.sqlite")) as database:
        rows = database.execute("SELECT visits FROM kiosks").fetchall()
    return any(json.loads(visits) for (visits,) in rows)


async def signed_in(kiosk: Kiosk) -> StaffDesk:
    desk = StaffDesk(kiosk.url)
    await asyncio.to_thread(desk.sign_in, "Amt 33", PASSWORD)
    return desk


async def test_whoever_was_cut_off_from_a_clerk_is_told_so_kindly_and_nothing_is_left_of_the_talk(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    desk = await signed_in(kiosk)
    async with line(kiosk, "/ws/kiosk") as citizen:
        await citizen.do(type="hello", screen="a")
        idle = await citizen.get(lambda view: view["state"] == "idle")
        await citizen.do(type="touch")
        await citizen.get(lambda view: view["state"] == "visit")
        await citizen.do(type="tap", id="nav:help")
        await citizen.get(lambda view: any(row["id"] == "takeover:read_yes" for row in view["offers"]))
        await citizen.do(type="tap", id="takeover:read_yes")
        visits = (await asyncio.to_thread(desk.view, lambda view: view["visits"]))["visits"]
        path = f"/ws/staff/visits/{visits[0]['id']}"
        async with line(kiosk, path, desk.cookies) as clerk:
            await clerk.do(type="take", shown_as="Amt 33")
            await clerk.get(lambda view: view["state"] == "mine")
            await citizen.do(type="text", text=SAID[0])
            await clerk.get(lambda view: any(row["text"] == SAID[0] for row in view["lines"]))
            await clerk.do(type="write", text=SAID[1])
            await citizen.get(lambda view: view["caption"] == SAID[1])
            await asyncio.to_thread(desk.view, lambda view: view["visits"][0]["taken_by"])
            await asyncio.to_thread(until, lambda: told_of(tmp_path), PATIENCE_S, "The board does not know.")
            await asyncio.to_thread(kiosk.kill9)

    assert not [said for said in SAID for held in files(tmp_path).values() if said.encode() in held]
    old = desk.cookies
    await asyncio.to_thread(kiosk.start)

    async with line(kiosk, "/ws/kiosk") as citizen:
        await citizen.do(type="hello", screen="a", seen=idle["visitor"], lang="leicht")
        view = await citizen.get(lambda view: view["caption"] == TEXTS.get("leicht", "screen.restarted"))
        assert view["state"] == "idle"
        assert view["human"] is None
        assert view["visitor"] > idle["visitor"]
    async with line(kiosk, path, old) as clerk:
        assert await clerk.closed() == 4401  # sessions are kept in memory only
    desk = await signed_in(kiosk)
    async with line(kiosk, path, desk.cookies) as clerk:
        view = await clerk.get(lambda view: True)
        assert view["state"] == "over"
        assert view["lines"] == []
    view = await asyncio.to_thread(desk.view, lambda view: view["shreds"])
    assert view["visits"] == []
    (proof,) = view["shreds"]
    assert (proof["visit"], proof["outcome"], proof["wiped"]) == (visits[0]["id"], "failed", ["memory"])
    desk.close()
    office = open_office(tmp_path)
    acts = [Act(row["what"]) for row in await office.audit.entries(visits[0]["id"])]
    assert acts == [Act.TAKEN_OVER, Act.HANDED_BACK]
    assert await office.audit.verify_audit() is None
    office.close()
