"""The clerk's line to one visit: read what may be read, take over, hand back (see `takeover_view`)."""

# no `from __future__ import annotations`: FastAPI reads the annotations of what is defined in a function

import asyncio
import contextlib
import hashlib
import logging
from typing import Annotated

from fastapi import APIRouter, Path, WebSocket
from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocketDisconnect

from robot.staff.rights import Right
from robot.staff.sessions import Sessions
from robot.visit.seat import Seat
from robot.visit.takeover import Takeover
from robot.web.channel import (
    FOREIGN,
    INTERNAL_ERROR,
    NONSENSE,
    SIGN_IN_AGAIN,
    Broken,
    Flow,
    own_page,
    text_of,
)
from robot.web.guard import token_of
from robot.web.takeover_view import Alive, ClerkDoing, Told

log = logging.getLogger(__name__)

# candidates of a talk come in a burst; a heartbeat every second
_BURST = 120
_PER_S = 20.0
_PATIENCE = 20  # messages of nonsense
_PAUSE_S = 0.03  # between two views: changes come in bursts
_ALWAYS_S = 5.0
_SILENT_S = 30.0  # the page speaks every second; one that does not is gone

_DOING: TypeAdapter[ClerkDoing] = TypeAdapter(ClerkDoing)
_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def takeover_router(sessions: Sessions, takeover: Takeover) -> APIRouter:
    """The route /ws/staff/visits/{id}, for those with the right to help."""
    router = APIRouter()

    @router.websocket("/ws/staff/visits/{visit_id}")
    async def one_visit(socket: WebSocket, visit_id: _Id) -> None:
        if not own_page(socket):
            await socket.close(FOREIGN)
            return
        await socket.accept()
        token = token_of(socket)
        session = sessions.get(token, active=False)
        if session is None or not session.may(Right.HELP):
            await _close(socket, SIGN_IN_AGAIN if session is None else FOREIGN)
            return
        seat = Seat(session.name, hashlib.sha256((token or "").encode()).hexdigest(), visit_id)
        takeover.join(seat)
        sending = asyncio.create_task(_send(socket, takeover, seat), name="takeover-send")
        code: int | None = None
        try:
            code = await _receive(socket, sessions, token, takeover, seat)
        except Exception as error:
            log.error("a clerk's line to a visit failed: %s", type(error).__name__)
            code = INTERNAL_ERROR
        finally:
            takeover.leave(seat, signed_out=code == SIGN_IN_AGAIN)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        if code is not None:
            await _close(socket, code)

    return router


async def _receive(
    socket: WebSocket, sessions: Sessions, token: str | None, takeover: Takeover, seat: Seat
) -> int | None:
    """Take what the clerk does; the code to close with, None when the page is gone."""
    nonsense, flow = 0, Flow(_BURST, _PER_S)
    while True:
        try:
            async with asyncio.timeout(_SILENT_S):
                text = await text_of(socket, flow)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return None
        except Broken as broken:
            return broken.code
        try:
            doing = _DOING.validate_json(text)
        except ValidationError:
            nonsense += 1
            if nonsense > _PATIENCE:
                return NONSENSE
            seat.tell(Told(what="nonsense"))
            continue
        # the heartbeat is no sign that somebody sits there
        session = sessions.get(token, active=not isinstance(doing, Alive))
        if session is None or not session.may(Right.HELP):
            return SIGN_IN_AGAIN
        await takeover.doing(seat, doing)


async def _send(socket: WebSocket, takeover: Takeover, seat: Seat) -> None:
    """What is due, the newest view only; a page that hears nothing for long knows that its line is dead."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            post, dirty = await seat.due(_ALWAYS_S)
            if dirty or not post:
                await socket.send_text(takeover.view(seat).model_dump_json())
            for message in post:
                await socket.send_text(message.model_dump_json())
            await asyncio.sleep(_PAUSE_S)


async def _close(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code)
