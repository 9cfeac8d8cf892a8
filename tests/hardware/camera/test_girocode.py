"""Payment codes on letters: the standards' examples are read, the malformed are refused with their reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.camera.girocode import (
    CodeRefused,
    GiroCode,
    Refusal,
    iban_fault,
    is_payment,
    parse,
    parse_bezahlcode,
    reference_fault,
)

# EPC069-12 version 2.1, section 3: the example of the guidelines
RED_CROSS = (
    "BCD\n001\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1\nCHAR\n\n"
    "Urgency fund\nSample EPC QR code"
)
# the donation code that is the common example of version 002
WIKIMEDIA = (
    "BCD\n002\n2\nSCT\n\nWikimedia Foerdergesellschaft\nDE33100205000001194700\nEUR20\n\n\n"
    "Spende fuer Wikipedia"
)
REFERENCE = (
    "BCD\n001\n1\nSCT\nBHBLDEHHXXX\nFranz Mustermänn\nDE71110220330123456789\nEUR12.3\nGDDS\nRF18539007547034"
)


def refused(payload: bytes | str) -> Refusal:
    with pytest.raises(CodeRefused) as caught:
        parse(payload)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def changed(line: int, text: str, base: str = WIKIMEDIA) -> str:
    lines = base.split("\n")
    lines[line] = text
    return "\n".join(lines)


def test_the_example_of_the_guidelines_is_read() -> None:
    assert parse(RED_CROSS) == GiroCode(
        version="001",
        name="Red Cross of Belgium",
        iban="BE72000000001616",
        bic="BPOTBEB1",
        cents=100,
        purpose="CHAR",
        text="Urgency fund",
        information="Sample EPC QR code",
    )


def test_a_code_of_version_2_needs_no_bic() -> None:
    transfer = parse(WIKIMEDIA)
    assert (transfer.version, transfer.bic, transfer.cents) == ("002", "", 2000)
    assert transfer.text == "Spende fuer Wikipedia"


def test_a_structured_reference_is_read_with_and_without_its_blanks() -> None:
    transfer = parse(REFERENCE)
    assert (transfer.name, transfer.cents) == ("Franz Mustermänn", 1230)
    assert transfer.reference == "RF18539007547034"
    assert parse(changed(9, "RF18 5390 0754 7034", REFERENCE)) == transfer


def test_lines_may_end_as_on_either_kind_of_computer() -> None:
    assert parse(RED_CROSS.replace("\n", "\r\n")) == parse(RED_CROSS)
    assert parse(RED_CROSS.replace("\n", "\r\n").encode() + b"\r\n") == parse(RED_CROSS)


@pytest.mark.parametrize(
    "number,encoding,name",
    [
        ("1", "utf-8", "Bürgerbüro Łódź"),
        ("2", "iso8859-1", "Bürgerbüro Große Straße"),
        ("3", "iso8859-2", "Łódź"),
        ("4", "iso8859-4", "Šiauliai"),
        ("5", "iso8859-5", "София"),
        ("6", "iso8859-7", "Αθήνα"),
        ("7", "iso8859-10", "Ķekava"),
        ("8", "iso8859-15", "Šport €"),
    ],
)
def test_the_name_is_read_in_the_character_set_that_the_code_names(
    number: str, encoding: str, name: str
) -> None:
    text = changed(5, name, changed(2, number))
    assert parse(text.encode(encoding)).name == name


@pytest.mark.parametrize(
    "line,text,reason",
    [
        (0, "BCE", Refusal.SERVICE_TAG),
        (1, "003", Refusal.VERSION),
        (1, "001", Refusal.BIC_MISSING),
        (2, "9", Refusal.CHARSET),
        (2, "", Refusal.CHARSET),
        (3, "SDD", Refusal.IDENTIFICATION),
        (4, "BFSWDE3", Refusal.BIC),
        (4, "bfswde33ber", Refusal.BIC),
        (5, "", Refusal.NAME_MISSING),
        (5, "   ", Refusal.NAME_MISSING),
        (5, "x" * 71, Refusal.NAME_TOO_LONG),
        (5, "Stadt\tMusterstadt", Refusal.CHARACTERS),
        (6, "", Refusal.IBAN_MISSING),
        (6, "33100205000001194700", Refusal.IBAN_FORM),
        (6, "DE3310020500000119470O", Refusal.IBAN_CHECK),
        (6, "DE33100205000001194701", Refusal.IBAN_CHECK),
        (6, "DE3310020500000119470", Refusal.IBAN_LENGTH),
        (6, "XX33100205000001194700", Refusal.IBAN_COUNTRY),
        (7, "20", Refusal.AMOUNT_FORM),
        (7, "EUR20,00", Refusal.AMOUNT_FORM),
        (7, "EUR1.234", Refusal.AMOUNT_FORM),
        (7, "EUR-1", Refusal.AMOUNT_FORM),
        (7, "EUR٣", Refusal.AMOUNT_FORM),
        (7, "CHF20.00", Refusal.CURRENCY),
        (7, "EUR0", Refusal.AMOUNT_RANGE),
        (7, "EUR0.00", Refusal.AMOUNT_RANGE),
        (7, "EUR1000000000", Refusal.AMOUNT_RANGE),
        (8, "CHARI", Refusal.PURPOSE),
        (9, "RF18539007547034", Refusal.REFERENCE_AND_TEXT),
        (10, "x" * 141, Refusal.TEXT_TOO_LONG),
    ],
)
def test_a_malformed_code_is_refused_with_its_reason(line: int, text: str, reason: Refusal) -> None:
    assert refused(changed(line, text)) is reason


def test_what_is_too_long_too_short_or_too_much_is_refused() -> None:
    assert refused("BCD\n002\n1\nSCT\n\nStadt") is Refusal.TOO_SHORT
    assert refused("") is Refusal.SERVICE_TAG
    assert refused(WIKIMEDIA + "\n" + "i" * 71) is Refusal.INFORMATION_TOO_LONG
    assert refused(WIKIMEDIA + "\nHinweis\nnoch einer") is Refusal.EXTRA_LINES
    assert refused(WIKIMEDIA + "\n" + "i" * 400) is Refusal.TOO_LONG
    assert refused(changed(2, "1").encode() + b"\xff") is Refusal.CHARACTERS
    assert refused(changed(9, "RF19539007547034", REFERENCE)) is Refusal.REFERENCE_CHECK
    assert refused(changed(9, "539007547034", REFERENCE)) is Refusal.REFERENCE_FORM


def test_the_limits_themselves_hold() -> None:
    assert parse(changed(7, "EUR0.01")).cents == 1
    assert parse(changed(7, "EUR999999999.99")).cents == 99_999_999_999
    assert parse(changed(7, "")).cents is None
    assert parse(changed(5, "x" * 70)).name == "x" * 70
    assert parse(changed(10, "x" * 140)).text == "x" * 140


# ISO 13616-1, and the examples of the IBAN registry
@pytest.mark.parametrize(
    "iban",
    [
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "AT611904300234573201",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "CH9300762011623852957",
    ],
)
def test_the_examples_of_the_iban_registry_hold_and_no_changed_digit_does(iban: str) -> None:
    assert iban_fault(iban) is None
    for place in range(2, len(iban)):
        other = "1" if iban[place] != "1" else "2"
        assert iban_fault(iban[:place] + other + iban[place + 1 :]) is not None


def test_check_digits_outside_of_02_to_98_are_no_check_digits() -> None:
    # 01 and 98 are congruent modulo 97; only one of them may be printed (ISO 7064)
    for country in range(100):
        bban = f"{country:018d}"
        good = [digits for digits in range(100) if iban_fault(f"DE{digits:02d}{bban}") is None]
        assert len(good) == 1
        assert 2 <= good[0] <= 98


def test_the_example_of_iso_11649_holds() -> None:
    assert reference_fault("RF18539007547034") is None
    assert reference_fault("RF18000000000539007547034") is None
    assert reference_fault("RF18539007547035") is Refusal.REFERENCE_CHECK
    assert reference_fault("RF") is Refusal.REFERENCE_FORM


def test_the_older_payment_address_is_read() -> None:
    uri = (
        "bank://singlepaymentsepa?name=Stadt%20Musterstadt&reason=Bescheid+42&iban=DE89370400440532013000"
        "&bic=COBADEFFXXX&amount=57,65&currency=EUR&executiondate=01012027"
    )
    assert is_payment(uri)
    assert parse_bezahlcode(uri) == GiroCode(
        version="bezahlcode",
        name="Stadt Musterstadt",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        cents=5765,
        text="Bescheid 42",
    )
    assert parse_bezahlcode(uri.replace("Bescheid+42", "Geb%FChr")).text == "Gebühr"


@pytest.mark.parametrize(
    "uri,reason",
    [
        ("bank://singledirectdebitsepa?name=x&iban=DE89370400440532013000", Refusal.ORDER_KIND),
        ("bank://singlepayment?name=x&account=240190140&bnc=79550000", Refusal.ORDER_KIND),
        ("bank://singlepaymentsepa?iban=DE89370400440532013000", Refusal.NAME_MISSING),
        ("bank://singlepaymentsepa", Refusal.NAME_MISSING),
        ("bank://singlepaymentsepa?name=x", Refusal.IBAN_MISSING),
        ("bank://singlepaymentsepa?name=x&iban=DE88370400440532013000", Refusal.IBAN_CHECK),
        ("bank://singlepaymentsepa?name=x&iban=DE89370400440532013000&amount=1.000,00", Refusal.AMOUNT_FORM),
        ("bank://singlepaymentsepa?name=x&iban=DE89370400440532013000&amount=0", Refusal.AMOUNT_RANGE),
        ("bank://singlepaymentsepa?name=x&iban=DE89370400440532013000&currency=USD", Refusal.CURRENCY),
        ("bank://singlepaymentsepa?name=x&name=y&iban=DE89370400440532013000", Refusal.TWICE),
        ("bank://singlepaymentsepa?name=x%00&iban=DE89370400440532013000", Refusal.CHARACTERS),
        ("bank://singlepaymentsepa?name=" + "x" * 2000, Refusal.TOO_LONG),
    ],
)
def test_a_malformed_payment_address_is_refused_with_its_reason(uri: str, reason: Refusal) -> None:
    with pytest.raises(CodeRefused) as caught:
        parse_bezahlcode(uri)
    assert caught.value.reason is reason


def test_a_refusal_never_quotes_the_code() -> None:
    with pytest.raises(CodeRefused) as caught:
        parse(changed(5, "Erika Mustermann" * 5))
    assert "Mustermann" not in str(caught.value)
    assert "Mustermann" not in repr(caught.value)


# --- whatever a writer can say is read back; whatever else is there is refused -------------------------

PRINTED = st.characters(categories=("L", "N", "P", "S"), include_characters=" ")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read(parse: Callable[[Any], GiroCode], payload: bytes | str) -> GiroCode | Refusal:
    try:
        return parse(payload)
    except CodeRefused as refusal:
        return refusal.reason


def with_check_digits(head: str, rest: str) -> str:
    number = int("".join(str(int(char, 36)) for char in rest + head + "00"))
    return f"{head}{98 - number % 97:02d}{rest}"


def written(transfer: GiroCode) -> str:
    """The code's text, as a letter's printing program writes it."""
    amount = "" if transfer.cents is None else f"EUR{transfer.cents // 100}.{transfer.cents % 100:02d}"
    head = ("BCD", transfer.version, "1", "SCT", transfer.bic, transfer.name, transfer.iban, amount)
    return "\n".join((*head, transfer.purpose, transfer.reference, transfer.text, transfer.information))


@st.composite
def transfers(draw: st.DrawFn) -> GiroCode:
    version = draw(st.sampled_from(["001", "002"]))
    bic = draw(st.sampled_from(["BFSWDE33BER", "BPOTBEB1"] + ([""] if version == "002" else [])))
    structured = draw(st.booleans())
    reference = with_check_digits("RF", draw(st.text(LETTERS, min_size=1, max_size=21)))
    return GiroCode(
        version=version,
        name=draw(st.text(PRINTED, min_size=1, max_size=30).map(str.strip).filter(bool)),
        iban=with_check_digits("DE", draw(st.text("0123456789", min_size=18, max_size=18))),
        bic=bic,
        cents=draw(st.none() | st.integers(1, 99_999_999_999)),
        purpose=draw(st.text(LETTERS, max_size=4)),
        reference=reference if structured else "",
        text="" if structured else draw(st.text(PRINTED, max_size=25)),
        information=draw(st.text(PRINTED, max_size=10)),
    )


@given(transfers(), st.booleans())
def test_every_transfer_that_a_letter_can_print_is_read_back(transfer: GiroCode, windows: bool) -> None:
    text = written(transfer)
    text = text.replace("\n", "\r\n") if windows else text
    if len(text.encode()) <= 331:
        assert parse(text.encode()) == parse(text) == transfer


@given(
    st.binary(max_size=400)
    | st.text(max_size=400)
    | st.builds(
        lambda lines: "BCD\n002\n1\nSCT\n" + "\n".join(lines), st.lists(st.text(max_size=40), max_size=10)
    )
)
def test_whatever_a_code_holds_it_is_read_or_refused(payload: bytes | str) -> None:
    assert isinstance(read(parse, payload), GiroCode | Refusal)


@given(st.text(max_size=300).map(lambda rest: "bank://singlepaymentsepa?" + rest) | st.text(max_size=100))
def test_whatever_a_payment_address_holds_it_is_read_or_refused(uri: str) -> None:
    assert isinstance(read(parse_bezahlcode, uri), GiroCode | Refusal)
