"""AusweisApp, the German state's own client, opens the simulated identity card through PC/SC.

Nothing of ours reads the card here: Debian's AusweisApp2 talks to it through the real pcscd and vpcd while we
play its user over its websocket (BSI TR-03124 and the AusweisApp SDK's messages). Changing the PIN needs no
network and makes it run PACE with the PIN, and after two wrong ones with the access number first, the second
run within the channel of the first (BSI TR-03110-2 section 3.3).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from simulator.card import VirtualReader, make_chip

PATIENCE = 60.0
NEW_PIN = "654321"
WRONG_PIN = "000000"


class AusweisApp:
    """The app without a screen, on a port of its own."""

    def __init__(self, home: Path, pcscd_socket: str) -> None:
        runtime = home / "run"
        runtime.mkdir(parents=True, mode=0o700)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._log = (home / "log").open("wb")
        self._process = subprocess.Popen(
            [
                "AusweisApp2",
                *("--ui", "websocket", "--address", "127.0.0.1", "--port", str(port)),
                *("--no-logfile", "--no-proxy"),
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "LANG": "C.UTF-8",
                "XDG_RUNTIME_DIR": str(runtime),
                "QT_QPA_PLATFORM": "offscreen",
                "PCSCLITE_CSOCK_NAME": pcscd_socket,
            },
            stdout=self._log,
            stderr=self._log,
        )
        self._line = self._connect(f"ws://127.0.0.1:{port}/eID-Kernel")

    def _connect(self, address: str) -> ClientConnection:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return connect(address, proxy=None)
            except (OSError, InvalidHandshake):
                assert time.monotonic() < deadline
                try:
                    self._process.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
                raise

    def change_pin(self, answers: dict[str, list[str]]) -> list[str]:
        """What the app asked for, in turn, until the PIN was changed; `answers`: by message, in turn."""
        asked = []
        self._send(cmd="RUN_CHANGE_PIN")
        while True:
            message = json.loads(self._line.recv(timeout=PATIENCE))
            name = message["msg"]
            if name == "CHANGE_PIN" and "success" in message:
                assert message["success"] is True
                return asked
            if name in answers:
                asked.append(f"{name} {message['reader']['card']['retryCounter']}")
                self._send(cmd=name.replace("ENTER", "SET"), value=answers[name].pop(0))

    def _send(self, **message: Any) -> None:
        self._line.send(json.dumps(message))

    def stop(self) -> None:
        self._line.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path / "world") as reader:
        yield reader


@pytest.fixture
def app(tmp_path: Path, world: VirtualReader) -> Iterator[AusweisApp]:
    app = AusweisApp(tmp_path / "app", world.socket)
    yield app
    app.stop()


def test_ausweisapp_opens_the_identity_card_with_its_pin(world: VirtualReader, app: AusweisApp) -> None:
    card = make_chip("german_id")
    assert card.document is not None
    world.insert(card)
    asked = app.change_pin({"ENTER_PIN": [card.document.pin], "ENTER_NEW_PIN": [NEW_PIN]})
    assert asked == ["ENTER_PIN 3", "ENTER_NEW_PIN 3"]


def test_after_two_wrong_pins_ausweisapp_opens_the_identity_card_with_its_access_number_first(
    world: VirtualReader, app: AusweisApp
) -> None:
    card = make_chip("german_id")
    assert card.document is not None
    right = card.document.can
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    world.insert(card)
    answers = {
        "ENTER_PIN": [WRONG_PIN, WRONG_PIN, card.document.pin],
        "ENTER_CAN": [wrong, right],
        "ENTER_NEW_PIN": [NEW_PIN],
    }
    assert app.change_pin(answers) == [
        "ENTER_PIN 3",
        "ENTER_PIN 2",
        "ENTER_CAN 1",
        "ENTER_CAN 1",
        "ENTER_PIN 1",
        "ENTER_NEW_PIN 3",
    ]
