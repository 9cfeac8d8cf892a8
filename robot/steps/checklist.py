"""Step: the documents for exactly this case, with what the citizen has and has not brought."""

from robot.steps.stage import Checked, Outcome, Stage, Tapped
from robot.web.view import CheckItem, Checklist


async def run(stage: Stage) -> Outcome:
    """Shows and names the documents; marks go into the visit. Ends with the citizen's "weiter"."""
    documents = stage.catalogue.documents(stage.visit.service, stage.visit.choices)
    stage.visit.brought = {
        name: brought
        for name, brought in stage.visit.brought.items()
        if name in {document.id for document in documents}
    }

    def show() -> None:
        stage.show(
            Checklist(
                title=stage.text("screen.checklist.title"),
                text=stage.text("screen.checklist.text"),
                items=[
                    CheckItem(
                        id=document.id,
                        label=document.label,
                        detail=document.detail,
                        law=document.law,
                        required=document.required,
                        brought=stage.visit.brought.get(document.id),
                    )
                    for document in documents
                ],
                actions=[stage.button("continue", "continue", "primary")],
            )
        )

    show()
    named = [document.label for document in documents if document.required]
    named = named or [document.label for document in documents]
    await stage.tell("screen.checklist.say", documents=", ".join(named))
    while True:
        match await stage.doings.get():
            case Checked(item, brought) if any(document.id == item for document in documents):
                stage.visit.brought[item] = brought
                show()
            case Tapped("continue"):
                return Outcome.DONE
