"""What is sent to a card, against an ISO 7816-4 file system of its own."""

from __future__ import annotations

from hardware.cards.kinds import EID, PAYMENT_CONTACTLESS
from hardware.cards.look import look_at
from simulator.card.chip import Chip
from simulator.card.profiles import EF_CARD_ACCESS, Profile


def chip_with(card_access: bytes, *aids: bytes) -> Chip:
    return Chip(Profile("test", "Test", b"\x3b\x00", aids, {EF_CARD_ACCESS: card_access}))


def test_a_file_longer_than_one_answer_is_read_whole() -> None:
    content = bytes(range(256)) * 2 + b"end"
    look = look_at(b"\x3b", chip_with(content).answer, block_protocol=True)
    assert look.card_access == content
    assert look.directory == b""


def test_a_file_that_fills_its_answers_exactly_is_read_whole() -> None:
    content = bytes(512)
    assert look_at(b"\x3b", chip_with(content).answer, block_protocol=True).card_access == content


def test_an_endless_file_is_not_read_for_ever() -> None:
    look = look_at(b"\x3b", lambda apdu: bytes(256) + b"\x90\x00", block_protocol=True)
    assert len(look.card_access) == 2048


def test_a_card_with_contacts_that_names_the_right_length_is_read() -> None:
    chip = chip_with(b"short", EID)

    def t0(apdu: bytes) -> bytes:
        """T=0: a wrong Le is answered with the right one."""
        answer = chip.answer(apdu)
        if apdu[1] == 0xB0 and answer[-2:] == b"\x62\x82":
            return b"\x6c" + bytes((len(answer) - 2,))
        return answer

    look = look_at(b"\x3b", t0, block_protocol=False)
    assert look.card_access == b"short"
    assert look.aids == {EID}


def test_once_an_identity_application_is_found_nothing_more_is_asked() -> None:
    sent: list[bytes] = []
    chip = chip_with(b"", EID, PAYMENT_CONTACTLESS)

    def transmit(apdu: bytes) -> bytes:
        sent.append(apdu)
        return chip.answer(apdu)

    assert look_at(b"\x3b", transmit, block_protocol=True).aids == {EID}
    assert sent[-1].endswith(EID)


def test_a_card_that_refuses_everything_tells_nothing() -> None:
    look = look_at(b"\x3b", lambda apdu: b"\x6d\x00", block_protocol=True)
    assert (look.aids, look.directory, look.card_access) == (frozenset(), b"", b"")
