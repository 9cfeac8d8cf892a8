"""Signed data as security objects, card security files and master lists carry it (RFC 5652 section 5)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from hardware.cards import tlv
from hardware.cards.emrtd import signatures
from hardware.cards.emrtd.certificates import Certificate, CertificateError, name_key

SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"


class CmsError(ValueError):
    """Bytes that are no signed data, or signed data that lacks something; the message is one sentence."""


@dataclass(frozen=True)
class Signer:
    """One SignerInfo: whom it names (name and serial, or key identifier), what it signed and how."""

    issuer_key: str
    serial: int
    key_id: bytes
    digest: signatures.Algorithm
    signed_attributes: bytes
    attributes: dict[str, tuple[tlv.Element, ...]]
    algorithm: signatures.Algorithm
    signature: bytes

    def is_meant(self, certificate: Certificate) -> bool:
        """Whether a certificate is the one this signer names."""
        if self.key_id:
            return certificate.key_id == self.key_id
        return certificate.serial == self.serial and certificate.issuer_key == self.issuer_key

    @property
    def signing_time(self) -> datetime | None:
        """The signing time attribute, None when absent or unreadable."""
        values = self.attributes.get(_SIGNING_TIME, ())
        if len(values) != 1:
            return None
        return _time(values[0])


@dataclass(frozen=True)
class SignedData:
    """Signed content, the certificates that came along (DER) and the signers."""

    content_type: str
    content: bytes
    certificates: tuple[bytes, ...]
    signers: tuple[Signer, ...]

    @classmethod
    def load(cls, der: bytes) -> SignedData:
        """From a ContentInfo, DER as it should be or BER as some issuers write it. Raises CmsError."""
        try:
            return _load(_tidy(der))
        except (tlv.TlvError, CertificateError) as error:
            raise CmsError(f"This is no signed data: {error}") from error

    def signer(self) -> tuple[Signer, Certificate]:
        """The first signer whose certificate came along. Raises CmsError when there is none."""
        loaded = self.loaded_certificates()
        for signer in self.signers:
            for certificate in loaded:
                if signer.is_meant(certificate):
                    return signer, certificate
        raise CmsError("The certificate of the signer is not enclosed.")

    def loaded_certificates(self) -> list[Certificate]:
        """The enclosed certificates that can be read."""
        found = []
        for der in self.certificates:
            try:
                found.append(Certificate.load(der))
            except CertificateError:
                continue
        return found

    def fault(self, signer: Signer, certificate: Certificate) -> str:
        """Why a signer's signature does not hold, one sentence; "" when it does.

        The digest of the content must be in the signed attributes and the signature must cover these
        (RFC 5652 sections 5.4 and 5.6). Raises signatures.Unsupported.
        """
        try:
            named = signatures.hash_named(signer.digest.oid)
            stated = [element.value for element in signer.attributes.get(_MESSAGE_DIGEST, ())]
            if len(stated) != 1:
                return "The signature does not cover a digest of the content."
            types = [element.value for element in signer.attributes.get(_CONTENT_TYPE, ())]
            if len(types) != 1 or tlv.dotted(types[0]) != self.content_type:
                return "The signature was made for content of another kind."
            if not hmac.compare_digest(stated[0], signatures.digest(named, self.content)):
                return "The content is not the one that was signed."
            holds = signatures.verify(
                certificate.key, signer.algorithm, signer.signature, signer.signed_attributes, named
            )
        except tlv.TlvError as error:
            raise signatures.Unsupported(f"The signature is broken: {error}") from error
        return "" if holds else "The signature does not belong to the content and the signer's key."


def is_signed_data(der: bytes) -> bool:
    """Whether octets begin like a ContentInfo with signed data."""
    try:
        parts = tlv.elements(tlv.only(_tidy(der), 0x30))
        return len(parts) == 2 and parts[0].tag == 0x06 and tlv.dotted(parts[0].value) == SIGNED_DATA
    except tlv.TlvError:
        return False


def _tidy(data: bytes) -> bytes:
    """Definite lengths throughout, bounded depth. Raises TlvError."""
    if data[:2] == b"\x30\x80":  # who writes BER does so from the outermost element on
        data = tlv.definite(data)
    tlv.check_depth(data)
    return data


def _load(der: bytes) -> SignedData:
    outer = tlv.elements(tlv.only(der, 0x30))
    if [part.tag for part in outer] != [0x06, 0xA0] or tlv.dotted(outer[0].value) != SIGNED_DATA:
        raise CmsError("This is no signed data: it is content of another kind.")
    parts = tlv.elements(tlv.only(outer[1].value, 0x30))
    tags = [part.tag for part in parts]
    if tags[:3] != [0x02, 0x31, 0x30] or tags[-1] != 0x31 or set(tags[3:-1]) - {0xA0, 0xA1}:
        raise CmsError("This is no signed data: its parts are not those of the standard.")
    encapsulated = tlv.elements(parts[2].value)
    if not encapsulated or encapsulated[0].tag != 0x06:
        raise CmsError("This is no signed data: its content has no type.")
    content = b""
    if len(encapsulated) == 2 and encapsulated[1].tag == 0xA0:
        content = tlv.only(encapsulated[1].value, 0x04)
    certificates = tuple(
        tlv.encode(0x30, element.value)
        for part in parts[3:-1]
        if part.tag == 0xA0
        for element in tlv.elements(part.value)
        if element.tag == 0x30
    )
    signers = tuple(_signer(element) for element in tlv.elements(parts[-1].value))
    return SignedData(tlv.dotted(encapsulated[0].value), content, certificates, signers)


def _signer(info: tlv.Element) -> Signer:
    parts = [part for part in tlv.elements(info.value) if part.tag != 0xA1]
    tags = [part.tag for part in parts]
    if info.tag != 0x30 or tags not in (
        [0x02, 0x30, 0x30, 0xA0, 0x30, 0x04],
        [0x02, 0x80, 0x30, 0xA0, 0x30, 0x04],
        [0x02, 0x30, 0x30, 0x30, 0x04],
        [0x02, 0x80, 0x30, 0x30, 0x04],
    ):
        raise CmsError("This is no signed data: a signer's parts are not those of the standard.")
    issuer_key, serial, key_id = "", 0, b""
    if parts[1].tag == 0x80:
        key_id = parts[1].value
    else:
        named = tlv.elements(parts[1].value)
        if [part.tag for part in named] != [0x30, 0x02]:
            raise CmsError("This is no signed data: a signer is named by neither certificate nor key.")
        issuer_key = name_key(tlv.encode(0x30, named[0].value))
        serial = int.from_bytes(named[1].value, signed=True)
    attributes: dict[str, tuple[tlv.Element, ...]] = {}
    signed = b""
    if parts[3].tag == 0xA0:
        signed = tlv.encode(0x31, parts[3].value)  # signed under its universal tag, RFC 5652 section 5.4
        for attribute in tlv.elements(parts[3].value):
            halves = tlv.elements(attribute.value)
            if [half.tag for half in halves] != [0x06, 0x31]:
                raise CmsError("This is no signed data: a signed attribute is broken.")
            name = tlv.dotted(halves[0].value)
            if name in attributes:
                raise CmsError("This is no signed data: a signed attribute stands there twice.")
            attributes[name] = tuple(tlv.elements(halves[1].value))
    return Signer(
        issuer_key,
        serial,
        key_id,
        signatures.Algorithm.load(parts[2].value),
        signed,
        attributes,
        signatures.Algorithm.load(parts[-2].value),
        parts[-1].value,
    )


def _time(element: tlv.Element) -> datetime | None:
    """UTCTime or GeneralizedTime in the form DER allows (RFC 5652 section 11.3)."""
    pattern = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}.get(element.tag)
    if pattern is None:
        return None
    try:
        moment = datetime.strptime(element.value.decode("ascii"), pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
    if element.tag == 0x17 and moment.year >= 2050:  # X.509: two digits mean 1950 to 2049
        moment = moment.replace(year=moment.year - 100)
    return moment
