"""What is changed on the review, step by step: what is new is gone through, what is over is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from dialogs.catalogue import StepNode
from dialogs.revision import known_at, news
from dialogs.texts import Texts
from robot.cases.copies import CopyInfo, HeldCopy
from robot.cases.model import CaseDraft, Provenance
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome
from robot.steps.hand_over import draft_of
from robot.steps.stage import Doing, Spoken, Tapped
from robot.web.view import Checklist, FormPanel, Review
from tests.robot.steps.test_services import CASES, CATALOGUE, Kiosk, cases_of, value_for

PASSED = ("checklist", "form", "review")


async def through(kiosk: Kiosk) -> CaseDraft:
    """From the first step to the review, and what a clerk would get then."""
    visit = kiosk.stage.visit
    choices = visit.choices
    for node in CATALOGUE.journey(visit.service, choices):
        if isinstance(node, StepNode) and node.name in PASSED:
            visit.choices = known_at(CATALOGUE.service(visit.service), node.name, choices)
            fill_in(kiosk)
            await kiosk.step(node.name, *marks(kiosk, node.name))
    return draft_of(kiosk.stage)


def fill_in(kiosk: Kiosk) -> None:
    """What a visitor types, and what a step of its own reads into the form."""
    visit = kiosk.stage.visit
    for group in CATALOGUE.fields(visit.service, visit.choices):
        for one in group.fields:
            visit.set_value(one.id, value_for(one, visit), Provenance.TYPED)


def marks(kiosk: Kiosk, step: str) -> list[Doing]:
    return kiosk.doings(step) if step == "checklist" else []


async def changed(kiosk: Kiosk, choices: dict[str, str]) -> CaseDraft:
    """Other answers on the review: only what is new is shown, and the visitor does it."""
    visit = kiosk.stage.visit
    before = visit.choices
    for name in ("checklist", "form"):
        new = news(CATALOGUE, visit.service, name, before, choices)
        if not new:
            continue
        visit.before = before
        visit.choices = known_at(CATALOGUE.service(visit.service), name, choices)
        fill_in(kiosk)
        await kiosk.step(name, *marks(kiosk, name))
        match kiosk.panels[-1]:
            case Checklist(items=items):
                assert {item.id for item in items} == new
            case FormPanel(groups=groups):
                assert {field.id for group in groups for field in group.fields} == new
            case panel:
                raise AssertionError(panel)
    visit.before, visit.choices = {}, dict(choices)
    fill_in(kiosk)
    await kiosk.step("review")
    return draft_of(kiosk.stage)


@pytest.mark.parametrize("service", CASES)
async def test_the_clerk_gets_the_same_case_as_if_it_had_been_so_from_the_start(
    service: str, office: BackOffice, texts: Texts
) -> None:
    cases = [
        choices
        for choices in cases_of(CATALOGUE.service(service))
        if "review" in [node.name for node in CATALOGUE.journey(service, choices)]
    ]
    at_once = [await through(Kiosk(office, texts, service, dict(choices))) for choices in cases]
    kiosk = Kiosk(office, texts, service, dict(cases[-1]))
    await through(kiosk)
    # from each case to the next, all in one visit
    for choices, wanted in zip(cases, at_once, strict=True):
        found = await changed(kiosk, choices)
        assert (found.fields, found.documents) == (wanted.fields, wanted.documents), choices
        assert (found.fees, found.counter, found.leika) == (wanted.fees, wanted.counter, wanted.leika)
        known = {field.id for group in CATALOGUE.fields(service, choices) for field in group.fields}
        assert set(kiosk.stage.visit.values) <= known, "a value that this case does not need is kept"


async def test_a_copy_that_is_not_needed_any_more_is_forgotten(office: BackOffice, texts: Texts) -> None:
    choices = {"reason": "expired", "age_group": "under16"}
    [item, *_] = CATALOGUE.copies("identity_card", choices)
    kiosk = Kiosk(office, texts, "identity_card", choices)
    visit = kiosk.stage.visit
    info = CopyInfo(item=item.id, label=item.label, identity=False, purpose=item.purpose, pages=1, dpi=300)
    held = HeldCopy(info, pdf=b"%PDF")
    office.copies._held[visit.application] = [held]
    await through(kiosk)
    assert office.copies.held(visit.application) == (held,)
    visit.choices = choices | {"age_group": "adult"}
    fill_in(kiosk)
    await kiosk.step("review")
    assert office.copies.held(visit.application) == ()


async def test_who_is_not_as_old_as_they_said_is_asked_before_it_is_handed_over(
    office: BackOffice, texts: Texts
) -> None:
    """PAuswGebV §1 (1): the fee hangs on the age; under 16 the guardians must come along."""
    kiosk = Kiosk(office, texts, "identity_card", {"reason": "expired", "age_group": "adult"})
    await kiosk.step("form", *kiosk.doings("form"))
    visit = kiosk.stage.visit
    visit.set_value("birth_date", "12.08.2020", Provenance.TYPED)
    told = asyncio.Event()

    async def say(text: str) -> None:
        if text == texts.get("de", "screen.review.other_age"):
            told.set()

    kiosk.stage.say = say
    step = asyncio.create_task(kiosk.step("review"))
    async with asyncio.timeout(30):
        await told.wait()
    assert not step.done()
    visit.set_value("birth_date", "12.08.1983", Provenance.TYPED)
    await kiosk.stage.doings.put(Tapped("confirm"))
    await step


# --- a value that is put right aloud ------------------------------------------------------------------


@pytest.fixture
async def kiosk(office: BackOffice, texts: Texts) -> Kiosk:
    kiosk = Kiosk(office, texts, "identity_card", {"reason": "expired", "age_group": "adult"})
    await kiosk.step("form", *kiosk.doings("form"))
    return kiosk


@pytest.mark.parametrize(
    "lang, said, field, value",
    [
        ("de", "nein, die Größe ist 1,82", "height", "182"),
        ("de", "nein die größe ist eins zweiundachtzig", "height", "182"),
        ("de", "die größe soll ein meter zweiundachtzig sein", "height", "182"),
        ("de", "nein größe in zentimetern hundertzweiundachtzig", "height", "182"),
        ("de", "die größe ist nicht 172 sondern 182", "height", "182"),
        ("de", "die postleitzahl ist falsch sie ist fünf null eins zwei sechs", "postcode", None),
        ("de", "nein die postleitzahl ist fünf null eins zwei sechs", "postcode", "50126"),
        ("de", "nein der tag der geburt ist der zwölfte august neunzehnhundertvierundsechzig", "birth_date",
         "12.08.1964"),
        ("de", "der wohnort ist köln", "town", "Köln"),
        ("de", "die augenfarbe ist falsch", "eye_colour", None),
        ("en", "no, the height is one eighty two", "height", "182"),
        ("en", "no the postcode is five oh one two six", "postcode", "50126"),
    ],
)  # fmt: skip
async def test_a_value_is_put_right_aloud_or_its_field_is_opened(
    kiosk: Kiosk, lang: str, said: str, field: str, value: str | None
) -> None:
    stage = kiosk.stage
    stage.visit.language = lang
    before = stage.visit.values[field].text
    running = asyncio.ensure_future(STEPS["review"](stage))
    await turns()
    assert stage.takes(said)
    spoken = len(kiosk.said)
    stage.doings.put_nowait(Spoken(said))
    await turns()
    if value is None:
        assert isinstance(stage.screen.panel, FormPanel)
        assert stage.visit.values[field].text == before
        assert not stage.takes(said), "the field that is open takes the words"
        stage.doings.put_nowait(Tapped("nav:go_back"))
        await turns()
    else:
        assert stage.visit.values[field].text == value
        assert kiosk.said[spoken:]
        assert all(value not in sentence for sentence in kiosk.said), "the voice reads a value aloud"
    assert isinstance(stage.screen.panel, Review)
    stage.doings.put_nowait(Tapped("confirm"))
    async with asyncio.timeout(60):
        assert await running is Outcome.DONE
    assert not stage.takes(said)


async def test_what_cannot_stand_in_a_field_opens_it_with_what_stood_there(kiosk: Kiosk) -> None:
    running = asyncio.ensure_future(STEPS["review"](kiosk.stage))
    await turns()
    before = kiosk.stage.visit.values["height"].text
    kiosk.stage.doings.put_nowait(Spoken("nein die größe ist neunhundert"))
    await turns()
    panel = kiosk.stage.screen.panel
    assert isinstance(panel, FormPanel)
    assert [group.id for group in panel.groups] == ["appearance"]
    assert kiosk.stage.visit.values["height"].text == before
    running.cancel()


@pytest.mark.parametrize(
    "said",
    [
        "ja alles richtig",
        "wie ist die größe",
        "was steht bei wohnort",
        "der wohnort ist richtig",
        "die größe stimmt",
        "ich will es doch geschickt haben",
        "nein",
        "nein die lieferung per post",
    ],
)
async def test_everything_else_that_is_said_is_for_the_dialogue(kiosk: Kiosk, said: str) -> None:
    running = asyncio.ensure_future(STEPS["review"](kiosk.stage))
    await turns()
    assert not kiosk.stage.takes(said)
    running.cancel()


async def test_the_same_name_in_two_groups_is_told_apart_by_the_group(
    office: BackOffice, texts: Texts
) -> None:
    choices = {"move_kind": "change", "move_flat": "only", "move_people": "one", "move_landlord": "owner"}
    kiosk = Kiosk(office, texts, "change_of_address", choices)
    await kiosk.step("form", *kiosk.doings("form"))
    running = asyncio.ensure_future(STEPS["review"](kiosk.stage))
    await turns()
    assert not kiosk.stage.takes("nein die straße ist hauptstraße fünf")
    kiosk.stage.doings.put_nowait(Spoken("nein in der neuen wohnung die straße ist hauptstraße fünf"))
    await turns()
    assert kiosk.stage.visit.values["new_street"].text == "Hauptstraße 5"
    running.cancel()


async def turns() -> None:
    """Until the step waits for the next doing."""
    for _ in range(30):
        await asyncio.sleep(0)
