"""A human takes over through all wires: citizen and clerk each in an own browser, the robot between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.citizens.clerk import Clerk, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Chromium, Screen
from simulator.processes import WorldError
from simulator.world import World
from tests.journeys.house import House
from tests.journeys.test_survival import at_question
from tests.kiosk_ui.test_takeover_page import FRAMES

pytestmark = pytest.mark.timeout(240)

PICTURE = f"() => ({FRAMES})('video[data-part=theirs]')"
CALL = "Hilfe, ich möchte mit einem Menschen sprechen."


@pytest.fixture
def office(robot: House) -> Iterator[Clerk]:
    """A clerk with a browser of their own."""
    browser = Chromium()
    browser.start()
    clerk = Clerk(browser, robot.url)
    clerk.sign_in("muster", "ein langes Kennwort 42")
    yield clerk
    browser.stop()


def do(clerk: Clerk, act: Callable[[Any], Any]) -> Any:
    return clerk.screen.do(act)


def part(page: Any, name: str) -> Any:
    return page.locator(f"[data-part={name}]")


def take_over(clerk: Clerk, screen: Screen, *, asked: bool = True) -> None:
    """The citizen asks for a human and lets them read, which is `asked` once; the clerk takes over."""
    screen.type(CALL)
    if asked:
        screen.tap("takeover:read_yes", timeout=20)

    def act(page: Any) -> None:
        page.locator("[data-part=visit] [data-id=take-over]").first.click()
        page.locator("[data-id=take]").click()
        page.locator("[data-part=takeover][data-state=mine]").wait_for()

    do(clerk, act)
    screen.wait(lambda seen: "Mensch: muster" in seen.text, "the human's name")


def test_a_clerk_takes_over_and_hands_back_and_the_visit_goes_to_its_end(
    citizen: Callable[..., Citizen],
    screen: Screen,
    world: World,
    office: Clerk,
    desk: StaffDesk,
    robot: House,
) -> None:
    visitor = citizen(by="touch")
    at_question(visitor, "reason")
    take_over(office, screen)
    assert CALL.rstrip(".") in do(office, lambda page: part(page, "dialogue").inner_text())

    # what the clerk writes is heard and seen; what the citizen says is read
    before = world.ears.now()

    def write(page: Any) -> None:
        page.fill("textarea[name=message]", "Guten Tag, was kann ich für Sie tun?")
        page.keyboard.press("Enter")

    do(office, write)
    screen.wait(lambda seen: seen.caption == "Guten Tag, was kann ich für Sie tun?", "the clerk's words")
    world.ears.wait_sound(before)
    visitor.listen()
    visitor.say("Er läuft bald ab.", 0)
    said = part(office.screen.page, "dialogue").locator("[data-who=citizen]").filter(has_text="läuft")
    do(office, lambda page: said.wait_for())
    assert screen.look().question == ""  # the machine has not taken it for an answer

    do(office, lambda page: page.click("[data-id=hand-back]"))
    seen = screen.wait(lambda seen: seen.question == "reason", "the machine's question")
    screen.wait(lambda seen: seen.title in seen.caption, "the question once more")
    assert "Mensch:" not in seen.text

    # a step that the clerk picks, and the journey goes on from there
    visitor.live(until="checklist")
    take_over(office, screen, asked=False)
    do(office, lambda page: page.click("[data-part=next] [data-id='pick:document']"))
    screen.wait(lambda seen: seen.panel == "consent", "the step that the clerk has picked")
    do(office, lambda page: page.click("[data-id=hand-back]"))
    screen.wait(lambda seen: "Mensch:" not in seen.text, "the machine")
    visitor.live(until="ticket")
    assert any(row["number"] == screen.look().ticket for row in desk.now()["cases"])
    assert do(office, lambda page: part(page, "takeover").get_attribute("data-state")) == "offered"
    visitor.live()
    do(office, lambda page: page.locator("[data-part=takeover][data-state=over]").wait_for())
    assert CALL not in office.text()
    assert CALL.encode() not in robot.on_disk()
    shred = desk.view(lambda view: view["shreds"] and not view["visits"])["shreds"][0]
    assert "conversation" in shred["wiped"]


def test_clerk_and_citizen_see_each_other_and_a_clerk_who_vanishes_leaves_nobody_alone(
    screen: Screen, world: World, office: Clerk, desk: StaffDesk
) -> None:
    world.presence(True)
    screen.wait(lambda seen: seen.state == "visit", "the greeting")
    take_over(office, screen)
    do(office, lambda page: page.click("[data-id=call-video]"))
    screen.tap("takeover:video")
    for end in (screen, office.screen):
        width, sound = end.do(lambda page: page.evaluate(PICTURE))
        assert width > 0
        assert sound == 1
    screen.wait(lambda seen: "Kamera und Mikrofon sind an." in seen.text, "what is on")

    do(office, lambda page: page.context.close())
    seen = screen.wait(lambda seen: "abgebrochen" in seen.caption, "that the clerk is gone")
    assert seen.button("takeover:wait") is not None
    assert desk.now()["visits"][0]["needs_help"]
    with pytest.raises(WorldError):
        screen.tap("takeover:stop", timeout=0.1)  # camera and microphone are off
    screen.tap("takeover:machine")
    screen.wait(lambda seen: seen.panel == "welcome" and "Maschine" in seen.caption, "the machine")
