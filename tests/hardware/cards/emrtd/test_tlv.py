"""BER-TLV: what is read, and that whatever a chip sends ends in values or in TlvError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.cards import tlv

TAGS = st.one_of(
    st.integers(0x01, 0xFE).filter(lambda tag: tag & 0x1F != 0x1F),
    st.integers(0x5F1F, 0x5F7F),
    st.integers(0x7F20, 0x7F7F),
    st.integers(0x7F8101, 0x7F817F),
)


def test_elements_come_in_order_with_tags_of_one_to_three_octets() -> None:
    data = bytes.fromhex("5F010430313037 5C026175 7F618101AA 7F810101BB")
    assert [(element.tag, element.value.hex()) for element in tlv.elements(data)] == [
        (0x5F01, "30313037"),
        (0x5C, "6175"),
        (0x7F61, "aa"),
        (0x7F8101, "bb"),
    ]


def test_constructed_elements_are_told_by_their_first_octet() -> None:
    constructed = [tlv.Element(tag, b"").constructed for tag in (0x30, 0x7F61, 0x77, 0x5F1F, 0x04, 0x5C)]
    assert constructed == [True, True, True, False, False, False]


def test_a_path_of_tags_leads_to_a_value_or_to_none() -> None:
    data = bytes.fromhex("7708 3006 020101 0401FF")
    assert tlv.first(data, 0x77, 0x30, 0x04) == b"\xff"
    assert tlv.first(data, 0x77, 0x31) is None


def test_padding_is_skipped_only_where_files_may_be_padded() -> None:
    data = bytes.fromhex("00 4F01AA FFFF 4F01BB 0000")
    assert [element.value for element in tlv.elements(data, padding=True)] == [b"\xaa", b"\xbb"]
    with pytest.raises(tlv.TlvError):
        tlv.elements(b"\x4f\x01\xaa\xff")


@pytest.mark.parametrize(
    "data, words",
    [
        ("61847FFFFFFF00", "announces 2147483647 octets, 1 are there"),
        ("61850100000000", "more than 4 octets"),
        ("6180", "indefinite"),
        ("61", "length is missing"),
        ("6182FF", "length is cut off"),
        ("5F", "tag is cut off"),
        ("7F81818101", "more than 3 octets"),
        ("610231", "announces 2 octets, 1 are there"),
    ],
)
def test_a_lying_header_is_refused_in_one_sentence(data: str, words: str) -> None:
    with pytest.raises(tlv.TlvError, match=words):
        tlv.elements(bytes.fromhex(data))


def test_the_size_of_a_file_is_learnt_from_its_first_octets() -> None:
    assert tlv.measure(bytes.fromhex("75823C0F")) == (0x75, 4, 0x3C0F)


def test_only_refuses_a_second_element_and_another_tag() -> None:
    assert tlv.only(bytes.fromhex("3000"), 0x30) == b""
    for data in ("30003000", "3100", ""):
        with pytest.raises(tlv.TlvError, match="alone was expected"):
            tlv.only(bytes.fromhex(data), 0x30)


@pytest.mark.parametrize(
    "value, dotted",
    [
        ("67810801 0101", "2.23.136.1.1.1"),
        ("2A864886F70D010702", "1.2.840.113549.1.7.2"),
        ("04007F0007", "0.4.0.127.0.7"),
    ],
)
def test_object_identifiers_are_spelt_out(value: str, dotted: str) -> None:
    assert tlv.dotted(bytes.fromhex(value)) == dotted


@pytest.mark.parametrize("value", [b"", b"\x81", b"\x01" * 65])
def test_a_broken_object_identifier_is_refused(value: bytes) -> None:
    with pytest.raises(tlv.TlvError):
        tlv.dotted(value)


def test_a_nesting_bomb_is_refused_before_any_parser_sees_it() -> None:
    bomb = b""
    for _ in range(40):
        bomb = tlv.encode(0x30, bomb)
    with pytest.raises(tlv.TlvError, match="nested"):
        tlv.check_depth(bomb)
    tlv.check_depth(tlv.encode(0x30, tlv.encode(0x31, b"") * 3))


def test_indefinite_lengths_and_octets_in_pieces_are_made_definite_and_the_rest_is_left_alone() -> None:
    data = bytes.fromhex("3080 020107 2480 0402AABB 0401CC 0000 318103020101 0000")
    assert tlv.definite(data) == bytes.fromhex("300E 020107 0403AABBCC 318103020101")
    assert tlv.definite(tlv.definite(data)) == tlv.definite(data)
    for broken in ("3080", "0480AA0000", "24800201010000", "30800405AA0000", "3080" * 40):
        with pytest.raises(tlv.TlvError):
            tlv.definite(bytes.fromhex(broken))


def test_a_flood_of_elements_is_refused() -> None:
    with pytest.raises(tlv.TlvError, match="more than 4096"):
        tlv.elements(b"\x04\x00" * 5000)
    with pytest.raises(tlv.TlvError, match="more than 100"):
        tlv.check_depth(b"\x04\x00" * 101, most=100)
    with pytest.raises(tlv.TlvError, match="too many"):
        tlv.definite(b"\x04\x00" * 101, most=100)


@given(st.lists(st.tuples(TAGS, st.binary(max_size=300)), max_size=8))
def test_what_is_encoded_is_read_back(pairs: list[tuple[int, bytes]]) -> None:
    data = b"".join(tlv.encode(tag, value) for tag, value in pairs)
    assert [(element.tag, element.value) for element in tlv.elements(data)] == pairs


@given(st.binary(max_size=400), st.lists(st.integers(0, 0xFFFF), max_size=4))
def test_arbitrary_octets_give_elements_or_a_tlv_error(data: bytes, path: list[int]) -> None:
    for attempt in (
        lambda: tlv.elements(data),
        lambda: tlv.elements(data, padding=True),
        lambda: tlv.first(data, *path),
        lambda: tlv.check_depth(data),
        lambda: tlv.definite(data),
        lambda: tlv.dotted(data),
    ):
        fault = ""
        try:
            attempt()
        except tlv.TlvError as error:
            fault = str(error)
        assert fault == "" or fault.endswith(".")
