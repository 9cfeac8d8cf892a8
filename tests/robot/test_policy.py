"""Who may be read: every refusal names its paragraph, and nothing else in the robot reads a chip."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from dialogs.texts import Texts
from hardware.cards import PcscReader
from hardware.ports import CanKey, CardKind, MrzKey, ReadFailed, ReadFault
from robot.policy import ATTENDED, UNATTENDED, ChipPolicy, NotAllowed
from robot.settings import Cards
from tests import musterstadt

ROOT = Path(__file__).resolve().parents[2]
TOWN_DEFAULT = Cards().policy()
KEYS = (MrzKey("T22000129", "640812", "101031"), CanKey("123456"))


@pytest.fixture(scope="module")
def texts() -> Texts:
    return musterstadt.texts()


@pytest.mark.parametrize(
    "kind,law",
    [
        (CardKind.GERMAN_ID, "§ 18a PAuswG"),
        (CardKind.GERMAN_EAT, "§ 78 Abs. 5 AufenthG mit § 18a PAuswG"),
        (CardKind.PASSPORT, "§ 16a PassG"),
        (CardKind.FOREIGN_ID, "Art. 6 Abs. 1 DSGVO"),
        (CardKind.BANK, "Art. 5 Abs. 1 Buchst. c DSGVO"),
        (CardKind.HEALTH, "Art. 5 Abs. 1 Buchst. c DSGVO"),
        (CardKind.UNKNOWN, "Art. 5 Abs. 1 Buchst. c DSGVO"),
    ],
)
def test_a_kiosk_on_its_own_reads_nobody_unless_the_town_says_so_and_names_the_paragraph(
    kind: CardKind, law: str
) -> None:
    refusal = TOWN_DEFAULT.refusal(kind, attended=False)
    assert refusal is not None
    assert refusal.law == law
    assert law in str(refusal)


@pytest.mark.parametrize("kind", sorted(CardKind, key=lambda kind: kind.value))
def test_every_refusal_has_its_sentence_and_that_of_an_identity_document_says_the_paragraph(
    kind: CardKind, texts: Texts
) -> None:
    refusal = TOWN_DEFAULT.refusal(kind, attended=False)
    assert refusal is not None
    sentence = texts.get("de", refusal.key, law=refusal.law)
    assert (refusal.law in sentence) is (kind in ATTENDED)


def test_18a_pauswg_an_identity_card_tells_what_happens_instead(texts: Texts) -> None:
    for kind in (CardKind.GERMAN_ID, CardKind.GERMAN_EAT):
        refusal = TOWN_DEFAULT.refusal(kind, attended=False)
        assert refusal is not None
        sentence = texts.get("de", refusal.key, law=refusal.law)
        assert "§ 18a PAuswG" in sentence
        assert "Kamera" in sentence
        assert "Bürgerbüro" in sentence


@pytest.mark.parametrize("kind", [CardKind.GERMAN_ID, CardKind.GERMAN_EAT])
def test_18a_pauswg_no_town_can_let_a_kiosk_on_its_own_read_an_identity_card(kind: CardKind) -> None:
    with pytest.raises(ValueError, match="§ 18a PAuswG"):
        ChipPolicy([kind], [])
    with pytest.raises(ValueError, match="§ 18a PAuswG"):
        Cards.model_validate({"allow_unattended": [kind.value]})


def test_no_town_can_let_bank_cards_be_read_even_with_a_clerk() -> None:
    with pytest.raises(ValueError, match="DSGVO"):
        Cards.model_validate({"allow_attended": ["bank"]})


def test_16a_passg_a_town_that_allows_passports_has_them_read_and_nothing_else() -> None:
    policy = Cards.model_validate({"allow_unattended": ["passport"]}).policy()
    assert policy.readable(attended=False) == {CardKind.PASSPORT}
    assert policy.refusal(CardKind.PASSPORT, attended=False) is None
    assert policy.refusal(CardKind.FOREIGN_ID, attended=False) is not None


def test_a_clerk_standing_by_widens_it_by_what_the_town_says() -> None:
    assert TOWN_DEFAULT.readable(attended=True) == UNATTENDED
    with_clerk = TOWN_DEFAULT.refusal(CardKind.GERMAN_ID, attended=True)
    assert with_clerk is not None
    assert with_clerk.law == "§ 18a PAuswG"
    office = Cards.model_validate({"allow_attended": ["german_id"]}).policy()
    assert office.refusal(CardKind.GERMAN_ID, attended=True) is None
    assert office.refusal(CardKind.GERMAN_ID, attended=False) is not None


@pytest.mark.parametrize("key", KEYS)
async def test_18a_pauswg_whatever_key_is_given_the_reader_is_not_even_asked(key: MrzKey | CanKey) -> None:
    with pytest.raises(NotAllowed, match="§ 18a PAuswG"):
        await TOWN_DEFAULT.read(
            PcscReader("none"), "", CardKind.GERMAN_ID, key, attended=True, on=date(2026, 11, 22)
        )


async def test_what_is_allowed_is_asked_of_the_reader() -> None:
    with pytest.raises(ReadFailed) as failed:
        await TOWN_DEFAULT.read(
            PcscReader("none"), "", CardKind.PASSPORT, KEYS[0], attended=True, on=date(2026, 11, 22)
        )
    assert failed.value.fault is ReadFault.GONE


def test_only_the_policy_asks_a_reader_to_read() -> None:
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "robot").rglob("*.py")
        if re.search(r"cards\.read\(|read_document\(", path.read_text(encoding="utf-8"))
    }
    assert callers == {"robot/policy.py"}
