"""A case as it is handed over: every field knows where its value comes from."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Provenance(enum.StrEnum):
    """Where a value comes from; `…_EDITED` was read and then changed on the screen.

    `…_SPELLED` was read as a zone spells it, and how it is written on paper was chosen on the screen.
    `STREETS`: the town's street list had it.
    """

    EID = "eid"
    CHIP = "chip"
    CHIP_EDITED = "chip_edited"
    CHIP_SPELLED = "chip_spelled"
    MRZ = "mrz"
    MRZ_EDITED = "mrz_edited"
    MRZ_SPELLED = "mrz_spelled"
    CODE = "code"
    TYPED = "typed"
    SPOKEN = "spoken"
    CHOSEN = "chosen"
    STREETS = "streets"


class CaseState(enum.StrEnum):
    """Where a case stands. `TRANSFERRED`: lies with a named colleague; `MISSED`: called, nobody came.

    `APPROVAL`: finished by one clerk, a second one has to approve it.
    """

    WAITING = "waiting"
    CALLED = "called"
    WORKING = "working"
    TRANSFERRED = "transferred"
    APPROVAL = "approval"
    DONE = "done"
    RETURNED = "returned"
    MISSED = "missed"


CLOSED = frozenset({CaseState.DONE, CaseState.RETURNED, CaseState.MISSED})


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldValue(_Model):
    """One value with its label (German, for the clerk), group and provenance; `original`: as read."""

    id: str
    label: str
    value: str
    provenance: Provenance
    group: str = ""
    original: str = ""


class Document(_Model):
    """One line of the checklist with what the citizen said of it; the clerk sees the original."""

    id: str
    label: str
    required: bool
    brought: bool | None
    law: str = ""


class Counter(_Model):
    """What the clerk must see in the original or hear in person, with the paragraph that says so."""

    id: str
    label: str
    law: str = ""


class Fee(_Model):
    """One fee line; cents."""

    id: str
    label: str
    cents: Annotated[int, Field(ge=0)]
    law: str
    since: str


class CaseDraft(_Model):
    """What the visit hands over. `leika`: the public service's key, "" if unknown.

    `visit` makes it exactly-once: the same visit never makes two cases. `four_eyes`: a second clerk approves.
    """

    visit: str
    service: str
    service_label: str
    language: str
    fields: tuple[FieldValue, ...]
    documents: tuple[Document, ...]
    fees: tuple[Fee, ...]
    counter: tuple[Counter, ...] = ()
    notes: tuple[str, ...] = ()
    leika: str = ""
    four_eyes: bool = False


class CaseRef(_Model):
    """What the citizen takes away: opaque reference (QR) and number; carries no personal data."""

    id: str
    reference: str
    number: str
    created: datetime
    state: CaseState
