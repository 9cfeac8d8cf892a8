"""Programs that the simulated world starts: they die with it, whatever happens to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class WorldError(Exception):
    """Something in the simulated world cannot be had; the message is one sentence that says what to do."""


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    log: Path | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that the kernel ends when the calling thread ends (prctl(2), PR_SET_PDEATHSIG).

    In: the command, additions to the environment, and where its errors go (`log`, appended to).
    """
    full = dict(os.environ)
    full.update(env or {})
    with contextlib.ExitStack() as stack:
        errors: int = subprocess.DEVNULL
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            errors = stack.enter_context(log.open("ab")).fileno()
        try:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                env=full,
                stdin=stdin,
                stdout=stdout,
                stderr=errors,
                cwd=cwd,
                start_new_session=True,
            )
        except FileNotFoundError as missing:
            raise WorldError(
                f"The program {missing.filename} is missing: install what requirements/apt.txt lists."
            ) from missing


def end(process: subprocess.Popen[bytes], patience_s: float = 3.0) -> None:
    """Ask a program to end, then make it; its whole process group goes."""
    for number, seconds in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def until(true: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait until `true()`; WorldError(`otherwise`) after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise WorldError(otherwise)
        time.sleep(0.02)
