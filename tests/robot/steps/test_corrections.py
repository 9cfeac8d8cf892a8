"""What a citizen says to put a value right, as the recogniser writes it: by the field's other names, by what
stands there, by the kind of what is said.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs import field_names
from robot.cases.model import Provenance
from robot.steps import amending
from robot.steps.stage import Stage
from robot.visit.visit import Visit
from tests.musterstadt import catalogue
from tests.robot.steps.kit import bare_stage

ROOT = Path(__file__).resolve().parents[3]
CARD = {
    "surname": "Meier", "given_names": "Erika", "birth_date": "12.08.1964", "birth_place": "Köln",
    "nationality": "deutsch", "height": "172", "eye_colour": "blau", "street": "Hauptstraße 12",
    "postcode": "50126", "town": "Musterstadt",
}  # fmt: skip
PARKING = {
    "surname": "Schmidt", "given_names": "Hans", "birth_date": "12.08.1964", "phone": "02271 123",
    "street": "Hauptstraße 12", "postcode": "50126", "town": "Musterstadt", "plate": "BM-AB 123",
    "valid_from": "01.12.2026",
}  # fmt: skip
BENEFIT = {
    "surname": "Müller", "given_names": "Anna", "birth_date": "12.08.1964", "email": "anna@example.org",
    "phone": "02271 123", "living_area": "55", "rent_total": "450,00", "gross_income": "1200,00",
    "iban": "DE68 2105 0170 0012 3456 78", "account_holder": "Anna Müller",
}  # fmt: skip
VISITS = {
    "identity_card": (CARD, {"reason": "expired", "age_group": "adult"}),
    "resident_parking": (PARKING, {"permit_matter": "renew", "permit_car": "own"}),
    "housing_benefit": (BENEFIT, {"benefit_matter": "first_time", "benefit_home": "rent"}),
}


def stage_of(service: str, lang: str = "de") -> Stage:
    """The review of a visit in which everything is filled in; nothing else of the house is reached."""
    values, choices = VISITS[service]
    visit = Visit(service=service, language=lang, choices=dict(choices))
    for name, text in values.items():
        visit.set_value(name, text, Provenance.TYPED)
    return bare_stage(visit)


CARD_SAID = [
    # by other names than the label
    ("de", "mein geburtsdatum ist der dritte mai neunzehnhundertfünfundachtzig", "birth_date", "03.05.1985"),
    ("de", "nein mein geburtstag ist am dritten fünften fünfundachtzig", "birth_date", "03.05.1985"),
    ("de", "das geburtsdatum ist falsch", "birth_date", None),
    ("de", "nein geboren am ersten ersten neunzehnhundertachtzig", "birth_date", "01.01.1980"),
    ("de", "der nachname ist maier", "surname", "Maier"),
    ("de", "mein nachname lautet müller", "surname", "Müller"),
    ("de", "nein der zuname ist schmidt mit d t", "surname", "Schmidt"),
    ("de", "der vorname ist monika", "given_names", "Monika"),
    ("de", "nein mein vorname ist anna bindestrich lena", "given_names", "Anna-Lena"),
    ("de", "der geburtsort ist bonn", "birth_place", "Bonn"),
    ("de", "nein geboren in bonn", "birth_place", "Bonn"),
    ("de", "die körpergröße ist eins achtzig", "height", "180"),
    ("de", "nein die augen sind braun", "eye_colour", "braun"),
    ("de", "die farbe der augen ist grün", "eye_colour", "grün"),
    ("de", "meine adresse ist lindenweg drei", "street", "Lindenweg 3"),
    ("de", "die anschrift ist nicht hauptstraße sondern nebenstraße fünf a", "street", "Nebenstraße 5a"),
    ("de", "die plz ist fünf null eins zwei sieben", "postcode", "50127"),
    ("de", "nein die post leitzahl ist fünfzig eins zwei sieben", "postcode", "50127"),
    ("de", "die stadt ist köln", "town", "Köln"),
    ("de", "nein ich wohne in köln", "town", "Köln"),
    ("de", "die nationalität ist deutsch", "nationality", "deutsch"),
    ("de", "der mädchenname ist schulze", "birth_name", "Schulze"),
    ("en", "my birthday is the third of may nineteen eighty five", "birth_date", "03.05.1985"),
    ("en", "no born on may third nineteen eighty five", "birth_date", "03.05.1985"),
    ("en", "my last name is smith", "surname", "Smith"),
    ("en", "no the first name is mary", "given_names", "Mary"),
    ("en", "the family name is wrong", "surname", None),
    ("en", "my birthplace is london", "birth_place", "London"),
    ("en", "the zip code is five oh one two seven", "postcode", "50127"),
    ("en", "my address is main street twelve", "street", "Main Street 12"),
    ("en", "the city is cologne", "town", "Cologne"),
    (
        "leicht",
        "mein geburtsdatum ist der dritte mai neunzehnhundertfünfundachtzig",
        "birth_date",
        "03.05.1985",
    ),
    ("leicht", "der nachname ist maier", "surname", "Maier"),
    ("leicht", "die postleitzahl ist fünf null eins zwei sieben", "postcode", "50127"),
    # a part of what stands in the field
    ("de", "die hausnummer ist zwölf b", "street", "Hauptstraße 12b"),
    ("de", "die hausnummer ist 12 b", "street", "Hauptstraße 12b"),
    ("de", "nein hausnummer vierzehn", "street", "Hauptstraße 14"),
    ("de", "die haus nummer ist fünf bis sieben", "street", "Hauptstraße 5-7"),
    ("de", "die straße ist lindenweg", "street", "Lindenweg 12"),
    ("en", "the house number is twelve b", "street", "Hauptstraße 12b"),
    # without the field's name
    ("de", "nein am dritten mai", "birth_date", "03.05.1964"),
    ("de", "nein am dritten fünften fünfundachtzig", "birth_date", "03.05.1985"),
    ("de", "nein es ist der dritte mai neunzehnhundertfünfundachtzig", "birth_date", "03.05.1985"),
    ("en", "no the third of may", "birth_date", "03.05.1964"),
    ("de", "nein eins achtzig", "height", "180"),
    ("de", "nein hundertachtzig zentimeter", "height", "180"),
    ("de", "nein braun", "eye_colour", "braun"),
    ("de", "nein fünf null eins zwei sieben", "postcode", "50127"),
    ("de", "nein lindenweg drei", "street", "Lindenweg 3"),
    ("de", "nein hauptstraße zwölf b", "street", "Hauptstraße 12b"),
    # what stands there is refused
    ("de", "nicht meier maier mit a i", "surname", "Maier"),
    ("de", "nein nicht meier sondern maier", "surname", "Maier"),
    ("de", "nicht köln sondern bonn", "birth_place", "Bonn"),
    ("de", "nicht am zwölften august sondern am dritten mai", "birth_date", "03.05.1964"),
    ("de", "nicht blau sondern braun", "eye_colour", "braun"),
    ("en", "not meier but maier", "surname", "Maier"),
    # how it is spelt
    ("de", "der nachname schreibt sich mit a i", "surname", "Maier"),
    ("de", "meier mit e y", None, None),
    ("de", "nein mit a i", "surname", "Maier"),
    ("de", "der nachname mit a ypsilon", "surname", "Mayer"),
    ("de", "der nachname ist m a i e r", "surname", "Maier"),
    ("de", "erika mit c", None, None),
    ("de", "der vorname mit c", "given_names", "Erica"),
    ("de", "nein der familienname ist münchen aachen ingelheim essen rostock", "surname", "Maier"),
    ("de", "nein der familienname ist martha anton ida emil richard", "surname", "Maier"),
]
OTHERS_SAID = [
    ("resident_parking", "de", "das nummernschild ist b m a b eins zwei vier", "plate", "BM-AB 124"),
    ("resident_parking", "de", "nein b m a b eins zwei vier", "plate", "BM-AB 124"),
    ("resident_parking", "de", "die handynummer ist null eins sieben eins vier", "phone", "01714"),
    ("resident_parking", "de", "nein der beginn ist am ersten januar", "valid_from", "01.01.2027"),
    ("resident_parking", "de", "nein mit doppel t", "surname", "Schmitt"),
    ("resident_parking", "en", "the number plate is b m a b one two four", "plate", "BM-AB 124"),
    ("housing_benefit", "de", "die miete ist vierhundertachtzig euro fünfzig", "rent_total", "480,50"),
    ("housing_benefit", "de", "mein einkommen ist anderthalbtausend euro", "gross_income", "1500,00"),
    ("housing_benefit", "de", "die wohnfläche ist sechs und fünfzig", "living_area", "56"),
    ("housing_benefit", "de", "nein anna punkt m at example punkt org", "email", "anna.m@example.org"),
    ("housing_benefit", "de", "die mailadresse ist anna punkt m at example punkt org", "email",
     "anna.m@example.org"),
    ("housing_benefit", "de", "nein vierhundert euro", None, None),
    ("housing_benefit", "de", "nein am dritten mai", "birth_date", "03.05.1964"),
    ("housing_benefit", "en", "my income is fifteen hundred euros", "gross_income", "1500,00"),
]  # fmt: skip


@pytest.mark.parametrize(
    "service, lang, said, field, value", [("identity_card", *row) for row in CARD_SAID] + OTHERS_SAID
)
def test_a_citizen_puts_a_value_right_in_words_of_their_own(
    service: str, lang: str, said: str, field: str | None, value: str | None
) -> None:
    found = amending.said(stage_of(service, lang), said)
    assert (found and found.field.id, found and found.value) == (field, value)
    if found and value:
        assert catalogue().validate_field(found.field, value, on=stage_of(service).today()) is None


@pytest.mark.parametrize(
    "said",
    [
        "nein",
        "nein danke",
        "nein zurück",
        "nein ich möchte abbrechen",
        "nein ich meinte den reisepass",
        "nicht so schnell",
        "nein nicht so laut bitte",
        "mit karte bitte",
        "nein per post",
        "nein drei",
        "nein die lieferung per post",
        "nein ich hole es ab",
        "was kostet das mit express",
        "ohne foto",
        "am dritten mai",
        "no thank you",
        "not now",
        "das passt so",
    ],
)
def test_what_puts_nothing_right_is_left_to_the_dialogue(said: str) -> None:
    assert amending.said(stage_of("identity_card"), said) is None


def test_names_of_fields_that_no_service_has_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "names.yml"
    file.write_text("surname:\n  de: [nachname]\nshoe_size:\n  de: [schuhgröße]\n", encoding="utf-8")
    [error] = field_names.unknown(catalogue().services, file)
    assert error.startswith(f"{file}:3: no service has a field 'shoe_size'")


@pytest.mark.parametrize(
    "text, fault",
    [
        ("surname: {de: [Nachname]}", "write it in lower case"),
        ("surname: [nachname]", "has no lists of names"),
        ("surname: {xx: [nachname]}", "has no lists of names"),
        ("- nachname", "holds no mapping"),
    ],
)
def test_names_that_nobody_can_be_heard_saying_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "names.yml"
    file.write_text(text, encoding="utf-8")
    _, errors = field_names.named(catalogue().services, file)
    assert [fault in error and error.startswith(f"{file}:1: ") for error in errors] == [True]


def test_a_service_gives_its_own_fields_further_names_in_both_languages() -> None:
    fields = {f.id: f for group in catalogue().service("dog_tax").form for f in group.fields}
    assert {"geburtsdatum", "birthday"} <= {*fields["birth_date"].also}
    assert {"im haushalt seit", "in my household since"} <= {*fields["dog_since"].also}
