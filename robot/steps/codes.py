"""Codes that lie under the camera while something else is wanted: what they are, in a sentence."""

from __future__ import annotations

from hardware.camera.girocode import CodeRefused, GiroCode
from hardware.camera.payload import AppointmentCode, CaseReference, PhotoCode, classify
from hardware.ports import CodeRead

KINDS = {GiroCode: "payment", CaseReference: "case", AppointmentCode: "appointment", PhotoCode: "photo"}


def named(code: CodeRead) -> str:
    """The text that tells what the code is, "" for one that says nothing here; nothing of its content."""
    try:
        kind = KINDS.get(type(classify(code)), "")
    except CodeRefused as refused:
        return f"screen.refused.{refused.reason.value}"
    return f"screen.code.{kind}" if kind else ""
