"""The servers by which two browsers find each other, with credentials for one talk."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Callable

from robot.settings import Settings
from robot.web.view import IceServer

log = logging.getLogger(__name__)

VALID_S = 3600  # a talk that began goes on; only a new connection needs a credential that holds


class Ice:
    """Makes the list for RTCPeerConnection from [takeover]."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock

    def servers(self) -> list[IceServer]:
        """STUN and TURN as far as the town has them; without its secret a TURN server is left out.

        Credentials for a time: draft-uberti-behave-turn-rest-00, name "end:user", password
        base64(HMAC-SHA1(secret, name)).
        """
        takeover = self._settings.takeover
        found = [IceServer(urls=[takeover.stun])] if takeover.stun else []
        if not takeover.turn:
            return found
        try:
            file = self._settings.path(takeover.turn_secret_file)
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            log.error("the TURN server's secret cannot be read: %s", type(error).__name__)
            return found
        name = takeover.turn_user
        if takeover.turn_login == "limited":
            name = f"{int(self._clock()) + VALID_S}:{name or 'lotse'}"
            made = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
            secret = base64.b64encode(made).decode()
        return [*found, IceServer(urls=[takeover.turn], username=name, credential=secret)]
