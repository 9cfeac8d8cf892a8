"""A web app with the page of contents, on real files: the town's own catalogue and texts, a real store."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from robot.cases.tables import board_messages, content_versions
from robot.staff.accounts import Account
from robot.staff.content_live import Content
from robot.staff.office import BackOffice
from robot.staff.rights import Role
from robot.web.broadcast import Broadcast
from robot.web.guard import COOKIE, cookie_of
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import StaffServices, staff_router
from tests.robot.cases.kit import TurnedClock, open_office

ROOT = Path(__file__).resolve().parents[3]
BERLIN = ZoneInfo("Europe/Berlin")
BASE = "http://localhost:8040"

__all__ = ["BASE", "COOKIE", "TownHall", "cookie_of"]


@cache
def files() -> tuple[Catalogue, Texts]:
    """The demo town as its files say; nobody changes these."""
    catalogue = Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")
    return catalogue, Texts.load(ROOT / "dialogs" / "texts", catalogue)


@cache
def fresh() -> Path:
    """A folder with an empty store, to be copied: making one takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="content-"))
    open_office(folder).close()
    return folder


def session(office: BackOffice, name: str, role: Role) -> tuple[str, str]:
    """Cookie and CSRF token of somebody who is signed in."""
    account = Account(**_fields(name, role))
    token, begun = office.sessions.begin(account)
    return token, begun.csrf


def _fields(name: str, role: Role) -> dict[str, Any]:
    known = {"id": name.lower().replace(" ", "-"), "name": name, "role": role}
    return {field.name: known[field.name] for field in dataclasses.fields(Account) if field.name in known}


class TownHall:
    """One kiosk's side of the page; several may share a folder, and so a database."""

    def __init__(
        self, folder: Path, *, clock: TurnedClock | None = None, catalogue: Catalogue | None = None
    ) -> None:
        self.clock = clock or TurnedClock()
        self.changed = Broadcast()
        loaded, texts = files()
        held = catalogue or loaded
        self.catalogue = Catalogue(held.services, held.town)
        self.texts = texts.overlaid({})
        if not (folder / "lotse.sqlite").exists():
            shutil.copytree(fresh(), folder, dirs_exist_ok=True)
        self.office = open_office(folder, clock=self.clock, on_change=self.changed.notify)
        self.content = Content(
            self.catalogue,
            self.texts,
            self.office.content,
            BERLIN,
            clock=self.clock,
            on_change=self.changed.notify,
        )
        self.app = FastAPI()
        take_in(
            self.app,
            staff_router(
                StaffServices(
                    office=self.office,
                    town="Musterstadt",
                    changed=self.changed,
                    visits=list,
                    devices=list,
                    print_ticket=_nothing,
                    accept_help=_nothing,
                    content=self.content,
                )
            ),
        )
        install_security(self.app)
        self.client = TestClient(self.app, base_url=BASE)

    async def reset(self) -> None:
        """As if nobody had ever changed anything, on the first day."""
        self.clock.now = TurnedClock().now
        with self.office.database.writing() as connection:
            for table in (content_versions, board_messages):
                connection.execute(delete(table))
        await self.content.refresh()

    def close(self) -> None:
        """Closes the database."""
        self.office.close()

    def as_(self, name: str = "Amt 34", role: Role = Role.ADMINISTRATOR, lang: str = "de") -> Desk:
        """Somebody's browser."""
        return Desk(self, name, role, lang)


class Desk:
    """A browser of somebody who is signed in."""

    def __init__(self, hall: TownHall, name: str, role: Role, lang: str) -> None:
        token, csrf = session(hall.office, name, role)
        self._client = hall.client
        self._headers = {"X-CSRF-Token": csrf, "Cookie": f"{COOKIE}={token}", "Accept-Language": lang}

    def get(self, path: str = "") -> Any:
        """GET below /api/staff/content."""
        return self._client.get(f"/api/staff/content{path}", headers=self._headers)

    def post(self, path: str, body: Any) -> Any:
        """POST below /api/staff/content."""
        return self._client.post(f"/api/staff/content/{path}", json=body, headers=self._headers)

    def item(self, kind: str, name: str) -> dict[str, Any]:
        """One thing as the page has it."""
        found = [one for one in self.get().json()["items"] if (one["kind"], one["name"]) == (kind, name)]
        assert found, (kind, name)
        return dict(found[0])

    def save(self, name: str, document: dict[str, Any], version: int = 0) -> Any:
        """The answer to saving."""
        return self.post("save", {"name": name, "version": version, "document": document})

    def faults(self, name: str, document: dict[str, Any]) -> dict[str, str]:
        """What is said beside which field."""
        answer = self.post("check", {"name": name, "document": document})
        assert answer.status_code == 200, answer.text
        return {one["field"]: one["says"] for one in answer.json()["faults"]}

    def hints(self, name: str, document: dict[str, Any]) -> dict[str, str]:
        """What is worth a thought."""
        answer = self.post("check", {"name": name, "document": document}).json()
        assert answer["faults"] == []
        return {one["field"]: one["says"] for one in answer["hints"]}


async def _nothing(*_: object) -> None:
    """No printer and no visit here."""
