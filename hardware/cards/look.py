"""The only commands sent to a card unasked: SELECT, READ BINARY of files that are free to read, probes.

No PACE, no BAC, no CAN: what is read with a key is read on request only (hardware.cards.reading), and who may
be read is the robot's policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hardware.cards.kinds import (
    EVERYDAY_APPLICATIONS,
    IDENTITY_APPLICATIONS,
    PAYMENT_CONTACT,
    PAYMENT_CONTACTLESS,
    Look,
    probed,
    storage_card,
)

MASTER_FILE = bytes.fromhex("3F00")
EF_DIR = bytes.fromhex("2F00")
EF_CARD_ACCESS = bytes.fromhex("011C")

_LARGEST_FILE = 2048  # octets; EF.CardAccess of today's cards has 40 to 400

Transmit = Callable[[bytes], bytes]


def look_at(atr: bytes, transmit: Transmit, *, block_protocol: bool) -> Look:
    """Ask a card what it is.

    Args:
        atr: its answer to reset.
        transmit: sends a command APDU and returns the response APDU; its errors pass through.
        block_protocol: T=1 or contactless; T=0 sends no data back to a SELECT.
    """
    if storage_card(atr):
        return Look(atr)
    transmit(b"\x00\xa4\x00\x0c\x02" + MASTER_FILE)
    directory = _read(transmit, EF_DIR)
    card_access = _read(transmit, EF_CARD_ACCESS)
    aids = _first_selected(transmit, IDENTITY_APPLICATIONS, block_protocol) or _first_selected(
        transmit, EVERYDAY_APPLICATIONS, block_protocol
    )
    known = bool(aids or directory)
    answers = frozenset() if known else probed(transmit, block_protocol=block_protocol)
    return Look(atr, aids, directory, card_access, answers)


def _first_selected(transmit: Transmit, aids: Iterable[bytes], block_protocol: bool) -> frozenset[bytes]:
    """The first of the applications that the card has: once known, nothing more is asked."""
    for aid in aids:
        # Payment applications answer a SELECT only with their list of applications, which is not kept.
        wants_answer = aid in (PAYMENT_CONTACT, PAYMENT_CONTACTLESS)
        command = b"\x00\xa4\x04" + (b"\x00" if wants_answer else b"\x0c") + bytes((len(aid),)) + aid
        if wants_answer and block_protocol:
            command += b"\x00"
        if _succeeded(transmit(command)):
            return frozenset((aid,))
    return frozenset()


def _read(transmit: Transmit, identifier: bytes) -> bytes:
    """A transparent file of the current directory, b"" if it is not there or not free to read."""
    if not _succeeded(transmit(b"\x00\xa4\x02\x0c\x02" + identifier)):
        return b""
    data = b""
    while len(data) < _LARGEST_FILE:
        answer = _read_binary(transmit, len(data), 0)
        if answer[-2:-1] == b"\x6c":  # T=0: the card tells how much there is
            answer = _read_binary(transmit, len(data), answer[-1])
        data += answer[:-2]
        if answer[-2:] != b"\x90\x00" or len(answer) < 258:
            break
    return data


def _read_binary(transmit: Transmit, offset: int, size: int) -> bytes:
    return transmit(b"\x00\xb0" + offset.to_bytes(2) + bytes((size,)))


def _succeeded(answer: bytes) -> bool:
    """9000, 61xx (more data waits) and 62xx (a warning, such as a deactivated application)."""
    return answer[-2:-1] in (b"\x90", b"\x61", b"\x62")
