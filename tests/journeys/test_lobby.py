"""The first screen through all wires: what the staff say there, a closed kiosk, the day's opening hours."""

from __future__ import annotations

import time
from datetime import date, timedelta

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen
from simulator.world import CALM_S, World
from tests.journeys.house import ADMINISTRATOR, PASSWORD, House


def test_a_kiosk_that_the_staff_close_says_why_and_where_to_go_and_opens_again(
    robot: House, world: World, screen: Screen
) -> None:
    desk = StaffDesk(robot.url)
    desk.sign_in(ADMINISTRATOR, PASSWORD)
    desk.call("/api/staff/kiosk/close", {"cause": "event", "note": ""})
    try:
        closed = screen.wait(lambda seen: seen.state == "out_of_order", "the closed kiosk")
        assert "Im Foyer findet gerade eine Veranstaltung statt." in closed.text
        assert "Bürgerbüro" in closed.text
        assert "Zimmer 12, Erdgeschoss" in closed.text

        before = world.ears.now()
        world.presence(True)
        world.ears.wait_sound(before)  # whoever comes hears it, too
        assert screen.look().state == "out_of_order"
        world.presence(False)
        time.sleep(CALM_S)  # whoever still stands there when it opens is greeted
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
