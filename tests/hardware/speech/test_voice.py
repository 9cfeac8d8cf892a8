"""What the colleague says, recorded at the loudspeaker.

A busy machine tears holes into the sound and delays it, so nothing is timed here: lengths are samples that
were handed to the loudspeaker, by its own count, and samples of the recording that are not silent.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from hardware.ports import SentenceStarted, SpeechEnded, State, VoiceEvent
from hardware.speech import frames
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import PAUSE_S, Pyttsx3Voice

from .conftest import PATIENCE_S, Recorder, Room, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "Ich bin eine Maschine. Das kostet 46,00 Euro, z. B. mit Karte. Am 1. Mai haben wir zu."
ENDLESS = "Dieser Satz über Ausweise und Pässe geht noch viele Sekunden so weiter" + " und weiter" * 12 + "."
SILENT = 100  # of 32767
TRIES = 3
T = TypeVar("T")
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


def sounding(samples: NDArray[np.int16]) -> int:
    """How many samples are not silent."""
    return int(np.count_nonzero(np.abs(samples.astype(int)) > SILENT))


@dataclass(frozen=True)
class Piece:
    """What was handed to the loudspeaker: from its `count`th sample on."""

    samples: NDArray[np.int16]
    count: int
    at: float

    @property
    def end(self) -> int:
        return self.count + self.samples.size


@dataclass
class Handed:
    """What the ear is told about the loudspeaker; cleared before each try."""

    pieces: list[Piece] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)

    def began(self, samples: bytes, count: int, at: float) -> None:
        self.pieces.append(Piece(np.frombuffer(samples, np.int16), count, at))

    def clear(self) -> None:
        self.pieces.clear()
        self.cuts.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(sound: SoundDevice) -> Handed:
    handed = Handed()
    sound.on_played(handed.began)
    sound.on_silent(handed.cuts.append)
    return handed


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def well(voice: Pyttsx3Voice) -> None:
    """Every test begins with a voice that can be heard."""
    await until(lambda: voice.health().state is State.READY, "the voice is ready")


@pytest_asyncio.fixture(loop_scope="module")
async def handed(told: Handed) -> Handed:
    told.clear()
    return told


async def undisturbed(sound: SoundDevice, handed: Handed, act: Callable[[], Awaitable[T]]) -> T:
    """What came of it while one loudspeaker lived; one that a busy machine has lost is waited for."""
    for _ in range(TRIES):
        await until(lambda: sound.speaker is State.READY, "the loudspeaker is ready")
        pid = sound.pids()["speaker"]
        handed.clear()
        found = await act()
        if sound.pids().get("speaker") == pid and sound.speaker is State.READY:
            return found
    raise AssertionError(f"the loudspeaker was lost {TRIES} times")


async def test_a_text_is_said_sentence_by_sentence_with_its_captions_unchanged(
    voice: Pyttsx3Voice, sound: SoundDevice, handed: Handed, room: Room
) -> None:
    async def said() -> tuple[list[VoiceEvent], NDArray[np.int16]]:
        async with Recorder(room) as recorder:
            events = await everything(await voice.say(LONG, speed=1.5))
            await recorder.quiet_for(0.6)
            return events, recorder.samples()

    events, heard = await undisturbed(sound, handed, said)
    assert captions(events) == SENTENCES
    assert [LONG[slice(*e.chars)] for e in events if isinstance(e, SentenceStarted)] == SENTENCES
    assert completed(events)
    begun = [event.at for event in events]
    assert begun == sorted(begun)
    assert all(one.end <= other.count for one, other in pairwise(handed.pieces))
    # each sentence once, and no more: the shortest one is a quarter of what sounds
    wanted = sum(sounding(piece.samples) for piece in handed.pieces)
    assert 0.85 * wanted < sounding(heard) < 1.1 * wanted


async def test_the_next_sentence_is_rendered_while_one_sounds(
    voice: Pyttsx3Voice, sound: SoundDevice, handed: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    ask, note = voice._renderer.send, sound._played

    def asked(kind: bytes, payload: bytes = b"") -> bool:
        order.append("asked")
        return ask(kind, payload)

    def played(kind: bytes, payload: bytes) -> bool:
        order.extend({frames.STARTED: ["started"], frames.ENDED: ["ended"]}.get(kind, []))
        return note(kind, payload)

    monkeypatch.setattr(voice._renderer, "send", asked)
    monkeypatch.setattr(sound._speaker, "_on_frame", played)

    async def said() -> list[VoiceEvent]:
        order.clear()
        return await everything(await voice.say("Das ist der erste Satz. Das ist der zweite.", speed=1.3))

    await undisturbed(sound, handed, said)
    assert [word for word in order if word != "asked"] == ["started", "ended"] * 2
    assert order[: order.index("ended")].count("asked") >= 2  # of the synthesiser
    first, second = handed.pieces
    # between the two is the pause, as silence behind the first
    assert sounding(first.samples[-int(PAUSE_S * frames.SPEAKING_RATE) :]) == 0
    assert second.count >= first.end


async def test_a_cut_silences_the_loudspeaker_and_says_so(
    voice: Pyttsx3Voice, sound: SoundDevice, handed: Handed, room: Room
) -> None:
    async def cut() -> tuple[list[VoiceEvent], NDArray[np.int16]]:
        async with Recorder(room) as recorder:
            events = await voice.say(ENDLESS)
            await first_sentence(events)
            await recorder.sound()
            await voice.cut()
            rest = await everything(events)
            await sound.silence()
            await recorder.quiet_for(0.6)
            return rest, recorder.samples()

    rest, heard = await undisturbed(sound, handed, cut)
    assert not completed(rest)
    (piece,) = handed.pieces
    (end,) = handed.cuts
    # long before its end, and what was not handed out was not heard
    assert piece.count < end < piece.count + piece.samples.size // 2
    assert 0 < sounding(heard) < 1.05 * (end - piece.count)


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
    voice: Pyttsx3Voice, sound: SoundDevice, handed: Handed, room: Room
) -> None:
    async def heard(speed: float, loudness: float) -> tuple[int, int]:
        """Samples handed out, and the loudest one heard."""

        async def said() -> int:
            async with Recorder(room) as recorder:
                await everything(await voice.say("Nehmen Sie Platz.", speed=speed, loudness=loudness))
                await recorder.quiet_for(0.5)
                return int(np.abs(recorder.samples().astype(int)).max())

        loudest = await undisturbed(sound, handed, said)
        return handed.pieces[0].samples.size, loudest

    usual, slow, soft = await heard(1.0, 1.0), await heard(0.6, 1.0), await heard(1.0, 0.3)
    assert slow[0] > 1.3 * usual[0]
    assert soft[0] == pytest.approx(usual[0], rel=0.1)
    assert 0 < soft[1] < 0.4 * usual[1]


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
    voice: Pyttsx3Voice, recorder: Recorder, handed: Handed
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
    assert len(handed.pieces) == 3
    assert sounding(recorder.samples()) > 0.85 * sum(sounding(piece.samples) for piece in handed.pieces)


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
    voice: Pyttsx3Voice, sound: SoundDevice, handed: Handed
) -> None:
    async def whole() -> list[VoiceEvent]:
        return await everything(await voice.say("Guten Tag. Bitte warten Sie."))

    events = await undisturbed(sound, handed, whole)
    assert [piece.at for piece in handed.pieces] == [e.at for e in events if isinstance(e, SentenceStarted)]
    first, second = handed.pieces
    # the loudspeaker's own count: the second sentence comes right behind the first, or later, never in it
    assert second.count >= first.end > first.count > 0
    assert handed.cuts == []

    async def cut() -> None:
        await first_sentence(await voice.say(ENDLESS))
        await voice.cut()
        await sound.silence()

    await undisturbed(sound, handed, cut)
    (piece,) = handed.pieces
    assert len(handed.cuts) == 1
    assert piece.count <= handed.cuts[0] < piece.end
