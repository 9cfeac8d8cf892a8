"""`lotse card`: which card lies on the reader, and with its key what its chip says, checked.

Whoever sits at the command line stands by the reader: what the town allows with a clerk there may be read.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hardware.cards import PcscReader
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
from hardware.ports import CanKey, CardInserted, CardKey, CardReader, DocumentRead, MrzKey
from robot.settings import Settings

CARD_S = 8.0


class NoCard(Exception):
    """Nothing lies on the reader."""


def reader_of(settings: Settings) -> PcscReader:
    """The driver of the card readers, wired to the address in the settings; not started."""
    return PcscReader(settings.device_path(settings.cards.pcscd_socket), settings.path(settings.cards.trust))


def mrz_key(words: Sequence[str]) -> MrzKey:
    r"""The key in a machine-readable zone: two or three lines, apart or in one text (spaces, commas, \n).

    Raises ValueError with one sentence.
    """
    text = " ".join(words).upper().replace("\\N", " ")
    lines = [line for line in re.split(r"[\s,;|/]+", text) if line]
    if len(lines) == 1 and len(lines[0]) in (72, 88, 90):
        size = {72: 36, 88: 44, 90: 30}[len(lines[0])]
        lines = [lines[0][at : at + size] for at in range(0, len(lines[0]), size)]
    secret = MrzSecret.from_lines(lines)
    return MrzKey(secret.number, secret.birth_date, secret.expiry_date)


def can_key(digits: str) -> CanKey:
    """The key on the front of a card. Raises ValueError with one sentence."""
    return CanKey(CanSecret(digits).can)


async def card(
    settings: Settings, key: CardKey | None, trace: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """What the command prints. Raises NoCard, NotAllowed, ReadFailed."""
    cards = reader_of(settings)
    events = cards.events()
    await cards.start()
    try:
        found = await _first(events)
        if key is None:
            return {"kind": found.kind.value}
        return await _read(settings, cards, found, key, trace)
    finally:
        await cards.stop()


async def _first(events: Any) -> CardInserted:
    try:
        async with asyncio.timeout(CARD_S):
            async for event in events:
                if isinstance(event, CardInserted):
                    return event
    except TimeoutError:
        pass
    raise NoCard


async def _read(
    settings: Settings,
    cards: CardReader,
    found: CardInserted,
    key: CardKey,
    trace: Callable[[str], None] | None,
) -> dict[str, Any]:
    read = await settings.cards.policy().read(
        cards, found.reader, found.kind, key, attended=True, on=date.today(), trace=trace
    )
    return told(read)


def told(read: DocumentRead) -> dict[str, Any]:
    """A reading as JSON; of the portrait its format and size."""
    portrait = read.portrait
    return {
        "kind": read.kind.value,
        "access": read.access,
        "protocol": read.protocol,
        "mrz_lines": list(read.lines),
        "data": read.fields,
        "portrait": {
            "format": portrait.format,
            "width": portrait.width,
            "height": portrait.height,
            "octets": portrait.octets,
        }
        if portrait
        else None,
        "groups": list(read.groups),
        "refused": {name: f"{status:04X}" for name, status in read.refused.items()},
        "faults": read.faults,
        "chip_authentication": read.chip_authentication.value,
        "active_authentication": read.active_authentication.value,
        "authenticity": {
            "verdict": read.authenticity.verdict.value,
            "altered": list(read.authenticity.altered),
            "reason": read.authenticity.reason,
            "signer": read.authenticity.signer,
            "issuer": read.authenticity.issuer,
        },
        "ms": read.ms,
    }
