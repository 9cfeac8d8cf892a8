"""The staff's figures over HTTP: the report, and its tables to take away (see `figures_view`)."""

import asyncio
import dataclasses
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from robot.figures.period import Kind, PeriodRefused, period
from robot.figures.report import Asked, report
from robot.figures.sheets import TABLES, Language, as_csv, as_workbook, sheets
from robot.staff.audit import Act
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.web.figures_view import FiguresReport
from robot.web.guard import REFUSALS, Guard, Refused
from robot.web.staff_services import StaffServices

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_Text = Annotated[str, Query(max_length=64)]


def figures_router(services: StaffServices, guard: Guard) -> APIRouter:
    """The routes."""
    office = services.office
    router = APIRouter(responses=REFUSALS)

    def asked(
        kind: Annotated[Kind, Query(alias="period")] = Kind.MONTH,
        first: date | None = None,
        last: date | None = None,
        kiosk: _Text = "",
        service: _Text = "",
        language: _Text = "",
    ) -> Asked:
        try:
            days = period(kind, office.figures.today(), first, last)
        except PeriodRefused as error:
            raise Refused(422, str(error), error.english) from None
        return Asked(days, kiosk, service, language)

    async def made(wanted: Asked, lang: Language = "de") -> FiguresReport:
        sentences = await asyncio.to_thread(office.sentences.all) if services.keeps_sentences else None
        labels = dataclasses.replace(services.labels, lang=lang)
        return await report(office.figures, wanted, labels, sentences)

    async def export(wanted: Asked, who: Session, kind: str, lang: Language) -> FiguresReport:
        """The report of an export; without the entry in the audit log there is none."""
        days = f"{wanted.period.first}:{wanted.period.last}"
        await office.audit.record(who.name, Act.FIGURES_EXPORTED, detail=f"{kind}:{days}")
        return await made(wanted, lang)

    @router.get("/api/staff/figures")
    async def figures(
        wanted: Annotated[Asked, Depends(asked)],
        _who: Annotated[Session, Depends(guard.sees(Right.FIGURES))],
    ) -> FiguresReport:
        return await made(wanted)

    @router.get("/api/staff/figures/csv", response_class=Response, responses=_given("text/csv"))
    async def one_table(
        table: Literal[TABLES],  # type: ignore[valid-type]
        wanted: Annotated[Asked, Depends(asked)],
        who: Annotated[Session, Depends(guard.sees(Right.FIGURES))],
        lang: Language = "de",
    ) -> Response:
        found = await export(wanted, who, f"csv.{table}", lang)
        for sheet in sheets(found, lang):
            if sheet.name == table:
                name = _file_name(wanted, table, "csv")
                return Response(as_csv(sheet, lang), media_type="text/csv; charset=utf-8", headers=name)
        raise Refused(
            404,
            "Sätze, die nicht verstanden wurden, werden hier nicht aufbewahrt.",
            "Sentences that were not understood are not kept here.",
        )

    @router.get("/api/staff/figures/xlsx", response_class=Response, responses=_given(XLSX))
    async def workbook(
        wanted: Annotated[Asked, Depends(asked)],
        who: Annotated[Session, Depends(guard.sees(Right.FIGURES))],
        lang: Language = "de",
    ) -> Response:
        found = await export(wanted, who, "xlsx", lang)
        book = await asyncio.to_thread(as_workbook, sheets(found, lang), found, lang)
        return Response(book, media_type=XLSX, headers=_file_name(wanted, "figures", "xlsx"))

    return router


def _given(kind: str) -> dict[int | str, dict[str, Any]]:
    """What a download is, for the API's description."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


def _file_name(wanted: Asked, what: str, kind: str) -> dict[str, str]:
    days = f"{wanted.period.first}_{wanted.period.last}"
    return {"Content-Disposition": f'attachment; filename="lotse-{what}-{days}.{kind}"'}
