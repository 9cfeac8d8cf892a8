"""Symmetric ciphers of document chips: keys, encryption, authentication (ICAO 9303-11 section 9.7, 9.8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION, AUTHENTICATION, PASSWORD = 1, 2, 3  # the counter in the key derivation


@dataclass(frozen=True)
class Suite:
    """Cipher, block and key length in octets. `number`: last arc of its object identifiers."""

    name: str
    number: int
    block: int
    key: int

    def derive(self, secret: bytes, counter: int) -> bytes:
        """KDF(secret, counter), section 9.7.1; a key for two-key 3DES has 16 octets."""
        digest = hashlib.sha1 if self.key == 16 else hashlib.sha256
        key = digest(secret + counter.to_bytes(4)).digest()[: self.key]
        return _odd_parity(key) if self.block == 8 else key

    def encrypt(self, key: bytes, data: bytes, iv: bytes = b"") -> bytes:
        """CBC without padding; a missing `iv` is zero."""
        encryptor = self._cipher(key, iv).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, iv: bytes = b"") -> bytes:
        """CBC without padding; a missing `iv` is zero. Raises ValueError for a part of a block."""
        decryptor = self._cipher(key, iv).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def encrypt_block(self, key: bytes, block: bytes) -> bytes:
        """One block of AES, as it makes the initial vectors."""
        encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - one block, as the standard says
        return encryptor.update(block) + encryptor.finalize()

    def mac(self, key: bytes, data: bytes, *, padded: bool = False) -> bytes:
        """Eight octets: AES-CMAC, or for 3DES the retail MAC over `data`, which is padded here or before."""
        if self.block == 16:
            cmac = CMAC(AES(key))
            cmac.update(data)
            return cmac.finalize()[:8]
        blocks = data if padded else pad(data, 8)
        single = key[:8] * 3
        before = self.encrypt(single, blocks[:-8])[-8:] if len(blocks) > 8 else bytes(8)
        return self.encrypt(key, blocks[-8:], before)

    def _cipher(self, key: bytes, iv: bytes) -> Cipher[CBC]:
        algorithm = AES(key) if self.block == 16 else TripleDES(key if len(key) == 24 else key + key[:8])
        return Cipher(algorithm, CBC(iv or bytes(self.block)))


TRIPLE_DES = Suite("3DES", 1, 8, 16)
AES_128 = Suite("AES-128", 2, 16, 16)
AES_192 = Suite("AES-192", 3, 16, 24)
AES_256 = Suite("AES-256", 4, 16, 32)
SUITES: dict[int, Suite] = {suite.number: suite for suite in (TRIPLE_DES, AES_128, AES_192, AES_256)}


def pad(data: bytes, block: int) -> bytes:
    """Padding method 2 of ISO/IEC 9797-1."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """The data before the padding. Raises ValueError when there is none."""
    end = data.rfind(b"\x80")
    if end < 0 or any(data[end + 1 :]):
        raise ValueError("no padding")
    return data[:end]


def _odd_parity(key: bytes) -> bytes:
    return bytes(octet ^ (octet.bit_count() & 1 ^ 1) for octet in key)
