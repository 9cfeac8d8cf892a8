"""The guard-rails of DESIGN §1 on a whole visit: each test names its paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import Chromium, Screen, Seen
from simulator.processes import until
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, ROOT, House, end_visit

PANELS = ("choices", "checklist", "consent", "form", "review", "ticket")
AUDIO = {".wav", ".mp3", ".flac", ".ogg", ".raw", ".pcm", ".opus"}


def memory(pid: int) -> bytes:
    """All that a process can write to, as it is now (proc_pid_maps(5), proc_pid_mem(5))."""
    held = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as mem:
        for line in maps:
            span, rights, *_ = line.split()
            start, end = (int(address, 16) for address in span.split("-"))
            # the kernel's own pages cannot be read
            if rights.startswith("rw") and "[v" not in line:
                mem.seek(start)
                while start < end and (part := mem.read(end - start)):
                    held.append(part)
                    start += len(part)
    return b"".join(held)


def badge(screen: Screen) -> str:
    return screen.do(lambda page: page.locator("[data-part=badge]:visible").first.inner_text())


def secrets(visitor: Citizen) -> list[str]:
    who = visitor.who
    return [who.surname, who.given_names, who.street, who.birth_place, who.documents["id_card"].number]


@dataclass(frozen=True)
class Whole:
    """One visit, walked to the ticket by touch: what stood on the screen at each station."""

    greeting: str
    stations: dict[str, Seen]
    badges: dict[str, str]


@pytest.fixture(scope="module")
def whole(world: World, house: House, browser: Chromium) -> Whole:
    house.at_rest(browser)
    screen = browser.screen(house.url)
    visitor = Citizen(world, screen, load("identity-card"), by="touch")
    visitor.arrive()
    greeting = screen.look().caption
    stations, badges = {}, {"welcome": badge(screen)}
    for panel in PANELS:
        visitor.live(until=panel)
        stations[panel], badges[panel] = screen.look(), badge(screen)
    end_visit(screen)
    screen.close()
    return Whole(greeting, stations, badges)


def test_disclosure_the_first_words_and_a_permanent_badge_say_that_it_is_a_machine(whole: Whole) -> None:
    """AI Act Art. 50(1)."""
    assert "Maschine" in whole.greeting
    assert {panel for panel, text in whole.badges.items() if "Maschine" in text} == {"welcome", *PANELS}


def test_parity_every_question_can_be_read_and_every_answer_tapped(whole: Whole) -> None:
    """BFSGV §6, BITV NRW."""
    for panel, seen in whole.stations.items():
        assert seen.caption, panel
        assert {"nav:go_back", "nav:repeat", "nav:help", "nav:stop"} <= {button.id for button in seen.buttons}
        assert [button for button in seen.buttons if not button.id.startswith("nav:")], panel


def test_money_every_amount_on_the_review_has_its_paragraph_and_its_day(whole: Whole) -> None:
    """DESIGN §1, money; PAuswGebV §1."""
    text = whole.stations["review"].text
    assert "46,00" in text
    assert "PAuswGebV" in text
    assert "7. Februar 2026" in text or "07.02.2026" in text


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
    screen.wait(lambda seen: seen.panel == "form", "the form")
    until(lambda: world.camera.watchers == 0, 60, "Somebody still looks through the camera.")
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


@dataclass(frozen=True)
class Left:
    """A visit that was filled in to the review and then ended: what was known to Rasa, and what is left."""

    visitor: Citizen
    before: bytes
    rasa: bytes
    disk: str
    page: str
    outcome: str
    sounds: list[Path]


def sounds(house: House) -> set[Path]:
    """Every file of sound where this robot could keep one."""
    folders = (house.folder, Path("/dev/shm"))
    return {path for folder in folders for path in folder.rglob("*") if path.suffix in AUDIO}


@pytest.fixture(scope="module")
def left(world: World, house: House, browser: Chromium) -> Left:
    house.at_rest(browser)
    others = sounds(house)  # what another program on this machine has left
    desk = StaffDesk(house.url)
    desk.sign_in(CLERK, PASSWORD)
    empty = memory(house.kiosk.rasa_pid())
    screen = browser.screen(house.url)
    visitor = Citizen(world, screen, load("identity-card"), by="touch")
    visitor.arrive()
    before = screen.look().caption
    screen.type("wann haben sie geöffnet ich komme wegen meiner regenjacke")
    screen.wait(lambda seen: seen.face != "thinking" and seen.caption != before, "an answer")
    visitor.live(until="review")
    visit = desk.now()["visits"][0]["id"]
    rasa = memory(house.kiosk.rasa_pid())
    end_visit(screen)
    view = desk.view(lambda view: any(shred["visit"] == visit for shred in view["shreds"]))
    page = screen.text()
    screen.close()
    desk.close()
    return Left(
        visitor,
        empty,
        rasa,
        house.on_disk().decode("utf-8", "replace"),
        page,
        next(shred["outcome"] for shred in view["shreds"] if shred["visit"] == visit),
        sorted(sounds(house) - others),
    )


def test_rasa_never_learns_who_the_citizen_is(left: Left) -> None:
    """DESIGN §2: what it is told are outcomes and choices, never a name, a date or a number."""
    assert b"age_group" in left.rasa
    kinds = ("utf-8", "latin-1", "utf-16-le", "utf-32-le")
    words = [*secrets(left.visitor), f"{left.visitor.who.birth_date:%d.%m.%Y}"]
    # a town's name may well stand in a library
    own = [word for word in words if not any(word.encode(kind) in left.before for kind in kinds)]
    assert len(own) >= 4
    assert not [word for word in own if any(word.encode(kind) in left.rasa for kind in kinds)]


def test_wipe_and_silence_nothing_of_the_visit_is_left_on_disk_or_in_a_log_and_no_sound_is_stored(
    left: Left,
) -> None:
    """DESIGN §1, wipe and silence."""
    for secret in [*secrets(left.visitor), "regenjacke"]:
        assert secret.casefold() not in left.disk.casefold()
        assert secret.casefold() not in left.page.casefold()
    assert not left.sounds
    assert left.outcome == "left"


def test_the_colleague_never_decides_photographs_or_orders() -> None:
    """PAuswG §9(1), §12(2); VwVfG §35a: no step of the house does any of it."""
    steps = {path.stem for path in (ROOT / "robot" / "steps").glob("*.py")} - {"__init__", "stage"}
    asked_for = {"checklist", "copy", "document", "feedback", "form", "hand_over", "photo_code", "review"}
    # of the steps above
    parts = {"address", "amending", "chip", "codes", "guidance", "proposal", "dictation", "wording"}
    assert steps == asked_for | {"info"} | parts
    # a certificate has a fingerprint too; those of people lie in DG3 of a chip
    words = re.compile(r"\b((take|read|scan)_fingerprints?|DG3|take_photo|order_card|reject_application)\b")
    assert not [
        path for path in (ROOT / "robot").rglob("*.py") if words.search(path.read_text(encoding="utf-8"))
    ]
    # a clerk approves what another clerk has done (four eyes); what the colleague does itself, never
    own = [*(ROOT / "robot/steps").rglob("*.py"), *(ROOT / "robot/visit").rglob("*.py")]
    assert not [path for path in own if re.search(r"\bapprove\b", path.read_text(encoding="utf-8"))]
