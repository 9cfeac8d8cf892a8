"""Step: with consent, read the machine-readable zone of the old document under the camera.

PAuswG §17(2), §20(2): only with consent on the screen, only as a proposal, the picture is gone at once.
"""

import asyncio
import logging
from contextlib import aclosing

from hardware.ports import DeviceError, Hint, Looked, MrzRead
from robot.cases.model import Provenance
from robot.steps.stage import Outcome, Stage
from robot.web.view import CameraPanel, Consent

log = logging.getLogger(__name__)

LAW = "§ 20 Abs. 2 PAuswG"
RETRY_S = 1.0


async def run(stage: Stage) -> Outcome:
    """Asks for consent, reads until a zone holds, fills the visit's values.

    DONE: read. DECLINED: no consent, or the citizen goes on without; then everything is typed.
    """
    stage.show(
        Consent(
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
    picture = stage.picture(True)
    _show(stage, picture, None)
    await stage.tell("screen.camera.say")
    reading = asyncio.create_task(_read(stage, picture), name="camera")
    leaving = asyncio.create_task(stage.tap(), name="camera-tap")
    try:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            return Outcome.DECLINED
        _take(stage, reading.result())
        await stage.tell("screen.camera.read")
        return Outcome.DONE
    finally:
        stage.picture(False)
        stage.screen.notice("camera", "")
        for task in (reading, leaving):
            task.cancel()
        await asyncio.gather(reading, leaving, return_exceptions=True)


def _show(stage: Stage, picture: str, looked: Looked | None) -> None:
    hint = stage.text(f"screen.hint.{looked.hint.value}") if looked and looked.hint else ""
    outline = list(looked.mrz.outline) if looked and looked.mrz else []
    stage.show(
        CameraPanel(
            title=stage.text("screen.camera.title"),
            text=stage.text("screen.camera.text"),
            picture=picture,
            hint=hint,
            outline=outline,
            actions=[stage.button("without", "without")],
        ),
        face="looking",
    )


async def _read(stage: Stage, picture: str) -> MrzRead:
    """The first zone whose check digits hold; a camera that is away is said once and tried again."""
    shown: Hint | None = None
    told: set[Hint] = set()
    while True:
        try:
            async with aclosing(stage.camera.look()) as looks:  # type: ignore[type-var]
                async for looked in looks:
                    stage.screen.notice("camera", "")
                    if looked.mrz and looked.mrz.valid:
                        stage.measured("mrz_ms", looked.ms)
                        _show(stage, picture, looked)
                        return looked.mrz
                    if looked.hint is not shown:
                        shown = looked.hint
                        _show(stage, picture, looked)
                    if shown and shown is not Hint.NOTHING and shown not in told:
                        told.add(shown)
                        await stage.tell(f"screen.hint.{shown.value}")
        except DeviceError as error:
            log.warning("camera: %s", error)
            if "camera" not in stage.screen.notices:
                sentence = stage.text("screen.camera.gone")
                stage.screen.notice("camera", sentence, "warning")
                await stage.say(sentence)
            await asyncio.sleep(RETRY_S)


def _take(stage: Stage, read: MrzRead) -> None:
    """Propose what the zone gives, as the form writes it; doubtful characters of the names are marked."""
    for group in stage.catalogue.fields(stage.visit.service, stage.visit.choices):
        for field in group.fields:
            text = _as_written(field.from_mrz, read.fields) if field.from_mrz else ""
            if not text:
                continue
            stage.visit.set_value(field.id, text, Provenance.MRZ)
            if field.from_mrz in ("surname", "given_names"):
                stage.visit.values[field.id].doubtful = _doubtful(read, field.from_mrz, len(text))


def _doubtful(read: MrzRead, name: str, length: int) -> tuple[int, ...]:
    """Which characters of a name were not sure; names stand in the last line of three, else in the first.

    ICAO 9303-4 §4.2.2, -5 §4.2.2, -6 §4.2.2: surname, two fillers, given names; names have no check digit.
    """
    line, start = (2, 0) if len(read.lines) == 3 else (0, 5)
    if name == "given_names":
        start = read.lines[line].index("<<", start) + 2
    columns = (column - start for at, column in read.doubtful if at == line)
    return tuple(sorted(column for column in columns if 0 <= column < length))


def _as_written(name: str | None, zone: dict[str, str]) -> str:
    text = zone.get(name or "", "")
    if name in ("surname", "given_names"):
        return " ".join(part.capitalize() for part in text.split())
    if name in ("birth_date", "expiry_date") and text:
        year, month, day = text.split("-")
        return f"{day}.{month}.{year}"
    if name == "nationality":
        return {"D": "deutsch"}.get(text, "")
    return text
