"""The citizen's screen as data: the page is a pure function of `KioskView`.

The robot sends a whole view after every change; the page sends `ScreenEvent`s. Every text is already in
the visit's language. The page's types are generated from these models (`python -m robot.web.schema`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Button(_Model):
    """Something to tap. `id` goes back in a Tap. `say`: what to say aloud instead.

    `colour`: what a swatch shows, as #rrggbb; two of them, outer and inner, with a blank between.
    """

    id: str
    label: str
    say: str = ""
    hint: str = ""
    icon: str = ""
    style: Literal["primary", "secondary", "tertiary", "danger"] = "secondary"
    colour: str = ""


class LanguageButton(_Model):
    """One language of the menu: a tap on `id` switches to it; `name` in the language itself, `tag` BCP 47."""

    id: str
    name: str
    tag: str
    direction: Literal["ltr", "rtl"] = "ltr"
    active: bool = False


class Heard(_Model):
    """What was recognised from the citizen's voice: grows while they speak, then final."""

    text: str
    final: bool


class Progress(_Model):
    """One named station of the visit."""

    id: str
    label: str
    state: Literal["done", "current", "todo"]


class Display(_Model):
    """How this visitor wants the screen: size of text, colours, everything in the lower half, no motion."""

    text: Literal["normal", "large"] = "normal"
    contrast: Literal["normal", "high", "dark"] = "normal"
    low: bool = False
    still: bool = False


class Toggle(_Model):
    """One switch of the display menu; a Tap on `id` turns it over. `say`: what to say aloud instead."""

    id: str
    label: str
    say: str = ""
    icon: str = ""
    on: bool = False


class Voicing(_Model):
    """The sentence that sounds now, for `seconds`: `start`..`end` are characters of the caption."""

    start: int
    end: int
    seconds: float


class Notice(_Model):
    """One sentence about a device or the visit that the citizen should see."""

    id: str
    text: str
    kind: Literal["info", "warning", "error", "success"] = "info"


class TimeWarning(_Model):
    """Time limit: shown and spoken; `seconds` left when the view was sent."""

    text: str
    seconds: int
    extend: Button
    end: Button


class Welcome(_Model):
    """Idle and first screen: what the colleague can do.

    `waiting`, `opening`: sentences, "" when unknown. `messages`: what the town and its staff have to say.
    """

    kind: Literal["welcome"] = "welcome"
    title: str
    text: str
    services: list[Button]
    waiting: str = ""
    opening: str = ""
    messages: list[str] = Field(default_factory=list)


class Choices(_Model):
    """A question with its answers as large buttons."""

    kind: Literal["choices"] = "choices"
    title: str
    text: str = ""
    options: list[Button]


class CheckItem(_Model):
    """One document of the checklist."""

    id: str
    label: str
    detail: str = ""
    law: str = ""
    required: bool = True
    brought: bool | None = None


class Checklist(_Model):
    """Documents for exactly this case; each can be marked as brought or not."""

    kind: Literal["checklist"] = "checklist"
    title: str
    text: str = ""
    items: list[CheckItem]
    actions: list[Button]


class Consent(_Model):
    """Asks for consent before a document is looked at."""

    kind: Literal["consent"] = "consent"
    title: str
    text: str
    law: str = ""
    actions: list[Button]


Sign = Literal[
    "",
    "nothing",
    "cut_off",
    "too_far",
    "blurred",
    "glare",
    "turned",
    "wrong_side",
    "hold_still",
    "unreadable",
]


class CameraPanel(_Model):
    """Live picture (MJPEG address) with hint and outline (corners, 0..1).

    `sign`: the hint as a picture, "" for none. `taken`: no live picture, but a page that was taken.
    """

    kind: Literal["camera"] = "camera"
    sign: Sign = ""
    taken: bool = False
    title: str
    text: str
    picture: str
    hint: str = ""
    outline: list[tuple[float, float]] = Field(default_factory=list)
    actions: list[Button]


class ChipPanel(_Model):
    """The document lies, or should lie, on the card reader. `hint`: what is amiss.

    `reading`: a bar shows `percent` of the portrait, the largest part; `label` names the bar.
    `document`: what the picture shows, as it is laid.
    """

    kind: Literal["chip"] = "chip"
    document: Literal["passport", "card"] = "card"
    title: str
    text: str
    hint: str = ""
    reading: bool = False
    percent: int = Field(default=0, ge=0, le=100)
    label: str = ""
    actions: list[Button]


class FormField(_Model):
    """One field. `origin`: where the value comes from (label), `error`: what is wrong, in words.

    `doubtful`: indices of characters to check; `spellings`: ways to write the value, one tap each.
    `widget`: how it is best entered beside typing; `keys`: what the keys on the screen are; `suggestions`:
    what the value may be meant to be, one tap each; `years`: of a date's wheel the first, the last and the
    one where it begins; `personal`: to be masked, and never read aloud.
    """

    id: str
    label: str
    value: str = ""
    type: Literal[
        "text",
        "date",
        "number",
        "choice",
        "checkbox",
        "postcode",
        "iban",
        "plate",
        "email",
        "phone",
        "money",
    ] = "text"
    required: bool = True
    max_length: int = 0
    help: str = ""
    options: list[Button] = Field(default_factory=list)
    origin: str = ""
    doubtful: list[int] = Field(default_factory=list)
    spellings: list[str] = Field(default_factory=list)
    error: str = ""
    autocomplete: str = "off"
    widget: Literal["", "swatches", "wheels", "address"] = ""
    keys: Literal["text", "names", "address", "code", "email", "numeric", "date", "phone", "money"] = "text"
    suggestions: list[str] = Field(default_factory=list)
    years: tuple[int, int, int] | None = None
    personal: bool = False


class FormGroup(_Model):
    """Fields that belong together."""

    id: str
    label: str
    fields: list[FormField]


class FormPanel(_Model):
    """A form; values go to the robot with SetField as they are entered, Tap(submit) sends it.

    `focus`: the field to begin with, when only that one is to be changed.
    """

    kind: Literal["form"] = "form"
    title: str
    text: str = ""
    groups: list[FormGroup]
    focus: str = ""
    actions: list[Button]


class ReviewRow(_Model):
    """One value on the review page. `edit` leads to where it is entered; `personal`: never read aloud."""

    label: str
    value: str
    origin: str = ""
    edit: Button | None = None
    personal: bool = False


class ReviewGroup(_Model):
    """A block of the review page; `edit` leads back to where it is entered."""

    label: str
    rows: list[ReviewRow]
    edit: Button | None = None


class FeeLine(_Model):
    """One fee with the paragraph it comes from and the day from which it holds."""

    label: str
    amount: str
    law: str
    since: str = ""


class Review(_Model):
    """Everything once more, with the fee total, before it is handed over."""

    kind: Literal["review"] = "review"
    title: str
    text: str = ""
    groups: list[ReviewGroup]
    fees: list[FeeLine]
    total: str
    actions: list[Button]


class TicketPanel(_Model):
    """The number; `printed` False: write it down, the printer could not."""

    kind: Literal["ticket"] = "ticket"
    title: str
    number: str
    text: str
    bring: list[str]
    printed: bool | None = None
    qr: str = ""  # SVG path data of the case reference's QR code
    qr_size: int = 0
    actions: list[Button]


class Feedback(_Model):
    """Thumbs up or down, then goodbye."""

    kind: Literal["feedback"] = "feedback"
    title: str
    text: str = ""
    actions: list[Button]


class Fact(_Model):
    """Something one looks up: what it is, and its lines."""

    label: str
    lines: list[str]


class InfoPanel(_Model):
    """What one should know about a service: sentences, then facts to look up; the QR code leads online."""

    kind: Literal["guide"] = "guide"
    title: str
    text: str = ""
    lines: list[str] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    qr: str = ""  # SVG path data of the online way's address
    qr_size: int = 0
    actions: list[Button]


class Info(_Model):
    """An answer with lines to read."""

    kind: Literal["info"] = "info"
    title: str
    text: str = ""
    lines: list[str] = Field(default_factory=list)
    actions: list[Button] = Field(default_factory=list)


class Closed(_Model):
    """Out of order: `text` is the reason in plain words, `facts` where to go instead."""

    kind: Literal["closed"] = "closed"
    title: str
    text: str
    facts: list[Fact] = Field(default_factory=list)
    actions: list[Button] = Field(default_factory=list)


class PlanBox(_Model):
    """A room or corridor on the plan, in metres; `goal`: where the way leads."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    name: str = ""
    goal: bool = False


class PlanMark(_Model):
    """A sign on the plan with its label."""

    kind: Literal["kiosk", "lift", "stairs", "toilet", "exit", "reception", "waiting"]
    x: float
    y: float
    label: str
    goal: bool = False


class PlanFloor(_Model):
    """One floor: `view` is the part of the grid that is drawn (x, y, width, height), `way` the line to walk.

    `desc`: the picture in words, for those who do not see it.
    """

    id: str
    title: str
    desc: str
    view: tuple[float, float, float, float]
    corridors: list[PlanBox]
    rooms: list[PlanBox]
    marks: list[PlanMark]
    way: list[tuple[float, float]]


class PlanPanel(_Model):
    """The way from the kiosk: in words, and drawn floor by floor."""

    kind: Literal["plan"] = "plan"
    title: str
    text: str
    lines: list[str] = Field(default_factory=list)
    floors: list[PlanFloor]
    actions: list[Button]


AnyPanel = (
    Welcome
    | Choices
    | Checklist
    | Consent
    | CameraPanel
    | ChipPanel
    | FormPanel
    | Review
    | TicketPanel
    | Feedback
    | InfoPanel
    | PlanPanel
    | Closed
    | Info
)
Panel = Annotated[AnyPanel, Field(discriminator="kind")]


TalkMode = Literal["voice", "video"]


class IceServer(_Model):
    """A STUN or TURN server as RTCPeerConnection takes it (RFC 8829)."""

    urls: list[str]
    username: str = ""
    credential: str = ""


class Asking(_Model):
    """A question that a human has for the citizen, over the rest of the screen."""

    text: str
    actions: list[Button]


class Talking(_Model):
    """Voice or video with a human, from browser to browser. `number`: which talk of the visit it is.

    `text`: what of camera and microphone is on; `own`, `theirs`: names of the two pictures.
    """

    number: int
    mode: TalkMode
    state: Literal["connecting", "running"]
    text: str
    own: str
    theirs: str
    stop: Button
    ice: list[IceServer] = Field(default_factory=list)


class Human(_Model):
    """A human has taken over; `label` says whose words the caption holds, and whose voice reads them."""

    name: str
    label: str
    ask: Asking | None = None
    talk: Talking | None = None


class Translated(_Model):
    """A sentence in a language: BCP 47 tag and direction."""

    lang: str
    direction: Literal["ltr", "rtl"] = "ltr"
    text: str


class Emergency(_Model):
    """The staff's notice to everybody, above all else. `leave`: nothing else counts any more.

    `lang`, `direction`: of the text; `also`: the same in other languages.
    """

    title: str
    text: str
    lang: str
    direction: Literal["ltr", "rtl"] = "ltr"
    leave: bool = False
    also: list[Translated] = Field(default_factory=list)


class KioskView(_Model):
    """The whole screen."""

    seq: int
    lang: str
    direction: Literal["ltr", "rtl"] = "ltr"
    languages: list[LanguageButton] = Field(default_factory=list)  # the language menu
    state: Literal["idle", "visit", "goodbye", "out_of_order", "elsewhere"]
    town: str
    badge: str
    face: Literal["idle", "listening", "thinking", "speaking", "looking", "sorry"]
    caption: str
    caption_by: Literal["machine", "human"] = "machine"  # whose words they are
    human: Human | None = None  # speaks instead of the machine
    spoken: int = 0  # characters of the caption spoken so far
    voicing: Voicing | None = None  # the sentence of the caption that sounds now
    gaze: Literal["citizen", "camera", "card", "printer"] = "citizen"  # what the face looks at
    display: Display = Field(default_factory=Display)
    display_menu: list[Toggle] = Field(default_factory=list)  # switches of the display menu
    private: bool = False  # personal values are masked and not said aloud
    headset: bool = False  # headphones are plugged in
    heard: Heard | None = None
    microphone: bool = True
    microphone_label: str = ""
    progress: list[Progress] = Field(default_factory=list)
    panel: Panel
    aside: Info | None = None  # answer to a question asked mid-way; the panel stays
    offers: list[Button] = Field(default_factory=list)  # choices that go with the caption
    nav: list[Button] = Field(default_factory=list)  # back, repeat, help, stop: always in the same place
    notices: list[Notice] = Field(default_factory=list)
    warning: TimeWarning | None = None
    emergency: Emergency | None = None
    labels: dict[str, str] = Field(default_factory=dict)  # fixed words of the page itself
    visitor: int = 0  # how many were here before: what was meant for one of them is not for the next
    german: list[str] = Field(default_factory=list)  # what of it is German on a screen of another language


class _Meant(_Model):
    """Something done on a view; `visitor`: that view's, None: whoever is there."""

    visitor: int | None = None


class Hello(_Model):
    """First message of a page; `screen` is random, kept in sessionStorage, so a reload is the same screen.

    `seen`: the visitor of the last view where the line was lost during a visit; `lang`: their language.
    """

    type: Literal["hello"] = "hello"
    screen: str
    seen: int | None = None
    lang: str = Field(default="", max_length=20)


class Tap(_Meant):
    """A button was tapped."""

    type: Literal["tap"] = "tap"
    id: str


class SetField(_Meant):
    """A form field has a new value."""

    type: Literal["set"] = "set"
    field: str = Field(max_length=80)
    value: str = Field(max_length=500)


class Check(_Meant):
    """A document of the checklist was marked."""

    type: Literal["check"] = "check"
    item: str
    brought: bool


class Touch(_Meant):
    """The screen was touched anywhere: somebody is there."""

    type: Literal["touch"] = "touch"


class Type(_Meant):
    """A sentence typed instead of spoken."""

    type: Literal["text"] = "text"
    text: str = Field(max_length=500)


class Read(_Meant):
    """Say this part of the screen aloud now, cutting what sounds; `personal`: over headphones only."""

    type: Literal["read"] = "read"
    text: str = Field(min_length=1, max_length=2000)
    personal: bool = False


class Signal(_Model):
    """What the two browsers of a talk tell each other to connect (WebRTC, RFC 8829), through the robot.

    `talk`: the number of the talk. `sdp` of an offer or answer; `candidate`, `mid`, `line` of a candidate, an
    empty one ends them. `connected`, `failed`: for the robot, too.
    """

    type: Literal["signal"] = "signal"
    talk: int = Field(ge=0, le=1_000_000)
    kind: Literal["offer", "answer", "candidate", "connected", "failed"]
    sdp: str = Field(max_length=16_000)
    candidate: str = Field(max_length=1000)
    mid: str = Field(max_length=64)
    line: int = Field(ge=0, le=99)


ScreenEvent = Annotated[
    Hello | Tap | SetField | Check | Touch | Type | Read | Signal, Field(discriminator="type")
]
