"""Watches the devices of a running kiosk and counts what fails, and for how long the kiosk is on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from robot.cases.database import StoreError
from robot.figures.counting import FigureStore
from robot.web.broadcast import Broadcast
from robot.web.staff_view import DeviceRow

log = logging.getLogger(__name__)

EVERY_S = 300.0
RETAIN_EVERY_S = 6 * 3600.0
FAILING = ("failed", "degraded")


def failing(devices: Sequence[DeviceRow]) -> dict[str, str]:
    """The devices that do not work, or in part only, with their state; "absent" ones were never there."""
    return {row.name: row.state for row in devices if row.state in FAILING}


async def watch(store: FigureStore, devices: Callable[[], Sequence[DeviceRow]], changed: Broadcast) -> None:
    """Until cancelled. A database that cannot is asked again with the next change."""
    written: dict[str, str] | None = None
    told = time.monotonic()
    while True:
        seen = changed.seq
        now, broken = time.monotonic(), failing(devices())
        if broken != written or now - told >= EVERY_S:
            try:
                await store.devices(broken, round(now - told))
                written, told = broken, now
            except StoreError as error:
                log.warning("devices not counted: %s", error)
        await changed.wait(seen, EVERY_S)


async def retain(store: FigureStore, days: int) -> None:
    """Delete figures older than `days`, now and several times a day, until cancelled."""
    while True:
        try:
            if deleted := await store.delete_old(days):
                log.info("retention: figures of %d visits deleted", deleted)
        except StoreError as error:
            log.warning("retention: %s", error)
        await asyncio.sleep(RETAIN_EVERY_S)
