"""The kiosk seen from outside: its settings file, its command, its HTTP addresses. Used by demo and bench."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator.processes import WorldError, end, spawn, until
from simulator.world import World, require_free

START_S = 240.0


class Kiosk:
    """The command `lotse run` with one settings file.

    Raises WorldError when the settings do not name addresses that a simulated world can have.
    """

    def __init__(self, settings: Path) -> None:
        self.settings = settings.absolute()
        try:
            self.values: dict[str, Any] = tomllib.loads(self.settings.read_text(encoding="utf-8"))
        except OSError as error:
            raise WorldError(
                f"{settings} cannot be read ({error.strerror}): name a settings file."
            ) from error
        except tomllib.TOMLDecodeError as error:
            raise WorldError(f"{settings} is not valid TOML: {error}.") from error
        self.root = self.settings.parent
        self.log = self._path("body", "port").parent / "robot.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the citizen's page is; the clerk's is at /staff."""
        return f"http://127.0.0.1:{self._get('web', 'port', 8040)}"

    @property
    def pid(self) -> int:
        """The robot's process. Raises WorldError when it does not run."""
        if self._process is None:
            raise WorldError("The robot is not running.")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the robot's process runs."""
        return self._process is not None and self._process.poll() is None

    def world(self) -> World:
        """A world (not started) whose devices are where the settings look for them."""
        run_dir = self._path("body", "port").parent
        source = urlsplit(str(self._get("camera", "source", "")))
        world = World(run_dir, source.port or 0)
        for name, address in world.addresses.items():
            section, key = name.split(".")
            wanted = str(self._get(section, key, ""))
            if section != "camera":
                prefix = "unix:" if wanted.startswith("unix:") else ""
                wanted = prefix + str((self.root / wanted.removeprefix("unix:")).absolute())
            if wanted != address:
                raise WorldError(
                    f"{self.settings}: {name} is {wanted}, but the simulated device is at {address}: "
                    "take the addresses of the default lotse.toml."
                )
        return world

    def start(self) -> float:
        """Start it and wait until it can greet. Returns the seconds that took. Raises WorldError."""
        self._require_free("web", 8040, "the robot's pages")
        if not self._get("rasa", "url", ""):
            self._require_free("rasa", 5105, "the robot's Rasa")
        begun = time.monotonic()
        self._process = spawn(
            [str(Path(sys.executable).parent / "lotse"), "run", "--settings", str(self.settings)],
            log=self.log,
            stdout=subprocess.DEVNULL,
            cwd=self.root,
        )
        until(
            lambda: not self.alive or self.ready(),
            START_S,
            f"The robot did not get ready in {START_S:.0f} s.",
        )
        if not self.alive:
            lines = self.log.read_text(errors="replace").strip().splitlines()
            raise WorldError(
                f"The robot ended at once ({self.log}): {lines[-1] if lines else 'without a word'}"
            )
        return time.monotonic() - begun

    def stop(self) -> None:
        """End it as a service manager would."""
        if self._process is not None:
            family = descendants(self._process.pid)
            end(self._process, 12)
            kill_left(family)
        self._process = None

    def kill9(self) -> None:
        """The power goes: the robot and everything it started die at once."""
        if self._process is not None:
            family = descendants(self._process.pid)
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            kill_left(family)
        self._process = None

    def rasa_pid(self) -> int:
        """The process that listens for dialogue turns. Raises WorldError."""
        for pid, words in descendants(self.pid):
            if "rasa" in words and "run" in words:
                return pid
        raise WorldError("The robot runs no Rasa.")

    def family(self) -> list[int]:
        """The robot's process and all below it."""
        return [self.pid, *(pid for pid, _ in descendants(self.pid))]

    def ready(self) -> bool:
        """Whether it can greet and understand."""
        with contextlib.suppress(OSError, ValueError):
            return bool(self.get("/health").get("ready"))
        return False

    def get(self, path: str) -> Any:
        """JSON of one of its addresses. Raises OSError."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - our own loopback
            return json.load(answer)

    def command(self, *words: str, stdin: str = "") -> str:
        """Run another `lotse` command on the same settings; its output. Raises WorldError with its words."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "lotse"), *words, "--settings", str(self.settings)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            cwd=self.root,
        )
        if done.returncode:
            raise WorldError(
                f"lotse {words[0]} failed: {done.stderr.strip().splitlines()[-1:] or ['no reason']}"
            )
        return done.stdout

    def _require_free(self, section: str, otherwise: int, whose: str) -> None:
        """A process that was just killed gives its port back when the last of its threads is gone."""
        port = int(self._get(section, "port", otherwise))
        for _ in range(100):
            with contextlib.suppress(WorldError):
                require_free(port, whose)
                return
            time.sleep(0.05)
        require_free(port, whose)

    def _get(self, section: str, key: str, otherwise: Any) -> Any:
        return self.values.get(section, {}).get(key, otherwise)

    def _path(self, section: str, key: str) -> Path:
        return (self.root / str(self._get(section, key, "run/sim/body"))).absolute()


def descendants(pid: int) -> list[tuple[int, str]]:
    """Process ids and command lines of everything below a process (proc(5))."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                after_name = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                parents.setdefault(int(after_name[1]), []).append(int(folder.name))
    found: list[tuple[int, str]] = []
    waiting = list(parents.get(pid, []))
    while waiting:
        child = waiting.pop()
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found.append((child, words))
        waiting += parents.get(child, [])
    return found


def kill_left(family: list[tuple[int, str]]) -> None:
    """Kill what is left of processes that were below another one, and wait until they are gone."""

    def same(pid: int, words: str) -> bool:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return False
            # A dying process has no words left, but still its sockets.
            now = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            return not now or now == words
        return False

    for pid, words in family:
        if same(pid, words):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(WorldError):
        until(lambda: not any(same(pid, words) for pid, words in family), 5, "still there")
