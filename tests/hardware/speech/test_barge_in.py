"""The citizen interrupts, the colleague's own voice does not: in a room with an echo."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from hardware.ports import SentenceStarted, SpeechEnded, State, Utterance
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from simulator.room import EchoPath, impulse_response
from simulator.voice import CitizenVoice, Ears, SoundServer

from .conftest import MODEL, MODEL_EN, Listener, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN = "Bitte bringen Sie Ihren alten Ausweis und den Code des digitalen Fotos mit in das Bürgerbüro."
ECHO_DB = -10.0


@pytest.fixture(scope="module")
def lobby() -> Iterator[SoundServer]:
    """A sound server with an echo canceller, in a room that echoes at -10 dB."""
    folder = Path(tempfile.mkdtemp(prefix="lotse-lobby-"))
    server = SoundServer(folder, cancels_echo=True)
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
    """Ears and voice, coupled as in a visit."""

    def __init__(self, hearing: VoskHearing, voice: Pyttsx3Voice) -> None:
        self.hearing = hearing
        self._voice = voice
        self.begun = asyncio.Event()

    async def says(self, text: str) -> None:
        self.begun.clear()
        async for event in await self._voice.say(text):
            match event:
                case SentenceStarted(sentence, _, _):
                    self.hearing.speaking(sentence)
                    self.begun.set()
                case SpeechEnded():
                    self.hearing.speaking(None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def colleague(lobby: SoundServer) -> AsyncIterator[Colleague]:
    settings = SpeechSettings(MODEL, MODEL_EN, "pulse", "pulse", lobby.address, str(lobby.alsa_config))
    sound = SoundDevice(settings)
    hearing, voice = VoskHearing(settings, sound), Pyttsx3Voice(settings, sound)
    for device in (sound, hearing, voice):
        await device.start()
    await until(
        lambda: all(device.health().state is State.READY for device in (sound, hearing, voice)),
        "all are ready",
    )
    hearing.listen(on=True)
    yield Colleague(hearing, voice)
    for device in (voice, hearing, sound):
        await device.stop()


async def test_the_colleague_does_not_interrupt_itself_but_a_visitor_does(
    colleague: Colleague, visitor: CitizenVoice, lobby: SoundServer
) -> None:
    heard = Listener(colleague.hearing)
    raw, near = Ears(lobby, "mic"), Ears(lobby, "mic_near")
    for ears in (raw, near):
        await asyncio.to_thread(ears.start)
    await colleague.says(OWN)  # the canceller learns the room
    began = raw.now()
    await colleague.says(OWN)
    assert not heard.of(Utterance)
    with_echo, without = (np.std(ears.heard(began + 0.5, raw.now())[1].astype(float)) for ears in (raw, near))
    assert without < with_echo
    speaking = asyncio.create_task(colleague.says(OWN))
    await colleague.begun.wait()
    await asyncio.to_thread(visitor.say, "stopp", voice="de+m3", loudness=0.4)
    stop = await heard.next(Utterance)
    assert (stop.text, stop.during_speech) == ("stopp", True)
    await speaking
    speaking = asyncio.create_task(colleague.says(OWN))
    await colleague.begun.wait()
    await asyncio.to_thread(visitor.say, "ich habe eine frage", loudness=0.4)
    question = await heard.next(Utterance)
    assert "frage" in question.text
    assert question.during_speech
    await speaking
    for ears in (raw, near):
        await asyncio.to_thread(ears.stop)
    await heard.close()
