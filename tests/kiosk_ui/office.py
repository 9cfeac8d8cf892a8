"""The staff's side of the robot for browsers: the real web app with a real back office and the real pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from playwright.async_api import Browser, Page

from robot.cases.model import CaseRef, Counter, Document, FieldValue, Provenance
from tests.kiosk_ui.stand_in import DIST, serving
from tests.robot.cases.kit import draft
from tests.robot.cases.test_copies import finished
from tests.robot.staff.test_cases_web import Office
from tests.robot.staff.test_web import PASSWORD


class DeskOffice(Office):
    """Served by uvicorn on the test's own loop; `clerks` can sign in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, busy_s=5)

        @self.app.get("/staff")
        async def staff_page() -> FileResponse:
            return FileResponse(DIST / "staff.html")

        @self.app.get("/display")
        async def display_page() -> FileResponse:
            return FileResponse(DIST / "display.html")

        self.app.mount("/", StaticFiles(directory=DIST))

    async def staff(self, **roles: str) -> None:
        """Accounts by name, with their roles; "_" in a name stands for a space."""
        for name, role in roles.items():
            await self.office.accounts.add(name.replace("_", " "), PASSWORD, role)

    async def case_now(self, *, copy: bytes = b"", **more: Any) -> CaseRef:
        """A case whose sources disagree a little."""
        one = draft()
        read = {"surname": ("Müllermann", "MUELLERMANN"), "birth_date": ("12.08.1964", "12.08.1961")}
        fields = tuple(
            FieldValue(
                id=field.id,
                label={"surname": "Familienname", "birth_date": "Tag der Geburt"}[field.id],
                value=read[field.id][0],
                original=read[field.id][1],
                provenance=Provenance.MRZ_EDITED,
                group="Person",
            )
            for field in one.fields
            if field.id in read
        )
        changed = {
            "fields": (*fields, *(field for field in one.fields if field.id not in read)),
            "documents": (
                *one.documents,
                Document(id="old_card", label="Bisheriger Ausweis", required=True, brought=None),
            ),
            "counter": (
                Counter(id="person", label="Person und bisheriges Dokument", law="PAuswG § 9 Abs. 3"),
                Counter(id="fingerprints", label="Fingerabdrücke aufnehmen", law="PAuswG § 9 Abs. 3"),
            ),
        }
        one = one.model_copy(update=changed | more)
        if copy:
            await finished(self.office, one.visit, copy)
        return await self.office.cases.hand_over(one)


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[tuple[DeskOffice, str]]:
    """A running office and its address."""
    office = DeskOffice(folder)
    try:
        async with serving(SimpleNamespace(app=office.app, sockets=set(), staff_sockets=set())) as address:  # type: ignore[arg-type]
            yield office, address
    finally:
        office.office.close()


@asynccontextmanager
async def signed_in(
    browser: Browser, address: str, name: str, *, width: int = 1400, height: int = 1000
) -> AsyncIterator[Page]:
    """A clerk's browser window of its own, signed in."""
    context = await browser.new_context(viewport={"width": width, "height": height}, base_url=address)
    page = await context.new_page()
    await page.goto("/staff")
    await sign_in(page, name)
    await page.wait_for_selector("[data-part=desk]")
    try:
        yield page
    finally:
        await context.close()


async def sign_in(page: Page, name: str) -> None:
    """Fill in the sign-in form."""
    await page.fill("input[name=name]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
