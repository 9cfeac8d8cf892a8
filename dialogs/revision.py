"""What a changed answer makes necessary: what of a step is new to whoever has been through it before."""

from __future__ import annotations

from dialogs.catalogue import AskGroup, Catalogue, Service, StepNode
from dialogs.conditions import Choices, holds


def known_at(service: Service, station: str, choices: Choices) -> dict[str, str]:
    """The answers that are known when the visit comes to the station on its way from the greeting."""
    known: dict[str, str] = {}
    for node in service.journey:
        if node.name == station:
            break
        if isinstance(node, AskGroup):
            known |= {slot: choices[slot] for slot in node.slots if choices.get(slot)}
    return known


def contents(catalogue: Catalogue, service: str, step: str, choices: Choices) -> frozenset[str]:
    """Ids of what the step tells or asks in this case: sentences, documents, fields or copies."""
    found = catalogue.service(service)
    known = known_at(found, step, choices)
    node = next((n for n in found.journey if isinstance(n, StepNode) and n.name == step), None)
    if node is None or not holds(node.when, known):
        return frozenset()
    match step:
        case "info":
            return frozenset(line.id for line in catalogue.info(service, known))
        case "checklist":
            return frozenset(document.id for document in catalogue.documents(service, known))
        case "form":
            return frozenset(f.id for group in catalogue.fields(service, known) for f in group.fields)
        case "copy":
            return frozenset(item.id for item in catalogue.copies(service, known))
    return frozenset()


def news(catalogue: Catalogue, service: str, step: str, before: Choices, now: Choices) -> frozenset[str]:
    """What the step has now and had not with the answers `before`."""
    return contents(catalogue, service, step, now) - contents(catalogue, service, step, before)
