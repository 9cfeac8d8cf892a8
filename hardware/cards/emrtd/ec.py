"""Elliptic curves of passports: named or with explicit parameters, and ECDSA on all of them.

Sources: ICAO 9303-12 section 4.4.2 (explicit parameters), SEC 1 section C.2 (SpecifiedECDomain), RFC 5639
(brainpool: r1 and t1 of a size share the prime), ICAO 9303-11 section 9.5.1. Explicit parameters count
only if they are exactly those of a known curve: a document cannot bring a weak curve of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ecdsa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from hardware.cards import tlv

_PRIME_FIELD = "1.2.840.10045.1.1"
_SHORTEST_BITS = 160  # brainpoolP160r1: what old issuers signed with
_LIBRARY_CURVES: dict[str, ec.EllipticCurve] = {
    "1.2.840.10045.3.1.1": ec.SECP192R1(),
    "1.3.132.0.33": ec.SECP224R1(),
    "1.2.840.10045.3.1.7": ec.SECP256R1(),
    "1.3.132.0.34": ec.SECP384R1(),
    "1.3.132.0.35": ec.SECP521R1(),
    "1.3.36.3.3.2.8.1.1.7": ec.BrainpoolP256R1(),
    "1.3.36.3.3.2.8.1.1.11": ec.BrainpoolP384R1(),
    "1.3.36.3.3.2.8.1.1.13": ec.BrainpoolP512R1(),
}


class UnknownCurve(ValueError):
    """A curve that no standard for travel documents names; the message is one sentence."""


@dataclass(frozen=True)
class NamedCurve:
    """A prime curve: y² = x³ + ax + b over p, generator (gx, gy) of order n."""

    oid: str
    name: str
    p: int
    a: int
    b: int
    gx: int
    gy: int
    n: int

    @property
    def octets(self) -> int:
        """Octets of a coordinate."""
        return (self.p.bit_length() + 7) // 8


def _known() -> tuple[tuple[NamedCurve, Any], ...]:
    found = []
    for curve in ecdsa.curves.curves:
        if not isinstance(curve.curve, ecdsa.ellipticcurve.CurveFp) or not curve.oid:
            continue
        p, g = int(curve.curve.p()), curve.generator
        if p.bit_length() < _SHORTEST_BITS:
            continue
        oid = ".".join(map(str, curve.oid))
        numbers = (
            p,
            int(curve.curve.a()) % p,
            int(curve.curve.b()) % p,
            int(g.x()),
            int(g.y()),
            int(g.order()),
        )
        found.append((NamedCurve(oid, _spelling(curve.name), *numbers), curve))
    return tuple(found)


def _spelling(name: str) -> str:
    return name.replace("BRAINPOOL", "brainpool").replace("NIST", "P-").removesuffix("p")


_KNOWN = _known()
CURVES: dict[str, NamedCurve] = {curve.oid: curve for curve, _ in _KNOWN}
_PURE: dict[str, Any] = {curve.oid: pure for curve, pure in _KNOWN}


def curve_of(parameters: bytes) -> NamedCurve:
    """The curve that DER ECParameters name or spell out.

    Raises UnknownCurve for others, for curves over binary fields and for parameters that differ in one bit
    from a known curve; TlvError for bytes that are no DER.
    """
    element = _single(parameters)
    if element.tag == 0x06:
        oid = tlv.dotted(element.value)
        if oid not in CURVES:
            raise UnknownCurve(f"The curve {oid} is none that travel documents use.")
        return CURVES[oid]
    if element.tag != 0x30:
        raise UnknownCurve("The curve is neither named nor spelt out.")
    return _match(element.value)


def _match(specified: bytes) -> NamedCurve:
    fields = tlv.elements(specified)
    if [field.tag for field in fields[:5]] != [0x02, 0x30, 0x30, 0x04, 0x02]:
        raise UnknownCurve("The explicit curve parameters are incomplete.")
    field_id, coefficients = tlv.elements(fields[1].value), tlv.elements(fields[2].value)
    tags = [part.tag for part in field_id], [part.tag for part in coefficients[:2]]
    if tags != ([0x06, 0x02], [0x04, 0x04]) or tlv.dotted(field_id[0].value) != _PRIME_FIELD:
        raise UnknownCurve("The explicit curve parameters describe no curve over a prime field.")
    p, n = int.from_bytes(field_id[1].value), int.from_bytes(fields[4].value)
    a, b = (int.from_bytes(part.value) for part in coefficients[:2])
    generator = fields[3].value
    cofactors = [int.from_bytes(part.value) for part in fields[5:6] if part.tag == 0x02]
    for curve in CURVES.values():
        if (curve.p, curve.a, curve.b, curve.n) != (p, a, b, n) or cofactors not in ([], [1]):
            continue
        x, y = curve.gx.to_bytes(curve.octets), curve.gy.to_bytes(curve.octets)
        if generator in (b"\x04" + x + y, bytes([2 + curve.gy % 2]) + x):
            return curve
    raise UnknownCurve("The explicit curve parameters are those of no known curve.")


def verify(
    curve: NamedCurve, point: bytes, signature: bytes, digest: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    """Whether a DER ECDSA signature over a digest holds (BSI TR-03111 section 4.2.1).

    `point`: the public key as an octet string, compressed or not. Raises UnknownCurve when it is no point of
    the curve.
    """
    library = _LIBRARY_CURVES.get(curve.oid)
    try:
        if library is None:
            return _verify_pure(_PURE[curve.oid], point, signature, digest)
        key = ec.EllipticCurvePublicKey.from_encoded_point(library, point)
    except (ValueError, ecdsa.errors.MalformedPointError) as error:
        raise UnknownCurve(f"The public key is no point of {curve.name}.") from error
    try:
        key.verify(signature, digest, ec.ECDSA(utils.Prehashed(algorithm)))
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_pure(curve: Any, point: bytes, signature: bytes, digest: bytes) -> bool:
    """For the curves `cryptography` does not have: public data only, so timing gives nothing away."""
    key = ecdsa.VerifyingKey.from_string(point, curve, valid_encodings=("uncompressed", "compressed"))
    try:
        return bool(
            key.verify_digest(signature, digest, sigdecode=ecdsa.util.sigdecode_der, allow_truncate=True)
        )
    except (ecdsa.BadSignatureError, ecdsa.der.UnexpectedDER, ValueError):
        return False


def _single(data: bytes) -> tlv.Element:
    found = tlv.elements(data)
    if len(found) != 1:
        raise UnknownCurve("The curve parameters are missing or more than one.")
    return found[0]
