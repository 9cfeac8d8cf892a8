"""Documents under the camera through all wires: umlauts, the photo's code, copies that the clerk opens."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator import codes
from simulator.citizens.clerk import Clerk, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import Scenario, Scene, load
from simulator.citizens.screen import Chromium, Screen
from simulator.personas import persona
from simulator.world import World
from tests.hardware.camera.test_redact import zone_cells
from tests.journeys.house import CLERK, PASSWORD, House
from tests.journeys.test_identity_card import case_of, values

OUTLINE = "main .camera__outline polygon"
CASE_CODE = "K7QX-2M5A-ZZ4B-HJ3C"


def scenario(who: str, *scenes: Scene, **taps: str) -> Scenario:
    """The identity-card request of somebody who taps other answers, and what else they do."""
    usual = load("identity-card")
    changed = []
    for scene in usual.scenes:
        answer = taps.get(scene.when.get("question", ""))
        acts = ({"tap": answer},) if answer else tuple(act for act in scene.acts if "card" not in act)
        changed.append(replace(scene, acts=acts))
    return replace(usual, persona=who, scenes=(*scenes, *changed))


def test_umlauts_are_chosen_and_the_photos_code_reaches_the_clerk_unread(
    robot: House, world: World, screen: Screen, desk: StaffDesk, browser: Chromium
) -> None:
    """ICAO 9303-3 section 6: a zone has no umlauts. PAuswV § 5a: the code only names the photo."""
    slip = Scene("Fotocode", {"panel": "camera", "title": "Code"}, ({"lay": "photo_code"}, {"expect": ""}))
    taps = {"age_group": "age_group:under24", "photo": "photo:code"}
    visitor = Citizen(world, screen, scenario("student", slip, **taps), by="touch")
    visitor.arrive()
    visitor.live(until="consent")
    world.camera.lay_code(CASE_CODE, "QRCode")
    screen.tap("consent")
    screen.wait(lambda seen: "Wartenummer" in seen.caption and "Schalter" in seen.caption, "what the code is")
    world.camera.lay(visitor.who, "id_card_back")
    form = screen.wait(lambda seen: seen.panel == "form", "the form")
    assert {item.id: (item.value, item.spellings) for item in form.fields if item.spellings} == {
        "surname": ("Weiss", ("Weiß", "Weiss")),
        "given_names": ("Max Oelaf", ("Max Ölaf", "Max Oelaf")),
    }
    visitor.live()
    visitor.leave()

    contents = codes.photo_contents(visitor.who)
    found = values(case_of(desk, visitor.journey.number))
    assert found["surname"] == ("Weiß", "mrz_spelled")
    assert found["given_names"] == ("Max Ölaf", "mrz_spelled")
    assert found["photo_code"] == (contents, "code")
    assert contents.encode() not in robot.on_disk()
    assert CASE_CODE.encode() not in robot.on_disk()

    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    page = clerk.open_case(visitor.journey.number)
    assert contents in page  # as text: nobody follows it
    assert clerk.screen.do(lambda page: page.locator(f'a[href*="{contents[:20]}"]').count()) == 0
    assert "gelesen, Schreibweise gewählt" in page
    assert "Schreibweise: Weiss" in page
    clerk.close()


def test_20_2_pauswg_a_letter_and_a_marked_copy_of_an_identity_card_reach_the_clerk(
    robot: House, world: World, screen: Screen, desk: StaffDesk, browser: Chromium, tmp_path: Path
) -> None:
    typing = Scene("Tippen", {"panel": "consent", "title": "Kamera"}, ({"tap": "decline"},))
    taps = {"reason": "reason:first", "age_group": "age_group:under16"}
    visitor = Citizen(world, screen, scenario("jung", typing, **taps), by="touch")
    visitor.arrive()
    visitor.live(until="form")
    visitor.live(until="consent")

    # a letter: two pages, the first one taken again
    world.camera.lay_letter("consent")
    screen.tap("start")
    take(screen, "Seite 1 von 1")
    screen.tap("retake")
    take(screen, "Seite 1 von 1")
    screen.tap("more")
    camera(screen)
    outline(screen)  # of the first letter: only then does its going tell that the desk is seen empty
    world.camera.clear()
    outline(screen, there=False)
    world.camera.lay_letter("deed", 1)
    take(screen, "Seite 2 von 2")
    screen.tap("finish")
    screen.tap("continue")

    # the identity card of the parent who does not come
    asked = screen.wait(lambda seen: seen.panel == "consent" and "Ausweis des" in seen.title, "the consent")
    assert "KOPIE" in asked.text
    assert "§ 20 Abs. 2 PAuswG" in asked.text
    world.camera.lay("mustermann", "id_card_back")
    screen.tap("start")
    take(screen, "Seite 1 von 1")
    screen.tap("finish")
    screen.tap("continue")
    world.camera.clear()
    visitor.live()
    visitor.leave()

    number = visitor.journey.number
    case = case_of(desk, number)["row"]["id"]
    desk.close()  # a new channel tells at once how things stand, then each change
    desk.view(lambda view: ready(desk.call(f"/api/staff/cases/{case}")), 60)
    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    page = clerk.open_case(number)
    assert re.search(r"Einwilligung des anderen Elternteils\s+2 Seiten", page), page
    letter = clerk.open_copy("Einwilligung des anderen Elternteils")
    card = clerk.open_copy("Ausweis des Elternteils")
    clerk.close()

    text = words(letter)
    assert text.index("Einwilligung") < text.index("Anlage")
    picture = sheet(card, tmp_path)
    assert blackness(picture, zone_cells("id_card_back", 0, 5, 15)) < 60
    assert blackness(picture, zone_cells("id_card_back", 2, 0, 30)) > 60  # the name is not
    red = (picture[..., 2] > 120) & (picture[..., :2].max(axis=2) < 110)
    assert red.mean() > 0.02  # the mark goes across
    serial = persona("mustermann").documents["id_card"].number
    assert serial not in words(card)
    assert serial.encode() not in robot.on_disk()
    assert b"%PDF-" not in robot.on_disk()


def test_the_clerk_reads_in_german_what_is_amiss_and_sees_plain_numbers_too(
    robot: House, world: World, screen: Screen, desk: StaffDesk, browser: Chromium
) -> None:
    world.printer.paper = "out"
    desk.view(
        lambda view: any(
            row["name"] == "printer" and row["detail"].startswith("Das Papier ist leer.")
            for row in view["devices"]
        )
    )
    world.presence(True)
    screen.wait(lambda seen: seen.state == "visit", "a greeting")
    screen.tap("queue_ticket")
    screen.wait(lambda seen: seen.question == "concern", "what it is about")
    screen.tap("concern:documents")
    number = screen.wait(lambda seen: bool(seen.ticket), "the number").ticket
    view = desk.view(lambda view: any(row["number"] == number for row in view["tickets"]))
    assert [row["service"] for row in view["tickets"] if row["number"] == number] == ["Wartenummer ziehen"]
    assert all(row["number"] != number for row in view["cases"])

    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    clerk.screen.do(lambda page: page.locator(f'[data-part=ticket][data-number="{number}"]').wait_for())
    house = clerk.house()
    assert "Bitte legen Sie eine neue Rolle ein." in house, house
    clerk.close()


def camera(screen: Screen) -> None:
    screen.wait(lambda seen: seen.panel == "camera" and "unter die Kamera" in seen.title, "the live picture")


def outline(screen: Screen, *, there: bool = True) -> None:
    """The frame around the sheet is drawn, or drawn no more."""
    state = "visible" if there else "detached"
    screen.do(lambda page: page.locator(OUTLINE).first.wait_for(state=state, timeout=60_000))


def take(screen: Screen, title: str) -> None:
    camera(screen)
    outline(screen)
    screen.tap("take")
    screen.wait(lambda seen: seen.title == title and seen.button("finish") is not None, title)


def ready(case: Any) -> bool:
    return [copy["state"] for copy in case["copies"]] == ["ready", "ready"]


def words(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def sheet(pdf: bytes, folder: Path) -> NDArray[np.uint8]:
    """The first page as a picture, 300 dpi."""
    subprocess.run(
        ["pdftoppm", "-r", "300", "-png", "-singlefile", "-", str(folder / "page")], input=pdf, check=True
    )
    read = cv2.imread(str(folder / "page.png"))
    assert read is not None
    return np.asarray(read, np.uint8)


def blackness(picture: NDArray[np.uint8], where: tuple[slice, slice]) -> float:
    """The usual brightness of green and blue there; the mark's red does not count."""
    return float(np.median(picture[where][..., :2]))
