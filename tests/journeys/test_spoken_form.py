"""A form filled in by voice, and a language asked for by voice: from the microphone to the printed slip."""

from __future__ import annotations

from functools import partial

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Screen, Seen
from simulator.world import World
from tests.journeys.house import House
from tests.journeys.test_identity_card import case_of, values

SPOKEN = (
    # DIN 5009: letter by letter, as what no recogniser knows is said
    ("surname", "martha übermut ludwig ludwig emil richard", "Müller"),
    ("given_names", "erika", "Erika"),
    ("birth_date", "zwölfter august neunzehnhundertvierundsechzig", "12.08.1964"),
)
TYPED = (("street", "Hauptstraße 12"), ("postcode", "50126"), ("town", "Musterstadt"))


def asks_for(label: str, seen: Seen) -> bool:
    """Whether the field has been asked for to the end, so that an answer is no interruption."""
    return label in seen.caption and seen.face == "listening"


def holds(field: str, value: str, seen: Seen) -> bool:
    return any(shown.id == field and shown.value == value for shown in seen.fields)


def test_a_name_is_spelled_a_birthday_said_and_after_english_please_the_slip_is_in_english_too(
    screen: Screen, world: World, robot: House, desk: StaffDesk
) -> None:
    printed = len(world.printer.receipts)
    world.presence(True)
    screen.wait(lambda seen: seen.state == "visit", "the greeting")
    screen.tap("registration_certificate")
    for answer in ("certificate_extent:simple", "certificate_person:self"):
        screen.tap(answer)
    screen.wait(lambda seen: seen.panel == "checklist", "the documents")
    screen.tap("brought:own_card:true")
    screen.tap("continue")
    screen.wait(lambda seen: seen.panel == "consent", "the question for consent")
    screen.tap("decline")
    seen = screen.wait(lambda seen: seen.panel == "form", "the form")
    labels = {field.id: field.label for field in seen.fields}

    screen.tap("dictate")
    for field, words, value in SPOKEN:
        screen.wait(partial(asks_for, labels[field].split(" (")[0]), f"{field} asked for")
        world.voice.say(words, voice="de+f2", speed=140)
        screen.wait(partial(holds, field, value), f"{field} filled in")
    screen.wait(lambda seen: seen.face == "listening", "the next question")
    world.voice.say("fertig", voice="de+f2")
    screen.wait(lambda seen: seen.face == "speaking", "the end of the dictation")
    screen.wait(lambda seen: seen.face == "listening", "silence")
    for field, value in TYPED:
        screen.fill(field, value)

    world.voice.say("english please", voice="en-gb")
    screen.wait(lambda seen: "Surname" in seen.text, "the form in English")
    assert all(holds(field, value, screen.look()) for field, _, value in SPOKEN)
    screen.tap("submit")
    screen.wait(lambda seen: seen.panel == "review", "the review")
    screen.tap("confirm")
    seen = screen.wait(lambda seen: bool(seen.ticket), "the number")
    slip = " ".join(world.printer.wait_receipt(count=printed + 1).text.split())
    assert seen.ticket in slip
    # in German for the staff, with the visitor's language beside it
    assert "Die Bescheinigung bekommen Sie am Schalter." in slip
    assert "You get the certificate at the counter." in slip

    found = values(case_of(desk, seen.ticket))
    assert {field: found[field][0] for field, _, _ in SPOKEN} == {field: value for field, _, value in SPOKEN}
    disk = robot.on_disk()
    for _, words, value in SPOKEN:
        assert words.encode() not in disk
        assert value.encode() not in disk
