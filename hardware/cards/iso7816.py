"""Commands to a chip card and what goes wrong with them (ISO/IEC 7816-3 section 12, 7816-4 section 5).

`PlainChannel` turns commands into APDUs of short or extended length and hides what transports add: answers
that wait to be fetched (61xx), lengths the card wants otherwise (6Cxx), readers that know short APDUs only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

Transmit = Callable[[bytes], bytes]
"""Sends a command APDU, returns the response APDU with its status word.

It raises `CardGone`, `CardMute` or `Cancelled`; whatever else it raises on an APDU of extended length means
that this reader cannot send one.
"""

SHORT_LE = 256
EXTENDED_LE = 65536

OK = 0x9000
END_OF_FILE = 0x6282

_SECURE = 0x0C  # class bits of secure messaging, ISO/IEC 7816-4 section 5.4.1
_LARGEST_ANSWER = EXTENDED_LE + SHORT_LE
_MOST_PIECES = 600  # an answer of 64 KB comes in 256 pieces; smaller pieces are no help to anyone
# Status words with which cards decline a length they cannot handle, some of them wrongly.
_LENGTH_DECLINED = frozenset((0x6700, 0x6881, 0x6A86, 0x6A87, 0x6B00, 0x6C00, 0x6D00, 0x6E00, 0x6F00))


class CardError(Exception):
    """Reading a card failed; the message is one sentence without personal data."""


class CardRefused(CardError):
    """The card answered with a status word that means no. `sw`: the word, such as 0x6982."""

    def __init__(self, sw: int, what: str = "a command") -> None:
        super().__init__(f"The card declined {what} with status {sw:04X}.")
        self.sw = sw


class WrongSecret(CardRefused):
    """The MRZ or CAN does not belong to this chip. `tries_left`: what a 63Cx tells, else None."""

    def __init__(self, sw: int, what: str) -> None:
        super().__init__(sw, what)
        self.tries_left = sw & 0x0F if sw & 0xFFF0 == 0x63C0 else None


class SessionLost(CardRefused):
    """The card answered without protection inside secure messaging: it has given up the session."""


class CardLied(CardError):
    """An answer that no honest chip gives: a wrong MAC, a point off its curve, an absurd length."""


class CardUnsupported(CardError):
    """The chip asks for something that this reader, or the secret at hand, cannot do."""


class ReaderRefused(CardError):
    """The reader could not send a protected APDU of extended length."""


class CardMute(CardError):
    """The card did not answer within its deadline."""


class CardGone(CardError):
    """The card was taken away."""


class Cancelled(CardError):
    """Whoever asked for the reading does not want it any more."""


@dataclass(frozen=True)
class Command:
    """A command to the card. `le`: octets wanted in the answer, 1 to 65536 (all there are), or None."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def fits_short(self) -> bool:
        """Whether an APDU of short length can carry it."""
        return len(self.data) <= 255 and (self.le or 0) <= SHORT_LE

    def short(self) -> bytes:
        """The APDU of short length; ValueError when there is too much data. A larger `le` becomes 256."""
        if len(self.data) > 255:
            raise ValueError("A short APDU carries up to 255 octets of data.")
        apdu = self.header
        if self.data:
            apdu += bytes((len(self.data),)) + self.data
        if self.le is not None:
            apdu += bytes((min(self.le, SHORT_LE) & 0xFF,))
        return apdu

    def extended(self) -> bytes:
        """The APDU of extended length; ValueError for more than 65535 octets of data."""
        if len(self.data) > 65535:
            raise ValueError("An extended APDU carries up to 65535 octets of data.")
        apdu = self.header
        if not self.data and self.le is None:
            return apdu
        apdu += b"\x00"
        if self.data:
            apdu += len(self.data).to_bytes(2) + self.data
        if self.le is not None:
            apdu += (min(self.le, EXTENDED_LE) & 0xFFFF).to_bytes(2)
        return apdu


@dataclass(frozen=True)
class Response:
    """The card's answer: data and status word."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """9000: done."""
        return self.sw == OK


class Channel(Protocol):
    """A way to a card, plain or protected."""

    def exchange(self, command: Command) -> Response:
        """Send a command; raises CardError."""
        ...


class PlainChannel:
    """Commands as APDUs over `transmit`. `extended`: whether extended length may be tried, still works."""

    def __init__(self, transmit: Transmit, extended: bool) -> None:
        self._transmit = transmit
        self.extended = extended

    def exchange(self, command: Command) -> Response:
        """Send a command and fetch its whole answer.

        A command of extended length that reader or card declines is sent again as a short one; if that is
        answered otherwise, all further commands are short. A protected command is never repeated, since card
        and reader would disagree about the count of messages: then `ReaderRefused`, or the card's answer.
        """
        if command.fits_short:
            return self._send(command.short())
        secure = command.cla & _SECURE == _SECURE
        if not self.extended:
            return self._send_clipped(command)
        try:
            answer = self._send(command.extended())
        except (CardGone, CardMute, CardLied, Cancelled):
            raise
        except Exception as error:  # whatever a reader's driver raises
            if secure:
                raise ReaderRefused("The reader declined an APDU of extended length.") from error
            self.extended = False
            return self._send_clipped(command)
        if secure or answer.sw not in _LENGTH_DECLINED:
            return answer
        again = self._send_clipped(command)
        if again.sw != answer.sw:
            self.extended = False
        return again

    def _send_clipped(self, command: Command) -> Response:
        if len(command.data) > 255:
            raise CardUnsupported("The command is too long for a reader or card without extended length.")
        return self._send(command.short())

    def _send(self, apdu: bytes) -> Response:
        answer = self._once(apdu)
        if answer.sw >> 8 == 0x6C and answer.sw & 0xFF and len(apdu) >= 5:
            answer = self._once(_with_short_le(apdu, answer.sw & 0xFF))
        data = answer.data
        for _ in range(_MOST_PIECES):
            if answer.sw >> 8 != 0x61:
                return Response(data, answer.sw)
            answer = self._once(bytes((0, 0xC0, 0, 0, answer.sw & 0xFF)))
            if answer.sw >> 8 == 0x6C:
                answer = self._once(bytes((0, 0xC0, 0, 0, answer.sw & 0xFF)))
            data += answer.data
            if len(data) > _LARGEST_ANSWER:
                break
        raise CardLied("The card's answer does not end.")

    def _once(self, apdu: bytes) -> Response:
        answer = self._transmit(apdu)
        if len(answer) < 2:
            raise CardLied("The card's answer has no status word.")
        return Response(bytes(answer[:-2]), int.from_bytes(answer[-2:]))


def is_extended(apdu: bytes) -> bool:
    """Whether a command APDU is of extended length; one without data has only seven octets."""
    return len(apdu) > 5 and apdu[4] == 0


def _with_short_le(apdu: bytes, le: int) -> bytes:
    """The APDU with another Le (6Cxx names at most 255 octets)."""
    if is_extended(apdu):  # 00 Le Le, or 00 Lc Lc data Le Le
        return apdu[:-2] + le.to_bytes(2)
    if len(apdu) > 5 and len(apdu) == 5 + apdu[4]:
        return apdu + bytes((le,))  # it had no Le field
    return apdu[:-1] + bytes((le,))


def denies_secret(sw: int) -> bool:
    """Whether a status says, at the step that proves it, that the secret is not this chip's."""
    return sw >> 8 == 0x63 or sw in (0x6982, 0x6983, 0x6984, 0x6985, 0x6988, 0x6A80)


def demand(answer: Response, what: str) -> bytes:
    """The data of an answer with status 9000; otherwise raises CardRefused, which names `what`."""
    if not answer.ok:
        raise CardRefused(answer.sw, what)
    return answer.data
