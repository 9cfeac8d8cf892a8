"""Another kiosk of the town, as a process of its own: run as a program, it does what standard input says.

One JSON list per line, an act and its arguments; one JSON line in answer. ["open", FOLDER] comes first.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from robot.cases.work import Conflict, Held
from robot.staff.audit import Act
from robot.staff.live import LiveHouse
from robot.staff.office import BackOffice
from robot.web.broadcast import Broadcast
from tests.robot.cases.kit import TurnedClock, draft, open_office

ROOT = Path(__file__).resolve().parents[3]
NAME = "Anbau"


class KioskBeside:
    """The process, from outside."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.robot.staff.kiosk_beside"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, *what: Any) -> None:
        """Have it do something; `end` waits for that."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def end(self) -> Any:
        """Its answer."""
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def do(self, *what: Any) -> Any:
        """Both."""
        self.begin(*what)
        return self.end()

    @property
    def lives(self) -> bool:
        """Whether nobody has killed it."""
        return self.process.poll() is None

    def kill(self) -> None:
        """The power is cut."""
        self.process.kill()
        self.process.communicate()


def main() -> None:
    """Until standard input ends."""
    office: BackOffice

    async def open_(folder: str) -> str:
        nonlocal office
        office = open_office(Path(folder), kiosk=NAME, clock=TurnedClock())
        return "ready"

    async def close() -> None:
        office.close()

    async def hand_over(many: int) -> list[str]:
        return [(await office.cases.hand_over(draft())).number for _ in range(many)]

    async def claim(cases: list[str], who: str) -> list[str]:
        """Whose each case is then."""
        return [await _claim(case, who) for case in cases]

    async def _claim(case: str, who: str) -> str:
        try:
            return (await office.cases.claim(case, 1, who)).row.holder
        except (Held, Conflict):
            return ""

    async def stand_there() -> str:
        await LiveHouse(office, Broadcast(), list, list).look()
        return NAME

    async def write(many: int) -> int:
        for number in range(many):
            await office.audit.record("Amt 34", Act.LOOKED, f"case{number}")
        return many

    async def stop_while_writing() -> None:
        with office.database.writing() as connection:
            office.audit.append(connection, "Amt 34", Act.LOOKED, "never")
            print(json.dumps("writing"), flush=True)
            sys.stdin.readline()

    acts: dict[str, Callable[..., Awaitable[Any]]] = {
        "open": open_,
        "close": close,
        **{act.__name__: act for act in (hand_over, claim, stand_there, write, stop_while_writing)},
    }
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(asyncio.run(_answer(acts[name](*arguments)))), flush=True)


async def _answer(act: Awaitable[Any]) -> Any:
    return await act


if __name__ == "__main__":
    main()
