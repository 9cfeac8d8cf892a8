"""The spoken test set and what measures with it; and `lotse hear`, which it measures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hardware.speech.recordings import RecordingError, Recordings
from hardware.speech.settings import SpeechSettings
from simulator.bench_speech import CONDITIONS, SHORT_ANSWERS, VOICES, draw, judged, sentences, word_errors
from simulator.room import impulse_response, in_babble, save
from simulator.voice import RATE, synthesise

from .conftest import MODEL, MODEL_EN

ROOT = MODEL.parents[1]


def test_the_test_set_has_two_hundred_sentences_six_voices_and_every_service() -> None:
    found = sentences()
    assert len(found) >= 200
    assert len({(s.lang, s.text) for s in found}) == len(found)
    assert all(len(set(voices)) >= 6 for voices in VOICES.values())
    assert None in CONDITIONS
    for lang in VOICES:
        assert len({s.service for s in found if s.lang == lang} - {None}) == 18


@pytest.mark.parametrize("every", [1, 8, 1000])
@pytest.mark.parametrize("lang", VOICES)
def test_every_draw_has_all_answers_of_one_word_and_some_sentences(lang: str, every: int) -> None:
    found = [sentence for sentence in sentences() if sentence.lang == lang]
    drawn = draw(found, every)
    words = [sentence.text for sentence in drawn if sentence.text in SHORT_ANSWERS]
    assert len(words) == 4
    assert len(drawn) == 4 + -(-(len(found) - 4) // every)
    assert drawn == [sentence for sentence in found if sentence in drawn]


def test_a_goal_is_missed_where_answers_are_late_or_unheard_and_not_measured_where_there_were_none() -> None:
    prompt: dict[str, Any] = {"words": 32, "word_p95_s": 0.3, "sentences": 5, "sentence_p95_s": 0.6}
    rows: list[dict[str, Any]] = [
        {"lang": "de", "noise": "clean", **prompt},
        {"lang": "de", "noise": "babble 20 dB", **prompt, "word_p95_s": 0.4, "sentence_p95_s": None},
        {"lang": "de", "noise": "babble 5 dB", **prompt, "word_p95_s": 0.9},
        {"lang": "en", "noise": "clean", **prompt, "words": 0, "word_p95_s": None},
    ]
    assert judged(rows) == (["word en clean"], ["word de babble 20 dB", "sentence de babble 20 dB"])


@pytest.mark.parametrize(
    "said,heard,errors",
    [
        ("a b c", "a b c", 0),
        ("a b c", "a c", 1),
        ("a", "a b", 1),
        ("a b", "b a", 2),
        ("", "a", 1),
        ("a", "", 1),
    ],
)
def test_word_errors_are_the_least_number_of_changes(said: str, heard: str, errors: int) -> None:
    assert word_errors(said.split(), heard.split()) == errors


def test_the_echo_has_the_level_that_was_asked_for() -> None:
    for level in (-10.0, -20.0):
        response = impulse_response(level)
        assert 10 * np.log10(np.sum(response**2)) == pytest.approx(level)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("wav") / "frage.wav"
    save(file, in_babble(synthesise("wo ist das standesamt", "de+f2", 150), 15, 1))
    return file


def test_a_recording_is_heard_with_the_times_of_its_voice(spoken: Path) -> None:
    answer = Recordings(SpeechSettings(MODEL, MODEL_EN)).hear(spoken)
    assert answer["text"] == "wo ist das standesamt"
    (utterance,) = answer["utterances"]
    length = len(synthesise("wo ist das standesamt", "de+f2", 150)) / RATE
    assert utterance["start_s"] == pytest.approx(1.0, abs=0.3)
    assert utterance["end_s"] == pytest.approx(1.0 + length, abs=0.2)
    assert utterance["told_s"] <= 1.0 + length + 0.7


def test_a_file_that_is_no_recording_is_one_sentence(tmp_path: Path) -> None:
    recordings = Recordings(SpeechSettings(MODEL))
    (tmp_path / "text.wav").write_text("no sound")
    for name, reason in (("text.wav", "is no WAV file"), ("missing.wav", "cannot be read")):
        with pytest.raises(RecordingError, match=reason):
            recordings.hear(tmp_path / name)


def test_lotse_hear_answers_one_json_line_per_file(spoken: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("lotse")),
            "hear",
            "--settings",
            str(ROOT / "lotse.toml"),
            str(spoken),
            str(tmp_path / "no.wav"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["text"] == "wo ist das standesamt"
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
