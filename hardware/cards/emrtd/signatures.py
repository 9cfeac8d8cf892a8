"""Checks signatures as certificates, security objects and master lists carry them.

RSA with PKCS#1 v1.5 or PSS (RFC 8017), ECDSA (RFC 5758, BSI TR-03111), SHA-1 to SHA-512 (ICAO 9303-12
section 4.4). SHA-1 is accepted because documents in circulation carry it; the issuer chose it, not we.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hardware.cards import tlv
from hardware.cards.emrtd import ec

_RSA_KEYS = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.7")
_EC_KEYS = ("1.2.840.10045.2.1", "1.3.132.1.12")
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_WEAKEST_RSA, _LONGEST_RSA = 1024, 8192

HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),  # noqa: S303 - old documents are signed with it
    "2.16.840.1.101.3.4.2.4": hashes.SHA224(),
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_SHA1, _SHA224, _SHA256, _SHA384, _SHA512 = HASHES.values()
_PKCS1: dict[str, hashes.HashAlgorithm | None] = {
    "1.2.840.113549.1.1.1": None,  # rsaEncryption: the digest is named elsewhere
    "1.2.840.113549.1.1.5": _SHA1,
    "1.2.840.113549.1.1.14": _SHA224,
    "1.2.840.113549.1.1.11": _SHA256,
    "1.2.840.113549.1.1.12": _SHA384,
    "1.2.840.113549.1.1.13": _SHA512,
}
_ECDSA: dict[str, hashes.HashAlgorithm | None] = {
    "1.2.840.10045.2.1": None,  # id-ecPublicKey in the place of an algorithm, as some issuers write it
    "1.2.840.10045.4.1": _SHA1,
    "1.2.840.10045.4.3.1": _SHA224,
    "1.2.840.10045.4.3.2": _SHA256,
    "1.2.840.10045.4.3.3": _SHA384,
    "1.2.840.10045.4.3.4": _SHA512,
}


class Unsupported(ValueError):
    """A key or algorithm that cannot be checked here; the message is one sentence."""


@dataclass(frozen=True)
class Algorithm:
    """An AlgorithmIdentifier: dotted OID and DER parameters (b"" when there are none)."""

    oid: str
    parameters: bytes = b""

    @classmethod
    def load(cls, value: bytes) -> Algorithm:
        """From the value of its SEQUENCE. Raises TlvError."""
        parts = tlv.elements(value)
        if not parts or parts[0].tag != 0x06 or len(parts) > 2:
            raise tlv.TlvError("An algorithm identifier does not begin with an object identifier.")
        parameters = tlv.encode(parts[1].tag, parts[1].value) if len(parts) == 2 else b""
        return cls(tlv.dotted(parts[0].value), parameters)


@dataclass(frozen=True)
class PublicKey:
    """A SubjectPublicKeyInfo taken apart: algorithm and the octets of the key's BIT STRING."""

    algorithm: Algorithm
    key: bytes

    @classmethod
    def load(cls, der: bytes) -> PublicKey:
        """From DER. Raises TlvError."""
        parts = tlv.elements(tlv.only(der, 0x30))
        if [part.tag for part in parts] != [0x30, 0x03] or parts[1].value[:1] != b"\x00":
            raise tlv.TlvError("A public key is no SubjectPublicKeyInfo.")
        return cls(Algorithm.load(parts[0].value), parts[1].value[1:])


def hash_named(oid: str) -> hashes.HashAlgorithm:
    """The digest an OID names. Raises Unsupported."""
    if oid not in HASHES:
        raise Unsupported(f"The digest {oid} is not supported.")
    return HASHES[oid]


def digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    """The digest of some octets."""
    running = hashes.Hash(algorithm)
    running.update(data)
    return running.finalize()


def verify(
    key: PublicKey,
    algorithm: Algorithm,
    signature: bytes,
    message: bytes,
    named_digest: hashes.HashAlgorithm | None = None,
) -> bool:
    """Whether a signature over a message holds.

    `named_digest` counts where the algorithm names none itself. A signature of another kind than the key is
    none of that key's. Raises Unsupported (algorithm, curve, size) and TlvError.
    """
    if key.algorithm.oid in _RSA_KEYS:
        return _verify_rsa(key, algorithm, signature, message, named_digest)
    if key.algorithm.oid in _EC_KEYS:
        if algorithm.oid not in _ECDSA:
            return _of_other_kind(algorithm, (*_PKCS1, _PSS))
        chosen = _ECDSA[algorithm.oid] or named_digest
        if chosen is None:
            raise Unsupported("The signature names no digest.")
        try:
            curve = ec.curve_of(key.algorithm.parameters)
            return ec.verify(curve, key.key, signature, digest(chosen, message), chosen)
        except ec.UnknownCurve as error:
            raise Unsupported(str(error)) from error
    raise Unsupported(f"Keys of the kind {key.algorithm.oid} are not supported.")


def _of_other_kind(algorithm: Algorithm, known: Iterable[str]) -> bool:
    """False when the algorithm is a known one of another kind of key."""
    if algorithm.oid in known:
        return False
    raise Unsupported(f"The signature algorithm {algorithm.oid} is not supported.")


def _verify_rsa(
    key: PublicKey,
    algorithm: Algorithm,
    signature: bytes,
    message: bytes,
    named_digest: hashes.HashAlgorithm | None,
) -> bool:
    scheme: padding.AsymmetricPadding
    if algorithm.oid == _PSS:
        chosen, scheme = _pss(algorithm.parameters)
    elif algorithm.oid in _PKCS1:
        found = _PKCS1[algorithm.oid] or named_digest
        if found is None:
            raise Unsupported("The signature names no digest.")
        chosen, scheme = found, padding.PKCS1v15()
    else:
        return _of_other_kind(algorithm, _ECDSA)
    numbers = tlv.elements(tlv.only(key.key, 0x30))
    if [number.tag for number in numbers] != [0x02, 0x02]:
        raise Unsupported("The RSA key is not made of two numbers.")
    modulus, exponent = (int.from_bytes(number.value) for number in numbers)
    if not _WEAKEST_RSA <= modulus.bit_length() <= _LONGEST_RSA:
        raise Unsupported(f"The RSA key has {modulus.bit_length()} bits, supported are 1024 to 8192.")
    if exponent.bit_length() > 64:
        raise Unsupported("The RSA key has an exponent of more than 64 bits.")
    try:
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise Unsupported("The RSA key is no valid key.") from error
    try:
        public.verify(signature, message, scheme, chosen)
    except (InvalidSignature, ValueError):
        return False
    return True


def _pss(parameters: bytes) -> tuple[hashes.HashAlgorithm, padding.PSS]:
    """RSASSA-PSS-params (RFC 8017, A.2.3): digest and padding, with the defaults of the standard."""
    chosen, mask, salt = _SHA1, _SHA1, 20
    for part in tlv.elements(tlv.only(parameters, 0x30)) if parameters else []:
        if part.tag == 0xA0:
            chosen = hash_named(Algorithm.load(tlv.only(part.value, 0x30)).oid)
        elif part.tag == 0xA1:
            generator = Algorithm.load(tlv.only(part.value, 0x30))
            if generator.oid != _MGF1:
                raise Unsupported(f"The mask generation {generator.oid} is not supported.")
            mask = hash_named(Algorithm.load(tlv.only(generator.parameters, 0x30)).oid)
        elif part.tag == 0xA2:
            salt = int.from_bytes(tlv.only(part.value, 0x02))
            if salt > 1024:
                raise Unsupported("The salt of the RSA-PSS signature is longer than 1024 octets.")
        elif part.tag != 0xA3 or tlv.only(part.value, 0x02) != b"\x01":
            raise Unsupported("The parameters of the RSA-PSS signature are unknown.")
    return chosen, padding.PSS(mgf=padding.MGF1(mask), salt_length=salt)
