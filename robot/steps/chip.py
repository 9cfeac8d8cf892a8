"""Part of the document step: with consent, read the chip whose zone the camera has just read.

The zone is the key (ICAO 9303-11 section 4.3). Who may be read says `robot.policy`. What the chip gives goes
into the form, the outcome of the checks into the case for the clerk; the portrait is kept nowhere (PassG
section 16a (2), GDPR Art. 5 (1) (c)).
"""

from __future__ import annotations

import asyncio
import logging

from hardware.cards.emrtd.secrets import MrzSecret
from hardware.ports import (
    CardInserted,
    CardKind,
    ChipCheck,
    DocumentRead,
    MrzKey,
    MrzRead,
    ReadFailed,
    ReadFault,
    ReadProgress,
    State,
    Verdict,
)
from robot import policy
from robot.cases.model import Provenance
from robot.policy import NotAllowed
from robot.steps import proposal
from robot.steps.stage import Stage
from robot.web.view import ChipPanel, Consent

log = logging.getLogger(__name__)

PORTRAIT = "DG2"
TRIES = 3
STEP = 4  # percent; a finer bar would only cost messages to the screen


def kind_of(zone: MrzRead) -> CardKind:
    """The kind of card that bears this zone (ICAO 9303-4 to -7; PAuswG §5(4), AufenthG §78(2)).

    A visa is a label without a chip: it counts as unknown.
    """
    if zone.fields.get("document_type", "").startswith("V"):
        return CardKind.UNKNOWN
    if zone.fields.get("document_type", "").startswith("P"):
        return CardKind.PASSPORT
    if zone.fields.get("issuer", "") != "D":
        return CardKind.FOREIGN_ID
    residence = zone.fields.get("document_type", "").startswith("A")
    return CardKind.GERMAN_EAT if residence else CardKind.GERMAN_ID


def key_of(zone: MrzRead) -> MrzKey | None:
    """What opens the chip, None when the zone does not tell it."""
    try:
        secret = MrzSecret.from_lines(zone.lines)
    except ValueError:
        return None
    return MrzKey(secret.number, secret.birth_date, secret.expiry_date)


def offered(stage: Stage, zone: MrzRead) -> bool:
    """Whether this document's chip may be read now and gives anything.

    A German identity card gives a reader without a sovereign certificate nothing, whoever stands by.
    """
    kind = kind_of(zone)
    return (
        kind in policy.UNATTENDED
        and key_of(zone) is not None
        and stage.policy.refusal(kind, attended=stage.attended) is None
        and stage.cards.health().state is State.READY
    )


async def run(stage: Stage, zone: MrzRead) -> None:
    """Ask for consent, wait for the document, read it; the citizen can go on without at any time."""
    stage.show(
        lambda: Consent(
            title=stage.text("screen.chip.consent.title"),
            text=stage.text("screen.chip.consent.text"),
            law=policy.law(kind_of(zone)),
            actions=[
                stage.button("consent", "consent", "primary"),
                stage.button("decline", "without_chip"),
            ],
        )
    )
    await stage.tell("screen.chip.consent.say")
    while (answer := await stage.tap()) not in ("consent", "decline"):
        pass
    if answer == "decline":
        return
    stage.lying.expected = True
    reading = asyncio.create_task(_read(stage, zone), name="chip")
    leaving = asyncio.create_task(_without(stage), name="chip-tap")
    try:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            if read := reading.result():
                await _take(stage, zone, read)
        else:
            stage.visit.notes.append(stage.german("screen.chip.note.unread"))
    finally:
        stage.lying.expected = False
        for task in (reading, leaving):
            task.cancel()
        await asyncio.gather(reading, leaving, return_exceptions=True)


async def _without(stage: Stage) -> None:
    while await stage.tap() != "without":
        pass


class _Reader:
    """What the screen shows of the reading."""

    def __init__(self, stage: Stage, kind: CardKind) -> None:
        self._stage = stage
        self._kind = kind
        self._hint: tuple[str, str] | None = None
        self._reading = False
        self._percent = 0

    def panel(self) -> ChipPanel:
        """The document on the reader: what is amiss, or how much is read."""
        stage = self._stage
        key, law = self._hint or ("", "")
        return ChipPanel(
            title=stage.text("screen.chip.title"),
            text=stage.text("screen.chip.text"),
            document="passport" if self._kind is CardKind.PASSPORT else "card",
            hint=stage.text(key, law=law) if key else "",
            reading=self._reading,
            percent=self._percent,
            label=stage.text("screen.chip.bar"),
            actions=[stage.button("without", "without_chip")],
        )

    async def wrong(self, key: str, law: str = "") -> None:
        """Show and say what is amiss: the text `key`."""
        self._hint = key, law
        self._stage.redraw()
        await self._stage.tell(key, law=law)

    def reading(self, on: bool) -> None:
        """The bar begins at nothing, or is taken away."""
        self._reading = on
        if on:
            self._hint, self._percent = None, 0
        self._stage.redraw()

    def progress(self, step: ReadProgress) -> None:
        """Move the bar."""
        percent = 100 * step.done // step.total if step.file == PORTRAIT and step.total else 0
        if percent >= self._percent + STEP or (percent == 100 != self._percent):
            self._percent = percent
            self._stage.redraw()


async def _read(stage: Stage, zone: MrzRead) -> DocumentRead | None:
    """What the chip gave; None when it could not be read after several tries."""
    reader = _Reader(stage, kind_of(zone))
    stage.show(reader.panel, face="looking")
    await stage.tell("screen.chip.say")
    for _ in range(TRIES):
        card = await _laid(stage, reader)
        seq = stage.lying.seq
        try:
            return await _once(stage, zone, card, reader)
        except (ReadFailed, NotAllowed) as error:
            fault = error.fault.value if isinstance(error, ReadFailed) else ReadFault.OTHER_KIND.value
            log.warning("chip not read: %s", fault)
        await reader.wrong(f"screen.chip.fault.{fault}")
        await stage.lying.after(seq)
    stage.visit.notes.append(stage.german("screen.chip.note.unread"))
    await stage.tell("screen.chip.gave_up")
    return None


async def _laid(stage: Stage, reader: _Reader) -> CardInserted:
    """The next card that may be read; of another one it is said why not."""
    while True:
        seq, card = stage.lying.seq, stage.lying.newest
        if card is not None:
            refusal = stage.policy.refusal(card.kind, attended=stage.attended)
            if refusal is None:
                return card
            await reader.wrong(refusal.key, refusal.law)
        await stage.lying.after(seq)


async def _once(stage: Stage, zone: MrzRead, card: CardInserted, reader: _Reader) -> DocumentRead:
    key = key_of(zone)
    assert key is not None  # noqa: S101 - offered() has seen to it
    reader.reading(True)
    await stage.tell("screen.chip.reading")
    try:
        read = await stage.policy.read(
            stage.cards,
            card.reader,
            card.kind,
            key,
            attended=stage.attended,
            on=stage.today(),
            progress=reader.progress,
        )
    finally:
        reader.reading(False)
    stage.measured("chip_ms", read.ms)
    return read


async def _take(stage: Stage, zone: MrzRead, read: DocumentRead) -> None:
    """The chip's data into the form, unless the checks speak against them; the outcome for the clerk."""
    stage.visit.notes += notes(stage, zone, read)
    if not trustworthy(read) or not read.fields:
        await stage.tell("screen.chip.not_taken")
        return
    proposal.take(stage, proposal.from_chip(read), Provenance.CHIP)
    await stage.tell("screen.chip.read")


def trustworthy(read: DocumentRead) -> bool:
    """Whether nothing speaks against the data: not altered, and no copied chip."""
    return read.authenticity.verdict is not Verdict.ALTERED and ChipCheck.FAILED not in (
        read.chip_authentication,
        read.active_authentication,
    )


def notes(stage: Stage, zone: MrzRead, read: DocumentRead) -> list[str]:
    """What the clerk should know of the chip, in German, without anything about the person."""
    found = read.authenticity
    told = [
        stage.german(
            f"screen.chip.note.{found.verdict.value}",
            groups=", ".join(stage.german(f"screen.chip.group.{_group(name)}") for name in found.altered),
            issuer=found.issuer or stage.german("screen.chip.note.nobody"),
            signer=found.signer or stage.german("screen.chip.note.nobody"),
            reason=stage.german(f"screen.chip.cause.{_cause(found.reason)}"),
        )
    ]
    checks = (read.chip_authentication, read.active_authentication)
    if ChipCheck.FAILED in checks:
        told.append(stage.german("screen.chip.note.copy"))
    elif ChipCheck.PASSED in checks:
        told.append(stage.german("screen.chip.note.original"))
    else:
        told.append(stage.german("screen.chip.note.no_proof"))
    if any(
        read.fields.get(name, zone.fields[name]) != zone.fields[name] for name in _BOTH if name in zone.fields
    ):
        told.append(stage.german("screen.chip.note.differs"))
    return told


_BOTH = ("number", "birth_date", "expiry_date", "issuer")


# Why nothing can be said of the data: words of the check's English sentence, and the German one.
_CAUSES = (
    ("no security object", "unsigned"),
    ("was valid from", "expired"),
    ("another country", "country"),
    ("trust store", "store"),
    ("not one for signing", "role"),
    ("cannot be read", "unreadable"),
    ("cannot be checked", "unknown_method"),
)


def _cause(reason: str) -> str:
    return next((cause for words, cause in _CAUSES if words in reason), "other")


def _group(name: str) -> str:
    return {"DG1": "dg1", "DG2": "dg2", "DG11": "dg11", "DG12": "dg12", "SOD": "sod"}.get(name, "other")
