"""Gate and recogniser sample by sample: the times are counted in the wave, not by a clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.ports import HearingEvent, Partial, SpeechStarted, Unintelligible, Utterance
from hardware.speech.ear import Ear, Listen, Lost, Speak, Speaking, Word, judged
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE
from hardware.speech.gate import BLOCK_S, PRE_ROLL, Block, Gate
from hardware.speech.settings import SpeechSettings
from simulator.room import babble, in_babble

from .conftest import MODEL, MODEL_EN, Citizen

Samples = NDArray[np.int16]


def spoken(text: str, voice: str = "de+f2") -> Samples:
    """A citizen's words at 16 kHz."""
    wave = Citizen.wave(text, voice).astype(np.float64)
    at = np.arange(int(len(wave) * HEARING_RATE / 22_050)) * 22_050 / HEARING_RATE
    return np.interp(at, np.arange(len(wave)), wave).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * HEARING_RATE), np.int16)


class Hall:
    """Feeds an ear; the clock is the sample count."""

    def __init__(self, *, english: bool = False) -> None:
        self.events: list[HearingEvent] = []
        self.now = 0.0
        self.told_at: list[float] = []
        self.ear = Ear(SpeechSettings(MODEL, MODEL_EN if english else None), self._told)
        self.ear.do(Listen(on=True))

    def _told(self, event: HearingEvent) -> None:
        self.events.append(event)
        self.told_at.append(self.now)

    def plays(self, *waves: Samples) -> None:
        wave = np.concatenate(waves)
        for start in range(0, len(wave) - HEARING_BLOCK + 1, HEARING_BLOCK):
            block = Block(self.now, wave[start : start + HEARING_BLOCK].tobytes())
            self.now += BLOCK_S
            self.ear.do(block)

    def utterances(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Utterance)]

    def patience(self) -> float:
        """Seconds of silence after the voice until the last utterance was told."""
        event = self.events[-1]
        assert isinstance(event, Utterance)
        return self.told_at[-1] - event.ended_at


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def bilingual() -> Hall:
    return Hall(english=True)


@pytest.mark.parametrize("written, meant", [("stoff", "stopp"), ("stock", "stopp"), ("hilft", "hilfe")])
def test_what_sounds_like_a_stop_word_is_one_where_nothing_else_is_said(
    hall: Hall, written: str, meant: str
) -> None:
    hall.plays(silence(0.5), spoken(written), silence(1))
    assert hall.utterances() == [meant]


def test_what_sounds_like_a_stop_word_stays_itself_in_a_sentence_a_name_or_an_answer(hall: Hall) -> None:
    hall.plays(silence(0.5), spoken("im ersten stock"), silence(1.5))
    hall.ear.do(Listen(on=True, expect="name"))
    hall.plays(spoken("stock"), silence(1.5))
    hall.ear.do(Listen(on=True, phrases=frozenset({"stoff"})))
    hall.plays(spoken("stoff"), silence(1.5))
    assert hall.utterances() == ["im ersten stock", "stock", "stoff"]


def test_ja_ends_sooner_than_a_sentence_even_where_a_sentence_is_expected(hall: Hall) -> None:
    hall.plays(silence(0.5), spoken("ja"), silence(1))
    assert hall.utterances() == ["ja"]
    assert hall.patience() < 0.25 + 2 * BLOCK_S
    hall.plays(spoken("ich möchte ihn abholen"), silence(1))
    assert hall.utterances() == ["ja", "ich möchte ihn abholen"]
    assert 0.5 <= hall.patience() < 0.5 + 2 * BLOCK_S


def test_a_likely_answer_ends_soon_and_others_are_understood_too(hall: Hall) -> None:
    hall.ear.do(Listen(True, "sentence", frozenset({"abgelaufen"})))
    hall.plays(silence(0.5), spoken("abgelaufen"), silence(1))
    assert hall.patience() < 0.25 + 2 * BLOCK_S
    hall.plays(spoken("verloren"), silence(1))
    assert hall.utterances() == ["abgelaufen", "verloren"]


def test_a_long_answer_to_a_one_word_question_is_not_torn_apart(hall: Hall) -> None:
    hall.ear.do(Listen(True, "word"))
    hall.plays(
        silence(0.5), spoken("ich brauche einen neuen"), silence(0.33), spoken("personalausweis"), silence(1)
    )
    assert hall.utterances() == ["ich brauche einen neuen personalausweis"]


@pytest.mark.parametrize("word", ["stopp", "hilfe", "zurück", "ja", "verloren"])
def test_the_first_sounds_of_a_word_reach_the_recogniser(hall: Hall, word: str) -> None:
    hall.plays(silence(1), spoken(word, "de+m3"), silence(1))
    assert hall.utterances() == [word]


@pytest.mark.parametrize("level", [30, 300, 2000])
def test_silence_and_noise_bring_no_event(hall: Hall, level: int) -> None:
    generator = np.random.default_rng(level)
    hall.plays((generator.standard_normal(12 * HEARING_RATE) * level).astype(np.int16))
    assert hall.events == []


def test_knocks_and_hum_bring_no_utterance(hall: Hall) -> None:
    generator = np.random.default_rng(3)
    hum = (np.sin(np.arange(6 * HEARING_RATE) * 2 * np.pi * 50 / HEARING_RATE) * 3000).astype(np.int16)
    for knock in range(0, len(hum) - 800, HEARING_RATE):
        hum[knock : knock + 800] += (generator.standard_normal(800) * 6000).astype(np.int16)
    hall.plays(hum, silence(1))
    assert hall.utterances() == []


def test_stopp_over_the_colleagues_own_voice_comes_before_the_sentence_has_ended(hall: Hall) -> None:
    own = "Den Ausweis können Sie abholen, oder wir schicken ihn nach Hause, das kostet fünfzehn Euro."
    colleague = spoken(own, "de") // 4
    shout = spoken("stopp", "de+m3")
    mixed = colleague.astype(np.int32)
    mixed[16_000 : 16_000 + len(shout)] += shout
    hall.ear.do(Speaking(own, hall.now))
    hall.plays(np.clip(mixed, -32768, 32767).astype(np.int16), silence(1))
    hall.ear.do(Speaking(None, hall.now))
    assert hall.utterances()[0] == "stopp"
    assert hall.told_at[0] < len(colleague) / HEARING_RATE
    assert not any(isinstance(event, Partial | SpeechStarted | Unintelligible) for event in hall.events)


def test_hilfe_is_no_call_where_the_colleague_says_it(hall: Hall) -> None:
    hall.ear.do(Speaking("Sagen Sie Hilfe.", hall.now))
    hall.plays(silence(0.3), spoken("sagen sie hilfe", "de"), silence(1))
    hall.ear.do(Speaking(None, hall.now))
    assert hall.events == []


def test_moment_is_no_stop_word_where_the_colleague_says_it(hall: Hall) -> None:
    hall.ear.do(Speaking("Einen Moment bitte.", hall.now))
    hall.plays(silence(0.3), spoken("einen moment bitte", "de"), silence(1))
    hall.ear.do(Speaking(None, hall.now))
    assert hall.events == []


def test_what_follows_stopp_is_heard_as_well(hall: Hall) -> None:
    hall.ear.do(Speaking("Das kostet sechsundvierzig Euro.", hall.now))
    hall.plays(silence(0.3), spoken("stopp"), silence(0.3), spoken("ich habe eine frage"), silence(1))
    assert hall.utterances() == ["stopp", "ich habe eine frage"]


def test_the_answer_that_runs_into_the_colleagues_last_words_is_told_apart(hall: Hall) -> None:
    own = "Möchten Sie den Ausweis abholen?"
    hall.ear.do(Speaking(own, hall.now))
    hall.plays(silence(0.2), spoken(own, "de"))
    hall.ear.do(Speaking(None, hall.now))
    hall.plays(silence(0.3), spoken("nein danke"), silence(1))
    assert hall.utterances() == ["nein danke"]
    last = hall.events[-1]
    assert isinstance(last, Utterance)
    assert not last.during_speech


def test_a_lost_utterance_ends_as_not_understood_when_the_microphone_goes(hall: Hall) -> None:
    hall.plays(silence(0.5), spoken("ich brauche einen neuen"))
    hall.ear.do(Lost())
    assert isinstance(hall.events[-1], Unintelligible)


def test_the_gate_hands_over_what_came_before_the_voice() -> None:
    loud = (np.sin(np.arange(HEARING_BLOCK)) * 8000).astype(np.int16).tobytes()
    quiet = bytes(2 * HEARING_BLOCK)
    gate = Gate(lambda samples: 1.0 if samples == loud else 0.0)
    for number in range(30):
        assert gate.feed(Block(number * BLOCK_S, quiet)) == []
    assert gate.feed(Block(30 * BLOCK_S, loud)) == []
    handed = gate.feed(Block(31 * BLOCK_S, loud))
    assert len(handed) == PRE_ROLL
    assert gate.began == 30 * BLOCK_S
    assert gate.last_voice == pytest.approx(32 * BLOCK_S)


def words(*heard: tuple[str, float]) -> list[Word]:
    return [Word(text, confidence, i, i + 0.5) for i, (text, confidence) in enumerate(heard)]


Verdict = Callable[[Utterance | Unintelligible | None], bool]


@pytest.mark.parametrize(
    "heard,voiced_s,verdict",
    [
        (words(("ja", 0.9)), 0.3, "utterance"),
        (words(("ja", 0.9)), 0.05, "nothing"),
        (words(("einen", 0.6)), 0.3, "nothing"),
        (words(("einen", 0.3), ("weg", 0.4)), 0.8, "unintelligible"),
        (words(("[unk]", 1.0)), 0.8, "unintelligible"),
        (words(("[unk]", 1.0), ("[unk]", 1.0), ("ausweis", 1.0)), 0.8, "unintelligible"),
        (words(("mein", 1.0), ("[unk]", 1.0), ("ausweis", 1.0)), 0.8, "utterance"),
        ([], 0.8, "unintelligible"),
        ([], 0.2, "nothing"),
    ],
)
def test_clicks_and_ghost_words_are_no_utterances(heard: list[Word], voiced_s: float, verdict: str) -> None:
    event = judged(heard, voiced_s, 1.0, 2.0)
    assert {Utterance: "utterance", Unintelligible: "unintelligible", type(None): "nothing"}[
        type(event)
    ] == verdict
    assert not isinstance(event, Utterance) or "[unk]" not in event.text


def test_the_language_changes_within_a_visit_without_a_gap(bilingual: Hall) -> None:
    hall = bilingual
    hall.plays(silence(0.5), spoken("english please", "en-gb"), silence(0.6))
    hall.ear.do(Speak("en"))
    hall.plays(spoken("i need a new passport", "en-gb+f2"), silence(1))
    hall.ear.do(Speak("de"))
    hall.plays(spoken("ich brauche einen reisepass"), silence(1))
    assert hall.utterances() == ["english please", "i need a new passport", "ich brauche einen reisepass"]
    assert [event.lang for event in hall.events if isinstance(event, Utterance)] == ["de", "en", "de"]


def test_in_a_language_that_nobody_hears_only_a_few_words_come_through(hall: Hall) -> None:
    hall.ear.do(Speak("tr"))
    hall.plays(silence(0.5), spoken("kimliğimi yenilemek istiyorum", "tr"), silence(1))
    assert not hall.utterances()
    assert any(isinstance(event, Unintelligible) for event in hall.events)
    assert not any(isinstance(event, Partial) for event in hall.events)
    hall.plays(spoken("stopp"), silence(1), spoken("auf deutsch bitte"), silence(1))
    assert hall.utterances() == ["stopp", "auf deutsch bitte"]


@pytest.mark.parametrize(
    "word,lang", [("ja", "de"), ("nein", "de"), ("stopp", "de"), ("yes", "en"), ("no", "en")]
)
def test_one_word_is_complete_a_third_of_a_second_after_its_end(word: str, lang: str) -> None:
    hall = Hall(english=lang == "en")
    hall.ear.do(Speak(lang))
    hall.ear.do(Listen(True, "word"))
    hall.plays(silence(0.5), spoken(word, f"{lang}+m3" if lang == "de" else "en-gb"), silence(1))
    assert hall.utterances() == [word]
    assert hall.patience() <= 0.35


def test_free_sentences_and_stop_words_come_through_while_a_grammar_stands(hall: Hall) -> None:
    hall.ear.do(Listen(True, "word", frozenset({"abgelaufen", "verloren", "gestohlen"})))
    hall.plays(silence(0.5), spoken("wo finde ich das standesamt"), silence(1))
    hall.plays(spoken("stopp"), silence(1), spoken("gestohlen"), silence(1))
    assert hall.utterances() == ["wo finde ich das standesamt", "stopp", "gestohlen"]


@pytest.mark.parametrize("said", ["siebenundvierzig", "dritter oktober", "um halb drei"])
def test_numbers_dates_and_times_are_heard_where_one_is_asked_for(hall: Hall, said: str) -> None:
    hall.ear.do(Listen(True, "number"))
    hall.plays(silence(0.5), spoken(said, "de+m3"), silence(1))
    assert hall.utterances() == [said]


@pytest.mark.parametrize("seed", [1, 2])
def test_people_talking_behind_the_kiosk_are_no_visitor(hall: Hall, seed: int) -> None:
    murmur = babble(8, seed) * 800
    at = np.arange(int(len(murmur) * HEARING_RATE / 22_050)) * 22_050 / HEARING_RATE
    hall.plays(np.interp(at, np.arange(len(murmur)), murmur).astype(np.int16), silence(1))
    assert hall.utterances() == []


@pytest.mark.parametrize("word", ["ja", "stopp"])
def test_a_word_is_heard_over_people_talking(hall: Hall, word: str) -> None:
    wave = in_babble(Citizen.wave(word), 10, seed=3).astype(np.float64)
    at = np.arange(int(len(wave) * HEARING_RATE / 22_050)) * 22_050 / HEARING_RATE
    hall.plays(np.interp(at, np.arange(len(wave)), wave).astype(np.int16), silence(1))
    assert hall.utterances() == [word]


def test_a_broken_english_model_leaves_german(tmp_path: Path) -> None:
    ear = Ear(SpeechSettings(Path(MODEL), tmp_path), lambda _: None)
    assert ear.ears == ("de",)
    assert "incomplete" in ear.problem
