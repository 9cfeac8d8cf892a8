"""A town's figures of one month, from a real store, and the staff's pages on the real web app over it."""

from __future__ import annotations

import asyncio
import random
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from robot.figures.counting import FigureStore, VisitFigure, WaitFigure
from robot.figures.labels import Labels
from robot.figures.period import Kind, Period
from robot.figures.report import Asked, make_report
from robot.staff.office import BackOffice
from robot.web.broadcast import Broadcast
from robot.web.figures_view import FiguresReport
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import StaffServices, staff_router
from tests.kiosk_ui.stand_in import DIST
from tests.musterstadt import catalogue, texts
from tests.robot.cases.kit import TurnedClock, open_office

ZONE = ZoneInfo("Europe/Berlin")
PASSWORD = "ein langes Passwort"
STATIONS = ("situation", "checklist", "document", "form", "review", "hand_over", "feedback")
MARCH = Period(Kind.RANGE, date(2026, 3, 1), date(2026, 3, 31))


def fill(store: FigureStore) -> None:
    """Seventy visits in the first days of March 2026 and what belongs to them, always the same."""
    dice = random.Random(7)
    visits, waits = [], []
    for number in range(70):
        at = datetime(2026, 3, 2 + number % 5, 8 + dice.randrange(8), dice.randrange(60), tzinfo=ZONE)
        place = dice.choice((2, 3, 4, 7, 7, 7, 7))
        service = dice.choice(("identity_card", "identity_card", "passport", "dog_tax"))
        done = place == len(STATIONS)
        visits.append(
            VisitFigure(
                kiosk=dice.choice(("Foyer", "Bücherei")),
                started=at,
                language=dice.choice(("de", "de", "de", "en", "tr")),
                service=service,
                step=STATIONS[place - 1],
                place=place,
                outcome="done" if done else dice.choice(("left", "timeout")),
                minutes=dice.randint(2, 9),
                heard=6,
                understood=dice.randint(4, 6),
                helped=dice.random() < 0.1,
                ways=frozenset(dice.choice((("voice",), ("touch",), ("touch", "voice")))),
                thumb=dice.choice((1, 1, 0, -1)) if done else 0,
            )
        )
        if done:
            waits.append(WaitFigure(at, service, dice.randint(1, 40)))
    store.write(visits, waits)
    store.write_devices({"printer": "degraded"}, 40_000)


@contextmanager
def office(folder: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    """A back office with these figures, half an hour after the printer failed."""
    opened = open_office(folder, clock=clock)
    try:
        fill(opened.figures)
        clock.turn(minutes=30)
        opened.figures.write_devices({}, 1800)
        yield opened
    finally:
        opened.close()


def labels() -> Labels:
    """The names of the town's services."""
    return Labels(catalogue(), texts())


def sample() -> FiguresReport:
    """The report of that month."""
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), TurnedClock()) as opened:
        return make_report(opened.figures, Asked(MARCH), Labels(), None)


@dataclass
class Pages:
    """Where the pages are, and the office behind them."""

    address: str
    office: BackOffice


@asynccontextmanager
async def pages(folder: Path) -> AsyncIterator[Pages]:
    """The staff's pages on the real web app; the rest of the robot is not there."""
    clock = TurnedClock()
    with office(folder, clock) as opened:
        clock.now = datetime(2026, 3, 6, 17, tzinfo=ZONE) + timedelta(seconds=1)
        for name, role in (("Leitung", "lead"), ("Amt 33", "clerk")):
            await opened.accounts.add(name, PASSWORD, role)

        async def nothing(*_: object) -> None:
            return

        app = FastAPI()
        services = StaffServices(
            office=opened,
            town="Musterstadt",
            changed=Broadcast(),
            visits=list,
            devices=list,
            print_ticket=nothing,
            accept_help=nothing,
            labels=labels(),
        )
        take_in(app, staff_router(services))

        @app.get("/staff")
        async def staff_page() -> FileResponse:
            return FileResponse(DIST / "staff.html")

        app.mount("/assets", StaticFiles(directory=DIST / "assets"))
        install_security(app)
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve([listener]))
        try:
            yield Pages(f"http://127.0.0.1:{listener.getsockname()[1]}", opened)
        finally:
            server.should_exit = True
            await running
            listener.close()
