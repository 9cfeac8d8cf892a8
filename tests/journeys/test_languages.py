"""A visitor changes the language in the middle of their application, and loses nothing."""

from __future__ import annotations

import re
from functools import partial

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen, Seen
from simulator.world import World
from tests.journeys.house import House

MENU = "[data-part=languages] [role=group]"
ARABIC = re.compile("[\u0600-\u06ff]")


def page_of(screen: Screen) -> tuple[str, str]:
    """The page's own language and direction."""
    found: list[str] = screen.do(
        lambda page: page.evaluate("() => [document.documentElement.lang, document.documentElement.dir]")
    )
    return found[0], found[1]


def switch(screen: Screen, lang: str) -> Seen:
    """Open the menu, tap the language, wait until the page speaks it."""
    before = screen.look().seq
    screen.tap("languages")
    screen.tap(f"lang:{lang}")
    screen.wait(lambda seen: seen.seq > before and page_of(screen)[0][:2] == lang[:2], f"the page in {lang}")
    return screen.look()


def asks(question: str, seen: Seen) -> bool:
    return seen.question == question


def test_the_language_changes_mid_way_and_nothing_is_lost(
    screen: Screen, world: World, robot: House, desk: StaffDesk, size: tuple[int, int]
) -> None:
    world.presence(True)
    screen.wait(lambda seen: seen.state == "visit", "the greeting")
    screen.tap("identity_card")
    screen.wait(lambda seen: seen.question == "reason", "the first question")

    # the standing question is asked again, right to left
    seen = switch(screen, "ar")
    assert page_of(screen) == ("ar", "rtl")
    assert seen.question == "reason"
    assert ARABIC.search(seen.title)
    seen = screen.wait(lambda seen: bool(ARABIC.search(seen.caption)), "the question said in Arabic")
    assert seen.title in seen.caption
    assert ARABIC.search(seen.progress)
    assert all(
        ARABIC.search(button.label) for button in seen.buttons if button.id.startswith(("reason:", "nav:"))
    )
    # nobody is understood in Arabic here: the page says that one answers by touch
    assert "المس الشاشة" in seen.text

    # the menu lies inside of the page, on the side where the line ends
    screen.tap("languages")
    box = screen.do(lambda page: page.locator(MENU).bounding_box())
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    screen.tap("languages")

    for question, answer in (
        ("reason", "expired"),
        ("age_group", "adult"),
        ("residence", "yes"),
        ("urgent", "no"),
    ):
        screen.wait(partial(asks, question), question)
        screen.tap(f"{question}:{answer}")
    seen = screen.wait(lambda seen: seen.panel == "checklist", "the documents")
    assert ARABIC.search(seen.title)
    screen.tap("brought:old_card:true")
    screen.tap("continue")
    screen.wait(lambda seen: seen.panel == "consent", "the question for consent")
    screen.tap("decline")
    screen.wait(lambda seen: seen.panel == "form", "the form")
    screen.fill("surname", "MUSTERMANN")

    # what was typed stays where it is; the clerk sees the language, in German
    seen = switch(screen, "tr")
    assert page_of(screen) == ("tr", "ltr")
    surname = next(field for field in seen.fields if field.id == "surname")
    assert (surname.value, surname.label) == ("MUSTERMANN", "Soyadı")
    (visit,) = desk.view(lambda view: bool(view["visits"]) and view["visits"][0]["language"] == "tr")[
        "visits"
    ]
    assert visit["step"] == "Angaben"
    assert visit["service"] == "Personalausweis beantragen"

    # faults are told in the language of now, and one may ask for a language in words
    screen.tap("submit")
    seen = screen.wait(lambda seen: any(field.error for field in seen.fields), "what is missing")
    assert "eksik" in next(field.error for field in seen.fields if field.id == "given_names")
    screen.type("english please")
    screen.wait(lambda _: page_of(screen)[0] == "en-GB", "the page in English")
    seen = screen.look()  # what was seen before may be the page of a moment ago
    assert "missing" in next(field.error for field in seen.fields if field.id == "given_names")
    assert next(field.value for field in seen.fields if field.id == "surname") == "MUSTERMANN"

    # the next visitor is greeted in German
    screen.tap("nav:stop")
    screen.tap("Yes, stop")
    screen.wait(lambda seen: seen.state == "goodbye" and "Goodbye" in seen.title, "goodbye")
    screen.wait(lambda seen: seen.state == "idle" and page_of(screen) == ("de", "ltr"), "German again")
    assert b"MUSTERMANN" not in robot.on_disk()
