"""The lists of protocols a chip gives (ICAO 9303-11 section 9.2)."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards.emrtd.security_infos import (
    ChipAuthenticationInfo,
    SecurityInfos,
    elliptic_key,
    standard_curve,
)
from hardware.cards.iso7816 import CardError, CardLied, CardUnsupported
from simulator.card.curves import DOMAINS
from simulator.card.der import integer, oid, sequence, tlv
from simulator.card.keys import ChipKey
from simulator.card.pace import Offer
from simulator.card.suites import AES_128, AES_256, TRIPLE_DES

KEY = ChipKey(AES_128, 13, 77, 77, key_id=65)


def listed(*infos: bytes) -> bytes:
    return tlv(0x31, b"".join(infos))


def test_what_a_german_passport_offers_is_understood():
    offers = Offer("GM", AES_128, 13), Offer("CAM", AES_256, 17)
    infos = SecurityInfos.load(listed(*(offer.info() for offer in offers)))
    assert [info.name for info in infos.pace] == [
        "PACE-ECDH-GM-AES-CBC-CMAC-128",
        "PACE-ECDH-CAM-AES-CBC-CMAC-256",
    ]
    assert [info.parameter_id for info in infos.pace] == [13, 17]


def test_keys_and_variants_of_chip_authentication_are_found_by_number():
    infos = SecurityInfos.from_dg14(tlv(0x6E, listed(*KEY.infos())))
    assert infos.chip_authentication == (
        ChipAuthenticationInfo(oid("0.4.0.127.0.7.2.2.3.2.2")[2:], 2, 2, 65),
    )
    assert infos.keys[0].key_id == 65


@pytest.mark.parametrize("domain", range(8, 19))
@pytest.mark.parametrize("named", [True, False])
def test_a_key_with_its_curve_named_or_spelt_out_is_understood(domain, named):
    curve = DOMAINS[domain]
    info = curve.public_key_info(curve.generator * 5, named=named)
    found, point = elliptic_key(info)
    assert found == standard_curve(domain)
    assert point == curve.encode(curve.generator * 5)


@pytest.mark.parametrize("number", [0, 3, 7, 19, 255, None])
def test_a_parameter_number_that_names_no_curve_is_not_supported(number):
    with pytest.raises(CardUnsupported):
        standard_curve(number)


def test_an_unknown_info_is_skipped():
    odd = sequence(oid("1.2.3.4"), integer(1))
    assert SecurityInfos.load(listed(odd, Offer().info())).pace[0].parameter_id == 13


def test_the_digest_of_active_authentication_is_told():
    told = sequence(oid("2.23.136.1.1.5"), integer(1), oid("0.4.0.127.0.7.1.1.4.1.4"))
    assert SecurityInfos.load(listed(told)).signature_hash == "sha384"
    unknown = sequence(oid("2.23.136.1.1.5"), integer(1), oid("1.2.3"))
    assert SecurityInfos.load(listed(unknown)).signature_hash == ""


def test_a_key_for_3des_needs_no_variant_of_its_own():
    infos = SecurityInfos.load(listed(ChipKey(TRIPLE_DES, 13, 7, 7).infos()[1]))
    assert infos.keys
    assert not infos.chip_authentication


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_octets_at_random_are_a_list_or_a_card_error(data):
    for read in (
        SecurityInfos.load,
        SecurityInfos.from_dg14,
        SecurityInfos.from_card_security,
        elliptic_key,
        lambda octets: SecurityInfos.load(listed(octets)),
        lambda octets: SecurityInfos.load(listed(sequence(octets))),
    ):
        with contextlib.suppress(CardError):
            read(data)


@pytest.mark.parametrize(
    "data", [b"", b"\x31", b"\x31\x80\x00\x00", b"\x31\x84\xff\xff\xff\xff", b"\x30\x00"]
)
def test_a_list_that_is_none_is_a_lie(data):
    with pytest.raises(CardLied):
        SecurityInfos.load(data)
