"""The citizen interrupts the colleague, the colleague never itself: a real sound server with an echo."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from hardware.ports import Partial, SentenceStarted, SpeechEnded, State, Utterance
from hardware.speech.canceller import SAME_CLOCK_S
from hardware.speech.frames import SPEAKING_RATE
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from simulator.voice import CitizenVoice, Ears, SoundServer

from .conftest import MODEL, MODEL_EN, Listener, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN = "Der Personalausweis kostet sechsundvierzig Euro."
LONG = " ".join(
    (
        "Bitte bringen Sie Ihren alten Ausweis und den Code des digitalen Fotos mit in das Bürgerbüro.",
        OWN,
        "Er ist meist nach zwei bis drei Wochen fertig.",
        "Ich bereite den Antrag vor, und eine Kollegin oder ein Kollege entscheidet dann darüber.",
        "Den Ausweis können Sie abholen, oder wir schicken ihn nach Hause.",
    )
)
ECHO_DB = -10.0
WORDS = (("stopp", "de+m3"), ("hilfe", "de+f2"))
ANSWER = "was kostet das"
SAID = {*ANSWER.split(), *(word for word, _ in WORDS)}  # by visitors: a word may arrive late
MOST = 3  # times that a visitor says the same …
PATIENCE_S = 2.0  # … so long after the time before
LATEST_S = 20.0  # a busy machine may be so far behind
SCENES = 6


@pytest.fixture(scope="module")
def lobby() -> Iterator[SoundServer]:
    """A sound server whose microphone hears its loudspeaker."""
    folder = Path(tempfile.mkdtemp(prefix="lotse-lobby-"))  # a socket's path is short
    server = SoundServer(folder, echo_db=ECHO_DB)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def visitor(lobby: SoundServer) -> Iterator[CitizenVoice]:
    voice = CitizenVoice(lobby)
    voice.start()
    yield voice
    voice.stop()


@pytest.fixture(scope="module")
def loudspeaker(lobby: SoundServer) -> Iterator[Ears]:
    ears = Ears(lobby)
    ears.start()
    yield ears
    ears.stop()


class Colleague:
    """Ears and voice, coupled as in a visit: the ears know what is being said."""

    def __init__(self, hearing: VoskHearing, voice: Pyttsx3Voice, sound: SoundDevice) -> None:
        self._hearing = hearing
        self._voice = voice
        self._delays: list[float] = []
        sound.on_played(lambda _, count, at: self._delays.append(at - count / SPEAKING_RATE))
        self.heard = Listener(hearing)

    def torn(self) -> bool:
        """Whether the machine has torn holes into what was played since this was asked last."""
        delays, self._delays = self._delays, self._delays[-1:]
        return max(delays, default=0.0) - min(delays, default=0.0) > SAME_CLOCK_S

    async def says(self, text: str, begun: asyncio.Event | None = None) -> bool:
        """Say all of it, or as much as it may; whether it was all."""
        whole = False
        async for event in await self._voice.say(text):
            match event:
                case SentenceStarted(sentence):
                    self._hearing.speaking(sentence)
                    if begun:
                        begun.set()
                case SpeechEnded(completed):
                    whole = completed
                    self._hearing.speaking(None)
        return whole

    async def hushes(self) -> None:
        """Silence at once, as after every word of somebody else's."""
        await self._voice.cut()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def colleague(lobby: SoundServer) -> AsyncIterator[Colleague]:
    settings = SpeechSettings(
        MODEL, MODEL_EN, "kiosk_mic", "kiosk_speaker", lobby.address, str(lobby.alsa_config)
    )
    sound = SoundDevice(settings)
    hearing, voice = VoskHearing(settings, sound), Pyttsx3Voice(settings, sound)
    devices = (sound, voice, hearing)
    for device in devices:
        await device.start()
    await until(lambda: all(d.health().state is State.READY for d in devices), "ears and voice are ready")
    hearing.listen(on=True)
    colleague = Colleague(hearing, voice, sound)
    yield colleague
    await colleague.heard.close()
    for device in reversed(devices):
        await device.stop()


async def says_until_heard(
    visitor: CitizenVoice, colleague: Colleague, words: str, voice: str
) -> Utterance | None:
    """The visitor says it, again if need be; what became of it."""

    async def arrives() -> Utterance:
        while (heard := await colleague.heard.next(Utterance)).text != words:
            pass
        return heard

    arriving = asyncio.create_task(arrives())
    for patience in (*[PATIENCE_S] * (MOST - 1), LATEST_S):
        await asyncio.to_thread(visitor.say, words, voice=voice, speed=150, loudness=0.4)
        await asyncio.wait({arriving}, timeout=patience)
        if arriving.done():
            return arriving.result()
    arriving.cancel()
    return None


async def in_whole_sound(colleague: Colleague, scene: Callable[[], Awaitable[str]]) -> None:
    """A scene tells what went wrong, or "". What was torn by a machine that stood still is played again."""
    fault = ""
    for _ in range(SCENES):
        colleague.torn()
        colleague.heard.forget()
        fault = await scene()
        await colleague.hushes()
        if not fault:
            return
        await colleague.says("Gut.")  # by then every hole has shown itself in the delay
        if not colleague.torn():
            break
    pytest.fail(fault)


async def test_the_colleague_does_not_hear_itself_and_hears_who_answers_it(
    colleague: Colleague, visitor: CitizenVoice
) -> None:
    async def scene() -> str:
        await colleague.says(OWN)
        answer = await says_until_heard(visitor, colleague, ANSWER, "de+f2")
        told = [event.text for event in colleague.heard.of(Utterance)]
        shown = [event.text for event in colleague.heard.of(Partial)]
        fine = answer and not answer.during_speech and {*told} == {ANSWER}
        return "" if fine and all(ANSWER.startswith(text) for text in shown) else f"{answer}: {told}, {shown}"

    await in_whole_sound(colleague, scene)


@pytest.mark.parametrize("words, voice", WORDS)
async def test_a_word_into_the_colleagues_sentence_arrives_and_silences_it(
    colleague: Colleague, visitor: CitizenVoice, loudspeaker: Ears, words: str, voice: str
) -> None:
    async def scene() -> str:
        begun = asyncio.Event()
        since = loudspeaker.now()
        speaking = asyncio.create_task(colleague.says(LONG, begun))
        await begun.wait()
        heard = await says_until_heard(visitor, colleague, words, voice)
        told = {event.text for event in colleague.heard.of(Utterance)}
        await colleague.hushes()
        whole = await speaking
        sounded = await asyncio.to_thread(loudspeaker.wait_sound, since)
        silent = await asyncio.to_thread(loudspeaker.wait_silence, sounded)
        fine = heard and heard.during_speech and not whole and all(SAID & {*text.split()} for text in told)
        return "" if fine and silent > sounded and not loudspeaker.sounding() else f"{heard}: {told}, {whole}"

    await in_whole_sound(colleague, scene)
