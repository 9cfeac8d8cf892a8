"""What the virtual cards say before any authentication: ATR, applications, EF.DIR, EF.CardAccess.

The files follow the standards (EF.DIR: ISO/IEC 7816-4 section 8.2.1.1; EF.CardAccess: BSI TR-03110-3 A.1 and
ICAO 9303-11 section 9.2); no card holds anything about a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EID = bytes.fromhex("E80704007F00070302")  # German eID application, BSI TR-03110-2 section 2.2
EMRTD = bytes.fromhex("A0000002471001")  # ICAO 9303-10 section 3.11.1
PPSE = b"2PAY.SYS.DDF01"  # EMV contactless, Book B
PSE = b"1PAY.SYS.DDF01"  # EMV contact, Book 1
GIROCARD = bytes.fromhex("D27600002545500200")
EGK_ROOT = bytes.fromhex("D2760001448000")  # gematik, object system of the eGK G2, MF
EGK_HCA = bytes.fromhex("D27600000102")  # gematik, DF.HCA
IAS_ECC = bytes.fromhex("A000000018434341")


def tlv(tag: int, value: bytes) -> bytes:
    """One BER-TLV element with a one-octet tag."""
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    if size < 0x100:
        return bytes((tag, 0x81, size)) + value
    return bytes((tag, 0x82)) + size.to_bytes(2) + value


def oid(dotted: str) -> bytes:
    """A DER object identifier."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray((40 * first + second,))
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        body += bytes(reversed(groups))
    return tlv(0x06, bytes(body))


def _integer(value: int) -> bytes:
    return tlv(0x02, bytes((value,)))


def _info(identifier: str, *fields: bytes) -> bytes:
    return tlv(0x30, oid(identifier) + b"".join(fields))


def _card_access(*infos: bytes) -> bytes:
    return tlv(0x31, b"".join(infos))


def _directory(*aids: bytes) -> bytes:
    return b"".join(tlv(0x61, tlv(0x4F, aid)) for aid in aids)


_BSI = "0.4.0.127.0.7.2.2"
_TERMINAL_AUTHENTICATION = _info(f"{_BSI}.2", _integer(2))
_CHIP_AUTHENTICATION = _info(f"{_BSI}.3.2.2", _integer(2), _integer(65))
_PACE_GM_AES128 = _info(f"{_BSI}.4.2.2", _integer(2), _integer(13))
_PACE_CAM_AES128 = _info(f"{_BSI}.4.6.2", _integer(2), _integer(13))
_RESTRICTED_ID = _info(f"{_BSI}.5.2.3", tlv(0x30, _integer(1) + tlv(0x01, b"\xff")))


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


@dataclass(frozen=True)
class Profile:
    """One kind of card. `files`: elementary files of the master file by identifier."""

    name: str
    title: str
    atr: bytes
    aids: tuple[bytes, ...] = ()
    files: dict[int, bytes] = field(default_factory=dict)
    answers: bool = True


EF_DIR = 0x2F00
EF_ATR = 0x2F01
EF_CARD_ACCESS = 0x011C

_GERMAN_INFOS = (_TERMINAL_AUTHENTICATION, _CHIP_AUTHENTICATION, _PACE_GM_AES128, _RESTRICTED_ID)
_NPA_ATR = _contactless("8031F873F741E0829000")
_EMRTD_ATR = _contactless("E1F35E117783D700")
_BANK_ATR = bytes.fromhex("3B6700000031C06477E303")  # contacts, T=0: without check octet
_EGK_ATR = _atr(bytes.fromhex("3BDD97FF81B1FE451F030064040508037396" + "9621D00090"))

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "german_id",
            "Deutscher Personalausweis",
            _NPA_ATR,
            (EID, EMRTD),
            {
                EF_DIR: _directory(EID, EMRTD),
                EF_CARD_ACCESS: _card_access(*_GERMAN_INFOS, _locator("http://bsi.bund.de/cif/npa.xml")),
            },
        ),
        Profile(
            "german_eat",
            "Elektronischer Aufenthaltstitel",
            _NPA_ATR,
            (EID, EMRTD),
            {
                EF_DIR: _directory(EID, EMRTD),
                EF_CARD_ACCESS: _card_access(*_GERMAN_INFOS, _locator("http://bsi.bund.de/cif/eat.xml")),
            },
        ),
        Profile(
            "passport",
            "Reisepass",
            _EMRTD_ATR,
            (EMRTD,),
            {EF_CARD_ACCESS: _card_access(_PACE_GM_AES128, _PACE_CAM_AES128)},
        ),
        Profile(
            "foreign_id",
            "Ausländischer Personalausweis",
            _EMRTD_ATR,
            (EMRTD, IAS_ECC),
            {EF_DIR: _directory(EMRTD, IAS_ECC), EF_CARD_ACCESS: _card_access(_PACE_GM_AES128)},
        ),
        Profile("bank", "Bankkarte", _BANK_ATR, (PPSE, PSE, GIROCARD)),
        Profile(
            "health",
            "Elektronische Gesundheitskarte",
            _EGK_ATR,
            (EGK_ROOT, EGK_HCA),
            {EF_DIR: _directory(EGK_ROOT, EGK_HCA)},
        ),
        Profile("unknown", "Unbekannte Karte", _contactless("0A")),
        Profile("mute", "Karte, die nicht antwortet", _contactless("0B"), answers=False),
    )
}
