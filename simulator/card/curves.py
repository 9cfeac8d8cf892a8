"""The standardized elliptic curves of ICAO 9303-11 section 9.5.1 (table of domain parameters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecdsa import curves
from ecdsa.ellipticcurve import INFINITY, PointJacobi

from simulator.card.der import bits, integer, octets, oid, sequence

EC_PUBLIC_KEY = oid("1.2.840.10045.2.1")
_PRIME_FIELD = oid("1.2.840.10045.1.1")


@dataclass(frozen=True)
class Domain:
    """One curve. `number`: its standardized identifier; points are ecdsa's PointJacobi."""

    number: int
    library: Any

    @property
    def name(self) -> str:
        """As the library calls it, e.g. "BRAINPOOLP256r1"."""
        return str(self.library.name)

    @property
    def order(self) -> int:
        """n."""
        return int(self.library.order)

    @property
    def generator(self) -> Any:
        """G."""
        return self.library.generator

    @property
    def octets(self) -> int:
        """The length of a coordinate."""
        return (int(self.library.curve.p()).bit_length() + 7) // 8

    def encode(self, point: Any) -> bytes:
        """Uncompressed (BSI TR-03111 section 3.2.1). Raises ValueError for the point at infinity."""
        if point == INFINITY:
            raise ValueError("the point at infinity")
        return b"\x04" + self.field(point.x()) + self.field(point.y())

    def decode(self, data: bytes) -> Any:
        """The point. Raises ValueError when it is none of this curve."""
        if len(data) != 2 * self.octets + 1 or data[0] != 4:
            raise ValueError("not an uncompressed point of this curve")
        x, y = (int.from_bytes(part) for part in (data[1 : 1 + self.octets], data[1 + self.octets :]))
        # The library does not look: a point of another curve would give the key away.
        if not self.library.curve.contains_point(x, y):
            raise ValueError("not a point of this curve")
        return PointJacobi(self.library.curve, x, y, 1, self.order)

    def field(self, element: int) -> bytes:
        """A field element as octets (FE2OS)."""
        return int(element).to_bytes(self.octets)

    def public_key_info(self, point: Any, *, named: bool) -> bytes:
        """SubjectPublicKeyInfo; unless `named`, with explicit parameters as German documents have them."""
        parameters = oid(".".join(map(str, self.library.oid))) if named else self.parameters()
        return sequence(sequence(EC_PUBLIC_KEY, parameters), bits(self.encode(point)))

    def parameters(self) -> bytes:
        """ECParameters written out (RFC 3279 section 2.3.5)."""
        curve = self.library.curve
        p = int(curve.p())
        return sequence(
            integer(1),
            sequence(_PRIME_FIELD, integer(p)),
            sequence(octets(self.field(curve.a() % p)), octets(self.field(curve.b() % p))),
            octets(self.encode(self.generator)),
            integer(self.order),
            integer(1),
        )


DOMAINS: dict[int, Domain] = {
    number: Domain(number, library)
    for number, library in (
        (8, curves.NIST192p),
        (9, curves.BRAINPOOLP192r1),
        (10, curves.NIST224p),
        (11, curves.BRAINPOOLP224r1),
        (12, curves.NIST256p),
        (13, curves.BRAINPOOLP256r1),
        (14, curves.BRAINPOOLP320r1),
        (15, curves.NIST384p),
        (16, curves.BRAINPOOLP384r1),
        (17, curves.BRAINPOOLP512r1),
        (18, curves.NIST521p),
    )
}
