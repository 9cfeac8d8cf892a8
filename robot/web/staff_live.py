"""The live side of the staff's pages (see `staff_view`, `live_view`): the channel, alarms, notices, kiosks.

Hundreds of pages may be open beside a running visit: a view is made once per change and written once per
set of rights, the store is read off the event loop, and the pages are woken a few at a time, so that what a
citizen says never waits for all of them.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Path, WebSocket
from starlette.websockets import WebSocketDisconnect

from robot.blame import blame
from robot.cases.crypto import KeyFileError
from robot.cases.database import StoreError, stamp
from robot.staff.alarms import AlarmIsACall, AlarmUnknown
from robot.staff.audit import Act
from robot.staff.kiosks import KioskIsThere
from robot.staff.live import LiveHouse
from robot.staff.rights import Right
from robot.staff.selftest import Busy
from robot.staff.sessions import Session
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
from robot.web.guard import REFUSALS, Guard, Refused, token_of
from robot.web.live_view import EmergencyRow, ForgetKiosk, NewEmergency
from robot.web.staff_services import StaffServices
from robot.web.staff_view import StaffView

log = logging.getLogger(__name__)

PAUSE_S = 0.05  # between two views: changes come in bursts
FRESH_S = 15.0  # a view at least so often: a page that hears nothing for longer knows that its line is dead
AT_ONCE = 8  # pages that are woken before anything else gets its turn
MESSAGES = (20, 2.0)  # what a page may send at once, and per second: it only tells that it is used

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_SEEN = (Right.LIVE, Right.CASES, Right.AUDIT)


def live_router(services: StaffServices, guard: Guard) -> APIRouter:
    """The routes of `robot.web.live_view` and the websocket /ws/staff."""
    office = services.office
    house = services.house()
    views = Views(services, house)
    router = APIRouter(responses=REFUSALS)

    @router.post("/api/staff/alarms/{alarm_id}/acknowledge", status_code=204)
    async def acknowledge(alarm_id: _Id, who: Annotated[Session, Depends(guard.acts(Right.LIVE))]) -> None:
        try:
            await house.acknowledge(alarm_id, who.name)
        except AlarmUnknown:
            raise Refused(404, "Diese Meldung ist schon vorbei.", "This alarm is over already.") from None
        except AlarmIsACall:
            raise Refused(
                409,
                "Hier wartet jemand. Bitte nehmen Sie den Hilferuf an.",
                "Somebody is waiting. Please accept the call for help.",
            ) from None

    @router.post("/api/staff/emergency")
    async def announce(
        new: NewEmergency, who: Annotated[Session, Depends(guard.acts(Right.MESSAGES))]
    ) -> EmergencyRow:
        try:
            return await house.announce(new, who.name)
        except StoreError as error:
            log.error("store: %s", error)
            raise Refused(
                503,
                "Der Speicher ist nicht erreichbar: Der Hinweis steht nur auf diesem Kiosk. "
                "Bitte sagen Sie an den anderen Bescheid.",
                "The store cannot be reached: the notice stands on this kiosk only. "
                "Please tell people at the others.",
            ) from None

    @router.post("/api/staff/emergency/withdraw", status_code=204)
    async def withdraw(who: Annotated[Session, Depends(guard.acts(Right.MESSAGES))]) -> None:
        await house.withdraw(who.name)

    @router.post("/api/staff/kiosk/self-test", status_code=204)
    async def self_test(who: Annotated[Session, Depends(guard.acts(Right.KIOSK))]) -> None:
        try:
            await services.self_test()
        except Busy:
            raise Refused(
                409,
                "Gerade ist jemand am Kiosk. Bitte testen Sie danach.",
                "Somebody is at the kiosk. Please run the test afterwards.",
            ) from None
        await office.audit.record(who.name, Act.SELF_TEST)

    @router.post("/api/staff/kiosks/forget", status_code=204)
    async def forget(gone: ForgetKiosk, who: Annotated[Session, Depends(guard.acts(Right.KIOSK))]) -> None:
        try:
            await office.kiosks.forget(gone.kiosk, who.name)
        except KioskIsThere:
            raise Refused(409, "Dieser Kiosk ist in Betrieb.", "This kiosk is running.") from None
        await house.look()

    @router.websocket("/ws/staff")
    async def live(socket: WebSocket) -> None:
        if not own_page(socket):
            log.warning("the staff channel was asked for by a foreign page")
            await socket.close(FOREIGN)
            return
        await socket.accept()
        token = token_of(socket)
        code: int | None = None  # stays None when the page goes
        async with anyio.create_task_group() as both:

            async def read() -> None:
                nonlocal code
                try:
                    await _read(socket, services, token)
                except Broken as broken:
                    log.warning("a staff page broke the protocol: closed with %d", broken.code)
                    code = broken.code
                both.cancel_scope.cancel()

            both.start_soon(read)
            try:
                await _push(socket, services, views, token)
                code = SIGN_IN_AGAIN
            except WebSocketDisconnect:
                pass
            except Exception as error:
                log.error("the staff page's channel failed: %s", blame(error))
                code = INTERNAL_ERROR
            both.cancel_scope.cancel()
        if code is not None:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.close(code)

    return router


async def _read(socket: WebSocket, services: StaffServices, token: str | None) -> None:
    """Until the page goes; `{"type": "active"}` says that somebody sits before it. Raises Broken."""
    flow = Flow(*MESSAGES)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            text = await text_of(socket, flow)
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                raise Broken(NONSENSE) from None
            if message != {"type": "active"}:
                raise Broken(NONSENSE)
            services.office.sessions.get(token)


async def _push(socket: WebSocket, services: StaffServices, views: "Views", token: str | None) -> None:
    """A view at once and after every change, until the session ends."""
    sessions = services.office.sessions
    if sessions.left_s(token) <= 0:
        return
    async with views.joined() as news:
        while (left := sessions.left_s(token)) > 0 and (session := sessions.get(token, active=False)):
            if news.is_set():
                news.clear()
                await socket.send_text(views.text(session))
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await news.wait()


class Views:
    """The newest view, for all pages together; made only while there are any."""

    def __init__(self, services: StaffServices, house: LiveHouse) -> None:
        self._services = services
        self._house = house
        self._pages: set[asyncio.Event] = set()
        self._making: asyncio.Task[None] | None = None
        self._view: StaffView | None = None
        self._stored = -1  # the number of the store's changes that the view has seen
        self._texts: dict[frozenset[Right], str] = {}
        self._error: Exception | None = None

    @contextlib.asynccontextmanager
    async def joined(self) -> AsyncIterator[asyncio.Event]:
        """A page is open; its event is set whenever there is something new for it."""
        news = asyncio.Event()
        self._pages.add(news)
        if self._making is None or self._making.done():
            self._view = self._error = None
            self._making = asyncio.create_task(self._make(), name="staff views")
        elif self._view is not None:
            news.set()
        try:
            yield news
        finally:
            self._pages.discard(news)
            if not self._pages and self._making is not None:
                self._making.cancel()
                self._making = None

    def text(self, session: Session) -> str:
        """The newest view as its reader may see it. Raises what went wrong when it was made."""
        if self._error is not None:
            raise self._error
        if self._view is None:
            raise RuntimeError("no view was made yet")
        rights = frozenset(right for right in _SEEN if session.may(right))
        text = self._texts.get(rights)
        if text is None:
            text = self._texts[rights] = for_rights(self._view, rights).model_dump_json()
        return text

    async def _make(self) -> None:
        changed = self._services.changed
        self._stored = -1
        try:
            while True:
                seen = changed.seq
                self._view = await self._seen(seen)
                self._texts = {}
                await self._wake()
                await asyncio.sleep(PAUSE_S)
                await changed.wait(seen, FRESH_S)
        except Exception as error:
            self._error = error
            await self._wake()

    async def _wake(self) -> None:
        for number, page in enumerate(tuple(self._pages), 1):
            page.set()
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _seen(self, seq: int) -> StaffView:
        """The view now. What the store does not give, because it is away, stays as it was."""
        services, house = self._services, self._house
        stored = services.changed.stored
        if self._stored != stored or self._view is None:
            try:
                self._view = await services.stored()
                self._stored = stored
            except (StoreError, KeyFileError) as error:
                log.error("store: %s", error)
                self._stored = -1
        view = self._view or StaffView(
            seq=seq, now="", town=services.town, visits=[], cases=[], devices=[], shreds=[]
        )
        return view.model_copy(
            update={
                "seq": seq,
                "now": stamp(services.office.clock()),
                "visits": house.visits(),
                "devices": house.devices(),
                "kiosks": house.kiosks(),
                "alarms": house.alarms(),
                "emergency": house.emergency,
            }
        )


def for_rights(view: StaffView, rights: frozenset[Right]) -> StaffView:
    """What of a view its reader may see."""
    hidden: dict[str, object] = {}
    if Right.LIVE not in rights:
        hidden |= {"visits": [], "devices": [], "kiosks": [], "alarms": [], "messages": []}
        hidden |= {"closing": None, "emergency": None}
    if Right.CASES not in rights:
        hidden |= {"cases": [], "tickets": []}
    if not rights & {Right.LIVE, Right.AUDIT}:
        hidden |= {"shreds": []}
    return view.model_copy(update=hidden)
