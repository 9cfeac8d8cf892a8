"""The visit: everything known of the person who stands here, in memory only, until the wipe."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from robot.cases.model import CaseRef, Provenance
from robot.visit.tally import Tally


@dataclass
class Value:
    """A field's value as it stands on the screen; `original`: as it was read, before corrections.

    `doubtful`: indices of characters to check; `spellings`: ways to write the name that was read.
    """

    text: str
    provenance: Provenance
    original: str = ""
    doubtful: tuple[int, ...] = ()
    spellings: tuple[str, ...] = ()


# What was read, what it is once it was changed by hand, and once its spelling was chosen.
_MRZ = (Provenance.MRZ, Provenance.MRZ_EDITED, Provenance.MRZ_SPELLED)
_CHIP = (Provenance.CHIP, Provenance.CHIP_EDITED, Provenance.CHIP_SPELLED)
_READ = {origin: origins for origins in (_MRZ, _CHIP) for origin in origins}


@dataclass
class Help:
    """The citizen waits for a human: since when, why, and who said that they are coming.

    `urgent`: somebody is in danger.
    """

    reason: str
    accepted_by: str = ""
    urgent: bool = False
    since: datetime = field(default_factory=lambda: datetime.now(UTC))


class HelpRefused(Exception):
    """Nobody needs to come: `by` is on the way already; "" where no help is wanted any more."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


MOST_LINES = 300


@dataclass(frozen=True)
class Line:
    """Something said or tapped. `who`: machine, citizen or human; `act`: said or tapped."""

    who: str
    act: str
    text: str


@dataclass
class Visit:
    """One person's visit. `id` is random and says nothing about them.

    `application`: one per case, the visit's own id at first: a visit may bring several. `notes`: what the
    clerk should know, one German sentence each. `lines`: the newest of what was said and tapped, never
    stored; `lines_gone` older ones are forgotten, `taken_at` of them were there when a human took over.
    `may_read`: whether the citizen lets a human read them; None: not asked yet.
    """

    language: str = "de"
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    service: str = ""
    step: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)  # the choices with which a step was run before
    brought: dict[str, bool] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    consent: bool = False
    case: CaseRef | None = None
    printed: bool | None = None
    help: Help | None = None
    may_read: bool | None = None
    lines: list[Line] = field(default_factory=list)
    lines_gone: int = 0
    taken_at: int = 0
    been: set[str] = field(default_factory=set)  # the steps of this application that were begun
    heard: int = 0
    understood: int = 0
    misunderstood: int = 0
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.application = self.id

    @property
    def understood_share(self) -> float | None:
        """How much of what was said or typed was understood, 0 to 1; None: nothing was said."""
        return min(1.0, self.understood / self.heard) if self.heard else None

    def set_value(self, name: str, text: str, provenance: Provenance) -> None:
        """Take a value; one that was read and is changed by hand keeps what was read beside it."""
        before = self.values.get(name)
        if provenance is Provenance.TYPED and before and before.original:
            read, edited, spelled = _READ[before.provenance]
            origin = read if text == before.original else spelled if text in before.spellings else edited
            self.values[name] = Value(text, origin, before.original, spellings=before.spellings)
        elif provenance in _READ:
            self.values[name] = Value(text, provenance, original=text)
        else:
            self.values[name] = Value(text, provenance)

    def next_application(self, *, same_person: bool) -> None:
        """Start another case in this visit; of the same person the values stay, to be checked again."""
        self.application = secrets.token_hex(12)
        self.tally.next()
        if not same_person:
            self.values.clear()
        self.choices, self.before, self.brought, self.notes = {}, {}, {}, []
        self.consent, self.case, self.printed = False, None, None
        self.been.clear()

    def note_line(self, line: Line) -> None:
        """Keep what was said or tapped."""
        self.lines.append(line)
        if len(self.lines) > MOST_LINES:
            self.lines.pop(0)
            self.lines_gone += 1
            self.taken_at = max(0, self.taken_at - 1)

    def wipe(self) -> list[str]:
        """Forget the person. Returns the names of what there was to forget, for the shred record."""
        wiped = [
            name
            for name, held in (
                ("fields", self.values),
                ("choices", self.choices),
                ("checklist", self.brought),
                ("notes", self.notes),
                ("consent", self.consent),
                ("case reference", self.case),
                ("conversation", self.lines),
            )
            if held
        ]
        self.values.clear()
        self.choices.clear()
        self.before.clear()
        self.brought.clear()
        self.notes.clear()
        self.consent = False
        self.case = None
        self.help = None
        self.lines.clear()
        self.may_read = None
        return wiped


def without_personal_words(words: str, visit: Visit) -> str:
    """`words` as the dialogue server may have them: without numbers and without the visit's own values.

    What a citizen reads aloud from their form is nobody's intent (DESIGN §2: Rasa never learns who you are).
    """
    own = {
        part
        for value in visit.values.values()
        for part in re.findall(r"\w{3,}", value.text.casefold())
        if value.provenance is not Provenance.CHOSEN
    }
    kept = (word for word in words.split() if word.casefold().strip(".,!?") not in own)
    return re.sub(r"\d[\d.,/-]{3,}", " ", " ".join(kept)).strip()
