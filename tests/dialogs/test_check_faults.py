"""Whoever writes a service file is told each mistake in a sentence with its line; editors say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from dialogs.catalogue import json_schemas
from dialogs.checks import service_errors
from dialogs.service import Service
from dialogs.yamlfile import YamlFile
from tests.dialogs.conftest import ROOT

SERVICES = ROOT / "dialogs" / "services"
PASSPORT = (SERVICES / "passport.yml").read_text(encoding="utf-8")
PAGES = "when: passport_reason != 'collect' && passport_kind != 'provisional'"
NAME_CHANGED = "when: passport_reason == 'name_changed'"


def told(text: str) -> list[str]:
    file = YamlFile.foreign(text, "passport.yml")
    service = file.model(Service)
    return file.errors if service is None else list(service_errors(file, service))


@pytest.mark.parametrize(
    "right, wrong, says",
    [
        ("{step: checklist", "{step: cheklist", "`journey.2.step` is not known, choose from 'info'"),
        ("{step: form, label: Angaben,", "{step: form,", "`journey.4.label` is missing, add it"),
        ("{step: form, label: Angaben,", "{label: Angaben,", "`journey.4` is wrong: a station has"),
        ("{step: form, label: Angaben,", "{step: form, label: A, wenn: x,", "`journey.4.wenn` is not"),
        ("slots: [photo]", "slots: []", "`journey.6.slots` has 0 of at least 1 items"),
        ("required: false", "required: ja", "`documents.1.required` is neither true nor false"),
        ('eur: "70.00"', 'eur: "Infinity"', "an amount is written as text"),
        ('eur: "70.00"', "eur: 70.00", "an amount is written as text"),
        ('eur: "70.00"', 'eur: "70,00"', "an amount is written as text"),
        ("{from: 2024-01-01", "{from: 01.01.2024", "a day is written as 2026-02-07"),
        ("32 seiten, \"32\"", "32 seiten, 32", "`questions.4.choices.0.say.3` is no text"),
        ("text: Wie schnell brauchen Sie den Pass?", 'text: ""', "`questions.3.text` is empty"),
        ("text: Wie schnell brauchen", "text: Wie {schnell} brauchen", "nothing is filled in for {schnell}"),
        ("  - ich brauche einen neuen reisepass", "  - ein [pass](x)", "`examples.0` does not have"),
        (NAME_CHANGED, "when: ''", "the condition is empty, remove the key"),
        (NAME_CHANGED, "when: passport_reason = 'lost'", "the condition does not parse"),
        (NAME_CHANGED, "when: reisegrund == 'lost'", "`when` names 'reisegrund', but no"),
        (NAME_CHANGED, "when: passport_reason in ['lost', 'lst']", "passport_reason is never 'lst'"),
        (NAME_CHANGED, "when: 'passport_reason == \"lst\"'", "passport_reason is never 'lst'"),
        (NAME_CHANGED, "when: passport_reason == 3", "`when` never holds"),
        (NAME_CHANGED, "when: passport_reason", "`when` is neither true nor false"),
        (NAME_CHANGED, "when: nothing_like_it(passport_reason)", "`when` cannot be decided"),
        (NAME_CHANGED, "when: passport_reason > 3", "`when` cannot be decided"),
        (NAME_CHANGED, 'when: "true"', "`when` names no question"),
        (PAGES, "when: delivery == 'pickup'", "depends on 'delivery', which is not answered by then"),
        (f"    {PAGES}\n", "", "`otherwise` counts only beside `when`"),
        ("minimum: 30, maximum: 260", "minimum: 300, maximum: 260", "`minimum` is above `maximum`"),
        ("[male, männlich]", "[female, männlich]", "'female' is there twice"),
        ("age: {from: 18, to: 23}", "age: {from: 17, to: 23}", "the age of 17 belongs to 'minor' as well"),
        ("age: {from: 18, to: 23}", "age: {from: 23, to: 18}", "`from` is above `to`"),
        ("say: [express, expresspass", "say: [normal, expresspass", "'normal' also means 'normal'"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_once_with_its_line(right: str, wrong: str, says: str) -> None:
    assert right in PASSPORT
    [sentence] = told(PASSPORT.replace(right, wrong, 1))
    assert says in sentence
    line = PASSPORT[: PASSPORT.index(right)].count("\n") + 1
    assert abs(int(sentence.split(":")[1]) - line) <= 1, "the line of the mistake, or that of its key"


def test_a_question_does_not_take_a_name_that_the_dialogue_needs() -> None:
    assert any(
        "the dialogue itself uses 'station'" in s for s in told(PASSPORT.replace("passport_pages", "station"))
    )


def test_files_as_they_are_have_no_mistake() -> None:
    for path in sorted(SERVICES.glob("*.yml")):
        assert told(path.read_text(encoding="utf-8")) == [], path.name


# --- editors --------------------------------------------------------------------------------------

PATTERNS: list[Any] = [None, "", -1, True, "Ä ö", [], [1], {"a": 1}]


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=date.isoformat))


def paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


def put(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    node = changed
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return changed


def fits(data: Any) -> bool:
    try:
        Service.model_validate(data)
    except ValidationError:
        return False
    return True


def test_editors_find_in_a_file_what_the_check_finds() -> None:
    """Every kind of place in the file with every kind of wrong value; CEL and days are beyond a schema."""
    data = YamlFile.read(SERVICES / "certificate_of_conduct.yml").data
    schema = jsonschema_rs.validator_for(json_schemas()["service"])
    assert fits(data)
    assert schema.is_valid(as_json(data))
    seen = set()
    for path in paths(data):
        kind = tuple("#" if isinstance(part, int) else part for part in path)
        if not path or kind in seen:
            continue
        seen.add(kind)
        for value in PATTERNS:
            if isinstance(value, str) and value and path[-1] in ("when", "unless", "from"):
                continue
            if value == "" and path[-1] == "from":
                continue
            broken = put(data, path, value)
            assert fits(broken) == schema.is_valid(as_json(broken)), (path, value)


def test_schemas_in_the_repository_are_those_of_the_model(tmp_path: Path) -> None:
    for name, schema in json_schemas().items():
        stored = ROOT / "dialogs" / "schema" / f"{name}.schema.json"
        assert json.loads(stored.read_text(encoding="utf-8")) == schema, "run `lotse services schema`"
