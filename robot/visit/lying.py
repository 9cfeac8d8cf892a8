"""Which card lies on a reader right now, and who is told when that changes."""

from __future__ import annotations

import asyncio

from hardware.ports import CardEvent, CardInserted


class Lying:
    """The cards on all readers.

    `expected`: a step waits for one; then the step speaks of it, nobody else.
    """

    def __init__(self) -> None:
        self.expected = False
        self._cards: dict[str, CardInserted] = {}
        self._seq = 0
        self._changed = asyncio.Event()

    def noticed(self, event: CardEvent) -> None:
        """Take in what the card reader says."""
        if isinstance(event, CardInserted):
            self._cards[event.reader] = event
        else:
            self._cards.pop(event.reader, None)
        self._seq += 1
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def newest(self) -> CardInserted | None:
        """The card that was laid down last and still lies there."""
        return max(self._cards.values(), key=lambda card: card.at, default=None)

    @property
    def seq(self) -> int:
        """How often something has changed."""
        return self._seq

    async def after(self, seq: int) -> None:
        """Wait until something has changed since `seq`."""
        while self._seq <= seq:
            await self._changed.wait()
