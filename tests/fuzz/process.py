"""One target in this process: `python -m tests.fuzz.process NAME [OPTION…] [FOLDER…]`, libFuzzer's options.

The engine is atheris, guided by coverage. It has packages for x86-64 only; elsewhere, or with
`-engine=plain`, `tests.fuzz.plain` changes the seeds at random, with the same options and exit codes.
"""

from __future__ import annotations

import importlib.util
import resource
import sys
from pathlib import Path

from tests.fuzz import plain
from tests.fuzz.planted import PLANTED
from tests.fuzz.targets import TARGETS, Target

_PLAIN = "-engine=plain"
_RESERVABLE = 512 * 1024 * 1024  # octets of address space, for the engine's own tables too


def main(name: str, arguments: list[str]) -> int:
    """Run until an option or a fault ends it; the exit code is libFuzzer's (0: nothing found)."""
    target = (TARGETS | PLANTED)[name]
    arguments.append(f"-max_len={target.longest}")
    if _PLAIN in arguments or importlib.util.find_spec("atheris") is None:
        attempt = target.make()
        _limit_address_space()
        return plain.run(attempt, [argument for argument in arguments if argument != _PLAIN])
    _guided(target, arguments)
    return 0


def _guided(target: Target, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["hardware"]):
        attempt = target.make()
    _limit_address_space()
    atheris.Setup([sys.argv[0], *arguments], attempt)
    atheris.Fuzz()


def _limit_address_space() -> None:
    """Who reserves gigabytes because a length field says so gets a MemoryError, which no target accepts."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _RESERVABLE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
