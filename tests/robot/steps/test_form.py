"""The form and the review: the right keys, addresses looked up, faults told without personal words."""

from __future__ import annotations

import asyncio

import pytest

from dialogs.texts import Texts
from robot.cases.model import Provenance
from robot.staff.office import BackOffice
from robot.steps import STEPS, Outcome
from robot.steps.stage import Doing, FieldSet, Spoken, Tapped
from robot.web.view import Choices, FormField, FormPanel, Review, ReviewRow
from tests.musterstadt import PLAIN_CARD
from tests.robot.steps.test_services import CATALOGUE, Kiosk

VALUES = {
    "surname": "Mustermann",
    "given_names": "Erika",
    "birth_date": "12.08.1983",
    "birth_place": "Berlin",
    "nationality": "deutsch",
    "height": "168",
    "eye_colour": "grün",
    "street": "Heidestraße 17",
    "postcode": "99998",
    "town": "Musterstadt",
}


class Visitor(Kiosk):
    """Does one thing after the other in a running step."""

    def __init__(self, office: BackOffice, texts: Texts, service: str = "identity_card") -> None:
        super().__init__(office, texts, service, dict(PLAIN_CARD))
        self.running: asyncio.Task[Outcome] | None = None

    async def begin(self, name: str) -> None:
        self.running = asyncio.create_task(STEPS[name](self.stage))  # type: ignore[arg-type]
        await self.does()

    async def does(self, *doings: Doing) -> None:
        """Until the step waits for the next doing."""
        for doing in doings:
            self.stage.doings.put_nowait(doing)
        for _ in range(20):
            await asyncio.sleep(0)

    async def enters(self, **values: str) -> None:
        await self.does(*(FieldSet(name, value) for name, value in values.items()))

    async def leaves(self) -> None:
        """The dialogue goes elsewhere: the step is cancelled as it stands."""
        assert self.running is not None
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def outcome(self) -> Outcome:
        assert self.running is not None
        async with asyncio.timeout(60):
            return await self.running

    def takes_back(self) -> bool:
        """Whether "Zurück" is for the step and not for the dialogue."""
        return self.stage.own_back

    @property
    def form(self) -> FormPanel:
        panel = self.stage.screen.panel
        assert isinstance(panel, FormPanel)
        return panel

    @property
    def review(self) -> Review:
        panel = self.stage.screen.panel
        assert isinstance(panel, Review)
        return panel

    def field(self, name: str) -> FormField:
        return next(field for group in self.form.groups for field in group.fields if field.id == name)

    def row(self, label: str) -> ReviewRow:
        return next(row for group in self.review.groups for row in group.rows if row.label == label)

    def value(self, name: str) -> tuple[str, Provenance]:
        held = self.stage.visit.values[name]
        return held.text, held.provenance


@pytest.fixture
async def visitor(office: BackOffice, texts: Texts) -> Visitor:
    return Visitor(office, texts)


# --- how a field is entered -----------------------------------------------------------------------------


async def test_every_field_says_which_keys_and_which_widget_it_needs(visitor: Visitor) -> None:
    await visitor.begin("form")
    shown = {field.id: (field.keys, field.widget) for group in visitor.form.groups for field in group.fields}
    assert shown["surname"] == ("names", "")
    assert shown["birth_date"] == ("date", "wheels")
    assert shown["height"] == shown["postcode"] == ("numeric", "")
    assert shown["eye_colour"] == ("names", "swatches")
    assert shown["street"] == ("address", "address")
    assert all(field.personal for group in visitor.form.groups for field in group.fields)
    colours = {option.id: option.colour for option in visitor.field("eye_colour").options}
    assert colours["braun"].startswith("#")
    assert len(colours["graugrün"].split()) == 2
    await visitor.leaves()


async def test_the_wheel_of_years_ends_this_year_and_begins_where_a_birthday_may_be(visitor: Visitor) -> None:
    await visitor.begin("form")
    year = visitor.stage.today().year
    assert visitor.field("birth_date").years == (year - 125, year, year - 40)
    await visitor.leaves()


# --- addresses ------------------------------------------------------------------------------------------


async def test_a_misspelt_street_is_offered_and_the_chosen_one_fills_in_postcode_and_town(
    visitor: Visitor,
) -> None:
    await visitor.begin("form")
    await visitor.enters(street="hiedestr 17")
    assert visitor.field("street").suggestions == ["Heidestraße 17"]
    assert "postcode" not in visitor.stage.visit.values
    await visitor.enters(street="Heidestraße 17")
    assert visitor.field("street").suggestions == []
    assert visitor.value("postcode") == ("99998", Provenance.STREETS)
    assert visitor.value("town") == ("Musterstadt", Provenance.STREETS)
    assert visitor.field("postcode").origin == "aus dem Straßenverzeichnis"
    await visitor.leaves()


async def test_postcode_and_town_follow_the_street_until_the_citizen_enters_them(visitor: Visitor) -> None:
    await visitor.begin("form")
    await visitor.enters(street="Rathausplatz 1")
    assert visitor.value("postcode")[0] == "12345"
    await visitor.enters(street="Hauptstraße 5")  # it lies in two postcodes
    assert visitor.value("postcode")[0] == ""
    assert visitor.value("town")[0] == "Musterstadt"
    await visitor.enters(street="Hafenstraße 3, Utopia")
    assert visitor.value("town")[0] == ""
    await visitor.enters(postcode="54321", town="Utopia")
    await visitor.enters(street="Heidestraße 17")
    assert visitor.value("postcode") == ("54321", Provenance.TYPED)
    assert visitor.value("town") == ("Utopia", Provenance.TYPED)
    await visitor.leaves()


async def test_a_street_that_is_said_is_looked_up_as_well(visitor: Visitor) -> None:
    await visitor.begin("form")
    await visitor.enters(
        **{name: text for name, text in VALUES.items() if name not in ("street", "postcode")}
    )
    await visitor.enters(town="")
    await visitor.does(Tapped("dictate"))
    for _ in range(10):  # what is asked before the street may be left out
        if "Straße" in visitor.said[-1]:
            break
        await visitor.does(Spoken("keine"))
    await visitor.does(Spoken("heidestraße siebzehn"))
    assert visitor.value("street")[0] == "Heidestraße 17"
    assert visitor.value("postcode") == ("99998", Provenance.STREETS)
    await visitor.leaves()


# --- what is wrong --------------------------------------------------------------------------------------


async def test_what_is_wrong_stands_beside_the_field_and_is_said_when_the_citizen_goes_on(
    visitor: Visitor,
) -> None:
    await visitor.begin("form")
    await visitor.enters(birth_date="31.02.1983")
    assert visitor.field("birth_date").error == ""  # it may still be being typed
    await visitor.enters(birth_place="B")
    assert "Datum" in visitor.field("birth_date").error
    assert "Tag der Geburt" in visitor.said[-1]
    spoken = len(visitor.said)
    await visitor.enters(birth_place="Be", height="168")
    assert len(visitor.said) == spoken  # once is enough
    await visitor.enters(birth_date="12.08.1983")
    assert visitor.field("birth_date").error == ""
    await visitor.leaves()


async def test_the_first_fault_is_said_with_its_field_and_the_field_is_opened(visitor: Visitor) -> None:
    await visitor.begin("form")
    await visitor.enters(**VALUES | {"birth_place": "", "height": "1"})
    await visitor.does(Tapped("submit"))
    assert visitor.form.focus == "birth_place"
    assert "Ort der Geburt fehlt noch" in visitor.said[-1]
    assert "2 Angaben" in visitor.said[-1]
    assert "Feld" in visitor.said[-1]
    await visitor.enters(birth_place="Berlin")
    assert visitor.form.focus == ""
    await visitor.does(Tapped("submit"))
    assert visitor.form.focus == "height"
    assert "Größe" in visitor.said[-1]
    await visitor.leaves()


async def test_nothing_that_was_entered_is_said_aloud_when_something_is_wrong(
    office: BackOffice, texts: Texts
) -> None:
    wrong = {
        "surname": "Muster§mann",
        "birth_date": "99.99.1983",
        "birth_place": "x" * 81,
        "height": "9999",
        "street": "Heidestraße 17 {}",
        "postcode": "9999",
    }
    for lang in ("de", "en", "leicht", "tr", "uk", "ar", "ru", "pl", "fr"):
        visitor = Visitor(office, texts)
        visitor.stage.visit.language = lang
        await visitor.begin("form")
        for name in (*wrong, "town"):  # going on to the next one tells what is wrong with the one before
            await visitor.enters(**{name: (wrong | VALUES)[name] if name == "town" else wrong[name]})
        await visitor.does(Tapped("submit"))
        told = " ".join(visitor.said)
        for value in (*wrong.values(), "§", "{}"):
            assert value not in told, lang
        assert "§" in visitor.field("surname").error  # the screen shows what the voice does not say
        await visitor.leaves()


async def test_nothing_is_lost_on_going_back_and_coming_again(visitor: Visitor) -> None:
    await visitor.begin("form")
    await visitor.enters(**VALUES | {"birth_date": "31.02.19", "street": "hiedestr"})
    await visitor.leaves()
    await visitor.begin("form")
    assert visitor.field("surname").value == "Mustermann"
    assert visitor.field("birth_date").value == "31.02.19"
    assert visitor.field("street").value == "hiedestr"
    assert visitor.field("street").suggestions == ["Heidestraße"]
    await visitor.leaves()


# --- the review -----------------------------------------------------------------------------------------


async def reviewing(visitor: Visitor) -> None:
    await visitor.begin("form")
    await visitor.enters(**VALUES)
    await visitor.does(Tapped("submit"))
    assert await visitor.outcome() is Outcome.DONE
    await visitor.begin("review")


async def test_every_value_of_the_review_has_its_origin_and_its_own_button(visitor: Visitor) -> None:
    await reviewing(visitor)
    answers, *data = [group for group in visitor.review.groups if group.label != "Unterlagen"]
    assert [row.edit.id for row in answers.rows if row.edit] == [
        f"edit:choice:{slot}" for _, slot in CATALOGUE.answered("identity_card", PLAIN_CARD)
    ]
    assert not any(row.personal for row in answers.rows)
    rows = [row for group in data for row in group.rows]
    assert len(rows) == len(VALUES)
    assert all(row.origin and row.edit and row.personal for row in rows)
    labels = [row.edit.label for group in visitor.review.groups for row in group.rows if row.edit]
    assert len(set(labels)) == len(labels)  # the button says what it changes
    await visitor.leaves()


async def test_a_button_of_the_review_can_be_named_in_plain_german_too(visitor: Visitor) -> None:
    visitor.stage.visit.language = "leicht"
    await reviewing(visitor)
    named = [row.edit.say for group in visitor.review.groups for row in group.rows if row.edit]
    assert any("Familienname ändern" in say.split("|") for say in named)
    await visitor.leaves()


async def test_a_button_of_the_review_leads_to_its_field_and_back_to_the_review(visitor: Visitor) -> None:
    await reviewing(visitor)
    edit = visitor.row("Ort der Geburt").edit
    assert edit
    assert "ort der geburt ändern" in edit.say.casefold()
    await visitor.does(Tapped(edit.id))
    assert visitor.form.focus == "birth_place"
    assert [group.id for group in visitor.form.groups] == ["person"]
    await visitor.enters(birth_place="")
    await visitor.does(Tapped("submit"))
    assert visitor.field("birth_place").error  # back only when it is right
    await visitor.enters(birth_place="Köln")
    await visitor.does(Tapped("submit"))
    assert visitor.row("Ort der Geburt").value == "Köln"
    await visitor.does(Tapped("confirm"))
    assert await visitor.outcome() is Outcome.DONE


async def test_back_from_a_field_of_the_review_is_the_review_with_what_was_typed(visitor: Visitor) -> None:
    await reviewing(visitor)
    await visitor.does(Tapped("edit:field:appearance:height"))
    assert visitor.takes_back()
    await visitor.enters(height="17")
    await visitor.does(Tapped("nav:go_back"))
    assert not visitor.takes_back()
    assert visitor.row("Größe in Zentimetern").value == "17"
    await visitor.does(Tapped("confirm"))  # not with a height like this
    assert visitor.form.focus == "height"
    assert "Größe" in visitor.said[-1]
    await visitor.enters(height="171")
    await visitor.does(Tapped("submit"), Tapped("confirm"))
    assert await visitor.outcome() is Outcome.DONE


async def test_what_was_left_out_can_be_added_from_the_review(visitor: Visitor) -> None:
    await reviewing(visitor)
    voluntary = next(group for group in visitor.review.groups if group.label == "Freiwillige Angaben")
    assert voluntary.edit
    assert not voluntary.rows
    await visitor.does(Tapped(voluntary.edit.id))
    await visitor.enters(braille="true")
    await visitor.does(Tapped("submit"))
    assert visitor.row("Ich möchte einen Aufkleber in Blindenschrift").value == "ja"
    await visitor.leaves()


async def test_an_answer_is_asked_again_from_the_review_and_the_same_one_leads_back(visitor: Visitor) -> None:
    await reviewing(visitor)
    await visitor.does(Tapped("edit:choice:delivery"))
    question = visitor.stage.screen.panel
    assert isinstance(question, Choices)
    assert [option.id for option in question.options] == ["delivery:pickup", "delivery:shipping"]
    assert question.options[0].style == "primary"
    assert visitor.stage.payloads == {"delivery:shipping": '/inform{"delivery": "shipping"}'}
    assert "schicken" in question.options[1].say
    await visitor.does(Tapped("delivery:pickup"))
    assert visitor.stage.payloads == {}
    assert visitor.review.title
    await visitor.leaves()
