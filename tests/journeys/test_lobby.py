"""The first screen through all wires: what the staff say there, a closed kiosk, the day's opening hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen
from simulator.world import World
from tests.journeys.house import House

pytestmark = pytest.mark.timeout(120)

PASSWORD = "noch ein langes Kennwort 43"


@pytest.fixture(scope="module")
def head(house: House) -> str:
    """The name of an administrator."""
    arguments = ("staff", "add", "--name", "leitung", "--role", "administrator", "--password-stdin")
    house.kiosk.command(*arguments, stdin=f"{PASSWORD}\n")
    return "leitung"


def test_a_kiosk_that_the_staff_close_says_why_and_where_to_go_and_opens_again(
    robot: House, world: World, screen: Screen, head: str
) -> None:
    desk = StaffDesk(robot.url)
    desk.sign_in(head, PASSWORD)
    desk.call("/api/staff/kiosk/close", {"cause": "event", "note": ""})
    try:
        closed = screen.wait(lambda seen: seen.state == "out_of_order", "the closed kiosk")
        assert "Im Foyer findet gerade eine Veranstaltung statt." in closed.text
        assert "Bürgerbüro" in closed.text
        assert "Zimmer 12, Erdgeschoss" in closed.text

        before = world.ears.now()
        world.presence(True)
        world.ears.wait_sound(before, 20)  # whoever comes hears it, too
        assert screen.look().state == "out_of_order"
        world.presence(False)
    finally:
        desk.call("/api/staff/kiosk/open", {})
    screen.wait(lambda seen: seen.state == "idle", "the first screen")
    desk.close()
    screen.tap("identity_card")
    screen.wait(lambda seen: seen.question == "reason", "the first question")


def test_a_message_of_the_staff_and_the_opening_hours_stand_on_the_first_screen(
    desk: StaffDesk, screen: Screen
) -> None:
    today = date.today()
    days = {"first": today.isoformat(), "last": (today + timedelta(days=1)).isoformat()}
    message = "Der Aufzug fährt heute nicht."
    shown = desk.call("/api/staff/messages", {"text": message, **days})
    seen = screen.wait(lambda seen: message in seen.text, "the message")
    assert "eöffnet" in seen.text or "geschlossen" in seen.text
    desk.call(f"/api/staff/messages/{shown['id']}/remove", {})
    screen.wait(lambda seen: message not in seen.text, "the message to go")
