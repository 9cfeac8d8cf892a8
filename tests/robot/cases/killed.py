"""A back office that dies: run as a program by test_killed.py, one way of dying per run.

killed.py hand-over FOLDER VISIT before|after   dies before or after the commit of a hand-over
killed.py rotate FOLDER                         dies at every line of a key rotation, one by one;
                                                after each death somebody opens the office again and looks
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event

from robot.cases import crypto, rotation
from tests.robot.cases.kit import PERSON, draft, open_office


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hand_over(folder: Path, visit: str, when: str) -> None:
    office = open_office(folder)
    # "checkin": the connection goes back to the pool, which is right after the commit
    event.listen(office.database.engine, "commit" if when == "before" else "checkin", die)
    asyncio.run(office.cases.hand_over(draft(visit)))


def rotate_and_die_at(folder: Path, line: int) -> None:
    office = open_office(folder)
    watched = {crypto.__file__, rotation.__file__}
    passive = {"_load", "_stamp", "_refresh", "_encode", "seal", "unseal", "_aad", "wrap", "unwrap"}
    left = line

    def trace(frame: FrameType, what: str, _argument: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in watched or frame.f_code.co_name in passive:
            return None
        if what == "line":
            left -= 1
            if left == 0:
                die()
        return trace

    sys.settrace(trace)
    rotation.rotate(office.database, office.keyring, office.audit, "test")
    sys.settrace(None)


def look_after(folder: Path, old_key: str) -> None:
    """Whatever happened: every case opens, a new one can come, and the next rotation tidies up."""
    office = open_office(folder)
    with office.database.reading() as connection:
        ids = [row.id for row in connection.exec_driver_sql("SELECT id FROM cases ORDER BY id")]

    async def everything() -> None:
        for case_id in ids:
            detail = await office.cases.open(case_id, "test")
            assert detail.fields[0].value == PERSON[0]
        await office.cases.hand_over(draft())

    asyncio.run(everything())
    assert office.audit.first_broken() is None
    rotation.rotate(office.database, office.keyring, office.audit, "test")
    assert len(office.keyring.ids) == 1
    assert old_key not in office.keyring.ids
    asyncio.run(everything())
    office.close()
    left = {path.name for path in folder.iterdir()}
    assert left == {"lotse.sqlite", "lotse.key"}, left


def left_on_disk(folder: Path) -> object:
    """What distinguishes one death from another: the files, their sizes, and how many keys there are."""
    sizes = tuple(sorted((path.suffix, path.stat().st_size) for path in folder.iterdir()))
    return sizes, len(crypto.Keyring.open(folder / "lotse.key", create=False).ids)


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; the signal that ended it, 0 for a good end, 1 for a failure."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def rotate(folder: Path) -> None:
    work = folder.with_name("work")
    warm = open_office(folder.with_name("warm"))  # so that the forked ones need not load everything anew
    rotation.rotate(warm.database, warm.keyring, warm.audit, "test")
    warm.close()
    old_key = crypto.Keyring.open(folder / "lotse.key", create=False).current
    line, deaths = 0, 0
    seen: set[object] = set()
    while True:
        line += 1
        shutil.copytree(folder, work)
        ended = in_child(partial(rotate_and_die_at, work, line))
        left = left_on_disk(work)
        if left not in seen and in_child(lambda: look_after(work, old_key)) != 0:
            sys.exit(f"after dying at line {line} of the rotation something is lost")
        seen.add(left)
        shutil.rmtree(work)
        if ended == 0:
            break
        if ended != -signal.SIGKILL:
            sys.exit(f"the rotation failed by itself ({ended})")
        deaths += 1
    print(deaths, len(seen))


if __name__ == "__main__":
    place = Path(sys.argv[2])
    if sys.argv[1] == "hand-over":
        hand_over(place, sys.argv[3], sys.argv[4])
    else:
        rotate(place)
