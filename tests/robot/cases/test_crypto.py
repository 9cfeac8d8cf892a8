from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.cases.crypto import KeyFileError, Keyring, SealError, WrappedKey, new_data_key, seal, unseal


def test_the_first_start_makes_a_key_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lotse.key"
    first = Keyring.open(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Keyring.open(path, create=True)
    assert again.current == first.current
    assert again.audit_key == first.audit_key


def test_processes_that_start_at_once_agree_on_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "lotse.key"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.open(path, create=True), range(8)))
    assert len({ring.current for ring in rings}) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["lotse.key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o660])
def test_a_key_file_that_others_may_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "lotse.key"
    Keyring.open(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600") as refused:
        Keyring.open(path, create=True)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\x00", b'{"version": 1, "current": "k1", "keys": {}}'])
def test_a_damaged_key_file_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lotse.key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="damaged"):
        Keyring.open(path, create=True)
    assert path.read_bytes() == content


def test_a_missing_key_file_is_named_when_it_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="missing"):
        Keyring.open(tmp_path / "lotse.key", create=False)


def test_a_sealed_text_opens_only_unchanged_and_in_its_place() -> None:
    key = new_data_key()
    sealed = seal(key, b"ERIKA", "case", "c1")
    assert unseal(key, sealed, "case", "c1") == b"ERIKA"
    assert seal(key, b"ERIKA", "case", "c1") != sealed
    damaged = bytearray(sealed)
    damaged[-1] ^= 1
    for text, context in (
        (sealed, ("case", "c2")),
        (sealed, ("reason", "c1")),
        (bytes(damaged), ("case", "c1")),
        (b"short", ("case", "c1")),
        (b"", ("case", "c1")),
    ):
        with pytest.raises(SealError):
            unseal(key, text, *context)


def test_a_wrapped_key_is_bound_to_its_case_and_to_its_key(tmp_path: Path) -> None:
    ring = Keyring.open(tmp_path / "lotse.key", create=True)
    data_key = new_data_key()
    wrapped = ring.wrap(data_key, "case1")
    assert ring.unwrap(wrapped, "case1") == data_key
    with pytest.raises(SealError):
        ring.unwrap(wrapped, "case2")
    with ring.rotation():
        other = ring.add_key()
    with pytest.raises(SealError):
        ring.unwrap(WrappedKey(other, wrapped.blob), "case1")
    with pytest.raises(SealError, match="lacks the key"):
        ring.unwrap(WrappedKey("k00000000", wrapped.blob), "case1")


def test_a_running_robot_notices_the_key_that_another_process_made(tmp_path: Path) -> None:
    path = tmp_path / "lotse.key"
    robot, command = Keyring.open(path, create=True), Keyring.open(path, create=False)
    with command.rotation():
        fresh = command.add_key()
        command.drop_others()
    assert robot.current == fresh
    assert robot.ids == {fresh}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
