"""Basic access control on the card's side (ICAO 9303-11 section 4.3)."""

from __future__ import annotations

import secrets

from simulator.card.command import CONDITIONS, FAILED, WRONG_LENGTH, Refused
from simulator.card.messaging import Session
from simulator.card.suites import AUTHENTICATION, ENCRYPTION, TRIPLE_DES


class Bac:
    """Challenge and mutual authentication. `password`: SHA-1 over the zone's keys, 20 octets."""

    def __init__(self, password: bytes) -> None:
        seed = password[:16]
        self._encryption = TRIPLE_DES.derive(seed, ENCRYPTION)
        self._authentication = TRIPLE_DES.derive(seed, AUTHENTICATION)
        self._challenge = b""

    def challenge(self) -> bytes:
        """RND.IC, new each time."""
        self._challenge = secrets.token_bytes(8)
        return self._challenge

    def authenticate(self, data: bytes) -> tuple[bytes, Session]:
        """The answer to EXTERNAL AUTHENTICATE and the new channel.

        Raises Refused: 6700, 6985 without a challenge, 6300 for a wrong key.
        """
        if len(data) != 40:
            raise Refused(WRONG_LENGTH)
        challenge, self._challenge = self._challenge, b""
        if not challenge:
            raise Refused(CONDITIONS)
        cryptogram, mac = data[:32], data[32:]
        if TRIPLE_DES.mac(self._authentication, cryptogram) != mac:
            raise Refused(FAILED)
        plain = TRIPLE_DES.decrypt(self._encryption, cryptogram)
        theirs, back, their_key = plain[:8], plain[8:16], plain[16:]
        if back != challenge:
            raise Refused(FAILED)
        own_key = secrets.token_bytes(16)
        answer = TRIPLE_DES.encrypt(self._encryption, challenge + theirs + own_key)
        seed = bytes(a ^ b for a, b in zip(their_key, own_key, strict=True))
        session = Session(TRIPLE_DES, seed, int.from_bytes(challenge[4:] + theirs[4:]))
        return answer + TRIPLE_DES.mac(self._authentication, answer), session
