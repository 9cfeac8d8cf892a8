"""Zones as text: the specimens of ICAO 9303 and the German ones, and every zone that can be printed."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.camera.mrz_format import (
    MrzError,
    birth_date,
    check_digit,
    german_serial_ok,
    parse,
    same_name,
    umlaut_proposals,
    well_formed,
    zone_spelling,
)
from simulator import mrz as printer
from tests.hardware.camera.specimens import MRV_A, MRV_B, TD2

TODAY = date(2026, 11, 22)

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
GERMAN_OLD = (
    "IDD<<T220001293<<<<<<<<<<<<<<<",
    "6408125<2010315D<<<<<<<<<<<<<4",
    "MUSTERMANN<<ERIKA<<<<<<<<<<<<<",
)
GERMAN_NEW = (
    "IDD<<L01X00T471<<<<<<<<<<<<<<<",
    "8308126<3108011D<<2108<<<<<<<7",
    "MUSTERMANN<<ERIKA<<<<<<<<<<<<<",
)


@pytest.mark.parametrize(
    "lines, shape",
    [(PASSPORT, "TD3"), (CARD, "TD1"), (TD2, "TD2"), (MRV_A, "MRV-A"), (MRV_B, "MRV-B")],
)
def test_the_specimens_of_icao_9303_hold_and_name_anna_maria_eriksson(
    lines: tuple[str, ...], shape: str
) -> None:
    parsed = parse(lines, TODAY)
    assert parsed.shape.name == shape
    assert parsed.valid, parsed.failed
    assert parsed.fields["surname"] == "ERIKSSON"
    assert parsed.fields["given_names"] == "ANNA MARIA"
    assert parsed.fields["sex"] == "F"


def test_the_specimen_passport_says_everything_that_is_printed_on_it() -> None:
    fields = parse(PASSPORT, TODAY).fields
    assert fields["number"] == "L898902C3"
    assert fields["birth_date"] == "1974-08-12"
    assert fields["expiry_date"] == "2012-04-15"
    assert fields["optional"] == "ZE184226B"
    assert fields["document_type"] == "P"


@pytest.mark.parametrize("lines, version", [(GERMAN_OLD, ""), (GERMAN_NEW, "2108")])
def test_german_cards_have_nationality_d_no_sex_and_perhaps_a_version(
    lines: tuple[str, ...], version: str
) -> None:
    parsed = parse(lines, TODAY)
    assert parsed.valid, parsed.failed
    assert parsed.fields["issuer"] == parsed.fields["nationality"] == "D"
    assert parsed.fields["sex"] == ""
    assert parsed.fields["card_version"] == version
    assert german_serial_ok(parsed.fields["number"])


@pytest.mark.parametrize("code", ["IDD", "ITD", "IXD"])
def test_provisional_and_replacement_cards_are_read_like_cards(code: str) -> None:
    lines = (code + GERMAN_NEW[0][3:], *GERMAN_NEW[1:])
    parsed = parse(lines, TODAY)
    assert parsed.valid
    assert parsed.fields["document_type"] == code[:2]


def test_a_long_document_number_goes_on_in_the_optional_data() -> None:
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    parsed = parse((first, second + composite, CARD[2]), TODAY)
    assert parsed.valid, parsed.failed
    assert parsed.fields["number"] == number


@pytest.mark.parametrize(
    "row, column, char, check",
    [(0, 6, "9", "number"), (1, 0, "9", "birth_date"), (1, 8, "2", "expiry_date"), (1, 29, "5", "composite")],
)
def test_one_wrong_character_is_found_by_its_check_digit(
    row: int, column: int, char: str, check: str
) -> None:
    lines = list(CARD)
    lines[row] = lines[row][:column] + char + lines[row][column + 1 :]
    parsed = parse(lines, TODAY)
    assert not parsed.valid
    assert check in parsed.failed


def test_a_date_that_does_not_exist_is_not_valid_even_with_a_right_check_digit() -> None:
    born = "740231"
    second = f"{born}{check_digit(born)}F1204159UTO<<<<<<<<<<<"
    composite = check_digit(CARD[0][5:30] + second[0:7] + second[8:15] + second[18:29])
    parsed = parse((CARD[0], second + composite, CARD[2]), TODAY)
    assert parsed.failed == ("birth_date",)
    assert parsed.fields["birth_date"] == ""


def test_nobody_is_born_in_the_future() -> None:
    assert birth_date("261122", TODAY) == "2026-11-22"
    assert birth_date("261123", TODAY) == "1926-11-23"
    assert birth_date("<<<<<<", TODAY) == ""


@pytest.mark.parametrize(
    "lines",
    [(), ("",), ("X" * 44, "X" * 44), ("I" * 30, "I" * 30), ("I" + "<" * 29, "É" * 30, "<" * 30)],
)
def test_what_is_no_zone_is_refused_with_one_sentence(lines: tuple[str, ...]) -> None:
    with pytest.raises(MrzError) as refused:
        parse(lines, TODAY)
    assert "\n" not in str(refused.value)


def test_umlauts_are_proposed_and_never_applied() -> None:
    assert umlaut_proposals("MUELLER") == ("MÜLLER",)
    assert umlaut_proposals("GROSS") == ("GROß",)
    assert umlaut_proposals("BAUER") == ()
    assert umlaut_proposals("MICHAEL ZOE MANUELA") == ()
    assert umlaut_proposals("JESSICA SOEREN", sharp=False) == ("JESSICA SÖREN",)
    assert umlaut_proposals("SCHAEFER STOESSEL")[0] == "SCHÄFER STÖßEL"
    assert parse(PASSPORT, TODAY).fields["surname"] == "ERIKSSON"


def test_a_german_serial_has_no_vowels_but_the_zero_of_the_specimens_is_read() -> None:
    assert german_serial_ok("L01X00T47")
    assert german_serial_ok("T22000129")
    assert german_serial_ok("A1234567")
    assert not german_serial_ok("LABX00T47")
    assert not german_serial_ok("L01X")


NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜß -", min_size=1, max_size=30).filter(
    lambda name: printer.transliterate(name).strip("<") != "" and not name.startswith((" ", "-"))
)
DATES = st.dates(date(1930, 1, 1), date(2020, 12, 31))
NUMBERS = st.text(alphabet="CFGHJKLMNPRTVWXYZ123456789", min_size=9, max_size=9)


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, NUMBERS, DATES, st.dates(date(2021, 1, 1), date(2045, 1, 1)), st.booleans())
def test_every_printed_zone_is_read_back(
    surname: str, given_names: str, number: str, born: date, expires: date, passport: bool
) -> None:
    common: dict[str, Any] = {
        "issuer": "D", "number": number, "birth": born, "expires": expires, "nationality": "D",
        "surname": surname, "given_names": given_names,
    }  # fmt: skip
    lines: tuple[str, ...]
    if passport:
        lines = printer.td3(sex="F", **common)
    else:
        lines = printer.td1(sex="", version="2108", **common)
    parsed = parse(lines, TODAY)
    assert parsed.valid, parsed.failed
    assert parsed.fields["number"] == number
    assert parsed.fields["birth_date"] == born.isoformat()
    assert parsed.fields["expiry_date"] == expires.isoformat()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=46), max_size=4))
def test_no_text_whatever_breaks_the_parser(lines: list[str]) -> None:
    with contextlib.suppress(MrzError):
        assert len(parse(lines, TODAY).lines) == len(lines)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="AIPV<019DX", min_size=44, max_size=44), min_size=2, max_size=2))
def test_no_two_lines_of_zone_characters_break_the_parser(lines: list[str]) -> None:
    with contextlib.suppress(MrzError):
        assert len(parse(lines, TODAY).lines) == len(lines)


@pytest.mark.parametrize(
    "written, zone",
    [
        ("Müller-Groß", "MUELLER<GROSS"),
        ("Çiğdem", "CIGDEM"),
        ("O'Beispiel", "OBEISPIEL"),
        ("Łukasz Åse", "LUKASZ<AASE"),
        ("Þórr Øre", "THORR<OERE"),
    ],
)
def test_a_name_is_spelled_as_a_zone_spells_it(written: str, zone: str) -> None:
    assert zone_spelling(written) == zone
    assert same_name(written, zone)


def test_a_name_with_and_without_umlauts_is_the_same_name_and_another_is_not() -> None:
    assert same_name("Müller", "MUELLER")
    assert same_name("Mueller", "MUELLER")
    assert not same_name("Muller", "MUELLER")
    assert not same_name("Anna", "ANNA<LENA")
    assert same_name("Anna Maria Magdalena Beispiel", "ANNA<MARIA<MAGDALENA<BEI")  # cut short by the zone


@given(st.text(alphabet="ÄÖÜßäöüABCabc -'éğ", max_size=12))
def test_every_proposal_is_spelled_back_to_the_zone(name: str) -> None:
    zone = zone_spelling(name)
    for proposal in umlaut_proposals(zone):
        assert zone_spelling(proposal) == zone


@pytest.mark.parametrize("lines", [PASSPORT, CARD, TD2, MRV_A, MRV_B, GERMAN_OLD, GERMAN_NEW])
def test_specimens_are_well_formed(lines: tuple[str, ...]) -> None:
    assert well_formed(parse(lines, TODAY))


@pytest.mark.parametrize(
    "names",
    [
        "<ERIKSSON<<ANNA<MARIA<<<<<<<<<",
        "ERIKSSON<<<ANNA<MARIA<<<<<<<<<",
        "ERIKSSON<<ANNA<<MARIA<<<<<<<<<",
        "<" * 30,
    ],
)
def test_names_that_no_state_prints_are_for_human_eyes(names: str) -> None:
    assert not well_formed(parse((*CARD[:2], names), TODAY))


def test_a_code_of_no_state_is_for_human_eyes() -> None:
    assert not well_formed(parse((CARD[0].replace("UTO", "UT0"), *CARD[1:]), TODAY))
    assert not well_formed(parse((CARD[0].replace("UTO", "D<D"), *CARD[1:]), TODAY))


@pytest.mark.parametrize("code, number", [("ID", "L01X00T47"), ("IT", "T1234567"), ("IX", "T7654321")])
def test_german_cards_also_provisional_and_replacement_ones_have_their_prefix(code: str, number: str) -> None:
    lines = printer.td1(
        code=code, issuer="D", number=number, birth=date(1964, 8, 12), sex="", expires=date(2029, 10, 31),
        nationality="D", version="2108", surname="Mustermann", given_names="Erika",
    )  # fmt: skip
    found = parse(lines, TODAY)
    assert found.valid
    assert well_formed(found)
    assert found.fields["document_type"] == code
    assert found.fields["issuer"] == found.fields["nationality"] == "D"
    assert found.fields["card_version"] == "2108"
    assert german_serial_ok(found.fields["number"])
