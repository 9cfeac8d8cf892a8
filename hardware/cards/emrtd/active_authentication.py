"""Active authentication: the chip signs a random number with the private key of its DG15.

ICAO 9303-11 section 6.1. RSA after ISO/IEC 9796-2 scheme 1 with partial recovery, ECDSA in plain format (BSI
TR-03111).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hardware.cards import tlv
from hardware.cards.emrtd import ec
from hardware.cards.emrtd.files import SHORT_READ
from hardware.cards.emrtd.security_infos import elliptic_key
from hardware.cards.emrtd.signatures import PublicKey
from hardware.cards.iso7816 import SHORT_LE, CardLied, CardUnsupported, Channel, Command, demand

_RSA = "1.2.840.113549.1.1.1"
_SHORTEST_RSA, _LONGEST_RSA = 1024, 4096  # bits
_SHA1_TRAILER = 0xBC
_NAMED_TRAILER = 0xCC
_TRAILER_HASHES = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
_ECDSA_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the standard's
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def authenticate(channel: Channel, info: bytes, hash_name: str, longest_answer: int) -> bool:
    """Have the chip sign a fresh number; whether the signature holds.

    Args:
        channel: the protected channel.
        info: the SubjectPublicKeyInfo of DG15.
        hash_name: digest of ECDSA as DG14 tells it ("sha256"), "" when it does not.
        longest_answer: octets to ask for when the signature does not fit into a short answer.

    Raises CardRefused when the chip declines, CardUnsupported for a key of another kind.
    """
    nonce = secrets.token_bytes(8)
    try:
        rsa = _rsa_key(info)
    except ValueError:
        return False
    long = rsa is not None and rsa[0].bit_length() > 8 * SHORT_READ
    command = Command(0, 0x88, 0, 0, nonce, le=longest_answer if long else SHORT_LE)
    signature = demand(channel.exchange(command), "active authentication")
    return holds(info, nonce, signature, hash_name)


def holds(info: bytes, nonce: bytes, signature: bytes, hash_name: str = "") -> bool:
    """Whether a signature over the nonce holds for the key of a SubjectPublicKeyInfo; a broken key has none.

    Raises CardUnsupported for a key of another kind.
    """
    try:
        rsa = _rsa_key(info)
        if rsa is not None:
            return rsa_holds(*rsa, nonce, signature)
        curve, point = elliptic_key(info)
        return _ecdsa_holds(curve, point, nonce, signature, hash_name)
    except (ValueError, CardLied):
        return False


def _rsa_key(info: bytes) -> tuple[int, int] | None:
    """Modulus and exponent, None for a key of another kind; ValueError for octets that are no key."""
    key = PublicKey.load(info)
    if key.algorithm.oid != _RSA:
        return None
    modulus, exponent = (int.from_bytes(part.value) for part in tlv.elements(tlv.only(key.key, 0x30)))
    if not _SHORTEST_RSA <= modulus.bit_length() <= _LONGEST_RSA or exponent.bit_length() > 64:
        raise CardUnsupported("The RSA key of DG15 has a size that this reader does not take.")
    return modulus, exponent


def rsa_holds(modulus: int, exponent: int, nonce: bytes, signature: bytes) -> bool:
    """ISO/IEC 9796-2 scheme 1: the signature holds part of the message and a digest over it and the nonce."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature)
    if len(signature) != size or not 0 < number < modulus or exponent < 3:
        return False
    recovered = pow(number, exponent, modulus)
    if recovered % 16 != 12:  # signers may give the smaller of two equivalent numbers
        recovered = modulus - recovered
    message = recovered.to_bytes(size)
    if message[-1] == _SHA1_TRAILER:
        name, trailer = "sha1", 1
    elif message[-1] == _NAMED_TRAILER and message[-2] in _TRAILER_HASHES:
        name, trailer = _TRAILER_HASHES[message[-2]], 2
    else:
        return False
    begin = _end_of_header(message)
    digest_octets = hashlib.new(name).digest_size
    end = size - trailer - digest_octets
    if begin is None or end < begin:
        return False
    digest = hashlib.new(name, message[begin:end] + nonce).digest()
    return hmac.compare_digest(digest, message[end : end + digest_octets])


def _end_of_header(message: bytes) -> int | None:
    """Where the recoverable part begins: after 6A, or 6B BB … BA if it is padded. None for other headers."""
    if message[0] == 0x6A:
        return 1
    if message[0] != 0x6B:
        return None
    at = 1
    while at < len(message) and message[at] == 0xBB:
        at += 1
    return at + 1 if message[at : at + 1] == b"\xba" else None


def _ecdsa_holds(curve: ec.NamedCurve, point: bytes, nonce: bytes, signature: bytes, hash_name: str) -> bool:
    """r and s in equal halves; with no digest told, any that the standard allows."""
    if not signature or len(signature) % 2:
        return False
    half = len(signature) // 2
    der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    return any(
        ec.verify(curve, point, der, hashlib.new(name, nonce).digest(), _ECDSA_HASHES[name])
        for name in ([hash_name] if hash_name else _ECDSA_HASHES)
    )
