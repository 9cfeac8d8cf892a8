"""PACE on the card's side: ECDH with generic or chip-authentication mapping (ICAO 9303-11 section 4.4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from simulator.card.command import FAILED, WRONG_DATA, Refused
from simulator.card.curves import DOMAINS, Domain
from simulator.card.der import elements, integer, oid, oid_value, sequence, tlv
from simulator.card.messaging import Session
from simulator.card.suites import AUTHENTICATION, ENCRYPTION, PASSWORD, SUITES, Suite, pad

MRZ, CAN, PIN, PUK = 1, 2, 3, 4
_PACE = "0.4.0.127.0.7.2.2.4"
_MAPPINGS = {"GM": 2, "CAM": 6}
_DYNAMIC = 0x7C


@dataclass(frozen=True)
class Offer:
    """One way to PACE. `mapping`: "GM" or "CAM"; `domain`: number of the standardized curve."""

    mapping: str = "GM"
    suite: Suite = SUITES[2]
    domain: int = 13

    @property
    def identifier(self) -> str:
        """The protocol's object identifier, dotted."""
        return f"{_PACE}.{_MAPPINGS[self.mapping]}.{self.suite.number}"

    @property
    def value(self) -> bytes:
        """The protocol's object identifier as in MSE:Set AT."""
        return oid_value(self.identifier)

    def info(self) -> bytes:
        """PACEInfo for EF.CardAccess (section 9.2.1)."""
        return sequence(oid(self.identifier), integer(2), integer(self.domain))


class Pace:
    """One run, from MSE:Set AT on. `password`: as f(password) gives it; `chip_key`: static, for CAM."""

    def __init__(self, offer: Offer, password: bytes, chip_key: int | None, authorities: bytes = b"") -> None:
        self._offer = offer
        self._domain: Domain = DOMAINS[offer.domain]
        self._password = password
        self._chip_key = chip_key
        self._authorities = authorities
        self._steps = [self._nonce, self._map, self._agree, self._confirm]
        self._s = secrets.token_bytes(16)
        self._mapping_key = 0
        self._generator: Any = None
        self._own = self._theirs = b""
        self._secret = b""
        self.session: Session | None = None  # the new channel after the last step

    @property
    def done(self) -> bool:
        """Whether all steps are over."""
        return not self._steps

    def step(self, data: bytes) -> bytes:
        """The answer to one GENERAL AUTHENTICATE. Raises Refused: 6A80 for bad data, 6300 for a bad token."""
        try:
            outer = elements(data)
            if len(outer) != 1 or outer[0][0] != _DYNAMIC:
                raise ValueError("no dynamic authentication data")
            return tlv(_DYNAMIC, self._steps.pop(0)(dict(elements(outer[0][1]))))
        except (ValueError, KeyError, IndexError) as wrong:
            raise Refused(WRONG_DATA) from wrong

    def _nonce(self, given: dict[int, bytes]) -> bytes:
        if given:
            raise ValueError("the first step is empty")
        key = self._offer.suite.derive(self._password, PASSWORD)
        return tlv(0x80, self._offer.suite.encrypt(key, self._s))

    def _map(self, given: dict[int, bytes]) -> bytes:
        theirs = self._domain.decode(given[0x81])
        self._mapping_key = self._random()
        own = self._domain.generator * self._mapping_key
        shared = theirs * self._mapping_key
        self._domain.encode(shared)  # raises when it is the point at infinity
        self._generator = self._domain.generator * int.from_bytes(self._s) + shared
        return tlv(0x82, self._domain.encode(own))

    def _agree(self, given: dict[int, bytes]) -> bytes:
        self._theirs = given[0x83]
        key = self._random()
        self._own = self._domain.encode(self._generator * key)
        if self._own == self._theirs:
            raise ValueError("the chip's own key came back")
        shared = self._domain.decode(self._theirs) * key
        self._secret = self._domain.encode(shared)[1 : 1 + self._domain.octets]
        return tlv(0x84, self._own)

    def _confirm(self, given: dict[int, bytes]) -> bytes:
        key = self._offer.suite.derive(self._secret, AUTHENTICATION)
        if given[0x85] != self._token(key, self._own):
            raise Refused(FAILED)
        self.session = Session(self._offer.suite, self._secret)
        answer = tlv(0x86, self._token(key, self._theirs)) + self._authorities
        if self._chip_key is not None and self._offer.mapping == "CAM":
            answer += tlv(0x8A, self._chip_authentication(self._chip_key))
        return answer

    def _token(self, key: bytes, point: bytes) -> bytes:
        """Authentication token over a public key (section 4.4.3.4)."""
        return self._offer.suite.mac(key, tlv(0x7F49, tlv(0x06, self._offer.value), tlv(0x86, point)))

    def _chip_authentication(self, chip_key: int) -> bytes:
        """Encrypted chip authentication data (section 4.4.3.5)."""
        order, suite = self._domain.order, self._offer.suite
        proof = pow(chip_key, -1, order) * self._mapping_key % order
        data = proof.to_bytes((order.bit_length() + 7) // 8)
        key = suite.derive(self._secret, ENCRYPTION)
        return suite.encrypt(key, pad(data, suite.block), suite.encrypt_block(key, b"\xff" * suite.block))

    def _random(self) -> int:
        return secrets.randbelow(self._domain.order - 1) + 1
