"""Step: with consent, read the machine-readable zone of the old document under the camera, then its chip.

PAuswG §17(2), §20(2): only with consent on the screen, only as a proposal, the picture is gone at once. Where
the town allows it, the chip of a passport or a foreign document is read as well (`robot.steps.chip`).
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hardware.ports import DeviceError, Hint, MrzRead
from robot.cases.model import Provenance
from robot.steps import chip, proposal
from robot.steps.guidance import Guidance
from robot.steps.stage import Outcome, Stage
from robot.web.view import CameraPanel, Consent

LAW = "§ 20 Abs. 2 PAuswG"


@dataclass
class _Live:
    """What stands over the live picture."""

    picture: str
    hint: Hint | None = None
    outline: Sequence[tuple[float, float]] = ()


async def run(stage: Stage) -> Outcome:
    """Asks for consent, reads until a zone holds, fills the visit's values.

    DONE: read. DECLINED: no consent, or the citizen goes on without; then everything is typed.
    """
    stage.show(
        lambda: Consent(
            title=stage.text("screen.consent.title"),
            text=stage.text("screen.consent.text"),
            law=LAW,
            actions=[
                stage.button("consent", "consent", "primary"),
                stage.button("decline", "decline"),
            ],
        )
    )
    await stage.tell("screen.consent.say")
    while (answer := await stage.tap()) not in ("consent", "decline"):
        pass
    stage.visit.consent = answer == "consent"
    if answer == "decline":
        return Outcome.DECLINED
    zone = await _camera(stage)
    if zone is None:
        return Outcome.DECLINED
    if chip.offered(stage, zone):
        await chip.run(stage, zone)
    return Outcome.DONE


async def _camera(stage: Stage) -> MrzRead | None:
    """The zone, already proposed in the form; None when the citizen goes on without."""
    live = _Live(stage.picture(True))
    stage.show(lambda: _panel(stage, live), face="looking")
    await stage.tell("screen.camera.say")
    reading = asyncio.create_task(_read(stage, live), name="camera")
    leaving = asyncio.create_task(stage.tap(), name="camera-tap")
    try:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            return None
        zone = reading.result()
        proposal.take(stage, zone.fields, Provenance.MRZ)
        proposal.mark_doubtful(stage, zone)
        await stage.tell("screen.camera.read")
        return zone
    finally:
        stage.picture(False)
        stage.screen.notice("camera", "")
        for task in (reading, leaving):
            task.cancel()
        await asyncio.gather(reading, leaving, return_exceptions=True)


def _panel(stage: Stage, live: _Live) -> CameraPanel:
    return CameraPanel(
        title=stage.text("screen.camera.title"),
        text=stage.text("screen.camera.text"),
        picture=live.picture,
        hint=stage.text(f"screen.hint.{live.hint.value}") if live.hint else "",
        outline=list(live.outline),
        actions=[stage.button("without", "without")],
    )


def _draw(stage: Stage, live: _Live, hint: Hint | None, outline: Sequence[tuple[float, float]]) -> None:
    live.hint, live.outline = hint, outline
    stage.redraw()


async def _read(stage: Stage, live: _Live) -> MrzRead:
    """The first zone whose check digits hold; a camera that is away is said once and tried again."""
    guidance = Guidance()
    while True:
        try:
            async with aclosing(stage.camera.look()) as looks:  # type: ignore[type-var]
                async for looked in looks:
                    stage.screen.notice("camera", "")
                    if looked.mrz and looked.mrz.valid:
                        stage.measured("mrz_ms", looked.ms)
                        _draw(stage, live, None, looked.mrz.outline)
                        return looked.mrz
                    hint = guidance.next(looked, asyncio.get_running_loop().time())
                    if guidance.changed:
                        _draw(stage, live, guidance.shown, guidance.outline)
                    if hint:
                        await stage.tell(f"screen.hint.{hint.value}")
        except DeviceError as error:
            await stage.camera_gone(error)
