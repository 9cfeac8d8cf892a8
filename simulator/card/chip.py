"""The chip of a virtual card: ISO/IEC 7816-4 files, and the authentication of ICAO 9303-11."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from simulator.card.bac import Bac
from simulator.card.command import (
    CONDITIONS,
    END_OF_FILE,
    NO_CURRENT_FILE,
    NO_SUCH_REFERENCE,
    NOT_FOUND,
    OK,
    SECURITY_STATUS,
    UNKNOWN_CLASS,
    UNKNOWN_INSTRUCTION,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_OBJECT,
    WRONG_OFFSET,
    WRONG_PARAMETERS,
    Command,
    Refused,
)
from simulator.card.contents import EF_ATR, EF_DIR, EMRTD, Contents, Document
from simulator.card.der import elements, tlv
from simulator.card.keys import ChipKey
from simulator.card.messaging import Session
from simulator.card.pace import CAN, PIN, PUK, Pace
from simulator.card.profiles import Profile

MASTER_FILE = 0x3F00
_PIN_TRIES = 3
_SHORT_FILES = {0x1E: EF_DIR, 0x01: EF_ATR}  # of the master file, by convention

Answer = tuple[bytes, int]


class Chip:
    """One chip with its current application, file and channel.

    `document` and `contents`: what a personalised document holds; other cards have the files of the
    profile only. `transmit` works without any reader.
    """

    def __init__(
        self, profile: Profile, document: Document | None = None, contents: Contents | None = None
    ) -> None:
        self.profile = profile
        self.document = document
        self._contents = contents or Contents()
        self._tries = _PIN_TRIES
        self._new_pin = b""
        self._commands: dict[int, Callable[[Command], Answer]] = {
            0x22: self._set_environment,
            0x2C: self._reset_retry_counter,
            0x82: self._external_authenticate,
            0x84: self._get_challenge,
            0x86: self._general_authenticate,
            0x88: self._internal_authenticate,
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_odd,
        }
        self.reset()

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.profile.atr

    def reset(self) -> None:
        """Power off and on: channel, application and file are gone, the PIN's tries are not."""
        self._application: bytes | None = None  # None: the master file
        self._file: int | None = None
        self._session: Session | None = None
        self._opened_with: int | None = None  # password of the PACE channel
        self._next: Session | None = None
        self._pace: Pace | None = None
        self._pace_password = 0
        self._chip_key: ChipKey | None = None
        self._bac = Bac(self._contents.bac) if self._contents.bac else None

    def transmit(self, apdu: bytes) -> bytes:
        """The response APDU to a command APDU."""
        if apdu in self.profile.replies:
            return self.profile.replies[apdu]
        try:
            command = Command.parse(apdu)
        except Refused as refused:
            return refused.status.to_bytes(2)
        if command.cla == 0xFF:  # for the reader, not for the card
            return UNKNOWN_INSTRUCTION.to_bytes(2)
        session = self._session
        if command.cla & 0x0C != 0x0C:
            self._drop()  # an unprotected command ends the channel
            data, status = self._answer(command)
            self._session, self._next = self._next, None
            return data + status.to_bytes(2)
        if session is None:
            return WRONG_OBJECT.to_bytes(2)
        try:
            command = session.unwrap(command)
        except Refused as refused:
            self._drop()
            return refused.status.to_bytes(2)
        data, status = self._answer(command)
        response = session.wrap(command, data, status)
        if self._next is not None:
            self._session, self._next = self._next, None
        return response

    answer = transmit

    def _drop(self) -> None:
        self._session = self._opened_with = self._chip_key = None

    def _answer(self, command: Command) -> Answer:
        if command.cla & ~0x10:
            return b"", UNKNOWN_CLASS
        run = self._commands.get(command.ins)
        if run is None:
            return b"", UNKNOWN_INSTRUCTION
        try:
            data, status = run(command)
        except Refused as refused:
            return b"", refused.status
        if len(data) > self._room(command):
            return b"", WRONG_LENGTH
        return data, status

    def _room(self, command: Command) -> int:
        if self._session is not None:
            return self._session.room(command)
        return 65533 if command.extended else 256

    # --- files ---------------------------------------------------------------

    def _select(self, command: Command) -> Answer:
        how, data = command.p1, command.data
        if how == 0x04:
            if data not in self.profile.aids:
                raise Refused(NOT_FOUND)
            self._application, self._file = data, None
            return (b"" if command.p2 & 0x0C == 0x0C else tlv(0x6F, tlv(0x84, data))), OK
        if how not in (0x00, 0x02) or len(data) not in (0, 2):
            raise Refused(WRONG_PARAMETERS)
        identifier = int.from_bytes(data) if data else MASTER_FILE
        if identifier == MASTER_FILE:
            self._application, self._file = None, None
            return b"", OK
        self._exists(identifier)
        self._file = identifier
        return b"", OK

    def _exists(self, identifier: int) -> None:
        """Raises Refused when there is no such file, or when the card does not even tell."""
        if self._application is None:
            known = identifier in self._master() or identifier in self._contents.secured
        else:
            if self._session is None and self._guarded():
                raise Refused(SECURITY_STATUS)
            known = identifier in self._contents.restricted or (
                self._application == EMRTD and identifier in self._contents.files
            )
        if not known:
            raise Refused(NOT_FOUND)

    def _guarded(self) -> bool:
        return bool(self._contents.offers or self._contents.bac)

    def _master(self) -> dict[int, bytes]:
        return self._contents.master or self.profile.files

    def _content(self) -> bytes:
        """The current file. Raises Refused when there is none or it may not be read."""
        if self._file is None:
            raise Refused(NO_CURRENT_FILE)
        if self._application is None:
            if self._file in self._master():
                return self._master()[self._file]
            if self._opened_with is None:
                raise Refused(SECURITY_STATUS)
            return self._contents.secured[self._file]
        if self._session is None or self._file in self._contents.restricted:
            raise Refused(SECURITY_STATUS)
        return self._contents.files[self._file]

    def _read(self, command: Command) -> Answer:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                raise Refused(WRONG_PARAMETERS)
            self._select_short(command.p1 & 0x1F)
            offset = command.p2
        if command.data:
            raise Refused(WRONG_LENGTH)
        return self._part(command, offset, self._room(command))

    def _read_odd(self, command: Command) -> Answer:
        """Offsets beyond 32767 (ISO/IEC 7816-4 section 7.2.1)."""
        identifier = command.p1 << 8 | command.p2
        if 0 < identifier < 0x20:
            self._select_short(identifier)
        elif identifier:
            self._exists(identifier)
            self._file = identifier
        try:
            offset = int.from_bytes(dict(elements(command.data))[0x54])
        except (ValueError, KeyError) as wrong:
            raise Refused(WRONG_DATA) from wrong
        room = self._room(command)
        head = 2 if min(room, command.le or 0) <= 0x7F else 3 if min(room, command.le or 0) <= 0x102 else 4
        part, status = self._part(command, offset, room - head, head)
        return tlv(0x53, part), status

    def _select_short(self, short: int) -> None:
        identifier = 0x0100 | short
        if self._application is None:
            identifier = _SHORT_FILES.get(short, identifier)
        self._exists(identifier)
        self._file = identifier

    def _part(self, command: Command, offset: int, room: int, head: int = 0) -> Answer:
        content = self._content()
        if command.le is None:
            raise Refused(WRONG_LENGTH)
        wanted = command.le - head
        part = content[offset : offset + min(wanted, room)]
        if self._file in self._contents.endless and self._application == EMRTD:
            return part.ljust(min(wanted, room), b"\x00"), OK
        if not part:
            raise Refused(WRONG_OFFSET)
        return part, END_OF_FILE if offset + wanted > len(content) else OK

    # --- authentication ------------------------------------------------------

    def _get_challenge(self, command: Command) -> Answer:
        if self._bac is None or self._application != EMRTD:
            if self._session is None:
                raise Refused(UNKNOWN_INSTRUCTION if not self._guarded() else CONDITIONS)
            return secrets.token_bytes(8), OK
        if command.le != 8:
            raise Refused(WRONG_LENGTH)
        return self._bac.challenge(), OK

    def _external_authenticate(self, command: Command) -> Answer:
        if self._bac is None or self._application != EMRTD:
            raise Refused(CONDITIONS if self._guarded() else UNKNOWN_INSTRUCTION)
        data, self._next = self._bac.authenticate(command.data)
        return data, OK

    def _set_environment(self, command: Command) -> Answer:
        if not self._guarded():
            raise Refused(UNKNOWN_INSTRUCTION)
        try:
            objects = dict(elements(command.data))
        except ValueError as wrong:
            raise Refused(WRONG_DATA) from wrong
        self._pace = self._chip_key = None
        match command.p1, command.p2:
            case 0xC1, 0xA4:
                return self._begin_pace(objects)
            case 0x41, 0xA4:
                self._chip_key = self._key(objects, objects.get(0x80))
                return b"", OK
            case 0x41, 0xA6:
                self._next = self._key(objects, None).agree(objects.get(0x91, b""))
                return b"", OK
        raise Refused(NO_SUCH_REFERENCE)

    def _key(self, objects: dict[int, bytes], protocol: bytes | None) -> ChipKey:
        """The key for chip authentication; without `protocol` it is that of 3DES (9303-11 section 6.2.4)."""
        if self._session is None:
            raise Refused(SECURITY_STATUS)
        for key in self._contents.chip_keys:
            suits = key.value == protocol if protocol is not None else key.suite.block == 8
            if suits and (0x84 not in objects or key.key_id == int.from_bytes(objects[0x84])):
                return key
        raise Refused(WRONG_DATA)

    def _begin_pace(self, objects: dict[int, bytes]) -> Answer:
        offers = [
            offer
            for offer in self._contents.offers
            if offer.value == objects.get(0x80)
            and (0x84 not in objects or offer.domain == int.from_bytes(objects[0x84]))
        ]
        if not offers:
            raise Refused(WRONG_DATA)
        number = int.from_bytes(objects.get(0x83, b""))
        password = self._contents.passwords.get(number)
        if password is None or len(offers) > 1:
            raise Refused(NO_SUCH_REFERENCE)
        if number == PIN and self._new_pin:
            password = self._new_pin
        authorities = self._contents.authorities if 0x7F4C in objects else b""
        self._pace_password = number
        self._pace = Pace(offers[0], password, self._contents.mapping_key, authorities)
        # BSI TR-03110-2 section 3.3: the tries that are left; the last one only after the CAN.
        return b"", OK if number != PIN or self._tries == _PIN_TRIES else 0x63C0 | self._tries

    def _general_authenticate(self, command: Command) -> Answer:
        if self._chip_key is not None:
            return self._authenticate_chip(command)
        pace = self._pace
        if pace is None:
            raise Refused(CONDITIONS if self._guarded() else UNKNOWN_INSTRUCTION)
        if self._pace_password == PIN and not self._pin_usable():
            self._pace = None
            raise Refused(CONDITIONS)
        try:
            data = pace.step(command.data)
        except Refused:
            self._pace = None
            if self._pace_password == PIN:
                self._tries -= 1
            raise
        if pace.done:
            self._next, self._opened_with, self._pace = pace.session, self._pace_password, None
            if self._opened_with == PIN:
                self._tries = _PIN_TRIES
        return data, OK

    def _pin_usable(self) -> bool:
        return self._tries > 1 or (self._tries == 1 and self._opened_with == CAN)

    def _authenticate_chip(self, command: Command) -> Answer:
        key, self._chip_key = self._chip_key, None
        try:
            theirs = dict(elements(dict(elements(command.data))[0x7C]))[0x80]
        except (ValueError, KeyError) as wrong:
            raise Refused(WRONG_DATA) from wrong
        if key is None or self._session is None:
            raise Refused(CONDITIONS)
        self._next = key.agree(theirs)
        return tlv(0x7C), OK

    def _internal_authenticate(self, command: Command) -> Answer:
        if self._contents.active_key is None:
            raise Refused(UNKNOWN_INSTRUCTION)
        if self._session is None:
            raise Refused(SECURITY_STATUS)
        return self._contents.active_key.sign(command.data), OK

    def _reset_retry_counter(self, command: Command) -> Answer:
        """A new PIN after the old one, or new tries after the PUK (BSI TR-03110-3 section B.11.9)."""
        if not self._contents.passwords.get(PUK):
            raise Refused(UNKNOWN_INSTRUCTION)
        if command.p2 != PIN:
            raise Refused(WRONG_PARAMETERS)
        if command.p1 == 0x02 and self._opened_with in (PIN, PUK) and command.data:
            self._new_pin = command.data
        elif command.p1 != 0x03 or self._opened_with != PUK:
            raise Refused(SECURITY_STATUS)
        self._tries = _PIN_TRIES
        return b"", OK
