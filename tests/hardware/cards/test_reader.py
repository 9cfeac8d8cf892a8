"""The card reader through Debian's real pcscd and vpcd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hardware.cards import PcscReader
from hardware.ports import CardEvent, CardInserted, CardKind, CardRemoved, State
from simulator.card import PROFILES, VirtualReader

PATIENCE = 60.0

KINDS = {
    "german_id": CardKind.GERMAN_ID,
    "german_eat": CardKind.GERMAN_EAT,
    "passport": CardKind.PASSPORT,
    "passport_gm": CardKind.PASSPORT,
    "passport_cam": CardKind.PASSPORT,
    "passport_bac": CardKind.PASSPORT,
    "passport_39794": CardKind.PASSPORT,
    "foreign_id": CardKind.FOREIGN_ID,
    "bank": CardKind.BANK,
    "health": CardKind.HEALTH,
    "egk": CardKind.HEALTH,
    "health_professional": CardKind.HEALTH_PROFESSIONAL,
    "signature": CardKind.SIGNATURE,
    "transport": CardKind.TRANSPORT,
    "storage": CardKind.STORAGE,
    "desfire": CardKind.STORAGE,
    "sim": CardKind.SIM,
    "unknown": CardKind.UNKNOWN,
    "mute": CardKind.MUTE,
}

# PAuswG section 18a: what may be sent to a card that a visitor laid down.
FREE_FILES = {bytes.fromhex(name) for name in ("3F00", "2F00", "2F01", "011C")}
APPLICATIONS = {
    bytes.fromhex("E80704007F00070302"),
    bytes.fromhex("A0000002471001"),
    b"1PAY.SYS.DDF01",
    b"2PAY.SYS.DDF01",
    bytes.fromhex("D2760001448000"),
    bytes.fromhex("D27600000102"),
    bytes.fromhex("D27600014601"),
    bytes.fromhex("D27600014606"),
    bytes.fromhex("D2760001354B414E4D303100"),
    bytes.fromhex("A0000000871002"),
    bytes.fromhex("A000000167455349474E"),
    bytes.fromhex("D27600006601"),
    bytes.fromhex("D27600000301"),
    bytes.fromhex("D2760000030C01"),
}
# The first frame of DESFire's GetVersion (no serial number in it) and SELECT of a SIM's DF.GSM.
PROBES = {bytes.fromhex("9060000000"), bytes.fromhex("A0A40000027F20")}
SILENTLY_KNOWN = {"storage"}  # its answer to reset says it all


@pytest.fixture
def world(tmp_path: Path) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path) as reader:
        yield reader


@pytest.fixture
async def reader(world: VirtualReader) -> AsyncIterator[PcscReader]:
    reader = PcscReader(world.socket)
    await reader.start()
    yield reader
    await reader.stop()


async def following(events: AsyncIterator[CardEvent]) -> CardEvent:
    async with asyncio.timeout(PATIENCE):
        return await anext(events)


async def inserted(events: AsyncIterator[CardEvent]) -> CardKind:
    event = await following(events)
    assert isinstance(event, CardInserted)
    return event.kind


async def removed(events: AsyncIterator[CardEvent]) -> CardRemoved:
    event = await following(events)
    assert isinstance(event, CardRemoved)
    return event


def is_free(apdu: bytes) -> bool:
    """A probe, SELECT of a known name, or READ BINARY with the offset in the selected file."""
    if apdu in PROBES:
        return True
    if apdu[:2] == b"\x00\xb0":
        return len(apdu) == 5 and not apdu[2] & 0x80
    if apdu[:2] == b"\x00\xa4":
        data = apdu[5 : 5 + apdu[4]]
        return data in (APPLICATIONS if apdu[2] == 0x04 else FREE_FILES)
    return False


async def test_every_card_is_named_and_18a_pauswg_nothing_but_select_and_free_files_is_sent(
    world: VirtualReader, reader: PcscReader
) -> None:
    assert set(KINDS) == set(PROFILES)
    events = reader.events()
    for profile, kind in KINDS.items():
        world.insert(profile)
        assert await inserted(events) is kind, profile
        assert bool(world.trace) is (profile not in SILENTLY_KNOWN), profile
        assert [apdu.hex() for apdu in world.trace if not is_free(apdu)] == [], profile
        world.remove()
        assert not (await removed(events)).while_looking
    assert reader.health().state is State.READY


async def test_a_card_pulled_while_being_looked_at_is_reported_as_gone(
    world: VirtualReader, reader: PcscReader
) -> None:
    events = reader.events()
    world.pull_after(3)
    world.insert("german_id")
    assert (await removed(events)).while_looking
    world.remove()
    world.insert("german_id")
    assert await inserted(events) is CardKind.GERMAN_ID


async def test_a_card_that_falls_silent_half_way_is_mute_and_the_next_one_is_read(
    world: VirtualReader, reader: PcscReader
) -> None:
    events = reader.events()
    world.mute_after(2)
    world.insert("german_id")
    assert await inserted(events) is CardKind.MUTE
    assert reader.health().facts["mute"] == "1"
    asked = len(world.trace)
    world.remove()
    assert not (await removed(events)).while_looking
    assert asked == 3
    world.insert("passport")
    assert await inserted(events) is CardKind.PASSPORT


async def test_a_mute_card_does_not_hold_up_the_robot(world: VirtualReader, reader: PcscReader) -> None:
    events = reader.events()
    world.insert("mute")
    async with asyncio.timeout(PATIENCE):
        await asyncio.to_thread(world.wait_apdus, 1, PATIENCE)
        await reader.stop()
        assert [event async for event in events] == []


async def test_the_card_service_dies_and_comes_back(world: VirtualReader, reader: PcscReader) -> None:
    events = reader.events()
    world.insert("passport")
    assert await inserted(events) is CardKind.PASSPORT
    world.kill_daemon()
    await removed(events)
    assert reader.health().state is State.FAILED
    assert "pcscd" in reader.health().detail
    world.restart_daemon()
    assert await inserted(events) is CardKind.PASSPORT
    assert reader.health().state is State.READY


async def test_a_card_service_that_starts_after_the_robot_is_found(tmp_path: Path) -> None:
    world = VirtualReader(tmp_path)
    reader = PcscReader(world.socket)
    events = reader.events()
    await reader.start()
    assert reader.health().state is State.CONNECTING
    with world:
        world.insert("bank")
        assert await inserted(events) is CardKind.BANK
        await reader.stop()


async def test_a_new_consumer_takes_the_events_over(world: VirtualReader, reader: PcscReader) -> None:
    first = reader.events()
    second = reader.events()
    world.insert("bank")
    assert await inserted(second) is CardKind.BANK
    assert [event async for event in first] == []


async def test_no_card_reader_is_a_supported_state() -> None:
    reader = PcscReader("none")
    await reader.start()
    assert reader.health().state is State.ABSENT
    await reader.stop()
