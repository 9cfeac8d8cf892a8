"""Step: what no document gives is typed on the screen; what was read is checked and corrected here."""

from __future__ import annotations

from dialogs.catalogue import Field
from robot.cases.model import Provenance
from robot.steps.stage import FieldSet, Outcome, Stage, Tapped
from robot.web.view import Button, FormField, FormGroup, FormPanel


async def run(stage: Stage) -> Outcome:
    """Ends when every field is valid. Values live in the visit from the first keystroke."""
    errors: dict[str, str] = {}
    _show(stage, errors)
    read = any(value.original for value in stage.visit.values.values())
    await stage.tell("screen.form.say_read" if read else "screen.form.say")
    while True:
        match await stage.doings.get():
            case FieldSet(name, text):
                field = _fields(stage).get(name)
                if field is None:
                    continue
                provenance = Provenance.CHOSEN if field.type == "choice" else Provenance.TYPED
                stage.visit.set_value(name, text.strip(), provenance)
                if name in errors:
                    errors = _with(errors, name, _fault(stage, field, text.strip()))
                _show(stage, errors)
            case Tapped("submit"):
                errors = {
                    name: fault
                    for name, field in _fields(stage).items()
                    if (fault := _fault(stage, field, _value(stage, name)))
                }
                if not errors:
                    return Outcome.DONE
                _show(stage, errors)
                first, *others = errors.values()
                if others:
                    await stage.tell("screen.form.errors", count=str(len(errors)), first=first)
                else:
                    await stage.tell("screen.form.error", first=first)


def _with(errors: dict[str, str], name: str, fault: str) -> dict[str, str]:
    rest = {other: text for other, text in errors.items() if other != name}
    return rest | {name: fault} if fault else rest


def _fields(stage: Stage) -> dict[str, Field]:
    groups = stage.catalogue.fields(stage.visit.service, stage.visit.choices)
    return {field.id: field for group in groups for field in group.fields}


def _value(stage: Stage, name: str) -> str:
    value = stage.visit.values.get(name)
    return value.text if value else ""


def _fault(stage: Stage, field: Field, text: str) -> str:
    fault = stage.catalogue.validate_field(field, text, on=stage.today())
    return stage.text(fault.key, **fault.params) if fault else ""


def _show(stage: Stage, errors: dict[str, str]) -> None:
    groups = []
    for group in stage.catalogue.fields(stage.visit.service, stage.visit.choices):
        fields = []
        for field in group.fields:
            value = stage.visit.values.get(field.id)
            fields.append(
                FormField(
                    id=field.id,
                    label=field.label,
                    value=value.text if value else "",
                    type=field.type,
                    required=field.required,
                    max_length=field.max_length,
                    help=field.help,
                    options=[Button(id=option, label=label) for option, label in field.options],
                    origin=stage.text(f"screen.origin.{value.provenance.value}")
                    if value and value.text
                    else "",
                    doubtful=list(value.doubtful) if value else [],
                    spellings=list(value.spellings) if value else [],
                    error=errors.get(field.id, ""),
                    autocomplete=field.autocomplete,
                )
            )
        groups.append(FormGroup(id=group.id, label=group.label, fields=fields))
    stage.show(
        FormPanel(
            title=stage.text("screen.form.title"),
            text=stage.text("screen.form.text"),
            groups=groups,
            actions=[stage.button("submit", "submit", "primary")],
        )
    )
