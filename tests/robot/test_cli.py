"""The command `lotse`: help with an example, one sentence for every fault, exit 0, 1 or 2."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.app import AddressTaken, bound
from robot.settings import Web
from simulator.card import VirtualReader, make_chip
from simulator.card.pki import pki

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
    "trust",
    "staff",
    "keys",
    "models",
    "audit",
)


def lotse(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([LOTSE, *words], input=stdin, capture_output=True, text=True, timeout=60, cwd=ROOT)


def settings(folder: Path) -> Path:
    text = (ROOT / "lotse.toml").read_text(encoding="utf-8")
    for relative in (
        "dialogs/services",
        "town/musterstadt.yml",
        "models/vosk-model-de-kiosk",
        "models/vosk-model-en-kiosk",
    ):
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


@pytest.mark.parametrize("command, program", [("simulate", "serve"), ("demo", "demo"), ("bench", "bench")])
def test_the_help_names_every_option_of_the_world_outside(command: str, program: str) -> None:
    own = subprocess.run(
        [sys.executable, "-m", "simulator", program, "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"--[a-z-]+", own))
    assert options <= set(re.findall(r"--[a-z-]+", lotse(command, "--help").stdout))


def test_a_signal_for_the_command_reaches_the_world_and_leaves_nothing_behind(tmp_path: Path) -> None:
    world = subprocess.Popen(
        [LOTSE, "simulate", "--run-dir", str(tmp_path), "--port", "0", "--camera-port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert world.stdout
    assert world.stdout.readline()  # it runs
    world.terminate()
    world.wait(timeout=60)
    with pytest.raises(ProcessLookupError):
        os.killpg(world.pid, 0)


def test_a_second_robot_says_that_the_address_is_taken_and_touches_no_device() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken, match=rf"127\.0\.0\.1:{port} .*\[web\]"):
            bound(Web(host="127.0.0.1", port=port))


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


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path_factory.mktemp("pcscd")) as reader:
        yield reader


@pytest.fixture
def office(tmp_path: Path, reader: VirtualReader) -> Iterator[str]:
    """Settings for the virtual reader, in a folder of their own."""
    file = settings(tmp_path)
    text = file.read_text(encoding="utf-8").replace('"run/sim/pcscd.sock"', f'"{reader.socket}"')
    file.write_text(text, encoding="utf-8")
    yield str(file)
    reader.remove()


def trusting(folder: Path, file: str) -> subprocess.CompletedProcess[str]:
    (folder / "list.ml").write_bytes(pki().master_list)
    (folder / "root.cer").write_bytes(pki().csca["DE"].der)
    return lotse(
        "trust", "import", str(folder / "list.ml"), "--root", str(folder / "root.cer"), "--settings", file
    )


def test_a_passport_is_printed_as_json_with_its_verdict_and_a_trace_that_knows_nobody(
    office: str, reader: VirtualReader, tmp_path: Path
) -> None:
    assert trusting(tmp_path, office).returncode == 0
    chip = make_chip("passport_gm")
    reader.insert(chip)
    trace = tmp_path / "apdu.txt"
    done = lotse("--settings", office, "card", "--mrz", *chip.document.mrz, "--trace", str(trace))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kind"] == "passport"
    assert told["access"] == "pace-mrz"
    assert told["mrz_lines"] == list(chip.document.mrz)
    assert told["chip_authentication"] == "passed"
    assert told["authenticity"]["verdict"] == "authentic", told["authenticity"]
    assert told["portrait"]["octets"] > 1000
    text = trace.read_text(encoding="ascii")
    assert "9000" in text
    assert trace.stat().st_mode & 0o077 == 0
    for word in (told["data"]["surname"], told["data"]["number"]):
        assert word not in text
        assert word.encode().hex() not in text.replace(" ", "").casefold()


def test_the_zone_can_come_on_standard_input_where_no_other_program_sees_it(
    office: str, reader: VirtualReader
) -> None:
    chip = make_chip("passport_bac")
    reader.insert(chip)
    done = lotse("--settings", office, "card", "--mrz", "-", stdin="\n".join(chip.document.mrz))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["access"] == "bac"
    assert told["authenticity"]["verdict"] == "unknown_issuer"


def test_18a_pauswg_an_identity_card_is_named_but_not_read_with_its_access_number(
    office: str, reader: VirtualReader
) -> None:
    reader.insert("german_id")
    named = lotse("--settings", office, "card")
    assert json.loads(named.stdout) == {"kind": "german_id"}
    done = lotse("--settings", office, "card", "--can", "123456")
    assert done.returncode == 1
    assert "§ 18a PAuswG" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert {apdu[1] for apdu in reader.trace} <= {0xA4, 0xB0}


@pytest.mark.parametrize(
    "words,what",
    [
        (("--mrz", "P<UTO"), "lines"),
        (("--can", "12"), "six digits"),
        (("--trace", "apdu.txt"), "--mrz or --can"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_in_one_sentence(words: tuple[str, ...], what: str) -> None:
    done = lotse("card", *words)
    assert done.returncode == 1
    assert what in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_key_of_another_document_is_one_sentence(office: str, reader: VirtualReader) -> None:
    reader.insert("passport_gm")
    utopia = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    done = lotse("--settings", office, "card", "--mrz", *utopia)
    assert done.returncode == 1
    assert "does not belong" in done.stderr
    assert "L898902C3" not in done.stderr


def test_issuers_are_taken_in_once_and_listed(office: str, tmp_path: Path) -> None:
    nobody = lotse("trust", "list", "--settings", office)
    assert (nobody.returncode, nobody.stdout) == (0, "")
    assert "lotse trust import" in nobody.stderr
    first, again = trusting(tmp_path, office), trusting(tmp_path, office)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert first.stdout != again.stdout
    rows = json.loads(lotse("--settings", office, "trust", "list", "--json").stdout)
    assert {"DE", "UT"} <= {row["country"] for row in rows}
    assert "DE" in lotse("trust", "list", "--settings", office).stdout


def test_a_list_that_nobody_vouches_for_and_a_file_that_is_none_are_refused(
    office: str, tmp_path: Path
) -> None:
    (tmp_path / "list.ml").write_bytes(pki().master_list)
    (tmp_path / "other.cer").write_bytes(pki().csca["XX"].der)
    (tmp_path / "text.txt").write_text("no certificate", encoding="utf-8")
    for words in (
        (str(tmp_path / "list.ml"), "--root", str(tmp_path / "other.cer")),
        (str(tmp_path / "text.txt"),),
        (str(tmp_path / "nothing-here.ml"),),
    ):
        done = lotse("trust", "import", *words, "--settings", office)
        assert done.returncode == 1, words
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert json.loads(lotse("trust", "list", "--json", "--settings", office).stdout) == []
