"""Starts a target in a process of its own and tells what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import SEEDS

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "fuzz"

MOST_MB = 200
PATIENCE_S = 10  # for one input; the slowest honest one takes 0.3 s


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `code` is libFuzzer's exit code; `input`: what broke the target, if anything did."""

    code: int
    tried: int
    peak_mb: int
    input: bytes | None
    output: str

    @property
    def clean(self) -> bool:
        """Nothing crashed, hung or took more memory than allowed."""
        return self.code == 0 and self.input is None and self.peak_mb <= MOST_MB

    def report(self) -> str:
        """What its owner needs to mend it."""
        found = "" if self.input is None else f"input {self.input.hex()}\n"
        return f"exit code {self.code}, {self.peak_mb} MB, {self.tried} inputs\n{found}{self.output[-4000:]}"


def fuzz(
    name: str, seconds: int, *, work: Path = WORK, patience: int = PATIENCE_S, guided: bool = True
) -> Outcome:
    """Run one target. Inputs that reach new code are kept in `work`, a breaking one too."""
    corpus, faults = work / "corpus" / name, work / "faults" / name
    for folder in (corpus, faults):
        folder.mkdir(parents=True, exist_ok=True)
    known = set(faults.iterdir())
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        ended = _run(name, seconds, corpus, faults, patience, guided, scratch)
    output = ended.stdout.decode(errors="replace")
    breaking = [file.read_bytes() for file in faults.iterdir() if file not in known]
    return Outcome(
        ended.returncode,
        _figure(output, "number_of_executed_units"),
        _figure(output, "peak_rss_mb"),
        breaking[0] if breaking else None,
        output,
    )


def _run(
    name: str, seconds: int, corpus: Path, faults: Path, patience: int, guided: bool, scratch: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            # A process inherits the peak of the one that started it (getrusage(2)): a whole test run's is
            # above the limit, a shell's is not.
            *("/bin/sh", "-c", '"$@"; exit $?', "sh"),
            *(sys.executable, "-m", "tests.fuzz.process", name),
            *([] if guided else ["-engine=plain"]),
            f"-max_total_time={seconds}",
            f"-timeout={patience}",
            f"-rss_limit_mb={MOST_MB}",
            "-print_final_stats=1",
            f"-artifact_prefix={faults}/",
            str(corpus),
            *([str(SEEDS / name)] if (SEEDS / name).is_dir() else []),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": scratch},
        stderr=subprocess.STDOUT,
        check=False,
    )


def _figure(output: str, name: str) -> int:
    found = re.search(rf"stat::{name}:\s+(\d+)", output)
    return int(found.group(1)) if found else 0
