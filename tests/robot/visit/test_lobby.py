"""What stands on the first screen, and when the kiosk says that it is out of order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogs.languages import LANGUAGES
from dialogs.texts import Texts
from robot.cases import database
from robot.cases.model import CaseState
from robot.staff.office import BackOffice
from robot.visit.lobby import FAILURES, Lobby, Why
from robot.web.staff_view import Cause, NewClosing, NewMessage, StateChange
from tests import musterstadt
from tests.robot.cases.kit import TurnedClock, draft, open_office

ROOT = Path(__file__).resolve().parents[3]
BERLIN = ZoneInfo("Europe/Berlin")
CATALOGUE = musterstadt.catalogue()


@pytest.fixture(scope="module")
def texts() -> Texts:
    return musterstadt.texts()


@pytest.fixture
def clock() -> TurnedClock:
    """Monday 30 November 2026, 9:00 in Musterstadt."""
    clock = TurnedClock()
    clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    return clock


@pytest.fixture
def office(tmp_path: Path, clock: TurnedClock) -> Iterator[BackOffice]:
    office = open_office(tmp_path, clock=clock, busy_s=0.05)
    yield office
    office.close()


@pytest.fixture
def lobby(office: BackOffice, clock: TurnedClock) -> Lobby:
    lobby = Lobby(lambda: CATALOGUE.town, office, BERLIN, clock=clock)
    lobby.dialogue(ready=True)
    return lobby


@pytest.fixture
def german(texts: Texts) -> Callable[..., str]:
    return partial(texts.get, "de")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    "at,sentence",
    [
        (local(30, 9), "Heute geöffnet bis 12:30 Uhr und von 14:00 bis 16:00 Uhr."),
        (local(30, 15), "Heute geöffnet bis 16:00 Uhr."),
        (local(30, 13), "Jetzt geschlossen. Geöffnet ist heute ab 14:00 Uhr."),
        (local(30, 7), "Jetzt geschlossen. Geöffnet ist heute ab 8:00 Uhr."),
        (local(24, 20), "Jetzt geschlossen. Geöffnet ist morgen ab 8:00 Uhr."),
        (
            local(28, 10),
            "Jetzt geschlossen. Geöffnet ist wieder am Montag, dem 30. November, ab 8:00 Uhr.",
        ),
    ],
)
def test_the_first_screen_says_whether_the_house_is_open(
    lobby: Lobby, clock: TurnedClock, german: Callable[..., str], at: datetime, sentence: str
) -> None:
    clock.now = at
    assert lobby.opening(german) == sentence


async def called(office: BackOffice, clock: TurnedClock, *minutes: float) -> None:
    """A number is drawn and called so many minutes later, one after the other."""
    for waited in minutes:
        case = await office.cases.hand_over(draft())
        clock.turn(minutes=waited)
        await office.cases.change_state(case.id, StateChange(state=CaseState.CALLED, version=1), "Amt 33")


async def test_the_waiting_time_is_the_middle_of_the_last_calls(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, german: Callable[..., str]
) -> None:
    await called(office, clock, 4, 8, 30)
    await lobby.look()
    assert lobby.waiting(german) == "Wartezeit zurzeit: etwa 10 Minuten."


async def test_a_short_wait_is_not_told_to_the_minute(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, german: Callable[..., str]
) -> None:
    await called(office, clock, 2, 1, 3)
    await lobby.look()
    assert lobby.waiting(german) == "Wartezeit zurzeit: weniger als 5 Minuten."


async def test_nothing_is_said_of_the_wait_before_enough_were_called(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, german: Callable[..., str]
) -> None:
    await called(office, clock, 4, 8)
    await lobby.look()
    assert lobby.waiting(german) == ""


async def test_nothing_is_said_of_the_wait_when_nobody_was_called_for_long_or_the_house_is_closed(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, german: Callable[..., str]
) -> None:
    await called(office, clock, 4, 8, 8)
    clock.turn(minutes=91)
    await lobby.look()
    assert lobby.waiting(german) == ""
    clock.now = local(30, 15, 40)
    await called(office, clock, 4, 4, 4)
    await lobby.look()
    assert "5" in lobby.waiting(german)
    clock.now = local(30, 16, 5)
    assert lobby.waiting(german) == ""


async def test_a_number_drawn_in_the_break_at_noon_has_not_waited_before_the_office_opened(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, german: Callable[..., str]
) -> None:
    clock.now = local(30, 13)
    drawn = [await office.cases.hand_over(draft()) for _ in range(3)]
    clock.now = local(30, 14, 10)
    for case in drawn:
        await office.cases.change_state(case.id, StateChange(state=CaseState.CALLED, version=1), "Amt 33")
    await lobby.look()
    assert lobby.waiting(german) == "Wartezeit zurzeit: etwa 10 Minuten."


async def test_messages_of_the_town_and_of_the_staff_stand_there_on_their_days_and_in_their_languages(
    lobby: Lobby, office: BackOffice, clock: TurnedClock, texts: Texts
) -> None:
    today, later = date(2026, 11, 30), date(2026, 12, 1)
    text = "Der Aufzug steht heute still."
    await office.board.show(
        NewMessage(text=text, english="No lift today.", first=today, last=today), "Amt 33"
    )
    await office.board.show(NewMessage(text="Erst morgen.", first=later, last=later), "Amt 33")
    await lobby.look()
    assert lobby.messages(partial(texts.get, "de"), "de") == [
        "Am Donnerstag, 10. Dezember, ist das Standesamt geschlossen.",
        text,
    ]
    assert lobby.messages(partial(texts.get, "en"), "en")[1] == "No lift today."
    assert lobby.messages(partial(texts.get, "leicht"), "leicht")[1] == text
    clock.now = local(30, 9).replace(month=12, day=14)
    await lobby.look()
    assert lobby.messages(partial(texts.get, "de"), "de") == []


async def test_a_kiosk_that_the_staff_close_says_why_and_where_to_go_in_every_language(
    lobby: Lobby, office: BackOffice, texts: Texts
) -> None:
    assert lobby.why_closed() is None
    await office.board.close_kiosk(NewClosing(cause=Cause.EVENT, note="Bis 12 Uhr."), "Amt 34")
    await lobby.look()
    why = lobby.why_closed()
    assert why == Why("event", "Bis 12 Uhr.")
    panel = lobby.closed(partial(texts.get, "de"), why)
    assert panel.text == "Im Foyer findet gerade eine Veranstaltung statt. Bis 12 Uhr."
    assert [fact.lines for fact in panel.facts] == [
        [
            "Bürgerbüro",
            "Zimmer 12, Erdgeschoss",
            "Gehen Sie geradeaus durch das Foyer bis zur zweiten Tür rechts.",
        ],
        ["Heute geöffnet bis 12:30 Uhr und von 14:00 bis 16:00 Uhr."],
        ["02270 115-12"],
    ]
    told = {lobby.closed_aloud(partial(texts.get, lang), why) for lang in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    assert all("12" in sentence for sentence in told)
    await office.board.open_kiosk("Amt 34")
    await lobby.look()
    assert lobby.why_closed() is None


async def test_a_store_that_takes_nothing_closes_the_kiosk_until_it_does_again(
    lobby: Lobby, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "lotse.sqlite", isolation_level=None)
    await lobby.look()
    other.execute("BEGIN IMMEDIATE")
    try:
        for tries in range(FAILURES + 1):
            assert (lobby.why_closed() is None) is (tries < FAILURES)
            lobby.check_now()
            await lobby.look()
        assert lobby.why_closed() == Why("store")
    finally:
        other.execute("ROLLBACK")
        other.close()
    await lobby.look()
    assert lobby.why_closed() is None


async def test_a_disk_that_is_nearly_full_closes_the_kiosk_before_a_case_is_lost(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LEAST_FREE", 1 << 62)
    for _ in range(FAILURES):
        await lobby.look()
    assert lobby.why_closed() == Why("store")


async def test_a_dialogue_that_does_not_come_back_closes_the_kiosk(
    office: BackOffice, clock: TurnedClock
) -> None:
    lobby = Lobby(lambda: CATALOGUE.town, office, BERLIN, clock=clock, dialogue_s=0.0)
    lobby.dialogue(ready=False)
    assert lobby.why_closed() == Why("dialogue")
    lobby.dialogue(ready=True)
    assert lobby.why_closed() is None


def test_a_dialogue_that_is_only_starting_closes_nothing(office: BackOffice, clock: TurnedClock) -> None:
    lobby = Lobby(lambda: CATALOGUE.town, office, BERLIN, clock=clock)
    lobby.dialogue(ready=False)
    assert lobby.why_closed() is None


def test_when_it_opens_is_told_only_while_it_is_closed(
    lobby: Lobby, clock: TurnedClock, german: Callable[..., str]
) -> None:
    assert lobby.opens(german) == ""
    clock.now = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)  # Saturday
    assert lobby.opens(german) == lobby.opening(german)
    assert lobby.opens(german).startswith("Jetzt geschlossen.")
