"""The sound of the world: a sound server without a sound card, the citizen's voice and ears.

Two null sinks carry everything: what is played into `micpipe` is what the kiosk's microphone hears, what
the kiosk plays comes out at `speaker.monitor`. Times are monotonic seconds of the *wave*: both ends of
every sentence are found in what was recorded, never taken from the moment a program was started.
"""

from __future__ import annotations

import contextlib
import queue
import re
import select
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.processes import WorldError, end, spawn, until

RATE = 22050  # what espeak-ng renders
LATENCY_MS = 20
AUDIBLE = 200  # of 32767; the silence of a null sink is exactly zero
MARGIN_S = 0.3
HEADSET = "headset"  # the sink that comes with the headphones; its monitor is what is heard in them
LEAD = RATE // 10  # of silence: the first moment of a new stream may be lost
WHOLE_MS = 20_000  # so much of a sentence is with the server before it sounds: no busy machine tears holes
KEEP_S = 60
DEAF_S = 5.0  # a stream without a sample for so long is asked for again: silence has samples, too

Samples = NDArray[np.int16]


class SoundServer:
    """A PulseAudio of our own with a loudspeaker and a microphone made of null sinks.

    `run_dir`/pulse/pulse.sock and `run_dir`/pulse/asound.conf are what the kiosk's settings name.
    `echo_db`: level at which the microphone hears the loudspeaker, e.g. -10; None is a headset.
    """

    def __init__(self, run_dir: Path, echo_db: float | None = None) -> None:
        self._echo_db = echo_db
        self.folder = (run_dir / "pulse").absolute()
        self.socket = self.folder / "pulse.sock"
        self.alsa_config = self.folder / "asound.conf"
        self.log = self.folder / "pulse.log"
        if len(str(self.socket)) > 107:
            raise WorldError(f"{self.socket} is too long for a socket: choose a shorter run directory.")
        self._process: subprocess.Popen[bytes] | None = None
        self._microphone = ""

    @property
    def address(self) -> str:
        """The server's address as PULSE_SERVER wants it."""
        return f"unix:{self.socket}"

    @property
    def env(self) -> dict[str, str]:
        """Environment for a program that shall use this server and no other."""
        return {"PULSE_SERVER": self.address, "ALSA_CONFIG_PATH": str(self.alsa_config)}

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def hears(self) -> bool:
        """Whether the microphone is plugged in."""
        return bool(self._microphone)

    def start(self) -> None:
        """Start and wait until it answers. Raises WorldError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        # Named devices: a microphone that is gone must not be replaced by some other source.
        self.alsa_config.write_text(
            "pcm.kiosk_speaker { type pulse device speaker }\n"
            "pcm.kiosk_mic { type pulse device mic }\n"
            "pcm.!pulse { type asym playback.pcm kiosk_speaker capture.pcm kiosk_mic }\n"
            "pcm.!default { type asym playback.pcm kiosk_speaker capture.pcm kiosk_mic }\n"
            "ctl.!default { type pulse }\n"
        )
        # the time in which a machine stands still counts as the server's, and the kernel would end it
        config = self.folder / "daemon.conf"
        config.write_text("rlimit-rttime = -1\n")
        sink = f"module-null-sink rate={RATE} channels=1 norewinds=1 sink_name="
        modules = [
            f"module-native-protocol-unix socket={self.socket} auth-anonymous=1",
            f"{sink}micpipe",
            # the server itself carries the echo, sample by sample: no busy machine makes gaps in it
            f"{sink}speaker"
            if self._echo_db is None
            else f"module-remap-sink master=micpipe channels=1 rate={RATE} remix=no sink_name=speaker",
        ]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["--disallow-exit", "--log-target=stderr", "--log-level=warn"]
        for module in modules:
            command += ["-L", module]
        env = {"XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder), "DBUS_SESSION_BUS_ADDRESS": ""}
        env["PULSE_CONFIG"] = str(config)
        self._process = spawn(command, env=env, log=self.log)
        until(lambda: not self.alive or self._pactl("info") is not None, 15, "PulseAudio does not answer.")
        if not self.alive:
            raise WorldError(f"PulseAudio did not start; its words are in {self.log}.")
        self.restore_microphone()
        self._pactl("set-default-sink", "speaker")
        if self._echo_db is not None:
            self._pactl("set-sink-volume", "speaker", f"{self._echo_db}dB")

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            end(self._process)
        self._process = None
        self._microphone = ""

    def kill(self) -> None:
        """The server dies at once, as by kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._microphone = ""

    def freeze(self) -> None:
        """The server stands still, and all sound with it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """A new server at the same address."""
        self.stop()
        self.start()

    def remove_microphone(self) -> None:
        """The microphone is unplugged."""
        if self._microphone:
            self._pactl("unload-module", self._microphone)
            self._microphone = ""

    def restore_microphone(self) -> None:
        """The microphone is plugged in."""
        if self._microphone:
            return
        said = self._pactl("load-module", "module-remap-source", "source_name=mic", "master=micpipe.monitor")
        if not said:
            raise WorldError(f"The microphone could not be made; PulseAudio's words are in {self.log}.")
        self._microphone = said.strip()
        self._pactl("set-default-source", "mic")

    def streams(self, kind: str = "source-outputs") -> int:
        """How many streams are open: `source-outputs` listen, `sink-inputs` play."""
        return len((self._pactl("list", "short", kind) or "").splitlines())

    def listened_to(self) -> bool:
        """Whether somebody listens to the microphone now (the kiosk's ear is open)."""
        source = next(
            (
                line.split("\t")[0]
                for line in (self._pactl("list", "short", "sources") or "").splitlines()
                if line.split("\t")[1] == "mic"
            ),
            None,
        )
        outputs = (self._pactl("list", "short", "source-outputs") or "").splitlines()
        return source is not None and any(line.split("\t")[1] == source for line in outputs)

    def _pactl(self, *words: str) -> str | None:
        try:
            done = subprocess.run(
                ["pactl", "-s", self.address, *words], capture_output=True, text=True, timeout=5, check=False
            )
        except FileNotFoundError as missing:
            raise WorldError("pactl is missing: install what requirements/apt.txt lists.") from missing
        except subprocess.TimeoutExpired:
            return None
        return done.stdout if done.returncode == 0 else None


class Headset:
    """Headphones for the socket beside the keypad: another sound card of the kiosk's sound server."""

    def __init__(self, server: SoundServer) -> None:
        self._server = server
        self._module = ""

    @property
    def plugged(self) -> bool:
        """Whether they are plugged in; a sound server that died took them along."""
        sinks = self._server._pactl("list", "short", "sinks") if self._module else None
        return f"\t{HEADSET}\t" in (sinks or "")

    def plug(self) -> None:
        """Plug them in. Raises WorldError."""
        if self.plugged:
            return
        options = (f"sink_name={HEADSET}", f"rate={RATE}", "channels=1", "norewinds=1")
        self._module = (self._server._pactl("load-module", "module-null-sink", *options) or "").strip()
        if not self._module:
            raise WorldError("The headphones could not be made: is the sound server running?")

    def unplug(self) -> None:
        """Pull them out."""
        if self.plugged:
            self._server._pactl("unload-module", self._module)
        self._module = ""


class Ears:
    """Hears one source of the sound server all the time and says when there was sound.

    The stream's clock: sample n was heard at t0 + n / RATE, where t0 is the least of (arrival - n / RATE)
    over all blocks; a late wake-up can only make a block late, so the least is the truth. Survives the
    server: after a restart it listens again.
    """

    def __init__(self, server: SoundServer, source: str = "speaker.monitor") -> None:
        self.server = server
        self.source = source
        self._changed = threading.Condition()
        self._stopped = False
        self._samples: Samples = np.zeros(0, np.int16)
        self._first = 0  # number of the first sample kept
        self._t0 = float("inf")
        self._thread = threading.Thread(target=self._run, name=f"ears:{source}", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Listen; returns when sound arrives (silence is sound, too)."""
        self._thread.start()
        until(lambda: self.now() > 0, 15, f"Nothing can be heard at {self.source}.")

    def stop(self) -> None:
        """Stop listening."""
        self._stopped = True
        if self._process is not None:
            end(self._process)
        with self._changed:
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(5)

    def now(self) -> float:
        """Time of the newest sample heard; 0 before the first one."""
        with self._changed:
            return self._newest()

    def wait_until(self, at: float, timeout: float = 60.0) -> None:
        """Wait until everything up to the time `at` has been heard. Raises WorldError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._newest() >= at, timeout):
                raise WorldError(f"{self.source} of the sound server was mute for {timeout:.0f} s.")

    def heard(self, since: float, until_at: float) -> tuple[float, Samples]:
        """What was heard between two times: the time of the first sample returned, and the samples."""
        with self._changed:
            if not np.isfinite(self._t0):
                return since, np.zeros(0, np.int16)
            a = max(0, round((since - self._t0) * RATE) - self._first)
            b = max(a, round((until_at - self._t0) * RATE) - self._first)
            return self._t0 + (self._first + a) / RATE, self._samples[a:b].copy()

    def wait_sound(self, after: float, timeout: float = 60.0) -> float:
        """Monotonic time of the first audible sample after `after`. Raises WorldError."""
        deadline = time.monotonic() + timeout
        while True:
            start, samples = self.heard(after, float(self.now()))
            loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
            if loud.size:
                return start + float(loud[0]) / RATE
            self._wait_more(deadline, f"Nothing sounded for {timeout:.0f} s.")

    def wait_silence(self, after: float, quiet_s: float = 0.7, timeout: float = 60.0) -> float:
        """Monotonic time of the end of sound: after it, it was quiet for `quiet_s`. Raises WorldError."""
        deadline = time.monotonic() + timeout
        while True:
            newest = self.now()
            start, samples = self.heard(after, newest)
            loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
            if not loud.size:
                if newest - after >= quiet_s:
                    return after
            else:
                # the first pause that is long enough, and what follows the last sound is a pause, too
                pauses = np.diff(loud, append=samples.size) >= quiet_s * RATE
                if pauses.any():
                    return start + float(loud[int(np.argmax(pauses))]) / RATE
            self._wait_more(deadline, f"It did not become quiet for {timeout:.0f} s.")

    def sounding(self, within_s: float = 0.3) -> bool:
        """Whether there was sound just now."""
        newest = self.now()
        _, samples = self.heard(newest - within_s, newest)
        return bool((np.abs(samples.astype(np.int32)) > AUDIBLE).any())

    def _newest(self) -> float:
        return self._t0 + (self._first + self._samples.size) / RATE if np.isfinite(self._t0) else 0.0

    def _wait_more(self, deadline: float, otherwise: str) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or self._stopped:
            raise WorldError(otherwise)
        with self._changed:
            self._changed.wait(min(left, 0.5))

    def _run(self) -> None:
        command = ["parec", "-d", self.source, "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1"]
        command += [f"--latency-msec={LATENCY_MS}", "--client-name=ears"]
        while not self._stopped:
            process = spawn(command, env=self.server.env, stdout=subprocess.PIPE)
            self._process = process
            with contextlib.suppress(OSError, ValueError):  # the pipe is closed by stop()
                self._listen(process)
            end(process)
            if not self._stopped:
                time.sleep(0.2)  # the server is away: ask again

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with self._changed:  # a new stream has a new clock
            self._samples, self._first, self._t0 = np.zeros(0, np.int16), 0, float("inf")
        rest = b""
        count = 0
        pipe = process.stdout
        while pipe is not None and select.select([pipe], [], [], DEAF_S)[0]:
            if not (data := pipe.read1(65536)):  # type: ignore[attr-defined]
                return
            arrival = time.monotonic()
            data = rest + data
            even = len(data) & ~1
            rest = data[even:]
            block = np.frombuffer(data[:even], np.int16)
            count += block.size
            with self._changed:
                self._t0 = min(self._t0, arrival - count / RATE)
                self._samples = np.concatenate([self._samples, block])
                if self._samples.size > (KEEP_S + 10) * RATE:
                    drop = self._samples.size - KEEP_S * RATE
                    self._samples = self._samples[drop:]
                    self._first += drop
                self._changed.notify_all()


@dataclass(frozen=True)
class Spoken:
    """A sentence that was said: monotonic times of its first and last audible sample."""

    text: str
    start: float
    end: float


class CitizenVoice:
    """Speaks into the kiosk's microphone, one sentence after the other."""

    def __init__(self, server: SoundServer) -> None:
        self.server = server
        self._echo = Ears(server, "micpipe.monitor")
        self._queue: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="citizen-voice", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Be ready to speak."""
        self._echo.start()
        self._thread.start()

    def stop(self) -> None:
        """Fall silent."""
        self._stopped = True
        self._queue.put(None)
        if self._process is not None:
            end(self._process)
        if self._thread.is_alive():
            self._thread.join(5)
        self._echo.stop()

    def say(
        self,
        text: str,
        *,
        voice: str = "de+f2",
        speed: int = 160,
        noise_db: float | None = None,
        noise: str = "pink",
        seed: int = 0,
        loudness: float = 0.5,
        wait: bool = True,
    ) -> Spoken:
        """Say `text` with an espeak-ng `voice` at `speed` words a minute.

        `noise_db`: signal-to-noise ratio in dB of a `noise` (white, pink, babble) under the sentence and
        0.3 s before and after it; None is a silent room. `loudness`: peak, 0..1. Returns when everything
        was heard at the microphone, with the times of the sentence itself (at once and with the planned
        times if not `wait`). Raises WorldError when the sound server is away.
        """
        if not self.server.alive:
            raise WorldError("Nobody can speak: the sound server is not running.")
        speech = synthesise(text, voice, speed, loudness)
        wave = with_noise(speech, noise_db, noise, seed)
        begun = time.monotonic()
        self._queue.put(wave)
        margin = MARGIN_S if noise_db is not None else 0.0
        if not wait:
            return Spoken(text, begun + margin, begun + margin + speech.size / RATE)
        limit = begun + wave.size / RATE + 6.0
        self._echo.wait_until(begun + wave.size / RATE + 0.1, wave.size / RATE + 10)
        while True:
            since, recorded = self._echo.heard(begun - 0.1, limit)
            offset = find(wave, recorded)
            if offset is not None and since + (offset + wave.size) / RATE <= self._echo.now():
                start = since + offset / RATE + margin
                return Spoken(text, start, start + speech.size / RATE)
            if self._echo.now() > limit or not self.server.alive:
                loud = np.flatnonzero(np.abs(recorded.astype(np.int32)) > AUDIBLE)
                if not loud.size or not self.server.alive:
                    raise WorldError(f"What was said did not arrive at the microphone: {text!r}.")
                # a busy machine has torn holes into it: from the first to the last that can be heard
                return Spoken(
                    text, since + float(loud[0]) / RATE + margin, since + float(loud[-1]) / RATE - margin
                )
            self._echo.wait_until(self._echo.now() + 0.05)

    def _run(self) -> None:
        command = ["pacat", "-p", "-d", "micpipe", "--raw", "--format=s16le", f"--rate={RATE}"]
        command += ["--channels=1", f"--latency-msec={WHOLE_MS}", "--client-name=citizen"]
        lead = bytes(2 * LEAD)
        while (wave := self._queue.get()) is not None and not self._stopped:
            process = spawn(command, env=self.server.env, stdin=subprocess.PIPE)
            self._process = process
            with contextlib.suppress(OSError, ValueError):  # the server is away, or the pipe closed by stop()
                process.communicate(lead + wave.tobytes())
            end(process)


def synthesise(text: str, voice: str = "de", speed: int = 160, loudness: float = 0.5) -> Samples:
    """A sentence as samples at RATE, trimmed to what is audible, peak at `loudness`. Raises WorldError."""
    try:
        done = subprocess.run(
            ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", "--stdin"],
            input=text.encode(),
            capture_output=True,
            timeout=20,
            check=False,
        )
    except FileNotFoundError as missing:
        raise WorldError("espeak-ng is missing: install what requirements/apt.txt lists.") from missing
    head = done.stdout.find(b"data")
    if done.returncode or head < 0:
        raise WorldError(f"espeak-ng could not say {text!r} with the voice {voice!r}: is there such a voice?")
    raw = done.stdout[head + 8 :]
    samples = np.frombuffer(raw[: len(raw) & ~1], np.int16).astype(np.float64)
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not loud.size:
        raise WorldError(f"espeak-ng made no sound of {text!r}.")
    samples = samples[loud[0] : loud[-1] + 1]
    return np.asarray(samples * (loudness * 32767 / np.abs(samples).max()), np.int16)


def with_noise(speech: Samples, snr_db: float | None, kind: str = "pink", seed: int = 0) -> Samples:
    """The sentence in a room: noise at `snr_db` under it and MARGIN_S around it; None leaves it alone."""
    if snr_db is None:
        return speech
    margin = np.zeros(int(MARGIN_S * RATE))
    wave = np.concatenate([margin, speech.astype(np.float64), margin])
    room = make_noise(kind, wave.size, seed)
    level = np.sqrt(np.mean(speech.astype(np.float64) ** 2)) / 10 ** (snr_db / 20)
    wave += room * (level / np.sqrt(np.mean(room**2)))
    return np.asarray(np.clip(wave, -32768, 32767), np.int16)


def make_noise(kind: str, count: int, seed: int) -> NDArray[np.float64]:
    """`count` samples of white, pink (1/f) or babble-like noise (speech-shaped, four syllables a second)."""
    rng = np.random.default_rng(seed)
    white = rng.standard_normal(count)
    if kind == "white":
        return white
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    if kind == "pink":
        return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 20.0)), count))
    if kind == "babble":
        shape = 1 / (1 + (hertz / 500.0) ** 2) * (hertz > 100)
        out = np.zeros(count)
        seconds = np.arange(count) / RATE
        for _ in range(4):
            voice = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) * shape, count)
            syllables = 0.5 + 0.5 * np.sin(2 * np.pi * (rng.uniform(3, 5) * seconds + rng.uniform()))
            out += voice * syllables
        return out
    raise WorldError(f"There is no noise {kind!r}: choose white, pink or babble.")


def find(wave: Samples, recorded: Samples) -> int | None:
    """Where `wave` begins in `recorded` (cross-correlation), or None when it is not (wholly) there."""
    if recorded.size < wave.size:
        return None
    size = 1 << (recorded.size + wave.size).bit_length()
    a = np.fft.rfft(recorded.astype(np.float64), size)
    b = np.fft.rfft(wave.astype(np.float64), size)
    match = np.fft.irfft(a * np.conj(b), size)[: recorded.size - wave.size + 1]
    best = int(np.argmax(match))
    energy = float(np.sum(wave.astype(np.float64) ** 2))
    return best if match[best] > 0.4 * energy else None


def spoken_number(text: str) -> str:
    """Digits one by one as a German would say them, e.g. for a number on a ticket."""
    words = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    return re.sub(r"\d", lambda digit: f" {words[int(digit.group())]} ", text).strip()
