from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.robot.cases.kit import PERSON, draft, open_office, traces, visit_id

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.robot.cases.killed", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_robot_killed_before_the_commit_leaves_nothing_and_the_visit_can_hand_over_again(
    tmp_path: Path,
) -> None:
    visit = visit_id()
    killed = run("hand-over", str(tmp_path), visit, "before")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert traces(tmp_path, PERSON) == []
    office = open_office(tmp_path)
    assert await office.cases.list_rows() == []
    assert await office.audit.entries() == []
    ref = await office.cases.hand_over(draft(visit))
    assert ref.number == "A-001"
    assert await office.audit.verify_audit() is None
    office.close()


async def test_a_robot_killed_after_the_commit_has_exactly_one_case_whose_ticket_can_be_printed(
    tmp_path: Path,
) -> None:
    visit = visit_id()
    killed = run("hand-over", str(tmp_path), visit, "after")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert traces(tmp_path, PERSON) == []
    office = open_office(tmp_path)
    (row,) = await office.cases.list_rows()
    ref = await office.cases.hand_over(draft(visit))
    assert (ref.id, ref.number) == (row.id, "A-001")
    assert len(await office.cases.list_rows()) == 1
    assert (await office.cases.slip(ref.id)).ref == ref
    assert (await office.cases.open(ref.id, "Amt 33")).fields == list(draft(visit).fields)
    assert await office.audit.verify_audit() is None
    office.close()


async def test_a_key_rotation_killed_at_any_line_loses_no_case(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    office = open_office(folder)
    for _ in range(2):
        await office.cases.hand_over(draft())
    office.close()
    done = run("rotate", str(folder))
    assert done.returncode == 0, done.stderr
    deaths, states = map(int, done.stdout.split())
    assert deaths > 30, "the rotation died at each of its lines"
    assert states >= 5, "and left the disk in different states"
