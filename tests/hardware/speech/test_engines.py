"""The same port for every synthesiser: espeak-ng through pyttsx3, and a program that speaks like Piper.

Where PIPER_PROGRAM and PIPER_VOICE_DE name a real Piper and a voice file, it takes part too.
"""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hardware.ports import SentenceStarted, SpeechEnded, State, VoiceEvent
from hardware.speech import frames
from hardware.speech.languages import LANGUAGES
from hardware.speech.lexicon import of
from hardware.speech.piper import Piper
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice

from .conftest import MODEL, PATIENCE_S, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

STAND_IN = f"{sys.executable} -m simulator.piper"
ENGINES = {
    "espeak": ("", ""),
    "piper": (STAND_IN, "voices/de.onnx"),
    **(
        {"installed piper": (os.environ["PIPER_PROGRAM"], os.environ["PIPER_VOICE_DE"])}
        if {"PIPER_PROGRAM", "PIPER_VOICE_DE"} <= set(os.environ)
        else {}
    ),
}


def mute(program: str, file: str) -> SpeechSettings:
    """No loudspeaker: captions go on at the pace of what was rendered."""
    return SpeechSettings(
        MODEL,
        microphone="none",
        speaker="none",
        piper_program=program,
        piper_voices={"de": Path(file)} if file else {},
    )


async def everything(events: AsyncIterator[VoiceEvent]) -> list[VoiceEvent]:
    async with asyncio.timeout(PATIENCE_S):
        return [event async for event in events]


@pytest_asyncio.fixture(params=sorted(ENGINES), scope="module", loop_scope="module")
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Pyttsx3Voice]:
    settings = mute(*ENGINES[request.param])
    voice = Pyttsx3Voice(settings, SoundDevice(settings))
    await voice.start()
    await until(lambda: voice.pids(), "the synthesiser runs")
    yield voice
    await voice.stop()


async def test_every_engine_says_a_text_sentence_by_sentence(engine: Pyttsx3Voice) -> None:
    events = await everything(await engine.say("Guten Tag. Das kostet 46,00 €.", speed=2.0))
    assert [e.text for e in events if isinstance(e, SentenceStarted)] == ["Guten Tag.", "Das kostet 46,00 €."]
    assert isinstance(events[-1], SpeechEnded)
    assert events[-1].completed


async def test_every_engine_speaks_faster_when_asked(engine: Pyttsx3Voice) -> None:
    async def seconds(speed: float) -> float:
        """As long as what was rendered will sound."""
        events = await everything(await engine.say("Nehmen Sie bitte dort drüben Platz.", speed=speed))
        assert isinstance(events[0], SentenceStarted)
        assert events[-1].at - events[0].at > 0.9 * events[0].seconds  # captions keep its pace
        return events[0].seconds

    assert await seconds(1.2) > 1.3 * await seconds(2.4)


async def test_where_piper_fails_espeak_speaks_and_health_says_so(settings: SpeechSettings) -> None:
    broken = SpeechSettings(
        MODEL,
        speaker=settings.speaker,
        microphone="none",
        pulse_server=settings.pulse_server,
        alsa_config=settings.alsa_config,
        piper_program="/nowhere/piper",
        piper_voices={"de": Path("de.onnx")},
    )
    sound = SoundDevice(broken)
    voice = Pyttsx3Voice(broken, sound)
    await sound.start()
    await voice.start()
    await until(lambda: voice.health().state is State.READY, "the voice is ready")
    events = await everything(await voice.say("Guten Tag.", speed=2.0))
    assert isinstance(events[-1], SpeechEnded)
    assert voice.health().state is State.DEGRADED
    assert "/nowhere/piper cannot be started" in voice.health().detail
    assert "espeak-ng speaks instead" in voice.health().detail
    await voice.stop()
    await sound.stop()


async def test_a_piper_that_ends_is_started_again() -> None:
    piper = Piper(STAND_IN)
    with pytest.raises(ValueError, match="gave no sound with nobody"):
        await asyncio.to_thread(piper.wave, "Hallo", "nobody.onnx", 165)
    first = await asyncio.to_thread(piper.wave, "Hallo\nWelt", "de.onnx", 165)
    second = await asyncio.to_thread(piper.wave, "Hallo Welt", "de.onnx", 165)
    assert first == second
    with wave.open(io.BytesIO(first)) as file:
        assert file.getnframes() > 5000
    piper.end()


async def test_there_is_a_voice_for_every_language() -> None:
    child = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", "hardware.speech.render"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert frames.read(child.stdout) == (frames.READY, b"")
    lengths = {}
    for number, (lang, known) in enumerate(LANGUAGES.items()):
        voice = known.voice or "de"
        text = of(lang).spoken("46,00 €")
        order = frames.ORDER.pack(number, 165) + f"{voice}\n{text}".encode()
        child.stdin.write(frames.pack(frames.RENDER, order))
        child.stdin.flush()
        answer = frames.read(child.stdout)
        assert answer is not None
        assert answer[0] == frames.WAVE, (lang, answer[1])
        lengths[lang] = len(answer[1])
    child.stdin.close()
    child.wait(PATIENCE_S)
    assert min(lengths.values()) > 20_000, lengths
