"""Sentences that were not understood: text only, without what is personal, until somebody has looked at them.

Kept only where a town has chosen to (`[dialogue] keep_not_understood`, DESIGN §1).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from dialogs.normal import is_number
from dialogs.words import plain
from robot.cases.database import Clock, Database, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import not_understood

GONE = "…"
"""What stands in a sentence where something personal was."""

_LONGEST = 200
_ADDRESS = re.compile(
    r"\S*(?:straße|strasse|str|gasse|allee|platz|ufer|chaussee|street|road|avenue|lane)|"
    r"\S{3,}(?:weg|ring|markt|damm)"
)
_MAIL = re.compile(r"\S+@\S+|\S+(?: (?:punkt|dot) \S+)* (?:at|ät|klammeraffe) \S+(?: (?:punkt|dot) \S+)+")
# whoever says who they are, or where they live, has said something personal behind it
_INTRODUCTION = re.compile(
    r"\b(ich heiße|ich heisse|(?:mein|ihr|sein) (?:\w*name)(?: ist| lautet)?|der name ist|"
    r"geborene?|geboren|wohne (?:in|im|am)|"
    r"wohnhaft|my (?:\w+ )?name(?: is|'s| s)|i am called|call me|i live (?:in|at)|born|herrn?|frau|familie|"
    r"mister|mrs|miss|doktor|vorname|nachname|hei(?:ß|ss)t|hier (?:ist|spricht)|ich bin (?:die|der)|"
    r"(?:\w*kennzeichen|\w*nummer|iban|adresse|anschrift|geburtstag|geburtsdatum|aktenzeichen|plate|number|address)"
    r" (?:ist|lautet|is))\b.*"
)
# behind these stands a name, unless it is one of the words with which people go on
_WHO = re.compile(
    r"\b(ich bin|i am|i ?['’]?m|this is|it ?['’]?s) "
    r"(?!(?:umgezogen|neu|hier|nicht|da|jetzt|schon|ja|in|im|am|auf|aus|mit|ohne|zu|noch|eine?r?|about|for|"
    r"here|a|an|the|not|my|moving|lost|looking|geschieden|verheiratet|\d+|wegen|für|heute|krank)\b).*"
)
_KIN = re.compile(
    r"\b(sohn|tochter|kind|mann|mutter|vater|bruder|schwester|freundin|freund|son|daughter|wife|husband|"
    r"mother|father) (?!(?:ist|hat|braucht|will|möchte|und|ich|der|die|das|in|im|für|wird|kann|einen?|"
    r"bekommt|is|has|needs|wants|and|who|in|a|to|for)\b)\w+"
)
# the letters of a number plate before its number
_PLATE = re.compile(
    r"\b(?!(?:sie|ich|ist|in|an|am|im|es|da|zu|so|bin|der|die|das|mir|er|wo|um|ab|auf|bei|bis|von|und|hat|mit|"
    r"for|the|at|on|to|is|my|of|i|it|and|has)\b)\w{1,3} \w{1,2} "
    rf"{GONE}"
)
_SPELLED = re.compile(r"\b(?:\w\b ?){3,}|\b\w+ mit (?:doppel)? ?\w\b ?|\b\w wie \w+ ?")


def scrubbed(words: str, known: Iterable[str] = ()) -> str:
    """A sentence without numbers, addresses, e-mails, names that were said as such, and `known` values.

    "" if nothing is left that could teach anybody anything.
    """
    text = _MAIL.sub(GONE, words.lower())
    text = _INTRODUCTION.sub(lambda match: f"{match[1]} {GONE}", text)
    text = _WHO.sub(lambda match: f"{match[1]} {GONE}", text)
    text = _KIN.sub(lambda match: f"{match[1]} {GONE}", text)
    text = _SPELLED.sub(f"{GONE} ", text)
    own = {part for value in known for part in plain(value).split() if len(part) > 2}
    kept: list[str] = []
    for token in text.split():
        bare = plain(token)
        personal = (
            token == GONE
            or any(sign.isdigit() for sign in token)
            or is_number(bare)
            or bool(_ADDRESS.fullmatch(bare))
            or any(part in own for part in bare.split())
        )
        if not personal:
            kept.append(bare)
        elif kept[-1:] != [GONE]:
            kept.append(GONE)
    sentence = _PLATE.sub(GONE, " ".join(word for word in kept if word))[:_LONGEST]
    return sentence if re.search(r"[^\W\d_]{2,}", sentence) else ""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the list; `day`: when it was said first, YYYY-MM-DD."""

    id: int
    day: str
    language: str
    text: str


class Sentences(StorePart):
    """The list; the newest `most` sentences are kept."""

    def __init__(self, database: Database, *, most: int = 500, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._most = most

    async def keep(self, text: str, language: str) -> None:
        """Write down a scrubbed sentence once; nothing for an empty one. Raises StoreError."""
        if text:
            await asyncio.to_thread(self._keep, text[:_LONGEST], language)

    def _keep(self, text: str, language: str) -> None:
        table = not_understood.c
        with self._database.writing() as connection:
            same = (table.language == language) & (table.sentence == text)
            if connection.execute(select(table.id).where(same)).first() is not None:
                return
            day = self._clock().date().isoformat()
            connection.execute(insert(not_understood).values(day=day, language=language, sentence=text))
            kept = select(table.id).order_by(table.id.desc()).limit(self._most)
            oldest = min(connection.execute(kept).scalars())
            connection.execute(delete(not_understood).where(table.id < oldest))

    def all(self) -> list[Sentence]:
        """Every sentence, the oldest first (blocking). Raises StoreError."""
        with self._database.reading() as connection:
            rows = connection.execute(select(not_understood).order_by(not_understood.c.id))
            return [Sentence(row.id, row.day, row.language, row.sentence) for row in rows]

    def forget(self, number: int) -> None:
        """Take a sentence off the list (blocking). Raises LookupError if it is not on it, StoreError."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(not_understood).where(not_understood.c.id == number))
            if not gone.rowcount:
                raise LookupError(number)
