"""The citizen's eyes, hands and judgement, on a page that behaves like a kiosk's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.citizens.player import Citizen
from simulator.citizens.scenario import Scenario, Scene, load
from simulator.citizens.screen import Chromium, Screen
from simulator.processes import WorldError
from simulator.world import World

PAGE = """<!doctype html><meta charset=utf-8>
<main data-state=visit data-panel=choices data-seq=1 data-face=listening>
<p data-part=caption>Warum brauchen Sie einen neuen Ausweis?</p><div id=panel></div></main><script>
const main = document.querySelector('main'), panel = document.getElementById('panel');
function show(kind, html, state) { main.dataset.panel = kind; main.dataset.seq++; panel.innerHTML = html;
  if (state) main.dataset.state = state; }
function start() { show('choices', `<section data-question=reason><h1>Warum?</h1>
  <button data-id="reason:expired" onclick="ask()">Er läuft ab</button>
  <button data-id="reason:lost" hidden>Verloren</button></section>`); }
function ask() { show('form', `<h1>Angaben</h1>
  <div data-field=surname><label>Familienname <input value=MUSTERMANN></label></div>
  <div data-field=height><label>Größe <input aria-required=true></label></div>
  <div data-field=eye_colour><label>Augen <select aria-required=true><option value="">bitte wählen
    <option value=green>grün</select></label></div>
  <div data-field=nationality><span>Staat</span><button data-id=deutsch aria-pressed=false
    onclick="this.setAttribute('aria-pressed', true)">deutsch</button></div>
  <button data-id=submit onclick="show('goodbye', '', 'goodbye')">Weiter</button>`); }
start();
</script>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    browser = Chromium()
    browser.start()
    yield browser
    browser.stop()


@pytest.fixture
def screen(browser: Chromium, tmp_path: Path) -> Iterator[Screen]:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    screen = browser.screen(file.as_uri())
    yield screen
    screen.close()


def visitor(screen: Screen, folder: Path, *scenes: Scene) -> Citizen:
    scenario = Scenario("test", "Test", "mustermann", scenes)
    return Citizen(World(folder, 0), screen, scenario, by="touch")


def test_a_citizen_taps_corrects_and_completes_what_the_screen_asks(screen: Screen, tmp_path: Path) -> None:
    citizen = visitor(
        screen,
        tmp_path,
        Scene("Anlass", {"question": "reason"}, ({"say": "Er läuft ab", "tap": "reason:expired"},)),
        Scene("Angaben", {"panel": "form"}, ({"form": True},)),
    )
    citizen.live(until="form")
    citizen._play(citizen.scenario.scenes[1])
    values = {field.id: field.value for field in screen.look().fields}
    assert values == {
        "surname": citizen.who.surname,
        "height": str(citizen.who.height_cm),
        "eye_colour": "green",
        "nationality": "deutsch",
    }
    citizen.screen.tap("submit")
    assert screen.wait(lambda seen: seen.state == "goodbye", "the goodbye").fields == ()
    assert len(screen.recorded().taps_ms) == 2  # those that changed the screen


def test_a_citizen_who_waits_in_vain_says_what_is_on_the_screen(screen: Screen, tmp_path: Path) -> None:
    citizen = visitor(screen, tmp_path, Scene("Ticket", {"panel": "ticket"}, ({"tap": "finish"},)))
    with pytest.raises(WorldError, match=r"the ticket, but .* choices 'Warum\?'.*reason:expired"):
        citizen._wait(citizen.scenario.scenes[0].fits, "the ticket", 0.2)


def test_only_what_is_visible_can_be_tapped(screen: Screen) -> None:
    assert screen.look().button("reason:lost") is None
    with pytest.raises(WorldError, match="a button 'reason:lost'"):
        screen.tap("reason:lost", timeout=0.2)


def test_a_wrong_scenario_is_told_with_file_and_scene(tmp_path: Path) -> None:
    file = tmp_path / "visit.yml"
    file.write_text("title: x\npersona: mustermann\nscenes:\n- {name: A, when: {panle: x}, do: [{tap: y}]}\n")
    with pytest.raises(WorldError, match=r"visit\.yml: scene 'A': .*panle"):
        load(str(file))
    file.write_text("title: x\npersona: mustermann\nscenes:\n- {name: A, when: {}, do: [{dance: y}]}\n")
    with pytest.raises(WorldError, match=r"visit\.yml: scene 'A': .*dance"):
        load(str(file))
    with pytest.raises(WorldError, match="identity-card"):
        load("identity-crad")


def test_the_identity_card_scenario_lays_out_the_whole_visit() -> None:
    scenario = load("identity-card")
    panels = [scene.when["panel"] for scene in scenario.scenes]
    for panel in (
        "welcome",
        "choices",
        "checklist",
        "consent",
        "camera",
        "form",
        "review",
        "ticket",
        "feedback",
    ):
        assert panel in panels
