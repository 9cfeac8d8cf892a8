"""The filter that takes the colleague's own voice out of the microphone's sound."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.ports import HearingEvent, Utterance
from hardware.speech.canceller import Canceller, Reference, resampled
from hardware.speech.ear import Cut, Ear, Listen, Lost, Played, Speaking
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE, SPEAKING_RATE
from hardware.speech.gate import BLOCK_S, Block
from hardware.speech.settings import SpeechSettings
from simulator.room import babble, echo, impulse_response
from simulator.voice import synthesise

from .conftest import MODEL

OWN = (
    "Der Personalausweis kostet sechsundvierzig Euro. Er ist meist nach zwei bis drei Wochen fertig.",
    "Bitte bringen Sie Ihren alten Ausweis und den Code des digitalen Fotos mit in das Bürgerbüro.",
)
FULL = 32768.0
Samples = NDArray[np.int16]


def at_ear(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """A sound of the simulator at the microphone's rate."""
    return resampled(np.clip(wave, -32768, 32767).astype(np.int16), 0.0) * FULL


def own_voice() -> Samples:
    return np.concatenate([synthesise(text, "de", 165, 0.8) for text in OWN])


def attenuations(
    played: Samples, microphone: NDArray[np.float64], near: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """By how many dB the echo is less behind the filter, second by second."""
    canceller, reference = Canceller(), Reference()
    reference.play(played.tobytes(), 0, 5.0, 5.0)
    before, after = [], []
    for first in range(0, microphone.size - HEARING_BLOCK, HEARING_BLOCK):
        block = microphone[first : first + HEARING_BLOCK]
        theirs = near[first : first + HEARING_BLOCK] if near is not None else np.zeros(HEARING_BLOCK)
        cleaned, _ = canceller.clean((block + theirs).astype(np.int16).tobytes(), reference.block(first))
        before.append(np.mean(block**2))
        after.append(np.mean((np.frombuffer(cleaned, np.int16) - theirs) ** 2))
    blocks = len(before) // 31 * 31
    powers = (np.array(part)[:blocks].reshape(-1, 31).mean(axis=1) for part in (before, after))
    left, right = powers
    return np.asarray(10 * np.log10(left / (right + 1e-9)))


@pytest.mark.parametrize("level", [-10.0, -20.0])
def test_the_echo_of_a_room_is_learnt_within_seconds(level: float) -> None:
    played = own_voice()
    found = attenuations(played, at_ear(echo(played, impulse_response(level, 0.1))))
    assert found[3:9].min() > 12
    assert found[6:9].mean() > 20


def test_somebody_who_talks_meanwhile_is_not_unlearnt() -> None:
    played = own_voice()
    microphone = at_ear(echo(played, impulse_response(-10, 0.1)))
    near = np.zeros(microphone.size)
    words = at_ear(synthesise("ich habe eine frage und möchte wissen was das kostet", "de+f2").astype(float))
    near[5 * HEARING_RATE : 5 * HEARING_RATE + words.size] = words
    assert attenuations(played, microphone, near)[5:9].min() > 12


def test_a_delay_that_jumps_is_learnt_anew() -> None:
    played = own_voice()
    microphone = at_ear(echo(played, impulse_response(-10, 0.1)))
    half = 5 * HEARING_RATE
    jumped = np.concatenate((microphone[:half], np.zeros(700), microphone[half:]))
    assert attenuations(played, jumped)[9:10].mean() > 10


def test_where_nothing_was_played_every_sample_stays() -> None:
    generator = np.random.default_rng(1)
    canceller = Canceller()
    for _ in range(3):
        block = (generator.standard_normal(HEARING_BLOCK) * 1000).astype(np.int16).tobytes()
        assert canceller.clean(block, None) == (block, 0.0)


def test_a_piece_that_was_cut_is_reference_until_the_cut() -> None:
    reference = Reference()
    reference.play((np.ones(SPEAKING_RATE, np.int16) * 1000).tobytes(), 0, 1.0, 0.0)
    assert reference.cut(SPEAKING_RATE // 2, 0.0) == pytest.approx(1.5)
    heard = [reference.block(first) for first in range(0, 3 * HEARING_RATE, HEARING_BLOCK)]
    loud = [n for n, block in enumerate(heard) if block is not None and np.abs(block).max() > 0.01]
    assert loud[0] == pytest.approx(HEARING_RATE / HEARING_BLOCK, abs=1)
    assert loud[-1] == pytest.approx(1.5 * HEARING_RATE / HEARING_BLOCK, abs=1)


def test_the_delay_follows_the_clocks_only_where_they_contradict_it() -> None:
    reference = Reference()
    piece = bytes(2 * SPEAKING_RATE)
    assert reference.play(piece, 0, 1.0, 0.0)
    assert not reference.play(piece, SPEAKING_RATE, 2.003, 0.0)
    assert reference.play(piece, 2 * SPEAKING_RATE, 3.05, 0.0)
    reference.forget()
    assert reference.play(piece, 3 * SPEAKING_RATE, 4.05, 0.0)


@dataclass
class Lobby:
    """The colleague speaks in a room that echoes, a visitor may interrupt; the clock is the sample count."""

    level: float
    seed: int = 0
    now: float = 0.0
    heard: list[tuple[float, HearingEvent]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ear = Ear(SpeechSettings(MODEL), lambda event: self.heard.append((self.now, event)))
        self.ear.do(Listen(on=True))
        self._response = impulse_response(self.level, 0.1, self.seed)

    def colleague(
        self,
        own: str,
        words: str = "",
        voice: str = "de+f2",
        after_s: float = 1.2,
        talkers: int | None = None,
    ) -> None:
        """Say something; the visitor says `words` after a while, 20 dB louder than those who talk behind."""
        self.heard.clear()
        played = synthesise(own, "de", 165, 0.8)
        wave = np.concatenate((at_ear(echo(played, self._response)), np.zeros(HEARING_RATE)))
        if words:
            theirs = at_ear(synthesise(words, voice, 150, 0.4).astype(np.float64))
            begin = int(after_s * HEARING_RATE)
            wave[begin : begin + theirs.size] += theirs
        if talkers is not None:
            behind = babble(wave.size / HEARING_RATE + 0.1, talkers)
            level = np.sqrt(np.mean(synthesise("guten tag", voice, 150, 0.4).astype(np.float64) ** 2)) / 10
            wave += at_ear(behind * level)[: wave.size]
        count = round(self.now * SPEAKING_RATE)
        self.ear.do(Played(played.tobytes(), count, count / SPEAKING_RATE))
        self.ear.do(Speaking(own, self.now))
        self.ear.do(Speaking(None, self.now + played.size / SPEAKING_RATE))
        for first in range(0, wave.size - HEARING_BLOCK + 1, HEARING_BLOCK):
            samples = np.clip(wave[first : first + HEARING_BLOCK], -32768, 32767).astype(np.int16)
            block = Block(self.now, samples.tobytes())
            self.now += BLOCK_S
            self.ear.do(block)

    def utterances(self) -> list[str]:
        return [event.text for _, event in self.heard if isinstance(event, Utterance)]


@pytest.mark.parametrize("level", [-10.0, -20.0])
def test_a_visitor_interrupts_the_colleague_and_the_colleague_never_itself(level: float) -> None:
    lobby = Lobby(level)
    for own in OWN:
        lobby.colleague(own)
        assert lobby.heard == []
    for number, (words, voice) in enumerate(
        (("stopp", "de+m3"), ("ich habe eine frage", "de+f2"), ("was kostet das", "de+m6"), ("halt", "de+f4"))
    ):
        lobby.colleague(OWN[number % 2], words, voice)
        assert lobby.utterances() == [words]


def test_hilfe_arrives_while_the_colleague_is_still_speaking() -> None:
    lobby = Lobby(-10.0)
    lobby.colleague(OWN[0])
    lobby.colleague(OWN[1], "hilfe", "de+m3")
    [(told, heard)] = lobby.heard
    assert isinstance(heard, Utterance)
    assert (heard.text, heard.during_speech) == ("hilfe", True)
    assert told - heard.ended_at < 0.5


def test_of_people_who_talk_behind_nothing_is_added_to_what_the_visitor_says() -> None:
    lobby = Lobby(-20.0, seed=1)
    lobby.colleague(OWN[1], talkers=1)
    assert lobby.heard == []
    for words, voice, talkers in (
        ("stopp", "de+f4", 5),
        ("ich habe eine frage", "de+m7", 14),
    ):
        lobby.colleague(OWN[talkers % 2], words, voice, 1.2 + talkers % 4 * 0.4, talkers)
        assert lobby.utterances() == [words]


def test_after_a_lost_microphone_the_room_is_learnt_again() -> None:
    lobby = Lobby(-10.0)
    lobby.colleague(OWN[0])
    lobby.ear.do(Lost())
    lobby.colleague(OWN[1])
    assert lobby.heard == []
    lobby.ear.do(Cut(0))
    lobby.colleague(OWN[0], "stopp", "de+m3")
    assert lobby.utterances() == ["stopp"]
