"""Step: the case is stored exactly once, the ticket printed; where there is no case, only a number."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import zxingcpp

from dialogs.catalogue import Catalogue, FeeLine, Field
from dialogs.languages import GERMAN
from hardware.ports import DeviceError, Ticket
from hardware.printer.slip import printable
from robot.cases.database import StoreError
from robot.cases.model import CaseDraft, Counter, Document, Fee, FieldValue, Provenance
from robot.steps import wording
from robot.steps.stage import Outcome, Stage
from robot.visit.visit import Visit
from robot.web.view import TicketPanel

log = logging.getLogger(__name__)


async def run(stage: Stage) -> Outcome:
    """DONE once the case is stored; a printer that cannot print leaves the number on the screen."""
    try:
        # without a form in this case there is nothing to hand over: somebody only wants to the counter
        journey = stage.catalogue.journey(stage.visit.service, stage.visit.choices)
        form = any(node.name == "form" for node in journey)
        make = await _case(stage) if form else await _number(stage)
    except StoreError as error:
        log.error("hand-over failed: %s", error)
        await stage.tell("screen.ticket.store_failed")
        return Outcome.FAILED
    stage.show(lambda: _panel(stage, make(stage.lang)))
    number = make(stage.lang).number
    said = wording.key(stage, f"ticket.{'say' if stage.visit.case else 'number_say'}")
    if _opens(stage, stage.lang):
        await stage.tell(
            "screen.ticket.closed",
            said=lambda: stage.text(said, number=number),
            opens=lambda: _opens(stage, stage.lang),
        )
    else:
        await stage.tell(said, number=number)
    paper = make(stage.lang)
    if stage.lang != "leicht":  # that is German already
        paper = on_paper(make(GERMAN), paper, stage.settings.printer.profile)
    printing = asyncio.create_task(_print(stage, paper), name="print")
    tapped = asyncio.create_task(stage.tap(), name="ticket-tap")
    try:
        await asyncio.wait({printing})
        stage.redraw()
        await tapped
    finally:
        tapped.cancel()
        # A case's paper is finished even when the visit ends meanwhile: printing is not cancelled.
        stage.screen.notice("printer", "")
    return Outcome.DONE


def on_paper(german: Ticket, other: Ticket, profile: str) -> Ticket:
    """The slip in German for the staff, with the visitor's language beside it.

    In German alone where the printer does not have the letters of the other one.
    """
    texts = (other.service, other.place, other.note, *other.bring)
    if not all(printable(text, profile) for text in texts):
        return german

    def both(here: str, there: str) -> str:
        return here if here == there else f"{here} / {there}"

    return dataclasses.replace(
        german,
        service=both(german.service, other.service),
        place=both(german.place, other.place),
        bring=tuple(map(both, german.bring, other.bring)),
        note=both(german.note, other.note),
    )


async def _print(stage: Stage, ticket: Ticket) -> None:
    case = stage.visit.case
    try:
        await stage.print_slip(ticket)
    except DeviceError as error:
        log.warning("ticket not printed: %s", error)
        stage.visit.printed = False
        key = f"screen.ticket.{'not_printed' if case else 'number_not_printed'}"
        stage.screen.notice("printer", lambda: stage.text(key, number=ticket.number), "warning")
        await stage.tell(key, number=ticket.number)
        return
    stage.visit.printed = True
    if case:
        await stage.office.cases.mark_printed(case.id, f"Kiosk {stage.settings.town.kiosk}")


def _panel(stage: Stage, ticket: Ticket) -> TicketPanel:
    path, size = qr_path(ticket.qr) if ticket.qr else ("", 0)
    opens = _opens(stage, stage.lang)
    return TicketPanel(
        title=wording.text(stage, "ticket.title"),
        number=ticket.number,
        text=f"{ticket.place}. {opens}" if opens else ticket.place,
        bring=list(ticket.bring),
        printed=stage.visit.printed,
        qr=path,
        qr_size=size,
        actions=[stage.button("finish", "finish", "primary")],
    )


async def _case(stage: Stage) -> Callable[[str], Ticket]:
    """Stores the case; gives its slip in a language."""
    case = await stage.office.cases.hand_over(draft_of(stage))
    stage.visit.case = case
    documents = stage.catalogue.documents(stage.visit.service, stage.visit.choices)
    bring = [f"{stage.visit.service}.document.{document.id}.label" for document in documents]
    return lambda lang: _slip(stage, lang, case.number, case.created, "ticket.note", bring, case.reference)


async def _number(stage: Stage) -> Callable[[str], Ticket]:
    taken = await stage.office.tickets.take(stage.visit.application, stage.visit.service)
    return lambda lang: _slip(stage, lang, taken.number, taken.created, "ticket.called", [], "")


def _opens(stage: Stage, lang: str) -> str:
    """When the place opens at which the number is called; "" while it is open."""
    return stage.opens(lang, stage.catalogue.service(stage.visit.service).where)


def _note(stage: Stage, lang: str, key: str) -> str:
    """What stands below the number: while it is closed nobody is asked to take a seat."""
    note, opens = stage.texts.get(lang, key), _opens(stage, lang)
    return f"{note} {opens}".strip() if not (opens and key.startswith("screen.")) else opens


def _slip(
    stage: Stage, lang: str, number: str, created: datetime, note: str, bring: list[str], reference: str
) -> Ticket:
    return ticket_of(
        stage.settings.town.name,
        number,
        stage.texts.get(lang, f"{stage.visit.service}.label"),
        created.astimezone(ZoneInfo(stage.settings.town.timezone)),
        wording.place(stage, lang),
        tuple(stage.texts.get(lang, key) for key in bring),
        reference,
        _note(stage, lang, wording.key(stage, note)),
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
    """The visit as a case, in German for the clerk."""
    return draft(stage.visit, stage.catalogue, stage.fees())


def draft(visit: Visit, catalogue: Catalogue, fees: Iterable[FeeLine]) -> CaseDraft:
    """A visit as a case: choices, fields with provenance, documents, what the clerk must see, and `fees` as
    they held at its beginning.
    """
    fields = [
        FieldValue(
            id=slot,
            label=catalogue.question(visit.service, slot, visit.choices).text,
            value=catalogue.choice_label(visit.service, slot, visit.choices[slot]),
            provenance=Provenance.CHOSEN,
            group=node.label,
        )
        for node, slot in catalogue.answered(visit.service, visit.choices)
    ]
    fields += [
        FieldValue(
            id=field.id,
            label=field.label,
            value=_for_clerk(field, value.text),
            provenance=value.provenance,
            group=group.label,
            original=value.original if value.text != value.original else "",
        )
        for group in catalogue.fields(visit.service, visit.choices)
        for field in group.fields
        if (value := visit.values.get(field.id)) and value.text
    ]
    return CaseDraft(
        visit=visit.application,
        service=visit.service,
        service_label=catalogue.service(visit.service).label,
        leika=catalogue.leika(visit.service, visit.choices),
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
        counter=tuple(
            Counter(id=check.id, label=check.label, law=check.law)
            for check in catalogue.counter(visit.service, visit.choices)
        ),
        fees=tuple(
            Fee(id=fee.id, label=fee.label, cents=fee.cents, law=fee.law, since=fee.since.isoformat())
            for fee in fees
        ),
        notes=tuple(visit.notes),
        four_eyes=catalogue.service(visit.service).four_eyes,
    )


def _for_clerk(field: Field, value: str) -> str:
    if field.type == "checkbox":
        return "ja" if value == "true" else "nein"
    return dict(field.options).get(value, value)


def qr_path(content: str) -> tuple[str, int]:
    """`content` as a QR code: SVG path of its dark modules (one unit each) and the width in units."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    dark = (f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(image == 0))
    return "".join(dark), int(image.shape[0])
