"""The world around one kiosk: every device at the other end of its wire, and a voice to speak with.

Standing alone (`python -m simulator serve`) it is played at the developer's panel (`simulator.panel`); tests
and the demo use it within their own process.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from simulator import faults
from simulator.body import RobotBody
from simulator.camera import CameraDesk
from simulator.card import VirtualReader
from simulator.printer import ReceiptPrinter
from simulator.processes import WorldError
from simulator.voice import CitizenVoice, Ears, Headset, SoundServer

CALM_S = 2.0
CAMERA_PORT = 8041


class World:
    """Sound server, card reader, camera desk, printer and body at the addresses of a run directory.

    `run_dir`: holds pulse/, pcscd.sock, printer, body and receipts/. `camera_port`: of the MJPEG stream; 0
    takes a free one. start() raises WorldError and leaves nothing behind when something cannot be had.
    """

    def __init__(self, run_dir: Path, camera_port: int = CAMERA_PORT) -> None:
        self.run_dir = Path(run_dir).absolute()
        if camera_port:
            require_free(camera_port, "the document camera")
        self.run_dir.mkdir(parents=True, exist_ok=True)
        self.sound = SoundServer(self.run_dir)
        self.voice = CitizenVoice(self.sound)
        self.headset = Headset(self.sound)
        self.ears = Ears(self.sound)
        self.reader = VirtualReader(self.run_dir)
        self.camera = CameraDesk(camera_port)
        shutil.rmtree(self.run_dir / "receipts", ignore_errors=True)
        self.printer = ReceiptPrinter(self.run_dir / "printer", self.run_dir / "receipts")
        self.body = RobotBody(self.run_dir / "body")
        self.faults = faults.World(
            reader=self.reader, printer=self.printer, body=self.body, camera=self.camera, voice=self.sound
        )
        self._parts = (
            self.sound,
            self.ears,
            self.voice,
            self.reader,
            self.camera,
            self.printer,
            self.body,
        )
        self._started: list[Any] = []
        self._left_at = -CALM_S
        self.occupied = False

    def presence(self, present: bool) -> None:
        """Somebody steps before the kiosk, at the earliest CALM_S after the last one left; or leaves."""
        if present:
            # A presence sensor flickers: whoever reads it takes a short absence for none.
            time.sleep(max(0.0, self._left_at + CALM_S - time.monotonic()))
        elif self.occupied:
            self._left_at = time.monotonic()
        self.occupied = present
        self.body.presence(present)

    @property
    def addresses(self) -> dict[str, str]:
        """What the kiosk's settings must name, by `section.key`."""
        return {
            "speech.pulse_server": self.sound.address,
            "speech.alsa_config": str(self.sound.alsa_config),
            "cards.pcscd_socket": self.reader.socket,
            "camera.source": self.camera.url,
            "printer.port": str(self.run_dir / "printer"),
            "body.port": str(self.run_dir / "body"),
        }

    def start(self) -> None:
        """Start every device."""
        atexit.register(self.stop)
        try:
            for part in self._parts:
                part.start()
                self._started.append(part)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every device, the last one first."""
        atexit.unregister(self.stop)
        while self._started:
            with contextlib.suppress(Exception):
                self._started.pop().stop()

    def reset(self) -> None:
        """The world as it was at the start: nobody there, nothing on reader and desk, all devices well."""
        if not self.sound.alive:
            self.sound.restart()
        self.sound.restore_microphone()
        self.headset.unplug()
        self.reader.remove()
        self.camera.come_back()
        self.camera.resume()
        self.camera.clear()
        self.printer.plug()
        self.printer.mute(on=False)
        self.printer.paper = "ok"
        self.body.plug()
        self.body.corrupt(on=False)
        self.body.silence(on=False)
        self.presence(False)

    def __enter__(self) -> World:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def require_free(port: int, whose: str) -> None:
    """Raises WorldError when something listens on the loopback port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise WorldError(
                f"Port {port} for {whose} is taken: end the program that uses it, or change lotse.toml."
            ) from taken
