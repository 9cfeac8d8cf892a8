"""The certified OpenID provider program as a town's account service, started by a test."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from robot.staff.oidc import OidcClient, OidcConfig
from robot.staff.rights import Role

SCRIPT = Path(__file__).with_name("provider.mjs")
NODE = Path(sys.executable).with_name("node")
SECRET = "a secret with: signs/and spaces"
ROLES = {"lotse-leitung": Role.LEAD, "lotse-amt": Role.CLERK}


class Provider:
    """The program; `issuer` is its address. As a context manager it is stopped at the end."""

    def __init__(self, origin: str) -> None:
        """`origin`: of the staff's pages."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{port}"
        self._program = subprocess.Popen(
            [NODE, SCRIPT, str(port), f"{origin}/api/staff/oidc/back", f"{origin}/staff"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={},
        )
        self._hear("ready")

    def __enter__(self) -> Provider:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.stop()

    def belongs(self, **groups: list[str]) -> None:
        """Who belongs to which groups from now on."""
        self._tell({"groups": groups})

    def advance(self, seconds: int) -> None:
        """Its clock goes forward."""
        self._tell({"advance": seconds})

    def stop(self) -> None:
        """Switch it off."""
        self._program.kill()
        self._program.communicate()

    def client(self) -> OidcClient:
        """The robot's client of it."""
        return OidcClient(OidcConfig(self.issuer, "lotse", ROLES, SECRET))

    def _tell(self, command: object) -> None:
        assert self._program.stdin
        self._program.stdin.write(json.dumps(command) + "\n")
        self._program.stdin.flush()
        self._hear("ok")

    def _hear(self, wanted: str) -> None:
        assert self._program.stdout
        for line in self._program.stdout:
            if line.strip() == wanted:
                return
        raise AssertionError("the provider program ended")
