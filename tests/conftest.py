"""Run two abreast, a folder stays in one process: its tests share what is dear (a Rasa, a browser)."""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# sound is in real time, and a browser takes the whole processor: these come one after the other
REAL_TIME = ("hardware/speech", "kiosk_ui", "simulator")


class ByFolder(LoadScopeScheduling):
    """Shares out tests/<folder>/<folder> as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        folder = "/".join(PurePosixPath(nodeid.partition("::")[0]).parts[1:-1][:2])
        return "real time" if folder in REAL_TIME else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)
