"""A real conductor at a body on a line, with a store of its own; and the same with a human who takes over."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from dialogs.client import RasaServer
from hardware.body import ModbusBody
from hardware.camera import OpenCvCamera
from hardware.cards import PcscReader
from hardware.printer import EscposPrinter
from hardware.speech.hearing import VoskHearing
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from robot.app import speech_of
from robot.settings import load
from robot.staff.audit import Act
from robot.visit.conductor import Conductor
from robot.visit.devices import Devices
from robot.visit.seat import Seat
from robot.visit.visit import Help, Visit
from robot.web.broadcast import Broadcast
from robot.web.takeover_view import ClerkDoing, Take, TakeoverView
from robot.web.view import KioskView, Touch
from simulator.body import RobotBody
from tests.musterstadt import catalogue, texts
from tests.robot.cases.kit import open_office

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = catalogue()
TEXTS = texts()
PATIENCE_S = 60.0
GREETING = TEXTS.get("de", "screen.greeting", town="Musterstadt")
GOODBYE = TEXTS.get("de", "screen.goodbye.say")


class Foyer:
    """One kiosk with a presence sensor and nothing else; `captions`: everything that it said, in order."""

    def __init__(self, folder: Path, world: RobotBody, *, rasa_url: str = "") -> None:
        settings = load(ROOT / "lotse.toml")
        mute = settings.speech.model_copy(update={"microphone": "none", "speaker": "none"})
        short = settings.visit.model_copy(update={"silence_s": 0.5, "warning_s": 0.5, "goodbye_s": 0.2})
        settings = settings.model_copy(update={"speech": mute, "visit": short})
        speech = speech_of(settings)
        sound = SoundDevice(speech)
        self.world = world
        self.changed = Broadcast()
        self.office = open_office(folder, on_change=self.changed.notify, kiosk=settings.town.kiosk)
        self.devices = Devices(
            hearing=VoskHearing(speech, sound),
            voice=Pyttsx3Voice(speech, sound),
            cards=PcscReader("none"),
            camera=OpenCvCamera("none"),
            printer=EscposPrinter("none", 9600, "TM-T88III"),
            body=ModbusBody(str(world.link)),
            others=(sound,),
        )
        self.rasa = RasaServer(python=folder / "no-python", model=folder, port=1, action_url="", url=rasa_url)
        self.conductor = Conductor(
            settings, CATALOGUE, TEXTS, self.office, self.rasa, self.devices, self.changed
        )
        self.conductor.lobby.dialogue(ready=True)
        self.captions: list[str] = []
        self.view = self.conductor.screen.view()
        self._shown = asyncio.Event()
        self.conductor.screen.listen(self._show)

    def _show(self, view: KioskView) -> None:
        if view.caption != self.view.caption:
            self.captions.append(view.caption)
        self.view = view
        self._shown.set()

    async def shows(self, wanted: Callable[[KioskView], bool]) -> KioskView:
        """The first view that is `wanted`, of now or to come."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted(self.view):
                self._shown.clear()
                await self._shown.wait()
        return self.view

    async def somebody(self, present: bool) -> None:
        """Steps before the kiosk, or away; returns when the colleague has noticed."""
        arrivals = self.conductor.arrivals
        self.world.presence(present)
        async with asyncio.timeout(PATIENCE_S):
            while arrivals.present is not present:  # noqa: ASYNC110 - what a sensor says sends no view
                await asyncio.sleep(0.02)

    def greetings(self) -> int:
        return self.captions.count(GREETING)


class Kiosk(Foyer):
    """A kiosk before which somebody has asked for a human; `wrote`: what stands in the audit log."""

    def __init__(self, folder: Path, world: RobotBody, *, lost_s: float = 0.3, talk_s: float = 0.3) -> None:
        super().__init__(folder, world)
        self.wrote: list[tuple[str, Act, str]] = []
        self.store = asyncio.Event()  # while it is not set, the store takes its time
        self.store.set()
        limits, takeover = self.conductor.limits, self.conductor.takeover
        limits.allowed = limits.allowed.model_copy(update={"silence_s": 300, "warning_s": 60})
        takeover.trail.record = self.record
        takeover.lost_s, takeover.calls.talk_s = lost_s, talk_s

    async def record(self, who: str, what: Act, visit: str, detail: str) -> None:
        await self.store.wait()
        await self.office.audit.record(who, what, visit, detail)
        self.wrote.append((who, what, detail))

    async def visitor(self) -> Visit:
        """Somebody comes, and asks for a human."""
        await self.conductor.citizen.on_screen(Touch())
        await self.shows(lambda view: view.caption == GREETING)
        visit = self.conductor.visit
        assert visit
        visit.help = Help(reason="möchte mit einem Menschen sprechen")
        return visit

    def seat(self, visit: Visit, clerk: str = "Amt 33") -> Seat:
        seat = Seat(clerk, f"session of {clerk}", visit.id)
        self.conductor.takeover.join(seat)
        return seat

    async def do(self, seat: Seat, *doings: ClerkDoing) -> None:
        for doing in doings:
            await self.conductor.takeover.doing(seat, doing)

    async def taken(self, visit: Visit) -> Seat:
        seat = self.seat(visit)
        await self.do(seat, Take(shown_as="Amt 33"))
        return seat

    def sees(self, seat: Seat) -> TakeoverView:
        return self.conductor.takeover.view(seat)

    def text(self, key: str, **params: str) -> str:
        return TEXTS.get("de", f"screen.takeover.{key}", **params)


Served = TypeVar("Served", bound=Foyer)


@asynccontextmanager
async def serving(foyer: Served) -> AsyncIterator[Served]:
    """With its devices started, and its conductor at work."""
    for device in foyer.devices.all():
        await device.start()
    work = asyncio.create_task(foyer.conductor.run())
    try:
        yield foyer
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await foyer.conductor.close()
        for device in reversed(foyer.devices.all()):
            await device.stop()
        foyer.office.close()


class Dialogue:
    """What answers at the far end of the dialogue's wire: `replies` by what is sent, kept in `got`.

    While `silent` is set, nothing is answered.
    """

    def __init__(self) -> None:
        self.got: list[str] = []
        self.replies: dict[str, list[dict[str, object]]] = {}
        self.silent = False
        self._news = asyncio.Condition()

    @staticmethod
    async def _status() -> dict[str, str]:
        return {}

    async def _take(self, turn: dict[str, Any]) -> dict[str, object]:
        async with self._news:
            self.got.append(turn["message"])
            self._news.notify_all()
            await self._news.wait_for(lambda: not self.silent)
        return {"replies": self.replies.get(turn["message"], []), "slots": {}, "loop": None}

    async def answer(self) -> None:
        """Go on."""
        async with self._news:
            self.silent = False
            self._news.notify_all()

    async def gets(self, *words: str) -> None:
        """Until it was sent these, one after the other, and nothing else; then it is emptied."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: len(self.got) >= len(words))
            assert self.got == list(words)
            self.got.clear()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its address."""
        app = FastAPI()
        app.get("/status")(self._status)
        app.post("/webhooks/turns/")(self._take)
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        work = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await work


@pytest_asyncio.fixture
async def foyer(tmp_path: Path) -> AsyncIterator[Foyer]:
    with RobotBody(tmp_path / "body") as world:
        async with serving(Foyer(tmp_path, world)) as foyer:
            yield foyer


@pytest_asyncio.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    with RobotBody(tmp_path / "body") as world:
        async with serving(Kiosk(tmp_path, world)) as kiosk:
            yield kiosk
