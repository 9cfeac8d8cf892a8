"""Part of the review: a value that is put right aloud ("nein, die Größe ist eins zweiundachtzig").

What was said goes into its field and nowhere else: not to the dialogue, not into a log, and the voice names
the field only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs import normal, remarks, spelling
from dialogs.catalogue import Field, FieldGroup, german_date
from dialogs.numerals import MONTHS
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
_HINT = re.compile(
    r"(?:(?:ist|wird|schreibt sich|schreibt man|geschrieben|aber|is|is spelled|spelled|spelt) )*"
    r"(?P<hint>(?:(?:nur|only) )?(?:mit|ohne|with|without) .+)$"
)
_NOT = re.compile(r"\b(?:nicht|not) (?P<told>.+)")
_DATE_WORDS = re.compile(r"\b(?:am|der|den|dem|vom|ab|the|of|on|es ist|das ist|it is)\b")
_STREET = re.compile(r"(?:straße|strasse|weg|platz|gasse|allee|ring|ufer|street|road)\b")
_UNITS = ("zentimeter", "meter", "centimetres", "quadratmeter")
_HOUSE_NUMBERS = ("hausnummer", "haus nummer", "house number", "nummer")
_RATHER = re.compile(r"\b(?:sondern|but|rather)\b")


@dataclass(frozen=True)
class Amendment:
    """The field that the words name, its group, and the value they give it; None: only that it is wrong."""

    group: FieldGroup
    field: Field
    value: str | None


def said(stage: Stage, words: str) -> Amendment | None:
    """What the words put right; None if they put no field right.

    A field is meant by one of its names; by what stands in it ("nicht Meier, Maier mit a i"); or by the kind
    of what is said, where it fits one field only ("nein, am dritten Mai", "mit Doppel-s").
    """
    if remarks.asks(words):
        return None
    named = _longest_named(stage, words)
    if len(named) == 1:
        return _named_so(stage, words, *named[0])
    return None if named else _not_this_but_that(stage, words) or _by_kind(stage, words)


def behind_its_name(stage: Stage, field: Field, words: str) -> str:
    """What is said for a field that is asked for, without its name ("die Postleitzahl ist …")."""
    for name in _names(stage, field):
        parts = r"\W+".join(map(re.escape, name.split()))
        lead = rf"\W*(?:(?:also|mein\w*|der|die|das|my|the|ich|bin|am|i|was)\W+)*{parts}\b\W*"
        if match := re.match(lead, words, re.IGNORECASE):
            rest = words[match.end() :]
            says = _SAYS.match(rest)
            return rest[says.end() if says else 0 :].strip() or words
    return words


def _longest_named(stage: Stage, words: str) -> list[tuple[FieldGroup, Field, str, str]]:
    """The fields that are named by the longest name, told apart by their groups."""
    spoken = plain(words)
    named = list(_named(stage, words))
    longest = max((len(name) for *_, name, _ in named), default=0)
    named = [found for found in named if len(found[2]) == longest]
    if len(named) > 1:  # the same name in two groups: "Straße" of the old or of the new address
        by_group = [found for found in named if _mentions(spoken, stage.word(f"form.{found[0].id}.label"))]
        return by_group or named
    return named


def _named_so(
    stage: Stage, words: str, group: FieldGroup, field: Field, name: str, rest: str
) -> Amendment | None:
    refused = remarks.correction(words) is not None
    if hint := _HINT.match(plain(rest)):
        spelled = _hinted(stage, field, hint["hint"])
        return Amendment(group, field, spelled) if spelled else None
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
    heard = _heard(stage, field, value, number_only=name in _HOUSE_NUMBERS)
    return Amendment(group, field, heard) if heard or refused else None


def _held(stage: Stage, field: Field) -> str:
    value = stage.visit.values.get(field.id)
    return value.text if value else ""


def _heard(stage: Stage, field: Field, value: str, *, number_only: bool = False) -> str | None:
    """The value as the field takes it; what is not said of it stays as it stands."""
    held, today = _held(stage, field), stage.today()
    if field.type == "date" and (stands := german_date(held)):
        # day and month put right: the year of a birth stays
        return normal.spoken(field, value, today) or normal.spoken(field, f"{value} {stands.year}", today)
    if field.charset == "address" and held:
        street, number = _street_and_number(held)
        if number_only:
            found = normal.house_number(value)
            return f"{street} {found}" if found else None
        heard = normal.address(value)
        if heard and number and not any(sign.isdigit() for sign in heard) and field.address is not None:
            return f"{heard} {number}"
        return heard
    return normal.spoken(field, value, today)


def _street_and_number(held: str) -> tuple[str, str]:
    match = re.match(r"(?P<street>.*?\D) ?(?P<number>\d+\s?[a-zA-Z]?(?: ?[-/] ?\d+ ?[a-zA-Z]?)*)$", held)
    return (match["street"].strip(), match["number"]) if match else (held, "")


def _hinted(stage: Stage, field: Field, hint: str) -> str | None:
    """The field's value with its letters put right; None where that changes nothing."""
    held = _held(stage, field)
    if field.charset != "name" or not held or field.type != "text":
        return None
    found = spelling.name(f"{held} {hint}")
    return found if found and found.lower() != held.lower() else None


def _not_this_but_that(stage: Stage, words: str) -> Amendment | None:
    """ "nicht meier (sondern) maier mit a i": the field in which stands what is refused."""
    match = _NOT.search(plain(words))
    if match is None:
        return None
    told = match["told"].split()
    found: dict[str, Amendment] = {}
    for group, field in _fields(stage):
        held = _held(stage, field)
        for at in range(1, len(told)):
            old, new = " ".join(told[:at]), " ".join(told[at:])
            if not held or (old != plain(held) and _heard(stage, field, old) != held):
                continue
            value = _heard(stage, field, re.sub(r"^(?:sondern|but|rather) ", "", new))
            if value and value != held:
                found.setdefault(field.id, Amendment(group, field, value))
    return next(iter(found.values())) if len(found) == 1 else None


def _by_kind(stage: Stage, words: str) -> Amendment | None:
    """A correction that names no field, where what is said can only stand in one of those that are filled."""
    value = remarks.correction(words)
    hint = _HINT.match(value or plain(words))
    if hint:
        fits = [(g, f, new) for g, f in _fields(stage) if (new := _hinted(stage, f, hint["hint"]))]
    elif value:
        fits = [(g, f, new) for g, f in _fields(stage) if (new := _of_its_kind(stage, f, value))]
    else:
        return None
    return Amendment(*fits[0]) if len(fits) == 1 else None


def _of_its_kind(stage: Stage, field: Field, value: str) -> str | None:
    """What the words are in the field if they are plainly of its kind and it has a value already."""
    if not _held(stage, field):
        return None
    words = plain(_SAYS.sub("", value, count=1) if _SAYS.match(value) else value)
    match field.type:
        case "date":
            rest = _DATE_WORDS.sub(" ", words).split()
            kind = bool(rest) and all(normal.is_number(w) or w in MONTHS or w in normal.DAYS for w in rest)
        case "choice":
            kind = words in [plain(label) for _, label in field.options]
        case "money":
            kind = "euro" in words
        case "postcode" | "email" | "iban" | "plate":
            kind = True
        case "number":
            kind = bool(words) and all(normal.is_number(word) or word in _UNITS for word in words.split())
        case _:
            kind = field.address is not None and bool(_STREET.search(words)) and bool(words.split()[1:])
    heard = _heard(stage, field, value) if kind else None
    return None if heard is None or stage.catalogue.validate_field(field, heard, on=stage.today()) else heard


def take(stage: Stage, found: Amendment) -> bool:
    """Put the value into its field; False where it cannot stand there."""
    field, value = found.field, found.value
    if value is None or stage.catalogue.validate_field(field, value, on=stage.today()):
        return False
    chosen = field.type == "choice"
    stage.visit.set_value(field.id, value, Provenance.CHOSEN if chosen else Provenance.TYPED)
    address.follow(stage, field)
    return True


def _fields(stage: Stage) -> Iterator[tuple[FieldGroup, Field]]:
    visit = stage.visit
    for group in stage.catalogue.fields(visit.service, visit.choices):
        for field in group.fields:
            yield group, field


def _named(stage: Stage, words: str) -> Iterator[tuple[FieldGroup, Field, str, str]]:
    """Fields that are named, by which name, and the words behind it."""
    for group, field in _fields(stage):
        for name in _names(stage, field):
            parts = r"\W+".join(map(re.escape, name.split()))
            if match := re.search(rf"\b{parts}\b", words, re.IGNORECASE):
                yield group, field, name, words[match.end() :]
                break


def _names(stage: Stage, field: Field) -> list[str]:
    """What a field may be called, the longest first: its label, one of the things it names, other names."""
    label = stage.word(f"form.{field.id}.label").replace("·", "")
    parts = (plain(part) for part in _PARTS.split(label))
    names = dict.fromkeys(name for name in (plain(label), *parts, *field.also) if len(name) >= _SHORTEST)
    return sorted(names, key=len, reverse=True)


def _mentions(spoken: str, label: str) -> bool:
    """Whether the words of a label are said, endings aside ("der neuen Anschrift")."""
    stems = [word[:5] for word in plain(label).split() if len(word) > _SHORTEST]
    return bool(stems) and all(
        any(word.startswith(stem[: max(3, len(stem) - 1)]) for word in spoken.split()) for stem in stems
    )
