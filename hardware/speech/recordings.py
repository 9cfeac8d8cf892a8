"""What the ear makes of recordings: the gate and recognisers of a visit, with the samples as the clock."""

from __future__ import annotations

import time
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hardware.ports import HearingEvent, Unintelligible, Utterance
from hardware.speech.ear import Ear, Listen, Speak
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE
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
        samples = read(file)
        began, first = time.perf_counter(), self._now
        self._events.clear()
        self._ear.do(Listen(on=True, expect=self._expect))
        silence = np.zeros(int(AFTER_S * HEARING_RATE) + HEARING_BLOCK, np.int16)
        wide = np.concatenate((samples, silence))
        for start in range(0, len(wide) - HEARING_BLOCK + 1, HEARING_BLOCK):
            block = Block(self._now, wide[start : start + HEARING_BLOCK].tobytes())
            self._now += BLOCK_S
            self._ear.do(block)
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


def read(file: Path) -> NDArray[np.int16]:
    """The samples of a 16-bit WAV file of one channel, at the ear's rate. Raises RecordingError."""
    try:
        with wave.open(str(file), "rb") as recording:
            if recording.getsampwidth() != 2 or recording.getnchannels() != 1:
                raise RecordingError(f"{file}: record 16 bits and one channel")
            rate = recording.getframerate()
            if recording.getnframes() > LONGEST_S * rate:
                raise RecordingError(f"{file}: longer than {LONGEST_S} s; cut it")
            samples = np.frombuffer(recording.readframes(recording.getnframes()), np.int16)
    except OSError as error:
        raise RecordingError(f"{file} cannot be read ({error.strerror}); name another file") from error
    except (wave.Error, EOFError) as error:
        raise RecordingError(f"{file} is no WAV file; record 16 bits and one channel") from error
    if rate == HEARING_RATE or not samples.size:
        return samples
    spectrum = np.fft.rfft(samples)
    count = round(len(samples) * HEARING_RATE / rate)
    kept = np.zeros(count // 2 + 1, complex)
    kept[: min(len(kept), len(spectrum))] = spectrum[: len(kept)]
    resampled = np.fft.irfft(kept, count) * (HEARING_RATE / rate)
    return np.asarray(np.clip(resampled, -32768, 32767), np.int16)
