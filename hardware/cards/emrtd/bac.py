"""Basic access control: the chip opens to whoever has seen its zone (ICAO 9303-11 section 4.3)."""

from __future__ import annotations

import hmac
import secrets

from hardware.cards.emrtd.ciphers import AUTHENTICATION, ENCRYPTION, MAC_OCTETS, TRIPLE_DES, pad
from hardware.cards.emrtd.secrets import MrzSecret
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.iso7816 import CardLied, Channel, Command, WrongSecret, demand, denies_secret

_NONCE = 8
_KEY = 16


class BasicAccess:
    """One run of BAC on the terminal's side. `nonce` (8 octets) and `key` (16) are random and used once."""

    def __init__(self, secret: MrzSecret, nonce: bytes, key: bytes) -> None:
        seed = secret.key_seed[:16]
        self._encryption_key = TRIPLE_DES.derive(seed, ENCRYPTION)
        self._mac_key = TRIPLE_DES.derive(seed, AUTHENTICATION)
        self._nonce = nonce
        self._key = key

    def proof(self, challenge: bytes) -> bytes:
        """The data of EXTERNAL AUTHENTICATE, 40 octets, for the chip's challenge of 8."""
        secret = TRIPLE_DES.encrypt(self._encryption_key, self._nonce + challenge + self._key)
        return secret + TRIPLE_DES.mac(self._mac_key, pad(secret, 8))

    def session(self, channel: Channel, challenge: bytes, answer: bytes) -> SecureChannel:
        """The protected channel after the chip's answer, 40 octets. Raises CardLied if it proves nothing."""
        secret, mac = answer[:-MAC_OCTETS], answer[-MAC_OCTETS:]
        if len(answer) != 2 * _NONCE + _KEY + MAC_OCTETS or not hmac.compare_digest(
            TRIPLE_DES.mac(self._mac_key, pad(secret, 8)), mac
        ):
            raise CardLied("The card's answer to basic access control has a wrong MAC.")
        plain = TRIPLE_DES.decrypt(self._encryption_key, secret)
        if not hmac.compare_digest(plain[: 2 * _NONCE], challenge + self._nonce):
            raise CardLied("The card's answer to basic access control belongs to another challenge.")
        seed = bytes(ours ^ theirs for ours, theirs in zip(self._key, plain[2 * _NONCE :], strict=True))
        counter = int.from_bytes(challenge[-4:] + self._nonce[-4:])
        return SecureChannel(
            channel,
            TRIPLE_DES,
            TRIPLE_DES.derive(seed, ENCRYPTION),
            TRIPLE_DES.derive(seed, AUTHENTICATION),
            counter,
        )


def open_with_bac(channel: Channel, secret: MrzSecret) -> SecureChannel:
    """Open a chip whose eMRTD application is selected.

    Raises WrongSecret when the chip does not take the zone for its own, CardLied, CardRefused.
    """
    run = BasicAccess(secret, secrets.token_bytes(_NONCE), secrets.token_bytes(_KEY))
    challenge = demand(channel.exchange(Command(0, 0x84, 0, 0, le=_NONCE)), "GET CHALLENGE")
    if len(challenge) != _NONCE:
        raise CardLied("The card's challenge has not eight octets.")
    answer = channel.exchange(Command(0, 0x82, 0, 0, run.proof(challenge), le=40))
    if denies_secret(answer.sw):
        raise WrongSecret(answer.sw, "the machine-readable zone")
    return run.session(channel, challenge, demand(answer, "EXTERNAL AUTHENTICATE"))
