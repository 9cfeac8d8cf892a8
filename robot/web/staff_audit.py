"""The audit log for the auditor: looked through, checked, taken along. Each look is an entry of its own."""

import asyncio
import csv
import io
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import RowMapping

from robot.cases.database import stamp
from robot.staff.audit import Act, AuditQuery
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.web.account_view import AuditAsked, AuditPage, AuditResult, AuditRow
from robot.web.guard import REFUSALS, Guard
from robot.web.staff_services import StaffServices

PAGE = 50
MOST = 100_000  # entries of a file
_COLUMNS = ("seq", "at", "who", "what", "subject", "detail")


def audit_router(services: StaffServices, guard: Guard) -> APIRouter:
    """The routes of `robot.web.account_view` below audit."""
    router = APIRouter(prefix="/api/staff", responses=REFUSALS)
    office = services.office
    one_check = asyncio.Lock()  # it reads the whole log

    @router.get("/audit")
    async def read(
        asked: Annotated[AuditAsked, Query()], who: Annotated[Session, Depends(guard.sees(Right.AUDIT))]
    ) -> AuditPage:
        rows, total = await office.audit.find(
            _query(asked, office.zone), offset=(asked.page - 1) * PAGE, limit=PAGE
        )
        await office.audit.record(who.name, Act.AUDIT_READ, detail=_asked(asked))
        return AuditPage(
            rows=[AuditRow.model_validate({key: row[key] for key in _COLUMNS}) for row in rows],
            total=total,
            page=asked.page,
            pages=max(1, -(-total // PAGE)),
        )

    @router.get("/audit.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def take_along(
        asked: Annotated[AuditAsked, Query()], who: Annotated[Session, Depends(guard.sees(Right.AUDIT))]
    ) -> Response:
        rows, _ = await office.audit.find(_query(asked, office.zone), limit=MOST)
        await office.audit.record(who.name, Act.AUDIT_EXPORTED, detail=_asked(asked))
        named = {"Content-Disposition": 'attachment; filename="audit.csv"'}
        content = await asyncio.to_thread(csv_of, rows)
        return Response(content.encode("utf-8-sig"), media_type="text/csv", headers=named)

    @router.post("/audit/verify")
    async def verify(who: Annotated[Session, Depends(guard.acts(Right.AUDIT))]) -> AuditResult:
        async with one_check:
            found = await office.audit.examined()
        outcome = f"{found.harm.kind.value}:{found.harm.number}" if found.harm else f"sound:{found.count}"
        await office.audit.record(who.name, Act.AUDIT_VERIFIED, detail=outcome)
        return AuditResult(
            sound=found.harm is None,
            count=found.count,
            seal=found.seal,
            harm=found.harm.kind if found.harm else "",
            number=found.harm.number if found.harm else 0,
        )

    return router


def csv_of(rows: Iterable[RowMapping]) -> str:
    """RFC 4180 with semicolons. No cell is a formula in a spreadsheet, whatever somebody is called."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([harmless(str(row[key])) for key in _COLUMNS])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that spreadsheets take as text (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _query(asked: AuditAsked, zone: ZoneInfo) -> AuditQuery:
    first = datetime.combine(asked.first, time.min, zone) if asked.first else None
    last = datetime.combine(asked.last, time.min, zone) + timedelta(days=1) if asked.last else None
    return AuditQuery(
        who=asked.who.strip(),
        what=asked.what,
        subject=asked.subject.strip(),
        since=stamp(first) if first else "",
        until=stamp(last) if last else "",
    )


def _asked(asked: AuditAsked) -> str:
    """What was looked for, as words: names are left out, ids may stand there."""
    words = [asked.what.value if asked.what else "", "who" if asked.who else "", str(asked.page)]
    return ".".join(word for word in words if word)
