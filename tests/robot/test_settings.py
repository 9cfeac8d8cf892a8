"""The settings file: every fault at once, with file and line, and nothing that can be switched off."""

from pathlib import Path

import pytest

from robot.settings import SettingsError, load

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    file = folder / "lotse.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(file)
    return caught.value.errors


def test_the_demo_town_is_complete() -> None:
    settings = load(ROOT / "lotse.toml")
    assert settings.town.name == "Musterstadt"
    assert settings.path(settings.speech.model_de).is_dir()


def test_all_faults_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "[town]\n"
        'name = ""\n'
        'services = "s"\n'
        'facts = "f"\n'
        'timezone = "Europe/Atlantis"\n'
        "\n"
        "[speech]\n"
        'model_de = "m"\n'
        'wispers = "x"\n'
        "\n"
        "[web]\n"
        "port = 99999\n",
    )
    found = faults(file)
    assert [fault.split(":")[1] for fault in found] == ["2", "5", "12", "9"]
    assert all(fault.startswith(f"{file}:") for fault in found)
    assert "time zone" in found[1]


def test_a_missing_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = written(
        tmp_path, '[town]\nname = "A"\nservices = "none"\nfacts = "none"\n[speech]\nmodel_de = "none"\n'
    )
    found = faults(file)
    assert len(found) == 3
    assert "lotse models fetch" in found[2]


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (found,) = faults(written(tmp_path, "[town]\nname = \n"))
    assert found.startswith(f"{tmp_path / 'lotse.toml'}:2:")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    (found,) = faults(tmp_path / "absent.toml")
    assert "--settings" in found


@pytest.mark.parametrize("value", ["0", "-1", "1e9"])
def test_time_limits_can_be_lengthened_but_not_switched_off(tmp_path: Path, value: str) -> None:
    """BFSGV §7: a limit exists, is announced and can be extended; no setting removes it."""
    text = (ROOT / "lotse.toml").read_text(encoding="utf-8").replace("silence_s = 45", f"silence_s = {value}")
    assert any("visit.silence_s" in fault for fault in faults(written(tmp_path, text)))


def test_18a_pauswg_a_town_that_lets_the_kiosk_read_identity_cards_is_told_so_with_the_line(
    tmp_path: Path,
) -> None:
    file = written(
        tmp_path,
        '[town]\nname = "A"\nservices = "s"\nfacts = "f"\n[speech]\nmodel_de = "m"\n'
        '[cards]\nallow_unattended = ["passport", "german_id"]\nallow_attended = ["bank"]\n',
    )
    found = faults(file)
    assert [fault.split(":")[1] for fault in found] == ["8", "9"]
    assert "§ 18a PAuswG" in found[0]
    assert "DSGVO" in found[1]


def test_a_file_of_another_encoding_is_one_sentence_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lotse.toml"
    file.write_bytes('[town]\nname = "Köln"\n'.encode("latin-1"))
    (found,) = faults(file)
    assert found == f"{file}:2: is no UTF-8 text; save the file as UTF-8"
