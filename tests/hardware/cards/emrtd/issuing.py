"""An issuing state for tests: keys of all kinds, certificates, security objects and master lists.

Certificates and signed data are put together with asn1crypto, elliptic curve keys sign with `ecdsa` and RSA
keys with `cryptography`, so that what is checked was not made with what checks it.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import ecdsa
from asn1crypto import algos, cms, core, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hardware.cards import tlv

_HASHES: dict[str, Any] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_CURVES = {curve.name: curve for curve in ecdsa.curves.curves}

MASTER_LIST_SIGNER = "2.23.136.1.1.3"
ZONE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10"  # the specimen of ICAO 9303-4, appendix A
)


@dataclass
class Key:
    """A private key and the way it signs. `kind`: "rsa", "pss" or a curve's name; `explicit`: parameters."""

    kind: str
    digest: str = "sha256"
    explicit: bool = False
    private: Any = None

    def __post_init__(self) -> None:
        if self.private is None:
            self.private = _rsa() if self.kind in ("rsa", "pss") else _ec(self.kind)

    @property
    def spki(self) -> keys.PublicKeyInfo:
        if self.kind in ("rsa", "pss"):
            der = self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        else:
            form = "explicit" if self.explicit else "named_curve"
            der = self.private.verifying_key.to_der(curve_parameters_encoding=form)
        return keys.PublicKeyInfo.load(der)

    @property
    def algorithm(self) -> algos.SignedDigestAlgorithm:
        if self.kind == "pss":
            digest = {"algorithm": self.digest}
            parameters = {
                "hash_algorithm": digest,
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest},
                "salt_length": 32,
            }
            return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
        suffix = "rsa" if self.kind == "rsa" else "ecdsa"
        return algos.SignedDigestAlgorithm({"algorithm": f"{self.digest}_{suffix}"})

    def sign(self, data: bytes) -> bytes:
        if self.kind == "rsa":
            return bytes(self.private.sign(data, padding.PKCS1v15(), _HASHES[self.digest]))
        if self.kind == "pss":
            chosen = _HASHES[self.digest]
            scheme = padding.PSS(mgf=padding.MGF1(chosen), salt_length=32)
            return bytes(self.private.sign(data, scheme, chosen))
        digest = hashlib.new(self.digest, data).digest()
        return bytes(
            self.private.sign_digest(digest, sigencode=ecdsa.util.sigencode_der, allow_truncate=True)
        )


def new_rsa() -> rsa.RSAPrivateKey:
    """A key of its own; the others share one, because making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def _rsa() -> rsa.RSAPrivateKey:
    return new_rsa()


def _ec(name: str) -> Any:
    return ecdsa.SigningKey.generate(_CURVES[name])


@dataclass
class Party:
    """Somebody with a key and a certificate."""

    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return bytes(self.certificate.dump())


def certificate(
    name: dict[str, str],
    key: Key,
    issuer: Party | None = None,
    *,
    ca: bool = False,
    first: int = 2020,
    last: int = 2035,
    purposes: Sequence[str] = (),
    serial: int = 7,
    signed_with: Key | None = None,
    identifiers: bool = True,
    constrained: bool = True,
) -> Party:
    """A certificate under an issuer, or a self-signed one; valid from one January to another."""
    subject = x509.Name.build(name)
    by = signed_with or (issuer.key if issuer else key)
    issuing_key = issuer.certificate.key_identifier if issuer else key.spki.sha1
    extensions: list[dict[str, Any]] = [
        {
            "extn_id": "key_usage",
            "critical": True,
            "extn_value": {"key_cert_sign", "crl_sign"} if ca else {"digital_signature"},
        }
    ]
    if identifiers:
        extensions += [
            {"extn_id": "key_identifier", "extn_value": key.spki.sha1},
            {
                "extn_id": "authority_key_identifier",
                "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": issuing_key}),
            },
        ]
    if ca and constrained:
        constraints = {"ca": True, "path_len_constraint": 0}
        extensions.append({"extn_id": "basic_constraints", "critical": True, "extn_value": constraints})
    if purposes:
        extensions.append({"extn_id": "extended_key_usage", "critical": True, "extn_value": list(purposes)})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": by.algorithm,
            "issuer": issuer.certificate.subject if issuer else subject,
            "validity": {
                "not_before": x509.Time({"utc_time": datetime(first, 1, 2, tzinfo=UTC)}),
                "not_after": x509.Time({"utc_time": datetime(last, 1, 2, tzinfo=UTC)}),
            },
            "subject": subject,
            "subject_public_key_info": key.spki,
            "extensions": extensions,
        }
    )
    whole = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": by.algorithm,
            "signature_value": by.sign(body.dump()),
        }
    )
    return Party(key, x509.Certificate.load(whole.dump()))


def csca(key: Key, country: str = "UT", name: str = "CSCA Utopia", **more: Any) -> Party:
    """A self-signed issuer."""
    return certificate({"country_name": country, "common_name": name}, key, ca=True, **more)


def signer_under(issuer: Party, key: Key, **more: Any) -> Party:
    """A document signer of an issuer's country."""
    country = issuer.certificate.subject.native["country_name"]
    return certificate({"country_name": country, "common_name": "Document Signer 1"}, key, issuer, **more)


def signed_data(
    content: bytes,
    content_type: str,
    by: Party,
    *,
    signing_time: datetime | None = None,
    enclosed: Iterable[Party] | None = None,
    by_key_id: bool = False,
    attributes: bool = True,
) -> bytes:
    """A DER ContentInfo with one signer."""
    key = by.key
    stated = [
        cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(key.digest, content).digest()]}),
    ]
    if signing_time:
        stated.append(
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": signing_time})]})
        )
    signed = cms.CMSAttributes(stated)
    if by_key_id:
        sid = cms.SignerIdentifier({"subject_key_identifier": by.certificate.key_identifier})
    else:
        named = {"issuer": by.certificate.issuer, "serial_number": by.certificate.serial_number}
        sid = cms.SignerIdentifier({"issuer_and_serial_number": named})
    info = {
        "version": "v3" if by_key_id else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": key.digest},
        "signature_algorithm": key.algorithm,
        "signature": key.sign(signed.dump() if attributes else content),
    }
    if attributes:
        info["signed_attrs"] = signed
    body = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": key.digest}],
            "encap_content_info": {"content_type": content_type, "content": content},
            "certificates": [party.certificate for party in (enclosed if enclosed is not None else [by])],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": body}).dump())


def security_object(
    files: dict[str, bytes], by: Party, *, digest: str = "sha256", version: int = 0, **more: Any
) -> bytes:
    """EF.SOD over some groups."""
    hashed = b"".join(
        tlv.encode(
            0x30,
            core.Integer(int(name[2:])).dump() + core.OctetString(hashlib.new(digest, data).digest()).dump(),
        )
        for name, data in files.items()
        if name.startswith("DG")
    )
    algorithm = algos.DigestAlgorithm({"algorithm": digest}).dump()
    content = core.Integer(version).dump() + algorithm + tlv.encode(0x30, hashed)
    if version:
        content += tlv.encode(
            0x30, core.PrintableString("0108").dump() + core.PrintableString("040000").dump()
        )
    return tlv.encode(0x77, signed_data(tlv.encode(0x30, content), "2.23.136.1.1.1", by, **more))


def master_list(certificates: Iterable[Party | bytes], by: Party, **more: Any) -> bytes:
    """A CSCA master list."""
    ders = sorted(entry if isinstance(entry, bytes) else entry.der for entry in certificates)
    content = tlv.encode(0x30, core.Integer(0).dump() + tlv.encode(0x31, b"".join(ders)))
    return signed_data(content, "2.23.136.1.1.2", by, **more)


def in_ber(signed: bytes) -> bytes:
    """Signed data as some issuers write it: indefinite lengths outside, the content in two pieces."""

    def opened(tag: int, value: bytes) -> bytes:
        return bytes([tag, 0x80]) + value + b"\x00\x00"

    kind, wrapped = tlv.elements(tlv.only(signed, 0x30))
    version, digests, encapsulated, *rest = tlv.elements(tlv.only(wrapped.value, 0x30))
    content_type, content = tlv.elements(encapsulated.value)
    octets = tlv.only(content.value, 0x04)
    pieces = opened(0x24, tlv.encode(0x04, octets[:50]) + tlv.encode(0x04, octets[50:]))
    inner = opened(0x30, tlv.encode(content_type.tag, content_type.value) + opened(0xA0, pieces))
    parts = [tlv.encode(part.tag, part.value) for part in (version, digests)]
    tail = [tlv.encode(part.tag, part.value) for part in rest]
    body = opened(0x30, b"".join([*parts, inner, *tail]))
    return opened(0x30, tlv.encode(kind.tag, kind.value) + opened(0xA0, body))


def zone_group(zone: str = ZONE) -> bytes:
    """DG1."""
    return tlv.encode(0x61, tlv.encode(0x5F1F, zone.encode("ascii")))


@dataclass
class Document:
    """A signed specimen: issuer, signer and files."""

    issuer: Party
    signer: Party
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def make(cls, issuer: Party, signer: Party, **more: Any) -> Document:
        """With DG1, DG2 (arbitrary octets: only their digest counts here) and DG11."""
        groups = {
            "DG1": zone_group(),
            "DG2": tlv.encode(0x75, bytes(range(256)) * 40),
            "DG11": tlv.encode(0x6B, tlv.encode(0x5F0E, b"ERIKSSON<<ANNA MARIA")),
        }
        return cls(issuer, signer, {"SOD": security_object(groups, signer, **more), **groups})
