"""PostgreSQL under the back office: how we connect, what its failures mean, who hears of a commit.

Only imported where `[store] url` names a PostgreSQL server; the driver is psycopg 3.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL

log = logging.getLogger(__name__)

CHANNEL: Final = "lotse"
"""Each commit of a kiosk is told here, with the name of the process that wrote (see NOTIFY in its manual)."""

_CONNECT_S = 3  # a server that does not answer for so long is away: somebody waits
_MIGRATION_S = 120  # another kiosk may be changing the schema
_AGAIN_S = (0.2, 5.0)  # between two tries to listen: the first, the longest

# Whoever is cut off while writing holds the gate of all kiosks: neither side must wait for hours.
_CUT_OFF = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_CUT_OFF_MS = 15_000

_BY_STATE: Final = {
    "55P03": "locked",
    "57014": "slow",
    "25006": "readonly",
    "42501": "forbidden",
    "53100": "full",
    "53300": "crowded",
    "28P01": "refused",
    "28000": "refused",
    "3D000": "unknown",
    "XX001": "damaged",
    "XX002": "damaged",
}
# Before there is a connection the server's answer carries no code: the words of libpq and of the server.
_BY_WORDS: Final = {
    "password authentication failed": "refused",
    "no password supplied": "refused",
    "no pg_hba.conf entry": "refused",
    "permission denied": "forbidden",
    "does not exist": "unknown",
    "too many c": "crowded",
    "remaining connection slots": "crowded",
}
_SENTENCES: Final = {
    "locked": "The database {} is held up by another program: wait a moment and try again.",
    "slow": "The database {} took too long: wait a moment and try again.",
    "readonly": "The database {} takes nothing, it is read-only: name the writable server in [store] url.",
    "forbidden": "The database {} does not let its user do this: make the user the owner of the database.",
    "full": "The disk of the database {} is full: free some space and try again.",
    "crowded": "The database {} has no connection left: raise max_connections of the server.",
    "refused": "The database {} refuses us: check user and password in [store] url, and its pg_hba.conf.",
    "unknown": "The database {} or its user does not exist: create it as docs/operations.md says.",
    "damaged": "The database {} is damaged: restore it from a backup.",
    "away": "The database {} cannot be reached: start the server, or check its address and the network.",
}


def connect_args(url: URL, busy_s: float) -> dict[str, Any]:
    """Parameters of libpq for a connection; what the URL itself says about one of them stays.

    `busy_s`: how long a statement waits for a lock.
    """
    settings = {
        "lock_timeout": int(busy_s * 1000),
        "idle_in_transaction_session_timeout": _CUT_OFF_MS,
    }
    given = url.query.get("options", "")
    own = " ".join(f"-c {name}={value}" for name, value in settings.items())
    ours = {"application_name": "rathauslotse", "connect_timeout": _CONNECT_S, **_CUT_OFF}
    return {
        **{name: value for name, value in ours.items() if name not in url.query},
        "options": " ".join([own, *([given] if isinstance(given, str) else given)]).strip(),
    }


def use_well(engine: Engine) -> None:
    """What every connection of the pool needs."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.adapters.register_dumper(str, _WithoutNul)


def alone(connection: Connection) -> None:
    """Within a transaction: no other kiosk changes the schema meanwhile."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{_MIGRATION_S}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('rathauslotse schema'))"))


def sentence(error: BaseException, where: str) -> str:
    """What happened and what to do, as one sentence. `where`: the address without its password."""
    state = getattr(error, "sqlstate", None) or ""
    kind = _BY_STATE.get(state, "")
    if not kind and not state:
        said = str(error).lower()
        kind = next((kind for words, kind in _BY_WORDS.items() if words in said), "away")
    if not kind and state[:2] in ("08", "57"):
        kind = "away"
    if not kind:
        return f"The database {where} does not work (PostgreSQL says {state}): see the server's log."
    return _SENTENCES[kind].format(where)


async def hear(engine: Engine, me: str, heard: Callable[[], None]) -> None:
    """Call `heard` whenever another process than `me` has committed, until cancelled.

    Also after each (re-)connection: what was told before was told to nobody.
    """
    again, longest = _AGAIN_S
    pause, away = again, False
    _, of_url = engine.dialect.create_connect_args(engine.url)
    arguments: dict[str, Any] = {**of_url, **connect_args(engine.url, 5.0), "autocommit": True}
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**arguments) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                if away:
                    log.info("the database tells its news again")
                pause, away = again, False
                heard()
                async for note in connection.notifies():
                    if note.payload != me:
                        heard()
        except psycopg.Error as error:
            if not away:
                log.warning("news of other kiosks come late: %s", type(error).__name__)
            away = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest)


class _WithoutNul(StrDumper):
    """PostgreSQL's texts hold no NUL; what somebody sends with one is written with U+FFFD in its place."""

    def dump(self, obj: str) -> Any:
        """The text's bytes."""
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))
