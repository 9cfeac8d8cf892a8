"""Step: the case is stored exactly once, the ticket printed; where there is no case, only a number."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import zxingcpp

from dialogs.catalogue import AskGroup
from hardware.ports import DeviceError, Ticket
from robot.cases.database import StoreError
from robot.cases.model import CaseDraft, Document, Fee, FieldValue, Provenance
from robot.steps.stage import Outcome, Stage
from robot.web.view import TicketPanel

log = logging.getLogger(__name__)


async def run(stage: Stage) -> Outcome:
    """DONE once the case is stored; a printer that cannot print leaves the number on the screen."""
    try:
        ticket = (
            await _case(stage) if stage.catalogue.fields(stage.visit.service, {}) else await _number(stage)
        )
    except StoreError as error:
        log.error("hand-over failed: %s", error)
        await stage.tell("screen.ticket.store_failed")
        return Outcome.FAILED
    _show(stage, ticket, None)
    said = "say" if stage.visit.case else "number_say"
    await stage.tell(f"screen.ticket.{said}", number=ticket.number)
    printing = asyncio.create_task(_print(stage, ticket), name="print")
    tapped = asyncio.create_task(stage.tap(), name="ticket-tap")
    try:
        await asyncio.wait({printing})
        _show(stage, ticket, stage.visit.printed)
        await tapped
    finally:
        tapped.cancel()
        # A case's paper is finished even when the visit ends meanwhile: printing is not cancelled.
        stage.screen.notice("printer", "")
    return Outcome.DONE


async def _print(stage: Stage, ticket: Ticket) -> None:
    case = stage.visit.case
    try:
        await stage.print_slip(ticket)
    except DeviceError as error:
        log.warning("ticket not printed: %s", error)
        stage.visit.printed = False
        key = "not_printed" if case else "number_not_printed"
        sentence = stage.text(f"screen.ticket.{key}", number=ticket.number)
        stage.screen.notice("printer", sentence, "warning")
        await stage.say(sentence)
        return
    stage.visit.printed = True
    if case:
        await stage.office.cases.mark_printed(case.id, f"Kiosk {stage.settings.town.kiosk}")


def _show(stage: Stage, ticket: Ticket, printed: bool | None) -> None:
    path, size = qr_path(ticket.qr) if ticket.qr else ("", 0)
    stage.show(
        TicketPanel(
            title=stage.text("screen.ticket.title"),
            number=ticket.number,
            text=ticket.place,
            bring=list(ticket.bring),
            printed=printed,
            qr=path,
            qr_size=size,
            actions=[stage.button("finish", "finish", "primary")],
        )
    )


async def _case(stage: Stage) -> Ticket:
    draft = draft_of(stage)
    case = await stage.office.cases.hand_over(draft)
    stage.visit.case = case
    return ticket_of(
        stage.settings.town.name,
        case.number,
        draft.service_label,
        case.created.astimezone(ZoneInfo(stage.settings.town.timezone)),
        stage.text("screen.ticket.place"),
        tuple(document.label for document in draft.documents),
        case.reference,
        stage.text("screen.ticket.note"),
    )


async def _number(stage: Stage) -> Ticket:
    taken = await stage.office.tickets.take(stage.visit.id, stage.visit.service)
    return ticket_of(
        stage.settings.town.name,
        taken.number,
        stage.catalogue.service(stage.visit.service).label,
        taken.created.astimezone(ZoneInfo(stage.settings.town.timezone)),
        stage.text("screen.ticket.place"),
        (),
        "",
        stage.text("screen.ticket.called"),
    )


def ticket_of(
    town: str,
    number: str,
    service: str,
    issued: datetime,
    place: str,
    bring: tuple[str, ...],
    reference: str,
    note: str,
) -> Ticket:
    """The slip; `issued` is local time. The QR code is the opaque reference, nothing personal."""
    return Ticket(
        town=town,
        number=number,
        service=service,
        issued=f"{issued:%d.%m.%Y, %H:%M Uhr}",
        place=place,
        bring=bring,
        qr=reference,
        note=note,
    )


def draft_of(stage: Stage) -> CaseDraft:
    """The visit as a case: choices, fields with provenance, documents, fees as they hold today."""
    visit, catalogue = stage.visit, stage.catalogue
    fields = [
        FieldValue(
            id=slot,
            label=catalogue.question(visit.service, slot, visit.choices).text,
            value=catalogue.choice_label(visit.service, slot, visit.choices[slot]),
            provenance=Provenance.CHOSEN,
            group=node.label,
        )
        for node in catalogue.journey(visit.service)
        if isinstance(node, AskGroup)
        for slot in node.slots
        if slot in visit.choices
    ]
    fields += [
        FieldValue(
            id=field.id,
            label=field.label,
            value=dict(field.options).get(value.text, value.text),
            provenance=value.provenance,
            group=group.label,
            original=value.original if value.text != value.original else "",
        )
        for group in catalogue.fields(visit.service, visit.choices)
        for field in group.fields
        if (value := visit.values.get(field.id)) and value.text
    ]
    return CaseDraft(
        visit=visit.id,
        service=visit.service,
        service_label=catalogue.service(visit.service).label,
        language=visit.language,
        fields=tuple(fields),
        documents=tuple(
            Document(
                id=document.id,
                label=document.label,
                required=document.required,
                brought=visit.brought.get(document.id),
                law=document.law,
            )
            for document in catalogue.documents(visit.service, visit.choices)
        ),
        fees=tuple(
            Fee(id=fee.id, label=fee.label, cents=fee.cents, law=fee.law, since=fee.since.isoformat())
            for fee in catalogue.fees(visit.service, visit.choices, on=stage.today())
        ),
        notes=tuple(visit.notes),
    )


def qr_path(content: str) -> tuple[str, int]:
    """`content` as a QR code: SVG path of its dark modules (one unit each) and the width in units."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    dark = (f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(image == 0))
    return "".join(dark), int(image.shape[0])
