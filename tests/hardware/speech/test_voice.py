"""What the colleague says, recorded at the loudspeaker; lengths are counted in samples of the recording."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.ports import SentenceStarted, SpeechEnded, State, VoiceEvent
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice

from .conftest import PATIENCE_S, Recorder, Room, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "Ich bin eine Maschine. Das kostet 46,00 Euro, z. B. mit Karte. Am 1. Mai haben wir zu."
SENTENCES = [
    "Ich bin eine Maschine.",
    "Das kostet 46,00 Euro, z. B. mit Karte.",
    "Am 1. Mai haben wir zu.",
]


async def everything(events: AsyncIterator[VoiceEvent]) -> list[VoiceEvent]:
    async with asyncio.timeout(2 * PATIENCE_S):
        return [event async for event in events]


async def first_sentence(events: AsyncIterator[VoiceEvent]) -> SentenceStarted:
    async with asyncio.timeout(PATIENCE_S):
        async for event in events:
            if isinstance(event, SentenceStarted):
                return event
    raise AssertionError("nothing was said")


def captions(events: list[VoiceEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, SentenceStarted)]


def completed(events: list[VoiceEvent]) -> bool:
    assert isinstance(events[-1], SpeechEnded)
    return events[-1].completed


def silences(samples: NDArray[np.int16]) -> list[float]:
    """Lengths in seconds of the silences between the first and the last sound."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 100)
    assert loud.size, "nothing was to be heard"
    return [gap / Recorder.RATE for gap in np.diff(loud)]


def loud_seconds(samples: NDArray[np.int16]) -> float:
    """From the first to the last sound."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 100)
    return float(loud[-1] - loud[0]) / Recorder.RATE if loud.size else 0.0


async def test_a_text_is_said_sentence_by_sentence_with_its_captions_unchanged(
    voice: Pyttsx3Voice, recorder: Recorder
) -> None:
    async with recorder:
        events = await everything(await voice.say(LONG, speed=1.5))
        await recorder.quiet_for(0.6)
        heard = recorder.samples()
    assert captions(events) == SENTENCES
    assert [LONG[slice(*e.chars)] for e in events if isinstance(e, SentenceStarted)] == SENTENCES
    assert completed(events)
    begun = [event.at for event in events]
    assert begun == sorted(begun)
    # between the last sample handed out and the last one recorded lies the sound server's own buffer
    assert loud_seconds(heard) == pytest.approx(begun[-1] - begun[0], abs=0.3)


async def test_the_next_sentence_is_rendered_while_one_sounds(
    voice: Pyttsx3Voice, recorder: Recorder
) -> None:
    async with recorder:
        await everything(await voice.say("Das ist der erste Satz. Das ist der zweite Satz.", speed=1.3))
        await recorder.quiet_for(0.6)
    between = max(silences(recorder.samples()))
    assert between < 0.4  # the pause between two sentences and nothing else


async def test_a_cut_silences_the_loudspeaker_and_says_so(voice: Pyttsx3Voice, recorder: Recorder) -> None:
    async with recorder:
        events = await voice.say(
            "Dieser lange Satz über Ausweise und Pässe geht noch viele Sekunden so weiter."
        )
        await first_sentence(events)
        await recorder.sound()
        before = len(recorder.samples())
        await voice.cut()
        rest = await everything(events)
        await recorder.quiet_for(0.6)
        tail = recorder.samples()[before:]
    assert not completed(rest)
    # sound buffers and the recorder's own delay included; uncut it would have gone on for seconds
    loud = np.flatnonzero(np.abs(tail.astype(int)) > 100)
    assert not loud.size or loud[-1] / Recorder.RATE < 0.25


async def test_a_cut_ends_softly_without_a_click(voice: Pyttsx3Voice, recorder: Recorder) -> None:
    async with recorder:
        events = await voice.say("Ahaaaaaaaaaaaaaaaaaaaaaa.")
        await first_sentence(events)
        await recorder.sound()
        await voice.cut()
        await recorder.quiet_for(0.6)
    samples = recorder.samples().astype(int)
    end = int(np.flatnonzero(np.abs(samples) > 0)[-1])
    assert np.abs(samples[end - 20 : end + 1]).max() < 3000


async def test_new_words_cut_the_old_ones(voice: Pyttsx3Voice) -> None:
    old = await voice.say("Dieser Satz wird nicht zu Ende gesprochen, denn es kommt etwas dazwischen.")
    await first_sentence(old)
    new = await voice.say("Ja.")
    assert not completed(await everything(old))
    events = await everything(new)
    assert captions(events) == ["Ja."]
    assert completed(events)


async def test_nothing_to_say_ends_at_once(voice: Pyttsx3Voice) -> None:
    for text in ("", " \n "):
        events = await everything(await voice.say(text))
        assert len(events) == 1
        assert completed(events)


async def test_slower_speech_takes_longer_and_softer_speech_is_softer(
    voice: Pyttsx3Voice, room: Room
) -> None:
    async def heard(speed: float, loudness: float) -> NDArray[np.int16]:
        async with Recorder(room) as recorder:
            await everything(await voice.say("Nehmen Sie Platz.", speed=speed, loudness=loudness))
            await recorder.quiet_for(0.5)
            return recorder.samples()

    usual, slow, soft = await heard(1.0, 1.0), await heard(0.6, 1.0), await heard(1.0, 0.3)
    assert loud_seconds(slow) > 1.3 * loud_seconds(usual)
    assert np.abs(soft.astype(int)).max() < 0.4 * np.abs(usual.astype(int)).max()


async def test_captions_go_on_while_the_sound_server_is_dead_and_sound_returns(
    voice: Pyttsx3Voice, sound: SoundDevice, room: Room
) -> None:
    events = await voice.say(LONG, speed=1.5)
    first = await first_sentence(events)
    room.close()
    try:
        rest = await everything(events)
        assert [first.text, *captions(rest)] == SENTENCES
        assert completed(rest)
        await until(lambda: sound.speaker is State.FAILED, "the loss of the loudspeaker is noticed")
        assert voice.health().state is State.DEGRADED
        paced = await everything(await voice.say("Gleich geht es weiter."))
        assert captions(paced) == ["Gleich geht es weiter."]
        assert paced[-1].at - paced[0].at > 0.5
    finally:
        room.open()
    await until(lambda: sound.speaker is State.READY, "the loudspeaker is back")
    async with Recorder(room) as recorder:
        await everything(await voice.say("Da bin ich wieder."))
        await recorder.sound()


async def test_a_hanging_sound_server_does_not_hang_the_colleague(
    voice: Pyttsx3Voice, sound: SoundDevice, room: Room
) -> None:
    room.freeze()
    try:
        events = await everything(await voice.say("Das hört niemand."))
        assert captions(events) == ["Das hört niemand."]
        await until(lambda: sound.speaker is State.FAILED, "the mute loudspeaker is noticed")
    finally:
        room.thaw()
    await until(lambda: sound.speaker is State.READY, "the loudspeaker is back")


async def test_a_synthesiser_that_dies_mid_sentence_is_replaced_and_no_sentence_is_lost(
    voice: Pyttsx3Voice, recorder: Recorder
) -> None:
    async with recorder:
        events = await voice.say("Das ist der erste. Das ist der zweite. Und das der dritte.")
        first = await first_sentence(events)
        os.kill(voice.pids()["synthesiser"], signal.SIGKILL)
        rest = await everything(events)
        await recorder.quiet_for(0.6)
    assert [first.text, *captions(rest)][1:] == ["Das ist der zweite.", "Und das der dritte."]
    assert completed(rest)
    await until(lambda: voice.health().state is State.READY, "there is a new synthesiser")
    assert loud_seconds(recorder.samples()) > 2


async def test_prepared_sentences_need_no_synthesiser(voice: Pyttsx3Voice, recorder: Recorder) -> None:
    await voice.prepare(["Guten Tag."])
    os.kill(voice.pids()["synthesiser"], signal.SIGSTOP)
    try:
        async with recorder:
            events = await everything(await voice.say("Guten Tag."))
            await recorder.sound()
    finally:
        os.kill(voice.pids()["synthesiser"], signal.SIGKILL)
    assert completed(events)
    await until(lambda: voice.health().state is State.READY, "there is a new synthesiser")


async def test_without_a_loudspeaker_captions_are_paced(settings: SpeechSettings) -> None:
    mute = SpeechSettings(settings.model, microphone="none", speaker="none")
    sound = SoundDevice(mute)
    voice = Pyttsx3Voice(mute, sound)
    await sound.start()
    await voice.start()
    events = await everything(await voice.say("Guten Tag. Was kann ich für Sie tun?", speed=2.0))
    assert captions(events) == ["Guten Tag.", "Was kann ich für Sie tun?"]
    assert completed(events)
    assert events[1].at - events[0].at > 0.1
    assert voice.health().state is State.ABSENT
    await voice.stop()
    await sound.stop()


async def test_an_unknown_voice_leaves_the_captions(settings: SpeechSettings, sound: SoundDevice) -> None:
    voice = Pyttsx3Voice(settings, sound)
    await voice.start()
    events = await everything(await voice.say("Hello.", lang="no-such-voice"))
    assert captions(events) == ["Hello."]
    await voice.stop()


def sound_files() -> set[Path]:
    everywhere = (path for place in ("/dev/shm", "/tmp") for path in Path(place).glob("*"))
    return {path for path in everywhere if path.suffix == ".wav" or "voice" in path.name}


def files_open_in(pids: list[int]) -> set[str]:
    """Names of the files that processes have open, without devices, pipes and anonymous memory."""
    links = [link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir()]
    names = {str(link.readlink()) for link in links if link.is_symlink()}
    return {name for name in names if name.startswith("/") and not name.startswith(("/dev/", "/memfd:"))}


async def test_no_sound_is_written_to_any_disk(voice: Pyttsx3Voice, sound: SoundDevice) -> None:
    before = sound_files()
    async for _ in await voice.say("Das steht nirgends. Das auch nicht.", speed=1.5):
        assert files_open_in([*voice.pids().values(), *sound.pids().values()]) == set()
    assert sound_files() == before


async def test_the_children_end_with_the_robot(settings: SpeechSettings) -> None:
    for module, *arguments in (
        ("hardware.speech.render",),
        ("hardware.speech.audio", "speaker", "robot_mouth"),
        ("hardware.speech.audio", "microphone", "robot_ear"),
    ):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            env=settings.environment() | {"PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdout is not None
        assert child.stdin is not None
        assert await child.stdout.readexactly(1) in (b"R", b"B")
        child.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            await child.stdout.read()
            await child.wait()


async def test_the_ear_is_told_which_samples_sound_from_when_and_where_they_were_cut(
    voice: Pyttsx3Voice, sound: SoundDevice
) -> None:
    played: list[tuple[bytes, int, float]] = []
    silent: list[int] = []
    sound.on_played(lambda samples, count, at: played.append((samples, count, at)))
    sound.on_silent(silent.append)
    started = [
        event.at
        async for event in await voice.say("Guten Tag. Bitte warten Sie.")
        if isinstance(event, SentenceStarted)
    ]
    assert [at for _, _, at in played] == started
    (first, count, _), (_, later, _) = played
    # the loudspeaker's own count: the second sentence comes right behind the first, or later, never in it
    assert later >= count + len(first) // 2 > count > 0
    speech = await voice.say("Das ist ein langer Satz, der nicht zu Ende gesprochen wird, weil jemand fragt.")
    assert isinstance(await anext(speech), SentenceStarted)
    await voice.cut()
    samples, count, _ = played[-1]
    assert count <= silent[-1] < count + len(samples) // 2
