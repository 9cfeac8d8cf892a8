"""Commands and answers between reader and card."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cards.iso7816 import (
    Cancelled,
    CardError,
    CardGone,
    CardLied,
    CardMute,
    CardUnsupported,
    Command,
    PlainChannel,
    ReaderRefused,
    Response,
    is_extended,
)

READ = Command(0, 0xB0, 0, 0, le=2000)
SHORT_READ = bytes.fromhex("00B0000000")
EXTENDED_READ = bytes.fromhex("00B000000007D0")


def card(*script: tuple[str, str]) -> Callable[[bytes], bytes]:
    """A card that expects these commands and gives these answers."""
    steps = iter(script)

    def transmit(apdu: bytes) -> bytes:
        expected, answer = next(steps)
        assert apdu.hex() == expected.lower()
        return bytes.fromhex(answer)

    return transmit


@pytest.mark.parametrize(
    "command, short, extended",
    [
        (Command(0, 0xA4, 4, 0), "00A40400", "00A40400"),
        (Command(0, 0x84, 0, 0, le=8), "0084000008", "00840000000008"),
        (Command(0, 0xB0, 0, 0, le=256), "00B0000000", "00B00000000100"),
        (Command(0, 0xA4, 2, 12, b"\x01\x1e"), "00A4020C02011E", "00A4020C000002011E"),
        (Command(0, 0x88, 0, 0, b"\x01", 256), "00880000010100", "00880000000001010100"),
        (Command(0, 0xB0, 0, 0, le=65536), "00B0000000", "00B00000000000"),
    ],
)
def test_all_four_cases_of_a_command_are_written_as_the_standard_says(command, short, extended):
    assert command.short().hex() == short.lower()
    assert command.extended().hex() == extended.lower()
    assert not is_extended(command.short())
    assert is_extended(command.extended()) == (len(command.extended()) > 4)


def test_a_short_command_carries_no_more_than_255_octets():
    with pytest.raises(ValueError, match="255"):
        Command(0, 0xD6, 0, 0, bytes(256)).short()


def test_an_answer_that_waits_is_fetched_to_its_end():
    transmit = card(("0088000000", "010261FF"), ("00C00000FF", "03046102"), ("00C0000002", "05069000"))
    answer = PlainChannel(transmit, extended=False).exchange(Command(0, 0x88, 0, 0, le=256))
    assert answer == Response(bytes((1, 2, 3, 4, 5, 6)), 0x9000)


def test_a_card_that_wants_another_length_gets_it():
    transmit = card(("00B0000000", "6C03"), ("00B0000003", "0102039000"))
    assert PlainChannel(transmit, extended=False).exchange(Command(0, 0xB0, 0, 0, le=256)).data == b"\1\2\3"


@pytest.mark.parametrize("status", ["6700", "6B00", "6C00", "6F00"])
def test_a_card_that_declines_extended_length_is_read_with_short_commands_from_then_on(status):
    sent = []

    def transmit(apdu: bytes) -> bytes:
        sent.append(apdu)
        return bytes.fromhex(status) if apdu == EXTENDED_READ else b"\x01\x90\x00"

    channel = PlainChannel(transmit, extended=True)
    assert channel.exchange(READ).ok
    assert not channel.extended
    assert channel.exchange(READ).ok
    assert sent == [EXTENDED_READ, SHORT_READ, SHORT_READ]


def test_a_status_that_does_not_depend_on_the_length_says_nothing_about_extended_length():
    channel = PlainChannel(lambda apdu: b"\x6b\x00", extended=True)
    assert channel.exchange(READ).sw == 0x6B00
    assert channel.extended


def test_a_reader_that_declines_extended_length_is_used_with_short_commands():
    def transmit(apdu: bytes) -> bytes:
        if len(apdu) > 5:
            raise OSError("Invalid parameter given.")
        return b"\x90\x00"

    channel = PlainChannel(transmit, extended=True)
    assert channel.exchange(READ).ok
    assert not channel.extended


def test_a_protected_command_is_not_repeated_when_the_reader_declines_it():
    def transmit(apdu: bytes) -> bytes:
        raise OSError("Invalid parameter given.")

    with pytest.raises(ReaderRefused):
        PlainChannel(transmit, extended=True).exchange(Command(0x0C, 0xB0, 0, 0, b"\x97\x00", 65536))


@pytest.mark.parametrize("error", [CardGone, CardMute, Cancelled])
def test_a_card_pulled_or_mute_or_a_cancelled_reading_is_no_sign_of_a_reader_that_declines(error):
    def transmit(apdu: bytes) -> bytes:
        raise error("as it happens")

    channel = PlainChannel(transmit, extended=True)
    with pytest.raises(error):
        channel.exchange(READ)
    assert channel.extended


def test_too_much_data_for_a_short_command_is_told_before_it_is_sent():
    with pytest.raises(CardUnsupported):
        PlainChannel(card(), extended=False).exchange(Command(0, 0x86, 0, 0, bytes(300), 256))


@pytest.mark.parametrize("answer", [b"\x00\x61\x01", b"\x61\x01", bytes(250) + b"\x61\x00"])
def test_a_card_whose_answer_never_ends_is_found_out(answer):
    with pytest.raises(CardLied):
        PlainChannel(lambda apdu: answer, extended=True).exchange(READ)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=8), st.booleans())
def test_whatever_octets_a_card_answers_the_outcome_is_an_answer_or_a_card_error(answers, extended):
    turn = iter(range(10**9))
    channel = PlainChannel(lambda apdu: answers[next(turn) % len(answers)], extended)
    with contextlib.suppress(CardError):
        assert 0 <= channel.exchange(READ).sw <= 0xFFFF
