"""A card reader whose cards are laid on and taken away by program, below a real pcscd."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from simulator.card.daemon import Daemon
from simulator.card.faults import Mute, Pulled, split
from simulator.card.issue import PersonalChip, make_chip

POWER_OFF, GET_ATR = 0, 4
_RECONNECT_S = 0.02


class VirtualReader:
    """pcscd with one virtual reader in use; the product reaches it by `socket` only.

    `tap`, when somebody listens in, gets each command APDU, its answer (None: there was none) and the
    milliseconds between; b"" as the command is power on or reset, with the answer to reset.
    """

    tap: Callable[[bytes, bytes | None, float], None] | None = None

    def __init__(self, run_dir: Path) -> None:
        self._daemon = Daemon(run_dir)
        self._card: _Card | None = None
        self._pull_after: int | None = None
        self._mute_after: int | None = None
        self._armed: set[str] = set()

    @property
    def socket(self) -> str:
        """The address of the daemon, for PCSCLITE_CSOCK_NAME."""
        return self._daemon.socket

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self._daemon.alive

    @property
    def inserted(self) -> str | None:
        """The profile that lies on the reader."""
        return self._card.chip.profile.name if self._card is not None and self._card.lies else None

    @property
    def chip(self) -> PersonalChip | None:
        """The chip that lies on the reader, with the document its holder knows."""
        return self._card.chip if self._card is not None and self._card.lies else None

    @property
    def armed(self) -> frozenset[str]:
        """Faults that the next cards have."""
        return frozenset(self._armed)

    @property
    def pulls(self) -> bool:
        """Whether the card, or the next one, is pulled at some exchange."""
        return self._pull_after is not None

    @property
    def mutes(self) -> bool:
        """Whether the card, or the next one, falls silent at some exchange."""
        return self._mute_after is not None

    @property
    def trace(self) -> list[bytes]:
        """All command APDUs since the last insert, oldest first."""
        return self._card.trace() if self._card is not None else []

    def start(self) -> None:
        """Start the daemon. Raises RuntimeError when it cannot."""
        self._daemon.start()

    def stop(self) -> None:
        """Take the card away and end the daemon."""
        self.remove()
        self._daemon.stop()

    def insert(self, card: str | PersonalChip, *, persona: str = "", faults: Iterable[str] = ()) -> None:
        """Lay a card on the reader; one that lies there is taken away first.

        Args:
            card: the name of a profile, or a chip from make_chip.
            persona: whose document it is; "" for the profile's own.
            faults: names from simulator.card.faults, besides those that are armed.

        Raises:
            ValueError: there is no such profile or fault.
            KeyError: there is no such persona, or it has no such document.
        """
        if isinstance(card, str):
            card = make_chip(card, persona=persona, faults=(*sorted(self._armed), *faults))
        if self._card is not None:
            self._card.remove()
        self._card = _Card(card, self._daemon.ports[0], self._pull_after, self._mute_after, self._tell)

    def _tell(self, command: bytes, answer: bytes | None, ms: float) -> None:
        if self.tap is not None:
            self.tap(command, answer, ms)

    def expect(self, fault: str, *, on: bool = True) -> None:
        """Let every card laid on by name from now on have the fault, or no more. Raises ValueError."""
        split((fault,))
        if on:
            self._armed.add(fault)
        else:
            self._armed.discard(fault)

    def remove(self) -> None:
        """Take the card away; armed faults are forgotten."""
        self._pull_after = self._mute_after = None
        self._armed.clear()
        if self._card is not None:
            self._card.remove()

    def pull_after(self, apdus: int | None) -> None:
        """Pull the card in the exchange that follows `apdus` more answered ones; None: no such fault."""
        self._pull_after = apdus
        if self._card is not None and self._card.lies:
            self._card.arm(self._pull_after, self._mute_after)

    def mute_after(self, apdus: int | None) -> None:
        """Let the card stay, but answer nothing after `apdus` more exchanges; None: no such fault."""
        self._mute_after = apdus
        if self._card is not None and self._card.lies:
            self._card.arm(self._pull_after, self._mute_after)

    def kill_daemon(self) -> None:
        """Kill pcscd; its socket stays behind and refuses."""
        self._daemon.kill()

    def restart_daemon(self) -> None:
        """Start pcscd again, with the card that lies there."""
        self._daemon.kill()
        self._daemon.start()

    def wait_apdus(self, count: int, timeout: float = 5.0) -> None:
        """Wait until the card has been asked `count` times. Raises TimeoutError."""
        if self._card is None or not self._card.wait_apdus(count, timeout):
            raise TimeoutError(f"The card was not asked {count} times within {timeout} s.")

    def __enter__(self) -> VirtualReader:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


class _Card:
    """A card on the slot behind a vpcd port, until it is removed or pulled."""

    def __init__(
        self,
        chip: PersonalChip,
        port: int,
        pull_after: int | None,
        mute_after: int | None,
        tell: Callable[[bytes, bytes | None, float], None],
    ) -> None:
        self.chip = chip
        self._tell = tell
        self._port = port
        self._changed = threading.Condition()
        self._trace: list[bytes] = []
        self._answered = 0
        self._pull_at: int | None = None
        self._mute_at: int | None = None
        self._gone = threading.Event()
        self._line: socket.socket | None = None
        self.arm(pull_after, mute_after)
        self._thread = threading.Thread(target=self._lie, name=f"card-{chip.profile.name}", daemon=True)
        self._thread.start()

    @property
    def lies(self) -> bool:
        return not self._gone.is_set()

    def arm(self, pull_after: int | None, mute_after: int | None) -> None:
        with self._changed:
            self._pull_at = None if pull_after is None else self._answered + pull_after
            self._mute_at = None if mute_after is None else self._answered + mute_after

    def trace(self) -> list[bytes]:
        with self._changed:
            return list(self._trace)

    def wait_apdus(self, count: int, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self._trace) >= count, timeout)

    def remove(self) -> None:
        self._gone.set()
        with self._changed:
            if self._line is not None:
                # Wakes the thread's recv; closing alone would not.
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _lie(self) -> None:
        """Stay in contact with the reader, also with the next daemon when this one dies."""
        while self.lies:
            try:
                with socket.create_connection(("127.0.0.1", self._port), 1) as line:
                    line.settimeout(None)
                    with self._changed:
                        self._line = line
                    if self.lies:
                        self._serve(line)
            except OSError:
                pass
            finally:
                with self._changed:
                    self._line = None
            self._gone.wait(_RECONNECT_S)

    def _serve(self, line: socket.socket) -> None:
        self.chip.reset()
        while (message := _receive(line)) is not None:
            if len(message) == 1:
                if message[0] == GET_ATR:
                    _send(line, self.chip.atr)
                else:
                    self.chip.reset()
                    if message[0] != POWER_OFF:
                        self._tell(b"", self.chip.atr, 0.0)
                continue
            begun = time.perf_counter()
            with self._changed:
                self._trace.append(message)
                pulled = self._pull_at is not None and self._answered >= self._pull_at
                mute = self._mute_at is not None and self._answered >= self._mute_at
                self._changed.notify_all()
            answer = None
            if not (pulled or mute):
                try:
                    answer = self.chip.transmit(message)
                except Pulled:
                    pulled = True
                except Mute:
                    mute = True
            if answer is not None and not pulled:
                with self._changed:
                    self._answered += 1
                _send(line, answer)
            self._tell(message, None if pulled else answer, (time.perf_counter() - begun) * 1000)
            if pulled:
                self._gone.set()
                return


def _receive(line: socket.socket) -> bytes | None:
    """The next message of vpcd (two octets of length, body), None at the end of the connection."""
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head))


def _exactly(line: socket.socket, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        # vpcd sends length and body in two segments: without this, Nagle and the delayed
        # acknowledgement cost 44 ms per APDU. The kernel forgets the option, so it is set each time.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(size - len(data))
        if not part:
            return None
        data += part
    return data


def _send(line: socket.socket, body: bytes) -> None:
    line.sendall(struct.pack(">H", len(body)) + body)
