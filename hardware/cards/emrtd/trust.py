"""The issuers we trust: a folder of DER certificates with a small index.

Filled from a CSCA master list (ICAO 9303-12 section 9; the BSI publishes one), from bundles or from single
certificates. What lies in the folder is trusted outright, so each way in checks: a master list must be
signed under a given root or under an issuer already there, a link certificate by an issuer already there.
"""

from __future__ import annotations

import binascii
import io
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hardware.cards import tlv
from hardware.cards.emrtd import cms
from hardware.cards.emrtd.certificates import Certificate, CertificateError
from hardware.cards.emrtd.signatures import Unsupported

MASTER_LIST = "2.23.136.1.1.2"
_MASTER_LIST_SIGNER = "2.23.136.1.1.3"
_DATA = "1.2.840.113549.1.7.1"
_INDEX = "index.json"
_LARGEST_FILE = 64 * 1024 * 1024
_MOST_ANCHORS = 20_000
_LONGEST_CHAIN = 4
_Certificates = list[Certificate]
_Texts = list[str]
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----")
_IN_ARCHIVES = (".ml", ".bin", ".cer", ".crt", ".der", ".pem", ".p7b", ".p7c")


class TrustError(ValueError):
    """A file that cannot be imported or a store that cannot be used; one sentence that says what to do."""


@dataclass(frozen=True)
class Anchor:
    """An issuer in the store, as the index describes it.

    `fingerprint`: SHA-256 of the certificate, hex, also its file's name. `not_before`, `not_after`: days,
    ISO 8601. `source`: name of the file it came from. `link`: it carries an issuer's new key, signed with the
    old one. `subject_key`, `key_id`: what a document signer's certificate is matched with.
    """

    fingerprint: str
    country: str
    subject: str
    serial: str
    not_before: str
    not_after: str
    source: str
    link: bool
    subject_key: str
    key_id: str

    @classmethod
    def of(cls, certificate: Certificate, source: str) -> Anchor:
        """The entry of a certificate."""
        return cls(
            certificate.fingerprint,
            certificate.country,
            certificate.subject,
            f"{certificate.serial:x}",
            certificate.not_before.date().isoformat(),
            certificate.not_after.date().isoformat(),
            source,
            _is_link(certificate),
            certificate.subject_key,
            certificate.key_id.hex(),
        )

    def line(self) -> str:
        """For a list: country, days of validity, subject, beginning of the fingerprint."""
        kind = " (link)" if self.link else ""
        validity = f"{self.not_before} to {self.not_after}"
        return f"{self.country or '??'}  {validity}  {self.subject}{kind}  {self.fingerprint[:16]}"


_Anchors = list[Anchor]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: `added` and `known` count certificates, `refused` says why, one sentence each.

    `source`: name of the file; `signer`: who signed the master list, "" when it was none.
    """

    added: int
    known: int
    refused: tuple[str, ...]
    source: str
    signer: str

    def sentence(self) -> str:
        """The outcome for the command line."""
        signed = f", signed by {self.signer}" if self.signer else ""
        left_out = f" {len(self.refused)} were refused." if self.refused else ""
        return f"{self.source}{signed}: {self.added} issuers added, {self.known} known already.{left_out}"


class TrustStore:
    """The anchors of one folder. Reading needs no lock: every file is replaced as a whole."""

    def __init__(self, folder: Path | None, anchors: Iterable[Anchor]) -> None:
        self._folder = folder
        self._anchors = {anchor.fingerprint: anchor for anchor in anchors}
        self._loaded: dict[str, Certificate] = {}

    @classmethod
    def open(cls, folder: Path) -> TrustStore:
        """The store in a folder; one that does not exist yet is empty. Raises TrustError."""
        index = folder / _INDEX
        try:
            text = index.read_text("utf-8")
        except FileNotFoundError:
            return cls(folder, ())
        except (OSError, UnicodeDecodeError) as error:
            raise TrustError(f"The index {index} cannot be read; restore it or import again.") from error
        try:
            return cls(folder, [_entry(item) for item in json.loads(text)["anchors"]])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise TrustError(f"The index {index} is damaged; delete the folder and import again.") from error

    @classmethod
    def empty(cls) -> TrustStore:
        """A store that trusts nobody and takes nothing in."""
        return cls(None, ())

    def list(self) -> _Anchors:
        """All anchors, by country, subject and first day."""
        return sorted(
            self._anchors.values(), key=lambda a: (a.country, a.subject, a.not_before, a.fingerprint)
        )

    def anchors_for(self, certificate: Certificate) -> _Certificates:
        """The issuers whose name or key identifier a certificate gives as its issuer's.

        Those with the key identifier asked for come first. Raises TrustError when a file of the store is
        missing or was exchanged.
        """
        asked = certificate.issuer_key_id.hex()
        matching = [
            anchor
            for anchor in self.list()
            if anchor.subject_key == certificate.issuer_key or (asked and anchor.key_id == asked)
        ]
        matching.sort(key=lambda anchor: anchor.key_id != asked)
        return [self._certificate(anchor) for anchor in matching]

    def import_file(self, path: Path, root: Path | None = None, *, on: date | None = None) -> ImportReport:
        """Take in a master list, a certificate or a bundle of them (DER, PEM, PKCS#7, or a zip of such).

        `root`: file with the certificate that must stand behind it: a master list's signer, or each single
        certificate, must chain to it. Without it, a master list must be signed under an issuer in the store,
        and single certificates are trusted because whoever imports them says so. `on`: the day for validity
        where a master list does not say when it was signed (default: today). Importing again changes nothing.
        Raises TrustError; then nothing was changed.
        """
        if self._folder is None:
            raise TrustError("No folder is set for the trust store; set [cards] trust.")
        day = on or datetime.now(UTC).date()
        anchor = _root(root) if root else None
        found: list[Certificate] = []
        refused: list[str] = []
        signers: list[str] = []
        for name, data in _members(path):
            if cms.is_signed_data(data):
                certificates, signer, faults = self._signed(name, data, anchor, day)
                signers += [signer] if signer else []
            else:
                certificates, faults = _bundle(name, data)
                faults += self._admit(certificates, anchor)
            found += certificates
            refused += faults
        found = list({certificate.fingerprint: certificate for certificate in found}.values())
        if not found:
            reason = f" {refused[0]}" if refused else ""
            raise TrustError(f"{path.name} holds no certificate of an issuer.{reason}")
        new = [certificate for certificate in found if certificate.fingerprint not in self._anchors]
        if len(self._anchors) + len(new) > _MOST_ANCHORS:
            raise TrustError(f"The store would hold more than {_MOST_ANCHORS} certificates.")
        self._keep(new, path.name)
        return ImportReport(len(new), len(found) - len(new), tuple(refused), path.name, ", ".join(signers))

    # --- ways in ------------------------------------------------------------------------------

    def _signed(
        self, name: str, data: bytes, root: Certificate | None, day: date
    ) -> tuple[_Certificates, str, _Texts]:
        """Certificates of a master list, or those that come with an unsigned PKCS#7 bundle."""
        try:
            signed = cms.SignedData.load(data)
        except cms.CmsError as error:
            raise TrustError(f"{name} is damaged: {error}") from error
        if signed.content_type == _DATA and not signed.signers:
            certificates, faults = _loaded(signed.certificates)
            return certificates, "", faults + self._admit(certificates, root)
        if signed.content_type != MASTER_LIST:
            raise TrustError(f"{name} is signed, but it is no master list ({signed.content_type}).")
        signer = self._check_signature(name, signed, root, day)
        try:
            entries = _entries(signed.content)
        except tlv.TlvError as error:
            raise TrustError(f"{name} is signed, but its list cannot be read: {error}") from error
        certificates, faults = _loaded(entries)
        for certificate in list(certificates):
            fault = _unfit(certificate, listed=True)
            if fault:
                certificates.remove(certificate)
                faults.append(fault)
        return certificates, signer.subject, faults

    def _check_signature(
        self, name: str, signed: cms.SignedData, root: Certificate | None, day: date
    ) -> Certificate:
        try:
            info, signer = signed.signer()
            fault = signed.fault(info, signer)
        except (cms.CmsError, Unsupported) as error:
            raise TrustError(f"The signature of {name} cannot be checked: {error}") from error
        if fault:
            raise TrustError(f"{name} was altered or is damaged, get it again: {fault}")
        if _MASTER_LIST_SIGNER not in signer.purposes:
            raise TrustError(f"{name} is signed by {signer.subject}, who may not sign master lists.")
        moment = info.signing_time
        signing_day = moment.date() if moment else day
        if not signer.valid_on(signing_day):
            raise TrustError(f"The certificate that signed {name} was not valid on {signing_day}.")
        enclosed = [other for other in signed.loaded_certificates() if other != signer]
        if not self._leads_to_trust(signer, enclosed, root):
            behind = f"the given root {root.subject}" if root else "an issuer in the store; give its root"
            raise TrustError(f"{name} is signed by {signer.subject}, who does not chain to {behind}.")
        return signer

    def _leads_to_trust(
        self, certificate: Certificate, enclosed: Sequence[Certificate], root: Certificate | None
    ) -> bool:
        """Whether issuers lead from a certificate to the root, or else to an anchor of the store.

        Certificates that came along may stand in between if they are an issuer's.
        """
        current = [certificate]
        for _ in range(_LONGEST_CHAIN):
            ends = [root] if root else [anchor for step in current for anchor in self.anchors_for(step)]
            if any(_holds(step, end) for step in current for end in ends):
                return True
            current = [
                other for other in enclosed if other.ca and any(_holds(step, other) for step in current)
            ]
        return False

    def _admit(self, certificates: _Certificates, root: Certificate | None) -> _Texts:
        """Takes out of a list what may not come in on its own word; says why for each."""
        faults = []
        waiting, admitted = list(certificates), list[Certificate]()
        progress = True
        while progress:  # link certificates may stand before the one they follow
            progress = False
            for certificate in list(waiting):
                if _unfit(certificate):
                    continue
                if root is None:
                    fine = not _is_link(certificate) or self._follows(certificate, admitted)
                else:
                    fine = certificate.der == root.der or self._leads_to_trust(certificate, admitted, root)
                if fine:
                    waiting.remove(certificate)
                    admitted.append(certificate)
                    progress = True
        for certificate in waiting:
            certificates.remove(certificate)
            behind = f"the given root {root.subject}" if root else f"{certificate.issuer}, import that first"
            missing = f"{certificate.subject} ({certificate.serial:x}) is not signed by {behind}."
            faults.append(_unfit(certificate) or missing)
        return faults

    def _follows(self, link: Certificate, admitted: Sequence[Certificate]) -> bool:
        return any(_holds(link, anchor) for anchor in (*admitted, *self.anchors_for(link)))

    # --- the folder ---------------------------------------------------------------------------

    def _certificate(self, anchor: Anchor) -> Certificate:
        known = self._loaded.get(anchor.fingerprint)
        if known is not None:
            return known
        if self._folder is None:
            raise TrustError("No folder is set for the trust store; set [cards] trust.")
        path = self._folder / f"{anchor.fingerprint}.cer"
        try:
            certificate = Certificate.load(path.read_bytes())
        except (OSError, CertificateError) as error:
            raise TrustError(f"{path} is missing or damaged; delete the folder and import again.") from error
        if certificate.fingerprint != anchor.fingerprint:
            raise TrustError(
                f"{path} is not the certificate of its name; delete the folder and import again."
            )
        self._loaded[anchor.fingerprint] = certificate
        return certificate

    def _keep(self, new: Sequence[Certificate], source: str) -> None:
        if self._folder is None or not new:
            return
        anchors = dict(self._anchors)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for certificate in new:
                anchors[certificate.fingerprint] = Anchor.of(certificate, source)
                _replace(self._folder / f"{certificate.fingerprint}.cer", certificate.der, durable=False)
            entries = [asdict(anchors[fingerprint]) for fingerprint in sorted(anchors)]
            text = json.dumps({"anchors": entries}, ensure_ascii=False, indent=1)
            _replace(self._folder / _INDEX, text.encode("utf-8"), durable=True)
        except OSError as error:
            raise TrustError(
                f"The trust store {self._folder} cannot be written: {error.strerror}."
            ) from error
        self._anchors = anchors


def _entry(item: dict[str, Any]) -> Anchor:
    anchor = Anchor(**item)
    texts = all(isinstance(value, str) for name, value in item.items() if name != "link")
    if not texts or not re.fullmatch(r"[0-9a-f]{64}", anchor.fingerprint):
        raise ValueError("an entry of the index is of the wrong kind")
    return anchor


def _is_link(certificate: Certificate) -> bool:
    """Signed with another key than its own, as far as identifiers and names tell (ICAO 9303-12, 7.1.1)."""
    if not certificate.self_issued:
        return True
    return bool(certificate.issuer_key_id) and certificate.issuer_key_id != certificate.key_id


def _holds(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether an issuer's name and signature are on a certificate."""
    try:
        return certificate.names_as_issuer(issuer) and certificate.signed_by(issuer)
    except Unsupported:
        return False


def _unfit(certificate: Certificate, *, listed: bool = False) -> str:
    """Why a certificate is no issuer's, "" if it is one: a CA that signs itself, or a link to such a one.

    `listed`: a master list vouches for it; some issuers forgot the basic constraints that make a CA, and are
    in the lists nevertheless.
    """
    name = f"{certificate.subject} ({certificate.serial:x})"
    if not (certificate.ca or listed) or not certificate.may_sign_certificates:
        return f"{name} is no certificate of an issuer (CSCA)."
    if _is_link(certificate):
        return ""
    try:
        return "" if certificate.signed_by(certificate) else f"{name} is not signed by its own key."
    except Unsupported as error:
        return f"{name} cannot be checked: {error}"


def _loaded(ders: Iterable[bytes]) -> tuple[list[Certificate], list[str]]:
    certificates, faults = [], []
    for number, der in enumerate(ders, 1):
        try:
            certificates.append(Certificate.load(der))
        except CertificateError as error:
            faults.append(f"Certificate {number}: {error}")
    return certificates, faults


def _bundle(name: str, data: bytes) -> tuple[list[Certificate], list[str]]:
    """One DER certificate or several, one after the other."""
    try:
        parts = tlv.elements(data)
    except tlv.TlvError:
        parts = []
    if not parts or any(part.tag != 0x30 for part in parts):
        raise TrustError(
            f"{name} is neither a master list (.ml) nor a certificate (DER or PEM); "
            "a list as LDIF must be had in its other form."
        )
    return _loaded(tlv.encode(part.tag, part.value) for part in parts)


def _entries(content: bytes) -> list[bytes]:
    """CscaMasterList: version 0 and the set of certificates (ICAO 9303-12 section 9.2)."""
    parts = tlv.elements(tlv.only(content, 0x30))
    if [part.tag for part in parts] != [0x02, 0x31]:
        raise tlv.TlvError("It does not consist of a version and a set of certificates.")
    if parts[0].value != b"\x00":
        raise tlv.TlvError("It is of a version that is not known.")
    return [tlv.encode(element.tag, element.value) for element in tlv.elements(parts[1].value)]


def _root(path: Path) -> Certificate:
    members = _members(path)
    if len(members) == 1:
        certificates, _ = _bundle(*members[0])
        if len(certificates) == 1:
            if certificates[0].ca is False:
                raise TrustError(f"{path.name} is no certificate of an issuer and cannot be a root.")
            return certificates[0]
    raise TrustError(f"{path.name} must hold exactly one certificate to be a root.")


def _members(path: Path) -> list[tuple[str, bytes]]:
    """Name and DER of each thing in a file: itself, what its PEM armour holds, or what its zip holds."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise TrustError(f"{path.name} is larger than any master list.")
        data = path.read_bytes()
    except OSError as error:
        raise TrustError(f"{path} cannot be read: {error.strerror}.") from error
    if not data:
        raise TrustError(f"{path.name} is empty.")
    if data.startswith(b"PK\x03\x04"):
        return _unzipped(path.name, data)
    return _unarmoured(path.name, data)


def _unarmoured(name: str, data: bytes) -> list[tuple[str, bytes]]:
    blocks = list(_PEM.finditer(data))
    if not blocks:
        return [(name, data)]
    if len(blocks) > _MOST_ANCHORS:
        raise TrustError(f"{name} holds more than {_MOST_ANCHORS} certificates.")
    found = []
    for block in blocks:
        if block[1] not in (b"CERTIFICATE", b"X509 CERTIFICATE", b"PKCS7", b"CMS"):
            raise TrustError(f"{name} holds something else than certificates ({block[1].decode('ascii')}).")
        try:
            found.append((name, binascii.a2b_base64(block[2])))
        except binascii.Error as error:
            raise TrustError(f"{name} is damaged: its PEM text is no base64.") from error
    return found


def _unzipped(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """Members of an archive by their ending; what is announced larger than a list can be is not unpacked."""
    found: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [item for item in archive.infolist() if item.filename.lower().endswith(_IN_ARCHIVES)]
            if sum(item.file_size for item in members) > _LARGEST_FILE or len(members) > _MOST_ANCHORS:
                raise TrustError(f"{name} unpacks to more than any master list.")
            # other methods let the archive ask for gigabytes of memory
            if any(item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for item in members):
                raise TrustError(f"{name} is packed in an unusual way; unpack it and import the files.")
            for item in members:
                with archive.open(item) as stream:
                    found += _unarmoured(f"{name}/{item.filename}", stream.read(_LARGEST_FILE))
    except TrustError:
        raise
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise TrustError(f"{name} is a damaged or locked archive, get it again.") from error
    if not found:
        raise TrustError(f"{name} is an archive without a master list (.ml) or certificate in it.")
    return found


def _replace(path: Path, data: bytes, *, durable: bool) -> None:
    """Write a file as a whole. One lost in a power cut is missed when it is needed: import again."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".import-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
