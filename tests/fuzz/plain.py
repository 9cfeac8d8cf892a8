"""A fuzzing loop without coverage, where atheris is not to be had: same options, same exit codes."""

from __future__ import annotations

import contextlib
import hashlib
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from tests.fuzz.targets import Try

CRASHED, HUNG, TOO_LARGE = 77, 70, 71

# Octets that tag, length and end fields are made of.
_TELLING = b"\x00\x01\x7f\x80\x81\x82\x84\xff\x30\x31\x61\x1f<0A"


class _Hung(BaseException):
    """The time for one input is over."""


def run(attempt: Try, arguments: list[str]) -> int:
    """Mutate the seeds until the time is over or an input crashes, hangs or takes too much memory.

    Understands -max_total_time (s), -timeout (s), -rss_limit_mb, -max_len, -artifact_prefix; what is no
    option is a folder with seeds. Others are ignored.
    """
    options = dict(argument[1:].split("=", 1) for argument in arguments if argument.startswith("-"))
    folders = [Path(argument) for argument in arguments if not argument.startswith("-")]
    seeds = [file.read_bytes() for folder in folders for file in sorted(folder.glob("*"))] or [b""]
    longest = int(options["max_len"])
    signal.signal(signal.SIGALRM, _ring)
    ends = time.monotonic() + int(options["max_total_time"])
    count = 0
    for data in _inputs(seeds, longest):
        if count >= len(seeds) and time.monotonic() >= ends:
            break
        count += 1
        code = _tried(attempt, data, int(options["timeout"]), int(options["rss_limit_mb"]))
        if code:
            kept = f"{options.get('artifact_prefix', '')}crash-{hashlib.sha1(data).hexdigest()}"
            Path(kept).write_bytes(data)
            print(f"Test unit written to {kept}", file=sys.stderr)
            return code
    print(f"stat::number_of_executed_units: {count}\nstat::peak_rss_mb: {_memory_mb()}", file=sys.stderr)
    return 0


def _tried(attempt: Try, data: bytes, patience: int, most_mb: int) -> int:
    try:
        signal.alarm(patience)
        attempt(data)
    except _Hung:
        traceback.print_exc()
        return HUNG
    except Exception:
        traceback.print_exc()
        return CRASHED
    finally:
        signal.alarm(0)
    if _memory_mb() > most_mb:
        print(f"out-of-memory: {_memory_mb()} MB", file=sys.stderr)
        return TOO_LARGE
    return 0


def _ring(number: int, frame: FrameType | None) -> None:
    raise _Hung


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _inputs(seeds: list[bytes], longest: int) -> Iterator[bytes]:
    """The seeds, then changed ones without end."""
    yield from (seed[:longest] for seed in seeds)
    chance = random.Random(2026)
    while True:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            _change(data, chance, seeds)
        yield bytes(data[:longest])


def _change(data: bytearray, chance: random.Random, seeds: list[bytes]) -> None:
    at = chance.randint(0, len(data))
    end = min(len(data), at + chance.randint(1, 8))
    match chance.randrange(5):
        case 0:
            data[at:end] = bytes(chance.choice(_TELLING) for _ in range(end - at))
        case 1:
            data[at:at] = chance.randbytes(chance.randint(1, 4))
        case 2:
            del data[at:end]
        case 3:
            other = chance.choice(seeds)
            data[at:] = other[chance.randint(0, len(other)) :]
        case _:
            with contextlib.suppress(IndexError):
                data[at] ^= 1 << chance.randrange(8)
