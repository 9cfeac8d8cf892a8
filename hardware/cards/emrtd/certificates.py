"""X.509 certificates of document signers and issuers (ICAO 9303-12 section 7).

Parsed with asn1crypto, because issuers use explicit curve parameters and encodings that strict libraries
reject; everything is taken out at once, so that a broken certificate is found when it is loaded.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from asn1crypto import x509

from hardware.cards import tlv
from hardware.cards.emrtd import signatures

LARGEST = 64 * 1024  # octets; real ones have one to four thousand
_SHORT = {
    "common_name": "CN",
    "organizational_unit_name": "OU",
    "organization_name": "O",
    "country_name": "C",
    "serial_number": "SERIALNUMBER",
    "locality_name": "L",
    "state_or_province_name": "ST",
}


class CertificateError(ValueError):
    """Bytes that are no usable certificate; the message is one sentence."""


@dataclass(frozen=True)
class Certificate:
    """A certificate taken apart.

    `subject`, `issuer`: for people to read (CN=…, C=…). `subject_key`, `issuer_key`: the names folded for
    comparison (RFC 5280 section 7.1), their parts in no order. `key_id`, `issuer_key_id`: subject and
    authority key identifier, b"" when absent. `ca`: basic constraints, None when the extension is absent.
    `may_sign_certificates`, `may_sign_data`: key usage, True when the extension is absent. `purposes`:
    extended key usage, dotted.
    """

    der: bytes
    subject: str
    issuer: str
    subject_key: str
    issuer_key: str
    country: str
    serial: int
    not_before: datetime
    not_after: datetime
    key_id: bytes
    issuer_key_id: bytes
    ca: bool | None
    may_sign_certificates: bool
    may_sign_data: bool
    purposes: frozenset[str]
    key: signatures.PublicKey
    algorithm: signatures.Algorithm
    signature: bytes
    signed_part: bytes

    @classmethod
    def load(cls, der: bytes) -> Certificate:
        """From DER. Raises CertificateError for anything else."""
        if len(der) > LARGEST:
            raise CertificateError(f"A certificate of {len(der)} octets is larger than any issuer's.")
        try:
            tlv.check_depth(der)
            return cls(**_outer(der), **_inner(der))
        except Exception as error:  # the parser is lazy and raises whatever a broken field leads it to
            reason = str(error) if isinstance(error, tlv.TlvError) else "A field of it is broken."
            raise CertificateError(f"This is no certificate: {reason}") from error

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, in hex."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name."""
        return self.subject_key == self.issuer_key

    def valid_on(self, day: date) -> bool:
        """Whether a day (UTC) lies in the validity period, both ends included."""
        return self.not_before.date() <= day <= self.not_after.date()

    def names_as_issuer(self, other: Certificate) -> bool:
        """Whether `other` may be the issuer: same name, or the key identifier this certificate asks for."""
        same_key = bool(self.issuer_key_id) and self.issuer_key_id == other.key_id
        return same_key or self.issuer_key == other.subject_key

    def names_key_of(self, other: Certificate) -> bool:
        """Whether `other` is named as issuer by name and by the digest of its key: no other key is meant.

        The digest is SHA-1 of the key's octets (RFC 5280 section 4.2.1.2, method 1).
        """
        digest = hashlib.sha1(other.key.key, usedforsecurity=False).digest()
        return self.issuer_key == other.subject_key and self.issuer_key_id == other.key_id == digest

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the signature was made with the issuer's key. Raises signatures.Unsupported."""
        try:
            return signatures.verify(issuer.key, self.algorithm, self.signature, self.signed_part)
        except tlv.TlvError as error:
            raise signatures.Unsupported(f"The key or algorithm of a signature is broken: {error}") from error


def _outer(der: bytes) -> dict[str, Any]:
    tag, header, size = tlv.measure(der)
    if tag != 0x30 or header + size != len(der):
        raise tlv.TlvError("It is not one DER sequence.")
    parts = tlv.elements(der[header:])
    if [part.tag for part in parts] != [0x30, 0x30, 0x03] or parts[2].value[:1] != b"\x00":
        raise tlv.TlvError("It does not consist of contents, algorithm and signature.")
    _, inner_header, inner_size = tlv.measure(der, header)
    return {
        "der": bytes(der),
        "signed_part": bytes(der[header : header + inner_header + inner_size]),
        "algorithm": signatures.Algorithm.load(parts[1].value),
        "signature": parts[2].value[1:],
    }


def _inner(der: bytes) -> dict[str, Any]:
    parsed = x509.Certificate.load(der, strict=True)
    body = parsed["tbs_certificate"]
    constraints = parsed.basic_constraints_value
    usage = parsed.key_usage_value.native if parsed.key_usage_value is not None else None
    purposes = parsed.extended_key_usage_value
    authority = parsed.authority_key_identifier_value
    return {
        "subject": readable(parsed.subject),
        "issuer": readable(parsed.issuer),
        "subject_key": _folded(parsed.subject),
        "issuer_key": _folded(parsed.issuer),
        "country": _country(parsed.subject) or _country(parsed.issuer),
        "serial": int(parsed.serial_number),
        "not_before": _moment(body["validity"]["not_before"].native),
        "not_after": _moment(body["validity"]["not_after"].native),
        "key_id": bytes(parsed.key_identifier or b""),
        "issuer_key_id": bytes(
            (authority["key_identifier"].native if authority is not None else None) or b""
        ),
        "ca": bool(constraints["ca"].native) if constraints is not None else None,
        "may_sign_certificates": usage is None or "key_cert_sign" in usage,
        "may_sign_data": usage is None or "digital_signature" in usage,
        "purposes": frozenset(purpose.dotted for purpose in purposes)
        if purposes is not None
        else frozenset(),
        "key": signatures.PublicKey.load(body["subject_public_key_info"].dump()),
    }


def _moment(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _country(name: x509.Name) -> str:
    return _clean(str(name.native.get("country_name", ""))).upper()


def name_key(der: bytes) -> str:
    """A DER Name folded for comparison. Raises CertificateError."""
    try:
        tlv.check_depth(der)
        return _folded(x509.Name.load(der, strict=True))
    except Exception as error:  # same: the parser raises whatever a broken field leads it to
        raise CertificateError("A name of a certificate's issuer is broken.") from error


def _folded(name: x509.Name) -> str:
    """Case and blanks folded; also the order, which some signers mix up when they name their own issuer."""
    return "\x1e".join(sorted(part.hashable for part in name.chosen))


def readable(name: x509.Name) -> str:
    """A name for people: "CN=csca-germany, OU=bsi, O=bund, C=DE", most special part first."""
    parts = []
    for key, value in reversed(name.native.items()):
        for text in value if isinstance(value, list) else [value]:
            parts.append(f"{_SHORT.get(key, key)}={_clean(str(text))}")
    return ", ".join(parts)[:400]


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:100]
