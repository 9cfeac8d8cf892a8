"""Which card is it? From what any card tells, without authentication."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.cards.kinds import EID, EMRTD, HEALTH_ROOT, PAYMENT_CONTACT, Look, classify, named_applications
from hardware.ports import CardKind

# EF.CardAccess with one PACEInfo and a card information locator, written down octet by octet.
PACE_INFO = bytes.fromhex("3012060A04007F0007020204020202010202010D")
LOCATOR = bytes.fromhex("302A060804007F0007020206161E") + b"http://bsi.bund.de/cif/npa.xml"
CARD_ACCESS = bytes((0x31, len(PACE_INFO + LOCATOR))) + PACE_INFO + LOCATOR


def directory(*aids: bytes) -> bytes:
    return b"".join(bytes((0x61, len(aid) + 2, 0x4F, len(aid))) + aid for aid in aids)


def look(*aids: bytes, ef_dir: bytes = b"", access: bytes = b"") -> Look:
    return Look(b"\x3b\x80\x80\x01\x01", frozenset(aids), ef_dir, access)


@pytest.mark.parametrize(
    "seen,kind",
    [
        (look(EID, access=CARD_ACCESS), CardKind.GERMAN_ID),
        (look(ef_dir=directory(EID)), CardKind.GERMAN_ID),
        (look(EID, access=CARD_ACCESS.replace(b"npa", b"eat")), CardKind.GERMAN_EAT),
        (look(EMRTD), CardKind.PASSPORT),
        (look(EMRTD, ef_dir=directory(bytes.fromhex("A0000002472001"))), CardKind.PASSPORT),
        (look(EMRTD, ef_dir=directory(EMRTD, bytes.fromhex("A000000018434341"))), CardKind.FOREIGN_ID),
        (look(PAYMENT_CONTACT), CardKind.BANK),
        (look(ef_dir=directory(bytes.fromhex("A0000000031010"))), CardKind.BANK),
        (look(HEALTH_ROOT), CardKind.HEALTH),
        (look(HEALTH_ROOT, PAYMENT_CONTACT), CardKind.BANK_OR_HEALTH),
        (look(ef_dir=directory(bytes.fromhex("D27600012401"))), CardKind.BANK_OR_HEALTH),
        (look(), CardKind.UNKNOWN),
    ],
)
def test_a_card_is_named_by_its_applications(seen: Look, kind: CardKind) -> None:
    assert classify(seen) is kind


def test_an_application_identifier_outside_a_template_counts_too() -> None:
    assert named_applications(b"\x4f\x09" + EID) == [EID]


def test_padding_ends_the_directory() -> None:
    assert named_applications(directory(EID) + b"\xff" * 20) == [EID]


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_rubbish_on_a_chip_never_stops_the_robot(ef_dir: bytes, access: bytes) -> None:
    assert isinstance(classify(look(EID, ef_dir=ef_dir, access=access)), CardKind)
