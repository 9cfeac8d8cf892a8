"""Names a card from what any card tells without authentication.

Sources: BSI TR-03110-2/-3 and TR-03127 (German eID), ICAO 9303-10 (eMRTD), ISO/IEC 7816-4 section 8.2
(EF.DIR), EMV Book 1 and Book B (payment), gematik's specification of the eGK.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hardware.ports import CardKind

EID = bytes.fromhex("E80704007F00070302")
EMRTD = bytes.fromhex("A0000002471001")
PAYMENT_CONTACTLESS = b"2PAY.SYS.DDF01"
PAYMENT_CONTACT = b"1PAY.SYS.DDF01"
HEALTH_ROOT = bytes.fromhex("D2760001448000")
HEALTH_INSURANCE = bytes.fromhex("D27600000102")

IDENTITY_APPLICATIONS = (EID, EMRTD)
EVERYDAY_APPLICATIONS = (PAYMENT_CONTACTLESS, PAYMENT_CONTACT, HEALTH_ROOT, HEALTH_INSURANCE)

_ICAO = bytes.fromhex("A000000247")  # RID of ICAO: these applications are in passports too
_PAYMENT_SCHEMES = tuple(
    bytes.fromhex(rid)
    for rid in (
        "A000000003",  # Visa
        "A000000004",  # Mastercard
        "A000000005",  # Maestro
        "A000000025",  # American Express
        "A000000152",  # Discover, Diners
        "A000000359",  # girocard
        "D276000025",  # girocard, electronic cash
    )
)
_GERMAN_NATIONAL = bytes.fromhex("D276")
_CARD_INFO_LOCATOR = bytes.fromhex("04007F0007020206")  # id-CI, TR-03110-3 section A.1.1.6


@dataclass(frozen=True)
class Look:
    """What a card told: answer to reset, applications it selected, EF.DIR and EF.CardAccess as read."""

    atr: bytes
    aids: frozenset[bytes] = frozenset()
    directory: bytes = b""
    card_access: bytes = b""


def classify(look: Look) -> CardKind:
    """The kind of card.

    A German residence permit is told from an identity card by the card information locator in
    EF.CardAccess; without a locator it passes as an identity card. A foreign identity card is told from
    a passport by applications in EF.DIR that are not ICAO's; one that has none passes as a passport.
    """
    named = set(named_applications(look.directory))
    aids = named | look.aids
    if EID in aids:
        return CardKind.GERMAN_EAT if b"eat.xml" in locator(look.card_access) else CardKind.GERMAN_ID
    if EMRTD in aids:
        others = [aid for aid in named if not aid.startswith(_ICAO)]
        return CardKind.FOREIGN_ID if others else CardKind.PASSPORT
    health = bool({HEALTH_ROOT, HEALTH_INSURANCE} & aids)
    bank = bool({PAYMENT_CONTACT, PAYMENT_CONTACTLESS} & aids) or any(
        aid.startswith(_PAYMENT_SCHEMES) for aid in named
    )
    if health != bank:
        return CardKind.HEALTH if health else CardKind.BANK
    if health or any(aid.startswith(_GERMAN_NATIONAL) for aid in named):
        return CardKind.BANK_OR_HEALTH
    return CardKind.UNKNOWN


def named_applications(directory: bytes) -> list[bytes]:
    """Application identifiers in EF.DIR (tag 4F, alone or in a template 61); rubbish is skipped."""
    aids: list[bytes] = []
    for tag, value in _elements(directory):
        if tag == 0x61:
            aids += named_applications(value)
        elif tag == 0x4F and value:
            aids.append(value)
    return aids


def locator(card_access: bytes) -> bytes:
    """The address in the card information locator of EF.CardAccess, b"" if there is none."""
    for tag, infos in _elements(card_access):
        if tag != 0x31:
            continue
        for _, info in _elements(infos):
            fields = list(_elements(info))
            if len(fields) > 1 and fields[0] == (0x06, _CARD_INFO_LOCATOR):
                return fields[1][1]
    return b""


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """BER-TLV elements with one-octet tags; ends at the first that is not whole or at padding."""
    at = 0
    while at + 2 <= len(data) and data[at] not in (0x00, 0xFF):
        tag, size, at = data[at], data[at + 1], at + 2
        if size in (0x81, 0x82):
            octets = size & 0x0F
            size, at = int.from_bytes(data[at : at + octets]), at + octets
        elif size > 0x7F:
            return
        if at + size > len(data):
            return
        yield tag, data[at : at + size]
        at += size
