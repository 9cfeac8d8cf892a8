"""The desk's endpoints: cases, calling by number, copies, the summary (see `case_view`)."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from hardware.camera.page_picture import page_picture
from hardware.ports import DeviceError
from robot.cases.calls import NobodyWaits, TicketUnknown
from robot.cases.copies import CopyUnknown
from robot.cases.store import CaseUnknown, ChangeRefused, Conflict
from robot.cases.summary_pdf import SummaryFailed, summary_pdf
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.web.case_view import (
    CalledNext,
    CallTicket,
    Colleague,
    NewNote,
    NextCall,
    Tick,
    TicketChange,
    Transfer,
    Versioned,
)
from robot.web.guard import REFUSALS, Guard, Refused
from robot.web.staff_services import StaffServices
from robot.web.staff_view import CaseDetail, CaseRow, StateChange, TicketRow

log = logging.getLogger(__name__)

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Page = Annotated[int, Path(ge=1, le=99)]


def cases_router(services: StaffServices, guard: Guard) -> APIRouter:
    """Below /api/staff/: cases, copies, colleagues, queue and tickets."""
    office, cases, calls = services.office, services.office.cases, services.office.calls
    router = APIRouter(prefix="/api/staff", responses=REFUSALS)
    sees = Depends(guard.sees(Right.CASES))
    acts = Depends(guard.acts(Right.CASES))
    leads = Depends(guard.acts(Right.ASSIGN))

    @router.get("/cases/{case_id}")
    async def look(case_id: _Id, who: Annotated[Session, sees]) -> CaseDetail:
        with _told():
            # what somebody holds who has gone is free before the next one looks
            await cases.release_absent(office.sessions.present())
            return await cases.open(case_id, who.name)

    @router.get("/cases/{case_id}/copies/{copy_id}")
    async def look_at_copy(case_id: _Id, copy_id: _Id, who: Annotated[Session, sees]) -> Response:
        with _told():
            copy = await cases.open_copy(case_id, copy_id, who.name)
        return _file(copy.pdf, "application/pdf", copy.name)

    @router.get("/cases/{case_id}/copies/{copy_id}/pages/{page}")
    async def look_at_page(
        case_id: _Id, copy_id: _Id, page: _Page, who: Annotated[Session, sees]
    ) -> Response:
        with _told():
            copy = await cases.open_copy(case_id, copy_id, who.name, page)
        try:
            picture = await page_picture(copy.pdf, page)
        except DeviceError as error:
            log.warning("page of a copy: %s", error)
            raise Refused(
                404,
                "Diese Seite lässt sich nicht zeigen. Bitte öffnen Sie die Kopie als PDF.",
                "This page cannot be shown. Please open the copy as a PDF.",
            ) from None
        return _file(picture, "image/png", copy.name.replace(".pdf", f"-Seite-{page}.png"))

    @router.get("/cases/{case_id}/summary")
    async def summary(case_id: _Id, who: Annotated[Session, sees]) -> Response:
        with _told():
            case = await cases.summarise(case_id, who.name)
        try:
            pdf = summary_pdf(case, services.town, cases.zone, office.clock(), who.name)
        except SummaryFailed as error:
            log.error("summary: %s", error)
            raise Refused(
                503,
                "Die Zusammenfassung lässt sich gerade nicht erstellen. Bitte sagen Sie der IT Bescheid.",
                "The summary cannot be made right now. Please tell the IT department.",
            ) from None
        return _file(pdf, "application/pdf", f"{case.row.number}-Zusammenfassung.pdf")

    @router.post("/cases/{case_id}/state")
    async def state(case_id: _Id, change: StateChange, who: Annotated[Session, acts]) -> CaseRow:
        with _told():
            return await cases.change_state(case_id, change, who.name)

    @router.post("/cases/{case_id}/claim")
    async def claim(case_id: _Id, seen: Versioned, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.claim(case_id, seen.version, who.name)

    @router.post("/cases/{case_id}/release")
    async def release(case_id: _Id, seen: Versioned, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.release(case_id, seen.version, who.name)

    @router.post("/cases/{case_id}/transfer")
    async def transfer(case_id: _Id, given: Transfer, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.transfer(case_id, given, who.name)

    @router.post("/cases/{case_id}/take-away")
    async def take_away(case_id: _Id, seen: Versioned, who: Annotated[Session, leads]) -> CaseDetail:
        with _told():
            return await cases.take_away(case_id, seen.version, who.name)

    @router.post("/cases/{case_id}/approve")
    async def approve(case_id: _Id, seen: Versioned, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.approve(case_id, seen.version, who.name)

    @router.post("/cases/{case_id}/checks")
    async def tick(case_id: _Id, tick: Tick, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.tick(case_id, tick, who.name)

    @router.post("/cases/{case_id}/notes")
    async def note(case_id: _Id, note: NewNote, who: Annotated[Session, acts]) -> CaseDetail:
        with _told():
            return await cases.note(case_id, note, who.name)

    @router.post("/cases/{case_id}/print", status_code=204)
    async def print_again(case_id: _Id, who: Annotated[Session, acts]) -> None:
        try:
            with _told():
                await cases.ref(case_id)
                await services.print_ticket(case_id)
                await cases.mark_printed(case_id, who.name)
        except DeviceError as error:
            log.warning("printing again: %s", error)
            raise Refused(
                503,
                "Der Drucker kann gerade nicht drucken. Bitte prüfen Sie Papier und Kabel.",
                "The printer cannot print right now. Please check paper and cable.",
            ) from None

    @router.get("/colleagues")
    async def colleagues(who: Annotated[Session, sees]) -> list[Colleague]:
        return await cases.colleagues(who.name, office.sessions.present())

    @router.post("/queue/next")
    async def call_next(call: NextCall, who: Annotated[Session, acts]) -> CalledNext:
        with _told():
            return await calls.next(who.name, call.place, call.services)

    @router.post("/tickets/{ticket_id}/call")
    async def call_ticket(ticket_id: _Id, call: CallTicket, who: Annotated[Session, acts]) -> TicketRow:
        with _told():
            return services.ticket_row(await calls.call_ticket(ticket_id, who.name, call.place))

    @router.post("/tickets/{ticket_id}/state")
    async def ticket_state(ticket_id: _Id, change: TicketChange, who: Annotated[Session, acts]) -> TicketRow:
        with _told():
            return services.ticket_row(await calls.ticket_state(ticket_id, change, who.name))

    return router


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What cannot be done as a sentence for the clerk."""
    try:
        yield
    except (CaseUnknown, CopyUnknown, TicketUnknown, NobodyWaits) as error:
        raise Refused(404, str(error), error.english) from None
    except Conflict as error:
        raise Refused(409, str(error), error.english) from None
    except ChangeRefused as error:
        raise Refused(422, str(error), error.english) from None


def _file(content: bytes, kind: str, name: str) -> Response:
    """Inline: what is shown by the browser need not lie in a folder of downloads."""
    return Response(content, media_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
