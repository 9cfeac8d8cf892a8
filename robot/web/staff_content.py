"""The page of contents: what holds and would be said, saving, history, the file (see `content_view`)."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Response
from sqlalchemy import Connection

from robot.staff.board import MessageRefused
from robot.staff.content import Key, Overtaken
from robot.staff.content_file import Read, written
from robot.staff.content_live import Content, Edit, Refusal
from robot.staff.content_overlay import FILE, read
from robot.staff.content_preview import BOARD, Look, preview
from robot.staff.content_rules import Fault, day_of, time_of
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.web.content_view import (
    Checked,
    ContentFault,
    ContentState,
    Draft,
    Import,
    Imported,
    Item,
    Kind,
    NoticeDoc,
    Pointer,
    Preview,
    Question,
    Restoring,
    VersionRow,
)
from robot.web.guard import REFUSALS, Guard, Refused
from robot.web.staff_services import StaffServices
from robot.web.staff_view import MessageRow, NewMessage

_Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_.]{0,119}$")]
_Language = Annotated[str, Header()]


def content_router(services: StaffServices, guard: Guard) -> APIRouter:
    """The routes of `robot.web.content_view`."""
    router = APIRouter(prefix="/api/staff/content", responses=REFUSALS)
    page = _Page(services)

    @router.get("")
    async def state(
        _who: Annotated[Session, Depends(guard.sees(Right.CONTENT))], accept_language: _Language = "de"
    ) -> ContentState:
        return await page.state(_lang(accept_language))

    @router.get("/history/{kind}/{name}")
    async def history(
        kind: Kind,
        name: _Name,
        _who: Annotated[Session, Depends(guard.sees(Right.CONTENT))],
        accept_language: _Language = "de",
    ) -> list[VersionRow]:
        return await page.history((kind, name), _lang(accept_language))

    @router.get("/export")
    async def export(_who: Annotated[Session, Depends(guard.sees(Right.CONTENT))]) -> Response:
        named = {"Content-Disposition": f'attachment; filename="inhalte-{page.content.today()}.yml"'}
        return Response(await page.export(), media_type="application/yaml", headers=named)

    @router.post("/check")
    async def check(
        draft: Draft,
        _who: Annotated[Session, Depends(guard.acts(Right.CONTENT))],
        accept_language: _Language = "de",
    ) -> Checked:
        return page.check(draft, _lang(accept_language))

    @router.post("/preview")
    async def look(
        question: Question,
        _who: Annotated[Session, Depends(guard.acts(Right.CONTENT))],
        accept_language: _Language = "de",
    ) -> Preview:
        return await page.preview(question, _lang(accept_language))

    @router.post("/save")
    async def save(draft: Draft, who: Annotated[Session, Depends(guard.acts(Right.CONTENT))]) -> Item:
        return await page.save(draft, who.name)

    @router.post("/withdraw", status_code=204)
    async def withdraw(pointer: Pointer, who: Annotated[Session, Depends(guard.acts(Right.CONTENT))]) -> None:
        await page.withdraw(pointer, who.name)

    @router.post("/restore")
    async def restore(
        restoring: Restoring, who: Annotated[Session, Depends(guard.acts(Right.CONTENT))]
    ) -> Item:
        return await page.restore(restoring, who.name)

    @router.post("/import")
    async def take_in(
        file: Import,
        who: Annotated[Session, Depends(guard.acts(Right.CONTENT))],
        accept_language: _Language = "de",
    ) -> Imported:
        return await page.take_in(file, who.name, _lang(accept_language))

    return router


class _Page:
    """What the routes do."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services
        self._office = services.office

    @property
    def content(self) -> Content:
        """The town's content; 404 where this robot has none."""
        if self._services.content is None:
            raise Refused(404, "Hier gibt es keine Inhalte zu ändern.", "There is no content to edit here.")
        return self._services.content

    async def state(self, lang: str) -> ContentState:
        """What holds, with the board's messages."""
        found = self.content.state(lang)
        board = [self._board_item(row) for row in await self._office.board.messages()]
        return found.model_copy(update={"items": [*found.items, *board]})

    def check(self, draft: Draft, lang: str) -> Checked:
        """Faults and hints beside the fields."""
        key = (draft.document.kind, draft.name)
        wrong = self.content.faults(key, draft.document)
        return Checked(
            faults=_told(wrong, lang),
            hints=[] if wrong else _told(self.content.hints(key, draft.document), lang),
        )

    async def preview(self, question: Question, page: str) -> Preview:
        """What the kiosk would say."""
        draft = question.draft
        name = draft.name or "draft"
        if wrong := self.content.faults((draft.document.kind, draft.name), draft.document):
            raise _refused(wrong)
        day, at = day_of(question.day), time_of(question.time)
        if day is None or at is None:
            raise Refused(422, "Bitte wählen Sie Tag und Uhrzeit.", "Please choose day and time.")
        look = Look(day, at, question.lang, page, question.choices)
        rows = await self._office.board.messages()
        return await asyncio.to_thread(preview, self.content, self._office, rows, name, draft.document, look)

    async def save(self, draft: Draft, who: str) -> Item:
        """A new version, or the first one of a new closure or message."""
        document = draft.document
        name = draft.name
        if not name:
            if document.kind not in ("closure", "notice"):
                raise Refused(
                    422, "Bitte wählen Sie zuerst, was Sie ändern.", "Please choose what to change."
                )
            name = f"{BOARD if document.kind == 'notice' else 'c'}{secrets.token_hex(6)}"
        await self._save([Edit((document.kind, name), draft.version, document)], who, "saved")
        return await self._item((document.kind, name))

    async def withdraw(self, pointer: Pointer, who: str) -> None:
        """Without the edit: as in the files, or gone."""
        await self._save([Edit((pointer.kind, pointer.name), pointer.version, None)], who, "withdrawn")

    async def restore(self, restoring: Restoring, who: str) -> Item:
        """An old version as a new one; 0 is what the files say."""
        key: Key = (restoring.kind, restoring.name)
        versions = await self.content.store.history(*key)
        old = next((one for one in versions if one.version == restoring.old), None)
        if old is None and restoring.old:
            raise Refused(404, "Diese Fassung gibt es nicht.", "There is no such version.")
        document = read(old.kind, old.content) if old and old.content is not None else None
        if not restoring.old:
            document = self.content.of_files(key)
        edit = Edit(key, restoring.version, document)
        await self._save([edit], who, "restored", detail=f"v{restoring.old}")
        return await self._item(key)

    async def history(self, key: Key, lang: str) -> list[VersionRow]:
        """All versions with what each has changed, the newest first."""
        words = self.content.words(lang)
        before = self.content.of_files(key)
        rows = []
        for one in await self.content.store.history(*key):
            document = read(one.kind, one.content) if one.content is not None else None
            changes = words.changes(before, document)
            rows.append(
                VersionRow.model_validate(
                    {
                        "version": one.version,
                        "by": one.by,
                        "at": one.at,
                        "how": one.how,
                        "holds_from": one.holds_from,
                        "changes": changes,
                        "document": document,
                    }
                )
            )
            before = document or (None if key[0] in ("closure", "notice") else self.content.of_files(key))
        return rows[::-1]

    async def export(self) -> str:
        """The edits, the board's messages among them."""
        edits = {
            key: document
            for key, document in self.content.edits().items()
            if not (key[0] == "notice" and key[1].startswith(BOARD))
        }
        for row in await self._office.board.messages():
            edits["notice", BOARD + row.id] = _notice(row)
        return written(edits, self.content.today())

    async def take_in(self, file: Import, who: str, lang: str) -> Imported:
        """A file of another kiosk: all of it, or nothing."""
        content = self.content
        found = Read(file.text)
        wrong = list(found.faults)
        board = {BOARD + row.id: _notice(row) for row in await self._office.board.messages()}
        edits, changes = [], []
        words = content.words(lang)
        for key, document in found.edits.items():
            standing = content.standing(key) or board.get(key[1])
            if document is not None:
                for fault in content.faults(key, document, moved=True):
                    line = found.line(key, fault.field)
                    wrong.append(
                        Fault(str(line), f"Zeile {line}: {fault.german}", f"Line {line}: {fault.english}")
                    )
            if document == standing or (document is None and key not in content.versions and not standing):
                continue
            version = content.versions.get(key)
            edits.append(Edit(key, version.version if version else 0, document))
            changes += [f"{content.label(key, lang)}: {one}" for one in words.changes(standing, document)]
        if wrong:
            raise _refused(wrong)
        if edits and not file.dry:
            await self._save(edits, who, "imported", moved=True)
        return Imported(changes=changes, saved=bool(edits) and not file.dry)

    # --- saving ----------------------------------------------------------------------------------

    async def _save(
        self, edits: Sequence[Edit], who: str, how: str, *, detail: str = "", moved: bool = False
    ) -> None:
        try:
            await self.content.save(
                edits, who, how, also=self._on_board(edits, who), detail=detail, moved=moved
            )
        except Refusal as error:
            raise _refused(error.faults) from None
        except MessageRefused as error:
            raise Refused(422, str(error), error.english) from None
        except Overtaken as error:
            by = error.newest.by
            raise Refused(
                409,
                f"{by} hat das gerade geändert. Was Sie geschrieben haben, steht noch da: "
                "Bitte vergleichen Sie und speichern Sie noch einmal.",
                f"{by} has just changed this. What you have written is still there: "
                "please compare and save again.",
            ) from None

    def _on_board(self, edits: Sequence[Edit], who: str) -> Callable[[Connection], None]:
        """Puts messages on the board, or takes them away, in the transaction of their versions."""

        def write(connection: Connection) -> None:
            for edit in edits:
                kind, name = edit.key
                if kind != "notice" or name.startswith(FILE):
                    continue
                own = name.removeprefix(BOARD)
                if isinstance(edit.document, NoticeDoc):
                    told = edit.document.model_dump(exclude={"kind"})
                    self._office.board.put(connection, own, NewMessage.model_validate(told), who)
                else:
                    self._office.board.remove(connection, own, who)

        return write

    async def _item(self, key: Key) -> Item:
        for item in (await self.state("de")).items:
            if (item.kind, item.name) == key:
                return item
        raise Refused(404, "Das gibt es nicht mehr.", "This is no longer there.")

    def _board_item(self, row: MessageRow) -> Item:
        name = BOARD + row.id
        version = self.content.versions.get(("notice", name))
        return Item(
            kind="notice",
            name=name,
            label="",
            version=version.version if version else 0,
            by=row.by,
            at=version.at if version else "",
            origin="staff",
            document=_notice(row),
        )


def _notice(row: MessageRow) -> NoticeDoc:
    return NoticeDoc(
        text=row.text, english=row.english, plain=row.plain, first=str(row.first), last=str(row.last)
    )


def _lang(accept: str) -> str:
    return "en" if accept.lower().startswith("en") else "de"


def _told(found: Sequence[Fault], lang: str) -> list[ContentFault]:
    return [ContentFault(field=fault.field, says=fault.says(lang)) for fault in found]


def _refused(found: Sequence[Fault]) -> Refused:
    told = list(found)[:20]
    return Refused(422, "\n".join(fault.german for fault in told), "\n".join(fault.english for fault in told))
