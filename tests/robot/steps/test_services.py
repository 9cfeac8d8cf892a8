"""Every service that makes a case runs through its steps from its data alone, in every complete language."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from dialogs.catalogue import Field, Service, StepNode
from dialogs.conditions import holds
from dialogs.languages import COMPLETE
from dialogs.texts import Texts
from hardware.camera import OpenCvCamera
from hardware.cards import PcscReader
from hardware.ports import Ticket
from hardware.printer import EscposPrinter
from robot.cases.model import Provenance
from robot.settings import Cards, load
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome, Stage
from robot.steps.hand_over import draft_of
from robot.steps.stage import Checked, Doing, FieldSet, Spoken, Tapped
from robot.visit.lying import Lying
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.staff_view import CaseDetail
from robot.web.view import Checklist, FormPanel, Info, InfoPanel, Review, TicketPanel
from tests.musterstadt import catalogue

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = catalogue()
SETTINGS = load(ROOT / "lotse.toml")
CASES = sorted(service.id for service in CATALOGUE.services.values() if service.form)
GUIDES = sorted(service.id for service in CATALOGUE.services.values() if service.info and not service.form)
VALUES = {
    "text": "Mustermann",
    "date": "12.08.1964",
    "number": "2",
    "checkbox": "true",
    "postcode": "12345",
    "iban": "DE89 3704 0044 0532 0130 00",
    "plate": "BM-AB 123",
    "email": "erika@beispiel.de",
    "phone": "02271 12345",
    "money": "450,00",
}
END = {"form": "submit", "review": "confirm", "hand_over": "finish"}


def cases_of(service: Service) -> list[dict[str, str]]:
    """Answers so that every choice is taken once; what is not asked then is filled as the dialogue does."""
    first = {question.slot: question.choices[0].id for question in service.questions}
    changes = [{question.slot: choice.id} for question in service.questions for choice in question.choices]
    found: list[dict[str, str]] = []
    for change in changes:
        choices: dict[str, str] = {}
        for slot in service.slots:
            question = CATALOGUE.question(service.id, slot, choices)
            possible = [choice.id for choice in question.choices]
            answer = change.get(slot, first[slot])
            if holds(question.when, choices) is False:
                answer = question.otherwise
            choices[slot] = answer if answer in possible else possible[0]
        if choices not in found:
            found.append(choices)
    return found


def value_for(field: Field, visit: Visit) -> str:
    """Something valid; who is born is as old as they have said."""
    if field.from_mrz == "birth_date":
        ages = (years for years in range(1, 99) if _said(visit, years))
        return f"01.01.{date.today().year - next(ages, 40)}"
    if field.options:
        return field.options[0][0]
    if field.type == "number":
        return str(max(field.minimum or 1, 1))
    if field.type == "date" and field.future:
        return "01.12.2099"
    value = VALUES[field.type] if field.charset != "digits" else "9" * max(field.min_length, 1)
    if field.type == "text" and field.charset == "code":
        value = "A1B2"
    return value.ljust(field.min_length, value[-1])[: field.max_length or None]


def _said(visit: Visit, years: int) -> bool:
    right = CATALOGUE.choices_for_age(visit.service, years)
    return bool(right) and all(visit.choices.get(slot, choice) == choice for slot, choice in right.items())


class Kiosk:
    """A stage without a card, a camera and paper; the citizen does at once what is to be done."""

    def __init__(self, office: BackOffice, texts: Texts, service: str, choices: dict[str, str]) -> None:
        self.said: list[str] = []
        self.panels: list[object] = []  # the last one of every step

        async def say(text: str) -> None:
            self.said.append(text)

        self.stage = Stage(
            visit=Visit(service=service, choices=choices),
            settings=SETTINGS,
            catalogue=CATALOGUE,
            texts=texts,
            screen=Screen(town="Musterstadt", panel=Info(title="")),
            office=office,
            camera=OpenCvCamera("none"),
            cards=PcscReader("none"),
            lying=Lying(),
            policy=Cards().policy(),
            printer=EscposPrinter("none", 9600, "TM-T88III"),
            say=say,
            measured=lambda figure, value: None,
            picture=lambda on: "",
        )

    async def step(self, name: str, *doings: Doing) -> None:
        for doing in (*doings, Tapped(END.get(name, "continue"))):
            self.stage.doings.put_nowait(doing)
        async with asyncio.timeout(60):
            assert await STEPS[name](self.stage) is Outcome.DONE
        self.panels.append(self.stage.screen.panel)
        while not self.stage.doings.empty():  # a step that had nothing to show took nothing
            self.stage.doings.get_nowait()

    async def walk(self) -> list[str]:
        """The journey's steps as the dialogue would ask for them, without devices; their names."""
        visit, done = self.stage.visit, []
        for node in CATALOGUE.journey(visit.service, visit.choices):
            if not isinstance(node, StepNode) or node.name not in ("info", "checklist", "form", *END):
                continue
            await self.step(node.name, *self.doings(node.name))
            done.append(node.name)
        return done

    def doings(self, step: str) -> list[Doing]:
        visit = self.stage.visit
        if step == "checklist":
            lines = CATALOGUE.documents(visit.service, visit.choices)
            return [Checked(line.id, line.required) for line in lines]
        if step == "form":
            groups = CATALOGUE.fields(visit.service, visit.choices)
            return [FieldSet(f.id, value_for(f, visit)) for group in groups for f in group.fields]
        return []


async def case_of(kiosk: Kiosk, office: BackOffice) -> CaseDetail:
    case = kiosk.stage.visit.case
    assert case is not None
    return await office.cases.open(case.id, "muster")


@pytest.mark.parametrize("service", CASES)
async def test_every_answer_of_a_service_leads_to_a_case_the_clerk_can_work_with(
    service: str, office: BackOffice, texts: Texts
) -> None:
    for number, choices in enumerate(cases_of(CATALOGUE.service(service))):
        kiosk = Kiosk(office, texts, service, dict(choices))
        kiosk.stage.visit.language = tuple(COMPLETE)[number % len(COMPLETE)]
        steps = await kiosk.walk()
        if "form" not in steps:
            # there is nothing to apply for, and that was said; at most there is a number
            assert "info" in steps
            assert kiosk.stage.visit.case is None
            continue
        case = await case_of(kiosk, office)
        asked = {slot for _, slot in CATALOGUE.answered(service, choices)}
        fields = CATALOGUE.fields(service, choices)
        assert {field.id for field in case.fields} == asked | {f.id for group in fields for f in group.fields}
        assert [check.id for check in case.counter] == [c.id for c in CATALOGUE.counter(service, choices)]
        assert all(document.brought == document.required for document in case.documents)
        assert all("§" in fee.law or "KV" in fee.law or "Tarif" in fee.law for fee in case.fees)
        german = {question.slot: question.text for question in CATALOGUE.service(service).questions}
        assert all(field.label == german[field.id] for field in case.fields if field.id in asked)


@pytest.mark.parametrize("lang", COMPLETE)
@pytest.mark.parametrize("service", CASES)
async def test_every_panel_of_a_service_is_in_the_visitors_language(
    service: str, lang: str, office: BackOffice, texts: Texts
) -> None:
    kiosk = Kiosk(office, texts, service, cases_of(CATALOGUE.service(service))[0])
    kiosk.stage.visit.language = lang
    await kiosk.walk()
    for panel in kiosk.panels:
        match panel:
            case FormPanel(groups=groups):
                shown = [field.label for group in groups for field in group.fields]
                keys = [f"form.{field.id}.label" for group in groups for field in group.fields]
            case Checklist(items=items):
                shown = [item.label for item in items]
                keys = [f"document.{item.id}.label" for item in items]
            case TicketPanel(bring=bring):
                documents = CATALOGUE.documents(service, kiosk.stage.visit.choices)
                shown, keys = bring, [f"document.{document.id}.label" for document in documents]
            case _:
                continue
        assert shown == [texts.get(lang, f"{service}.{key}") for key in keys]


async def test_a_page_that_is_shown_can_change_its_language(office: BackOffice, texts: Texts) -> None:
    kiosk = Kiosk(office, texts, "registration_certificate", {"certificate_extent": "simple"})
    running = asyncio.ensure_future(STEPS["form"](kiosk.stage))
    kiosk.stage.doings.put_nowait(Tapped("submit"))
    async with asyncio.timeout(60):
        while len(kiosk.said) < 2:  # noqa: ASYNC110 - two sentences, no event of their own
            await asyncio.sleep(0.01)
    kiosk.stage.visit.language = "en"
    kiosk.stage.redraw()
    panel = kiosk.stage.screen.panel
    assert isinstance(panel, FormPanel)
    surname = panel.groups[0].fields[0]
    assert (surname.label, "Surname" in surname.error) == ("Surname", True)
    running.cancel()


@pytest.mark.parametrize("service", GUIDES)
async def test_a_service_without_an_application_says_what_to_do_and_gives_a_number(
    service: str, office: BackOffice, texts: Texts
) -> None:
    for choices in cases_of(CATALOGUE.service(service)):
        kiosk = Kiosk(office, texts, service, dict(choices))
        steps = await kiosk.walk()
        assert "info" in steps
        shown = [panel for panel in kiosk.panels if isinstance(panel, InfoPanel)]
        assert shown
        assert shown[0].lines or shown[0].facts
        assert all("{" not in line for panel in shown for line in panel.lines)
        assert kiosk.stage.visit.case is None
        if "hand_over" in steps:
            tickets = [panel for panel in kiosk.panels if isinstance(panel, TicketPanel)]
            assert tickets[-1].number


async def test_what_is_told_first_is_what_the_panel_shows_as_a_whole(
    office: BackOffice, texts: Texts
) -> None:
    kiosk = Kiosk(office, texts, "lost_property", {"lost_kind": "lost", "lost_item": "wallet"})
    first: list[str] = []
    kiosk.stage.say_first = first.append
    await kiosk.step("info")
    panel = kiosk.panels[-1]
    assert isinstance(panel, InfoPanel)
    assert len(panel.lines) > 2
    assert first == [" ".join(panel.lines)]
    assert kiosk.said == [texts.get("de", "screen.info.say")]


async def test_a_service_without_a_fee_says_so_instead_of_zero_euros(
    office: BackOffice, texts: Texts
) -> None:
    kiosk = Kiosk(office, texts, "change_of_address", cases_of(CATALOGUE.service("change_of_address"))[0])
    await kiosk.walk()
    [review, *_] = [panel for panel in kiosk.panels if isinstance(panel, Review)]
    assert (review.total, review.fees) == ("kostenlos", [])
    assert any("kostet nichts" in sentence for sentence in kiosk.said)


async def test_what_was_not_asked_is_neither_shown_nor_stored(office: BackOffice, texts: Texts) -> None:
    choices = {
        "move_kind": "deregister",
        "move_flat": "only",
        "move_people": "one",
        "move_landlord": "not_needed",
    }
    kiosk = Kiosk(office, texts, "change_of_address", choices)
    draft = draft_of(kiosk.stage)
    assert "move_landlord" not in {field.id for field in draft.fields}
    assert {field.provenance for field in draft.fields} == {Provenance.CHOSEN}
    assert draft.leika == "99115005070000"


def test_nothing_of_the_identity_card_is_told_in_another_service(texts: Texts) -> None:
    for service in CASES:
        if service in ("identity_card", "passport"):
            continue
        own = "ticket.note" in CATALOGUE.service(service).texts
        note = texts.get("de", f"{service}.ticket.note" if own else "screen.ticket.note")
        assert "Fingerabdr" not in note


async def test_a_number_drawn_while_it_is_closed_says_when_it_opens_and_offers_no_seat(
    office: BackOffice, texts: Texts
) -> None:
    opens = {
        "de": "Jetzt geschlossen. Geöffnet ist morgen ab 8:00 Uhr.",
        "ar": "مغلق الآن. يفتح غدًا الساعة 8:00.",
    }
    asked: list[str] = []

    def closed(lang: str, place: str) -> str:
        asked.append(place)
        return opens[lang]

    kiosk = Kiosk(office, texts, "queue_ticket", {})
    kiosk.stage.opens = closed
    slips: list[Ticket] = []

    async def print_slip(ticket: Ticket) -> None:
        slips.append(ticket)

    kiosk.stage.printer.print_ticket = print_slip  # type: ignore[method-assign]
    await kiosk.step("hand_over")
    panel = kiosk.panels[-1]
    assert isinstance(panel, TicketPanel)
    assert opens["de"] in panel.text
    assert kiosk.said[0].endswith(f"Bitte nehmen Sie den Zettel mit. {opens['de']}")
    assert slips[0].note == opens["de"]
    assert set(asked) == {CATALOGUE.service("queue_ticket").where}


async def test_documents_are_marked_aloud_and_other_words_stay_with_the_dialogue(
    office: BackOffice, texts: Texts
) -> None:
    kiosk = Kiosk(
        office, texts, "identity_card", {"reason": "expired", "age_group": "adult", "photo": "code"}
    )
    stage = kiosk.stage
    running = asyncio.ensure_future(STEPS["checklist"](stage))
    await asyncio.sleep(0)
    for said in ("weiter", "was kostet das", "ich habe meinen ausweis verloren"):
        assert not stage.takes(said)
    assert stage.takes("meinen alten ausweis habe ich dabei")
    stage.doings.put_nowait(Spoken("meinen alten ausweis habe ich dabei"))
    stage.doings.put_nowait(Tapped("continue"))
    async with asyncio.timeout(60):
        assert await running is Outcome.DONE
    assert stage.visit.brought["old_card"] is True
    assert not stage.takes("meinen alten ausweis habe ich dabei")
