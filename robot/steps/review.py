"""Step: everything once more, with the fee total, before it is handed over."""

from __future__ import annotations

from functools import partial

from robot.steps import form, wording
from robot.steps.stage import Outcome, Stage
from robot.web.view import FeeLine, Review, ReviewGroup, ReviewRow


async def run(stage: Stage) -> Outcome:
    """DONE when confirmed; BACK to the questions; data are edited in place."""
    while True:
        stage.show(lambda: _panel(stage))
        cents = _cents(stage)
        if cents:
            await stage.tell(wording.key(stage, "review.say"), total=partial(stage.money, cents))
        else:
            await stage.tell(wording.key(stage, "review.say_free"))
        match await stage.tap():
            case "confirm":
                return Outcome.DONE
            case "edit:data":
                await form.run(stage)
            case "edit:choices":
                return Outcome.BACK


def _cents(stage: Stage) -> int:
    fees = stage.catalogue.fees(stage.visit.service, stage.visit.choices, on=stage.today())
    return sum(fee.cents for fee in fees)


def _chosen(stage: Stage) -> list[ReviewRow]:
    visit = stage.visit
    return [
        ReviewRow(
            label=stage.word(f"{slot}.text"),
            value=stage.word(f"{slot}.{visit.choices[slot]}.label"),
            origin=stage.text("screen.origin.chosen"),
        )
        for _, slot in stage.catalogue.answered(visit.service, visit.choices)
    ]


def _data(stage: Stage) -> list[ReviewGroup]:
    visit = stage.visit
    return [
        ReviewGroup(
            label=stage.word(f"form.{group.id}.label"),
            rows=[
                ReviewRow(
                    label=stage.word(f"form.{field.id}.label"),
                    value=shown(stage, field.type, field.id, value.text, dict(field.options)),
                    origin=stage.text(f"screen.origin.{value.provenance.value}"),
                )
                for field in group.fields
                if (value := visit.values.get(field.id)) and value.text
            ],
            edit=stage.button("edit:data", "edit", "tertiary"),
        )
        for group in stage.catalogue.fields(visit.service, visit.choices)
    ]


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
    visit = stage.visit
    chosen = ReviewGroup(
        label=wording.text(stage, "review.choices"),
        rows=_chosen(stage),
        edit=stage.button("edit:choices", "edit", "tertiary"),
    )
    documents = ReviewGroup(label=stage.text("screen.review.documents"), rows=_documents(stage))
    cents = _cents(stage)
    return Review(
        title=wording.text(stage, "review.title"),
        text=wording.text(stage, "review.text"),
        groups=[group for group in (chosen, *_data(stage), documents) if group.rows],
        fees=[
            FeeLine(
                label=stage.word(f"fee.{fee.id}.label"),
                amount=stage.money(fee.cents),
                law=fee.law,
                since=stage.day(fee.since),
            )
            for fee in stage.catalogue.fees(visit.service, visit.choices, on=stage.today())
        ],
        total=stage.money(cents) if cents else stage.text("screen.review.free"),
        actions=[stage.button("confirm", "confirm", "primary")],
    )


def _brought(brought: bool | None) -> str:
    return "unknown" if brought is None else "yes" if brought else "no"
