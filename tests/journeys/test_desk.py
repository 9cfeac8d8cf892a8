"""A case from the kiosk to done, in the clerk's browser, with its number on the lobby's monitor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.citizens.clerk import Clerk, Monitor, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Chromium
from tests.journeys.house import House

pytestmark = pytest.mark.timeout(300)


def row_of(view: Any, number: str) -> Any:
    return next(row for row in view["cases"] if row["number"] == number)


def test_a_citizen_is_called_by_the_number_on_the_ticket_and_the_case_is_done(
    citizen: Callable[..., Citizen], robot: House, desk: StaffDesk, browser: Chromium
) -> None:
    for row in desk.now()["cases"]:  # those of the tests before: here one citizen waits
        if row["state"] in ("waiting", "called"):
            version = {"state": "done", "reason": "", "version": row["version"]}
            desk.call(f"/api/staff/cases/{row['id']}/state", version)
    visitor = citizen(by="touch")
    number = visitor.visit().number

    monitor, clerk = Monitor(browser, robot.url), Clerk(browser, robot.url)
    clerk.sign_in("muster", "ein langes Kennwort 42")
    assert clerk.call_next("Platz 3") == number
    assert monitor.called(number) == "Platz 3"
    assert visitor.who.surname not in monitor.text()
    clerk.claim()
    assert clerk.tick_all() >= 3
    clerk.finish()

    row = row_of(desk.now(), number)
    assert (row["state"], row["holder"], row["calls"]) == ("done", "", 1)
    trail = desk.call(f"/api/staff/cases/{row['id']}")["trail"]
    acts = [event["act"] for event in trail]
    assert acts[0] == "handed_over"
    assert {"looked", "claimed", "ticked", "state"} <= set(acts)
    monitor.close()
    clerk.close()
