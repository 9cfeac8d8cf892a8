"""Tests of one folder share what is dear (a Rasa, a sound server, a browser): they run in one process."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# sound is in real time, and a browser takes the whole processor: these come one after the other
REAL_TIME = ("hardware/speech", "kiosk_ui", "simulator")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = "/".join(item.path.parent.relative_to(HERE).parts[:2]) or "tests"
        item.add_marker(pytest.mark.xdist_group("real time" if folder in REAL_TIME else folder))
