"""The citizen's channel: one screen holds the kiosk; the camera's picture while consent lasts."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError

from hardware.ports import Camera, DeviceError
from robot.visit.conductor import Conductor
from robot.web.channel import FOREIGN, NONSENSE, TAKEN, Broken, Flow, own_page, text_of
from robot.web.security import Refused
from robot.web.view import Hello, Info, KioskView, ScreenEvent, Signal

log = logging.getLogger(__name__)

EVENT: TypeAdapter[ScreenEvent] = TypeAdapter(ScreenEvent)
FRAME_S = 0.15
HELLO_S = 5.0
MESSAGES = (300, 60.0)  # what a screen may send at once, and per second: drawn, typed, connected
MISTAKES = (10, 0.1)  # of these, so many may be no event


class Holder:
    """Which page is the kiosk's screen: a second one sees nothing of the visit."""

    def __init__(self) -> None:
        self._screen = ""
        self._socket: WebSocket | None = None

    async def take(self, screen: str, socket: WebSocket) -> bool:
        """Whether `screen` may show the kiosk; the same screen reloaded takes over from itself."""
        if self._socket is not None and screen != self._screen:
            return False
        before, self._socket, self._screen = self._socket, socket, screen
        if before is not None:
            with suppress(RuntimeError, WebSocketDisconnect):
                await before.close(TAKEN)
        return True

    def leave(self, socket: WebSocket) -> None:
        """The page is gone."""
        if self._socket is socket:
            self._socket = None


def kiosk_router(conductor: Conductor, camera: Camera) -> APIRouter:
    """Routes `/ws/kiosk` and `/kiosk/picture/{token}`, for this machine's own browser only."""
    router = APIRouter()
    holder = Holder()

    @router.websocket("/ws/kiosk")
    async def kiosk(socket: WebSocket) -> None:
        if not _here(socket.client.host if socket.client else "") or not own_page(socket):
            log.warning("the kiosk's channel was asked for by somebody else")
            await socket.close(FOREIGN)
            return
        await socket.accept()
        flow = Flow(*MESSAGES)
        try:
            async with asyncio.timeout(HELLO_S):
                hello = Hello.model_validate_json(await text_of(socket, flow))
        except WebSocketDisconnect:
            return
        except (ValidationError, TimeoutError, Broken) as error:
            code = error.code if isinstance(error, Broken) else NONSENSE
            log.warning("a page did not say hello as the kiosk's screen does: closed with %d", code)
            with suppress(RuntimeError):
                await socket.close(code)
            return
        if not await holder.take(hello.screen, socket):
            with suppress(WebSocketDisconnect):
                await socket.send_text(_elsewhere(conductor).model_dump_json())
                await socket.close(TAKEN)
            return
        if hello.seen is not None and not conductor.served(hello.seen):
            conductor.first_screen.restarted(hello.lang)
        try:
            await _serve(conductor, socket, flow)
        except Broken as broken:
            log.warning("the screen broke the protocol: closed with %d", broken.code)
            with suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(broken.code)
        finally:
            holder.leave(socket)

    @router.get("/kiosk/picture/{token}")
    async def picture(token: str) -> StreamingResponse:
        if not token or token != conductor.picture.token:
            raise Refused(404, "Hier ist kein Bild.", "There is no picture here.")
        return StreamingResponse(
            _frames(conductor, camera, token),
            media_type="multipart/x-mixed-replace; boundary=frame",
            headers={"Cache-Control": "no-store"},
        )

    return router


async def _serve(conductor: Conductor, socket: WebSocket, flow: Flow) -> None:
    """Send every new view (the newest wins), take every event, until the page goes. Raises Broken."""
    mistakes = Flow(*MISTAKES)
    newest: list[KioskView] = []
    signals: list[Signal] = []  # each is sent, in order, after the view that they belong to
    due = asyncio.Event()

    def offer(view: KioskView) -> None:
        newest[:] = [view]
        due.set()

    def signal(one: Signal) -> None:
        signals.append(one)
        due.set()

    async def send() -> None:
        while True:
            await due.wait()
            due.clear()
            messages = [*newest, *signals]
            newest.clear()
            signals.clear()
            for message in messages:
                await socket.send_text(message.model_dump_json())

    stop = conductor.screen.listen(offer)
    detach = conductor.takeover.calls.attach(signal)
    offer(conductor.screen.view())
    sending = asyncio.create_task(send(), name="kiosk-send")
    try:
        while True:
            text = await text_of(socket, flow)
            try:
                event = EVENT.validate_json(text)
            except ValidationError:
                log.warning("the screen sent something that is no event; it was passed over")
                _one_more(mistakes)
                continue
            if not isinstance(event, Hello):
                await conductor.citizen.on_screen(event)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        stop()
        detach()
        sending.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await sending


def _one_more(mistakes: Flow) -> None:
    """A visit is worth more than a page's mistake; a page that makes nothing else is no screen."""
    try:
        mistakes.take()
    except Broken:
        raise Broken(NONSENSE) from None


async def _frames(conductor: Conductor, camera: Camera, token: str) -> AsyncIterator[bytes]:
    while token == conductor.picture.token:
        try:
            jpeg = await camera.jpeg()
        except DeviceError:
            await asyncio.sleep(FRAME_S * 4)
            continue
        yield b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        yield jpeg + b"\r\n"
        await asyncio.sleep(FRAME_S)


def _elsewhere(conductor: Conductor) -> KioskView:
    screen = conductor.screen
    sentence = screen.labels["elsewhere"]
    return KioskView(
        seq=0,
        lang=screen.lang,
        state="elsewhere",
        town=screen.town,
        badge=screen.badge,
        face="idle",
        caption=sentence,
        panel=Info(title=screen.town, text=sentence),
        emergency=screen.emergency,
        labels=screen.labels,
        microphone=False,
    )


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
