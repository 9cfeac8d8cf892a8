"""The receipt printer reads ESC/POS as the printers in shops do."""

from __future__ import annotations

import io
import os
import select
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from escpos.printer import Dummy
from PIL import Image

from simulator.printer import ReceiptPrinter


class Line:
    """The computer's end of the serial line."""

    def __init__(self, link: Path) -> None:
        self._descriptor = os.open(link, os.O_RDWR | os.O_NOCTTY)

    def send(self, data: bytes) -> None:
        os.write(self._descriptor, data)

    def ask(self, command: bytes) -> bytes:
        self.send(command)
        ready, _, _ = select.select([self._descriptor], [], [], 5)
        return os.read(self._descriptor, 100) if ready else b""

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter(tmp_path / "printer", tmp_path / "out") as printer:
        yield printer


@pytest.fixture
def line(printer: ReceiptPrinter) -> Iterator[Line]:
    line = Line(printer.link)
    yield line
    line.close()


def test_code_pages_are_switched_within_a_line(printer: ReceiptPrinter, line: Line) -> None:
    line.send(b"\x1b@\x1bt\x00B\x81rgerb\x81ro \x1bt\x10\x96 \x80 \x1bt\x13\xd5\n\x1dV\x00")
    assert printer.wait_receipt().text == "Bürgerbüro – € €\n"


def test_commands_may_arrive_octet_by_octet(printer: ReceiptPrinter, line: Line) -> None:
    writer = Dummy(profile="TM-T88III")
    writer.set(align="center", bold=True, custom_size=True, width=2, height=3)
    writer.textln("Größe")
    writer.qr("REF-1", native=True, size=5)
    writer.cut()
    for octet in writer.output:
        line.send(bytes((octet,)))
    receipt = printer.wait_receipt()
    assert "Größe" in receipt.text
    assert receipt.codes == ("REF-1",)
    assert zxingcpp.read_barcodes(receipt.image)[0].text == "REF-1"


def test_the_slip_is_kept_as_text_and_picture(printer: ReceiptPrinter, line: Line, tmp_path: Path) -> None:
    line.send(b"Hallo\n\x1dV\x01")
    receipt = printer.wait_receipt()
    assert (tmp_path / "out" / "receipt-001.txt").read_text("utf-8") == "Hallo\n"
    kept = Image.open(tmp_path / "out" / "receipt-001.png")
    assert kept.size == receipt.image.size
    assert Image.open(io.BytesIO(receipt.png())).size == kept.size


@pytest.mark.parametrize("paper,now,in_turn", [("ok", 0x12, 0x00), ("low", 0x1E, 0x03)])
def test_the_paper_sensor_is_asked_at_once_and_in_turn(
    printer: ReceiptPrinter, line: Line, paper: str, now: int, in_turn: int
) -> None:
    printer.paper = paper
    assert line.ask(b"\x10\x04\x04") == bytes((now,))
    assert line.ask(b"\x1dr\x01") == bytes((in_turn,))


def test_without_paper_only_real_time_commands_are_carried_out(printer: ReceiptPrinter, line: Line) -> None:
    printer.paper = "out"
    line.send(b"kept\n\x1dV\x00")
    assert line.ask(b"\x10\x04\x04") == b"\x7e"
    assert line.ask(b"\x10\x04\x01") == b"\x1a"
    assert printer.receipts == []
    printer.paper = "ok"
    assert printer.wait_receipt().text == "kept\n"


def test_cleared_buffers_print_nothing_later(printer: ReceiptPrinter, line: Line) -> None:
    printer.run_out_after(1)
    line.send(b"one\ntwo\n\x1dV\x00")
    assert line.ask(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x04\x04") == b"\x7e"
    printer.paper = "ok"
    line.send(b"three\n\x1dV\x00")
    assert printer.wait_receipt().text == "three\n"


def test_slips_are_handed_out_one_by_one(printer: ReceiptPrinter, line: Line) -> None:
    line.send(b"one\n\x1dV\x00two\n\x1dV\x00")
    assert [printer.wait_receipt().text, printer.wait_receipt().text] == ["one\n", "two\n"]
    with pytest.raises(TimeoutError, match="has cut 2 slips, not 3"):
        printer.wait_receipt(timeout=0)


def test_the_link_is_there_only_while_plugged(printer: ReceiptPrinter, line: Line) -> None:
    printer.unplug()
    assert not os.path.lexists(printer.link)
    with pytest.raises(OSError, match="Input/output error"):
        line.send(b"lost")
    printer.plug()
    again = Line(printer.link)
    again.send(b"here\n\x1dV\x00")
    assert printer.wait_receipt().text == "here\n"
    again.close()


def test_an_unknown_state_of_paper_is_refused(printer: ReceiptPrinter) -> None:
    with pytest.raises(ValueError, match="choose one of ok, low, out"):
        printer.paper = "wet"
