"""What becomes of a dialogue server that is slow, stalls, hangs or dies: a short program stands in for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from dialogs.client import RasaServer, State
from tests.ports import free_port

PATIENCE_S = 60.0
# Answers as Rasa does; a turn "hush" makes it say nothing of its health from then on.
PROGRAM = """#!{python}
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

quiet, never = Event(), Event()

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        if quiet.is_set():
            never.wait()
        self.tell({{}})

    def do_POST(self):
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if turn["message"] == "hush":
            quiet.set()
        self.tell({{"replies": [], "slots": turn["slots"], "loop": None}})

    def tell(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told):
        pass

ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("-p") + 1])), Answers).serve_forever()
"""


class Watched(RasaServer):
    """Supervised as ours is, and quicker to suspect; `states`: what it has been, in order."""

    def __init__(self, folder: Path) -> None:
        program = folder / "rasa"
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o700)
        (folder / "models").mkdir()
        super().__init__(
            python=program, model=folder / "models", port=free_port(), action_url="", on_state=self._note
        )
        self.look_s = 1.0  # a machine may stand still for less
        self.states: list[State] = []
        self._news = asyncio.Event()

    def _note(self, state: State) -> None:
        self.states.append(state)
        self._news.set()

    async def becomes(self, *states: State) -> None:
        """Until it has been these, one after the other; then they are forgotten."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.states) < len(states):
                self._news.clear()
                await self._news.wait()
        assert self.states == list(states)
        self.states.clear()

    def signalled(self, number: signal.Signals) -> None:
        assert self.pid
        os.kill(self.pid, number)

    async def say(self, words: str) -> None:
        await self.take_turn(words, {}, None, within_s=PATIENCE_S)


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Watched]:
    server = Watched(tmp_path)
    await server.start()
    await server.becomes("starting", "ready")
    yield server
    await server.stop()


async def test_one_that_stalls_is_not_started_anew_and_is_back_as_soon_as_it_answers(server: Watched) -> None:
    pid = server.pid
    server.signalled(signal.SIGSTOP)
    server.suspect()
    await server.becomes("down")
    server.signalled(signal.SIGCONT)
    await server.becomes("ready")
    assert (server.pid, server.generation, server.patience) == (pid, 1, 1)


async def test_one_that_takes_turns_is_well_however_late_it_says_so(server: Watched) -> None:
    await server.say("hush")
    server.suspect()
    await server.becomes("down")
    await server.say("guten tag")
    assert server.state == "ready"
    assert server.generation == 1


async def test_one_that_hangs_is_started_anew_and_waited_for_longer_the_next_time(server: Watched) -> None:
    server.hangs_s = 0.1
    server.signalled(signal.SIGSTOP)
    server.suspect()
    await server.becomes("down", "starting", "ready")
    assert (server.generation, server.patience) == (2, 2)
    server.hangs_s = PATIENCE_S
    server.signalled(signal.SIGKILL)
    await server.becomes("down", "starting", "ready")
    assert (server.generation, server.patience) == (3, 4)


async def test_one_that_has_been_well_for_long_is_forgiven(
    server: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialogs.client._STEADY", 2)
    server.signalled(signal.SIGKILL)
    await server.becomes("down", "starting", "ready")
    assert server.patience == 2
    for _ in range(2):
        server.suspect()
        await server.becomes("down", "ready")
    assert server.patience == 1
