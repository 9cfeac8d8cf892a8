"""How the simulated travel documents open, prove who they are, and refuse."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from simulator.card import make_chip
from simulator.card.command import Command, Refused
from simulator.card.contents import zone_password
from simulator.card.curves import DOMAINS
from simulator.card.der import elements
from simulator.card.issue import PersonalChip
from simulator.card.keys import EllipticActiveKey, RsaActiveKey
from simulator.card.messaging import Session
from simulator.card.signing import RSA_SEEDS, rsa_key
from simulator.card.suites import AUTHENTICATION, ENCRYPTION, TRIPLE_DES
from simulator.personas import personas
from tests.hardware.cards.openpace import PaceTerminal, zone
from tests.hardware.cards.openpace import Refused as TerminalRefused

SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")


def opened(chip: PersonalChip) -> PaceTerminal:
    """A terminal of OpenPACE within the application."""
    assert chip.document is not None
    terminal = PaceTerminal(chip.transmit)
    terminal.open(chip.profile.offers[0].value, "mrz", zone(chip.document.mrz))
    terminal.select(b"\x04\x0c", SELECT_APPLICATION[5:])
    return terminal


# --- ICAO 9303-11 appendix D ---------------------------------------------------------


def test_keys_come_from_the_zone_as_in_the_worked_example() -> None:
    lines = ("P<UTO".ljust(44, "<"), "L898902C<3UTO6908061F9406236ZE184226B<<<<<14")
    password = zone_password(lines)
    assert password[:16].hex() == "239ab9cb282daf66231dc5a4df6bfbae"
    assert TRIPLE_DES.derive(password[:16], ENCRYPTION).hex() == "ab94fdecf2674fdfb9b391f85d7f76f2"
    assert TRIPLE_DES.derive(password[:16], AUTHENTICATION).hex() == "7962d9ece03d1acd4c76089dce131543"


def test_protected_commands_are_understood_and_answered_as_in_the_worked_example() -> None:
    session = Session(TRIPLE_DES, bytes.fromhex("0036D272F5C350ACAC50C3F572D23600"), 0x887022120C06C226)
    select = session.unwrap(
        Command.parse(bytes.fromhex("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"))
    )
    assert (select.cla, select.data.hex(), select.le) == (0, "011e", None)
    assert session.wrap(select, b"", 0x9000).hex() == "990290008e08fa855a5d4c50a8ed9000"
    read = session.unwrap(Command.parse(bytes.fromhex("0CB000000D9701048E08ED6705417E96BA5500")))
    assert (read.data, read.le) == (b"", 4)
    answer = session.wrap(read, bytes.fromhex("60145F01"), 0x9000)
    assert answer.hex() == "8709019ff0ec34f9922651990290008e08ad55cc17140b2ded9000"


def test_a_forged_command_ends_the_channel() -> None:
    session = Session(TRIPLE_DES, bytes(16))
    with pytest.raises(Refused, match="6988"):
        session.unwrap(Command.parse(bytes.fromhex("0CB000000D9701048E08ED6705417E96BA5500")))
    with pytest.raises(Refused, match="6987"):
        session.unwrap(Command.parse(bytes.fromhex("0CB0000003970104")))


# --- opening -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["passport_gm", "passport_cam", "passport_bac", "foreign_id"])
def test_nothing_can_be_read_before_the_document_is_opened(name: str) -> None:
    chip = make_chip(name)
    assert chip.transmit(SELECT_APPLICATION) == b"\x90\x00"
    for identifier in ("0101", "0102", "011D", "011E"):
        assert chip.transmit(bytes.fromhex("00A4020C02" + identifier)) == b"\x69\x82"
    for short in range(1, 0x1F):
        assert chip.transmit(bytes((0x00, 0xB0, 0x80 | short, 0, 0))) == b"\x69\x82"


def test_fingerprints_stay_closed_to_everybody() -> None:
    terminal = opened(make_chip("passport_gm"))
    with pytest.raises(TerminalRefused, match="6982"):
        terminal.read(0x03)


def test_an_unprotected_command_closes_an_open_document() -> None:
    chip = make_chip("passport_gm")
    terminal = opened(chip)
    assert chip.transmit(bytes.fromhex("00B0810000")) == b"\x69\x82"
    with pytest.raises(TerminalRefused):
        terminal.read(0x01)


def test_a_document_taken_from_the_reader_is_closed_again() -> None:
    chip = make_chip("passport_gm")
    terminal = opened(chip)
    chip.reset()
    with pytest.raises(TerminalRefused):
        terminal.read(0x01)


def test_a_wrong_key_for_basic_access_is_refused_and_the_challenge_is_used_up() -> None:
    chip = make_chip("passport_bac")
    chip.transmit(SELECT_APPLICATION)
    assert chip.transmit(bytes.fromhex("0084000008"))[-2:] == b"\x90\x00"
    authenticate = bytes.fromhex("0082000028") + bytes(40) + b"\x28"
    assert chip.transmit(authenticate) == b"\x63\x00"
    assert chip.transmit(authenticate) == b"\x69\x85"
    assert chip.transmit(bytes.fromhex("0082000008") + bytes(8)) == b"\x67\x00"


def test_what_is_no_offer_of_the_document_is_refused() -> None:
    chip = make_chip("passport_gm")
    unknown_protocol = bytes.fromhex("0022C1A40F800A04007F00070202040204830101")
    assert chip.transmit(unknown_protocol) == b"\x6a\x80"
    no_such_password = bytes.fromhex("0022C1A40F800A04007F00070202040202830102")
    assert chip.transmit(no_such_password) == b"\x6a\x88"
    assert chip.transmit(bytes.fromhex("10860000027C0000")) == b"\x69\x85"


def test_three_wrong_pins_block_it_and_the_last_try_needs_the_access_number() -> None:
    chip = make_chip("german_id")
    assert chip.document is not None
    protocol = chip.profile.offers[0].value
    with_pin = bytes.fromhex("0022C1A40F800A") + protocol + b"\x83\x01\x03"
    for left in (b"\x90\x00", b"\x63\xc2"):
        assert chip.transmit(with_pin) == left
        with pytest.raises(TerminalRefused, match="6300"):
            PaceTerminal(chip.transmit).open(protocol, "pin", "000000")
    assert chip.transmit(with_pin) == b"\x63\xc1"
    assert chip.transmit(bytes.fromhex("10860000027C0000")) == b"\x69\x85"
    PaceTerminal(chip.transmit).open(protocol, "can", chip.document.can)
    chip.reset()
    assert chip.transmit(with_pin) == b"\x63\xc1"


# --- proofs --------------------------------------------------------------------------


def test_every_rsa_key_is_made_of_primes() -> None:
    for seed in RSA_SEEDS:
        key = rsa_key(seed)
        p, q = rsa.rsa_recover_prime_factors(key.n, key.e, key.d)
        assert p * q == key.n
        assert pow(2, p - 1, p) == pow(2, q - 1, q) == 1
        assert key.n.bit_length() == 2 * RSA_SEEDS[seed][0]


def test_the_answer_of_active_authentication_is_a_signature_over_the_challenge() -> None:
    elliptic = EllipticActiveKey(13, 4711, 4711)
    answer = elliptic.sign(b"RND.IFD.")
    public = ec.derive_private_key(4711, ec.BrainpoolP256R1()).public_key()
    r, s = int.from_bytes(answer[:32]), int.from_bytes(answer[32:])
    public.verify(encode_dss_signature(r, s), b"RND.IFD.", ec.ECDSA(SHA256()))

    key = rsa_key("AA")
    recovered = pow(int.from_bytes(RsaActiveKey(key, key).sign(b"RND.IFD.")), key.e, key.n).to_bytes(192)
    assert recovered[:1] == b"\x6a"
    assert recovered[-2:] == b"\x34\xcc"
    assert hashlib.sha256(recovered[1:-34] + b"RND.IFD.").digest() == recovered[-34:-2]


def test_keys_in_dg15_are_those_that_another_library_reads() -> None:
    document = make_chip("passport_bac").document
    assert document is not None
    key = load_der_public_key(elements(document.files["DG15"])[0][1])
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.public_numbers().n == rsa_key("AA").n


@pytest.mark.parametrize("number", DOMAINS)
def test_every_curve_takes_its_own_points_and_no_others(number: int) -> None:
    domain = DOMAINS[number]
    point = domain.generator * 3
    encoded = domain.encode(point)
    assert domain.decode(encoded) == point
    for wrong in (encoded[:-1], b"\x02" + encoded[1:], encoded[:-1] + bytes((encoded[-1] ^ 1,)), b""):
        with pytest.raises(ValueError):
            domain.decode(wrong)


# --- data ----------------------------------------------------------------------------


def test_every_readable_document_of_every_persona_says_what_is_printed_on_it() -> None:
    for who in personas().values():
        for kind, name in (("passport", "passport_gm"), ("id_card", "foreign_id")):
            if kind not in who.documents:
                continue
            document = make_chip(name, persona=who.id).document
            assert document is not None
            zone = dict(elements(elements(document.files["DG1"])[0][1]))[0x5F1F].decode()
            assert zone == "".join(who.documents[kind].mrz)


@pytest.mark.parametrize(
    "name,start", [("passport_gm", b"\xff\xd8\xff"), ("passport_cam", b"\x00\x00\x00\x0cjP  ")]
)
def test_the_portrait_has_about_fifteen_kilobytes(name: str, start: bytes) -> None:
    document = make_chip(name).document
    assert document is not None
    assert 13_000 < len(document.files["DG2"]) < 17_000
    assert start in document.files["DG2"][:200]
