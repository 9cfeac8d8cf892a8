"""The room between loudspeaker and microphone: its echo, and the people who talk in it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.voice import RATE, Samples, synthesise

REVERBERATION_S = 0.3
TALKERS = ("de+m1", "de+f1", "de+m5", "de+f3", "en-gb+m2", "en-us+f2", "de+m8", "de+f5")
TALK = (
    "Ich war gestern auch schon hier und habe fast eine Stunde gewartet.",
    "Wir müssen noch zum Einkaufen, und dann fahren wir nach Hause.",
    "Hast du die Nummer gesehen, die eben aufgerufen wurde?",
    "Der Bus kommt erst in zwanzig Minuten, wir haben also Zeit.",
    "It was raining all morning, so we took the train instead.",
    "My sister said that the office moved to the second floor.",
    "Das Wetter soll am Wochenende wieder besser werden.",
    "Kannst du mal kurz auf meine Tasche aufpassen?",
)


def impulse_response(level_db: float, delay_s: float = 0.02, seed: int = 0) -> NDArray[np.float64]:
    """What of a loudspeaker comes back to the microphone: one direct path and a decaying room.

    `level_db`: level of the whole echo against what was played, e.g. -10; `delay_s` until it begins.
    """
    rng = np.random.default_rng(seed)
    count = int(REVERBERATION_S * RATE)
    room = 0.3 * rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count) / np.sqrt(RATE / 500)
    room[0] = 1.0
    room *= 10 ** (level_db / 20) / np.sqrt(np.sum(room**2))
    return np.concatenate([np.zeros(int(delay_s * RATE)), room])


def babble(seconds: float, seed: int = 0, voices: int = 6) -> NDArray[np.float64]:
    """People talking at once, each a sentence after the other; root mean square 1."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    mixed = np.zeros(count)
    for talker in rng.permutation(len(TALKERS))[:voices]:
        words = rng.permutation(len(TALK))
        speech = np.concatenate([_talk(int(talker), int(number)) for number in words[:3]])
        speech = np.resize(np.roll(speech, int(rng.integers(speech.size))), count)
        mixed += speech / np.sqrt(np.mean(speech**2)) * rng.uniform(0.5, 1.0)
    return np.asarray(mixed / np.sqrt(np.mean(mixed**2)))


_said: dict[tuple[int, int], NDArray[np.float64]] = {}


def _talk(talker: int, number: int) -> NDArray[np.float64]:
    if (talker, number) not in _said:
        _said[talker, number] = synthesise(TALK[number], TALKERS[talker]).astype(np.float64)
    return _said[talker, number]


def in_babble(speech: Samples, snr_db: float | None, seed: int, around_s: float = 1.0) -> Samples:
    """A sentence with `around_s` of the room before and after it; `snr_db` None is a silent room."""
    silence = np.zeros(int(around_s * RATE))
    wide = np.concatenate([silence, speech.astype(np.float64), silence])
    if snr_db is not None:
        level = np.sqrt(np.mean(speech.astype(np.float64) ** 2)) / 10 ** (snr_db / 20)
        wide += level * babble(wide.size / RATE + 0.01, seed)[: wide.size]
    return np.asarray(np.clip(wide, -32768, 32767), np.int16)


def echo(played: Samples, response: NDArray[np.float64]) -> NDArray[np.float64]:
    """What comes back of something that was played, to the end of the reverberation."""
    size = 1 << (played.size + response.size).bit_length()
    wet = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(response, size), size)
    return np.asarray(wet[: played.size + response.size])


def save(file: Path, samples: Samples, played: Samples | None = None) -> None:
    """Write a WAV file; `played`: what the loudspeaker played meanwhile, as a second channel."""
    if played is not None:
        rest = np.zeros(max(0, samples.size - played.size), np.int16)
        samples = np.stack((samples, np.concatenate((played, rest))[: samples.size]), axis=1)
    with wave.open(str(file), "wb") as recording:
        recording.setnchannels(1 if played is None else 2)
        recording.setsampwidth(2)
        recording.setframerate(RATE)
        recording.writeframes(samples.tobytes())
