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
from robot.steps.guidance import Guidance, sign_of
from robot.steps.stage import FieldSet, Outcome, Stage, Tapped
from robot.web.view import CameraPanel, FormField, FormGroup, FormPanel

log = logging.getLogger(__name__)

FIELD = "photo_code"
MOST = 400


async def run(stage: Stage) -> Outcome:
    """DONE: the code was read or typed. DECLINED: the citizen goes on without; the clerk sees the sheet."""
    seen = _Seen(stage, stage.picture(True))
    stage.show(seen.panel, face="looking")
    await stage.tell("screen.photo.say")
    reading = asyncio.create_task(_read(stage, seen), name="photo code")
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


async def _read(stage: Stage, seen: _Seen) -> str:
    """The photo code; a camera that is away is said once and tried again."""
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
                        seen.show(f"screen.photo.hint.{shown.value}" if shown else "")
                    if hint:
                        await stage.tell(f"screen.photo.hint.{hint.value}")
        except DeviceError as error:
            await stage.camera_gone(error)


class _Seen:
    """What the camera shows, over the live picture and aloud."""

    def __init__(self, stage: Stage, picture: str) -> None:
        self.guidance = Guidance()
        self._stage = stage
        self._picture = picture
        self._hint = ""
        self._told: set[str] = set()

    def panel(self) -> CameraPanel:
        """The live picture with the hint and the outline of now."""
        stage = self._stage
        return CameraPanel(
            title=stage.text("screen.photo.title"),
            text=stage.text("screen.photo.text"),
            picture=self._picture,
            hint=stage.text(self._hint) if self._hint else "",
            sign=sign_of(self._hint),
            outline=list(self.guidance.outline),
            actions=[
                stage.button("type", "type_code"),
                stage.button("without", "without_code"),
            ],
        )

    def show(self, hint: str) -> None:
        """Shows the text of the key `hint` and the outline; an answer shown beside them stays."""
        self._hint = hint
        self._stage.redraw()

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
        self.show(key)
        if key not in self._told and self.guidance.quiet(now):
            self._told.add(key)
            self.guidance.said(now)
            await self._stage.tell(key)
        return ""


async def _typed(stage: Stage) -> Outcome:
    """The code by hand; an empty one is a skipped one."""

    def written() -> str:
        value = stage.visit.values.get(FIELD)
        return value.text if value else ""

    def panel() -> FormPanel:
        title = stage.text("screen.photo.typing")
        field = FormField(id=FIELD, label=title, value=written(), required=False, max_length=MOST)
        return FormPanel(
            title=title,
            text=stage.text("screen.photo.typing_text"),
            groups=[FormGroup(id="photo", label=title, fields=[field])],
            actions=[stage.button("submit", "submit", "primary")],
        )

    stage.show(panel)
    await stage.tell("screen.photo.typing_say")
    while True:
        match await stage.doings.get():
            case FieldSet("photo_code", value):
                stage.visit.set_value(FIELD, value.strip()[:MOST], Provenance.TYPED)
                stage.redraw()
            case Tapped("submit"):
                return Outcome.DONE if written() else Outcome.DECLINED
