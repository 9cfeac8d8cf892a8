"""The composition root: settings in, a running colleague out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.client import REAL_TIME, RasaServer
from dialogs.texts import TextError, Texts
from dialogs.vocabulary import SAYS
from hardware.body import ModbusBody
from hardware.camera import OpenCvCamera
from hardware.ports import Ticket
from hardware.printer import EscposPrinter
from hardware.speech.headset import PulseHeadset
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from robot.blame import blame
from robot.card_command import reader_of
from robot.cases.database import Clock, utc_now
from robot.figures.labels import Labels
from robot.figures.watch import retain as retain_figures
from robot.figures.watch import watch as watch_devices
from robot.settings import Settings, Web
from robot.staff.content_live import Content
from robot.staff.live import LiveHouse, Reason
from robot.staff.office import BackOffice
from robot.staff.oidc import OidcClient, OidcConfig
from robot.staff.selftest import SelfTest
from robot.steps.hand_over import ticket_of
from robot.visit.conductor import Conductor
from robot.visit.devices import Devices
from robot.web.broadcast import Broadcast
from robot.web.channel import SERVER
from robot.web.display import display_router
from robot.web.kiosk import kiosk_router
from robot.web.routes import take_in
from robot.web.security import install_security
from robot.web.staff import StaffServices, staff_router
from robot.web.staff_sign_in import SignInRules
from robot.web.staff_takeover import takeover_router
from robot.web.staff_view import Cause

log = logging.getLogger(__name__)

PAGES = Path(__file__).resolve().parent.parent / "kiosk_ui" / "dist"
TEXTS = Path(__file__).resolve().parent.parent / "dialogs" / "texts"


def speech_of(settings: Settings) -> SpeechSettings:
    """[speech] with absolute paths."""
    speech = settings.speech
    piper = speech.engine == "piper"
    voices = speech.piper_voices if piper else {}
    return SpeechSettings(
        model=settings.path(speech.model_de),
        model_en=settings.path(speech.model_en) if speech.model_en else None,
        microphone=speech.microphone,
        speaker=speech.speaker,
        pulse_server=settings.unix_address(speech.pulse_server),
        alsa_config=settings.device_path(speech.alsa_config),
        voice=speech.voice,
        sentence_silence_s=speech.sentence_silence_s,
        word_silence_s=speech.word_silence_s,
        headset=speech.headset,
        piper_program=speech.piper_program if piper else "",
        piper_voices={lang: settings.path(file) for lang, file in voices.items()},
    )


def devices_of(settings: Settings) -> Devices:
    """The drivers, wired to the addresses in the settings; none is started."""
    speech = speech_of(settings)
    sound = SoundDevice(speech)
    voice = Pyttsx3Voice(speech, sound)
    return Devices(
        hearing=VoskHearing(speech, sound),
        voice=voice,
        headset=PulseHeadset(speech, sound, voice.cut) if speech.headset else None,
        cards=reader_of(settings),
        camera=OpenCvCamera(settings.device_path(settings.camera.source)),
        printer=EscposPrinter(
            settings.device_path(settings.printer.port), settings.printer.baud, settings.printer.profile
        ),
        body=ModbusBody(settings.device_path(settings.body.port), settings.body.baud, settings.body.unit),
        others=(sound,),
    )


class AddressTaken(Exception):
    """The address of [web] cannot be used; the message is one sentence that says what to do."""


def bound(web: Web) -> socket.socket:
    """The pages' socket, taken before any device, which may be another robot's. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    offered = socket.socket(family)
    offered.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        offered.bind((web.host, web.port))
    except OSError as error:
        offered.close()
        raise AddressTaken(
            f"{web.host}:{web.port} cannot be used ({error.strerror}): end the program that has it, "
            "or change [web] host or port."
        ) from error
    return offered


def sign_in_rules(settings: Settings) -> SignInRules:
    """[staff] and [oidc], with a client for the provider where there is one. Raises OSError."""
    oidc, provider = settings.oidc, None
    if oidc.issuer:
        file = oidc.client_secret_file
        secret = settings.path(file).read_text(encoding="utf-8").strip() if file else ""
        provider = OidcClient(
            OidcConfig(oidc.issuer, oidc.client_id, oidc.roles, secret, oidc.scopes, oidc.role_claim)
        )
    return SignInRules(
        second_factor_required=settings.staff.second_factor == "required",
        link_hours=settings.staff.link_hours,
        address=settings.web.address,
        local=oidc.local,
        provider=provider,
        provider_name=oidc.name,
    )


class Robot:
    """Everything of one kiosk, with its web app."""

    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        """Raises CatalogueError, TextError, KeyFileError, StoreError; `clock`: the staff's."""
        self.settings = settings
        zone = ZoneInfo(settings.town.timezone)
        self.catalogue = Catalogue.load(
            settings.path(settings.town.services), settings.path(settings.town.facts)
        )
        self.texts = texts = Texts.load(TEXTS, self.catalogue)
        if missing := [*texts.missing(), *texts.check(SAYS)]:
            raise TextError(missing)
        self.changed = Broadcast()
        self.elsewhere = Broadcast()  # another kiosk, or a command, has stored something
        self.office = BackOffice.open(
            settings.store_url(),
            settings.path(settings.store.key_file),
            timezone=settings.town.timezone,
            on_change=self.changed.notify,
            kiosk=settings.town.kiosk,
            idle_s=settings.staff.idle_minutes * 60,
            absolute_s=settings.staff.session_hours * 3600,
            clock=clock,
        )
        self.content = Content(
            self.catalogue, texts, self.office.content, zone, clock=clock, on_change=self.changed.notify
        )
        self.devices = devices_of(settings)
        self.rasa = RasaServer(
            python=settings.path(settings.rasa.python),
            model=settings.path(settings.rasa.model),
            port=settings.rasa.port,
            action_url=f"http://127.0.0.1:{settings.web.port}/rasa/webhook",
            log=settings.path("run/log/rasa.log"),
            on_state=self._rasa_changed,
            url=settings.rasa.url,
        )
        self.conductor = Conductor(
            settings, self.catalogue, texts, self.office, self.rasa, self.devices, self.changed
        )
        self.live = LiveHouse(
            self.office,
            self.changed,
            self.conductor.visits,
            self.conductor.condition.rows,
            closed=self._why_closed,
            show=self.conductor.course.emergency,
            address=settings.web.address,
            elsewhere=self.elsewhere,
            clock=clock,
        )
        self.self_test = SelfTest(
            self.devices.all(),
            self.devices.camera,
            self.devices.printer,
            self.office.database,
            dialogue=self.conductor.condition.dialogue,
            busy=lambda: self.conductor.visit is not None,
            keep=self.live.keep_test,
        )
        self.actions = ActionServer(self.catalogue, clock=lambda: datetime.now(zone))
        self.app = self._web()

    def _rasa_changed(self, state: str) -> None:
        self.conductor.condition.rasa_changed(state)

    def _web(self) -> FastAPI:
        app = FastAPI(title="Rathauslotse", lifespan=self._lifespan, openapi_url=None)
        take_in(
            app,
            kiosk_router(self.conductor, self.devices.camera),
            takeover_router(self.office.sessions, self.conductor.takeover),
            display_router(self.office.calls, self.settings.town.name, self.changed),
            staff_router(
                StaffServices(
                    office=self.office,
                    town=self.settings.town.name,
                    changed=self.changed,
                    visits=self.conductor.visits,
                    devices=self.conductor.condition.rows,
                    print_ticket=self._print_again,
                    accept_help=self.conductor.help_desk.accept,
                    service_label=self._service_label,
                    live=self.live,
                    self_test=self.self_test.run,
                    labels=Labels(self.catalogue, self.texts),
                    content=self.content,
                    keeps_sentences=self.settings.dialogue.keep_not_understood,
                    sign_in=sign_in_rules(self.settings),
                )
            ),
        )

        @app.post("/rasa/webhook", include_in_schema=False)
        async def act(request: Request) -> JSONResponse:
            if request.client is None or request.client.host != "127.0.0.1":
                return JSONResponse({"detail": "Nur für den eigenen Dialogserver."}, 403)
            status, body = await self.actions.handle(await request.json())
            return JSONResponse(body, status)

        @app.get("/health")
        async def health() -> dict[str, Any]:
            """Whether the colleague can greet, and how each device is."""
            return {
                "ready": self.rasa.state == "ready",
                "devices": {row.name: row.state for row in self.conductor.condition.rows()},
            }

        @app.get("/metrics.json", include_in_schema=False)
        async def metrics() -> dict[str, list[float]]:
            """Durations of this process in milliseconds; nothing personal."""
            return {name: list(values) for name, values in self.conductor.figures.items()}

        if PAGES.is_dir():
            app.mount("/assets", StaticFiles(directory=PAGES / "assets"), name="assets")

            @app.get("/", include_in_schema=False)
            async def kiosk_page() -> FileResponse:
                return FileResponse(PAGES / "index.html")

            @app.get("/staff", include_in_schema=False)
            async def staff_page() -> FileResponse:
                return FileResponse(PAGES / "staff.html")

            @app.get("/display", include_in_schema=False)
            async def display_page() -> FileResponse:
                return FileResponse(PAGES / "display.html")

        web = self.settings.web
        hosts = [web.host, urlsplit(web.address).hostname or web.host]
        install_security(app, hosts=hosts, body_limits={"/rasa/": 16 << 20})
        return app

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        for device in self.devices.all():
            await device.start()
        await self.rasa.start()
        tasks = [
            asyncio.create_task(self.conductor.run(), name="conductor"),
            asyncio.create_task(self.office.database.hear(self.elsewhere.notify), name="news"),
            asyncio.create_task(self.content.follow(elsewhere=self.elsewhere), name="content"),
            asyncio.create_task(self.office.endings.follow(self.elsewhere), name="sign-outs"),
            asyncio.create_task(self.live.run(), name="kiosks"),
            asyncio.create_task(
                self.self_test.keep_testing(ZoneInfo(self.settings.town.timezone)), name="self-test"
            ),
            asyncio.create_task(self.office.retain(self.settings.store.retention_days), name="retention"),
            asyncio.create_task(self.office.free_cases(), name="claims"),
            asyncio.create_task(
                watch_devices(self.office.figures, self.conductor.condition.rows, self.changed),
                name="outages",
            ),
            asyncio.create_task(
                retain_figures(self.office.figures, self.settings.store.figures_days), name="figures"
            ),
        ]
        for task in tasks:
            task.add_done_callback(_report)
        try:
            yield
        finally:
            await self.conductor.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(
                self.rasa.stop(),
                *(device.stop() for device in reversed(self.devices.all())),
                return_exceptions=True,
            )
            self.office.close()

    def _why_closed(self) -> Reason | None:
        why = self.conductor.lobby.why_closed()
        return Reason(why.cause, by_staff=why.cause in set(Cause)) if why else None

    def _service_label(self, service: str) -> str:
        """Numbers of a service that the catalogue has no more keep its id."""
        known = self.catalogue.services.get(service)
        return known.label if known else service

    async def _print_again(self, case_id: str) -> None:
        slip = await self.office.cases.slip(case_id)
        await self.devices.printer.print_ticket(self._ticket(slip))

    def _ticket(self, slip: Any) -> Ticket:
        return ticket_of(
            self.settings.town.name,
            slip.ref.number,
            slip.service_label,
            slip.ref.created.astimezone(ZoneInfo(self.settings.town.timezone)),
            "",
            tuple(slip.bring),
            slip.ref.reference,
            "",
        )


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("%s stopped: %s", task.get_name(), blame(error))


async def serve(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Run until a signal; core dumps are off, since memory holds what a citizen told us.

    `clock`: the staff's.

    Where the system allows it (root, or `LimitRTPRIO=` of the service), the thread that converses and its
    Rasa come before the painting of the screen: somebody waits for their answer. What they start does not.
    Raises AddressTaken.
    """
    offered = bound(settings.web)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(REAL_TIME))
    robot = Robot(settings, clock=clock)
    server = uvicorn.Server(
        uvicorn.Config(
            robot.app,
            host=settings.web.host,
            port=settings.web.port,
            log_level="warning",
            access_log=False,
            **SERVER,
            timeout_graceful_shutdown=2,
        )
    )
    await server.serve(sockets=[offered])
