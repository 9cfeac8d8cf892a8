"""The robot process of the journeys: settings for a simulated world, start, restart, power loss."""

from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.screen import Chromium, Screen
from simulator.faults import undo_all
from simulator.kiosk import Kiosk
from simulator.processes import WorldError, until
from simulator.world import World
from tests.ports import free_port

PATIENCE_S = 120.0  # until every device is found again
ROOT = Path(__file__).resolve().parents[2]
CLERK, ADMINISTRATOR, PASSWORD = "muster", "leitung", "ein langes Kennwort 42"
PATIENT = {"silence_s": 300, "warning_s": 60, "goodbye_s": 1}


def write_settings(file: Path, world: World, visit: dict[str, float], web: int, rasa: int) -> None:
    """The town's settings with this world's addresses, absolute paths, an own database and other ports."""
    data = tomllib.loads((ROOT / "lotse.toml").read_text(encoding="utf-8"))
    for name, address in world.addresses.items():
        section, key = name.split(".")
        data[section][key] = address
    for section, key in (
        ("town", "services"),
        ("town", "facts"),
        ("rasa", "python"),
        ("rasa", "model"),
        ("speech", "model_de"),
        ("speech", "model_en"),
    ):
        data[section][key] = str(ROOT / data[section][key])
    data["store"] = {
        "url": f"sqlite:///{file.parent}/lotse.sqlite",
        "key_file": str(file.parent / "lotse.key"),
    }
    data["web"]["port"] = web
    data["rasa"]["port"] = rasa
    data["visit"].update(visit)
    # TOML's strings, numbers and booleans are written as JSON writes them; tables within are not needed
    lines = []
    for section, values in data.items():
        lines.append(f"[{section}]")
        for key, value in values.items():
            if not isinstance(value, dict):
                lines.append(
                    f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {str(value).lower()}"
                )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


class House:
    """The robot process with settings that can be changed between two starts."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.world = world
        self.file = folder / "lotse.toml"
        self.web, self.rasa = free_port(), free_port()
        self.visit = dict(PATIENT)
        write_settings(self.file, world, self.visit, self.web, self.rasa)
        self.kiosk = Kiosk(self.file)
        self.kiosk.log = folder / "robot.log"
        self.disturbed = False  # a journey broke off, nobody knows where

    @property
    def url(self) -> str:
        return self.kiosk.url

    def at_rest(self, browser: Chromium, **visit: float) -> None:
        """As the next visitor finds it: running with these time limits, nobody there, every device well.

        It is started anew when it does not run so, and after a journey that broke off.
        """
        if PATIENT | visit != self.visit:
            self.restart(**visit)
        elif self.disturbed or not self.kiosk.alive:
            self.kiosk.stop()
            self.kiosk.start()
        self.world.reset()
        undo_all(self.world.faults)
        if self.disturbed:
            browser.close_screens()
            self._open()
        self.disturbed = False
        until(self.well, PATIENCE_S, "The robot or one of its devices is not well.")

    def account(self, name: str, role: str, password: str = PASSWORD) -> None:
        """An account of this name: a new one, or that of a try before."""
        try:
            arguments = ("staff", "add", "--name", name, "--role", role, "--password-stdin")
            self.kiosk.command(*arguments, stdin=f"{password}\n")
        except WorldError as error:
            if "gibt es schon" not in str(error):
                raise

    def _open(self) -> None:
        """The staff open what they may have closed, and take their emergency notice back."""
        desk = StaffDesk(self.url)
        desk.sign_in(ADMINISTRATOR, PASSWORD)
        desk.call("/api/staff/emergency/withdraw", {})
        desk.call("/api/staff/kiosk/open", {})
        desk.close()

    def well(self) -> bool:
        """Whether it can greet, hear and be heard, and has all its devices."""
        if not (self.kiosk.ready() and self.heard() and self.world.sound.streams("sink-inputs")):
            return False
        devices = self.kiosk.get("/health")["devices"]
        # on a busy machine the recogniser is behind, and says so
        return all(state in ("ready", "absent") for name, state in devices.items() if name != "hearing")

    def restart(self, **visit: float) -> None:
        self.kiosk.stop()
        self.visit = PATIENT | visit
        write_settings(self.file, self.world, self.visit, self.web, self.rasa)
        self.kiosk.start()

    def on_disk(self) -> bytes:
        """Everything the robot has written anywhere: database, journal, logs."""
        database = self.folder / "lotse.sqlite"
        if database.exists():
            with sqlite3.connect(database) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        # What the simulated printer and desk keep is the paper in the citizen's hand; the settings are ours.
        files = [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and path != self.file and self.world.run_dir not in path.parents
        ]
        return b"\n".join(path.read_bytes() for path in files)

    def heard(self) -> bool:
        """Whether the robot's microphone is open."""
        return self.world.sound.alive and self.world.sound.listened_to()


def end_visit(screen: Screen) -> None:
    """Stopp, and yes; in German, whatever language the visit was in."""
    seen = screen.look()
    if seen.warning:
        screen.tap("time:end")
    elif seen.state == "visit":
        if screen.do(lambda page: page.get_attribute("html", "lang")) != "de":
            if seen.button("lang:de") is None:
                screen.tap("languages")
            screen.tap("lang:de")
            screen.wait(
                lambda _: screen.do(lambda page: page.get_attribute("html", "lang")) == "de", "German"
            )
        if seen.button("Ja, beenden") is None:
            screen.tap("nav:stop")
        # without a request there is nothing to lose, and so no question
        seen = screen.wait(
            lambda seen: seen.button("Ja, beenden") is not None or seen.state != "visit",
            "the question or the end",
        )
        if seen.state == "visit":
            screen.tap("Ja, beenden")
    screen.wait(lambda seen: seen.state != "visit", "the goodbye")
