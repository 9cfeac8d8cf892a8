"""The developer's panel: a page that is the outside world, and scenarios recorded with it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page
from websockets.sync.client import connect

from simulator.camera import CameraDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import Button, Chromium, Screen, Seen
from simulator.faults import FAULTS
from simulator.panel import Panel
from simulator.panel.recorder import Recorder
from simulator.panel.traces import Traces, apdu, escpos, modbus
from simulator.processes import until
from simulator.scene import Hand
from simulator.world import World

AXE = Path(__file__).resolve().parents[2] / "kiosk_ui" / "node_modules" / "axe-core" / "axe.min.js"
# looked for at every frame: the page's policy forbids what Playwright waits with
PICTURED = """new Promise((done) => {
  const look = () =>
    document.querySelector('#screen-picture').naturalWidth ? done(true) : requestAnimationFrame(look);
  look();
})"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A page that behaves like a kiosk's: greets at the first touch, asks, and says goodbye.
KIOSK = """<!doctype html><meta charset=utf-8><title>Kiosk</title>
<main data-state=visit data-panel=welcome data-seq=1 data-face=listening>
<p data-part=caption>Guten Tag</p><div id=panel></div>
<div data-part=type><input onkeydown="if (event.key === 'Enter') ask()"></div></main><script>
const main = document.querySelector('main'), panel = document.getElementById('panel');
function show(kind, html, state) { main.dataset.panel = kind; main.dataset.seq++; panel.innerHTML = html;
  if (state) main.dataset.state = state; }
function ask() { show('choices', `<section data-question=reason><h1>Warum?</h1>
  <button data-id="lang:en" onclick="main.dataset.seq++">English</button>
  <button data-id="reason:expired" onclick="details()">Er läuft ab</button></section>`); }
function details() { show('form', `<h1>Angaben</h1><div data-field=surname>
  <label>Familienname <input style="height:3em" value=MUSTERMANN></label></div>
  <button data-id=submit onclick="bye()">Weiter</button>`); }
function bye() { window.sent = document.querySelector('[data-field] input').value;
  show('goodbye', '', 'goodbye');
  setTimeout(() => { main.dataset.state = 'idle'; }, 200); }
show('welcome', `<h1>Guten Morgen</h1>
  <button data-id=identity_card onclick="ask()">Personalausweis</button>`);
</script>"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("panel"), 0) as world:
        yield world


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("kiosk") / "page.html"
    file.write_text(KIOSK, encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def panel(world: World, kiosk: str) -> Iterator[Panel]:
    with Panel(world, 0, kiosk) as panel:
        yield panel


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    browser = Chromium()
    browser.start()
    yield browser
    browser.stop()


@pytest.fixture(scope="module")
def page_and_complaints(browser: Chromium, panel: Panel) -> Iterator[tuple[Screen, list[str]]]:
    """The panel in a browser, and what that objects to: policy violations and uncaught errors."""
    complaints: list[str] = []
    screen = browser.screen(panel.url, width=1280, height=800)

    def listen(page: Page) -> None:
        page.set_default_timeout(60_000)  # a second browser starts behind some of the buttons
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.reload()
        page.wait_for_selector("#live[data-live=yes]")
        page.wait_for_selector("[data-fault]")

    screen.do(listen)
    yield screen, complaints
    screen.close()


@pytest.fixture
def screen(page_and_complaints: tuple[Screen, list[str]], world: World) -> Iterator[Screen]:
    screen, complaints = page_and_complaints
    world.reset()
    yield screen
    assert complaints == []


def click(screen: Screen, name: str) -> None:
    screen.do(lambda page: page.click(f'[data-id="{name}"]'))


def shows(screen: Screen, css: str) -> None:
    """Wait until the page shows it; what the page complains of instead is told."""

    def wait(page: Page) -> None:
        page.wait_for_selector(f"{css}, #problem:visible")
        assert page.locator(css).first.is_visible(), page.inner_text("#problem")

    screen.do(wait)


def test_cards_presence_headphones_and_paper_are_played_by_hand(screen: Screen, world: World) -> None:
    click(screen, "presence")
    shows(screen, '[data-id="presence"][aria-checked=true]')
    assert world.body.present
    click(screen, "headset")
    shows(screen, '[data-id="headset"][aria-checked=true]')
    assert world.headset.plugged
    screen.do(lambda page: page.select_option("#card", "bank"))
    click(screen, "card-in")
    shows(screen, '#card-picture[data-card="true"]')
    assert world.reader.inserted == "bank"
    click(screen, "pull")
    shows(screen, '#card-picture[data-card="false"]')
    assert world.reader.inserted is None


def test_every_fault_is_a_switch_that_shows_how_the_world_is(screen: Screen, world: World) -> None:
    names = screen.do(
        lambda page: page.eval_on_selector_all("[data-fault]", "all => all.map(e => e.dataset.fault)")
    )
    assert sorted(names) == sorted(FAULTS)
    for name in ("paper_out", "camera_gone", "body_disturbed"):
        screen.do(lambda page, name=name: page.click(f"[data-fault={name}]"))
        shows(screen, f"[data-fault={name}][aria-checked=true]")
        assert FAULTS[name].holds(world.faults)
    # somebody else mends it, not the page
    world.printer.paper = "ok"
    world.body.wire.send(b"\0")
    shows(screen, "[data-fault=paper_out][aria-checked=false]")
    click(screen, "reset")
    shows(screen, "[data-fault=body_disturbed][aria-checked=false]")
    assert not any(fault.holds(world.faults) for fault in FAULTS.values())


def test_a_document_is_dragged_turned_blurred_and_dazzled(screen: Screen, world: World) -> None:
    click(screen, "lay")
    shows(screen, "#desk[data-document=id_card_back]")

    def drag(page: Page) -> None:
        box = page.locator("#desk").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4, steps=2)
        page.mouse.up()

    def hand() -> Hand:
        return world.camera.lying.hand if world.camera.lying and world.camera.lying.hand else Hand()

    screen.do(drag)
    until(lambda: abs(hand().x - 0.7) < 0.01 and abs(hand().y - 0.4) < 0.01, 60, "not dragged")
    screen.do(lambda page: page.locator("#blur").fill("6"))
    screen.do(lambda page: page.locator("#glare").fill("0.8"))
    screen.do(lambda page: page.locator("#desk").press("ArrowLeft"))
    screen.do(lambda page: page.locator("#desk").press("."))
    until(
        lambda: (hand().turn, hand().blur, hand().glare, round(hand().x, 2)) == (5, 6, 0.8, 0.68),
        60,
        "not turned, blurred and dazzled",
    )
    click(screen, "clear")
    shows(screen, '#desk[data-document=""]')


def test_the_desk_by_hand_is_what_the_camera_sees() -> None:
    def seen(**hand: float) -> np.ndarray[Any, Any]:
        desk.lay("mustermann", "id_card_back", hand=Hand(**hand))
        assert desk.picture is not None
        picture = cv2.imdecode(np.frombuffer(desk.picture, np.uint8), cv2.IMREAD_GRAYSCALE)
        return np.asarray(picture, np.float64)

    with CameraDesk(size=(960, 540)) as desk:
        sharp, left, dull, dazzled = seen(), seen(x=0.3), seen(blur=8), seen(glare=1)
    places = [float(np.average(np.arange(960), weights=picture.mean(0) ** 4)) for picture in (left, sharp)]
    assert places[0] < places[1] - 50
    assert np.abs(np.diff(dull)).mean() < np.abs(np.diff(sharp)).mean() / 2
    assert (dazzled > 250).sum() > (sharp > 250).sum() + 5_000


def test_printed_paper_appears_and_the_light_shows(screen: Screen, world: World) -> None:
    line = (world.run_dir / "printer").open("r+b", buffering=0)
    line.write(b"\x1b@Nummer 0815\n\x1dV\x00")
    shows(screen, "#receipts img[alt*='0815']")
    width = screen.do(
        lambda page: page.evaluate(
            "document.querySelector('#receipts img').decode().then(() => "
            "document.querySelector('#receipts img').naturalWidth)"
        )
    )
    assert width == 560
    shows(screen, "#trace [data-wire=printer]")
    assert "0815" not in screen.do(lambda page: page.inner_text("#trace"))


def test_a_sentence_is_said_with_voice_and_noise_while_a_card_is_pulled(screen: Screen, world: World) -> None:
    screen.do(lambda page: page.fill("#text", "Guten Tag, mein Ausweis läuft ab."))
    screen.do(lambda page: page.select_option("#noise", "babble"))
    click(screen, "empty")
    both = "for (const id of ['say', 'card-in']) document.querySelector(`[data-id=${id}]`).click()"
    screen.do(lambda page: page.evaluate(both))
    shows(screen, "#trace li:has-text('the citizen says 6 words')")
    lines = screen.do(lambda page: page.inner_text("#trace"))
    assert 0 <= lines.find("reset · answer to reset") < lines.find("the citizen says")
    assert "babble noise 20 dB" in lines
    assert "läuft" not in lines


@pytest.mark.parametrize("width, scheme", [(1280, "dark"), (1920, "light")])
def test_the_panel_is_accessible_and_fits(screen: Screen, width: int, scheme: str) -> None:
    def look(page: Page) -> tuple[list[str], bool]:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, 0)")  # the bar stays above what is scrolled under it
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)[
            "violations"
        ]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found], wide

    found, wide = screen.do(look)
    assert found == []
    assert not wide


def test_another_page_cannot_play_the_world(panel: Panel) -> None:
    assert (
        httpx.post(panel.url + "presence", content="{}", headers={"Content-Type": "text/plain"}).status_code
        == 415
    )
    assert httpx.get(panel.url + "state", headers={"Host": "evil.example"}).status_code == 400
    with (
        pytest.raises(Exception, match=r"403"),
        connect(
            panel.url.replace("http", "ws") + "live",
            origin="http://evil.example",  # type: ignore[arg-type]
        ) as channel,
    ):
        channel.recv(5)
    with connect(panel.url.replace("http", "ws") + "live") as channel:
        assert json.loads(channel.recv(5))["type"] == "state"


def test_a_visit_played_at_the_panel_is_recorded_and_a_citizen_lives_it_again(
    screen: Screen, panel: Panel, world: World, browser: Chromium, kiosk: str
) -> None:
    screen.do(lambda page: page.fill("#title", "Abgelaufen"))
    click(screen, "record")
    shows(screen, "#screen[data-panel=welcome]")
    click(screen, "presence")

    def tap(name: str, panel_after: str) -> None:
        screen.do(lambda page: page.evaluate("document.querySelector('#by-name').open = true"))
        screen.do(lambda page: page.click(f'[data-tap="{name}"]'))
        shows(screen, f"#screen[data-panel={panel_after}]")

    click(screen, "headset")
    shows(screen, '[data-id="headset"][aria-checked=true]')
    screen.do(lambda page: page.click("#keypad button:has-text('help')"))
    screen.do(lambda page: page.fill("#typed", "Ich brauche einen Ausweis."))
    click(screen, "type")
    shows(screen, "#screen[data-panel=choices]")
    screen.do(lambda page: page.locator("#turn").fill("30"))
    click(screen, "lay")
    shows(screen, "#desk[data-document=id_card_back]")
    screen.do(lambda page: page.select_option("#card", "german_id"))
    click(screen, "card-in")
    shows(screen, '#card-picture[data-card="true"]')
    click(screen, "card-out")
    shows(screen, '#card-picture[data-card="false"]')
    screen.do(lambda page: page.click("[data-fault=paper_low]"))
    tap("lang:en", "choices")
    tap("reason:expired", "form")
    panel.eyes.screen.do(lambda page: page.fill("[data-field] input", "Müstermann"))
    tap("submit", "goodbye")
    click(screen, "record")
    shows(screen, "#recorded[open]")
    text = screen.do(lambda page: page.inner_text("#recorded-text"))
    assert screen.do(lambda page: page.inner_text("#doubts")) == ""
    click(screen, "recorded-close")

    file = panel.acts.recordings / "abgelaufen.yml"
    assert file.read_text(encoding="utf-8").strip() == text.strip()
    scenario = load(str(file))
    assert [scene.name for scene in scenario.scenes] == ["1 welcome", "2 choices reason", "3 form"]
    assert scenario.scenes[0].acts == (
        {"headset": True},
        {"press": "F1"},
        {"type": "Ich brauche einen Ausweis."},
    )
    lay, *acts = scenario.scenes[1].acts
    assert (lay["lay"], lay["hand"]["turn"]) == ("id_card_back", 30)
    assert acts == [
        {"card": "german_id", "expect": ""},
        {"card": None},
        {"fault": "paper_low"},
        {"tap": "lang:en", "stays": True},
        {"tap": "reason:expired"},
    ]
    assert scenario.fields == {"surname": "Müstermann"}

    world.reset()
    page = browser.screen(kiosk)
    try:
        journey = Citizen(world, page, scenario, by="touch").visit()
        assert [name for name, _ in journey.scenes] == [scene.name for scene in scenario.scenes]
        assert page.do(lambda page: page.evaluate("window.sent")) == "Müstermann"
        assert world.printer.paper == "low"
        assert world.headset.plugged
    finally:
        page.close()


def test_apdus_are_told_by_header_and_length_never_by_content() -> None:
    secret = bytes.fromhex("0C B0 00 00 0D 97 01 00 8E 08 11 22 33 44 55 66 77 88 00")
    line = apdu(secret, bytes.fromhex("DEADBEEF 9000"), 3.21)
    assert line == "> READ BINARY protected · 0C B0 00 00 · 15 octets < 4 octets · 9000 · 3.2 ms"
    assert apdu(bytes.fromhex("00A4040C07A0000002471001"), None, 1.0).endswith("no answer · 1.0 ms")


def test_frames_of_the_body_are_told_by_their_meaning() -> None:
    assert modbus(">", bytes.fromhex("01 02 00 00 00 01 B9 CA"))[0] == "> presence? · 01 02 00 00 00 01 B9 CA"
    assert modbus("<", bytes.fromhex("01 02 01 01 60 48"))[0].startswith("< somebody is there")
    assert modbus("<", bytes.fromhex("01 02 01 01 60 49"))[1] == "< wrong check sum"


def test_of_a_ticket_only_the_first_octets_are_told() -> None:
    assert escpos(">", b"\x1b@" + b"A" * 100) == (
        "> initialise 102 octets · 1B 40 41 41 41 41 41 41 41 41 41 41 …"
    )
    assert escpos("<", b"\x12") == "< 1 octet · 12"


def test_a_line_that_comes_again_is_counted_not_repeated() -> None:
    traces = Traces()
    for number in range(50):
        traces.add("body", f"heartbeat {number}", "heartbeat")
        traces.add("body", "presence?")
    traces.add("card", "SELECT")
    change, lines = traces.since(0)
    assert [(line["text"], line["count"]) for line in lines] == [
        ("heartbeat 49", 50),
        ("presence?", 50),
        ("SELECT", 1),
    ]
    traces.add("body", "presence?")
    assert [(line["text"], line["count"]) for line in traces.since(change)[1]] == [("presence?", 51)]


def test_what_led_nowhere_is_left_out_of_a_recording_and_told(tmp_path: Path) -> None:
    welcome = Seen(panel="welcome", state="visit", caption="Guten Tag")
    answered = Seen(panel="welcome", state="visit", caption="Guten Tag", aside="37,00 Euro")
    asked = Seen(panel="info", state="visit", title="Was kostet das?", buttons=(Button("ok", "Gut"),))
    recorder = Recorder("Fragen", "mustermann", voice="de+m1", speed=150)
    recorder.note(Seen(panel="welcome", state="idle"), {"lay": "passport", "level": "easy"})
    recorder.note(welcome, {"say": "Äh"})
    recorder.note(welcome, {"say": "Was kostet das?"})
    recorder.note(answered, {"say": "Sag es genauer"})
    recorder.note(asked, {"tap": "ok"})
    text, doubts = recorder.written(Seen(panel="ticket", state="visit", title="Nummer"))
    file = tmp_path / "fragen.yml"
    file.write_text(text, encoding="utf-8")
    scenario = load(str(file))
    assert (scenario.voice, scenario.speed) == ("de+m1", 150)
    assert scenario.scenes[0].acts == (
        {"lay": "passport", "level": "easy"},
        {"ask": "Was kostet das?", "expect": ""},
        {"say": "Sag es genauer"},
    )
    assert scenario.scenes[1].fits(asked)
    assert not scenario.scenes[1].fits(Seen(panel="info", state="visit", title="Was kostet das"))
    assert doubts == [
        "Nothing followed 'Äh': it is left out.",
        "The visit was not over: whoever plays it again waits for the goodbye.",
    ]


def test_a_picture_of_the_citizens_screen_is_touched_where_it_is_clicked(
    screen: Screen, panel: Panel
) -> None:
    click(screen, "screen-landscape")
    shows(screen, "#screen")
    panel.eyes.screen.reload()
    shows(screen, "#screen[data-panel=welcome]")
    screen.do(lambda page: page.evaluate(PICTURED))
    place = panel.eyes.screen.do(lambda page: page.locator("button").bounding_box())
    assert place is not None

    def size() -> tuple[int, int]:
        return Image.open(io.BytesIO(httpx.get(panel.url + "screen.jpg").content)).size

    until(lambda: size() == (1920, 1080), 60, "no wide picture")
    x, y = (place["x"] + 5) / 1920, (place["y"] + 5) / 1080
    assert panel.eyes.hit(x, y) == "identity_card"

    def touch(page: Page) -> None:
        box = page.locator("#screen-picture").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])

    screen.do(touch)
    shows(screen, "#screen[data-panel=choices]")
    click(screen, "screen-close")
    shows(screen, "#screen-help")
