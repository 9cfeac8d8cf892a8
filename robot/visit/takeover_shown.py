"""What both ends see of a takeover: the citizen the human's name and questions, the clerk the visit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from robot.cases.model import Provenance
from robot.visit.current import Current
from robot.visit.floor import Floor
from robot.visit.screen import Screen
from robot.visit.seat import Seat
from robot.visit.speaker import Speaker, SpeakerButtons
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.takeover_view import CannedRow, TakeoverLine, TakeoverView
from robot.web.view import Asking, Human, IceServer, Talking, TalkMode

CANNED = ("hello", "moment", "please_tap", "please_document", "come_down", "colleague", "all_done", "goodbye")
ASKED: dict[TalkMode, tuple[str, ...]] = {"video": ("video", "voice", "no"), "voice": ("voice", "no")}
_MASK = "▪▪▪"


def show_human(
    screen: Screen, words: Words, speaker: Speaker, buttons: SpeakerButtons, servers: Sequence[IceServer]
) -> None:
    """Badge, name and what is asked of the citizen, in the language of now; `servers`: for a talk."""
    name, talk = speaker.shown_as, speaker.talk
    ask: Asking | None = None
    on: Talking | None = None
    if talk and talk.state == "asked":
        ask = Asking(
            text=words.text(f"screen.takeover.ask_{talk.mode}", name=name),
            actions=[
                buttons.button(answer, style="primary" if answer == talk.mode else "secondary")
                for answer in ASKED[talk.mode]
            ],
        )
    elif talk:
        on = Talking.model_validate(
            {
                "number": talk.number,
                "mode": talk.mode,
                "state": talk.state,
                "text": words.text(f"screen.takeover.on_{talk.mode}"),
                "own": words.text("screen.takeover.own_picture"),
                "theirs": words.text("screen.takeover.their_picture", name=name),
                "stop": buttons.button("stop", style="danger"),
                "ice": servers,
            }
        )
    screen.human = Human(name=name, label=words.text("screen.takeover.label", name=name), ask=ask, talk=on)
    screen.badge = words.text("screen.takeover.badge", name=name)
    screen.changed()


def page_of(
    seat: Seat,
    current: Current,
    screen: Screen,
    words: Words,
    speaker: Speaker,
    floor: Floor,
    servers: Sequence[IceServer],
) -> TakeoverView:
    """What a clerk's page shows now: no more than its clerk may know."""
    visit = current.visit
    if visit is None or visit.id != seat.visit:
        return TakeoverView(visit=seat.visit, state="over")
    mine = speaker.holder is seat
    state = "mine" if mine else "taken" if speaker.taken else "offered"
    called = visit.help
    return TakeoverView.model_validate(
        floor.describe(visit)
        | {
            "visit": visit.id,
            "state": state,
            "taken_by": speaker.taken_by,
            "shown_as": speaker.shown_as if mine else "",
            "language": visit.language,
            "help_reason": called.reason if called else "",
            "help_accepted_by": called.accepted_by if called else "",
            "urgent": called is not None and called.urgent,
            "may_read": visit.may_read,
            "private": screen.private,
            "step_done": mine and bool(speaker.held),
            "lines": [] if state == "taken" else _lines(visit, mine=mine),
            "steps": floor.steps() if mine else [],
            "services": floor.services() if mine else [],
            "canned": _canned(words) if mine else [],
            "talk": speaker.talk if mine else None,
            "ice": servers if mine and speaker.talking else [],
        }
    )


def _lines(visit: Visit, *, mine: bool) -> list[TakeoverLine]:
    """All that was said where the citizen allows it, else what was said since one has taken over."""
    lines = visit.lines if visit.may_read else visit.lines[visit.taken_at :] if mine else []
    first = len(visit.lines) - len(lines)
    return [
        TakeoverLine.model_validate(
            {
                "number": visit.lines_gone + first + at,
                "who": line.who,
                "act": line.act,
                "text": masked(line.text, visit),
            }
        )
        for at, line in enumerate(lines)
    ]


def _canned(words: Words) -> list[CannedRow]:
    keys = {name: f"screen.takeover.canned.{name}" for name in CANNED}
    return [CannedRow(id=name, german=words.german(key), text=words.text(key)) for name, key in keys.items()]


def masked(text: str, visit: Visit) -> str:
    """`text` without what was entered or read for the application, and without long numbers."""
    own = {
        part
        for value in visit.values.values()
        for part in re.findall(r"\w{3,}", value.text)
        if value.provenance is not Provenance.CHOSEN
    }
    for part in sorted(own, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _MASK, text, flags=re.IGNORECASE)
    return re.sub(r"\d(?:[ .,/-]?\d){3,}", _MASK, text)
