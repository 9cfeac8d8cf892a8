"""The kinds of virtual cards: ATR, applications, free files, and how what they hold is guarded.

The files follow the standards (EF.DIR: ISO/IEC 7816-4 section 8.2.1.1; EF.ATR/INFO: 8.2.1.2; EF.CardAccess:
BSI TR-03110-3 A.1 and ICAO 9303-11 section 9.2). What a document says about its persona is put in by
simulator.card.issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.card.contents import EF_ATR, EF_CARD_ACCESS, EF_DIR, EMRTD
from simulator.card.der import boolean, integer, oid, sequence, set_of, tlv
from simulator.card.pace import Offer
from simulator.card.suites import AES_128, AES_256, TRIPLE_DES, Suite

EID = bytes.fromhex("E80704007F00070302")  # German eID application, BSI TR-03110-2 section 2.2
PPSE = b"2PAY.SYS.DDF01"  # EMV contactless, Book B
PSE = b"1PAY.SYS.DDF01"  # EMV contact, Book 1
GIROCARD = bytes.fromhex("D27600002545500200")
EGK_ROOT = bytes.fromhex("D2760001448000")  # gematik, object system of the eGK G2, MF
EGK_HCA = bytes.fromhex("D27600000102")  # gematik, DF.HCA
IAS_ECC = bytes.fromhex("A000000018434341")


def _info(identifier: str, *fields: bytes) -> bytes:
    return sequence(oid(identifier), *fields)


def _directory(*aids: bytes) -> bytes:
    return b"".join(tlv(0x61, tlv(0x4F, aid)) for aid in aids)


_BSI = "0.4.0.127.0.7.2.2"
_TERMINAL_AUTHENTICATION = _info(f"{_BSI}.2", integer(2))
_CHIP_AUTHENTICATION = _info(f"{_BSI}.3.2.2", integer(2), integer(65))
_CHIP_DOMAIN = _info(f"{_BSI}.3.2", sequence(oid("0.4.0.127.0.7.1.2"), integer(13)), integer(65))
_RESTRICTED_ID = _info(f"{_BSI}.5.2.3", sequence(integer(1), integer(1), boolean(True)))


def _locator(url: str) -> bytes:
    return _info(f"{_BSI}.6", tlv(0x16, url.encode()))


def _atr(body: bytes) -> bytes:
    """`body` with its check octet TCK (ISO/IEC 7816-3 section 8.2.5)."""
    check = 0
    for octet in body[1:]:
        check ^= octet
    return body + bytes((check,))


def _contactless(historical: str) -> bytes:
    """The ATR that PC/SC part 3 section 3.1.3.2.3 makes for a contactless card."""
    octets = bytes.fromhex(historical)
    return _atr(bytes((0x3B, 0x80 | len(octets), 0x80, 0x01)) + octets)


# EF.ATR/INFO (ISO/IEC 7816-4 section 8.2.1.2): full name, file and short identifiers; chaining and extended
# length; 32 KB at most either way.
_INFORMATION = tlv(0x47, bytes.fromhex("9401C0")) + tlv(0x7F66, integer(32768), integer(32768))


@dataclass(frozen=True)
class Profile:
    """One kind of card.

    `files`: free files of the master file by identifier. `document`: what of a persona it is, "" for cards
    that are nobody's; `persona`: whose it is unless told otherwise. `offers`, `bac`: ways to open it; `can`,
    `pin`: passwords besides the zone. `readable`: whether the eMRTD application can be read then.
    `chip_keys`: suites and curves for chip authentication, with curves named or written out; `active`: kind
    of key for active authentication, "", "rsa" or "ecdsa". `portrait`: "jpeg" or "jpeg2000"; `extensible`:
    whether it is stored after ISO/IEC 39794-5, not 19794-5. `replies`: fixed answers to whole command APDUs,
    for cards that speak a language of their own.
    """

    name: str
    title: str
    atr: bytes
    aids: tuple[bytes, ...] = ()
    files: dict[int, bytes] = field(default_factory=dict, hash=False)
    answers: bool = True
    document: str = ""
    persona: str = ""
    offers: tuple[Offer, ...] = ()
    bac: bool = False
    can: bool = False
    pin: bool = False
    readable: bool = True
    chip_keys: tuple[tuple[Suite, int], ...] = ()
    named_curves: bool = False
    active: str = ""
    portrait: str = "jpeg"
    extensible: bool = False
    replies: dict[bytes, bytes] = field(default_factory=dict, hash=False)


_NPA_ATR = _contactless("8031F873F741E0829000")
_EMRTD_ATR = _contactless("E1F35E117783D700")
_BANK_ATR = bytes.fromhex("3B6700000031C06477E303")  # contacts, T=0: without check octet
_EGK_ATR = _atr(bytes.fromhex("3BDD97FF81B1FE451F030064040508037396" + "9621D00090"))

_GM = Offer("GM", AES_128, 13)
_CAM = Offer("CAM", AES_128, 13)
_GM_P384 = Offer("GM", AES_256, 15)


def _german(name: str, title: str, locator: str) -> Profile:
    """A card with the German eID: recognised, opened with CAN or PIN, but never read by a kiosk."""
    infos = (
        _TERMINAL_AUTHENTICATION,
        _CHIP_AUTHENTICATION,
        _CHIP_DOMAIN,
        _GM.info(),
        _RESTRICTED_ID,
        _locator(locator),
    )
    return Profile(
        name,
        title,
        _NPA_ATR,
        (EID, EMRTD),
        {EF_DIR: _directory(EID, EMRTD), EF_ATR: _INFORMATION, EF_CARD_ACCESS: set_of(*infos)},
        document="id_card",
        persona="mustermann",
        offers=(_GM,),
        can=True,
        pin=True,
        readable=False,
        chip_keys=((AES_128, 13),),
    )


def _passport_gm(name: str, title: str = "Reisepass", *, extensible: bool = False) -> Profile:
    return Profile(
        name,
        title,
        _EMRTD_ATR,
        (EMRTD,),
        {EF_ATR: _INFORMATION, EF_CARD_ACCESS: set_of(_GM.info())},
        document="passport",
        persona="reisepass",
        offers=(_GM,),
        bac=True,
        chip_keys=((AES_128, 13),),
        active="ecdsa",
        extensible=extensible,
    )


def _health(name: str) -> Profile:
    return Profile(
        name,
        "Elektronische Gesundheitskarte",
        _EGK_ATR,
        (EGK_ROOT, EGK_HCA),
        {EF_DIR: _directory(EGK_ROOT, EGK_HCA)},
    )


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        _german("german_id", "Deutscher Personalausweis", "http://bsi.bund.de/cif/npa.xml"),
        _german("german_eat", "Elektronischer Aufenthaltstitel", "http://bsi.bund.de/cif/eat.xml"),
        _passport_gm("passport"),
        _passport_gm("passport_gm"),
        _passport_gm("passport_39794", "Reisepass (Lichtbild nach ISO/IEC 39794-5)", extensible=True),
        Profile(
            "passport_cam",
            "Reisepass (PACE-CAM)",
            _EMRTD_ATR,
            (EMRTD,),
            {EF_ATR: _INFORMATION, EF_CARD_ACCESS: set_of(_GM.info(), _CAM.info())},
            document="passport",
            persona="reisepass",
            offers=(_GM, _CAM),
            chip_keys=((AES_128, 13),),
            named_curves=True,
            portrait="jpeg2000",
        ),
        Profile(
            "passport_bac",
            "Reisepass (nur BAC)",
            _EMRTD_ATR,
            (EMRTD,),
            document="passport",
            persona="utopia",
            bac=True,
            chip_keys=((TRIPLE_DES, 13),),
            active="rsa",
        ),
        Profile(
            "foreign_id",
            "Ausländischer Personalausweis",
            _EMRTD_ATR,
            (EMRTD, IAS_ECC),
            {
                EF_DIR: _directory(EMRTD, IAS_ECC),
                EF_ATR: _INFORMATION,
                EF_CARD_ACCESS: set_of(_GM_P384.info()),
            },
            document="id_card",
            persona="utopia",
            offers=(_GM_P384,),
            can=True,
            chip_keys=((AES_256, 15),),
            named_curves=True,
            portrait="jpeg2000",
        ),
        Profile("bank", "Bankkarte", _BANK_ATR, (PPSE, PSE, GIROCARD)),
        _health("health"),
        _health("egk"),
        Profile("unknown", "Unbekannte Karte", _contactless("0A")),
        Profile("mute", "Karte, die nicht antwortet", _contactless("0B"), answers=False),
    )
}
