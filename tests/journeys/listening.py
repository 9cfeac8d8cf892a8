"""A citizen who sees nothing: five keys under the fingers, the kiosk's sound in the ears.

What the kiosk says is told by comparing what was heard with what its own voice makes of a sentence.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from playwright.sync_api import Page

from hardware.speech import frames
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice, trimmed
from simulator.citizens.screen import Screen
from simulator.processes import end, spawn
from simulator.voice import AUDIBLE, RATE, Ears, Samples

ROOT = Path(__file__).resolve().parents[2]
PIECE = round(0.25 * RATE)
SAME = 0.9  # correlation of a piece of a sentence with itself, against 1
MOST = 0.75  # share of the pieces; a busy machine may tear a hole into a sentence
SLIP = round(0.3 * RATE)  # and push its rest back by this
BREATH = round(0.025 * RATE)  # silence before something new is said
ENOUGH_S = 0.65  # of something else, to know that it is not what one waits for
ANSWER_S = 20.0
MOST_KEYS = 110


class OwnVoice:
    """What the kiosk's synthesiser makes of a German sentence: the same program with the same order."""

    def __init__(self) -> None:
        silent = SpeechSettings(ROOT, microphone="none", speaker="none")
        self._voice = Pyttsx3Voice(silent, SoundDevice(silent))
        self._child = spawn(
            [sys.executable, "-m", "hardware.speech.render"],
            env={"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._made: dict[tuple[str, float], Samples] = {}
        self._answer(frames.READY)

    def wave(self, sentence: str, speed: float) -> Samples:
        """The sentence as it comes out of the loudspeaker."""
        if (sentence, speed) not in self._made:
            order = self._voice._order(sentence, "de", speed)
            text = f"{order.voice}\n{order.spoken}".encode()
            assert self._child.stdin is not None
            self._child.stdin.write(
                frames.pack(frames.RENDER, frames.ORDER.pack(1, order.words_a_minute) + text)
            )
            self._child.stdin.flush()
            self._made[sentence, speed] = trimmed(self._answer(frames.WAVE)[frames.NUMBER.size :])
        return self._made[sentence, speed]

    def _answer(self, wanted: bytes) -> bytes:
        found = frames.read(cast("BinaryIO", self._child.stdout))
        assert found is not None
        assert found[0] == wanted, found
        return found[1]

    def close(self) -> None:
        end(self._child)


class Listener:
    """Presses keys and listens; `speed` is what the kiosk's voice was told."""

    def __init__(self, screen: Screen, ears: Ears, voice: OwnVoice) -> None:
        self._screen = screen
        self.ears = ears
        self._voice = voice
        self.speed = 1.0
        self._pressed = time.monotonic()

    def press(self, *keys: str) -> None:
        """Press keys, quickly, one after the other."""

        def strike(page: Page) -> None:
            for key in keys[:-1]:
                page.keyboard.press(key)
            self._pressed = time.monotonic()
            page.keyboard.press(keys[-1])

        self._screen.do(strike)

    def hear(self, *sentences: str, since: float | None = None, timeout: float = ANSWER_S) -> str:
        """Wait until one of the sentences was said after the last key. Fails telling which were expected."""
        after = self._pressed if since is None else since
        deadline = time.monotonic() + timeout
        while True:
            for sentence in sentences:
                if self._said(sentence, after):
                    return sentence
            assert time.monotonic() < deadline, f"never heard: {sentences}"
            self._more()

    def was_said(self, sentence: str, since: float) -> bool:
        """Whether the sentence was said after that time."""
        return self._said(sentence, since)

    def find(self, sentence: str, key: str = "ArrowDown", skip: int = 0) -> None:
        """Go on, element by element, until this is said of one; `skip` so many without listening to them."""
        if skip:
            self.press(*[key] * skip)
        for _ in range(MOST_KEYS):
            self.press(key)
            if self._is_it(sentence):
                return
        raise AssertionError(f"{MOST_KEYS} keys and never heard: {sentence}")

    def write(self, signs: str, wheel: str) -> None:
        """Write with the wheel, which stands at its beginning: each sign is heard before it is taken."""
        at = 1 if wheel.startswith(" ") else 0
        for sign in signs.upper():
            steps = wheel.index(sign) - at
            at += steps
            if steps:
                self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
                self.hear("Leerzeichen" if sign == " " else sign)
            self.press("Enter")

    def _is_it(self, sentence: str) -> bool:
        """Whether the last key led to it: heard to its end, or known by another beginning."""
        wave = self._voice.wave(sentence, self.speed)
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            start, heard = self.ears.heard(self._pressed, self.ears.now())
            place = _find(wave[:PIECE], heard)
            if place is not None:
                done = start + (place + wave.size + SLIP) / RATE
                self.ears.wait_until(done, ANSWER_S)
                return self._said(sentence, self._pressed)
            if _something_else(heard):
                return False
            self._more()
        return False

    def _said(self, sentence: str, after: float) -> bool:
        wave = self._voice.wave(sentence, self.speed)
        _, heard = self.ears.heard(after, self.ears.now())
        place = _find(wave[:PIECE], heard)
        while place is not None and place + wave.size <= heard.size:
            if _whole(wave, heard[place : place + wave.size + 2 * SLIP]):
                return True
            heard = heard[place + PIECE // 2 :]
            place = _find(wave[:PIECE], heard)
        return False

    def _more(self) -> None:
        self.ears.wait_until(self.ears.now() + 0.04)


def _find(piece: Samples, heard: Samples) -> int | None:
    """Where the piece begins in what was heard, the first place where it does."""
    if heard.size < piece.size:
        return None
    size = 1 << (heard.size + piece.size).bit_length()
    wide, small = heard.astype(np.float64), piece.astype(np.float64)
    match = np.fft.irfft(np.fft.rfft(wide, size) * np.conj(np.fft.rfft(small, size)), size)
    match = match[: heard.size - piece.size + 1]
    sums = np.concatenate([[0.0], np.cumsum(wide**2)])
    energy = sums[piece.size :] - sums[: -piece.size]
    own = float(np.sum(small**2))
    likeness = match / np.sqrt(np.maximum(energy, own / 4) * own)
    found = np.flatnonzero(likeness > SAME)
    return int(found[0]) if found.size else None


def _whole(wave: Samples, heard: Samples) -> bool:
    """Whether most pieces of the sentence were heard, in their order."""
    pieces = [
        (at, wave[at : at + PIECE])
        for at in range(0, max(1, wave.size - PIECE + 1), PIECE)
        if np.abs(wave[at : at + PIECE].astype(int)).mean() > AUDIBLE
    ]
    found = sum(
        _find(piece, heard[max(0, at - PIECE // 4) : at + piece.size + 2 * SLIP]) is not None
        for at, piece in pieces
    )
    return found >= MOST * len(pieces)


def _something_else(heard: Samples) -> bool:
    """Whether after a breath something has been said for long enough to know it."""
    loud = np.flatnonzero(np.abs(heard.astype(np.int32)) > AUDIBLE)
    if not loud.size:
        return False
    before = np.concatenate([[0], loud[:-1]])
    begins = loud[(loud - before) >= BREATH]
    return bool(begins.size) and (heard.size - int(begins[0])) / RATE >= ENOUGH_S
