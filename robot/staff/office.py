"""The back office put together: one database, one key file, and the parts that use them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from robot.cases.calls import Calls
from robot.cases.copies import CopyDesk
from robot.cases.crypto import KeyFileError, Keyring
from robot.cases.database import Clock, Database, StoreError, utc_now
from robot.cases.part import nobody_listens
from robot.cases.records import FeedbackStore, ShredStore
from robot.cases.sentences import Sentences
from robot.cases.store import CaseStore
from robot.cases.tables import audit as audit_table
from robot.cases.tables import cases as cases_table
from robot.cases.tables import gate, totp_secrets
from robot.figures.counting import FigureStore
from robot.queueing.tickets import Tickets
from robot.queueing.waiting import WaitingTimes
from robot.staff.accounts import StaffAccounts
from robot.staff.alarms import Acknowledgements
from robot.staff.audit import AuditLog
from robot.staff.board import Board
from robot.staff.content import ContentStore
from robot.staff.emergency import Emergencies
from robot.staff.endings import Endings
from robot.staff.kiosks import Kiosks
from robot.staff.passkeys import Passkeys
from robot.staff.refusals import Refusals
from robot.staff.sessions import ABSOLUTE_S, IDLE_S, Sessions
from robot.staff.totp import OneTimeCodes

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BackOffice:
    """The parts, ready to use; `close` at the end."""

    database: Database
    keyring: Keyring
    audit: AuditLog
    cases: CaseStore
    shreds: ShredStore
    feedback: FeedbackStore
    tickets: Tickets
    calls: Calls
    waits: WaitingTimes
    board: Board
    content: ContentStore
    kiosks: Kiosks
    acknowledged: Acknowledgements
    emergencies: Emergencies
    sentences: Sentences
    figures: FigureStore
    copies: CopyDesk
    accounts: StaffAccounts
    codes: OneTimeCodes
    passkeys: Passkeys
    sessions: Sessions
    endings: Endings
    refusals: Refusals
    zone: ZoneInfo
    clock: Clock = utc_now

    @classmethod
    def open(
        cls,
        url: str,
        key_file: Path,
        *,
        timezone: str = "Europe/Berlin",
        kiosk: str = "",
        on_change: Callable[[], None] = nobody_listens,
        idle_s: float = IDLE_S,
        absolute_s: float = ABSOLUTE_S,
        busy_s: float = 5.0,
        clock: Clock = utc_now,
        hasher: PasswordHasher | None = None,
    ) -> BackOffice:
        """Open (blocking): migrate the database, read the key file or make it for a new database.

        `on_change` is called on the event loop after each commit that staff can see; `kiosk` is the name
        that the trail shows; `busy_s`: how long to wait for another writer. Raises StoreError, KeyFileError.
        """
        database = Database(url, busy_s=busy_s)
        try:
            keyring = _keyring(database, key_file)
        except (StoreError, KeyFileError):
            database.close()
            raise
        zone = ZoneInfo(timezone)
        audit = AuditLog(database, keyring, clock=clock)
        desk = CopyDesk()
        sessions = Sessions(idle_s=idle_s, absolute_s=absolute_s)
        cases = CaseStore(
            database,
            keyring,
            audit,
            zone,
            kiosk=f"Kiosk {kiosk}".strip(),
            desk=desk,
            clock=clock,
            on_change=on_change,
        )
        return cls(
            database=database,
            keyring=keyring,
            audit=audit,
            cases=cases,
            shreds=ShredStore(database, forget=desk.forget, clock=clock, on_change=on_change),
            feedback=FeedbackStore(database, clock=clock),
            copies=desk,
            sentences=Sentences(database, clock=clock),
            figures=FigureStore(database, zone, kiosk=kiosk, clock=clock),
            tickets=Tickets(database, zone, clock=clock, on_change=on_change),
            calls=Calls(database, audit, zone, cases, clock=clock, on_change=on_change),
            waits=WaitingTimes(database, zone, clock=clock),
            board=Board(database, audit, zone, kiosk=kiosk, clock=clock, on_change=on_change),
            content=ContentStore(database, audit, clock=clock),
            kiosks=Kiosks(database, audit, kiosk=kiosk, clock=clock, on_change=on_change),
            acknowledged=Acknowledgements(database, audit, clock=clock, on_change=on_change),
            emergencies=Emergencies(database, audit, clock=clock, on_change=on_change),
            accounts=StaffAccounts(database, keyring, audit, clock=clock, hasher=hasher),
            codes=OneTimeCodes(database, keyring, audit, clock=clock),
            passkeys=Passkeys(database, audit, clock=clock),
            sessions=sessions,
            endings=Endings(database, audit, sessions, on_change=on_change),
            refusals=Refusals(audit),
            zone=zone,
            clock=clock,
        )

    async def retain(self, days: int, every_s: float = 3600.0) -> None:
        """Delete closed cases after `days`, now and every `every_s` seconds, until cancelled."""
        while True:
            try:
                deleted = await self.cases.delete_old(days)
                if deleted:
                    log.info("retention: %d closed cases deleted", deleted)
            except StoreError as error:
                log.warning("retention: %s", error)
            await asyncio.sleep(every_s)

    async def free_cases(self, every_s: float = 20.0) -> None:
        """Give back the cases of those who are not signed in any more, now and every `every_s` seconds."""
        while True:
            try:
                await self.cases.release_absent(self.sessions.present())
            except StoreError as error:
                log.warning("cases of those who left: %s", error)
            await asyncio.sleep(every_s)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def _keyring(database: Database, key_file: Path) -> Keyring:
    with database.reading() as connection:
        mark = connection.execute(select(gate.c.key_mark)).scalar()
        used = {
            key_id
            for table in (cases_table, totp_secrets)
            for key_id in connection.execute(select(table.c.key_id).distinct()).scalars()
        }
        written = connection.execute(select(func.count()).select_from(audit_table)).scalar_one()
    keyring = Keyring.open(key_file, create=not used and not written and not mark)
    missing = sorted(used - keyring.ids)
    if missing:
        raise KeyFileError(
            f"The key file {key_file} lacks the key {missing[0]} of this database's cases: "
            "restore the key file that belongs to it."
        )
    if mark is None:
        with database.writing() as connection:  # of two kiosks on a new database the first one decides
            connection.execute(update(gate).where(gate.c.key_mark.is_(None)).values(key_mark=keyring.mark))
            mark = connection.execute(select(gate.c.key_mark)).scalar_one()
    if mark != keyring.mark:
        raise KeyFileError(
            f"The key file {key_file} is not that of this database: copy the key file of the kiosk "
            "that was first there to its place."
        )
    return keyring
