"""What stands in a service file (`dialogs/services/*.yml`)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PrivateAttr,
    StrictBool,
    StrictInt,
    Tag,
)
from pydantic import Field as _Field

from dialogs.conditions import Condition
from dialogs.protocol import payload

Id = Annotated[str, _Field(pattern=r"^[a-z][a-z0-9_]*$")]

# Object, act and detail of a service in the catalogue of public services (FIM), 14 digits
LeikaKey = Annotated[str, _Field(pattern=r"^(99\d{12})?$")]

# A question that is answered with "ja" or "nein" has exactly these choices.
YES_NO = ("yes", "no")


# A text that somebody reads or hears
Text = Annotated[str, _Field(min_length=1)]

# What people say; brackets and braces would be marks of the training data
Example = Annotated[str, _Field(pattern=r"^[^\[\](){}]+$")]


def _day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        value = date.fromisoformat(value)
    if not isinstance(value, date):
        raise ValueError("a day is written as 2026-02-07")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# "46.00", as editors check it
_EUROS = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"
Euros = Annotated[str, _Field(pattern=_EUROS)]


def _cents(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(_EUROS, value, re.ASCII):
        raise ValueError('an amount is written as text in euros with a dot, such as "46.00"')
    return int(Decimal(value) * 100)


class Age(_Model):
    """A range of ages in completed years on the day of the application."""

    from_: StrictInt = _Field(0, alias="from", ge=0)
    to: StrictInt = _Field(150, ge=0)

    def __contains__(self, years: int) -> bool:
        return self.from_ <= years <= self.to


class Choice(_Model):
    """One answer.

    `say`: phrases understood while the question stands (the first is shown as an example, `*` stands for
    up to five words); `unasked`: phrases that count in any sentence (then not asked again); `ack`: what
    the colleague says when it was told unasked; `note`: what somebody who answers so should know.
    """

    id: Id
    label: Text
    hint: str = ""
    say: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    ack: str = ""
    note: str = ""
    when: Condition = ""
    age: Age | None = None
    _slot: str = PrivateAttr("")

    @property
    def say0(self) -> str:
        """What one may say aloud instead of tapping."""
        return (self.say or self.unasked or (self.label.lower(),))[0]

    @property
    def payload(self) -> str:
        """What a tap sends to the dialogue."""
        return payload("inform", **{self._slot: self.id})


class Question(_Model):
    """One question. `again`: its short form after an interruption; `other`: in other words.

    `when`: asked only then; otherwise its answer is `otherwise`.
    """

    slot: Id
    text: Text
    again: Text
    other: Text
    help: str = ""
    label: Text
    when: Condition = ""
    otherwise: str = ""
    choices: tuple[Choice, ...] = _Field(min_length=2)

    def model_post_init(self, context: Any, /) -> None:
        """Tells every choice which slot it fills."""
        for choice in self.choices:
            choice._slot = self.slot

    @property
    def yes_no(self) -> bool:
        """Whether "ja" and "nein" answer it."""
        return tuple(choice.id for choice in self.choices) == YES_NO

    def choice(self, choice: str) -> Choice | None:
        """The choice of that id."""
        return next((item for item in self.choices if item.id == choice), None)


class Document(_Model):
    """Something to bring. `when`: only in these cases; `unless`: no more once this is certain."""

    id: Id
    label: Text
    detail: str = ""
    law: str = ""
    required: StrictBool = True
    when: Condition = ""
    unless: Condition = ""


FieldType = Literal[
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
]

# Letters of String.Latin (DIN 91379, "Zeichen für Namen"), as far as they are precomposed.
_LATIN = "A-Za-zÀ-ÖØ-öø-žƠơƯưƷǍ-ǜǞ-ǣǤ-ǰǴǵǸ-țȞȟȦ-ȳəʒḂ-ẞẠ-ỹ"
CHARSETS = {
    "name": f"[{_LATIN} '’.,\\-]",
    "address": f"[{_LATIN}0-9 '’.,/()&\\-]",
    "line": f"[{_LATIN}0-9 '’.,:;/()&+%§€!?\"„“#_\\-]",
    "code": "[A-Za-z0-9 ./\\-]",
    "digits": "[0-9]",
}
"""What every service may name as `charset`: one character each, as a regular expression."""


# "#5d8a5b", or outer and inner ring of an iris: "#7f97a6 #5d8a5b"
Colours = Annotated[str, _Field(pattern=r"^#[0-9a-f]{6}( #[0-9a-f]{6})?$")]


Icon = Literal[
    "", "book", "camera", "car", "card", "clock", "document", "dog", "euro", "home", "id_card", "info",
    "language", "law", "map", "passport", "people", "person", "staff", "ticket", "umbrella",
]  # fmt: skip
"""The pictures that the kiosk can draw beside a service (kiosk_ui/src/shared/icons.tsx)."""


class AddressFields(_Model):
    """Which fields of the form complete a street; "" where there is none."""

    postcode: str = ""
    town: str = ""


class Field(_Model):
    """One field of the form. Lengths are characters; `from_mrz` names what of the MRZ proposes its value.

    `charset`: one of `CHARSETS` or of the service's own `charsets`. `mrz_values` translates what the MRZ
    says. `options`: pairs of value and label; `colours`: what their swatches show. `past`: a date up to
    today; `future`: from today on. `minimum`, `maximum`: of a number; of an amount of money in euros.
    `address`: this is a street, looked up in the town's list, and these fields take its postcode and town.
    `also`: other names by which people may call the field aloud, beside its label and `field_names.yml`.
    """

    id: Id
    label: Text
    help: str = ""
    type: FieldType = "text"
    min_length: StrictInt = _Field(0, ge=0)
    max_length: StrictInt = _Field(0, ge=0)
    charset: str = ""
    required: StrictBool = True
    options: tuple[tuple[str, str], ...] = ()
    colours: dict[str, Colours] = _Field(default_factory=dict)
    free_text: StrictBool = False
    minimum: StrictInt | None = None
    maximum: StrictInt | None = None
    past: StrictBool = False
    future: StrictBool = False
    from_mrz: Literal["surname", "given_names", "birth_date", "nationality", "document_type"] | None = None
    mrz_values: dict[str, str] = _Field(default_factory=dict)
    address: AddressFields | None = None
    also: tuple[str, ...] = ()
    default: str = ""
    autocomplete: str = "off"
    law: str = ""
    when: Condition = ""
    _pattern: str = PrivateAttr("")
    _key: str = PrivateAttr("")

    @property
    def key(self) -> str:
        """Where its texts stand: `<key>.label`, `<key>.help`, `<key>.<option>`."""
        return self._key


class FieldGroup(_Model):
    """Fields that belong together."""

    id: Id
    label: Text
    fields: tuple[Field, ...] = _Field(min_length=1)


class Amount(_Model):
    """What a fee costs from a day on, in cents; written as `eur: "46.00"`.

    `law`: the paragraph it comes from, where that is another one than the fee's.
    """

    from_: Day = _Field(alias="from")
    cents: Annotated[int, BeforeValidator(_cents, json_schema_input_type=Euros)] = _Field(alias="eur")
    law: str = ""


class Fee(_Model):
    """A fee. `extra`: named in an answer only when it certainly applies."""

    id: Id
    label: Text
    when: Condition = ""
    law: Text
    extra: StrictBool = False
    amounts: tuple[Amount, ...] = _Field(min_length=1)

    def on(self, day: date) -> Amount | None:
        """The amount that holds on the day."""
        started = [amount for amount in self.amounts if amount.from_ <= day]
        return max(started, key=lambda amount: amount.from_, default=None)


class AskGroup(_Model):
    """A station of the journey: questions asked one after the other."""

    ask: Id
    label: Text
    slots: tuple[Id, ...] = _Field(min_length=1)

    @property
    def name(self) -> str:
        """The station's name."""
        return self.ask


class CopyItem(_Model):
    """A document that may be copied at the kiosk; always the citizen's choice.

    `kind`: a letter or page, or an identity document (copied with consent, marked, its numbers black:
    PAuswG § 20 (2)). `purpose`: what the copy is for, as the mark says it; no personal data.
    """

    id: Id
    label: Text
    kind: Literal["letter", "identity"] = "letter"
    purpose: str = _Field(min_length=3, max_length=60)
    when: Condition = ""


class Online(_Model):
    """The way without coming: what it is called and its address (shown as text and as a QR code)."""

    label: Text
    url: Annotated[str, _Field(pattern=r"^https://[^\s/]+(/\S*)?$")] = ""


class CounterCheck(_Model):
    """What the clerk must see in the original or hear in person; `law`: the paragraph that says so."""

    id: Id
    label: Text
    law: str = ""
    when: Condition = ""


class InfoLine(_Model):
    """One sentence of the step `info`; `when`: only in these cases.

    `days`: the sentence may hold `{date}`, the day so many days from today.
    """

    id: Id
    text: Text
    when: Condition = ""
    days: StrictInt | None = None


class StepNode(_Model):
    """A station of the journey: a step the robot runs. `when`: only in these cases, else it is left out."""

    step: Literal[
        "info", "checklist", "document", "form", "copy", "photo_code", "review", "hand_over", "feedback"
    ]
    label: Text
    when: Condition = ""

    @property
    def name(self) -> str:
        """The station's name."""
        return self.step


# what a station is taken for; told apart from the keys of a file by the space
QUESTIONS, STEP = "a group of questions", "a step"


def _station(value: Any) -> str | None:
    if isinstance(value, dict):
        return QUESTIONS if "ask" in value else STEP if "step" in value else None
    return QUESTIONS if isinstance(value, AskGroup) else STEP if isinstance(value, StepNode) else None


Node = Annotated[
    Annotated[AskGroup, Tag(QUESTIONS)] | Annotated[StepNode, Tag(STEP)],
    Discriminator(
        _station,
        custom_error_type="station",
        custom_error_message="a station has `ask` and `slots`, or `step`",
    ),
]


class Service(_Model):
    """One service of the town.

    `journey`: its stations (kind "journey"), or `answer`: what answers it at once (kind "answer").
    `names`: words by which it is meant inside another question ("was kostet ein personalausweis").
    `examples`: sentences that mean it, for training. `bring`: what one usually brings, as long as the
    answers do not decide it. `leika_by`: slot → choice → the key instead of
    `leika`. `who`: who may use it; `where`: the place in the town's file that is in charge;
    `online`: the way without coming; `counter`: what the clerk must see; `info`: what the step `info` says.
    `four_eyes`: a case is done only when a second clerk has approved it.
    `rank`: the lower, the earlier on the first screen.
    `texts`: further sentences under `<service>.<key>`; one named like a fixed text of the screen without its
    `screen.` (such as `ticket.note`) is said instead of that in this service.
    """

    id: Id
    label: Text
    hint: str = ""
    icon: Icon = ""
    leika: LeikaKey = ""
    leika_by: dict[Id, dict[Id, LeikaKey]] = _Field(default_factory=dict)
    welcome: StrictBool = True
    rank: StrictInt = _Field(default=100, ge=1)
    say: Text
    names: tuple[str, ...] = ()
    examples: tuple[Example, ...] = _Field(min_length=10)
    start: str = ""
    duration: str = ""
    bring: str = ""
    who: str = ""
    where: Id | Literal[""] = ""
    online: Online | None = None
    answer: Literal["opening_hours", "directions", "request_staff"] | None = None
    questions: tuple[Question, ...] = ()
    journey: tuple[Node, ...] = ()
    documents: tuple[Document, ...] = ()
    copies: tuple[CopyItem, ...] = ()
    charsets: dict[str, str] = _Field(default_factory=dict)
    form: tuple[FieldGroup, ...] = ()
    counter: tuple[CounterCheck, ...] = ()
    four_eyes: StrictBool = False
    info: tuple[InfoLine, ...] = ()
    fees: tuple[Fee, ...] = ()
    texts: dict[str, str | list[str]] = _Field(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        """Tells every field where its texts stand and which characters it may hold."""
        charsets = CHARSETS | self.charsets
        for group in self.form:
            for field in group.fields:
                field._key = f"{self.id}.form.{field.id}"
                field._pattern = charsets.get(field.charset, "")

    @property
    def kind(self) -> Literal["journey", "answer"]:
        """Whether it is a journey or answered at once."""
        return "answer" if self.answer else "journey"

    @property
    def slots(self) -> tuple[str, ...]:
        """Its choice slots in the order of the journey."""
        return tuple(slot for node in self.journey if isinstance(node, AskGroup) for slot in node.slots)

    def question(self, slot: str) -> Question:
        """The question that fills the slot."""
        for question in self.questions:
            if question.slot == slot:
                return question
        raise KeyError(f"{self.id} asks no question {slot!r}")

    @property
    def payload(self) -> str:
        """What a tap on the service sends."""
        return payload(self.id)
