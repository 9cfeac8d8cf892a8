"""Part of the review: a value that is put right aloud ("nein, die Größe ist eins zweiundachtzig").

What was said goes into its field and nowhere else: not to the dialogue, not into a log, and the voice names
the field only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogs import normal, remarks
from dialogs.catalogue import Field, FieldGroup
from dialogs.words import plain
from robot.cases.model import Provenance
from robot.steps import address
from robot.steps.stage import Stage

_SHORTEST = 3  # letters of a field's name
_PARTS = re.compile(r"[(),/]|\b(?:in|und|oder|and|or)\b")
_SAYS = re.compile(
    r"\W*(?:(?:ist|sind|war|lautet|heißt|beträgt|soll|sollte|muss|sein|auf|in|doch|eigentlich|jetzt|is|are|should|be|"
    r"must|to|actually|now)\b\W*)+"
)
_WRONG = re.compile(r"(?:falsch|verkehrt|nicht|wrong|not|incorrect|ändern|change|stimmt nicht)\b")
_FINE = re.compile(r"(?:richtig|korrekt|gut|okay|so|stimmt|egal|right|correct|fine|good)\b")
_RATHER = re.compile(r"\b(?:sondern|but|rather)\b")


@dataclass(frozen=True)
class Amendment:
    """The field that the words name, its group, and the value they give it; None: only that it is wrong."""

    group: FieldGroup
    field: Field
    value: str | None


def said(stage: Stage, words: str) -> Amendment | None:
    """What the words put right; None if they put no field right."""
    spoken = plain(words)
    if remarks.asks(words):
        return None
    named = list(_named(stage, words))
    longest = max((len(name) for *_, name, _ in named), default=0)
    named = [found for found in named if len(found[2]) == longest]
    if len(named) > 1:  # the same name in two groups: "Straße" of the old or of the new address
        named = [found for found in named if _mentions(spoken, stage.word(f"form.{found[0].id}.label"))]
    if len(named) != 1:
        return None
    group, field, _, rest = named[0]
    refused = remarks.correction(words) is not None
    says = _SAYS.match(rest)
    value = rest[says.end() if says else 0 :].strip(" ,.:!")
    if rather := _RATHER.search(value):
        value = value[rather.end() :].strip()
    elif _FINE.match(value.lower()):
        return None
    elif not value or _WRONG.match(value.lower()):
        return Amendment(group, field, None) if refused or value else None
    if not (refused or says or rather):
        return None
    heard = normal.spoken(field, value, stage.today())
    return Amendment(group, field, heard) if heard or refused else None


def take(stage: Stage, found: Amendment) -> bool:
    """Put the value into its field; False where it cannot stand there."""
    field, value = found.field, found.value
    if value is None or stage.catalogue.validate_field(field, value, on=stage.today()):
        return False
    chosen = field.type == "choice"
    stage.visit.set_value(field.id, value, Provenance.CHOSEN if chosen else Provenance.TYPED)
    address.follow(stage, field)
    return True


def _named(stage: Stage, words: str) -> Iterator[tuple[FieldGroup, Field, str, str]]:
    """Fields that are named, by which name, and the words behind it."""
    visit = stage.visit
    for group in stage.catalogue.fields(visit.service, visit.choices):
        for field in group.fields:
            for name in _names(stage.word(f"form.{field.id}.label")):
                parts = r"\W+".join(map(re.escape, name.split()))
                if match := re.search(rf"\b{parts}\b", words, re.IGNORECASE):
                    yield group, field, name, words[match.end() :]
                    break


def _names(label: str) -> Iterable[str]:
    """What a field may be called: all of its label, or one of the things it names."""
    whole = plain(label.replace("·", ""))
    parts = (plain(part) for part in _PARTS.split(label.replace("·", "")))
    return dict.fromkeys(name for name in (whole, *parts) if len(name) >= _SHORTEST)


def _mentions(spoken: str, label: str) -> bool:
    """Whether the words of a label are said, endings aside ("der neuen Anschrift")."""
    stems = [word[:5] for word in plain(label).split() if len(word) > _SHORTEST]
    return bool(stems) and all(
        any(word.startswith(stem[: max(3, len(stem) - 1)]) for word in spoken.split()) for stem in stems
    )
