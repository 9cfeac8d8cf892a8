"""What a chip's files say, and that a broken one is refused by name whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards import tlv
from hardware.cards.emrtd import lds
from tests.hardware.cards.emrtd import issuing, pictures
from tests.hardware.cards.emrtd.issuing import ZONE, zone_group

TD1_ZONE = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2_ZONE = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
COM = bytes.fromhex("6016 5F010430313037 5F3606303430303030 5C046175766C")
INFOS = tlv.encode(
    0x31,
    tlv.encode(0x30, bytes.fromhex("060A04007F00070202040202 020102 02010D"))
    + tlv.encode(0x30, bytes.fromhex("060A04007F00070202030202 020102")),
)


def details(tag: int, *parts: tuple[int, bytes]) -> bytes:
    tags = b"".join(number.to_bytes(2) for number, _ in parts if number != 0xA0)
    return tlv.encode(tag, tlv.encode(0x5C, tags) + b"".join(tlv.encode(*part) for part in parts))


PERSON = details(
    0x6B,
    (0x5F0E, b"MUSTERMANN<<ERIKA"),
    (0xA0, b"\x02\x01\x01" + tlv.encode(0x5F0F, b"GABLER<<ERIKA")),
    (0x5F10, b"123<456"),
    (0x5F2B, b"19640812"),
    (0x5F11, "MÜNCHEN<BAYERN".encode()),
    (0x5F42, "HEIDESTRASSE 17<KÖLN".encode()),
    (0x5F14, b"DR."),
)
ISSUING = details(
    0x6C,
    (0x5F19, "STADT KÖLN".encode()),
    (0x5F26, bytes.fromhex("20210304")),
    (0x5F55, b"20210304101112"),
    (0x5F56, b"SYS-7"),
)


def parsed(name: str, file: bytes) -> tuple[lds.DocumentData, str]:
    """What a file says, and the group an LdsError names."""
    try:
        return lds.parse({name: file}), ""
    except lds.LdsError as error:
        return lds.DocumentData(), error.group


def test_com_lists_version_and_groups() -> None:
    """The worked example of ICAO 9303-10 section 4.6.1."""
    data = lds.parse({"COM": COM})
    assert (data.lds_version, data.groups) == ("1.7", ("DG1", "DG2", "DG4", "DG12"))


@pytest.mark.parametrize("zone, shape", [(TD1_ZONE, "TD1"), (TD2_ZONE, "TD2"), (ZONE, "TD3")])
def test_dg1_is_parsed_like_a_printed_zone(zone: str, shape: str) -> None:
    mrz = lds.parse({"DG1": zone_group(zone)}).mrz
    assert mrz is not None
    assert (mrz.shape.name, mrz.valid, "".join(mrz.lines)) == (shape, True, zone)
    assert (mrz.fields["surname"], mrz.fields["given_names"]) == ("ERIKSSON", "ANNA MARIA")


def test_a_wrong_check_digit_in_dg1_is_named_not_refused() -> None:
    mrz = lds.parse({"DG1": zone_group(ZONE.replace("L898902C36", "L898902C37"))}).mrz
    assert mrz is not None
    assert "number" in mrz.failed


def test_dg11_tells_names_places_and_dates_in_national_spelling() -> None:
    person = lds.parse({"DG11": PERSON}).person
    assert person is not None
    assert (person.full_name, person.surname, person.given_names) == (
        "MUSTERMANN, ERIKA",
        "MUSTERMANN",
        "ERIKA",
    )
    assert person.other_names == ("GABLER, ERIKA",)
    assert (person.personal_number, person.birth_date, person.title) == ("123 456", "1964-08-12", "DR.")
    assert (person.birth_place, person.address) == (("MÜNCHEN", "BAYERN"), ("HEIDESTRASSE 17", "KÖLN"))


def test_dg12_tells_authority_and_day_of_issue_also_in_bcd() -> None:
    issued = lds.parse({"DG12": ISSUING}).issuing
    assert issued is not None
    assert (issued.authority, issued.issue_date) == ("STADT KÖLN", "2021-03-04")
    assert (issued.personalised_at, issued.system_serial) == ("2021-03-04T10:11:12", "SYS-7")


@pytest.mark.parametrize(
    "day", [b"20211331", b"2021", b"", b"2021030A", bytes.fromhex("2021ABCD"), b"\xb2" * 8]
)
def test_an_impossible_date_is_left_empty(day: bytes) -> None:
    issued = lds.parse({"DG12": details(0x6C, (0x5F26, day), (0x5F55, day + b"999999"))}).issuing
    assert issued is not None
    assert (issued.issue_date, issued.personalised_at) == ("", "")


def test_text_in_latin_1_and_control_characters_do_no_harm() -> None:
    issued = lds.parse({"DG12": details(0x6C, (0x5F19, b"STADT K\xd6LN\x1b[31m\n"))}).issuing
    assert issued is not None
    assert issued.authority == "STADT KÖLN [31m"


def test_dg14_and_card_access_list_protocols() -> None:
    data = lds.parse({"DG14": tlv.encode(0x6E, INFOS), "CardAccess": INFOS})
    assert data.security_infos == data.card_access == ("0.4.0.127.0.7.2.2.4.2.2", "0.4.0.127.0.7.2.2.3.2.2")


def test_dg15_holds_the_key_of_active_authentication() -> None:
    key = issuing.Key("BRAINPOOLP256r1").spki.dump()
    assert lds.parse({"DG15": tlv.encode(0x6F, key)}).active_authentication_key == key


def test_the_directory_names_applications() -> None:
    directory = bytes.fromhex("61094F07A0000002471001 4F05A000000247 0000")
    assert lds.parse({"DIR": directory}).applications == (
        bytes.fromhex("A0000002471001"),
        bytes.fromhex("A000000247"),
    )


def test_the_answer_to_reset_file_tells_how_long_an_exchange_may_be() -> None:
    info = bytes.fromhex("4303 010203 7F6608 02020500 02020600 0000")
    assert lds.parse({"ATR/INFO": info}).atr_info == lds.AtrInfo(0x500, 0x600)
    assert lds.parse({"ATR/INFO": b"\x43\x01\x00"}).atr_info == lds.AtrInfo()


def test_groups_that_are_absent_leave_their_fields_empty() -> None:
    assert lds.parse({}) == lds.DocumentData()
    assert lds.parse({"SOD": b"\x77\x00", "CardSecurity": b""}) == lds.DocumentData()


FILES = {
    "COM": COM,
    "DG1": zone_group(),
    "DG2": pictures.group(pictures.record(pictures.picture())),
    "DG11": PERSON,
    "DG12": ISSUING,
    "DG14": tlv.encode(0x6E, INFOS),
    "DG15": tlv.encode(0x6F, issuing.Key("NIST256p").spki.dump()),
    "CardAccess": INFOS,
}


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused_by_name_wherever_it_ends(name: str) -> None:
    whole = FILES[name]
    for end in range(0, len(whole), 1 + len(whole) // 200):
        with pytest.raises(lds.LdsError, match=f"^{name} cannot be used: .*\\.$"):
            lds.parse({name: whole[:end]})


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_a_length_of_gigabytes_is_refused_by_name(name: str) -> None:
    tag = FILES[name][:1]
    with pytest.raises(lds.LdsError, match=f"^{name} cannot be used"):
        lds.parse({name: tag + b"\x84\x7f\xff\xff\xff" + FILES[name][2:]})


@pytest.mark.parametrize("name", FILES)
def test_a_nesting_bomb_is_not_followed_to_its_end(name: str) -> None:
    bomb = b""
    for _ in range(3000):
        bomb = tlv.encode(FILES[name][0], bomb)
    data, refused = parsed(name, bomb)
    if refused:
        assert refused == name
    else:
        assert (name, data.person or data.issuing) in (("DG11", lds.Person()), ("DG12", lds.Issuing()))


@pytest.mark.parametrize(
    "name, data",
    [
        ("COM", bytes.fromhex("60045C026199")),
        ("COM", bytes.fromhex("6007 5F010430313037")),
        ("COM", bytes.fromhex("600B 5F010430314A37 5C026175")),
        ("DG1", zone_group(ZONE[:60])),
        ("DG1", zone_group("P" * 87 + " ")),
        ("DG1", zone_group("Q" + ZONE[1:])),
        ("DG1", zone_group(ZONE.replace("ANNA", "AN-A"))),
        ("DG1", tlv.encode(0x61, tlv.encode(0x5F1F, b"\xff" * 88))),
        ("DG14", tlv.encode(0x6E, tlv.encode(0x31, b"\x30\x03\x02\x01\x02"))),
        ("DG15", tlv.encode(0x6F, b"\x30\x00")),
        ("ATR/INFO", bytes.fromhex("7F66020205")),
        ("ATR/INFO", bytes.fromhex("7F660402020500")),
    ],
)
def test_a_file_that_breaks_the_standard_is_refused_in_one_sentence(name: str, data: bytes) -> None:
    with pytest.raises(lds.LdsError, match=f"^{name} cannot be used: .*\\.$"):
        lds.parse({name: data})


def test_an_error_never_quotes_the_holder() -> None:
    for zone in (ZONE[:60], ZONE.replace("ANNA", "AN-A")):
        with pytest.raises(lds.LdsError) as caught:
            lds.parse({"DG1": zone_group(zone)})
        assert "ERIKSSON" not in str(caught.value)


@given(st.sampled_from([*sorted(lds.GROUPS), "CardAccess", "DIR", "ATR/INFO"]), st.binary(max_size=300))
def test_arbitrary_octets_give_data_or_an_lds_error(name: str, data: bytes) -> None:
    for file in (data, tlv.encode(lds.GROUPS.get(name, 0x31), data)):
        assert parsed(name, file)[1] in ("", name)


@settings(deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_mutated_files_give_data_or_an_lds_error(name: str, data: Any) -> None:
    file = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, min(len(file) - 1, 120)))] = data.draw(st.integers(0, 255))
    assert parsed(name, bytes(file))[1] in ("", name)
