"""Secure messaging: commands encrypted and authenticated, answers verified (ICAO 9303-11 section 9.8)."""

from __future__ import annotations

import hmac

from hardware.cards import tlv
from hardware.cards.emrtd.ciphers import MAC_OCTETS, Suite, pad, unpad
from hardware.cards.iso7816 import EXTENDED_LE, SHORT_LE, CardLied, Channel, Command, Response, SessionLost

_SECURE = 0x0C
_CRYPTOGRAM = 0x87
_CRYPTOGRAM_ODD = 0x85  # of commands with an odd instruction: without padding indicator
_LE = 0x97
_STATUS = 0x99
_MAC = 0x8E
_STATUS_OCTETS = 4
_MAC_ELEMENT_OCTETS = 2 + MAC_OCTETS


class SecureChannel:
    """A protected way to the card.

    Args:
        channel: the channel below.
        suite: cipher and MAC.
        encryption_key: KSenc.
        mac_key: KSmac.
        counter: the send sequence counter before the first command; zero except after BAC.

    An error that is not protected means that the card has given up the session: `SessionLost`. Anything else
    without protection, or with a wrong one: `CardLied`. Neither session can be used again.
    """

    def __init__(
        self, channel: Channel, suite: Suite, encryption_key: bytes, mac_key: bytes, counter: int = 0
    ) -> None:
        self._channel = channel
        self._suite = suite
        self._encryption_key = encryption_key
        self._mac_key = mac_key
        self._counter = counter
        self._over = False

    @classmethod
    def from_secret(cls, channel: Channel, suite: Suite, secret: bytes) -> SecureChannel:
        """With the keys derived from a shared secret and the counter at zero, as after a key agreement."""
        return cls(channel, suite, suite.derive(secret, 1), suite.derive(secret, 2))

    def exchange(self, command: Command) -> Response:
        """Send a command protected; the answer's data and status are what the card protected."""
        if self._over:
            raise SessionLost(0x6987, "a command after the end of its session")
        self._over = True
        answer = self._channel.exchange(self.protect(command))
        response = self.verify(answer)
        self._over = False
        return response

    def protect(self, command: Command) -> Command:
        """The command as it travels; counts it."""
        self._counter += 1
        header = bytes((command.cla | _SECURE, command.ins, command.p1, command.p2))
        body = b""
        if command.data:
            secret = self._suite.encrypt(
                self._encryption_key, pad(command.data, self._suite.block), self._iv()
            )
            body += (
                tlv.encode(_CRYPTOGRAM_ODD, secret)
                if command.ins & 1
                else tlv.encode(_CRYPTOGRAM, b"\x01" + secret)
            )
        if command.le is not None:
            short = command.le <= SHORT_LE and len(command.data) <= 255
            le = command.le & 0xFF if short else command.le & 0xFFFF
            body += tlv.encode(_LE, le.to_bytes(1 if short else 2))
        authenticated = pad(header, self._suite.block)
        if body:
            authenticated = pad(authenticated + body, self._suite.block)
        body += tlv.encode(_MAC, self._suite.mac(self._mac_key, self._ssc() + authenticated))
        return Command(
            header[0],
            command.ins,
            command.p1,
            command.p2,
            body,
            le=SHORT_LE if (command.le or 0) <= SHORT_LE else EXTENDED_LE,
        )

    def verify(self, answer: Response) -> Response:
        """The answer without its protection; counts it."""
        if not answer.data:
            if answer.sw >> 8 in (0x61, 0x62, 0x63, 0x90):
                raise CardLied("The card answered a protected command without protection.")
            raise SessionLost(answer.sw, "a protected command")
        self._counter += 1
        tail = len(answer.data) - _MAC_ELEMENT_OCTETS
        status_at = tail - _STATUS_OCTETS
        if status_at < 0 or answer.data[tail : tail + 2] != bytes((_MAC, MAC_OCTETS)):
            raise CardLied("A protected answer has no MAC.")
        body, mac = answer.data[:tail], answer.data[tail + 2 :]
        expected = self._suite.mac(self._mac_key, self._ssc() + pad(body, self._suite.block))
        if not hmac.compare_digest(mac, expected):
            raise CardLied("The MAC of an answer is wrong.")
        if body[status_at : status_at + 2] != bytes((_STATUS, 2)):
            raise CardLied("A protected answer has no status.")
        sw = int.from_bytes(body[status_at + 2 :])
        if sw != answer.sw:
            raise CardLied("The protected status of an answer differs from the visible one.")
        return Response(self._decrypted(body[:status_at]), sw)

    def _decrypted(self, element: bytes) -> bytes:
        if not element:
            return b""
        try:
            (found,) = tlv.elements(element)
            if found.tag == _CRYPTOGRAM and found.value[:1] == b"\x01":
                secret = found.value[1:]
            elif found.tag == _CRYPTOGRAM_ODD:
                secret = found.value
            else:
                raise ValueError
            if not secret or len(secret) % self._suite.block:
                raise ValueError
            return unpad(self._suite.decrypt(self._encryption_key, secret, self._iv()))
        except ValueError:
            raise CardLied("A protected answer is not built as the standard says.") from None

    def _ssc(self) -> bytes:
        return (self._counter % (1 << 8 * self._suite.block)).to_bytes(self._suite.block)

    def _iv(self) -> bytes:
        return self._suite.iv(self._encryption_key, self._ssc())
