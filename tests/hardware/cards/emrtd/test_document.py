"""Whole documents, read from the simulator's chips: genuine, slow-witted, cloned, altered, pulled."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards.emrtd.document import RawDocument, read_document
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
from hardware.cards.iso7816 import (
    Cancelled,
    CardError,
    CardGone,
    CardLied,
    CardMute,
    CardRefused,
    CardUnsupported,
    WrongSecret,
)
from simulator.card import Mute, Pulled, make_chip
from simulator.card.chip import Chip
from simulator.card.contents import EF_CARD_ACCESS, Contents
from simulator.card.contents import FILES as NUMBERS
from simulator.card.der import bits, oid, sequence, tlv
from simulator.card.keys import ChipKey, RsaActiveKey, RsaKey
from simulator.card.pace import Offer
from simulator.card.profiles import PROFILES
from simulator.card.suites import SUITES as CARD_SUITES

PASSPORTS = ["passport_gm", "passport_cam", "passport_bac"]
SECRET = MrzSecret("T22000129", "640812", "101031")


class Line:
    """A reader with a chip on it, as the driver presents it; counts and remembers the commands."""

    def __init__(self, chip) -> None:
        self.chip = chip
        self.sent: list[bytes] = []

    def __call__(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        try:
            return self.chip.transmit(apdu)
        except Pulled as gone:
            raise CardGone("The card was taken away.") from gone
        except Mute as silence:
            raise CardMute("The card did not answer.") from silence

    @property
    def asked_for_bac(self) -> bool:
        return any(apdu[:2] == b"\x00\x84" for apdu in self.sent)


def read(name: str, *faults: str, **options) -> RawDocument:
    chip = make_chip(name, faults=faults)
    return read_document(Line(chip), MrzSecret.from_lines(chip.document.mrz), **options)


@pytest.mark.parametrize(
    "name, access, pace, chip_authentication, active_authentication",
    [
        ("passport_gm", "pace-mrz", "PACE-ECDH-GM-AES-CBC-CMAC-128 brainpoolP256r1", "passed", "passed"),
        (
            "passport_cam",
            "pace-mrz",
            "PACE-ECDH-CAM-AES-CBC-CMAC-128 brainpoolP256r1",
            "passed",
            "not offered",
        ),
        ("passport_bac", "bac", "", "passed", "passed"),
    ],
)
def test_a_passport_is_read_whole_and_its_chip_proves_itself(
    name, access, pace, chip_authentication, active_authentication
):
    chip = make_chip(name)
    document = read_document(Line(chip), MrzSecret.from_lines(chip.document.mrz))
    assert (document.access, document.pace) == (access, pace)
    assert document.chip_authentication == chip_authentication
    assert document.active_authentication == active_authentication
    assert document.refused == {}
    for group, content in chip.document.files.items():
        if group in document.files:
            assert document.files[group] == content
    assert {"COM", "SOD", "DG1", "DG2", "DG14"} <= set(document.files)
    assert bool(document.card_access) == (access != "bac")


def test_a_foreign_identity_card_opens_with_its_access_number():
    chip = make_chip("foreign_id")
    document = read_document(Line(chip), CanSecret(chip.document.can))
    assert document.access == "pace-can"
    assert document.files["DG1"] == chip.document.files["DG1"]


def test_a_german_identity_card_gives_no_data_group_without_a_certificate():
    chip = make_chip("german_id")
    document = read_document(Line(chip), CanSecret(chip.document.can))
    assert document.files == {}
    assert set(document.refused.values()) == {0x6982}
    assert document.chip_authentication == "not checked"


def test_only_what_is_wanted_is_read():
    document = read("passport_gm", wanted=("DG1",))
    assert set(document.files) == {"DG1"}
    assert document.chip_authentication == document.active_authentication == "not checked"


def test_the_lists_of_the_master_file_are_read_when_wanted():
    chip = make_chip("foreign_id")
    document = read_document(Line(chip), CanSecret(chip.document.can), wanted=("DIR", "DG1"))
    assert document.files["DIR"].startswith(b"\x61")


def test_a_file_that_no_document_has_cannot_be_wanted():
    with pytest.raises(ValueError, match="DG17"):
        read("passport_gm", wanted=("DG17",))


@pytest.mark.parametrize("name", PASSPORTS)
@pytest.mark.parametrize("fault", ["short_apdu", "get_response:100"])
def test_readers_and_chips_with_short_commands_only_read_the_same(name, fault):
    document, plain = read(name, fault), read(name)
    assert document.files == plain.files
    assert document.chip_authentication == document.active_authentication or name == "passport_cam"
    assert document.chip_authentication == "passed"


@pytest.mark.parametrize("name", PASSPORTS)
def test_a_reader_that_fails_on_long_commands_reads_with_short_ones(name):
    chip = make_chip(name)

    def transmit(apdu: bytes) -> bytes:
        if len(apdu) > 5 and apdu[4] == 0:
            raise OSError("SCardTransmit: Invalid parameter given.")
        return chip.transmit(apdu)

    document = read_document(transmit, MrzSecret.from_lines(chip.document.mrz))
    assert document.files["DG2"] == chip.document.files["DG2"]


@pytest.mark.parametrize("name", PASSPORTS)
def test_a_chip_that_takes_long_commands_only_in_the_clear_is_opened_again_with_short_ones(name):
    chip = make_chip(name)

    def transmit(apdu: bytes) -> bytes:
        if apdu[0] == 0x0C and apdu[4] == 0:
            chip.reset()
            return b"\x67\x00"
        return chip.transmit(apdu)

    document = read_document(transmit, MrzSecret.from_lines(chip.document.mrz))
    assert document.files["DG2"] == chip.document.files["DG2"]
    assert document.chip_authentication == "passed"


@pytest.mark.parametrize("name", PASSPORTS)
def test_a_cloned_chip_is_found_out_and_read_all_the_same(name):
    document = read(name, "clone")
    assert document.chip_authentication == "failed"
    assert document.active_authentication in ("failed", "not offered")
    assert "DG2" in document.files


@pytest.mark.parametrize("hidden", ["DG14", "DG15"])
@pytest.mark.parametrize("name", ["passport_gm", "passport_bac"])
def test_a_clone_that_hides_the_group_of_its_check_is_found_out_by_the_signed_list(name, hidden):
    whole = make_chip(name)._chip
    files = {
        number: content for number, content in whole._contents.files.items() if number != NUMBERS[hidden]
    }
    clone = Chip(whole.profile, whole.document, replace(whole._contents, files=files))
    document = read_document(Line(clone), MrzSecret.from_lines(clone.document.mrz))
    check = document.chip_authentication if hidden == "DG14" else document.active_authentication
    assert check == "failed"


@pytest.mark.parametrize("cipher", sorted(CARD_SUITES))
@pytest.mark.parametrize("domain", [12, 14, 17, 18])
@pytest.mark.parametrize("clone", [False, True])
def test_chip_authentication_tells_chip_from_clone_with_every_cipher(cipher, domain, clone):
    key = ChipKey(CARD_SUITES[cipher], domain, 4711, 4712 if clone else 4711, key_id=3)
    offer = Offer("GM", CARD_SUITES[cipher], 12)
    dg14 = tlv(0x6E, tlv(0x31, b"".join(key.infos()) + offer.info()))
    chip = Chip(
        PROFILES["passport"],
        contents=Contents(
            master={EF_CARD_ACCESS: tlv(0x31, offer.info())},
            files={NUMBERS["DG14"]: dg14, NUMBERS["DG1"]: tlv(0x61, bytes(90))},
            offers=(offer,),
            passwords={1: SECRET.pace_secret},
            chip_keys=(key,),
        ),
    )
    document = read_document(Line(chip), SECRET)
    assert document.chip_authentication == ("failed" if clone else "passed")
    assert document.files["DG14"] == dg14
    assert "DG1" in document.files


def small_chip(
    dg14: bytes, *, offers: tuple[Offer, ...] = (), shown: tuple[Offer, ...] = (), **contents
) -> Chip:
    """A chip with BAC and PACE and DG14 only; EF.CardAccess shows the offers in `shown`."""
    master = {EF_CARD_ACCESS: tlv(0x31, b"".join(offer.info() for offer in shown))} if shown else {}
    return Chip(
        PROFILES["passport"],
        contents=Contents(
            **{
                "master": master or {0x2F00: b""},
                "files": {NUMBERS["DG14"]: dg14},
                "offers": offers,
                "passwords": {1: SECRET.pace_secret},
                "bac": SECRET.key_seed[:16],
                **contents,
            }
        ),
    )


KEY = ChipKey(CARD_SUITES[2], 13, 4711, 4711)
DH_KEY = sequence(
    oid("0.4.0.127.0.7.2.2.1.1"), sequence(sequence(oid("1.2.840.113549.1.3.1")), bits(b"\x02\x01\x05"))
)


@pytest.mark.parametrize(
    "infos, check",
    [
        pytest.param(b"".join(KEY.infos()), "failed", id="declined"),
        pytest.param(DH_KEY, "not checked", id="another kind of key"),
        pytest.param(b"", "not offered", id="nothing offered"),
        pytest.param(b"\x30\x03\x06\x01", "failed", id="no list"),
        pytest.param(KEY.infos()[1].replace(b"\x03", b"\x04"), "failed", id="no key"),
    ],
)
def test_a_chip_that_does_not_prove_its_key_is_read_all_the_same(infos, check):
    dg14 = tlv(0x6E, tlv(0x31, infos))
    document = read_document(Line(small_chip(dg14)), SECRET)
    assert document.chip_authentication == check
    assert document.files == {"DG14": dg14}


@pytest.mark.parametrize(
    "dg15, sign, check",
    [
        pytest.param(tlv(0x6F, bytes(6)), b"", "failed", id="no key"),
        pytest.param(tlv(0x6F, b"\x30\x00"), b"", "failed", id="an empty key"),
        pytest.param(
            tlv(0x6F, RsaKey(1 << 8191, 3, 1).public_key_info()), b"", "not checked", id="too large"
        ),
        pytest.param(
            tlv(0x6F, RsaKey(1 << 2047, 3, 1).public_key_info()), bytes(256), "failed", id="not signed"
        ),
    ],
)
def test_a_chip_with_an_odd_key_for_active_authentication_is_read_all_the_same(dg15, sign, check):
    class Odd:
        """Signs with the same octets whatever it is asked."""

        def sign(self, challenge: bytes) -> bytes:
            return sign

    chip = small_chip(b"", files={NUMBERS["DG15"]: dg15}, active_key=Odd())
    assert read_document(Line(chip), SECRET).active_authentication == check


def test_a_long_signature_that_a_short_answer_cannot_hold_is_not_held_against_the_chip():
    chip = small_chip(
        b"",
        files={NUMBERS["DG15"]: tlv(0x6F, RsaKey(1 << 2047, 3, 1).public_key_info())},
        active_key=RsaActiveKey(RsaKey(1 << 2047, 3, 1), RsaKey(1 << 2047, 3, 1)),
    )
    assert read_document(Line(chip), SECRET, extended=False).active_authentication == "not checked"


def test_a_chip_that_gives_up_its_session_over_a_file_is_opened_again_for_the_others():
    chip = small_chip(
        b"", files={NUMBERS["DG1"]: tlv(0x61, bytes(90)), NUMBERS["DG2"]: tlv(0x75, bytes(900))}
    )
    real = Line(chip)

    def transmit(apdu: bytes) -> bytes:
        if apdu[:3] == b"\x0c\xb0\x81":
            chip.reset()
            return b"\x69\x82"
        return real(apdu)

    document = read_document(transmit, SECRET)
    assert set(document.files) == {"DG2"}
    assert document.refused["DG1"] == 0x6982


def test_a_chip_that_gives_up_every_session_is_given_up():
    chip = small_chip(b"")
    real = Line(chip)
    with pytest.raises(CardError):
        read_document(
            lambda apdu: b"\x69\x88" if apdu[0] == 0x0C else real(apdu),
            SECRET,
            wanted=[f"DG{number}" for number in range(1, 17)],
        )


def test_a_chip_that_withholds_the_key_of_its_mapping_proves_nothing():
    genuine = make_chip("passport_cam")._chip
    chip = Chip(genuine.profile, genuine.document, replace(genuine._contents, secured={}))
    document = read_document(Line(chip), MrzSecret.from_lines(chip.document.mrz))
    assert document.chip_authentication == "failed"
    assert "CardSecurity" in document.refused
    assert "DG2" in document.files


def test_a_chip_that_offers_pace_is_never_asked_for_bac():
    chip = make_chip("passport_gm")
    line = Line(chip)
    with pytest.raises(WrongSecret):
        read_document(line, SECRET)
    assert not line.asked_for_bac


@pytest.mark.parametrize("status", ["6A80", "6A86", "6F00", "6985"])
def test_a_chip_whose_pace_fails_is_never_asked_for_bac(status):
    chip = make_chip("passport_gm")
    line = Line(chip)

    def transmit(apdu: bytes) -> bytes:
        return bytes.fromhex(status) if apdu[1] == 0x22 else line(apdu)

    with pytest.raises(CardRefused):
        read_document(transmit, MrzSecret.from_lines(chip.document.mrz))
    assert not line.asked_for_bac


def test_a_card_access_that_fails_to_be_read_is_no_reason_for_bac():
    chip = make_chip("passport_gm")
    line = Line(chip)

    def transmit(apdu: bytes) -> bytes:
        return b"\x65\x81" if apdu[1] == 0xB0 or apdu[:3] == b"\x00\xa4\x02" else line(apdu)

    with pytest.raises(CardRefused):
        read_document(transmit, MrzSecret.from_lines(chip.document.mrz))
    assert not line.asked_for_bac


def test_hiding_pace_from_the_reader_is_found_out_by_the_signed_group():
    offer = Offer()
    hiding = small_chip(tlv(0x6E, tlv(0x31, offer.info())), offers=(offer,))
    with pytest.raises(CardLied, match="hides"):
        read_document(Line(hiding), SECRET)


def test_hiding_the_strongest_variant_is_found_out_by_the_signed_group():
    weak, strong = Offer("GM", CARD_SUITES[1], 12), Offer("GM", CARD_SUITES[4], 16)
    dg14 = tlv(0x6E, tlv(0x31, weak.info() + strong.info()))
    with pytest.raises(CardLied, match="hides"):
        read_document(Line(small_chip(dg14, offers=(weak, strong), shown=(weak,))), SECRET)


def test_a_chip_with_bac_only_does_not_open_with_a_number():
    chip = make_chip("passport_bac")
    with pytest.raises(CardUnsupported, match="machine-readable zone"):
        read_document(Line(chip), CanSecret("123456"))


@pytest.mark.parametrize("name", PASSPORTS)
def test_the_zone_of_another_document_opens_nothing(name):
    with pytest.raises(WrongSecret):
        read_document(Line(make_chip(name)), SECRET)


@pytest.mark.parametrize("at", range(0, 25, 3))
@pytest.mark.parametrize("fault, error", [("pulled", CardGone), ("mute", CardMute)])
def test_a_card_pulled_or_mute_at_any_moment_is_told_as_such(fault, error, at):
    with pytest.raises(error):
        read("passport_cam", f"{fault}:{at}")


@pytest.mark.parametrize("at", [9, 13, 20, 24])
@pytest.mark.parametrize("name", PASSPORTS)
def test_a_wrong_mac_ends_the_reading(name, at):
    with pytest.raises(CardLied):
        read(name, f"wrong_mac:{at}")


@pytest.mark.parametrize("at", [12, 18, 24])
def test_an_answer_without_protection_ends_the_reading(at):
    with pytest.raises(CardLied):
        read("passport_gm", f"unprotected:{at}")


@pytest.mark.parametrize("fault", ["huge_com", "huge_dg1", "huge_dg2", "huge_sod"])
def test_a_chip_that_claims_gigabytes_is_found_out_after_one_exchange(fault):
    with pytest.raises(CardLied, match="claims"):
        read("passport_gm", fault)


@pytest.mark.parametrize("fault", ["truncated_dg1", "truncated_dg2", "truncated_sod"])
def test_a_file_that_ends_too_early_is_found_out(fault):
    with pytest.raises(CardLied):
        read("passport_gm", fault)


def test_an_altered_group_is_handed_over_as_it_is():
    assert read("passport_gm", "altered_dg1").files["DG1"] != read("passport_gm").files["DG1"]


@pytest.mark.parametrize("name", PASSPORTS)
@pytest.mark.parametrize("status", ["6982", "6A82", "6F00", "6700", "6988", "6300"])
@pytest.mark.parametrize("at", [7, 12, 17])
def test_a_status_out_of_place_gives_a_document_or_a_card_error(name, status, at):
    try:
        document = read(name, f"status:{status}:{at}")
    except CardError:
        return
    assert {"COM", "SOD", "DG1", "DG2"} <= set(document.files) | set(document.refused)


def test_progress_tells_the_portrait_last_and_to_its_end():
    seen = []
    document = read("passport_gm", progress=lambda *step: seen.append(step))
    size = len(document.files["DG2"])
    assert seen[-1] == ("DG2", size, size)
    assert len([step for step in seen if step[0] == "DG2"]) > 3


@pytest.mark.parametrize("after", [0, 1, 5, 12, 25])
def test_a_reading_is_cancelled_before_the_next_exchange(after):
    line = Line(make_chip("passport_gm"))
    secret = MrzSecret.from_lines(line.chip.document.mrz)
    with pytest.raises(Cancelled):
        read_document(line, secret, cancelled=lambda: len(line.sent) >= after)
    assert len(line.sent) == after


def test_a_chip_that_gives_single_octets_is_given_up():
    chip = make_chip("passport_gm")
    content = tlv(0x31, bytes(4000))

    def transmit(apdu: bytes) -> bytes:
        offset = int.from_bytes(apdu[2:4]) & 0x7FFF if apdu[2] < 0x80 else 0
        return content[offset : offset + 1] + b"\x90\x00" if apdu[1] == 0xB0 else b"\x90\x00"

    with pytest.raises(CardError):
        read_document(transmit, MrzSecret.from_lines(chip.document.mrz))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=270), min_size=1, max_size=12))
def test_whatever_octets_a_card_answers_the_outcome_is_a_card_error(answers):
    turn = iter(range(10**9))
    with pytest.raises(CardError):
        read_document(lambda apdu: answers[next(turn) % len(answers)], SECRET)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 26), st.binary(max_size=80), st.sampled_from(["9000", "6282", "6A82", "6988"]))
def test_a_chip_that_answers_anything_at_one_moment_gives_a_document_or_a_card_error(at, data, status):
    chip, turn = make_chip("passport_cam"), iter(range(10**9))

    def transmit(apdu: bytes) -> bytes:
        genuine = chip.transmit(apdu)
        return data + bytes.fromhex(status) if next(turn) == at else genuine

    try:
        document = read_document(transmit, MrzSecret.from_lines(chip.document.mrz))
    except CardError:
        return
    assert document.files["DG1"] == chip.document.files["DG1"] or "DG1" in document.refused
