"""Names a card from what any card tells without authentication.

Sources: BSI TR-03110-2/-3 and TR-03127 (German eID), ICAO 9303-10 (eMRTD), ISO/IEC 7816-3 section 8.2 (answer
to reset), ISO/IEC 7816-4 section 8.2 (EF.DIR), EMV Book 1 and Book B (payment), gematik's object systems of
eGK, HBA and SMC-B, DIN 66291-4 and EN 14890 (signature), PC/SC part 3 section 3.1.3.2.3 with its supplement
(memory cards), the KA specification of the German public transport (ticket), ETSI TS 102 221 (SIM).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hardware.cards.iso7816 import Transmit
from hardware.cards.tlv import TlvError, measure
from hardware.ports import CardKind

EID = bytes.fromhex("E80704007F00070302")
EMRTD = bytes.fromhex("A0000002471001")
PAYMENT_CONTACTLESS = b"2PAY.SYS.DDF01"
PAYMENT_CONTACT = b"1PAY.SYS.DDF01"
HEALTH_ROOT = bytes.fromhex("D2760001448000")  # eGK, MF
HEALTH_INSURANCE = bytes.fromhex("D27600000102")  # eGK, DF.HCA
HEALTH_PROFESSIONAL = bytes.fromhex("D27600014601")  # HBA, MF
HEALTH_INSTITUTION = bytes.fromhex("D27600014606")  # SMC-B, MF
TICKET = bytes.fromhex("D2760001354B414E4D303100")  # VDV core application
USIM = bytes.fromhex("A0000000871002")
ESIGN = bytes.fromhex("A000000167455349474E")
ESIGN_DESCRIPTION = bytes.fromhex("E828BD080FA000000167455349474E")  # ISO/IEC 7816-15 directory of ESIGN
DIN_SIGNATURE = bytes.fromhex("D27600006601")
NETKEY = bytes.fromhex("D27600000301")
IDKEY = bytes.fromhex("D2760000030C01")

IDENTITY_APPLICATIONS = (EID, EMRTD)
# In this order: eGK and HBA carry the signature applications too.
EVERYDAY_APPLICATIONS = (
    PAYMENT_CONTACTLESS,
    PAYMENT_CONTACT,
    HEALTH_ROOT,
    HEALTH_INSURANCE,
    HEALTH_PROFESSIONAL,
    HEALTH_INSTITUTION,
    TICKET,
    USIM,
    ESIGN,
    DIN_SIGNATURE,
    NETKEY,
    IDKEY,
)


@dataclass(frozen=True)
class Probe:
    """A command that one family of cards alone answers so: `answer` begins the status (SW1 SW2)."""

    name: str
    command: bytes
    answer: bytes
    contacts: bool


DESFIRE = "desfire"
GSM = "gsm"

PROBES = (
    # The first frame of GetVersion: maker and memory size. The serial number is in the third, not asked for.
    Probe(DESFIRE, bytes.fromhex("9060000000"), bytes.fromhex("91AF"), contacts=False),
    Probe(GSM, bytes.fromhex("A0A40000027F20"), bytes.fromhex("9F"), contacts=True),  # GSM 11.11, DF.GSM
)

_ICAO = bytes.fromhex("A000000247")  # RID of ICAO: these applications are in passports too
_PAYMENT = (
    PAYMENT_CONTACT,
    PAYMENT_CONTACTLESS,
    bytes.fromhex("A000000003"),  # Visa
    bytes.fromhex("A000000004"),  # Mastercard
    bytes.fromhex("A000000005"),  # Maestro
    bytes.fromhex("A000000025"),  # American Express
    bytes.fromhex("A000000152"),  # Discover, Diners
    bytes.fromhex("A000000359"),  # girocard
    bytes.fromhex("D276000025"),  # girocard, electronic cash
)
# Beginnings of application identifiers, the telling ones first.
_BY_APPLICATION = (
    ((bytes.fromhex("D276000146"),), CardKind.HEALTH_PROFESSIONAL),
    ((HEALTH_ROOT, HEALTH_INSURANCE), CardKind.HEALTH),
    (_PAYMENT, CardKind.BANK),
    ((bytes.fromhex("D276000135"), bytes.fromhex("A000000291"), b"1TIC.ICA"), CardKind.TRANSPORT),
    ((bytes.fromhex("A000000087"), bytes.fromhex("A000000009")), CardKind.SIM),  # 3GPP, ETSI
    (
        (
            ESIGN,
            ESIGN_DESCRIPTION,
            DIN_SIGNATURE,
            NETKEY,
            IDKEY,
            bytes.fromhex("A0000002455369676E"),  # ESIGN of STARCOS cards
            bytes.fromhex("D27600012401"),  # OpenPGP card
        ),
        CardKind.SIGNATURE,
    ),
    ((bytes.fromhex("D276000085"),), CardKind.STORAGE),  # NXP: DESFire, NFC Forum tags
    ((bytes.fromhex("D276"),), CardKind.BANK_OR_HEALTH),  # some other German provider
)
_CARD_INFO_LOCATOR = bytes.fromhex("04007F0007020206")  # id-CI, TR-03110-3 section A.1.1.6
_STORAGE_RID = bytes.fromhex("A000000306")  # PC/SC workgroup
_DESFIRE_HISTORICAL = b"\x80"  # also NTAG 424; a category indicator that nothing follows


@dataclass(frozen=True)
class Look:
    """What a card told: answer to reset, applications it selected, EF.DIR and EF.CardAccess as read.

    `answers`: names of the probes it answered.
    """

    atr: bytes
    aids: frozenset[bytes] = frozenset()
    directory: bytes = b""
    card_access: bytes = b""
    answers: frozenset[str] = frozenset()


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
    kinds = [kind for beginnings, kind in _BY_APPLICATION if any(aid.startswith(beginnings) for aid in aids)]
    if {CardKind.BANK, CardKind.HEALTH} <= set(kinds):
        return CardKind.BANK_OR_HEALTH
    if kinds:
        return kinds[0]
    if GSM in look.answers:
        return CardKind.SIM
    if DESFIRE in look.answers or storage_card(look.atr) or historical(look.atr) == _DESFIRE_HISTORICAL:
        return CardKind.STORAGE
    return CardKind.UNKNOWN


def probed(transmit: Transmit, *, block_protocol: bool) -> frozenset[str]:
    """The names of the probes that a card answers.

    Args:
        transmit: sends a command APDU and returns the response APDU; its errors pass through.
        block_protocol: T=1 or contactless; probes for cards with contacts go out with T=0 only.
    """
    return frozenset(
        probe.name
        for probe in PROBES
        if probe.contacts is not block_protocol and transmit(probe.command)[-2:].startswith(probe.answer)
    )


def storage_card(atr: bytes) -> bool:
    """Whether the reader's driver says: a memory card (MIFARE, ICODE, FeliCa), which knows no commands."""
    told = historical(atr)
    return told[:2] == b"\x80\x4f" and told[3:8] == _STORAGE_RID


def historical(atr: bytes) -> bytes:
    """The historical bytes of an answer to reset, b"" if it is cut off (ISO/IEC 7816-3, section 8.2)."""
    if len(atr) < 2:
        return b""
    count, follows, at = atr[1] & 0x0F, atr[1] >> 4, 2
    while follows:
        at += (follows & 0x07).bit_count()
        if not follows & 0x08:
            break
        if at >= len(atr):
            return b""
        follows = atr[at] >> 4
        at += 1
    told = atr[at : at + count]
    return told if len(told) == count else b""


def named_applications(directory: bytes) -> list[bytes]:
    """Application identifiers in EF.DIR (tag 4F, alone or in a template 61); rubbish is skipped."""
    aids: list[bytes] = []
    for tag, value in _elements(directory):
        inside = _elements(value) if tag == 0x61 else iter(((tag, value),))
        aids += [aid for kind, aid in inside if kind == 0x4F and aid]
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
    """BER-TLV elements; ends at the first that is not whole or at padding."""
    at = 0
    while at < len(data) and data[at] not in (0x00, 0xFF):
        try:
            tag, header, size = measure(data, at)
        except TlvError:
            return
        begin, at = at + header, at + header + size
        if at > len(data):
            return
        yield tag, data[begin:at]
