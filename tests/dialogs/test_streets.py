"""The town's streets: found whatever the umlauts and slips; a mistake in the list is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialogs.streets import MOST, StreetList
from dialogs.townfile import read_town
from tests.dialogs.conftest import ROOT


@pytest.fixture(scope="module")
def streets() -> StreetList:
    town, errors = read_town(ROOT / "town/musterstadt.yml")
    assert town is not None, errors
    return town.street_list


@pytest.mark.parametrize(
    "typed, wanted",
    [
        ("hei", "Heidestraße"),
        ("HEIDESTR.", "Heidestraße"),
        ("roehrbrunnen", "Am Röhrbrunnen"),
        ("Rohrbr", "Am Röhrbrunnen"),
        ("uberg", "Übergasse"),
        ("aehren", "Ährenstraße"),
        ("martin", "St.-Martin-Straße"),
        ("paul gerhardt", "Paul-Gerhardt-Straße"),
        ("Hiedestrasse", "Heidestraße"),
        ("heidstraße", "Heidestraße"),
        ("Göthestr", "Goethestraße"),
        ("südrnig", "Südring"),
    ],
)
def test_a_street_is_found_whatever_the_umlauts_and_slips(
    streets: StreetList, typed: str, wanted: str
) -> None:
    assert streets.suggest(typed)[0] == wanted


@pytest.mark.parametrize("number", ["17", "4 b", "12a", "12-14"])
def test_the_house_number_stays_behind_the_street(streets: StreetList, number: str) -> None:
    assert streets.suggest(f"heidestr {number}") == [f"Heidestraße {number}"]


def test_no_more_are_offered_than_one_can_look_at(streets: StreetList) -> None:
    assert len(streets.suggest("am")) == MOST == 5


@pytest.mark.parametrize("typed", ["", "h", "zwölfzylinder", "17", "Heidestraße", "Heidestraße 17"])
def test_nothing_is_offered_too_early_or_once_the_street_is_written(streets: StreetList, typed: str) -> None:
    assert streets.suggest(typed) == []


def test_one_street_is_told_with_its_postcode_a_long_one_with_all_of_its(streets: StreetList) -> None:
    address = streets.find("heidestr. 17")
    assert address
    assert (address.line, address.postcodes) == ("Heidestraße 17", ("99998",))
    long = streets.find("Hauptstraße 5")
    assert long
    assert len(long.postcodes) == 2
    assert streets.find("Heidestra") is None


def test_a_town_without_a_list_has_nothing_to_offer() -> None:
    assert StreetList({}).suggest("haupt") == []
    assert StreetList({}).find("Hauptstraße 1") is None


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("    - Akazienweg\n", "    - Akazienweg\n    - Ahornweg\n", "Ahornweg is there twice"),
        ('"99998":', '"9999":', "9999"),
        ("    - Akazienweg\n", "    - Straße <1>\n", "streets"),
    ],
)
def test_what_is_wrong_in_the_list_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    shutil.copytree(ROOT / "town", tmp_path / "town")
    file = tmp_path / "town/streets.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    town, errors = read_town(tmp_path / "town/musterstadt.yml")
    assert town is None
    [error] = errors
    assert error.startswith(f"{file}:")
    assert told in error
