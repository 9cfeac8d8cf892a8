"""The world around one kiosk: every device at the other end of its wire, and a voice to speak with.

Standing alone (`python -m simulator serve`) it is played over a small HTTP interface on the loopback; tests
and the demo use it within their own process.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from simulator import faults
from simulator.body import RobotBody
from simulator.camera import CameraDesk
from simulator.card import PROFILES, VirtualReader
from simulator.personas import personas
from simulator.printer import ReceiptPrinter
from simulator.processes import WorldError
from simulator.voice import CitizenVoice, Ears, SoundServer

CALM_S = 2.0
CAMERA_PORT = 8041
CONTROL_PORT = 8042


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


class Control:
    """Plays the world over HTTP: GET / tells everything, POST /ACT with a JSON object does one thing.

    presence {"present": bool} · card {"profile": name|null} · fault {"id": name, "on": bool} · reset {} ·
    document {"persona": name|null, "document", "level", "rotate"} ·
    say {"text", "voice", "speed", "noise_db", "noise", "seed"}
    """

    def __init__(self, world: World, port: int, told: Callable[[str], None]) -> None:
        self.world = world
        self.told = told
        self._lock = threading.Lock()
        self._jobs: list[Callable[[], None]] = []
        self._wanted = threading.Condition()
        self._stopped = False
        control = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, control.state())

            def do_POST(self) -> None:
                # A browser page from elsewhere must not play the world: JSON only (no simple CORS request).
                if self.headers.get("Content-Type", "").split(";")[0] != "application/json":
                    self._answer(415, {"detail": "Send a JSON object as application/json."})
                    return
                try:
                    length = min(int(self.headers.get("Content-Length") or 0), 65536)
                    wish = json.loads(self.rfile.read(length) or b"{}")
                    if not isinstance(wish, dict):
                        raise TypeError("Send a JSON object.")
                    control.do(self.path.strip("/"), wish)
                except (WorldError, ValueError, KeyError, TypeError) as wrong:
                    self._answer(400, {"detail": str(wrong)})
                    return
                self._answer(200, control.state())

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body, ensure_ascii=False, indent=1).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                return

        if port:
            require_free(port, "playing the world")
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="control", daemon=True)

    def start(self) -> None:
        """Answer requests; what they wish is done by `run`."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more; `run` returns."""
        self._server.shutdown()
        self._server.server_close()
        with self._wanted:
            self._stopped = True
            self._wanted.notify_all()

    def run(self) -> None:
        """Do what is wished in this thread until stop(): it owns the processes, which end with it."""
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._jobs or self._stopped)
                if self._stopped:
                    return
                job = self._jobs.pop(0)
            job()

    def do(self, act: str, wish: dict[str, Any]) -> None:
        """Do one thing; raises WorldError, KeyError or TypeError with what is wrong."""
        done = threading.Event()
        failed: list[Exception] = []

        def job() -> None:
            try:
                self._act(act, wish)
            except (WorldError, ValueError, KeyError, TypeError) as wrong:
                failed.append(wrong)
            done.set()

        with self._wanted:
            self._jobs.append(job)
            self._wanted.notify_all()
        if not done.wait(60):
            raise WorldError(f"{act} did not end within 60 s.")
        if failed:
            raise failed[0]

    def state(self) -> dict[str, Any]:
        """Everything that can be seen of the world, and what can be done to it."""
        world = self.world
        return {
            "addresses": world.addresses,
            "card": world.reader.inserted,
            "light": world.body.light,
            "paper": world.printer.paper,
            "receipts": [receipt.text for receipt in world.printer.receipts],
            "sound": world.sound.alive,
            "can": {
                "card": sorted(PROFILES),
                "document": sorted(personas()),
                "fault": {name: fault.title for name, fault in faults.FAULTS.items()},
            },
        }

    def _act(self, act: str, wish: dict[str, Any]) -> None:
        world = self.world
        if act == "presence":
            world.presence(bool(wish.get("present", True)))
        elif act == "card":
            profile = wish.get("profile")
            if profile is not None and profile not in PROFILES:
                raise WorldError(f"No card {profile!r}: choose one of {', '.join(sorted(PROFILES))}.")
            if profile is None:
                world.reader.remove()
            else:
                world.reader.insert(
                    profile, persona=wish.get("persona", ""), faults=tuple(wish.get("faults", ()))
                )
        elif act == "document":
            if wish.get("persona") is None:
                world.camera.clear()
            else:
                world.camera.lay(
                    str(wish["persona"]),
                    str(wish.get("document", "id_card_back")),
                    level=str(wish.get("level", "easy")),
                    rotate=float(wish.get("rotate", 0)),
                )
        elif act == "say":
            known = ("voice", "speed", "noise_db", "noise", "seed")
            options = {key: wish[key] for key in known if key in wish}
            spoken = world.voice.say(str(wish["text"]), **options)
            self.told(f"said for {spoken.end - spoken.start:.1f} s")
        elif act == "fault":
            name = str(wish["id"])
            if name not in faults.FAULTS:
                raise WorldError(f"There is no fault {name!r}: choose one of {', '.join(faults.FAULTS)}.")
            fault = faults.FAULTS[name]
            (fault.apply if wish.get("on", True) else fault.undo)(world.faults)
        elif act == "reset":
            world.reset()
        else:
            raise WorldError(f"There is no act {act!r}: presence, card, document, say, fault, reset.")
        self.told(f"{act} {json.dumps(wish, ensure_ascii=False)}" if act != "say" else "say")


def watch(world: World, told: Callable[[str], None], stopped: threading.Event) -> None:
    """Tell what the kiosk does to the world: light, tickets, sound. Ends when `stopped` is set."""
    light, receipts, sounding = "", 0, False
    while not stopped.wait(0.1):
        if (now := world.body.light) != light:
            light = now
            told(f"light: {light}")
        if len(world.printer.receipts) > receipts:
            receipts = len(world.printer.receipts)
            told(f"printed ticket {receipts}, see {world.run_dir / 'receipts'}")
        if (sounds := world.ears.sounding()) != sounding:
            sounding = sounds
            told("the kiosk speaks" if sounding else "the kiosk is quiet")


def serve(run_dir: Path, camera_port: int, port: int, say: Callable[[str], None]) -> int:
    """Run the world until Ctrl-C or SIGTERM; one line per event through `say`. Returns the exit code."""
    begun = time.monotonic()

    def told(line: str) -> None:
        say(f"{time.monotonic() - begun:8.2f}  {line}")

    world = World(run_dir, camera_port)
    control = Control(world, port, told)
    stopped = threading.Event()
    try:
        with world:
            for name, address in world.addresses.items():
                say(f"{name} = {address}")
            say(f"play it at http://127.0.0.1:{control.port}/")
            control.start()
            watcher = threading.Thread(target=watch, args=(world, told, stopped), daemon=True)
            watcher.start()
            control.run()
    except KeyboardInterrupt:
        say("The world ends.")
    finally:
        stopped.set()
        control.stop()
    return 0
