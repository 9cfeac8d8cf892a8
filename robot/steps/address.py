"""Part of the form step: a street is looked up in the town's list, which also knows its postcode.

What is typed stays in the visit: the list is in memory, nobody is asked.
"""

from __future__ import annotations

from dialogs.catalogue import Field
from robot.cases.model import Provenance
from robot.steps.stage import Stage


def suggestions(stage: Stage, field: Field) -> list[str]:
    """Streets of the town that may be meant by what stands in the field, as they are written."""
    value = stage.visit.values.get(field.id)
    if field.address is None or value is None:
        return []
    longest = field.max_length or len(value.text) + 100
    found = stage.catalogue.town.street_list.suggest(value.text)
    return [line for line in found if len(line) <= longest]


def follow(stage: Stage, field: Field) -> None:
    """Postcode and town follow the street while it is one of the town's and they are nobody else's.

    What the citizen has entered, or a document gave, is left alone.
    """
    if field.address is None:
        return
    town, visit = stage.catalogue.town, stage.visit
    groups = stage.catalogue.fields(visit.service, visit.choices)
    shown = {other.id for group in groups for other in group.fields}
    value = visit.values.get(field.id)
    found = town.street_list.find(value.text) if value else None
    postcode = found.postcodes[0] if found and len(found.postcodes) == 1 else ""
    for name, text in ((field.address.postcode, postcode), (field.address.town, town.name if found else "")):
        held = visit.values.get(name)
        free = held is None or not held.text or held.provenance is Provenance.STREETS
        if name in shown and free and (text or held):
            visit.set_value(name, text, Provenance.STREETS)
