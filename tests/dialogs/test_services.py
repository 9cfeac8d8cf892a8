"""Every service of the catalogue: what can be answered, what it costs, its cases, forms and texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
import yaml

from dialogs import words
from dialogs.catalogue import AskGroup, Catalogue, Field, Service
from dialogs.conditions import holds
from dialogs.languages import COMPLETE, GERMAN
from dialogs.service import Icon
from dialogs.texts import Texts
from tests.dialogs.conftest import ROOT

FOLDER = ROOT / "dialogs" / "services"
SERVICES = sorted(path.stem for path in FOLDER.glob("*.yml"))
CONTRACT = {
    *("identity_card", "identity_card_pickup", "identity_card_loss", "passport", "registration_certificate"),
    *(
        "change_of_address",
        "certificate_of_conduct",
        "housing_benefit",
        "parking_fine",
        "library_fee",
        "dog_tax",
    ),
    *("resident_parking", "drop_off_documents", "appointment_checkin", "queue_ticket", "opening_hours"),
    *("directions", "lost_property", "request_staff"),
}
CASES = {
    *("identity_card", "registration_certificate", "change_of_address", "certificate_of_conduct", "passport"),
    *("dog_tax", "resident_parking", "housing_benefit"),
}
TODAY = date(2026, 11, 24)
OTHERS = tuple(lang for lang in COMPLETE if lang != GERMAN)
# Leichte Sprache: about eight words a sentence (DIN SPEC 33429); names of offices take their room
LONGEST_PLAIN_SENTENCE = 13


def services(catalogue: Catalogue) -> Iterator[Service]:
    yield from catalogue.services.values()


def situations(service: Service) -> list[dict[str, str]]:
    """Every combination of answers that a visitor can give, fillers of what is not asked included."""
    found: list[dict[str, str]] = [{}]
    for slot in service.slots:
        question, longer = service.question(slot), []
        for known in found:
            if question.when and holds(question.when, known) is False:
                longer.append(known | {slot: question.otherwise})
            else:
                longer += [
                    known | {slot: choice.id}
                    for choice in question.choices
                    if holds(choice.when, known) is not False
                ]
        found = longer
    return found


def parts(service: Service) -> Iterator[tuple[str, str]]:
    """Whatever a case may hold, with its condition."""
    yield from ((document.id, document.when) for document in service.documents)
    yield from ((copy.id, copy.when) for copy in service.copies)
    yield from ((check.id, check.when) for check in service.counter)
    yield from ((line.id, line.when) for line in service.info)
    yield from ((fee.id, fee.when) for fee in service.fees)
    yield from ((field.id, field.when) for group in service.form for field in group.fields)


def fault(catalogue: Catalogue, field: Field, value: str) -> str:
    """The key of what is wrong with the value; "" when it is taken."""
    found = catalogue.validate_field(field, value, on=TODAY)
    return found.key if found else ""


def sample(field: Field) -> str:
    """A value that the field has to take, as long as it may be where it is free text."""
    match field.type:
        case "date":
            day = TODAY + timedelta(days=7) if field.future else TODAY - timedelta(days=7)
            return f"{day:%d.%m.%Y}"
        case "number":
            return str(field.minimum or 0)
        case "money":
            return f"{field.minimum or 0},50"
        case "choice":
            return field.options[0][0]
        case "checkbox":
            return "true"
        case "postcode":
            return "12345"
        case "iban":
            return "DE89 3704 0044 0532 0130 00"
        case "plate":
            return "MU-AB 123E"
        case "email":
            return "name@musterstadt.example"
        case "phone":
            return "+49 2270 115-12"
        case "text":
            return next(sign for sign in "Z1" if re.fullmatch(field._pattern or ".", sign)) * field.max_length


def test_the_catalogue_holds_the_services_of_the_contract() -> None:
    assert set(SERVICES) == CONTRACT


def test_the_services_that_end_in_a_case_have_form_review_and_number(catalogue: Catalogue) -> None:
    for service in services(catalogue):
        names = [node.name for node in service.journey]
        assert (bool(service.form), "form" in names) == (service.id in CASES,) * 2, service.id
        if service.form:
            assert names.index("form") < names.index("review") < names.index("hand_over"), service.id


# --- answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_is_understood_by_its_label_and_by_each_of_its_phrases(
    catalogue: Catalogue, service: str
) -> None:
    wrong = [
        (question.slot, choice.id, said, understood)
        for question in catalogue.service(service).questions
        for choice in question.choices
        for said in (choice.label, *choice.say)
        if "*" not in said and (understood := words.answer(question, said)) != choice.id
    ]
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("lang", OTHERS)
def test_whatever_may_be_said_for_an_answer_in_a_language_is_understood(
    catalogue: Catalogue, texts: Texts, lang: str, service: str
) -> None:
    wrong = []
    for question in catalogue.service(service).questions:
        for choice in question.choices:
            ways = texts.all(lang, f"{service}.{question.slot}.{choice.id}.spoken")
            assert ways, (question.slot, choice.id)
            if words.answer(question, ways[0]) != choice.id:
                wrong.append((question.slot, choice.id, ways[0]))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("lang", OTHERS)
def test_no_two_buttons_of_a_question_read_the_same(catalogue: Catalogue, lang: str, service: str) -> None:
    for question in catalogue.service(service).questions:
        labels = [
            catalogue.translations[lang][f"{service}.{question.slot}.{choice.id}.label"]
            for choice in question.choices
        ]
        assert len({words.plain(label[0]) for label in labels}) == len(labels), question.slot


def test_every_choice_has_phrases_in_german_and_in_english(catalogue: Catalogue) -> None:
    for service in services(catalogue):
        for question in service.questions:
            for choice in question.choices:
                spoken = f"{service.id}.{question.slot}.{choice.id}.spoken"
                assert catalogue.translations["en"].get(spoken), spoken
                assert len(choice.say) > len(catalogue.translations["en"][spoken]) // 2, spoken


def test_a_sentence_that_names_an_answer_is_not_asked_for_it_again(catalogue: Catalogue) -> None:
    told = {
        ("dog_tax", "mein hund ist gestorben ich möchte ihn abmelden"): {
            "dog_matter": "deregister",
            "dog_end": "died",
        },
        ("dog_tax", "i lost my dog tag and need a new dog tag"): {
            "dog_matter": "change",
            "dog_change": "tag",
        },
        ("resident_parking", "mein kennzeichen hat sich geändert ich wohne in zone b"): {
            "permit_matter": "change_car",
            "permit_zone": "b",
        },
        ("housing_benefit", "ich will mein wohngeld verlängern"): {"benefit_matter": "renewal"},
        ("housing_benefit", "my rent has gone up"): {"benefit_matter": "increase", "benefit_home": "rent"},
        ("lost_property", "ich habe einen schlüssel gefunden"): {"lost_kind": "found", "lost_item": "keys"},
        ("lost_property", "i lost my phone"): {"lost_kind": "lost", "lost_item": "phone"},
        ("parking_fine", "ich habe einen bußgeldbescheid bekommen und bin nicht einverstanden"): {
            "fine_received": "penalty_notice",
            "fine_wish": "disagree",
        },
    }
    for (service, sentence), answers in told.items():
        assert words.volunteered(catalogue.service(service), sentence, {}) == answers, sentence


def test_no_example_of_a_service_contradicts_the_answers_that_it_gives(catalogue: Catalogue) -> None:
    """What a first sentence tells unasked must be possible: a choice of a question that is then asked."""
    for service in services(catalogue):
        cases = situations(service)
        for sentence in service.examples:
            told = words.volunteered(service, sentence, {})
            asked = {
                slot: choice
                for slot, choice in told.items()
                if holds(service.question(slot).when, told) is not False
            }
            assert not asked or any(asked.items() <= case.items() for case in cases), (service.id, sentence)


# --- fees --------------------------------------------------------------------------------------------------


def test_every_fee_has_a_paragraph_and_no_gap_between_its_dates(catalogue: Catalogue) -> None:
    for service in services(catalogue):
        for fee in service.fees:
            at = f"{service.id}.{fee.id}"
            assert re.search(r"§ \d|Nr\. \d|KV \d|Tarif", fee.law), at
            days = [amount.from_ for amount in fee.amounts]
            assert days == sorted(set(days)), at
            assert days[0] <= date(2026, 1, 1), at
            for day in [*days, *(day - timedelta(days=1) for day in days[1:]), TODAY, date(2030, 1, 1)]:
                held = fee.on(day)
                assert held is not None, at
                assert held.from_ == max(start for start in days if start <= day), at
            assert all(amount.cents > 0 for amount in fee.amounts), at
            assert fee.on(days[0] - timedelta(days=1)) is None, at


def test_a_dog_costs_what_the_statute_says_on_that_day(catalogue: Catalogue) -> None:
    one = {"dog_matter": "register", "dog_count": "one", "dog_size": "small"}
    assert [line.cents for line in catalogue.fees("dog_tax", one, date(2025, 12, 31))] == [8400]
    assert [line.cents for line in catalogue.fees("dog_tax", one, date(2026, 1, 1))] == [9600]
    dangerous = one | {"dog_size": "dangerous"}
    [line] = catalogue.fees("dog_tax", dangerous, TODAY)
    assert (line.cents, line.law) == (72000, "Hundesteuersatzung Musterstadt § 3 Abs. 2")
    assert catalogue.fees("dog_tax", one | {"dog_matter": "deregister"}, TODAY) == []


def test_a_resident_permit_has_exactly_one_fee_whatever_is_answered(catalogue: Catalogue) -> None:
    for case in situations(catalogue.service("resident_parking")):
        assert len(catalogue.fees("resident_parking", case, TODAY)) == 1, case


def test_housing_benefit_is_free_of_charge(catalogue: Catalogue) -> None:
    assert catalogue.service("housing_benefit").fees == ()
    assert any("§ 64 Abs. 1 SGB X" in line.text for line in catalogue.info("housing_benefit", {}))


# --- cases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_every_combination_of_answers_decides_all_conditions(catalogue: Catalogue, service: str) -> None:
    found = catalogue.service(service)
    conditions = {
        *(when for _, when in parts(found)),
        *(document.unless for document in found.documents),
        *(node.when for node in found.journey if not isinstance(node, AskGroup)),
    }
    for case in situations(found):
        undecided = [when for when in conditions if when and holds(when, case) is None]
        assert undecided == [], case
        assert len(catalogue.documents(service, case)) == len(
            {line.id for line in catalogue.documents(service, case)}
        )
        if "info" in [node.name for node in catalogue.journey(service, case)]:
            assert catalogue.info(service, case), case
        if found.form:
            assert catalogue.fields(service, case), case


@pytest.mark.parametrize("service", sorted(CASES))
def test_everything_of_a_case_is_needed_in_some_case(catalogue: Catalogue, service: str) -> None:
    """No document, field, fee, check or line is written for a case that cannot occur."""
    found, cases = catalogue.service(service), situations(catalogue.service(service))
    for name, when in parts(found):
        assert any(holds(when, case) for case in cases), name


def test_dog_tax_has_the_key_of_the_act_in_question(catalogue: Catalogue) -> None:
    keys = {
        matter: catalogue.leika("dog_tax", {"dog_matter": matter})
        for matter in ("register", "deregister", "change", "reduction")
    }
    assert keys == {
        "register": "99102013104000",
        "deregister": "99102013070000",
        "change": "99102013011000",
        "reduction": "99102013149000",
    }
    assert catalogue.leika("housing_benefit", {}) == "99107023037000"
    assert catalogue.leika("resident_parking", {}) == "99108001001000"


def test_a_large_dog_needs_insurance_and_knowledge_and_a_small_one_does_not(catalogue: Catalogue) -> None:
    """LHundG NRW § 11."""
    case = {"dog_matter": "register", "dog_origin": "private", "dog_count": "one"}

    def needed(size: str) -> set[str]:
        return {
            line.id for line in catalogue.documents("dog_tax", case | {"dog_size": size}) if line.required
        }

    assert needed("small") == {"chip"}
    assert needed("large") == {"chip", "liability", "expertise"}
    assert needed("dangerous") == {"chip", "liability", "permit"}


def test_a_driver_of_somebody_elses_car_shows_that_he_uses_it(catalogue: Catalogue) -> None:
    case = {
        "permit_matter": "new",
        "permit_zone": "a",
        "permit_registered": "yes",
        "permit_years": "one_year",
    }
    for car, paper in (
        ("other_person", "usage"),
        ("company", "company_letter"),
        ("car_sharing", "membership"),
    ):
        lines = {line.id for line in catalogue.documents("resident_parking", case | {"permit_car": car})}
        assert paper in lines
        assert ("vehicle_papers" in lines) is (car != "car_sharing")


def test_a_family_that_rents_brings_the_contract_and_everybodys_income(catalogue: Catalogue) -> None:
    case = {
        "benefit_matter": "first_time",
        "benefit_home": "rent",
        "benefit_household": "more",
        "benefit_income": "job",
        "benefit_support": "no",
    }
    needed = {line.id for line in catalogue.documents("housing_benefit", case) if line.required}
    assert needed == {
        *("identity", "rental_contract", "rent_payment", "landlord_form", "wages", "household_income"),
    }
    alone = {
        line.id for line in catalogue.documents("housing_benefit", case | {"benefit_household": "alone"})
    }
    assert "household_income" not in alone


# --- parking fine (OWiG § 56), lost property (BGB §§ 965 ff.) --------------------------------------------


def told(catalogue: Catalogue, service: str, **case: str) -> dict[str, int | None]:
    return {line.id: line.days for line in catalogue.info(service, case)}


def test_the_week_of_a_parking_fine_ends_as_a_date_and_afterwards_nobody_is_told_to_pay(
    catalogue: Catalogue,
) -> None:
    def lines(received: str) -> dict[str, int | None]:
        return told(
            catalogue, "parking_fine", fine_received=received, fine_wish="pay", fine_time="something_else"
        )

    assert lines("today")["open_today"] == 7
    assert lines("yesterday")["open_yesterday"] == 6
    assert lines("this_week")["open_soon"] == 5
    for received in ("today", "yesterday", "this_week"):
        assert {"pay_how", "after"} <= set(lines(received))
        assert "over" not in lines(received)
    for received in ("over_a_week", "penalty_notice", "hearing"):
        assert "pay_how" not in lines(received)
    assert {"over", "after"} <= set(lines("over_a_week"))
    assert "objection" in lines("penalty_notice")


def test_the_kiosk_draws_every_picture_that_a_service_may_name() -> None:
    drawn = (ROOT / "kiosk_ui" / "src" / "shared" / "icons.tsx").read_text(encoding="utf-8")
    names = [name for name in get_args(Icon) if name]
    assert [name for name in names if not re.search(rf"\b{name}: \"", drawn)] == []


def test_whoever_forgot_the_day_of_a_parking_fine_is_told_where_it_stands(catalogue: Catalogue) -> None:
    choices = {"fine_received": "unknown_day", "fine_wish": "pay"}
    told = [line.id for line in catalogue.info("parking_fine", choices)]
    assert "unknown_day" in told
    assert "pay_how" not in told


def test_the_keeper_of_a_puppy_needs_no_papers_of_a_large_dog(catalogue: Catalogue) -> None:
    choices = {"dog_matter": "register", "dog_count": "one", "dog_size": "unknown_size"}
    assert not {"liability", "expertise", "permit"} & {
        line.id for line in catalogue.documents("dog_tax", choices)
    }
    assert "size" in [line.id for line in catalogue.counter("dog_tax", choices)]
    assert [line.id for line in catalogue.fees("dog_tax", choices, date(2026, 11, 24))] == ["one"]


def test_the_amount_of_a_parking_fine_lies_between_5_and_55_euros(catalogue: Catalogue) -> None:
    for fee in catalogue.service("parking_fine").fees:
        assert all(500 <= amount.cents <= 5500 for amount in fee.amounts)


@pytest.mark.parametrize("item, value, report", [("keys", "yes", True), ("other_thing", "no", False)])
def test_only_a_find_worth_more_than_ten_euros_must_be_reported(
    catalogue: Catalogue, item: str, value: str, report: bool
) -> None:
    lines = told(
        catalogue, "lost_property", lost_kind="found", lost_item=item, lost_value=value, lost_where="outside"
    )
    assert ("must_report" in lines) is report
    assert ("need_not_report" in lines) is not report
    assert {"reward", "ownership"} <= set(lines)


def test_who_finds_something_in_the_town_hall_hears_the_rules_for_authorities(catalogue: Catalogue) -> None:
    lines = told(
        catalogue,
        "lost_property",
        lost_kind="found",
        lost_item="keys",
        lost_value="yes",
        lost_where="town_hall",
    )
    assert set(lines) == {"authority"}


# --- forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", sorted(CASES))
def test_every_field_takes_what_it_is_for_and_refuses_what_is_too_long_or_strange(
    catalogue: Catalogue, service: str
) -> None:
    for field in (field for group in catalogue.service(service).form for field in group.fields):
        assert fault(catalogue, field, sample(field)) == "", field.id
        assert fault(catalogue, field, "") == ("field.missing" if field.required else ""), field.id
        if field.type == "checkbox":
            continue
        if field.type == "choice" and not field.free_text:
            assert fault(catalogue, field, "{}") in ("field.no_option", "field.too_long"), field.id
            continue
        assert field.max_length, field.id
        assert fault(catalogue, field, "1" * (field.max_length + 1)) == "field.too_long", field.id
        strange = "{" * (field.min_length or 1)
        if field.type not in ("text", "choice"):
            assert fault(catalogue, field, strange) == f"field.no_{field.type}", field.id
        elif field.charset:
            assert fault(catalogue, field, strange) == "field.characters", field.id


# --- texts and examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_complete_in_every_complete_language(
    catalogue: Catalogue, service: str, lang: str
) -> None:
    # what only the clerk reads, and what a copy is marked with, stays German
    german = {
        key
        for key in catalogue.texts()
        if key.startswith(f"{service}.") and ".counter." not in key and not key.endswith(".purpose")
    }
    there = {key for key, text in catalogue.translations[lang].items() if all(text)}
    assert sorted(german - there) == []
    assert lang != "en" or f"{service}.say" in there


def test_plain_german_has_short_sentences(catalogue: Catalogue) -> None:
    long = [
        (key, sentence.strip())
        for key, several in catalogue.translations["leicht"].items()
        if not key.startswith("place.") and not key.endswith((".spoken", ".purpose"))
        for text in several
        for sentence in re.split(r"[.!?:](?:\s|$)", text)
        if len(sentence.split()) > LONGEST_PLAIN_SENTENCE
    ]
    assert long == []


def examples(path: Path) -> list[str]:
    found = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["examples"]
    return [str(sentence) for sentence in found]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_examples_enough_spoken_and_typed_in_both_languages(service: str) -> None:
    german, english = examples(FOLDER / f"{service}.yml"), examples(FOLDER / "en" / f"{service}.yml")
    assert len(german) >= 35
    assert len(english) >= 25
    for sentences in (german, english):
        assert len({words.plain(sentence) for sentence in sentences}) >= 0.85 * len(sentences)
        assert sum(sentence == words.plain(sentence) for sentence in sentences) >= 20
    assert any(sentence != words.plain(sentence) for sentence in german)


def test_no_name_means_two_services(catalogue: Catalogue) -> None:
    owner: dict[str, str] = {}
    for service, name in itertools.chain.from_iterable(
        ((service.id, name) for name in service.names) for service in services(catalogue)
    ):
        assert owner.setdefault(words.plain(name), service) == service, name


def test_every_journey_says_who_may_come_and_where(catalogue: Catalogue) -> None:
    for service in services(catalogue):
        if service.kind == "journey":
            assert service.who, service.id
            assert service.id == "queue_ticket" or catalogue.place(service.where), service.id
