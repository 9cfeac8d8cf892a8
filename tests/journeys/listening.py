"""A citizen who sees nothing: five keys under the fingers, the kiosk's sound in the ears.

A busy machine tears holes into the sound, so words are not told by ear alone: what is being said is taken
from the screen's line to the robot (what the page asks to be read, the sentence that the robot says is
sounding now), and each time something must sound. Whole sentences are told by ear: of several, the one that
was heard must be the likest.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, WebSocket

from hardware.speech import frames
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice
from hardware.speech.voice import Pyttsx3Voice, trimmed
from simulator.citizens.screen import Screen
from simulator.processes import end, spawn
from simulator.voice import RATE, Ears, Samples

ROOT = Path(__file__).resolve().parents[2]
SAME = 0.93  # likeness of a sentence with itself, made another time; of others it stays below 0.92
MOST = 0.6  # share of a long sentence that is enough, where a busy machine has lost some of it
BEGINNING = 25  # frames by which a sentence is suspected
ANSWER_S = 60.0
AGAIN_S = 0.2  # the same view comes several times while a sentence sounds
MOST_KEYS = 110
Frames = NDArray[np.float64]


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
        self._made: dict[tuple[str, float], tuple[Frames, float]] = {}
        self._answer(frames.READY)
        self.frames("Guten Tag", 1.0)  # its first words come at another speed
        self._made.clear()

    def frames(self, sentence: str, speed: float) -> tuple[Frames, float]:
        """The sentence as it comes out of the loudspeaker, and how many seconds it takes."""
        if (sentence, speed) not in self._made:
            order = self._voice._order(sentence, "de", speed)
            text = f"{order.voice}\n{order.spoken}".encode()
            assert self._child.stdin is not None
            self._child.stdin.write(
                frames.pack(frames.RENDER, frames.ORDER.pack(1, order.words_a_minute) + text)
            )
            self._child.stdin.flush()
            wave = trimmed(self._answer(frames.WAVE)[frames.NUMBER.size :])
            self._made[sentence, speed] = heard_as(wave), wave.size / RATE
        return self._made[sentence, speed]

    def _answer(self, wanted: bytes) -> bytes:
        found = frames.read(cast("BinaryIO", self._child.stdout))
        assert found is not None
        assert found[0] == wanted, found
        return found[1]

    def close(self) -> None:
        end(self._child)


class Transcript:
    """What is being said, from the screen's line to the robot; the screen itself is not looked at."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._said: list[tuple[float, str]] = []
        screen.do(lambda page: page.on("websocket", self._listen))
        screen.reload()

    def since(self, after: float) -> list[str]:
        """Everything said after that time, in order."""
        self._screen.do(lambda page: page.evaluate("0"))  # lets the browser tell what has come meanwhile
        return [text for at, text in self._said if at >= after]

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", self._asked)
        line.on("framereceived", self._told)

    def _asked(self, frame: str | bytes) -> None:
        event = json.loads(frame)
        if event["type"] == "read":
            self._note(event["text"])

    def _told(self, frame: str | bytes) -> None:
        view = json.loads(frame)
        if sounding := view["voicing"]:
            # counted in characters, as the page does
            self._note(view["caption"][sounding["start"] : sounding["end"]])

    def _note(self, text: str) -> None:
        if not self._said or self._said[-1][1] != text or time.monotonic() - self._said[-1][0] > AGAIN_S:
            self._said.append((time.monotonic(), text))


class Listener:
    """Presses keys and listens; `speed` is what the kiosk's voice was told."""

    def __init__(self, screen: Screen, transcript: Transcript, ears: Ears, voice: OwnVoice) -> None:
        self._screen = screen
        self._transcript = transcript
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

    def hear(self, *sentences: str, timeout: float = ANSWER_S) -> str:
        """Wait until one of the sentences is said after the last key, and sounds; which one it is."""
        sentence = self._told(*sentences, timeout=timeout)
        self.hear_something(timeout)
        return sentence

    def hear_something(self, timeout: float = ANSWER_S) -> None:
        """Wait until something sounds after the last key."""
        self.ears.wait_sound(self._pressed, timeout)

    def recognise(self, sentence: str, others: Sequence[str], since: float | None = None) -> None:
        """Told by ear alone: what sounds after the last key is liker to this sentence than to the others."""
        began = self.ears.wait_sound(self._pressed if since is None else since, ANSWER_S)
        over = self.ears.wait_silence(began)
        heard = heard_as(self.ears.heard(began, over)[1])
        scores = {
            each: likeness(self._voice.frames(each, self.speed)[0], heard) for each in (sentence, *others)
        }
        assert max(scores, key=lambda each: scores[each]) == sentence, scores

    def was_said(self, sentence: str, since: float) -> bool:
        """Whether the sentence was heard after that time, told by ear alone."""
        wanted, _ = self._voice.frames(sentence, self.speed)
        return is_in(wanted, heard_as(self.ears.heard(since, self.ears.now())[1]))

    def find(self, sentence: str, key: str = "ArrowDown", skip: int = 0) -> None:
        """Go on, element by element, until this is said of one; `skip` so many without listening to them."""
        if skip:
            self.press(*[key] * skip)
        for _ in range(MOST_KEYS):
            self.press(key)
            if self._is_it(sentence):
                self.hear_something()
                return
        raise AssertionError(f"{MOST_KEYS} keys and never heard: {sentence}")

    def write(self, signs: str, wheel: str) -> None:
        """Write with the wheel, which stands at its beginning: each sign is said before it is taken.

        A sign sounds for a blink, and a busy machine may swallow one: of the whole word some has to be heard.
        """
        at = 1 if wheel.startswith(" ") else 0
        began = time.monotonic()
        for sign in signs.upper():
            steps = wheel.index(sign) - at
            at += steps
            if steps:
                self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
                self._told("Leerzeichen" if sign == " " else sign)
            self.press("Enter")
        self.ears.wait_sound(began, ANSWER_S)

    def _told(self, *sentences: str, timeout: float = ANSWER_S) -> str:
        """Wait until one of the sentences is said after the last key; which one it is."""
        deadline = time.monotonic() + timeout
        while True:
            said = self._transcript.since(self._pressed)
            for sentence in sentences:
                if any(is_said(sentence, text) for text in said):
                    return sentence
            assert time.monotonic() < deadline, f"never heard: {sentences}, but {said}"
            self._more()

    def _is_it(self, sentence: str) -> bool:
        """Whether this is said of the element to which the last key led."""
        deadline = time.monotonic() + ANSWER_S
        while not (said := self._transcript.since(self._pressed)):
            assert time.monotonic() < deadline, "a key, and nothing is said"
            self._more()
        return any(is_said(sentence, text) for text in said)

    def _more(self) -> None:
        self.ears.wait_until(self.ears.now() + 0.08)


def is_said(sentence: str, text: str) -> bool:
    """Whether the sentence stands in what is said; a sign alone must be all of it."""
    if len(sentence) == 1:
        return text.strip(" .") == sentence
    return sentence.rstrip(".") in text


HOP, WINDOW, SPECTRUM = RATE // 100, RATE // 50, 512
BANDS = 24


def _filters() -> NDArray[np.float64]:
    """Triangles over the spectrum, as wide as the ear hears: 100 Hz to 8 kHz on the mel scale."""
    mels = np.linspace(2595 * np.log10(1 + 100 / 700), 2595 * np.log10(1 + 8000 / 700), BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    hertz = np.fft.rfftfreq(SPECTRUM, 1 / RATE)
    rises = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falls = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.clip(np.minimum(rises, falls), 0, None))


FILTERS = _filters()


def heard_as(samples: Samples) -> Frames:
    """The colour of the sound every 10 ms, without silence, holes and loudness."""
    samples = samples[samples != 0]
    count = max(0, 1 + (samples.size - WINDOW) // HOP)
    if not count:
        return np.zeros((0, BANDS))
    pieces = samples[np.arange(WINDOW) + HOP * np.arange(count)[:, None]].astype(np.float64)
    pieces = pieces[np.abs(pieces).mean(axis=1) > 60]
    power = np.abs(np.fft.rfft(pieces * np.hanning(WINDOW), SPECTRUM)) ** 2
    colour = np.log(power @ FILTERS.T + 1e4)
    colour -= colour.mean(axis=1, keepdims=True)
    return np.asarray(colour / (np.linalg.norm(colour, axis=1, keepdims=True) + 1e-9))


def likeness(wanted: Frames, heard: Frames) -> float:
    """How like the sentence the part of what was heard is that is most like it, 1 at best.

    The synthesiser never makes the same wave twice, and a busy machine tears holes: frames are compared in
    their order (dynamic time warping), one may be passed over or taken twice.
    """
    if not len(wanted) or len(heard) < len(wanted) // 2:
        return -1.0
    unlike = 1 - wanted @ heard.T
    cost = unlike[0]
    for row in unlike[1:]:
        next_one = np.concatenate([[np.inf], cost[:-1]])
        passed_over = np.concatenate([[np.inf, np.inf], cost[:-2]]) + 0.05
        cost = row + np.minimum(np.minimum(next_one, passed_over), cost + 0.15)
    return float(1 - cost.min() / len(wanted))


def is_in(wanted: Frames, heard: Frames) -> bool:
    """Whether the sentence was heard, or so much of a long one that it can be no other."""
    if likeness(wanted[:BEGINNING], heard) < SAME:
        return False
    if likeness(wanted, heard) >= SAME:
        return True
    pieces = [wanted[at : at + BEGINNING] for at in range(0, len(wanted) - BEGINNING + 1, BEGINNING)]
    return len(pieces) > 4 and sum(likeness(piece, heard) >= SAME for piece in pieces) >= MOST * len(pieces)
