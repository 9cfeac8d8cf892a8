"""The citizen's voice and ears through a real sound server; stamps are compared in samples of the wave."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from simulator.processes import WorldError, until
from simulator.voice import RATE, CitizenVoice, Ears, SoundServer, find, make_noise, synthesise, with_noise

BLOCK = RATE // 50  # 20 ms
NEAR = 0.15 * RATE  # samples by which two streams of a busy machine may differ
PATIENCE_S = 60

# In place of parec: hands out a wave block by block, two of three later than they were heard.
HEARING = f"""#!{sys.executable}
import sys, time
from pathlib import Path
here = Path(__file__).parent
wave = (here / "wave").read_bytes()
begun = time.monotonic()
(here / "begun").write_text(str(begun))
for number, at in enumerate(range(0, len(wave), {2 * BLOCK})):
    due = begun + (number + 1) * {BLOCK / RATE} + number % 3 * 0.02
    time.sleep(max(0.0, due - time.monotonic()))
    sys.stdout.buffer.write(wave[at : at + {2 * BLOCK}])
    sys.stdout.buffer.flush()
time.sleep({PATIENCE_S})
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    server = SoundServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def ears(server: SoundServer) -> Iterator[Ears]:
    ears = Ears(server)
    ears.start()
    yield ears
    ears.stop()


@pytest.fixture
def voice(server: SoundServer) -> Iterator[CitizenVoice]:
    voice = CitizenVoice(server)
    voice.start()
    yield voice
    voice.stop()


def play(server: SoundServer, wave: np.ndarray) -> float:
    """Play a wave on the loudspeaker as the kiosk would; returns when its first sample was written."""
    code = (
        "import sys, time, numpy as np, sounddevice as sd\n"
        "wave = np.frombuffer(sys.stdin.buffer.read(), 'int16')\n"
        f"out = sd.OutputStream({RATE}, 220, 'pulse', 1, 'int16', 0.02)\n"
        "out.start()\n"
        f"out.write(np.zeros({RATE} // 2, 'int16'))\n"
        "print(time.monotonic(), flush=True)\n"
        "out.write(wave)\n"
        f"out.write(np.zeros({RATE} // 2, 'int16'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=wave.tobytes(), env=os.environ | server.env, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return float(done.stdout)


def bursts(gap_s: float) -> np.ndarray:
    tone = (12000 * np.sign(np.sin(np.arange(RATE // 10) * 0.3))).astype(np.int16)
    return np.concatenate([tone, np.zeros(int(gap_s * RATE), np.int16), tone])


def test_ears_stamp_a_sound_where_it_lies_in_the_wave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = np.zeros(RATE // 2, np.int16)
    (tmp_path / "wave").write_bytes(np.concatenate([before, bursts(gap_s=0.75), before]).tobytes())
    program = tmp_path / "parec"
    program.write_text(HEARING, encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    ears = Ears(SoundServer(tmp_path))
    ears.start()
    try:
        begun = float((tmp_path / "begun").read_text())
        ears.wait_until(begun + 1.9)
        first = ears.wait_sound(begun)
        silent = ears.wait_silence(first, quiet_s=0.3)
        second = ears.wait_sound(first + 0.5)
    finally:
        ears.stop()

    # the second burst begins 0.1 s + 0.75 s after the first: true to a sample or two
    assert abs((second - first) * RATE - 0.85 * RATE) < 4
    assert abs((silent - first) * RATE - 0.1 * RATE) < 4
    # no block comes before it was heard, and of those that come late the least late one counts
    assert -4 < (first - begun - 0.5) * RATE < NEAR


def test_what_the_kiosk_plays_is_heard_after_it_was_written_with_the_silence_in_it(
    server: SoundServer, ears: Ears
) -> None:
    written = play(server, bursts(gap_s=0.75))
    first = ears.wait_sound(written - NEAR / RATE)
    silent = ears.wait_silence(first, quiet_s=0.3)
    second = ears.wait_sound(first + 0.5)
    assert written - NEAR / RATE < first < silent < second
    assert second - silent > 0.3
    assert first < time.monotonic()


def test_what_the_citizen_says_arrives_at_the_microphone_with_true_times(
    server: SoundServer, voice: CitizenVoice
) -> None:
    microphone = Ears(server, "mic")
    microphone.start()
    try:
        spoken = voice.say("Guten Tag, mein Personalausweis läuft ab.", voice="de+m3")
        length = synthesise("Guten Tag, mein Personalausweis läuft ab.", "de+m3").size
        assert abs((spoken.end - spoken.start) * RATE - length) < 2

        microphone.wait_until(spoken.end + 0.4)
        assert abs((microphone.wait_sound(spoken.start - 0.5) - spoken.start) * RATE) < NEAR
        assert abs((microphone.wait_silence(spoken.start, 0.3) - spoken.end) * RATE) < NEAR
    finally:
        microphone.stop()


def test_a_machine_that_stands_still_while_somebody_speaks_tears_no_hole_into_the_sentence(
    server: SoundServer, voice: CitizenVoice, ears: Ears
) -> None:
    microphone = Ears(server, "mic")
    microphone.start()
    try:
        sentence = synthesise("Ich möchte meinen neuen Personalausweis abholen.", "de+m3", 160, 0.5)
        begun = time.monotonic()
        planned = voice.say("Ich möchte meinen neuen Personalausweis abholen.", voice="de+m3", wait=False)
        microphone.wait_sound(begun)
        server.freeze()
        time.sleep(0.4)  # the machine stands still: nothing tells when it does
        server.thaw()
        microphone.wait_until(planned.end + 1.5)
        _, recorded = microphone.heard(begun, planned.end + 1.5)
        at = find(sentence, recorded)
        assert at is not None
        assert (recorded[at : at + sentence.size] == sentence).all()
    finally:
        microphone.stop()


def test_noise_surrounds_a_sentence_but_does_not_move_its_times(voice: CitizenVoice) -> None:
    plain = voice.say("Ja.", voice="de+f3")
    noisy = voice.say("Ja.", voice="de+f3", noise_db=20, seed=7)
    assert abs((noisy.end - noisy.start) - (plain.end - plain.start)) * RATE < 2


@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
def test_noise_has_the_ratio_that_was_asked_for(kind: str) -> None:
    speech = synthesise("Was kostet das denn?")
    wave = with_noise(speech, 20, kind, seed=3).astype(float)
    margin = (wave.size - speech.size) // 2
    noise = np.concatenate([wave[:margin], wave[-margin:]])
    ratio = 20 * np.log10(np.sqrt(np.mean(speech.astype(float) ** 2)) / np.sqrt(np.mean(noise**2)))
    assert 17 < ratio < 23
    assert (make_noise(kind, 100, 3) == make_noise(kind, 100, 3)).all()


def test_voice_and_ears_come_back_after_the_sound_server_died(
    server: SoundServer, voice: CitizenVoice, ears: Ears
) -> None:
    streams = server.streams()
    server.kill()
    with pytest.raises(WorldError, match="sound server is not running"):
        voice.say("Hallo?")
    server.restart()
    again = time.monotonic()
    until(lambda: server.streams() == streams, PATIENCE_S, "The ears did not come back.")
    assert voice.say("Hallo!").end > again
    ears.wait_until(time.monotonic())


def test_an_unplugged_microphone_is_replaced_by_no_other_source(server: SoundServer) -> None:
    record = "import sounddevice as sd; sd.rec(160, samplerate=16000, channels=1, device='pulse'); sd.wait()"

    def recorded() -> int:
        return subprocess.run(
            [sys.executable, "-c", record], env=os.environ | server.env, capture_output=True
        ).returncode

    assert recorded() == 0
    server.remove_microphone()
    assert recorded() != 0
    server.restore_microphone()
    assert recorded() == 0


def test_a_path_too_long_for_a_socket_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="too long for a socket"):
        SoundServer(tmp_path / ("long" * 30))


def test_a_voice_that_does_not_exist_is_named() -> None:
    with pytest.raises(WorldError, match="klingonisch"):
        synthesise("Guten Tag", "klingonisch")
