"""Passive authentication: is what the chip says what its issuer signed? (ICAO 9303-11 section 5.1)

The answer is never a bare boolean: data can be authentic, genuine with an issuer nobody here knows, altered,
or not checkable, and each of the last three comes with its reason. Reasons name groups, certificates and
days, never data of the holder.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from hardware.cards import tlv
from hardware.cards.emrtd import cms, signatures
from hardware.cards.emrtd.certificates import Certificate
from hardware.cards.emrtd.countries import certificate_country
from hardware.cards.emrtd.trust import TrustError, TrustStore
from hardware.ports import Authenticity, Verdict

SECURITY_OBJECT = "2.23.136.1.1.1"  # id-icao-mrtd-security-ldsSecurityObject, ICAO 9303-10 section 4.6.2
LARGEST = 128 * 1024  # octets of signed data from a chip; real ones have one to ten thousand
CARD_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"  # id-SecurityObject, BSI TR-03110-3 section A.1.2.5


@dataclass(frozen=True)
class SecurityObject:
    """EF.SOD taken apart: the signed data and the digests it holds, by group name."""

    signed: cms.SignedData
    digest: str
    hashes: dict[str, bytes]

    @classmethod
    def load(cls, sod: bytes) -> SecurityObject:
        """From the whole file (tag 77). Raises CmsError and TlvError."""
        signed = _loaded(tlv.only(sod, 0x77))
        if signed.content_type != SECURITY_OBJECT:
            raise cms.CmsError("The signed content is no list of the groups' digests.")
        parts = tlv.elements(tlv.only(signed.content, 0x30))
        tags = [part.tag for part in parts]
        # version 1 adds the version of the data structure; neither version changes the rest
        if tags not in ([0x02, 0x30, 0x30], [0x02, 0x30, 0x30, 0x30]) or parts[0].value not in (b"\0", b"\1"):
            raise cms.CmsError("The list of the groups' digests is of a version that is not known.")
        hashes: dict[str, bytes] = {}
        for entry in tlv.elements(parts[2].value):
            pair = tlv.elements(entry.value)
            if [part.tag for part in pair] != [0x02, 0x04]:
                raise cms.CmsError("The list of the groups' digests is broken.")
            name = f"DG{int.from_bytes(pair[0].value[:2])}"
            if name in hashes:
                raise cms.CmsError(f"The list of the groups' digests names {name} twice.")
            hashes[name] = pair[1].value
        return cls(signed, signatures.Algorithm.load(parts[1].value).oid, hashes)


def check(files: dict[str, bytes], trust: TrustStore, *, on: date) -> Authenticity:
    """Whether the files read from a document are what its issuer signed.

    `files`: name → whole file as read, "SOD" among them; every "DGn" is compared with its digest, and
    "CardSecurity", if there, must bear a signature of its own. `on`: the day that counts for the validity of
    the signer where the signature does not say when it was made. Never raises for what a chip says.
    """
    if "SOD" not in files:
        return Authenticity(Verdict.NOT_CHECKABLE, reason="The document gave no security object (SOD).")
    try:
        sod = SecurityObject.load(files["SOD"])
    except (tlv.TlvError, cms.CmsError) as error:
        return _not_checkable(f"The security object (SOD) cannot be read: {error}")
    answers = [_digests(sod, files), _signature("SOD", sod.signed, files, trust, on)]
    if "CardSecurity" in files:
        answers.append(_card_security(files, trust, on))
    return _worst(answers)


def _loaded(signed: bytes) -> cms.SignedData:
    if len(signed) > LARGEST:
        raise cms.CmsError(f"It has {len(signed)} octets, more than any chip's.")
    return cms.SignedData.load(signed)


def _digests(sod: SecurityObject, files: dict[str, bytes]) -> Authenticity:
    groups = [name for name in files if name.startswith("DG")]
    if not groups:
        return _not_checkable("No data group was read, so there is nothing to compare.")
    try:
        algorithm = signatures.hash_named(sod.digest)
    except signatures.Unsupported as error:
        return _not_checkable(str(error))
    altered = tuple(
        name
        for name in groups
        if not hmac.compare_digest(sod.hashes.get(name, b""), signatures.digest(algorithm, files[name]))
    )
    if not altered:
        return Authenticity(Verdict.AUTHENTIC)
    unsigned = [name for name in altered if name not in sod.hashes]
    if unsigned:
        reason = f"{_listed(unsigned)} on the chip but not among the groups its issuer signed."
    else:
        reason = f"{_listed(altered)} not as the issuer signed {'it' if len(altered) == 1 else 'them'}."
    return Authenticity(Verdict.ALTERED, altered, reason)


def _signature(
    name: str, signed: cms.SignedData, files: dict[str, bytes], trust: TrustStore, on: date
) -> Authenticity:
    """The signature of one file and who stands behind it."""
    try:
        info, signer = signed.signer()
    except cms.CmsError as error:
        return _not_checkable(f"The signature of {name} cannot be checked: {error}")
    try:
        fault = signed.fault(info, signer)
    except signatures.Unsupported as error:
        return _not_checkable(f"The signature of {name} cannot be checked: {error}", signer)
    if fault:
        reason = f"The signature of {name} does not hold: {fault}"
        return Authenticity(Verdict.ALTERED, (name,), reason, signer.subject, signer.issuer)
    moment = info.signing_time
    return _issuer(name, signer, files, trust, moment.date() if moment else on)


def _issuer(
    name: str, signer: Certificate, files: dict[str, bytes], trust: TrustStore, signing_day: date
) -> Authenticity:
    """From the signer to an anchor. Validity counts on the day of signing (ICAO 9303-12 section 5.1)."""
    try:
        named = trust.anchors_for(signer)
    except TrustError as error:
        return _not_checkable(f"The trust store cannot be used: {error}", signer)
    unsupported = ""
    issuer = None
    for anchor in named:
        try:
            if signer.signed_by(anchor):
                issuer = anchor
                break
        except signatures.Unsupported as error:
            unsupported = str(error)
    if issuer is None:
        if unsupported:
            return _not_checkable(f"The certificate of the signer cannot be checked: {unsupported}", signer)
        if any(signer.names_key_of(anchor) for anchor in named):
            reason = "The signer's certificate is forged or altered: the key it names did not sign it."
            return Authenticity(Verdict.ALTERED, (name,), reason, signer.subject, signer.issuer)
        reason = "The issuer of the signer's certificate is not in the trust store."
        if named:
            reason = (
                "The signer's certificate names an issuer of the trust store, but no key known of that issuer"
                " signed it: the trust store is older than the document, or it is forged."
            )
        return Authenticity(Verdict.UNKNOWN_ISSUER, (), reason, signer.subject, signer.issuer)
    fault = ""
    if signer.ca or not signer.may_sign_data:
        fault = "The certificate of the signer is not one for signing documents."
    elif not signer.valid_on(signing_day):
        fault = _not_valid("signer", signer, signing_day)
    elif not issuer.valid_on(signing_day):
        fault = _not_valid("issuer", issuer, signing_day)
    else:
        fault = _other_country(signer, files)
    verdict = Verdict.NOT_CHECKABLE if fault else Verdict.AUTHENTIC
    return Authenticity(verdict, (), fault, signer.subject, issuer.subject)


def _card_security(files: dict[str, bytes], trust: TrustStore, on: date) -> Authenticity:
    """EF.CardSecurity: the signed copy of the chip's keys, on which chip authentication mapping rests."""
    try:
        signed = _loaded(files["CardSecurity"])
    except cms.CmsError as error:
        return _not_checkable(f"EF.CardSecurity cannot be read: {error}")
    if signed.content_type != CARD_SECURITY_OBJECT:
        return _not_checkable("EF.CardSecurity is signed for another purpose.")
    return _signature("CardSecurity", signed, files, trust, on)


def _other_country(signer: Certificate, files: dict[str, bytes]) -> str:
    """One trusted country's signer must not vouch for another's document (ICAO 9303-12 section 7.1.1)."""
    try:
        zone = tlv.only(tlv.only(files["DG1"], 0x61), 0x5F1F) if "DG1" in files else b""
    except tlv.TlvError:
        zone = b""
    said = certificate_country(zone[2:5].decode("ascii", "replace").rstrip("<"))
    if not said or not signer.country or signer.country in said:
        return ""
    return f"The document says another country issued it than its signer's ({signer.country})."


def _not_valid(who: str, certificate: Certificate, day: date) -> str:
    first, last = certificate.not_before.date(), certificate.not_after.date()
    return (
        f"The certificate of the {who} was valid from {first} to {last}, not on the day of signing ({day})."
    )


def _not_checkable(reason: str, signer: Certificate | None = None) -> Authenticity:
    if signer is None:
        return Authenticity(Verdict.NOT_CHECKABLE, (), reason)
    return Authenticity(Verdict.NOT_CHECKABLE, (), reason, signer.subject, signer.issuer)


_SEVERITY = (Verdict.AUTHENTIC, Verdict.UNKNOWN_ISSUER, Verdict.NOT_CHECKABLE, Verdict.ALTERED)


def _worst(answers: list[Authenticity]) -> Authenticity:
    """One answer out of several: the worst verdict with its reason, all altered files, the first signer."""
    worst = max(answers, key=lambda answer: _SEVERITY.index(answer.verdict))
    altered = tuple(dict.fromkeys(name for answer in answers for name in answer.altered))
    signer = next((answer for answer in answers if answer.signer), worst)
    return Authenticity(worst.verdict, altered, worst.reason, signer.signer, signer.issuer)


def _listed(names: list[str] | tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"
