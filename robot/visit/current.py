"""Who stands here now, and whether anybody can be served: what every part of a kiosk has to know."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from dialogs.client import Dialogue
from robot.steps import Stage
from robot.visit.lobby import Why
from robot.visit.visit import Visit
from robot.web.live_view import EmergencyRow


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class Current:
    """`visit`, its `dialogue` and `stage` come and go together; `step`: what runs on the stage.

    `free`: no visit is being wiped. `closed`: why nobody can be served. `notice`: the staff's, to everybody.
    The course of the visit sets the first three, the conversation the step, the first screen `closed` and
    the announcer the notice; everybody else reads.
    """

    visit: Visit | None = None
    dialogue: Dialogue | None = None
    stage: Stage | None = None
    step: asyncio.Task[None] | None = None
    closed: Why | None = None
    notice: EmergencyRow | None = None
    free: asyncio.Event = field(default_factory=_set)

    @property
    def step_runs(self) -> bool:
        """Whether a step is under way."""
        return self.step is not None and not self.step.done()

    @property
    def leaving(self) -> bool:
        """Whether everybody has to leave the building."""
        return self.notice is not None and self.notice.leave

    @property
    def shut(self) -> bool:
        """Whether nobody is served who comes now."""
        return self.closed is not None or self.leaving
