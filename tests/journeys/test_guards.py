"""The guard-rails of DESIGN §1 on a whole visit: each test names its paragraph."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Screen
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import ROOT, House, end_visit

pytestmark = pytest.mark.timeout(240)

AUDIO = {".wav", ".mp3", ".flac", ".ogg", ".raw", ".pcm", ".opus"}


def tracker(robot: House, visit: str) -> Any:
    """What Rasa knows of the visit."""
    where = f"http://127.0.0.1:{robot.rasa}/conversations/{visit}/tracker?include_events=ALL"
    with urllib.request.urlopen(where, timeout=10) as answer:
        return json.load(answer)


def badge(screen: Screen) -> str:
    return screen.do(lambda page: page.locator("[data-part=badge]:visible").first.inner_text())


def secrets(visitor: Citizen) -> list[str]:
    who = visitor.who
    return [who.surname, who.given_names, who.street, who.birth_place, who.documents["id_card"].number]


def test_disclosure_the_first_words_and_a_permanent_badge_say_that_it_is_a_machine(
    citizen: Callable[..., Citizen], screen: Screen
) -> None:
    """AI Act Art. 50(1)."""
    visitor = citizen(by="touch")
    visitor.arrive()
    assert "Maschine" in screen.look().caption
    assert "Maschine" in badge(screen)
    for panel in ("choices", "checklist", "consent", "form", "review", "ticket"):
        visitor.live(until=panel)
        assert "Maschine" in badge(screen), panel


def test_parity_every_question_can_be_read_and_every_answer_tapped(
    citizen: Callable[..., Citizen], screen: Screen
) -> None:
    """BFSGV §6, BITV NRW."""
    visitor = citizen(by="touch")
    visitor.arrive()
    for panel in ("choices", "checklist", "consent", "form", "review", "ticket", "feedback"):
        visitor.live(until=panel)
        seen = screen.look()
        assert seen.caption, panel
        assert {"nav:go_back", "nav:repeat", "nav:help", "nav:stop"} <= {button.id for button in seen.buttons}
        assert [button for button in seen.buttons if not button.id.startswith("nav:")], panel


def test_camera_nobody_looks_before_consent_and_the_picture_is_gone_after_reading(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    """PAuswG §17(2), §20(2)."""
    visitor = citizen(by="touch")
    visitor.arrive()
    visitor.live(until="consent")
    world.camera.lay(visitor.who, "id_card_back")
    assert world.camera.watchers == 0
    screen.tap("consent")
    picture = screen.do(lambda page: page.locator("img[src*=picture]").first.get_attribute("src"))
    screen.wait(lambda seen: seen.panel == "form", "the form", 40)
    until(lambda: world.camera.watchers == 0, 10, "Somebody still looks through the camera.")
    status = screen.do(lambda page: page.evaluate("async (src) => (await fetch(src)).status", picture))
    assert status == 404


def test_camera_declining_consent_leads_to_typing_and_opens_no_camera(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    """PAuswG §20(2): reading is an offer."""
    visitor = citizen(by="touch")
    visitor.arrive()
    visitor.live(until="consent")
    served = world.camera.served
    screen.tap("decline")
    form = screen.wait(lambda seen: seen.panel == "form", "the form")
    assert all(not field.value for field in form.fields if field.id in ("surname", "birth_date"))
    assert world.camera.served == served


def test_rasa_never_learns_who_the_citizen_is_and_forgets_the_visit(
    citizen: Callable[..., Citizen], screen: Screen, robot: House, desk: StaffDesk
) -> None:
    """DESIGN §2: slots hold outcomes and choices, never a name, a date or a number."""
    visitor = citizen(by="touch")
    visitor.arrive()
    visitor.live(until="review")
    visit = desk.now()["visits"][0]["id"]
    known = json.dumps(tracker(robot, visit), ensure_ascii=False)
    assert "age_group" in known
    for secret in [*secrets(visitor), f"{visitor.who.birth_date:%d.%m.%Y}"]:
        assert secret not in known
    end_visit(screen)
    desk.view(lambda view: any(shred["visit"] == visit for shred in view["shreds"]))
    events = tracker(robot, visit)["events"]
    assert not [event for event in events if event["event"] == "user"]


def test_wipe_and_silence_nothing_of_the_visit_is_left_on_disk_or_in_a_log_and_no_sound_is_stored(
    citizen: Callable[..., Citizen], screen: Screen, robot: House, desk: StaffDesk
) -> None:
    """DESIGN §1, wipe and silence."""
    visitor = citizen(by="touch")
    visitor.arrive()
    screen.type("ich suche das fundbüro wegen einer verlorenen regenjacke")
    screen.wait(lambda seen: seen.face != "thinking", "an answer")
    screen.tap("identity_card")
    visitor.live(until="review")
    end_visit(screen)
    seen = screen.look()
    disk = robot.on_disk().decode("utf-8", "replace")
    page = screen.text()
    for secret in secrets(visitor):
        assert secret not in disk
        assert secret not in page
    assert "regenjacke" not in disk.casefold()
    assert "regenjacke" not in seen.heard
    found = [
        path for root in (robot.folder, Path("/dev/shm")) for path in root.rglob("*") if path.suffix in AUDIO
    ]
    assert not found
    assert desk.now()["shreds"][0]["outcome"] == "left"


def test_money_every_amount_on_the_review_has_its_paragraph_and_its_day(
    citizen: Callable[..., Citizen], screen: Screen
) -> None:
    """DESIGN §1, money; PAuswGebV §1."""
    visitor = citizen(by="touch")
    visitor.arrive()
    visitor.live(until="review")
    text = screen.look().text
    assert "46,00" in text
    assert "PAuswGebV" in text
    assert "07.02.2026" in text


def test_the_colleague_never_decides_photographs_or_orders() -> None:
    """PAuswG §9(1), §12(2); VwVfG §35a: no step of the house does any of it."""
    steps = {path.stem for path in (ROOT / "robot" / "steps").glob("*.py")} - {"__init__", "stage"}
    assert steps == {"checklist", "document", "feedback", "form", "hand_over", "review"}
    words = re.compile(r"\b(fingerprint|take_photo|order_card|approve|reject_application)\b")
    assert not [
        path for path in (ROOT / "robot").rglob("*.py") if words.search(path.read_text(encoding="utf-8"))
    ]
