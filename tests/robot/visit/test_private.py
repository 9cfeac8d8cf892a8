"""Private mode: what is masked and what is said when headphones come and go (BFSGV § 6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.ports import Health, State
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from robot.visit.private import Privacy
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.words import Words
from robot.web.view import Info
from tests.musterstadt import texts


class Ear:
    """What the hearing is told that sounds now; it hears nothing itself."""

    name = "hearing"

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.more = asyncio.Event()

    def speaking(self, text: str | None) -> None:
        if text is not None:
            self.sentences.append(text)
            self.more.set()

    async def said(self, sentence: str) -> None:
        """Wait until the colleague says it."""
        async with asyncio.timeout(60):
            while sentence not in self.sentences:
                self.more.clear()
                await self.more.wait()

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def health(self) -> Health:
        return Health(self.name, State.READY)

    async def events(self) -> AsyncIterator[None]:
        return
        yield

    def listen(self, *, on: bool, expect: str = "sentence", phrases: object = ()) -> None: ...

    def set_language(self, lang: str) -> bool:
        return True


TEXTS = {
    "screen.private.on": "Privat ist an.",
    "screen.private.off": "Privat ist aus.",
    "screen.private.plugged": "Eingesteckt.",
    "screen.private.pulled": "Herausgezogen.",
    "screen.private.not_aloud": "Nur über Kopfhörer.",
}


class Kiosk:
    """Screen, voice (captions only: there is no loudspeaker) and privacy of one visit."""

    def __init__(self) -> None:
        silent = SpeechSettings(Path(), microphone="none", speaker="none")
        self.voice = Pyttsx3Voice(silent, SoundDevice(silent))
        self.ear = Ear()
        self.screen = Screen(town="Musterstadt", panel=Info(title="Hallo"), state="visit")
        self.talk = Talk(self.voice, self.ear, self.screen, Words(texts(), self.screen))  # type: ignore[arg-type]
        self.privacy = Privacy(self.screen, self.talk, TEXTS.__getitem__)


@pytest.fixture
async def kiosk() -> AsyncIterator[Kiosk]:
    kiosk = Kiosk()
    await kiosk.voice.start()
    yield kiosk
    await kiosk.talk.reset()
    await kiosk.voice.stop()


async def test_what_is_personal_is_not_said_without_headphones_whatever_the_page_asks(kiosk: Kiosk) -> None:
    kiosk.privacy.read("Mustermann", personal=True)
    await kiosk.ear.said("Nur über Kopfhörer.")
    assert "Mustermann" not in kiosk.ear.sentences
    kiosk.screen.headset = True
    kiosk.privacy.read("Mustermann", personal=True)
    await kiosk.ear.said("Mustermann")


async def test_headphones_mask_the_screen_and_the_mask_stays_when_they_are_pulled_out(kiosk: Kiosk) -> None:
    kiosk.talk.say("Wie heißen Sie?")
    await kiosk.ear.said("Wie heißen Sie?")
    kiosk.privacy.plugged(True, greeting=False)
    assert kiosk.screen.view().private
    await kiosk.ear.said("Eingesteckt.")
    kiosk.ear.sentences.clear()
    await kiosk.ear.said("Wie heißen Sie?")  # who has just put them on hears the question again
    kiosk.privacy.plugged(False, greeting=False)
    await kiosk.ear.said("Herausgezogen.")
    assert kiosk.screen.view().private
    assert not kiosk.screen.view().headset
    kiosk.privacy.reset()
    assert not kiosk.screen.view().private


async def test_who_plugs_headphones_in_is_greeted_first(kiosk: Kiosk) -> None:
    kiosk.talk.say("Guten Tag.")
    kiosk.privacy.plugged(True, greeting=True)
    await kiosk.ear.said("Eingesteckt.")
    assert kiosk.ear.sentences == ["Guten Tag.", "Eingesteckt."]


async def test_what_was_to_follow_is_dropped_when_the_visitor_goes_on(kiosk: Kiosk) -> None:
    kiosk.talk.say("Guten Tag und willkommen.")
    kiosk.talk.follow("So gehen die Tasten.")
    await kiosk.ear.said("Guten Tag und willkommen.")
    kiosk.talk.read("Weiter, Knopf")
    await kiosk.ear.said("Weiter, Knopf")
    assert "So gehen die Tasten." not in kiosk.ear.sentences


async def test_reading_the_screen_leaves_the_caption_and_what_is_repeated(kiosk: Kiosk) -> None:
    kiosk.talk.say("Wohnen Sie hier?")
    kiosk.talk.read("Ja, Knopf")
    await kiosk.ear.said("Ja, Knopf")
    assert kiosk.screen.caption == kiosk.talk.last == "Wohnen Sie hier?"
    assert kiosk.screen.view().spoken == len("Wohnen Sie hier?")


async def test_private_mode_is_chosen_and_taken_back_in_words(kiosk: Kiosk) -> None:
    kiosk.privacy.choose(True)
    assert kiosk.screen.view().private
    await kiosk.ear.said("Privat ist an.")
    kiosk.privacy.choose(False)
    await kiosk.ear.said("Privat ist aus.")
    assert not kiosk.screen.view().private


async def test_where_nobody_is_left_pulling_them_out_is_not_commented(kiosk: Kiosk) -> None:
    kiosk.screen.state = "idle"
    kiosk.privacy.plugged(False, greeting=False)
    assert not kiosk.talk.speaking
