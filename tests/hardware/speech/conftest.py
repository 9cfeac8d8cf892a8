"""A sound server of our own, a citizen who speaks into it, and the devices under test."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
import wave
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from hardware.ports import HearingEvent, State
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice

MODEL = Path(__file__).resolve().parents[3] / "models" / "vosk-model-de-kiosk"
MODEL_EN = MODEL.with_name("vosk-model-en-kiosk")
PATIENCE_S = 60.0  # a busy machine is waited for
E = TypeVar("E", bound=HearingEvent)


class Room:
    """PulseAudio with null sinks: `speaker` is what the robot says, `micpipe` what its microphone hears."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.chmod(0o700)
        self.server = f"unix:{directory}/pulse.sock"
        self.alsa = directory / "asound.conf"
        self.alsa.write_text(
            "</usr/share/alsa/alsa.conf>\n"
            "pcm.robot_ear { type pulse device mic hint { show on description ear } }\n"
            "pcm.robot_mouth { type pulse device speaker hint { show on description mouth } }\n"
        )
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(directory),
            "HOME": str(directory),
            "PULSE_SERVER": self.server,
            "ALSA_CONFIG_PATH": str(self.alsa),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start the sound server and wait until it answers."""
        (self.directory / "pulse.sock").unlink(missing_ok=True)
        # a sink that is rewound when somebody begins to play loses what its monitor has not recorded yet
        sink = f"module-null-sink rate={Recorder.RATE} channels=1 norewinds=1 sink_name"
        modules = (
            f"module-native-protocol-unix socket={self.directory}/pulse.sock auth-anonymous=1",
            f"{sink}=speaker",
            f"{sink}=micpipe",
            "module-remap-source source_name=mic master=micpipe.monitor",
        )
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
            + [part for module in modules for part in ("-L", module)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE_S
        while "mic\t" not in self.pactl("list", "short", "sources", check=False):
            assert self._process.poll() is None, "the sound server ended"
            assert time.monotonic() < deadline, "the sound server does not answer"
            time.sleep(0.05)

    def close(self) -> None:
        """Kill the sound server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """The sound server hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def pactl(self, *arguments: str, check: bool = True) -> str:
        """What pactl says."""
        return subprocess.run(
            ["pactl", *arguments], env=self.environment, check=check, capture_output=True, text=True
        ).stdout


class Citizen:
    """Somebody in the room, with an espeak-ng voice that is not the colleague's."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @staticmethod
    def wave(text: str, voice: str = "de+f2") -> NDArray[np.int16]:
        """A spoken text, 22.05 kHz, without the silence around it."""
        spoken = subprocess.run(
            ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text], check=True, capture_output=True
        ).stdout
        samples = np.frombuffer(spoken[44:], np.int16)
        loud = np.flatnonzero(np.abs(samples.astype(int)) > 200)
        return samples[int(loud[0]) : int(loud[-1]) + 1]

    async def says(self, text: str, voice: str = "de+f2") -> None:
        """Speak into the microphone; returns when it has been said."""
        await self.plays(self.wave(text, voice))

    async def plays(self, samples: NDArray[np.int16], device: str = "micpipe") -> None:
        """Play 22.05 kHz samples into the microphone.

        All of it is with the sound server before it sounds: a busy machine tears no holes. The first moment
        of a stream may be lost; that is silence.
        """
        memory = BytesIO()
        with wave.open(memory, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22_050)
            file.writeframes(bytes(2 * 2_205) + samples.tobytes())
        process = await asyncio.create_subprocess_exec(
            *("paplay", f"--device={device}", "--latency-msec=20000"),
            env=self._room.environment,
            stdin=asyncio.subprocess.PIPE,
        )
        await process.communicate(memory.getvalue())
        assert process.returncode == 0


class Recorder:
    """Records what a sink plays, the loudspeaker for example, at its monitor."""

    RATE = 22_050

    def __init__(self, room: Room, sink: str = "speaker") -> None:
        self._room = room
        self._sink = sink

    async def __aenter__(self) -> Recorder:
        self._process = await asyncio.create_subprocess_exec(
            *("parec", "-d", f"{self._sink}.monitor", "--latency-msec=20", "--raw", "--channels=1"),
            *(f"--rate={self.RATE}", "--format=s16le"),
            env=self._room.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._more = asyncio.Event()
        self._heard = bytearray(await self._process.stdout.readexactly(2))
        self._reader = asyncio.create_task(self._read(self._process.stdout))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await self._reader
        await self._process.wait()

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        while piece := await pipe.read(4096):
            self._heard += piece
            self._more.set()

    def samples(self) -> NDArray[np.int16]:
        """Everything so far."""
        return np.frombuffer(bytes(self._heard[: len(self._heard) // 2 * 2]), np.int16)

    async def quiet_for(self, seconds: float) -> None:
        """Wait until the end of the recording is silence of that length."""
        count = int(seconds * self.RATE)
        async with asyncio.timeout(PATIENCE_S):
            while len(self.samples()) < count or np.abs(self.samples()[-count:]).max() > 50:
                await self._recorded()

    async def sound(self) -> None:
        """Wait until something loud was recorded."""
        async with asyncio.timeout(PATIENCE_S):
            while not (np.abs(self.samples().astype(int)) > 2000).any():
                await self._recorded()

    async def _recorded(self) -> None:
        """Wait for more of the recording."""
        self._more.clear()
        await self._more.wait()


@pytest.fixture(scope="session")
def room_directory() -> Iterator[Path]:
    # a unix socket's path must be shorter than 108 characters: pytest's own directories may be longer
    directory = Path(tempfile.mkdtemp(prefix="lotse-sound-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def room(room_directory: Path) -> Iterator[Room]:
    """The sound server, running; a test that kills it opens it again."""
    room = Room(room_directory)
    room.open()
    yield room
    room.close()


@pytest.fixture
def citizen(room: Room) -> Citizen:
    return Citizen(room)


@pytest.fixture
def recorder(room: Room) -> Recorder:
    return Recorder(room)


@pytest.fixture(scope="session")
def settings(room: Room) -> SpeechSettings:
    return SpeechSettings(
        model=MODEL,
        model_en=MODEL_EN,
        microphone="robot_ear",
        speaker="robot_mouth",
        pulse_server=room.server,
        alsa_config=str(room.alsa),
    )


async def until(condition: object, what: str) -> None:
    """Wait until `condition()` holds."""
    assert callable(condition)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - a device's health is asked, it does not call
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never happened: {what}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sound(settings: SpeechSettings) -> AsyncIterator[SoundDevice]:
    """Microphone and loudspeaker, both working when the first test begins."""
    device = SoundDevice(settings)
    await device.start()
    await until(lambda: device.health().state is State.READY, "the sound devices are ready")
    yield device
    await device.stop()


class Listener:
    """Collects what the hearing tells."""

    def __init__(self, hearing: VoskHearing) -> None:
        self.hearing = hearing
        self.events: list[HearingEvent] = []
        self._seen = 0
        self._task = asyncio.create_task(self._collect())

    async def _collect(self) -> None:
        async for event in self.hearing.events():
            self.events.append(event)

    async def next(self, kind: type[E]) -> E:
        """The next event of that kind; those before it are passed by."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                while self._seen < len(self.events):
                    event = self.events[self._seen]
                    self._seen += 1
                    if isinstance(event, kind):
                        return event
                await asyncio.sleep(0.005)

    def of(self, kind: type[E]) -> list[E]:
        """All events of that kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def forget(self) -> None:
        """What has happened so far is of no interest."""
        self.events.clear()
        self._seen = 0

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hearing(settings: SpeechSettings, sound: SoundDevice) -> AsyncIterator[VoskHearing]:
    device = VoskHearing(settings, sound)
    await device.start()
    await until(lambda: device.health().state is State.READY, "the hearing is ready")
    yield device
    await device.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def listener(hearing: VoskHearing) -> AsyncIterator[Listener]:
    """A hearing whose microphone works, gate open, colleague silent."""
    hearing.listen(on=True)
    collected = Listener(hearing)
    yield collected
    hearing.speaking(None)
    hearing.listen(on=False)
    await collected.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice(settings: SpeechSettings, sound: SoundDevice) -> AsyncIterator[Pyttsx3Voice]:
    """A voice that can be heard."""
    device = Pyttsx3Voice(settings, sound)
    await device.start()
    await until(lambda: device.health().state is State.READY, "the voice is ready")
    yield device
    await device.stop()
