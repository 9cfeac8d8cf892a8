"""Basic access control and its secure messaging, the worked example of ICAO 9303-11 appendix D.2 to D.4."""

import pytest

from hardware.cards.emrtd.bac import BasicAccess, open_with_bac
from hardware.cards.emrtd.ciphers import AUTHENTICATION, ENCRYPTION, TRIPLE_DES
from hardware.cards.emrtd.secrets import MrzSecret
from hardware.cards.iso7816 import CardLied, CardRefused, Command, PlainChannel, WrongSecret

SECRET = MrzSecret("L898902C", "690806", "940623")
CHALLENGE = bytes.fromhex("4608F91988702212")
OWN_NONCE = bytes.fromhex("781723860C06C226")
OWN_KEY = bytes.fromhex("0B795240CB7049B01C19B33E32804F0B")
PROOF = (
    "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"  # EIFD
    "5F1448EEA8AD90A7"  # MIFD
)
ANSWER = bytes.fromhex(
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F"  # EIC
    "2F2D235D074D7449"  # MIC
)
MESSAGES = [
    ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
    ("0CB000000D9701048E08ED6705417E96BA5500", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
    (
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    ),
]


def run() -> BasicAccess:
    return BasicAccess(SECRET, OWN_NONCE, OWN_KEY)


def test_the_document_keys_are_those_of_the_example():
    seed = SECRET.key_seed[:16]
    assert TRIPLE_DES.derive(seed, ENCRYPTION).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert TRIPLE_DES.derive(seed, AUTHENTICATION).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


def test_the_session_keys_are_those_of_the_example():
    seed = bytes.fromhex("0036D272F5C350ACAC50C3F572D23600")
    assert TRIPLE_DES.derive(seed, ENCRYPTION).hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert TRIPLE_DES.derive(seed, AUTHENTICATION).hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"


def test_the_proof_is_that_of_the_example():
    assert run().proof(CHALLENGE).hex().upper() == PROOF


def test_a_file_is_read_octet_by_octet_as_in_the_example():
    script = iter(MESSAGES)

    def transmit(apdu: bytes) -> bytes:
        expected, answer = next(script)
        assert apdu.hex().upper() == expected
        return bytes.fromhex(answer)

    secure = run().session(PlainChannel(transmit, extended=False), CHALLENGE, ANSWER)
    assert secure.exchange(Command(0, 0xA4, 2, 0x0C, b"\x01\x1e")).ok
    assert secure.exchange(Command(0, 0xB0, 0, 0, le=4)).data.hex().upper() == "60145F01"
    rest = secure.exchange(Command(0, 0xB0, 0, 4, le=18)).data
    assert rest.hex().upper() == "04303130365F36063034303030305C026175"
    assert next(script, None) is None


@pytest.mark.parametrize("at", range(40))
def test_an_answer_changed_in_one_octet_opens_nothing(at):
    changed = bytearray(ANSWER)
    changed[at] ^= 0x10
    with pytest.raises(CardLied):
        run().session(PlainChannel(lambda apdu: b"", extended=False), CHALLENGE, bytes(changed))


def test_an_answer_to_another_challenge_opens_nothing():
    with pytest.raises(CardLied, match="another challenge"):
        run().session(PlainChannel(lambda apdu: b"", extended=False), bytes(8), ANSWER)


@pytest.mark.parametrize("status", ["6300", "6982", "6985", "6988"])
def test_a_chip_that_declines_the_proof_says_that_the_zone_is_not_its_own(status):
    def transmit(apdu: bytes) -> bytes:
        return bytes(8) + b"\x90\x00" if apdu[1] == 0x84 else bytes.fromhex(status)

    with pytest.raises(WrongSecret):
        open_with_bac(PlainChannel(transmit, extended=False), SECRET)


def test_a_chip_without_basic_access_control_refuses_and_blames_no_zone():
    with pytest.raises(CardRefused) as refusal:
        open_with_bac(PlainChannel(lambda apdu: b"\x6d\x00", extended=False), SECRET)
    assert not isinstance(refusal.value, WrongSecret)
