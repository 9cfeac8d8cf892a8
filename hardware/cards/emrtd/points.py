"""Points of elliptic curves, as key agreements need them: PACE adds points, which `cryptography` cannot.

Sources: ICAO 9303-11 sections 9.4.4 and 9.5.1 (uncompressed points), BSI TR-03111 section 4.3. The private
keys here are used once, on the terminal's side.
"""

from __future__ import annotations

from typing import Any

from ecdsa.ellipticcurve import INFINITY, CurveFp, PointJacobi
from ecdsa.util import randrange

from hardware.cards.emrtd.ec import NamedCurve
from hardware.cards.iso7816 import CardLied

_UNCOMPRESSED = 0x04

Point = Any
"""A point of `ecdsa`, which has no types."""


class Group:
    """The points of one curve. `octets`: size of a coordinate."""

    def __init__(self, curve: NamedCurve) -> None:
        self.name = curve.name
        self.octets = curve.octets
        self.order = curve.n
        self._prime = curve.p
        self._curve = CurveFp(curve.p, curve.a, curve.b, 1)
        # Not marked as a generator: its table of multiples costs more than the few uses here.
        self.generator: Point = PointJacobi(self._curve, curve.gx, curve.gy, 1, curve.n)

    def private_key(self) -> int:
        """A fresh random number from 1 to the order."""
        return int(randrange(self.order))

    def decode(self, data: bytes) -> Point:
        """A point that the card sent. Raises CardLied unless it is an uncompressed point of this curve."""
        x, y = int.from_bytes(data[1 : 1 + self.octets]), int.from_bytes(data[1 + self.octets :])
        whole = len(data) == 1 + 2 * self.octets and data[0] == _UNCOMPRESSED and max(x, y) < self._prime
        if not whole or not self._curve.contains_point(x, y):
            raise CardLied(f"The card sent a public key that is no point of {self.name}.")
        return PointJacobi(self._curve, x, y, 1, self.order)

    def encode(self, point: Point) -> bytes:
        """04, x, y."""
        affine = point.to_affine()
        return (
            bytes((_UNCOMPRESSED,))
            + int(affine.x()).to_bytes(self.octets)
            + int(affine.y()).to_bytes(self.octets)
        )

    def x(self, point: Point) -> bytes:
        """The x coordinate, what a key agreement yields."""
        return int(point.x()).to_bytes(self.octets)

    def multiply(self, point: Point, factor: int) -> Point:
        """`factor` times the point. Raises CardLied when that is the point at infinity."""
        return finite(point * factor)


def finite(point: Point) -> Point:
    """The point itself. Raises CardLied for the point at infinity."""
    if point == INFINITY:
        raise CardLied("The card's public key leads to the point at infinity.")
    return point
