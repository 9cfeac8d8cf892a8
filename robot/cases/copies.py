"""Copies of documents: in memory while the visit lasts, sealed with the case from the hand-over on.

A copy may still be in the making when the case is handed over; it is added when it is done. A copy that was
announced and never came shows as failed, so that the clerk asks for the original.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from hardware.ports import DeviceError
from robot.cases.crypto import seal, unseal
from robot.cases.database import StoreError, stamp
from robot.cases.tables import attachments
from robot.web.staff_view import CopyRow, CopyState

log = logging.getLogger(__name__)

_IN_THE_MAKING = timedelta(minutes=20)  # longer than the longest job: from then on it will not come any more


class CopyInfo(BaseModel):
    """What a copy is of. `item`: id in the service's `copies`; `dpi`: what the camera resolved, the least."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str
    label: str
    identity: bool
    purpose: str
    pages: int
    dpi: int


class Made(Protocol):
    """A finished copy."""

    @property
    def pdf(self) -> bytes:
        """PDF/A-2b."""


class Making(Protocol):
    """A copy in the making (hardware.camera.copies.CopyJob)."""

    async def result(self) -> Made:
        """Wait for it. Raises DeviceError when there is none."""

    def cancel(self) -> None:
        """Stop."""

    async def closed(self) -> None:
        """Wait until nothing is left of it."""


@dataclass
class HeldCopy:
    """A copy of a running visit. `pdf` is empty until it is made; `failed`: it will not come."""

    info: CopyInfo
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    pdf: bytes = b""
    failed: bool = False
    job: Making | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    on_end: Callable[[HeldCopy], None] | None = None

    @property
    def state(self) -> CopyState:
        """Where it stands."""
        if self.failed:
            return CopyState.FAILED
        return CopyState.READY if self.pdf else CopyState.MAKING


class CopyDesk:
    """The copies of running visits. Lives on the event loop."""

    def __init__(self) -> None:
        self._held: dict[str, list[HeldCopy]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hold(
        self,
        visit: str,
        info: CopyInfo,
        job: Making,
        *,
        on_end: Callable[[HeldCopy], None] | None = None,
    ) -> HeldCopy:
        """Take a copy that is being made; one of the same item is replaced.

        `on_end` is called when it is made or failed, as long as the visit holds it.
        """
        for before in self.held(visit):
            if before.info.item == info.item:
                self.drop(visit, before)
        copy = HeldCopy(info, job=job, on_end=on_end)
        self._held.setdefault(visit, []).append(copy)
        self._spawn(self._finish(copy, job))
        return copy

    def held(self, visit: str) -> tuple[HeldCopy, ...]:
        """The copies of a visit, in the order they were made."""
        return tuple(self._held.get(visit, ()))

    def drop(self, visit: str, copy: HeldCopy) -> None:
        """Forget one copy; what is being made stops."""
        copies = self._held.get(visit, [])
        if copy in copies:
            copies.remove(copy)
        _let_go(copy)

    def forget(self, visit: str) -> list[str]:
        """Forget a visit's copies. Returns what there was, for the shred record."""
        copies = self._held.pop(visit, [])
        for copy in copies:
            _let_go(copy)
        return ["copies"] if copies else []

    def release(self, visit: str, deliver: Callable[[HeldCopy], Awaitable[None]]) -> None:
        """The visit's case is stored: its copies are the case's now. What is still being made follows."""
        for copy in self._held.pop(visit, []):
            copy.on_end = None
            self._spawn(self._follow(copy, deliver))

    async def close(self) -> None:
        """Stop everything that is being made."""
        for visit in list(self._held):
            self.forget(visit)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _finish(self, copy: HeldCopy, job: Making) -> None:
        try:
            copy.pdf = (await job.result()).pdf
        except DeviceError:
            copy.failed = True
        except asyncio.CancelledError:
            job.cancel()
            await job.closed()
            raise
        finally:
            copy.job = None
            copy.ended.set()
        if copy.on_end:
            copy.on_end(copy)

    @staticmethod
    async def _follow(copy: HeldCopy, deliver: Callable[[HeldCopy], Awaitable[None]]) -> None:
        await copy.ended.wait()
        try:
            await deliver(copy)
        except StoreError as error:
            log.error("copy not stored: %s", error)
        copy.pdf = b""

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _let_go(copy: HeldCopy) -> None:
    copy.on_end = None
    copy.pdf = b""
    if copy.job:
        copy.job.cancel()


# --- rows, within the case store's transactions -------------------------------------------------


@dataclass(frozen=True)
class StoredCopy:
    """A copy for the clerk: the file and the name under which it opens, without personal data."""

    name: str
    pdf: bytes


class CopyUnknown(LookupError):
    """There is no such copy. The message is for the clerk, in German and in English."""

    english = "There is no such copy, or not yet."

    def __init__(self) -> None:
        super().__init__("Diese Kopie gibt es nicht oder noch nicht.")


def insert_copy(connection: Connection, data_key: bytes, case_id: str, copy: HeldCopy, now: datetime) -> None:
    """Write a copy as it stands; one that is written already stays."""
    if connection.execute(select(attachments.c.id).where(attachments.c.id == copy.id)).first():
        return
    place = len(connection.execute(select(attachments.c.id).where(attachments.c.case_id == case_id)).all())
    connection.execute(
        insert(attachments).values(
            id=copy.id,
            case_id=case_id,
            place=place,
            created=stamp(now),
            state=copy.state.value,
            sealed_info=seal(data_key, copy.info.model_dump_json().encode(), "copy info", case_id, copy.id),
            sealed=seal(data_key, copy.pdf, "copy", case_id, copy.id) if copy.pdf else None,
        )
    )


def complete_copy(connection: Connection, data_key: bytes, case_id: str, copy: HeldCopy) -> bool:
    """Add what was still being made at the hand-over; whether there is anything new."""
    changed = connection.execute(
        update(attachments)
        .where(
            attachments.c.id == copy.id,
            attachments.c.case_id == case_id,
            attachments.c.state == CopyState.MAKING.value,
        )
        .values(
            state=copy.state.value,
            sealed=seal(data_key, copy.pdf, "copy", case_id, copy.id) if copy.pdf else None,
        )
    )
    return bool(changed.rowcount)


def copy_rows(connection: Connection, data_key: bytes, case_id: str, now: datetime) -> list[CopyRow]:
    """The copies of a case for the clerk's page, without the files."""
    columns = [column for column in attachments.c if column.name != "sealed"]
    rows = connection.execute(
        select(*columns).where(attachments.c.case_id == case_id).order_by(attachments.c.place)
    ).mappings()
    return [_to_copy_row(row, data_key, now) for row in rows]


def read_copy(connection: Connection, data_key: bytes, case_id: str, copy_id: str) -> tuple[int, bytes]:
    """Place and file of a finished copy. Raises CopyUnknown."""
    row = connection.execute(
        select(attachments.c.place, attachments.c.sealed).where(
            attachments.c.id == copy_id, attachments.c.case_id == case_id
        )
    ).first()
    if row is None or row.sealed is None:
        raise CopyUnknown
    return row.place, unseal(data_key, row.sealed, "copy", case_id, copy_id)


def delete_copies(connection: Connection, case_ids: list[str]) -> None:
    """Together with their cases."""
    for case_id in case_ids:
        connection.execute(delete(attachments).where(attachments.c.case_id == case_id))


def _to_copy_row(row: RowMapping, data_key: bytes, now: datetime) -> CopyRow:
    info = CopyInfo.model_validate_json(
        unseal(data_key, row["sealed_info"], "copy info", row["case_id"], row["id"])
    )
    state = CopyState(row["state"])
    if state is CopyState.MAKING and now - datetime.fromisoformat(row["created"]) > _IN_THE_MAKING:
        state = CopyState.FAILED
    return CopyRow(
        id=row["id"],
        label=info.label,
        identity=info.identity,
        purpose=info.purpose,
        pages=info.pages,
        dpi=info.dpi,
        state=state,
    )
