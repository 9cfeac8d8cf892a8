"""The two families of ciphers of an eMRTD and the keys derived for them (ICAO 9303-11 sections 9.7 and 9.8).

Two-key 3DES with the retail MAC (ISO/IEC 9797-1 algorithm 3), and AES with CMAC cut to eight octets. These
are the standard's; a document that knows nothing better can be read no other way.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION = 1
AUTHENTICATION = 2
PASSWORD = 3

MAC_OCTETS = 8


class Suite(Protocol):
    """A cipher with its MAC. Data to encrypt and to decrypt is a multiple of `block` octets."""

    block: int

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """The key for ENCRYPTION, AUTHENTICATION or PASSWORD from a shared secret (KDF, section 9.7.1)."""
        ...

    def encrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC; without `iv` it is zero."""
        ...

    def decrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC; without `iv` it is zero."""
        ...

    def mac(self, key: bytes, padded: bytes) -> bytes:
        """Eight octets over data that is padded already."""
        ...

    def token(self, key: bytes, data: bytes) -> bytes:
        """Eight octets over data as it is, as PACE's tokens are made (section 4.4.3.4)."""
        ...

    def iv(self, key: bytes, counter: bytes) -> bytes:
        """The start value of one message of secure messaging (sections 9.8.6.1 and 9.8.7.1)."""
        ...


class TripleDes:
    """3DES in CBC mode and the retail MAC. Keys have 16 octets."""

    block = 8

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """16 octets with odd parity."""
        digest = hashlib.sha1(secret + purpose.to_bytes(4)).digest()  # noqa: S324 - the standard's
        return with_parity(digest[:16])

    def encrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC."""
        encryptor = Cipher(_two_keys(key), modes.CBC(iv or bytes(8))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC."""
        decryptor = Cipher(_two_keys(key), modes.CBC(iv or bytes(8))).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, padded: bytes) -> bytes:
        """ISO/IEC 9797-1 algorithm 3: single DES in CBC mode, 3DES for the last block."""
        head, last = padded[:-8], padded[-8:]
        chained = bytes(8)
        if head:
            single = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor()
            chained = (single.update(head) + single.finalize())[-8:]
        return self.encrypt(key, last, chained)

    def token(self, key: bytes, data: bytes) -> bytes:
        """With padding method 2, which belongs to this MAC."""
        return self.mac(key, pad(data, 8))

    def iv(self, key: bytes, counter: bytes) -> bytes:
        """Zero."""
        return bytes(8)


class Aes:
    """AES in CBC mode and CMAC. `key_octets`: 16, 24 or 32."""

    block = 16

    def __init__(self, key_octets: int) -> None:
        self._key_octets = key_octets

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """From SHA-1 for 128 bits, from SHA-256 for more."""
        source = secret + purpose.to_bytes(4)
        if self._key_octets == 16:
            return hashlib.sha1(source).digest()[:16]  # noqa: S324 - the standard's
        return hashlib.sha256(source).digest()[: self._key_octets]

    def encrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC."""
        encryptor = Cipher(algorithms.AES(key), modes.CBC(iv or bytes(16))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """CBC."""
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv or bytes(16))).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, padded: bytes) -> bytes:
        """CMAC, its first eight octets."""
        cmac = CMAC(algorithms.AES(key))
        cmac.update(padded)
        return cmac.finalize()[:MAC_OCTETS]

    def token(self, key: bytes, data: bytes) -> bytes:
        """CMAC pads by itself."""
        return self.mac(key, data)

    def iv(self, key: bytes, counter: bytes) -> bytes:
        """The counter, encrypted."""
        return self.encrypt(key, counter)


TRIPLE_DES = TripleDes()
SUITES: dict[int, Suite] = {1: TRIPLE_DES, 2: Aes(16), 3: Aes(24), 4: Aes(32)}
"""By the last arc of the object identifiers of PACE and chip authentication."""


def pad(data: bytes, block: int) -> bytes:
    """ISO/IEC 9797-1 padding method 2: 80, then 00 up to a whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Data without padding method 2; ValueError when there is none."""
    body = data.rstrip(b"\x00")
    if body[-1:] != b"\x80":
        raise ValueError("The padding is missing.")
    return body[:-1]


def with_parity(key: bytes) -> bytes:
    """A DES key with odd parity in every octet (section 9.7.2)."""
    return bytes(octet & 0xFE | (octet >> 1).bit_count() & 1 ^ 1 for octet in key)


def _two_keys(key: bytes) -> TripleDES:
    return TripleDES(key + key[:8])
