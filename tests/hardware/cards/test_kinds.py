"""Which card is it? From what any card tells, without authentication."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.cards.kinds import (
    DESFIRE,
    EID,
    EMRTD,
    EVERYDAY_APPLICATIONS,
    GSM,
    HEALTH_ROOT,
    IDENTITY_APPLICATIONS,
    PAYMENT_CONTACT,
    PROBES,
    Look,
    classify,
    historical,
    named_applications,
    probed,
    storage_card,
)
from hardware.cards.look import look_at
from hardware.cards.tlv import encode
from hardware.ports import CardKind
from simulator.card import make_chip
from simulator.card.profiles_more import MORE

# EF.CardAccess with one PACEInfo and a card information locator, written down octet by octet.
PACE_INFO = bytes.fromhex("3012060A04007F0007020204020202010202010D")
LOCATOR = bytes.fromhex("302A060804007F0007020206161E") + b"http://bsi.bund.de/cif/npa.xml"
CARD_ACCESS = bytes((0x31, len(PACE_INFO + LOCATOR))) + PACE_INFO + LOCATOR

# EF.DIR of a German identity card as TR-03127 lists it: ESIGN with its description, ePass, eID, ESIGN.
GERMAN_DIRECTORY = bytes.fromhex(
    "61324F0FE828BD080FA000000167455349474E500F434941207A752044462E655369676E5100"
    "730C4F0AA000000167455349474E"
    "61094F07A0000002471001610B4F09E80704007F00070302610C4F0AA000000167455349474E"
)

# Answers to reset that reader makers and card makers print in their manuals.
MIFARE_CLASSIC_1K = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
MIFARE_CLASSIC_4K = bytes.fromhex("3B8F8001804F0CA0000003060300020000000069")
MIFARE_ULTRALIGHT = bytes.fromhex("3B8F8001804F0CA0000003060300030000000068")
ICODE = bytes.fromhex("3B8F8001804F0CA0000003060B00140000000077")
DESFIRE_ATR = bytes.fromhex("3B8180018080")


def directory(*aids: str | bytes) -> bytes:
    return b"".join(encode(0x61, encode(0x4F, octets(aid))) for aid in aids)


def octets(aid: str | bytes) -> bytes:
    return bytes.fromhex(aid) if isinstance(aid, str) else aid


def look(*aids: str | bytes, ef_dir: bytes = b"", access: bytes = b"") -> Look:
    return Look(b"\x3b\x80\x80\x01\x01", frozenset(map(octets, aids)), ef_dir, access)


@pytest.mark.parametrize(
    "seen,kind",
    [
        (look(EID, access=CARD_ACCESS), CardKind.GERMAN_ID),
        (look(ef_dir=directory(EID)), CardKind.GERMAN_ID),
        (look(EID, ef_dir=GERMAN_DIRECTORY), CardKind.GERMAN_ID),
        (look(EID, access=CARD_ACCESS.replace(b"npa", b"eat")), CardKind.GERMAN_EAT),
        (look(EMRTD), CardKind.PASSPORT),
        (look(EMRTD, ef_dir=directory("A0000002472001")), CardKind.PASSPORT),
        (look(EMRTD, ef_dir=directory(EMRTD, "A000000018434341")), CardKind.FOREIGN_ID),
        (look(PAYMENT_CONTACT), CardKind.BANK),
        (look(b"2PAY.SYS.DDF01"), CardKind.BANK),
        (look(ef_dir=directory("A0000000031010")), CardKind.BANK),
        (look(ef_dir=directory("D27600002545500200")), CardKind.BANK),  # girocard
        (
            look(ef_dir=directory("A0000000041010", "D2760000254B414E4D303100")),
            CardKind.BANK,
        ),  # and ticket
        (look(HEALTH_ROOT), CardKind.HEALTH),
        # eGK of generation 2.1
        (
            look(ef_dir=directory(HEALTH_ROOT, "D27600000102", "A000000167455349474E", "D27600006601")),
            CardKind.HEALTH,
        ),
        (look(HEALTH_ROOT, PAYMENT_CONTACT), CardKind.BANK_OR_HEALTH),
        (look("D27600014601"), CardKind.HEALTH_PROFESSIONAL),  # HBA
        (
            look(ef_dir=directory("D27600014601", "D27600006601", "A000000167455349474E")),
            CardKind.HEALTH_PROFESSIONAL,
        ),
        (look("D27600014606"), CardKind.HEALTH_PROFESSIONAL),  # SMC-B
        (look("D27600006601"), CardKind.SIGNATURE),  # DIN 66291
        (look("A000000167455349474E"), CardKind.SIGNATURE),  # EN 14890
        (look(ef_dir=directory("E828BD080FA000000167455349474E")), CardKind.SIGNATURE),
        (look(ef_dir=directory("D2760000030102")), CardKind.SIGNATURE),  # NetKey
        (look("D2760000030C01"), CardKind.SIGNATURE),  # IDKey
        (look(ef_dir=directory("A0000002455369676E")), CardKind.SIGNATURE),  # STARCOS
        (look(ef_dir=directory("D276000124010304")), CardKind.SIGNATURE),  # OpenPGP
        (look("D2760001354B414E4D303100"), CardKind.TRANSPORT),
        (look("A0000000871002"), CardKind.SIM),
        (look(ef_dir=directory("A0000000871002FF49FF0589")), CardKind.SIM),
        (look(ef_dir=directory("D2760000850100")), CardKind.STORAGE),  # DESFire, selected as ISO 7816-4 says
        (look(ef_dir=directory("D27600019901")), CardKind.BANK_OR_HEALTH),
        (Look(MIFARE_CLASSIC_1K), CardKind.STORAGE),
        (Look(MIFARE_ULTRALIGHT), CardKind.STORAGE),
        (Look(DESFIRE_ATR), CardKind.STORAGE),
        (Look(DESFIRE_ATR, frozenset((EMRTD,))), CardKind.PASSPORT),
        (Look(b"\x3b\x00", answers=frozenset((DESFIRE,))), CardKind.STORAGE),
        (Look(b"\x3b\x00", answers=frozenset((GSM,))), CardKind.SIM),
        (look(), CardKind.UNKNOWN),
        (Look(b""), CardKind.UNKNOWN),
    ],
)
def test_a_card_is_named_by_what_it_tells_anyone(seen: Look, kind: CardKind) -> None:
    assert classify(seen) is kind


@pytest.mark.parametrize(
    "name,kind",
    [
        ("health_professional", CardKind.HEALTH_PROFESSIONAL),
        ("signature", CardKind.SIGNATURE),
        ("transport", CardKind.TRANSPORT),
        ("storage", CardKind.STORAGE),
        ("desfire", CardKind.STORAGE),
        ("sim", CardKind.SIM),
    ],
)
def test_a_card_laid_on_by_mistake_is_named(name: str, kind: CardKind) -> None:
    profile = MORE[name]
    assert classify(look_at(profile.atr, make_chip(profile).transmit, block_protocol=True)) is kind


@pytest.mark.parametrize("atr", [MIFARE_CLASSIC_1K, MIFARE_CLASSIC_4K, MIFARE_ULTRALIGHT, ICODE])
def test_a_memory_card_is_told_by_its_answer_to_reset_alone(atr: bytes) -> None:
    assert storage_card(atr)


@pytest.mark.parametrize(
    "atr",
    [
        "3B8A80018031F873F741E082900075",  # German identity card
        "3B8F8001804F0CA000000247030001000000002A",  # as a memory card's, other registrant
        "3B8F8001804F",
        "3B6700000031C06477E303",
        "",
    ],
)
def test_other_cards_are_no_memory_cards(atr: str) -> None:
    assert not storage_card(bytes.fromhex(atr))


@pytest.mark.parametrize(
    "atr,told",
    [
        ("3BD218008131FE58C90411", "C904"),  # D-TRUST 4.1: TA1 TC1 TD1, TD2, TA3 TB3
        ("3B6700000031C06477E303", "0031C06477E303"),  # TB1 TC1
        ("3B8180018080", "80"),
        ("3B808001", ""),
        ("3B85800180", ""),  # cut off
        ("3BFF", ""),
        ("3B", ""),
    ],
)
def test_historical_bytes_begin_behind_the_interface_bytes(atr: str, told: str) -> None:
    assert historical(bytes.fromhex(atr)).hex().upper() == told


def test_a_card_is_asked_only_what_its_interface_can_be() -> None:
    for block_protocol, name, answer in ((True, DESFIRE, "04010101001A0591AF"), (False, GSM, "9F17")):
        sent: list[bytes] = []

        def transmit(command: bytes, sent: list[bytes] = sent, answer: str = answer) -> bytes:
            sent.append(command)
            return bytes.fromhex(answer)

        assert probed(transmit, block_protocol=block_protocol) == {name}
        assert sent == [probe.command for probe in PROBES if probe.name == name]


def test_a_card_that_refuses_the_probes_answers_none() -> None:
    assert probed(lambda command: b"\x6e\x00", block_protocol=True) == frozenset()


def test_nothing_that_is_asked_reads_a_file_or_a_serial_number() -> None:
    """DESIGN section 1, chips: recognised only. SELECT is A4; the first frame of GetVersion has no UID."""
    assert {probe.command[:2].hex() for probe in PROBES} == {"9060", "a0a4"}
    assert all(5 <= len(aid) <= 16 for aid in (*IDENTITY_APPLICATIONS, *EVERYDAY_APPLICATIONS))


def test_an_application_identifier_outside_a_template_counts_too() -> None:
    assert named_applications(b"\x4f\x09" + EID) == [EID]


def test_a_two_octet_tag_before_the_identifier_does_not_hide_it() -> None:
    address = encode(0x5F50, b"https://example.invalid")
    assert named_applications(encode(0x61, address + encode(0x4F, EID))) == [EID]


def test_padding_ends_the_directory() -> None:
    assert named_applications(directory(EID) + b"\xff" * 20) == [EID]


def test_a_directory_of_templates_within_templates_does_not_exhaust_the_robot() -> None:
    nested = b""
    for _ in range(3000):
        nested = encode(0x61, nested)
    assert classify(look(ef_dir=nested, access=nested)) is CardKind.UNKNOWN


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_rubbish_on_a_chip_never_stops_the_robot(ef_dir: bytes, access: bytes) -> None:
    assert isinstance(classify(look(EID, ef_dir=ef_dir, access=access)), CardKind)


@given(st.binary(max_size=40), st.lists(st.binary(min_size=1, max_size=16), max_size=6))
def test_any_answer_to_reset_with_any_applications_has_a_kind(atr: bytes, aids: list[bytes]) -> None:
    assert isinstance(classify(Look(atr, frozenset(aids), directory(*aids))), CardKind)
    assert named_applications(directory(*aids)) == aids


@given(st.binary(max_size=15), st.lists(st.binary(max_size=3), min_size=1, max_size=4))
def test_historical_bytes_are_found_behind_any_interface_bytes(told: bytes, groups: list[bytes]) -> None:
    """Interface bytes TAi.. of each group, each announced by the TD before it (T0 for the first)."""
    announced = [(1 << len(group)) - 1 for group in groups]
    atr = b"\x3b" + bytes(((announced[0] | (8 if len(groups) > 1 else 0)) << 4 | len(told),))
    for i, group in enumerate(groups):
        atr += group
        if i + 1 < len(groups):
            atr += bytes(((announced[i + 1] | (8 if i + 2 < len(groups) else 0)) << 4,))
    assert historical(atr + told) == told
