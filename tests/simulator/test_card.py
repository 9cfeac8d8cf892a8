"""The virtual cards speak ISO 7816-4 and say nothing about anyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto.core import Sequence, SetOf

from simulator.card import PROFILES, VirtualReader
from simulator.card.chip import Chip
from simulator.card.profiles import EF_CARD_ACCESS


@pytest.mark.parametrize("profile", PROFILES.values(), ids=str)
def test_every_answer_to_reset_is_well_formed(profile: object) -> None:
    atr = PROFILES[profile.name].atr  # type: ignore[attr-defined]
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


def test_a_chip_knows_no_command_but_select_and_read_binary() -> None:
    chip = Chip(PROFILES["german_id"])
    for instruction in set(range(256)) - {0xA4, 0xB0}:
        assert chip.answer(bytes((0, instruction, 0, 0, 0))) == b"\x6d\x00"


def test_files_of_the_master_file_are_out_of_reach_within_an_application() -> None:
    chip = Chip(PROFILES["german_id"])
    assert chip.answer(bytes.fromhex("00A4040C09E80704007F00070302")) == b"\x90\x00"
    assert chip.answer(bytes.fromhex("00A4020C02011C")) == b"\x6a\x82"
    assert chip.answer(bytes.fromhex("00B0000000")) == b"\x69\x86"


def test_an_unknown_card_is_refused_in_one_sentence(tmp_path: Path) -> None:
    reader = VirtualReader(tmp_path)
    with pytest.raises(ValueError, match="There is no card 'library': choose one of german_id"):
        reader.insert("library")


def test_a_run_directory_too_deep_for_a_socket_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shorter run directory"):
        VirtualReader(tmp_path / ("x" * 120)).start()
