"""Step: what no document gives is typed on the screen; what was read is checked and corrected here."""

from __future__ import annotations

from functools import partial

from dialogs.catalogue import Fault, Field
from dialogs.languages import HEARD
from robot.cases.model import Provenance
from robot.steps import wording
from robot.steps.dictation import Dictation
from robot.steps.stage import FieldSet, Outcome, Spoken, Stage, Tapped
from robot.web.view import Button, FormField, FormGroup, FormPanel


async def run(stage: Stage) -> Outcome:
    """Ends when every field is valid. Values live in the visit from the first keystroke.

    Who prefers to speak says the values one after the other.
    """
    dictation = Dictation(stage, partial(_fields, stage))
    try:
        return await _fill_in(stage, dictation)
    finally:
        dictation.end()


async def _fill_in(stage: Stage, dictation: Dictation) -> Outcome:
    errors: dict[str, Fault] = {}
    stage.show(lambda: _panel(stage, errors))
    read = any(value.original for value in stage.visit.values.values())
    await stage.tell(wording.key(stage, "form.say_read" if read else "form.say"))
    while True:
        match await stage.doings.get():
            case FieldSet(name, typed):
                field = _fields(stage).get(name)
                if field is None:
                    continue
                provenance = Provenance.CHOSEN if field.type == "choice" else Provenance.TYPED
                stage.visit.set_value(name, typed.strip(), provenance)
                if name in errors:
                    _mark(errors, name, _fault(stage, field))
                stage.redraw()
            case Tapped("dictate"):
                await dictation.begin()
            case Spoken(words):
                await dictation.hear(words)
            case Tapped("submit"):
                dictation.end()
                errors.clear()
                for name, field in _fields(stage).items():
                    _mark(errors, name, _fault(stage, field))
                if not errors:
                    return Outcome.DONE
                stage.redraw()
                await stage.tell(
                    wording.key(stage, "form.error" if len(errors) == 1 else "form.errors"),
                    count=str(len(errors)),
                    first=partial(_told, stage, next(iter(errors.values()))),
                )


def _told(stage: Stage, fault: Fault) -> str:
    return stage.text(fault.key, **fault.params)


def _mark(errors: dict[str, Fault], name: str, fault: Fault | None) -> None:
    errors.pop(name, None)
    if fault:
        errors[name] = fault


def _fields(stage: Stage) -> dict[str, Field]:
    groups = stage.catalogue.fields(stage.visit.service, stage.visit.choices)
    return {field.id: field for group in groups for field in group.fields}


def _fault(stage: Stage, field: Field) -> Fault | None:
    value = stage.visit.values.get(field.id)
    return stage.catalogue.validate_field(field, value.text if value else "", on=stage.today())


def _panel(stage: Stage, errors: dict[str, Fault]) -> FormPanel:
    groups = [
        FormGroup(
            id=group.id,
            label=stage.word(f"form.{group.id}.label"),
            fields=[_field(stage, field, errors.get(field.id)) for field in group.fields],
        )
        for group in stage.catalogue.fields(stage.visit.service, stage.visit.choices)
    ]
    return FormPanel(
        title=wording.text(stage, "form.title"),
        text=wording.text(stage, "form.text"),
        groups=groups,
        actions=[stage.button("submit", "submit", "primary"), *_speaking(stage)],
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
            Button(id=option, label=stage.word(f"form.{field.id}.{option}")) for option, _ in field.options
        ],
        origin=stage.text(f"screen.origin.{value.provenance.value}") if value and value.text else "",
        doubtful=list(value.doubtful) if value else [],
        spellings=list(value.spellings) if value else [],
        error=_told(stage, fault) if fault else "",
        autocomplete=field.autocomplete,
    )
