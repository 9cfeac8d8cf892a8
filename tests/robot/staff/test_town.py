"""Several kiosks whose store is one PostgreSQL database are one town: real servers, real other processes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from robot.cases.database import Database, StoreError
from robot.staff import live
from robot.staff.accounts import AccountLocked, SignInRefused
from robot.staff.audit import Act
from robot.staff.commands import CommandError, audit_verify, mend_staff, rotate_keys
from robot.staff.endings import Endings
from robot.staff.live import LiveHouse
from robot.staff.office import BackOffice
from robot.web.broadcast import Broadcast
from robot.web.channel import SIGN_IN_AGAIN
from robot.web.live_view import AlarmKind, EmergencyKind, EmergencyRow, NewEmergency
from robot.web.staff_view import KioskState
from tests.robot.cases.kit import TurnedClock, draft, key_file, open_office, url
from tests.robot.postgres import Server
from tests.robot.staff.content_kit import TownHall
from tests.robot.staff.kiosk_beside import NAME, KioskBeside
from tests.robot.staff.test_content import said, special
from tests.robot.staff.test_kiosks import Kiosk
from tests.robot.staff.test_web import BASE, PASSWORD, SOCKET, House

PATIENCE_S = 60.0


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def office(on_postgres: Server, tmp_path: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def processes() -> Iterator[list[KioskBeside]]:
    """Those that were started: one does for several tests, until a test kills it."""
    started: list[KioskBeside] = []
    yield started
    for one in started:
        one.kill()


@pytest.fixture
def beside(office: BackOffice, tmp_path: Path, processes: list[KioskBeside]) -> Iterator[KioskBeside]:
    if not processes or not processes[-1].lives:
        processes.append(KioskBeside())
    other = processes[-1]
    assert other.do("open", str(tmp_path)) == "ready"
    yield other
    if other.lives:
        other.do("close")


@contextlib.asynccontextmanager
async def running(*works: object) -> AsyncIterator[None]:
    """Coroutines that run meanwhile, as the robot's tasks do."""
    tasks = [asyncio.ensure_future(work) for work in works]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --- the store ---------------------------------------------------------------------------------------------


async def test_two_kiosks_that_write_at_once_never_fork_the_audit_log_and_give_no_number_twice(
    office: BackOffice, beside: KioskBeside, tmp_path: Path
) -> None:
    beside.begin("write", 25)
    here = [office.audit.record("Amt 33", Act.LOOKED, f"case{number}") for number in range(25)]
    looks = [asyncio.to_thread(office.audit.first_broken) for _ in range(5)]
    for found in (await asyncio.gather(*here, *looks))[len(here) :]:
        assert found is None, "what the log says and what its seal says is of one moment"
    assert beside.end() == 25
    beside.begin("hand_over", 12)
    numbers = [(await office.cases.hand_over(draft())).number for _ in range(12)]
    numbers += beside.end()
    assert sorted(numbers) == [f"A-{number:03}" for number in range(1, 25)]
    assert audit_verify(url(tmp_path), key_file(tmp_path)).startswith("The audit log is sound: 74 entries.")


async def test_clerks_at_two_kiosks_who_claim_at_once_never_have_the_same_case(
    office: BackOffice, beside: KioskBeside
) -> None:
    cases = [(await office.cases.hand_over(draft())).id for _ in range(8)]
    beside.begin("claim", cases, "Amt 34")
    mine = await asyncio.gather(
        *(office.cases.claim(case, 1, "Amt 33") for case in reversed(cases)), return_exceptions=True
    )
    theirs = beside.end()
    for got, other in zip(reversed(mine), theirs, strict=True):
        assert isinstance(got, Exception) is bool(other), "one of the two, and only one"
    holders = {row.id: row.holder for row in await office.cases.list_rows()}
    assert [holders[case] for case in cases] == [other or "Amt 33" for other in theirs]


async def test_a_kiosk_whose_power_is_cut_while_it_writes_holds_nobody_up_and_leaves_nothing_behind(
    office: BackOffice, beside: KioskBeside
) -> None:
    assert beside.do("stop_while_writing") == "writing"
    beside.kill()
    assert (await office.cases.hand_over(draft())).number == "A-001"
    assert [entry["subject"] for entry in await office.audit.entries() if entry["who"] == "Amt 34"] == []
    assert await office.audit.verify_audit() is None


def test_the_keys_are_not_rotated_while_another_kiosk_has_a_copy_of_them(
    office: BackOffice, beside: KioskBeside, tmp_path: Path
) -> None:
    assert beside.do("stand_there") == NAME
    with pytest.raises(CommandError, match=rf"running \({NAME}\): switch them off"):
        rotate_keys(url(tmp_path), key_file(tmp_path), "Foyer")
    assert rotate_keys(url(tmp_path), key_file(tmp_path), NAME).startswith("The new key is k")


def test_who_changes_the_audit_log_in_postgresql_is_found_out(office: BackOffice, tmp_path: Path) -> None:
    for number in range(3):
        office.audit.write("Amt 33", Act.LOOKED, f"case{number}")
    for change in ("TRUNCATE audit", "DELETE FROM audit"):
        with pytest.raises(StoreError), office.database.writing() as connection:
            connection.exec_driver_sql(change)
    with office.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
        connection.exec_driver_sql("UPDATE audit SET who = 'Amt 34' WHERE seq = 2")
    with pytest.raises(CommandError, match="broken at entry 2: it was changed"):
        audit_verify(url(tmp_path), key_file(tmp_path))


async def test_a_character_that_postgresql_does_not_take_harms_nobody(office: BackOffice) -> None:
    assert await office.cases.find("AAAA\0") is None
    await office.sentences.keep("was\0 ist das", "de")
    assert [one.text for one in office.sentences.all()] == ["was\N{REPLACEMENT CHARACTER} ist das"]


@pytest.mark.parametrize(
    "address,sentence",
    [
        ("postgresql://lotse@127.0.0.1:1/lotse", "cannot be reached: start the server"),
        ("postgresql://lotse@localhost:abc/lotse", "neither SQLite's nor PostgreSQL's"),
        ("mysql://lotse@localhost/lotse", "neither SQLite's nor PostgreSQL's"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence(address: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Database(address)


def test_a_database_or_user_that_is_not_there_is_one_sentence_without_the_password(postgres: Server) -> None:
    for address in (postgres.url("nowhere"), postgres.url("postgres", "nobody:secret")):
        with pytest.raises(
            StoreError, match=r"does not exist: create it as docs/operations\.md says"
        ) as told:
            Database(address)
        assert "secret" not in str(told.value)


def test_two_kiosks_that_start_on_an_empty_database_at_once_make_its_tables_once(
    postgres: Server, tmp_path: Path
) -> None:
    with postgres.database(empty=True) as address:
        opened: list[BackOffice] = []
        starts = [
            threading.Thread(target=lambda: opened.append(BackOffice.open(address, key_file(tmp_path))))
            for _ in range(2)
        ]
        for start in starts:
            start.start()
        for start in starts:
            start.join()
        assert len(opened) == 2
        for one in opened:
            assert one.audit.first_broken() is None
            one.close()


# --- the pages ---------------------------------------------------------------------------------------------


@pytest.fixture
def two(on_postgres: Server, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """The web apps of two kiosks."""
    foyer, annex = House(tmp_path), House(tmp_path)
    with foyer.client, annex.client:
        foyer.call(foyer.office.accounts.add, "Amt 33", PASSWORD, "clerk")
        foyer.call(foyer.office.accounts.add, "Amt 34", PASSWORD, "lead")
        yield foyer, annex
    foyer.office.close()
    annex.office.close()


def test_a_case_of_one_kiosk_is_opened_worked_and_finished_at_the_other(two: tuple[House, House]) -> None:
    foyer, annex = two
    case = foyer.hand_over()
    mine, theirs = annex.sign_in(), foyer.sign_in(name="Amt 34")
    assert annex.client.get(f"/api/staff/cases/{case.id}").json()["row"]["number"] == "A-001"
    there = f"/api/staff/cases/{case.id}"
    claimed = annex.client.post(f"{there}/claim", json={"version": 1}, headers=mine)
    assert claimed.json()["row"]["holder"] == "Amt 33"
    refused = foyer.client.post(f"{there}/claim", json={"version": 1}, headers=theirs)
    assert refused.status_code == 409
    assert "Amt 33" in refused.json()["detail"]
    done = {"version": claimed.json()["row"]["version"], "state": "done"}
    assert annex.client.post(f"{there}/state", json=done, headers=mine).json()["state"] == "done"
    assert [row.state for row in foyer.call(foyer.office.cases.list_rows)] == ["done"]
    assert foyer.call(foyer.office.audit.verify_audit) is None


def test_who_has_guessed_too_often_at_one_kiosk_has_to_wait_at_the_other(two: tuple[House, House]) -> None:
    foyer, annex = two
    for _ in range(5):
        wrong = {"name": "Amt 33", "password": "ein falsches Passwort"}
        foyer.client.post("/api/staff/login", json=wrong)
    answer = annex.client.post("/api/staff/login", json={"name": "Amt 33", "password": PASSWORD})
    assert answer.status_code == 429
    assert "warten" in answer.json()["detail"]


# --- news --------------------------------------------------------------------------------------------------


class Listening(Kiosk):
    """A kiosk that looks for news of others only when the database tells of some."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.elsewhere = Broadcast()
        self.stands: asyncio.Queue[EmergencyRow | None] = asyncio.Queue()
        self.house = LiveHouse(
            self.office,
            self.changed,
            lambda: self.visits,
            lambda: self.devices,
            show=self.stands.put,
            elsewhere=self.elsewhere,
            monotonic=lambda: self.seconds,
        )

    def hear(self) -> object:
        return self.office.database.hear(self.elsewhere.notify)


async def test_a_notice_is_told_to_the_other_kiosk_by_the_database_and_again_after_the_server_was_away(
    on_postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_S", 24 * 3600.0)  # nobody looks by the clock
    foyer, annex = Listening(tmp_path, "Foyer"), Listening(tmp_path, "Anbau")
    async with asyncio.timeout(PATIENCE_S), running(annex.house.run(), annex.hear()):
        await annex.elsewhere.wait(0)  # it listens now
        await foyer.house.announce(NewEmergency(kind=EmergencyKind.LEAVE), "Amt 33")
        row = await annex.stands.get()
        assert row
        assert row.kind is EmergencyKind.LEAVE
        seen = annex.elsewhere.seq
        on_postgres.stop()
        on_postgres.start()
        await annex.elsewhere.wait(seen)
        await foyer.house.withdraw("Amt 33")
        assert await annex.stands.get() is None
    foyer.office.close()
    annex.office.close()


async def test_hours_changed_at_one_kiosk_hold_at_the_other_without_a_restart(
    on_postgres: Server, tmp_path: Path
) -> None:
    foyer, annex = TownHall(tmp_path), TownHall(tmp_path)
    elsewhere = Broadcast()
    follow = annex.content.follow(24 * 3600.0, elsewhere)
    async with (
        asyncio.timeout(PATIENCE_S),
        running(annex.office.database.hear(elsewhere.notify), follow),
    ):
        await elsewhere.wait(0)
        seen = annex.changed.seq
        saved = await asyncio.to_thread(foyer.as_().save, "house", special("2026-03-02", ("08:00", "11:00")))
        assert saved.status_code == 200
        await annex.changed.wait(seen)
    assert "11" in said(annex, date(2026, 3, 2))
    foyer.close()
    annex.close()


async def test_the_board_shows_the_other_process_and_says_when_it_is_gone(
    beside: KioskBeside, tmp_path: Path
) -> None:
    foyer = Kiosk(tmp_path, "Foyer")
    assert beside.do("stand_there") == NAME
    await foyer.house.look()
    assert foyer.seen(NAME)[0] is KioskState.OPEN
    beside.kill()
    foyer.seconds += live.BEAT_S * 10
    await foyer.house.look()
    assert foyer.seen(NAME)[0] is KioskState.UNREACHABLE
    assert [(row.kind, row.kiosk) for row in foyer.house.alarms()] == [(AlarmKind.KIOSK, NAME)]
    foyer.office.close()


# --- sessions ----------------------------------------------------------------------------------------------


@pytest.fixture
def house(each_database: None, tmp_path: Path) -> Iterator[House]:
    """A running robot's pages, and somebody who is signed in."""
    built = House(tmp_path)
    with built.client:
        built.call(built.office.accounts.add, "Amt 33", PASSWORD, "clerk")
        built.call(built.office.accounts.add, "Amt 34", PASSWORD, "administrator")
        built.sign_in()
        yield built
    built.office.close()


@pytest.fixture
def endings(house: House) -> Endings:
    """They have looked already at what there is."""
    office = house.office
    made = Endings(office.database, office.audit, office.sessions, on_change=house.changed.notify)
    house.call(made.look)
    return made


def end_of(page: Any) -> int:
    """The code with which the page is closed."""
    while True:
        message = page.receive()
        if message["type"] == "websocket.close":
            return int(message["code"])


def test_an_account_locked_by_the_command_is_signed_out_of_the_running_robot(
    house: House, endings: Endings, tmp_path: Path
) -> None:
    chief = house.another()
    house.sign_in(chief, "Amt 34")
    portal = house.client.portal
    assert portal
    with house.client.websocket_connect(SOCKET, headers={"Origin": BASE}) as page:
        page.receive_json()
        following = portal.start_task_soon(endings.follow, Broadcast(), 0.05)
        told = mend_staff(url(tmp_path), key_file(tmp_path), "lock", "Amt 33")
        assert told == "The account Amt 33 was locked; a running robot signs it out within seconds."
        assert end_of(page) == SIGN_IN_AGAIN
        following.cancel()
    assert house.client.get("/api/staff/me").status_code == 401
    assert chief.get("/api/staff/me").status_code == 200
    with pytest.raises(AccountLocked):
        house.call(house.office.accounts.verify, "Amt 33", PASSWORD)


def test_what_another_kiosk_does_to_an_account_ends_its_sessions_here_and_what_is_done_here_only_the_others(
    house: House, endings: Endings, tmp_path: Path
) -> None:
    here, there = house.office, open_office(tmp_path, clock=house.clock)
    account = house.call(here.accounts.verify, "Amt 33", PASSWORD)
    own = house.call(here.accounts.change_password, account, PASSWORD, "ein anderes Passwort")
    assert own is None
    assert house.call(endings.look) == 0, "the robot itself has ended those that were to end"
    house.call(there.audit.record, "Amt 33", Act.SESSIONS_ENDED, account.id, "1:0123456789ab")
    assert house.call(endings.look) == 0, "one session of another kiosk"
    house.call(there.accounts.change_password, account, "ein anderes Passwort", PASSWORD)
    assert house.call(endings.look) == 1
    house.sign_in()
    mend_staff(url(tmp_path), key_file(tmp_path), "reset", "Amt 33")
    assert house.call(endings.look) == 1
    with pytest.raises(SignInRefused):
        house.call(here.accounts.verify, "Amt 33", "ein anderes Passwort")
    there.close()
