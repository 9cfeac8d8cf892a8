"""The authorities of a document PKI of our own: who signs documents, and who lists whom.

Two states sign documents: "DE" with brainpoolP256r1, its parameters written out as in all German
certificates, and "UT" (Utopia) with RSASSA-PSS. "XX" signs too, but is in no master list. All keys come from
fixed seeds and all signatures are the same each time, so that every process has the same PKI without storing
it; none of the keys protects anything.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache

from simulator.card.cms import signed_data
from simulator.card.curves import DOMAINS
from simulator.card.der import (
    bits,
    boolean,
    elements,
    explicit,
    generalized_time,
    integer,
    octets,
    oid,
    printable,
    sequence,
    set_of,
    tlv,
    utc_time,
    utf8,
)
from simulator.card.keys import scalar
from simulator.card.signing import EllipticKey, Key, RsaSigner, rsa_key

MASTER_LIST = "2.23.136.1.1.2"  # id-icao-cscaMasterList
_MASTER_LIST_SIGNING = oid("2.23.136.1.1.3")
_NAME = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}
_FOUNDED, _CLOSED = date(2015, 1, 1), date(2036, 12, 31)
_BRAINPOOL = DOMAINS[13]


@dataclass(frozen=True)
class Certificate:
    """A certificate with the key that belongs to it. `der`: as in a file."""

    name: bytes
    serial: int
    key: Key
    der: bytes
    issuer: bytes


@dataclass(frozen=True)
class Pki:
    """`csca`: by country, "DE", "UT" and "XX" (in no list); `signers`: by "COUNTRY kind".

    Kinds of signers: "good"; "expired" (not valid any more on the day of signing); "lapsed" (valid then,
    expired since); "forged" (names the CSCA, but was signed by another key). "XX" has "good" only.
    `master_list`: CMS with "DE" and "UT", signed by `list_signer`, which "DE" issued.
    """

    csca: dict[str, Certificate]
    signers: dict[str, Certificate]
    list_signer: Certificate
    master_list: bytes


def name(**parts: str) -> bytes:
    """A distinguished name; C is printable, the rest UTF-8."""
    return sequence(
        *(
            set_of(sequence(oid(_NAME[kind]), printable(text) if kind == "C" else utf8(text)))
            for kind, text in parts.items()
        )
    )


def key_identifier(key: Key) -> bytes:
    """SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2)."""
    _, public = elements(elements(key.public_key_info())[0][1])[1]
    return hashlib.sha1(public[1:]).digest()  # noqa: S324 - as the standard says


def certificate(
    subject: bytes,
    key: Key,
    serial: int,
    *,
    issuer: bytes,
    issuer_key: Key,
    signed_with: Key | None = None,
    since: date,
    until: date,
    extensions: tuple[bytes, ...],
) -> Certificate:
    """An X.509 v3 certificate (ICAO 9303-12 section 7). `signed_with`: the key that really signs."""
    own = _extension("2.5.29.14", octets(key_identifier(key)))
    authority = _extension("2.5.29.35", sequence(tlv(0x80, key_identifier(issuer_key))))
    body = sequence(
        explicit(0, integer(2)),
        integer(serial),
        issuer_key.algorithm(),
        issuer,
        sequence(utc_time(since), utc_time(until)),
        subject,
        key.public_key_info(),
        explicit(3, sequence(authority, own, *extensions)),
    )
    signature = (signed_with or issuer_key).sign(body)
    return Certificate(subject, serial, key, sequence(body, issuer_key.algorithm(), bits(signature)), issuer)


def _extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    return sequence(oid(identifier), *((boolean(True),) if critical else ()), octets(value))


def _usage(bit: int, *more: int) -> bytes:
    """keyUsage, critical; bits as in RFC 5280 section 4.2.1.3."""
    value = sum(0x80 >> n for n in (bit, *more))
    return _extension("2.5.29.15", bits(bytes((value,)), 7 - max(bit, *more, 0)), critical=True)


def _use_of_key(since: date, until: date) -> bytes:
    """privateKeyUsagePeriod."""
    start, end = generalized_time(since), generalized_time(until)
    return _extension("2.5.29.16", sequence(b"\x80" + start[1:], b"\x81" + end[1:]))


def _elliptic(seed: str, *, named: bool = False) -> EllipticKey:
    return EllipticKey(_BRAINPOOL, scalar(seed, _BRAINPOOL.order), named)


def _csca(subject: bytes, key: Key, serial: int) -> Certificate:
    return certificate(
        subject,
        key,
        serial,
        issuer=subject,
        issuer_key=key,
        since=_FOUNDED,
        until=_CLOSED,
        extensions=(
            _usage(5, 6),
            _extension("2.5.29.19", sequence(boolean(True), integer(0)), critical=True),
            _use_of_key(_FOUNDED, date(2031, 12, 31)),
        ),
    )


def _document_signer(
    csca: Certificate,
    country: str,
    kind: str,
    key: Key,
    serial: int,
    *,
    since: date = date(2015, 2, 1),
    until: date = date(2036, 6, 30),
    signed_with: Key | None = None,
) -> Certificate:
    return certificate(
        name(C=country, O="Specimen", OU="Document Signer", CN=f"DS {country} {kind}"),
        key,
        serial,
        issuer=csca.name,
        issuer_key=csca.key,
        signed_with=signed_with,
        since=since,
        until=until,
        extensions=(_usage(0), _use_of_key(since, min(until, date(2031, 12, 31)))),
    )


@cache
def pki() -> Pki:
    """The PKI, the same in every process."""
    utopia = RsaSigner(rsa_key("CSCA UT"))
    utopia_signer = RsaSigner(rsa_key("DS UT"))
    csca = {
        "DE": _csca(name(C="DE", O="Specimen", OU="CSCA", CN="CSCA Musterstaat"), _elliptic("CSCA DE"), 1),
        "UT": _csca(name(C="UT", O="Specimen", OU="CSCA", CN="CSCA Utopia"), utopia, 1),
        "XX": _csca(name(C="XX", O="Specimen", OU="CSCA", CN="CSCA Nirgendwo"), _elliptic("CSCA XX"), 1),
    }
    signers: dict[str, Certificate] = {}
    keys: dict[str, Key] = {"DE": _elliptic("DS DE"), "UT": utopia_signer}
    for country, key in keys.items():
        issuer = csca[country]
        signers[f"{country} good"] = _document_signer(issuer, country, "good", key, 17)
        signers[f"{country} expired"] = _document_signer(
            issuer, country, "expired", key, 18, since=date(2015, 2, 1), until=date(2015, 12, 31)
        )
        signers[f"{country} lapsed"] = _document_signer(
            issuer, country, "lapsed", key, 19, since=date(2020, 1, 1), until=date(2024, 12, 31)
        )
        signers[f"{country} forged"] = _document_signer(
            issuer, country, "forged", key, 20, signed_with=_forger(issuer.key)
        )
    signers["XX good"] = _document_signer(csca["XX"], "XX", "good", _elliptic("DS XX", named=True), 17)
    german = csca["DE"]
    list_signer = certificate(
        name(C="DE", O="Specimen", OU="Master List Signer", CN="MLS Musterstaat"),
        _elliptic("MLS DE"),
        33,
        issuer=german.name,
        issuer_key=german.key,
        since=date(2020, 1, 1),
        until=date(2036, 6, 30),
        extensions=(_usage(0), _extension("2.5.29.37", sequence(_MASTER_LIST_SIGNING), critical=True)),
    )
    return Pki(csca, signers, list_signer, _master_list([csca["DE"], csca["UT"]], list_signer, german))


def _forger(original: Key) -> Key:
    """Another key of the same kind: its signatures look right."""
    if isinstance(original, EllipticKey):
        return _elliptic("forger")
    return RsaSigner(rsa_key("DS UT"))


def _master_list(entries: list[Certificate], signer: Certificate, issuer: Certificate) -> bytes:
    """CscaMasterList (ICAO 9303-12 section 9), signed."""
    content = sequence(integer(0), set_of(*(entry.der for entry in entries)))
    return signed_data(
        MASTER_LIST,
        content,
        key=signer.key,
        issuer=signer.issuer,
        serial=signer.serial,
        certificates=(signer.der, issuer.der),
        day=date(2026, 1, 15),
    )
