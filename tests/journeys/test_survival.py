"""What a visit must survive; each test does the harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Chromium, Screen
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, PATIENT, ROOT, House, end_visit, write_settings


def at_question(citizen: Citizen, question: str) -> None:
    """Live the visit by touch until this question stands on the screen."""
    citizen.arrive()
    scenes = [scene for scene in citizen.scenario.scenes if not scene.voice_only]
    for scene in scenes:
        seen = citizen.screen.wait(lambda seen: any(scene.fits(seen) for scene in scenes), "the next scene")
        if seen.question == question:
            return
        if scene.fits(seen):
            citizen._play(scene)
    raise AssertionError(f"never asked: {question}")


def at_panel(citizen: Citizen, panel: str) -> None:
    citizen.arrive()
    citizen.live(until=panel)


def test_a_card_pulled_while_it_is_looked_at_is_said_and_the_visit_goes_on(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    at_question(citizen(by="touch"), "reason")
    world.reader.pull_after(1)
    world.reader.insert("german_id")
    # the citizen hears the sentence out, then tries again
    screen.wait(lambda seen: seen.caption in seen.notices, "a sentence about the card that was pulled")
    world.reader.remove()
    world.reader.insert("german_id")
    screen.wait(lambda seen: any("Personalausweis" in notice for notice in seen.notices), "the card's name")
    screen.tap("reason:expired")
    screen.wait(lambda seen: seen.question == "age_group", "the next question")


@pytest.mark.parametrize(
    "profile,words",
    [("bank", "Bank"), ("health", "Gesundheit"), ("unknown", "unbekannt|nicht erkannt|kenne"), ("mute", "")],
)
def test_a_card_on_the_reader_is_named_in_one_sentence(
    citizen: Callable[..., Citizen], screen: Screen, world: World, profile: str, words: str
) -> None:
    visitor = citizen(by="touch")
    visitor.arrive()
    world.reader.insert(profile)
    screen.wait(lambda seen: bool(seen.notices) and visitor._answers(seen, words), "the card's name")


def test_a_camera_that_stalls_goes_and_comes_back_reads_the_card_in_the_end(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    visitor = citizen(by="touch")
    at_panel(visitor, "consent")
    screen.tap("consent")
    screen.wait(lambda seen: seen.panel == "camera", "the camera's picture")
    until(lambda: world.camera.watchers > 0, 60, "Nobody looks at the camera.")
    world.camera.stall()
    screen.wait(lambda seen: bool(seen.notices), "a sentence about the stalled camera")
    world.camera.go_away()
    world.camera.resume()
    world.camera.come_back()
    world.camera.lay(visitor.who, "id_card_back")
    form = screen.wait(lambda seen: seen.panel == "form", "the form")
    assert {field.id: field.value for field in form.fields}[
        "birth_date"
    ] == f"{visitor.who.birth_date:%d.%m.%Y}"
    assert not any("Kamera" in notice for notice in form.notices)


def test_without_paper_the_number_is_on_the_screen_and_the_clerk_prints_it_later(
    citizen: Callable[..., Citizen], screen: Screen, world: World, desk: StaffDesk
) -> None:
    printed = len(world.printer.receipts)
    world.printer.paper = "out"
    at_panel(citizen(by="touch"), "ticket")
    seen = screen.wait(lambda seen: bool(seen.notices), "a sentence about the printer")
    assert seen.ticket
    assert any(seen.ticket in notice for notice in seen.notices)
    assert len(world.printer.receipts) == printed

    world.printer.paper = "ok"
    view = desk.view(lambda view: any(row["number"] == seen.ticket for row in view["cases"]))
    row = next(row for row in view["cases"] if row["number"] == seen.ticket)
    desk.call(f"/api/staff/cases/{row['id']}/print", {})
    assert seen.ticket in world.printer.wait_receipt(count=printed + 1).text


def test_with_the_printer_gone_the_number_is_on_the_screen(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    citizen(by="touch").arrive()
    world.printer.unplug()
    screen.tap("queue_ticket")
    screen.tap("concern:documents")
    seen = screen.wait(
        lambda seen: seen.panel == "ticket" and bool(seen.notices), "the number and a sentence"
    )
    assert seen.ticket


def test_who_only_wants_a_number_gets_it_printed(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    printed = len(world.printer.receipts)
    citizen(by="touch").arrive()
    screen.tap("queue_ticket")
    screen.tap("concern:documents")
    seen = screen.wait(lambda seen: seen.panel == "ticket" and "Zettel" in seen.caption, "the number")
    assert seen.ticket.startswith("B-")
    assert seen.ticket in world.printer.wait_receipt(count=printed + 1).text


def test_who_only_wants_a_number_and_there_is_no_paper_reads_it_on_the_screen(
    citizen: Callable[..., Citizen], screen: Screen, world: World
) -> None:
    printed = len(world.printer.receipts)
    world.printer.paper = "out"
    citizen(by="touch").arrive()
    screen.tap("queue_ticket")
    screen.tap("concern:documents")
    seen = screen.wait(lambda seen: seen.panel == "ticket" and bool(seen.notices), "a sentence about it")
    assert seen.ticket.startswith("B-")
    assert any(seen.ticket in notice for notice in seen.notices)
    assert len(world.printer.receipts) == printed


def test_rasa_killed_mid_question_comes_back_and_the_visit_is_where_it_was(
    citizen: Callable[..., Citizen], screen: Screen, robot: House
) -> None:
    at_question(citizen(by="touch"), "age_group")
    victim = robot.kiosk.rasa_pid()
    os.kill(victim, signal.SIGKILL)
    screen.tap("age_group:adult")
    screen.wait(lambda seen: seen.question == "residence", "the next question")
    assert robot.kiosk.rasa_pid() != victim
    screen.tap("residence:yes")
    screen.wait(lambda seen: seen.question == "urgent", "the question after it")


def test_a_reloaded_page_shows_the_same_place(citizen: Callable[..., Citizen], screen: Screen) -> None:
    at_question(citizen(by="touch"), "residence")
    screen.reload()
    screen.wait(lambda seen: seen.question == "residence", "the same question")
    screen.tap("residence:yes")
    screen.wait(lambda seen: seen.question == "urgent", "the next question")


def test_a_second_browser_sees_nothing_of_the_visit(
    citizen: Callable[..., Citizen], screen: Screen, robot: House, browser: Chromium
) -> None:
    at_question(citizen(by="touch"), "residence")
    other = browser.screen(robot.url)
    seen = other.wait(lambda seen: seen.state not in ("", "connecting"), "a page")
    assert seen.state == "elsewhere"
    assert seen.question == ""
    other.close()
    screen.tap("residence:yes")
    screen.wait(lambda seen: seen.question == "urgent", "the next question")


def type_nonsense(screen: Screen, attempt: int) -> None:
    before = screen.look().caption
    screen.type("Quantenfeldtheorie bei Vollmond")
    screen.wait(lambda seen: seen.caption != before, f"words after misunderstanding {attempt + 1}")


def test_three_misunderstandings_offer_buttons_and_then_a_human(
    citizen: Callable[..., Citizen], screen: Screen, desk: StaffDesk, world: World
) -> None:
    at_question(citizen(by="touch"), "residence")
    for attempt in range(3):
        type_nonsense(screen, attempt)
    seen = screen.wait(lambda seen: any(b.id.startswith("offer:") for b in seen.buttons), "an offer of help")
    assert seen.button("residence:yes") is not None  # the answers can still be tapped
    human = next(b for b in seen.buttons if b.id.startswith("offer:"))
    screen.tap(human.id)
    desk.view(lambda view: any(visit["needs_help"] for visit in view["visits"]))
    world.body.wait_light("help")  # and the whole lobby can see it


def test_stop_back_repeat_and_help_work_at_any_moment(
    citizen: Callable[..., Citizen], screen: Screen
) -> None:
    at_question(citizen(by="touch"), "residence")
    asked = screen.look().caption
    for name in ("nav:help", "nav:repeat"):
        screen.tap(name)
        screen.wait(lambda seen: seen.question == "residence", "the same question")
    assert asked
    screen.tap("nav:go_back")
    screen.wait(lambda seen: seen.question == "age_group", "the question before")
    screen.tap("nav:stop")
    screen.wait(lambda seen: seen.button("offer:0") is not None, "the question whether to end")


def lotse_run(settings: Path) -> subprocess.CompletedProcess[str]:
    lotse = Path(sys.executable).parent / "lotse"
    return subprocess.run(
        [lotse, "run", "--settings", settings], capture_output=True, text=True, timeout=60, cwd=ROOT
    )


def test_wrong_settings_are_told_all_at_once_with_file_and_line(tmp_path: Path, world: World) -> None:
    file = tmp_path / "lotse.toml"
    write_settings(file, world, PATIENT, web=99999, rasa=1)
    file.write_text(file.read_text().replace("silence_s = 300", "silence_s = 'lang'"))
    done = lotse_run(file)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = {line.split("=")[0].strip(): n for n, line in enumerate(file.read_text().splitlines(), 1)}
    assert f"{file}:{lines['silence_s']}:" in done.stderr
    assert done.stderr.count(f"{file}:") == 2


def test_a_wrong_service_is_told_with_file_and_line(tmp_path: Path, world: World) -> None:
    services = tmp_path / "services"
    services.mkdir()
    for path in (ROOT / "dialogs/services").glob("*.yml"):
        (services / path.name).write_text(path.read_text())
    broken = services / "identity_card.yml"
    broken.write_text(broken.read_text().replace("max_length: 3,", "max_length: drei,"))
    line = next(n for n, text in enumerate(broken.read_text().splitlines(), 1) if "drei," in text)
    file = tmp_path / "lotse.toml"
    write_settings(file, world, PATIENT, web=18040, rasa=15105)
    file.write_text(file.read_text().replace(str(ROOT / "dialogs/services"), str(services)))
    done = lotse_run(file)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{broken}:{line}:" in done.stderr


def test_the_end_button_ends_a_visit(citizen: Callable[..., Citizen], screen: Screen) -> None:
    at_question(citizen(by="touch"), "reason")
    end_visit(screen)
    screen.wait(lambda seen: seen.state == "idle", "the first screen")


def test_power_lost_before_the_hand_over_leaves_nothing_personal_on_disk(
    citizen: Callable[..., Citizen], screen: Screen, robot: House, world: World
) -> None:
    visitor = citizen(by="touch")
    at_panel(visitor, "review")
    robot.kiosk.kill9()
    world.presence(False)
    disk = robot.on_disk()
    for secret in (visitor.who.surname, visitor.who.street, visitor.who.birth_place, visitor.who.given_names):
        assert secret.encode() not in disk
    assert visitor.who.documents["id_card"].number.encode() not in disk
    robot.kiosk.start()
    desk = StaffDesk(robot.url)
    desk.sign_in(CLERK, PASSWORD)
    assert desk.now()["visits"] == []
    desk.close()
