"""Filling in a form by voice, where the citizen prefers to speak: one field after the other.

What is said goes into the field on the screen and nowhere else: not to the dialogue, not into a log, and the
voice never reads it out (the screen shows what the voice does not say).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs import normal, remarks
from dialogs.catalogue import Fault, Field
from dialogs.words import plain
from robot.cases.model import Provenance
from robot.steps import address, amending
from robot.steps.stage import Stage

_ENOUGH = 2  # misunderstandings after which a field is left to be typed
_NUMBERS = ("date", "number", "money", "postcode", "phone")  # types of fields that are said in numbers


class Dictation:
    """The fields still to be said, and which one is asked for now."""

    def __init__(self, stage: Stage, fields: Callable[[], Mapping[str, Field]]) -> None:
        """`fields`: the form's fields as they are after the choices so far, in their order."""
        self._stage = stage
        self._fields = fields
        self._asked = ""
        self._before = ""
        self._passed: set[str] = set()
        self._missed = 0

    async def begin(self) -> None:
        """Ask for the first field that is empty."""
        self._stage.dictating = True
        await self._next("screen.dictation.begin")

    def end(self) -> None:
        """From here on what is said is for the dialogue again."""
        if self._stage.dictating:
            self._stage.expect("sentence")
        self._stage.dictating = False
        self._asked = ""

    async def hear(self, words: str) -> None:
        """Take the citizen's words for the field that is asked for."""
        said = plain(words)
        field = self._fields().get(self._asked)
        if field is None or said in self._words("screen.dictation.stop"):
            self.end()
            await self._stage.tell("screen.dictation.end")
        elif said in self._words("screen.dictation.skip") and not field.required:
            self._passed.add(field.id)
            await self._next("screen.dictation.next")
        elif said in self._words("screen.dictation.wrong") and self._before:
            self._stage.visit.set_value(self._before, "", Provenance.TYPED)
            self._passed.discard(self._before)
            self._stage.redraw()
            await self._next("screen.dictation.next")
        elif (found := self._corrected(words, field)) and amending.take(self._stage, found):
            self._stage.redraw()
            await self._stage.tell("screen.dictation.next", field=f"@{field.key}.label")
        else:
            await self._take(field, words)

    def _corrected(self, words: str, asked: Field) -> amending.Amendment | None:
        """A value of another field that is put right while this one is asked for."""
        if remarks.correction(words) is None:
            return None
        found = amending.said(self._stage, words)
        if found is None or found.value is None or found.field.id == asked.id:
            return None
        held = self._stage.visit.values.get(found.field.id)
        return found if held and held.text else None

    async def _take(self, field: Field, words: str) -> None:
        stage = self._stage
        told = amending.behind_its_name(stage, field, remarks.correction(words) or words)
        value = normal.spoken(field, told, stage.today())
        fault: Fault | None = None
        if value is not None:
            fault = stage.catalogue.validate_field(field, value, on=stage.today())
        if value is None or fault:
            self._missed += 1
            if self._missed < _ENOUGH:
                await stage.tell("screen.dictation.again", field=f"@{field.key}.label")
                return
            self._passed.add(field.id)
            await self._next("screen.dictation.typed")
            return
        stage.visit.set_value(field.id, value, Provenance.TYPED)
        address.follow(stage, field)
        self._before = field.id
        stage.redraw()
        await self._next("screen.dictation.next")

    async def _next(self, key: str) -> None:
        """Ask for the next empty field; after the last one the screen is to be checked."""
        self._missed = 0
        for field in self._fields().values():
            held = self._stage.visit.values.get(field.id)
            if field.id in self._passed or (held and held.text) or not (field.required or field.help):
                continue
            self._asked = field.id
            self._stage.expect(_expected(field))
            await self._stage.tell(key, field=f"@{field.key}.label")
            return
        self.end()
        await self._stage.tell("screen.dictation.done")

    def _words(self, key: str) -> list[str]:
        return [plain(phrase) for phrase in self._stage.texts.variants(self._stage.lang, key)]


def _expected(field: Field) -> str:
    """What the ear is to expect for a field."""
    if field.type == "checkbox":
        return "word"
    if field.type in _NUMBERS or field.charset == "digits":
        return "number"
    return "sentence" if field.type == "choice" and not field.free_text else "name"
