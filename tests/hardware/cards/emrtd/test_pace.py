"""PACE: the worked examples of ICAO 9303-11 appendices G.1 and I, and every cipher and curve with a chip."""

import pytest

from hardware.cards.emrtd.ciphers import PASSWORD, SUITES
from hardware.cards.emrtd.ec import CURVES
from hardware.cards.emrtd.pace import PaceRun, choose, open_with_pace
from hardware.cards.emrtd.points import Group
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
from hardware.cards.emrtd.security_infos import (
    ECDH,
    ChipKey,
    PaceInfo,
    SecurityInfos,
    standard_curve,
)
from hardware.cards.iso7816 import (
    CardError,
    CardLied,
    CardUnsupported,
    Command,
    PlainChannel,
    WrongSecret,
)
from simulator.card.chip import Chip
from simulator.card.contents import Contents
from simulator.card.der import sequence, tlv
from simulator.card.pace import Offer
from simulator.card.profiles import PROFILES
from simulator.card.suites import SUITES as CARD_SUITES

BRAINPOOL_256 = CURVES["1.3.36.3.3.2.8.1.1.7"]
CAN = CanSecret("500540")


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


class ExampleG:
    """Appendix G.1: generic mapping, AES-128, brainpoolP256r1."""

    secret = MrzSecret("T22000129", "640812", "101031")
    card_access = octets("31143012060A04007F0007020204020202010202010D")
    encrypted_nonce = octets("95A3A016522EE98D01E76CB6B98B42C3")
    nonce = 0x3F00C4D39D153F2B2A214A078D899B22
    mapping_key = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
    mapping_point = octets(
        "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
        "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
    )
    chip_mapping_point = octets(
        "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
        "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
    )
    base = octets(
        "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
        "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
    )
    session_key = 0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595
    session_point = octets(
        "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
        "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
    )
    chip_session_point = octets(
        "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
        "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
    )
    shared = octets("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925")
    keys = octets("F5F0E35C0D7161EE6724EE513A0D9A7F"), octets("FE251C7858B356B24514B3BD5F4297D1")
    token = octets("C2B0BD78D94BA866")
    chip_token = octets("3ABB9674BCE93C08")


class ExampleI:
    """Appendix I.1: chip authentication mapping, AES-128, brainpoolP256r1."""

    secret = MrzSecret("C11T002JM", "960812", "231031")
    card_access = octets("31143012060A04007F0007020204060202010202010D")
    encrypted_nonce = octets("CB60E8E0D85B76A9BD304747C2AD42E2")
    mapping_key = 0x5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC
    mapping_point = octets(
        "047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE"
        "1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C1"
    )
    chip_mapping_point = octets(
        "04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3"
        "04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23"
    )
    session_key = 0x76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120
    session_point = octets(
        "04446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95"
        "5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC"
    )
    chip_session_point = octets(
        "0402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331"
        "11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E1"
    )
    keys = octets("0A9DA4DB03BDDE39FC5202BC44B2E89E"), octets("4B1C06491ED5140CA2B537D344C6C0B1")
    token = octets("E86BD06018A1CD3B")
    chip_token = octets("8596CF055C67C1A3")
    chip_data = octets(
        "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92"
    )
    factor = 0x85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3
    static_point = octets(
        "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8"
        "84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F"
    )


def start(example: type[ExampleG] | type[ExampleI]) -> PaceRun:
    (info,) = SecurityInfos.load(example.card_access).pace
    return PaceRun(info, Group(BRAINPOOL_256), example.secret, example.mapping_key, example.session_key)


def walk(example: type[ExampleG] | type[ExampleI]) -> PaceRun:
    """The run up to its keys."""
    run = start(example)
    nonce = run.nonce(example.encrypted_nonce)
    run.mapping_point()
    run.map(nonce, example.chip_mapping_point)
    run.session_point()
    run.agree(example.chip_session_point)
    return run


def test_the_password_key_is_that_of_example_g():
    assert ExampleG.secret.information == "T22000129364081251010318"
    assert ExampleG.secret.key_seed.hex().upper() == "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"
    key = SUITES[2].derive(ExampleG.secret.pace_secret, PASSWORD)
    assert key.hex().upper() == "89DED1B26624EC1E634C1989302849DD"


def test_every_step_of_generic_mapping_is_that_of_example_g():
    run = start(ExampleG)
    assert run.info.name == "PACE-ECDH-GM-AES-CBC-CMAC-128"
    assert run.nonce(ExampleG.encrypted_nonce) == ExampleG.nonce
    assert run.mapping_point() == ExampleG.mapping_point
    assert run.map(ExampleG.nonce, ExampleG.chip_mapping_point) == ExampleG.base
    assert run.session_point() == ExampleG.session_point
    assert run.agree(ExampleG.chip_session_point) == ExampleG.shared
    assert run.keys == ExampleG.keys
    assert run.token() == ExampleG.token
    run.confirm(ExampleG.chip_token)


@pytest.mark.parametrize("octets_", [0, 8, 15, 17, 80])
def test_a_nonce_of_an_impossible_length_is_found_out(octets_):
    with pytest.raises(CardLied, match="nonce"):
        start(ExampleG).nonce(bytes(octets_))


def test_a_token_changed_in_one_bit_is_rejected():
    with pytest.raises(CardLied, match="token"):
        walk(ExampleG).confirm(octets("3ABB9674BCE93C09"))


def test_every_step_of_chip_authentication_mapping_is_that_of_example_i():
    run = start(ExampleI)
    assert run.info.name == "PACE-ECDH-CAM-AES-CBC-CMAC-128"
    nonce = run.nonce(ExampleI.encrypted_nonce)
    assert run.mapping_point() == ExampleI.mapping_point
    run.map(nonce, ExampleI.chip_mapping_point)
    assert run.session_point() == ExampleI.session_point
    run.agree(ExampleI.chip_session_point)
    assert run.keys == ExampleI.keys
    assert run.token() == ExampleI.token
    run.confirm(ExampleI.chip_token)
    assert run.proof(ExampleI.chip_data).factor == ExampleI.factor


def static_key(point: bytes, number: int = 13) -> SecurityInfos:
    """A list with one static key on a standardised curve, as EF.CardSecurity holds it."""
    algorithm = sequence(tlv(0x06, octets("04007F00070102")), tlv(0x02, bytes((number,))))
    return SecurityInfos(keys=(ChipKey(ECDH, sequence(algorithm, tlv(0x03, b"\x00" + point)), None),))


def test_the_chip_of_example_i_proves_its_static_key_and_no_other():
    proof = walk(ExampleI).proof(ExampleI.chip_data)
    assert proof.holds(static_key(ExampleI.static_point)) == ExampleI.static_point
    assert proof.holds(static_key(ExampleI.session_point[:1] + ExampleG.mapping_point[1:])) is None
    assert proof.holds(SecurityInfos()) is None


@pytest.mark.parametrize("at", [0, 15, 16, 40, 47])
def test_chip_authentication_data_changed_in_one_octet_proves_nothing(at):
    changed = bytearray(ExampleI.chip_data)
    changed[at] ^= 1
    try:
        proof = walk(ExampleI).proof(bytes(changed))
    except CardLied:
        return
    assert proof.holds(static_key(ExampleI.static_point)) is None


OFF_CURVE = bytearray(ExampleG.chip_mapping_point)
OFF_CURVE[-1] ^= 1


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(bytes(OFF_CURVE), id="off the curve"),
        pytest.param(b"\x00", id="infinity"),
        pytest.param(b"\x04" + bytes(64), id="zero"),
        pytest.param(ExampleG.chip_mapping_point[:-1], id="too short"),
        pytest.param(b"\x02" + ExampleG.chip_mapping_point[1:33], id="compressed"),
        pytest.param(ExampleG.mapping_point, id="our own"),
    ],
)
def test_a_chip_whose_key_is_no_fresh_point_of_the_curve_is_found_out(point):
    run = start(ExampleG)
    run.mapping_point()
    with pytest.raises(CardLied):
        run.map(ExampleG.nonce, point)


def test_a_chip_that_mirrors_the_second_key_is_found_out():
    run = start(ExampleG)
    run.mapping_point()
    run.map(ExampleG.nonce, ExampleG.chip_mapping_point)
    with pytest.raises(CardLied, match="our own"):
        run.agree(run.session_point())


def test_a_chip_whose_mapping_ends_at_infinity_is_found_out():
    group = Group(BRAINPOOL_256)
    run = start(ExampleG)
    run.mapping_point()
    inverse = pow(ExampleG.mapping_key, -1, group.order)
    opposite = group.encode(group.generator * (-ExampleG.nonce * inverse % group.order))
    with pytest.raises(CardLied, match="infinity"):
        run.map(ExampleG.nonce, opposite)


def info(mapping: int, cipher: int, parameter_id: int | None) -> PaceInfo:
    return PaceInfo(octets("04007F0007020204") + bytes((mapping, cipher)), mapping, cipher, parameter_id)


def test_the_strongest_variant_is_chosen():
    offers = [info(2, 2, 13), info(2, 4, 13), info(2, 4, 16), info(2, 1, 18), info(4, 4, 18), info(1, 4, 2)]
    assert choose(offers) == info(2, 4, 16)
    assert choose([*offers, info(6, 2, 13)]) == info(6, 2, 13)


@pytest.mark.parametrize(
    "offer", [info(1, 2, 0), info(3, 2, 1), info(4, 2, 13), info(2, 2, 99), info(2, 2, None)]
)
def test_a_chip_with_unknown_variants_only_is_named_as_such(offer):
    with pytest.raises(CardUnsupported):
        choose([offer])


def chip(*offers: Offer) -> Chip:
    mapping_key = 0x1234567
    return Chip(
        PROFILES["passport"],
        contents=Contents(
            offers=offers,
            passwords={1: ExampleG.secret.pace_secret, 2: CAN.pace_secret},
            mapping_key=mapping_key,
        ),
    )


def infos(*offers: Offer) -> list[PaceInfo]:
    return list(SecurityInfos.load(tlv(0x31, b"".join(offer.info() for offer in offers))).pace)


@pytest.mark.parametrize("domain", range(8, 19))
@pytest.mark.parametrize("cipher", [1, 4])
def test_every_standardised_curve_opens_with_the_number_from_the_card(domain, cipher):
    offer = Offer("GM", CARD_SUITES[cipher], domain)
    session = open_with_pace(PlainChannel(chip(offer).transmit, extended=True), infos(offer), CAN)
    assert session.name.endswith(standard_curve(domain).name)
    assert session.channel.exchange(Command(0, 0x84, 0, 0, le=8)).ok


@pytest.mark.parametrize("mapping", ["GM", "CAM"])
@pytest.mark.parametrize("cipher", [2, 3])
def test_every_mapping_and_cipher_opens_with_the_zone(mapping, cipher):
    offer = Offer(mapping, CARD_SUITES[cipher], 13)
    session = open_with_pace(PlainChannel(chip(offer).transmit, extended=True), infos(offer), ExampleG.secret)
    assert session.channel.exchange(Command(0, 0x84, 0, 0, le=8)).ok
    assert (session.proof is not None) == session.mapped == (mapping == "CAM")


def test_a_variant_on_two_curves_is_named_with_its_curve():
    offers = Offer("GM", CARD_SUITES[2], 13), Offer("GM", CARD_SUITES[2], 12)
    session = open_with_pace(PlainChannel(chip(*offers).transmit, extended=True), infos(*offers), CAN)
    assert session.channel.exchange(Command(0, 0x84, 0, 0, le=8)).ok


def test_a_wrong_number_is_told_as_such():
    offer = Offer()
    with pytest.raises(WrongSecret):
        open_with_pace(PlainChannel(chip(offer).transmit, extended=True), infos(offer), CanSecret("500541"))


def test_a_chip_without_an_access_number_says_so():
    offer = Offer()
    only_zone = Chip(
        PROFILES["passport"],
        contents=Contents(offers=(offer,), passwords={1: ExampleG.secret.pace_secret}),
    )
    with pytest.raises(CardUnsupported, match="password"):
        open_with_pace(PlainChannel(only_zone.transmit, extended=True), infos(offer), CAN)


NONSENSE = ["", "90", "9000", "7C009000", "7C0280009000", "7C7F8000", "30009000", "6F00"]


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("answer", NONSENSE)
def test_a_chip_that_answers_nonsense_at_any_step_gives_a_card_error(step, answer):
    offer = Offer()
    real, turn = chip(offer), iter(range(100))

    def transmit(apdu: bytes) -> bytes:
        genuine = real.transmit(apdu)
        return octets(answer) if next(turn) == step else genuine

    with pytest.raises(CardError):
        open_with_pace(PlainChannel(transmit, extended=True), infos(offer), CAN)


def test_the_commands_are_those_of_example_g(monkeypatch):
    keys = iter((ExampleG.mapping_key, ExampleG.session_key))
    monkeypatch.setattr(Group, "private_key", lambda group: next(keys))
    script = iter(
        (
            ("0022C1A40F800A04007F00070202040202830101", "9000"),
            ("10860000027C0000", "7C128010" + ExampleG.encrypted_nonce.hex() + "9000"),
            (
                "10860000457C438141" + ExampleG.mapping_point.hex() + "00",
                "7C438241" + ExampleG.chip_mapping_point.hex() + "9000",
            ),
            (
                "10860000457C438341" + ExampleG.session_point.hex() + "00",
                "7C438441" + ExampleG.chip_session_point.hex() + "9000",
            ),
            ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
        )
    )

    def transmit(apdu: bytes) -> bytes:
        expected, answer = next(script)
        assert apdu.hex().upper() == expected.upper()
        return octets(answer)

    offered = SecurityInfos.load(ExampleG.card_access).pace
    open_with_pace(PlainChannel(transmit, extended=True), offered, ExampleG.secret)
    assert next(script, None) is None
