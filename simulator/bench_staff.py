"""`lotse bench staff`: many staff pages on one running robot, while a citizen talks to it.

From outside: hundreds of websockets with the cookies of real accounts, a citizen's screen without a browser,
and a clerk who changes what all of them see.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from simulator.bench import memory_mb, quantiles, with_store
from simulator.citizens.clerk import StaffDesk
from simulator.kiosk import Kiosk
from simulator.processes import WorldError

GOALS: Final = {"update_p95_ms": 200.0, "dialogue_with_p95_ms": 40.0, "turn_ratio_p50": 1.25}
# Each has an answer of its own in the middle of an application.
SENTENCES: Final = ("Was kostet das denn?", "Wann haben Sie geöffnet?", "Welche Unterlagen brauche ich?")
ROLES: Final = ("clerk", "lead", "administrator")  # three sets of rights: three views
AT_ONCE: Final = 20  # pages that are opened at the same time
ANSWER_S: Final = 30.0
UPDATE_S: Final = 30.0
BETWEEN_S: Final = 0.4  # between two sentences of the citizen, and two changes of the clerk


def bench_staff(
    settings: Path, *, clients: int, changes: int, turns: int, as_json: bool, say: Callable[[str], None]
) -> int:
    """Measure; prints JSON or a table. Returns 0, or 1 for a missed goal.

    `clients`: staff pages; `changes`: how often the clerk changes something; `turns`: what the citizen says,
    once with nobody watching and once with all of them.
    """

    def tell(line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    # The town's own database is not a place for measurements: a copy of the settings with another one.
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder, contextlib.ExitStack() as stack:
        copy = settings.absolute().parent / f".lotse-bench-{os.getpid()}.toml"
        stack.callback(copy.unlink, missing_ok=True)
        copy.write_text(with_store(Kiosk(settings), Path(folder)), encoding="utf-8")
        kiosk = Kiosk(copy)
        stack.enter_context(kiosk.world())
        stack.callback(kiosk.stop)
        tell("start …")
        passwords = {role: _account(kiosk, role) for role in ROLES}
        kiosk.start()
        desks = [_desk(kiosk, role, password) for role, password in passwords.items()]
        figures: dict[str, Any] = asyncio.run(_measure(kiosk, desks, clients, changes, turns, tell))
        figures["memory_mb"] = memory_mb(kiosk.family())
    missed = [name for name, goal in GOALS.items() if (figures.get(name) or float("inf")) > goal]
    if as_json:
        say(json.dumps(figures | {"goals": GOALS, "missed": missed}, indent=1))
        return 1 if missed else 0
    for name, value in figures.items():
        goal = f"goal ≤ {GOALS[name]}" if name in GOALS else ""
        say(f"{name:<28} {value!s:>12}  {goal} {'MISSED' if name in missed else ''}")
    return 1 if missed else 0


def _account(kiosk: Kiosk, role: str) -> str:
    """Makes an account; its password."""
    password = secrets.token_urlsafe(16)
    words = ("staff", "add", "--name", f"bench-{role}", "--role", role, "--password-stdin")
    kiosk.command(*words, stdin=f"{password}\n")
    return password


def _desk(kiosk: Kiosk, role: str, password: str) -> StaffDesk:
    desk = StaffDesk(kiosk.url)
    desk.sign_in(f"bench-{role}", password)
    return desk


async def _measure(
    kiosk: Kiosk,
    desks: Sequence[StaffDesk],
    clients: int,
    changes: int,
    turns: int,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    async with Citizen.at(kiosk) as citizen:
        await citizen.ask()  # the first one warms up
        tell(f"{turns} sentences, nobody watches …")
        alone = [await citizen.ask() for _ in range(turns)]
        inside_alone = _dialogue(kiosk)[-turns:]
        tell(f"{clients} staff pages …")
        async with Audience.of(kiosk.url, desks, clients) as audience:
            tell(f"{turns} sentences and {changes} changes, all of them watch …")
            async with asyncio.TaskGroup() as group:
                talking = group.create_task(_talk(citizen, turns))
                changing = group.create_task(_change(desks[0], audience, changes))
            watched, updates = talking.result(), changing.result()
            inside_watched = _dialogue(kiosk)[-turns:]
            size = audience.size
    figures: dict[str, Any] = {
        "clients": clients,
        "changes": len(updates),
        "turns": turns,
        "view_bytes": size,
    }
    figures |= quantiles("update", updates, (50, 95), "ms")
    figures |= quantiles("turn_alone", alone, (50, 95), "ms")
    figures |= quantiles("turn_with", watched, (50, 95), "ms")
    figures |= quantiles("dialogue_alone", inside_alone, (50, 95), "ms")
    figures |= quantiles("dialogue_with", inside_watched, (50, 95), "ms")
    for quantile in (50, 95):
        name = f"p{quantile}_ms"
        figures[f"turn_ratio_p{quantile}"] = round(
            figures[f"turn_with_{name}"] / figures[f"turn_alone_{name}"], 2
        )
    return figures


def _dialogue(kiosk: Kiosk) -> list[float]:
    return list(kiosk.get("/metrics.json").get("dialogue_turn_ms", []))


async def _talk(citizen: Citizen, turns: int) -> list[float]:
    return [await citizen.ask() for _ in range(turns)]


async def _change(desk: StaffDesk, audience: Audience, changes: int) -> list[float]:
    """From the clerk's click until every page shows it, in milliseconds; a message comes and goes in turn."""
    today = date.today().isoformat()
    times: list[float] = []
    shown = ""
    for number in range(changes):
        text = f"Messung {number:04d}"
        began = time.perf_counter()
        if shown:
            audience.expect(partial(_without, shown))
            await asyncio.to_thread(desk.call, f"/api/staff/messages/{shown}/remove", {})
            shown = ""
        else:
            audience.expect(partial(_with, text))
            message = {"text": text, "first": today, "last": today}
            shown = (await asyncio.to_thread(desk.call, "/api/staff/messages", message))["id"]
        times.append((await audience.all_have_it() - began) * 1000)
        await asyncio.sleep(BETWEEN_S)
    return times


def _with(text: str, view: str) -> bool:
    return text in view


def _without(text: str, view: str) -> bool:
    return text not in view


class Audience:
    """All staff pages; each view is looked at as it comes."""

    def __init__(self) -> None:
        self.size = 0
        self._pages: list[ClientConnection] = []
        self._wanted: Callable[[str], bool] = lambda _: True
        self._missing: set[int] = set()
        self._last = 0.0
        self._complete = asyncio.Event()

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, url: str, desks: Sequence[StaffDesk], clients: int) -> AsyncIterator[Audience]:
        """Open the pages, and wait until each has seen something. Raises WorldError."""
        audience = cls()
        audience._missing = set(range(clients))
        async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            readers = []
            for first in range(0, clients, AT_ONCE):
                numbers = range(first, min(clients, first + AT_ONCE))
                opened = await asyncio.gather(
                    *(stack.enter_async_context(_page(url, desks[number % len(desks)])) for number in numbers)
                )
                readers += [
                    group.create_task(audience._watch(number, page))
                    for number, page in zip(numbers, opened, strict=True)
                ]
            await audience.all_have_it()
            yield audience
            for reader in readers:
                reader.cancel()

    def expect(self, wanted: Callable[[str], bool]) -> None:
        """From now on each page is to show this."""
        self._wanted = wanted
        self._complete.clear()
        self._missing = set(range(len(self._pages)))

    async def all_have_it(self) -> float:
        """When the last page had it (perf_counter). Raises WorldError."""
        try:
            async with asyncio.timeout(UPDATE_S):
                await self._complete.wait()
        except TimeoutError:
            missing = len(self._missing)
            raise WorldError(f"{missing} staff pages were not told within {UPDATE_S:.0f} s.") from None
        return self._last

    async def _watch(self, number: int, page: ClientConnection) -> None:
        self._pages.append(page)
        async for view in page:
            text = str(view)
            self.size = len(text)
            if number in self._missing and self._wanted(text):
                self._missing.discard(number)
                if not self._missing:
                    self._last = time.perf_counter()
                    self._complete.set()


def _page(url: str, desk: StaffDesk) -> connect:
    return connect(
        url.replace("http", "ws", 1) + "/ws/staff",
        additional_headers={"Cookie": desk.cookies},
        origin=Origin(url),
        compression=None,
        open_timeout=30,
    )


class Citizen:
    """Somebody at the kiosk's screen, without a browser: types sentences and reads the answers."""

    def __init__(self, screen: ClientConnection) -> None:
        self._screen = screen
        self._number = 0
        self._caption = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, kiosk: Kiosk) -> AsyncIterator[Citizen]:
        """Step before the kiosk, and leave it."""
        address = kiosk.url.replace("http", "ws", 1) + "/ws/kiosk"
        async with connect(address, origin=Origin(kiosk.url), compression=None) as screen:
            await screen.send(json.dumps({"type": "hello", "screen": "bench"}))
            await screen.send(json.dumps({"type": "touch"}))
            citizen = cls(screen)
            await citizen._until(lambda view: view["state"] == "visit")
            await screen.send(json.dumps({"type": "tap", "id": "identity_card"}))
            await citizen._until(lambda view: view["panel"]["kind"] == "choices")
            yield citizen

    async def ask(self) -> float:
        """From a typed sentence to its answer on the screen, in milliseconds. Raises WorldError."""
        words = SENTENCES[self._number % len(SENTENCES)]
        self._number += 1
        before = self._caption
        began = time.perf_counter()
        await self._screen.send(json.dumps({"type": "text", "text": words}))
        await self._until(lambda view: view["caption"] != before)
        took = (time.perf_counter() - began) * 1000
        await asyncio.sleep(BETWEEN_S)
        return took

    async def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                while True:
                    view = json.loads(await self._screen.recv())
                    self._caption = view.get("caption", self._caption)
                    if "caption" in view and wanted(view):
                        return
        except TimeoutError:
            raise WorldError(f"The kiosk's screen did not answer within {ANSWER_S:.0f} s.") from None
