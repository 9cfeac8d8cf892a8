"""A form filled in by voice: what is said stands in the field, and is neither repeated aloud nor sent on."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.texts import Texts
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome
from robot.steps.stage import Doing, FieldSet, Spoken, Tapped
from robot.web.view import FormPanel
from tests.robot.steps.test_services import CATALOGUE, Kiosk

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


@pytest.fixture
def kiosk(office: BackOffice, texts: Texts) -> Kiosk:
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
    async with asyncio.timeout(60):
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


async def test_the_ear_expects_numbers_where_a_number_a_day_or_a_postcode_is_asked_for(kiosk: Kiosk) -> None:
    stage, expected = kiosk.stage, list[str]()
    stage.expect = expected.append
    form = asyncio.create_task(STEPS["form"](stage))  # type: ignore[arg-type]
    stage.doings.put_nowait(Tapped("dictate"))
    await settle(kiosk)
    for name, kind in (("surname", "name"), ("birth_date", "number"), ("postcode", "number")):
        for _ in range(40):
            if asked(kiosk) == name:
                break
            await dictate(kiosk, SAID.get(asked(kiosk), "keine"))
        assert (asked(kiosk), expected[-1]) == (name, kind)
    await dictate(kiosk, "ich tippe selbst")
    assert expected[-1] == "sentence"
    form.cancel()
    await asyncio.gather(form, return_exceptions=True)


SECRET = "Rumpelstilz"
VALID = {
    "surname": "Mustermann", "given_names": "Erika", "birth_date": "12.08.1964", "birth_place": "Köln",
    "nationality": "deutsch", "height": "172", "eye_colour": "grün", "street": "Hauptstraße 12",
    "postcode": "50126", "town": "Musterstadt",
}  # fmt: skip
FIELDS = [field.id for group in CATALOGUE.fields("identity_card", {}) for field in group.fields]
anything = st.one_of(
    st.builds(Spoken, st.sampled_from([*SAID.values(), SECRET, f"{SECRET} null zwei zwei eins", "keine"])),
    st.builds(
        Spoken, st.sampled_from(["das ist falsch", "ich tippe selbst", "", "äh", "falsch", "ja", "drei"])
    ),
    st.builds(
        FieldSet, st.sampled_from([*FIELDS, "nonsense"]), st.sampled_from(["", SECRET, "12.08.1964", "²"])
    ),
    st.builds(Tapped, st.sampled_from(["dictate", "submit", "nonsense", "dictate"])),
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(doings=st.lists(anything, min_size=1, max_size=30))
def test_no_thirty_doings_leave_the_form_stuck_or_have_it_say_what_was_entered(
    office: BackOffice, texts: Texts, doings: list[Doing]
) -> None:
    asyncio.run(_anything(office, texts, doings))


async def _anything(office: BackOffice, texts: Texts, doings: list[Doing]) -> None:
    kiosk = Kiosk(office, texts, "identity_card", {"reason": "expired", "age_group": "adult"})
    stage = kiosk.stage
    form = asyncio.create_task(STEPS["form"](stage))  # type: ignore[arg-type]
    for doing in doings:
        before = len(kiosk.said)
        stage.doings.put_nowait(doing)
        await settle(kiosk)
        if form.done():
            assert await form is Outcome.DONE
            return
        assert stage.doings.empty()
        # whoever speaks gets an answer
        assert not isinstance(doing, Spoken) or len(kiosk.said) > before
        assert not any(SECRET in said for said in kiosk.said)
    # whatever has happened: who fills it in gets on
    for group in CATALOGUE.fields("identity_card", stage.visit.choices):
        for field in group.fields:
            stage.doings.put_nowait(FieldSet(field.id, VALID.get(field.id, "")))
    stage.doings.put_nowait(Tapped("submit"))
    async with asyncio.timeout(60):
        assert await form is Outcome.DONE
