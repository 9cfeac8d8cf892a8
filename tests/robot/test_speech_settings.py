"""The settings of hearing and voice: what is named must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from robot.app import speech_of
from robot.settings import Settings, SettingsError, load

TOML = """
[town]
name = "A"
services = "s"
facts = "f"
[speech]
model_de = "m"
{speech}
"""


def settings(folder: Path, speech: str) -> Settings:
    for name in ("s", "f", "m", "voice.onnx"):
        (folder / name).touch()
    file = folder / "lotse.toml"
    file.write_text(TOML.format(speech=speech), encoding="utf-8")
    return load(file)


def test_piper_speaks_where_it_is_named(tmp_path: Path) -> None:
    wanted = 'engine = "piper"\npiper_program = "/opt/piper"\npiper_voices = { de = "voice.onnx" }'
    speech = speech_of(settings(tmp_path, wanted))
    assert speech.piper_program == "/opt/piper"
    assert speech.piper_voices == {"de": tmp_path / "voice.onnx"}


def test_espeak_speaks_otherwise_and_nobody_hears_english(tmp_path: Path) -> None:
    speech = speech_of(settings(tmp_path, 'piper_voices = { de = "voice.onnx" }'))
    assert not speech.piper_program
    assert not speech.piper_voices
    assert speech.model_en is None


@pytest.mark.parametrize(
    "speech,told",
    [
        (
            'engine = "piper"\npiper_voices = { en = "no.onnx" }',
            "speech.piper_voices: .*no.onnx does not exist; get this voice",
        ),
        ('model_en = "no"', 'speech.model_en: .*no does not exist; name a Vosk model, or "" for none'),
        ('engine = "flite"', "speech.engine"),
        ('piper_voices = { xx = "voice.onnx" }', "speech.piper_voices"),
    ],
)
def test_what_is_named_and_not_there_is_one_sentence_with_its_line(
    tmp_path: Path, speech: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        settings(tmp_path, speech)
