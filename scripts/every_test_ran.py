"""A pytest plugin that fails the run when a collected test was not executed.

Skipped, expected to fail, deselected, or none at all: each is a failure, with the tests named. A second try
(pytest-rerunfailures) is none, but one line at the end names the tests that needed it.
Use: PYTHONPATH=scripts pytest -p every_test_ran. With pytest-xdist the counting is the controller's business.
"""

from __future__ import annotations

import pytest


class EveryTestRan:
    """Counts what was collected and what was called."""

    def __init__(self) -> None:
        self.called: set[str] = set()
        self.not_run: list[str] = []
        self.collected: set[str] = set()
        self.again: dict[str, None] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.collected.update(ids)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.not_run += [f"deselected: {item.nodeid}" for item in items]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.not_run.append(f"skipped: {report.nodeid}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            word = "expected to fail" if hasattr(report, "wasxfail") else "skipped"
            self.not_run.append(f"{word}: {report.nodeid}")
        elif str(report.outcome) == "rerun":
            self.again[report.nodeid] = None
        elif report.when == "call" or report.failed:
            self.called.add(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self.called:
            self.not_run.append("no test at all")
        self.collected.update(item.nodeid for item in getattr(session, "items", []))
        missing = self.collected - self.called
        known = "\n".join(self.not_run)
        self.not_run += [f"never called: {name}" for name in sorted(missing) if name not in known]
        if self.not_run and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.again:
            terminalreporter.line(f"needed a second try ({len(self.again)}): {', '.join(self.again)}")
        if self.not_run:
            terminalreporter.section("tests that were not executed", red=True)
            for line in self.not_run:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(EveryTestRan(), "every_test_ran_counter")
