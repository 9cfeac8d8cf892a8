"""Step: the documents for exactly this case, with what the citizen has and has not brought."""

from robot.steps import wording
from robot.steps.stage import Checked, Outcome, Stage, Tapped
from robot.web.view import CheckItem, Checklist


async def run(stage: Stage) -> Outcome:
    """Shows and names the documents; marks go into the visit. Ends with the citizen's "weiter".

    A case that needs no document has nothing to show: DONE at once.
    """
    documents = stage.catalogue.documents(stage.visit.service, stage.visit.choices)
    known = {document.id for document in documents}
    stage.visit.brought = {name: there for name, there in stage.visit.brought.items() if name in known}
    if not documents:
        return Outcome.DONE

    def panel() -> Checklist:
        return Checklist(
            title=wording.text(stage, "checklist.title"),
            text=wording.text(stage, "checklist.text"),
            items=[
                CheckItem(
                    id=document.id,
                    label=stage.word(f"document.{document.id}.label"),
                    detail=stage.word(f"document.{document.id}.detail"),
                    law=document.law,
                    required=document.required,
                    brought=stage.visit.brought.get(document.id),
                )
                for document in documents
            ],
            actions=[stage.button("continue", "continue", "primary")],
        )

    def named() -> str:
        needed = [document for document in documents if document.required] or documents
        return ", ".join(stage.word(f"document.{document.id}.label") for document in needed)

    stage.show(panel)
    await stage.tell(wording.key(stage, "checklist.say"), documents=named)
    while True:
        match await stage.doings.get():
            case Checked(item, brought) if item in known:
                stage.visit.brought[item] = brought
                stage.redraw()
            case Tapped("continue"):
                return Outcome.DONE
