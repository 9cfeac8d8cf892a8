"""What a code that was read is for: paying, a case, an appointment, the photo, or nothing of ours."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from hardware.camera.girocode import CodeRefused, GiroCode, Refusal, is_payment, parse, parse_bezahlcode
from hardware.ports import CodeRead

# Four groups of base32, as the ticket carries them: 80 random bits, no personal data.
_CASE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
_APPOINTMENT = re.compile(r"lotse:appointment:([A-Za-z0-9_-]{4,64})")
MOST_REFERENCE = 400  # characters of a photo code that are kept; longer ones are not a photo provider's


@dataclass(frozen=True)
class CaseReference:
    """The QR code of our ticket."""

    reference: str


@dataclass(frozen=True)
class AppointmentCode:
    """`lotse:appointment:TOKEN`; the token means something only to the appointment book."""

    token: str


@dataclass(frozen=True)
class PhotoCode:
    """The photo provider's DataMatrix, kept as it is for the clerk: nobody looks into it here.

    `reference`: its text where it is plain ASCII, else "base64:" and its bytes. Its repr keeps silent on it.
    """

    reference: str = field(repr=False)


@dataclass(frozen=True)
class Unknown:
    """A code that says nothing to us."""


Meaning = GiroCode | CaseReference | AppointmentCode | PhotoCode | Unknown


def classify(code: CodeRead) -> Meaning:
    """What the code is for. Raises CodeRefused when it claims to be a payment code and is malformed."""
    text = code.text.strip()
    if is_payment(code.text):
        return parse_bezahlcode(text) if text.casefold().startswith("bank:") else _transfer(code)
    if _CASE.fullmatch(text):
        return CaseReference(text)
    if match := _APPOINTMENT.fullmatch(text):
        return AppointmentCode(match[1])
    if code.format == "DataMatrix" and code.data:
        return _photo(code.data)
    return Unknown()


def describe(code: CodeRead) -> dict[str, object]:
    """One code for `lotse scan`: format, text and kind; the transfer's parts or the reason of a refusal."""
    told: dict[str, object] = {"format": code.format, "text": code.text}
    try:
        meaning = classify(code)
    except CodeRefused as refused:
        return told | {"kind": "refused", "reason": refused.reason.value, "sentence": str(refused)}
    if isinstance(meaning, GiroCode):
        return told | {"kind": "girocode", "payment": {k: v for k, v in vars(meaning).items() if v}}
    kinds = {CaseReference: "case", AppointmentCode: "appointment", PhotoCode: "photo", Unknown: "unknown"}
    return told | {"kind": kinds[type(meaning)]}


def _transfer(code: CodeRead) -> GiroCode:
    """The bytes as the transfer's own character set has them; where they do not fit it, as the code's has."""
    try:
        return parse(code.data)
    except CodeRefused as refused:
        if refused.reason is not Refusal.CHARACTERS:
            raise
        return parse(code.text)


def _photo(data: bytes) -> PhotoCode | Unknown:
    plain = data.isascii() and data.decode("ascii").isprintable()
    reference = data.decode("ascii") if plain else "base64:" + base64.b64encode(data).decode("ascii")
    return PhotoCode(reference) if len(reference) <= MOST_REFERENCE else Unknown()
