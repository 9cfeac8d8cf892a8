"""Run several abreast; what shares something dear (a Rasa, a browser, a sound server) stays in one process.

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
BROWSER = ("kiosk_ui", "simulator/test_citizen", "simulator/test_panel", "simulator/test_world")
# journeys in which no word has to be understood: with a house of their own beside the others
BY_TOUCH = (
    *("contents", "desk", "documents", "everyone", "guards", "languages", "lobby", "passport_chip", "review"),
    *("services", "survival"),
)
# what is listened to closely comes one after the other with the spoken journeys
LISTENED_TO = ("barge_in", "headset", "hearing", "voice")
# what shares more than a file does
TOGETHER = ("dialogs", "fuzz", "hardware/body", "hardware/speech", "robot/cases", "robot/steps")
# the longest come first, the many short ones fill up what is left: so all processes end together
LONGEST_FIRST = (
    *("journeys by touch", "sound", "browser", "dialogs"),
    *("robot/test_copy_step", "robot/test_cli", "hardware/speech", "fuzz", "hardware/cards/test_reading"),
    *("hardware/camera/test_mrz_reader", "robot/cases", "hardware/camera/test_capture"),
    *("hardware/camera/test_copies", "hardware/cards/test_reader", "hardware/camera/test_redact"),
    *("robot/steps", "hardware/camera/test_page", "robot/visit/test_foyer"),
)


class BySharing(LoadScopeScheduling):
    """Shares out files; as a whole what shares something dear, the journeys in two parts."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        folder, name = "/".join(file.parts[1:-1][:2]), file.stem.removeprefix("test_")
        if folder == "journeys":
            return "journeys by touch" if name in BY_TOUCH else "sound"
        if name in LISTENED_TO:
            return "sound"
        path = str(file.relative_to("tests").with_suffix(""))
        if folder in BROWSER or path in BROWSER:
            return "browser"
        return folder if folder in TOGETHER else path

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in reversed(LONGEST_FIRST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySharing:
    return BySharing(config, log)
