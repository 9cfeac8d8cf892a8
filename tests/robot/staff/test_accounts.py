from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from robot.cases.database import StoreError
from robot.staff.accounts import Account, NameRefused, PasswordRefused, SignInRefused
from robot.staff.audit import Act
from robot.staff.commands import CommandError, add_staff, audit_verify, rotate_keys
from robot.staff.office import BackOffice
from robot.staff.rights import Role
from robot.staff.sessions import Sessions
from tests.robot.cases.kit import TurnedClock, draft, files, key_file, open_office, url

PASSWORD = "ein langes Passwort"


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    opened = open_office(tmp_path, clock=clock)
    yield opened
    opened.close()


@pytest.mark.usefixtures("each_database")
async def test_a_clerk_signs_in_with_name_and_password(office: BackOffice) -> None:
    added = await office.accounts.add("Müller", PASSWORD, "clerk")
    assert await office.accounts.verify(" MÜLLER ", PASSWORD) == added
    for name, password in (("Müller", PASSWORD + "x"), ("Müller", ""), ("Nobody", PASSWORD)):
        with pytest.raises(SignInRefused, match=r"^Name oder Passwort stimmt nicht\.$"):
            await office.accounts.verify(name, password)


async def test_a_password_typed_with_another_keyboard_is_the_same_password(office: BackOffice) -> None:
    await office.accounts.add("Amt 33", "Grüße aus Köln", "clerk")
    assert (await office.accounts.verify("Amt 33", "Gru\u0308ße aus Ko\u0308ln")).name == "Amt 33"


async def test_passwords_are_kept_as_argon2id_with_the_costs_of_rfc_9106(tmp_path: Path) -> None:
    office = open_office(tmp_path, hasher=None)
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    assert (await office.accounts.verify("Amt 33", PASSWORD)).role is Role.CLERK
    office.close()
    kept = b"".join(files(tmp_path).values())
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in kept
    assert PASSWORD.encode() not in kept


async def test_a_sign_in_renews_a_hash_that_became_too_cheap(tmp_path: Path, office: BackOffice) -> None:
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    office.close()
    dearer = open_office(tmp_path, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await dearer.accounts.verify("Amt 33", PASSWORD)
    with dearer.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM staff").scalar_one()
    assert "m=16,t=2,p=1" in kept
    assert (await dearer.accounts.verify("Amt 33", PASSWORD)).name == "Amt 33"
    dearer.close()


@pytest.mark.parametrize(
    "password", ["kurz", "neunzeich", "aaaaaaaaaaaa", "mein Amt 33 ist gut", "x y z" * 50]
)
async def test_weak_passwords_are_refused_without_repeating_them(office: BackOffice, password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        await office.accounts.add("Amt 33", password, "clerk")
    assert password not in str(refused.value)


async def test_names_are_unique_printable_and_roles_are_two(office: BackOffice) -> None:
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    for name, role in (("AMT 33", "clerk"), ("", "clerk"), ("a\nb", "clerk"), ("Chef", "mayor")):
        with pytest.raises(NameRefused):
            await office.accounts.add(name, PASSWORD, role)


@pytest.mark.parametrize("name", ["Amt 33", "Nobody"])
async def test_after_five_wrong_passwords_even_the_right_one_has_to_wait_longer_and_longer(
    office: BackOffice, clock: TurnedClock, name: str
) -> None:
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    waits = []
    for number in range(12):
        with pytest.raises(SignInRefused) as refused:
            await office.accounts.verify(name, "wrong password")
        assert refused.value.retry_after_s == 0
        if number >= 4:
            with pytest.raises(SignInRefused, match="Zu viele Fehlversuche") as locked:
                await office.accounts.verify(name, PASSWORD)
            waits.append(locked.value.retry_after_s)
            clock.turn(seconds=locked.value.retry_after_s)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    if name == "Amt 33":
        assert (await office.accounts.verify(name, PASSWORD)).name == name
        with pytest.raises(SignInRefused) as refused:
            await office.accounts.verify(name, "wrong password")
        assert refused.value.retry_after_s == 0


@pytest.mark.usefixtures("each_database")
async def test_wrong_passwords_sent_at_once_count_one_by_one(office: BackOffice) -> None:
    await office.accounts.add("Amt 33", PASSWORD, "clerk")
    tries = await asyncio.gather(
        *(office.accounts.verify("Amt 33", "wrong password") for _ in range(9)), return_exceptions=True
    )
    assert [getattr(result, "retry_after_s", None) for result in tries] == [0] * 5 + [30] * 4


@pytest.mark.usefixtures("each_database")
async def test_the_waiting_time_survives_a_restart(tmp_path: Path, clock: TurnedClock) -> None:
    office = open_office(tmp_path, clock=clock)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await office.accounts.verify("Amt 33", "wrong password")
    office.close()
    office = open_office(tmp_path, clock=clock)
    with pytest.raises(SignInRefused, match="30 Sekunden"):
        await office.accounts.verify("Amt 33", PASSWORD)
    office.close()


async def test_sign_ins_are_audited_and_a_password_typed_as_name_is_not(
    tmp_path: Path, office: BackOffice
) -> None:
    account = await office.accounts.add("Amt 33", PASSWORD, "administrator")
    await office.accounts.verify("Amt 33", PASSWORD)
    for name in ("Amt 33", "MeinGeheimesPasswort"):
        with pytest.raises(SignInRefused):
            await office.accounts.verify(name, "wrong password")
    assert [(entry["who"], entry["what"], entry["detail"]) for entry in await office.audit.entries()] == [
        ("lotse staff add", Act.ACCOUNT_ADDED, f"{account.id}:administrator"),
        ("Amt 33", Act.SIGNED_IN, ""),
        ("Amt 33", Act.SIGN_IN_FAILED, ""),
        ("unbekannt", Act.SIGN_IN_FAILED, ""),
    ]
    assert b"meingeheimespasswort" not in b"".join(files(tmp_path).values()).lower()


def test_a_session_ends_when_idle_and_after_its_longest_time() -> None:
    now = 0.0
    sessions = Sessions(idle_s=30, absolute_s=100, clock=lambda: now)
    token, session = sessions.begin(Account("Amt 33", Role.CLERK))
    now = 29
    assert sessions.get(token) is session
    now = 58
    assert sessions.get(token, active=False) is session
    assert sessions.left_s(token) == 1
    now = 59
    assert sessions.get(token) is None
    token, _ = sessions.begin(Account("Amt 33", Role.CLERK))
    while now < 159:
        assert sessions.get(token)
        now += 20
    now = 159
    assert sessions.get(token) is None
    assert sessions.left_s(token) == 0
    assert sessions.get("") is None
    assert sessions.get("guess") is None


async def _write(office: BackOffice, entries: int) -> None:
    for number in range(entries):
        await office.audit.record("Amt 33", Act.LOOKED, f"case{number}")


@pytest.mark.usefixtures("each_database")
async def test_the_audit_log_refuses_to_be_changed(office: BackOffice) -> None:
    await _write(office, 2)
    for change in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(StoreError), office.database.writing() as connection:
            connection.exec_driver_sql(change)
    assert await office.audit.verify_audit() is None


@pytest.mark.parametrize(
    "change,broken",
    [
        ("UPDATE audit SET who = 'Amt 34' WHERE seq = 3", 3),
        ("UPDATE audit SET subject = 'case9' WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq > 3", 4),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET seq = 3", 6),
        ("UPDATE audit SET seq = 100 - seq", 1),
    ],
)
async def test_who_changes_the_audit_log_behind_our_back_is_found_out(
    tmp_path: Path, office: BackOffice, change: str, broken: int
) -> None:
    await _write(office, 5)
    office.close()
    with sqlite3.connect(tmp_path / "lotse.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute(change)
    connection.close()
    again = open_office(tmp_path)
    assert await again.audit.verify_audit() == broken
    again.close()
    with pytest.raises(CommandError, match=f"broken at entry {broken}"):
        audit_verify(url(tmp_path), key_file(tmp_path))


async def test_the_audit_log_takes_ids_only(office: BackOffice) -> None:
    with pytest.raises(ValueError, match="ids only"):
        await office.audit.record("Amt 33", Act.LOOKED, "case1", "ERIKA MUSTERMANN")


async def test_an_administrator_adds_accounts_rotates_keys_and_checks_the_log(tmp_path: Path) -> None:
    where = (url(tmp_path), key_file(tmp_path))
    assert "Amt 33 (clerk" in add_staff(*where, "Amt 33", "clerk", PASSWORD)
    with pytest.raises(CommandError, match="gibt es schon"):
        add_staff(*where, "Amt 33", "clerk", PASSWORD)
    with pytest.raises(CommandError, match="mindestens 10 Zeichen"):
        add_staff(*where, "Amt 34", "clerk", "kurz")
    office = open_office(tmp_path)  # the robot goes on running while the command works
    before = await office.cases.hand_over(draft())
    old = office.keyring.current
    assert "1 case was wrapped anew, 1 old key is gone" in rotate_keys(*where)
    assert old not in office.keyring.ids
    after = await office.cases.hand_over(draft())
    for ref in (before, after):
        assert (await office.cases.open(ref.id, "Amt 33")).fields == list(draft().fields)
    assert "9 old" not in rotate_keys(*where)
    assert "sound" in audit_verify(*where)
    office.close()


async def test_hand_overs_beside_a_key_rotation_lose_nothing(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    program = (
        "import sys; from pathlib import Path; from robot.staff.commands import rotate_keys\n"
        "print('ready', flush=True)\n"
        "for _ in range(2): rotate_keys(sys.argv[1], Path(sys.argv[2]))"
    )
    rotating = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url(tmp_path), str(key_file(tmp_path)), stdout=subprocess.PIPE
    )
    assert rotating.stdout
    assert await rotating.stdout.readline() == b"ready\n"
    ended = asyncio.create_task(rotating.communicate())
    refs = []
    while not ended.done():
        refs.append(await office.cases.hand_over(draft()))
    assert rotating.returncode == 0
    for ref in refs:
        assert (await office.cases.open(ref.id, "Amt 33")).row.id == ref.id
    assert len(office.keyring.ids) == 1
    assert await office.audit.verify_audit() is None
    office.close()


def test_a_command_with_a_wrong_key_file_or_address_says_so_in_one_sentence(tmp_path: Path) -> None:
    key_file(tmp_path).write_text("{}")
    key_file(tmp_path).chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        rotate_keys(url(tmp_path), key_file(tmp_path))
    with pytest.raises(CommandError, match="store"):
        audit_verify("nonsense", key_file(tmp_path))
