"""Signed data as documents and master lists carry it (RFC 5652 section 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from simulator.card.der import explicit, integer, octets, oid, sequence, set_of, tlv, utc_time
from simulator.card.signing import SHA256, Key

_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = oid("1.2.840.113549.1.9.5")


def signed_data(
    kind: str,
    content: bytes,
    *,
    key: Key,
    issuer: bytes,
    serial: int,
    certificates: Iterable[bytes],
    day: date,
) -> bytes:
    """ContentInfo with `content` of type `kind` (dotted), signed with SHA-256 on `day`.

    `issuer` and `serial` name the signer's certificate; `certificates` travel along.
    """
    attributes = (
        sequence(_CONTENT_TYPE, set_of(oid(kind))),
        sequence(_SIGNING_TIME, set_of(utc_time(day))),
        sequence(_MESSAGE_DIGEST, set_of(octets(hashlib.sha256(content).digest()))),
    )
    signed = set_of(*attributes)
    signer = sequence(
        integer(1),
        sequence(issuer, integer(serial)),
        SHA256,
        b"\xa0" + signed[1:],
        key.algorithm(),
        octets(key.sign(signed)),
    )
    return sequence(
        _SIGNED_DATA,
        explicit(
            0,
            sequence(
                integer(3),
                set_of(SHA256),
                sequence(oid(kind), explicit(0, octets(content))),
                tlv(0xA0, *certificates),
                set_of(signer),
            ),
        ),
    )
