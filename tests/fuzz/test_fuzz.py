"""Whatever a chip, a zone or a printed code says: no crash, no hang, no more than 200 MB."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.driver import PATIENCE_S, fuzz
from tests.fuzz.targets import SEEDS, TARGETS

SECONDS = 15  # of all targets together; `make fuzz` takes longer


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_a_card_or_a_code_says_breaks_the_robot(name: str, tmp_path: Path) -> None:
    outcome = fuzz(name, SECONDS // len(TARGETS), work=tmp_path)
    assert outcome.clean, outcome.report()
    assert outcome.tried >= len(list((SEEDS / name).iterdir())) > 0


@pytest.mark.parametrize("guided", [True, False], ids=["guided", "plain"])
@pytest.mark.parametrize("fault,code", [("crash", 77), ("hang", 70), ("memory", 71), ("promise", 77)])
def test_the_net_catches_what_it_is_there_for(fault: str, code: int, guided: bool, tmp_path: Path) -> None:
    patience = 1 if fault == "hang" else PATIENCE_S
    outcome = fuzz(f"planted_{fault}", 20, work=tmp_path, patience=patience, guided=guided)
    assert outcome.code == code, outcome.report()
    assert not outcome.clean
    assert outcome.input is not None
