"""What stands in a service file (`dialogs/services/*.yml`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr
from pydantic import Field as _Field

from dialogs.conditions import Condition
from dialogs.protocol import payload

Id = Annotated[str, _Field(pattern=r"^[a-z][a-z0-9_]*$")]

# A question that is answered with "ja" or "nein" has exactly these choices.
YES_NO = ("yes", "no")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _cents(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError('an amount is written as text, such as "46.00"')
    try:
        amount = Decimal(value) * 100
    except InvalidOperation:
        raise ValueError('an amount is written as text, such as "46.00"') from None
    if amount != int(amount) or amount < 0:
        raise ValueError("an amount has at most two decimals and is not negative")
    return int(amount)


class Age(_Model):
    """A range of ages in completed years on the day of the application."""

    from_: int = _Field(0, alias="from", ge=0)
    to: int = 150

    def __contains__(self, years: int) -> bool:
        return self.from_ <= years <= self.to


class Choice(_Model):
    """One answer.

    `say`: phrases understood while the question stands (the first is shown as an example, `*` stands for
    up to five words); `unasked`: phrases that count in any sentence (then not asked again); `ack`: what
    the colleague says when it was told unasked; `note`: what somebody who answers so should know.
    """

    id: Id
    label: str
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
    text: str
    again: str
    other: str
    help: str = ""
    label: str
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
    label: str
    detail: str = ""
    law: str = ""
    required: bool = True
    when: Condition = ""
    unless: Condition = ""


class Field(_Model):
    """One field of the form. Lengths are characters; `from_mrz` names what of the MRZ proposes its value.

    `charset`: name of one of the service's `charsets`. `mrz_values` translates what the MRZ says.
    `options`: pairs of value and label.
    """

    id: Id
    label: str
    help: str = ""
    type: Literal["text", "date", "number", "choice", "checkbox", "postcode"] = "text"
    max_length: int = _Field(0, ge=0)
    charset: str = ""
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    free_text: bool = False
    minimum: int | None = None
    maximum: int | None = None
    past: bool = False
    from_mrz: Literal["surname", "given_names", "birth_date", "nationality", "document_type"] | None = None
    mrz_values: dict[str, str] = _Field(default_factory=dict)
    default: str = ""
    autocomplete: str = "off"
    law: str = ""
    when: Condition = ""
    _pattern: str = PrivateAttr("")


class FieldGroup(_Model):
    """Fields that belong together."""

    id: Id
    label: str
    fields: tuple[Field, ...] = _Field(min_length=1)


class Amount(_Model):
    """What a fee costs from a day on, in cents; written as `eur: "46.00"`."""

    from_: date = _Field(alias="from")
    cents: Annotated[int, BeforeValidator(_cents)] = _Field(alias="eur")


class Fee(_Model):
    """A fee. `extra`: named in an answer only when it certainly applies."""

    id: Id
    label: str
    when: Condition = ""
    law: str
    extra: bool = False
    amounts: tuple[Amount, ...] = _Field(min_length=1)

    def on(self, day: date) -> Amount | None:
        """The amount that holds on the day."""
        started = [amount for amount in self.amounts if amount.from_ <= day]
        return max(started, key=lambda amount: amount.from_, default=None)


class AskGroup(_Model):
    """A station of the journey: questions asked one after the other."""

    ask: Id
    label: str
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
    label: str
    kind: Literal["letter", "identity"] = "letter"
    purpose: str = _Field(min_length=3, max_length=60)
    when: Condition = ""


class StepNode(_Model):
    """A station of the journey: a step the robot runs. `when`: only in these cases, else it is left out."""

    step: Literal["checklist", "document", "form", "copy", "photo_code", "review", "hand_over", "feedback"]
    label: str
    when: Condition = ""

    @property
    def name(self) -> str:
        """The station's name."""
        return self.step


Node = AskGroup | StepNode


class Service(_Model):
    """One service of the town.

    `journey`: its stations (kind "journey"), or `answer`: what answers it at once (kind "answer").
    `names`: words by which it is meant inside another question ("was kostet ein personalausweis").
    `examples`: sentences that mean it, for training. `bring`: what one usually brings, as long as the
    answers do not decide it.
    """

    id: Id
    label: str
    hint: str = ""
    icon: str = ""
    leika: Annotated[str, _Field(pattern=r"^(99\d{12})?$")] = ""
    welcome: bool = True
    say: str
    names: tuple[str, ...] = ()
    examples: tuple[str, ...] = _Field(min_length=10)
    start: str = ""
    duration: str = ""
    bring: str = ""
    answer: Literal["opening_hours", "directions", "request_staff"] | None = None
    questions: tuple[Question, ...] = ()
    journey: tuple[Node, ...] = ()
    documents: tuple[Document, ...] = ()
    copies: tuple[CopyItem, ...] = ()
    charsets: dict[str, str] = _Field(default_factory=dict)
    form: tuple[FieldGroup, ...] = ()
    fees: tuple[Fee, ...] = ()
    texts: dict[str, str | list[str]] = _Field(default_factory=dict)

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
