"""The back office and the texts that the steps are run with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.texts import Texts
from robot.staff.office import BackOffice
from tests import musterstadt


@pytest.fixture(scope="module")
def texts() -> Texts:
    return musterstadt.texts()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    folder = tmp_path_factory.mktemp("office")
    office = BackOffice.open(f"sqlite:///{folder}/lotse.sqlite", folder / "lotse.key")
    yield office
    office.close()
