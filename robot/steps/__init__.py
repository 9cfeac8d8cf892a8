"""One module per step the dialogue can ask for; each returns an outcome."""

from robot.steps.checklist import run as checklist
from robot.steps.copy import run as copy
from robot.steps.document import run as document
from robot.steps.feedback import run as feedback
from robot.steps.form import run as form
from robot.steps.hand_over import run as hand_over
from robot.steps.info import run as info
from robot.steps.photo_code import run as photo_code
from robot.steps.review import run as review
from robot.steps.stage import Outcome, Stage, Step

STEPS: dict[str, Step] = {
    "info": info,
    "checklist": checklist,
    "document": document,
    "form": form,
    "copy": copy,
    "photo_code": photo_code,
    "review": review,
    "hand_over": hand_over,
    "feedback": feedback,
}

__all__ = ["STEPS", "Outcome", "Stage", "Step"]
