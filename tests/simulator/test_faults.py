"""Every fault has a name, can be made to happen and be made good again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.body import RobotBody
from simulator.card import VirtualReader
from simulator.faults import FAULTS, World, apply, undo, undo_all
from simulator.printer import ReceiptPrinter


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with (
        VirtualReader(tmp_path) as reader,
        ReceiptPrinter(tmp_path / "printer") as printer,
        RobotBody(tmp_path / "body") as body,
    ):
        yield World(reader=reader, printer=printer, body=body)


def test_every_fault_is_described_and_belongs_to_a_device() -> None:
    for name, fault in FAULTS.items():
        assert fault.id == name
        assert hasattr(World(), fault.device)
        assert fault.title
        assert fault.description.endswith(".")


def test_every_fault_of_a_device_that_plays_can_come_and_go(world: World) -> None:
    for name, fault in FAULTS.items():
        if fault.device in ("reader", "printer", "body"):
            apply(name, world)
            assert fault.holds(world)
            undo(name, world)
            assert not fault.holds(world)
    assert world.reader is not None
    assert world.printer is not None
    assert world.body is not None
    assert (world.reader.alive, world.printer.plugged, world.body.plugged) == (True, True, True)


def test_everything_is_good_again_after_undoing_all(world: World) -> None:
    for name in ("pcscd_killed", "paper_out", "printer_gone", "body_gone"):
        apply(name, world)
    assert world.reader is not None
    assert world.printer is not None
    assert world.body is not None
    assert (world.reader.alive, world.printer.plugged, world.body.plugged) == (False, False, False)
    undo_all(world)
    assert (world.reader.alive, world.printer.plugged, world.body.plugged) == (True, True, True)
    assert world.printer.paper == "ok"


def test_a_fault_that_does_not_exist_is_refused_in_one_sentence(world: World) -> None:
    with pytest.raises(ValueError, match="There is no fault 'earthquake': choose one of card_pulled"):
        apply("earthquake", world)


def test_a_device_that_does_not_play_cannot_fail() -> None:
    with pytest.raises(ValueError, match="This world has no camera"):
        apply("camera_gone", World())
