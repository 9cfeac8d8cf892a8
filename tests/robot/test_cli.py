"""The command `lotse`: help with an example, one sentence for every fault, exit 0, 1 or 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOTSE = Path(sys.executable).parent / "lotse"
COMMANDS = (
    "run",
    "simulate",
    "demo",
    "bench",
    "check",
    "understand",
    "fees",
    "scan",
    "card",
    "staff",
    "keys",
    "models",
    "audit",
)


def lotse(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([LOTSE, *words], input=stdin, capture_output=True, text=True, timeout=60, cwd=ROOT)


def settings(folder: Path) -> Path:
    text = (ROOT / "lotse.toml").read_text(encoding="utf-8")
    for relative in ("dialogs/services", "town/musterstadt.yml", "models/vosk-model-de-kiosk"):
        text = text.replace(f'"{relative}"', f'"{ROOT / relative}"')
    file = folder / "lotse.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_command_helps_with_an_example() -> None:
    from robot.cli import _parser

    overview = _parser().format_help()
    for command in COMMANDS:
        assert f"    {command} " in overview
    assert "Example: lotse fees" in lotse("fees", "--help").stdout


def test_an_unknown_command_is_a_matter_of_usage() -> None:
    done = lotse("dance")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_fee_of_today_and_of_last_year_come_with_their_paragraph() -> None:
    """PAuswGebV §1(1): 46.00 since 7 Feb 2026, 37.00 before."""
    amounts = {}
    for day in ("2026-02-06", "2026-02-07"):
        done = lotse("fees", "identity_card", "--on", day, "--age", "30", "--json")
        assert done.returncode == 0, done.stderr
        lines = {line["id"]: line for line in json.loads(done.stdout)}
        amounts[day] = [line["eur"] for line in lines.values()]
        assert all("§" in line["law"] for line in lines.values())
    assert "37.00" in amounts["2026-02-06"] and "46.00" not in amounts["2026-02-06"]  # noqa: PT018
    assert "46.00" in amounts["2026-02-07"] and "37.00" not in amounts["2026-02-07"]  # noqa: PT018


def test_under_24_the_other_fee_holds() -> None:
    done = lotse("fees", "identity_card", "--on", "2026-11-22", "--age", "20", "--json")
    amounts = [line["eur"] for line in json.loads(done.stdout)]
    assert "27.60" in amounts
    assert "46.00" not in amounts


@pytest.mark.parametrize(
    "words,what",
    [
        (("fees", "flying_carpet"), "flying_carpet"),
        (("scan", "nothing-here.jpg"), "nothing-here.jpg"),
        (("staff", "add", "--name", "muster"), "--password-stdin"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: tuple[str, ...], what: str) -> None:
    done = lotse(*words)
    assert done.returncode == 1
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_weak_password_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = settings(tmp_path)
    done = lotse(
        "--settings", str(file), "staff", "add", "--name", "muster", "--password-stdin", stdin="kurz\n"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_an_account_is_added_keys_are_rotated_and_the_audit_chain_holds(tmp_path: Path) -> None:
    file = str(settings(tmp_path))
    secret = "ein langes Kennwort 42\n"
    added = lotse("--settings", file, "staff", "add", "--name", "muster", "--password-stdin", stdin=secret)
    assert added.returncode == 0, added.stderr
    assert lotse("--settings", file, "keys", "rotate").returncode == 0
    assert lotse("--settings", file, "audit", "verify").returncode == 0
    assert (tmp_path / "data" / "lotse.key").stat().st_mode & 0o077 == 0


def test_models_without_a_network_are_one_clear_sentence(tmp_path: Path) -> None:
    file = settings(tmp_path)
    text = file.read_text(encoding="utf-8").replace("https://alphacephei.com", "http://127.0.0.1:9")
    file.write_text(text, encoding="utf-8")
    done = lotse("--settings", str(file), "models", "fetch")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_options_of_the_simulated_world_are_passed_on_and_others_refused() -> None:
    assert lotse("bench", "--utterances", "many").returncode == 2
    assert "many" in lotse("bench", "--utterances", "many").stderr
    refused = lotse("fees", "identity_card", "--stay")
    assert refused.returncode == 2
    assert "--stay" in refused.stderr
