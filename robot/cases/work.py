"""Working a case: who has it, what may follow, and that nothing happens without a trace.

A case belongs to the clerk who claimed or called it until they hand it on, finish it, or sign out. Everybody
else may look and write notes. Each change asks for the version that the clerk has seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from robot.cases.crypto import Keyring, seal
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.model import CLOSED, CaseState
from robot.cases.part import StorePart, nobody_listens
from robot.cases.rows import STATE_NAMES, data_key, detail_of, draft_of, reason_of, row_of, to_row
from robot.cases.tables import case_checks, case_notes, cases, staff
from robot.figures.counting import count_wait, count_work
from robot.queueing.tickets import call_out
from robot.staff.audit import Act, AuditLog
from robot.staff.rights import RIGHTS, Right, Role
from robot.web.case_view import Colleague, NewNote, Tick, Transfer
from robot.web.staff_view import CaseDetail, CaseRow, StateChange

MISSED_AFTER = 3  # calls without anybody coming
MOST_NOTES = 200

_S = CaseState
NEXT: Final = {
    _S.WAITING: {_S.CALLED, _S.WORKING, _S.DONE, _S.RETURNED},
    _S.CALLED: {_S.CALLED, _S.WORKING, _S.WAITING, _S.DONE, _S.RETURNED, _S.MISSED},
    _S.WORKING: {_S.CALLED, _S.WAITING, _S.DONE, _S.RETURNED},
    _S.TRANSFERRED: {_S.CALLED, _S.WORKING, _S.WAITING, _S.DONE, _S.RETURNED},
    _S.APPROVAL: {_S.WORKING, _S.RETURNED},
    _S.DONE: {_S.CALLED, _S.WORKING, _S.RETURNED},
    _S.RETURNED: {_S.WAITING, _S.CALLED, _S.WORKING},
    _S.MISSED: {_S.WAITING, _S.CALLED, _S.RETURNED},
}
_HELD: Final = frozenset({_S.CALLED, _S.WORKING})
_STATE_NAMES_ENGLISH: Final = {
    _S.WAITING: "waiting",
    _S.CALLED: "called",
    _S.WORKING: "in work",
    _S.TRANSFERRED: "transferred",
    _S.APPROVAL: "waiting for approval",
    _S.DONE: "done",
    _S.RETURNED: "returned",
    _S.MISSED: "no-show",
}


class Conflict(Exception):
    """Somebody else changed it since it was looked at. The message is for the clerk."""

    def __init__(self, by: str) -> None:
        self.english = f"This was changed meanwhile (by {by}). Please look at it again."
        super().__init__(
            f"Der Vorgang wurde inzwischen geändert (von {by}). Bitte sehen Sie ihn sich noch einmal an."
        )


class Held(Conflict):
    """Somebody else works the case. The message is for the clerk."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.args = (f"Der Vorgang ist in Arbeit bei {by}. Sie können ihn ansehen, aber nicht ändern.",)
        self.english = f"{by} is working on this case. You can look at it, but not change it."


class ChangeRefused(ValueError):
    """This change is not possible. The message is for the clerk, in German and in English."""

    def __init__(self, german: str, english: str) -> None:
        super().__init__(german)
        self.english = english

    @classmethod
    def too_early(cls, calls: int) -> ChangeRefused:
        """Somebody was not called often enough to be missing."""
        return cls(
            f"Bitte rufen Sie noch einmal auf: erst nach {MISSED_AFTER} Aufrufen gilt jemand als nicht "
            f"erschienen (bisher {calls}).",
            f"Please call again: only after {MISSED_AFTER} calls does somebody count as a no-show "
            f"(so far {calls}).",
        )


class CaseWork(StorePart):
    """Changes to cases by clerks. `who` is the clerk's name.

    Methods raise CaseUnknown, Conflict (old version), Held (somebody else works it), ChangeRefused (not
    possible); StoreError when the database cannot, SealError when a case is damaged.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        audit: AuditLog,
        zone: ZoneInfo,
        *,
        kiosk: str = "Kiosk",
        clock: Clock = utc_now,
        on_change: Callable[[], None] = nobody_listens,
    ) -> None:
        """`zone`: the town's day decides ticket numbers; `kiosk`: who hands over, as the trail names it."""
        super().__init__(database, clock=clock, on_change=on_change)
        self._keyring = keyring
        self._audit = audit
        self._zone = zone
        self._kiosk = kiosk

    @property
    def zone(self) -> ZoneInfo:
        """Where the town's clocks are."""
        return self._zone

    async def change_state(self, case_id: str, change: StateChange, who: str) -> CaseRow:
        """Call, take up, finish, return, give up. What needs a second pair of eyes is not done but waits."""
        return await self._changing(self._change_state, case_id, change, who)

    async def claim(self, case_id: str, version: int, who: str) -> CaseDetail:
        """Take a case into work; one's own stays one's own."""
        return await self._changing(self._claim, case_id, version, who)

    async def release(self, case_id: str, version: int, who: str) -> CaseDetail:
        """Give one's case back to the queue."""
        return await self._changing(self._release, case_id, version, who)

    async def transfer(self, case_id: str, transfer: Transfer, who: str) -> CaseDetail:
        """Give a case to a colleague, with a note."""
        return await self._changing(self._transfer, case_id, transfer, who)

    async def take_away(self, case_id: str, version: int, who: str) -> CaseDetail:
        """Free a case that somebody else works, or that lies with a colleague."""
        return await self._changing(self._take_away, case_id, version, who)

    async def approve(self, case_id: str, version: int, who: str) -> CaseDetail:
        """The second pair of eyes: what another clerk has finished is done."""
        return await self._changing(self._approve, case_id, version, who)

    async def tick(self, case_id: str, tick: Tick, who: str) -> CaseDetail:
        """Tick something off at the counter, or take the tick back; asked again, nothing changes."""
        return await self._changing(self._tick, case_id, tick, who)

    async def note(self, case_id: str, note: NewNote, who: str) -> CaseDetail:
        """Write a note, once per key."""
        return await self._changing(self._note, case_id, note, who)

    async def colleagues(self, who: str, present: Collection[str]) -> list[Colleague]:
        """To whom `who` can give a case; `present`: the names of those who are signed in."""
        return await asyncio.to_thread(self._colleagues, who, present)

    async def release_absent(self, present: Collection[str]) -> int:
        """Give back what those hold who are not signed in here any more; how many cases."""
        released = await asyncio.to_thread(self._release_absent, present)
        if released:
            self._on_change()
        return released

    def call(self, connection: Connection, row: RowMapping, who: str, place: str) -> None:
        """Call a case (again), within a writing transaction; it is the caller's now."""
        now = self._clock()
        day = now.astimezone(self._zone).date().isoformat()
        if datetime.fromisoformat(row["created"]).astimezone(self._zone).date().isoformat() == day:
            call_out(connection, day, row["number"], place, now)  # a number of yesterday means nobody today
        if not row["called"]:
            count_wait(connection, self._zone, row["service"], row["created"], stamp(now))
        self._move(
            connection,
            row,
            who,
            _S.CALLED,
            place=place,
            calls=row["calls"] + 1,
            called=row["called"] or stamp(now),
        )

    def _change_state(self, case_id: str, change: StateChange, who: str) -> CaseRow:
        reason = change.reason.strip()
        if change.state is _S.RETURNED and not reason:
            raise ChangeRefused(
                "Bitte nennen Sie einen Grund, warum der Vorgang zurückgegeben wird.",
                "Please give a reason why the case is returned.",
            )
        with self._database.writing() as connection:
            row = self._own(connection, case_id, change.version, who)
            before = _S(row["state"])
            if change.state not in NEXT[before]:
                raise ChangeRefused(
                    f"Der Vorgang ist „{STATE_NAMES[before]}“ und kann nicht "
                    f"„{STATE_NAMES[change.state]}“ werden.",
                    f"The case is “{_STATE_NAMES_ENGLISH[before]}” and cannot become "
                    f"“{_STATE_NAMES_ENGLISH[change.state]}”.",
                )
            match change.state:
                case _S.CALLED:
                    self.call(connection, row, who, change.place)
                case _S.MISSED if row["calls"] < MISSED_AFTER:
                    raise ChangeRefused.too_early(row["calls"])
                case _S.DONE if row["four_eyes"]:
                    self._move(connection, row, who, _S.APPROVAL, finished_by=who)
                case _:
                    self._move(connection, row, who, change.state, reason=reason)
            return to_row(row_of(connection, case_id), reason)

    def _claim(self, case_id: str, version: int, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            if row["holder"] == who and row["state"] == _S.WORKING.value:
                return self._detail(connection, case_id)
            row = self._own(connection, case_id, version, who)
            if _S.WORKING not in NEXT[_S(row["state"])]:
                raise ChangeRefused(
                    "Diesen Vorgang können Sie so nicht in Arbeit nehmen.",
                    "This case cannot be taken into work like this.",
                )
            self._move(connection, row, who, _S.WORKING, act=Act.CLAIMED)
            return self._detail(connection, case_id)

    def _release(self, case_id: str, version: int, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = self._own(connection, case_id, version, who)
            if row["holder"] != who:
                raise ChangeRefused(
                    "Dieser Vorgang ist nicht in Arbeit bei Ihnen.", "You are not working on this case."
                )
            self._move(connection, row, who, _S.WAITING, act=Act.RELEASED)
            return self._detail(connection, case_id)

    def _transfer(self, case_id: str, transfer: Transfer, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = self._own(connection, case_id, transfer.version, who)
            known = {one.id: one for one in self._who_may(connection)}
            to = known.get(transfer.to)
            if to is None or to.name == who:
                raise ChangeRefused(
                    "Diesem Konto können Sie keinen Vorgang geben.", "You cannot give a case to this account."
                )
            if _S(row["state"]) in CLOSED or row["state"] == _S.APPROVAL.value:
                raise ChangeRefused(
                    "Ein abgeschlossener Vorgang kann nicht weitergegeben werden.",
                    "A finished case cannot be transferred.",
                )
            if transfer.note:
                self._write_note(connection, row, transfer.key, transfer.note, who)
            self._move(
                connection,
                row,
                who,
                _S.TRANSFERRED,
                act=Act.TRANSFERRED,
                detail=transfer.to,
                assigned=to.name,
            )
            return self._detail(connection, case_id)

    def _take_away(self, case_id: str, version: int, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            _same(row, version, self._kiosk)
            whose = row["holder"] or row["assigned"]
            if not whose:
                raise ChangeRefused(
                    "Diesen Vorgang bearbeitet gerade niemand.", "Nobody is working on this case."
                )
            account = connection.execute(select(staff.c.id).where(staff.c.name == whose)).scalar() or ""
            self._move(connection, row, who, _S.WAITING, act=Act.TAKEN_AWAY, detail=account)
            return self._detail(connection, case_id)

    def _approve(self, case_id: str, version: int, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = self._own(connection, case_id, version, who)
            if row["state"] != _S.APPROVAL.value:
                raise ChangeRefused(
                    "Dieser Vorgang wartet nicht auf eine zweite Prüfung.",
                    "This case is not waiting for an approval.",
                )
            if row["finished_by"] == who:
                raise ChangeRefused(
                    "Die zweite Prüfung macht jemand anders: Sie haben den Vorgang selbst abgeschlossen.",
                    "Somebody else has to approve: you finished this case yourself.",
                )
            self._move(connection, row, who, _S.DONE, act=Act.APPROVED, finished_by=row["finished_by"])
            return self._detail(connection, case_id)

    def _tick(self, case_id: str, tick: Tick, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            _free_for(row, who)
            state = _S(row["state"])
            if state in CLOSED or state is _S.APPROVAL:
                raise ChangeRefused(
                    "Der Vorgang ist abgeschlossen. Nehmen Sie ihn erst wieder in Arbeit.",
                    "The case is finished. Take it into work again first.",
                )
            draft = draft_of(self._keyring, row)
            kind, _, name = tick.item.partition(":")
            if name not in {one.id for one in (draft.documents if kind == "document" else draft.counter)}:
                raise ChangeRefused(
                    "Das steht nicht auf der Prüfliste dieses Vorgangs.",
                    "This is not on the checklist of this case.",
                )
            here = (case_checks.c.case_id == case_id) & (case_checks.c.item == tick.item)
            there = connection.execute(select(case_checks.c.item).where(here)).first() is not None
            if there is not tick.ticked:
                if tick.ticked:
                    values = {"case_id": case_id, "item": tick.item, "by": who, "at": stamp(self._clock())}
                    connection.execute(insert(case_checks).values(**values))
                else:
                    connection.execute(delete(case_checks).where(here))
                self._update(connection, row, who, reason=reason_of(self._keyring, row))
                act = Act.TICKED if tick.ticked else Act.UNTICKED
                self._audit.append(connection, who, act, case_id, tick.item)
            return self._detail(connection, case_id)

    def _note(self, case_id: str, note: NewNote, who: str) -> CaseDetail:
        with self._database.writing() as connection:
            row = row_of(connection, case_id)
            if self._write_note(connection, row, note.key, note.text, who):
                self._update(connection, row, who, reason=reason_of(self._keyring, row))
            return self._detail(connection, case_id)

    def _write_note(self, connection: Connection, row: RowMapping, key: str, text: str, who: str) -> bool:
        """Whether it is new."""
        if connection.execute(select(case_notes.c.id).where(case_notes.c.id == key)).first():
            return False
        place = connection.execute(
            select(func.count()).select_from(case_notes).where(case_notes.c.case_id == row["id"])
        ).scalar_one()
        if place >= MOST_NOTES:
            raise ChangeRefused(
                f"Ein Vorgang hat höchstens {MOST_NOTES} Notizen.", f"A case has at most {MOST_NOTES} notes."
            )
        connection.execute(
            insert(case_notes).values(
                id=key,
                case_id=row["id"],
                place=place,
                by=who,
                at=stamp(self._clock()),
                sealed=seal(data_key(self._keyring, row), text.encode(), "note", row["id"], key),
            )
        )
        self._audit.append(connection, who, Act.NOTED, row["id"], str(place + 1))
        return True

    def _release_absent(self, present: Collection[str]) -> int:
        absent = cases.c.holder.not_in([*present, ""]) & (cases.c.held_at == self._kiosk)
        with self._database.reading() as connection:
            if connection.execute(select(cases.c.id).where(absent).limit(1)).first() is None:
                return 0
        with self._database.writing() as connection:
            rows = list(connection.execute(select(cases).where(absent)).mappings())
            for row in rows:
                who = row["holder"]
                self._move(connection, row, who, _S.WAITING, act=Act.RELEASED, detail="session")
        return len(rows)

    def _colleagues(self, who: str, present: Collection[str]) -> list[Colleague]:
        with self._database.reading() as connection:
            may = self._who_may(connection)
        found = [Colleague(id=one.id, name=one.name, here=one.name in present) for one in may]
        return sorted((one for one in found if one.name != who), key=lambda one: (not one.here, one.name))

    @staticmethod
    def _who_may(connection: Connection) -> list[Colleague]:
        """Everybody who works cases."""
        roles = [role.value for role in Role if Right.CASES in RIGHTS[role]]
        query = select(staff.c.id, staff.c.name).where(staff.c.role.in_(roles), ~staff.c.locked)
        return [Colleague(id=row.id, name=row.name, here=False) for row in connection.execute(query)]

    def _own(self, connection: Connection, case_id: str, version: int, who: str) -> RowMapping:
        """The row, when `who` may change it and has seen its newest version."""
        row = row_of(connection, case_id)
        _free_for(row, who)
        _same(row, version, self._kiosk)
        return row

    def _move(
        self,
        connection: Connection,
        row: RowMapping,
        who: str,
        state: CaseState,
        *,
        act: Act = Act.STATE,
        detail: str | None = None,
        reason: str = "",
        assigned: str = "",
        finished_by: str = "",
        **values: object,
    ) -> None:
        """Another state: whose it is follows from it; one entry in the trail."""
        now = stamp(self._clock())
        if state is _S.DONE and row["called"]:
            count_work(connection, self._zone, row["service"], row["called"], now)
        held = state in _HELD
        self._update(
            connection,
            row,
            who,
            reason=reason,
            state=state.value,
            holder=who if held else "",
            held_since=now if held else None,
            held_at=self._kiosk if held else "",
            done=now if state is _S.DONE else None,
            assigned=assigned,
            finished_by=finished_by,
            **values,
        )
        if detail is None:
            detail = f"{row['state']}>{state.value}"
        self._audit.append(connection, who, act, row["id"], detail)

    def _update(
        self, connection: Connection, row: RowMapping, who: str, *, reason: str, **values: object
    ) -> None:
        """A new version; a reason is sealed with it."""
        version = row["version"] + 1
        key, text = data_key(self._keyring, row), reason.encode()
        connection.execute(
            update(cases)
            .where(cases.c.id == row["id"])
            .values(
                version=version,
                changed=stamp(self._clock()),
                changed_by=who,
                sealed_reason=seal(key, text, "reason", row["id"], str(version)) if reason else None,
                **values,
            )
        )

    def _detail(self, connection: Connection, case_id: str) -> CaseDetail:
        row, trail = row_of(connection, case_id), self._audit.about(connection, case_id)
        return detail_of(connection, self._keyring, row, trail, self._clock())


def _free_for(row: RowMapping, who: str) -> None:
    """Raises Held when somebody else works the case, or it lies with somebody else."""
    whose = row["holder"] or row["assigned"]
    if whose and whose != who:
        raise Held(whose)


def _same(row: RowMapping, version: int, kiosk: str) -> None:
    """Raises Conflict when the case was changed since."""
    if row["version"] != version:
        raise Conflict(row["changed_by"] or kiosk)
