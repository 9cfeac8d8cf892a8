"""Step: the photo provider's code is read under the camera and kept for the clerk, who fetches the photo.

PAuswV § 5a: the photo goes from the provider to the office; the code only names it. Nobody looks into the
code here, and its contents never stand in a log.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing

from hardware.camera.girocode import CodeRefused, GiroCode
from hardware.camera.payload import AppointmentCode, CaseReference, PhotoCode, classify
from hardware.ports import CodeRead, DeviceError
from robot.cases.model import Provenance
from robot.steps.guidance import Guidance
from robot.steps.stage import FieldSet, Outcome, Stage, Tapped
from robot.web.view import CameraPanel, FormField, FormGroup, FormPanel

log = logging.getLogger(__name__)

FIELD = "photo_code"
MOST = 400


async def run(stage: Stage) -> Outcome:
    """DONE: the code was read or typed. DECLINED: the citizen goes on without; the clerk sees the sheet."""
    panel = CameraPanel(
        title=stage.text("screen.photo.title"),
        text=stage.text("screen.photo.text"),
        picture=stage.picture(True),
        actions=[
            stage.button("type", "type_code"),
            stage.button("without", "without_code"),
        ],
    )
    stage.show(panel, face="looking")
    await stage.tell("screen.photo.say")
    reading = asyncio.create_task(_read(stage, panel), name="photo code")
    leaving = asyncio.create_task(_leave(stage), name="photo code tap")
    try:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            stage.visit.set_value(FIELD, reading.result(), Provenance.CODE)
            await stage.tell("screen.photo.read")
            return Outcome.DONE
        left = leaving.result()
    finally:
        stage.picture(False)
        stage.screen.notice("camera", "")
        for task in (reading, leaving):
            task.cancel()
        await asyncio.gather(reading, leaving, return_exceptions=True)
    return await _typed(stage) if left == "type" else Outcome.DECLINED


async def _leave(stage: Stage) -> str:
    while (tapped := await stage.tap()) not in ("type", "without"):
        pass
    return tapped


async def _read(stage: Stage, panel: CameraPanel) -> str:
    """The photo code; a camera that is away is said once and tried again."""
    seen = _Seen(stage, panel)
    while True:
        try:
            async with aclosing(stage.camera.look(codes=True)) as looks:  # type: ignore[type-var]
                async for looked in looks:
                    stage.screen.notice("camera", "")
                    now = asyncio.get_running_loop().time()
                    hint = seen.guidance.next(looked, now)
                    for code in looked.codes:
                        reference = await seen.code(code, now)
                        if reference:
                            stage.measured("code_ms", looked.ms)
                            return reference
                    if seen.guidance.changed and not looked.codes:
                        shown = seen.guidance.shown
                        seen.show(stage.text(f"screen.photo.hint.{shown.value}") if shown else "")
                    if hint:
                        await stage.tell(f"screen.photo.hint.{hint.value}")
        except DeviceError as error:
            await stage.camera_gone(error)


class _Seen:
    """What the camera shows, over the live picture and aloud."""

    def __init__(self, stage: Stage, panel: CameraPanel) -> None:
        self.guidance = Guidance()
        self._stage = stage
        self._panel = panel
        self._told: set[str] = set()

    def show(self, hint: str) -> None:
        """Draws hint and outline into the standing panel; an answer shown beside it stays."""
        self._panel.hint = hint
        self._panel.outline = list(self.guidance.outline)
        self._stage.screen.changed()

    async def code(self, code: CodeRead, now: float) -> str:
        """The reference if it is the photo's code; any other one is named once, and "" returned."""
        try:
            meaning = classify(code)
        except CodeRefused as refused:
            key = f"screen.refused.{refused.reason.value}"
        else:
            if isinstance(meaning, PhotoCode):
                return meaning.reference
            kinds = {GiroCode: "payment", CaseReference: "case", AppointmentCode: "appointment"}
            key = f"screen.photo.other.{kinds.get(type(meaning), 'unknown')}"
        self.show(self._stage.text(key))
        if key not in self._told and self.guidance.quiet(now):
            self._told.add(key)
            self.guidance.said(now)
            await self._stage.tell(key)
        return ""


async def _typed(stage: Stage) -> Outcome:
    """The code by hand; an empty one is a skipped one."""
    before = stage.visit.values.get(FIELD)
    field = FormField(
        id=FIELD,
        label=stage.text("screen.photo.typing"),
        value=before.text if before else "",
        required=False,
        max_length=MOST,
    )
    stage.show(
        FormPanel(
            title=stage.text("screen.photo.typing"),
            text=stage.text("screen.photo.typing_text"),
            groups=[
                FormGroup(
                    id="photo",
                    label=stage.text("screen.photo.typing"),
                    fields=[field],
                )
            ],
            actions=[stage.button("submit", "submit", "primary")],
        )
    )
    await stage.tell("screen.photo.typing_say")
    while True:
        match await stage.doings.get():
            case FieldSet("photo_code", value):
                field.value = value.strip()[:MOST]
                stage.visit.set_value(FIELD, field.value, Provenance.TYPED)
                stage.screen.changed()
            case Tapped("submit"):
                return Outcome.DONE if field.value else Outcome.DECLINED
