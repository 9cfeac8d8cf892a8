"""Tests of one folder share what is dear (a Rasa, a sound server, a browser): they run in one process."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.parent.relative_to(HERE)
        item.add_marker(pytest.mark.xdist_group("/".join(folder.parts[:2]) or "tests"))
