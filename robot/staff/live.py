"""How all kiosks are at this moment: this one from its own devices and visit, the others from the store."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from robot.cases.crypto import KeyFileError
from robot.cases.database import Clock, StoreError, stamp, utc_now
from robot.staff.alarms import CALLS, AlarmBook, AlarmUnknown, causes
from robot.staff.office import BackOffice
from robot.web.broadcast import Broadcast
from robot.web.live_view import AlarmKind, AlarmRow, EmergencyRow, NewEmergency, TestResult
from robot.web.staff_view import DeviceRow, KioskRow, KioskState, VisitRow

log = logging.getLogger(__name__)

BEAT_S = 5.0  # so often at least a kiosk says that it is there, and reads what the others say
PAUSE_S = 0.25  # between two looks: changes come in bursts


@dataclass(frozen=True)
class Reason:
    """Why a kiosk serves nobody: the staff have closed it, or it is out of order."""

    cause: str
    by_staff: bool


async def _nobody_shows(_row: EmergencyRow | None) -> None:
    """Where there is no screen."""


class LiveHouse:
    """Looks at this kiosk and at the others; `run` keeps that up to date, and the others informed."""

    def __init__(
        self,
        office: BackOffice,
        changed: Broadcast,
        visits: Callable[[], Sequence[VisitRow]],
        devices: Callable[[], Sequence[DeviceRow]],
        *,
        closed: Callable[[], Reason | None] = lambda: None,
        show: Callable[[EmergencyRow | None], Awaitable[None]] = _nobody_shows,
        address: str = "",
        elsewhere: Broadcast | None = None,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`show` puts a notice on this kiosk's screen; `address` is where colleagues find its staff page.

        `elsewhere` tells that another kiosk has stored something.
        """
        self._office = office
        self._changed = changed
        self._visits = visits
        self._devices = devices
        self._closed = closed
        self._show = show
        self._address = address
        self._elsewhere = elsewhere or Broadcast()
        self._clock = clock
        self._monotonic = monotonic
        self._book = AlarmBook(office.kiosks.name, clock=clock, monotonic=monotonic)
        self._resumed = False
        self._others: list[KioskRow] = []
        self._their_alarms: list[AlarmRow] = []
        self._acknowledged: dict[str, str] = {}
        self._tests: dict[str, tuple[str, TestResult]] = {}
        self._stored = 0
        self._told: tuple[KioskRow, list[AlarmRow]] | None = None
        self._told_at = float("-inf")
        self._emergency: EmergencyRow | None = None
        self._only_here = False  # the notice is not in the store (yet)
        self._notices = 0  # how often that changed: what was read before is old
        self._looking = asyncio.Lock()

    # --- telling -----------------------------------------------------------------------------------

    @property
    def emergency(self) -> EmergencyRow | None:
        """The notice that stands on the kiosks now."""
        return self._emergency

    def visits(self) -> list[VisitRow]:
        """All visits of all kiosks, this one's first."""
        return [*self._visits(), *(visit for kiosk in self._others for visit in kiosk.visits)]

    def devices(self) -> list[DeviceRow]:
        """The devices of this kiosk, with their last self-test."""
        return [
            device.model_copy(update={"tested": test[0], "test": test[1]})
            if (test := self._tests.get(device.name))
            else device
            for device in self._devices()
        ]

    def kiosks(self) -> list[KioskRow]:
        """All kiosks, this one first."""
        return [self._own(), *self._others]

    def alarms(self) -> list[AlarmRow]:
        """What staff are called for: who is in danger first, then the oldest."""
        return self._with_names([*self._own_alarms(self._own()), *self._their_alarms, *self._lost()])

    def _own(self) -> KioskRow:
        reason = self._closed()
        state = KioskState.OPEN
        if reason:
            state = KioskState.CLOSED if reason.by_staff else KioskState.OUT_OF_ORDER
        return KioskRow(
            name=self._office.kiosks.name,
            here=True,
            address=self._address,
            state=state,
            cause=reason.cause if reason else "",
            seen=stamp(self._clock()),
            visits=list(self._visits()),
            devices=self.devices(),
        )

    def _own_alarms(self, own: KioskRow) -> list[AlarmRow]:
        return self._book.look(causes(own.visits, own.devices, own.state.value, own.cause))

    def _lost(self) -> list[AlarmRow]:
        """Everybody sees the same alarm for a kiosk that cannot be reached: its id comes from the store."""
        return [
            AlarmRow.model_validate(
                {
                    "id": f"lost-{kiosk.name.encode().hex()[:32]}-{_digits(kiosk.seen)}"[:64],
                    "kind": "kiosk",
                    "kiosk": kiosk.name,
                    "subject": "unreachable",
                    "since": kiosk.seen,
                    "address": kiosk.address,
                }
            )
            for kiosk in self._others
            if kiosk.state is KioskState.UNREACHABLE
        ]

    def _with_names(self, alarms: list[AlarmRow]) -> list[AlarmRow]:
        """The alarms with who sees to them."""
        named = [
            alarm
            if alarm.acknowledged_by
            else alarm.model_copy(update={"acknowledged_by": self._acknowledged.get(alarm.id, "")})
            for alarm in alarms
        ]
        return sorted(named, key=lambda alarm: (alarm.kind is not AlarmKind.EMERGENCY, alarm.since))

    # --- what staff do -----------------------------------------------------------------------------

    async def acknowledge(self, alarm_id: str, who: str) -> None:
        """`who` sees to an alarm. Raises AlarmUnknown, AlarmIsACall, StoreError."""
        alarm = next((alarm for alarm in self.alarms() if alarm.id == alarm_id), None)
        if alarm is None:
            raise AlarmUnknown(alarm_id)
        await self._office.acknowledged.acknowledge(alarm, who)
        self._acknowledged.setdefault(alarm_id, who)
        self._changed.notify_live()

    async def announce(self, new: NewEmergency, who: str) -> EmergencyRow:
        """Tell all kiosks, this one at once: even when the store fails. Raises StoreError then."""
        row = self._office.emergencies.made(new, who)
        self._only_here = True
        await self._stands(row)
        await self._office.emergencies.announce(row, who)
        self._only_here, self._notices = False, self._notices + 1
        return row

    async def withdraw(self, who: str) -> None:
        """Take the notice off all kiosks. Raises StoreError; then it is off this one only."""
        self._only_here = True
        await self._stands(None)
        await self._office.emergencies.withdraw(who)
        self._only_here, self._notices = False, self._notices + 1

    async def keep_test(self, results: dict[str, TestResult]) -> None:
        """A self-test of this kiosk is done. Raises StoreError."""
        await asyncio.to_thread(self._office.kiosks.keep_test, results)
        self._tests = await asyncio.to_thread(self._office.kiosks.tested)
        self._changed.notify_live()

    # --- keeping up --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look and tell until cancelled; then the others know that this kiosk was switched off."""
        try:
            while True:
                seen, there = self._changed.seq, self._elsewhere.seq
                await self.look()
                await asyncio.sleep(PAUSE_S)
                await self._changed.wait_both(seen, self._elsewhere, there, BEAT_S - PAUSE_S)
        finally:
            await self._leave()

    async def look(self) -> None:
        """Tell the others what is new here, read what is new there. Never fails for the store."""
        async with self._looking:
            before = (self._others, self._their_alarms, self._acknowledged, self._tests, self._stored)
            try:
                if not self._resumed:
                    await self._resume()
                await self._tell()
                await self._read()
            except (StoreError, KeyFileError) as error:
                log.warning("kiosks: %s", error)
                return
        if self._stored != before[4] and self._others:
            self._changed.notify()  # somebody has stored something at another kiosk
        elif (self._others, self._their_alarms, self._acknowledged, self._tests) != before[:4]:
            self._changed.notify_live()

    async def _resume(self) -> None:
        self._book.resume(await asyncio.to_thread(self._office.kiosks.before))
        self._resumed = True

    async def _tell(self) -> None:
        own = self._own()
        alarms = self._with_names(self._own_alarms(own))
        now = self._monotonic()
        new = self._told is None or _without_time(own) != self._told[0] or alarms != self._told[1]
        if new or now - self._told_at >= BEAT_S:
            await asyncio.to_thread(self._office.kiosks.tell, own, alarms)
            self._told, self._told_at = (_without_time(own), alarms), now

    async def _read(self) -> None:
        office = self._office
        others, self._their_alarms, self._stored = await asyncio.to_thread(office.kiosks.others)
        # when a kiosk was seen is told when it is not seen any more: each beat is no change
        known = {kiosk.name: kiosk for kiosk in self._others}
        self._others = [
            old if (old := known.get(kiosk.name)) and _without_time(old) == _without_time(kiosk) else kiosk
            for kiosk in others
        ]
        self._acknowledged = await asyncio.to_thread(office.acknowledged.read)
        self._tests = await asyncio.to_thread(office.kiosks.tested)
        notices = self._notices
        row = await asyncio.to_thread(office.emergencies.read)
        if not self._only_here and notices == self._notices:
            await self._stands(row)

    async def _stands(self, row: EmergencyRow | None) -> None:
        if row == self._emergency:
            return
        self._emergency = row
        log.warning("notice to all kiosks: %s", row.kind.value if row else "withdrawn")
        await self._show(row)
        self._changed.notify_live()

    async def _leave(self) -> None:
        own = self._own().model_copy(update={"state": KioskState.OFF, "cause": "", "visits": []})
        own.devices = []
        alarms = [alarm for alarm in self._own_alarms(self._own()) if alarm.kind not in CALLS]
        try:
            await asyncio.to_thread(self._office.kiosks.tell, own, self._with_names(alarms))
        except StoreError as error:
            log.warning("kiosks: %s", error)


def _without_time(kiosk: KioskRow) -> KioskRow:
    return kiosk.model_copy(update={"seen": ""})


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))[:17]
