"""Visitors who do not see the screen: five keys, speech of every element, headphones, privacy.

EN 301 549, 5.1 (closed functionality), BFSGV §§ 6 and 7: the access features need no switching on, and
whoever uses them keeps their privacy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from hardware.speech import sentences
from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Screen
from simulator.personas import persona
from simulator.voice import HEADSET, Ears
from simulator.world import World
from tests.journeys.house import House
from tests.journeys.listening import ROOT, Listener, OwnVoice, Transcript
from tests.journeys.test_identity_card import case_of, values

LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜß"
DIGITS = "0123456789"
PULLED = "Die Kopfhörer sind herausgezogen."
REASON = "Warum brauchen Sie einen neuen Ausweis?"
AGE = "Wie alt sind Sie, oder für wen ist der Ausweis?"
HOME = "Wohnen Sie mit Hauptwohnung in dieser Stadt?"
URGENT = "Brauchen Sie sofort einen vorläufigen Ausweis?"
OTHERS = (REASON, AGE, HOME, URGENT)


@pytest.fixture(scope="module")
def voice() -> Iterator[OwnVoice]:
    voice = OwnVoice()
    yield voice
    voice.close()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")


@pytest.fixture(scope="module")
def texts(catalogue: Catalogue) -> Texts:
    return Texts.load(ROOT / "dialogs" / "texts", catalogue)


@contextmanager
def headphones(world: World) -> Iterator[Ears]:
    """Plugged in, and what is heard in them."""
    world.headset.plug()
    ears = Ears(world.sound, f"{HEADSET}.monitor")
    ears.start()
    try:
        yield ears
    finally:
        ears.stop()
        world.headset.unplug()


def first(text: str) -> str:
    """Its first sentence."""
    start, end = sentences.spans(text)[0]
    return text[start:end]


def test_a_blind_visitor_gets_their_application_ready_with_five_keys_and_headphones(
    world: World,
    screen: Screen,
    desk: StaffDesk,
    voice: OwnVoice,
    catalogue: Catalogue,
    texts: Texts,
) -> None:
    who = persona("mustermann")
    printed = len(world.printer.receipts)
    screen.do(lambda page: page.evaluate("document.documentElement.style.filter = 'brightness(0)'"))

    def said(key: str) -> list[str]:
        return [first(wording) for wording in texts.variants("de", key)]

    transcript = Transcript(screen)
    with headphones(world) as ears:
        blind = Listener(screen, transcript, ears, voice)

        quiet_from = world.ears.now()

        def silent_room() -> None:
            """Nobody else has heard a sound since the last time that this was asked."""
            nonlocal quiet_from
            now = world.ears.now()
            assert not np.any(world.ears.heard(quiet_from, now)[1])
            quiet_from = now

        def choose(sentence: str, *, skip: int = 0) -> None:
            blind.find(sentence, skip=skip)
            silent_room()
            blind.press("Enter")

        # whoever plugs headphones in is greeted, told that nobody else hears, and may have it faster
        blind.hear("Ich bin der Rathauslotse, eine Maschine, kein Mensch.")
        blind.press("F1", "F1")
        blind.hear("Hilfe.")
        blind.find("Schneller sprechen.")
        for speed in (1.25, 1.25**2, 1.25**3):
            blind.press("Enter")
            blind.speed = speed
            blind.hear_something()
        blind.press("Escape")

        services = [card.id for card in catalogue.welcome_services()]
        place = services.index("identity_card") + 1
        choose(f"Personalausweis beantragen, {place} von {len(services)}, Knopf")
        blind.hear(REASON)
        choose("Er läuft ab oder ist abgelaufen, 1 von 7, Knopf")
        blind.hear(AGE)
        blind.recognise(AGE, (REASON, HOME, URGENT, PULLED))
        choose("24 oder älter, 3 von 3, Knopf")
        blind.hear(HOME)
        blind.recognise(HOME, (REASON, AGE, URGENT, PULLED))
        choose("Ja, 1 von 2, Knopf")
        blind.hear(URGENT)
        choose("Nein, ich kann warten, 2 von 2, Knopf")

        # the state of what was pressed is told; a group is named when it is entered
        blind.hear("Für Ihren Antrag brauchen Sie: Ihr bisheriger Personalausweis oder Reisepass.")
        blind.find("Ihr bisheriger Personalausweis oder Reisepass")
        blind.press("ArrowDown")
        blind.hear("Habe ich dabei, 1 von 2, Knopf, nicht gewählt")
        blind.press("Enter")
        blind.hear("Habe ich dabei, 1 von 2, Knopf, gewählt")
        choose("Weiter, Knopf")

        blind.hear(*said("screen.consent.say"))
        world.camera.lay(who, "id_card_back")
        choose("Ja, bitte lesen, 1 von 2, Knopf")
        blind.hear(*said("screen.form.say_read"))
        world.camera.clear()

        # what was read is told over headphones
        blind.find("Person")
        blind.hear("Familienname, 1 von 7, Feld")
        blind.hear(who.surname)
        blind.find("Ort der Geburt, 6 von 7, Feld", skip=3)
        blind.press("Enter")
        blind.write("Ulm", LETTERS)
        blind.press("Escape")
        blind.hear("Ulm")
        blind.find("Aussehen")
        blind.press("Enter")
        blind.write("170", DIGITS)
        blind.press("Escape")
        blind.hear("170")
        blind.find("Augenfarbe")
        blind.press("Enter")
        blind.hear("Blau, 1 von 8, Knopf, gewählt")
        blind.find("Anschrift", skip=7)
        blind.press("Enter")
        blind.write("Aue 1", LETTERS + DIGITS)
        blind.press("Escape")
        blind.hear("Aue 1")
        blind.find("Postleitzahl, 2 von 3, Feld")
        blind.press("Enter")
        blind.write("10000", DIGITS)
        blind.press("Escape")
        blind.hear("10000")
        blind.find("Wohnort, 3 von 3, Feld")
        blind.press("Enter")
        blind.write("Ulm", LETTERS)
        blind.press("Escape")
        blind.hear("Ulm")
        choose("Weiter, 1 von 2, Knopf")

        blind.hear("Haben Sie schon ein digitales Foto mit Code vom Fotografen?")
        choose("Nein, am Schalter für 6,00 €, 2 von 2, Knopf")
        blind.hear("Holen Sie den Ausweis ab, oder sollen wir ihn nach Hause schicken?")
        choose("Abholen, 1 von 2, Knopf")
        blind.hear(*said("screen.review.say"))
        blind.find("Familienname", skip=8)
        blind.hear(who.surname)
        choose("Alles richtig, abgeben, Knopf", skip=15)

        receipt = world.printer.wait_receipt(count=printed + 1)
        blind.hear(*said("screen.ticket.say"))
        number = next(row["number"] for row in desk.now()["cases"] if row["number"] in receipt.text)
        blind.hear(f"Ihre Nummer ist {number}.")
        choose("Fertig, Knopf")
        blind.hear(*said("screen.feedback.say"))
        choose("Daumen hoch, 1 von 3, Knopf")
        blind.speed = 1.0  # the visit is over, and its wishes with it
        blind.hear(*said("screen.goodbye.say"))
        silent_room()

    found = values(case_of(desk, number))
    assert found["surname"] == (who.surname, "mrz")
    assert found["birth_place"] == ("Ulm", "typed")
    assert found["height"] == ("170", "typed")
    assert found["eye_colour"] == ("Blau", "chosen")
    assert found["street"] == ("Aue 1", "typed")


def test_what_is_personal_is_never_heard_in_the_room_and_headphones_may_come_and_go(
    world: World,
    screen: Screen,
    robot: House,
    citizen: Callable[..., Citizen],
    voice: OwnVoice,
) -> None:
    """BFSGV § 6: privacy while access features are used."""
    visitor = citizen(by="touch")
    name = visitor.who.surname
    visitor.arrive()
    visitor.live("form")
    began = time.monotonic()

    # over the loudspeaker: that the field is filled in, not with what
    transcript = Transcript(screen)
    aloud = Listener(screen, transcript, world.ears, voice)
    aloud.find("Person")
    aloud.hear("Familienname, 1 von 7, Feld")
    aloud.hear("ausgefüllt")

    with headphones(world) as ears:
        alone = Listener(screen, transcript, ears, voice)
        screen.do(lambda page: page.wait_for_selector("main[data-private=true]"))
        masked = "getComputedStyle(document.querySelector('[data-field=surname] input')).webkitTextSecurity"
        assert screen.do(lambda page: page.evaluate(masked)) == "disc"
        alone.press("F1")
        alone.hear(name)
        before = world.ears.now()

    # pulled out: one sentence for the room, and the values stay covered
    aloud.recognise(PULLED, OTHERS, since=before)
    assert screen.do(lambda page: page.evaluate(masked)) == "disc"
    aloud.press("ArrowDown", "ArrowUp")
    aloud.hear("ausgefüllt")
    assert not aloud.was_said(name, began)

    # private mode without headphones spells nothing either
    aloud.press("Enter")
    aloud.hear("Im Privatmodus sage ich Zeichen nur über Kopfhörer.")
    screen.tap("display")
    screen.tap("display:private")
    screen.do(lambda page: page.wait_for_selector("main[data-private=false]"))
