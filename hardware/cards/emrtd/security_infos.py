"""What a chip says it can do: EF.CardAccess, EF.CardSecurity and DG14 (ICAO 9303-11 section 9.2).

The object identifiers are compared in their encoded form; all of them share the BSI's prefix.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware.cards import tlv
from hardware.cards.emrtd import ec
from hardware.cards.emrtd.signatures import PublicKey
from hardware.cards.iso7816 import CardLied, CardUnsupported

_PACE = bytes.fromhex("04007F0007020204")
_CHIP_AUTHENTICATION = bytes.fromhex("04007F0007020203")
_PUBLIC_KEY = bytes.fromhex("04007F0007020201")
_ACTIVE_AUTHENTICATION = bytes.fromhex("678108010105")  # 2.23.136.1.1.5
_PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1."
_STANDARDISED_CURVE = "0.4.0.127.0.7.1.2"

ECDH_GENERIC = 2
ECDH_CHIP = 6
_MAPPINGS = {1: "DH-GM", 2: "ECDH-GM", 3: "DH-IM", 4: "ECDH-IM", 6: "ECDH-CAM"}
_CIPHERS = {1: "3DES-CBC-CBC", 2: "AES-CBC-CMAC-128", 3: "AES-CBC-CMAC-192", 4: "AES-CBC-CMAC-256"}
ECDH = 2

# Table of standardised domain parameters, section 9.5.1; 0 to 2 are groups of numbers, not curves.
_STANDARD_CURVES = {
    8: "1.2.840.10045.3.1.1",  # NIST P-192
    9: "1.3.36.3.3.2.8.1.1.3",  # brainpoolP192r1
    10: "1.3.132.0.33",  # NIST P-224
    11: "1.3.36.3.3.2.8.1.1.5",  # brainpoolP224r1
    12: "1.2.840.10045.3.1.7",  # NIST P-256
    13: "1.3.36.3.3.2.8.1.1.7",  # brainpoolP256r1
    14: "1.3.36.3.3.2.8.1.1.9",  # brainpoolP320r1
    15: "1.3.132.0.34",  # NIST P-384
    16: "1.3.36.3.3.2.8.1.1.11",  # brainpoolP384r1
    17: "1.3.36.3.3.2.8.1.1.13",  # brainpoolP512r1
    18: "1.3.132.0.35",  # NIST P-521
}


@dataclass(frozen=True)
class PaceInfo:
    """One variant of PACE: `mapping` and `cipher` are the last arcs of its identifier."""

    oid: bytes
    mapping: int
    cipher: int
    parameter_id: int | None

    @property
    def name(self) -> str:
        """Such as "PACE-ECDH-GM-AES-CBC-CMAC-128"."""
        return f"PACE-{_MAPPINGS.get(self.mapping, '?')}-{_CIPHERS.get(self.cipher, '?')}"


@dataclass(frozen=True)
class ChipAuthenticationInfo:
    """One variant of chip authentication: key agreement (2: ECDH) and cipher are the last arcs of its OID."""

    oid: bytes
    agreement: int
    cipher: int
    key_id: int | None


@dataclass(frozen=True)
class ChipKey:
    """A static public key of the chip. `agreement`: 1: DH, 2: ECDH; `info`: DER SubjectPublicKeyInfo."""

    agreement: int
    info: bytes
    key_id: int | None


@dataclass(frozen=True)
class SecurityInfos:
    """Those of the infos that this reader acts on. `signature`: OID of active authentication with ECDSA."""

    pace: tuple[PaceInfo, ...] = ()
    chip_authentication: tuple[ChipAuthenticationInfo, ...] = ()
    keys: tuple[ChipKey, ...] = ()
    signature: str = ""

    @classmethod
    def load(cls, data: bytes) -> SecurityInfos:
        """From a SET OF SecurityInfo. Raises CardLied when it is none; infos of other kinds are skipped."""
        try:
            return cls._load(tlv.only(data, 0x31))
        except ValueError as error:
            raise CardLied("The card's list of protocols is not built as the standard says.") from error

    @classmethod
    def from_card_security(cls, data: bytes) -> SecurityInfos:
        """From EF.CardSecurity, the signed copy; its signature is not checked here. Raises CardLied."""
        try:
            inner = tlv.first(data, 0x30, 0xA0, 0x30, 0x30, 0xA0, 0x04)
        except ValueError:
            inner = None
        if inner is None:
            raise CardLied("EF.CardSecurity holds no signed list of protocols.")
        return cls.load(inner)

    @classmethod
    def from_dg14(cls, data: bytes) -> SecurityInfos:
        """From data group 14 (tag 6E). Raises CardLied."""
        try:
            inner = tlv.only(data, 0x6E)
        except ValueError:
            raise CardLied("DG14 is not built as the standard says.") from None
        return cls.load(inner)

    @classmethod
    def _load(cls, infos: bytes) -> SecurityInfos:
        pace, authentication, keys, signature = [], [], [], ""
        for info in tlv.elements(infos):
            parts = tlv.elements(info.value)
            if info.tag != 0x30 or len(parts) < 2 or parts[0].tag != 0x06:
                raise ValueError("A SecurityInfo is a sequence that begins with an object identifier.")
            oid, required, optional = parts[0].value, parts[1], _number(parts[2:3])
            arcs = oid[len(_PACE) :]
            if oid.startswith(_PACE) and len(arcs) == 2:
                pace.append(PaceInfo(oid, arcs[0], arcs[1], optional))
            elif oid.startswith(_CHIP_AUTHENTICATION) and len(arcs) == 2:
                authentication.append(ChipAuthenticationInfo(oid, arcs[0], arcs[1], optional))
            elif oid.startswith(_PUBLIC_KEY) and len(arcs) == 1:
                keys.append(ChipKey(arcs[0], tlv.encode(required.tag, required.value), optional))
            elif oid == _ACTIVE_AUTHENTICATION and len(parts) > 2 and parts[2].tag == 0x06:
                signature = tlv.dotted(parts[2].value)
        return cls(tuple(pace), tuple(authentication), tuple(keys), signature)

    @property
    def signature_hash(self) -> str:
        """The digest of active authentication with ECDSA ("sha256"), "" when not told or unknown."""
        names = {"1": "sha1", "2": "sha224", "3": "sha256", "4": "sha384", "5": "sha512"}
        if not self.signature.startswith(_PLAIN_ECDSA):
            return ""
        return names.get(self.signature.removeprefix(_PLAIN_ECDSA), "")


def standard_curve(parameter_id: int | None) -> ec.NamedCurve:
    """The curve of a standardised domain parameter. Raises CardUnsupported."""
    oid = _STANDARD_CURVES.get(-1 if parameter_id is None else parameter_id)
    if oid is None:
        raise CardUnsupported("The card wants domain parameters that this reader does not know.")
    return ec.CURVES[oid]


def elliptic_key(info: bytes) -> tuple[ec.NamedCurve, bytes]:
    """Curve and encoded point of a SubjectPublicKeyInfo, its curve named, standardised or spelt out.

    Raises CardLied for bytes that are none, CardUnsupported for a curve of no standard.
    """
    try:
        key = PublicKey.load(info)
        if key.algorithm.oid == _STANDARDISED_CURVE:
            number = int.from_bytes(tlv.only(key.algorithm.parameters, 0x02))
            return standard_curve(number), key.key
        return ec.curve_of(key.algorithm.parameters), key.key
    except ec.UnknownCurve as error:
        raise CardUnsupported(str(error)) from error
    except ValueError as error:
        raise CardLied("A public key of the card is not built as the standard says.") from error


def _number(parts: list[tlv.Element]) -> int | None:
    if not parts or parts[0].tag != 0x02 or not 1 <= len(parts[0].value) <= 4:
        return None
    return int.from_bytes(parts[0].value)
