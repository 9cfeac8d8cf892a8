"""The database under the back office: engine, transactions, migrations, and one sentence per failure.

SQLite for one kiosk, PostgreSQL where several are one town.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, func, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from robot.cases import tables

if TYPE_CHECKING:
    from types import ModuleType

Clock = Callable[[], datetime]

_WRITE = "lotse_write"
_FULL = "The disk of the database {} is full: free some space and try again."
_LEAST_FREE = 16 << 20  # bytes: room for cases with copies while somebody comes


class StoreError(Exception):
    """The database cannot do it now; the message is one sentence that says what to do."""


def utc_now() -> datetime:
    """The time of day, aware, in UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """An aware time as the tables keep it: UTC, ISO 8601, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def resolve_url(url: str, base: Path) -> str:
    """The URL with a relative SQLite path made absolute against `base`. Raises StoreError."""
    parsed = _parse(url)
    if _is_sqlite(parsed) and parsed.database:
        parsed = parsed.set(database=str(base / parsed.database))
    return parsed.render_as_string(hide_password=False)


class Database:
    """One engine; transactions read or write, writers come one after the other."""

    def __init__(self, url: str, *, busy_s: float = 5.0) -> None:
        """Connect and bring the schema up to date. `busy_s`: how long to wait for another writer.

        Raises StoreError.
        """
        parsed = _parse(url)
        self._sqlite = _is_sqlite(parsed)
        self._postgres = None if self._sqlite else _postgres()
        shown = parsed.set(drivername=parsed.get_backend_name(), query={})
        self._where = shown.render_as_string(hide_password=True)
        self._me = secrets.token_hex(8)
        with self._explained():
            self.engine = self._connected(parsed, busy_s)
            self._reader = self.engine
            if self._postgres:
                # what the log says and what its seal says must be of one moment
                self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._migrate()

    @property
    def shared(self) -> bool:
        """Whether other machines may use it, too."""
        return not self._sqlite

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view. Raises StoreError."""
        with self._explained(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """All or nothing, one writer at a time; durable on return. Raises StoreError."""
        with self._explained(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITE: True})
            with connection.begin():
                if self._postgres:
                    told = func.pg_notify(self._postgres.CHANNEL, self._me)  # by the server, at the commit
                    connection.execute(select(tables.gate.c.id, told).with_for_update())
                yield connection

    def try_to_write(self) -> None:
        """Write, as durably as a case, something that changes nothing. Raises StoreError: so would a case."""
        with self.writing() as connection:
            connection.execute(update(tables.gate).values(id=tables.gate.c.id))
        if not self._sqlite:
            return
        with self._explained():
            free = shutil.disk_usage(Path(str(self.engine.url.database)).parent).free
        if free < _LEAST_FREE:
            raise StoreError(_FULL.format(self._where))

    def forget_deleted(self) -> None:
        """Deleted rows are not left in SQLite's write-ahead log; PostgreSQL takes them out of its tables."""
        with self._explained():
            if self._sqlite:
                with contextlib.closing(self.engine.raw_connection()) as connection:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
                with alone.connect() as server:
                    server.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {', '.join(tables.metadata.tables)}")

    async def hear(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the event loop whenever another process has stored something, until cancelled.

        SQLite tells nobody: there it is never called, and who wants to know looks now and then.
        """
        if self._postgres:
            await self._postgres.hear(self.engine, self._me, heard)
        else:
            await asyncio.Event().wait()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _connected(self, url: URL, busy_s: float) -> Engine:
        # hide_parameters: what is written must not come back in an error's text
        if self._postgres:
            ours = self._postgres.connect_args(url, busy_s)
            engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=ours)
            self._postgres.use_well(engine)
        else:
            _make_private(url)
            engine = create_engine(url, hide_parameters=True)
            _use_sqlite_well(engine, busy_s)
        return engine

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        with self.engine.connect() as connection:
            connection.execution_options(**{_WRITE: True})
            with connection.begin():
                if self._postgres:
                    self._postgres.alone(connection)
                config.attributes["connection"] = connection
                try:
                    command.upgrade(config, "head")
                except CommandError:
                    raise StoreError(
                        f"The database {self._where} was made by a newer version: install that version again."
                    ) from None

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(self._sentence(error)) from None

    def _sentence(self, error: Exception) -> str:
        if self._postgres:
            return str(self._postgres.sentence(getattr(error, "orig", None) or error, self._where))
        said = str(getattr(error, "orig", error)).splitlines()[0].lower()
        if "locked" in said or "busy" in said:
            return f"The database {self._where} is locked by another program: close it and try again."
        if "full" in said or "no space" in said:
            return _FULL.format(self._where)
        if "readonly" in said or "read-only" in said:
            return f"The database {self._where} cannot be written: check its permissions."
        if "not a database" in said or "malformed" in said:
            return f"The database {self._where} is damaged: restore it from a backup."
        return (
            f"The database {self._where} does not work ({type(error).__name__}): check its address and disk."
        )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
            raise NoSuchModuleError
    except (ArgumentError, NoSuchModuleError, ValueError):  # a port that is no number
        raise StoreError(
            "The database address in [store] url is neither SQLite's nor PostgreSQL's: write for example "
            "sqlite:///data/lotse.sqlite or postgresql://lotse@db.rathaus.example/lotse."
        ) from None
    if _is_sqlite(parsed) and parsed.database in (None, "", ":memory:"):
        raise StoreError("The database address in [store] url names no file: a case must survive a restart.")
    return parsed


def _postgres() -> ModuleType:
    """Loaded only where it is needed: most kiosks have no PostgreSQL."""
    try:
        from robot.cases import postgres
    except ImportError:
        raise StoreError(
            "The database address in [store] url is PostgreSQL's, and its driver is missing: "
            "call scripts/setup.py python, or install psycopg[binary]."
        ) from None
    return postgres


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _make_private(url: URL) -> None:
    """SQLite gives its -wal and -shm the database's mode, so the first file decides."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _use_sqlite_well(engine: Any, busy_s: float) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, see `begin`
        for pragma in (
            f"busy_timeout = {int(busy_s * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
