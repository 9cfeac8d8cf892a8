"""Chip authentication: the chip proves that it holds the private key of its DG14 (ICAO 9303-11 section 6.2).

A copied chip has the data groups but not that key; after the key agreement it cannot answer any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hardware.cards import tlv
from hardware.cards.emrtd.ciphers import SUITES
from hardware.cards.emrtd.points import Group, Point
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.emrtd.security_infos import (
    ECDH,
    ChipAuthenticationInfo,
    SecurityInfos,
    elliptic_key,
)
from hardware.cards.iso7816 import (
    CardError,
    CardLied,
    CardRefused,
    Channel,
    Command,
    SessionLost,
    demand,
)

_TRIPLE_DES = 1
_ANY_COMMAND = Command(0, 0xB0, 0x8E, 0, le=8)  # reads DG14; whatever the answer, its MAC is the proof


class NotProven(CardError):
    """The chip did not prove its key. `session_over`: whether it has to be opened again."""

    def __init__(self, *, session_over: bool) -> None:
        super().__init__("The chip could not prove that it holds its private key.")
        self.session_over = session_over


@dataclass(frozen=True)
class Offer:
    """A variant of chip authentication and the static key it goes with, on its curve."""

    info: ChipAuthenticationInfo
    group: Group
    point: Point


def choose(infos: SecurityInfos) -> Offer | None:
    """The strongest variant over elliptic curves that DG14 offers, None when it offers none.

    A key without a variant means 3DES, as in the first documents that had chip authentication. Raises
    CardLied for a key that is none, CardUnsupported for one on an unknown curve.
    """
    pairs = []
    for key in infos.keys:
        if key.agreement != ECDH:
            continue
        variants = [
            info
            for info in infos.chip_authentication
            if info.agreement == ECDH
            and info.cipher in SUITES
            and (info.key_id == key.key_id or info.key_id is None or key.key_id is None)
        ]
        if not infos.chip_authentication:
            variants = [ChipAuthenticationInfo(b"", ECDH, _TRIPLE_DES, key.key_id)]
        pairs += [(info, key) for info in variants]
    if not pairs:
        return None
    info, key = max(pairs, key=lambda pair: pair[0].cipher)
    curve, encoded = elliptic_key(key.info)
    group = Group(curve)
    reference = replace(info, key_id=key.key_id)
    return Offer(reference, group, group.decode(encoded))


def authenticate(below: Channel, secure: Channel, offer: Offer) -> SecureChannel:
    """Agree on new keys with the chip's static key; returns the channel that uses them.

    Args:
        below: the plain channel, for the new one.
        secure: the channel now in use.
        offer: what DG14 offers.

    Raises NotProven when the chip declines or cannot answer under the new keys.
    """
    group = offer.group
    private = group.private_key()
    try:
        for command in _commands(offer, group.encode(group.multiply(group.generator, private))):
            demand(secure.exchange(command), "chip authentication")
    except SessionLost as lost:
        raise NotProven(session_over=True) from lost
    except CardRefused as refusal:
        raise NotProven(session_over=False) from refusal
    shared = group.x(group.multiply(offer.point, private))
    renewed = SecureChannel.from_secret(below, SUITES[offer.info.cipher], shared)
    try:
        renewed.exchange(_ANY_COMMAND)
    except (CardLied, SessionLost) as error:
        raise NotProven(session_over=True) from error
    return renewed


def _commands(offer: Offer, public: bytes) -> list[Command]:
    """MSE:Set KAT for 3DES, else MSE:Set AT and GENERAL AUTHENTICATE (section 6.2.4)."""
    key_id = _reference(offer.info.key_id)
    if offer.info.cipher == _TRIPLE_DES:
        return [Command(0, 0x22, 0x41, 0xA6, tlv.encode(0x91, public) + key_id)]
    return [
        Command(0, 0x22, 0x41, 0xA4, tlv.encode(0x80, offer.info.oid) + key_id),
        Command(0, 0x86, 0, 0, tlv.encode(0x7C, tlv.encode(0x80, public)), le=256),
    ]


def _reference(key_id: int | None) -> bytes:
    if key_id is None:
        return b""
    return tlv.encode(0x84, key_id.to_bytes(max(1, (key_id.bit_length() + 7) // 8)))
