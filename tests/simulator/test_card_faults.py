"""Every fault of a card can be seen from outside."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from simulator.card import Mute, PersonalChip, Pulled, VirtualReader, make_chip
from simulator.card.der import elements
from simulator.card.faults import Line, LineFaults, seconds_on_air, split
from tests.hardware.cards.openpace import PaceTerminal, Refused, zone

SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
READ_CARD_ACCESS = bytes.fromhex("00B09C0000")


def opened(chip: PersonalChip) -> PaceTerminal:
    assert chip.document is not None
    terminal = PaceTerminal(chip.transmit)
    terminal.open(chip.profile.offers[0].value, "mrz", zone(chip.document.mrz))
    terminal.select(b"\x04\x0c", SELECT_APPLICATION[5:])
    return terminal


def group_hash(chip: PersonalChip, number: int) -> bytes:
    """What the SOD says about a data group."""
    assert chip.document is not None
    sod = elements(chip.document.files["SOD"])[0][1]
    signed = elements(elements(dict(elements(elements(sod)[0][1]))[0xA0])[0][1])
    content = dict(elements(signed[2][1]))[0xA0]
    security_object = elements(elements(elements(content)[0][1])[0][1])
    hashes = {}
    for _, entry in elements(security_object[2][1]):
        (_, group), (_, value) = elements(entry)
        hashes[group[0]] = value
    return hashes[number]


@pytest.mark.parametrize("group", [1, 2])
def test_an_altered_group_is_another_one_than_was_signed(group: int) -> None:
    name = f"DG{group}"
    for faults, same in (((), True), ((f"altered_dg{group}",), False)):
        chip = make_chip("passport_gm", faults=faults)
        assert chip.document is not None
        signed = hashlib.sha256(chip.document.files[name]).digest() == group_hash(chip, group)
        assert signed is same


def test_an_altered_group_is_what_the_chip_gives_out() -> None:
    chip = make_chip("passport_gm", faults=("altered_dg1",))
    good = make_chip("passport_gm")
    assert chip.document is not None
    assert good.document is not None
    assert opened(chip).read(1) == chip.document.files["DG1"] != good.document.files["DG1"]


@pytest.mark.parametrize("group", ["DG1", "DG2", "SOD"])
def test_a_truncated_file_ends_before_its_length_says(group: str) -> None:
    document = make_chip("passport_gm", faults=(f"truncated_{group.lower()}",)).document
    assert document is not None
    with pytest.raises(ValueError, match="longer than its surroundings"):
        elements(document.files[group])


def test_a_huge_file_announces_two_gigabytes_and_never_ends() -> None:
    chip = make_chip("passport_gm", faults=("huge_dg2",))
    terminal = opened(chip)
    assert terminal._protected(b"\x0c\xb0\x82\x00", b"", 6) == bytes.fromhex("75847FFFFFFF")
    assert terminal._protected(b"\x0c\xb0\x7f\x00", b"", 4) == bytes(4)
    assert terminal._protected(b"\x0c\xb0\x7f\x00", b"", 0) == bytes(223)


def test_a_clone_has_the_data_but_not_the_keys() -> None:
    good, clone = make_chip("passport_gm"), make_chip("passport_gm", faults=("clone",))
    assert good.document == clone.document
    assert opened(clone).read(1) == opened(good).read(1)


@pytest.mark.parametrize("kind", ["expired", "lapsed", "unknown", "forged"])
def test_a_document_can_be_signed_by_others_than_it_should(kind: str) -> None:
    good, other = make_chip("passport_gm"), make_chip("passport_gm", faults=(f"signer_{kind}",))
    assert good.document is not None
    assert other.document is not None
    assert good.document.files["DG1"] == other.document.files["DG1"]
    assert good.document.files["SOD"] != other.document.files["SOD"]


def test_a_card_is_pulled_or_falls_silent_at_its_command() -> None:
    for fault, error in (("pulled:2", Pulled), ("mute:2", Mute)):
        chip = make_chip("passport_gm", faults=(fault,))
        for _ in range(2):
            chip.transmit(READ_CARD_ACCESS)
        with pytest.raises(error):
            chip.transmit(READ_CARD_ACCESS)


def test_a_card_can_answer_any_status_once() -> None:
    chip = make_chip("passport_gm", faults=("status:6F00:1",))
    answers = [chip.transmit(READ_CARD_ACCESS)[-2:] for _ in range(3)]
    assert answers == [b"\x62\x82", b"\x6f\x00", b"\x62\x82"]


@pytest.mark.parametrize("fault", ["wrong_mac:7", "unprotected:7"])
def test_a_broken_channel_is_seen_by_the_reader(fault: str) -> None:
    terminal = opened(make_chip("passport_gm", faults=(fault,)))
    with pytest.raises((Refused, KeyError)):
        terminal.read(1)


def test_a_card_may_know_short_commands_only() -> None:
    chip = make_chip("passport_gm", faults=("short_apdu",))
    assert chip.transmit(bytes.fromhex("00B09C00000100")) == b"\x67\x00"
    assert chip.transmit(READ_CARD_ACCESS)[-2:] == b"\x62\x82"


def test_a_long_answer_may_come_in_parts() -> None:
    whole = make_chip("german_id").transmit(READ_CARD_ACCESS)
    chip = make_chip("german_id", faults=("get_response:50",))
    answer = chip.transmit(READ_CARD_ACCESS)
    data = answer[:-2]
    while answer[-2] == 0x61:
        answer = chip.transmit(bytes((0x00, 0xC0, 0x00, 0x00, answer[-1])))
        data += answer[:-2]
    assert data + answer[-2:] == whole


def test_without_contact_fifteen_kilobytes_are_four_times_quicker_at_424_than_at_106() -> None:
    slow, quick = (seconds_on_air(15 * 13, 15_000, speed) for speed in (106, 424))
    assert 1.2 < slow < 1.4
    assert 3.5 < slow / quick < 4.0


def test_a_slow_line_takes_the_time_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("simulator.card.faults.time.sleep", slept.append)
    chip = make_chip("passport_gm", faults=("slow_424",))
    answer = chip.transmit(READ_CARD_ACCESS)
    assert slept == [seconds_on_air(len(READ_CARD_ACCESS), len(answer), 424)]


def test_faults_can_be_combined_and_unknown_ones_are_refused() -> None:
    line, data = split(("pulled:3", "short_apdu", "clone", "slow_106"))
    assert line == LineFaults(pulled=3, short_apdu=True, speed=106)
    assert data == {"clone"}
    for wrong in ("pulled", "status:90:1", "altered_dg3", "slow_848", ""):
        with pytest.raises(ValueError, match="There is no card fault"):
            split((wrong,))


def test_a_line_without_faults_changes_nothing() -> None:
    chip = make_chip("german_id")
    assert Line(chip, LineFaults()).transmit(READ_CARD_ACCESS) == chip.transmit(READ_CARD_ACCESS)


def test_a_fault_armed_at_the_reader_holds_for_cards_laid_on_until_one_is_taken_away(tmp_path: Path) -> None:
    with VirtualReader(tmp_path) as reader:
        reader.expect("altered_dg1")
        reader.insert("passport_gm")
        altered = reader.chip
        reader.remove()
        reader.insert("passport_gm")
        good = reader.chip
    assert altered is not None
    assert good is not None
    assert altered.document != good.document
