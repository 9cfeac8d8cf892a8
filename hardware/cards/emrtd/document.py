"""Reading a whole eMRTD: access, secure messaging, checks of the chip, files (ICAO 9303-11 section 4.2)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from hardware.cards import tlv
from hardware.cards.emrtd import active_authentication, chip_authentication
from hardware.cards.emrtd.bac import open_with_bac
from hardware.cards.emrtd.files import (
    ATR_INFO,
    CARD_ACCESS,
    CARD_SECURITY,
    DIR,
    EXTENDED_READ,
    FILES,
    SHORT_READ,
    File,
    Progress,
    Reader,
    groups_listed,
    groups_signed,
)
from hardware.cards.emrtd.pace import PaceSession, open_with_pace
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret, Secret
from hardware.cards.emrtd.secure_messaging import SecureChannel
from hardware.cards.emrtd.security_infos import ECDH, SecurityInfos, elliptic_key
from hardware.cards.iso7816 import (
    Cancelled,
    CardLied,
    CardRefused,
    CardUnsupported,
    Command,
    PlainChannel,
    ReaderRefused,
    SessionLost,
    Transmit,
    demand,
)

Check = Literal["passed", "failed", "not offered", "not checked"]
Access = Literal["pace-mrz", "pace-can", "bac"]

WANTED = ("COM", "SOD", "DG1", "DG2", "DG11", "DG12", "DG14", "DG15")

_APPLICATION = bytes.fromhex("A0000002471001")
_MASTER_FILE_LISTS = {file.name: file for file in (ATR_INFO, DIR)}
# What proves the chip is read before what is read at length; the portrait last.
_FIRST = ("COM", "SOD", "DG14", "DG15", "DG1", "DG11", "DG12")
_LAST = "DG2"
_MOST_SESSIONS = 10
_MOST_EXCHANGES = 4096  # 256 KB in short reads take 1200
# With these a chip says that it has no EF.CardAccess; anything else is no reason to go on without PACE.
_NO_SUCH_FILE = frozenset((0x6A82, 0x6A81, 0x6A83, 0x6A86, 0x6A88, 0x6982, 0x6985, 0x6986, 0x6D00))
_NOT_FOUND = 0x6A82
_SESSION_ENDED = frozenset((0x6882, 0x6987, 0x6988))
_TOO_LONG = frozenset((0x6700, 0x6C00, 0x6F00, 0x6281))


@dataclass(frozen=True)
class RawDocument:
    """What a chip gave.

    Attributes:
        files: content by name ("COM", "SOD", "DG1" …, and "CardSecurity" after chip authentication mapping).
        access: how it was opened.
        pace: variant and curve, "" after BAC.
        chip_authentication: whether the chip proved the private key of its DG14 or EF.CardSecurity.
        active_authentication: whether the chip proved the private key of its DG15.
        card_access: EF.CardAccess, b"" if there is none.
        refused: status by name of the files that were asked for in vain.

    The proofs hold for keys whose own authenticity is passive authentication's affair.
    """

    files: dict[str, bytes] = field(repr=False)
    access: Access
    pace: str
    chip_authentication: Check
    active_authentication: Check
    card_access: bytes
    refused: dict[str, int]


def read_document(
    transmit: Transmit,
    secret: Secret,
    *,
    wanted: Iterable[str] = WANTED,
    progress: Progress = lambda name, done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    extended: bool = True,
) -> RawDocument:
    """Open a chip and read it.

    Args:
        transmit: the way to the card.
        secret: from its machine-readable zone, or its access number.
        wanted: names of files; "ATR/INFO" and "DIR" of the master file as well.
        progress: called with file, octets read and octets in all.
        cancelled: asked before every exchange.
        extended: False when the card or reader is known to take short APDUs only.

    A chip that names PACE is opened with PACE or not at all; BAC is for those that do not. Files that neither
    EF.COM nor EF.SOD names are not asked for. Raises WrongSecret, CardRefused, CardLied, CardUnsupported,
    CardMute, CardGone, Cancelled; ValueError for a name of no file.
    """
    names = list(wanted)
    unknown = [name for name in names if name not in FILES and name not in _MASTER_FILE_LISTS]
    if unknown:
        raise ValueError(f"There is no file {unknown[0]} in a travel document.")
    return _Reading(transmit, secret, names, progress, cancelled, extended).run()


class _Reading:
    """One reading, over as many sessions as it takes: a chip that gives up a session is opened again."""

    def __init__(
        self,
        transmit: Transmit,
        secret: Secret,
        wanted: list[str],
        progress: Progress,
        cancelled: Callable[[], bool],
        extended: bool,
    ) -> None:
        self._transmit = transmit
        self._secret = secret
        self._wanted = wanted
        self._progress = progress
        self._cancelled = cancelled
        self._exchanges = 0
        self._plain = PlainChannel(self._guarded, extended)
        self._card_access: bytes | None = None
        self._offered = SecurityInfos()
        self._access: Access = "bac"
        self._pace = ""
        self._files: dict[str, bytes] = {}
        self._refused: dict[str, int] = {}
        self._chip: Check | None = None
        self._mapping_key: bytes | None = None
        self._active: Check | None = None

    def run(self) -> RawDocument:
        for _ in range(_MOST_SESSIONS):
            secure = self._open()
            if secure is not None and self._read_all(secure):
                break
        else:
            raise CardLied("The card gives up one session after the other.")
        return RawDocument(
            self._files,
            self._access,
            self._pace,
            self._chip or "not checked",
            self._active or "not checked",
            self._card_access or b"",
            self._refused,
        )

    def _guarded(self, apdu: bytes) -> bytes:
        if self._cancelled():
            raise Cancelled("The reading was cancelled.")
        self._exchanges += 1
        if self._exchanges > _MOST_EXCHANGES:
            raise CardLied("The card gives its data in pieces too small for a document.")
        return self._transmit(apdu)

    # --- access -----------------------------------------------------------------------------------

    def _open(self) -> SecureChannel | None:
        """A protected channel to the selected application; None when the session was lost on the way."""
        self._select_master_file()
        if self._card_access is None:
            self._look_around()
        if self._offered.pace:
            session = open_with_pace(self._plain, self._offered.pace, self._secret)
            self._access = "pace-can" if isinstance(self._secret, CanSecret) else "pace-mrz"
            self._pace = session.name
            secure = session.channel
            if not self._check_mapping(session):
                return None
            demand(secure.exchange(_select_application()), "the travel document application")
            return secure
        if not isinstance(self._secret, MrzSecret):
            raise CardUnsupported("This card opens with its machine-readable zone only, not with a number.")
        demand(self._plain.exchange(_select_application()), "the travel document application")
        return open_with_bac(self._plain, self._secret)

    def _select_master_file(self) -> None:
        """Some chips take the first plain command as the end of a session only, some know no 3F00."""
        select = Command(0, 0xA4, 0x00, 0x0C, b"\x3f\x00")
        answer = self._plain.exchange(select)
        if answer.sw in _SESSION_ENDED:
            answer = self._plain.exchange(select)
        if not answer.ok:
            self._plain.exchange(Command(0, 0xA4, 0x00, 0x0C))

    def _look_around(self) -> None:
        """Read what is free to read in the master file, and find out whether extended length works."""
        reader = Reader(self._plain, SHORT_READ, self._progress)
        for file in (_MASTER_FILE_LISTS[name] for name in self._wanted if name in _MASTER_FILE_LISTS):
            try:
                self._files[file.name] = reader.read(file)
            except CardRefused as refusal:
                self._refused[file.name] = refusal.sw
        try:
            self._card_access = reader.read(CARD_ACCESS)
        except CardRefused as refusal:
            if refusal.sw not in _NO_SUCH_FILE:
                raise
            self._card_access = b""
        else:
            self._offered = SecurityInfos.load(self._card_access)
        if self._plain.extended:
            self._plain.exchange(Command(0, 0xB0, 0, 0, le=EXTENDED_READ))  # the channel learns from it

    def _reader(self, channel: SecureChannel) -> Reader:
        return Reader(channel, EXTENDED_READ if self._plain.extended else SHORT_READ, self._progress)

    def _check_mapping(self, session: PaceSession) -> bool:
        """Find the key of EF.CardSecurity that chip authentication mapping proves; False: session lost."""
        if not session.mapped or self._chip is not None or self._mapping_key is not None:
            return True
        if CARD_SECURITY.name not in self._refused:
            try:
                content = self._reader(session.channel).read(CARD_SECURITY)
            except (SessionLost, ReaderRefused) as lost:
                self._after_loss(lost, CARD_SECURITY.name)
                return False
            except CardRefused as refusal:
                self._refused[CARD_SECURITY.name] = refusal.sw
            else:
                self._files[CARD_SECURITY.name] = content
                with contextlib.suppress(CardLied, CardUnsupported):
                    infos = SecurityInfos.from_card_security(content)
                    self._mapping_key = session.proof.holds(infos) if session.proof else None
        if self._mapping_key is None:
            self._chip = "failed"
        return True

    # --- files ------------------------------------------------------------------------------------

    def _read_all(self, secure: SecureChannel) -> bool:
        """Read what is still missing; False when the session is over and another is needed."""
        reader = self._reader(secure)
        for file in self._order():
            if file.name not in self._files and file.name not in self._refused and self._named(file.name):
                try:
                    self._files[file.name] = reader.read(file)
                except (SessionLost, ReaderRefused) as lost:
                    self._after_loss(lost, file.name)
                    return False
                except CardRefused as refusal:
                    self._refused[file.name] = refusal.sw
            try:
                if file.name == "DG14" and self._chip is None:
                    secure = self._check_chip(secure)
                    reader = self._reader(secure)
                elif file.name == "DG15" and self._active is None:
                    self._check_active(secure)
            except (SessionLost, ReaderRefused):
                return False
        if self._chip is None and self._mapping_key is not None:
            self._chip = "passed"
        return True

    def _after_loss(self, lost: CardRefused | ReaderRefused, name: str) -> None:
        """Next time with short reads; a card that gives up over those as well does not give this file."""
        if self._plain.extended:
            self._plain.extended = False
        elif isinstance(lost, CardRefused):
            self._refused[name] = lost.sw

    def _order(self) -> list[File]:
        wanted = [name for name in self._wanted if name in FILES]
        first = [name for name in _FIRST if name in wanted]
        last = [_LAST] if _LAST in wanted else []
        middle = [name for name in wanted if name not in first and name not in last]
        return [FILES[name] for name in (*first, *middle, *last)]

    def _named(self, name: str) -> bool:
        """Whether the chip says it has the file; when its lists were not read, any may be there."""
        if name in ("COM", "SOD"):
            return True
        named = self._signed() | groups_listed(self._files.get("COM", b""))
        return not named or name in named

    def _signed(self) -> set[str]:
        return groups_signed(self._files.get("SOD", b""))

    # --- checks -----------------------------------------------------------------------------------

    def _absent(self, name: str) -> Check:
        """What a check amounts to whose file is not there: a signed file that is held back is a failure."""
        if name in self._signed():
            return "failed"
        return "not offered" if self._refused.get(name, _NOT_FOUND) == _NOT_FOUND else "not checked"

    def _check_chip(self, secure: SecureChannel) -> SecureChannel:
        """Chip authentication with DG14; returns the channel to go on with."""
        if "DG14" not in self._files:
            if self._mapping_key is None:
                self._chip = self._absent("DG14")
            return secure
        try:
            infos = SecurityInfos.from_dg14(self._files["DG14"])
            offer = chip_authentication.choose(infos)
        except CardLied:
            self._chip = "failed"
            return secure
        except CardUnsupported:
            self._chip = "passed" if self._mapping_key is not None else "not checked"
            return secure
        self._compare(infos)
        if self._mapping_key is not None and (offer is None or self._holds_key(infos, self._mapping_key)):
            self._chip = "passed"
            return secure
        if offer is None:
            self._chip = "not checked" if infos.keys else "not offered"
            return secure
        try:
            renewed = chip_authentication.authenticate(self._plain, secure, offer)
        except chip_authentication.NotProven as failure:
            self._chip = "failed"
            if failure.session_over:
                raise SessionLost(0x6988, "chip authentication") from failure
            return secure
        self._chip = "passed"
        return renewed

    def _compare(self, infos: SecurityInfos) -> None:
        """DG14 repeats the variants of PACE, signed: so nobody can have struck one from EF.CardAccess."""
        if {info.oid for info in infos.pace} - {info.oid for info in self._offered.pace}:
            raise CardLied("The card hides a variant of PACE that its DG14 names.")

    def _holds_key(self, infos: SecurityInfos, encoded: bytes) -> bool:
        for key in infos.keys:
            with contextlib.suppress(CardLied, CardUnsupported):
                if key.agreement == ECDH and elliptic_key(key.info)[1] == encoded:
                    return True
        return False

    def _check_active(self, secure: SecureChannel) -> None:
        """Active authentication with DG15."""
        if "DG15" not in self._files:
            self._active = self._absent("DG15")
            return
        try:
            info = tlv.only(self._files["DG15"], 0x6F)
            told = SecurityInfos.from_dg14(self._files["DG14"]) if "DG14" in self._files else SecurityInfos()
        except (tlv.TlvError, CardLied):
            self._active = "failed"
            return
        longest = EXTENDED_READ if self._plain.extended else 256
        try:
            held = active_authentication.authenticate(secure, info, told.signature_hash, longest)
            self._active = "passed" if held else "failed"
        except CardUnsupported:
            self._active = "not checked"
        except (CardRefused, ReaderRefused) as refusal:
            lost = isinstance(refusal, SessionLost | ReaderRefused)
            if lost and self._plain.extended:
                self._plain.extended = False
            elif isinstance(refusal, CardRefused) and refusal.sw in _TOO_LONG and not self._plain.extended:
                self._active = "not checked"  # a signature that does not fit into a short answer
            else:
                self._active = "failed"
            if lost:
                raise


def _select_application() -> Command:
    return Command(0, 0xA4, 0x04, 0x0C, _APPLICATION)
