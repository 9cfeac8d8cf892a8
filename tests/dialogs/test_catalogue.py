"""Services as data: what they cost, need and ask, and what happens when a file is wrong."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path

import pytest

from dialogs.catalogue import Catalogue, CatalogueError, Field, german_date, json_schemas
from tests.dialogs.conftest import ROOT

CARD = "identity_card"
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "age_group, day, cents, law",
    [
        ("adult", date(2026, 2, 6), 3700, "PAuswGebV § 1 Abs. 1 Nr. 2"),
        ("adult", date(2026, 2, 7), 4600, "PAuswGebV § 1 Abs. 1 Nr. 2"),
        ("under24", date(2026, 2, 6), 2280, "PAuswGebV § 1 Abs. 1 Nr. 1"),
        ("under24", date(2026, 2, 7), 2760, "PAuswGebV § 1 Abs. 1 Nr. 1"),
        ("under16", date(2026, 11, 24), 2760, "PAuswGebV § 1 Abs. 1 Nr. 1"),
    ],
)
def test_the_card_costs_what_holds_on_the_day_of_the_application(
    catalogue: Catalogue, age_group: str, day: date, cents: int, law: str
) -> None:
    [line] = catalogue.fees(CARD, {"age_group": age_group}, on=day)
    assert (line.cents, line.law) == (cents, law)
    assert line.since <= day


def test_every_extra_that_was_chosen_is_on_the_bill_with_its_paragraph(catalogue: Catalogue) -> None:
    choices = {
        "age_group": "adult",
        "urgent": "yes",
        "residence": "no",
        "photo": "counter",
        "delivery": "shipping",
    }
    lines = {line.id: (line.cents, line.law) for line in catalogue.fees(CARD, choices, on=TODAY)}
    assert lines == {
        "card_adult": (4600, "PAuswGebV § 1 Abs. 1 Nr. 2"),
        "provisional": (1000, "PAuswGebV § 1 Abs. 2"),
        "not_resident": (1300, "PAuswGebV § 1 Abs. 3"),
        "photo": (600, "PAuswGebV § 1 Abs. 4 Nr. 4"),
        "shipping": (1500, "PAuswGebV § 1 Abs. 4 Nr. 3"),
    }


def test_a_fee_that_hangs_on_an_unknown_answer_is_possible_and_not_certain(catalogue: Catalogue) -> None:
    assert catalogue.fees(CARD, {}, on=TODAY) == []
    assert [line.cents for line in catalogue.possible_fees(CARD, {}, on=TODAY)] == [2760, 4600]


def test_a_child_comes_with_its_guardians(catalogue: Catalogue) -> None:
    lines = {line.id: line for line in catalogue.documents(CARD, {"reason": "first", "age_group": "under16"})}
    assert {"guardians", "guardian_cards", "birth_certificate"} <= set(lines)
    assert lines["guardians"].law == "PAuswG § 9 Abs. 1 und 2"


def test_an_adult_with_an_old_card_brings_the_card_and_maybe_a_photo_code(catalogue: Catalogue) -> None:
    lines = catalogue.documents(CARD, {"reason": "expired", "age_group": "adult", "residence": "yes"})
    assert [(line.id, line.required) for line in lines] == [("old_card", True), ("photo_code", False)]


def test_a_card_for_a_child_cannot_be_shipped(catalogue: Catalogue) -> None:
    choices = catalogue.question(CARD, "delivery", {"age_group": "under16"}).choices
    assert [choice.id for choice in choices] == ["pickup"]


def test_a_tap_on_a_choice_sends_its_slot_and_value(catalogue: Catalogue) -> None:
    choice = catalogue.question(CARD, "reason").choices[0]
    assert choice.payload == '/inform{"reason": "expired"}'
    assert choice.say0


@pytest.mark.parametrize(
    "years, group", [(0, "under16"), (15, "under16"), (16, "under24"), (23, "under24"), (24, "adult")]
)
def test_the_age_on_the_day_decides_the_group(catalogue: Catalogue, years: int, group: str) -> None:
    assert catalogue.choices_for_age(CARD, years) == {"age_group": group}


def field(catalogue: Catalogue, name: str) -> Field:
    return next(f for group in catalogue.fields(CARD, {}) for f in group.fields if f.id == name)


@pytest.mark.parametrize(
    "name, value, fault",
    [
        ("surname", "Mustermann", None),
        ("surname", "Núñez-O’Brien Şahin", None),
        ("surname", "", "field.missing"),
        ("surname", "Muster1", "field.characters"),
        ("surname", "x" * 121, "field.too_long"),
        ("birth_name", "", None),
        ("birth_date", "12.08.1964", None),
        ("birth_date", "31.02.1964", "field.no_date"),
        ("birth_date", "12.08.2031", "field.not_past"),
        ("birth_date", "12.08.1864", "field.not_past"),
        ("height", "172", None),
        ("height", "1,72", "field.too_long"),
        ("height", "999", "field.out_of_range"),
        ("eye_colour", "bernsteinfarben", None),
        ("eye_colour", "bernsteinfarben hell", "field.too_long"),
        ("postcode", "12345", None),
        ("postcode", "1234", "field.no_postcode"),
        ("postcode", "１２３４５", "field.no_postcode"),
        ("street", "Am Markt 3/4 (Hinterhaus)", None),
        ("braille", "", None),
    ],
)
def test_a_field_takes_what_pauswv_annex_3_allows(
    catalogue: Catalogue, name: str, value: str, fault: str | None
) -> None:
    found = catalogue.validate_field(field(catalogue, name), value, on=TODAY)
    assert (found.key if found else None) == fault


def test_a_date_is_read_as_germans_write_it() -> None:
    assert german_date("1.2.2003") == date(2003, 2, 1)
    assert german_date("2003-02-01") is None


def test_the_town_hall_is_closed_on_a_holiday_of_its_land(catalogue: Catalogue) -> None:
    assert catalogue.closed_because(date(2026, 11, 1)) == "Allerheiligen"
    assert catalogue.closed_because(date(2026, 12, 24)) == "Heiligabend"
    assert catalogue.hours_on(date(2026, 12, 24)) == []
    assert catalogue.is_open(datetime(2026, 11, 24, 9, 30))
    assert not catalogue.is_open(datetime(2026, 11, 24, 13, 0))
    assert catalogue.next_opening(datetime(2026, 11, 24, 13, 0)) == (TODAY, time(14), time(16))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "dialogs" / "services", tmp_path / "services")
    return tmp_path / "services"


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_all_mistakes_of_all_files_are_told_at_once_with_file_and_line(broken: Path) -> None:
    card = broken / "identity_card.yml"
    text = card.read_text()
    text = text.replace('eur: "46.00"', 'eur: "46.001"')
    text = text.replace("when: reason == 'first'", "when: raeson == 'first'")
    text = text.replace("when: urgent == 'yes'", "when: urgent == 'maybe'")
    text = text.replace("slots: [delivery]", "slots: [dilevery]")
    card.write_text(text)
    ticket = broken / "queue_ticket.yml"
    ticket.write_text(ticket.read_text().replace("hint: Eine Nummer", "hnit: Eine Nummer"))
    town = broken.parent / "town.yml"
    town.write_text("name: X\nland: NRW\n")

    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(broken, town)
    errors = "\n".join(caught.value.errors)
    assert f"{card}:{line_of(card, '46.001')}: " in errors
    assert f"{ticket}:{line_of(ticket, 'hnit')}: `hnit` is not a known key" in errors
    assert f"{town}:2: `land`" in errors
    assert f"{town}:1: `places` is missing, add it" in errors


def test_mistakes_between_the_parts_of_a_file_are_told_with_their_line(broken: Path) -> None:
    card = broken / "identity_card.yml"
    text = card.read_text()
    text = text.replace("when: reason == 'first'", "when: raeson == 'first'")
    text = text.replace("when: urgent == 'yes'", "when: urgent == 'maybe'")
    text = text.replace("slots: [delivery]", "slots: [dilevery]")
    text = text.replace("charset: address", "charset: adress")
    card.write_text(text)
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(broken, ROOT / "town" / "musterstadt.yml")
    errors = "\n".join(caught.value.errors)
    assert f"{card}:{line_of(card, 'raeson')}: `when` names 'raeson'" in errors
    assert f"{card}:{line_of(card, 'maybe')}: urgent is never 'maybe'" in errors
    assert f"{card}:{line_of(card, 'dilevery')}: no question fills 'dilevery'" in errors
    assert "'delivery' is never asked" in errors
    assert f"{card}:{line_of(card, 'adress,')}: there is no charset 'adress'" in errors


def test_four_eyes_need_a_case_and_are_yes_or_no(broken: Path) -> None:
    for name, value in (("queue_ticket", "true"), ("identity_card", "maybe")):
        file = broken / f"{name}.yml"
        file.write_text(file.read_text() + f"four_eyes: {value}\n")
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(broken, ROOT / "town" / "musterstadt.yml")
    ticket, card = broken / "queue_ticket.yml", broken / "identity_card.yml"
    errors = "\n".join(caught.value.errors)
    assert f"{ticket}:{line_of(ticket, 'four_eyes')}: `four_eyes` needs a `form`" in errors
    assert f"{card}:{line_of(card, 'four_eyes')}: " in errors


def test_a_file_that_is_no_yaml_is_told_with_its_line(broken: Path) -> None:
    (broken / "directions.yml").write_text("id: directions\nlabel: [a, b\n")
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(broken, ROOT / "town" / "musterstadt.yml")
    assert any(str(broken / "directions.yml") + ":" in error for error in caught.value.errors)


def test_an_unknown_service_is_named_with_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="identity_card"):
        catalogue.service("driving_licence")


def test_editors_get_a_schema_of_the_files() -> None:
    assert "journey" in json_schemas()["service"]["properties"]


def test_who_has_the_photo_taken_at_the_counter_needs_no_code(catalogue: Catalogue) -> None:
    known = {"reason": "expired", "age_group": "adult", "residence": "yes", "urgent": "no"}

    def documents(**more: str) -> list[str]:
        return [document.id for document in catalogue.documents("identity_card", known | more)]

    assert "photo_code" in documents()
    assert "photo_code" in documents(photo="code")
    assert "photo_code" not in documents(photo="counter")
