"""What both websockets hold their pages to: whose they are, what they may send, and how much of it.

Close codes: RFC 6455 section 7.4.1 (1003, 1009, 1011), and 44xx of our own after HTTP's. What a page has
sent never stands in the log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from robot.web.security import same_origin

BINARY = 1003  # pages send text only
INTERNAL_ERROR = 1011
NONSENSE = 4400  # no JSON, or nothing that this channel knows
SIGN_IN_AGAIN = 4401
FOREIGN = 4403
TAKEN = 4409  # another screen holds the kiosk
FLOOD = 4429

SERVER: Mapping[str, Any] = {
    "ws_ping_interval": 10,
    "ws_ping_timeout": 10,
    "ws_max_size": 64 * 1024,  # bytes of a message; the server closes with 1009 beyond
    # the same view goes to hundreds of pages: compressing it for each takes the cores that a visit needs
    "ws_per_message_deflate": False,
}
"""How uvicorn serves websockets."""


class Broken(Exception):
    """The page does not keep to the protocol; `code` closes the channel."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Flow:
    """How much a page may send: `burst` messages at once, `per_s` in the long run."""

    def __init__(self, burst: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_s = per_s
        self._clock = clock
        self._left = self._burst
        self._at = clock()

    def take(self) -> None:
        """One more message. Raises Broken."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            raise Broken(FLOOD)
        self._left -= 1


async def text_of(socket: WebSocket, flow: Flow) -> str:
    """The next text message. Raises WebSocketDisconnect, and Broken for a binary one or too many."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
    text = message.get("text")
    if not isinstance(text, str):
        raise Broken(BINARY)
    flow.take()
    return text


def own_page(socket: WebSocket) -> bool:
    """Whether the channel is opened by a page of this very host: browsers always say whose page it is."""
    return "origin" in socket.headers and same_origin(socket.headers)
