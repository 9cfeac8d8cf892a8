"""The virtual cards speak ISO 7816-4 and, before they are opened, say nothing about anyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto.core import Sequence, SetOf
from hypothesis import given
from hypothesis import strategies as st

from simulator.card import PROFILES, VirtualReader, make_chip
from simulator.card.chip import Chip
from simulator.card.contents import EF_CARD_ACCESS, EF_DIR
from simulator.card.profiles import Profile

BINARY_FILE = bytes(range(256)) * 160
LONG_FILE_CARD = Profile("test", "Test", b"\x3b\x00", (), {EF_CARD_ACCESS: BINARY_FILE, EF_DIR: b"short"})


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_answer_to_reset_is_well_formed(profile: Profile) -> None:
    atr = profile.atr
    assert atr[0] == 0x3B
    with_check = any(protocol != 0 for protocol in offered_protocols(atr))
    historical = atr[1] & 0x0F
    assert len(atr) == interface_octets(atr) + historical + with_check
    if with_check:
        check = 0
        for octet in atr[1:]:
            check ^= octet
        assert check == 0


def interface_octets(atr: bytes) -> int:
    """Octets before the historical ones (ISO/IEC 7816-3 section 8.2)."""
    at, following = 2, atr[1] >> 4
    while following:
        at += following.bit_count()
        following = atr[at - 1] >> 4 if following & 8 else 0
    return at


def offered_protocols(atr: bytes) -> list[int]:
    protocols, at, following = [], 2, atr[1] >> 4
    while following & 8:
        at += following.bit_count()
        protocols.append(atr[at - 1] & 0x0F)
        following = atr[at - 1] >> 4
    return protocols or [0]


def test_card_access_is_der_that_another_parser_reads() -> None:
    class Infos(SetOf):
        _child_spec = Sequence

    for profile in PROFILES.values():
        if EF_CARD_ACCESS in profile.files:
            infos = Infos.load(profile.files[EF_CARD_ACCESS], strict=True)
            assert len(infos) >= 1
            assert infos.dump(force=True) == profile.files[EF_CARD_ACCESS]


@pytest.mark.parametrize("name", ["bank", "egk", "health", "unknown"])
def test_a_card_that_is_no_travel_document_knows_only_select_and_read_binary(name: str) -> None:
    chip = make_chip(name)
    for instruction in set(range(256)) - {0xA4, 0xB0, 0xB1}:
        assert chip.transmit(bytes((0, instruction, 0, 0, 0))) == b"\x6d\x00"


def test_a_command_for_the_reader_itself_is_unknown_to_every_card() -> None:
    assert make_chip("german_id").transmit(bytes.fromhex("FF9A010000")) == b"\x6d\x00"


def test_a_locked_application_does_not_even_tell_which_files_it_has() -> None:
    chip = make_chip("german_id")
    assert chip.transmit(bytes.fromhex("00A4040C09E80704007F00070302")) == b"\x90\x00"
    assert chip.transmit(bytes.fromhex("00A4020C02011C")) == b"\x69\x82"
    assert chip.transmit(bytes.fromhex("00B0000000")) == b"\x69\x86"


@pytest.mark.parametrize(
    "command,answer",
    [
        ("00B0000010", BINARY_FILE[:16] + b"\x90\x00"),
        ("00B0010000", BINARY_FILE[:256] + b"\x90\x00"),
        ("00B07FF800", BINARY_FILE[0x7FF8:0x80F8] + b"\x90\x00"),
        ("00B00000000400", BINARY_FILE[:1024] + b"\x90\x00"),
        ("00B10000045402A00000", b"\x6b\x00"),
        ("00B100000454029FF000", b"\x53\x10" + BINARY_FILE[-16:] + b"\x62\x82"),
        ("00B1000005540300800004", b"\x53\x02" + BINARY_FILE[0x8000:0x8002] + b"\x90\x00"),
        ("00B19F0000", b"\x6a\x82"),
        ("00B000", b"\x67\x00"),
        ("00B000000000", b"\x67\x00"),
        ("80B0000000", b"\x6e\x00"),
        ("00B0E00000", b"\x6a\x86"),
    ],
)
def test_parts_of_files_are_given_in_all_forms_of_read_binary(command: str, answer: bytes) -> None:
    chip = Chip(LONG_FILE_CARD)
    assert chip.transmit(bytes.fromhex("00A4020C02011C")) == b"\x90\x00"
    assert chip.transmit(bytes.fromhex(command.ljust(len(command) + len(command) % 2, "0"))) == answer


def test_a_short_identifier_selects_the_file_for_what_follows() -> None:
    chip = Chip(LONG_FILE_CARD)
    assert chip.transmit(bytes.fromhex("00B09E0000")) == b"short\x62\x82"
    assert chip.transmit(bytes.fromhex("00B0000102")) == b"ho\x90\x00"
    assert chip.transmit(bytes.fromhex("00B0000501")) == b"\x6b\x00"


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_no_command_whatever_it_is_breaks_a_chip(commands: list[bytes]) -> None:
    chip = make_chip("german_id")
    for command in commands:
        assert len(chip.transmit(command)) >= 2


def test_an_unknown_card_is_refused_in_one_sentence(tmp_path: Path) -> None:
    reader = VirtualReader(tmp_path)
    with pytest.raises(ValueError, match="There is no card 'library': choose one of german_id"):
        reader.insert("library")


def test_a_persona_without_such_a_document_is_refused(tmp_path: Path) -> None:
    reader = VirtualReader(tmp_path)
    with pytest.raises(KeyError, match="mustermann has no passport; there is: id_card"):
        reader.insert("passport_gm", persona="mustermann")


def test_an_unknown_fault_is_refused_in_one_sentence(tmp_path: Path) -> None:
    reader = VirtualReader(tmp_path)
    with pytest.raises(ValueError, match="There is no card fault 'melted'"):
        reader.insert("passport_gm", faults=("melted",))
    with pytest.raises(ValueError, match="There is no card fault 'pulled'"):
        reader.expect("pulled")


def test_a_run_directory_too_deep_for_a_socket_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shorter run directory"):
        VirtualReader(tmp_path / ("x" * 120)).start()
