"""What the robot may ask of a device: protocols and frozen events, no more.

Drivers are asyncio-facing: blocking work runs in a worker (thread or child process) of the driver,
behind a deadline, so that no device can freeze a visit. A driver never raises because its device is
missing: it starts in `State.ABSENT`, reconnects with back-off by itself and says so in `health()`.
Errors of a single request are `DeviceError`s with one sentence for the log (never personal data).
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
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
    `during_speech`: the colleague was speaking when it began (barge-in).
    """

    text: str
    confidence: float
    started_at: float
    ended_at: float
    during_speech: bool = False


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

        `expect`: "word" (one-word answer: short end-pointing) or "sentence". `phrases`: what is likely
        to be said now; a hint for end-pointing, never a restriction on what may be said.
        """

    def speaking(self, text: str | None) -> None:
        """The colleague's own sentence that sounds right now, or None: guards against hearing oneself.

        While it is set, only stop words and utterances that are no echo of it come through.
        """


@dataclass(frozen=True)
class SentenceStarted:
    """A sentence's first sample went to the sound server; `chars` = (start, end) within the text."""

    text: str
    chars: tuple[int, int]
    at: float


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

        With no sound device the iterator still yields the sentences (paced as if spoken) so that
        captions go on; health() tells.
        """

    async def cut(self) -> None:
        """Silence within 50 ms."""


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


class CardReader(Device, Protocol):
    """Watches all PC/SC readers."""

    def events(self) -> AsyncIterator[CardEvent]:
        """All events from now on; one consumer."""


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
class Looked:
    """Result of looking at one picture: a zone, or a hint why not."""

    mrz: MrzRead | None
    hint: Hint | None
    ms: float


class Camera(Device, Protocol):
    """The document camera: newest frame only, reopened after every failure."""

    def look(self) -> AsyncIterator[Looked]:
        """Read the live stream until the consumer stops; frames are forgotten at once.

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
