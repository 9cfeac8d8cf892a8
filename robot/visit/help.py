"""A citizen calls for a human, or is in danger: the staff are told, and the citizen who comes."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from robot.visit.current import Current
from robot.visit.screen import Screen
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.visit import Help, HelpRefused, Visit
from robot.visit.words import Words
from robot.web.broadcast import Broadcast

log = logging.getLogger(__name__)


@dataclass(kw_only=True, eq=False)
class HelpDesk:
    """Holds `visit.help` and what stands on the screen of it."""

    current: Current
    screen: Screen
    words: Words
    talk: Talk
    tasks: Tasks
    changed: Broadcast

    def call(self, visit: Visit) -> None:
        """The citizen wants to speak with a human."""
        visit.tally.helped = True
        self.wait(visit)
        self.words.note("help", "screen.help.called")
        self.changed.notify_live()

    def wait(self, visit: Visit) -> None:
        """Somebody shall come, unless somebody is called already."""
        visit.help = visit.help or Help(reason=self.words.german("screen.help.reason"))

    def cancel(self, visit: Visit) -> None:
        """No human is wanted any more."""
        visit.help = None
        self.screen.notice("help", "")
        self.changed.notify_live()

    async def emergency(self, visit: Visit, *, aloud: bool = True) -> None:
        """Somebody is in danger: the staff and 112 at once; the visit stays where it is.

        Without `aloud` a human speaks, and nobody talks over them.
        """
        visit.tally.helped = True
        if visit.help is None or not visit.help.urgent:  # who comes already shall know that it is urgent
            visit.help = Help(reason=self.words.german("screen.help.reason_emergency"), urgent=True)
            self.words.note("help", "screen.help.emergency", "error")
            self.changed.notify_live()
        log.warning("visit %s: emergency", visit.id)
        if not aloud:
            return
        await self.talk.hush()
        if self.current.visit is visit:
            self.talk.say_beside(self.words.text("screen.help.emergency"))

    async def accept(self, visit_id: str, who: str) -> None:
        """A clerk says that they are coming.

        Raises LookupError when that visit is over, HelpRefused where somebody comes already or nobody need.
        """
        visit = self.current.visit
        if visit is None or visit.id != visit_id:
            raise LookupError(visit_id)
        if visit.help is None or visit.help.accepted_by not in ("", who):
            raise HelpRefused(visit.help.accepted_by if visit.help else "")
        if visit.help.accepted_by:
            return  # said twice, heard once
        visit.help.accepted_by = who
        self.words.note("help", "screen.help.coming", "success")
        self.tasks.begin(self.talk.announce(self.words.text("screen.help.coming")))
