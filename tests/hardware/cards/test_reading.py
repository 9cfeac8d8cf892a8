"""Reading identity documents through Debian's real pcscd and vpcd, from chips that behave and that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hardware.cards import PcscReader
from hardware.cards.emrtd.secrets import MrzSecret
from hardware.cards.emrtd.trust import TrustStore
from hardware.ports import (
    CanKey,
    CardInserted,
    CardKey,
    CardKind,
    CardRemoved,
    ChipCheck,
    DocumentRead,
    MrzKey,
    ReadFailed,
    ReadFault,
    ReadProgress,
    Verdict,
)
from simulator.card import VirtualReader, make_chip
from simulator.card.pki import pki

PATIENCE = 60.0
TODAY = date(2026, 11, 22)
FOREIGN = (CardKind.PASSPORT, CardKind.FOREIGN_ID)


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust store with the specimen states' issuers."""
    folder = tmp_path_factory.mktemp("trust")
    master_list = folder / "masterlist.ml"
    master_list.write_bytes(pki().master_list)
    root = folder / "root.cer"
    root.write_bytes(pki().csca["DE"].der)
    assert TrustStore.open(folder / "store").import_file(master_list, root).added
    return folder / "store"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path_factory.mktemp("pcscd")) as reader:
        yield reader


class Desk:
    """A reader with its driver: lays cards on and reads them."""

    def __init__(self, world: VirtualReader, reader: PcscReader) -> None:
        self.world = world
        self.reader = reader
        self.events = reader.events()
        self.mrz: tuple[str, ...] = ()
        self.can = ""
        self.lies = False

    async def lay(self, profile: str, *faults: str) -> CardKind:
        chip = make_chip(profile, faults=faults)
        self.mrz, self.can = tuple(chip.document.mrz), chip.document.can
        self.world.remove()
        async with asyncio.timeout(PATIENCE):
            await self.gone()
        self.world.insert(chip)
        async with asyncio.timeout(PATIENCE):
            while not isinstance(event := await self._next(), CardInserted):
                pass
        self.where = event.reader
        return event.kind

    async def take(self) -> None:
        self.world.remove()
        async with asyncio.timeout(PATIENCE):
            await self.gone()

    async def gone(self) -> None:
        """PC/SC has noticed that the card is gone: the next one can be laid on."""
        while self.lies:
            await self._next()

    async def _next(self) -> CardInserted | CardRemoved:
        event = await anext(self.events)
        self.lies = isinstance(event, CardInserted)
        return event

    @property
    def key(self) -> MrzKey:
        secret = MrzSecret.from_lines(self.mrz)
        return MrzKey(secret.number, secret.birth_date, secret.expiry_date)

    async def read(self, key: CardKey | None = None, **options: Any) -> DocumentRead:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read(
                self.where, key or self.key, options.pop("kinds", FOREIGN), on=TODAY, **options
            )

    async def fault(self, key: CardKey | None = None, **options: Any) -> ReadFault:
        with pytest.raises(ReadFailed) as failed:
            await self.read(key, **options)
        for secret in (*self.mrz, self.key.number):
            assert secret not in str(failed.value)
        return failed.value.fault

    async def reads_the_next(self) -> None:
        """The reader is free: the next document is read."""
        await self.lay("passport_gm")
        assert (await self.read()).fields["surname"]


@pytest.fixture
async def desk(running: VirtualReader, trust: Path) -> AsyncIterator[Desk]:
    reader = PcscReader(running.socket, trust)
    desk = Desk(running, reader)
    await reader.start()
    yield desk
    running.remove()
    async with asyncio.timeout(PATIENCE):
        await desk.gone()
    await reader.stop()


async def test_a_passport_is_read_checked_and_reported_while_it_is_read(desk: Desk) -> None:
    assert await desk.lay("passport_gm") is CardKind.PASSPORT
    steps: list[ReadProgress] = []
    read = await desk.read(progress=steps.append)
    assert read.kind is CardKind.PASSPORT
    assert read.access == "pace-mrz"
    assert read.protocol
    assert read.lines == desk.mrz
    assert read.fields["surname"]
    assert read.authenticity.verdict is Verdict.AUTHENTIC, read.authenticity
    assert read.chip_authentication is ChipCheck.PASSED
    assert read.portrait is not None
    assert min(read.portrait.width, read.portrait.height) > 0
    portrait = [step for step in steps if step.file == "DG2"]
    assert [step.done for step in portrait] == sorted(step.done for step in portrait)
    assert portrait[-1].done == portrait[-1].total > read.portrait.octets


@pytest.mark.parametrize(
    "profile,access", [("passport_cam", "pace-mrz"), ("passport_bac", "bac"), ("foreign_id", "pace-mrz")]
)
async def test_other_documents_are_opened_by_their_own_protocol(
    desk: Desk, profile: str, access: str
) -> None:
    await desk.lay(profile)
    read = await desk.read()
    assert read.access == access
    assert read.lines == desk.mrz
    assert read.authenticity.verdict is Verdict.AUTHENTIC, read.authenticity


async def test_the_number_on_the_front_opens_a_card_as_well(desk: Desk) -> None:
    await desk.lay("foreign_id")
    read = await desk.read(CanKey(desk.can))
    assert read.access == "pace-can"
    assert read.lines == desk.mrz


async def test_the_same_document_is_read_twice_without_being_taken_away(desk: Desk) -> None:
    await desk.lay("passport_gm")
    assert (await desk.read()).lines == (await desk.read()).lines


async def test_the_trace_has_headers_lengths_and_status_words_and_nothing_of_the_person(desk: Desk) -> None:
    await desk.lay("passport_bac")
    lines: list[str] = []
    read = await desk.read(trace=lines.append)
    trace = "\n".join(lines)
    assert "00 A4" in trace
    assert "9000" in trace
    words = [*read.fields.values(), *desk.mrz, desk.key.number, desk.key.birth_date]
    squeezed = trace.replace(" ", "").casefold()
    for word in filter(lambda word: len(word) > 3, words):
        assert word.casefold() not in squeezed
        assert word.encode().hex() not in squeezed
    # header, two lengths; octets, status, duration: no line has room for a content
    assert max(map(len, trace.splitlines())) < 50


async def test_the_zone_of_another_document_opens_nothing_and_the_right_one_does_afterwards(
    desk: Desk,
) -> None:
    for profile in ("passport_gm", "passport_bac"):
        await desk.lay(profile)
        other = MrzKey("C00000000", desk.key.birth_date, desk.key.expiry_date)
        assert await desk.fault(other) is ReadFault.WRONG_KEY
        assert (await desk.read()).lines == desk.mrz
        await desk.take()


@pytest.mark.parametrize("apdus", [12, 30])
async def test_a_document_pulled_while_it_is_read_frees_the_reader(desk: Desk, apdus: int) -> None:
    await desk.lay("passport_gm", f"pulled:{apdus}")
    assert await desk.fault() is ReadFault.GONE
    await desk.reads_the_next()


@pytest.mark.parametrize("apdus", [12, 30])
async def test_a_chip_that_falls_silent_while_it_is_read_frees_the_reader(desk: Desk, apdus: int) -> None:
    await desk.lay("passport_gm", f"mute:{apdus}")
    assert await desk.fault() is ReadFault.MUTE
    assert await desk.fault() is ReadFault.MUTE  # said at once: it is left alone until it is gone
    await desk.take()
    await desk.reads_the_next()


@pytest.mark.parametrize(
    "fault",
    ["wrong_mac:15", "unprotected:15", "huge_dg1", "truncated_sod"],
)
async def test_a_chip_that_lies_is_found_out_or_leaves_a_gap_and_frees_the_reader(
    desk: Desk, fault: str
) -> None:
    await desk.lay("passport_gm", fault)
    try:
        read = await desk.read()
    except ReadFailed as failed:
        assert failed.fault in (ReadFault.LIED, ReadFault.REFUSED)  # noqa: PT017
    else:
        assert read.authenticity.verdict is not Verdict.AUTHENTIC
    await desk.reads_the_next()


@pytest.mark.parametrize(
    "fault,verdict,altered",
    [
        ("altered_dg2", Verdict.ALTERED, ("DG2",)),
        ("signer_unknown", Verdict.UNKNOWN_ISSUER, ()),
    ],
)
async def test_the_verdict_says_what_is_the_matter(
    desk: Desk, fault: str, verdict: Verdict, altered: tuple[str, ...]
) -> None:
    await desk.lay("passport_gm", fault)
    read = await desk.read()
    assert (read.authenticity.verdict, read.authenticity.altered) == (verdict, altered)


async def test_a_copied_chip_is_found_out(desk: Desk) -> None:
    await desk.lay("passport_gm", "clone")
    try:
        read = await desk.read()
    except ReadFailed as failed:
        assert failed.fault is ReadFault.LIED  # noqa: PT017
    else:
        assert ChipCheck.FAILED in (read.chip_authentication, read.active_authentication)


async def test_18a_pauswg_a_card_of_a_kind_that_is_not_wanted_is_looked_at_and_not_read(desk: Desk) -> None:
    assert await desk.lay("german_id") is CardKind.GERMAN_ID
    before = len(desk.world.trace)
    assert await desk.fault(CanKey("123456")) is ReadFault.OTHER_KIND
    instructions = {apdu[1] for apdu in desk.world.trace[before:]}
    assert instructions <= {0xA4, 0xB0}  # SELECT and READ BINARY, no MSE, no GENERAL AUTHENTICATE
    await desk.take()
    await desk.reads_the_next()


async def test_a_visitor_who_goes_on_without_the_chip_frees_the_reader(desk: Desk) -> None:
    await desk.lay("passport_gm", "slow_106")
    begun = asyncio.Event()
    reading = asyncio.create_task(desk.read(progress=lambda _: begun.set()))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
    assert await desk.fault() is ReadFault.BUSY
    reading.cancel()
    assert (await asyncio.gather(reading, return_exceptions=True))[0].__class__ is asyncio.CancelledError
    await desk.take()
    await desk.reads_the_next()


async def test_no_card_and_no_reader_are_one_sentence(desk: Desk) -> None:
    await desk.lay("passport_gm")
    await desk.take()
    assert await desk.fault() is ReadFault.GONE
    with pytest.raises(ReadFailed, match="No card"):
        await PcscReader("none").read("", desk.key, FOREIGN, on=TODAY)
