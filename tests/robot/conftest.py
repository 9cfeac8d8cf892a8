"""A PostgreSQL server for the whole run, tests that hold on both databases, what holds of every screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.visit.screen import Screen, spoken_button
from robot.web.view import Button
from tests.robot.cases.kit import ADDRESS
from tests.robot.postgres import Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server, started when the first test asks for it."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def on_postgres(postgres: Server, tmp_path: Path) -> Iterator[Server]:
    """Every `open_office(tmp_path)` takes one new database on the server."""
    with postgres.database() as url:
        (tmp_path / ADDRESS).write_text(url)
        yield postgres
        postgres.start()  # whatever the test has done to it


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> None:
    """The test runs twice, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        request.getfixturevalue("on_postgres")


@pytest.fixture(autouse=True)
def every_button_can_be_said(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever screen a test of the robot comes to: who speaks reaches each of its buttons, and no other one.

    Questions, camera consent, documents, copies, the review and its changes, number and thumbs, the takeover,
    warnings and offers, in the language that the test has chosen.
    """
    unsaid: set[str] = set()
    seen: set[tuple[tuple[str, str, str], ...]] = set()
    changed = Screen.changed

    def looked_at(screen: Screen) -> None:
        buttons = list(screen.buttons())
        shown = tuple((button.id, button.label, button.say) for button in buttons)
        if shown not in seen:
            seen.add(shown)
            unsaid.update(button.id for button in buttons if not _reached(button, buttons))
        changed(screen)

    monkeypatch.setattr(Screen, "changed", looked_at)
    yield
    assert unsaid == set(), "buttons that cannot be said"


def _reached(button: Button, buttons: list[Button]) -> bool:
    found = (spoken_button(words, buttons) for words in (button.label, *button.say.split("|")))
    return any(other is not None and other.id == button.id for other in found)
