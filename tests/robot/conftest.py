"""A PostgreSQL server for the whole run, and tests that hold on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
