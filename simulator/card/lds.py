"""The files of a travel document's chip (ICAO 9303-10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from simulator.card.authorities import Certificate
from simulator.card.cms import signed_data
from simulator.card.der import integer, octets, sequence, set_of, tlv
from simulator.card.portrait import HEIGHT, WIDTH
from simulator.card.signing import SHA256
from simulator.personas import DocumentData, Persona

TAGS = {
    "COM": 0x60,
    "DG1": 0x61,
    "DG2": 0x75,
    "DG3": 0x63,
    "DG11": 0x6B,
    "DG12": 0x6C,
    "DG14": 0x6E,
    "DG15": 0x6F,
    "SOD": 0x77,
}
SECURITY_OBJECT = "2.23.136.1.1.1"  # id-icao-ldsSecurityObject


def group_number(group: str) -> int:
    """2 for "DG2"."""
    return int(group.removeprefix("DG"))


def com(groups: Iterable[str]) -> bytes:
    """EF.COM: versions and the tags of the groups."""
    tags = bytes(TAGS[group] for group in sorted(groups, key=group_number))
    return tlv(TAGS["COM"], tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, tags))


def dg1(mrz: tuple[str, ...]) -> bytes:
    """The machine-readable zone."""
    return tlv(TAGS["DG1"], tlv(0x5F1F, "".join(mrz).encode()))


def dg2(image: bytes, *, jpeg2000: bool, sex: str) -> bytes:
    """One portrait in a facial record of ISO/IEC 19794-5:2005."""
    gender = {"M": 1, "F": 2}.get(sex, 0)
    face = (
        (20 + 12 + len(image)).to_bytes(4)
        + bytes(2)  # no feature points
        + bytes((gender, 0, 0))  # eye and hair colour not told
        + bytes(3 + 2 + 3 + 3)  # properties, expression, pose, its uncertainty
    )
    about = (
        bytes((1, 1 if jpeg2000 else 0))  # full frontal
        + WIDTH.to_bytes(2)
        + HEIGHT.to_bytes(2)
        + bytes((1, 2))  # sRGB, from a digital still camera
        + bytes(4)
    )
    record = face + about + image
    record = b"FAC\x00010\x00" + (14 + len(record)).to_bytes(4) + b"\x00\x01" + record
    return _template(tlv(0x5F2E, record), b"\x00\x08")


def dg2_extensible(image: bytes, *, jpeg2000: bool) -> bytes:
    """One portrait in a face image data block of ISO/IEC 39794-5, with what is mandatory there."""
    size = tlv(0xA5, tlv(0x80, WIDTH.to_bytes(2)), tlv(0x81, HEIGHT.to_bytes(2)))
    about = tlv(0xA1, tlv(0xA0, tlv(0x80, b"\x03" if jpeg2000 else b"\x02")), size)
    picture = tlv(0xA0, tlv(0xA0, tlv(0x80, image), about))
    representation = sequence(tlv(0x80, b"\x00"), tlv(0xA1, picture))
    version = tlv(0xA0, tlv(0x80, b"\x03"), tlv(0x81, (2019).to_bytes(2)))
    return _template(tlv(0x7F2E, tlv(0xA1, tlv(0x65, version, tlv(0xA1, representation)))), b"\x00\x2a")


def _template(block: bytes, kind: bytes) -> bytes:
    """DG2 with one biometric information template (ICAO 9303-10 section 4.7.2)."""
    header = tlv(
        0xA1,
        tlv(0x80, b"\x01\x01"),
        tlv(0x81, b"\x02"),  # facial features
        tlv(0x87, b"\x01\x01"),  # format owner: ISO/IEC JTC 1/SC 37
        tlv(0x88, kind),
    )
    return tlv(TAGS["DG2"], tlv(0x7F61, integer(1), tlv(0x7F60, header, block)))


def dg3() -> bytes:
    """Fingerprints: none stored (one random octet keeps the hash from telling, 9303-10 section 4.7.3)."""
    return tlv(TAGS["DG3"], tlv(0x7F61, integer(0), tlv(0x53, b"\x5a")))


def dg11(who: Persona) -> bytes:
    """Further personal details."""
    place = f"{who.birth_place}"
    fields = {
        0x5F0E: f"{who.surname}<<{who.given_names.replace(' ', '<')}",
        0x5F2B: f"{who.birth_date:%Y%m%d}",
        0x5F11: place,
        0x5F42: f"{who.street}<{who.postal_code} {who.town}",
    }
    return _tagged("DG11", fields)


def dg12(document: DocumentData) -> bytes:
    """Further details of the document."""
    return _tagged("DG12", {0x5F19: document.authority, 0x5F26: f"{document.issued:%Y%m%d}"})


def dg14(infos: Iterable[bytes]) -> bytes:
    """Security infos."""
    return tlv(TAGS["DG14"], set_of(*infos))


def dg15(public_key_info: bytes) -> bytes:
    """The public key for active authentication."""
    return tlv(TAGS["DG15"], public_key_info)


def sod(groups: Mapping[str, bytes], signer: Certificate, document: DocumentData) -> bytes:
    """The document security object over the groups, signed on the day of issue."""
    hashes = sequence(
        *(
            sequence(integer(group_number(group)), octets(hashlib.sha256(groups[group]).digest()))
            for group in sorted(groups, key=group_number)
        )
    )
    content = sequence(integer(0), SHA256, hashes)
    return tlv(
        TAGS["SOD"],
        signed_data(
            SECURITY_OBJECT,
            content,
            key=signer.key,
            issuer=signer.issuer,
            serial=signer.serial,
            certificates=(signer.der,),
            day=document.issued,
        ),
    )


def _tagged(group: str, fields: Mapping[int, str]) -> bytes:
    tags = b"".join(tag.to_bytes(2) for tag in fields)
    return tlv(TAGS[group], tlv(0x5C, tags), *(tlv(tag, text.encode()) for tag, text in fields.items()))
