"""OpenPACE (Debian's libeac3) through ctypes: an implementation of PACE that is none of ours.

Used in tests only. `PaceChip` answers APDUs, `PaceTerminal` asks them; both leave all cryptography, that of
secure messaging included, to the library.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from simulator.card.der import elements, tlv

SECRETS = {"mrz": 1, "can": 2, "pin": 3, "puk": 4}
_CHANNEL_OF_PACE = 0


def zone(lines: tuple[str, ...]) -> str:
    """A zone as the library wants it, with number, birth and expiry where an identity card has them."""
    if len(lines) == 3:
        return "".join(lines)
    number, birth, expiry = lines[1][:10], lines[1][13:20], lines[1][21:28]
    return f"{number:>15}".ljust(30, "<") + f"{birth}<{expiry}"


class Refused(Exception):
    """The other side is not who it should be."""


class _Buffer(ctypes.Structure):
    """OpenSSL's BUF_MEM."""

    _fields_ = (
        ("length", ctypes.c_size_t),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("max", ctypes.c_size_t),
        ("flags", ctypes.c_ulong),
    )


_BufferAt = ctypes.POINTER(_Buffer)


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libeac.so.3")
    pointer = ctypes.c_void_p
    returns_buffer = {
        "PACE_STEP1_enc_nonce": [pointer, pointer],
        "PACE_STEP3A_generate_mapping_data": [pointer],
        "PACE_STEP3B_generate_ephemeral_key": [pointer],
        "PACE_STEP3D_compute_authentication_token": [pointer, _BufferAt],
        "EAC_encrypt": [pointer, _BufferAt],
        "EAC_decrypt": [pointer, _BufferAt],
        "EAC_authenticate": [pointer, _BufferAt],
        "EAC_add_iso_pad": [pointer, _BufferAt],
        "EAC_remove_iso_pad": [_BufferAt],
    }
    returns_success = {
        "EAC_CTX_init_ef_cardaccess": [ctypes.c_char_p, ctypes.c_size_t, pointer],
        "EAC_CTX_set_encryption_ctx": [pointer, ctypes.c_int],
        "EAC_increment_ssc": [pointer],
        "PACE_STEP2_dec_nonce": [pointer, pointer, _BufferAt],
        "PACE_STEP3A_map_generator": [pointer, _BufferAt],
        "PACE_STEP3B_compute_shared_secret": [pointer, _BufferAt],
        "PACE_STEP3C_derive_keys": [pointer],
        "PACE_STEP3D_verify_authentication_token": [pointer, _BufferAt],
    }
    for name, arguments in returns_buffer.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, _BufferAt
    for name, arguments in returns_success.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, ctypes.c_int
    library.EAC_CTX_new.restype = pointer
    library.EAC_CTX_clear_free.argtypes = [pointer]
    library.PACE_SEC_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    library.PACE_SEC_new.restype = pointer
    library.PACE_SEC_clear_free.argtypes = [pointer]
    library.BUF_MEM_clear_free.argtypes = [_BufferAt]
    library.EAC_init()
    return library


class _Pace:
    """One context of the library. `kind`: a key of SECRETS; `secret`: digits, or what zone() gives."""

    def __init__(self, card_access: bytes, kind: str, secret: str) -> None:
        self._library = _library()
        self._context = self._library.EAC_CTX_new()
        self._secret = self._library.PACE_SEC_new(secret.encode(), len(secret), SECRETS[kind])
        self._do("EAC_CTX_init_ef_cardaccess", card_access, len(card_access), self._context)

    def __del__(self) -> None:
        self._library.PACE_SEC_clear_free(self._secret)
        self._library.EAC_CTX_clear_free(self._context)

    def _do(self, name: str, *arguments: Any) -> None:
        if getattr(self._library, name)(*self._buffers(arguments)) != 1:
            raise Refused(name)

    def _get(self, name: str, *arguments: Any) -> bytes:
        found = getattr(self._library, name)(*self._buffers(arguments))
        if not found:
            raise Refused(name)
        data = ctypes.string_at(found.contents.data, found.contents.length)
        self._library.BUF_MEM_clear_free(found)
        return data

    def _buffers(self, arguments: tuple[Any, ...]) -> list[Any]:
        """Octets as BUF_MEM, unless they are followed by their length."""
        if arguments and arguments[-1] is self._context:
            return list(arguments)
        return [self._buffer(item) if isinstance(item, bytes) else item for item in arguments]

    @staticmethod
    def _buffer(data: bytes) -> Any:
        octets = ctypes.create_string_buffer(data, len(data))
        held = _Buffer(len(data), ctypes.cast(octets, ctypes.POINTER(ctypes.c_char)), len(data), 0)
        held.octets = octets  # keeps them alive
        return ctypes.byref(held)

    def nonce(self) -> bytes:
        return self._get("PACE_STEP1_enc_nonce", self._context, self._secret)

    def take_nonce(self, encrypted: bytes) -> None:
        self._do("PACE_STEP2_dec_nonce", self._context, self._secret, encrypted)

    def mapping(self) -> bytes:
        return self._get("PACE_STEP3A_generate_mapping_data", self._context)

    def map(self, theirs: bytes) -> None:
        self._do("PACE_STEP3A_map_generator", self._context, theirs)

    def ephemeral(self) -> bytes:
        return self._get("PACE_STEP3B_generate_ephemeral_key", self._context)

    def agree(self, theirs: bytes) -> None:
        self._do("PACE_STEP3B_compute_shared_secret", self._context, theirs)
        self._do("PACE_STEP3C_derive_keys", self._context)

    def token(self, theirs: bytes) -> bytes:
        return self._get("PACE_STEP3D_compute_authentication_token", self._context, theirs)

    def verify(self, token: bytes) -> None:
        self._do("PACE_STEP3D_verify_authentication_token", self._context, token)
        self._do("EAC_CTX_set_encryption_ctx", self._context, _CHANNEL_OF_PACE)

    def count(self) -> None:
        """One step of the send sequence counter."""
        self._do("EAC_increment_ssc", self._context)

    def pad(self, data: bytes) -> bytes:
        return self._get("EAC_add_iso_pad", self._context, data)

    def encrypt(self, data: bytes) -> bytes:
        return self._get("EAC_encrypt", self._context, self.pad(data))

    def decrypt(self, data: bytes) -> bytes:
        return self._get("EAC_remove_iso_pad", self._get("EAC_decrypt", self._context, data))

    def mac(self, head: bytes, objects: bytes) -> bytes:
        covered = (self.pad(head) if head else b"") + (self.pad(objects) if objects else b"")
        return self._get("EAC_authenticate", self._context, covered)


class PaceChip:
    """A chip with the given files: EF.CardAccess is free, those of the application need PACE.

    `files`: by identifier; `card_access`: as in the chip; `secret`: of the given kind.
    """

    def __init__(
        self, card_access: bytes, files: Mapping[int, bytes], kind: str, secret: str, application: bytes
    ) -> None:
        self._card_access = card_access
        self._files = files
        self._kind, self._secret = kind, secret
        self._application_name = application
        self._pace: _Pace | None = None
        self._open = False
        self._inside = False
        self._file = b""
        self._theirs = b""

    def transmit(self, apdu: bytes) -> bytes:
        """The response APDU to a short command APDU."""
        if len(apdu) > 5 and apdu[4] == 0:
            return b"\x67\x00"
        head, data = apdu[:4], apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if not apdu[0] & 0x0C:
            le = apdu[4] if len(apdu) == 5 else 0
            answer, status = self._run(head[1:], data, le or 256)
            return answer + status
        assert self._pace is not None
        pace = self._pace
        pace.count()
        objects = dict(elements(data))
        covered = b"".join(tlv(tag, value) for tag, value in objects.items() if tag != 0x8E)
        if pace.mac(head, covered) != objects[0x8E]:
            return b"\x69\x88"
        plain = pace.decrypt(objects[0x87][1:]) if 0x87 in objects else b""
        answer, status = self._run(head[1:], plain, int.from_bytes(objects.get(0x97, b"\x00")) or 256)
        pace.count()
        protected = (tlv(0x87, b"\x01", pace.encrypt(answer)) if answer else b"") + tlv(0x99, status)
        return protected + tlv(0x8E, pace.mac(b"", protected)) + status

    def _run(self, head: bytes, data: bytes, le: int) -> tuple[bytes, bytes]:
        good = b"\x90\x00"
        match head[0]:
            case 0xA4:
                return b"", good if self._select(data) else b"\x6a\x82"
            case 0xB0:
                if head[1] & 0x80:
                    identifier = 0x0100 | head[1] & 0x1F
                    if not self._select(identifier.to_bytes(2)):
                        return b"", b"\x6a\x82"
                    offset = head[2]
                else:
                    offset = int.from_bytes(head[1:3])
                return self._file[offset : offset + min(le, 208)], good
            case 0x22:
                self._steps = [self._nonce, self._map, self._agree, self._confirm]
                self._pace = _Pace(self._card_access, self._kind, self._secret)
                return b"", good
            case 0x86:
                try:
                    return tlv(0x7C, self._steps.pop(0)(dict(elements(elements(data)[0][1])))), good
                except Refused:
                    return b"", b"\x63\x00"
        return b"", b"\x6d\x00"

    def _select(self, data: bytes) -> bool:
        if data in (b"", b"\x3f\x00", self._application_name):
            self._inside = data == self._application_name
            return True
        identifier = int.from_bytes(data)
        if self._inside and self._open:
            found = self._files.get(identifier)
        else:
            found = self._card_access if identifier == 0x011C else None
        self._file = found or b""
        return found is not None

    def _nonce(self, given: dict[int, bytes]) -> bytes:
        assert self._pace is not None
        return tlv(0x80, self._pace.nonce())

    def _map(self, given: dict[int, bytes]) -> bytes:
        assert self._pace is not None
        own = self._pace.mapping()
        self._pace.map(given[0x81])
        return tlv(0x82, own)

    def _agree(self, given: dict[int, bytes]) -> bytes:
        assert self._pace is not None
        own = self._pace.ephemeral()
        self._theirs = given[0x83]
        self._pace.agree(self._theirs)
        return tlv(0x84, own)

    def _confirm(self, given: dict[int, bytes]) -> bytes:
        assert self._pace is not None
        own = self._pace.token(self._theirs)
        self._pace.verify(given[0x85])
        self._open = True
        return tlv(0x86, own)


class PaceTerminal:
    """A reader that opens a chip and reads its files. Raises Refused when the chip says no."""

    def __init__(self, transmit: Callable[[bytes], bytes]) -> None:
        self._transmit = transmit
        self._pace: _Pace | None = None

    def card_access(self) -> bytes:
        """EF.CardAccess, by its short identifier."""
        content, status = self._ask(b"\x00\xb0\x9c\x00\x00")
        if status not in (0x9000, 0x6282):
            raise Refused(f"{status:04X}")
        return content

    def open(self, protocol: bytes, kind: str, secret: str) -> None:
        """PACE by the protocol with the object identifier's value octets."""
        pace = _Pace(self.card_access(), kind, secret)
        password = bytes((SECRETS[kind],))
        self._demand(b"\x00\x22\xc1\xa4", tlv(0x80, protocol) + tlv(0x83, password), le=False)
        pace.take_nonce(self._authenticate(b"\x10", b"")[0x80])
        own = pace.mapping()
        pace.map(self._authenticate(b"\x10", tlv(0x81, own))[0x82])
        own = pace.ephemeral()
        theirs = self._authenticate(b"\x10", tlv(0x83, own))[0x84]
        pace.agree(theirs)
        token = pace.token(theirs)
        pace.verify(self._authenticate(b"\x00", tlv(0x85, token))[0x86])
        self._pace = pace

    def select(self, how: bytes, data: bytes) -> None:
        """SELECT through the channel; `how`: P1 and P2."""
        self._protected(b"\x0c\xa4" + how, data, None)

    def read(self, short_identifier: int) -> bytes:
        """A whole file through the channel."""
        first = self._protected(bytes((0x0C, 0xB0, 0x80 | short_identifier, 0)), b"", 0)
        content = first
        size = elements_size(first)
        while len(content) < size:
            content += self._protected(b"\x0c\xb0" + len(content).to_bytes(2), b"", 0)
        return content

    def _protected(self, head: bytes, data: bytes, le: int | None) -> bytes:
        assert self._pace is not None
        pace = self._pace
        pace.count()
        covered = tlv(0x87, b"\x01", pace.encrypt(data)) if data else b""
        covered += tlv(0x97, bytes((le,))) if le is not None else b""
        body = covered + tlv(0x8E, pace.mac(head, covered))
        answer, status = self._ask(head + bytes((len(body),)) + body + b"\x00")
        pace.count()
        objects = dict(elements(answer))
        covered = b"".join(tlv(tag, value) for tag, value in objects.items() if tag != 0x8E)
        if pace.mac(b"", covered) != objects.get(0x8E) or objects[0x99] != status.to_bytes(2):
            raise Refused("the chip's answer is not authentic")
        if status not in (0x9000, 0x6282):
            raise Refused(f"{status:04X}")
        return pace.decrypt(objects[0x87][1:]) if 0x87 in objects else b""

    def _authenticate(self, cla: bytes, data: bytes) -> dict[int, bytes]:
        answer = self._demand(cla + b"\x86\x00\x00", tlv(0x7C, data))
        return dict(elements(elements(answer)[0][1]))

    def _demand(self, head: bytes, data: bytes, *, le: bool = True) -> bytes:
        answer, status = self._ask(head + bytes((len(data),)) + data + (b"\x00" if le else b""))
        if status != 0x9000 and status & 0xFFF0 != 0x63C0:  # 63Cx: the PIN's tries are fewer
            raise Refused(f"{status:04X}")
        return answer

    def _ask(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._transmit(apdu)
        return answer[:-2], int.from_bytes(answer[-2:])


def elements_size(start: bytes) -> int:
    """How long the file is that starts like this."""
    at = 2 if start[0] & 0x1F == 0x1F else 1
    size, at = start[at], at + 1
    if size & 0x80:
        octets = size & 0x7F
        size, at = int.from_bytes(start[at : at + octets]), at + octets
    return at + size
