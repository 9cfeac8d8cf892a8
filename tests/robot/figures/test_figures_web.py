"""The figures over HTTP: who may see them, what is asked, what is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.web.staff_figures import XLSX
from tests.kiosk_ui.figures import PASSWORD, fill
from tests.robot.staff.test_web import House

FIGURES = "/api/staff/figures"
RANGE = "period=range&first=2026-03-01&last=2026-03-31"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    built = House(Path(tmp_path_factory.mktemp("house")))
    with built.client:
        for name, role in (("Leitung", "lead"), ("Amt 33", "clerk"), ("Prüfung", "auditor")):
            built.call(built.office.accounts.add, name, PASSWORD, role)
        fill(built.office.figures)
        built.sign_in(name="Leitung")
        yield built
    built.office.close()


def test_the_lead_sees_the_figures_of_a_period(house: House) -> None:
    report = house.client.get(f"{FIGURES}?{RANGE}").json()
    assert report["now"]["visits"] == 70
    assert report["kiosks"] == ["Bücherei", "Foyer"]
    only = house.client.get(f"{FIGURES}?{RANGE}&kiosk=Foyer&service=passport").json()
    assert 0 < only["now"]["visits"] < 70
    assert not [row for row in only["by_service"] if row["id"] != "passport"]


def test_a_clerk_sees_no_figures_and_nobody_sees_them_unasked(house: House) -> None:
    clerk, nobody = house.another(), house.another()
    house.sign_in(clerk, "Amt 33")
    for path in (FIGURES, f"{FIGURES}/csv?table=time", f"{FIGURES}/xlsx"):
        assert clerk.get(path).status_code == 403
        assert nobody.get(path).status_code == 401


@pytest.mark.parametrize(
    "asked",
    ["first=2026-03-02&last=2026-03-01", "first=2026-03-02", "first=1999-01-01&last=1999-01-02", ""],
)
def test_days_that_make_no_period_are_refused_in_a_sentence(house: House, asked: str) -> None:
    answer = house.client.get(f"{FIGURES}?period=range&{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("asked", ["period=ever", "first=gestern", f"kiosk={'x' * 65}"])
def test_nonsense_is_refused(house: House, asked: str) -> None:
    assert house.client.get(f"{FIGURES}?{asked}").status_code == 422


def test_what_nobody_knows_has_no_visits(house: House) -> None:
    report = house.client.get(f"{FIGURES}?{RANGE}&service=' OR 1=1 --").json()
    assert report["now"]["visits"] == 0


def test_every_export_is_written_down(house: House) -> None:
    before = len(house.acts())
    csv = house.client.get(f"{FIGURES}/csv?table=languages&{RANGE}&lang=en")
    book = house.client.get(f"{FIGURES}/xlsx?{RANGE}")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="lotse-languages-2026-03-01_2026-03-31.csv"' in csv.headers["content-disposition"]
    assert csv.content.startswith(b"\xef\xbb\xbfLanguage;Visits")
    assert book.headers["content-type"] == XLSX
    assert book.content.startswith(b"PK")
    entries = house.call(house.office.audit.entries)[before:]
    assert [(entry["who"], entry["what"], entry["detail"]) for entry in entries] == [
        ("Leitung", "figures_exported", "csv.languages:2026-03-01:2026-03-31"),
        ("Leitung", "figures_exported", "xlsx:2026-03-01:2026-03-31"),
    ]


def test_sentences_are_not_given_out_where_the_town_does_not_keep_them(house: House) -> None:
    answer = house.client.get(f"{FIGURES}/csv?table=sentences&{RANGE}")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(".")
    report = house.client.get(f"{FIGURES}?{RANGE}").json()
    assert (report["keeps_sentences"], report["sentences"]) == (False, [])
    assert report["now"]["not_understood"] > 0
