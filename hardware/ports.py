"""What the robot may ask of a device: protocols and frozen events, no more.

Drivers are asyncio-facing: blocking work runs in a worker (thread or child process) of the driver,
behind a deadline, so that no device can freeze a visit. A driver never raises because its device is
missing: it starts in `State.ABSENT`, reconnects with back-off by itself and says so in `health()`.
Errors of a single request are `DeviceError`s with one sentence for the log (never personal data).
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


class State(enum.Enum):
    """State of a device's connection."""

    ABSENT = "absent"  # not configured, or never seen yet
    CONNECTING = "connecting"
    READY = "ready"
    DEGRADED = "degraded"  # works in part: paper low, stale picture
    FAILED = "failed"  # seen before, gone or mute now; the driver keeps trying


@dataclass(frozen=True)
class Health:
    """What a device says of itself; `detail` is one English sentence without personal data."""

    device: str
    state: State
    detail: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class DeviceError(Exception):
    """A request to a device failed; the message is one sentence that says what to do."""


class DeviceGone(DeviceError):
    """The device vanished or never was there."""


class DeviceTimeout(DeviceError):
    """The device did not answer within its deadline."""


class Device(Protocol):
    """Life cycle that every driver shares."""

    name: str

    async def start(self) -> None:
        """Begin connecting; returns at once, never raises for a missing device."""

    async def stop(self) -> None:
        """Release everything within two seconds."""

    def health(self) -> Health:
        """The state right now, without blocking."""


# --- speech -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpeechStarted:
    """The voice gate opened. `at` is the monotonic time of the first voiced sample."""

    at: float


@dataclass(frozen=True)
class Partial:
    """What was understood so far of the running utterance."""

    text: str


@dataclass(frozen=True)
class Utterance:
    """A finished utterance: lower-case words as the recogniser writes them.

    `ended_at`: monotonic time of the last voiced sample; `confidence`: mean of the words, 0..1;
    `during_speech`: the colleague was speaking when it began (barge-in). `lang`: whose recogniser wrote it.
    """

    text: str
    confidence: float
    started_at: float
    ended_at: float
    during_speech: bool = False
    lang: str = "de"


@dataclass(frozen=True)
class Unintelligible:
    """Somebody spoke, nothing was recognised with enough confidence."""

    ended_at: float


HearingEvent = SpeechStarted | Partial | Utterance | Unintelligible


class Hearing(Device, Protocol):
    """The microphone with voice activity gate and recogniser."""

    def events(self) -> AsyncIterator[HearingEvent]:
        """All events from now on; one consumer."""

    def listen(self, *, on: bool, expect: str = "sentence", phrases: Sequence[str] = ()) -> None:
        """Open or close the gate.

        `expect`: "word" (a yes-or-no question), "number" (or date, or time), "name" (any word may be
        one) or "sentence". `phrases`: what is likely to be said now, in the visit's language. Both are
        hints for end-pointing and a second opinion on doubtful short answers, never a restriction on
        what may be said.
        """

    def set_language(self, lang: str) -> bool:
        """The visit's language, "de" at first; from the next utterance on. Whether it can be heard.

        Of a language that cannot, stop words, short German answers, phrases of `listen` and names of
        languages are heard; anything else is Unintelligible.
        """

    def speaking(self, text: str | None) -> None:
        """The colleague's own sentence that sounds right now, or None: guards against hearing oneself.

        While it is set, only stop words and utterances that are no echo of it come through.
        """


@dataclass(frozen=True)
class SentenceStarted:
    """A sentence's first sample went to the sound server; `chars` = (start, end) within the text.

    `seconds`: how long it will sound, the pause behind it included; 0 when nobody knows.
    """

    text: str
    chars: tuple[int, int]
    at: float
    seconds: float = 0.0


@dataclass(frozen=True)
class SpeechEnded:
    """The text was spoken to its end (`completed`) or cut."""

    completed: bool
    at: float


VoiceEvent = SentenceStarted | SpeechEnded


class Voice(Device, Protocol):
    """Loudspeaker with synthesiser: sentence by sentence into one stream that stays open."""

    async def say(
        self, text: str, *, lang: str = "de", speed: float = 1.0, loudness: float = 1.0
    ) -> AsyncIterator[VoiceEvent]:
        """Speak; the iterator ends after SpeechEnded. A new `say` cuts the one before.

        `lang`: the visit's language (de, leicht, en, tr, uk, ar, ru, pl, fr).

        With no sound device the iterator still yields the sentences (paced as if spoken) so that
        captions go on; health() tells.
        """

    async def cut(self) -> None:
        """Silence within 50 ms."""


class Headset(Device, Protocol):
    """A socket for headphones: while they are plugged in, the voice is heard in them only."""

    plugged: bool

    def events(self) -> AsyncIterator[bool]:
        """Whether they are plugged in, each time that changes; one consumer.

        When they are pulled out, what was being said is cut before the loudspeaker may be heard.
        """


# --- cards ------------------------------------------------------------------------------------


class CardKind(enum.Enum):
    """What any card tells without authentication (ATR, EF.DIR, EF.CardAccess, AIDs)."""

    GERMAN_ID = "german_id"
    GERMAN_EAT = "german_eat"
    PASSPORT = "passport"
    FOREIGN_ID = "foreign_id"
    BANK_OR_HEALTH = "bank_or_health"
    BANK = "bank"
    HEALTH = "health"
    HEALTH_PROFESSIONAL = "health_professional"  # a doctor's or pharmacist's card, or a practice's
    SIGNATURE = "signature"
    TRANSPORT = "transport"  # a ticket with a chip
    STORAGE = "storage"  # a memory card or DESFire: ticket, key or customer card, nobody can tell
    SIM = "sim"
    UNKNOWN = "unknown"
    MUTE = "mute"  # a card that does not answer


@dataclass(frozen=True)
class CardInserted:
    """A card lies on the reader and was looked at; nothing personal was read."""

    reader: str
    kind: CardKind
    at: float


@dataclass(frozen=True)
class CardRemoved:
    """The card is gone; `while_looking`: pulled before its kind was known."""

    reader: str
    while_looking: bool
    at: float


CardEvent = CardInserted | CardRemoved


@dataclass(frozen=True)
class MrzKey:
    """What opens a chip, from its machine-readable zone (ICAO 9303-11 section 4.3.1.1).

    `number` as in the zone, with fillers or without; dates YYMMDD. A secret: never shown, never logged.
    """

    number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)


@dataclass(frozen=True)
class CanKey:
    """What opens a chip, from its front: the six-digit card access number. A secret as well."""

    can: str = field(repr=False)


CardKey = MrzKey | CanKey


@dataclass(frozen=True)
class ReadProgress:
    """Octets read so far of one file of the chip ("DG2" holds the portrait, by far the largest)."""

    file: str
    done: int
    total: int


class ChipCheck(enum.Enum):
    """Outcome of asking the chip to prove that it is no copy (ICAO 9303-11 sections 6.1, 6.2)."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_OFFERED = "not offered"
    NOT_CHECKED = "not checked"


class Verdict(enum.Enum):
    """Outcome of passive authentication (ICAO 9303-11 section 5.1); never a bare yes or no."""

    AUTHENTIC = "authentic"
    UNKNOWN_ISSUER = "unknown_issuer"  # data as signed, but the signer leads to no known state
    ALTERED = "altered"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True)
class Authenticity:
    """Whether the data are those the issuing state signed.

    `altered`: names of the groups that are not; `reason`: one English sentence without personal data;
    `signer`, `issuer`: subjects of the document signer's and the country's certificate, or "".
    """

    verdict: Verdict
    altered: tuple[str, ...] = ()
    reason: str = ""
    signer: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class PortraitSeen:
    """The portrait in the chip as far as it is told: the picture itself stays in the reading process."""

    format: str
    width: int
    height: int
    octets: int


@dataclass(frozen=True)
class DocumentRead:
    """What a chip gave (ICAO 9303-10), read with its key.

    `access`: pace-mrz, pace-can or bac; `protocol`: name of the PACE protocol, "" with BAC. `lines` and the
    first `fields` (names as in `MrzRead`) come from DG1; further fields are full_name, spelled_surname and
    spelled_given_names (in national characters), birth_place, address, issuing_authority, date_of_issue where
    DG11 and DG12 have them. `groups`: files that were read;
    `refused`: status words of those the chip did not give; `faults`: one sentence per group that could not
    be understood. `ms`: time for reading and checking.
    """

    kind: CardKind
    access: str
    protocol: str
    chip_authentication: ChipCheck
    active_authentication: ChipCheck
    authenticity: Authenticity
    lines: tuple[str, ...] = field(repr=False)
    fields: dict[str, str] = field(repr=False)
    groups: tuple[str, ...]
    refused: dict[str, int]
    faults: dict[str, str]
    portrait: PortraitSeen | None
    ms: float


class ReadFault(enum.Enum):
    """Why a chip was not read."""

    GONE = "gone"  # pulled, or no card lies there
    MUTE = "mute"  # did not answer within the deadline
    LIED = "lied"  # answers that no chip of its kind gives
    REFUSED = "refused"  # the chip declined with a status word
    WRONG_KEY = "wrong_key"  # the zone or number does not belong to this chip
    OTHER_KIND = "other_kind"  # another kind of card lies there than the request allows
    CANCELLED = "cancelled"
    BUSY = "busy"  # another reading runs, or another program holds the card


class ReadFailed(DeviceError):
    """A chip was not read; the reader is free again. `fault` says why, the message is for the log."""

    def __init__(self, fault: ReadFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class CardReader(Device, Protocol):
    """Watches all PC/SC readers."""

    def events(self) -> AsyncIterator[CardEvent]:
        """All events from now on; one consumer."""

    async def read(
        self,
        reader: str,
        key: CardKey,
        kinds: Collection[CardKind],
        *,
        on: date,
        progress: Callable[[ReadProgress], None] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> DocumentRead:
        """Read the identity document on `reader` and check it as of the day `on`.

        Who may be read is the robot's policy: a card whose kind is not in `kinds` is looked at, never read.
        `trace` is called with one line per exchange: header, lengths and status word, never a content.
        Cancelling the task ends the reading. Raises ReadFailed; the reader is free within two seconds then.
        """


# --- camera -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class MrzRead:
    """A machine-readable zone as read from pictures (ICAO 9303-3, -4, -5).

    `lines`: 2x44, 2x36 or 3x30 characters. `fields`: document_type, issuer, number, nationality,
    birth_date (YYYY-MM-DD or ""), sex, expiry_date, surname, given_names — as printed in the zone.
    `valid`: all check digits hold. `certain`: may be accepted without asking. `doubtful`: (line,
    column) of characters that were not sure. `outline`: four corners of the zone, 0..1 of the picture.
    """

    lines: tuple[str, ...]
    fields: dict[str, str]
    valid: bool
    certain: bool
    doubtful: tuple[tuple[int, int], ...]
    outline: tuple[tuple[float, float], ...]


class Hint(enum.Enum):
    """One thing to tell the person who holds a document under the camera."""

    NOTHING = "nothing"  # no document seen
    TOO_FAR = "too_far"
    BLURRED = "blurred"
    GLARE = "glare"
    TURNED = "turned"
    WRONG_SIDE = "wrong_side"
    HOLD_STILL = "hold_still"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class CodeRead:
    """A bar code or matrix code as read from a picture; what it means is not known yet.

    `format`: "QRCode", "DataMatrix", "Aztec" …; `data`: its bytes; `text`: the same as text. `outline`: four
    corners, 0..1 of the picture. Its repr keeps silent on the contents: they may be personal.
    """

    format: str
    data: bytes = field(repr=False)
    text: str = field(repr=False)
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Looked:
    """Result of looking at one picture: a zone, codes, or a hint why not.

    `outline`: four corners of what was found, 0..1 of the picture: the zone, the code, or the document
    although nothing on it could be read yet; empty without any of them.
    """

    mrz: MrzRead | None
    hint: Hint | None
    ms: float
    outline: tuple[tuple[float, float], ...] = ()
    codes: tuple[CodeRead, ...] = ()


class Camera(Device, Protocol):
    """The document camera: newest frame only, reopened after every failure."""

    def look(self, *, codes: bool = False) -> AsyncIterator[Looked]:
        """Read the live stream until the consumer stops; frames are forgotten at once.

        `codes`: read codes and nothing else, no machine-readable zone either (which needs consent).
        Raises DeviceGone when no picture came for the stall deadline; the caller may look again.
        """

    async def jpeg(self, width: int = 800) -> bytes:
        """The newest picture for the screen, as JPEG. Raises DeviceGone."""


# --- printer ----------------------------------------------------------------------------------


class Paper(enum.Enum):
    """Paper sensor."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ticket:
    """What the slip carries; no personal data. `qr` is the case reference as an opaque text."""

    town: str
    number: str
    service: str
    issued: str
    place: str
    bring: tuple[str, ...]
    qr: str
    note: str = ""
    labels: dict[str, str] = field(default_factory=dict)


class Printer(Device, Protocol):
    """ESC/POS ticket printer with paper status."""

    async def print_ticket(self, ticket: Ticket) -> None:
        """Print and cut. Raises DeviceError (no paper, gone, mute) within five seconds."""

    async def paper(self) -> Paper:
        """Ask the sensor."""


# --- body -------------------------------------------------------------------------------------


class Light(enum.Enum):
    """What the light ring shows."""

    OFF = "off"
    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    HELP = "help"


@dataclass(frozen=True)
class Presence:
    """Somebody stands before the kiosk, or nobody does any more."""

    present: bool
    at: float


class Body(Device, Protocol):
    """Presence sensor and light ring over Modbus RTU. No body connected is a supported state."""

    def events(self) -> AsyncIterator[Presence]:
        """Changes of presence from now on; one consumer."""

    def show(self, light: Light) -> None:
        """Set the light ring; never blocks, the latest wish wins."""
