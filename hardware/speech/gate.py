"""The voice activity gate before the recogniser: where speech begins and ends, sample by sample."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE

BLOCK_S: Final = HEARING_BLOCK / HEARING_RATE
PRE_ROLL: Final = 10  # blocks before the gate opens that the recogniser gets too: soft first phonemes
OPENS: Final = 0.5  # probability of speech
STAYS: Final = 0.35
OPENING: Final = 2  # voiced blocks that open the gate
SLICE: Final = 128  # samples, 8 ms: how finely the last voiced sample is sought
QUIETEST: Final = 12.0  # root mean square that nobody speaks below
OVER_NOISE: Final = 3.0  # times the noise before the utterance: the loud moments of people who talk behind …
MOST: Final = 0.5  # … but no more than this share of the utterance's loudest slice
OPENS_OVER_NOISE: Final = 1.4  # times the noise: people talk behind the one who stands here
SETTLED: Final = 16  # blocks after which the noise is known
OF_PEAK: Final = 0.015  # share of the utterance's loudest slice
OVER_ECHO: Final = 2.0  # times what may be left of the colleague's own voice


@dataclass(frozen=True)
class Block:
    """512 samples of 16-bit 16 kHz mono, and the monotonic time of the first."""

    at: float
    samples: bytes

    @property
    def until(self) -> float:
        """Monotonic time just after the last sample."""
        return self.at + BLOCK_S


class Gate:
    """Fed block by block; tells which blocks belong to an utterance.

    `is_open`: an utterance runs. `began`, `last_voice`: monotonic times of its first and last voiced
    sample so far. `voiced_s`: seconds of voice in it. `over_noise`: its loudest moment, as a multiple of
    the noise before it.
    """

    def __init__(self, probability: Callable[[bytes], float]) -> None:
        self._probability = probability
        self._before: deque[Block] = deque(maxlen=PRE_ROLL)
        self._noise = 0.0
        self._heard = 0
        self._peak = 0.0
        self._row = 0
        self._levels: list[tuple[float, float]] = []  # time and level of the utterance's blocks
        self.is_open = False
        self.began = 0.0
        self.last_voice = 0.0
        self.voiced_s = 0.0

    @property
    def noise(self) -> float:
        """Mean level of the noise before the utterance."""
        return self._noise

    @property
    def over_noise(self) -> float:
        """See above."""
        return self._peak / max(self._noise, 1.0)

    def level(self, start: float, end: float) -> float:
        """Mean level of the utterance between two times."""
        levels = [level for at, level in self._levels if start - BLOCK_S < at < end]
        return sum(levels) / len(levels) if levels else 0.0

    def shut(self) -> None:
        """Forget the running utterance and all audio."""
        self._before.clear()
        self._row = 0
        self.is_open = False

    def feed(self, block: Block, echo: float = 0.0) -> list[Block]:
        """The blocks for the recogniser: none, this one, or at the opening those before it too.

        `echo`: level of what may be left of the colleague's own voice in it.
        """
        voiced = self._probability(block.samples) >= (STAYS if self.is_open else OPENS)
        levels = _levels(block.samples)
        if self.is_open:
            self._follow(block, voiced, levels, echo)
            return [block]
        self._before.append(block)
        level = float(levels.mean())
        stands_out = self._heard < SETTLED or level > OPENS_OVER_NOISE * self._noise
        stands_out = stands_out and level > OVER_ECHO * echo
        # a murmur of voices is noise as well, but the first sounds of an utterance shall not raise it
        keeps = 0.98 if voiced else 0.9
        self._noise = level if not self._heard else keeps * self._noise + (1 - keeps) * level
        self._heard += 1
        if not voiced or not stands_out:
            self._row = 0
            return []
        self._row += 1
        if self._row < OPENING:
            return []
        return self._open(echo)

    def _open(self, echo: float) -> list[Block]:
        blocks = list(self._before)
        self._before.clear()
        self.is_open = True
        self.began = blocks[-self._row].at
        self.last_voice = self.began
        self.voiced_s = 0.0
        self._peak = 0.0
        self._levels = [(block.at, float(_levels(block.samples).mean())) for block in blocks[: -self._row]]
        for block in blocks[-self._row :]:
            self._follow(block, True, _levels(block.samples), echo)
        self._row = 0
        return blocks

    def _follow(self, block: Block, voiced: bool, levels: NDArray[np.float64], echo: float) -> None:
        self._levels.append((block.at, float(levels.mean())))
        if not voiced:
            return
        self._peak = max(self._peak, float(levels.max()))
        noise = min(OVER_NOISE * self._noise, MOST * self._peak)
        floor = max(QUIETEST, noise, OF_PEAK * self._peak, OVER_ECHO * echo)
        loud = np.flatnonzero(levels > floor)
        if loud.size:
            self.voiced_s += BLOCK_S
            self.last_voice = block.at + (int(loud[-1]) + 1) * SLICE / HEARING_RATE


def _levels(samples: bytes) -> NDArray[np.float64]:
    """Root mean squares of the slices of a block."""
    slices = np.frombuffer(samples, np.int16).astype(np.float64).reshape(-1, SLICE)
    levels: NDArray[np.float64] = np.sqrt((slices**2).mean(axis=1))
    return levels
