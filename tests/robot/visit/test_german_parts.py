"""What the staff have written in German only is marked on a screen of another language, never left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from robot.visit.lobby import Lobby
from robot.visit.screen import Screen
from robot.web.staff_view import Cause, ClosingRow, MessageRow
from robot.web.view import Welcome
from tests.musterstadt import catalogue, texts
from tests.robot.staff.content_kit import BERLIN

GERMAN = "Bitte nehmen Sie den Eingang Süd."
BOTH = "Heute ohne Termin."


class Quiet(Lobby):
    """A lobby that has looked at the back office already."""

    def __init__(self, rows: list[MessageRow], closing: ClosingRow | None) -> None:
        at = datetime(2026, 3, 2, 9, tzinfo=UTC)
        town = catalogue().town
        super().__init__(lambda: town, None, BERLIN, clock=lambda: at)  # type: ignore[arg-type]
        self._messages, self._closing = rows, closing


def lobby(*, note: str = "") -> Quiet:
    days = {"first": "2026-03-01", "last": "2026-03-08", "by": "Amt 33"}
    rows = [
        MessageRow(id="1", text=GERMAN, **days),
        MessageRow(id="2", text=BOTH, english="No appointment needed today.", **days),
    ]
    closing = ClosingRow(cause=Cause.EVENT, note=note, since="2026-03-02T08:00:00Z", by="Amt 33")
    return Quiet(rows, closing if note else None)


@pytest.mark.parametrize(
    "lang, expected", [("de", []), ("leicht", []), ("en", [GERMAN]), ("tr", [GERMAN, BOTH])]
)
def test_a_message_is_german_where_nobody_has_written_another(lang: str, expected: list[str]) -> None:
    assert lobby().german(lang) == expected
    shown = lobby().messages(lambda key, **_: texts().maybe(lang, key), lang)
    assert len(shown) == 2
    assert all(part in shown for part in expected)


def test_so_is_what_the_staff_add_to_the_reason_of_a_closed_kiosk() -> None:
    assert lobby(note="Wir sind um zwei zurück.").german("fr")[-1] == "Wir sind um zwei zurück."


def test_an_edited_text_is_german_in_the_languages_that_have_lost_their_own() -> None:
    edited = texts().overlaid(
        {
            "de": {"place.x.way": ["Immer geradeaus."]},
            "en": {"place.x.way": ["Straight on."]},
            "tr": {"place.x.way": ["Immer geradeaus."]},
        }
    )
    assert edited.left_german("tr") == ["Immer geradeaus."]
    assert edited.left_german("en") == []
    assert edited.left_german("de") == []


def test_the_screen_names_those_parts_that_stand_on_it() -> None:
    panel = Welcome(title="Hoş geldiniz", text="", services=[], messages=[f"{GERMAN} „Süd“"])
    screen = Screen(town="Musterstadt", panel=panel, lang="tr")
    assert screen.view().german == []
    screen.german = lambda _lang: [GERMAN, BOTH]
    assert screen.view().german == [GERMAN]
