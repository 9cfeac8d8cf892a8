"""Whoever harms the audit log behind our back is found out: which harm, and at which entry."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.staff.audit import Act, HarmKind
from robot.staff.commands import CommandError, audit_verify
from robot.staff.office import BackOffice
from robot.web.staff_audit import harmless
from tests.robot.cases.kit import TurnedClock, key_file, open_office, url
from tests.robot.staff.test_web import PASSWORD, House, opened

OTHER = "CASE substr({0}, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END || substr({0}, 2)"
COLUMNS = "at, who, what, subject, detail, previous, hash"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of seven entries; the harm is done to copies."""
    folder = tmp_path_factory.mktemp("written")
    office = open_office(folder, clock=TurnedClock())
    _write(office, 7)
    office.close()
    return folder


def _write(office: BackOffice, entries: int) -> None:
    for number in range(entries):
        office.audit.write(f"Amt {number}", Act.LOOKED, f"case{number}")


@pytest.mark.parametrize(
    "harm,kind,number",
    [
        ("UPDATE audit SET who = 'Amt 9' WHERE seq = 3", HarmKind.CHANGED, 3),
        ("UPDATE audit SET at = '2026-01-01T00:00:00.000+00:00' WHERE seq = 1", HarmKind.CHANGED, 1),
        (f"UPDATE audit SET hash = {OTHER.format('hash')} WHERE seq = 7", HarmKind.CHANGED, 7),
        ("DELETE FROM audit WHERE seq = 3", HarmKind.REMOVED, 3),
        ("DELETE FROM audit WHERE seq = 1", HarmKind.REMOVED, 1),
        ("DELETE FROM audit WHERE seq > 4", HarmKind.REMOVED, 5),
        ("DELETE FROM audit", HarmKind.REMOVED, 1),
        # removed, and what follows closes up
        (
            "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq = 4; "
            "UPDATE audit SET seq = seq - 1 WHERE seq = 5",
            HarmKind.REORDERED,
            3,
        ),
        (
            "UPDATE audit SET seq = 99 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; "
            "UPDATE audit SET seq = 4 WHERE seq = 99",
            HarmKind.REORDERED,
            3,
        ),
        (f"INSERT INTO audit SELECT 8, {COLUMNS} FROM audit WHERE seq = 2", HarmKind.APPENDED, 8),
        (
            f"INSERT INTO audit SELECT 8, {COLUMNS} FROM audit WHERE seq = 2; "
            "UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8)",
            HarmKind.APPENDED,
            8,
        ),
        ("DELETE FROM audit_head", HarmKind.SEAL, 8),
        (f"UPDATE audit_head SET mac = {OTHER.format('mac')}", HarmKind.SEAL, 8),
    ],
)
def test_each_harm_is_named_with_its_entry(
    tmp_path: Path, written: Path, harm: str, kind: HarmKind, number: int
) -> None:
    _copy(written, tmp_path)
    _harm(tmp_path, harm)
    with pytest.raises(CommandError, match=rf"entry {number}: .*\({kind.value}\)"):
        audit_verify(url(tmp_path), key_file(tmp_path))


def test_a_log_replaced_by_that_of_another_kiosk_is_found_out(tmp_path: Path, written: Path) -> None:
    _copy(written, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    office = open_office(other)
    _write(office, 3)
    office.close()
    _harm(
        tmp_path,
        f"ATTACH '{other / 'lotse.sqlite'}' AS other; DELETE FROM audit; DELETE FROM audit_head; "
        "INSERT INTO audit SELECT * FROM other.audit; INSERT INTO audit_head SELECT * FROM other.audit_head",
    )
    assert _found(tmp_path) == (HarmKind.REPLACED, 1)


def test_a_log_emptied_with_its_seal_is_found_out_by_the_accounts_that_it_tells_of(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.accounts.create("Amt 33", PASSWORD, "clerk")
    office.close()
    _harm(tmp_path, "DELETE FROM audit; DELETE FROM audit_head")
    assert _found(tmp_path) == (HarmKind.REMOVED, 1)


def test_a_log_set_back_to_an_older_copy_is_found_out_by_who_has_noted_a_seal(
    tmp_path: Path, written: Path
) -> None:
    _copy(written, tmp_path)
    office = open_office(tmp_path)
    _write(office, 2)
    office.close()
    told = audit_verify(url(tmp_path), key_file(tmp_path))
    noted = told.split("note ")[1].rstrip(".")
    assert noted.startswith("9:")
    assert "sound" in audit_verify(url(tmp_path), key_file(tmp_path), noted)
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"lotse.sqlite{end}").unlink(missing_ok=True)
    _copy(written, tmp_path)
    assert "sound" in audit_verify(url(tmp_path), key_file(tmp_path))
    with pytest.raises(CommandError, match=r"entry 8: .*removed"):
        audit_verify(url(tmp_path), key_file(tmp_path), noted)
    with pytest.raises(CommandError, match="NUMBER:SEAL"):
        audit_verify(url(tmp_path), key_file(tmp_path), "nonsense")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from opened(tmp_path, {"Amt 33": "clerk", "Amt 14": "auditor"})


def test_the_auditor_looks_through_the_log_and_each_look_is_in_it(house: House) -> None:
    house.sign_in(house.another())
    for number in range(60):
        house.call(house.office.audit.record, "Amt 33", Act.LOOKED, f"case{number}")
    house.clock.turn(days=1)
    house.sign_in(name="Amt 14")

    def look(**asked: object) -> dict[str, object]:
        found = house.client.get("/api/staff/audit", params=asked)  # type: ignore[arg-type]
        assert found.status_code == 200, found.text
        body: dict[str, object] = found.json()
        return body

    newest = look()
    assert (newest["total"], newest["page"], newest["pages"], len(newest["rows"])) == (64, 1, 2, 50)  # type: ignore[arg-type]
    assert len(look(page=2)["rows"]) == 15, "the first look is an entry, too"  # type: ignore[arg-type]
    assert look(who="amt 33", what="looked")["total"] == 60
    assert look(subject="case5")["total"] == 11
    assert look(subject="%")["total"] == 0
    assert look(first="2026-03-03")["total"] == 6
    assert look(last="2026-03-02", what="signed_in")["total"] == 1
    assert look(first="2026-03-02", last="2026-03-02", who="14")["total"] == 0
    assert house.acts()[-1] == "audit_read"
    for wrong in ({"what": "nonsense"}, {"page": 0}, {"first": "MUSTERMANN"}):
        answer = house.client.get("/api/staff/audit", params=wrong)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert "MUSTERMANN" not in answer.text


def test_the_auditor_takes_the_log_along_and_no_name_is_a_formula(house: House) -> None:
    house.call(house.office.audit.record, "=HYPERLINK(1)", Act.LOOKED, "case1")
    csrf = house.sign_in(name="Amt 14")
    answer = house.client.get("/api/staff/audit.csv", params={"what": "looked"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["seq", "at", "who", "what", "subject", "detail"]
    assert [row[2] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    assert [harmless(text) for text in ("+1", "-1", "@a", "\ta", "a=1")] == [
        "'+1",
        "'-1",
        "'@a",
        "'\ta",
        "a=1",
    ]
    sound = house.client.post("/api/staff/audit/verify", headers=csrf).json()
    assert (sound["sound"], sound["count"], sound["harm"]) == (True, 5, "")
    assert house.acts()[-2:] == ["audit_exported", "audit_verified"]
    with sqlite3.connect(house.folder / "lotse.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'Amt 9' WHERE seq = 2")
    connection.close()
    broken = house.client.post("/api/staff/audit/verify", headers=csrf).json()
    assert (broken["sound"], broken["harm"], broken["number"]) == (False, "changed", 2)


def _copy(source: Path, target: Path) -> None:
    for name in ("lotse.sqlite", "lotse.key"):
        (target / name).write_bytes((source / name).read_bytes())
        (target / name).chmod(0o600)


def _harm(folder: Path, script: str) -> None:
    connection = sqlite3.connect(folder / "lotse.sqlite")
    connection.executescript("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete")
    connection.executescript(script)
    connection.commit()
    connection.close()


def _found(folder: Path) -> tuple[HarmKind, int] | None:
    office = open_office(folder)
    harm = office.audit.examine().harm
    office.close()
    return (harm.kind, harm.number) if harm else None
