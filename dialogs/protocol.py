"""What the dialogue (Rasa) and the robot say to each other.

Rasa's replies are custom payloads only: `{"do": KIND, ...}` as below. Texts are keys; the robot renders
them in the visit's language, so Rasa knows neither names nor languages. The robot answers with the
citizen's words, or with a payload (`/intent{json}`) where a button was tapped or a step has ended.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LanguageCode = Literal["de", "en", "leicht", "tr", "uk", "ar", "ru", "pl", "fr"]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(_Message):
    """Speak and show the text `key` with `params` filled in (amounts, paragraphs, times: no personal data).

    `buttons`: choices offered with it (for instance after "Stopp": end or go on); empty where the
    running question or step keeps its own.
    """

    do: Literal["say"] = "say"
    key: str
    params: dict[str, str] = Field(default_factory=dict)
    buttons: tuple[Offer, ...] = ()


class Offer(_Message):
    """A button: text key and the payload that a tap sends back."""

    key: str
    payload: str
    params: dict[str, str] = Field(default_factory=dict)


class Ask(_Message):
    """Ask the question `slot` of `service`; its text and choices stand in the catalogue.

    `variant`: "full" the first time, "again" in short after an interruption, "other" in other words
    because the answer was not understood.
    """

    do: Literal["ask"] = "ask"
    service: str
    slot: str
    variant: Literal["full", "again", "other"] = "full"


class Step(_Message):
    """Run the step `name` (DESIGN §2); the robot reports `/step_done{"step":…,"outcome":…}` once.

    `before`: the citizen has been through it with these answers, and only what is new since then is wanted
    (dialogs/revision.py); empty: all of it is.
    """

    do: Literal["step"] = "step"
    name: str
    service: str
    choices: dict[str, str] = Field(default_factory=dict)
    before: dict[str, str] = Field(default_factory=dict)


class Act(_Message):
    """Something the robot does at once, without an outcome.

    `next_service`: what comes is another application of the same person: a case of its own, with the values
    that are known. `next_person`: it is for somebody else, so the values are forgotten before it starts.
    """

    do: Literal["act"] = "act"
    what: Literal[
        "repeat",
        "slower",
        "louder",
        "end_visit",
        "call_staff",
        "cancel_staff",
        "resume",
        "hush",
        "next_service",
        "next_person",
    ]


class Switch(_Message):
    """From here on talk in this language; what follows in the same turn is said in it already."""

    do: Literal["switch"] = "switch"
    lang: LanguageCode


class Show(_Message):
    """Show something beside the running question or step: the floor plan with the way to `place`."""

    do: Literal["show"] = "show"
    what: Literal["plan"] = "plan"
    place: str


class Heard(_Message):
    """How a turn was understood; for the client (dialogs/client.py), which puts it into its `Turn`.

    Rasa's own state cannot tell: it leaves out what was said while a question stood.
    """

    do: Literal["heard"] = "heard"
    intent: str
    confidence: float


AnyMessage = Say | Ask | Step | Act | Switch | Show
Message = Annotated[AnyMessage, Field(discriminator="do")]
MESSAGE: TypeAdapter[AnyMessage] = TypeAdapter(Message)


def payload(intent: str, **entities: str) -> str:
    """The text Rasa takes for an already understood intent, e.g. `/inform{"reason": "expired"}`."""
    return f"/{intent}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


Say.model_rebuild()
