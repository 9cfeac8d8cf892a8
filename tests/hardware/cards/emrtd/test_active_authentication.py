"""Active authentication: what a chip's signature proves (ICAO 9303-11 section 6.1)."""

import contextlib
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards.emrtd.active_authentication import authenticate, holds
from hardware.cards.iso7816 import CardRefused, CardUnsupported, PlainChannel
from simulator.card.der import bits, integer, oid, sequence
from simulator.card.keys import EllipticActiveKey, RsaActiveKey, RsaKey, scalar

NONCE = bytes.fromhex("F173589974BF40C6")
TRAILERS = {"sha1": "BC", "sha224": "38CC", "sha256": "34CC", "sha384": "36CC", "sha512": "35CC"}


def fresh_rsa(bits_: int) -> RsaKey:
    numbers = rsa.generate_private_key(public_exponent=65537, key_size=bits_).private_numbers()
    return RsaKey(numbers.public_numbers.n, numbers.public_numbers.e, numbers.d)


RSA = fresh_rsa(1024)


def signed(hash_name: str, *, header: bytes = b"\x6a", nonce: bytes = NONCE, trailer: str = "") -> bytes:
    end = bytes.fromhex(trailer or TRAILERS[hash_name])
    room = RSA.octets - len(header) - len(end) - hashlib.new(hash_name).digest_size
    recoverable = bytes(range(room))
    return RSA.apply(header + recoverable + hashlib.new(hash_name, recoverable + nonce).digest() + end)


@pytest.mark.parametrize("hash_name", TRAILERS)
def test_a_genuine_rsa_signature_holds_with_every_digest(hash_name):
    signature = signed(hash_name)
    assert holds(RSA.public_key_info(), NONCE, signature)
    assert not holds(RSA.public_key_info(), bytes(8), signature)


def test_the_smaller_of_two_equivalent_rsa_signatures_holds_as_well():
    signature = int.from_bytes(signed("sha256"))
    other = (RSA.n - signature).to_bytes(RSA.octets)
    assert holds(RSA.public_key_info(), NONCE, other)


def test_a_padded_header_is_understood():
    assert holds(RSA.public_key_info(), NONCE, signed("sha1", header=b"\x6b\xbb\xbb\xba"))


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(128), id="zero"),
        pytest.param(RSA.n.to_bytes(128), id="the modulus"),
        pytest.param(signed("sha1", header=b"\x4a"), id="full recovery"),
        pytest.param(signed("sha1", header=b"\x6b\xbb\xbb"), id="endless header"),
        pytest.param(signed("sha1", trailer="CC"), id="unknown digest"),
        pytest.param(signed("sha1", trailer="31CC"), id="RIPEMD-160"),
        pytest.param(signed("sha256") + b"\x00", id="one octet more"),
        pytest.param(b"\x01" * 128, id="not signed at all"),
    ],
)
def test_a_wrong_rsa_signature_does_not_hold(signature):
    assert not holds(RSA.public_key_info(), NONCE, signature)


def test_a_signature_by_another_key_does_not_hold():
    other = RsaActiveKey(RSA, fresh_rsa(1024))
    assert not holds(other.public_key_info(), NONCE, other.sign(NONCE))


@pytest.mark.parametrize("bits_", [512, 16384])
def test_an_rsa_key_of_an_absurd_size_is_not_used(bits_):
    modulus = (1 << bits_) - 1
    info = sequence(
        sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), bits(sequence(integer(modulus), integer(65537)))
    )
    with pytest.raises(CardUnsupported):
        holds(info, NONCE, bytes(bits_ // 8))


@pytest.mark.parametrize("domain", [10, 12, 13, 14, 16, 18])
def test_a_genuine_ecdsa_signature_holds_with_the_digest_told_or_not(domain):
    private = scalar("active authentication", 2**190)
    key = EllipticActiveKey(domain, private, private)
    signature = key.sign(NONCE)
    assert holds(key.public_key_info(), NONCE, signature, "sha256")
    assert holds(key.public_key_info(), NONCE, signature)
    assert not holds(key.public_key_info(), NONCE, signature, "sha1")
    assert not holds(key.public_key_info(), bytes(8), signature, "sha256")
    assert not holds(EllipticActiveKey(domain, private + 1, 1).public_key_info(), NONCE, signature)


@settings(deadline=None)
@given(st.binary(max_size=160), st.binary(max_size=200))
def test_octets_at_random_prove_nothing(info, signature):
    assert not holds(RSA.public_key_info(), NONCE, signature)
    with contextlib.suppress(CardUnsupported):
        assert not holds(info, NONCE, signature)


def test_the_chip_is_asked_with_a_fresh_number_each_time():
    asked = []

    def transmit(apdu: bytes) -> bytes:
        asked.append(apdu[5:13])
        return RsaActiveKey(RSA, RSA).sign(asked[-1]) + b"\x90\x00"

    channel = PlainChannel(transmit, extended=False)
    assert authenticate(channel, RSA.public_key_info(), "", 256)
    assert authenticate(channel, RSA.public_key_info(), "", 256)
    assert asked[0] != asked[1]


def test_a_chip_that_declines_is_told_from_one_that_signs_wrongly():
    with pytest.raises(CardRefused):
        authenticate(PlainChannel(lambda apdu: b"\x69\x82", extended=False), RSA.public_key_info(), "", 256)
