"""The process that talks to PC/SC: `python -m hardware.cards.watch [READER …]`, one JSON object per line.

A process of its own, because libpcsclite has no time-out: a mute card blocks for ever, and only ending
the process frees the caller. It also keeps PCSCLITE_CSOCK_NAME out of the robot's environment. Readers
named as arguments hold a card that did not answer; they are left alone until that card is gone.

Lines, by `event`: service {up}, readers {names}, alive, looking {reader}, looked {reader, atr, aids,
directory, card_access}, unanswered {reader}, empty {reader}. Ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

from smartcard.scard import (
    SCARD_E_NO_READERS_AVAILABLE,
    SCARD_E_TIMEOUT,
    SCARD_E_UNKNOWN_READER,
    SCARD_LEAVE_CARD,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_S_SUCCESS,
    SCARD_SCOPE_USER,
    SCARD_SHARE_SHARED,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAWARE,
    SCardConnect,
    SCardDisconnect,
    SCardEstablishContext,
    SCardGetStatusChange,
    SCardListReaders,
    SCardReleaseContext,
    SCardTransmit,
)

from hardware.cards.look import look_at
from hardware.reconnect import Backoff

_ROUND_MS = 500
_SETTLE_MS = 800  # a pulled card breaks the exchange before PC/SC notices that it is gone (0.4 s polls)
_READERS_EVERY_S = 1.0


class _Unanswered(Exception):
    """The exchange with the card broke or PC/SC refused it."""


class Watch:
    """One connection to the PC/SC service, until it breaks."""

    def __init__(self, context: int, left_alone: set[str]) -> None:
        self._context = context
        self._left_alone = left_alone
        self._states: dict[str, int] = {}

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
            if not names:
                time.sleep(_ROUND_MS / 1000)
                continue
            query = [(name, self._states.get(name, SCARD_STATE_UNAWARE)) for name in names]
            result, changes = SCardGetStatusChange(self._context, _ROUND_MS, query)
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
        )


def report(event: str, **details: object) -> None:
    """One line to the driver."""
    sys.stdout.write(json.dumps({"event": event, **details}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Watch for ever, through restarts of the PC/SC service."""
    threading.Thread(target=_end_with_the_driver, daemon=True).start()
    left_alone = set(sys.argv[1:])
    backoff = Backoff(0.1, 2.0)
    while True:
        result, context = SCardEstablishContext(SCARD_SCOPE_USER)
        if result == SCARD_S_SUCCESS:
            backoff.reset()
            report("service", up=True)
            Watch(context, left_alone).run()
            SCardReleaseContext(context)
        report("service", up=False)
        time.sleep(backoff.pause())


def _end_with_the_driver() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
