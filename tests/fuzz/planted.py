"""Four faults on purpose: the net must catch each, or its silence about the real targets says nothing."""

from __future__ import annotations

from tests.fuzz.targets import Target, Try


def _crash() -> Try:
    def attempt(data: bytes) -> None:
        if len(data) > 3:
            raise KeyError("planted")

    return attempt


def _hang() -> Try:
    def attempt(data: bytes) -> None:
        while len(data) > 3:
            pass

    return attempt


def _promise() -> Try:
    """Reserves what a length field announces: untouched memory, which no one sees in the resident set."""

    def attempt(data: bytes) -> None:
        if len(data) > 3:
            bytearray(2_000_000_000)

    return attempt


def _memory() -> Try:
    hoard: list[bytes] = []

    def attempt(data: bytes) -> None:
        if len(data) > 3 and len(hoard) < 6:
            hoard.append(b"\x01" * 50_000_000)

    return attempt


PLANTED: dict[str, Target] = {
    target.name: target
    for target in (
        Target("planted_crash", _crash, 64),
        Target("planted_hang", _hang, 64),
        Target("planted_memory", _memory, 64),
        Target("planted_promise", _promise, 64),
    )
}
