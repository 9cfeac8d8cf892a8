"""A takeover as data: what the clerk's page and the robot exchange over /ws/staff/visits/{id}.

The page sends a `ClerkDoing` each; an `Alive` every second says that the clerk's page is still there. The
robot sends a whole `TakeoverView` after every change, a `Told` for what happened once, and what the other end
of a voice or video talk signals (`robot.web.view.Signal`; WebRTC, RFC 8829). Close codes: 4401 sign in again,
4403 not allowed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from robot.web.view import IceServer, Signal, TalkMode


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TakeoverLine(_Model):
    """One thing said or tapped. `who`: the machine, the citizen, or the human who has taken over."""

    number: int
    who: Literal["machine", "citizen", "human"]
    act: Literal["said", "tapped"]
    text: str


class PickRow(_Model):
    """What can be done next for the citizen; `here`: it is being done."""

    id: str
    label: str
    here: bool = False


class CannedRow(_Model):
    """A sentence that is there in every language: as the clerk reads it, and as the citizen gets it."""

    id: str
    german: str
    text: str


class TalkRow(_Model):
    """A voice or video talk: the citizen is asked, it is being connected, or it stands."""

    number: int
    mode: TalkMode
    state: Literal["asked", "connecting", "running"]


class TakeoverView(_Model):
    """All that a clerk sees of one visit.

    `state`: offered (nobody has taken over), mine, taken (by `taken_by`), over (the visit is). `may_read`:
    whether the citizen allows the dialogue so far to be read, None when they have not said. `lines`: empty
    until they allow it, or one has taken over; then what was said since. `here`: somebody stands before the
    kiosk. `private`: others shall hear nothing, so there is no voice. `step_done`: the step that was picked
    is done and waits for what comes next. `urgent`: somebody is in danger.
    """

    type: Literal["view"] = "view"
    visit: str
    state: Literal["offered", "mine", "taken", "over"]
    taken_by: str = ""
    shown_as: str = ""
    kiosk: str = ""
    service: str = ""
    step: str = ""
    language: str = "de"
    started: str = ""
    help_reason: str = ""
    help_accepted_by: str = ""
    urgent: bool = False
    may_read: bool | None = None
    here: bool = True
    private: bool = False
    step_done: bool = False
    lines: list[TakeoverLine] = Field(default_factory=list)
    steps: list[PickRow] = Field(default_factory=list)
    services: list[PickRow] = Field(default_factory=list)
    canned: list[CannedRow] = Field(default_factory=list)
    talk: TalkRow | None = None
    ice: list[IceServer] = Field(default_factory=list)


class Told(_Model):
    """Something that happened once; the page has a sentence for each."""

    type: Literal["told"] = "told"
    what: Literal[
        "taken",  # somebody else has taken over
        "no_help",  # the visit asks for no help (any more)
        "not_yours",  # one has not taken over
        "cannot_pick",  # that step is not open now
        "not_stored",  # the audit log cannot be written
        "nonsense",  # what came is no message
        "private",  # no voice while others shall hear nothing
        "refused",  # the citizen wants no talk
        "talk_ended",  # the citizen has ended it
        "talk_failed",  # no connection between the two browsers
        "sent_back",  # the citizen goes on with the machine
    ]


class Take(_Model):
    """Take over; `shown_as`: how the citizen sees the clerk."""

    type: Literal["take"] = "take"
    shown_as: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Alive(_Model):
    """The page is there."""

    type: Literal["alive"] = "alive"


class Write(_Model):
    """Words for the citizen: spoken and shown."""

    type: Literal["write"] = "write"
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class UseCanned(_Model):
    """A sentence that is there in every language."""

    type: Literal["canned"] = "canned"
    id: str = Field(max_length=40)


class Pick(_Model):
    """A next step, or another service."""

    type: Literal["pick"] = "pick"
    id: str = Field(max_length=80)


class Call(_Model):
    """Ask the citizen for a talk."""

    type: Literal["call"] = "call"
    mode: TalkMode


class HangUp(_Model):
    """End the talk, or take the question back."""

    type: Literal["hang_up"] = "hang_up"


class HandBack(_Model):
    """The machine goes on."""

    type: Literal["hand_back"] = "hand_back"


ClerkDoing = Annotated[
    Take | Alive | Write | UseCanned | Pick | Call | HangUp | HandBack | Signal, Field(discriminator="type")
]
TakeoverMessage = Annotated[TakeoverView | Told | Signal, Field(discriminator="type")]
