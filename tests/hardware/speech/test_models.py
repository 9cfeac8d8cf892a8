"""Getting models: over a real https server, checked, unpacked safely."""

from __future__ import annotations

import datetime
import functools
import hashlib
import http.server
import ipaddress
import shutil
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hardware.speech.models import ModelError, check_model, fetch

from .conftest import MODEL

NAME = "vosk-model-de-kiosk"


def certificate(directory: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = directory / "server.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(pem)
    )
    return file


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, dict[str, str]], tuple[str, str]]]:
    """Publish a zip archive of name → content; gives its url and checksum."""
    root = tmp_path / "site"
    root.mkdir()
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def publish(name: str, entries: dict[str, str]) -> tuple[str, str]:
        archive = root / name
        with zipfile.ZipFile(archive, "w") as bundle:
            for entry, content in entries.items():
                bundle.writestr(entry, content)
        url = f"https://127.0.0.1:{server.server_address[1]}/{name}"
        return url, hashlib.sha256(archive.read_bytes()).hexdigest()

    yield publish
    server.shutdown()
    server.server_close()


Site = Callable[[str, dict[str, str]], tuple[str, str]]
WHOLE = {
    "vosk-small/am/final.mdl": "m",
    "vosk-small/conf/model.conf": "c",
    "vosk-small/graph/HCLr.fst": "h",
    "vosk-small/graph/Gr.fst": "g",
}


def test_the_model_of_the_house_is_whole_and_says_that_it_never_heard_a_human() -> None:
    info = check_model(MODEL)
    assert (info.name, info.demo) == (NAME, True)
    assert "never heard a human being" in info.warning


def test_models_carry_no_execute_bits() -> None:
    assert not [path for path in MODEL.rglob("*") if path.is_file() and path.stat().st_mode & 0o111]


@pytest.mark.parametrize("missing", ["am/final.mdl", "conf/model.conf", "graph/Gr.fst"])
def test_an_incomplete_model_is_told_in_one_sentence(tmp_path: Path, missing: str) -> None:
    broken = tmp_path / NAME
    shutil.copytree(MODEL, broken)
    (broken / missing).unlink()
    with pytest.raises(ModelError, match="fetch it again"):
        check_model(broken)
    with pytest.raises(ModelError, match="there is no speech model"):
        check_model(tmp_path / "nowhere")


def test_a_model_is_fetched_checked_and_then_left_alone(site: Site, tmp_path: Path) -> None:
    url, sha256 = site("small.zip", WHOLE)
    said: list[str] = []
    models = {"vosk-small": (url, sha256)}
    assert fetch(models, tmp_path / "models", say=said.append) == 0
    assert not check_model(tmp_path / "models" / "vosk-small").demo
    assert fetch(models, tmp_path / "models", say=said.append) == 0
    assert said == [f"vosk-small: fetched, sha256 {sha256}", "vosk-small: already there"]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["vosk-small"]


def test_an_empty_checksum_is_refused_until_it_is_accepted(site: Site, tmp_path: Path) -> None:
    url, sha256 = site("small.zip", WHOLE)
    said: list[str] = []
    assert fetch({"vosk-small": (url, "")}, tmp_path / "models", say=said.append) == 1
    assert sha256 in said[0]
    assert "--accept-checksum" in said[0]
    assert not (tmp_path / "models" / "vosk-small").exists()
    assert fetch({"vosk-small": (url, "")}, tmp_path / "models", accept_checksum=True, say=said.append) == 0


@pytest.mark.parametrize(
    "entries,reason",
    [
        (WHOLE | {"../outside": "x"}, "leads outside"),
        (WHOLE | {"/outside": "x"}, "leads outside"),
        ({"vosk-small/am/final.mdl": "m"}, "incomplete"),
        ({"other/am/final.mdl": "m"}, "holds no directory"),
    ],
)
def test_a_bad_archive_leaves_nothing_behind(
    site: Site, tmp_path: Path, entries: dict[str, str], reason: str
) -> None:
    url, sha256 = site("bad.zip", entries)
    said: list[str] = []
    assert fetch({"vosk-small": (url, sha256)}, tmp_path / "models", say=said.append) == 1
    assert reason in said[0]
    assert list((tmp_path / "models").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_a_wrong_checksum_a_wrong_address_and_no_network_are_one_sentence_each(
    site: Site, tmp_path: Path
) -> None:
    url, _ = site("small.zip", WHOLE)
    said: list[str] = []
    orders = {
        "a": (url, "0" * 64),
        "b": (url + "x", "0" * 64),
        "c": ("https://127.0.0.1:1/model.zip", "0" * 64),
        "d": ("http://127.0.0.1/model.zip", "0" * 64),
        "../e": (url, "0" * 64),
    }
    assert fetch(orders, tmp_path / "models", say=said.append) == 1
    reasons = ["the checksum is", "answered 404", "cannot be reached", "over https only", "one directory"]
    assert all(reason in sentence for reason, sentence in zip(reasons, said, strict=True))
