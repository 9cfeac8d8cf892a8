"""The self-test of a running robot: every device is asked to do something, and how that went is kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from datetime import time as day_time
from zoneinfo import ZoneInfo

from hardware.ports import Camera, Device, DeviceError, Paper, Printer, State
from robot.cases.database import Clock, Database, StoreError, utc_now
from robot.web.live_view import TestResult

log = logging.getLogger(__name__)

NIGHT = day_time(3, 0)
SETTLED_S = 15.0  # a device that is still connecting then has failed
DIALOGUE_S = 150.0  # its model takes a while to load
ANSWER_S = 6.0  # a picture, or the paper sensor's answer
AGAIN_S = 60.0  # a test that somebody's visit keeps from running is tried again after this time
LOOK_S = 600.0  # so often it is looked at the clock: it may be put right meanwhile

_BY_STATE: dict[State, TestResult] = {
    State.READY: "passed",
    State.DEGRADED: "warning",
    State.ABSENT: "absent",
    State.CONNECTING: "failed",
    State.FAILED: "failed",
}
_BY_PAPER: dict[Paper, TestResult] = {Paper.OK: "passed", Paper.LOW: "warning"}


class Busy(Exception):
    """Somebody stands at the kiosk: its devices are theirs."""


class SelfTest:
    """Tests all devices, the dialogue and the store."""

    def __init__(
        self,
        devices: Sequence[Device],
        camera: Camera,
        printer: Printer,
        database: Database,
        *,
        dialogue: Callable[[], State],
        busy: Callable[[], bool],
        keep: Callable[[dict[str, TestResult]], Awaitable[None]],
        settled_s: float = SETTLED_S,
        clock: Clock = utc_now,
    ) -> None:
        """`keep` stores what was found, per device."""
        self._devices = devices
        self._camera = camera
        self._printer = printer
        self._database = database
        self._dialogue = dialogue
        self._busy = busy
        self._keep = keep
        self._settled_s = settled_s
        self._clock = clock
        self._running = asyncio.Lock()

    async def run(self) -> dict[str, TestResult]:
        """Test now; what was found, per device. Raises Busy, StoreError."""
        async with self._running:
            if self._busy():
                raise Busy
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settled_s):
                    await asyncio.gather(*(settled(device) for device in self._devices))
            with suppress(TimeoutError):
                async with asyncio.timeout(DIALOGUE_S):
                    while self._dialogue() is State.CONNECTING:  # noqa: ASYNC110 - a look, not an event
                        await asyncio.sleep(0.2)
            if self._busy():
                raise Busy
            results = {device.name: _BY_STATE[device.health().state] for device in self._devices}
            if results.get(self._camera.name) in ("passed", "warning") and not await self._sees():
                results[self._camera.name] = "failed"
            if results.get(self._printer.name) != "absent":
                results[self._printer.name] = await self._has_paper()
            results["rasa"] = _BY_STATE[self._dialogue()]
            results["store"] = await self._stores()
            await self._keep(results)
        log.info("self-test: %s", ", ".join(f"{name} {result}" for name, result in results.items()))
        return results

    async def keep_testing(self, zone: ZoneInfo) -> None:
        """One test now, and one every night, until cancelled."""
        while True:
            await self._when_free()
            coming = next_night(self._clock(), zone)
            while (left := (coming - self._clock()).total_seconds()) > 0:  # noqa: ASYNC110 - a clock
                await asyncio.sleep(min(left, LOOK_S))

    async def _when_free(self) -> None:
        while True:
            try:
                await self.run()
            except Busy:
                await asyncio.sleep(AGAIN_S)
            except StoreError as error:
                log.warning("self-test: %s", error)
                return
            else:
                return

    async def _sees(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S):
                return bool(await self._camera.jpeg())
        except (DeviceError, TimeoutError):
            return False

    async def _has_paper(self) -> TestResult:
        try:
            async with asyncio.timeout(ANSWER_S):
                paper = await self._printer.paper()
        except (DeviceError, TimeoutError):
            return "failed"
        return _BY_PAPER.get(paper, "failed")

    async def _stores(self) -> TestResult:
        try:
            await asyncio.to_thread(self._database.try_to_write)
        except StoreError:
            return "failed"
        return "passed"


async def settled(device: Device) -> None:
    """Until a device is no longer connecting."""
    while device.health().state is State.CONNECTING:  # noqa: ASYNC110 - health() is a look, not an event
        await asyncio.sleep(0.1)


def next_night(now: datetime, zone: ZoneInfo) -> datetime:
    """When the next test at night is due, by the clock on the wall."""
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHT, zone)
    if tonight <= local:
        tonight = datetime.combine(local.date() + timedelta(days=1), NIGHT, zone)
    return tonight
