"""The town's files: hours, closures, the plan and the way; what is wrong in them is told with its line."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date, datetime, time
from pathlib import Path

import pytest

from dialogs.catalogue import Catalogue
from dialogs.town import HOLIDAYS, Town, slug
from dialogs.townfile import read_town, statute_errors
from dialogs.wayfinding import target, way
from dialogs.yamlfile import YamlFile
from robot.cli import main
from robot.services_command import SCHEMAS, check, schemas, write_schemas
from tests.dialogs.conftest import ROOT

FACTS = ROOT / "town" / "musterstadt.yml"


@pytest.fixture(scope="module")
def town() -> Town:
    facts, errors = read_town(FACTS)
    assert facts is not None, errors
    return facts


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the town's folder to spoil."""
    shutil.copytree(ROOT / "town", tmp_path / "town")
    return tmp_path / "town"


def spoil(file: Path, old: str, new: str) -> int:
    """Replaces text in a file; returns the line on which it now stands."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return text[: text.index(new)].count("\n") + 1


# --- when -----------------------------------------------------------------------------------------------


def test_an_office_has_its_own_hours_and_every_other_place_those_of_the_house(town: Town) -> None:
    thursday = date(2026, 11, 26)
    assert town.hours_on(thursday, "registry_office") == [(time(8, 30), time(12)), (time(14), time(17, 30))]
    assert town.hours_on(thursday, "cash_office") == town.hours_on(thursday)
    assert town.hours_on(date(2026, 11, 25), "registry_office") == []
    assert town.is_open(datetime(2026, 11, 26, 17, 45))
    assert not town.is_open(datetime(2026, 11, 26, 17, 45), "registry_office")


def test_a_closure_may_last_several_days_and_concern_some_offices_only(town: Town) -> None:
    for day in (28, 29, 30):
        assert town.closed_because(date(2026, 12, day), "building_office") == "zwischen den Jahren"
        assert town.closed_because(date(2026, 12, day)) == ""
    assert town.closed_because(date(2026, 12, 31), "building_office") == "Silvester"
    assert town.reason(date(2026, 12, 24)) == "@place.closure_christmas_eve.label"


def test_an_office_opens_again_after_its_closure(town: Town) -> None:
    opening = town.next_opening(datetime(2026, 12, 23, 13), "building_office")
    assert opening == (date(2027, 1, 4), time(8), time(12, 30))


def test_every_holiday_of_every_land_has_a_text_or_its_german_name(town: Town) -> None:
    for land in (
        "BB",
        "BE",
        "BW",
        "BY",
        "HB",
        "HE",
        "HH",
        "MV",
        "NI",
        "NW",
        "RP",
        "SH",
        "SL",
        "SN",
        "ST",
        "TH",
    ):
        there = Town.model_validate({**town.model_dump(mode="json", by_alias=True), "land": land})
        there.closed_because(date(2027, 1, 1))
        assert {slug(name) for name in there.holidays.values()} <= set(HOLIDAYS), land
    assert town.reason(date(2026, 12, 25)) == "@day.holiday.erster_weihnachtstag"


# --- where ----------------------------------------------------------------------------------------------


def test_the_way_to_another_floor_leads_by_the_lift(town: Town) -> None:
    first, second = way(town, "registry_office")
    lift = (22.0, 8.5)
    assert (first.floor.id, first.points[0], first.points[-1]) == ("floor_0", (20, 24), lift)
    assert (second.floor.id, second.points[0], second.points[-1]) == ("floor_1", lift, (3, 7))


def test_a_way_keeps_to_the_paths_and_turns_only_where_one_turns(town: Town) -> None:
    [leg] = way(town, "cash_office")
    assert leg.points == ((20, 24), (20, 18.25), (11.5, 18.25), (11.5, 19.5))


def test_every_place_every_room_and_every_floor_can_be_reached(town: Town) -> None:
    rooms = [f"room_{room.number}" for floor in town.floors for room in floor.rooms]
    for place in (*(place.id for place in town.places), *rooms, *(floor.id for floor in town.floors)):
        legs = way(town, place)
        assert legs, place
        found = target(town, place)
        assert found is not None
        assert legs[-1].points[-1] == found[1], place


def test_a_place_that_the_plan_does_not_show_has_no_way(town: Town) -> None:
    assert way(town, "room_999") == ()
    assert way(town.model_copy(update={"floors": ()}), "registry_office") == ()


def test_a_number_beside_the_known_ones_still_tells_the_floor(town: Town) -> None:
    for number, floor in (("215", "floor_2"), ("15", "floor_0"), ("109", "floor_1")):
        near = town.floor_of_number(number)
        assert near is not None
        assert near.id == floor
    assert town.floor_of_number("999") is None


# --- what is wrong ----------------------------------------------------------------------------------------


def test_mistakes_are_told_with_the_file_in_which_they_are(files: Path) -> None:
    line = spoil(files / "offices.yml", "floor: 1. Stock", "flor: 1. Stock")
    room = spoil(files / "plan.yml", 'number: "104"', 'number: "1O4"')
    day = spoil(files / "musterstadt.yml", "reason: Heiligabend", "raeson: Heiligabend")
    _, errors = read_town(files / "musterstadt.yml")
    told = "\n".join(errors)
    assert f"{files / 'offices.yml'}:{line}: `places.1.flor` is not a known key" in told
    assert f"{files / 'plan.yml'}:{room}: " in told
    assert f"{files / 'musterstadt.yml'}:{day}: " in told


@pytest.mark.parametrize(
    "file, old, new, told",
    [
        (
            "plan.yml",
            "box: [2, 7, 7, 4], door: [3, 7]",
            "box: [2, 7, 70, 4], door: [3, 7]",
            "outside of the floor",
        ),
        ("plan.yml", 'number: "103"', 'number: "102"', "room 102 is there twice"),
        ("plan.yml", "wing: floor_1_left, place: registry_office", "wing: attic", "no wing 'attic'"),
        ("plan.yml", "place: registry_office", "place: ministry", "no place 'ministry'"),
        ("plan.yml", "place: registry_office", "place: tax_office", "tax_office sits in 'Zimmer 112'"),
        (
            "plan.yml",
            "- {kind: kiosk, at: [20, 24]}",
            "- {kind: lift, at: [20, 24]}",
            "exactly one mark `kiosk`",
        ),
        ("offices.yml", "floor: 1. Stock", "floor: 3. Stock", "registry_office is on '1. Stock'"),
        ("statutes.yml", "place: tax_office", "place: palace", "no place 'palace'"),
        ("musterstadt.yml", "places: [registry_office]", "places: [zoo]", "no place 'zoo'"),
        (
            "musterstadt.yml",
            '[["08:00", "13:00"]]',
            '[["13:00", "08:00"]]',
            "the hours of fri are not in order",
        ),
        ("musterstadt.yml", "from: 2026-12-28", "from: 2027-12-28", "ends before it begins"),
        ("musterstadt.yml", "day: 2026-12-24", "day: 2026-12-32", "there is no day 2026-12-32"),
        ("musterstadt.yml", "plan.yml", "cellar.yml", "cannot be read"),
    ],
)
def test_what_does_not_fit_together_is_told_with_its_line(
    files: Path, file: str, old: str, new: str, told: str
) -> None:
    spoil(files / file, old, new)
    facts, errors = read_town(files / "musterstadt.yml")
    assert facts is None
    assert any(told in error and error.startswith(f"{files}/") for error in errors), errors


def test_a_room_that_no_path_reaches_is_told(files: Path) -> None:
    plan = files / "plan.yml"
    line = spoil(plan, "- [[2.5, 5.75], [18, 5.75], [22, 5.75], [37.5, 5.75]]", "- [[2.5, 5.75], [17, 5.75]]")
    _, errors = read_town(files / "musterstadt.yml")
    assert line
    assert any("no path leads to room 101" in error for error in errors)


def test_the_facts_may_be_a_folder_of_files(files: Path) -> None:
    main = files / "musterstadt.yml"
    main.write_text(main.read_text(encoding="utf-8").replace("include: ", "# "), encoding="utf-8")
    facts, errors = read_town(files)
    assert errors == []
    assert facts is not None
    assert facts.place("registry_office")


def test_a_key_in_two_files_is_told(files: Path) -> None:
    (files / "statutes.yml").write_text("name: Andernorts\nstatutes: []\n", encoding="utf-8")
    _, errors = read_town(files / "musterstadt.yml")
    assert any(error.startswith(f"{files / 'statutes.yml'}:1: `name` stands in") for error in errors)


def test_a_statute_names_services_that_there_are_and_a_fee_a_statute_that_there_is(
    files: Path, catalogue: Catalogue
) -> None:
    line = spoil(files / "statutes.yml", "services: [dog_tax]", "services: [cat_tax]")
    errors = list(statute_errors(files / "musterstadt.yml", catalogue.services))
    assert any(
        e.startswith(f"{files / 'statutes.yml'}:{line}: there is no service 'cat_tax'") for e in errors
    )
    shutil.copy(ROOT / "town" / "statutes.yml", files / "statutes.yml")
    spoil(files / "statutes.yml", "Hundesteuersatzung Musterstadt", "Katzensteuersatzung")
    errors = list(statute_errors(files / "musterstadt.yml", catalogue.services))
    assert any("a fee of dog_tax comes from" in error for error in errors)


# --- the command and the schemas ----------------------------------------------------------------------------


def test_the_repository_itself_is_in_order() -> None:
    errors, found = check(ROOT / "dialogs" / "services", FACTS)
    assert errors == []
    assert found.endswith("everything is in order.")


def test_the_command_ends_with_1_and_every_mistake_or_with_0(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = files.parent / "lotse.toml"
    text = (ROOT / "lotse.toml").read_text(encoding="utf-8").replace('"models/', f'"{ROOT}/models/')
    text = text.replace('"dialogs/services"', f'"{ROOT}/dialogs/services"')
    settings.write_text(text, encoding="utf-8")
    command = ["--settings", str(settings), "services", "check"]
    assert main(command) == 0
    assert capsys.readouterr().out.endswith("everything is in order.\n")
    first = spoil(files / "offices.yml", "label: Standesamt", "lable: Standesamt")
    second = spoil(files / "offices.yml", "label: Stadtkasse", "lable: Stadtkasse")
    assert main(command) == 1
    told = capsys.readouterr().err
    for line in (first, second):
        assert f"{files / 'offices.yml'}:{line}: " in told
    assert "Traceback" not in told


def test_the_schemas_for_editors_are_those_of_the_models(tmp_path: Path) -> None:
    for name, content in schemas().items():
        assert (SCHEMAS / name).read_text(encoding="utf-8") == content, "run: lotse services schema"
    assert len(write_schemas(tmp_path)) == len(schemas())
    assert write_schemas(tmp_path) == []


def test_every_file_fits_the_schema_that_its_first_line_names(tmp_path: Path) -> None:
    """Ajv, which the pages bring along, reads them as an editor's language server does."""
    cases = []
    for file in (*(ROOT / "dialogs" / "services").glob("*.yml"), *(ROOT / "town").glob("*.yml")):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema="), file
        schema = (file.parent / first.partition("=")[2]).resolve()
        assert schema.parent == SCHEMAS, file
        cases.append({"file": file.name, "schema": str(schema), "data": YamlFile.read(file).data})
    (tmp_path / "cases.json").write_text(json.dumps(cases, default=str), encoding="utf-8")
    script = """
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      const require = createRequire(process.argv[2]);
      const Ajv = require("ajv/dist/2020").default;
      const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
      const made = {};
      for (const { file, schema, data } of JSON.parse(readFileSync(process.argv[1]))) {
        const fits = (made[schema] ??= ajv.compile(JSON.parse(readFileSync(schema))));
        if (!fits(data)) console.log(file, ajv.errorsText(fits.errors));
      }
    """
    done = subprocess.run(
        [
            ROOT / ".venv" / "bin" / "node",
            "--input-type=module",
            "-e",
            script,
            tmp_path / "cases.json",
            ROOT / "kiosk_ui" / "package.json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stdout + done.stderr
