"""What was read from a document as proposals in the form, written as people write it."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.camera.mrz_format import umlaut_places, umlaut_proposals
from hardware.ports import DocumentRead, MrzRead
from robot.cases.model import Provenance
from robot.steps.stage import Stage

NAMES = ("surname", "given_names")
MOST_SPELLINGS = 3  # besides the zone's own


def take(stage: Stage, values: Mapping[str, str], provenance: Provenance) -> None:
    """Propose `values`, by the names of a zone's fields or of the form's own; empty ones are left out.

    A name that a zone spells with A to Z only may have umlauts on paper: it is doubtful until the citizen has
    chosen a spelling.
    """
    for group in stage.catalogue.fields(stage.visit.service, stage.visit.choices):
        for field in group.fields:
            name = field.from_mrz or field.id
            text = as_written(name, values)
            if not text:
                continue
            stage.visit.set_value(field.id, text, provenance)
            if name in NAMES and not values.get(f"spelled_{name}"):
                value = stage.visit.values[field.id]
                value.spellings = spellings(name, values[name])
                if value.spellings:
                    places = umlaut_places(values[name], sharp=name == "surname")
                    value.doubtful = tuple(column for start in places for column in (start, start + 1))


def spellings(name: str, read: str) -> tuple[str, ...]:
    """How the surname or the given names that a zone has as `read` may be written, the zone's own way last.

    Empty when there is but one way. Given names have no ß.
    """
    proposed = umlaut_proposals(read, MOST_SPELLINGS, sharp=name == "surname")
    ways = (*proposed, read) if proposed else ()
    return tuple(
        " ".join("-".join(piece.capitalize() for piece in part.split("-")) for part in way.split())
        for way in ways
    )


def mark_doubtful(stage: Stage, read: MrzRead) -> None:
    """Mark the characters of the names that the camera was not sure of; names have no check digit."""
    for group in stage.catalogue.fields(stage.visit.service, stage.visit.choices):
        for field in group.fields:
            value = stage.visit.values.get(field.id)
            if field.from_mrz in NAMES and value and value.provenance is Provenance.MRZ:
                unsure = doubtful(read, field.from_mrz, len(value.text))
                value.doubtful = tuple(sorted({*value.doubtful, *unsure}))


def from_chip(read: DocumentRead) -> dict[str, str]:
    """The chip's fields by the form's names: DG11 has the names as they are spelled, the zone only A to Z."""
    spelled = {name: read.fields.get(f"spelled_{name}", "") for name in NAMES}
    return dict(read.fields) | {name: text for name, text in spelled.items() if text}


def doubtful(read: MrzRead, name: str, length: int) -> tuple[int, ...]:
    """Which characters of a name were not sure; names stand in the last line of three, else in the first.

    ICAO 9303-4 §4.2.2, -5 §4.2.2, -6 §4.2.2: surname, two fillers, given names; names have no check digit.
    """
    line, start = (2, 0) if len(read.lines) == 3 else (0, 5)
    if name == "given_names":
        start = read.lines[line].index("<<", start) + 2
    columns = (column - start for at, column in read.doubtful if at == line)
    return tuple(sorted(column for column in columns if 0 <= column < length))


def as_written(name: str, values: Mapping[str, str]) -> str:
    """The value `name` as people write it: names with small letters, dates as in German."""
    text = values.get(name, "")
    if name in NAMES:
        return " ".join("-".join(map(_capital, part.split("-"))) for part in text.split())
    if name in ("birth_date", "expiry_date") and text:
        year, month, day = text.split("-")
        return f"{day}.{month}.{year}"
    if name == "nationality":
        return {"D": "deutsch"}.get(text, "")
    return text


def _capital(part: str) -> str:
    return part if part != part.upper() else part.capitalize()
