"""Who speaks at a kiosk, the machine or a clerk, and what the citizen may tap about that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from robot.visit.current import Current
from robot.visit.seat import Seat
from robot.visit.words import Words
from robot.web.takeover_view import TalkRow
from robot.web.view import Button

PREFIX = "takeover:"


@dataclass
class Speaker:
    """The takeover sets all but `held`, which is the conversation's; everybody else reads.

    `holder`: the page of the clerk who speaks; `shown_as`: how the citizen sees them. `alone`: the clerk has
    vanished, and the citizen has not chosen yet. `talk`: voice or video, asked for or on. `held`: how a step
    ended while a human spoke; the dialogue is told it afterwards. `redress` brings what the citizen and the
    clerk see of the human up to date.
    """

    holder: Seat | None = None
    shown_as: str = ""
    alone: bool = False
    talk: TalkRow | None = None
    held: str = ""
    redress: Callable[[], None] = lambda: None

    @property
    def taken(self) -> bool:
        """Whether a human speaks instead of the machine."""
        return self.holder is not None

    @property
    def taken_by(self) -> str:
        """The clerk who does, "" for the machine."""
        return self.holder.clerk if self.holder else ""

    @property
    def talking(self) -> bool:
        """Whether voice or video is on, or about to be: nobody else hears and speaks then."""
        return self.talk is not None and self.talk.state != "asked"


class SpeakerButtons:
    """What the citizen may tap. `asking`: it is being asked whether a human may read along."""

    def __init__(self, current: Current, speaker: Speaker, words: Words) -> None:
        self._current = current
        self._speaker = speaker
        self._words = words
        self.asking = False

    def may_ask(self) -> bool:
        """Whether to ask if the clerk may read: not once it was answered, nor where nobody is called."""
        visit = self._current.visit
        called = visit is not None and visit.help is not None and visit.may_read is None
        return called and not self._speaker.taken

    def offers(self) -> list[Button]:
        """Before what the machine offers: the machine again or to wait, and whether the clerk may read."""
        found: list[Button] = []
        if self._speaker.alone:
            found += self.left_alone()
        if self.asking and self.may_ask():
            found += [self.button("read_yes", style="primary"), self.button("read_no")]
        return found

    def question(self) -> str:
        """What is asked before everything else: whether a human may read along; "" for nothing."""
        return self._words.text("screen.takeover.read_ask") if self.asking and self.may_ask() else ""

    def left_alone(self) -> list[Button]:
        """The choice of whoever the clerk has left."""
        return [self.button("machine", style="primary"), self.button("wait")]

    def beside(self) -> list[Button]:
        """What may be tapped while a human speaks, beside a running step."""
        return [self.button("machine")]

    def button(self, name: str, *, style: str = "secondary") -> Button:
        """One button, in the language of now."""
        say = "|".join(self._words.sayings(f"screen.say.takeover.{name}"))
        label = self._words.text(f"screen.takeover.{name}")
        return Button.model_validate({"id": PREFIX + name, "label": label, "say": say, "style": style})
