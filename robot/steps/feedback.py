"""Step: thumbs up or down; counted without anything personal."""

from robot.steps.stage import Outcome, Stage
from robot.web.view import Feedback


async def run(stage: Stage) -> Outcome:
    """DONE with or without an opinion."""
    stage.show(
        lambda: Feedback(
            title=stage.text("screen.feedback.title"),
            text=stage.text("screen.feedback.text"),
            actions=[
                stage.button("up", "thumb_up", "primary", "thumb-up"),
                stage.button("down", "thumb_down", "secondary", "thumb-down"),
                stage.button("skip", "skip", "tertiary"),
            ],
        )
    )
    await stage.tell("screen.feedback.say")
    opinion = await stage.tap()
    if opinion in ("up", "down"):
        stage.visit.tally.thumb = 1 if opinion == "up" else -1
        await stage.office.feedback.add(stage.visit.service, opinion == "up")
    return Outcome.DONE
