"""Translations of the services and of the places: `dialogs/services/<language>/<service>.yml`.

A nested mapping; its dotted paths are the text keys of `Catalogue.texts()` without the service's id. In the
languages that can be heard it may also hold phrases: `names`, `examples`, `<slot>.<choice>.say` and
`.unasked` go into the one dialogue model beside the German ones, `form.<field>.also` are names of a field.
`say` is the example sentence on the first screen. Languages prepared by a machine say so at their top until a
translator has signed the file:
`translation: {prepared: machine, signed: ""}`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogs.languages import COMPLETE, GERMAN, HEARD, LANGUAGES
from dialogs.service import Service
from dialogs.yamlfile import YamlFile

Sentences = dict[str, list[str]]

PLACES = "places"
HEADER = "translation"
PHRASES = ("say", "unasked")
SPOKEN = "spoken"
"""`<service>.<slot>.<choice>.spoken`: the ways to say an answer aloud in one language."""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Entry:
    """One text of a file: its key, its wordings, and where it stands."""

    key: str
    wordings: list[str]
    path: tuple[str | int, ...]


def entries(file: YamlFile, node: Any, prefix: str, path: tuple[str | int, ...] = ()) -> Iterator[Entry]:
    """Every sentence below `node`; what is none goes into the file's errors."""
    for name, value in node.items():
        key, here = f"{prefix}{name}", (*path, name)
        if isinstance(value, dict):
            yield from entries(file, value, f"{key}.", here)
        elif isinstance(value, str):
            yield Entry(key, [value], here)
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            yield Entry(key, value, here)
        else:
            file.errors.append(
                file.error(f"{key!r} is no sentence and no list of sentences, quote it", *here)
            )


def differences(file: YamlFile, entry: Entry, german: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with a translated text beside the German one: unknown key, placeholders."""
    original = german.get(entry.key)
    if original is None:
        yield file.error(f"{entry.key!r} is no key of the German texts, correct or remove it", *entry.path)
        return
    given = [set(_PLACEHOLDER.findall(text)) for text in original]
    for wording in entry.wordings:
        found = set(_PLACEHOLDER.findall(wording))
        for name in sorted(found - set.union(*given)):
            yield file.error(f"{entry.key!r}: {{{name}}} is no placeholder of the German text", *entry.path)
        for name in sorted(set.intersection(*given) - found):
            yield file.error(f"{entry.key!r}: the placeholder {{{name}}} is missing, add it", *entry.path)


def header_fault(file: YamlFile, lang: str) -> Iterator[str]:
    """What is wrong with the note who has translated; only the languages prepared by a machine need one."""
    header = file.data.pop(HEADER, None)
    if lang in COMPLETE and header is None:
        return
    if (
        not isinstance(header, dict)
        or set(header) != {"prepared", "signed"}
        or not all(isinstance(value, str) for value in header.values())
    ):
        yield file.error(
            "the file does not say who has translated it, write "
            '`translation: {prepared: machine, signed: ""}`',
            HEADER,
        )


def merge(
    services: Mapping[str, Service], german: Mapping[str, Sequence[str]], folder: Path
) -> tuple[dict[str, Service], dict[str, Sentences], list[str]]:
    """The services with all phrases, the texts of each language, and every mistake with file and line.

    `german`: the texts of the catalogue; `folder`: where the service files are.
    """
    merged, errors = dict(services), list[str]()
    texts = {GERMAN: _german_phrases(services.values())}
    for path in sorted(folder.glob("*/*.yml")):
        lang, name = path.parent.name, path.stem
        file = YamlFile.read(path)
        if lang == GERMAN or lang not in LANGUAGES:
            known = ", ".join(code for code in LANGUAGES if code != GERMAN)
            file.errors.append(f"{path}:1: {lang!r} is no language to translate into; there are {known}")
        broken = name not in services and (folder / path.name).exists()
        if name not in services and name != PLACES and not broken:
            file.errors.append(f"{path}:1: there is no service {name!r}; correct the file's name")
        if not file.errors and not broken:
            file.errors += header_fault(file, lang)
            here = texts.setdefault(lang, {})
            if name == PLACES:
                data = file.data.get("place", file.data)
                at = ("place",) if data is not file.data else ()
                _take(file, data, "place.", german, here, at)
            else:
                merged[name] = _phrases(file, lang, merged[name], here)
                _take(file, file.data, f"{name}.", german, here)
        errors += file.errors
    return merged, texts, errors


def _german_phrases(services: Collection[Service]) -> Sentences:
    found = {f"{service.id}.say": [service.say] for service in services}
    for service in services:
        for question in service.questions:
            for choice in question.choices:
                said = (*choice.say, *choice.unasked) or (choice.say0,)
                found[f"{service.id}.{question.slot}.{choice.id}.{SPOKEN}"] = list(said)
    return found


def _take(
    file: YamlFile,
    data: Mapping[str, Any],
    prefix: str,
    german: Mapping[str, Sequence[str]],
    into: Sentences,
    at: tuple[str, ...] = (),
) -> None:
    for entry in list(entries(file, data, prefix, at)):
        file.errors += differences(file, entry, german)
        into[entry.key] = entry.wordings


def _phrases(file: YamlFile, lang: str, service: Service, into: Sentences) -> Service:
    """The service with the file's phrases; they are taken out of the file's data, the texts stay."""
    data = file.data
    names, examples = (_list(file, lang, data, (name,)) for name in ("names", "examples"))
    say = data.pop("say", "")
    if not isinstance(say, str):
        file.errors.append(file.error("`say` is no sentence, quote it", "say"))
    elif say:
        into[f"{service.id}.say"] = [say]
    questions = []
    for question in service.questions:
        choices = []
        for choice in question.choices:
            answer = data.get(question.slot, {})
            answer = answer.get(choice.id, {}) if isinstance(answer, dict) else {}
            found = {
                name: _list(file, lang, answer, (question.slot, choice.id, name))
                for name in PHRASES
                if isinstance(answer, dict)
            }
            spoken = (*found.get("say", ()), *found.get("unasked", ()))
            if spoken:
                into[f"{service.id}.{question.slot}.{choice.id}.{SPOKEN}"] = list(spoken)
            choices.append(
                choice.model_copy(
                    update={
                        name: tuple(dict.fromkeys((*getattr(choice, name), *phrases)))
                        for name, phrases in found.items()
                    }
                )
            )
        questions.append(question.model_copy(update={"choices": tuple(choices)}))
    form = data.get("form", {})
    groups = []
    for group in service.form:
        fields = []
        for field in group.fields:
            texts = form.get(field.id, {}) if isinstance(form, dict) else {}
            also = _list(file, lang, texts, ("form", field.id, "also")) if isinstance(texts, dict) else []
            fields.append(field.model_copy(update={"also": (*field.also, *also)}))
        groups.append(group.model_copy(update={"fields": tuple(fields)}))
    return service.model_copy(
        update={
            "form": tuple(groups),
            "names": tuple(dict.fromkeys((*service.names, *names))),
            "examples": tuple(dict.fromkeys((*service.examples, *examples))),
            "questions": tuple(questions),
        }
    )


def _list(file: YamlFile, lang: str, node: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    """The list of phrases at `path`, taken out of its node; [] where there is none."""
    name = path[-1]
    if name not in node:
        return []
    phrases = node.pop(name)
    if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
        file.errors.append(
            file.error(f"`{'.'.join(path)}` is no list of phrases, write [one, another]", *path)
        )
        return []
    if lang not in HEARD:
        file.errors.append(
            file.error(f"`{'.'.join(path)}`: nobody is understood in {lang!r}, remove the phrases", *path)
        )
    return phrases
