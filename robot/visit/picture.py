"""Where the camera's picture is to be seen while a step shows it, and nowhere afterwards."""

from __future__ import annotations

import secrets


class Picture:
    """`token`: the secret part of the picture's address, "" while there is none."""

    def __init__(self) -> None:
        self.token = ""

    def show(self, on: bool) -> str:
        """Open the picture under a new address, or close it; the address, "" for none."""
        self.token = secrets.token_urlsafe(12) if on else ""
        return f"/kiosk/picture/{self.token}" if on else ""
