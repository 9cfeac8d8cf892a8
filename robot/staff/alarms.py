"""What staff are called for: which alarms a kiosk has, and who has said that they see to one.

An alarm has an id of its own as long as its cause lasts: a device that comes and goes within a few moments
is one alarm, so that nobody is called twice for the same.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import alarm_acknowledgements
from robot.staff.audit import Act, AuditLog
from robot.web.live_view import AlarmKind, AlarmRow
from robot.web.staff_view import DeviceRow, VisitRow

CALM_S = 30.0  # what comes back sooner was never away
URGENT_S = 600.0  # so long somebody is looked for who was in danger, though their visit is over
KEPT_DAYS = 30  # for how long it is known who saw to an alarm

Cause = tuple[AlarmKind, str]
CALLS = (AlarmKind.EMERGENCY, AlarmKind.HELP)
"""A citizen waits: accepted with their visit."""


class AlarmUnknown(LookupError):
    """There is no such alarm (any more)."""


class AlarmIsACall(Exception):
    """A citizen waits: a call for help is accepted, not put away."""


def causes(
    visits: Iterable[VisitRow], devices: Iterable[DeviceRow], state: str, cause: str
) -> dict[Cause, str]:
    """What is amiss at a kiosk now, with who sees to it already; "" for nobody.

    One cause for one trouble: a store or dialogue that keeps the kiosk closed is no second alarm.
    """
    found: dict[Cause, str] = {}
    for visit in visits:
        if visit.needs_help:
            # who speaks with the citizen from afar is not there to help
            if visit.urgent:
                found[AlarmKind.EMERGENCY, visit.id] = visit.help_accepted_by
            else:
                found[AlarmKind.HELP, visit.id] = visit.help_accepted_by or visit.taken_by
    for device in devices:
        if device.paper in ("low", "out"):
            found[AlarmKind.PAPER, device.paper] = ""
        elif device.name == "store" and device.state == "failed":
            found[AlarmKind.STORE, ""] = ""
        elif device.state == "failed":
            found[AlarmKind.DEVICE, device.name] = ""
    if state == "out_of_order":
        if cause == "store":
            found[AlarmKind.STORE, ""] = ""
        else:
            found.pop((AlarmKind.DEVICE, "rasa"), None)
            found[AlarmKind.KIOSK, cause] = ""
    return found


def _kept_s(row: AlarmRow) -> float:
    """How long an alarm is kept after its cause is gone."""
    if row.kind is AlarmKind.EMERGENCY:
        return 0.0 if row.acknowledged_by else URGENT_S
    return 0.0 if row.kind is AlarmKind.HELP else CALM_S


@dataclass
class _Open:
    row: AlarmRow
    last: float


class AlarmBook:
    """The alarms of one kiosk, kept while their causes last."""

    def __init__(
        self, kiosk: str, *, clock: Clock = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._kiosk = kiosk
        self._clock = clock
        self._monotonic = monotonic
        self._open: dict[Cause, _Open] = {}

    def resume(self, rows: Iterable[AlarmRow]) -> None:
        """The alarms of before a restart: what still lasts is nothing new. Calls for help ended with it."""
        now = self._monotonic()
        for row in rows:
            if row.kind not in CALLS:
                self._open.setdefault((row.kind, row.subject), _Open(row, now))

    def look(self, found: Mapping[Cause, str]) -> list[AlarmRow]:
        """Take in what is amiss now; the alarms, the oldest first."""
        now = self._monotonic()
        for (kind, subject), by in found.items():
            known = self._open.get((kind, subject))
            if known is None:
                known = _Open(self._new(kind, subject), now)
                self._open[kind, subject] = known
            known.last = now
            known.row.acknowledged_by = by
        self._open = {
            cause: known
            for cause, known in self._open.items()
            if cause in found or now - known.last < _kept_s(known.row)
        }
        rows = [
            known.row.model_copy()
            for cause, known in self._open.items()
            if cause in found or cause[0] is AlarmKind.EMERGENCY
        ]
        return sorted(rows, key=lambda row: row.since)

    def _new(self, kind: AlarmKind, subject: str) -> AlarmRow:
        name = f"{kind.value}-{subject}" if kind in CALLS else secrets.token_hex(8)
        return AlarmRow(
            id=name[:64], kind=kind, kiosk=self._kiosk, subject=subject, since=stamp(self._clock())
        )


class Acknowledgements(StorePart):
    """Who sees to which alarm."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        *,
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, clock=clock, on_change=on_change)
        self._audit = audit

    def read(self) -> dict[str, str]:
        """Alarm id → who (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            rows = connection.execute(select(alarm_acknowledgements)).mappings()
            return {row["alarm"]: row["by"] for row in rows}

    async def acknowledge(self, alarm: AlarmRow, who: str) -> None:
        """`who` sees to it; the first one who says so stays. Raises AlarmIsACall, StoreError."""
        if alarm.kind is AlarmKind.HELP:
            raise AlarmIsACall
        await self._changing(self._acknowledge, alarm.id, who)

    async def known(self) -> dict[str, str]:
        """The same as `read`, beside the event loop."""
        return await asyncio.to_thread(self.read)

    def _acknowledge(self, alarm: str, who: str) -> None:
        now = self._clock()
        table = alarm_acknowledgements
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.at < stamp(now - timedelta(days=KEPT_DAYS))))
            if connection.execute(select(table.c.alarm).where(table.c.alarm == alarm)).first():
                return
            connection.execute(insert(table).values(alarm=alarm, by=who[:80], at=stamp(now)))
            self._audit.append(connection, who, Act.ALARM_ACKNOWLEDGED, alarm)
