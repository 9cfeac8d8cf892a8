"""The driver of all PC/SC readers: runs the watching process, ends it when it hangs, names the cards."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from hardware.cards.kinds import Look, classify
from hardware.ports import CardEvent, CardInserted, CardKind, CardRemoved, Health, State
from hardware.reconnect import Backoff, Feed

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 15.0  # until the process reports for the first time, on a busy machine
_QUIET_S = 5.0  # longest silence of a process that reports twice a second
_LOOK_S = 2.0  # deadline of one look at a card


class _Slot(enum.Enum):
    LOOKING = enum.auto()
    KNOWN = enum.auto()
    MUTE = enum.auto()


class PcscReader:
    """All readers of one PC/SC service.

    `pcscd_socket`: address of the service ("" = the machine's own, "none" = no card reader). A card that does
    not answer within two seconds is `CardKind.MUTE`; when the service or a reader vanishes, its cards count
    as removed and are announced again afterwards.
    """

    name = "cards"

    def __init__(self, pcscd_socket: str = "") -> None:
        local = pcscd_socket in ("", "none")
        self._socket = pcscd_socket if local else str(Path(pcscd_socket).absolute())
        self._feed: Feed[CardEvent] = Feed()
        self._task: asyncio.Task[None] | None = None
        self._slots: dict[str, _Slot] = {}
        self._readers: list[str] = []
        self._service_up = False
        self._seen = False
        self._detail = ""

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
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        patience, reported = _START_S, False
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
                if reader not in self._slots:
                    self._slots[reader] = _Slot.LOOKING
                return _LOOK_S
            case "looked":
                self._looked(reader, message)
            case "unanswered":
                self._name(reader, CardKind.MUTE, _Slot.MUTE)
            case "empty":
                self._empty(reader)
        return _QUIET_S

    def _looked(self, reader: str, message: dict[str, Any]) -> None:
        if self._slots.get(reader) is _Slot.LOOKING:
            look = Look(
                atr=bytes.fromhex(message["atr"]),
                aids=frozenset(bytes.fromhex(aid) for aid in message["aids"]),
                directory=bytes.fromhex(message["directory"]),
                card_access=bytes.fromhex(message["card_access"]),
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
        """The process is silent: a card that is being looked at is mute."""
        log.warning("cards: no answer within the deadline, starting the watching process again")
        for reader, slot in self._slots.items():
            if slot is _Slot.LOOKING:
                self._name(reader, CardKind.MUTE, _Slot.MUTE)
