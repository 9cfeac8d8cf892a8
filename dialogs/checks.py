"""Mistakes in service files that no single value shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialogs.conditions import faults, program
from dialogs.service import CHARSETS, AskGroup, Question, Service, StepNode
from dialogs.town import Town
from dialogs.words import plain
from dialogs.yamlfile import YamlFile

# Slots that the dialogue keeps for itself
RESERVED = (
    "service", "station", "pending", "requested_slot", "misunderstood", "asked_as", "later", "later2",
    "later_for", "meant1", "meant2", "returns_to", "step", "outcome", "place", "language", "order",
    "session_started_metadata",
)  # fmt: skip
_OLDEST = 150
_PLACEHOLDER = re.compile(r"\{(\w*)\}")

# Texts of a question: `<slot>.<text>` beside `<slot>.<choice>.label` in a translation.
QUESTION_TEXTS = ("text", "again", "other", "help", "label")


def _conditions(service: Service) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for q, question in enumerate(service.questions):
        yield question.when, ("questions", q, "when")
        for c, choice in enumerate(question.choices):
            yield choice.when, ("questions", q, "choices", c, "when")
    for d, document in enumerate(service.documents):
        yield document.when, ("documents", d, "when")
        yield document.unless, ("documents", d, "unless")
    for c, copy in enumerate(service.copies):
        yield copy.when, ("copies", c, "when")
    for n, node in enumerate(service.journey):
        if isinstance(node, StepNode):
            yield node.when, ("journey", n, "when")
    for f, fee in enumerate(service.fees):
        yield fee.when, ("fees", f, "when")
    for g, group in enumerate(service.form):
        for i, field in enumerate(group.fields):
            yield field.when, ("form", g, "fields", i, "when")
    for c, check in enumerate(service.counter):
        yield check.when, ("counter", c, "when")
    for n, line in enumerate(service.info):
        yield line.when, ("info", n, "when")


def service_errors(file: YamlFile, service: Service) -> Iterator[str]:
    """Errors that no single value shows."""
    slots = {question.slot for question in service.questions}
    if service.answer and service.journey:
        yield file.error("a service has either `answer` or `journey`, remove one", "journey")
    if not service.answer and not service.journey:
        yield file.error("a service needs a `journey` or an `answer`, add one", "id")
    if service.journey and not service.start:
        yield file.error("`start` is missing, add the sentence with which the journey begins", "id")
    if service.four_eyes and not service.form:
        yield file.error("`four_eyes` needs a `form`: without one there is no case to approve", "four_eyes")
    values = {q.slot: {c.id for c in q.choices} for q in service.questions}
    for when, path in _conditions(service):
        if not when:
            continue
        yield from (file.error(fault, *path) for fault in faults(when, values))
    for n, node in enumerate(service.journey):
        for s, slot in enumerate(node.slots if isinstance(node, AskGroup) else ()):
            if slot not in slots:
                yield file.error(f"no question fills {slot!r}; add it or remove it", "journey", n, "slots", s)
    for slot, keys in service.leika_by.items():
        for name in keys:
            if name not in values.get(slot, ()):
                yield file.error(
                    f"no question {slot!r} has the choice {name!r}; correct it", "leika_by", slot, name
                )
    asked = service.slots
    for q, question in enumerate(service.questions):
        if question.slot not in asked:
            yield file.error(
                f"{question.slot!r} is never asked; add it to the journey", "questions", q, "slot"
            )
        if question.when and question.choice(question.otherwise) is None:
            yield file.error("`otherwise` must name a choice when `when` is given", "questions", q, "slot")
        if question.otherwise and not question.when:
            yield file.error(
                "`otherwise` counts only beside `when`; add that or remove this", "questions", q, "otherwise"
            )
        later = asked[asked.index(question.slot) :] if question.slot in asked else ()
        for name in sorted(set(later) & set(program(question.when).variables() if question.when else ())):
            yield file.error(
                f"`when` depends on {name!r}, which is not answered by then; ask that before",
                "questions",
                q,
                "when",
            )
        if question.slot in RESERVED or question.slot.startswith("was_"):
            yield file.error(
                f"the dialogue itself uses {question.slot!r}; give the question another name",
                "questions",
                q,
                "slot",
            )
        yield from _ambiguous(file, question, q)
        yield from _twice(file, [c.id for c in question.choices], "questions", q, "choices")
        for c, choice in enumerate(question.choices):
            if choice.id in QUESTION_TEXTS:
                yield file.error(
                    f"a choice cannot be called {choice.id!r}, a text of the question is; give it another id",
                    *("questions", q, "choices", c, "id"),
                )
    yield from _twice(file, [q.slot for q in service.questions], "questions")
    yield from _twice(file, [node.name for node in service.journey], "journey")
    yield from _twice(file, [d.id for d in service.documents], "documents")
    yield from _twice(file, [c.id for c in service.copies], "copies")
    if bool(service.copies) is not any(node.name == "copy" for node in service.journey):
        yield file.error("`copies` and the step `copy` of the journey go together; add what is missing", "id")
    steps = {node.name for node in service.journey if isinstance(node, StepNode)}
    for name, there in (("info", service.info), ("form", service.form)):
        if bool(there) is not (name in steps):
            yield file.error(
                f"`{name}` and the step `{name}` of the journey go together; add what is missing", "id"
            )
    yield from _twice(file, [c.id for c in service.counter], "counter")
    yield from _twice(file, [line.id for line in service.info], "info")
    yield from _twice(file, [f.id for f in service.fees], "fees")
    for f, fee in enumerate(service.fees):
        yield from _twice(file, [str(a.from_) for a in fee.amounts], "fees", f, "amounts")
    yield from _placeholders(file, service)
    for name, pattern in service.charsets.items():
        try:
            re.compile(pattern)
        except re.error as problem:
            yield file.error(f"the pattern does not parse ({problem.msg}), correct it", "charsets", name)
    fields = [(g, i, field) for g, group in enumerate(service.form) for i, field in enumerate(group.fields)]
    seen = {group.id for group in service.form}
    ids = {field.id for _, _, field in fields}
    yield from _twice(file, [group.id for group in service.form], "form")
    for g, i, field in fields:
        path = ("form", g, "fields", i)
        if field.id in seen:
            yield file.error(f"{field.id!r} is there twice, give one another id", *path, "id")
        seen.add(field.id)
        if field.type == "choice" and not field.options:
            yield file.error("a choice field needs `options`, add them", *path, "id")
        if field.charset and field.charset not in CHARSETS | service.charsets:
            known = ", ".join(sorted(CHARSETS | service.charsets))
            yield file.error(
                f"there is no charset {field.charset!r}; choose from {known}, or add it to `charsets`",
                *path,
                "charset",
            )
        for value in field.colours:
            if value not in dict(field.options):
                yield file.error(f"there is no option {value!r}, correct it", *path, "colours", value)
        for part, other in field.address or ():
            if other and other not in ids:
                yield file.error(
                    f"there is no field {other!r} in this form, correct it", *path, "address", part
                )
        if field.past and field.future:
            yield file.error("a date is `past` or `future`, remove one", *path, "past")
        if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
            yield file.error("`minimum` is above `maximum`, correct one", *path, "minimum")
        if (
            field.default
            and field.options
            and not field.free_text
            and field.default not in dict(field.options)
        ):
            yield file.error("`default` is none of the options, correct it", *path, "default")
        yield from _twice(file, [value for value, _ in field.options], *path, "options")
        if field.max_length and field.min_length > field.max_length:
            yield file.error("`min_length` is above `max_length`, correct one", *path, "min_length")


def _ambiguous(file: YamlFile, question: Question, number: int) -> Iterator[str]:
    """Phrases that mean two answers, and ages that belong to two."""
    said: dict[str, str] = {}
    ages: dict[int, str] = {}
    for c, choice in enumerate(question.choices):
        path = ("questions", number, "choices", c)
        for name in ("say", "unasked"):
            for p, phrase in enumerate(getattr(choice, name)):
                if not phrase.strip():
                    yield file.error("a phrase is empty, remove it", *path, name, p)
                elif name == "say" and said.setdefault(plain(phrase), choice.id) != choice.id:
                    yield file.error(
                        f"{phrase!r} also means {said[plain(phrase)]!r}, keep one of them", *path, name, p
                    )
        if choice.age is None:
            continue
        if choice.age.from_ > choice.age.to:
            yield file.error("`from` is above `to`, correct one", *path, "age")
        for years in range(choice.age.from_, min(choice.age.to, _OLDEST) + 1):
            if ages.setdefault(years, choice.id) != choice.id:
                yield file.error(
                    f"the age of {years} belongs to {ages[years]!r} as well, correct one", *path, "age"
                )
                break


def _placeholders(file: YamlFile, service: Service) -> Iterator[str]:
    """Nothing is filled into the texts of a service but the day of a line of information."""
    for key, path, text, known in _sentences(service):
        for name in _PLACEHOLDER.findall(text):
            if name not in known:
                yield file.error(
                    f"`{key}`: nothing is filled in for {{{name}}}; write the words out"
                    + (" or add `days`" if name == "date" and path[0] == "info" else ""),
                    *path,
                )


def _sentences(service: Service) -> Iterator[tuple[str, tuple[str | int, ...], str, tuple[str, ...]]]:
    for name in ("label", "hint", "say", "duration", "bring", "who"):
        yield name, (name,), getattr(service, name), ()
    for q, question in enumerate(service.questions):
        for name in QUESTION_TEXTS:
            yield name, ("questions", q, name), getattr(question, name), ()
        for c, choice in enumerate(question.choices):
            for name in ("label", "hint", "ack", "note"):
                yield name, ("questions", q, "choices", c, name), getattr(choice, name), ()
    for d, document in enumerate(service.documents):
        for name in ("label", "detail"):
            yield name, ("documents", d, name), getattr(document, name), ()
    for n, line in enumerate(service.info):
        yield "text", ("info", n, "text"), line.text, () if line.days is None else ("date",)


def _twice(file: YamlFile, names: list[str], *path: str | int) -> Iterator[str]:
    for n, name in enumerate(names):
        if name in names[:n]:
            yield file.error(f"{name!r} is there twice, remove one", *path, n)


def shared_errors(services: Mapping[str, Service], folder: Path) -> Iterator[str]:
    """A slot that several services ask must have the same choices: the dialogue knows it once."""
    first: dict[str, tuple[str, set[str]]] = {}
    for service in services.values():
        for question in service.questions:
            ids = {choice.id for choice in question.choices}
            other, others = first.setdefault(question.slot, (service.id, ids))
            if others != ids:
                yield (
                    f"{folder / service.id}.yml:1: the choices of {question.slot!r} differ from those in "
                    f"{other}.yml; give it another name"
                )


def place_errors(files: Mapping[str, YamlFile], services: Mapping[str, Service], town: Town) -> Iterator[str]:
    """A service is done at a place the town knows."""
    known = {place.id for place in town.places}
    for name, service in services.items():
        if service.where and service.where not in known:
            yield files[name].error(
                f"the town has no place {service.where!r}; choose from {', '.join(sorted(known))}", "where"
            )
