"""Several kiosks in one house: two real back offices on one database file, each with its own eyes."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hardware.camera import OpenCvCamera
from hardware.ports import Paper, State
from hardware.printer import EscposPrinter
from robot.staff.kiosks import LOST_S, KioskIsThere, Kiosks
from robot.staff.live import LiveHouse, Reason
from robot.staff.office import BackOffice
from robot.staff.selftest import Busy, SelfTest, next_night
from robot.web.broadcast import Broadcast
from robot.web.live_view import AlarmKind, EmergencyKind, EmergencyRow, NewEmergency
from robot.web.staff_view import Cause, DeviceRow, KioskState, NewClosing, VisitRow
from simulator.printer import ReceiptPrinter
from tests.robot.cases.kit import PERSON, TurnedClock, draft, open_office, traces
from tests.robot.staff.test_web import VISIT

CAMERA = DeviceRow(name="camera", label="Kamera", state="ready")


@dataclass
class Kiosk:
    """One kiosk's back office and what it looks like there; `seconds` is its own clock of intervals."""

    folder: Path
    name: str
    address: str = ""
    clock: TurnedClock = field(default_factory=TurnedClock)
    visits: list[VisitRow] = field(default_factory=list)
    devices: list[DeviceRow] = field(default_factory=lambda: [CAMERA])
    closed: Reason | None = None
    seconds: float = 0.0
    shown: list[EmergencyRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changed = Broadcast()
        changed = self.changed.notify
        office = open_office(self.folder, kiosk=self.name, clock=self.clock, on_change=changed)
        own = Kiosks(
            office.database,
            office.audit,
            kiosk=self.name,
            clock=self.clock,
            monotonic=lambda: self.seconds,
            on_change=changed,
        )
        self.office: BackOffice = dataclasses.replace(office, kiosks=own)
        self.house = LiveHouse(
            self.office,
            self.changed,
            lambda: self.visits,
            lambda: self.devices,
            closed=lambda: self.closed,
            show=self._show,
            address=self.address,
            clock=self.clock,
            monotonic=lambda: self.seconds,
        )

    async def _show(self, row: EmergencyRow | None) -> None:
        self.shown = [row] if row else []

    def seen(self, name: str) -> tuple[KioskState, str]:
        """How this kiosk sees another."""
        (row,) = [row for row in self.house.kiosks() if row.name == name]
        return row.state, row.cause


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Kiosk, Kiosk]]:
    foyer = Kiosk(tmp_path, "Foyer", "https://foyer.lotse.example")
    annex = Kiosk(tmp_path, "Anbau", "https://anbau.lotse.example")
    yield foyer, annex
    foyer.office.close()
    annex.office.close()


async def look(*kiosks: Kiosk) -> None:
    for kiosk in kiosks:
        await kiosk.house.look()


@pytest.mark.usefixtures("each_database")
async def test_each_kiosk_sees_the_visits_devices_and_alarms_of_the_other(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    annex.visits = [VISIT.model_copy(update={"kiosk": "Anbau"})]
    annex.devices = [CAMERA.model_copy(update={"state": "failed"})]
    await look(annex, foyer)
    rows = foyer.house.kiosks()
    assert [(row.name, row.here, row.address) for row in rows] == [
        ("Foyer", True, "https://foyer.lotse.example"),
        ("Anbau", False, "https://anbau.lotse.example"),
    ]
    assert [visit.kiosk for visit in foyer.house.visits()] == ["Anbau"]
    assert rows[1].devices[0].state == "failed"
    assert {(row.kind, row.address) for row in foyer.house.alarms()} == {
        (AlarmKind.HELP, "https://anbau.lotse.example"),
        (AlarmKind.DEVICE, "https://anbau.lotse.example"),
    }
    assert {row.id for row in foyer.house.alarms()} == {row.id for row in annex.house.alarms()}


@pytest.mark.usefixtures("each_database")
async def test_who_sees_to_an_alarm_is_known_at_every_kiosk(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    annex.devices = [CAMERA.model_copy(update={"state": "failed"})]
    await look(annex, foyer)
    (alarm,) = foyer.house.alarms()
    await foyer.house.acknowledge(alarm.id, "Amt 33")
    await look(annex)
    assert [row.acknowledged_by for row in annex.house.alarms()] == ["Amt 33"]


@pytest.mark.usefixtures("each_database")
async def test_a_kiosk_that_falls_silent_calls_the_staff_once_and_is_welcome_back(
    two: tuple[Kiosk, Kiosk],
) -> None:
    foyer, annex = two
    await look(annex, foyer)
    foyer.seconds += LOST_S - 1
    await look(foyer)
    assert foyer.seen("Anbau") == (KioskState.OPEN, "")
    foyer.seconds += 1
    await look(foyer)
    assert foyer.seen("Anbau") == (KioskState.UNREACHABLE, "")
    (alarm,) = foyer.house.alarms()
    assert (alarm.kind, alarm.kiosk, alarm.subject) == (AlarmKind.KIOSK, "Anbau", "unreachable")
    foyer.seconds += 60
    await look(foyer)
    assert [row.id for row in foyer.house.alarms()] == [alarm.id]
    annex.seconds += 60
    await look(annex, foyer)
    assert foyer.seen("Anbau") == (KioskState.OPEN, "")
    assert foyer.house.alarms() == []


async def test_a_clock_that_is_put_right_makes_no_kiosk_unreachable(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    await look(annex, foyer)
    for days in (400, -800):
        foyer.clock.turn(days=days)
        annex.seconds += 10
        await look(annex, foyer)
        assert foyer.seen("Anbau") == (KioskState.OPEN, "")


async def test_a_kiosk_that_is_switched_off_calls_nobody_and_can_be_taken_off_the_list(
    two: tuple[Kiosk, Kiosk],
) -> None:
    foyer, annex = two
    annex.visits = [VISIT]
    running = asyncio.create_task(annex.house.run())
    async with asyncio.timeout(60):
        while foyer.house.visits() == []:
            await look(foyer)
    with pytest.raises(KioskIsThere):
        await foyer.office.kiosks.forget("Anbau", "Amt 34")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await look(foyer)
    assert foyer.seen("Anbau") == (KioskState.OFF, "")
    assert (foyer.house.alarms(), foyer.house.visits()) == ([], [])
    with pytest.raises(KioskIsThere):
        await foyer.office.kiosks.forget("Foyer", "Amt 34")
    await foyer.office.kiosks.forget("Anbau", "Amt 34")
    await look(foyer)
    assert [row.name for row in foyer.house.kiosks()] == ["Foyer"]
    assert [entry["what"] for entry in await foyer.office.audit.entries()] == ["kiosk_forgotten"]


async def test_a_closed_kiosk_and_one_out_of_order_say_why_at_the_other(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    annex.closed = Reason("dialogue", by_staff=False)
    await look(annex, foyer)
    assert foyer.seen("Anbau") == (KioskState.OUT_OF_ORDER, "dialogue")
    assert [row.subject for row in foyer.house.alarms()] == ["dialogue"]
    await annex.office.board.close_kiosk(NewClosing(cause=Cause.EVENT), "Amt 34")
    annex.closed = Reason("event", by_staff=True)
    await look(annex, foyer)
    assert foyer.seen("Anbau") == (KioskState.CLOSED, "event")
    assert foyer.house.alarms() == []


@pytest.mark.usefixtures("each_database")
async def test_a_notice_stands_on_every_kiosk_and_is_taken_off_every_one(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    await look(foyer, annex)
    await foyer.house.announce(NewEmergency(kind=EmergencyKind.LEAVE), "Amt 33")
    await look(annex)
    for kiosk in two:
        assert [row.kind for row in kiosk.shown] == [EmergencyKind.LEAVE]
    await annex.house.withdraw("Amt 34")
    await look(foyer)
    for kiosk in two:
        assert kiosk.shown == []


@pytest.mark.usefixtures("each_database")
async def test_what_is_handed_over_at_one_kiosk_is_told_to_the_pages_of_the_other(
    two: tuple[Kiosk, Kiosk],
) -> None:
    foyer, annex = two
    await look(annex, foyer)
    stored, told = foyer.changed.stored, foyer.changed.seq
    await look(foyer)
    assert foyer.changed.seq == told  # a beat is no news
    await annex.office.cases.hand_over(draft())
    await look(foyer)
    assert foyer.changed.stored == stored + 1


async def test_nothing_of_the_board_on_the_disk_is_personal(two: tuple[Kiosk, Kiosk], tmp_path: Path) -> None:
    foyer, annex = two
    annex.visits = [VISIT]
    await annex.office.cases.hand_over(draft())
    await look(annex, foyer)
    assert traces(tmp_path, PERSON) == []


async def test_a_row_of_a_newer_version_disturbs_nobody(two: tuple[Kiosk, Kiosk]) -> None:
    foyer, annex = two
    await look(annex)
    with annex.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE kiosks SET visits = '[{\"new\": 1}]', state = 'dancing'")
    await look(foyer)
    assert foyer.seen("Anbau") == (KioskState.OPEN, "")


async def test_the_self_test_asks_the_printer_for_its_paper_and_stores_what_each_device_did(
    tmp_path: Path, two: tuple[Kiosk, Kiosk]
) -> None:
    foyer, _ = two
    with ReceiptPrinter(tmp_path / "printer", tmp_path / "receipts") as world:
        printer, camera = EscposPrinter(str(world.link)), OpenCvCamera("none")
        busy = True
        test = SelfTest(
            [printer, camera],
            camera,
            printer,
            foyer.office.database,
            dialogue=lambda: State.READY,
            busy=lambda: busy,
            keep=foyer.house.keep_test,
        )
        await printer.start()
        with pytest.raises(Busy):
            await test.run()
        busy = False
        results = await test.run()
        assert results == {"printer": "passed", "camera": "absent", "rasa": "passed", "store": "passed"}
        world.paper = Paper.OUT.value
        assert (await test.run())["printer"] == "failed"
        await printer.stop()
    foyer.devices = [DeviceRow(name="printer", label="Drucker", state="failed")]
    (row,) = foyer.house.devices()
    assert (row.test, row.tested) == ("failed", foyer.clock.now.isoformat(timespec="milliseconds"))


@pytest.mark.parametrize(
    "now,coming",
    [
        (datetime(2026, 3, 2, 1, 30, tzinfo=UTC), datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # summer time
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_self_test_at_night_is_at_three_by_the_clock_on_the_wall(now: datetime, coming: datetime) -> None:
    assert next_night(now, ZoneInfo("Europe/Berlin")) == coming
