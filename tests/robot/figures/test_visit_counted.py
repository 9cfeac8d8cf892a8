"""The running kiosk counts: visits as they end, devices as they fail."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from robot.cases.tables import figure_outages, figure_uptime, figure_visits
from robot.figures.counting import FigureStore
from robot.figures.watch import watch
from robot.web.broadcast import Broadcast
from robot.web.staff_view import DeviceRow
from robot.web.view import Read, Tap, Touch, Type
from tests.robot.cases.kit import TurnedClock, open_office
from tests.robot.visit.kit import Foyer, foyer

__all__ = ["foyer"]


class Noticed(FigureStore):
    """The store, which says when it has written."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.written = asyncio.Event()

    async def devices(self, failing: Mapping[str, str], seconds: int) -> None:
        await super().devices(failing, seconds)
        self.written.set()


def counted(foyer: Foyer) -> list[dict[str, object]]:
    with foyer.office.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(figure_visits)).mappings()]


async def test_a_visit_is_counted_at_its_end_without_its_words(foyer: Foyer) -> None:
    kiosk = foyer.conductor
    await kiosk.citizen.on_screen(Touch())
    await kiosk.citizen.on_screen(Type(text="erika mustermann heidestraße siebzehn"))
    await kiosk.citizen.on_screen(Type(text="Hilfe"))  # names a button: understood without the dialogue
    assert kiosk.visit
    assert (kiosk.visit.heard, kiosk.visit.understood) == (2, 1)
    assert kiosk.visit.understood_share == 0.5
    await kiosk.course.switch("en")
    assert counted(foyer) == []
    await kiosk.course.end("left")
    (row,) = counted(foyer)
    wanted = {
        "kiosk": "Foyer",
        "language": "en",
        "service": "",
        "outcome": "left",
        "own": 1,
        "heard": 2,
        "understood": 1,
        "voice": 0,
        "touch": 1,
        "keypad": 0,
        "thumb": 0,
    }
    assert {name: row[name] for name in wanted} == wanted
    assert "mustermann" not in repr(row).lower()


async def test_who_finds_their_way_by_keys_is_counted_as_such(foyer: Foyer) -> None:
    await foyer.conductor.citizen.on_screen(Read(text="Willkommen"))
    await foyer.conductor.citizen.on_screen(Tap(id="nav:repeat"))
    await foyer.conductor.course.end("left")
    (row,) = counted(foyer)
    assert (row["keypad"], row["touch"]) == (1, 0)


async def test_a_greeting_that_nobody_answers_is_no_visit(foyer: Foyer) -> None:
    await foyer.somebody(present=True)
    await foyer.shows(lambda view: view.state == "visit")
    await foyer.conductor.course.end("left", quietly=True)
    assert [row["outcome"] for row in counted(foyer)] == ["unanswered"]


async def test_devices_that_fail_and_come_back_are_counted_while_the_kiosk_runs(tmp_path: Path) -> None:
    clock = TurnedClock()
    office = open_office(tmp_path, clock=clock)
    rows = [DeviceRow(name="printer", label="Drucker", state="ready")]
    changed = Broadcast()
    store = Noticed(office.database, ZoneInfo("Europe/Berlin"), kiosk="Foyer", clock=clock)
    watching = asyncio.create_task(watch(store, lambda: rows, changed))
    for state in ("ready", "failed", "ready"):
        rows[0] = rows[0].model_copy(update={"state": state})
        clock.turn(minutes=3)
        changed.notify()
        async with asyncio.timeout(60):
            await store.written.wait()
        store.written.clear()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    with office.database.reading() as connection:
        (outage,) = connection.execute(select(figure_outages)).mappings().all()
        uptime = connection.execute(select(figure_uptime)).mappings().all()
    assert (outage["device"], outage["kind"]) == ("printer", "failed")
    assert outage["until"] is not None
    assert all(row["seconds"] >= 0 for row in uptime)
    office.close()
