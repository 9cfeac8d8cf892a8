"""Who may be read: the one place that says so, and the only one that asks a reader to read a chip.

The law behind it: an identity card's data may be read on site only by those who have compared the face
(PAuswG section 18a (2)), so a kiosk on its own only recognises the card; the same holds for a residence
permit (AufenthG section 78 (5)). Passport authorities may read a passport's chip to check it and must
delete the portrait at once (PassG section 16a (1), (2)); for other states' documents it is the citizen's
consent (GDPR Art. 6 (1)). What no service needs is not read at all (GDPR Art. 5 (1) (c)). A town may narrow
and widen this by settings, never beyond `UNATTENDED` and `ATTENDED`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from hardware.ports import CardKey, CardKind, CardReader, DocumentRead, ReadProgress

UNATTENDED: Final = frozenset({CardKind.PASSPORT, CardKind.FOREIGN_ID})
ATTENDED: Final = UNATTENDED | {CardKind.GERMAN_ID, CardKind.GERMAN_EAT}

_LAWS: Final = {
    CardKind.GERMAN_ID: "§ 18a PAuswG",
    CardKind.GERMAN_EAT: "§ 78 Abs. 5 AufenthG mit § 18a PAuswG",
    CardKind.PASSPORT: "§ 16a PassG",
    CardKind.FOREIGN_ID: "Art. 6 Abs. 1 DSGVO",
}
_NEEDLESS: Final = "Art. 5 Abs. 1 Buchst. c DSGVO"


@dataclass(frozen=True)
class Refusal:
    """Why a card is not read. `law`: the paragraph; `key`: the sentence for the citizen, with a place for it
    where they could have expected that it is read.
    """

    kind: CardKind
    law: str
    key: str

    def __str__(self) -> str:
        return f"This card ({self.kind.value}) is not read here ({self.law}); it is only recognised."


class NotAllowed(Exception):
    """The policy refuses to read."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class ChipPolicy:
    """What the town allows: `unattended` on its own, `attended` with a clerk standing by as well.

    Raises ValueError for a kind that no town may allow.
    """

    def __init__(self, unattended: Collection[CardKind], attended: Collection[CardKind]) -> None:
        for kinds, most in ((unattended, UNATTENDED), (attended, ATTENDED)):
            for kind in kinds:
                if kind not in most:
                    raise ValueError(f"{kind.value} may not be read ({law(kind)})")
        self._unattended = frozenset(unattended)
        self._attended = frozenset(attended) | self._unattended

    def readable(self, *, attended: bool) -> frozenset[CardKind]:
        """The kinds that may be read now."""
        return self._attended if attended else self._unattended

    def refusal(self, kind: CardKind, *, attended: bool) -> Refusal | None:
        """Why a card of this kind is not read now, None when it may be."""
        if kind in self.readable(attended=attended):
            return None
        group = "chip.refused" if kind in ATTENDED else "card"
        return Refusal(kind, law(kind), f"screen.{group}.{kind.value}")

    async def read(
        self,
        cards: CardReader,
        reader: str,
        kind: CardKind,
        key: CardKey,
        *,
        attended: bool,
        on: date,
        progress: Callable[[ReadProgress], None] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> DocumentRead:
        """Read the card of this kind on `reader`; a card of a kind that may not be read is left unread,
        even when it was exchanged meanwhile. Raises NotAllowed, ReadFailed.
        """
        if refusal := self.refusal(kind, attended=attended):
            raise NotAllowed(refusal)
        return await cards.read(
            reader, key, self.readable(attended=attended), on=on, progress=progress, trace=trace
        )


def law(kind: CardKind) -> str:
    """The paragraph that limits the reading of this kind of card."""
    return _LAWS.get(kind, _NEEDLESS)
