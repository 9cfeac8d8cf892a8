"""The driver of all PC/SC readers: runs the watching process, ends it when it hangs, reads documents."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hardware.cards.kinds import Look, classify
from hardware.ports import (
    Authenticity,
    CanKey,
    CardEvent,
    CardInserted,
    CardKey,
    CardKind,
    CardRemoved,
    ChipCheck,
    DocumentRead,
    Health,
    PortraitSeen,
    ReadFailed,
    ReadFault,
    ReadProgress,
    State,
    Verdict,
)
from hardware.reconnect import Backoff, Feed

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 15.0  # until the process reports for the first time, on a busy machine
_QUIET_S = 5.0  # longest silence of a process that reports twice a second
_LOOK_S = 2.0  # deadline of one look at a card
_LONGEST_LINE = 1 << 20  # octets of one report; the largest group that is told as text has 64 KB


class _Slot(enum.Enum):
    LOOKING = enum.auto()
    KNOWN = enum.auto()
    MUTE = enum.auto()


@dataclass
class _Reading:
    """The reading that runs."""

    number: int
    reader: str
    outcome: asyncio.Future[dict[str, Any]]
    progress: Callable[[ReadProgress], None] | None
    trace: Callable[[str], None] | None


class PcscReader:
    """All readers of one PC/SC service.

    `pcscd_socket`: address of the service ("" = the machine's own, "none" = no card reader). `trust`: folder
    of the trust store, None for an empty one. A card that does not answer within two seconds is
    `CardKind.MUTE`; when the service or a reader vanishes, its cards count as removed and are announced
    again afterwards.
    """

    name = "cards"

    def __init__(self, pcscd_socket: str = "", trust: Path | None = None) -> None:
        local = pcscd_socket in ("", "none")
        self._socket = pcscd_socket if local else str(Path(pcscd_socket).absolute())
        self._feed: Feed[CardEvent] = Feed()
        self._task: asyncio.Task[None] | None = None
        self._slots: dict[str, _Slot] = {}
        self._readers: list[str] = []
        self._service_up = False
        self._seen = False
        self._detail = ""
        self._trust = trust
        self._orders: asyncio.StreamWriter | None = None
        self._reading: _Reading | None = None
        self._readings = 0
        self._asked = ""  # the reader whose card is being looked at

    async def start(self) -> None:
        """Begin to watch; returns at once."""
        if self._socket != "none" and self._task is None:
            self._task = asyncio.create_task(self._supervise(), name="cards")

    async def stop(self) -> None:
        """End the watching process."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._feed.close()

    def health(self) -> Health:
        """READY with at least one reader; `facts` counts them."""
        facts = {
            "readers": str(len(self._readers)),
            "mute": str(list(self._slots.values()).count(_Slot.MUTE)),
        }
        if self._socket == "none":
            return Health(self.name, State.ABSENT, "No card reader is configured.")
        if self._service_up and self._readers:
            return Health(self.name, State.READY, "Waiting for a card.", facts)
        if self._service_up:
            missing = "No card reader is connected: plug one in."
        elif self._detail:
            missing = self._detail
        else:
            return Health(self.name, State.CONNECTING, "Looking for the PC/SC service.", facts)
        return Health(self.name, State.FAILED if self._seen else State.ABSENT, missing, facts)

    def events(self) -> AsyncIterator[CardEvent]:
        """Cards laid on and taken away, from now on; one consumer."""
        return self._feed.subscribe()

    async def read(
        self,
        reader: str,
        key: CardKey,
        kinds: Collection[CardKind],
        *,
        on: date,
        progress: Callable[[ReadProgress], None] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> DocumentRead:
        """Read and check the document on `reader`; see the port. Raises ReadFailed."""
        if self._reading is not None:
            raise ReadFailed(ReadFault.BUSY, "Another document is being read; wait for its end.")
        if self._orders is None or reader not in self._slots:
            raise ReadFailed(ReadFault.GONE, "No card lies on that reader; lay one on it.")
        if self._slots[reader] is _Slot.MUTE:
            raise ReadFailed(ReadFault.MUTE, "The card does not answer; lay it on once more.")
        self._readings += 1
        reading = _Reading(
            self._readings, reader, asyncio.get_running_loop().create_future(), progress, trace
        )
        self._reading = reading
        try:
            self._order(
                do="read",
                id=reading.number,
                reader=reader,
                kinds=[kind.value for kind in kinds],
                secret={"can": key.can}
                if isinstance(key, CanKey)
                else {
                    "number": key.number,
                    "birth_date": key.birth_date,
                    "expiry_date": key.expiry_date,
                },
                trust=str(self._trust) if self._trust else "",
                on=on.isoformat(),
                trace=trace is not None,
            )
            return _document(await reading.outcome)
        finally:
            if not reading.outcome.done():
                reading.outcome.cancel()
            if reading.outcome.cancelled():
                self._order(do="cancel", id=reading.number)
            self._reading = None

    def _order(self, **order: Any) -> None:
        if self._orders is not None and not self._orders.is_closing():
            self._orders.write(json.dumps(order).encode() + b"\n")

    def _fail(self, fault: ReadFault, message: str) -> None:
        """End the reading that runs."""
        reading = self._reading
        if reading is None or reading.outcome.done():
            return
        log.warning("cards: reading failed: %s (%s)", fault.value, message)
        reading.outcome.set_exception(ReadFailed(fault, message))

    async def _supervise(self) -> None:
        backoff = Backoff(0.05, 5.0)
        while True:
            if await self._watch():
                backoff.reset()
            await asyncio.sleep(backoff.pause())

    async def _watch(self) -> bool:
        """One life of the watching process; whether it ever reported."""
        alone = [reader for reader, slot in self._slots.items() if slot is _Slot.MUTE]
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join((str(_ROOT), *filter(None, sys.path))))
        environment.pop("PCSCLITE_CSOCK_NAME", None)
        if self._socket:
            environment["PCSCLITE_CSOCK_NAME"] = self._socket
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hardware.cards.watch",
            *alone,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        patience, reported = _START_S, False
        self._orders = process.stdin
        try:
            while True:
                # Not wait_for: Python 3.11's loses a cancellation that meets the end of its wait.
                async with asyncio.timeout(patience):
                    line = await process.stdout.readline()
                if not line:
                    log.warning("cards: the watching process ended, starting it again")
                    return reported
                reported = True
                patience = self._heard(json.loads(line))
        except TimeoutError:
            self._hung()
            return reported
        finally:
            self._orders = None
            self._fail(ReadFault.LIED, "The process that read the card ended.")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _heard(self, message: dict[str, Any]) -> float:
        """Take in one report; returns the seconds within which the next must come."""
        reader = message.get("reader", "")
        match message["event"]:
            case "service":
                self._service(up=message["up"])
            case "readers":
                self._readers = message["names"]
                self._seen = self._seen or bool(self._readers)
            case "looking":
                self._asked = reader
                if reader not in self._slots:
                    self._slots[reader] = _Slot.LOOKING
                return _LOOK_S
            case "looked":
                self._asked = ""
                self._looked(reader, message)
            case "unanswered":
                self._asked = ""
                self._name(reader, CardKind.MUTE, _Slot.MUTE)
            case "empty":
                self._empty(reader)
            case "progress" | "trace" | "read" | "failed":
                self._read(message)
        return _QUIET_S

    def _read(self, message: dict[str, Any]) -> None:
        if message["event"] == "failed" and message["why"] == ReadFault.MUTE.value:
            self._leave_alone(message["reader"])
        reading = self._reading
        if reading is None or reading.number != message["id"] or reading.outcome.done():
            return
        match message["event"]:
            case "progress" if reading.progress:
                reading.progress(ReadProgress(message["file"], message["done"], message["total"]))
            case "trace" if reading.trace:
                reading.trace(message["lines"])
            case "read":
                log.info("cards: %s read in %.0f ms", message["kind"], message["ms"])
                reading.outcome.set_result(message)
            case "failed":
                self._fail(ReadFault(message["why"]), message["detail"])

    def _looked(self, reader: str, message: dict[str, Any]) -> None:
        if self._slots.get(reader) is _Slot.LOOKING:
            look = Look(
                atr=bytes.fromhex(message["atr"]),
                aids=frozenset(bytes.fromhex(aid) for aid in message["aids"]),
                directory=bytes.fromhex(message["directory"]),
                card_access=bytes.fromhex(message["card_access"]),
                answers=frozenset(message["answers"]),
            )
            self._name(reader, classify(look), _Slot.KNOWN)

    def _name(self, reader: str, kind: CardKind, slot: _Slot) -> None:
        self._slots[reader] = slot
        log.info("cards: %s on the reader", kind.value)
        self._feed.put(CardInserted(reader, kind, time.monotonic()))

    def _empty(self, reader: str) -> None:
        slot = self._slots.pop(reader, None)
        if slot is not None:
            self._feed.put(CardRemoved(reader, slot is _Slot.LOOKING, time.monotonic()))

    def _service(self, *, up: bool) -> None:
        self._service_up = up
        if up:
            self._detail = ""
            return
        self._detail = "The PC/SC service does not answer: start pcscd or check [cards] pcscd_socket."
        self._readers = []
        for reader in list(self._slots):
            self._empty(reader)

    def _hung(self) -> None:
        """The process is silent: a card that is being looked at or read is mute."""
        log.warning("cards: no answer within the deadline, starting the watching process again")
        for reader, slot in self._slots.items():
            if slot is _Slot.LOOKING:
                self._name(reader, CardKind.MUTE, _Slot.MUTE)
        self._leave_alone(self._asked)
        if self._reading is not None:
            self._leave_alone(self._reading.reader)
            self._fail(ReadFault.MUTE, "The card does not answer.")

    def _leave_alone(self, reader: str) -> None:
        """The next process does not look at this reader's card again; it is gone first."""
        if reader in self._slots:
            self._slots[reader] = _Slot.MUTE


def _document(message: dict[str, Any]) -> DocumentRead:
    """A reading's outcome as the port has it."""
    told = message["authenticity"]
    portrait = message["portrait"]
    return DocumentRead(
        kind=CardKind(message["kind"]),
        access=message["access"],
        protocol=message["protocol"],
        chip_authentication=ChipCheck(message["chip_authentication"]),
        active_authentication=ChipCheck(message["active_authentication"]),
        authenticity=Authenticity(
            Verdict(told["verdict"]), tuple(told["altered"]), told["reason"], told["signer"], told["issuer"]
        ),
        lines=tuple(message["lines"]),
        fields=message["fields"],
        groups=tuple(message["groups"]),
        refused=message["refused"],
        faults=message["faults"],
        portrait=PortraitSeen(**portrait) if portrait else None,
        ms=message["ms"],
    )
