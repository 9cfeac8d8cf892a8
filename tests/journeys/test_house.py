"""The board of the kiosks through all wires: a visit, an empty printer, and a notice to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen
from simulator.world import World
from tests.journeys.house import House

pytestmark = pytest.mark.timeout(120)

PASSWORD = "noch ein langes Kennwort 46"


@pytest.fixture
def lead(robot: House) -> Iterator[StaffDesk]:
    """The lead of the front office, signed in."""
    robot.account("frontoffice", "lead", PASSWORD)
    desk = StaffDesk(robot.url)
    desk.sign_in("frontoffice", PASSWORD)
    yield desk
    desk.close()


def test_the_lead_sees_what_is_amiss_sees_to_it_and_sends_everybody_out(
    world: World, screen: Screen, lead: StaffDesk
) -> None:
    tested = lead.view(lambda view: all(row["test"] for row in view["devices"] if row["name"] != "store"), 60)
    assert {row["name"]: row["test"] for row in tested["devices"]}["printer"] == "passed"

    world.printer.paper = "out"
    empty = lead.view(lambda view: any(row["kind"] == "paper" for row in view["alarms"]))
    (alarm,) = [row for row in empty["alarms"] if row["kind"] == "paper"]
    lead.call(f"/api/staff/alarms/{alarm['id']}/acknowledge", {})
    lead.view(lambda view: any(row["acknowledged_by"] == "frontoffice" for row in view["alarms"]))
    world.printer.paper = "ok"
    lead.view(lambda view: not any(row["kind"] == "paper" for row in view["alarms"]))

    world.presence(True)  # and at the same moment, before anybody has greeted them:
    screen.tap("identity_card")
    screen.wait(lambda seen: seen.question == "reason", "why")
    running = lead.view(lambda view: view["visits"] and view["visits"][0]["service"])
    assert running["kiosks"][0]["visits"][0]["id"] == running["visits"][0]["id"]
    lead.call("/api/staff/emergency", {"kind": "closing"})
    seen = screen.wait(lambda seen: "schließt heute früher" in seen.text, "the notice")
    assert seen.state == "visit"  # which goes on below it

    before = world.ears.now()
    lead.call("/api/staff/emergency", {"kind": "leave"})
    screen.wait(lambda seen: "verlassen Sie sofort" in seen.text and seen.state != "visit", "the alarm")
    world.ears.wait_sound(before)  # and it is said aloud
    ended = lead.view(lambda view: not view["visits"])
    assert ended["shreds"][0]["outcome"] == "emergency"
    lead.call("/api/staff/emergency/withdraw", {})
    world.presence(False)
    screen.wait(lambda seen: "verlassen Sie" not in seen.text and seen.state == "idle", "the first screen")
