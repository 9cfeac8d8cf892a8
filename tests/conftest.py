"""Run two abreast, a folder stays in one process: its tests share what is dear (a Rasa, a browser).

Properties draw the same examples in every run, so that a red run can be repeated;
`pytest --hypothesis-profile=search tests/...` looks for new ones, thousands of them.
"""

from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile(
    "search", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

# a browser takes the whole processor: these come one after the other
BROWSER = ("kiosk_ui", "simulator")
# journeys in which no word has to be understood: with a house of their own beside the others
BY_TOUCH = ("documents", "everyone", "guards", "languages", "passport_chip", "review", "services", "survival")
# the longest come first, the many short ones fill up what is left: so both processes end together
LONGEST_FIRST = (
    *("journeys by touch", "journeys with sound"),
    *("browser", "dialogs", "robot/staff", "robot", "hardware/camera", "hardware/cards", "hardware/speech"),
    *("robot/cases", "robot/steps", "fuzz", "robot/visit"),
)


class ByFolder(LoadScopeScheduling):
    """Shares out tests/<folder>/<folder> as a whole, the journeys in two parts."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        folder = "/".join(file.parts[1:-1][:2])
        if folder == "journeys":
            by_touch = file.stem.removeprefix("test_") in BY_TOUCH
            return "journeys by touch" if by_touch else "journeys with sound"
        return "browser" if folder in BROWSER else folder

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in reversed(LONGEST_FIRST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)
