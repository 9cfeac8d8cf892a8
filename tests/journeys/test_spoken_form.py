"""A whole visit by voice alone: no finger touches the screen between the greeting and the goodbye.

The form is filled in by voice as well, and the language changed: from the microphone to the printed slip.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen, Seen
from simulator.processes import WorldError
from simulator.world import World
from tests.journeys.house import House
from tests.journeys.test_identity_card import case_of, values

SPOKEN = (
    # DIN 5009: letter by letter, as what no recogniser knows is said
    ("surname", "martha übermut ludwig ludwig emil richard", "Müller"),
    ("given_names", "erika", "Erika"),
    ("birth_date", "zwölfter august neunzehnhundertvierundsechzig", "12.08.1964"),
    ("street", "hauptstraße zwölf", "Hauptstraße 12"),
    ("postcode", "fünf null eins zwei sechs", "50126"),
)
BROUGHT = "button[data-id='brought:own_card:true'][aria-pressed=true]"
TRIES = 3
ANSWER_S = 20.0  # from the end of a sentence until the screen is another, on a busy machine


class Visitor:
    """Somebody with a voice, who reads the screen and never touches it."""

    def __init__(self, world: World, screen: Screen) -> None:
        self._world = world
        self._screen = screen

    def says(
        self, words: str, until: Callable[[Seen], bool], voice: str = "de+f2", *, asked: str = ""
    ) -> Seen:
        """When the colleague listens (and has asked for `asked`): say it, again where nothing comes of it."""
        for _ in range(TRIES):
            seen = self._screen.wait(
                lambda seen: until(seen) or (seen.face == "listening" and asked in seen.caption),
                f"silence to say {words!r}",
            )
            if until(seen):
                return seen
            self._world.voice.say(words, voice=voice, speed=140)
            try:
                return self._screen.wait(until, f"what {words!r} leads to", ANSWER_S)
            except WorldError:
                continue
        return self._screen.wait(until, f"what {words!r} leads to")


def at(panel: str, question: str = "") -> Callable[[Seen], bool]:
    return lambda seen: seen.panel == panel and question in ("", seen.question)


def holds(field: str, value: str) -> Callable[[Seen], bool]:
    return lambda seen: any(shown.id == field and shown.value == value for shown in seen.fields)


def test_a_visit_by_voice_alone_goes_from_the_greeting_through_a_spoken_form_to_the_goodbye(
    screen: Screen, world: World, robot: House, desk: StaffDesk
) -> None:
    printed = len(world.printer.receipts)
    visitor = Visitor(world, screen)
    world.presence(True)
    screen.wait(lambda seen: seen.state == "visit", "the greeting")
    visitor.says("ich brauche eine einfache meldebescheinigung", at("choices", "certificate_person"))
    visitor.says("für mich", at("checklist"))
    visitor.says("ich habe meinen ausweis dabei", lambda _: screen.do(lambda page: page.is_visible(BROUGHT)))
    visitor.says("weiter", at("consent"))
    seen = visitor.says("nein danke", at("form"))
    labels = {field.id: field.label.split(" (")[0] for field in seen.fields}

    visitor.says("ich möchte lieber sprechen", lambda seen: labels["surname"] in seen.caption)
    for field, words, value in SPOKEN:
        visitor.says(words, holds(field, value), asked=labels[field])
    visitor.says(
        "überspringen", lambda seen: "sagen Sie dann: weiter" in seen.caption, asked=labels["purpose"]
    )

    visitor.says("english please", lambda seen: "Surname" in seen.text, "en-gb")
    assert all(holds(field, value)(screen.look()) for field, _, value in SPOKEN)
    visitor.says("continue", at("review"), "en-gb")
    seen = visitor.says("everything is correct", lambda seen: bool(seen.ticket), "en-gb")
    slip = " ".join(world.printer.wait_receipt(count=printed + 1).text.split())
    assert seen.ticket in slip
    # in German for the staff, with the visitor's language beside it
    assert "Die Bescheinigung bekommen Sie am Schalter." in slip
    assert "You get the certificate at the counter." in slip
    visitor.says("thank you", at("feedback"), "en-gb")
    visitor.says("very good", lambda seen: seen.state != "visit", "en-gb")
    assert screen.recorded().taps_ms == []

    case = case_of(desk, seen.ticket)
    found = values(case)
    assert {field: found[field][0] for field, _, _ in SPOKEN} == {field: value for field, _, value in SPOKEN}
    assert found["town"][1] == "streets"  # it followed from the street
    assert [document["brought"] for document in case["documents"]] == [True]
    disk = robot.on_disk()
    for _, words, value in SPOKEN:
        assert words.encode() not in disk
        assert value.encode() not in disk
