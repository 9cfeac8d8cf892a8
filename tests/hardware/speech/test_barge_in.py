"""The citizen interrupts the colleague, the colleague never itself: in a room that echoes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from hardware.ports import Partial, SentenceStarted, SpeechEnded, SpeechStarted, State, Utterance
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from simulator.room import EchoPath, impulse_response
from simulator.voice import CitizenVoice, SoundServer

from .conftest import MODEL, MODEL_EN, Listener, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN = "Bitte bringen Sie Ihren alten Ausweis und den Code des digitalen Fotos mit in das Bürgerbüro."
ECHO_DB = -10.0


@pytest.fixture(scope="module")
def lobby() -> Iterator[SoundServer]:
    """A sound server in a room that echoes."""
    # a socket's path is short
    folder = Path(tempfile.mkdtemp(prefix="lotse-lobby-"))
    server = SoundServer(folder)
    room = EchoPath(server, impulse_response(ECHO_DB))
    server.start()
    room.start()
    yield server
    room.stop()
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def visitor(lobby: SoundServer) -> Iterator[CitizenVoice]:
    voice = CitizenVoice(lobby)
    voice.start()
    yield voice
    voice.stop()


class Colleague:
    """Ears and voice, coupled as in a visit: what interrupts it silences it."""

    def __init__(self, hearing: VoskHearing, voice: Pyttsx3Voice) -> None:
        self.hearing = hearing
        self._voice = voice
        self.begun = asyncio.Event()

    async def says(self, text: str) -> bool:
        """Whether it could say all of it."""
        self.begun.clear()
        async for event in await self._voice.say(text):
            match event:
                case SentenceStarted(sentence, _, _):
                    self.hearing.speaking(sentence)
                    self.begun.set()
                case SpeechEnded(completed):
                    self.hearing.speaking(None)
                    return completed
        raise AssertionError("a text never ended")

    async def is_interrupted(self, heard: Listener) -> Utterance:
        """What it hears while it goes on speaking; it falls silent then."""
        said = await heard.next(Utterance)
        await self._voice.cut()
        return said


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def colleague(lobby: SoundServer) -> AsyncIterator[Colleague]:
    settings = SpeechSettings(
        MODEL, MODEL_EN, "kiosk_mic", "kiosk_speaker", lobby.address, str(lobby.alsa_config)
    )
    sound = SoundDevice(settings)
    hearing, voice = VoskHearing(settings, sound), Pyttsx3Voice(settings, sound)
    devices = (sound, hearing, voice)
    for device in devices:
        await device.start()
    await until(lambda: all(device.health().state is State.READY for device in devices), "all are ready")
    hearing.listen(on=True)
    yield Colleague(hearing, voice)
    for device in reversed(devices):
        await device.stop()


async def test_a_visitor_interrupts_with_a_word_and_with_a_sentence_and_the_colleague_never_itself(
    colleague: Colleague, visitor: CitizenVoice
) -> None:
    heard = Listener(colleague.hearing)
    assert await colleague.says(OWN)
    assert not heard.of(Utterance)
    for words, voice in (("stopp", "de+m3"), ("ich habe eine frage", "de+f2")):
        speaking = asyncio.create_task(colleague.says(" ".join([OWN] * 3)))
        await colleague.begun.wait()
        interruption = asyncio.create_task(colleague.is_interrupted(heard))
        spoken = await asyncio.to_thread(visitor.say, words, voice=voice, loudness=0.4)
        said = await interruption
        assert (said.text, said.during_speech) == (words, True)
        assert said.started_at == pytest.approx(spoken.start, abs=1.0)
        assert not await speaking
    assert not heard.of(Partial)
    assert not heard.of(SpeechStarted)
    await asyncio.to_thread(visitor.say, "was kostet das", loudness=0.4)
    last = await heard.next(Utterance)
    assert (last.text, last.during_speech) == ("was kostet das", False)
    await heard.close()
