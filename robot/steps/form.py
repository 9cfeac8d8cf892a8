"""Step: what no document gives is typed on the screen; what was read is checked and corrected here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Literal

from dialogs.catalogue import Fault, Field, FieldGroup
from dialogs.languages import HEARD
from robot.cases.model import Provenance
from robot.steps import address, wording
from robot.steps.dictation import Dictation
from robot.steps.stage import FieldSet, Outcome, Spoken, Stage, Tapped
from robot.web.view import Button, FormField, FormGroup, FormPanel

# how far the wheel of years turns where a date may be anything
_YEARS_BACK, _YEARS_ON, _YEARS_OF_LIFE = 120, 10, 125
_AGE = 40  # where a year of birth is looked for first


async def run(stage: Stage) -> Outcome:
    """Ends when every field is valid. Values live in the visit from the first keystroke.

    Who prefers to speak says the values one after the other. After changed answers only the fields are shown
    that are needed besides.
    """
    return await _Form(stage, wanted=stage.wanted("form")).run()


async def edit(stage: Stage, group: str, field: str = "") -> None:
    """Change what stands in one group of the form, beginning with `field`; back when it is valid.

    "Zurück" leaves it as it stands by then.
    """
    await _and_back(stage, _Form(stage, group, field))


async def complete(stage: Stage) -> None:
    """Fill in what is missing or wrong, beginning with the first of it; "Zurück" leaves it as it stands."""
    await _and_back(stage, _Form(stage, strict=True))


async def _and_back(stage: Stage, form: _Form) -> None:
    stage.own_back = True
    try:
        await form.run()
    finally:
        stage.own_back = False


def faults(stage: Stage) -> Mapping[str, Fault]:
    """What is missing or wrong in the whole form, by the fields' ids."""
    return _Form(stage).faults()


class _Form:
    """The fields that are filled in now, and what is wrong with them."""

    def __init__(
        self,
        stage: Stage,
        only: str = "",
        focus: str = "",
        *,
        strict: bool = False,
        wanted: Callable[[str], bool] = lambda field: True,
    ) -> None:
        """`only`: the one group to change; `focus`: the field to begin with; `strict`: tell faults now;
        `wanted`: which fields are filled in.
        """
        self._stage = stage
        self._wanted = wanted
        self._only = only
        self._focus = focus
        self._strict = strict
        self._errors: dict[str, Fault] = {}
        self._writing = ""  # the field that is being entered
        self._dictation = Dictation(stage, self._fields)

    async def run(self) -> Outcome:
        """DONE: every field is valid. BACK: left as it stands."""
        try:
            return await self._fill_in()
        finally:
            self._dictation.end()

    async def _fill_in(self) -> Outcome:
        stage = self._stage
        if self._strict:
            self._errors = self.faults()
            self._focus = next(iter(self._errors), "")
        stage.show(self._panel)
        await self._begin()
        while True:
            match await stage.doings.get():
                case FieldSet(name, typed):
                    await self._set(name, typed.strip())
                case Tapped("dictate"):
                    await self._dictation.begin()
                case Spoken(words):
                    await self._dictation.hear(words)
                case Tapped("nav:go_back"):
                    return Outcome.BACK
                case Tapped("submit"):
                    self._dictation.end()
                    self._errors = self.faults()
                    if not self._errors:
                        return Outcome.DONE
                    self._focus = next(iter(self._errors))
                    stage.redraw()
                    await self._tell_errors()

    async def _tell_errors(self) -> None:
        await self._stage.tell(
            wording.key(self._stage, "form.error" if len(self._errors) == 1 else "form.errors"),
            count=str(len(self._errors)),
            first=partial(self._said, next(iter(self._errors.values()))),
        )

    async def _begin(self) -> None:
        stage = self._stage
        if self._errors:
            await self._tell_errors()
            return
        if self._only:
            label = f"@{stage.visit.service}.form.{self._focus or self._only}.label"
            await stage.tell(wording.key(stage, "form.say_edit"), field=label)
            return
        read = any(value.original for value in stage.visit.values.values())
        await stage.tell(wording.key(stage, "form.say_read" if read else "form.say"))

    async def _set(self, name: str, typed: str) -> None:
        """Take what was typed; whoever goes on to another field hears what is wrong with the one before."""
        stage, fields = self._stage, self._fields()
        field = fields.get(name)
        if field is None:
            return
        provenance = Provenance.CHOSEN if field.type == "choice" else Provenance.TYPED
        stage.visit.set_value(name, typed, provenance)
        address.follow(stage, field)
        self._focus = ""  # led there; from here on the citizen leads
        self._errors = {
            known: fault
            for known in self._errors
            if known in fields and (fault := self._fault(fields[known])) is not None
        }
        left, self._writing = fields.get(self._writing), name
        fault = self._fault(left) if left and left.id != name and self._filled(left) else None
        if left and fault and left.id not in self._errors:
            self._errors[left.id] = fault
            stage.redraw()
            await stage.tell("screen.form.left", first=partial(self._said, fault))
        else:
            stage.redraw()

    def faults(self) -> dict[str, Fault]:
        """What is missing or wrong, by the fields' ids, in their order."""
        return {
            name: fault for name, field in self._fields().items() if (fault := self._fault(field)) is not None
        }

    def _fault(self, field: Field) -> Fault | None:
        value = self._stage.visit.values.get(field.id)
        text = value.text if value else ""
        return self._stage.catalogue.validate_field(field, text, on=self._stage.today())

    def _filled(self, field: Field) -> bool:
        value = self._stage.visit.values.get(field.id)
        return value is not None and bool(value.text)

    def _said(self, fault: Fault) -> str:
        """What is wrong as the voice says it: the field and what to do, nothing of what was entered."""
        key = "field.characters_said" if fault.key == "field.characters" else fault.key
        return self._stage.text(key, **fault.params)

    def _groups(self) -> Collection[FieldGroup]:
        visit = self._stage.visit
        groups = [
            group.model_copy(update={"fields": tuple(f for f in group.fields if self._wanted(f.id))})
            for group in self._stage.catalogue.fields(visit.service, visit.choices)
            if self._only in ("", group.id)
        ]
        return [group for group in groups if group.fields]

    def _fields(self) -> dict[str, Field]:
        return {field.id: field for group in self._groups() for field in group.fields}

    def _panel(self) -> FormPanel:
        stage = self._stage
        again = bool(self._only) or self._strict
        done = stage.button("submit", "keep" if again else "submit", "primary")
        return FormPanel(
            title=wording.text(stage, "form.edit_title" if self._only else "form.title"),
            text="" if self._only else wording.text(stage, "form.text"),
            groups=[
                FormGroup(
                    id=group.id,
                    label=stage.word(f"form.{group.id}.label"),
                    fields=[_field(stage, field, self._errors.get(field.id)) for field in group.fields],
                )
                for group in self._groups()
            ],
            focus=self._focus,
            actions=[done, *_speaking(stage)],
        )


def _speaking(stage: Stage) -> list[Button]:
    """The way to fill in the form by voice, in the languages that are heard."""
    return [stage.button("dictate", "dictate", "tertiary")] if stage.lang in HEARD else []


def _field(stage: Stage, field: Field, fault: Fault | None) -> FormField:
    value = stage.visit.values.get(field.id)
    return FormField(
        id=field.id,
        label=stage.word(f"form.{field.id}.label"),
        value=value.text if value else "",
        type=field.type,
        required=field.required,
        max_length=field.max_length,
        help=stage.word(f"form.{field.id}.help"),
        options=[
            Button(
                id=option,
                label=stage.word(f"form.{field.id}.{option}"),
                colour=field.colours.get(option, ""),
            )
            for option, _ in field.options
        ],
        origin=stage.text(f"screen.origin.{value.provenance.value}") if value and value.text else "",
        doubtful=list(value.doubtful) if value else [],
        spellings=list(value.spellings) if value else [],
        error=stage.text(fault.key, **fault.params) if fault else "",
        autocomplete=field.autocomplete,
        widget=_widget(field),
        keys=_keys(field),
        suggestions=address.suggestions(stage, field),
        years=_years(stage, field),
        personal=True,
    )


def _widget(field: Field) -> Literal["", "swatches", "wheels", "address"]:
    """How the field is best entered beside typing."""
    if field.type == "date":
        return "wheels"
    return "swatches" if field.colours else "address" if field.address else ""


_Keys = Literal["text", "names", "address", "code", "email", "numeric", "date", "phone", "money"]
_KEYS_OF_TYPE: dict[str, _Keys] = {
    "date": "date", "number": "numeric", "postcode": "numeric", "phone": "phone", "money": "money",
    "email": "email", "iban": "code", "plate": "code",
}  # fmt: skip
_KEYS_OF_CHARSET: dict[str, _Keys] = {
    "name": "names", "address": "address", "code": "code", "digits": "numeric",
}  # fmt: skip


def _keys(field: Field) -> _Keys:
    """Which keys a field needs, by what it takes."""
    return _KEYS_OF_TYPE.get(field.type) or _KEYS_OF_CHARSET.get(field.charset, "text")


def _years(stage: Stage, field: Field) -> tuple[int, int, int] | None:
    """First and last year that a date's wheel shows, and where it begins to turn."""
    if field.type != "date":
        return None
    year = stage.today().year
    first = year if field.future else year - (_YEARS_OF_LIFE if field.past else _YEARS_BACK)
    begin = year - _AGE if "birth_date" in (field.id, field.from_mrz) else year
    return first, year if field.past else year + _YEARS_ON, begin
