"""What may stand in a field of a form, by its type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.fields import euros, field_fault
from dialogs.service import Field, FieldGroup, Service

TODAY = date(2026, 11, 24)


def field(**what: Any) -> Field:
    """A field of a service, which gives it its charset and its key."""
    made = Field.model_validate({"id": "value", "label": "Wert", **what})
    service = Service(
        id="invented",
        label="Erfunden",
        say="Erfunden.",
        examples=tuple("abcdefghij"),
        form=(FieldGroup(id="group", label="Gruppe", fields=(made,)),),
    )
    return service.form[0].fields[0]


@pytest.mark.parametrize(
    "kind, value, fault",
    [
        ("iban", "DE89370400440532013000", None),
        ("iban", "DE89 3704 0044 0532 0130 00", None),
        ("iban", "de89370400440532013000", None),
        ("iban", "DE88370400440532013000", "field.no_iban"),
        ("iban", "DE893704004405320130", "field.no_iban"),
        ("iban", "NL91ABNA0417164300", None),
        ("iban", "1234", "field.no_iban"),
        ("plate", "BM-AB 123", None),
        ("plate", "bm ab 123 e", None),
        ("plate", "BM-AB 123H", None),
        ("plate", "K-X 1", None),
        ("plate", "ABC-DE 1234E", "field.no_plate"),
        ("plate", "BMAB123", "field.no_plate"),
        ("plate", "BM-AB 0123", "field.no_plate"),
        ("email", "erika@beispiel.de", None),
        ("email", "erika.mustermann+amt@post.beispiel.de", None),
        ("email", "erika@beispiel", "field.no_email"),
        ("email", "erika beispiel.de", "field.no_email"),
        ("email", "erika@-beispiel.de", "field.no_email"),
        ("phone", "02271 / 12345-6", None),
        ("phone", "+49 (2271) 12345", None),
        ("phone", "110a", "field.no_phone"),
        ("phone", "12", "field.no_phone"),
        ("money", "450", None),
        ("money", "450,50", None),
        ("money", "1.234,5", None),
        ("money", "450.50", None),
        ("money", "-5", "field.no_money"),
        ("money", "4,505", "field.no_money"),
        ("money", "ungefähr 400", "field.no_money"),
        ("postcode", "12345", None),
        ("postcode", "1234", "field.no_postcode"),
        ("number", "²", "field.no_number"),
        ("date", "29.02.2026", "field.no_date"),
    ],
)
def test_a_value_has_the_shape_of_its_type(kind: str, value: str, fault: str | None) -> None:
    found = field_fault(field(type=kind), value, TODAY)
    assert (found.key if found else None) == fault


@pytest.mark.parametrize(
    "text, amount", [("1.234", "1234.0"), ("1.234,56", "1234.56"), ("12.5", "12.5"), ("0", "0.0")]
)
def test_three_digits_after_a_point_are_thousands_and_fewer_are_cents(text: str, amount: str) -> None:
    assert str(euros(text)) == amount


def test_an_amount_keeps_within_its_bounds_and_the_bounds_are_named() -> None:
    rent = field(type="money", minimum=1, maximum=5000)
    assert field_fault(rent, "5000,01", TODAY) is not None
    fault = field_fault(rent, "0", TODAY)
    assert fault is not None
    assert (fault.key, fault.params["min"], fault.params["max"]) == ("field.out_of_range", "1", "5000")
    only_least = field_fault(field(type="number", minimum=2), "1", TODAY)
    assert only_least is not None
    assert only_least.key == "field.too_small"


@pytest.mark.parametrize(
    "value, fault", [("24.11.2026", None), ("23.11.2026", "field.not_future"), ("01.01.2027", None)]
)
def test_a_day_to_come_is_not_before_today(value: str, fault: str | None) -> None:
    found = field_fault(field(type="date", future=True), value, TODAY)
    assert (found.key if found else None) == fault


def test_a_number_with_a_fixed_length_is_neither_shorter_nor_longer() -> None:
    chip = field(min_length=15, max_length=15, charset="digits")
    assert field_fault(chip, "276098100000000", TODAY) is None
    short, long, letters = (
        field_fault(chip, value, TODAY) for value in ("2760981", "2760981000000001", "27609810000000A")
    )
    assert short is not None
    assert long is not None
    assert letters is not None
    assert [short.key, long.key, letters.key] == ["field.too_short", "field.too_long", "field.characters"]


def test_a_fault_names_the_field_by_its_key_so_that_every_language_can_say_it() -> None:
    fault = field_fault(field(), "", TODAY)
    assert fault is not None
    assert fault.params["label"] == "@invented.form.value.label"


@pytest.mark.parametrize("charset", ["name", "address", "line", "code", "digits"])
def test_every_common_set_of_characters_takes_its_own_and_no_control_character(charset: str) -> None:
    made = field(charset=charset)
    good = "12" if charset in ("digits", "code") else "Núñez-O’Brien"
    assert field_fault(made, good, TODAY) is None
    assert field_fault(made, "a\x07b", TODAY) is not None
    assert field_fault(made, "李", TODAY) is not None
