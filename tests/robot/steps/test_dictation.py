"""A form filled in by voice: what is said stands in the field, and is neither repeated aloud nor sent on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogs.texts import Texts
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome
from robot.steps.stage import Spoken, Tapped
from robot.web.view import FormPanel
from tests.robot.steps.test_services import CATALOGUE, ROOT, Kiosk

SAID = {
    "surname": "mustermann",
    "given_names": "erika",
    "birth_date": "zwölfter august neunzehnhundertvierundsechzig",
    "birth_place": "köln",
    "nationality": "deutsch",
    "height": "hundert zwei und siebzig",
    "eye_colour": "grün",
    "street": "musterstraße zwölf a",
    "postcode": "fünf null eins zwei sechs",
    "town": "musterstadt",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    folder = tmp_path_factory.mktemp("office")
    office = BackOffice.open(f"sqlite:///{folder}/lotse.sqlite", folder / "lotse.key")
    yield office
    office.close()


@pytest.fixture
def kiosk(office: BackOffice) -> Kiosk:
    texts = Texts.load(ROOT / Path("dialogs/texts"), CATALOGUE)
    return Kiosk(office, texts, "identity_card", {"reason": "expired", "age_group": "adult"})


async def settle(kiosk: Kiosk) -> None:
    """Until the form waits for the next doing."""
    for _ in range(20):
        await asyncio.sleep(0)


def asked(kiosk: Kiosk) -> str:
    """The field that the last sentence asks for."""
    labels = {
        kiosk.stage.word(f"form.{field.id}.label"): field.id
        for group in CATALOGUE.fields("identity_card", kiosk.stage.visit.choices)
        for field in group.fields
    }
    named = max((label for label in labels if label in kiosk.said[-1]), key=len, default="")
    return labels.get(named, "")


async def dictate(kiosk: Kiosk, words: str) -> None:
    assert kiosk.stage.dictating
    kiosk.stage.doings.put_nowait(Spoken(words))
    await settle(kiosk)


async def test_a_form_is_filled_in_by_voice_and_never_read_aloud(kiosk: Kiosk) -> None:
    stage = kiosk.stage
    form = asyncio.create_task(STEPS["form"](stage))  # type: ignore[arg-type]
    stage.doings.put_nowait(Tapped("dictate"))
    await settle(kiosk)
    for _ in range(40):
        if not stage.dictating:
            break
        await dictate(kiosk, SAID.get(asked(kiosk), "keine"))
    values = {name: value.text for name, value in stage.visit.values.items() if value.text}
    wanted = {
        "surname": "Mustermann",
        "birth_date": "12.08.1964",
        "height": "172",
        "street": "Musterstraße 12a",
        "postcode": "50126",
    }
    assert wanted.items() <= values.items()
    for value in values.values():
        assert not any(value in said for said in kiosk.said), value
    stage.doings.put_nowait(Tapped("submit"))
    async with asyncio.timeout(5):
        assert await form is Outcome.DONE


async def test_what_does_not_fit_is_asked_again_and_then_left_to_be_typed(kiosk: Kiosk) -> None:
    stage = kiosk.stage
    form = asyncio.create_task(STEPS["form"](stage))  # type: ignore[arg-type]
    stage.doings.put_nowait(Tapped("dictate"))
    await settle(kiosk)
    while asked(kiosk) != "birth_date":
        await dictate(kiosk, SAID.get(asked(kiosk), "keine"))
    await dictate(kiosk, "irgendwann im sommer")
    assert asked(kiosk) == "birth_date"
    await dictate(kiosk, "das weiß ich nicht")
    assert asked(kiosk) == "birth_place"
    assert "birth_date" not in stage.visit.values
    form.cancel()
    await asyncio.gather(form, return_exceptions=True)
    assert not stage.dictating


async def test_a_wrong_value_is_said_again_and_who_would_rather_type_may(kiosk: Kiosk) -> None:
    stage = kiosk.stage
    form = asyncio.create_task(STEPS["form"](stage))  # type: ignore[arg-type]
    stage.doings.put_nowait(Tapped("dictate"))
    await settle(kiosk)
    await dictate(kiosk, "müller mit u e")
    await dictate(kiosk, "das ist falsch")
    assert asked(kiosk) == "surname"
    await dictate(kiosk, "m wie martha ü l l e r")
    assert stage.visit.values["surname"].text == "Müller"
    await dictate(kiosk, "ich tippe selbst")
    assert not stage.dictating
    form.cancel()
    await asyncio.gather(form, return_exceptions=True)


async def test_speaking_is_offered_only_in_languages_that_are_heard(kiosk: Kiosk) -> None:
    for lang, offered in (("de", True), ("en", True), ("leicht", True), ("ar", False)):
        kiosk.stage.visit.language = lang
        form = asyncio.create_task(STEPS["form"](kiosk.stage))  # type: ignore[arg-type]
        await settle(kiosk)
        panel = kiosk.stage.screen.panel
        assert isinstance(panel, FormPanel)
        assert ("dictate" in [button.id for button in panel.actions]) is offered
        form.cancel()
        await asyncio.gather(form, return_exceptions=True)
