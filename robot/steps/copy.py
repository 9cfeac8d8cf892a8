"""Step: with consent, copy letters or identity documents that belong to the case; each copy can be left out.

PAuswG § 20 (2): an identity document is copied only with consent on the screen, the copy is marked and its
numbers are black before anything is kept. Pictures live in memory until the copy is made.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from dialogs.catalogue import CopyItem
from hardware.camera.copies import CopyJob
from hardware.camera.page import A4, DPI, ID1, Fault, Page, Picture, clean, find_page, flatten
from hardware.camera.redact import NotSure, identity_page, marked_copy, shows_identity
from hardware.ports import DeviceError
from robot.cases.copies import CopyInfo, HeldCopy
from robot.steps.guidance import sign_of
from robot.steps.stage import Outcome, Stage
from robot.web.staff_view import CopyState
from robot.web.view import CameraPanel, Consent, Info

log = logging.getLogger(__name__)

LAW = "§ 20 Abs. 2 PAuswG"
MOST_PAGES = 10
FULL_WIDTH = 8192  # wider than any camera: the picture as it is
RETRY_S = 1.0
MORE_PICTURES = 3  # are looked at where the numbers cannot be blackened surely in the one that was taken
PACE_S = 0.2  # between two looks for the outline; the newest picture is not an event of the camera
_PREVIEW_PX = 620


class NotALetter(Exception):
    """An identity document lies where a letter was expected: it gets no copy without consent and mark."""


@dataclass(frozen=True)
class Shot:
    """A page as it will be copied; `dpi`: what the camera resolved of it."""

    flat: Picture
    dpi: int


@dataclass
class _Seen:
    """What the last picture showed."""

    picture: Picture | None = None
    page: Page | Fault = Fault.NOTHING


async def run(stage: Stage) -> Outcome:
    """Offers what may be copied in this case, one after the other. DECLINED when nothing was copied.

    After changed answers only what may be copied besides.
    """
    copied = False
    wanted = stage.wanted("copy")
    for item in stage.catalogue.copies(stage.visit.service, stage.visit.choices):
        if not wanted(item.id):
            continue
        if await _wanted(stage, item):
            copied |= await _copy(stage, item)
        else:
            _drop(stage, item)
    return Outcome.DONE if copied else Outcome.DECLINED


async def _wanted(stage: Stage, item: CopyItem) -> bool:
    def label() -> str:
        return stage.word(f"copy.{item.id}.label")

    stage.show(
        lambda: Consent(
            title=stage.text(f"screen.copy.{item.kind}.title", label=label),
            text=stage.text(f"screen.copy.{item.kind}.text"),
            law=LAW if item.kind == "identity" else "",
            actions=[
                stage.button("start", "copy_start", "primary"),
                stage.button("skip", "copy_skip"),
            ],
        )
    )
    await stage.tell(f"screen.copy.{item.kind}.say", label=label)
    return await _one_of(stage, "start", "skip") == "start"


async def _copy(stage: Stage, item: CopyItem) -> bool:
    """All pages, then the copy; whether there is one."""
    shots: list[Shot] = []
    if not await _collect(stage, item, shots):
        _drop(stage, item)
        await stage.tell("screen.copy.cancelled")
        return False
    while not (made := await _make(stage, item, shots)):
        if made is None:
            return False
    return True


def _drop(stage: Stage, item: CopyItem) -> None:
    """Whoever came back to this station and now wants no copy has none."""
    for copy in stage.office.copies.held(stage.visit.application):
        if copy.info.item == item.id:
            stage.office.copies.drop(stage.visit.application, copy)


async def _collect(stage: Stage, item: CopyItem, shots: list[Shot]) -> bool:
    """Take, look at, retake, remove pages until the citizen says that these are all. False: no copy."""
    here = 0
    while True:
        if here >= len(shots):
            shot = await _photograph(stage, item, here + 1)
            if shot is None:
                if not shots:
                    return False
                here = len(shots) - 1
                continue
            shots.append(shot)
        match await _look_over(stage, shots, here):
            case "finish":
                return True
            case "skip":
                return False
            case "more":
                here = len(shots)
            case "other":
                here = (here - 1) % len(shots)
            case "retake":
                if shot := await _photograph(stage, item, here + 1):
                    shots[here] = shot
            case "remove":
                del shots[here]
                here = max(0, here - 1)


async def _look_over(stage: Stage, shots: list[Shot], here: int) -> str:
    shot = shots[here]
    picture = await asyncio.to_thread(_preview, shot.flat)
    stage.show(
        lambda: CameraPanel(
            title=stage.text("screen.copy.page_title", number=str(here + 1), count=str(len(shots))),
            text=stage.text("screen.copy.page_text", dpi=str(shot.dpi)),
            picture=picture,
            taken=True,
            actions=[
                stage.button("finish", "copy_finish", "primary"),
                *([stage.button("more", "copy_more")] if len(shots) < MOST_PAGES else []),
                *([stage.button("other", "copy_other")] if len(shots) > 1 else []),
                stage.button("retake", "copy_retake"),
                stage.button("remove", "copy_remove"),
                stage.button("skip", "copy_skip", "tertiary"),
            ],
        )
    )
    await stage.tell("screen.copy.page_say")
    return await _one_of(stage, "finish", "more", "other", "retake", "remove", "skip")


# --- one page ---------------------------------------------------------------------------------


async def _photograph(stage: Stage, item: CopyItem, number: int) -> Shot | None:
    """A page as it will be copied, or None when the citizen does without it."""
    await stage.tell("screen.copy.camera_say")
    while True:
        seen = _Seen()
        watching = asyncio.create_task(_watch(stage, item, number, seen), name="copy-camera")
        try:
            if await _one_of(stage, "take", "without") == "without":
                return None
        finally:
            stage.picture(False)
            stage.screen.notice("camera", "")
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if isinstance(seen.page, Fault) or seen.picture is None:
            fault = seen.page if isinstance(seen.page, Fault) else Fault.NOTHING
            await stage.tell(f"screen.copy.hint.{fault.value}")
            continue
        stage.show(
            lambda: Info(
                title=stage.text("screen.copy.working_title"), text=stage.text("screen.copy.working_text")
            )
        )
        try:
            return await _surely(stage, item, seen.picture, seen.page)
        except NotSure as reason:
            log.info("copy refused: %s", reason)
            await stage.tell("screen.copy.not_sure")
        except NotALetter:
            log.info("copy refused: an identity document lies there instead of a letter")
            await stage.tell("screen.copy.not_a_letter")


async def _surely(stage: Stage, item: CopyItem, picture: Picture, page: Page) -> Shot:
    """The page, from the picture that was taken or from one of the next. Raises NotSure, NotALetter."""
    for _ in range(MORE_PICTURES):
        try:
            return await asyncio.to_thread(_shot, picture, page, item, stage.today())
        except NotSure:
            with contextlib.suppress(DeviceError):
                newer = await asyncio.to_thread(
                    _see, await stage.camera.jpeg(FULL_WIDTH), item.kind == "identity"
                )
                if newer[0] is not None and not isinstance(newer[1], Fault):
                    picture, page = newer[0], newer[1]
    return await asyncio.to_thread(_shot, picture, page, item, stage.today())


async def _watch(stage: Stage, item: CopyItem, number: int, seen: _Seen) -> None:
    """Look for the sheet in the newest picture, again and again, and show its outline or a hint."""
    identity = item.kind == "identity"
    picture = stage.picture(True)
    hint, outline = "", list[tuple[float, float]]()

    def panel() -> CameraPanel:
        return CameraPanel(
            title=stage.text("screen.copy.camera_title", number=str(number)),
            text=stage.text(f"screen.copy.{item.kind}.camera"),
            picture=picture,
            hint=stage.text(hint) if hint else "",
            sign=sign_of(hint),
            outline=outline,
            actions=[
                stage.button("take", "copy_take", "primary"),
                stage.button("without", "copy_skip"),
            ],
        )

    stage.show(panel, face="looking")
    while True:
        try:
            frame = await stage.camera.jpeg(FULL_WIDTH)
            seen.picture, seen.page = await asyncio.to_thread(_see, frame, identity)
            stage.screen.notice("camera", "")
        except DeviceError as error:
            log.warning("camera: %s", error)
            seen.picture, seen.page = None, Fault.NOTHING
            if "camera" not in stage.screen.notices:
                stage.screen.notice("camera", lambda: stage.text("screen.copy.camera_gone"), "warning")
            await asyncio.sleep(RETRY_S)
        before = hint, outline
        hint, outline = "", []
        if isinstance(seen.page, Fault):
            hint = f"screen.copy.hint.{seen.page.value}"
        elif seen.picture is not None:
            outline = [(round(x, 2), round(y, 2)) for x, y in seen.page.outline(seen.picture)]
        if before != (hint, outline):
            stage.redraw()
        await asyncio.sleep(PACE_S)


def _see(frame: bytes, identity: bool) -> tuple[Picture | None, Page | Fault]:
    decoded = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        return None, Fault.NOTHING
    picture: NDArray[np.uint8] = np.asarray(decoded, np.uint8)
    return picture, find_page(picture, ID1 if identity else A4)


def _shot(picture: Picture, page: Page, item: CopyItem, on: date) -> Shot:
    """Flattened and cleaned; of an identity document marked and blackened. Raises NotSure, NotALetter."""
    if item.kind == "letter":
        if shows_identity(picture):
            raise NotALetter
        return Shot(clean(flatten(picture, page)), round(page.dpi))
    page = identity_page(picture, page)
    return Shot(marked_copy(flatten(picture, page), page.paper, item.purpose, on), round(page.dpi))


def _preview(flat: Picture) -> str:
    """A small picture inside the address itself: it is never kept anywhere."""
    factor = _PREVIEW_PX / max(flat.shape[:2])
    small = cv2.resize(flat, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 65])
    return f"data:image/jpeg;base64,{base64.b64encode(packed.tobytes()).decode()}"


# --- the copy ---------------------------------------------------------------------------------


async def _make(stage: Stage, item: CopyItem, shots: list[Shot]) -> bool | None:
    """True: made, or on its way; False: try again; None: do without."""
    desk, visit = stage.office.copies, stage.visit.application
    info = CopyInfo(
        item=item.id,
        label=item.label,
        identity=item.kind == "identity",
        purpose=item.purpose,
        pages=len(shots),
        dpi=min(shot.dpi for shot in shots),
    )
    # a marked copy stands upright already, and its mark must not turn it
    job = CopyJob.begin([shot.flat for shot in shots], title=item.label, dpi=DPI, turn=not info.identity)
    copy = desk.hold(visit, info, job, on_end=lambda ended: _tell_failure(stage, ended))
    job.changed = lambda: _show_making(stage, job)
    _show_making(stage, job)
    await stage.tell("screen.copy.making_say")
    ending = asyncio.create_task(copy.ended.wait(), name="copy-end")
    tapping = asyncio.create_task(_one_of(stage, "continue", "cancel"), name="copy-tap")
    try:
        await asyncio.wait({ending, tapping}, return_when=asyncio.FIRST_COMPLETED)
        if not copy.ended.is_set() and tapping.result() == "continue":
            return True
    finally:
        job.changed = None
        for task in (ending, tapping):
            task.cancel()
        await asyncio.gather(ending, tapping, return_exceptions=True)
    if not copy.ended.is_set():
        desk.drop(visit, copy)
        await stage.tell("screen.copy.cancelled")
        return None
    if copy.state is CopyState.READY:
        await stage.tell("screen.copy.made")
        return True
    return await _failed(stage)


def _show_making(stage: Stage, job: CopyJob) -> None:
    stage.show(
        lambda: Info(
            title=stage.text("screen.copy.making_title"),
            text=stage.text(
                "screen.copy.making_text",
                number=str(min(job.done + 1, job.total)),
                count=str(job.total),
            ),
            actions=[
                stage.button("continue", "copy_continue", "primary"),
                stage.button("cancel", "copy_cancel"),
            ],
        )
    )


async def _failed(stage: Stage) -> bool | None:
    stage.screen.notice("camera", "")
    stage.show(
        lambda: Info(
            title=stage.text("screen.copy.failed"),
            text=stage.text("screen.copy.failed_text"),
            actions=[
                stage.button("again", "copy_again", "primary"),
                stage.button("skip", "copy_skip"),
            ],
        )
    )
    await stage.tell("screen.copy.failed")
    return False if await _one_of(stage, "again", "skip") == "again" else None


def _tell_failure(stage: Stage, copy: HeldCopy) -> None:
    """The citizen has gone on meanwhile; the clerk sees it in the case too."""
    if copy.failed:
        key = f"{stage.visit.service}.copy.{copy.info.item}.label"
        stage.screen.notice(
            "camera", lambda: stage.text("screen.copy.failed_later", label=f"@{key}"), "warning"
        )


async def _one_of(stage: Stage, *names: str) -> str:
    while (tapped := await stage.tap()) not in names:
        pass
    return tapped
