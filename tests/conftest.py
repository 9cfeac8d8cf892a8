"""Run abreast, a folder stays in one process: its tests share what is dear (a Rasa, a browser)."""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# a browser takes the whole processor: these come one after the other
BROWSER = ("kiosk_ui", "simulator")
# journeys in which no word has to be understood: with houses of their own beside the others
BY_TOUCH = {
    **dict.fromkeys(("contents", "documents", "guards", "passport_chip", "survival"), "journeys with harm"),
    **dict.fromkeys(("everyone", "languages", "review", "services"), "journeys by touch"),
    **dict.fromkeys(("desk", "house", "lobby"), "journeys by touch"),
}
# the longest come first, the many short ones fill up what is left: so all processes end together
LONGEST_FIRST = (
    *("journeys with sound", "journeys with harm", "journeys by touch"),
    *("browser", "dialogs", "robot/staff", "robot", "hardware/camera", "hardware/cards", "hardware/speech"),
    *("robot/cases", "robot/steps", "fuzz", "robot/visit"),
)


class ByFolder(LoadScopeScheduling):
    """Shares out tests/<folder>/<folder> as a whole, the journeys in three parts."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        folder = "/".join(file.parts[1:-1][:2])
        if folder == "journeys":
            return BY_TOUCH.get(file.stem.removeprefix("test_"), "journeys with sound")
        return "browser" if folder in BROWSER else folder

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in reversed(LONGEST_FIRST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)
