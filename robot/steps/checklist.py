"""Step: the documents for exactly this case, with what the citizen has and has not brought."""

from dialogs import belongings
from dialogs.languages import HEARD
from dialogs.revision import contents
from robot.steps import wording
from robot.steps.stage import Checked, Outcome, Spoken, Stage, Tapped
from robot.web.view import CheckItem, Checklist


def keep_marks(stage: Stage) -> None:
    """Forget the marks of documents that this case does not need, nor did when they were shown."""
    visit, catalogue = stage.visit, stage.catalogue
    known = {document.id for document in catalogue.documents(visit.service, visit.choices)}
    known |= contents(catalogue, visit.service, "checklist", visit.choices)
    visit.brought = {name: there for name, there in visit.brought.items() if name in known}


async def run(stage: Stage) -> Outcome:
    """Shows and names the documents; marks, by touch or aloud, go into the visit. Ends with "weiter".

    After changed answers only those that are needed besides. A case that needs none has nothing to show: DONE
    at once.
    """
    wanted = stage.wanted("checklist")
    needed = stage.catalogue.documents(stage.visit.service, stage.visit.choices)
    known = {document.id for document in needed}
    keep_marks(stage)
    documents = [document for document in needed if wanted(document.id)]
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
        first = [document for document in documents if document.required] or documents
        return ", ".join(stage.word(f"document.{document.id}.label") for document in first)

    def told(words: str) -> dict[str, bool]:
        labels = {document.id: stage.word(f"document.{document.id}.label") for document in documents}
        return belongings.marked(labels, words) if stage.lang in HEARD else {}

    stage.show(panel)
    await stage.tell(wording.key(stage, "checklist.say"), documents=named)
    stage.takes = lambda words: bool(told(words))
    try:
        while True:
            match await stage.doings.get():
                case Checked(item, brought) if item in known:
                    stage.visit.brought[item] = brought
                    stage.redraw()
                case Spoken(words):
                    stage.visit.brought |= told(words)
                    stage.redraw()
                case Tapped("continue"):
                    return Outcome.DONE
    finally:
        stage.takes = lambda words: False
