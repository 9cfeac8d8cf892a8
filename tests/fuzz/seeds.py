"""The first inputs of every target, from the simulated world's specimens: `python -m tests.fuzz.seeds`.

Rewrites tests/fuzz/corpus. Small on purpose: a portrait is cut down to the headers that are parsed.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hardware.cards import tlv
from hardware.cards.emrtd.document import read_document
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
from hardware.cards.iso7816 import CardError, CardGone
from hardware.cards.look import look_at
from simulator.card import PROFILES, make_chip
from simulator.card.contents import EF_CARD_ACCESS, EF_DIR, Document
from simulator.card.pki import pki
from simulator.card.profiles_more import MORE
from tests.fuzz.targets import SEEDS

LARGEST = 6000  # octets of one seed
CHIPS = ("passport_gm", "passport_cam", "passport_bac", "foreign_id")
LOOKED_AT = ("german_id", "german_eat", "foreign_id", "passport", "egk", "bank")

ZONES = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "IDD<<L01X00T471<<<<<<<<<<<<<<<\n8308126<3108011D<<2108<<<<<<<7\nMUSTERMANN<<ERIKA<<<<<<<<<<<<<",
)
PAYMENTS = (
    "BCD\n002\n1\nSCT\n\nStadtkasse Musterstadt\nDE02120300000000202051\nEUR46.00\n\n\nPersonalausweis\n",
    "BCD\n001\n1\nSCT\nBYLADEM1001\nStadtkasse\nDE02120300000000202051\nEUR37\n\nRF18539007547034\n\n",
    "BCD\r\n002\r\n2\r\nSCT\r\n\r\nStadtkasse\r\nDE02120300000000202051\r\n\r\nGDDS\r\n\r\n\r\nHinweis",
    "bank://singlepaymentsepa?name=Stadtkasse%20Musterstadt&iban=DE02120300000000202051"
    "&amount=46,00&currency=EUR&reason=Personalausweis",
    "https://example.invalid/termin?t=ABCDEF",
)

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)

Transmit = Callable[[bytes], bytes]


class Recorder:
    """Notes what a chip answers, each answer behind its length octet, as the targets play it back."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self.heard = b""

    def __call__(self, command: bytes) -> bytes:
        answer = self._transmit(command)
        if len(answer) > 255:
            raise CardGone("The recording is long enough.")
        self.heard += bytes((len(answer),)) + answer
        return answer


def main() -> None:
    shutil.rmtree(SEEDS, ignore_errors=True)
    certificates = {f"csca_{country.lower()}.cer": entry.der for country, entry in pki().csca.items()}
    certificates |= {f"ds_{who.lower().replace(' ', '_')}.cer": e.der for who, e in pki().signers.items()}
    keep("certificate", certificates)
    keep(
        "master_list",
        {"list.ml": pki().master_list, "single": pki().csca["DE"].der}
        | {f"{method}.zip": archive(pki().csca["DE"].der, method) for method in METHODS},
    )
    keep("mrz", {f"zone{i}": zone.encode() for i, zone in enumerate(ZONES)})
    keep("payment", {f"code{i}": code.encode() for i, code in enumerate(PAYMENTS)})
    chips()
    looks()


def archive(content: bytes, method: int) -> bytes:
    """A zip with one certificate in it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as packed:
        packed.writestr(zipfile.ZipInfo("issuer.cer"), content, method)
    return whole.getvalue()


def chips() -> None:
    """Files and first answers of travel documents."""
    groups: dict[str, bytes] = {}
    infos: dict[str, bytes] = {}
    sods: dict[str, bytes] = {}
    talks: dict[str, bytes] = {}
    for name in CHIPS:
        files = document_of(name).files
        groups |= {f"{name}_{group}": small(group, data) for group, data in files.items() if group != "SOD"}
        infos[f"{name}_dg14"] = files["DG14"]
        sods[name] = files["SOD"]
        talks |= conversations(name)
    keep("data_group", groups | {"modern_DG2": modern_portrait()})
    keep("security_infos", infos | card_accesses())
    keep("sod", sods)
    signed = {name: tlv.only(sod, 0x77) for name, sod in sods.items()}
    keep("signed_data", signed | {"list": pki().master_list})
    keep("chip", talks)
    keep("protected", {name: sealed(data) for name, data in groups.items() if len(data) < 400})
    keep("tlv", {"sod": sods[CHIPS[0]]} | groups)


def document_of(name: str) -> Document:
    """What is printed on a chip's document and stored in it."""
    document = make_chip(name).document
    if document is None:
        raise ValueError(f"The card {name} is nobody's document.")
    return document


def conversations(name: str) -> dict[str, bytes]:
    """What a chip says until the channel is protected, or the first long answer."""
    document = document_of(name)
    secrets: dict[str, MrzSecret | CanSecret] = {"mrz": MrzSecret.from_lines(document.mrz)}
    if document.can:
        secrets["can"] = CanSecret(document.can)
    found = {}
    for kind, secret in secrets.items():
        recorder = Recorder(make_chip(name).transmit)
        with suppress(CardError):  # a long answer ends the recording
            read_document(recorder, secret, wanted=("COM",))
        found[f"{name}_{kind}"] = recorder.heard
    return found


def sealed(file: bytes) -> bytes:
    """The answers with which a file is read 200 octets at a time, each to be encrypted."""
    pieces = [file[at : at + 200] for at in range(0, len(file), 200)]
    return b"".join(bytes((len(piece) + 3,)) + b"\x00" + piece + b"\x90\x00" for piece in pieces)


def card_accesses() -> dict[str, bytes]:
    """EF.CardAccess of the profiles that have one."""
    return {
        f"{name}_card_access": PROFILES[name].files[EF_CARD_ACCESS]
        for name in LOOKED_AT
        if EF_CARD_ACCESS in PROFILES[name].files
    }


def looks() -> None:
    """Answer to reset, EF.DIR and EF.CardAccess in pieces, and what each card answers to a look at it."""
    seeds = {}
    for name, profile in ({n: PROFILES[n] for n in LOOKED_AT} | MORE).items():
        directory = profile.files.get(EF_DIR, b"")
        pieces = b"".join(bytes((len(piece),)) + piece for piece in (profile.atr, directory))
        seeds[f"{name}_files"] = pieces + profile.files.get(EF_CARD_ACCESS, b"")
        recorder = Recorder(make_chip(profile).transmit)
        look_at(profile.atr, recorder, block_protocol=True)
        seeds[f"{name}_talk"] = recorder.heard
    keep("look", seeds)


def small(group: str, data: bytes) -> bytes:
    """A data group of which the portrait is left its headers only."""
    if group != "DG2" or len(data) <= LARGEST:
        return data
    record = tlv.first(data, 0x75, 0x7F61, 0x7F60, 0x5F2E)
    if record is None:
        return data[:LARGEST]
    cut = record[:14] + (1024 - 14).to_bytes(4) + record[18:1024]
    template = tlv.encode(0x02, b"\x01") + tlv.encode(0x7F60, tlv.encode(0x5F2E, cut))
    return tlv.encode(0x75, tlv.encode(0x7F61, template))


def modern_portrait() -> bytes:
    """DG2 as ISO/IEC 39794-5 builds it: a face image block, the picture a frame header of JPEG alone."""
    picture = bytes.fromhex("FFD8FFC0001108014000F003012200021101031101FFD9")
    for tag in (0x80, 0xA0, 0xA0, 0xA1, 0x30, 0xA1, 0x65, 0xA1, 0x7F2E, 0x7F60):
        picture = tlv.encode(tag, picture)
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01") + picture))


def keep(target: str, seeds: dict[str, bytes]) -> None:
    """Write the seeds of a target; the same octets once."""
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    known: set[bytes] = set()
    for name, data in seeds.items():
        if data and data not in known:
            known.add(data)
            Path(folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
