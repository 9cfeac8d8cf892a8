"""Takes the colleague's own voice out of what the microphone hears.

What the loudspeaker plays is known sample by sample, so a filter learns what the room makes of it, and
that is subtracted: a partitioned-block frequency-domain Kalman filter (G. Enzner, P. Vary, "Frequency-domain
adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal Processing 86, 2006;
F. Kuech, E. Mabande, G. Enzner, "State-space architecture of the partitioned-block-based acoustic echo
controller", ICASSP 2014). It knows how wrong it may be, so nobody has to tell it when two people talk.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE, SPEAKING_RATE

PARTITIONS: Final = 20  # blocks, 0.64 s: the delay of both sound buffers and the room's reverberation
SIZE: Final = 2 * HEARING_BLOCK
KEEPS: Final = 0.999  # of the learnt room from block to block: people and doors move
PRIOR: Final = 0.1  # power of an unknown room's answer at its beginning, -10 dB …
PRIOR_DECAY: Final = 0.7  # … and how it sinks from block to block
SMOOTH: Final = 0.7  # of the spectrum of everything that is no echo
LEAST: Final = 1e-9
LEARNT: Final = 1e-4 * SIZE  # power of a room's answer that is one, -40 dB
ALMOST_ALL: Final = 0.99
ALERT: Final = 0.03  # of PRIOR: what may always have changed, e.g. headphones unplugged
HARM: Final = 0.9  # smoothing of the powers before and after …
ADDS: Final = 1.25  # … of which this is harm: the delay jumped
LITTLE: Final = 0.5  # … and this no great help: what it believes to be left is half a guess
SAME_CLOCK_S: Final = 0.01  # both clocks are read through a scheduler: less is no other delay
FULL_SCALE: Final = 32768.0

Floats = NDArray[np.float64]


@dataclass
class _Piece:
    """Reference samples from the microphone's sample `first` on."""

    first: int
    samples: Floats

    @property
    def end(self) -> int:
        return self.first + self.samples.size


class Reference:
    """What the loudspeaker plays, on the microphone's time line.

    The loudspeaker counts its samples, the microphone its own; the times of both streams tell once how
    far the counts are apart. That stays until the times contradict it, since a filter follows a steady
    delay only.
    """

    def __init__(self) -> None:
        self._pieces: deque[_Piece] = deque()
        self._apart: float | None = None

    def forget(self) -> None:
        """The microphone counts anew."""
        self._pieces.clear()
        self._apart = None

    def play(self, samples: bytes, count: int, at: float, heard_from: float) -> bool:
        """A piece of the loudspeaker begins: its `count`th sample, handed out at the time `at`.

        `heard_from`: time of the microphone's sample 0. Returns whether the delay is another than before.
        """
        apart = at - count / SPEAKING_RATE - heard_from
        moved = self._apart is None or abs(apart - self._apart) > SAME_CLOCK_S
        if self._apart is None or moved:
            self._apart = apart
        first = (count / SPEAKING_RATE + self._apart) * HEARING_RATE
        whole = int(np.floor(first))
        self._pieces.append(_Piece(whole, resampled(np.frombuffer(samples, np.int16), first - whole)))
        return moved

    def cut(self, count: int, heard_from: float) -> float:
        """The loudspeaker fell silent at its `count`th sample; when that was."""
        if self._apart is None:
            return heard_from
        end = round((count / SPEAKING_RATE + self._apart) * HEARING_RATE)
        for piece in self._pieces:
            piece.samples = piece.samples[: max(0, end - piece.first)]
        return heard_from + end / HEARING_RATE

    def block(self, first: int) -> Floats | None:
        """The microphone's block from sample `first` on; None where nothing was played."""
        while self._pieces and self._pieces[0].end <= first:
            self._pieces.popleft()
        found: Floats | None = None
        for piece in self._pieces:
            begin, end = max(first, piece.first), min(first + HEARING_BLOCK, piece.end)
            if begin < end:
                found = np.zeros(HEARING_BLOCK) if found is None else found
                found[begin - first : end - first] += piece.samples[begin - piece.first : end - piece.first]
        return found


def resampled(samples: NDArray[np.int16], late: float) -> Floats:
    """At the microphone's rate, full scale 1, `late` samples (less than one) later."""
    size = 441 * (-(-samples.size // 441) + 2)  # 320 of the microphone's are 441 of the loudspeaker's
    count = size // 441 * 320
    spectrum = np.fft.rfft(samples / FULL_SCALE, size)[: count // 2 + 1]
    spectrum *= np.exp(-2j * np.pi * np.arange(spectrum.size) * late / count)
    return np.asarray(np.fft.irfft(spectrum, count) * (count / size))


class Canceller:
    """Fed block by block with what was played and heard; not thread-safe."""

    def __init__(self) -> None:
        shape = (PARTITIONS, HEARING_BLOCK + 1)
        self._played = np.zeros(shape, complex)  # spectra of the last blocks, the newest first
        self._before: Floats = np.zeros(HEARING_BLOCK)
        self._room = np.zeros(shape, complex)
        self._unsure = np.zeros(shape)
        self._other = np.full(HEARING_BLOCK + 1, LEAST)  # spectrum of what is no echo
        self._silent = PARTITIONS + 1  # blocks since something was played
        self._prior = PRIOR * PRIOR_DECAY ** np.arange(PARTITIONS)[:, np.newaxis]
        self._levels = np.zeros(2)  # power before and after
        self.unlearn()

    def unlearn(self) -> None:
        """The room or the delay is another: what was learnt may be wrong."""
        np.maximum(self._unsure, self._prior, out=self._unsure)

    @property
    def reach_s(self) -> float:
        """How long after it was handed to the sound server a sound is still heard; 0 until that is learnt."""
        reached = np.cumsum(np.sum(np.abs(self._room) ** 2, axis=1))
        if reached[-1] < LEARNT:
            return 0.0
        return float(np.argmax(reached > ALMOST_ALL * reached[-1]) + 1) * HEARING_BLOCK / HEARING_RATE

    def skip(self) -> None:
        """Blocks were left out."""
        self._played[:] = 0
        self._before = np.zeros(HEARING_BLOCK)
        self._silent = PARTITIONS + 1

    def clean(self, heard: bytes, played: Floats | None) -> tuple[bytes, float]:
        """A block without the echo of what was played, and how much echo may be left (root mean square)."""
        self._silent = 0 if played is not None else self._silent + 1
        if self._silent > PARTITIONS:
            return heard, 0.0
        now = played if played is not None else np.zeros(HEARING_BLOCK)
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate((self._before, now)))
        self._before = now
        power = np.abs(self._played) ** 2
        echo = np.fft.irfft((self._room * self._played).sum(axis=0))[HEARING_BLOCK:]
        microphone = np.frombuffer(heard, np.int16) / FULL_SCALE
        rest = microphone - echo
        error = np.fft.rfft(np.concatenate((np.zeros(HEARING_BLOCK), rest)))
        left = 0.5 * (self._unsure * power).sum(axis=0)
        self._other = SMOOTH * self._other + (1 - SMOOTH) * np.abs(error) ** 2
        self._learn(error, power, left)
        self._check(microphone, rest)
        level = float(np.sqrt(2 * left.sum() / SIZE / HEARING_BLOCK)) * FULL_SCALE
        if self._levels[1] > LITTLE * self._levels[0]:
            level /= 2
        samples = np.clip(rest * FULL_SCALE, -32768, 32767).astype(np.int16).tobytes()
        return samples, level

    def _learn(self, error: NDArray[np.complex128], power: Floats, left: Floats) -> None:
        step = self._unsure / (left + self._other + LEAST)
        change = np.fft.irfft(step * self._played.conj() * error, axis=1)
        change[:, HEARING_BLOCK:] = 0
        self._room = KEEPS * (self._room + np.fft.rfft(change, axis=1))
        self._unsure *= KEEPS**2 * np.maximum(1 - 0.5 * step * power, 0)
        self._unsure += (1 - KEEPS**2) * np.maximum(np.abs(self._room) ** 2, ALERT * self._prior)

    def _check(self, before: Floats, after: Floats) -> None:
        """Begin anew where the filter does harm: the delay jumped."""
        self._levels *= HARM
        self._levels += (1 - HARM) * np.array([np.mean(before**2), np.mean(after**2)])
        if self._levels[1] > ADDS * self._levels[0]:
            self._room[:] = 0
            self._levels[:] = 0
            self.unlearn()
