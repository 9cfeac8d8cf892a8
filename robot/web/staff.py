"""The clerk's side of the web app: sign-in, cases, and the live view (see `staff_view`)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from robot.staff.audit import Act
from robot.staff.board import MessageRefused
from robot.staff.glossary import glossary
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.visit.visit import HelpRefused
from robot.web.guard import REFUSALS, Guard, Refused
from robot.web.routes import take_in
from robot.web.staff_accounts import accounts_router
from robot.web.staff_audit import audit_router
from robot.web.staff_cases import cases_router
from robot.web.staff_content import content_router
from robot.web.staff_figures import figures_router
from robot.web.staff_live import live_router
from robot.web.staff_services import StaffServices
from robot.web.staff_sign_in import sign_in_router
from robot.web.staff_view import MessageRow, NewClosing, NewMessage

__all__ = ["StaffServices", "staff_router"]

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def staff_router(services: StaffServices) -> APIRouter:
    """The routes of `robot.web.staff_view`, and those of every part."""
    office, changed = services.office, services.changed
    router = APIRouter(responses=REFUSALS)
    guard = Guard(office.sessions, office.refusals)

    async def session_ended() -> None:
        changed.notify()  # open pages of this session notice at once
        await office.cases.release_absent(office.sessions.present())

    @router.get("/api/staff/glossary")
    async def english(_who: Annotated[Session, Depends(guard.sees(Right.SELF))]) -> dict[str, str]:
        return glossary(services.labels.texts) if services.labels.texts else {}

    @router.post("/api/staff/messages")
    async def show_message(
        message: NewMessage, who: Annotated[Session, Depends(guard.acts(Right.MESSAGES))]
    ) -> MessageRow:
        try:
            return await office.board.show(message, who.name)
        except MessageRefused as error:
            raise Refused(422, str(error), error.english) from None

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
            raise Refused(404, "Dieser Besuch ist schon zu Ende.", "This visit has ended already.") from None
        except HelpRefused as refused:
            by = refused.by
            raise Refused(
                409,
                f"{by} ist schon unterwegs." if by else "Hier wird keine Hilfe mehr gebraucht.",
                f"{by} is on the way already." if by else "No help is needed here any more.",
            ) from None
        await office.audit.record(who.name, Act.HELP_ACCEPTED, visit_id)
        changed.notify()

    take_in(
        router,
        sign_in_router(office, services.sign_in, services.town, guard, session_ended),
        accounts_router(services, guard),
        audit_router(services, guard),
        cases_router(services, guard),
        live_router(services, guard),
        figures_router(services, guard),
        content_router(services, guard),
    )
    return router
