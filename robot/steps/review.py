"""Step: everything once more, with the fee total, before it is handed over."""

from __future__ import annotations

from dialogs.catalogue import AskGroup
from robot.steps import form
from robot.steps.stage import Outcome, Stage
from robot.web.view import FeeLine, Review, ReviewGroup, ReviewRow


def euro(cents: int) -> str:
    """4600 → "46,00 Euro"."""
    return f"{cents // 100},{cents % 100:02d} Euro"


async def run(stage: Stage) -> Outcome:
    """DONE when confirmed; BACK to the questions; data are edited in place."""
    while True:
        total = _show(stage)
        await stage.tell("screen.review.say", total=total)
        match await stage.tap():
            case "confirm":
                return Outcome.DONE
            case "edit:data":
                await form.run(stage)
            case "edit:choices":
                return Outcome.BACK


def _show(stage: Stage) -> str:
    visit, catalogue = stage.visit, stage.catalogue
    chosen = [
        ReviewRow(
            label=catalogue.question(visit.service, slot, visit.choices).text,
            value=catalogue.choice_label(visit.service, slot, visit.choices[slot]),
            origin=stage.text("screen.origin.chosen"),
        )
        for node in catalogue.journey(visit.service)
        if isinstance(node, AskGroup)
        for slot in node.slots
        if slot in visit.choices
    ]
    data = [
        ReviewGroup(
            label=group.label,
            rows=[
                ReviewRow(
                    label=field.label,
                    value=dict(field.options).get(value.text, value.text),
                    origin=stage.text(f"screen.origin.{value.provenance.value}"),
                )
                for field in group.fields
                if (value := visit.values.get(field.id)) and value.text
            ],
            edit=stage.button("edit:data", "edit", "tertiary"),
        )
        for group in catalogue.fields(visit.service, visit.choices)
    ]
    documents = [
        ReviewRow(
            label=document.label,
            value=stage.text(f"screen.brought.{_brought(visit.brought.get(document.id))}"),
        )
        for document in catalogue.documents(visit.service, visit.choices)
    ]
    fees = catalogue.fees(visit.service, visit.choices, on=stage.today())
    total = euro(sum(fee.cents for fee in fees))
    stage.show(
        Review(
            title=stage.text("screen.review.title"),
            text=stage.text("screen.review.text"),
            groups=[
                ReviewGroup(
                    label=stage.text("screen.review.choices"),
                    rows=chosen,
                    edit=stage.button("edit:choices", "edit", "tertiary"),
                ),
                *(group for group in data if group.rows),
                ReviewGroup(label=stage.text("screen.review.documents"), rows=documents),
            ],
            fees=[
                FeeLine(label=fee.label, amount=euro(fee.cents), law=fee.law, since=f"{fee.since:%d.%m.%Y}")
                for fee in fees
            ],
            total=total,
            actions=[stage.button("confirm", "confirm", "primary")],
        )
    )
    return total


def _brought(brought: bool | None) -> str:
    return "unknown" if brought is None else "yes" if brought else "no"
