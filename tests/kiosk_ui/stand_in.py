"""What the robot is to the two pages, for their tests: serves kiosk_ui/dist, sends views, keeps events.

Views are the samples in kiosk_ui/tests/fixtures/, checked against the robot's models as they are read.
"""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from robot.cases.model import CaseState
from robot.web.security import Refused, install_security
from robot.web.staff_view import CaseDetail, Me, StaffView
from robot.web.view import KioskView
from tests.kiosk_ui.samples import FIXTURES, ROOT, kiosk_screens

DIST = ROOT / "kiosk_ui" / "dist"
CHROMIUM = "/usr/bin/chromium"
SIGN_IN_AGAIN = 4401
PATIENCE_MS = 60_000  # a busy machine is waited for


def staff_samples() -> tuple[Me, StaffView, CaseDetail]:
    """The clerk, their page and a case."""
    samples = json.loads((FIXTURES / "staff.json").read_text(encoding="utf-8"))
    return (
        Me.model_validate(samples["me"]),
        StaffView.model_validate(samples["view"]),
        CaseDetail.model_validate(samples["detail"]),
    )


class StandIn:
    """The robot's side of both channels: `show` a view, `event` waits for what the page sends."""

    def __init__(self) -> None:
        self.view = kiosk_screens()["idle"]
        self.me, self.staff, self.detail = staff_samples()
        self.signed_in = False
        self.conflict = ""
        self.events: list[dict[str, Any]] = []
        self.posts: list[tuple[str, Any]] = []
        self.sockets: set[WebSocket] = set()
        self.staff_sockets: set[WebSocket] = set()
        self._changed = asyncio.Condition()
        self.app = FastAPI()
        install_security(self.app)
        self._routes()

    async def show(self, view: KioskView) -> None:
        """Send `view` to the screen, with the next number."""
        self.view = view.model_copy(update={"seq": self.view.seq + 1})
        for channel in tuple(self.sockets):
            await channel.send_text(self.view.model_dump_json())

    async def show_staff(self, view: StaffView) -> None:
        """Send `view` to the clerk's page."""
        self.staff = view
        for channel in tuple(self.staff_sockets):
            await channel.send_text(view.model_dump_json())

    async def event(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that is `wanted`, at once or when it comes."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(map(wanted, self.events)))
        return next(filter(wanted, self.events))

    async def expire(self) -> None:
        """The clerk's session ends."""
        self.signed_in = False
        for channel in tuple(self.staff_sockets):
            await channel.close(SIGN_IN_AGAIN)

    def _routes(self) -> None:
        app = self.app

        @app.websocket("/ws/kiosk")
        async def kiosk(channel: WebSocket) -> None:
            await channel.accept()
            self.sockets.add(channel)
            with suppress(WebSocketDisconnect):
                while True:
                    event = json.loads(await channel.receive_text())
                    async with self._changed:
                        self.events.append(event)
                        self._changed.notify_all()
                    if event["type"] == "hello":
                        await channel.send_text(self.view.model_dump_json())
            self.sockets.discard(channel)

        @app.get("/kiosk/picture/desk")
        async def picture() -> StreamingResponse:
            async def frames() -> AsyncIterator[bytes]:
                jpeg = desk()
                # Chromium shows a part of the stream when the next one begins
                for _ in range(2):
                    yield b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
                    yield jpeg + b"\r\n"
                await asyncio.Event().wait()

            return StreamingResponse(frames(), media_type="multipart/x-mixed-replace; boundary=frame")

        @app.websocket("/ws/staff")
        async def staff(channel: WebSocket) -> None:
            await channel.accept()
            if not self.signed_in:
                await channel.close(SIGN_IN_AGAIN)
                return
            self.staff_sockets.add(channel)
            await channel.send_text(self.staff.model_dump_json())
            with suppress(WebSocketDisconnect):
                while True:
                    await channel.receive_text()
            self.staff_sockets.discard(channel)

        def session() -> None:
            if not self.signed_in:
                raise Refused(401, "Bitte melden Sie sich an.", "Bitte melden Sie sich an.")

        @app.post("/api/staff/login")
        async def login(request: Request) -> Me:
            body = await request.json()
            if body["password"] != "richtig":
                raise Refused(401, "Name oder Passwort stimmt nicht.", "Name oder Passwort stimmt nicht.")
            self.signed_in = True
            return self.me

        @app.post("/api/staff/logout", status_code=204)
        async def logout() -> Response:
            await self.expire()
            return Response(status_code=204)

        @app.get("/api/staff/me")
        async def me() -> Me:
            session()
            return self.me

        @app.get("/api/staff/cases/{case}")
        async def look(case: str) -> CaseDetail:
            session()
            row = next((row for row in self.staff.cases if row.id == case), None)
            if row is None:
                raise Refused(404, "Diesen Vorgang gibt es nicht.", "Diesen Vorgang gibt es nicht.")
            return self.detail.model_copy(update={"row": row})

        @app.post("/api/staff/{kind}/{name}/{act}")
        async def post(kind: str, name: str, act: str, request: Request) -> Response:
            session()
            if request.headers.get("x-csrf-token") != self.me.csrf:
                raise Refused(403, "Bitte laden Sie die Seite neu.", "Bitte laden Sie die Seite neu.")
            body = await request.json()
            self.posts.append((f"{kind}/{name}/{act}", body))
            if act != "state":
                return Response(status_code=204)
            if self.conflict:
                raise Refused(409, self.conflict, self.conflict)
            old = next(row for row in self.staff.cases if row.id == name)
            new = old.model_copy(
                update={"state": CaseState(body["state"]), "version": old.version + 1, "by": self.me.name}
            )
            rows = [new if row.id == name else row for row in self.staff.cases]
            await self.show_staff(self.staff.model_copy(update={"cases": rows, "seq": self.staff.seq + 1}))
            return JSONResponse(new.model_dump(mode="json"))

        @app.get("/")
        async def index() -> FileResponse:
            return FileResponse(DIST / "index.html")

        @app.get("/staff")
        async def staff_page() -> FileResponse:
            return FileResponse(DIST / "staff.html")

        app.mount("/", StaticFiles(directory=DIST))


def desk() -> bytes:
    """A picture such as the document camera's: a card with two lines on a desk, JPEG 1280×720."""
    image = Image.new("RGB", (1280, 720), "#4a4038")
    draw = ImageDraw.Draw(image)
    draw.polygon([(240, 140), (1070, 120), (1080, 590), (250, 610)], fill="#dfe6ea")
    for line in range(3):
        draw.rectangle((290, 470 + 36 * line, 1030, 490 + 36 * line), fill="#333")
    made = io.BytesIO()
    image.save(made, "JPEG", quality=80)
    return made.getvalue()


@asynccontextmanager
async def serving(stand_in: StandIn, port: int = 0) -> AsyncIterator[str]:
    """The stand-in's address while it runs; `port` 0 takes a free one."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(stand_in.app, log_level="warning", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()
        stand_in.sockets.clear()
        stand_in.staff_sockets.clear()


@asynccontextmanager
async def browsing(*switches: str) -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window; each of its pages is patient."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", *switches]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        browser.on("context", lambda context: context.set_default_timeout(PATIENCE_MS))
        try:
            yield browser
        finally:
            await browser.close()


async def showing(page: Page, view: KioskView) -> None:
    """Until the page shows this very view."""
    await page.wait_for_selector(f'main[data-seq="{view.seq}"][data-panel="{view.panel.kind}"]')
