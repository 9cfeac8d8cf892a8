"""The ticket printer over a serial line: what comes out on paper, and what happens when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp

from hardware.ports import DeviceError, DeviceGone, DeviceTimeout, Paper, State, Ticket
from hardware.printer import EscposPrinter
from hardware.printer.slip import slip
from simulator.printer import ReceiptPrinter

PATIENCE = 60.0

TICKET = Ticket(
    town="Musterstadt",
    number="A 042",
    service="Personalausweis beantragen – für Ärztinnen & Söhne",
    issued="22.11.2026, 20:15 Uhr",
    place="Bürgerbüro, Große Straße 4",
    bring=(
        "Alter Personalausweis",
        "Biometrisches Foto mit DataMatrix-Code, höchstens ein Jahr alt",
        "37,00 €",
    ),
    qr="R-7F3K-29QA",
    note="Schön, dass Sie da waren!",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter(tmp_path / "printer", tmp_path / "receipts") as printer:
        yield printer


@pytest.fixture
async def printer(world: ReceiptPrinter) -> AsyncIterator[EscposPrinter]:
    printer = EscposPrinter(str(world.link))
    await printer.start()
    yield printer
    await printer.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - health is asked, it sends no events
            await asyncio.sleep(0.02)


async def test_the_slip_says_everything_with_umlauts_and_euro(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    await printer.print_ticket(TICKET)
    assert len(world.receipts) == 1
    assert world.receipts[0].text == (
        "               Musterstadt\n"
        "------------------------------------------\n"
        "               Ihre Nummer\n"
        "                  A 042\n"
        "------------------------------------------\n"
        "Anliegen: Personalausweis beantragen – für\n"
        "  Ärztinnen & Söhne\n"
        "Ausgegeben: 22.11.2026, 20:15 Uhr\n"
        "Ort: Bürgerbüro, Große Straße 4\n"
        "------------------------------------------\n"
        "Bitte bringen Sie mit:\n"
        "[ ] Alter Personalausweis\n"
        "[ ] Biometrisches Foto mit\n"
        "    DataMatrix-Code, höchstens ein Jahr\n"
        "    alt\n"
        "[ ] 37,00 €\n"
        "------------------------------------------\n"
        "             [QR R-7F3K-29QA]\n"
        "\n"
        "           Vorgang R-7F3K-29QA\n"
        "\n"
        "        Schön, dass Sie da waren!\n"
    )
    assert printer.health().state is State.READY


async def test_the_code_on_paper_is_the_reference_and_nothing_else(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    await printer.print_ticket(TICKET)
    receipt = world.receipts[0]
    assert [code.text for code in zxingcpp.read_barcodes(receipt.image)] == ["R-7F3K-29QA"]
    assert receipt.codes == ("R-7F3K-29QA",)


async def test_a_printer_that_makes_no_codes_itself_gets_a_picture(tmp_path: Path) -> None:
    with ReceiptPrinter(tmp_path / "printer") as world:
        printer = EscposPrinter(str(world.link), profile="TH230")
        await printer.print_ticket(TICKET)
        await printer.stop()
        receipt = world.receipts[0]
        assert receipt.codes == ()
        assert [code.text for code in zxingcpp.read_barcodes(receipt.image)] == ["R-7F3K-29QA"]


def test_a_printer_without_pictures_gets_the_reference_as_text_alone() -> None:
    job = slip(TICKET, "TM-U220")
    assert b"Vorgang R-7F3K-29QA\n" in job
    assert b"\x1dv0" not in job
    assert b"\x1d(k" not in job


async def test_a_visitors_text_cannot_give_the_printer_orders(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    await printer.print_ticket(
        Ticket("Musterstadt", "B 7", "Auskunft\x1dV\x00\x1b@\nzwei", "jetzt", "hier", (), "")
    )
    assert len(world.receipts) == 1
    assert "Anliegen: Auskunft V @ zwei\n" in world.receipts[0].text


async def test_a_long_number_still_fits_the_paper(world: ReceiptPrinter, printer: EscposPrinter) -> None:
    await printer.print_ticket(
        Ticket("Musterstadt", "SPRECHSTUNDE-1234", "Auskunft", "jetzt", "hier", (), "R")
    )
    assert "SPRECHSTUNDE-1234\n" in world.receipts[0].text


async def test_labels_may_be_in_another_language(world: ReceiptPrinter, printer: EscposPrinter) -> None:
    await printer.print_ticket(
        Ticket(
            "Musterstadt", "A 1", "Passport", "now", "here", ("x",), "R", labels={"bring": "Please bring:"}
        )
    )
    assert "Please bring:\n[ ] x\n" in world.receipts[0].text


async def test_without_paper_nothing_is_printed_and_it_is_said(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    world.paper = "out"
    with pytest.raises(DeviceError, match="no paper: put in a new roll"):
        await printer.print_ticket(TICKET)
    assert printer.health().state is State.FAILED
    assert await printer.paper() is Paper.OUT
    world.paper = "ok"
    await printer.print_ticket(TICKET)
    assert len(world.receipts) == 1


async def test_a_roll_that_ends_in_the_middle_of_a_slip_is_not_silently_lost(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    world.run_out_after(5)
    with pytest.raises(DeviceError, match="no paper"):
        await printer.print_ticket(TICKET)
    assert world.receipts == []
    world.paper = "ok"
    await printer.print_ticket(TICKET)
    assert [receipt.text.count("A 042") for receipt in world.receipts] == [1]


async def test_paper_that_runs_low_is_told_and_still_printed_on(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    world.paper = "low"
    await printer.print_ticket(TICKET)
    assert printer.health().state is State.DEGRADED
    assert await printer.paper() is Paper.LOW


async def test_the_printer_is_unplugged_and_comes_back(world: ReceiptPrinter, printer: EscposPrinter) -> None:
    await until(lambda: printer.health().state is State.READY)
    world.unplug()
    with pytest.raises(DeviceGone, match="not connected"):
        await printer.print_ticket(TICKET)
    assert printer.health().state is State.FAILED
    assert await printer.paper() is Paper.UNKNOWN
    world.plug()
    await until(lambda: printer.health().state is State.READY)
    await printer.print_ticket(TICKET)
    assert len(world.receipts) == 1


async def test_a_mute_printer_is_told_within_the_deadline(
    world: ReceiptPrinter, printer: EscposPrinter
) -> None:
    world.mute()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DeviceTimeout, match="does not answer"):
            await printer.print_ticket(TICKET)
    world.mute(False)
    await printer.print_ticket(TICKET)
    assert len(world.receipts) == 1


async def test_a_printer_that_was_never_there_is_absent_and_found_later(tmp_path: Path) -> None:
    world = ReceiptPrinter(tmp_path / "printer")
    printer = EscposPrinter(str(world.link))
    await printer.start()
    await until(lambda: printer.health().state is State.ABSENT)
    with world:
        await until(lambda: printer.health().state is State.READY)
        await printer.stop()


async def test_no_printer_is_a_supported_state() -> None:
    printer = EscposPrinter("none")
    await printer.start()
    assert printer.health().state is State.ABSENT
    with pytest.raises(DeviceGone):
        await printer.print_ticket(TICKET)
    assert await printer.paper() is Paper.UNKNOWN
    await printer.stop()


def test_an_unknown_profile_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"\[printer\] profile: 'Typewriter' is unknown"):
        EscposPrinter("none", profile="Typewriter")
