"""The monitor in the lobby: which number is called to which counter. Nobody signs in, nothing is personal."""

import asyncio
import logging

import anyio
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from robot.cases.calls import Calls
from robot.cases.crypto import KeyFileError
from robot.cases.database import StoreError
from robot.web.broadcast import Broadcast
from robot.web.case_view import DisplayCall, DisplayView
from robot.web.channel import FLOOD, FOREIGN, Broken, Flow, own_page, text_of

log = logging.getLogger(__name__)

MOST = 50  # monitors at once: nobody signs in here
_PAUSE_S = 0.1  # between two views: changes come in bursts
_ALIVE_S = 60.0  # a view at least so often: the day ends without any call


def display_router(calls: Calls, town: str, changed: Broadcast) -> APIRouter:
    """The websocket /ws/display."""
    router = APIRouter()
    monitors: set[WebSocket] = set()

    @router.websocket("/ws/display")
    async def display(socket: WebSocket) -> None:
        if not own_page(socket):
            await socket.close(FOREIGN)
            return
        await socket.accept()
        if len(monitors) >= MOST:
            await socket.close(FLOOD)
            return
        monitors.add(socket)
        try:
            async with anyio.create_task_group() as both:

                async def until_the_page_goes() -> None:
                    code = await _silent(socket)
                    both.cancel_scope.cancel()
                    if code is not None:
                        with anyio.CancelScope(shield=True):
                            await socket.close(code)

                both.start_soon(until_the_page_goes)
                try:
                    await _push(socket, calls, town, changed)
                except WebSocketDisconnect:
                    both.cancel_scope.cancel()
        finally:
            monitors.discard(socket)

    return router


async def _silent(socket: WebSocket) -> int | None:
    """Until the page goes (None) or breaks the protocol (the code): a monitor has nothing to say."""
    flow = Flow(burst=5, per_s=0.1)
    try:
        while True:
            await text_of(socket, flow)
    except WebSocketDisconnect:
        return None
    except Broken as error:
        return error.code


async def _push(socket: WebSocket, calls: Calls, town: str, changed: Broadcast) -> None:
    """A view at once and whenever the calls have changed; without the store what stands there stays."""
    seen, sent = -1, None
    while True:
        seq = changed.seq
        if seq > seen:
            seen = seq
            shown = await latest(calls)
            if shown is not None and shown != sent:
                sent = shown
                await socket.send_text(DisplayView(seq=seq, town=town, calls=shown).model_dump_json())
            await asyncio.sleep(_PAUSE_S)
        elif await changed.wait(seen, _ALIVE_S) <= seen:
            seen -= 1


async def latest(calls: Calls) -> list[DisplayCall] | None:
    """What the monitor shows; None while the store cannot tell."""
    try:
        return await calls.recent()
    except (StoreError, KeyFileError) as error:
        log.error("store: %s", error)
        return None
