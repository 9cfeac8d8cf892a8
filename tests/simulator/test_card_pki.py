"""The document PKI of the simulated world, judged by OpenSSL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate

from simulator.card import make_chip
from simulator.card.der import elements
from simulator.card.pki import main, pki

SIGNERS = {"passport_gm": "DE", "passport_cam": "DE", "passport_bac": "UT", "foreign_id": "UT"}


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pki")
    assert main([str(out)]) == 0
    return out


@pytest.mark.parametrize("name", SIGNERS)
def test_openssl_finds_the_signature_of_every_document_good(name: str, tmp_path: Path) -> None:
    document = make_chip(name).document
    assert document is not None
    sod = tmp_path / "sod.der"
    sod.write_bytes(elements(document.files["SOD"])[0][1])
    # -noverify: OpenSSL builds no chains over explicit curve parameters, which German certificates have.
    seen = openssl(
        "cms", "-verify", "-inform", "DER", "-in", sod, "-noverify", "-binary", "-out", tmp_path / "o"
    )
    assert "successful" in seen.stderr, seen.stderr


def test_openssl_builds_the_chain_of_utopias_documents(folder: Path, tmp_path: Path) -> None:
    document = make_chip("foreign_id").document
    assert document is not None
    sod, root = tmp_path / "sod.der", tmp_path / "root.pem"
    sod.write_bytes(elements(document.files["SOD"])[0][1])
    openssl("x509", "-inform", "DER", "-in", folder / "csca_ut.cer", "-out", root)
    verify = (
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        sod,
        "-binary",
        "-purpose",
        "any",
        "-out",
        tmp_path / "o",
    )
    seen = openssl(*verify, "-CAfile", root)
    assert "successful" in seen.stderr, seen.stderr
    forged = make_chip("foreign_id", faults=("signer_forged",)).document
    assert forged is not None
    sod.write_bytes(elements(forged.files["SOD"])[0][1])
    assert "successful" not in openssl(*verify, "-CAfile", root).stderr


def test_openssl_finds_the_signature_of_the_master_list_good(folder: Path, tmp_path: Path) -> None:
    content = tmp_path / "content"
    seen = openssl(
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        folder / "masterlist.ml",
        "-noverify",
        "-binary",
        "-out",
        content,
    )
    assert "successful" in seen.stderr, seen.stderr
    (_, version), (_, certificates) = elements(elements(content.read_bytes())[0][1])
    assert version == b"\x00"
    listed = {
        Certificate.load(b"\x30" + _head(entry)).subject.native["country_name"]
        for _, entry in elements(certificates)
    }
    assert listed == {"DE", "UT"}


def _head(value: bytes) -> bytes:
    """The length of a SEQUENCE before its value."""
    return b"\x82" + len(value).to_bytes(2) + value


def test_german_certificates_write_their_curve_out_and_others_are_rsa_pss(folder: Path) -> None:
    german = openssl("x509", "-inform", "DER", "-in", folder / "csca_de.cer", "-noout", "-text").stdout
    assert "Field Type: prime-field" in german
    assert "ecdsa-with-SHA256" in german
    utopian = openssl("x509", "-inform", "DER", "-in", folder / "csca_ut.cer", "-noout", "-text").stdout
    assert "rsassaPss" in utopian


def test_the_pki_is_the_same_in_every_process(folder: Path, tmp_path: Path) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "simulator.card.pki", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{len(list(folder.iterdir()))} files" in again.stdout
    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    assert main([str(taken)]) == 1
    assert capsys.readouterr().err.startswith(f"{taken} cannot be written")


def test_a_signer_that_has_lapsed_was_valid_when_the_document_was_issued() -> None:
    for kind, valid in (("good", True), ("lapsed", True), ("expired", False)):
        certificate = Certificate.load(pki().signers[f"DE {kind}"].der)
        begin, end = certificate.not_valid_before, certificate.not_valid_after
        document = make_chip("passport_gm").document
        assert document is not None
        from simulator.personas import persona

        issued = persona(document.persona).documents["passport"].issued
        assert (begin.date() <= issued <= end.date()) is valid
