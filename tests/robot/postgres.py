"""A real PostgreSQL server for the tests: in a folder of its own, on a socket of its own, gone afterwards."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from robot.cases.database import Database

_PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path())
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=16MB", "jit=off")
_START_S = 60.0


class Server:
    """The server; `database()` makes a new database on it."""

    def __init__(self) -> None:
        # not pytest's folder: the server's user must reach it, and a socket's path is short
        self.folder = Path(tempfile.mkdtemp(prefix="lotse-pg-"))
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._ours = ["setpriv", "--pdeathsig=INT"]  # it ends even when the tests are killed
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            other = pwd.getpwnam("postgres")
            os.chown(self.folder, other.pw_uid, other.pw_gid)
            self._ours += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        made = ["-A", "trust", "-U", "lotse", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [*self._ours, _PROGRAMS / "initdb", "-D", self.folder / "data", *made],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        self.start()
        template = self._create("template_lotse")
        Database(template).close()

    def start(self) -> None:
        """Start it, unless it runs; on return it takes connections."""
        if self._process and self._process.poll() is None:
            return
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", *_QUICK]
        command = [*self._ours, str(_PROGRAMS / "postgres"), "-D", str(self.folder / "data")]
        for setting in settings:
            command += ["-c", setting]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            cwd=self.folder,
        )
        end = time.monotonic() + _START_S
        while True:
            try:
                self._run("SELECT 1")
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT breaks all connections off, SIGQUIT is a crash that has to be recovered from."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(_START_S)
            self._process = None

    def close(self) -> None:
        """Stop it and take everything away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    @contextlib.contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The URL of a new database, as an administrator writes it. `empty`: without our tables."""
        name = f"town_{next(self._numbers)}"
        yield self._create(name, "template1" if empty else "template_lotse")
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str, user: str = "lotse") -> str:
        """The URL of a database of that name."""
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def _create(self, name: str, template: str = "template1") -> str:
        with self._connected() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def _run(self, statement: str) -> None:
        with self._connected() as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(
            host=str(self.folder), user="lotse", dbname="postgres", autocommit=True
        ) as connection:
            yield connection
