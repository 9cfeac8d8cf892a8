"""The clerk's side of the web app: sign-in, cases, and the live view (see `staff_view`)."""

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from hardware.ports import DeviceError
from robot.cases.copies import CopyUnknown
from robot.cases.crypto import KeyFileError
from robot.cases.database import StoreError, stamp, utc_now
from robot.cases.store import CaseUnknown, ChangeRefused, Conflict
from robot.staff.accounts import SignInRefused
from robot.staff.audit import Act
from robot.staff.board import MessageRefused
from robot.staff.office import BackOffice
from robot.staff.rights import RIGHTS, Right
from robot.staff.sessions import Session
from robot.web.broadcast import Broadcast
from robot.web.guard import COOKIE, Guard, from_here
from robot.web.security import same_origin
from robot.web.staff_view import (
    CaseDetail,
    CaseRow,
    DeviceRow,
    Login,
    Me,
    MessageRow,
    NewClosing,
    NewMessage,
    StaffView,
    StateChange,
    TicketRow,
    VisitRow,
)

log = logging.getLogger(__name__)

SIGN_IN_AGAIN = 4401
INTERNAL_ERROR = 1011  # RFC 6455 section 7.4.1
_TRIES = 10
_PER_S = 60.0
_PAUSE_S = 0.05  # between two views for one page: changes come in bursts

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@dataclass(frozen=True)
class StaffServices:
    """What the clerk's side needs of the rest of the robot.

    `print_ticket(case id)` raises DeviceError when the printer cannot; `accept_help(visit id, clerk)`
    raises LookupError when there is no such visit. `changed` is told of every change of visits, devices
    and cases. `service_label`: a service's id → how the clerk calls it.
    """

    office: BackOffice
    town: str
    changed: Broadcast
    visits: Callable[[], Sequence[VisitRow]]
    devices: Callable[[], Sequence[DeviceRow]]
    print_ticket: Callable[[str], Awaitable[None]]
    accept_help: Callable[[str, str], Awaitable[None]]
    service_label: Callable[[str], str] = str


class _Tries:
    """How often an address may try to sign in."""

    def __init__(self) -> None:
        self._at: dict[str, deque[float]] = {}

    def allow(self, address: str) -> bool:
        now = time.monotonic()
        self._at = {key: at for key, at in self._at.items() if at and at[-1] > now - _PER_S}
        at = self._at.setdefault(address, deque(maxlen=_TRIES))
        if len(at) == _TRIES and at[0] > now - _PER_S:
            return False
        at.append(now)
        return True


def staff_router(services: StaffServices) -> APIRouter:
    """The routes of `robot.web.staff_view` and the websocket /ws/staff."""
    office, changed = services.office, services.changed
    tries = _Tries()
    router = APIRouter()
    guard = Guard(office.sessions)

    @router.post("/api/staff/login", dependencies=[Depends(from_here)])
    async def login(request: Request, response: Response, body: Login) -> Me:
        if not tries.allow(request.client.host if request.client else ""):
            raise HTTPException(
                429, "Zu viele Anmeldeversuche. Bitte warten Sie eine Minute.", {"Retry-After": "60"}
            )
        try:
            account = await office.accounts.verify(body.name, body.password)
        except SignInRefused as error:
            if error.retry_after_s:
                raise HTTPException(429, str(error), {"Retry-After": str(error.retry_after_s)}) from None
            raise HTTPException(401, str(error)) from None
        office.sessions.end(request.cookies.get(COOKIE))
        token, begun = office.sessions.begin(account)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
        )
        return _me(begun)

    @router.post("/api/staff/logout", status_code=204)
    async def logout(
        request: Request, response: Response, who: Annotated[Session, Depends(guard.acts(Right.SELF))]
    ) -> None:
        office.sessions.end(request.cookies.get(COOKIE))
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        changed.notify()  # open pages of this session notice at once
        await office.audit.record(who.name, Act.SIGNED_OUT)

    @router.get("/api/staff/me")
    async def me(who: Annotated[Session, Depends(guard.sees(Right.SELF))]) -> Me:
        return _me(who)

    @router.get("/api/staff/cases/{case_id}")
    async def look(case_id: _Id, who: Annotated[Session, Depends(guard.sees(Right.CASES))]) -> CaseDetail:
        try:
            return await office.cases.open(case_id, who.name)
        except CaseUnknown as error:
            raise HTTPException(404, str(error)) from None

    @router.get("/api/staff/cases/{case_id}/copies/{copy_id}")
    async def look_at_copy(
        case_id: _Id, copy_id: _Id, who: Annotated[Session, Depends(guard.sees(Right.CASES))]
    ) -> Response:
        try:
            copy = await office.cases.open_copy(case_id, copy_id, who.name)
        except (CaseUnknown, CopyUnknown) as error:
            raise HTTPException(404, str(error)) from None
        # inline: what is shown by the browser need not lie in a folder of downloads
        named = {"Content-Disposition": f'inline; filename="{copy.name}"'}
        return Response(copy.pdf, media_type="application/pdf", headers=named)

    @router.post("/api/staff/cases/{case_id}/state")
    async def state(
        case_id: _Id, change: StateChange, who: Annotated[Session, Depends(guard.acts(Right.CASES))]
    ) -> CaseRow:
        try:
            return await office.cases.change_state(case_id, change, who.name)
        except CaseUnknown as error:
            raise HTTPException(404, str(error)) from None
        except Conflict as error:
            raise HTTPException(409, str(error)) from None
        except ChangeRefused as error:
            raise HTTPException(422, str(error)) from None

    @router.post("/api/staff/cases/{case_id}/print", status_code=204)
    async def print_again(case_id: _Id, who: Annotated[Session, Depends(guard.acts(Right.CASES))]) -> None:
        try:
            await office.cases.ref(case_id)
            await services.print_ticket(case_id)
            await office.cases.mark_printed(case_id, who.name)
        except CaseUnknown as error:
            raise HTTPException(404, str(error)) from None
        except DeviceError as error:
            log.warning("printing again: %s", error)
            raise HTTPException(
                503, "Der Drucker kann gerade nicht drucken. Bitte prüfen Sie Papier und Kabel."
            ) from None

    @router.post("/api/staff/messages")
    async def show_message(
        message: NewMessage, who: Annotated[Session, Depends(guard.acts(Right.MESSAGES))]
    ) -> MessageRow:
        try:
            return await office.board.show(message, who.name)
        except MessageRefused as error:
            raise HTTPException(422, str(error)) from None

    @router.post("/api/staff/messages/{message_id}/remove", status_code=204)
    async def remove_message(
        message_id: _Id, who: Annotated[Session, Depends(guard.acts(Right.MESSAGES))]
    ) -> None:
        await office.board.take_down(message_id, who.name)

    @router.post("/api/staff/kiosk/close", status_code=204)
    async def close_kiosk(
        closing: NewClosing, who: Annotated[Session, Depends(guard.acts(Right.KIOSK))]
    ) -> None:
        await office.board.close_kiosk(closing, who.name)

    @router.post("/api/staff/kiosk/open", status_code=204)
    async def open_kiosk(who: Annotated[Session, Depends(guard.acts(Right.KIOSK))]) -> None:
        await office.board.open_kiosk(who.name)

    @router.post("/api/staff/visits/{visit_id}/help", status_code=204)
    async def help_comes(visit_id: _Id, who: Annotated[Session, Depends(guard.acts(Right.HELP))]) -> None:
        try:
            await services.accept_help(visit_id, who.name)
        except LookupError:
            raise HTTPException(404, "Dieser Besuch ist schon zu Ende.") from None
        await office.audit.record(who.name, Act.HELP_ACCEPTED, visit_id)
        changed.notify()

    @router.websocket("/ws/staff")
    async def live(socket: WebSocket) -> None:
        if not same_origin(socket.headers) or "origin" not in socket.headers:
            await socket.close()
            return
        await socket.accept()
        token = socket.cookies.get(COOKIE)
        code: int | None = None  # stays None when the page goes
        async with anyio.create_task_group() as both:

            async def until_the_page_goes() -> None:
                await _read(socket, lambda: office.sessions.get(token))
                both.cancel_scope.cancel()

            both.start_soon(until_the_page_goes)
            try:
                await _push(socket, services, token)
                code = SIGN_IN_AGAIN
            except WebSocketDisconnect:
                pass
            except Exception as error:
                log.error("the staff page's channel failed: %s", type(error).__name__)
                code = INTERNAL_ERROR
            both.cancel_scope.cancel()
        if code is not None:
            with contextlib.suppress(WebSocketDisconnect):
                await socket.close(code)

    return router


def _me(session: Session) -> Me:
    return Me(name=session.name, role=session.role, rights=sorted(RIGHTS[session.role]), csrf=session.csrf)


async def _read(socket: WebSocket, active: Callable[[], object]) -> None:
    """Until the page goes away; `{"type": "active"}` says that somebody sits before it."""
    with contextlib.suppress(WebSocketDisconnect, KeyError):  # KeyError: a binary message
        while True:
            text = await socket.receive_text()
            with contextlib.suppress(ValueError, RecursionError):
                if json.loads(text) == {"type": "active"}:
                    active()


async def _push(socket: WebSocket, services: StaffServices, token: str | None) -> None:
    """A view at once and after every change, until the session ends."""
    sessions, changed = services.office.sessions, services.changed
    seen = -1
    last: StaffView | None = None
    while (left := sessions.left_s(token)) > 0:
        if changed.seq > seen:
            seen = changed.seq
            last = await _view(services, seen, last)
            await socket.send_text(last.model_dump_json())
            await asyncio.sleep(_PAUSE_S)
        else:
            await changed.wait(seen, left)


async def _view(services: StaffServices, seq: int, last: StaffView | None) -> StaffView:
    office = services.office
    try:
        cases, shreds = await office.cases.list_rows(), await office.shreds.list()
        messages, closing = await office.board.messages(), await office.board.closing()
        tickets = [
            TicketRow(
                number=ticket.number,
                service=services.service_label(ticket.service),
                created=ticket.created.isoformat(),
            )
            for ticket in await office.tickets.today()
        ]
    except (StoreError, KeyFileError) as error:
        log.error("store: %s", error)  # the page keeps what it had; visits and help calls go on
        cases, shreds, tickets = (last.cases, last.shreds, last.tickets) if last else ([], [], [])
        messages, closing = (last.messages, last.closing) if last else ([], None)
    return StaffView(
        seq=seq,
        now=stamp(utc_now()),
        town=services.town,
        visits=list(services.visits()),
        cases=cases,
        devices=list(services.devices()),
        tickets=tickets,
        shreds=shreds,
        messages=messages,
        closing=closing,
    )
