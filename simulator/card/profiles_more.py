"""Cards that are no identity documents, as visitors lay them on the reader by mistake.

Sources: gematik's object system of the HBA (DF.HPA, DF.QES, DF.ESIGN), DIN 66291-4 (signature), the KA
specification of the German public transport, PC/SC part 3 section 3.1.3.2.3 with its supplement (memory
cards), ETSI TS 102 221 section 13.1 (USIM). No card holds anything about a person.
"""

from __future__ import annotations

from simulator.card.contents import EF_DIR
from simulator.card.der import tlv
from simulator.card.profiles import Profile

HBA = bytes.fromhex("D27600014601")
HBA_PROFESSION = bytes.fromhex("D27600014602")
ESIGN = bytes.fromhex("A000000167455349474E")
ESIGN_DESCRIPTION = bytes.fromhex("E828BD080FA000000167455349474E")
DIN_SIGNATURE = bytes.fromhex("D27600006601")
TICKET = bytes.fromhex("D2760001354B414E4D303100")
USIM = bytes.fromhex("A0000000871002")


def _atr(interface: str, historical: str) -> bytes:
    """TS, T0 and `interface` bytes, historical bytes, check octet TCK (ISO/IEC 7816-3 section 8.2)."""
    octets = bytes.fromhex(interface + historical)
    check = 0
    for octet in octets[1:]:
        check ^= octet
    return octets + bytes((check,))


def _memory_card(standard: str, name: str) -> bytes:
    """What a reader's driver answers for a card that has no answer to reset of its own (PC/SC part 3)."""
    return _atr("3B8F8001", "804F0CA000000306" + standard + name + "00000000")


def _directory(*aids: bytes) -> bytes:
    return b"".join(tlv(0x61, tlv(0x4F, aid)) for aid in aids)


MORE: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "health_professional",
            "Heilberufsausweis",
            _atr("3BD097FF81B1FE451F07", ""),
            (HBA, HBA_PROFESSION, DIN_SIGNATURE, ESIGN),
            {EF_DIR: _directory(HBA, HBA_PROFESSION, DIN_SIGNATURE, ESIGN)},
        ),
        Profile(
            "signature",
            "Signaturkarte",
            _atr("3BD218008131FE58", "C904"),
            (DIN_SIGNATURE, ESIGN, ESIGN_DESCRIPTION),
        ),
        Profile("transport", "Fahrkarte (VDV-Kernapplikation)", _atr("3B808001", ""), (TICKET,)),
        Profile("storage", "Speicherkarte (MIFARE Ultralight)", _memory_card("03", "0003")),
        Profile("desfire", "Kundenkarte (MIFARE DESFire)", _atr("3B818001", "80")),
        Profile("sim", "SIM-Karte", _atr("3B9F96801FC7", "8031E073FE211B63000000009000" + "00"), (USIM,)),
    )
}
