"""The world on its own, with its panel: `python -m simulator serve`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from simulator.panel.server import Panel
from simulator.world import World


def serve(run_dir: Path, camera_port: int, port: int, kiosk_url: str, say: Callable[[str], None]) -> int:
    """Run the world until Ctrl-C or SIGTERM; one line per event through `say`. Returns the exit code."""
    begun = time.monotonic()

    def told(line: str) -> None:
        say(f"{time.monotonic() - begun:8.2f}  {line}")

    world = World(run_dir, camera_port)
    panel = Panel(world, port, kiosk_url, told)
    try:
        with world, panel:
            for name, address in world.addresses.items():
                say(f"{name} = {address}")
            say(f"play it by hand at {panel.url}")
            threading.Event().wait()
    except KeyboardInterrupt:
        say("The world ends.")
    return 0
