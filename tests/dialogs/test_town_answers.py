"""Opening hours and the way, as the dialogue answers them, in German, English and plain German."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.languages import COMPLETE
from dialogs.texts import Texts
from tests.dialogs.test_actions import call, said

ZONE = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=ZONE)


class TownHall:
    """Asks our actions at a certain hour."""

    def __init__(self, catalogue: Catalogue, texts: Texts) -> None:
        self._catalogue = catalogue
        self._texts = texts

    async def messages(
        self, intent: str, sentence: str, at: datetime = TUESDAY, **entities: str
    ) -> list[dict[str, Any]]:
        server = ActionServer(self._catalogue, clock=lambda: at)
        asked = call("action_start_service", sentence, intent=intent)
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        asked["tracker"]["latest_message"]["entities"] = found
        _, body = await server.handle(asked)
        return said(body)

    async def keys(self, intent: str, sentence: str, at: datetime = TUESDAY) -> list[str]:
        return [m["key"] for m in await self.messages(intent, sentence, at) if m["do"] == "say"]

    async def answer(self, intent: str, sentence: str, lang: str = "de", at: datetime = TUESDAY) -> str:
        return " ".join(
            self._texts.get(lang, m["key"], **m["params"])
            for m in await self.messages(intent, sentence, at)
            if m["do"] == "say"
        )


@pytest.fixture
def town_hall(catalogue: Catalogue, texts: Texts) -> TownHall:
    return TownHall(catalogue, texts)


@pytest.mark.parametrize(
    "at, sentence, key",
    [
        ("2026-11-24 09:30", "wie lange habt ihr heute auf", "hours.open_break"),
        ("2026-11-24 13:00", "wie lange habt ihr heute auf", "hours.closed_now"),
        ("2026-11-24 15:00", "wie lange habt ihr heute auf", "hours.open_now"),
        ("2026-11-24 17:00", "bis wann haben sie heute auf", "hours.closed_now"),
        ("2026-11-27 09:00", "how long are you open today", "hours.open_now"),
        ("2026-11-28 09:00", "how late are you open today", "hours.closed_now"),
        ("2026-12-24 09:00", "wie lange habt ihr heute auf", "hours.day_closed_because"),
    ],
)
async def test_until_when_it_is_open_today_is_told_with_the_break(
    town_hall: TownHall, at: str, sentence: str, key: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    assert await town_hall.keys("opening_hours", sentence, moment) == [key]


@pytest.mark.parametrize(
    "at, sentence, key",
    [
        ("2026-11-24 09:00", "habt ihr über mittag auf", "hours.part_no"),
        ("2026-11-27 09:00", "are you open over lunch", "hours.part_yes"),
        ("2026-11-24 09:00", "are you open at noon", "hours.at_yes"),
        ("2026-11-24 12:30", "kann ich um halb eins kommen", "hours.at_no"),
        ("2026-11-24 12:29", "habt ihr noch auf", "hours.open_break"),
        ("2026-11-24 12:30", "habt ihr noch auf", "hours.closed_now"),
        ("2026-11-29 10:00", "kann ich am dreißigsten kommen", "hours.two"),
        ("2026-12-27 10:00", "hat das bauamt morgen auf", "hours.day_closed_because"),
    ],
)
async def test_the_break_at_noon_and_the_closing_minute_are_closed(
    town_hall: TownHall, at: str, sentence: str, key: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    assert (await town_hall.keys("opening_hours", sentence, moment))[0] == key


async def test_who_asks_about_two_days_hears_of_both(town_hall: TownHall) -> None:
    told = await town_hall.answer("opening_hours", "kann ich mittwoch oder freitag nachmittag kommen")
    assert told.startswith("Nein. Das Rathaus ist morgen nachmittags")
    assert "Das Rathaus ist am Freitag von 8:00 bis 13:00 Uhr geöffnet." in told
    keys = await town_hall.keys("opening_hours", "are you open on wednesday and on friday")
    assert keys == ["hours.one", "hours.one"]
    assert len(await town_hall.keys("opening_hours", "am vier und zwanzigsten dezember")) == 1


async def test_the_hours_of_a_named_week_are_those_of_its_days(town_hall: TownHall) -> None:
    monday = datetime(2026, 12, 14, 9, tzinfo=ZONE)
    told = await town_hall.answer("opening_hours", "habt ihr nächste woche auf", at=monday)
    assert "Mittwoch" in told
    assert "Donnerstag" not in told  # Christmas Eve
    assert "Freitag" not in told


@pytest.mark.parametrize(
    "sentence, lang, parts",
    [
        ("wie lange habt ihr heute auf", "de", ("bis 12:30 Uhr", "von 14:00 bis 16:00 Uhr")),
        (
            "kann ich mittwochnachmittag kommen",
            "de",
            ("Nein", "morgen von 8:00 bis 12:30", "am Donnerstag von 14:00"),
        ),
        ("kann ich am donnerstag nachmittag kommen", "de", ("Ja", "von 14:00 bis 18:00 Uhr")),
        (
            "are you open on wednesday afternoon",
            "en",
            ("No", "tomorrow from 8:00 to 12:30", "on Thursday from 14:00"),
        ),
        (
            "haben sie am 24. dezember auf",
            "de",
            ("am Donnerstag, dem 24. Dezember", "Heiligabend", "28. Dezember"),
        ),
        (
            "are you open on 24 december",
            "en",
            ("Thursday 24 December", "Christmas Eve", "Monday 28 December"),
        ),
        ("haben sie am 24. dezember offen", "leicht", ("24. Dezember", "Der Grund ist: Heilig·abend")),
        ("haben sie nächsten freitag auf", "de", ("am Freitag, dem 27. November von 8:00 bis 13:00",)),
        ("haben sie übermorgen auf", "de", ("am Donnerstag von 8:00 bis 12:30",)),
        ("haben sie um 17 uhr auf", "de", ("Nein", "heute um 17:00 Uhr", "von 14:00 bis 16:00")),
        ("are you open on thursday at 5 pm", "en", ("Yes", "on Thursday at 17:00", "until 18:00")),
        ("wann hat das standesamt am donnerstag auf", "de", ("Das Standesamt", "8:30", "17:30")),
        (
            "hat die bücherei morgen auf",
            "de",
            ("Die Stadtbücherei ist morgen geschlossen", "am Donnerstag von 10:00"),
        ),
        ("when is the registry office open", "en", ("The Registry Office is open now", "12:00")),
        ("hat das standesamt am 10.12. auf", "de", ("Personalversammlung", "11. Dezember")),
        ("haben sie nachmittags auf", "de", ("Montag von 14:00", "Donnerstag von 14:00")),
        ("wie sind die öffnungszeiten", "de", ("Montag von 8:00", "Mittwoch von 8:00 bis 12:30", "Freitag")),
        ("opening hours", "en", ("Monday from 8:00", "Friday from 8:00 to 13:00")),
        ("haben sie abends um acht auf", "de", ("Nein", "20:00")),
    ],
)
async def test_a_question_about_the_hours_gets_its_answer(
    town_hall: TownHall, sentence: str, lang: str, parts: tuple[str, ...]
) -> None:
    answer = await town_hall.answer("opening_hours", sentence, lang)
    for part in parts:
        assert part in answer, answer


@pytest.mark.parametrize(
    "sentence, lang, place, part",
    [
        ("wo ist das standesamt", "de", "registry_office", "1. Stock, Zimmer 104"),
        ("where is the registry office", "en", "registry_office", "1st floor, Room 104"),
        ("wo ist das standesamt", "leicht", "registry_office", "Standes·amt"),
        ("zu zimmer 204", "de", "room_204", "Zimmer 204: 2. Stock"),
        ("zu zimmer zweihundertvier bitte", "de", "room_204", "gehen Sie dann links"),
        ("how do i get to room two oh four", "en", "room_204", "Room 204: 2nd floor"),
        ("wo ist zimmer 12", "de", "citizens_office", "Bürgerbüro: Erdgeschoss"),
        ("where is the toilet", "en", "toilet", "Toilet: Ground floor"),
        ("wo ist das klo", "de", "toilet", "barrierefrei"),
        ("wie komme ich in den zweiten stock", "de", "floor_2", "Fahren Sie mit dem Aufzug"),
        ("where is the second floor", "en", "floor_2", "Take the lift"),
        ("wo muss ich hin mit dem wohngeld", "de", "social_office", "Zimmer 210"),
        ("wo ist zimmer 215", "de", "floor_2", "steht nicht in meinem Plan"),
    ],
)
async def test_the_way_is_told_and_shown_on_the_plan(
    town_hall: TownHall, sentence: str, lang: str, place: str, part: str
) -> None:
    assert part.lower() in (await town_hall.answer("directions", sentence, lang)).lower()
    messages = await town_hall.messages("directions", sentence)
    assert [m["place"] for m in messages if m["do"] == "show"] == [place]


@pytest.mark.parametrize("sentence", ["zimmer 999", "wo ist der ballsaal", "where is the throne room"])
async def test_what_is_not_in_the_house_brings_a_choice_of_what_is(
    town_hall: TownHall, sentence: str
) -> None:
    [message] = await town_hall.messages("directions", sentence)
    assert message["key"] == ("directions.number_unknown" if "zimmer" in sentence else "directions.unknown")
    tapped = [button["payload"] for button in message["buttons"]]
    assert '/directions{"place": "registry_office"}' in tapped
    assert len(tapped) == len(set(tapped)) > 10


async def test_every_button_of_the_choice_leads_to_a_plan(town_hall: TownHall, catalogue: Catalogue) -> None:
    for place in catalogue.town.places:
        messages = await town_hall.messages("directions", "", place=place.id)
        assert [m["do"] for m in messages] == ["say", "show"], place.id


MOMENTS = ("2026-11-24 09:30", "2026-11-28 20:00", "2026-12-24 08:00", "2026-12-31 23:59", "2028-02-29 12:30")
JUMBLE = (
    *(
        "wo",
        "ist",
        "zimmer",
        "204",
        "999",
        "zwölf",
        "room",
        "two",
        "stock",
        "standesamt",
        "library",
        "toilet",
    ),
    *("am", "um", "17", "uhr", "halb", "24.12.", "31.02.", "montag", "mittwochs", "nachmittag", "abends"),
    *(
        "nächste",
        "woche",
        "wie",
        "lange",
        "heute",
        "morgen",
        "open",
        "until",
        "öffnungszeiten",
        "weihnachten",
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(("opening_hours", "directions")),
    st.lists(st.sampled_from(JUMBLE), max_size=6).map(" ".join),
    st.sampled_from(MOMENTS),
)
def test_whatever_is_asked_at_any_hour_gets_a_sentence_in_every_language(
    town_hall: TownHall, intent: str, sentence: str, moment: str
) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    for lang in COMPLETE:
        answer = asyncio.run(town_hall.answer(intent, sentence, lang, at))
        assert answer
        assert "{" not in answer
