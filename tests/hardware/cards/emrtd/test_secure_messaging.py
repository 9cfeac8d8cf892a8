"""Secure messaging with every cipher, against the simulator's side (the worked example is in test_bac)."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardware.cards.emrtd.ciphers import SUITES, pad, unpad, with_parity
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.iso7816 import CardError, CardLied, Command, PlainChannel, Response, SessionLost
from simulator.card.command import Command as CardCommand
from simulator.card.messaging import Session
from simulator.card.suites import SUITES as CARD_SUITES

SECRET = bytes(range(32))
CIPHERS = sorted(SUITES)

commands = st.builds(
    Command,
    st.just(0),
    st.sampled_from((0x22, 0x86, 0x88, 0xA4, 0xB0, 0xB1)),
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(max_size=400),
    st.none() | st.integers(1, 65536),
)


def channel(transmit, cipher: int) -> SecureChannel:
    return SecureChannel.from_secret(PlainChannel(transmit, extended=True), SUITES[cipher], SECRET)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(commands, st.binary(max_size=600)), min_size=1, max_size=4))
@pytest.mark.parametrize("cipher", CIPHERS)
def test_card_and_reader_understand_each_other_in_both_directions(cipher, conversation):
    session = Session(CARD_SUITES[cipher], SECRET)
    received: list[CardCommand] = []
    answers = iter([answer for _, answer in conversation])

    def transmit(apdu: bytes) -> bytes:
        received.append(session.unwrap(CardCommand.parse(apdu)))
        return session.wrap(received[-1], next(answers), 0x9000)

    secure = channel(transmit, cipher)
    for command, answer in conversation:
        assert secure.exchange(command) == Response(answer, 0x9000)
        seen = received[-1]
        assert (seen.ins, seen.p1, seen.p2, seen.data) == (
            command.ins,
            command.p1,
            command.p2,
            command.data,
        )
        assert seen.le == command.le


def protected(cipher: int, data: bytes, status: int = 0x9000) -> bytes:
    """What the card answers to the first protected READ BINARY."""
    session = Session(CARD_SUITES[cipher], SECRET)
    answers: list[bytes] = []

    def transmit(apdu: bytes) -> bytes:
        answers.append(session.wrap(session.unwrap(CardCommand.parse(apdu)), data, status))
        return answers[-1]

    channel(transmit, cipher).exchange(Command(0, 0xB0, 0, 0, le=223))
    return answers[0]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.binary(max_size=40))
@pytest.mark.parametrize("cipher", CIPHERS)
def test_an_answer_changed_in_any_way_is_rejected(cipher, data, content):
    genuine = protected(cipher, content)
    at = data.draw(st.integers(0, len(genuine) - 1))
    changed = data.draw(
        st.sampled_from(
            (
                genuine[:at] + bytes((genuine[at] ^ data.draw(st.integers(1, 255)),)) + genuine[at + 1 :],
                genuine[:at] + genuine[at + 1 :],
                genuine[:at] + b"\x00" + genuine[at:],
                genuine[:at],
            )
        )
    )
    if changed in (genuine, b""):
        return
    with pytest.raises(CardError):
        channel(lambda apdu: changed, cipher).exchange(Command(0, 0xB0, 0, 0, le=223))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=80), min_size=1))
@example([b"\x99\x02\x90\x00\x8e\x08" + bytes(8) + b"\x90\x00"])
@pytest.mark.parametrize("cipher", CIPHERS)
def test_octets_at_random_are_never_taken_for_an_answer(cipher, answers):
    turn = iter(range(10**9))
    with pytest.raises(CardError):
        channel(lambda apdu: answers[next(turn) % len(answers)], cipher).exchange(
            Command(0, 0xB0, 0, 0, le=223)
        )


@pytest.mark.parametrize("cipher", CIPHERS)
def test_an_answer_replayed_is_rejected(cipher):
    genuine = protected(cipher, b"sixteen octets !")
    secure = channel(lambda apdu: genuine, cipher)
    assert secure.exchange(Command(0, 0xB0, 0, 0, le=223)).data == b"sixteen octets !"
    with pytest.raises(CardLied, match="MAC"):
        secure.exchange(Command(0, 0xB0, 0, 0, le=223))


def test_an_error_that_the_card_protects_leaves_the_session_open():
    answer = protected(2, b"", 0x6A82)
    assert channel(lambda apdu: answer, 2).exchange(Command(0, 0xB0, 0, 0, le=223)) == Response(b"", 0x6A82)


def test_an_unprotected_answer_ends_the_session():
    secure = channel(lambda apdu: b"\x69\x88", 2)
    for _ in range(2):
        with pytest.raises(SessionLost):
            secure.exchange(Command(0, 0xB0, 0, 0, le=223))


def test_an_unprotected_success_is_no_success():
    with pytest.raises(CardLied, match="without protection"):
        channel(lambda apdu: b"\x90\x00", 2).exchange(Command(0, 0xB0, 0, 0, le=223))


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from((8, 16)))
def test_padding_comes_off_again(data, block):
    assert len(pad(data, block)) % block == 0
    assert unpad(pad(data, block)) == data


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16))
def test_every_octet_of_a_des_key_has_odd_parity(key):
    assert all(octet.bit_count() % 2 for octet in with_parity(key))
