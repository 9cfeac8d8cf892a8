"""The sound goes, the power goes, or the visitor says nothing: what is told then, and what comes back."""

from __future__ import annotations

from collections.abc import Callable

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import Chromium, Screen
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, House
from tests.journeys.test_survival import at_panel, at_question

HASTY = {"silence_s": 4.0, "warning_s": 8.0}


def test_with_the_microphone_gone_touch_goes_on_and_speech_returns_with_it(
    citizen: Callable[..., Citizen], screen: Screen, world: World, robot: House
) -> None:
    visitor = citizen()
    at_question(citizen(by="touch"), "residence")
    world.sound.remove_microphone()
    until(lambda: not robot.heard(), 60, "The microphone is still there.")
    screen.tap("residence:yes")
    screen.wait(lambda seen: seen.question == "urgent", "the next question")
    world.sound.restore_microphone()
    until(robot.heard, 60, "The robot did not find its microphone again.")
    visitor.listen()
    visitor.say("Nein")
    screen.wait(lambda seen: seen.panel == "checklist", "the checklist")


def test_with_the_sound_server_gone_touch_goes_on_and_speech_returns_with_it(
    citizen: Callable[..., Citizen], screen: Screen, world: World, robot: House
) -> None:
    visitor = citizen()
    at_question(citizen(by="touch"), "residence")
    world.sound.kill()
    screen.tap("residence:yes")
    seen = screen.wait(lambda seen: seen.question == "urgent", "the next question")
    assert seen.caption  # what cannot be heard can be read
    world.sound.restart()
    until(robot.heard, 60, "The robot did not find its microphone again.")
    until(lambda: world.ears.sounding() or world.ears.now() > 0, 60, "The citizen hears nothing.")
    visitor.listen()
    visitor.say("Nein")
    screen.wait(lambda seen: seen.panel == "checklist", "the checklist")


def test_power_lost_after_the_confirmation_leaves_exactly_one_case_that_prints_again(
    citizen: Callable[..., Citizen], screen: Screen, robot: House, desk: StaffDesk, world: World
) -> None:
    before = {row["id"] for row in desk.view()["cases"]}
    desk.close()
    at_panel(citizen(by="touch"), "ticket")
    robot.kiosk.kill9()
    robot.restart(**HASTY)  # the next test needs short time limits: one start for both
    desk.sign_in(CLERK, PASSWORD)
    new = [row for row in desk.now()["cases"] if row["id"] not in before]
    assert len(new) == 1
    printed = len(world.printer.receipts)
    desk.call(f"/api/staff/cases/{new[0]['id']}/print", {})
    assert new[0]["number"] in world.printer.wait_receipt(count=printed + 1).text


def test_silence_is_warned_on_two_channels_can_be_extended_and_then_the_visit_is_wiped(
    world: World, house: House, browser: Chromium
) -> None:
    house.at_rest(browser, **HASTY)
    screen = browser.screen(house.url)
    visitor = Citizen(world, screen, load("identity-card"), by="touch")
    before = world.ears.now()
    visitor.arrive()
    # the greeting has pauses, all shorter than this one; the warning comes later
    quiet = world.ears.wait_silence(world.ears.wait_sound(before), quiet_s=2.5)
    screen.touch()  # whoever only stands there has nothing to lose and is not warned

    warned = screen.wait(lambda seen: bool(seen.warning), "the warning")
    assert warned.warning
    world.ears.wait_sound(quiet)  # and it is spoken
    screen.tap("time:extend")
    screen.wait(lambda seen: not seen.warning and seen.state == "visit", "the visit to go on")

    visitor.listen()
    screen.wait(lambda seen: bool(seen.warning), "the second warning")
    screen.wait(lambda seen: seen.state != "visit", "the goodbye")
    screen.close()
    desk = StaffDesk(house.url)
    desk.sign_in(CLERK, PASSWORD)
    assert desk.now()["shreds"][0]["outcome"] == "timeout"
    desk.close()
