"""The clerk opens the copies of a case; who is not signed in sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.robot.cases.kit import draft
from tests.robot.cases.test_copies import PDF, finished
from tests.robot.staff.test_web import House, opened


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from opened(tmp_path, {"Amt 33": "clerk"})


def with_a_copy(house: House) -> tuple[str, str]:
    async def hand_over() -> str:
        one = draft()
        await finished(house.office, one.visit)
        return (await house.office.cases.hand_over(one)).id

    case = house.call(hand_over)
    copy = house.client.get(f"/api/staff/cases/{case}").json()["copies"][0]["id"]
    return str(case), str(copy)


def test_a_clerk_opens_a_copy_in_the_browser_and_that_is_written_down(house: House) -> None:
    house.sign_in()
    case, copy = with_a_copy(house)
    before = len(house.acts())
    answer = house.client.get(f"/api/staff/cases/{case}/copies/{copy}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="A-001-Kopie-1.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert house.acts()[before:] == ["looked"]


def test_a_copy_is_for_those_who_are_signed_in(house: House) -> None:
    house.sign_in()
    case, copy = with_a_copy(house)
    assert house.another().get(f"/api/staff/cases/{case}/copies/{copy}").status_code == 401


@pytest.mark.parametrize("path", ["{case}/copies/nothing", "nothing/copies/{copy}", "{case}/copies/a%20b"])
def test_what_is_not_there_is_told_in_a_sentence(house: House, path: str) -> None:
    house.sign_in()
    case, copy = with_a_copy(house)
    answer = house.client.get(f"/api/staff/cases/{path.format(case=case, copy=copy)}")
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"].endswith(".")
