"""`lotse services`: checks every file about services and town, and writes the JSON Schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path

from dialogs import build, field_names
from dialogs.catalogue import Catalogue, CatalogueError, json_schemas
from dialogs.texts import TextError, Texts
from dialogs.townfile import statute_errors

DIALOGS = Path(build.__file__).resolve().parent
TEXTS = DIALOGS / "texts"
NLU = DIALOGS / "rasa" / "nlu"
SCHEMAS = DIALOGS / "schema"


def check(services: Path, town: Path, texts: Path = TEXTS, nlu: Path = NLU) -> tuple[list[str], str]:
    """Every mistake as "file:line: what, what to do", and one sentence on what there is (if none).

    Services with their translations, the town's files, example sentences, and the texts of all languages.
    """
    try:
        catalogue = Catalogue.load(services, town)
    except CatalogueError as problem:
        return problem.errors, ""
    errors = [*statute_errors(town, catalogue.services), *field_names.unknown(catalogue.services)]
    try:
        build.examples(catalogue, nlu, services=services)
    except CatalogueError as problem:
        errors += problem.errors
    try:
        errors += Texts.load(texts, catalogue).missing()
    except TextError as problem:
        errors += problem.errors
    places, rooms = len(catalogue.town.places), sum(len(floor.rooms) for floor in catalogue.town.floors)
    return errors, (
        f"{len(catalogue.services)} services, {places} places and {rooms} rooms: everything is in order."
    )


def schemas() -> dict[str, str]:
    """File name to content of every schema."""
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in json_schemas().items()
    }


def write_schemas(folder: Path = SCHEMAS) -> list[Path]:
    """Writes the schemas; those that are as they should be keep their time. Returns what has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, content in schemas().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
            changed.append(path)
    return changed
