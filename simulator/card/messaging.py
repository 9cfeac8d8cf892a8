"""Secure messaging on the card's side (ICAO 9303-11 section 9.8)."""

from __future__ import annotations

from dataclasses import replace

from simulator.card.command import MISSING_OBJECT, WRONG_OBJECT, Command, Refused
from simulator.card.der import elements, tlv
from simulator.card.suites import AUTHENTICATION, ENCRYPTION, Suite, pad, unpad

_CRYPTOGRAM = 0x87  # with an octet for the padding, for even instructions
_CRYPTOGRAM_BER = 0x85  # for odd instructions
_LENGTH = 0x97
_STATUS = 0x99
_MAC = 0x8E
_SHORT_ROOM = 256 - 4 - 10  # octets of a short answer that DO99 and DO8E leave


class Session:
    """One secure channel. `secret`: the shared secret its keys come from; `counter`: SSC at its start."""

    def __init__(self, suite: Suite, secret: bytes, counter: int = 0) -> None:
        self._suite = suite
        self._encryption = suite.derive(secret, ENCRYPTION)
        self._authentication = suite.derive(secret, AUTHENTICATION)
        self._counter = counter

    def unwrap(self, command: Command) -> Command:
        """The command that was protected. Raises Refused (6987, 6988): the channel is over."""
        self._counter += 1
        try:
            objects = dict(elements(command.data))
        except ValueError as wrong:
            raise Refused(WRONG_OBJECT) from wrong
        if _MAC not in objects:
            raise Refused(MISSING_OBJECT)
        head = bytes((command.cla, command.ins, command.p1, command.p2))
        covered = b"".join(tlv(tag, value) for tag, value in objects.items() if tag != _MAC)
        if self._mac(pad(head, self._suite.block), covered) != objects[_MAC]:
            raise Refused(WRONG_OBJECT)
        try:
            data = self._decrypted(objects)
        except ValueError as wrong:
            raise Refused(WRONG_OBJECT) from wrong
        le = None
        if _LENGTH in objects:
            wanted = objects[_LENGTH]
            le = int.from_bytes(wanted) or (256 if len(wanted) == 1 else 65536)
        return replace(command, cla=command.cla & ~0x0C, data=data, le=le)

    def wrap(self, command: Command, data: bytes, status: int) -> bytes:
        """The protected response APDU to a command that `unwrap` returned."""
        self._counter += 1
        covered = b""
        if data:
            encrypted = self._suite.encrypt(self._encryption, pad(data, self._suite.block), self._iv())
            if command.ins & 1:
                covered = tlv(_CRYPTOGRAM_BER, encrypted)
            else:
                covered = tlv(_CRYPTOGRAM, b"\x01", encrypted)
        covered += tlv(_STATUS, status.to_bytes(2))
        return covered + tlv(_MAC, self._mac(b"", covered)) + status.to_bytes(2)

    def room(self, command: Command) -> int:
        """The longest data that a protected answer to the command can hold."""
        if command.extended:
            return 65536 - 64
        return (_SHORT_ROOM - 4) // self._suite.block * self._suite.block - 1

    def _decrypted(self, objects: dict[int, bytes]) -> bytes:
        if _CRYPTOGRAM in objects:
            if objects[_CRYPTOGRAM][:1] != b"\x01":
                raise ValueError("unknown padding")
            encrypted = objects[_CRYPTOGRAM][1:]
        elif _CRYPTOGRAM_BER in objects:
            encrypted = objects[_CRYPTOGRAM_BER]
        else:
            return b""
        return unpad(self._suite.decrypt(self._encryption, encrypted, self._iv()))

    def _mac(self, head: bytes, covered: bytes) -> bytes:
        data = self._counter_octets() + head + (pad(covered, self._suite.block) if covered else b"")
        return self._suite.mac(self._authentication, data, padded=True)

    def _iv(self) -> bytes:
        if self._suite.block == 8:
            return bytes(8)
        return self._suite.encrypt_block(self._encryption, self._counter_octets())

    def _counter_octets(self) -> bytes:
        return self._counter.to_bytes(self._suite.block)
