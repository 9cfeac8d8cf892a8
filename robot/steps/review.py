"""Step: everything once more, with the fee total, before it is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from dialogs.catalogue import Field, FieldGroup
from dialogs.fields import german_date
from dialogs.languages import HEARD
from dialogs.translations import SPOKEN
from robot.steps import amending, wording
from robot.steps.checklist import keep_marks
from robot.steps.form import complete, edit, faults
from robot.steps.stage import Outcome, Spoken, Stage, Tapped
from robot.visit.visit import Value
from robot.web.view import Button, Choices, FeeLine, Review, ReviewGroup, ReviewRow


async def run(stage: Stage) -> Outcome:
    """DONE when confirmed, and nothing of the form is missing or wrong.

    Every value leads to where it is entered and back to here, or is put right aloud; an answer that is
    changed goes to the dialogue, which leads through what that makes necessary and to this step again.
    """
    drop_what_is_over(stage)
    changed, differs = "", False
    while True:
        stage.show(lambda: _panel(stage))
        cents = _cents(stage)
        if differs:
            await stage.tell("screen.review.other_age")
        elif changed:
            await stage.tell("corrected.answer", answer=f"@{changed}.label")
        elif cents:
            await stage.tell(wording.key(stage, "review.say"), total=partial(stage.money, cents))
        else:
            await stage.tell(wording.key(stage, "review.say_free"))
        changed, differs = "", False
        match (await _done(stage)).split(":"):
            case ["confirm"]:
                differs = other_age(stage)
                if differs:
                    continue
                if not faults(stage):
                    return Outcome.DONE
                await complete(stage)
            case ["edit", "group", group]:
                await edit(stage, group)
            case ["edit", "field", group, field]:
                await edit(stage, group, field)
            case ["edit", "choice", slot]:
                await _ask(stage, slot)
            case ["changed", key]:
                changed = key


def other_age(stage: Stage) -> bool:
    """Whether the day of birth contradicts what was answered about the age: fees and guardians hang on it."""
    visit, catalogue, today = stage.visit, stage.catalogue, stage.today()
    for group in catalogue.fields(visit.service, visit.choices):
        for field in group.fields:
            value = visit.values.get(field.id)
            born = german_date(value.text) if value and field.from_mrz == "birth_date" else None
            if born is None:
                continue
            years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            right = catalogue.choices_for_age(visit.service, years)
            if any(visit.choices.get(slot, choice) != choice for slot, choice in right.items()):
                return True
    return False


def drop_what_is_over(stage: Stage) -> None:
    """Forget what hung on answers that were changed: values, marks and copies that are not needed now."""
    visit, catalogue = stage.visit, stage.catalogue
    every = {field.id for group in catalogue.service(visit.service).form for field in group.fields}
    fields = {f.id for group in catalogue.fields(visit.service, visit.choices) for f in group.fields}
    for name in (every - fields) & set(visit.values):
        del visit.values[name]
    keep_marks(stage)
    items = {item.id for item in catalogue.copies(visit.service, visit.choices)}
    for copy in stage.office.copies.held(visit.application):
        if copy.info.item not in items:
            stage.office.copies.drop(visit.application, copy)


async def _done(stage: Stage) -> str:
    """The next button, or what the words come to: a value that was put right, or the field to edit."""
    with _listening(stage):
        while True:
            match await stage.doings.get():
                case Tapped(name):
                    return name
                case Spoken(words) if found := amending.said(stage, words):
                    if amending.take(stage, found):
                        return f"changed:{found.field.key}"
                    return f"edit:field:{found.group.id}:{found.field.id}"


@contextmanager
def _listening(stage: Stage) -> Iterator[None]:
    """While everything is shown, words that put a value right are for this step alone."""
    stage.takes = lambda words: amending.said(stage, words) is not None
    try:
        yield
    finally:
        stage.takes = lambda words: False


async def _ask(stage: Stage, slot: str) -> None:
    """Ask a question once more; another answer is the dialogue's to take, the same one leads back."""
    visit = stage.visit
    others = {name: choice for name, choice in visit.choices.items() if name != slot}
    answers = stage.catalogue.question(visit.service, slot, others).choices
    stage.show(
        lambda: Choices(
            title=stage.word(f"{slot}.text"),
            text=stage.word(f"{slot}.help"),
            options=[
                Button(
                    id=f"{slot}:{answer.id}",
                    label=stage.word(f"{slot}.{answer.id}.label"),
                    say=_ways_to_say(stage, f"{slot}.{answer.id}"),
                    hint=stage.text("screen.review.now") if answer.id == visit.choices[slot] else "",
                    style="primary" if answer.id == visit.choices[slot] else "secondary",
                )
                for answer in answers
            ],
        )
    )
    stage.payloads = {
        f"{slot}:{answer.id}": answer.payload for answer in answers if answer.id != visit.choices[slot]
    }
    stage.own_back = True
    try:
        await stage.tell(f"{visit.service}.{slot}.text")
        await stage.tap()
    finally:
        stage.payloads, stage.own_back = {}, False


def _ways_to_say(stage: Stage, answer: str) -> str:
    """What one may say for an answer, as far as it is a phrase; "" where one is not heard."""
    if stage.lang not in HEARD:
        return ""
    ways = stage.texts.all(stage.lang, f"{stage.visit.service}.{answer}.{SPOKEN}")
    return "|".join(way for way in ways if "*" not in way)


def _edit_button(stage: Stage, what: str, label: str, group: str = "") -> Button:
    """Leads to where `what` is entered; its name says what it is, for those who do not see the line.

    Where several groups have a field of that name, who speaks adds the group's.
    """
    ways = stage.texts.variants(stage.lang, "screen.say.edit_one") if stage.lang in HEARD else []
    names = [
        name.replace("·", "")
        for name in (label, *([f"{group} {label}", f"{label} {group}"] if group else []))
    ]
    return Button(
        id=f"edit:{what}",
        label=stage.text("screen.review.edit", field=label),
        say="|".join(way.replace("{field}", name) for name in names for way in ways),
        icon="edit",
        style="tertiary",
    )


def _more_button(stage: Stage, group: str, label: str) -> Button:
    """Leads to what was left out in a group; who speaks may name the group."""
    more = stage.button(f"edit:group:{group}", "edit_more", "tertiary")
    name = label.replace("·", "")
    ways = [way for way in (more.label, *more.say.split("|")) if way] if stage.lang in HEARD else []
    said = (f"{one}|{name} {one}|{one} {name}" for one in ways)
    return more.model_copy(update={"say": "|".join(said)})


def _cents(stage: Stage) -> int:
    return sum(fee.cents for fee in stage.fees())


def _chosen(stage: Stage) -> list[ReviewRow]:
    visit = stage.visit
    return [
        ReviewRow(
            label=stage.word(f"{slot}.text"),
            value=stage.word(f"{slot}.{visit.choices[slot]}.label"),
            origin=stage.text("screen.origin.chosen"),
            edit=_edit_button(stage, f"choice:{slot}", stage.word(f"{slot}.label")),
        )
        for _, slot in stage.catalogue.answered(visit.service, visit.choices)
    ]


def _data(stage: Stage) -> list[ReviewGroup]:
    """The form's values; where something was left out, the group has a button to add it."""
    visit, groups = stage.visit, []
    wrong = faults(stage)
    for group in stage.catalogue.fields(visit.service, visit.choices):
        rows = [
            _row(stage, group, field) for field in group.fields if _held(stage, field) or field.id in wrong
        ]
        more = _more_button(stage, group.id, stage.word(f"form.{group.id}.label"))
        groups.append(
            ReviewGroup(
                label=stage.word(f"form.{group.id}.label"),
                rows=rows,
                edit=more if len(rows) < len(group.fields) else None,
            )
        )
    return groups


def _held(stage: Stage, field: Field) -> Value | None:
    """The field's value, if anything stands in it."""
    value = stage.visit.values.get(field.id)
    return value if value and value.text else None


def _row(stage: Stage, group: FieldGroup, field: Field) -> ReviewRow:
    value = _held(stage, field)
    label = stage.word(f"form.{field.id}.label")
    origin = f"screen.origin.{value.provenance.value}" if value else "screen.review.missing"
    return ReviewRow(
        label=label,
        value=shown(stage, field.type, field.id, value.text, dict(field.options)) if value else "",
        origin=stage.text(origin),
        edit=_edit_button(stage, f"field:{group.id}:{field.id}", label, stage.word(f"form.{group.id}.label")),
        personal=True,
    )


def shown(stage: Stage, kind: str, field: str, value: str, options: dict[str, str]) -> str:
    """A value as the citizen reads it: an option's label, "Ja" for a tick, else as it was entered."""
    if kind == "checkbox":
        return stage.text("screen.review.yes" if value == "true" else "screen.review.no")
    return stage.word(f"form.{field}.{value}") if value in options else value


def _documents(stage: Stage) -> list[ReviewRow]:
    visit = stage.visit
    return [
        ReviewRow(
            label=stage.word(f"document.{document.id}.label"),
            value=stage.text(f"screen.brought.{_brought(visit.brought.get(document.id))}"),
        )
        for document in stage.catalogue.documents(visit.service, visit.choices)
    ]


def _panel(stage: Stage) -> Review:
    chosen = ReviewGroup(label=wording.text(stage, "review.choices"), rows=_chosen(stage))
    documents = ReviewGroup(label=stage.text("screen.review.documents"), rows=_documents(stage))
    cents = _cents(stage)
    return Review(
        title=wording.text(stage, "review.title"),
        text=wording.text(stage, "review.text"),
        groups=[group for group in (chosen, *_data(stage), documents) if group.rows or group.edit],
        fees=[
            FeeLine(
                label=stage.word(f"fee.{fee.id}.label"),
                amount=stage.money(fee.cents),
                law=fee.law,
                since=stage.day(fee.since),
            )
            for fee in stage.fees()
        ],
        total=stage.money(cents) if cents else stage.text("screen.review.free"),
        actions=[stage.button("confirm", "confirm", "primary")],
    )


def _brought(brought: bool | None) -> str:
    return "unknown" if brought is None else "yes" if brought else "no"
