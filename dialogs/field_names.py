"""Other names by which people call a form's fields aloud: "Geburtsdatum" for the field "Tag der Geburt".

Those of `field_names.yml` count in every service, by the field's id; `also` in a service's own files adds to
them. No name is shown or said by the colleague.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from dialogs.languages import HEARD
from dialogs.service import FieldGroup, Service
from dialogs.yamlfile import YamlFile

FILE = Path(__file__).with_name("field_names.yml")
SHORTEST = 3  # letters


def named(services: Mapping[str, Service], path: Path = FILE) -> tuple[dict[str, Service], list[str]]:
    """The services with all names of their fields, and every mistake of the file as "file:line: …"."""
    file = YamlFile.read(path)
    shared = dict(_shared(file)) if not file.errors else {}
    found = {}
    for service in services.values():
        form = [_group(group, shared) for group in service.form]
        found[service.id] = service.model_copy(update={"form": tuple(form)})
    return found, file.errors


def unknown(services: Mapping[str, Service], path: Path = FILE) -> Iterator[str]:
    """Names of fields that no service has, and names that two fields of one group share."""
    file = YamlFile.read(path)
    fields = {field.id for s in services.values() for group in s.form for field in group.fields}
    for name in file.data or {}:
        if name not in fields:
            yield file.error(f"no service has a field {name!r}, correct or remove it", name)
    for service in services.values():
        for group in service.form:
            yield from _shared_names(service, group)


def _shared_names(service: Service, group: FieldGroup) -> Iterator[str]:
    first: dict[str, str] = {}
    for field in group.fields:
        for name in field.also:
            other = first.setdefault(name, field.id)
            if other != field.id:
                yield (
                    f"dialogs/services/{service.id}.yml:1: the fields {other!r} and {field.id!r} are both "
                    f"called {name!r}; remove it from one"
                )


def _shared(file: YamlFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Field to names; what is no list of names goes into the file's errors."""
    for field, by_language in file.data.items():
        names: list[str] = []
        for lang, given in by_language.items() if isinstance(by_language, dict) else ((None, None),):
            if lang not in HEARD or not isinstance(given, list):
                known = " and ".join(f"`{code}: [name]`" for code in ("de", "en"))
                file.errors.append(file.error(f"{field!r} has no lists of names, write {known}", field))
                continue
            file.errors += [file.error(fault, field, lang, at) for at, fault in _faults(given)]
            names += [str(name) for name in given]
        yield field, tuple(dict.fromkeys(names))


def _faults(names: Collection[object]) -> Iterator[tuple[int, str]]:
    for at, name in enumerate(names):
        if not isinstance(name, str) or name != " ".join(name.lower().split()) or len(name) < SHORTEST:
            yield at, f"{name!r} is no name as it is heard, write it in lower case"


def _group(group: FieldGroup, shared: Mapping[str, tuple[str, ...]]) -> FieldGroup:
    fields = [
        field.model_copy(update={"also": tuple(dict.fromkeys((*field.also, *shared.get(field.id, ()))))})
        for field in group.fields
    ]
    return group.model_copy(update={"fields": tuple(fields)})
