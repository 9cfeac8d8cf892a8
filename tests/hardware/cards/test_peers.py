"""Our reader and the simulated chips, each against an implementation of PACE that is none of ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware.cards.emrtd.document import read_document
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret, Secret
from hardware.cards.iso7816 import WrongSecret
from simulator.card import PROFILES, PersonalChip, make_chip
from simulator.card.contents import EF_CARD_ACCESS, EMRTD, FILES
from simulator.card.der import set_of
from simulator.card.pace import Offer
from simulator.card.suites import AES_128, AES_192, AES_256, TRIPLE_DES
from tests.hardware.cards.openpace import PaceChip, PaceTerminal, Refused, zone

BRAINPOOL_192, P224, BRAINPOOL_224, P256, BRAINPOOL_256 = 9, 10, 11, 12, 13
BRAINPOOL_320, P384, BRAINPOOL_384, BRAINPOOL_512, P521 = 14, 15, 16, 17, 18
VARIANTS = [
    Offer("GM", AES_128, BRAINPOOL_256),
    Offer("GM", TRIPLE_DES, BRAINPOOL_256),
    Offer("GM", AES_128, P256),
    Offer("GM", AES_192, BRAINPOOL_384),
    Offer("GM", AES_256, P384),
    Offer("GM", AES_256, BRAINPOOL_512),
    Offer("GM", AES_256, P521),
    Offer("GM", AES_128, P224),
    Offer("GM", TRIPLE_DES, BRAINPOOL_192),
    Offer("GM", AES_128, BRAINPOOL_224),
    Offer("GM", AES_192, BRAINPOOL_320),
]
NAMES = [f"{offer.suite.name} on {offer.domain}" for offer in VARIANTS]
WANTED = ("COM", "SOD", "DG1", "DG2")


def other_can(can: str) -> str:
    return f"{(int(can) + 1) % 1_000_000:06d}"


def our_chip(offer: Offer) -> PersonalChip:
    """Utopia's identity card with another way to open it."""
    profile = PROFILES["foreign_id"]
    files = profile.files | {EF_CARD_ACCESS: set_of(offer.info())}
    return make_chip(replace(profile, offers=(offer,), files=files))


def their_chip(offer: Offer, kind: str) -> tuple[PaceChip, Secret, dict[str, bytes]]:
    """A chip of libeac's with the same data, and what opens it."""
    document = our_chip(offer).document
    assert document is not None
    files = {name: document.files[name] for name in WANTED}
    secret: Secret = CanSecret(document.can) if kind == "can" else MrzSecret.from_lines(document.mrz)
    chip = PaceChip(
        set_of(offer.info()),
        {FILES[name]: content for name, content in files.items()},
        kind,
        document.can if kind == "can" else zone(document.mrz),
        EMRTD,
    )
    return chip, secret, files


@pytest.mark.parametrize("kind", ["mrz", "can"])
@pytest.mark.parametrize("offer", VARIANTS, ids=NAMES)
def test_our_reader_opens_and_reads_a_chip_of_openpace(offer: Offer, kind: str) -> None:
    chip, secret, files = their_chip(offer, kind)
    document = read_document(chip.transmit, secret, wanted=WANTED)
    assert document.access == f"pace-{kind}"
    assert document.files == files


@pytest.mark.parametrize("offer", VARIANTS[:2], ids=NAMES[:2])
def test_a_chip_of_openpace_refuses_our_reader_with_a_wrong_access_number(offer: Offer) -> None:
    chip, secret, _ = their_chip(offer, "can")
    assert isinstance(secret, CanSecret)
    with pytest.raises(WrongSecret):
        read_document(chip.transmit, CanSecret(other_can(secret.can)))


@pytest.mark.parametrize("kind", ["mrz", "can"])
@pytest.mark.parametrize("offer", VARIANTS, ids=NAMES)
def test_openpace_opens_and_reads_our_chip(offer: Offer, kind: str) -> None:
    chip = our_chip(offer)
    assert chip.document is not None
    secret = chip.document.can if kind == "can" else zone(chip.document.mrz)
    terminal = PaceTerminal(chip.transmit)
    terminal.open(offer.value, kind, secret)
    terminal.select(b"\x04\x0c", EMRTD)
    assert terminal.read(0x01) == chip.document.files["DG1"]
    assert terminal.read(0x02) == chip.document.files["DG2"]


def test_our_chip_refuses_openpace_with_a_wrong_access_number() -> None:
    chip = our_chip(VARIANTS[0])
    assert chip.document is not None
    terminal = PaceTerminal(chip.transmit)
    with pytest.raises(Refused, match="6300"):
        terminal.open(VARIANTS[0].value, "can", other_can(chip.document.can))


@pytest.mark.parametrize("kind", ["can", "pin", "puk", "mrz"])
def test_openpace_opens_our_german_identity_card_and_finds_nothing_about_anyone(kind: str) -> None:
    chip = make_chip("german_id")
    document = chip.document
    assert document is not None
    secrets = {"can": document.can, "pin": document.pin, "puk": document.puk, "mrz": zone(document.mrz)}
    terminal = PaceTerminal(chip.transmit)
    terminal.open(PROFILES["german_id"].offers[0].value, kind, secrets[kind])
    for application in PROFILES["german_id"].aids:
        terminal.select(b"\x04\x0c", application)
        for short in range(1, 0x1F):
            with pytest.raises(Refused, match=r"6982|6A82"):
                terminal.read(short)
