"""What is fuzzed: any bytes go in, and of errors only those that a module documents may come out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Try = Callable[[bytes], None]

TODAY = date(2026, 11, 22)
SEEDS = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Target:
    """One entry. `make` imports the modules (which is when they are instrumented) and returns what is tried.

    `longest`: octets of the longest input worth trying.
    """

    name: str
    make: Callable[[], Try]
    longest: int


def _tlv() -> Try:
    from hardware.cards import tlv

    def attempt(data: bytes) -> None:
        with suppress(tlv.TlvError):
            found = tlv.elements(data)
            again = b"".join(tlv.encode(element.tag, element.value) for element in found)
            assert tlv.elements(again) == found
        with suppress(tlv.TlvError):
            tlv.elements(data, padding=True)
        with suppress(tlv.TlvError):
            tlv.first(data, 0x30, 0x31, 0x02)
        with suppress(tlv.TlvError):
            tlv.check_depth(data)
        with suppress(tlv.TlvError):
            tlv.dotted(data)

    return attempt


def _look() -> Try:
    from hardware.cards.kinds import Look, classify, probed, storage_card
    from hardware.cards.look import look_at

    def attempt(data: bytes) -> None:
        atr, directory, card_access = _parts(data, 3)
        classify(Look(atr, frozenset(), directory, card_access))
        storage_card(atr)
        for block_protocol in (True, False):
            classify(look_at(atr, _Chip(data[1:], b"\x6a\x82").answer, block_protocol=block_protocol))
            probed(_Chip(data, b"\x6d\x00").answer, block_protocol=block_protocol)

    return attempt


def _chip() -> Try:
    """A whole reading, by PACE or BAC, of a chip that answers whatever it likes."""
    from hardware.cards.emrtd.document import read_document
    from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
    from hardware.cards.iso7816 import CardError, CardGone

    def attempt(data: bytes) -> None:
        for secret in (MrzSecret("L898902C3", "740812", "120415"), CanSecret("123456")):
            with suppress(CardError):
                read_document(_Chip(data, None, CardGone).answer, secret)

    return attempt


def _protected() -> Try:
    """Reading files over secure messaging from a chip that knows the keys and answers whatever it likes.

    The first octet of an answer says how: 0 encrypted and authenticated, 1 authenticated, else as it is.
    """
    from hardware.cards import tlv
    from hardware.cards.emrtd.ciphers import SUITES, Suite, pad
    from hardware.cards.emrtd.files import FILES, Reader
    from hardware.cards.emrtd.secure_messaging import SecureChannel
    from hardware.cards.iso7816 import CardError, CardGone, Command, Response

    secret = bytes(range(32))

    class Chip:
        def __init__(self, data: bytes, suite: Suite) -> None:
            self._answers = _answers(data)
            self._suite = suite
            self._counter = 0

        def exchange(self, command: Command) -> Response:
            answer = next(self._answers, None)
            if answer is None:
                raise CardGone("The card was taken away.")
            how, said, sw = answer[0], answer[1:-2], answer[-2:]
            if how > 1:
                return Response(said, int.from_bytes(sw))
            self._counter += 2
            ssc = self._counter.to_bytes(self._suite.block)
            if how == 0:
                key = self._suite.derive(secret, 1)
                sealed = self._suite.encrypt(key, pad(said, self._suite.block), self._suite.iv(key, ssc))
                said = tlv.encode(0x87, b"\x01" + sealed) + tlv.encode(0x99, sw)
            mac = self._suite.mac(self._suite.derive(secret, 2), ssc + pad(said, self._suite.block))
            return Response(said + tlv.encode(0x8E, mac), int.from_bytes(sw))

    def attempt(data: bytes) -> None:
        suite = SUITES[1 + len(data) % len(SUITES)]
        channel = SecureChannel.from_secret(Chip(data, suite), suite, secret)
        reader = Reader(channel, 200, lambda name, done, total: None)
        for file in FILES.values():
            with suppress(CardError):
                assert len(reader.read(file)) <= file.largest

    return attempt


def _security_infos() -> Try:
    from hardware.cards.emrtd.security_infos import SecurityInfos, elliptic_key, standard_curve
    from hardware.cards.iso7816 import CardError

    def attempt(data: bytes) -> None:
        for load in (SecurityInfos.load, SecurityInfos.from_card_security, SecurityInfos.from_dg14):
            with suppress(CardError):
                infos = load(data)
                for info in infos.pace:
                    info.name  # noqa: B018
                for key in infos.keys:
                    with suppress(CardError):
                        elliptic_key(key.info)
                infos.signature_hash  # noqa: B018
        with suppress(CardError):
            elliptic_key(data)
        with suppress(CardError):
            standard_curve(data[0] if data else None)

    return attempt


def _data_group() -> Try:
    """COM and the data groups, each by its tag; EF.CardAccess, EF.DIR and EF.ATR/INFO with everything."""
    from hardware.cards.emrtd.lds import GROUPS, LdsError, parse

    by_tag = {tag: name for name, tag in GROUPS.items()}

    def attempt(data: bytes) -> None:
        for name in (by_tag.get(data[0] if data else 0, "DG1"), "CardAccess", "DIR", "ATR/INFO"):
            with suppress(LdsError):
                parse({name: data})

    return attempt


def _certificate() -> Try:
    from hardware.cards.emrtd.certificates import Certificate, CertificateError
    from hardware.cards.emrtd.signatures import Unsupported

    def attempt(data: bytes) -> None:
        with suppress(CertificateError, Unsupported):
            certificate = Certificate.load(data)
            assert certificate.valid_on(TODAY) in (True, False)
            assert certificate.names_as_issuer(certificate) in (True, False)
            certificate.signed_by(certificate)

    return attempt


def _signed_data() -> Try:
    """CMS as SOD, EF.CardSecurity and master lists carry it."""
    from hardware.cards.emrtd.cms import CmsError, SignedData, is_signed_data
    from hardware.cards.emrtd.signatures import Unsupported

    def attempt(data: bytes) -> None:
        is_signed_data(data)
        with suppress(CmsError, Unsupported):
            signed = SignedData.load(data)
            signer, certificate = signed.signer()
            signer.signing_time  # noqa: B018
            signed.fault(signer, certificate)

    return attempt


def _sod() -> Try:
    """Passive authentication answers whatever the files hold, never raises, and trusts no rubbish."""
    from hardware.cards.emrtd.passive import check
    from hardware.cards.emrtd.trust import TrustStore
    from hardware.ports import Verdict

    trust = TrustStore.open(Path(tempfile.mkdtemp()) / "store")
    for issuer in (SEEDS / "certificate").glob("csca_*"):
        trust.import_file(issuer)

    def attempt(data: bytes) -> None:
        answer = check({"SOD": data, "DG1": b"\x61\x00"}, trust, on=TODAY)
        assert answer.verdict in Verdict
        assert answer.verdict is not Verdict.AUTHENTIC

    return attempt


def _master_list() -> Try:
    """What `lotse trust import` is given: a master list, a bundle, a zip of such."""
    from hardware.cards.emrtd.trust import TrustError, TrustStore

    folder = Path(tempfile.mkdtemp())
    published, store = folder / "list", folder / "store"
    root = SEEDS / "certificate" / "csca_de.cer"

    def attempt(data: bytes) -> None:
        published.write_bytes(data)
        for trusted in (None, root):
            with suppress(TrustError):
                TrustStore.open(store).import_file(published, trusted, on=TODAY)
            shutil.rmtree(store, ignore_errors=True)

    return attempt


def _mrz() -> Try:
    from hardware.camera import mrz_format as zones
    from hardware.cards.emrtd.secrets import MrzSecret

    def attempt(data: bytes) -> None:
        text = data.decode("latin-1")
        with suppress(zones.MrzError):
            zone = zones.parse(text.split("\n"), TODAY)
            assert len(zone.lines) == zone.shape.rows
            assert zone.valid or zone.failed
            zones.failed_checks(zone.shape, zone.lines)
            zones.well_formed(zone)
            zones.german_serial_ok(zone.fields["number"])
            for proposal in zones.umlaut_proposals(zone.fields["surname"]):
                assert zones.same_name(proposal, zone.fields["surname"])
            with suppress(ValueError):
                MrzSecret.from_lines(zone.lines)
        zones.zone_spelling(text)
        zones.same_name(text, text[::-1])

    return attempt


def _payment() -> Try:
    """GiroCode (EPC069-12) and BezahlCode, and whatever else a code at the camera may hold."""
    from hardware.camera.girocode import CodeRefused, iban_fault, parse, parse_bezahlcode, reference_fault
    from hardware.camera.payload import classify, describe
    from hardware.ports import CodeRead

    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

    def attempt(data: bytes) -> None:
        text = data.decode("latin-1")
        for order in (data, text):
            with suppress(CodeRefused):
                code = parse(order)
                assert iban_fault(code.iban) is None
        with suppress(CodeRefused):
            parse_bezahlcode(text)
        iban_fault(text)
        reference_fault(text)
        for form in ("QRCode", "DataMatrix"):
            seen = CodeRead(form, data, text, corners)
            describe(seen)
            with suppress(CodeRefused):
                classify(seen)

    return attempt


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("tlv", _tlv, 4096),
        Target("look", _look, 2048),
        Target("chip", _chip, 4096),
        Target("protected", _protected, 4096),
        Target("security_infos", _security_infos, 2048),
        Target("data_group", _data_group, 16384),
        Target("certificate", _certificate, 4096),
        Target("signed_data", _signed_data, 8192),
        Target("sod", _sod, 8192),
        Target("master_list", _master_list, 8192),
        Target("mrz", _mrz, 256),
        Target("payment", _payment, 2500),
    )
}


class _Chip:
    """Answers commands with what the input holds, one length octet and the answer after the other.

    Then with `rest`, or not at all: `gone` is raised.
    """

    def __init__(self, data: bytes, rest: bytes | None, gone: type[Exception] = EOFError) -> None:
        self._answers = _answers(data)
        self._rest = rest
        self._gone = gone

    def answer(self, command: bytes) -> bytes:
        """The response APDU; at least a status word."""
        answer = next(self._answers, self._rest)
        if answer is None:
            raise self._gone("The card was taken away.")
        return answer


def _answers(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = data[at]
        answer = data[at + 1 : at + 1 + size]
        yield answer if len(answer) >= 2 else answer + b"\x90\x00"
        at += 1 + size


def _parts(data: bytes, count: int) -> list[bytes]:
    """`count` pieces, all but the last behind a length octet."""
    pieces = []
    for _ in range(count - 1):
        size = data[0] if data else 0
        pieces.append(data[1 : 1 + size])
        data = data[1 + size :]
    return [*pieces, data]
