"""Passport, card, registration and conduct: what they cost, need and say, by law and by case."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.texts import Texts
from tests.dialogs.conftest import ROOT

TODAY = date(2026, 11, 24)
NORMAL = {"passport_kind": "normal", "passport_pages": "pages32", "delivery": "pickup"}


def cents(catalogue: Catalogue, service: str, choices: dict[str, str], on: date = TODAY) -> dict[str, int]:
    return {line.id: line.cents for line in catalogue.fees(service, choices, on)}


@pytest.mark.parametrize(
    "age, day, fee",
    [
        ("adult", date(2023, 12, 31), {"passport_adult": 6000}),
        ("adult", date(2024, 1, 1), {"passport_adult": 7000}),
        ("under24", TODAY, {"passport_under24": 3750}),
        ("minor", TODAY, {"passport_under24": 3750}),
    ],
)
def test_a_passport_costs_what_passv_27_says_on_that_day(
    catalogue: Catalogue, age: str, day: date, fee: dict[str, int]
) -> None:
    assert cents(catalogue, "passport", NORMAL | {"passport_age": age}, day) == fee


def test_an_express_passport_with_many_pages_sent_home_adds_up(catalogue: Catalogue) -> None:
    choices = {
        "passport_age": "adult",
        "passport_kind": "express",
        "passport_pages": "pages48",
        "photo": "counter",
        "delivery": "shipping",
    }
    assert sum(cents(catalogue, "passport", choices).values()) == 7000 + 3200 + 2200 + 600 + 1500


def test_a_temporary_passport_costs_its_own_fee_and_nothing_of_the_others(catalogue: Catalogue) -> None:
    choices = {"passport_age": "adult", "passport_kind": "provisional", "passport_pages": "pages32"}
    assert cents(catalogue, "passport", choices) == {"provisional": 2600}


def test_a_minor_does_not_apply_alone_and_the_passport_is_not_sent(catalogue: Catalogue) -> None:
    choices = {"passport_reason": "first", "passport_age": "minor", "passport_kind": "normal"}
    documents = {line.id: line.law for line in catalogue.documents("passport", choices)}
    assert documents["guardians"] == "PassG § 6 Abs. 1"
    assert "birth_certificate" in documents
    assert "delivery" not in [
        slot for _, slot in catalogue.answered("passport", choices | {"delivery": "pickup"})
    ]
    assert "handling" not in [node.name for node in catalogue.journey("passport", choices)]


@pytest.mark.parametrize(
    "choices, told",
    [
        ({"loss_kind": "stolen", "loss_eid": "on"}, ["block", "police", "report", "shared", "new_card"]),
        ({"loss_kind": "lost", "loss_eid": "unsure"}, ["block", "report", "shared", "new_card"]),
        ({"loss_kind": "lost", "loss_eid": "off"}, ["report", "shared", "new_card"]),
        ({"loss_kind": "found", "loss_eid": "unsure"}, ["found", "not_before"]),
    ],
)
def test_who_lost_the_card_is_told_what_counts_first(
    catalogue: Catalogue, choices: dict[str, str], told: list[str]
) -> None:
    assert [line.id for line in catalogue.info("identity_card_loss", choices)] == told


def test_somebody_else_needs_an_authorisation_to_fetch_the_card(catalogue: Catalogue) -> None:
    choices = {"pickup_who": "someone", "pickup_letter": "yes"}
    assert "authority" in [check.id for check in catalogue.counter("identity_card_pickup", choices)]
    assert "authority" not in [
        check.id for check in catalogue.counter("identity_card_pickup", {"pickup_who": "own"})
    ]


def test_who_moves_abroad_needs_no_landlord_and_gets_the_key_of_the_deregistration(
    catalogue: Catalogue,
) -> None:
    choices = {"move_kind": "deregister", "move_flat": "only", "move_people": "one"}
    ids = [f.id for group in catalogue.fields("change_of_address", choices) for f in group.fields]
    assert {"moved_out", "new_country"} <= set(ids)
    assert not {"moved_in", "landlord_name", "people"} & set(ids)
    assert catalogue.leika("change_of_address", choices) == "99115005070000"
    assert catalogue.leika("change_of_address", {}) == "99115005104000"


def test_what_is_not_known_of_a_home_abroad_or_not_so_of_a_second_home_is_not_asked(
    catalogue: Catalogue,
) -> None:
    def fields(**choices: str) -> dict[str, bool]:
        groups = catalogue.fields("change_of_address", {"move_kind": "deregister", **choices})
        return {field.id: field.required for group in groups for field in group.fields}

    abroad = fields(move_flat="only")
    assert (abroad["new_country"], abroad["abroad_street"], abroad["abroad_town"]) == (True, False, False)
    second = fields(move_flat="secondary")
    assert second["kept_home"]
    assert not {"new_country", "abroad_street", "new_street", "new_town"} & second.keys()


def test_who_has_custody_alone_is_told_what_to_bring(texts: Texts) -> None:
    for lang, word in (
        ("de", "alleinigen Sorgerechts"),
        ("en", "sole custody"),
        ("leicht", "allein das Sorge"),
    ):
        assert word in texts.get(lang, "identity_card.document.guardians.detail")


def test_the_extended_certificate_may_go_to_an_authority_with_its_letter(catalogue: Catalogue) -> None:
    choices = {"conduct_age": "over14", "conduct_kind": "extended_authority", "conduct_volunteer": "no"}
    assert {line.id for line in catalogue.documents("certificate_of_conduct", choices)} == {
        "own_card",
        "demand",
        "authority_address",
    }
    fields = {f.id for group in catalogue.fields("certificate_of_conduct", choices) for f in group.fields}
    assert {"authority_name", "authority_street", "authority_town"} <= fields


def test_a_volunteer_pays_nothing_and_brings_the_confirmation(catalogue: Catalogue) -> None:
    choices = {"conduct_age": "over14", "conduct_kind": "extended", "conduct_volunteer": "yes"}
    assert cents(catalogue, "certificate_of_conduct", choices) == {}
    assert cents(catalogue, "certificate_of_conduct", choices | {"conduct_volunteer": "no"}) == {
        "certificate": 1300
    }
    assert {line.id for line in catalogue.documents("certificate_of_conduct", choices)} == {
        "own_card",
        "demand",
        "volunteer_proof",
    }


def test_a_child_under_fourteen_hears_why_and_makes_no_case(catalogue: Catalogue) -> None:
    choices = {"conduct_age": "under14"}
    stations = [node.name for node in catalogue.journey("certificate_of_conduct", choices)]
    assert stations == ["person", "info", "feedback"]


def test_the_clerk_of_a_card_is_reminded_of_the_pin_letter(catalogue: Catalogue) -> None:
    checks = {check.id: check.law for check in catalogue.counter("identity_card", {"age_group": "adult"})}
    assert checks["pin_letter"] == "PAuswV § 17 Abs. 1"
    assert "guardians" not in checks


@pytest.mark.parametrize(
    "file, old, new, told",
    [
        ("passport", "id: different", "id: help", "a choice cannot be called 'help'"),
        ("passport", "where: citizens_office", "where: moon", "the town has no place 'moon'"),
        ("identity_card_loss", "  - {step: info, label: Auskunft}\n", "", "`info` and the step `info`"),
        ("change_of_address", "{deregister:", "{leave:", "no question 'move_kind' has the choice 'leave'"),
        ("passport", "charset: address", "charset: adress", "there is no charset 'adress'; choose from"),
        (
            "passport",
            "  - id: photograph\n    label: Foto\n    fields",
            "  - id: town\n    label: Foto\n    fields",
            "'town' is there twice",
        ),
        ("passport", "- {id: fingerprints,", "- {id: person,", "'person' is there twice"),
    ],
)
def test_a_mistake_in_the_new_parts_of_a_file_is_told_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    services = tmp_path / "services"
    services.mkdir()
    path = Path(shutil.copy(ROOT / "dialogs" / "services" / f"{file}.yml", services))
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(services, ROOT / "town" / "musterstadt.yml")
    assert any(error.startswith(f"{path}:") and told in error for error in caught.value.errors)
