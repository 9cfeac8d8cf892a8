"""Passive authentication: every way a document can be right or wrong, each with its verdict and reason."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ecdsa
import pytest
from asn1crypto import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.cards import tlv
from hardware.cards.emrtd import ec, lds, passive
from hardware.cards.emrtd.trust import TrustStore
from hardware.ports import Authenticity, Verdict
from simulator.card import make_chip
from simulator.card.pki import pki
from tests.hardware.cards.emrtd import issuing
from tests.hardware.cards.emrtd.issuing import ZONE, Document, Key, Party, csca, signed_data, signer_under

TODAY = date(2026, 6, 1)
UTOPIA = csca(Key("rsa"))
SIGNER = signer_under(UTOPIA, Key("NIST256p"))
GENUINE = Document.make(UTOPIA, SIGNER)


def store(folder: Path, *anchors: Party) -> TrustStore:
    trust = TrustStore.open(folder / "trust")
    folder.mkdir(exist_ok=True)
    for number, anchor in enumerate(anchors):
        file = folder / f"{number}.cer"
        file.write_bytes(anchor.der)
        trust.import_file(file)
    return trust


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return store(tmp_path_factory.mktemp("utopia"), UTOPIA)


def check(files: dict[str, bytes], trust: TrustStore) -> Authenticity:
    return passive.check(files, trust, on=TODAY)


# --- authentic ---------------------------------------------------------------------------------


def test_a_genuine_document_is_authentic_and_names_who_signed_it(trust: TrustStore) -> None:
    answer = check(GENUINE.files, trust)
    assert answer == Authenticity(
        Verdict.AUTHENTIC, (), "", "CN=Document Signer 1, C=UT", "CN=CSCA Utopia, C=UT"
    )


KEYS = [
    Key("rsa", "sha1"),
    Key("rsa", "sha224"),
    Key("rsa", "sha512"),
    Key("pss", "sha256"),
    Key("pss", "sha384"),
    Key("NIST192p", "sha1"),
    Key("NIST224p", "sha224"),
    Key("NIST256p", "sha256"),
    Key("NIST256p", "sha512"),
    Key("NIST384p", "sha384"),
    Key("NIST521p", "sha512"),
    Key("NIST256p", "sha256", explicit=True),
    Key("BRAINPOOLP192r1", "sha1"),
    Key("BRAINPOOLP224r1", "sha224", explicit=True),
    Key("BRAINPOOLP256r1", "sha256"),
    Key("BRAINPOOLP256r1", "sha256", explicit=True),
    Key("BRAINPOOLP256t1", "sha256", explicit=True),
    Key("BRAINPOOLP320r1", "sha384", explicit=True),
    Key("BRAINPOOLP384r1", "sha384", explicit=True),
    Key("BRAINPOOLP512r1", "sha512", explicit=True),
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.kind}-{key.digest}{'-explicit' * key.explicit}")
def test_every_kind_of_key_is_checked_for_issuer_and_signer(key: Key, tmp_path: Path) -> None:
    issuer = csca(key)
    signer = signer_under(issuer, replace(key, private=None))
    document = Document.make(issuer, signer, digest=key.digest)
    trust = store(tmp_path, issuer)
    assert check(document.files, trust).verdict is Verdict.AUTHENTIC
    wrong = Document.make(issuer, Party(replace(key, private=_stranger(key)), signer.certificate))
    assert check(wrong.files, trust).altered == ("SOD",)


def _stranger(key: Key) -> Any:
    """Another private key of a kind."""
    if key.kind not in ("rsa", "pss"):
        return Key(key.kind).private
    return issuing.new_rsa()


def test_explicit_parameters_are_told_apart_where_two_curves_share_a_prime() -> None:
    for name, expected in (("BRAINPOOLP256r1", "brainpoolP256r1"), ("BRAINPOOLP256t1", "brainpoolP256t1")):
        parameters = Key(name, explicit=True).spki["algorithm"]["parameters"].dump()
        assert ec.curve_of(parameters).name == expected


def test_a_curve_that_a_document_brings_itself_is_refused() -> None:
    """A generator chosen by a forger fits any key (the flaw known as CVE-2020-0601)."""
    curve = ecdsa.curves.BRAINPOOLP256r1
    genuine = Key("BRAINPOOLP256r1", explicit=True).spki["algorithm"]["parameters"].dump()
    doubled = curve.generator * 2
    for old, new in (
        (int(curve.generator.x()), int(doubled.x())),
        (int(curve.curve.b()), int(curve.curve.b()) + 1),
        (int(curve.order), int(curve.order) - 2),
    ):
        assert old.to_bytes(32) in genuine
        with pytest.raises(ec.UnknownCurve):
            ec.curve_of(genuine.replace(old.to_bytes(32), new.to_bytes(32)))


@pytest.mark.parametrize("more", [{"version": 1}, {"by_key_id": True}, {"digest": "sha512"}])
def test_the_variants_of_a_security_object_are_understood(more: dict[str, Any], trust: TrustStore) -> None:
    assert check(Document.make(UTOPIA, SIGNER, **more).files, trust).verdict is Verdict.AUTHENTIC


def test_a_security_object_in_ber_is_understood_too(trust: TrustStore) -> None:
    sod = tlv.encode(0x77, issuing.in_ber(tlv.only(GENUINE.files["SOD"], 0x77)))
    assert sod != GENUINE.files["SOD"]
    assert check({**GENUINE.files, "SOD": sod}, trust).verdict is Verdict.AUTHENTIC


def test_a_signer_that_mixes_up_the_parts_of_its_issuers_name_is_found(trust: TrustStore) -> None:
    country, common = (
        tlv.encode(0x31, part.value) for part in tlv.elements(UTOPIA.certificate.subject.contents)
    )
    sod = GENUINE.files["SOD"]
    at = sod.rindex(country + common)
    mixed = sod[:at] + common + country + sod[at + len(country + common) :]
    assert check({**GENUINE.files, "SOD": mixed}, trust).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize(
    "signer",
    [
        SIGNER,
        signer_under(UTOPIA, Key("pss")),
        signer_under(UTOPIA, Key("BRAINPOOLP256r1", explicit=True)),
        signer_under(UTOPIA, Key("BRAINPOOLP224r1", "sha224", explicit=True)),
    ],
    ids=["ecdsa", "pss", "explicit", "explicit-224"],
)
@pytest.mark.parametrize("spoil", [False, True])
def test_openssl_is_of_the_same_opinion_on_signatures(
    signer: Party, spoil: bool, trust: TrustStore, tmp_path: Path
) -> None:
    files = Document.make(UTOPIA, signer).files
    sod = bytearray(files["SOD"])
    if spoil:
        sod[-5] ^= 0x01
    (tmp_path / "sod.der").write_bytes(tlv.only(bytes(sod), 0x77))
    second = subprocess.run(
        ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", "sod.der", "-out", "content"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    ours = check({**files, "SOD": bytes(sod)}, trust).verdict
    assert (ours is Verdict.AUTHENTIC, second.returncode == 0) == (not spoil, not spoil)


# --- altered -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["DG1", "DG2", "DG11"])
def test_an_altered_group_is_named(name: str, trust: TrustStore) -> None:
    data = GENUINE.files[name]
    answer = check({**GENUINE.files, name: data[:-1] + bytes([data[-1] ^ 1])}, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, (name,))
    assert answer.reason == f"{name} is not as the issuer signed it."


def test_a_group_that_was_never_signed_is_named(trust: TrustStore) -> None:
    answer = check({**GENUINE.files, "DG12": b"\x6c\x00"}, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("DG12",))
    assert "not among the groups" in answer.reason


def test_all_altered_groups_are_named(trust: TrustStore) -> None:
    answer = check({**GENUINE.files, "DG1": issuing.zone_group(ZONE[:-1] + "1"), "DG2": b"\x75\x00"}, trust)
    assert answer.altered == ("DG1", "DG2")
    assert answer.reason == "DG1 and DG2 are not as the issuer signed them."


def test_digests_exchanged_along_with_the_data_do_not_help(trust: TrustStore) -> None:
    other = Document.make(UTOPIA, SIGNER)
    genuine_digest = passive.SecurityObject.load(GENUINE.files["SOD"]).hashes["DG1"]
    forged_group = issuing.zone_group(ZONE.replace("ANNA", "EMMA"))
    groups = {**{k: v for k, v in other.files.items() if k != "SOD"}, "DG1": forged_group}
    forged_digest = passive.SecurityObject.load(issuing.security_object(groups, SIGNER)).hashes["DG1"]
    sod = GENUINE.files["SOD"].replace(genuine_digest, forged_digest)
    answer = check({**groups, "SOD": sod}, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("SOD",))
    assert "not the one that was signed" in answer.reason


def test_a_signature_over_the_content_alone_is_not_taken_for_one_over_attributes(trust: TrustStore) -> None:
    bare = Document.make(UTOPIA, SIGNER, attributes=False)
    answer = check(bare.files, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("SOD",))


# --- who signed --------------------------------------------------------------------------------


def test_an_empty_trust_store_leaves_the_issuer_unknown() -> None:
    answer = check(GENUINE.files, TrustStore.empty())
    assert answer.verdict is Verdict.UNKNOWN_ISSUER
    assert (answer.signer, answer.issuer) == ("CN=Document Signer 1, C=UT", "CN=CSCA Utopia, C=UT")
    assert "not in the trust store" in answer.reason


def test_a_country_that_is_not_in_the_store_is_unknown(trust: TrustStore) -> None:
    elsewhere = csca(Key("NIST384p"), name="CSCA Elsewhere")
    document = Document.make(elsewhere, signer_under(elsewhere, Key("NIST256p")))
    assert check(document.files, trust).verdict is Verdict.UNKNOWN_ISSUER


@pytest.mark.parametrize("kind", ["NIST256p", "rsa"])
def test_a_signer_that_names_a_known_key_which_did_not_sign_it_is_forged(kind: str, tmp_path: Path) -> None:
    issuer = csca(Key(kind))
    for forger in (Key("NIST256p"), Key("rsa", private=issuing.new_rsa())):
        forged = signer_under(issuer, Key("NIST256p"), signed_with=forger)
        answer = check(Document.make(issuer, forged).files, store(tmp_path, issuer))
        assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("SOD",))
        assert "certificate is forged or altered" in answer.reason


def test_a_signers_certificate_that_was_touched_is_altered(trust: TrustStore) -> None:
    sod = GENUINE.files["SOD"].replace(b"Document Signer 1", b"Document Signer 2")
    answer = check({**GENUINE.files, "SOD": sod}, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("SOD",))


def test_a_signer_that_only_bears_a_known_issuers_name_is_unknown(trust: TrustStore) -> None:
    """A new key of that issuer looks the same to a store that is older."""
    other = csca(Key("NIST256p"))
    for identifiers in (True, False):
        signer = signer_under(other, Key("NIST256p"), identifiers=identifiers)
        answer = check(Document.make(other, signer).files, trust)
        assert answer.verdict is Verdict.UNKNOWN_ISSUER
        assert "no key known of that issuer signed it" in answer.reason


def test_a_signer_cannot_vouch_for_another_signer(trust: TrustStore) -> None:
    middle = signer_under(UTOPIA, Key("NIST256p"))
    forged = signer_under(middle, Key("NIST256p"))
    answer = check(Document.make(middle, forged, enclosed=[forged, middle]).files, trust)
    assert answer.verdict is Verdict.UNKNOWN_ISSUER


def test_an_issuer_does_not_sign_documents_itself(trust: TrustStore) -> None:
    answer = check(Document.make(UTOPIA, UTOPIA).files, trust)
    assert answer.verdict is Verdict.NOT_CHECKABLE
    assert "not one for signing documents" in answer.reason


def test_a_new_key_is_trusted_through_the_link_certificate_of_the_old(tmp_path: Path) -> None:
    new_key = Key("BRAINPOOLP384r1", "sha384", explicit=True)
    link = issuing.certificate({"country_name": "UT", "common_name": "CSCA Utopia"}, new_key, UTOPIA, ca=True)
    signer = signer_under(Party(new_key, link.certificate), Key("NIST256p"))
    document = Document.make(link, signer)
    assert check(document.files, store(tmp_path / "old", UTOPIA)).verdict is Verdict.UNKNOWN_ISSUER
    assert check(document.files, store(tmp_path / "both", UTOPIA, link)).verdict is Verdict.AUTHENTIC


def test_names_are_compared_as_the_standard_says(trust: TrustStore) -> None:
    """Case and blanks do not count (RFC 5280 section 7.1): issuers change their spelling over time."""
    shouted = Party(UTOPIA.key, issuing.csca(UTOPIA.key, name="CSCA  UTOPIA", country="ut").certificate)
    signer = signer_under(shouted, Key("NIST256p"), identifiers=False)
    assert check(Document.make(shouted, signer).files, trust).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize(
    "zone, verdict", [(ZONE, Verdict.AUTHENTIC), (ZONE.replace("P<UTO", "P<D<<"), Verdict.NOT_CHECKABLE)]
)
def test_one_country_does_not_vouch_for_another(zone: str, verdict: Verdict, trust: TrustStore) -> None:
    groups = {"DG1": issuing.zone_group(zone)}
    answer = check({"SOD": issuing.security_object(groups, SIGNER), **groups}, trust)
    assert answer.verdict is verdict
    assert ("another country" in answer.reason) == (verdict is Verdict.NOT_CHECKABLE)


# --- validity ----------------------------------------------------------------------------------


def test_a_signer_that_had_expired_on_the_day_of_signing_is_not_accepted(trust: TrustStore) -> None:
    signer = signer_under(UTOPIA, Key("NIST256p"), first=2021, last=2022)
    document = Document.make(UTOPIA, signer, signing_time=datetime(2024, 5, 1, tzinfo=UTC))
    answer = check(document.files, trust)
    assert answer.verdict is Verdict.NOT_CHECKABLE
    assert "valid from 2021-01-02 to 2022-01-02, not on the day of signing (2024-05-01)" in answer.reason


def test_a_signer_that_expired_since_is_accepted(trust: TrustStore) -> None:
    signer = signer_under(UTOPIA, Key("NIST256p"), first=2021, last=2022)
    document = Document.make(UTOPIA, signer, signing_time=datetime(2021, 5, 1, tzinfo=UTC))
    assert check(document.files, trust).verdict is Verdict.AUTHENTIC


def test_without_a_signing_time_the_given_day_counts(trust: TrustStore) -> None:
    signer = signer_under(UTOPIA, Key("NIST256p"), first=2021, last=2022)
    files = Document.make(UTOPIA, signer).files
    assert passive.check(files, trust, on=date(2021, 6, 1)).verdict is Verdict.AUTHENTIC
    assert passive.check(files, trust, on=TODAY).verdict is Verdict.NOT_CHECKABLE


def test_an_issuer_that_was_not_valid_on_the_day_of_signing_is_not_accepted(tmp_path: Path) -> None:
    issuer = csca(Key("NIST256p"), first=2010, last=2020)
    document = Document.make(issuer, signer_under(issuer, Key("NIST256p")))
    answer = check(document.files, store(tmp_path, issuer))
    assert (answer.verdict, "issuer was valid" in answer.reason) == (Verdict.NOT_CHECKABLE, True)


# --- not checkable -----------------------------------------------------------------------------


def sod_with(content: bytes, kind: str = "2.23.136.1.1.1") -> bytes:
    return tlv.encode(0x77, signed_data(content, kind, SIGNER))


SHA256 = bytes.fromhex("300B0609608648016503040201")
NO_GROUPS = tlv.encode(0x30, b"")
ENTRY = tlv.encode(0x30, b"\x02\x01\x01\x04\x01\x00")


@pytest.mark.parametrize(
    "files, words",
    [
        ({}, "gave no security object"),
        ({"SOD": b""}, "cannot be read"),
        ({"SOD": b"\x77\x84\x7f\xff\xff\xff\x30"}, "announces 2147483647 octets"),
        ({"SOD": tlv.encode(0x77, b"\x30\x80\x00\x00")}, "content of another kind"),
        ({"SOD": tlv.encode(0x77, b"\x30\x80" * 5000)}, "nested too deep"),
        ({"SOD": tlv.encode(0x77, b"\x30\x80\x06\x00")}, "does not end"),
        ({"SOD": GENUINE.files["SOD"][:200]}, "cannot be read"),
        ({"SOD": sod_with(b"\x30\x00")}, "version that is not known"),
        ({"SOD": sod_with(b"\x30\x00", "2.23.136.1.1.2")}, "no list of the groups' digests"),
        ({"SOD": sod_with(tlv.encode(0x30, b"\x02\x01\x07" + SHA256 + NO_GROUPS))}, "version"),
        (
            {"SOD": sod_with(tlv.encode(0x30, b"\x02\x01\x00" + SHA256 + tlv.encode(0x30, ENTRY * 2)))},
            "twice",
        ),
        ({"SOD": GENUINE.files["SOD"]}, "nothing to compare"),
    ],
)
def test_what_cannot_be_checked_says_why(files: dict[str, bytes], words: str, trust: TrustStore) -> None:
    answer = check(files, trust)
    assert (answer.verdict, answer.altered) == (Verdict.NOT_CHECKABLE, ())
    assert words in answer.reason
    assert answer.reason.endswith(".")


def test_a_document_without_its_signers_certificate_is_not_checkable(trust: TrustStore) -> None:
    answer = check(Document.make(UTOPIA, SIGNER, enclosed=[]).files, trust)
    assert (answer.verdict, "not enclosed" in answer.reason) == (Verdict.NOT_CHECKABLE, True)


def test_an_unknown_digest_is_not_checkable(trust: TrustStore) -> None:
    md5 = bytes.fromhex("300A06082A864886F70D0205")
    sod = sod_with(tlv.encode(0x30, b"\x02\x01\x00" + md5 + tlv.encode(0x30, ENTRY)))
    answer = check({"SOD": sod, "DG1": issuing.zone_group()}, trust)
    assert (answer.verdict, "1.2.840.113549.2.5" in answer.reason) == (Verdict.NOT_CHECKABLE, True)


def test_a_weak_key_is_not_checkable(trust: TrustStore) -> None:
    weak = signer_under(UTOPIA, Key("SECP128r1", "sha256"))
    answer = check(Document.make(UTOPIA, weak).files, trust)
    assert (answer.verdict, "none that travel documents use" in answer.reason) == (
        Verdict.NOT_CHECKABLE,
        True,
    )


# --- EF.CardSecurity ---------------------------------------------------------------------------


def test_the_signed_copy_of_the_chips_keys_needs_a_signature_too(trust: TrustStore) -> None:
    infos = b"\x31\x00"
    signed = signed_data(infos, passive.CARD_SECURITY_OBJECT, SIGNER)
    assert check({**GENUINE.files, "CardSecurity": signed}, trust).verdict is Verdict.AUTHENTIC
    spoilt = signed[:-3] + bytes([signed[-3] ^ 1]) + signed[-2:]
    answer = check({**GENUINE.files, "CardSecurity": spoilt}, trust)
    assert (answer.verdict, answer.altered) == (Verdict.ALTERED, ("CardSecurity",))
    other = signed_data(infos, "1.2.840.113549.1.7.1", SIGNER)
    assert check({**GENUINE.files, "CardSecurity": other}, trust).verdict is Verdict.NOT_CHECKABLE
    assert check({**GENUINE.files, "CardSecurity": b"\x30\x05"}, trust).verdict is Verdict.NOT_CHECKABLE


# --- the specimens of the simulated world ------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    """A store filled with the master list of the simulated world: Germany (explicit parameters), Utopia."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "list.ml").write_bytes(pki().master_list)
    (folder / "root.cer").write_bytes(pki().csca["DE"].der)
    trust = TrustStore.open(folder / "trust")
    report = trust.import_file(folder / "list.ml", folder / "root.cer")
    assert (report.added, report.refused) == (2, ())
    return trust


@pytest.mark.parametrize("chip", ["passport_gm", "passport_cam", "passport_bac", "foreign_id"])
def test_the_chips_of_the_simulated_world_are_authentic_and_readable(chip: str, world: TrustStore) -> None:
    files = make_chip(chip).document.files
    assert check(files, world).verdict is Verdict.AUTHENTIC
    data = lds.parse(files)
    assert data.mrz is not None
    assert data.mrz.valid
    assert data.portrait is not None
    assert (data.portrait.width, data.portrait.height) == (413, 531)


@pytest.mark.parametrize(
    "fault, verdict, altered",
    [
        ("altered_dg1", Verdict.ALTERED, ("DG1",)),
        ("altered_dg2", Verdict.ALTERED, ("DG2",)),
        ("truncated_sod", Verdict.NOT_CHECKABLE, ()),
        ("huge_sod", Verdict.NOT_CHECKABLE, ()),
        ("signer_expired", Verdict.NOT_CHECKABLE, ()),
        ("signer_lapsed", Verdict.AUTHENTIC, ()),
        ("signer_unknown", Verdict.UNKNOWN_ISSUER, ()),
        ("signer_forged", Verdict.ALTERED, ("SOD",)),
    ],
)
@pytest.mark.parametrize("chip", ["passport_gm", "foreign_id"])
def test_what_is_wrong_with_a_chip_of_the_simulated_world_is_found(
    chip: str, fault: str, verdict: Verdict, altered: tuple[str, ...], world: TrustStore
) -> None:
    answer = check(make_chip(chip, faults=(fault,)).document.files, world)
    assert (answer.verdict, answer.altered) == (verdict, altered)


# --- whatever a chip says ----------------------------------------------------------------------


def test_a_name_from_a_certificate_cannot_smuggle_control_characters(trust: TrustStore) -> None:
    issuer = csca(Key("NIST256p"), name="CSCA\x1b[31m\nok")
    answer = check(Document.make(issuer, signer_under(issuer, Key("NIST256p"))).files, trust)
    assert answer.issuer == "CN=CSCA?[31m?ok, C=UT"
    assert isinstance(issuer.certificate, x509.Certificate)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_octets_as_security_object_are_never_authentic(data: bytes) -> None:
    for sod in (data, tlv.encode(0x77, data)):
        files = {**GENUINE.files, "SOD": sod, "CardSecurity": data}
        assert check(files, TrustStore.empty()).verdict is Verdict.NOT_CHECKABLE


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_mutated_security_object_is_never_more_than_genuine(trust: TrustStore, data: Any) -> None:
    sod = bytearray(GENUINE.files["SOD"])
    for _ in range(data.draw(st.integers(1, 3))):
        sod[data.draw(st.integers(0, len(sod) - 1))] = data.draw(st.integers(0, 255))
    groups = {**GENUINE.files, "DG1": issuing.zone_group(ZONE.replace("ANNA", "EMMA")), "SOD": bytes(sod)}
    assert check(groups, trust).verdict in (Verdict.ALTERED, Verdict.NOT_CHECKABLE)
