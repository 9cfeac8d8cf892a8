"""The Rasa project that is derived from the catalogue."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from dialogs import build
from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.vocabulary import actions
from tests.dialogs.conftest import NOW, ROOT

NLU = ROOT / "dialogs" / "rasa" / "nlu"


def test_the_same_catalogue_gives_the_same_project(catalogue: Catalogue, tmp_path: Path) -> None:
    again = Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")
    assert build.project(catalogue, NLU) == build.project(again, NLU)
    assert build.write(catalogue, NLU, tmp_path)
    assert build.write(catalogue, NLU, tmp_path) == []


def test_rasa_can_hold_choices_and_nothing_else(catalogue: Catalogue) -> None:
    """DESIGN 1, idea 3: Rasa never learns who somebody is. A slot is one of a few words, or empty."""
    domain = build.domain(catalogue)
    for name, slot in domain["slots"].items():
        assert slot["type"] == "categorical", name
        assert 2 <= len(slot["values"]) <= 30, name
        assert slot["mappings"] == [{"type": "custom"}], name
    fields = {f.id for s in catalogue.services.values() for group in s.form for f in group.fields}
    assert not fields & (set(domain["slots"]) | set(domain["entities"]))
    assert "responses" not in domain


def test_every_action_that_rasa_may_call_is_there(catalogue: Catalogue) -> None:
    server = ActionServer(catalogue, clock=lambda: NOW)
    assert set(actions(catalogue)) <= set(server._executor.actions)


def test_every_intent_has_enough_examples(catalogue: Catalogue) -> None:
    few = {"stop_confirmed", "cancel_staff", "step_done"}
    for intent, sentences in build.examples(catalogue, NLU).items():
        assert len(sentences) >= (10 if intent in few else 20), intent


def test_a_wrong_example_file_is_told_with_its_line(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("affirm: [ja]\n\nfarewell: [bye]\ndeny: [ja]\n")
    with pytest.raises(CatalogueError) as caught:
        build.examples(catalogue, tmp_path)
    assert any(
        error.startswith(f"{tmp_path}/a.yml:3: there is no intent 'farewell'")
        for error in caught.value.errors
    )
    assert any("both affirm and deny" in error for error in caught.value.errors)


def test_the_command_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--services", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "no service file" in capsys.readouterr().err


def test_rasa_finds_nothing_to_warn_about_in_the_project(catalogue: Catalogue, tmp_path: Path) -> None:
    build.write(catalogue, NLU, tmp_path)
    [reader, _] = yaml.safe_load((tmp_path / "config.yml").read_text())["pipeline"]
    assert reader["name"] == "reading.SentenceReader"
    # a few sentences of each intent stand for all: those are held against each other above, and trained with
    nlu = tmp_path / "data" / "nlu.yml"
    learnt = yaml.load(nlu.read_text(), yaml.CSafeLoader)
    for intent in learnt["nlu"]:
        intent["examples"] = "".join(intent["examples"].splitlines(keepends=True)[:3])
    nlu.write_text(yaml.safe_dump(learnt, allow_unicode=True))
    done = subprocess.run(
        [ROOT / ".venv-rasa" / "bin" / "rasa", "data", "validate", "--fail-on-warnings"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_rasa_predicts_the_action_of_every_story(catalogue: Catalogue, model: Path, tmp_path: Path) -> None:
    stories = tmp_path / "test_stories.yml"
    stories.write_text(build.project(catalogue, NLU)["tests/test_stories.yml"])
    done = subprocess.run(
        [
            *(ROOT / ".venv-rasa" / "bin" / "rasa", "test", "core", "--fail-on-prediction-errors"),
            *("--no-plot", "--model", model, "--stories", stories, "--out", tmp_path / "results"),
        ],
        cwd=model.parent,
        capture_output=True,
        text=True,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
