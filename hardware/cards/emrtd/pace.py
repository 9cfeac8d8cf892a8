"""PACE: password and chip agree on keys over elliptic curves (ICAO 9303-11 section 4.4).

Generic mapping and chip authentication mapping, all ciphers, all standardised curves. What the chip sends is
a point of the right curve and none that we sent, or the chip lies.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from hardware.cards import tlv
from hardware.cards.emrtd.ciphers import AUTHENTICATION, ENCRYPTION, PASSWORD, SUITES, unpad
from hardware.cards.emrtd.points import Group, Point, finite
from hardware.cards.emrtd.secrets import Secret
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.emrtd.security_infos import (
    ECDH,
    ECDH_CHIP,
    ECDH_GENERIC,
    PaceInfo,
    SecurityInfos,
    elliptic_key,
    standard_curve,
)
from hardware.cards.iso7816 import (
    CardLied,
    CardRefused,
    CardUnsupported,
    Channel,
    Command,
    Response,
    WrongSecret,
    demand,
    denies_secret,
)

_DYNAMIC_DATA = 0x7C
_PUBLIC_KEY = 0x7F49
_OID = 0x06
_ENCRYPTED_NONCE = 0x80
_MAP_SENT, _MAP_RECEIVED = 0x81, 0x82
_KEY_SENT, _KEY_RECEIVED = 0x83, 0x84
_TOKEN_SENT, _TOKEN_RECEIVED = 0x85, 0x86
_CHIP_DATA = 0x8A
_CHAINED = 0x10
_NOT_FOUND = 0x6A88
_LONGEST_NONCE = 64


@dataclass(frozen=True)
class ChipProof:
    """What chip authentication mapping brought: `factor` times the chip's static key is its mapping key."""

    group: Group
    mapping_key: Point
    factor: int

    def holds(self, infos: SecurityInfos) -> bytes | None:
        """The encoded static key in EF.CardSecurity for which it holds, None when there is none."""
        for key in infos.keys:
            if key.agreement != ECDH:
                continue
            curve, encoded = elliptic_key(key.info)
            if curve.name != self.group.name:
                continue
            static = self.group.decode(encoded)
            if static * self.factor == self.mapping_key:
                return encoded
        return None


@dataclass(frozen=True)
class PaceSession:
    """An open chip: `name` of the variant with its curve; `proof` after chip authentication mapping.

    `proof` is None as well when the chip's data for it could not be understood; `mapped` tells that apart.
    """

    channel: SecureChannel
    name: str
    info: PaceInfo
    proof: ChipProof | None = None

    @property
    def mapped(self) -> bool:
        """Whether chip authentication mapping was used."""
        return self.info.mapping == ECDH_CHIP


class PaceRun:
    """One run of PACE on the terminal's side, step by step.

    Args:
        info: the variant.
        group: the points of its curve.
        secret: the password.
        mapping_key, session_key: the terminal's ephemeral private keys; random if not given.
    """

    def __init__(
        self,
        info: PaceInfo,
        group: Group,
        secret: Secret,
        mapping_key: int | None = None,
        session_key: int | None = None,
    ) -> None:
        self.info = info
        self._suite = SUITES[info.cipher]
        self._group = group
        self._secret = secret
        self._mapping_key = mapping_key or group.private_key()
        self._session_key = session_key or group.private_key()
        self._sent: Point = None
        self._base: Point = None
        self._chip_mapping: Point = None
        self._chip_key: Point = None
        self._keys = (b"", b"")

    def nonce(self, encrypted: bytes) -> int:
        """The chip's nonce: as many blocks as the chip likes. Raises CardLied for none and for a long one."""
        if len(encrypted) % self._suite.block or not 0 < len(encrypted) <= _LONGEST_NONCE:
            raise CardLied("The card's nonce has a length that no nonce has.")
        key = self._suite.derive(self._secret.pace_secret, PASSWORD)
        return int.from_bytes(self._suite.decrypt(key, encrypted))

    def mapping_point(self) -> bytes:
        """The terminal's public key of the mapping."""
        self._sent = self._group.multiply(self._group.generator, self._mapping_key)
        return self._group.encode(self._sent)

    def map(self, nonce: int, answer: bytes) -> bytes:
        """Take the chip's key of the mapping; returns the new base point (s·G + H)."""
        self._chip_mapping = self._received(answer)
        shared = self._group.multiply(self._chip_mapping, self._mapping_key)
        self._base = finite(self._group.generator * nonce + shared)
        return self._group.encode(self._base)

    def session_point(self) -> bytes:
        """The terminal's public key of the agreement, over the new base point."""
        self._sent = self._group.multiply(self._base, self._session_key)
        return self._group.encode(self._sent)

    def agree(self, answer: bytes) -> bytes:
        """Take the chip's key of the agreement; returns the shared secret."""
        self._chip_key = self._received(answer)
        shared = self._group.x(self._group.multiply(self._chip_key, self._session_key))
        self._keys = (self._suite.derive(shared, ENCRYPTION), self._suite.derive(shared, AUTHENTICATION))
        return shared

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """KSenc and KSmac."""
        return self._keys

    def token(self) -> bytes:
        """What proves the keys to the chip: a MAC over the chip's public key."""
        return self._token_over(self._chip_key)

    def confirm(self, token: bytes) -> None:
        """Check the chip's token. Raises CardLied."""
        if not hmac.compare_digest(token, self._token_over(self._sent)):
            raise CardLied("The card's token of PACE is wrong.")

    def proof(self, encrypted: bytes) -> ChipProof:
        """Take the data of chip authentication mapping (section 4.4.3.5). Raises CardLied."""
        key, block = self._keys[0], self._suite.block
        if not encrypted or len(encrypted) % block or len(encrypted) > 256:
            raise CardLied("The card's chip authentication data has a wrong length.")
        start = self._suite.encrypt(key, b"\xff" * block)
        try:
            factor = int.from_bytes(unpad(self._suite.decrypt(key, encrypted, start)))
        except ValueError:
            raise CardLied("The card's chip authentication data is not padded.") from None
        if not 0 < factor < self._group.order:
            raise CardLied("The card's chip authentication data is no number of its curve.")
        return ChipProof(self._group, self._chip_mapping, factor)

    def _received(self, data: bytes) -> Point:
        point = self._group.decode(data)
        if point == self._sent:
            raise CardLied("The card sent our own public key back.")
        return point

    def _token_over(self, point: Point) -> bytes:
        template = tlv.encode(_OID, self.info.oid) + tlv.encode(0x86, self._group.encode(point))
        return self._suite.token(self._keys[1], tlv.encode(_PUBLIC_KEY, template))


def choose(infos: Sequence[PaceInfo]) -> PaceInfo:
    """The strongest variant on offer: chip authentication mapping first, then cipher, then curve.

    Raises CardUnsupported when all that the card offers are others.
    """
    able = []
    for info in infos:
        if info.mapping not in (ECDH_GENERIC, ECDH_CHIP) or info.cipher not in SUITES:
            continue
        if info.mapping == ECDH_CHIP and info.cipher == 1:
            continue  # chip authentication mapping knows AES only
        try:
            bits = standard_curve(info.parameter_id).p.bit_length()
        except CardUnsupported:
            continue
        able.append((info.mapping, info.cipher, bits, info))
    if not able:
        offered = ", ".join(sorted({info.name for info in infos}))
        raise CardUnsupported(
            f"The card offers PACE only in variants that this reader does not know: {offered}."
        )
    return max(able, key=lambda ranked: ranked[:3])[-1]


def open_with_pace(channel: Channel, infos: Sequence[PaceInfo], secret: Secret) -> PaceSession:
    """Open a chip whose master file is selected, with the strongest variant it offers.

    Raises WrongSecret when the password is not this chip's, CardUnsupported, CardLied, CardRefused.
    """
    info = choose(infos)
    curve = standard_curve(info.parameter_id)
    run = PaceRun(info, Group(curve), secret)
    several = len({other.parameter_id for other in infos if other.oid == info.oid}) > 1
    _select(channel, info, secret, parameter_id=info.parameter_id if several else None)

    nonce = run.nonce(_step(channel, b"", _ENCRYPTED_NONCE))
    run.map(nonce, _step(channel, tlv.encode(_MAP_SENT, run.mapping_point()), _MAP_RECEIVED))
    run.agree(_step(channel, tlv.encode(_KEY_SENT, run.session_point()), _KEY_RECEIVED))
    answer = channel.exchange(_authenticate(0, tlv.encode(_TOKEN_SENT, run.token())))
    if denies_secret(answer.sw):
        raise WrongSecret(answer.sw, "the machine-readable zone or access number")
    found = _dynamic(answer, "the end of PACE")
    run.confirm(_one(found, _TOKEN_RECEIVED))
    secure = SecureChannel(channel, SUITES[info.cipher], *run.keys)
    proof = None
    if info.mapping == ECDH_CHIP:
        # A chip that cannot prove itself is a finding, not a failure: the document is read all the same.
        try:
            proof = run.proof(_one(found, _CHIP_DATA))
        except CardLied:
            proof = None
    return PaceSession(secure, f"{info.name} {curve.name}", info, proof)


def _select(channel: Channel, info: PaceInfo, secret: Secret, parameter_id: int | None) -> None:
    """MSE:Set AT, section 4.4.4.1."""
    data = tlv.encode(0x80, info.oid) + tlv.encode(0x83, bytes((secret.pace_reference,)))
    if parameter_id is not None:
        data += tlv.encode(0x84, bytes((parameter_id,)))
    answer = channel.exchange(Command(0, 0x22, 0xC1, 0xA4, data))
    if answer.sw == _NOT_FOUND:
        raise CardUnsupported("The card does not know this kind of password: take the machine-readable zone.")
    if not answer.ok and answer.sw >> 8 != 0x63:  # 63Cx: tries left
        raise CardRefused(answer.sw, "PACE")


def _step(channel: Channel, data: bytes, wanted: int) -> bytes:
    answer = channel.exchange(_authenticate(_CHAINED, data))
    return _one(_dynamic(answer, "a step of PACE"), wanted)


def _authenticate(cla: int, data: bytes) -> Command:
    """GENERAL AUTHENTICATE, section 4.4.4.2."""
    return Command(cla, 0x86, 0, 0, tlv.encode(_DYNAMIC_DATA, data), le=256)


def _dynamic(answer: Response, what: str) -> list[tlv.Element]:
    try:
        return tlv.elements(tlv.only(demand(answer, what), _DYNAMIC_DATA))
    except ValueError:
        raise CardLied("The card's answer to PACE is not built as the standard says.") from None


def _one(found: list[tlv.Element], tag: int) -> bytes:
    values = [element.value for element in found if element.tag == tag]
    if len(values) != 1:
        raise CardLied("The card's answer to PACE lacks its data.")
    return values[0]
