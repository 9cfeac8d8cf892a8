"""The process that watches the readers stays small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOADED = "import hardware.cards.watch, hardware.cards.reading, sys; print(*sys.modules)"


def test_reading_a_chip_loads_no_picture_library() -> None:
    """28 MB of OpenCV in a process that never sees a picture."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert "hardware.cards.emrtd.lds" in loaded
    assert not {"cv2", "numpy", "zxingcpp"} & set(loaded)
