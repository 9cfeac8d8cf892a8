"""Reading files from a chip that may claim anything about them."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards.emrtd.ciphers import SUITES
from hardware.cards.emrtd.files import CARD_ACCESS, DIR, FILES, SHORT_READ, Reader
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.iso7816 import CardError, CardLied, CardRefused, PlainChannel
from simulator.card.chip import Chip
from simulator.card.contents import EMRTD, Contents
from simulator.card.contents import FILES as NUMBERS
from simulator.card.der import tlv
from simulator.card.messaging import Session
from simulator.card.profiles import PROFILES
from simulator.card.suites import SUITES as CARD_SUITES

SECRET = bytes(16)


def nothing(name: str, done: int, total: int) -> None:
    """For those who do not watch."""


def protected_reader(
    content: bytes, *, name: str = "DG2", cipher: int = 2, longest: int, progress=nothing
) -> Reader:
    """A reader of a chip with an open session, whose application holds one file."""
    chip = Chip(PROFILES["passport"], contents=Contents(files={NUMBERS[name]: content}))
    session = Session(CARD_SUITES[cipher], SECRET)

    def transmit(apdu: bytes) -> bytes:
        chip._session, chip._application = session, EMRTD
        return chip.transmit(apdu)

    channel = PlainChannel(transmit, extended=longest > SHORT_READ)
    return Reader(SecureChannel.from_secret(channel, SUITES[cipher], SECRET), longest, progress)


@pytest.mark.parametrize("cipher", sorted(SUITES))
@pytest.mark.parametrize("longest", [SHORT_READ, 2000])
@pytest.mark.parametrize("size", [3, 6, 214, 220, 221, 2300, 70_000])
def test_a_file_of_any_size_is_read_whole_with_every_cipher_and_length(cipher, longest, size):
    content = tlv(0x75, bytes(at % 251 for at in range(size)))
    assert protected_reader(content, cipher=cipher, longest=longest).read(FILES["DG2"]) == content


def test_progress_ends_with_the_whole_file():
    seen = []
    content = tlv(0x75, bytes(15_000))
    protected_reader(content, longest=2000, progress=lambda *step: seen.append(step)).read(FILES["DG2"])
    assert seen[-1] == ("DG2", len(content), len(content))
    assert [done for _, done, _ in seen] == sorted({done for _, done, _ in seen})
    assert {total for _, _, total in seen} == {len(content)}


def test_octets_after_the_end_of_the_element_are_not_part_of_the_file():
    content = tlv(0x61, bytes(90))
    assert protected_reader(content + bytes(300), name="DG1", longest=2000).read(FILES["DG1"]) == content


def test_a_file_that_is_not_there_is_refused_with_its_status():
    reader = protected_reader(b"", name="DG1", longest=2000)
    with pytest.raises(CardRefused) as refusal:
        reader.read(FILES["DG14"])
    assert refusal.value.sw == 0x6A82


@pytest.mark.parametrize(
    "name, content, complaint",
    [
        ("DG2", bytes.fromhex("75847FFFFFFF") + bytes(100), "claims"),
        ("DG2", bytes.fromhex("7583040001") + bytes(100), "claims"),
        ("DG1", bytes.fromhex("6183010000") + bytes(100), "claims"),
        ("DG1", bytes.fromhex("6180") + bytes(100), "begin"),
        ("DG1", bytes.fromhex("6188FFFFFFFFFFFFFFFF"), "begin"),
        ("DG1", tlv(0x75, bytes(90)), "another tag"),
        ("DG1", tlv(0x61, bytes(900))[:600], "ends after"),
        ("DG1", b"\x61", "begin"),
    ],
)
def test_a_file_that_lies_about_itself_is_found_out(name, content, complaint):
    with pytest.raises(CardLied, match=complaint):
        protected_reader(content, name=name, longest=2000).read(FILES[name])


def plain(transmit: Callable[[bytes], bytes]) -> Reader:
    return Reader(PlainChannel(transmit, extended=False), SHORT_READ, nothing)


class OldChip:
    """A chip with habits: selects files only by identifier, or minds reading beyond the end of a file."""

    def __init__(
        self, files: dict[int, bytes], *, minds: bytes = b"", short_identifiers: bool = False
    ) -> None:
        self.files = files
        self.minds = minds
        self.short_identifiers = short_identifiers
        self.file = b""
        self.commands: list[bytes] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        if apdu[1] == 0xA4:
            self.file = self.files.get(int.from_bytes(apdu[5:7]), b"")
            return b"\x90\x00" if self.file else b"\x6a\x82"
        offset, wanted = int.from_bytes(apdu[2:4]), apdu[4] or 256
        if offset & 0x8000:
            if not self.short_identifiers:
                return b"\x6a\x86"
            self.file, offset = self.files[0x0100 | apdu[2] & 0x1F], apdu[3]
        part = self.file[offset : offset + wanted]
        if len(part) < wanted and self.minds:
            return self.minds
        return part + b"\x90\x00"


def test_a_card_that_knows_no_short_identifiers_is_read_by_identifier_from_then_on():
    files = {0x011C: tlv(0x31, bytes(40)), 0x0101: tlv(0x61, bytes(90))}
    card = OldChip(files)
    reader = plain(card.transmit)
    assert reader.read(CARD_ACCESS) == files[0x011C]
    assert reader.read(FILES["DG1"]) == files[0x0101]
    assert sum(apdu[2] & 0x80 == 0x80 for apdu in card.commands) == 1


@pytest.mark.parametrize("minds", [b"\x67\x00", b"\x6b\x00", b"\x6c\x00"])
@pytest.mark.parametrize("short_identifiers", [True, False])
def test_a_card_that_minds_reading_beyond_the_end_is_read_piece_by_piece(minds, short_identifiers):
    content = tlv(0x61, bytes(90))
    card = OldChip({0x0101: content}, minds=minds, short_identifiers=short_identifiers)
    assert plain(card.transmit).read(FILES["DG1"]) == content


def test_a_list_without_an_outer_element_is_read_to_its_end():
    content = tlv(0x61, tlv(0x4F, EMRTD)) * 40
    assert plain(OldChip({0x2F00: content}).transmit).read(DIR) == content


def test_a_list_without_end_is_read_up_to_its_limit():
    endless = OldChip({0x2F00: bytes(100_000)})
    assert len(plain(endless.transmit).read(DIR)) == DIR.largest


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.sampled_from(sorted(FILES)))
def test_whatever_octets_a_card_answers_the_outcome_is_a_file_or_a_card_error(answers, name):
    turn = iter(range(10**9))
    with contextlib.suppress(CardError):
        content = plain(lambda apdu: answers[next(turn) % len(answers)]).read(FILES[name])
        assert len(content) <= FILES[name].largest


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(FILES)))
def test_whatever_a_file_holds_the_outcome_is_a_file_or_a_card_error(content, name):
    with contextlib.suppress(CardError):
        read = plain(OldChip({FILES[name].identifier: content}).transmit).read(FILES[name])
        assert content.startswith(read)
