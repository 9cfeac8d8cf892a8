"""Numbers, days, times, amounts and names as they are said."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import normal, spelling
from dialogs.catalogue import german_date
from dialogs.service import Field

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "said, value",
    [
        ("siebenundzwanzig", 27),
        ("sieben und zwanzig", 27),
        ("ein hundert zwei", 102),
        ("hundertzweiundsiebzig zentimeter", 172),
        ("tausend zwei hundert", 1200),
        ("one hundred and seventy two", 172),
        ("a hundred and five", 105),
        ("172", 172),
        ("ich bin eine frau", None),
        ("zwei oder drei", None),
        ("", None),
    ],
)
def test_a_number_in_words(said: str, value: int | None) -> None:
    assert normal.number(said) == value


@pytest.mark.parametrize(
    "said, figures",
    [
        ("null zwei zwei eins", "0221"),
        ("null zwo zwo sieben eins", "02271"),
        ("fünf drei eins elf", "53111"),
        ("dreiundfünfzig eins elf", "53111"),
        ("doppel null vier neun", "0049"),
        ("oh two double two one", "02221"),
        ("50126", "50126"),
        ("fünf null eins hallo", None),
    ],
)
def test_figures_one_by_one_or_in_groups(said: str, figures: str | None) -> None:
    assert normal.digits(said) == figures


@pytest.mark.parametrize(
    "said, day",
    [
        ("zwölfter august neunzehnhundertvierundsechzig", date(1964, 8, 12)),
        ("am zwölften august neunzehn hundert vier und sechzig", date(1964, 8, 12)),
        ("der zwölfte achte vierundsechzig", date(1964, 8, 12)),
        ("am ein und dreißigsten zwölften neunzehnhundertneunundneunzig", date(1999, 12, 31)),
        ("erster erster zweitausendfünf", date(2005, 1, 1)),
        ("12.08.1964", date(1964, 8, 12)),
        ("12.8.64", date(1964, 8, 12)),
        ("12. August 1964", date(1964, 8, 12)),
        ("twelfth of august nineteen sixty four", date(1964, 8, 12)),
        ("august the twenty first two thousand and six", date(2006, 8, 21)),
        ("3rd may 1999", date(1999, 5, 3)),
        ("gestern", date(2026, 11, 23)),
        ("dreißigster februar zweitausend", None),
        ("irgendwann im august", None),
        ("ja", None),
    ],
)
def test_a_birthday(said: str, day: date | None) -> None:
    assert normal.day(said, TODAY, past=True) == day


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2026, 11, 24)))
def test_every_day_written_the_german_way_is_read(day: date) -> None:
    assert normal.day(f"{day.day}.{day.month}.{day.year}", TODAY, past=True) == day


def test_a_year_of_two_figures_lies_ahead_where_the_day_may_come() -> None:
    assert normal.day("12.8.27", TODAY) == date(2027, 8, 12)
    assert normal.day("morgen", TODAY) == date(2026, 11, 25)


@pytest.mark.parametrize(
    "said, at",
    [
        ("halb neun", time(8, 30)),
        ("viertel nach acht", time(8, 15)),
        ("viertel vor neun", time(8, 45)),
        ("viertel neun", time(8, 15)),
        ("dreiviertel neun", time(8, 45)),
        ("fünf vor halb neun", time(8, 25)),
        ("zehn nach acht", time(8, 10)),
        ("acht uhr dreißig", time(8, 30)),
        ("um zwanzig uhr fünfzehn", time(20, 15)),
        ("drei uhr nachmittags", time(15)),
        ("halb vier nachmittags", time(15, 30)),
        ("8:30", time(8, 30)),
        ("mittag", time(12)),
        ("half past eight", time(8, 30)),
        ("half eight", time(8, 30)),
        ("quarter to nine", time(8, 45)),
        ("ten past eight", time(8, 10)),
        ("eight thirty", time(8, 30)),
        ("three o'clock in the afternoon", time(15)),
        ("halb", None),
        ("fünfundzwanzig uhr", None),
    ],
)
def test_a_time_of_day(said: str, at: time | None) -> None:
    assert normal.clock(said) == at


@pytest.mark.parametrize(
    "said, cents",
    [
        ("zwanzig euro fünfzig", 2050),
        ("zwanzig euro und fünfzig cent", 2050),
        ("zwölf komma fünf euro", 1250),
        ("zwölf komma null fünf euro", 1205),
        ("tausend zweihundert euro", 120000),
        ("fünfzig cent", 50),
        ("12,50 €", 1250),
        ("1.234,50", 123450),
        ("450", 45000),
        ("twenty euros and fifty cents", 2050),
        ("twelve point five euros", 1250),
        ("viel geld", None),
    ],
)
def test_an_amount_of_money(said: str, cents: int | None) -> None:
    assert normal.amount(said) == cents


@pytest.mark.parametrize(
    "said, written",
    [
        ("erika mustermann", "Erika Mustermann"),
        ("mein name ist mustermann", "Mustermann"),
        ("müller mit ü", "Müller"),
        ("mueller mit ü", "Müller"),
        ("müller mit u e", "Mueller"),
        ("meier mit a ypsilon", "Mayer"),
        ("schmidt mit doppel t", "Schmitt"),
        ("schmitt mit d t", "Schmidt"),
        ("hoffmann mit einem f", "Hofmann"),
        ("hofmann mit zwei f", "Hoffmann"),
        ("stefan mit p h", "Stephan"),
        ("weiss mit eszett", "Weiß"),
        ("m wie martha ü l l e r", "Müller"),
        ("martha übermut ludwig ludwig emil richard", "Müller"),
        ("münchen umlaut unna leipzig leipzig essen rostock", "Müller"),
        ("m wie münchen ü doppel l e r", "Müller"),
        ("müller m ü l l e r", "Müller"),
        ("mike as in mike u e double l e r", "Mueller"),
        ("em u es te e er", "Muster"),
        ("müller bindestrich schmidt", "Müller-Schmidt"),
        ("von berg", "von Berg"),
        ("otto", "Otto"),
        ("ida", "Ida"),
        ("", None),
    ],
)
def test_a_name_said_or_spelled(said: str, written: str | None) -> None:
    assert spelling.name(said) == written


@pytest.mark.parametrize("table", [spelling._NAMES, spelling._TOWNS, spelling._ICAO])
def test_each_alphabet_spells_every_letter(table: list[str]) -> None:
    assert spelling.letters(" ".join(table)) == "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    "kind, said, value",
    [
        ({"type": "date", "past": True}, "zwölfter achter vierundsechzig", "12.08.1964"),
        ({"type": "number"}, "hundert zwei und siebzig", "172"),
        ({"type": "money"}, "vier hundert fünfzig euro", "450,00"),
        ({"type": "postcode"}, "fünf null eins zwei sechs", "50126"),
        ({"type": "postcode"}, "fünf null eins", None),
        ({"type": "email"}, "erika punkt mustermann at beispiel punkt de", "erika.mustermann@beispiel.de"),
        ({"type": "phone"}, "plus vier neun zwei zwei sieben eins", "+492271"),
        ({"type": "plate"}, "b m strich a b eins zwei drei", "BM-AB 123"),
        ({"type": "plate"}, "k a b vier zwei e", "K-AB 42E"),
        ({"type": "iban"}, "d e zwei eins fünf null null", "DE21 500"),
        ({"type": "checkbox"}, "ja bitte", "true"),
        ({"type": "checkbox"}, "nein", ""),
        (
            {"type": "choice", "options": (("blau", "Blau"), ("braun", "Braun"))},
            "meine augen sind braun",
            "braun",
        ),
        ({"charset": "name"}, "mustermann", "Mustermann"),
        ({"charset": "address"}, "hauptstraße zwölf a", "Hauptstraße 12a"),
        ({"charset": "digits"}, "eins zwei drei", "123"),
        ({"charset": "code"}, "a b c", "ABC"),
    ],
)
def test_what_is_said_for_a_field_is_what_the_field_takes(
    kind: dict[str, object], said: str, value: str | None
) -> None:
    field = Field.model_validate({"id": "f", "label": "f", **kind})
    assert normal.spoken(field, said, TODAY) == value


@given(st.text(max_size=40))
def test_whatever_is_said_gives_a_value_or_none_and_never_an_error(said: str) -> None:
    for kind in (
        "date",
        "number",
        "money",
        "postcode",
        "email",
        "phone",
        "plate",
        "iban",
        "checkbox",
        "text",
    ):
        field = Field.model_validate({"id": "f", "label": "f", "type": kind, "charset": "name"})
        value = normal.spoken(field, said, TODAY)
        assert value is None or isinstance(value, str)
        if kind == "date" and value:
            assert german_date(value)
