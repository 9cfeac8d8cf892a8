"""How long a chip takes: a passport on the virtual reader, read by the real command."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from simulator.card import make_chip
from simulator.card.pki import pki
from simulator.kiosk import Kiosk
from simulator.processes import WorldError, until
from simulator.world import World

PROFILE = "passport_gm"  # PACE with generic mapping, a portrait of 14 KB, chip and active authentication
CONTACTLESS = "slow_424"


def trust_specimens(kiosk: Kiosk) -> None:
    """Let the kiosk of these settings know the issuers of the specimen documents. Raises WorldError."""
    with tempfile.TemporaryDirectory(prefix="lotse-pki-") as folder:
        masters, root = Path(folder) / "masterlist.ml", Path(folder) / "csca_de.cer"
        masters.write_bytes(pki().master_list)
        root.write_bytes(pki().csca["DE"].der)
        kiosk.command("trust", "import", str(masters), "--root", str(root))


def measure_chips(kiosk: Kiosk, world: World, count: int) -> dict[str, float]:
    """Seconds of PACE, all groups and passive authentication, as the command tells them; nobody else may use
    the reader meanwhile.

    chip_read_p50_s, chip_read_most_s: as fast as the virtual reader is; chip_424_kbit_p50_s: at the pace of
    a contactless chip, chip_424_kbit_own_share of it is not spent waiting for the chip. Raises WorldError.
    """
    trust_specimens(kiosk)
    fast = [_read(kiosk, world) for _ in range(count)]
    slow = [_read(kiosk, world, CONTACTLESS) for _ in range(count)]
    usual, paced = statistics.median(fast), statistics.median(slow)
    return {
        "chip_read_p50_s": round(usual, 3),
        "chip_read_most_s": round(max(fast), 3),
        "chip_424_kbit_p50_s": round(paced, 3),
        "chip_424_kbit_own_share": round(usual / paced, 2),
    }


def _read(kiosk: Kiosk, world: World, *faults: str) -> float:
    world.reader.remove()
    chip = make_chip(PROFILE, faults=faults)
    assert chip.document is not None  # noqa: S101 - a passport has one
    world.reader.insert(chip)
    until(lambda: json.loads(kiosk.command("card"))["kind"] == "passport", 20, "The passport is not seen.")
    read: dict[str, Any] = json.loads(kiosk.command("card", "--mrz", *chip.document.mrz))
    if read["authenticity"]["verdict"] != "authentic" or "DG2" not in read["groups"]:
        raise WorldError(f"The passport was not read: {read['authenticity']['reason']}")
    return float(read["ms"]) / 1000
