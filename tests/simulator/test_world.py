"""The world as a whole: every device at its address, played over HTTP, and gone afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.kiosk import descendants
from simulator.processes import WorldError, until
from simulator.world import World

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """`python -m simulator serve` as a process, and its HTTP interface."""

    def __init__(self, run_dir: Path) -> None:
        self.process = subprocess.Popen(
            f"{sys.executable} -m simulator serve --camera-port 0 --port 0 --run-dir {run_dir}".split(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if found := re.search(r"http://127\.0\.0\.1:\d+/$", line.strip()):
                self.url = found.group()
                return
        raise AssertionError(self.lines)

    def get(self) -> Any:
        with urllib.request.urlopen(self.url + "state", timeout=60) as answer:
            return json.load(answer)

    def do(self, act: str, kind: str = "application/json", **wish: Any) -> Any:
        request = urllib.request.Request(
            self.url + act, json.dumps(wish).encode(), {"Content-Type": kind}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))
    yield served
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(60) == 0


def test_every_device_is_at_the_address_that_is_printed(served: Served) -> None:
    addresses = served.get()["addresses"]
    for name, address in addresses.items():
        assert f"{name} = {address}" in served.lines
    assert Path(addresses["cards.pcscd_socket"]).is_socket()
    assert Path(addresses["speech.pulse_server"].removeprefix("unix:")).is_socket()
    assert Path(addresses["printer.port"]).resolve().is_char_device()
    assert Path(addresses["body.port"]).resolve().is_char_device()
    with urllib.request.urlopen(addresses["camera.source"], timeout=60) as stream:
        assert "multipart" in stream.headers["Content-Type"]


def test_a_developer_plays_card_document_presence_fault_and_voice_over_http(served: Served) -> None:
    assert served.do("card", profile="german_id")["card"] == "german_id"
    assert served.do("card", profile=None)["card"] is None
    served.do("document", persona="mustermann", document="id_card_back", rotate=180)
    served.do("document", persona=None)
    served.do("presence", present=True)
    assert served.do("fault", id="paper_out")["paper"] == "out"
    assert served.do("fault", id="paper_out", on=False)["paper"] == "ok"
    assert "detail" not in served.do("say", text="Guten Tag", noise_db=20)
    assert "detail" not in served.do("reset")


def test_a_wish_that_cannot_be_done_is_answered_in_words(served: Served) -> None:
    assert "german_id" in served.do("card", profile="club_card")["detail"]
    assert "presence, card" in served.do("dance")["detail"]
    assert "klingonisch" in served.do("say", text="nuqneH", voice="klingonisch")["detail"]
    # a page in a browser cannot play the world without asking first
    assert "application/json" in served.do("presence", kind="text/plain")["detail"]


def test_nothing_is_left_when_the_world_is_killed(tmp_path: Path) -> None:
    served = Served(tmp_path)
    family = [pid for pid, _ in descendants(served.process.pid)]
    assert family
    served.process.kill()
    served.process.wait()
    until(lambda: not any(running(pid) for pid in family), 60, f"still running: {family}")


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorldError, match=rf"Port {port} .* is taken"):
            World(tmp_path, port)
        done = subprocess.run(
            [sys.executable, "-m", "simulator", "serve", "--run-dir", tmp_path, "--camera-port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_a_world_in_this_process_starts_again_after_it_was_stopped(tmp_path: Path) -> None:
    before = {pid for pid, _ in descendants(os.getpid())}
    for _ in range(2):
        with World(tmp_path, 0) as world:
            spoken = world.voice.say("Hallo")
            assert spoken.start < spoken.end <= time.monotonic()
    assert {pid for pid, _ in descendants(os.getpid()) if running(pid)} <= before
