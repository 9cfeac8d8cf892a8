"""Days, parts of the day and times as citizens say them, in German and English."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.catalogue import Catalogue
from dialogs.when import asked, number_in

TUESDAY = datetime(2026, 11, 24, 9, 30)


@pytest.mark.parametrize(
    "sentence, day",
    [
        ("wie lange habt ihr heute auf", date(2026, 11, 24)),
        ("haben sie morgen auf", date(2026, 11, 25)),
        ("haben sie übermorgen offen", date(2026, 11, 26)),
        ("haben sie über morgen offen", date(2026, 11, 26)),
        ("haben sie am freitag auf", date(2026, 11, 27)),
        ("haben sie am dienstag auf", date(2026, 11, 24)),
        ("nächsten freitag", date(2026, 11, 27)),
        ("nächsten dienstag", date(2026, 12, 1)),
        ("nächste woche mittwoch", date(2026, 12, 2)),
        ("am montag in einer woche", date(2026, 11, 30)),
        ("in zwei wochen", date(2026, 12, 8)),
        ("in drei tagen", date(2026, 11, 27)),
        ("Haben Sie am 24. Dezember auf?", date(2026, 12, 24)),
        ("am vierundzwanzigsten dezember", date(2026, 12, 24)),
        ("am vier und zwanzigsten zwölften", date(2026, 12, 24)),
        ("Kann ich am 24.12. kommen?", date(2026, 12, 24)),
        ("Kann ich am 24.12.2027 kommen?", date(2027, 12, 24)),
        ("am fünften mai", date(2027, 5, 5)),
        ("am ersten", date(2026, 12, 1)),
        ("an heiligabend", date(2026, 12, 24)),
        ("am ostermontag", date(2027, 3, 29)),
        ("habt ihr am ersten weihnachtstag auf", date(2026, 12, 25)),
        ("am 2. weihnachtsfeiertag", date(2026, 12, 26)),
        ("ist am rosenmontag geöffnet", date(2027, 2, 8)),
        ("am ersten dezember", date(2026, 12, 1)),
        ("am tag der deutschen einheit", date(2027, 10, 3)),
        ("haben sie am wochenende auf", date(2026, 11, 28)),
        ("are you open today", date(2026, 11, 24)),
        ("are you open tomorrow", date(2026, 11, 25)),
        ("the day after tomorrow", date(2026, 11, 26)),
        ("next friday", date(2026, 11, 27)),
        ("on wednesday next week", date(2026, 12, 2)),
        ("is it open on December 24th?", date(2026, 12, 24)),
        ("on the twenty fourth of december", date(2026, 12, 24)),
        ("may 5", date(2027, 5, 5)),
        ("are you open on good friday", date(2027, 3, 26)),
        ("are you open on christmas eve", date(2026, 12, 24)),
        ("in two weeks", date(2026, 12, 8)),
        ("wann machen sie auf", None),
        ("wie komme ich in den zweiten stock", None),
        ("guten morgen wann haben sie auf", None),
        ("am 31. februar", None),
        ("am 24.12.2020", None),
        ("am 31.12.9999", None),
        ("habt ihr freitag in zwei wochen auf", date(2026, 12, 11)),
        ("in vierzehn tagen am freitag", date(2026, 12, 11)),
        ("friday in two weeks", date(2026, 12, 11)),
        ("a week on friday", date(2026, 12, 4)),
        ("übernächsten freitag", date(2026, 12, 4)),
        ("übernächste woche montag", date(2026, 12, 7)),
        ("kann ich am dreißigsten kommen", date(2026, 11, 30)),
        ("hat das standesamt am ersten auf", date(2026, 12, 1)),
        ("am zweiten schalter", None),
        ("am ersten tag", None),
        ("am dritten advent", date(2026, 12, 13)),
        ("habt ihr zwischen den jahren auf", date(2026, 12, 28)),
        ("31 dec", date(2026, 12, 31)),
        ("24/12", date(2026, 12, 24)),
        ("24-12-2026", date(2026, 12, 24)),
        ("2026-12-24", date(2026, 12, 24)),
    ],
)
def test_the_day_that_a_visitor_names_is_understood(
    catalogue: Catalogue, sentence: str, day: date | None
) -> None:
    assert asked(sentence, TUESDAY, catalogue.town.holidays).day == day


@pytest.mark.parametrize(
    "sentence, day, part",
    [
        ("kann ich mittwochnachmittag kommen", date(2026, 11, 25), "afternoon"),
        ("kann ich mittwoch nachmittag kommen", date(2026, 11, 25), "afternoon"),
        ("kann ich am mittwoch nach mittag kommen", date(2026, 11, 25), "afternoon"),
        ("are you open on wednesday afternoon", date(2026, 11, 25), "afternoon"),
        ("haben sie heute morgen auf", date(2026, 11, 24), "morning"),
        ("haben sie morgen früh auf", date(2026, 11, 25), "morning"),
        ("are you open tomorrow morning", date(2026, 11, 25), "morning"),
        ("haben sie freitags abends auf", date(2026, 11, 27), "evening"),
        ("is it open at lunchtime", None, "noon"),
        ("kann ich nachmittags kommen", None, "afternoon"),
    ],
)
def test_the_part_of_the_day_is_understood_with_its_day(sentence: str, day: date | None, part: str) -> None:
    found = asked(sentence, TUESDAY)
    assert (found.day, found.part) == (day, part)


@pytest.mark.parametrize(
    "sentence, at",
    [
        ("haben sie um 17 uhr auf", time(17)),
        ("haben sie um siebzehn uhr dreißig auf", time(17, 30)),
        ("am Donnerstag um 17:30 Uhr", time(17, 30)),
        ("um halb fünf", time(16, 30)),
        ("um viertel nach vier", time(16, 15)),
        ("um dreiviertel vier", time(15, 45)),
        ("um halb eins", time(12, 30)),
        ("heute um fünf", time(17)),
        ("um acht", time(8)),
        ("um acht am abend", time(20)),
        ("nach 16 uhr", time(16)),
        ("open at 5 pm on thursday", time(17)),
        ("at 9 a.m.", time(9)),
        ("at half past four", time(16, 30)),
        ("at four o'clock", time(16)),
        ("at noon", time(12)),
        ("habt ihr um mitternacht auf", time(0)),
        ("am 24. dezember", None),
        ("in zwei wochen", None),
    ],
)
def test_a_clock_time_is_understood_as_the_hours_of_an_office_make_likely(
    sentence: str, at: time | None
) -> None:
    assert asked(sentence, TUESDAY).at == at


@pytest.mark.parametrize(
    "sentence, monday",
    [
        ("habt ihr nächste woche auf", date(2026, 11, 30)),
        ("are you open this week", date(2026, 11, 23)),
        ("übernächste woche", date(2026, 12, 7)),
        ("nächste woche freitag", None),
        ("habt ihr auf", None),
    ],
)
def test_a_week_without_a_day_is_understood(sentence: str, monday: date | None) -> None:
    assert asked(sentence, TUESDAY).week == monday


def test_a_rule_is_told_from_a_single_day() -> None:
    assert asked("haben sie nachmittags auf", TUESDAY).every
    assert asked("haben sie mittwochs auf", TUESDAY).every
    assert not asked("haben sie am mittwoch nachmittag auf", TUESDAY).every


@pytest.mark.parametrize(
    "words, number",
    [
        ("zimmer 204", 204),
        ("zimmer zweihundertvier", 204),
        ("zimmer zwei hundert vier", 204),
        ("zimmer zwei null vier", 204),
        ("room two oh four", 204),
        ("room two hundred and four", 204),
        ("room two twelve", 212),
        ("zimmer zwölf", 12),
        ("zimmer hundertvier", 104),
        ("ein zimmer", None),
        ("wo ist das", None),
    ],
)
def test_the_number_of_a_room_is_understood_as_it_is_spoken(words: str, number: int | None) -> None:
    assert number_in(words) == number


WORDS = (
    *("am", "um", "in", "der", "halb", "viertel", "nach", "vor", "uhr", "0", "1", "12", "24"),
    *("25", "31", "32", "99", "2026", "24.12.", "31.02.", "12:75", "zwei", "dreißig", "nächste"),
    *("woche", "montag", "mittwochs", "morgen", "übermorgen", "abend", "vormittags", "dezember"),
    *("mai", "first", "twenty", "of", "the", "next", "week", "pm", "am", "o'clock", "half"),
    *("past", "zehnten", "hundert", "weihnachten", "ostern"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=40))
@example("am ² mai")
def test_no_jumble_of_words_is_too_much(sentence: str) -> None:
    found = asked(sentence, TUESDAY)
    if found.day:
        assert TUESDAY.date() <= found.day <= date(2031, 12, 31)
