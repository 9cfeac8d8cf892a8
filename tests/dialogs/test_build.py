"""The Rasa project that is derived from the catalogue."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dialogs import build
from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.vocabulary import actions
from tests.dialogs.conftest import NOW, RASA_PYTHON, ROOT

NLU = ROOT / "dialogs" / "rasa" / "nlu"


@pytest.fixture(scope="module")
def project(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole project, written once."""
    folder = tmp_path_factory.mktemp("project")
    assert folder / "config.yml" in build.write(catalogue, NLU, folder)
    return folder


def test_the_same_catalogue_gives_the_same_project(project: Path) -> None:
    again = Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")
    assert build.write(again, NLU, project) == []


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
    (tmp_path / "a.yml").write_text(
        "affirm: [ja]\n\nfarewell: [bye]\ndeny:\n- ja\n- Ja!\n- Mein Perso ist weg!\n"
    )
    with pytest.raises(CatalogueError) as caught:
        build.examples(catalogue, tmp_path)
    assert any(
        error.startswith(f"{tmp_path}/a.yml:3: there is no intent 'farewell'")
        for error in caught.value.errors
    )
    assert [error for error in caught.value.errors if "both affirm and deny" in error] == [
        f"{tmp_path}/a.yml:1: 'ja' is an example of both affirm and deny "
        f"({tmp_path}/a.yml:5, {tmp_path}/a.yml:6); keep one of them"
    ]
    service = ROOT / "dialogs" / "services" / "identity_card_loss.yml"
    line = 1 + service.read_text().splitlines().index("  - mein perso ist weg")
    assert (
        f"{service}:{line}: 'Mein Perso ist weg!' is an example of both identity_card_loss and deny "
        f"({tmp_path}/a.yml:7); keep one of them"
    ) in caught.value.errors


def test_the_command_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--services", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "no service file" in capsys.readouterr().err


def test_rasa_finds_nothing_to_warn_about_in_the_project(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    [reader, _] = yaml.safe_load((tmp_path / "config.yml").read_text())["pipeline"]
    assert reader["name"] == "reading.SentenceReader"
    # a few sentences of each intent stand for all: those are held against each other above, and trained with
    nlu = tmp_path / "data" / "nlu.yml"
    learnt = yaml.load(nlu.read_text(), yaml.CSafeLoader)
    for intent in learnt["nlu"]:
        intent["examples"] = "".join(intent["examples"].splitlines(keepends=True)[:3])
    nlu.write_text(yaml.safe_dump(learnt, allow_unicode=True))
    done = subprocess.run(
        [RASA_PYTHON, "serve.py", "data", "validate", "--fail-on-warnings"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_a_changed_list_of_ideas_is_learnt_although_no_sentence_has_changed(
    project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    ask = (
        "import light, pathlib; light.install(); from reading import SentenceReader as r; "
        "print(r.fingerprint_addon({})); "
        "pathlib.Path('concepts.json').write_text('{}'); print(r.fingerprint_addon({}))"
    )
    done = subprocess.run([RASA_PYTHON, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True)
    before, after = done.stdout.split()
    assert before != after


def test_rasa_predicts_the_action_of_every_story(project: Path, model: Path, tmp_path: Path) -> None:
    stories = project / "tests" / "test_stories.yml"
    done = subprocess.run(
        [
            *(RASA_PYTHON, "serve.py", "test", "core", "--fail-on-prediction-errors"),
            *("--no-plot", "--model", model, "--stories", stories, "--out", tmp_path / "results"),
        ],
        cwd=model.parent,
        capture_output=True,
        text=True,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
