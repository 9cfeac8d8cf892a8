"""Runs the steps that the dialogue asks for, and tells it how they ended."""

from __future__ import annotations

import asyncio
import logging

from dialogs.protocol import Step as StepMessage
from dialogs.protocol import payload
from robot.blame import blame
from robot.steps import STEPS, Outcome, Stage
from robot.visit.current import Current
from robot.visit.ears import Ears
from robot.visit.lobby import Lobby
from robot.visit.panels import Panels
from robot.visit.tasks import cancel
from robot.visit.turns import Turns
from robot.visit.visit import Visit

log = logging.getLogger(__name__)


class StepRunner:
    """One step at a time."""

    def __init__(self, current: Current, lobby: Lobby, panels: Panels, ears: Ears, turns: Turns) -> None:
        self._current = current
        self._lobby = lobby
        self._panels = panels
        self._ears = ears
        self._turns = turns

    async def stop(self) -> None:
        """End the running step."""
        await cancel(self._current.step)
        self._current.step = None

    async def start(self, visit: Visit, step: StepMessage) -> None:
        """Begin a step; the one before ends."""
        await cancel(self._current.step)
        stage = self._current.stage
        if stage is None:
            return
        visit.service, visit.step = step.service, step.name
        visit.choices, visit.before = dict(step.choices), dict(step.before)
        self._panels.step(visit, step.name)
        stage.made_by = stage.told = None
        while not stage.doings.empty():
            stage.doings.get_nowait()
        visit.been.add(step.name)
        self._ears.listen(on=True)
        self._current.step = asyncio.create_task(self._run(stage, step.name), name=f"step {step.name}")

    async def _run(self, stage: Stage, name: str) -> None:
        try:
            outcome = await STEPS[name](stage)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Whatever goes wrong in a step, the citizen hears one sentence and the visit goes on.
            log.error("step %s failed: %s", name, blame(error))
            await stage.tell("screen.step.failed")
            outcome = Outcome.FAILED
        log.info("visit %s: step %s: %s", stage.visit.id, name, outcome.value)
        if outcome is Outcome.DONE and name == "hand_over":
            stage.visit.tally.finished()
        if outcome is Outcome.FAILED:
            self._lobby.check_now()  # perhaps nothing can be stored any more
        self._turns.send(payload("step_done", step=name, outcome=outcome.value))
