"""Cards on the virtual reader as another PC/SC program sees them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.card import VirtualReader, make_chip

PATIENCE = 60.0

# Asks for EF.CardAccess again and again, one line each, and ends with the card.
PROGRAM = """
import sys
from smartcard.CardConnection import CardConnection
from smartcard.CardRequest import CardRequest
from smartcard.Exceptions import CardConnectionException

service = CardRequest(timeout=None).waitforcard()
service.connection.connect(CardConnection.T1_protocol)
try:
    for _ in range(100):
        data, first, second = service.connection.transmit([0x00, 0xB0, 0x9C, 0x00, 0x00])
        print(bytes(data).hex(), f"{first:02x}{second:02x}", flush=True)
except CardConnectionException:
    print("gone", flush=True)
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path) as reader:
        yield reader


@pytest.fixture
def program(world: VirtualReader) -> Iterator[subprocess.Popen[str]]:
    environment = dict(os.environ, PCSCLITE_CSOCK_NAME=world.socket)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def lines(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=PATIENCE)
    return out.splitlines()


def test_a_card_answers_through_the_reader_as_it_does_without(
    world: VirtualReader, program: subprocess.Popen[str]
) -> None:
    world.insert("german_id")
    answer = make_chip("german_id").transmit(bytes.fromhex("00B09C0000"))
    assert lines(program) == [f"{answer[:-2].hex()} {answer[-2:].hex()}"] * 100
    assert len(world.trace) >= 100


def test_a_card_pulled_at_its_third_command_is_gone_from_the_reader(
    world: VirtualReader, program: subprocess.Popen[str]
) -> None:
    world.insert("german_id", faults=("pulled:2",))
    assert world.inserted == "german_id"
    assert len(lines(program)) == 3
    assert world.inserted is None
    assert world.chip is None


def test_a_mute_card_blocks_the_reader_until_it_is_taken_away(
    world: VirtualReader, program: subprocess.Popen[str]
) -> None:
    world.insert("german_id", faults=("mute:2",))
    world.wait_apdus(3, PATIENCE)
    assert program.poll() is None
    assert world.inserted == "german_id"
    world.remove()
    assert lines(program)[2:] == ["gone"]


def test_the_holder_of_a_card_knows_its_document(world: VirtualReader) -> None:
    world.insert("passport_gm", persona="jung")
    assert world.chip is not None
    assert world.chip.document is not None
    assert world.chip.document.persona == "jung"
    world.remove()
    assert world.chip is None
