"""The citizen's channel: one screen holds the kiosk; the camera's picture while consent lasts."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError

from hardware.ports import Camera, DeviceError
from robot.visit.conductor import Conductor
from robot.web.view import Hello, Info, KioskView, ScreenEvent

log = logging.getLogger(__name__)

EVENT: TypeAdapter[ScreenEvent] = TypeAdapter(ScreenEvent)
FRAME_S = 0.15
TAKEN = 4409  # another screen holds the kiosk
HELLO_S = 5.0


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
        if not _here(socket.client.host if socket.client else "") or not _same_origin(socket):
            await socket.close(4403)
            return
        await socket.accept()
        try:
            async with asyncio.timeout(HELLO_S):
                hello = Hello.model_validate_json(await socket.receive_text())
        except (ValidationError, TimeoutError, WebSocketDisconnect):
            with suppress(RuntimeError):
                await socket.close(4400)
            return
        if not await holder.take(hello.screen, socket):
            with suppress(WebSocketDisconnect):
                await socket.send_text(_elsewhere(conductor).model_dump_json())
                await socket.close(TAKEN)
            return
        if hello.seen > conductor.screen.seq:  # views are numbered anew when the robot starts
            conductor.restarted(hello.lang)
        await _serve(conductor, socket)
        holder.leave(socket)

    @router.get("/kiosk/picture/{token}")
    async def picture(token: str) -> StreamingResponse:
        if not token or token != conductor.picture_token:
            raise HTTPException(404, "Hier ist kein Bild.")
        return StreamingResponse(
            _frames(conductor, camera, token),
            media_type="multipart/x-mixed-replace; boundary=frame",
            headers={"Cache-Control": "no-store"},
        )

    return router


async def _serve(conductor: Conductor, socket: WebSocket) -> None:
    """Send every new view (the newest wins), take every event, until the page goes."""
    newest: asyncio.Queue[KioskView] = asyncio.Queue(maxsize=1)

    def offer(view: KioskView) -> None:
        if newest.full():
            newest.get_nowait()
        newest.put_nowait(view)

    async def send() -> None:
        while True:
            await socket.send_text((await newest.get()).model_dump_json())

    stop = conductor.screen.listen(offer)
    offer(conductor.screen.view())
    sending = asyncio.create_task(send(), name="kiosk-send")
    try:
        while True:
            text = await socket.receive_text()
            try:
                event = EVENT.validate_json(text)
            except ValidationError:
                log.warning("the screen sent something that is no event; it was passed over")
                continue
            if not isinstance(event, Hello):
                await conductor.on_screen(event)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        stop()
        sending.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await sending


async def _frames(conductor: Conductor, camera: Camera, token: str) -> AsyncIterator[bytes]:
    while token == conductor.picture_token:
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
        labels=screen.labels,
        microphone=False,
    )


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _same_origin(socket: WebSocket) -> bool:
    origin = socket.headers.get("origin")
    return origin is None or origin.split("://", 1)[-1] == socket.headers.get("host")
