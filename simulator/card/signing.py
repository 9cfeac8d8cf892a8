"""Signatures of the document PKI, the same in every process: ECDSA, RSA PKCS#1 v1.5 and PSS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from simulator.card.curves import Domain
from simulator.card.der import NULL, explicit, integer, oid, sequence
from simulator.card.keys import RsaKey, ecdsa

SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 section 9.2 note 1
_SALT = 32

# Bits of each prime, and the steps from where the seed leads to the next primes, counted once.
RSA_SEEDS = {
    "CSCA UT": (1024, 236, 764),
    "DS UT": (1024, 184, 1580),
    "AA": (768, 648, 364),
    "AA clone": (768, 54, 258),
}


class Key(Protocol):
    """A key pair that signs SHA-256 digests."""

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo."""

    def algorithm(self) -> bytes:
        """AlgorithmIdentifier of its signatures."""

    def sign(self, message: bytes) -> bytes:
        """The signature value."""


@dataclass(frozen=True)
class EllipticKey:
    """ECDSA. `named`: whether the curve is named in certificates; German ones write the parameters out."""

    domain: Domain
    private: int
    named: bool = False

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return self.domain.public_key_info(self.domain.generator * self.private, named=self.named)

    def algorithm(self) -> bytes:
        """ecdsa-with-SHA256."""
        return sequence(oid("1.2.840.10045.4.3.2"))

    def sign(self, message: bytes) -> bytes:
        """ECDSA-Sig-Value."""
        r, s = ecdsa(self.domain, self.private, hashlib.sha256(message).digest())
        return sequence(integer(r), integer(s))


@dataclass(frozen=True)
class RsaSigner:
    """RSA. `pss`: RSASSA-PSS, else PKCS#1 v1.5."""

    key: RsaKey
    pss: bool = True

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return self.key.public_key_info()

    def algorithm(self) -> bytes:
        """RSASSA-PSS with its parameters, or sha256WithRSAEncryption."""
        if not self.pss:
            return sequence(oid("1.2.840.113549.1.1.11"), NULL)
        return sequence(
            oid("1.2.840.113549.1.1.10"),
            sequence(
                explicit(0, SHA256),
                explicit(1, sequence(oid("1.2.840.113549.1.1.8"), SHA256)),
                explicit(2, integer(_SALT)),
            ),
        )

    def sign(self, message: bytes) -> bytes:
        """RFC 8017 section 8.1 or 8.2; the salt comes from the message, so that nothing is random."""
        digest = hashlib.sha256(message).digest()
        size = self.key.octets
        if not self.pss:
            filler = b"\xff" * (size - len(_DIGEST_INFO) - len(digest) - 3)
            return self.key.apply(b"\x00\x01" + filler + b"\x00" + _DIGEST_INFO + digest)
        salt = hashlib.sha256(b"salt" + message).digest()[:_SALT]
        inner = hashlib.sha256(bytes(8) + digest + salt).digest()
        block = bytes(size - 2 * 32 - 2) + b"\x01" + salt
        masked = bytearray(a ^ b for a, b in zip(block, _mask(inner, len(block)), strict=True))
        masked[0] &= 0x7F  # the modulus has a whole number of octets
        return self.key.apply(bytes(masked) + inner + b"\xbc")


def _mask(seed: bytes, size: int) -> bytes:
    """MGF1 with SHA-256 (RFC 8017 section B.2.1)."""
    blocks = (hashlib.sha256(seed + n.to_bytes(4)).digest() for n in range(-(-size // 32)))
    return b"".join(blocks)[:size]


def rsa_key(seed: str) -> RsaKey:
    """An RSA key that is the same in every process: nobody's. `seed`: one of RSA_SEEDS."""
    bits, p_step, q_step = RSA_SEEDS[seed]
    p, q = prime_start(f"{seed} p", bits) + p_step, prime_start(f"{seed} q", bits) + q_step
    e = 65537
    return RsaKey(p * q, e, pow(e, -1, (p - 1) * (q - 1)))


def prime_start(seed: str, bits: int) -> int:
    """An odd number of `bits` bits, the upper two set, to look for a prime from."""
    start = int.from_bytes(hashlib.shake_256(seed.encode()).digest(bits // 8))
    return start | 0b11 << bits - 2 | 1
