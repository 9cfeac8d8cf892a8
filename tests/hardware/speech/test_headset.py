"""Headphones: plugged in and pulled out of a real sound server while the colleague speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from hardware.ports import SpeechEnded, State
from hardware.speech.headset import PulseHeadset, connected
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice
from tests.hardware.speech.conftest import MODEL, PATIENCE_S, Recorder, Room, until

LONG = "Das ist ein langer Satz, den nur eine einzige Person in diesem Haus hören soll, und sonst niemand."


class Kiosk:
    """The devices of one kiosk with a socket for headphones."""

    def __init__(self, room: Room) -> None:
        settings = SpeechSettings(
            MODEL,
            microphone="none",
            speaker="robot_mouth",
            pulse_server=room.server,
            alsa_config=str(room.alsa),
            headset="headset",
        )
        self.sound = SoundDevice(settings)
        self.voice = Pyttsx3Voice(settings, self.sound)
        self.headset = PulseHeadset(settings, self.sound, self.voice.cut)
        self._module = ""
        self._room = room

    def plug(self) -> None:
        self._module = self._room.pactl(
            "load-module", "module-null-sink", "sink_name=headset", "norewinds=1"
        ).strip()

    def pull(self) -> None:
        self._room.pactl("unload-module", self._module)

    async def says(self, text: str) -> bool:
        """Whether it was said to its end."""
        async for event in await self.voice.say(text):
            if isinstance(event, SpeechEnded):
                return event.completed
        raise AssertionError("the voice never ended")


@pytest_asyncio.fixture
async def kiosk(room: Room) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(room)
    devices = (kiosk.sound, kiosk.voice, kiosk.headset)
    for device in devices:
        await device.start()
    await until(lambda: all(device.health().state is State.READY for device in devices), "all is ready")
    yield kiosk
    with suppress(Exception):
        kiosk.pull()
    for device in reversed(devices):
        await device.stop()


def loudest(recorder: Recorder) -> int:
    return int(np.abs(recorder.samples().astype(int)).max(initial=0))


async def test_with_headphones_plugged_in_the_room_hears_nothing(kiosk: Kiosk, room: Room) -> None:
    changes = kiosk.headset.events()
    async with asyncio.timeout(PATIENCE_S):
        kiosk.plug()
        assert await anext(changes) is True
        async with Recorder(room) as loudspeaker, Recorder(room, "headset") as headphones:
            assert await kiosk.says("Nur Sie hören mich.")
            await headphones.quiet_for(0.2)
    assert loudest(headphones) > 2000
    assert loudest(loudspeaker) == 0


async def test_pulled_out_in_the_middle_of_a_sentence_its_rest_is_not_heard_by_anybody(
    kiosk: Kiosk, room: Room
) -> None:
    changes = kiosk.headset.events()
    async with asyncio.timeout(2 * PATIENCE_S):
        kiosk.plug()
        assert await anext(changes) is True
        async with Recorder(room) as loudspeaker:
            async with Recorder(room, "headset") as headphones:
                speaking = asyncio.create_task(kiosk.says(LONG))
                await headphones.sound()
            kiosk.pull()
            assert await anext(changes) is False
            assert await speaking is False
            await loudspeaker.quiet_for(0.3)
            assert loudest(loudspeaker) == 0
            # and the next sentence is for the room again
            speaking = asyncio.create_task(kiosk.says("Jetzt spreche ich wieder laut."))
            await loudspeaker.sound()
            assert await speaking


async def test_a_loudspeaker_that_a_crashed_robot_left_mute_is_heard_again(room: Room) -> None:
    room.pactl("set-sink-mute", "speaker", "1")
    kiosk = Kiosk(room)
    devices = (kiosk.sound, kiosk.voice, kiosk.headset)
    for device in devices:
        await device.start()
    await until(lambda: "Mute: no" in room.pactl("get-sink-mute", "speaker"), "the loudspeaker sounds again")
    for device in reversed(devices):
        await device.stop()


async def test_a_sound_server_that_ends_takes_the_headphones_along(kiosk: Kiosk, room: Room) -> None:
    changes = kiosk.headset.events()
    async with asyncio.timeout(2 * PATIENCE_S):
        kiosk.plug()
        assert await anext(changes) is True
        room.close()
        assert await anext(changes) is False
        room.open()
    await until(lambda: kiosk.headset.health().state is State.READY, "the headphones are looked for again")


async def test_without_pactl_health_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = SpeechSettings(MODEL, microphone="none", speaker="none", headset="headset")
    sound = SoundDevice(settings)
    headset = PulseHeadset(settings, sound, Pyttsx3Voice(settings, sound).cut)
    await headset.start()
    await until(lambda: headset.health().state is State.FAILED, "the driver gives up")
    assert "pulseaudio-utils" in headset.health().detail
    await headset.stop()


@pytest.mark.parametrize("availability, plugged", [("not available", False), ("availability unknown", True)])
def test_a_socket_that_feels_its_plug_counts_only_while_something_is_in_it(
    availability: str, plugged: bool
) -> None:
    ports = [
        {"name": "headphones", "availability": availability},
        {"name": "line", "availability": "not available"},
    ]
    assert connected({"name": "headset", "active_port": "headphones", "ports": ports}) is plugged
    assert connected({"name": "headset", "active_port": None, "ports": []})
