"""What a code is for, told from its contents alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.camera.girocode import CodeRefused, GiroCode, Refusal
from hardware.camera.payload import (
    AppointmentCode,
    CaseReference,
    PhotoCode,
    Unknown,
    classify,
    describe,
)
from hardware.ports import CodeRead
from robot.cases.store import _new_reference

KINDS = {"girocode", "case", "appointment", "photo", "unknown", "refused"}
PAYMENT = "BCD\n002\n1\nSCT\n\nStadt Musterstadt\nDE89370400440532013000\nEUR37.00\n\nRF18539007547034"


def code(contents: str | bytes, kind: str = "QRCode") -> CodeRead:
    data = contents if isinstance(contents, bytes) else contents.encode()
    return CodeRead(kind, data, data.decode("utf-8", "replace"), ())


def test_a_letters_payment_code_is_a_transfer() -> None:
    meaning = classify(code(PAYMENT))
    assert isinstance(meaning, GiroCode)
    assert (meaning.cents, meaning.reference) == (3700, "RF18539007547034")
    address = "bank://singlepaymentsepa?name=Stadt&iban=DE89370400440532013000&amount=5"
    assert isinstance(classify(code(address)), GiroCode)


def test_a_code_that_claims_to_be_a_payment_and_is_none_is_refused() -> None:
    with pytest.raises(CodeRefused) as caught:
        classify(code(PAYMENT.replace("DE89", "DE88")))
    assert caught.value.reason is Refusal.IBAN_CHECK


def test_a_name_in_the_wrong_character_set_is_read_as_the_code_itself_declares_it() -> None:
    text = PAYMENT.replace("Stadt", "Behörde der Stadt")
    meaning = classify(CodeRead("QRCode", text.encode("iso8859-1"), text, ()))
    assert isinstance(meaning, GiroCode)
    assert meaning.name == "Behörde der Stadt Musterstadt"


def test_our_own_tickets_reference_is_a_case() -> None:
    for _ in range(20):
        reference = _new_reference()
        assert classify(code(reference)) == CaseReference(reference)


def test_an_appointment_is_known_by_its_beginning() -> None:
    assert classify(code("lotse:appointment:a7_Q-9xz")) == AppointmentCode("a7_Q-9xz")
    assert classify(code("lotse:appointment:")) == Unknown()
    assert classify(code("lotse:appointment:x y z t")) == Unknown()


def test_a_photo_providers_code_is_kept_as_it_is() -> None:
    assert classify(code("https://example.org/p?x=1", "DataMatrix")) == PhotoCode("https://example.org/p?x=1")
    assert classify(code(b"\x00\xff\x10abc", "DataMatrix")) == PhotoCode("base64:AP8QYWJj")
    assert classify(code("https://example.org/p?x=1", "QRCode")) == Unknown()
    assert classify(code(b"", "DataMatrix")) == Unknown()
    assert classify(code("x" * 401, "DataMatrix")) == Unknown()


def test_no_contents_show_when_a_code_is_printed_by_accident() -> None:
    read = code("geheim", "DataMatrix")
    assert "geheim" not in repr(read)
    assert "geheim" not in repr(classify(read))


def test_a_scan_tells_each_kind_of_code() -> None:
    told = describe(code(PAYMENT))
    assert told["kind"] == "girocode"
    assert told["payment"] == {
        "version": "002",
        "name": "Stadt Musterstadt",
        "iban": "DE89370400440532013000",
        "cents": 3700,
        "reference": "RF18539007547034",
    }
    wrong = describe(code(PAYMENT.replace("EUR", "CHF")))
    assert (wrong["kind"], wrong["reason"]) == ("refused", "currency")
    assert describe(code("Foto", "DataMatrix"))["kind"] == "photo"
    assert describe(code("hallo"))["kind"] == "unknown"


@given(st.binary(max_size=500), st.sampled_from(["QRCode", "DataMatrix", "Aztec", "Code128"]))
def test_any_code_at_all_is_something_or_refused(data: bytes, kind: str) -> None:
    assert describe(code(data, kind))["kind"] in KINDS
