"""What the ear makes of recordings: canceller, gate and recognisers of a visit; the samples are the clock.

A file of two channels is the microphone, and what the loudspeaker played meanwhile; in a text file of that
name beside it may stand what the colleague says there.
"""

from __future__ import annotations

import time
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hardware.ports import HearingEvent, Unintelligible, Utterance
from hardware.speech.ear import Ear, Listen, Played, Speak, Speaking
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE, SPEAKING_RATE
from hardware.speech.gate import BLOCK_S, Block
from hardware.speech.settings import SpeechSettings

LONGEST_S: Final = 120
AFTER_S: Final = 1.2  # silence behind a recording, in which its last utterance ends


class RecordingError(Exception):
    """A file cannot be heard; the message is one sentence."""


class Recordings:
    """Hears one file after the other. Raises ModelError."""

    def __init__(self, settings: SpeechSettings, lang: str = "de", expect: str = "sentence") -> None:
        self._events: list[tuple[HearingEvent, float]] = []
        self._now = 0.0
        self._expect = expect
        self._ear = Ear(settings, lambda event: self._events.append((event, self._now)))
        self._ear.do(Speak(lang))

    def hear(self, file: Path) -> dict[str, Any]:
        """`file`, `text` (utterances put together), `utterances` (text, confidence, start_s and end_s of
        the voice, told_s when it was complete, all counted from the file's first sample), `unintelligible`
        (how many), `ms` of computing. Raises RecordingError.
        """
        samples, played = read(file)
        began, first = time.perf_counter(), self._now
        self._events.clear()
        self._ear.do(Listen(on=True, expect=self._expect))
        self._play(played, file.with_suffix(".txt"))
        for start in range(0, len(samples) - HEARING_BLOCK + 1, HEARING_BLOCK):
            self._hear(samples[start : start + HEARING_BLOCK].tobytes())
        # silence only where the last utterance has not ended: to the ear the room is never that quiet
        until = self._now + AFTER_S
        while self._ear.busy and self._now < until:
            self._hear(bytes(2 * HEARING_BLOCK))
        self._ear.do(Listen(on=False))
        utterances = [
            {
                "text": event.text,
                "confidence": round(event.confidence, 3),
                "start_s": round(event.started_at - first, 3),
                "end_s": round(event.ended_at - first, 3),
                "told_s": round(at - first, 3),
            }
            for event, at in self._events
            if isinstance(event, Utterance)
        ]
        return {
            "file": str(file),
            "text": " ".join(str(utterance["text"]) for utterance in utterances),
            "utterances": utterances,
            "unintelligible": sum(isinstance(event, Unintelligible) for event, _ in self._events),
            "ms": round((time.perf_counter() - began) * 1000),
        }

    def _hear(self, samples: bytes) -> None:
        block = Block(self._now, samples)
        self._now += BLOCK_S
        self._ear.do(block)

    def _play(self, played: NDArray[np.int16], text: Path) -> None:
        """Tell the ear what the loudspeaker plays from now on, and what the colleague says with it."""
        loud = np.flatnonzero(played)
        if not loud.size:
            return
        count = round(self._now * SPEAKING_RATE)
        self._ear.do(Played(played.tobytes(), count, count / SPEAKING_RATE))
        if text.is_file():
            said = text.read_text(encoding="utf-8").strip()
            self._ear.do(Speaking(said, self._now + loud[0] / SPEAKING_RATE))
            self._ear.do(Speaking(None, self._now + loud[-1] / SPEAKING_RATE))


def read(file: Path) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The microphone's samples of a 16-bit WAV file at the ear's rate, and the loudspeaker's at its own.

    Raises RecordingError.
    """
    try:
        with wave.open(str(file), "rb") as recording:
            channels = recording.getnchannels()
            if recording.getsampwidth() != 2 or channels not in (1, 2):
                raise RecordingError(
                    f"{file}: record 16 bits, and one channel or the loudspeaker as a second"
                )
            rate = recording.getframerate()
            if recording.getnframes() > LONGEST_S * rate:
                raise RecordingError(f"{file}: longer than {LONGEST_S} s; cut it")
            samples = np.frombuffer(recording.readframes(recording.getnframes()), np.int16)
    except OSError as error:
        raise RecordingError(f"{file} cannot be read ({error.strerror}); name another file") from error
    except (wave.Error, EOFError) as error:
        raise RecordingError(f"{file} is no WAV file; record 16 bits and one channel") from error
    microphone = _at_rate(samples[::channels], rate, HEARING_RATE)
    return microphone, _at_rate(samples[1::channels], rate, SPEAKING_RATE) if channels == 2 else samples[:0]


def _at_rate(samples: NDArray[np.int16], rate: int, wanted: int) -> NDArray[np.int16]:
    if rate == wanted or not samples.size:
        return samples
    spectrum = np.fft.rfft(samples)
    count = round(len(samples) * wanted / rate)
    kept = np.zeros(count // 2 + 1, complex)
    kept[: min(len(kept), len(spectrum))] = spectrum[: len(kept)]
    resampled = np.fft.irfft(kept, count) * (wanted / rate)
    return np.asarray(np.clip(resampled, -32768, 32767), np.int16)
