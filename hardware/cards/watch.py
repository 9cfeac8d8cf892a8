"""The process that talks to PC/SC: `python -m hardware.cards.watch [READER …]`, one JSON object per line.

A process of its own, because libpcsclite has no time-out: a mute card blocks for ever, and only ending
the process frees the caller. It also keeps PCSCLITE_CSOCK_NAME out of the robot's environment. Readers
named as arguments hold a card that did not answer; they are left alone until that card is gone.

Lines out, by `event`: service {up}, readers {names}, alive, looking {reader}, looked {reader, atr, aids,
directory, card_access}, unanswered {reader}, empty {reader}; of a reading: progress {id, file, done,
total}, trace {id, lines}, read {id, …}, failed {id, reader, why, detail}.

Lines in, by `do`: read {id, reader, kinds, secret, trust, on, trace}, cancel {id}. The key of a document
comes this way only: never as an argument, in the environment or in a log. Ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from smartcard.scard import (
    SCARD_E_CANCELLED,
    SCARD_E_NO_READERS_AVAILABLE,
    SCARD_E_NO_SMARTCARD,
    SCARD_E_READER_UNAVAILABLE,
    SCARD_E_SHARING_VIOLATION,
    SCARD_E_TIMEOUT,
    SCARD_E_UNKNOWN_READER,
    SCARD_LEAVE_CARD,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_RESET_CARD,
    SCARD_S_SUCCESS,
    SCARD_SCOPE_USER,
    SCARD_SHARE_EXCLUSIVE,
    SCARD_SHARE_SHARED,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAWARE,
    SCARD_W_REMOVED_CARD,
    SCardCancel,
    SCardConnect,
    SCardDisconnect,
    SCardEstablishContext,
    SCardGetStatusChange,
    SCardListReaders,
    SCardReconnect,
    SCardReleaseContext,
    SCardStatus,
    SCardTransmit,
)

from hardware.cards.kinds import classify
from hardware.cards.look import look_at
from hardware.cards.watchdog import Watchdog
from hardware.ports import ReadFault
from hardware.reconnect import Backoff

if TYPE_CHECKING:
    from hardware.cards.reading import Request

_ROUND_MS = 500
_EXCHANGE_S = 1.5  # one command and its answer
_THOUGHT_S = 5.0  # between two commands, and for checking what was read: a Pi needs less than 1 s
_READING_S = 90.0  # one document; a portrait of 40 KB over 106 kbit/s takes 6 s
_SETTLE_MS = 800  # a pulled card breaks the exchange before PC/SC notices that it is gone (0.4 s polls)
_READERS_EVERY_S = 1.0
_LONGEST_SHORT = 261  # octets of a short command APDU (ISO/IEC 7816-4 section 5.1)
_GONE = (SCARD_E_NO_SMARTCARD, SCARD_W_REMOVED_CARD, SCARD_E_UNKNOWN_READER, SCARD_E_READER_UNAVAILABLE)


class _Unanswered(Exception):
    """The exchange with the card broke or PC/SC refused it."""


class _Failed(Exception):
    """A reading failed: why, for the port and for the log."""

    def __init__(self, fault: ReadFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class Orders:
    """What the driver wants, from standard input; this process ends with it."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._lock = threading.Lock()
        self._waking: int | None = None

    def listen(self) -> None:
        """Take orders in a thread of its own."""
        threading.Thread(target=self._take, name="orders", daemon=True).start()

    def next(self) -> dict[str, Any] | None:
        """The oldest order that was not taken yet."""
        try:
            return self._waiting.get_nowait()
        except queue.Empty:
            return None

    def cancelled(self, number: int) -> bool:
        """Whether this reading is no longer wanted."""
        with self._lock:
            return number in self._cancelled

    @contextmanager
    def waking(self, context: int) -> Iterator[None]:
        """While this lasts, an order ends the wait for a change on the readers."""
        with self._lock:
            self._waking = context
        try:
            yield
        finally:
            with self._lock:
                self._waking = None

    def _take(self) -> None:
        for line in sys.stdin:
            with suppress(ValueError, KeyError):
                order = json.loads(line)
                with self._lock:
                    if order["do"] == "cancel":
                        self._cancelled.add(order["id"])
                        continue
                    self._waiting.put(order)
                    if self._waking is not None:
                        SCardCancel(self._waking)
        os._exit(0)


class Watch:
    """One connection to the PC/SC service, until it breaks."""

    def __init__(self, context: int, left_alone: set[str], orders: Orders) -> None:
        self._context = context
        self._left_alone = left_alone
        self._orders = orders
        self._states: dict[str, int] = {}
        self._opened: set[str] = set()  # readers whose card has a secure channel open

    def run(self) -> None:
        """Report what happens on the readers; returns when the service has gone."""
        names: list[str] | None = None
        listed_at = 0.0
        while True:
            if time.monotonic() - listed_at >= _READERS_EVERY_S:
                found = self._readers()
                if found is None:
                    return
                listed_at = time.monotonic()
                if found != names:
                    names = found
                    report("readers", names=names)
            report("alive")
            while (order := self._orders.next()) is not None:
                self._read(order)
            if not names:
                time.sleep(_ROUND_MS / 1000)
                continue
            query = [(name, self._states.get(name, SCARD_STATE_UNAWARE)) for name in names]
            with self._orders.waking(self._context):
                result, changes = SCardGetStatusChange(self._context, _ROUND_MS, query)
            if result == SCARD_E_CANCELLED:
                continue
            if result == SCARD_E_UNKNOWN_READER:
                listed_at = 0.0
            elif result == SCARD_S_SUCCESS:
                for name, state, atr in changes:
                    self._changed(name, state, bytes(atr))
            elif result != SCARD_E_TIMEOUT:
                return

    def _readers(self) -> list[str] | None:
        """Names of the readers; None when the service does not answer. Forgets readers that are gone."""
        result, names = SCardListReaders(self._context, [])
        if result == SCARD_E_NO_READERS_AVAILABLE:
            names = []
        elif result != SCARD_S_SUCCESS:
            return None
        for name in set(self._states) - set(names):
            del self._states[name]
            self._opened.discard(name)
            report("empty", reader=name)
        return list(names)

    def _changed(self, reader: str, state: int, atr: bytes) -> None:
        before = self._states.get(reader)
        self._states[reader] = state
        present = bool(state & SCARD_STATE_PRESENT)
        was_present = before is not None and bool(before & SCARD_STATE_PRESENT)
        # The upper half counts insertions and removals: two cards in turn within one round.
        exchanged = before is not None and (before ^ state) >> 16 != 0
        if was_present and present and not exchanged:
            return
        if was_present or not present:
            self._left_alone.discard(reader)
            self._opened.discard(reader)
            report("empty", reader=reader)
        if present and reader not in self._left_alone:
            self._look(reader, state, atr)

    def _look(self, reader: str, state: int, atr: bytes) -> None:
        """Look at a card; once more if the exchange broke and the card still lies there."""
        for attempt in range(2):
            report("looking", reader=reader)
            if not state & SCARD_STATE_MUTE:
                try:
                    self._ask(reader, atr)
                    return
                except _Unanswered:
                    pass
            if attempt == 0:
                result, changes = SCardGetStatusChange(
                    self._context, _SETTLE_MS, [(reader, state & ~SCARD_STATE_MUTE)]
                )
                if result == SCARD_S_SUCCESS and not changes[0][1] & SCARD_STATE_PRESENT:
                    return  # the next round reports it as gone
                if result not in (SCARD_S_SUCCESS, SCARD_E_TIMEOUT):
                    return
        report("unanswered", reader=reader)

    def _ask(self, reader: str, atr: bytes) -> None:
        result, card, protocol = SCardConnect(
            self._context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1
        )
        if result != SCARD_S_SUCCESS:
            raise _Unanswered

        def transmit(command: bytes) -> bytes:
            result, answer = SCardTransmit(card, protocol, list(command))
            if result != SCARD_S_SUCCESS or len(answer) < 2:
                raise _Unanswered
            return bytes(octet & 0xFF for octet in answer)

        try:
            look = look_at(atr, transmit, block_protocol=protocol == SCARD_PROTOCOL_T1)
        finally:
            # No reset: on a card just pulled it fails, and pcscd then misses a card laid on within its poll.
            SCardDisconnect(card, SCARD_LEAVE_CARD)
        report(
            "looked",
            reader=reader,
            atr=look.atr.hex(),
            aids=[aid.hex() for aid in sorted(look.aids)],
            directory=look.directory.hex(),
            card_access=look.card_access.hex(),
            answers=sorted(look.answers),
        )

    def _read(self, order: dict[str, Any]) -> None:
        number, reader = order["id"], order["reader"]

        def failed(why: str, detail: str) -> None:
            report("failed", id=number, reader=reader, why=why, detail=detail)

        watchdog = Watchdog(lambda: report("alive"), lambda why: failed(why, "A deadline passed."))
        try:
            # Imported here: a kiosk that reads no chips does without some 30 MB of parsers and cryptography.
            from hardware.cards.reading import Request, Unread

            with watchdog.guarding(), watchdog.limit(_READING_S, ReadFault.LIED.value):
                outcome = self._read_card(Request.of(order), watchdog)
        except (_Failed, Unread) as error:
            failed(error.fault.value, str(error))
        except Exception as error:
            # Whatever a chip can make of a parser: one sentence, and the next card is read. The text of
            # an unforeseen error is left out: it could quote the chip.
            failed(ReadFault.LIED.value, f"The chip's answers led to {type(error).__name__}.")
        else:
            report("read", id=number, **outcome)

    def _read_card(self, request: Request, watchdog: Watchdog) -> dict[str, Any]:
        with watchdog.limit(_EXCHANGE_S, ReadFault.MUTE.value):
            result, card, protocol = SCardConnect(
                self._context, request.reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1
            )
        if result == SCARD_E_SHARING_VIOLATION:
            raise _Failed(ReadFault.BUSY, "Another program holds the card.")
        if result in _GONE:
            raise _Failed(ReadFault.GONE, "No card lies on that reader.")
        if result != SCARD_S_SUCCESS:
            raise _Failed(ReadFault.MUTE, "The card cannot be switched on.")
        try:
            if request.reader in self._opened:
                with watchdog.limit(_EXCHANGE_S, ReadFault.MUTE.value):
                    result, protocol = SCardReconnect(
                        card,
                        SCARD_SHARE_EXCLUSIVE,
                        SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                        SCARD_RESET_CARD,
                    )
                if result != SCARD_S_SUCCESS:
                    raise _Failed(ReadFault.GONE, "The card was taken away.")
            self._opened.add(request.reader)
            return self._exchange(request, watchdog, card, protocol)
        finally:
            # A chip keeps its secure channel until it is reset, which is done before it is read again: no
            # reset now, see _ask.
            SCardDisconnect(card, SCARD_LEAVE_CARD)

    def _exchange(self, request: Request, watchdog: Watchdog, card: int, protocol: int) -> dict[str, Any]:
        """Look once more which card it is, and read it if its kind is wanted."""
        from hardware.cards.iso7816 import CardError, CardGone, CardMute
        from hardware.cards.reading import describe, read, typed

        def send(command: bytes) -> bytes:
            result, answer = SCardTransmit(card, protocol, list(command))
            if result == SCARD_S_SUCCESS and len(answer) >= 2:
                return bytes(octet & 0xFF for octet in answer)
            if result in _GONE or self._left(request.reader):
                raise CardGone
            raise CardError if len(command) > _LONGEST_SHORT else CardMute

        def progress(file: str, done: int, total: int) -> None:
            report("progress", id=request.number, file=file, done=done, total=total)

        with typed(), watchdog.limit(_THOUGHT_S, ReadFault.LIED.value) as thought:

            def transmit(command: bytes) -> bytes:
                answer: bytes | None = None
                begun = time.perf_counter()
                try:
                    with watchdog.limit(_EXCHANGE_S, ReadFault.MUTE.value):
                        answer = send(command)
                    return answer
                finally:
                    thought.again()
                    if request.trace:
                        ms = (time.perf_counter() - begun) * 1000
                        report("trace", id=request.number, lines=describe(command, answer, ms))

            result, _name, _state, _protocol, atr = SCardStatus(card)
            if result != SCARD_S_SUCCESS:
                raise CardGone
            look = look_at(bytes(atr), transmit, block_protocol=protocol == SCARD_PROTOCOL_T1)
            kind = classify(look).value
            if kind not in request.kinds:
                raise _Failed(ReadFault.OTHER_KIND, "A card of another kind lies there.")
            outcome = read(
                request,
                transmit,
                progress=progress,
                cancelled=lambda: self._orders.cancelled(request.number),
            )
        return outcome | {"kind": kind}

    def _left(self, reader: str) -> bool:
        """Whether the card is gone, once PC/SC has noticed."""
        state = self._states.get(reader, SCARD_STATE_UNAWARE)
        until = time.monotonic() + _SETTLE_MS / 1000
        while (left_ms := int((until - time.monotonic()) * 1000)) > 0:
            result, changes = SCardGetStatusChange(self._context, left_ms, [(reader, state)])
            if result == SCARD_S_SUCCESS:
                state = changes[0][1]
                if not state & SCARD_STATE_PRESENT:
                    return True
            elif result != SCARD_E_TIMEOUT:
                return True
        return False


_writing = threading.Lock()


def report(event: str, **details: object) -> None:
    """One line to the driver."""
    with _writing:
        sys.stdout.write(json.dumps({"event": event, **details}) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Watch for ever, through restarts of the PC/SC service."""
    orders = Orders()
    orders.listen()
    left_alone = set(sys.argv[1:])
    backoff = Backoff(0.1, 2.0)
    while True:
        result, context = SCardEstablishContext(SCARD_SCOPE_USER)
        if result == SCARD_S_SUCCESS:
            backoff.reset()
            report("service", up=True)
            Watch(context, left_alone, orders).run()
            SCardReleaseContext(context)
        report("service", up=False)
        time.sleep(backoff.pause())


if __name__ == "__main__":
    main()
