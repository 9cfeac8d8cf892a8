"""What proves a chip genuine: chip and active authentication (ICAO 9303-11 section 6)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.card.command import WRONG_DATA, WRONG_LENGTH, Refused
from simulator.card.curves import DOMAINS, Domain
from simulator.card.der import bits, integer, oid, oid_value, sequence
from simulator.card.messaging import Session
from simulator.card.suites import Suite

_CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3.2"  # id-CA-ECDH
_PUBLIC_KEY = "0.4.0.127.0.7.2.2.1.2"  # id-PK-ECDH
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"  # ecdsa-plain-SHA256, BSI TR-03111
RSA_ENCRYPTION = sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00")


def scalar(seed: str, order: int) -> int:
    """A private key that is the same in every process: it belongs to nobody."""
    wide = hashlib.shake_256(seed.encode()).digest((order.bit_length() + 7) // 8 + 16)
    return int.from_bytes(wide) % (order - 1) + 1


@dataclass(frozen=True)
class ChipKey:
    """A static key pair for chip authentication. `held`: what the chip really holds (a clone has another)."""

    suite: Suite
    domain: int
    private: int
    held: int
    version: int = 1
    key_id: int | None = None
    named: bool = False

    @property
    def value(self) -> bytes:
        """The protocol's object identifier as in MSE:Set AT."""
        return oid_value(f"{_CHIP_AUTHENTICATION}.{self.suite.number}")

    def infos(self) -> tuple[bytes, bytes]:
        """ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo (section 9.2.5, 9.2.6)."""
        number = () if self.key_id is None else (integer(self.key_id),)
        info = sequence(oid(f"{_CHIP_AUTHENTICATION}.{self.suite.number}"), integer(self.version), *number)
        domain = DOMAINS[self.domain]
        public = domain.public_key_info(domain.generator * self.private, named=self.named)
        return info, sequence(oid(_PUBLIC_KEY), public, *number)

    def agree(self, theirs: bytes) -> Session:
        """The new channel from the terminal's ephemeral key. Raises Refused(6A80)."""
        domain = DOMAINS[self.domain]
        try:
            shared = domain.encode(domain.decode(theirs) * self.held)
        except ValueError as wrong:
            raise Refused(WRONG_DATA) from wrong
        return Session(self.suite, shared[1 : 1 + domain.octets])


class ActiveKey(Protocol):
    """A key for active authentication."""

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo for DG15."""

    def info(self) -> bytes:
        """ActiveAuthenticationInfo for DG14, b"" when none is needed."""

    def sign(self, challenge: bytes) -> bytes:
        """The answer to INTERNAL AUTHENTICATE. Raises Refused(6700)."""


@dataclass(frozen=True)
class EllipticActiveKey:
    """ECDSA with SHA-256, plain signature format (BSI TR-03111 section 5.2.1)."""

    domain: int
    private: int
    held: int

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo for DG15."""
        domain = DOMAINS[self.domain]
        return domain.public_key_info(domain.generator * self.private, named=False)

    def info(self) -> bytes:
        """ActiveAuthenticationInfo (ICAO 9303-11 section 9.2.4)."""
        return sequence(oid(_ACTIVE_AUTHENTICATION), integer(1), oid(_PLAIN_SHA256))

    def sign(self, challenge: bytes) -> bytes:
        """r and s, one after the other."""
        if len(challenge) != 8:
            raise Refused(WRONG_LENGTH)
        r, s = ecdsa(DOMAINS[self.domain], self.held, hashlib.sha256(challenge).digest())
        size = (DOMAINS[self.domain].order.bit_length() + 7) // 8
        return r.to_bytes(size) + s.to_bytes(size)


@dataclass(frozen=True)
class RsaKey:
    """n, e and d."""

    n: int
    e: int
    d: int

    @property
    def octets(self) -> int:
        """The length of the modulus."""
        return (self.n.bit_length() + 7) // 8

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return sequence(RSA_ENCRYPTION, bits(sequence(integer(self.n), integer(self.e))))

    def apply(self, message: bytes) -> bytes:
        """The private operation."""
        return pow(int.from_bytes(message), self.d, self.n).to_bytes(self.octets)


@dataclass(frozen=True)
class RsaActiveKey:
    """RSA with message recovery: digital signature scheme 1 of ISO/IEC 9796-2, SHA-256."""

    key: RsaKey
    held: RsaKey

    def public_key_info(self) -> bytes:
        """SubjectPublicKeyInfo for DG15."""
        return self.key.public_key_info()

    def info(self) -> bytes:
        """Nothing: RSA keys need no ActiveAuthenticationInfo."""
        return b""

    def sign(self, challenge: bytes) -> bytes:
        """The signature over a recoverable nonce and the challenge."""
        if len(challenge) != 8:
            raise Refused(WRONG_LENGTH)
        trailer = b"\x34\xcc"  # SHA-256, ISO/IEC 10118-3
        nonce = secrets.token_bytes(self.held.octets - 32 - 1 - len(trailer))
        digest = hashlib.sha256(nonce + challenge).digest()
        return self.held.apply(b"\x6a" + nonce + digest + trailer)


def ecdsa(domain: Domain, private: int, digest: bytes) -> tuple[int, int]:
    """A signature that is the same each time (RFC 6979)."""
    from ecdsa import SigningKey

    key: Any = SigningKey.from_secret_exponent(private, domain.library)
    signature: tuple[int, int] = key.sign_digest_deterministic(
        digest, hashfunc=hashlib.sha256, sigencode=lambda r, s, order: (int(r), int(s)), allow_truncate=True
    )
    return signature
