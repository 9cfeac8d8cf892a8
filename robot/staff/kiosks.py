"""All kiosks that share a store: each tells how it is, without a word about a visitor, and reads the others.

Whether another kiosk is there is told by the number that it counts up, not by its clock: clocks differ, and
are put right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, delete, func, insert, select

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart, nobody_listens
from robot.cases.tables import audit as audit_table
from robot.cases.tables import closings, kiosks, queue_tickets, self_tests
from robot.staff.audit import Act, AuditLog
from robot.web.live_view import AlarmRow, TestResult
from robot.web.staff_view import DeviceRow, KioskRow, KioskState, VisitRow

LOST_S = 30.0  # who was not seen for so long cannot be reached

_VISITS: TypeAdapter[list[VisitRow]] = TypeAdapter(list[VisitRow])
_DEVICES: TypeAdapter[list[DeviceRow]] = TypeAdapter(list[DeviceRow])
_ALARMS: TypeAdapter[list[AlarmRow]] = TypeAdapter(list[AlarmRow])
_RESULT: TypeAdapter[TestResult] = TypeAdapter(TestResult)


class KioskIsThere(Exception):
    """A kiosk that can be reached is not forgotten."""


class Kiosks(StorePart):
    """The table of the kiosks, as this one sees it; the blocking methods are for a thread."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        *,
        kiosk: str,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        super().__init__(database, clock=clock, on_change=on_change)
        self._audit = audit
        self.name = kiosk or "Kiosk"
        self._monotonic = monotonic
        self._beat = 0
        self._heard: dict[str, tuple[int, float]] = {}

    # --- this kiosk --------------------------------------------------------------------------------

    def tell(self, row: KioskRow, alarms: Iterable[AlarmRow]) -> None:
        """How this kiosk is now (blocking). Raises StoreError."""
        self._beat += 1
        values = {
            "name": self.name,
            "address": row.address[:200],
            "beat": self._beat,
            "seen": stamp(self._clock()),
            "state": row.state.value,
            "cause": row.cause,
            "visits": _VISITS.dump_json(row.visits).decode(),
            "devices": _DEVICES.dump_json(row.devices).decode(),
            "alarms": _ALARMS.dump_json(list(alarms)).decode(),
        }
        with self._database.writing() as connection:
            connection.execute(delete(kiosks).where(kiosks.c.name == self.name))
            connection.execute(insert(kiosks).values(**values))

    def before(self) -> list[AlarmRow]:
        """The alarms that this kiosk had before it was started (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            row = connection.execute(select(kiosks).where(kiosks.c.name == self.name)).mappings().first()
        if row is None:
            return []
        self._beat = int(row["beat"])
        try:
            return _ALARMS.validate_json(row["alarms"])
        except ValidationError:  # of another version
            return []

    def cut_off(self) -> list[VisitRow]:
        """The visits that ran here when this kiosk was last heard of, before `tell` (blocking).

        Raises StoreError. Whoever is switched off in order leaves none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(kiosks.c.visits).where(kiosks.c.name == self.name)).first()
        try:
            return _VISITS.validate_json(row.visits) if row else []
        except ValidationError:  # of another version
            return []

    # --- the others --------------------------------------------------------------------------------

    def others(self) -> tuple[list[KioskRow], list[AlarmRow], int]:
        """The other kiosks by name, their alarms, and a number that grows with what they store (blocking).

        Raises StoreError.
        """
        with self._database.reading() as connection:
            rows = list(
                connection.execute(
                    select(kiosks).where(kiosks.c.name != self.name).order_by(kiosks.c.name)
                ).mappings()
            )
            closed = {row["kiosk"]: row["cause"] for row in connection.execute(select(closings)).mappings()}
            written = _written(connection) if rows else 0
        shown: list[KioskRow] = []
        alarms: list[AlarmRow] = []
        for row in rows:
            lost = self._lost(row["name"], int(row["beat"]), row["seen"])
            try:
                kiosk = KioskRow(
                    name=row["name"],
                    address=row["address"],
                    state=KioskState(row["state"]),
                    cause=closed.get(row["name"], row["cause"]),
                    seen=row["seen"],
                    visits=_VISITS.validate_json(row["visits"]),
                    devices=_DEVICES.validate_json(row["devices"]),
                )
                theirs = _ALARMS.validate_json(row["alarms"])
            except ValueError:  # written by another version of the robot
                kiosk = KioskRow(
                    name=row["name"], address=row["address"], state=KioskState.OPEN, seen=row["seen"]
                )
                theirs = []
            if kiosk.state is KioskState.OFF:
                kiosk.visits, theirs = [], []
            elif lost:
                kiosk.state, kiosk.cause, kiosk.visits, theirs = KioskState.UNREACHABLE, "", [], []
            shown.append(kiosk)
            alarms += [alarm.model_copy(update={"address": kiosk.address}) for alarm in theirs]
        self._heard = {name: heard for name, heard in self._heard.items() if name in {k.name for k in shown}}
        return shown, alarms, written

    async def forget(self, kiosk: str, who: str) -> None:
        """Take a kiosk off the list that is there no more. Raises KioskIsThere, StoreError."""
        await self._changing(self._forget, kiosk, who)

    def _forget(self, kiosk: str, who: str) -> None:
        known = {row.name: row.state for row in self.others()[0]}
        if known.get(kiosk, KioskState.OFF) not in (KioskState.UNREACHABLE, KioskState.OFF):
            raise KioskIsThere
        if kiosk == self.name:
            raise KioskIsThere
        with self._database.writing() as connection:
            gone = connection.execute(delete(kiosks).where(kiosks.c.name == kiosk))
            connection.execute(delete(self_tests).where(self_tests.c.kiosk == kiosk))
            if gone.rowcount:
                self._audit.append(connection, who, Act.KIOSK_FORGOTTEN)

    def _lost(self, name: str, beat: int, seen: str) -> bool:
        """Whether the number has stood still for too long; at first sight the clocks have to do."""
        now = self._monotonic()
        known = self._heard.get(name)
        if known is None:
            age = (self._clock() - datetime.fromisoformat(seen)).total_seconds()
            known = (beat, now - min(max(age, 0.0), LOST_S))
        elif known[0] != beat:
            known = (beat, now)
        self._heard[name] = known
        return now - known[1] >= LOST_S

    # --- self-tests --------------------------------------------------------------------------------

    def tested(self) -> dict[str, tuple[str, TestResult]]:
        """When each device of this kiosk was tested last, and how that went (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            rows = connection.execute(select(self_tests).where(self_tests.c.kiosk == self.name)).mappings()
            return {row["device"]: (row["at"], _RESULT.validate_python(row["result"])) for row in rows}

    def keep_test(self, results: dict[str, TestResult]) -> None:
        """A self-test is done (blocking). Raises StoreError."""
        at = stamp(self._clock())
        with self._database.writing() as connection:
            connection.execute(delete(self_tests).where(self_tests.c.kiosk == self.name))
            for device, result in results.items():
                values = {"kiosk": self.name, "device": device, "at": at, "result": result}
                connection.execute(insert(self_tests).values(**values))


def _written(connection: Connection) -> int:
    """Grows with every case that is handed over or changed, and every number that is taken."""
    changes = select(func.coalesce(func.max(audit_table.c.seq), 0))
    numbers = select(func.coalesce(func.max(queue_tickets.c.id), 0))
    return int(connection.execute(changes).scalar_one()) + int(connection.execute(numbers).scalar_one())
