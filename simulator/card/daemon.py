"""An isolated PC/SC daemon: Debian's own pcscd with two virtual slots, reachable by its own socket."""

from __future__ import annotations

import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD = "/usr/sbin/pcscd"
_LONGEST_ADDRESS = 107  # octets, unix(7)
SLOTS = 2  # vpcd serves the port it is told and the next one

# The daemon ignores PCSCLITE_CSOCK_NAME; systemd's socket activation is its only way to another socket: the
# listening socket is descriptor 3, and LISTEN_PID the daemon's own, which only the process that becomes it
# can know. prctl 1 is PR_SET_PDEATHSIG: the daemon is killed with whoever started it.
_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
listener = int(sys.argv[1])
if listener != 3:
    os.dup2(listener, 3)
os.set_inheritable(3, True)
os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


class Daemon:
    """pcscd under `run_dir`: `socket` is for PCSCLITE_CSOCK_NAME, `ports` are the slots of vpcd."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = Path(run_dir).resolve()
        self.socket = str(self._run_dir / "pcscd.sock")
        self.ports: tuple[int, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until the slots can be reached.

        Raises:
            RuntimeError: pcscd or vpcd is not installed, or the daemon ended at once.
        """
        if not DRIVER.exists():
            raise RuntimeError(f"{DRIVER} is missing: install Debian's vsmartcard-vpcd and pcscd.")
        if len(self.socket.encode()) > _LONGEST_ADDRESS:
            raise RuntimeError(f"{self.socket} is too long for a socket: choose a shorter run directory.")
        config = self._run_dir / "reader.conf.d"
        config.mkdir(parents=True, exist_ok=True)
        if not self.ports:
            self.ports = _free_ports()
        (config / "vpcd").write_text(
            'FRIENDLYNAME "Virtual PCD"\n'
            f"DEVICENAME /dev/null:0x{self.ports[0]:04X}\n"
            f"LIBPATH {DRIVER}\n"
            f"CHANNELID 0x{self.ports[0]:04X}\n"
        )
        Path(self.socket).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, (self._run_dir / "pcscd.log").open("ab") as log:
            listener.bind(self.socket)
            listener.listen(16)
            Path(self.socket).chmod(0o666)
            # Only the daemon may keep the listening end: with it dead, clients must be refused, not queued.
            process = _spawn(
                [
                    sys.executable,
                    "-c",
                    _LAUNCHER,
                    str(listener.fileno()),
                    PCSCD,
                    "-f",
                    "-c",
                    str(config),
                ],
                listener.fileno(),
                log,
            )
        self._process = process
        deadline = time.monotonic() + 10
        while not all(_listens(port) for port in self.ports):
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"pcscd did not come up; see {self._run_dir / 'pcscd.log'}.")
            time.sleep(0.01)

    def kill(self) -> None:
        """End it without warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order, by force after two seconds."""
        self._end(signal.SIGTERM)
        Path(self.socket).unlink(missing_ok=True)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _spawn(command: list[str], keep: int, log: BinaryIO) -> subprocess.Popen[bytes]:
    """Start a program from a thread of its own: the kernel ends it with that thread at the latest."""
    started: queue.SimpleQueue[subprocess.Popen[bytes] | OSError] = queue.SimpleQueue()

    def run() -> None:
        try:
            process = subprocess.Popen(
                command,
                pass_fds=(keep,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        except OSError as error:
            started.put(error)
            return
        started.put(process)
        process.wait()

    threading.Thread(target=run, name="pcscd", daemon=True).start()
    outcome = started.get()
    if isinstance(outcome, OSError):
        raise RuntimeError(f"pcscd could not be started: {outcome}.") from outcome
    return outcome


def _listens(port: int) -> bool:
    """Whether somebody listens on the port; connecting would already insert a card."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _free_ports() -> tuple[int, ...]:
    while True:
        first = random.randrange(20000, 32000)
        ports = tuple(range(first, first + SLOTS))
        if not any(_listens(port) for port in ports):
            return ports
