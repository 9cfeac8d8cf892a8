"""Issues the documents of the personas: fills chips with data, keys and signatures, and with faults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from simulator.card import lds
from simulator.card.authorities import Certificate, pki
from simulator.card.chip import Chip
from simulator.card.cms import signed_data
from simulator.card.contents import EF_CARD_SECURITY, FILES, Contents, Document, zone_password
from simulator.card.curves import DOMAINS
from simulator.card.der import elements, set_of, tlv
from simulator.card.faults import Line, LineFaults, Mute, split
from simulator.card.keys import ActiveKey, ChipKey, EllipticActiveKey, RsaActiveKey, scalar
from simulator.card.pace import CAN, MRZ, PIN, PUK
from simulator.card.portrait import portrait
from simulator.card.profiles import PROFILES, Profile
from simulator.card.signing import rsa_key
from simulator.personas import Persona, persona

_SECURITY_INFOS = "0.4.0.127.0.7.3.2.1"  # id-SecurityObject
_CAR = b"DETESTeID00005"  # of the public test PKI of the German eID
PIN_OF_ALL, PUK_OF_ALL = "123456", "9876543210"


class PersonalChip:
    """A chip behind a line that may have faults; what lies on a reader.

    `document`: what its holder knows, None for cards that are nobody's.
    """

    def __init__(self, chip: Chip, line: LineFaults) -> None:
        self._chip = chip
        self._line = Line(chip, line)
        self.profile = chip.profile
        self.document = chip.document

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.profile.atr

    def transmit(self, apdu: bytes) -> bytes:
        """The response APDU. Raises Pulled or Mute where such a fault was wished."""
        if not self.profile.answers:
            raise Mute("The card is mute.")
        return self._line.transmit(apdu)

    def reset(self) -> None:
        """Power off and on; the line goes on counting."""
        self._chip.reset()


def make_chip(profile: str | Profile, *, persona: str = "", faults: Iterable[str] = ()) -> PersonalChip:
    """A chip, personalised where the profile says so. `persona`: "" for the profile's own.

    Raises:
        ValueError: there is no such profile or fault.
        KeyError: there is no such persona, or it has no such document.
    """
    if isinstance(profile, str):
        if profile not in PROFILES:
            raise ValueError(f"There is no card {profile!r}: choose one of {', '.join(PROFILES)}.")
        profile = PROFILES[profile]
    line, data = split(faults)
    document, contents = None, None
    if profile.document:
        document, contents = _issue(profile, persona or profile.persona, data)
    return PersonalChip(Chip(profile, document, contents), line)


@cache
def _issue(profile: Profile, who_name: str, faults: frozenset[str]) -> tuple[Document, Contents]:
    """Everything for one document."""
    who = persona(who_name)
    if profile.document not in who.documents:
        raise KeyError(f"{who.id} has no {profile.document}; there is: {', '.join(who.documents)}")
    data = who.documents[profile.document]
    can = data.can if profile.can else ""
    passwords = {MRZ: zone_password(data.mrz), CAN: can.encode()}
    if profile.pin:
        passwords |= {PIN: PIN_OF_ALL.encode(), PUK: PUK_OF_ALL.encode()}
    chip_keys = _chip_keys(profile, data.number, clone="clone" in faults)
    active = _active_key(profile, data.number, clone="clone" in faults)
    signer = _signer(data.issuer, faults)
    secured: dict[int, bytes] = {}
    if any(offer.mapping == "CAM" for offer in profile.offers) or profile.pin:
        secured[EF_CARD_SECURITY] = _card_security(profile, chip_keys, signer)
    files: dict[str, bytes] = {}
    restricted = frozenset((FILES["DG3"],))
    if profile.readable:
        files = _files(profile, who, chip_keys, active, signer)
        _spoil(files, faults)
    else:
        restricted = frozenset(FILES.values())
    contents = Contents(
        master=profile.files,
        secured=secured,
        files={FILES[group]: content for group, content in files.items() if group != "DG3"},
        restricted=restricted,
        offers=profile.offers,
        passwords={number: secret for number, secret in passwords.items() if secret},
        bac=passwords[MRZ] if profile.bac else b"",
        mapping_key=chip_keys[0].held if chip_keys else None,
        chip_keys=chip_keys if profile.readable else (),
        active_key=active,
        authorities=tlv(0x87, _CAR) if profile.pin else b"",
        endless=frozenset(FILES[f.removeprefix("huge_").upper()] for f in faults if f.startswith("huge_")),
    )
    return (
        Document(
            who.id,
            profile.document,
            data.mrz,
            can,
            PIN_OF_ALL if profile.pin else "",
            PUK_OF_ALL if profile.pin else "",
            {group: content for group, content in files.items() if group != "DG3"},
        ),
        contents,
    )


def _chip_keys(profile: Profile, number: str, *, clone: bool) -> tuple[ChipKey, ...]:
    keys = []
    for suite, domain in profile.chip_keys:
        seed = f"chip {profile.name} {number} {suite.name}"
        private = scalar(seed, DOMAINS[domain].order)
        held = scalar(f"{seed} clone", DOMAINS[domain].order) if clone else private
        keys.append(ChipKey(suite, domain, private, held, named=profile.named_curves))
    return tuple(keys)


def _active_key(profile: Profile, number: str, *, clone: bool) -> ActiveKey | None:
    if profile.active == "rsa":
        return RsaActiveKey(rsa_key("AA"), rsa_key("AA clone" if clone else "AA"))
    if profile.active == "ecdsa":
        seed, order = f"active {profile.name} {number}", DOMAINS[13].order
        held = f"{seed} clone" if clone else seed
        return EllipticActiveKey(13, scalar(seed, order), scalar(held, order))
    return None


def _signer(issuer: str, faults: frozenset[str]) -> Certificate:
    """The document signer of the issuing state ("D", "UTO"), or the one that a fault wishes."""
    country = {"D": "DE", "UTO": "UT"}[issuer]
    for fault in faults:
        if fault == "signer_unknown":
            return pki().signers["XX good"]
        if fault.startswith("signer_"):
            return pki().signers[f"{country} {fault.removeprefix('signer_')}"]
    return pki().signers[f"{country} good"]


def _files(
    profile: Profile,
    who: Persona,
    chip_keys: tuple[ChipKey, ...],
    active: ActiveKey | None,
    signer: Certificate,
) -> dict[str, bytes]:
    data = who.documents[profile.document]
    image, jpeg2000 = portrait(who.id, profile.portrait), profile.portrait == "jpeg2000"
    face = lds.dg2_extensible(image, jpeg2000=jpeg2000)
    if not profile.extensible:
        face = lds.dg2(image, jpeg2000=jpeg2000, sex=who.sex)
    infos = [info for key in chip_keys for info in key.infos()]
    infos += [offer.info() for offer in profile.offers]
    if active is not None and active.info():
        infos.append(active.info())
    groups = {
        "DG1": lds.dg1(data.mrz),
        "DG2": face,
        "DG3": lds.dg3(),
        "DG11": lds.dg11(who),
        "DG12": lds.dg12(data),
        "DG14": lds.dg14(infos),
    }
    if active is not None:
        groups["DG15"] = lds.dg15(active.public_key_info())
    return groups | {"COM": lds.com(groups), "SOD": lds.sod(groups, signer, data)}


def _card_security(profile: Profile, chip_keys: tuple[ChipKey, ...], signer: Certificate) -> bytes:
    """EF.CardSecurity: the key for chip authentication, signed (ICAO 9303-11 section 9.2.11)."""
    infos = [info for key in chip_keys for info in key.infos()] + [offer.info() for offer in profile.offers]
    return signed_data(
        _SECURITY_INFOS,
        set_of(*infos),
        key=signer.key,
        issuer=signer.issuer,
        serial=signer.serial,
        certificates=(signer.der,),
        day=date(2020, 9, 14),
    )


def _spoil(files: dict[str, bytes], faults: Iterable[str]) -> None:
    """Change what was signed already."""
    for fault in faults:
        what, _, group = fault.partition("_")
        group = group.upper()
        if what == "altered":
            files[group] = _altered(files[group])
        elif what == "truncated":
            files[group] = files[group][: len(files[group]) * 2 // 3]
        elif what == "huge":
            # Two gigabytes are announced; the chip goes on answering as long as it is asked.
            files[group] = files[group][:1] + bytes.fromhex("847FFFFFFF") + _value(files[group])


def _altered(content: bytes) -> bytes:
    """The same file about somebody else: one letter of the name, or one octet within the picture."""
    at = content.index(b"<<") - 1 if content[:1] == b"\x61" else len(content) - 1000
    other = (content[at] - 0x41 + 1) % 26 + 0x41 if content[:1] == b"\x61" else content[at] ^ 0xFF
    return content[:at] + bytes((other,)) + content[at + 1 :]


def _value(content: bytes) -> bytes:
    return elements(content)[0][1]
