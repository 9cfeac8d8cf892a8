"""The step "copy" on a real camera stream: consent, pages taken, retaken and removed, copies made or not."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hardware.camera import OpenCvCamera, copies
from robot import settings
from robot.cases.copies import CopyInfo
from robot.staff.office import BackOffice
from robot.steps.copy import run
from robot.steps.stage import Outcome, Stage, Tapped
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.staff_view import CopyState
from robot.web.view import CameraPanel, Consent, Info
from simulator.camera import CameraDesk
from tests.musterstadt import catalogue, texts
from tests.robot.cases.kit import draft, open_office

ROOT = Path(__file__).resolve().parents[2]
NAME_CHANGED = {"reason": "name_changed", "age_group": "adult"}
CHILD = {"reason": "first", "age_group": "under16"}


class Kiosk:
    """A visit with a real camera, a real back office and nobody else."""

    def __init__(self, folder: Path, desk: CameraDesk, camera: OpenCvCamera, choices: dict[str, str]) -> None:
        self.desk = desk
        self.stored = asyncio.Event()
        self.office: BackOffice = open_office(folder, on_change=self.stored.set)
        self.said: list[str] = []
        self.screen = Screen(town="Musterstadt", panel=Info(title="", text=""))
        self.visit = Visit(service="identity_card", choices=choices)
        parts: dict[str, Any] = {
            part.name: None
            for part in dataclasses.fields(Stage)
            if part.init and part.default is part.default_factory is dataclasses.MISSING
        }
        self.stage = Stage(
            **parts
            | {
                "visit": self.visit,
                "settings": settings.load(ROOT / "lotse.toml"),
                "catalogue": catalogue(),
                "texts": texts(),
                "screen": self.screen,
                "office": self.office,
                "camera": camera,
                "say": self._say,
                "measured": lambda figure, value: None,
                "picture": lambda on: "/kiosk/picture/token" if on else "",
            }
        )

    async def _say(self, text: str) -> None:
        self.said.append(text)

    def put(self, name: str, page: int = 0, seed: int = 1) -> None:
        self.desk.lay_letter(name, page, seed=seed)

    async def shows(self, holds: Callable[[Any], object]) -> Any:
        """The panel, as soon as it is as wanted."""
        seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def look(_: object) -> None:
            if holds(self.screen.panel) and not seen.done():
                seen.set_result(None)

        stop = self.screen.listen(look)
        try:
            look(None)
            async with asyncio.timeout(60):
                await seen
        finally:
            stop()
        return self.screen.panel

    def tap(self, name: str) -> None:
        assert name in [button.id for button in self.screen.buttons()], self.screen.panel
        self.stage.doings.put_nowait(Tapped(name))

    async def consent(self) -> Consent:
        panel = await self.shows(lambda panel: isinstance(panel, Consent))
        assert isinstance(panel, Consent)
        return panel

    async def outlined(self) -> None:
        await self.shows(lambda panel: isinstance(panel, CameraPanel) and panel.outline)

    async def page(self, title: str) -> CameraPanel:
        panel = await self.shows(
            lambda panel: (
                isinstance(panel, CameraPanel)
                and panel.title == title
                and panel.picture.startswith("data:image/jpeg;base64,")
            )
        )
        assert isinstance(panel, CameraPanel)
        return panel

    async def take(self, title: str) -> CameraPanel:
        await self.outlined()
        self.tap("take")
        return await self.page(title)


@contextlib.asynccontextmanager
async def kiosk(folder: Path, choices: dict[str, str]) -> AsyncIterator[Kiosk]:
    with CameraDesk(seed=3) as desk:
        camera = OpenCvCamera(desk.url)
        await camera.start()
        here = Kiosk(folder, desk, camera, choices)
        try:
            yield here
        finally:
            await here.office.copies.close()
            here.office.close()
            await camera.stop()


def in_memory() -> list[Path]:
    return list(copies.MEMORY.glob(f"lotse-copy-{os.getpid()}-*"))


async def test_a_visitor_copies_a_letter_of_two_pages_and_the_clerk_has_it(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        here.put("deed", 0)
        step = asyncio.create_task(run(here.stage))
        assert (await here.consent()).law == ""
        here.tap("start")
        first = await here.take("Seite 1 von 1")
        again = first
        while again.picture == first.picture:  # on a slow machine the newest picture is still the same one
            here.tap("retake")
            again = await here.take("Seite 1 von 1")
        here.tap("more")
        await here.shows(
            lambda panel: isinstance(panel, CameraPanel) and panel.title.startswith("Seite 2 unter")
        )
        here.put("deed", 1, seed=2)
        await here.take("Seite 2 von 2")
        here.tap("other")
        await here.page("Seite 1 von 2")
        here.tap("remove")
        await here.page("Seite 1 von 1")
        here.tap("more")
        await here.take("Seite 2 von 2")
        here.tap("finish")
        await here.shows(lambda panel: isinstance(panel, Info) and "wird erstellt" in panel.title)
        here.tap("continue")
        assert await step is Outcome.DONE
        ref = await here.office.cases.hand_over(draft(here.visit.id))
        here.stored.clear()
        (held,) = (await here.office.cases.open(ref.id, "Amt 33")).copies
        assert (held.pages, held.identity) == (2, False)
        if held.state is CopyState.MAKING:
            async with asyncio.timeout(90):
                await here.stored.wait()
        (copy,) = (await here.office.cases.open(ref.id, "Amt 33")).copies
        assert copy.state is CopyState.READY
        assert (await here.office.cases.open_copy(ref.id, copy.id, "Amt 33")).pdf.startswith(b"%PDF-")
    assert in_memory() == []


async def test_who_wants_no_copy_is_asked_once_and_no_picture_is_taken(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("skip")
        assert await step is Outcome.DECLINED
        assert isinstance(here.screen.panel, Consent)
        assert here.office.copies.held(here.visit.id) == ()


async def test_in_an_ordinary_case_there_is_nothing_to_copy(tmp_path: Path) -> None:
    async with kiosk(tmp_path, {"reason": "expired", "age_group": "adult"}) as here:
        assert await run(here.stage) is Outcome.DECLINED
        assert here.said == []


async def test_an_identity_document_is_copied_with_consent_only_pauswg_20_2(tmp_path: Path) -> None:
    """The sentence says what is done: KOPIE, purpose and date, numbers black. Then both sides are marked."""
    async with kiosk(tmp_path, CHILD) as here:
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("skip")  # the letter of consent
        asked = await here.shows(lambda panel: isinstance(panel, Consent) and panel.law)
        assert asked.law == "§ 20 Abs. 2 PAuswG"
        assert all(word in asked.text for word in ("Einverständnis", "KOPIE", "Zweck", "Datum", "schwärze"))
        here.desk.lay("mustermann", "id_card_back")
        here.tap("start")
        await here.take("Seite 1 von 1")
        here.tap("skip")
        assert await step is Outcome.DECLINED
    assert in_memory() == []


async def test_an_identity_card_laid_down_as_a_letter_gets_no_plain_copy_pauswg_20_2(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        here.desk.lay("mustermann", "id_card_back")
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("start")
        await here.outlined()
        here.tap("take")
        await here.shows(lambda panel: here.said[-1].startswith("Das ist ein Ausweis."))
        await here.outlined()
        here.tap("without")
        assert await step is Outcome.DECLINED
        assert here.office.copies.held(here.visit.id) == ()


async def test_a_copy_that_cannot_be_made_is_told_with_a_way_on_and_the_clerk_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "PROGRAM", "ocrmypdf-is-not-here")
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        here.put("deed")
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("start")
        await here.take("Seite 1 von 1")
        here.tap("finish")
        panel = await here.shows(lambda panel: isinstance(panel, Info) and "konnte nicht" in panel.title)
        assert panel.title == "Die Kopie konnte nicht erstellt werden."
        assert [button.label for button in panel.actions] == ["Noch einmal versuchen", "Ohne Kopie weiter"]
        here.tap("again")
        await here.shows(lambda panel: isinstance(panel, Info) and "wird erstellt" in panel.title)
        await here.shows(lambda panel: isinstance(panel, Info) and "konnte nicht" in panel.title)
        here.tap("skip")
        assert await step is Outcome.DECLINED
        assert [held.failed for held in here.office.copies.held(here.visit.id)] == [True]
        ref = await here.office.cases.hand_over(draft(here.visit.id))
        assert [row.state for row in (await here.office.cases.open(ref.id, "Amt 33")).copies] == [
            CopyState.FAILED
        ]
    assert in_memory() == []


async def test_when_the_visit_ends_while_a_copy_is_made_nothing_is_left(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        here.put("deed")
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("start")
        await here.take("Seite 1 von 1")
        here.tap("finish")
        await here.shows(lambda panel: isinstance(panel, Info) and "wird erstellt" in panel.title)
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
        (held,) = here.office.copies.held(here.visit.id)
        await here.office.shreds.add(here.visit.id, here.visit.started, "left", [])
        await held.ended.wait()
    assert in_memory() == []


async def test_who_comes_back_and_declines_has_no_copy_any_more(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        info = CopyInfo(item="name_proof", label="", identity=False, purpose="", pages=1, dpi=100)
        job = copies.CopyJob.begin([np.full((40, 40), 255, np.uint8)], title="Kopie")
        held = here.office.copies.hold(here.visit.id, info, job)
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("skip")
        assert await step is Outcome.DECLINED
        assert here.office.copies.held(here.visit.id) == ()
        await held.ended.wait()
    assert in_memory() == []


async def test_a_camera_that_is_away_is_told_and_one_can_go_on_without(tmp_path: Path) -> None:
    async with kiosk(tmp_path, NAME_CHANGED) as here:
        here.desk.go_away()
        step = asyncio.create_task(run(here.stage))
        await here.consent()
        here.tap("start")
        await here.shows(lambda panel: here.screen.notices)
        assert "Die Kamera antwortet gerade nicht" in here.screen.notices["camera"].text
        await here.shows(lambda panel: isinstance(panel, CameraPanel))
        here.tap("without")
        assert await step is Outcome.DECLINED
        assert here.screen.notices == {}
