"""The services of the town as data: a typed, checked view of `dialogs/services/*.yml` and the town's facts.

Adding a service is adding one file. Every mistake in any file is reported at once, with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from dialogs import field_names
from dialogs.checks import place_errors, service_errors, shared_errors
from dialogs.conditions import Choices, holds
from dialogs.fields import Fault, field_fault, german_date
from dialogs.service import (
    AskGroup,
    Choice,
    CopyItem,
    CounterCheck,
    Fee,
    Field,
    FieldGroup,
    InfoLine,
    Node,
    Online,
    Question,
    Service,
    StepNode,
)
from dialogs.town import Place, Town
from dialogs.townfile import read_town
from dialogs.translations import Sentences, merge
from dialogs.yamlfile import YamlFile

__all__ = [
    "AskGroup",
    "Catalogue",
    "CatalogueError",
    "Choice",
    "CopyItem",
    "CounterCheck",
    "DocumentLine",
    "Fault",
    "FeeLine",
    "Field",
    "FieldGroup",
    "InfoLine",
    "Node",
    "Online",
    "Place",
    "Question",
    "Service",
    "ServiceCard",
    "StepNode",
    "Town",
    "german_date",
    "json_schemas",
]


class CatalogueError(Exception):
    """The catalogue cannot be used; `errors` says every reason as "file:line: what, what to do"."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))


@dataclass(frozen=True)
class ServiceCard:
    """A service on the welcome screen."""

    id: str
    label: str
    hint: str
    icon: str
    say: str
    payload: str


@dataclass(frozen=True)
class DocumentLine:
    """One line of the checklist."""

    id: str
    label: str
    detail: str
    law: str
    required: bool


@dataclass(frozen=True)
class FeeLine:
    """One fee in cents, the paragraph it comes from and the day from which it holds."""

    id: str
    label: str
    cents: int
    law: str
    since: date


class Catalogue:
    """All services and the town."""

    def __init__(self, services: Mapping[str, Service], town: Town) -> None:
        self.services = dict(services)
        self.town = town
        self.translations: dict[str, Sentences] = {}

    @classmethod
    def load(cls, services: Path, town: Path) -> Catalogue:
        """Reads `services/*.yml` and the town file. Raises CatalogueError with every mistake of all files."""
        errors: list[str] = []
        found: dict[str, Service] = {}
        files: dict[str, YamlFile] = {}
        for path in sorted(services.glob("*.yml")):
            file = YamlFile.read(path)
            service = file.model(Service)
            errors += file.errors
            if service is None:
                continue
            errors += service_errors(file, service)
            if service.id != path.stem:
                errors.append(file.error(f"`id` is not the file's name, write {path.stem}", "id"))
            found[service.id] = service
            files[service.id] = file
        if not found and not errors:
            errors.append(f"{services}:1: no service file (*.yml) here; correct the setting town.services")
        facts, town_errors = read_town(town)
        errors += town_errors
        errors += shared_errors(found, services)
        if facts is not None:
            errors += place_errors(files, found, facts)
        if facts is None:
            raise CatalogueError(errors)
        catalogue = cls(found, facts)
        german = catalogue.texts()
        catalogue.services, catalogue.translations, translation_errors = merge(found, german, services)
        errors += translation_errors
        catalogue.services, name_errors = field_names.named(catalogue.services)
        errors += name_errors
        if errors:
            raise CatalogueError(errors)
        catalogue.closed_because(date.today())  # the calendar takes a second at its first use
        return catalogue

    def frozen(self) -> Catalogue:
        """What holds now, and goes on to hold whatever is changed in this one later.

        Services and town are never changed in place: an edit puts others in their stead.
        """
        return Catalogue(self.services, self.town)

    def service(self, service: str) -> Service:
        """The service of that id. Raises CatalogueError if there is none."""
        try:
            return self.services[service]
        except KeyError:
            known = ", ".join(self.services)
            raise CatalogueError([f"there is no service {service!r}; there are {known}"]) from None

    def welcome_services(self) -> list[ServiceCard]:
        """The services for the first screen: by rank, then journeys first."""
        shown = sorted(
            (s for s in self.services.values() if s.welcome),
            key=lambda s: (s.rank, s.kind != "journey", not s.form),
        )
        return [ServiceCard(s.id, s.label, s.hint, s.icon, s.say, s.payload) for s in shown]

    def question(self, service: str, slot: str, choices: Choices | None = None) -> Question:
        """The question with the answers that are possible after the choices so far."""
        question = self.service(service).question(slot)
        possible = tuple(c for c in question.choices if holds(c.when, choices or {}) is not False)
        return question.model_copy(update={"choices": possible})

    def choice_label(self, service: str, slot: str, choice: str) -> str:
        """The label of one answer."""
        found = self.service(service).question(slot).choice(choice)
        return found.label if found else choice

    def journey(self, service: str, choices: Choices | None = None) -> tuple[Node, ...]:
        """The stations of the journey.

        A step with a `when` belongs to it once the choices fulfil that; a group of questions unless none of
        them is asked in this case.
        """
        known = choices or {}
        found = self.service(service)
        return tuple(
            node
            for node in found.journey
            if (
                any(holds(found.question(slot).when, known) is not False for slot in node.slots)
                if isinstance(node, AskGroup)
                else holds(node.when, known)
            )
        )

    def answered(self, service: str, choices: Choices) -> list[tuple[AskGroup, str]]:
        """The slots that were really asked and answered, each with its station; fillers are left out."""
        found = self.service(service)
        return [
            (node, slot)
            for node in found.journey
            if isinstance(node, AskGroup)
            for slot in node.slots
            if choices.get(slot) and holds(found.question(slot).when, choices) is not False
        ]

    def leika(self, service: str, choices: Choices) -> str:
        """The key of the public service in this case; "" where none is known."""
        found = self.service(service)
        for slot, keys in found.leika_by.items():
            if key := keys.get(choices.get(slot, "")):
                return key
        return found.leika

    def documents(self, service: str, choices: Choices) -> list[DocumentLine]:
        """What to bring for exactly this case."""
        return [
            DocumentLine(d.id, d.label, d.detail, d.law, d.required)
            for d in self.service(service).documents
            if holds(d.when, choices) and not (d.unless and holds(d.unless, choices))
        ]

    def documents_open(self, service: str, choices: Choices) -> bool:
        """Whether it still depends on answers which required documents belong to the case."""
        return any(holds(d.when, choices) is None for d in self.service(service).documents if d.required)

    def copies(self, service: str, choices: Choices) -> list[CopyItem]:
        """What may be copied in exactly this case."""
        return [item for item in self.service(service).copies if holds(item.when, choices)]

    def counter(self, service: str, choices: Choices) -> list[CounterCheck]:
        """What the clerk must see in exactly this case."""
        return [check for check in self.service(service).counter if holds(check.when, choices)]

    def info(self, service: str, choices: Choices) -> list[InfoLine]:
        """What the step `info` says in exactly this case."""
        return [line for line in self.service(service).info if holds(line.when, choices)]

    def fees(self, service: str, choices: Choices, on: date) -> list[FeeLine]:
        """The fees that certainly apply on that day; what depends on an unknown choice gives no line."""
        return [
            line
            for fee in self.service(service).fees
            if holds(fee.when, choices) and (line := _fee_line(fee, on))
        ]

    def possible_fees(self, service: str, choices: Choices, on: date) -> list[FeeLine]:
        """The main fees that may apply, as long as a choice is open that decides between them."""
        return [
            line
            for fee in self.service(service).fees
            if not fee.extra and holds(fee.when, choices) is None and (line := _fee_line(fee, on))
        ]

    def listed_fees(self, service: str, choices: Choices, on: date) -> list[FeeLine]:
        """Every fee that the known choices do not rule out, extras included."""
        return [
            line
            for fee in self.service(service).fees
            if holds(fee.when, choices) is not False and (line := _fee_line(fee, on))
        ]

    def fields(self, service: str, choices: Choices) -> list[FieldGroup]:
        """The form for this case."""
        groups = []
        for group in self.service(service).form:
            fields = tuple(f for f in group.fields if holds(f.when, choices))
            if fields:
                groups.append(group.model_copy(update={"fields": fields}))
        return groups

    def validate_field(self, field: Field, value: str, on: date) -> Fault | None:
        """What is wrong with a value that was entered: length, characters, the shape its type asks for."""
        return field_fault(field, value.strip(), on)

    def choices_for_age(self, service: str, years: int) -> dict[str, str]:
        """The choices that an age in years decides, e.g. {"age_group": "adult"}."""
        return {
            question.slot: choice.id
            for question in self.service(service).questions
            for choice in question.choices
            if choice.age is not None and years in choice.age
        }

    # --- the town's clock -----------------------------------------------------------------------

    def closed_because(self, day: date, place: str = "") -> str:
        """Holiday or closure of that day (of the house, or of that place); "" on an ordinary day."""
        return self.town.closed_because(day, place)

    def hours_on(self, day: date, place: str = "") -> list[tuple[time, time]]:
        """Opening hours of a day, local time; empty when closed. `place`: an office with hours of its own."""
        return self.town.hours_on(day, place)

    def is_open(self, at: datetime, place: str = "") -> bool:
        """Whether the town hall (or that place) is open at that local time."""
        return self.town.is_open(at, place)

    def next_opening(self, at: datetime, place: str = "") -> tuple[date, time, time] | None:
        """The next opening after that local time within three weeks."""
        return self.town.next_opening(at, place)

    def place(self, place: str) -> Place | None:
        """The place of that id."""
        return self.town.place(place)

    # --- texts -----------------------------------------------------------------------------------

    def texts(self) -> dict[str, list[str]]:
        """Every sentence of the catalogue (German) under its key, e.g. `identity_card.reason.text`."""
        return {
            key: value for service in self.services.values() for key, value in _service_texts(service)
        } | self.town.texts()


def json_schemas() -> dict[str, Any]:
    """JSON Schemas (2020-12) of a service file and of the town's files, for editors.

    The town's facts may be spread over several files: no key is required in one of them.
    """
    town = Town.model_json_schema()
    town.pop("required")
    town["properties"]["include"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Further files of the town's facts, beside this one.",
    }
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {"service": dialect | Service.model_json_schema(), "town": dialect | town}


def _fee_line(fee: Fee, on: date) -> FeeLine | None:
    amount = fee.on(on)
    if amount is None:
        return None
    return FeeLine(fee.id, fee.label, amount.cents, amount.law or fee.law, amount.from_)


def _service_texts(service: Service) -> Iterator[tuple[str, list[str]]]:
    top = service.id
    single = {
        "label": service.label,
        "hint": service.hint,
        "start": service.start,
        "duration": service.duration,
        "bring": service.bring,
        "who": service.who,
        "online.label": service.online.label if service.online else "",
    }
    for question in service.questions:
        at = question.slot
        single |= {
            f"{at}.{name}": getattr(question, name) for name in ("text", "again", "other", "help", "label")
        }
        for choice in question.choices:
            single |= {
                f"{at}.{choice.id}.{name}": getattr(choice, name) for name in ("label", "hint", "ack", "note")
            }
    single |= {f"station.{node.name}.label": node.label for node in service.journey}
    for document in service.documents:
        single |= {f"document.{document.id}.{name}": getattr(document, name) for name in ("label", "detail")}
    for item in service.copies:
        single |= {f"copy.{item.id}.{name}": getattr(item, name) for name in ("label", "purpose")}
    for group in service.form:
        single[f"form.{group.id}.label"] = group.label
        for field in group.fields:
            single |= {f"form.{field.id}.{name}": getattr(field, name) for name in ("label", "help")}
            single |= {f"form.{field.id}.{option}": label for option, label in field.options}
    single |= {f"counter.{check.id}.label": check.label for check in service.counter}
    single |= {f"info.{line.id}.text": line.text for line in service.info}
    single |= {f"fee.{fee.id}.label": fee.label for fee in service.fees}
    yield from ((f"{top}.{key}", [text]) for key, text in single.items() if text)
    for key, text in service.texts.items():
        yield f"{top}.{key}", [text] if isinstance(text, str) else text
