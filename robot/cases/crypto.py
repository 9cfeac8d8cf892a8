"""Envelope encryption of cases: every case has a key of its own, wrapped by a key of the key file.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces. A case's data key seals a handful of texts and a
key-file key wraps data keys only, so both stay far below the 2**32 messages that random nonces allow.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32


class KeyFileError(Exception):
    """The key file cannot be used; the message is one sentence that says what to do."""


class SealError(Exception):
    """A sealed text does not open: damaged, exchanged, or its key is gone. One sentence."""


@dataclass(frozen=True)
class WrappedKey:
    """A data key under the key-file key `key_id`."""

    key_id: str
    blob: bytes


@dataclass(frozen=True)
class _Keys:
    current: str
    keys: dict[str, bytes]
    audit: bytes


def seal(key: bytes, plain: bytes, *context: str) -> bytes:
    """Encrypt `plain` under a 32-byte key; `context` (ids without NUL) must be the same for `unseal`."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _aad(context))


def unseal(key: bytes, sealed: bytes, *context: str) -> bytes:
    """Undo `seal`. Raises SealError when the text or its context was changed."""
    if len(sealed) < _NONCE:
        raise SealError("A sealed text is cut short: restore the database from a backup.")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _aad(context))
    except InvalidTag:
        raise SealError(
            "A sealed text does not open, it was damaged or exchanged: restore the database from a backup."
        ) from None


def new_data_key() -> bytes:
    """A fresh key for one case."""
    return AESGCM.generate_key(_KEY * 8)


def _aad(context: tuple[str, ...]) -> bytes:
    return b"\0".join(part.encode() for part in ("lotse", *context))


class Keyring:
    """The keys of the key file, re-read when another process changed it. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._stamp, self._keys = _load(path)

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Keyring:
        """Read the key file; `create` makes it when it is absent. Raises KeyFileError."""
        if create and not path.exists():
            _create(path)
        return cls(path)

    @property
    def current(self) -> str:
        """Id of the key that wraps new data keys."""
        with self._lock:
            self._refresh()
            return self._keys.current

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all keys in the file."""
        with self._lock:
            self._refresh()
            return frozenset(self._keys.keys)

    @property
    def audit_key(self) -> bytes:
        """Key of the audit log's chain; it never changes."""
        with self._lock:
            return self._keys.audit

    @property
    def mark(self) -> str:
        """Names the key file without telling anything of it: the same for all its copies and rotations."""
        return hmac.new(self.audit_key, b"key file\0", hashlib.sha256).hexdigest()

    def wrap(self, data_key: bytes, case_id: str) -> WrappedKey:
        """Wrap a case's data key with the current key; bound to the case and the key's id."""
        with self._lock:
            self._refresh()
            key_id = self._keys.current
            return WrappedKey(key_id, seal(self._keys.keys[key_id], data_key, "dek", case_id, key_id))

    def unwrap(self, wrapped: WrappedKey, case_id: str) -> bytes:
        """The data key again. Raises SealError when it does not open or its key is gone."""
        with self._lock:
            if wrapped.key_id not in self._keys.keys:
                self._refresh()
            key = self._keys.keys.get(wrapped.key_id)
        if key is None:
            raise SealError(
                f"The key file {self._path} lacks the key {wrapped.key_id}: "
                "restore the key file of this database."
            )
        return unseal(key, wrapped.blob, "dek", case_id, wrapped.key_id)

    @contextlib.contextmanager
    def rotation(self) -> Iterator[None]:
        """Only one process at a time changes the file (advisory lock on its directory)."""
        with _alone(self._path.parent):
            yield

    def add_key(self) -> str:
        """Make a new current key; the others stay. Durable on return. Call it inside `rotation`."""
        with self._lock:
            self._refresh()
            key_id = _new_id()
            keys = {**self._keys.keys, key_id: AESGCM.generate_key(_KEY * 8)}
            self._write(_Keys(key_id, keys, self._keys.audit))
            return key_id

    def drop_others(self) -> list[str]:
        """Forget all keys but the current one; returns their ids. Call it inside `rotation`."""
        with self._lock:
            self._refresh()
            current = self._keys.current
            dropped = sorted(self._keys.keys.keys() - {current})
            if dropped:
                self._write(_Keys(current, {current: self._keys.keys[current]}, self._keys.audit))
            return dropped

    def _write(self, keys: _Keys) -> None:
        _replace(self._path, _encode(keys))
        self._stamp, self._keys = _load(self._path)

    def _refresh(self) -> None:
        if _stamp(self._path) != self._stamp:
            self._stamp, self._keys = _load(self._path)


def _new_id() -> str:
    return f"k{secrets.token_hex(4)}"


def _encode(keys: _Keys) -> bytes:
    return json.dumps(
        {
            "version": 1,
            "current": keys.current,
            "keys": {key_id: base64.b64encode(key).decode() for key_id, key in keys.keys.items()},
            "audit": base64.b64encode(keys.audit).decode(),
        },
        indent=1,
    ).encode()


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise KeyFileError(f"The key file {path} is missing: put the file of this database back.") from None
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read ({error.strerror}).") from None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _load(path: Path) -> tuple[tuple[int, int, int], _Keys]:
    stamp = _stamp(path)
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise KeyFileError(
                f"The key file {path} is open to others (mode {mode:04o}): run 'chmod 600 {path}', "
                "then 'lotse keys rotate'."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read ({error.strerror}).") from None
    try:
        data = json.loads(raw)
        keys = {
            str(key_id): base64.b64decode(key, validate=True) for key_id, key in dict(data["keys"]).items()
        }
        result = _Keys(str(data["current"]), keys, base64.b64decode(data["audit"], validate=True))
        sound = (
            data["version"] == 1
            and result.current in keys
            and all(len(key) == _KEY for key in (*keys.values(), result.audit))
        )
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise KeyFileError(f"The key file {path} is damaged: restore it from a backup.")
    return stamp, result


def _create(path: Path) -> None:
    """Write a first key file; when another process was faster, its file stays."""
    first = _new_id()
    keys = _Keys(first, {first: AESGCM.generate_key(_KEY * 8)}, os.urandom(_KEY))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be made ({error.strerror}).") from None
    with _alone(path.parent):
        if not path.exists():
            _replace(path, _encode(keys))


def _replace(path: Path, content: bytes) -> None:
    try:
        fresh = _temporary(path, content)
        fresh.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be written ({error.strerror}).") from None


def _temporary(path: Path, content: bytes) -> Path:
    for left in path.parent.glob(f".{path.name}.*.new"):  # of a process that was killed half-way
        left.unlink(missing_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    try:
        handle = os.open(directory, os.O_RDONLY)
    except OSError as error:
        raise KeyFileError(
            f"The key file's directory {directory} cannot be read ({error.strerror})."
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
