"""The trust store: what comes in, what does not and why, and that importing twice changes nothing."""

from __future__ import annotations

import base64
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.cards import tlv
from hardware.cards.emrtd.certificates import Certificate
from hardware.cards.emrtd.trust import ImportReport, TrustError, TrustStore
from tests.hardware.cards.emrtd import issuing
from tests.hardware.cards.emrtd.issuing import MASTER_LIST_SIGNER, Key, Party, csca, master_list, signer_under

DAY = date(2026, 6, 1)
GERMANY = csca(Key("BRAINPOOLP256r1", explicit=True), "DE", "csca-germany")
UTOPIA = csca(Key("pss"))
NOWHERE = csca(Key("BRAINPOOLP224r1", "sha224", explicit=True), "NW", "CSCA Nowhere")
LINK = issuing.certificate(
    {"country_name": "UT", "common_name": "CSCA Utopia 2"}, Key("NIST384p", "sha384"), UTOPIA, ca=True
)
LIST_SIGNER = signer_under(GERMANY, Key("BRAINPOOLP256r1"), purposes=[MASTER_LIST_SIGNER])
EVERYBODY = (GERMANY, UTOPIA, NOWHERE, LINK)
LIST = master_list(EVERYBODY, LIST_SIGNER)


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


def loaded(party: Party) -> Certificate:
    return Certificate.load(party.der)


class Desk:
    """A folder with files to import and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = TrustStore.open(folder / "trust")

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def bring(self, data: bytes, root: bytes | None = None, name: str = "file") -> ImportReport:
        behind = self.file("root.cer", root) if root is not None else None
        return self.store.import_file(self.file(name, data), behind, on=DAY)

    def countries(self) -> list[str]:
        return [anchor.country for anchor in TrustStore.open(self.folder / "trust").list()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- master lists ------------------------------------------------------------------------------


def test_a_master_list_comes_in_when_its_signer_chains_to_the_given_root(desk: Desk) -> None:
    report = desk.bring(LIST, GERMANY.der, "DE_ML.ml")
    assert (report.added, report.known, report.refused) == (4, 0, ())
    assert report.sentence() == (
        "DE_ML.ml, signed by CN=Document Signer 1, C=DE: 4 issuers added, 0 known already."
    )
    assert desk.countries() == ["DE", "NW", "UT", "UT"]
    assert [anchor.subject for anchor in desk.store.list() if anchor.link] == ["CN=CSCA Utopia 2, C=UT"]


def test_openssl_is_of_the_same_opinion_on_the_master_list(desk: Desk) -> None:
    desk.file("list.ml", LIST)
    command = "openssl cms -verify -noverify -inform DER -in list.ml -out content"
    assert subprocess.run(command.split(), cwd=desk.folder, capture_output=True, check=False).returncode == 0


def test_the_root_may_be_given_as_pem_and_certificates_in_between_come_along(desk: Desk) -> None:
    name = {"country_name": "DE", "common_name": "csca-germany 2"}
    new = issuing.certificate(name, Key("NIST256p"), GERMANY, ca=True)
    signer = signer_under(new, Key("NIST256p"), purposes=[MASTER_LIST_SIGNER])
    data = master_list([GERMANY, new], signer, enclosed=[signer, new])
    assert desk.bring(data, pem(GERMANY.der)).added == 2


def test_a_master_list_in_ber_comes_in_too(desk: Desk) -> None:
    assert desk.bring(issuing.in_ber(LIST), GERMANY.der).added == 4


def test_an_issuer_without_basic_constraints_comes_in_if_a_master_list_vouches_for_it(desk: Desk) -> None:
    old = csca(Key("rsa"), "LX", "CSCA without constraints", constrained=False)
    with pytest.raises(TrustError, match="no certificate of an issuer"):
        desk.bring(old.der)
    assert desk.bring(master_list([old], LIST_SIGNER), GERMANY.der).added == 1


def test_without_a_root_a_master_list_needs_an_issuer_that_is_known_already(desk: Desk) -> None:
    with pytest.raises(TrustError, match="does not chain to an issuer in the store; give its root"):
        desk.bring(LIST)
    desk.bring(GERMANY.der)
    report = desk.bring(LIST)
    assert (report.added, report.known) == (3, 1)


def test_importing_again_changes_nothing(desk: Desk) -> None:
    desk.bring(LIST, GERMANY.der)
    before = {path.name: path.read_bytes() for path in (desk.folder / "trust").iterdir()}
    report = desk.bring(LIST, GERMANY.der)
    assert (report.added, report.known) == (0, 4)
    assert {path.name: path.read_bytes() for path in (desk.folder / "trust").iterdir()} == before


def test_a_broken_entry_is_refused_and_the_others_come_in(desk: Desk) -> None:
    rubbish = tlv.encode(0x30, b"\x02\x01\x01")
    leaf = signer_under(UTOPIA, Key("NIST256p"))
    impostor = csca(Key("NIST256p"), name="Impostor", signed_with=Key("NIST256p"))
    report = desk.bring(master_list([GERMANY, rubbish, leaf, impostor], LIST_SIGNER), GERMANY.der)
    assert report.added == 1
    reasons = " ".join(report.refused)
    assert len(report.refused) == 3
    assert "This is no certificate" in reasons
    assert "no certificate of an issuer (CSCA)" in reasons
    assert "not signed by its own key" in reasons


ALTERED = LIST.replace(b"CSCA Nowhere", b"CSCA Anywher")
STRANGER = csca(Key("BRAINPOOLP256r1"), "DE", "csca-germany")
PLAIN_SIGNER = signer_under(GERMANY, Key("NIST256p"))
EXPIRED = signer_under(GERMANY, Key("NIST256p"), purposes=[MASTER_LIST_SIGNER], first=2015, last=2016)


@pytest.mark.parametrize(
    "data, root, words",
    [
        (ALTERED, GERMANY, "was altered or is damaged"),
        (LIST[:-20] + bytes([LIST[-20] ^ 1]) + LIST[-19:], GERMANY, "was altered or is damaged"),
        (LIST[: len(LIST) // 2], GERMANY, "neither a master list"),
        (LIST, STRANGER, "does not chain to the given root CN=csca-germany, C=DE"),
        (LIST, UTOPIA, "does not chain to the given root"),
        (master_list([GERMANY], PLAIN_SIGNER), GERMANY, "may not sign master lists"),
        (master_list([GERMANY], EXPIRED), GERMANY, "not valid on 2026-06-01"),
        (master_list([GERMANY], LIST_SIGNER, enclosed=[]), GERMANY, "not enclosed"),
        (master_list([], LIST_SIGNER), GERMANY, "holds no certificate of an issuer"),
        (issuing.signed_data(b"\x30\x00", "2.23.136.1.1.2", LIST_SIGNER), GERMANY, "its list cannot be read"),
        (issuing.signed_data(b"\x30\x00", "2.23.136.1.1.1", LIST_SIGNER), GERMANY, "it is no master list"),
    ],
    ids=range(11),
)
def test_a_master_list_that_is_not_in_order_is_refused_and_nothing_changes(
    data: bytes, root: Party, words: str, desk: Desk
) -> None:
    with pytest.raises(TrustError, match=words.replace("(", r"\(")) as caught:
        desk.bring(data, root.der)
    assert str(caught.value).endswith(".")
    assert desk.countries() == []


def test_the_signing_time_counts_for_the_validity_of_the_signer(desk: Desk) -> None:
    data = master_list([GERMANY], EXPIRED, signing_time=datetime(2015, 6, 1, tzinfo=UTC))
    assert desk.bring(data, GERMANY.der).added == 1


# --- certificates and bundles ------------------------------------------------------------------


BUNDLE = bytes(
    cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [UTOPIA.certificate, GERMANY.certificate],
                    "signer_infos": [],
                }
            ),
        }
    ).dump()
)


@pytest.mark.parametrize(
    "data",
    [
        UTOPIA.der + GERMANY.der,
        b"a comment\n" + pem(UTOPIA.der) + pem(GERMANY.der),
        BUNDLE,
        pem(BUNDLE, "PKCS7"),
    ],
    ids=["der", "pem", "pkcs7", "pkcs7-pem"],
)
def test_certificates_come_in_alone_or_in_bundles(data: bytes, desk: Desk) -> None:
    assert desk.bring(data).added == 2
    assert desk.countries() == ["DE", "UT"]


def test_an_archive_is_searched_for_lists_and_certificates(desk: Desk) -> None:
    path = desk.folder / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
        archive.writestr("folder/DE_ML.ml", LIST)
    report = desk.store.import_file(path, desk.file("root.cer", GERMANY.der), on=DAY)
    assert (report.added, report.source) == (4, "list.zip")


def test_a_link_certificate_comes_in_after_the_key_that_signed_it(desk: Desk) -> None:
    with pytest.raises(TrustError, match="import that first"):
        desk.bring(LINK.der)
    assert desk.bring(LINK.der + UTOPIA.der).added == 2


def test_a_forged_link_certificate_is_refused(desk: Desk) -> None:
    name = {"country_name": "UT", "common_name": "CSCA Utopia 3"}
    forged = issuing.certificate(name, Key("NIST256p"), UTOPIA, ca=True, signed_with=Key("NIST256p"))
    report = desk.bring(UTOPIA.der + forged.der)
    assert (report.added, len(report.refused)) == (1, 1)


def test_with_a_root_single_certificates_must_chain_to_it(desk: Desk) -> None:
    report = desk.bring(UTOPIA.der + LINK.der + GERMANY.der, UTOPIA.der)
    assert (report.added, len(report.refused)) == (2, 1)
    assert "is not signed by the given root" in report.refused[0]


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "is empty"),
        (b"hello", "neither a master list"),
        (b"dn: c=DE\nCscaMasterListData:: MIIB\n", "LDIF"),
        (bytes(200), "neither a master list"),
        (pem(b"", "PRIVATE KEY"), "something else than certificates"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB=X\n-----END CERTIFICATE-----", "neither|base64|no certificate"),
        (tlv.encode(0x30, b"\x30\x00"), "holds no certificate of an issuer"),
        (signer_under(UTOPIA, Key("NIST256p")).der, "no certificate of an issuer"),
        (b"PK\x03\x04 rubbish", "damaged or locked archive"),
        (b"\x30\x80\x00\x00", "neither a master list"),
        (
            tlv.encode(0x30, bytes.fromhex("06092A864886F70D010702") + b"\xa0\x05\x30\x03\x02\x01\x03"),
            "is damaged",
        ),
    ],
    ids=range(11),
)
def test_rubbish_is_refused_in_one_sentence(data: bytes, words: str, desk: Desk) -> None:
    with pytest.raises(TrustError, match=words) as caught:
        desk.bring(data)
    assert str(caught.value).endswith(".")
    assert desk.countries() == []


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_packed_in_an_unusual_way_is_refused_unopened(desk: Desk, method: int) -> None:
    path = desk.folder / "list.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("list.ml", bytes(1000))
    with pytest.raises(TrustError, match="unusual way"):
        desk.store.import_file(path)


def test_an_archive_that_unpacks_to_gigabytes_is_refused(desk: Desk) -> None:
    path = desk.folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"{number}.ml", bytes(8 * 1024 * 1024))
    with pytest.raises(TrustError, match="unpacks to more"):
        desk.store.import_file(path)


def test_a_missing_file_and_an_unfit_root_are_told(desk: Desk) -> None:
    with pytest.raises(TrustError, match="cannot be read: No such file"):
        desk.store.import_file(desk.folder / "nothing.ml")
    leaf = signer_under(UTOPIA, Key("NIST256p"))
    root = desk.file("leaf.cer", leaf.der)
    with pytest.raises(TrustError, match="exactly one certificate"):
        desk.store.import_file(root, desk.file("two.cer", UTOPIA.der * 2))
    assert desk.countries() == []


# --- the folder --------------------------------------------------------------------------------


def test_issuers_are_found_by_name_or_key_and_the_asked_key_comes_first(desk: Desk) -> None:
    older = csca(Key("NIST256p"), serial=8)
    desk.bring(older.der + UTOPIA.der)
    signer = loaded(signer_under(UTOPIA, Key("NIST256p")))
    found = desk.store.anchors_for(signer)
    assert [anchor.fingerprint for anchor in found] == [
        loaded(UTOPIA).fingerprint,
        loaded(older).fingerprint,
    ]
    assert desk.store.anchors_for(loaded(signer_under(NOWHERE, Key("NIST256p")))) == []


def test_a_list_line_tells_country_days_and_name(desk: Desk) -> None:
    desk.bring(UTOPIA.der)
    line = desk.store.list()[0].line()
    assert line.startswith("UT  2020-01-02 to 2035-01-02  CN=CSCA Utopia, C=UT  ")


@pytest.mark.parametrize(
    "index",
    ["", "[]", '{"anchors": [{}]}', '{"anchors": 7}', "\udcff", '{"anchors": [["a"]]}', "[" * 100_000],
    ids=range(7),
)
def test_a_damaged_index_is_told_with_its_place(index: str, desk: Desk) -> None:
    desk.bring(UTOPIA.der)
    (desk.folder / "trust" / "index.json").write_bytes(index.encode("utf-8", "surrogateescape"))
    with pytest.raises(TrustError, match=r"index\.json"):
        TrustStore.open(desk.folder / "trust")


def test_an_exchanged_certificate_in_the_folder_is_noticed(desk: Desk) -> None:
    desk.bring(UTOPIA.der)
    path = next((desk.folder / "trust").glob("*.cer"))
    signer = loaded(signer_under(UTOPIA, Key("NIST256p")))
    path.write_bytes(GERMANY.der)
    with pytest.raises(TrustError, match="not the certificate of its name"):
        TrustStore.open(desk.folder / "trust").anchors_for(signer)
    path.unlink()
    with pytest.raises(TrustError, match="missing or damaged"):
        TrustStore.open(desk.folder / "trust").anchors_for(signer)


def test_the_empty_store_takes_nothing_in(desk: Desk) -> None:
    assert TrustStore.empty().list() == []
    with pytest.raises(TrustError, match=r"\[cards\] trust"):
        TrustStore.empty().import_file(desk.file("a.cer", UTOPIA.der))


def test_a_store_that_cannot_be_written_is_told(desk: Desk) -> None:
    (desk.folder / "trust").write_text("a file in the place of the folder")
    with pytest.raises(TrustError, match="cannot be"):
        TrustStore.open(desk.folder / "trust").import_file(desk.file("a.cer", UTOPIA.der))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([LIST, UTOPIA.der, BUNDLE]), st.data())
def test_mutated_files_are_imported_or_refused_in_a_sentence(desk: Desk, whole: bytes, data: Any) -> None:
    file = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    fault = ""
    try:
        desk.bring(bytes(file), GERMANY.der)
    except TrustError as error:
        fault = str(error)
    assert fault == "" or fault.endswith(".")
