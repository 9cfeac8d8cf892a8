"""What administrators change of hours, closures, messages, fees and offices; what the kiosk makes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from dialogs.catalogue import Catalogue
from dialogs.rehearsal import Rehearsal
from robot.staff.content_live import Edit
from robot.staff.content_overlay import DOCUMENT
from robot.staff.rights import Role
from robot.visit.lobby import Lobby
from tests.robot.cases.kit import TurnedClock
from tests.robot.staff.content_kit import BERLIN, TownHall, files

MONDAY = date(2026, 3, 2)
FEE = "identity_card.card_adult"
LAW = "PAuswGebV § 1 Abs. 1 Nr. 2"


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """One for all: who changes something takes `hall`."""
    hall = TownHall(tmp_path_factory.mktemp("still"))
    with hall.client:
        yield hall
    hall.close()


@pytest.fixture
def hall(still: TownHall) -> Iterator[TownHall]:
    yield still
    assert still.client.portal
    still.client.portal.call(still.reset)


def hours(*spans: tuple[str, str]) -> list[dict[str, str]]:
    return [{"start": start, "end": end} for start, end in spans]


def week(**days: list[dict[str, str]]) -> dict[str, Any]:
    return {day: days.get(day, []) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def special(day: str, *spans: tuple[str, str]) -> dict[str, Any]:
    return {"kind": "hours", "rules": [], "days": [{"day": day, "hours": hours(*spans), "note": ""}]}


def closure(first: str, last: str = "", **more: Any) -> dict[str, Any]:
    return {"kind": "closure", "first": first, "last": last or first, "reason": "Betriebsausflug", **more}


def fee(since: str, amount: str = "48,50", law: str = LAW) -> dict[str, Any]:
    return {"kind": "fee", "amounts": [{"since": since, "amount": amount, "law": law}]}


def said(hall: TownHall, day: date, at: str = "09:00", lang: str = "de", **how: Any) -> str:
    """What the kiosk answers to "Wie lange habt ihr heute auf?" on that day."""
    moment = datetime.combine(day, time.fromisoformat(at), BERLIN)
    rehearsal = Rehearsal(hall.catalogue, hall.texts, moment)
    return " ".join(rehearsal.says("opening_hours", lang, "Wie lange habt ihr heute auf?", **how))


# --- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEAD, Role.AUDITOR])
def test_only_administrators_change_contents(still: TownHall, role: Role) -> None:
    desk = still.as_("Amt 33", role)
    assert desk.get().status_code == 403
    assert desk.get("/export").status_code == 403
    assert desk.save("house", special("2026-03-02", ("08:00", "11:00"))).status_code == 403
    assert still.catalogue.hours_on(MONDAY) == [(time(8), time(12, 30)), (time(14), time(16))]


# --- hours ------------------------------------------------------------------------------------------------


def test_closing_earlier_today_is_said_and_shown_at_once_without_a_restart(hall: TownHall) -> None:
    seen = hall.changed.seq
    answer = hall.as_().save("house", special("2026-03-02", ("8:00", "11:00")))
    assert answer.status_code == 200, answer.text
    assert answer.json()["document"]["days"][0]["hours"] == hours(("08:00", "11:00"))
    assert hall.changed.seq > seen
    assert "11:00" in said(hall, MONDAY)
    lobby = Lobby(lambda: hall.catalogue.town, hall.office, BERLIN, clock=hall.clock)
    shown = lobby.opening(lambda key, **params: hall.texts.get("de", key, **params))
    assert shown == "Heute geöffnet bis 11:00 Uhr."
    assert "12:30" in said(hall, date(2026, 3, 3))


def test_new_hours_hold_from_their_day_and_the_old_ones_until_then(hall: TownHall) -> None:
    rule = {"since": "2026-04-01", "week": week(mon=hours(("07:00", "13:00")), sat=hours(("09:00", "12:00")))}
    assert hall.as_().save("house", {"kind": "hours", "rules": [rule], "days": []}).status_code == 200
    assert hall.catalogue.hours_on(date(2026, 3, 30)) == [(time(8), time(12, 30)), (time(14), time(16))]
    assert hall.catalogue.hours_on(date(2026, 4, 13)) == [(time(7), time(13))]
    assert hall.catalogue.hours_on(date(2026, 4, 4)) == [(time(9), time(12))]
    # an office without hours of its own keeps those of the house, the library has its own
    assert hall.catalogue.hours_on(date(2026, 4, 13), "citizens_office") == [(time(7), time(13))]
    assert hall.catalogue.hours_on(date(2026, 4, 14), "library")[0] == (time(10), time(12, 30))


def test_when_the_house_closes_at_noon_so_does_the_office_with_hours_of_its_own(hall: TownHall) -> None:
    tuesday = date(2026, 3, 3)
    assert hall.as_().save("house", special("2026-03-03", ("08:00", "12:00"))).status_code == 200
    assert hall.catalogue.hours_on(tuesday, "library") == [(time(10), time(12))]
    assert hall.catalogue.hours_on(tuesday, "citizens_office") == [(time(8), time(12))]


def test_an_office_opens_on_a_public_holiday_if_that_is_wanted_and_one_is_told_so(hall: TownHall) -> None:
    document = special("2026-05-01", ("10:00", "12:00"))
    assert "Feiertag" in hall.as_().hints("library", document)["days.0.day"]
    assert hall.as_().save("library", document).status_code == 200
    assert hall.catalogue.hours_on(date(2026, 5, 1), "library") == [(time(10), time(12))]
    assert hall.catalogue.hours_on(date(2026, 5, 1)) == []


@pytest.mark.parametrize(
    "spans,field,why",
    [
        ([("08:00", "12:00"), ("11:00", "14:00")], "1.start", "überschneidet sich"),
        ([("12:00", "08:00")], "0.end", "nicht nach dem Beginn"),
        ([("08:00", "12:00"), ("12:00", "14:00")], "1.start", "zusammen"),
        ([("25:00", "26:00")], "0.start", "wie 08:30"),
        ([("", "12:00")], "0.start", "fehlt"),
    ],
)
def test_hours_that_cannot_be_are_told_beside_their_field(
    still: TownHall, spans: list[tuple[str, str]], field: str, why: str
) -> None:
    rule = {"since": "2026-04-01", "week": week(tue=hours(*spans))}
    document = {"kind": "hours", "rules": [rule], "days": []}
    assert why in still.as_().faults("house", document)[f"rules.0.week.tue.{field}"]
    answer = still.as_().save("house", document)
    assert answer.status_code == 422
    assert why in answer.json()["detail"]
    assert still.as_().get("/history/hours/house").json() == []


def test_days_in_the_past_or_no_days_at_all_are_refused_in_the_language_of_the_page(still: TownHall) -> None:
    desk, english = still.as_(), still.as_(lang="en")
    past = special("2026-03-01", ("08:00", "12:00"))
    assert desk.faults("house", past) == {"days.0.day": "Der 01.03.2026 liegt in der Vergangenheit."}
    assert english.faults("house", past) == {"days.0.day": "1 March 2026 is in the past."}
    assert "Tag" in desk.faults("house", special("31.12.", ("08:00", "12:00")))["days.0.day"]
    assert "weit" in desk.faults("house", special("2126-03-02", ("08:00", "12:00")))["days.0.day"]
    assert desk.save("cellar", special("2026-03-02", ("08:00", "12:00"))).status_code == 422


# --- closures and messages --------------------------------------------------------------------------------


def test_a_closure_is_said_with_its_reason_in_the_language_of_the_visitor(hall: TownHall) -> None:
    document = closure("2026-03-05", english="staff outing", plain="Ausflug")
    answer = hall.as_().save("", document)
    assert answer.status_code == 200, answer.text
    name = answer.json()["name"]
    thursday = date(2026, 3, 5)
    assert "Betriebsausflug" in said(hall, thursday)
    assert "staff outing" in said(hall, thursday, lang="en")
    assert "Ausflug" in said(hall, thursday, lang="leicht")
    assert "Betriebsausflug" in hall.texts.get("tr", f"place.closure_{name}.label")
    assert hall.catalogue.closed_because(thursday, "library") == "Betriebsausflug"


def test_only_the_chosen_offices_are_closed(hall: TownHall) -> None:
    assert hall.as_().save("", closure("2026-03-05", places=["library"])).status_code == 200
    assert hall.catalogue.hours_on(date(2026, 3, 5), "library") == []
    assert hall.catalogue.hours_on(date(2026, 3, 5)) != []


def test_a_closure_of_the_files_is_taken_away_and_brought_back(hall: TownHall) -> None:
    desk = hall.as_()
    name, eve = "file_christmas_eve", date(2026, 12, 24)
    assert hall.catalogue.hours_on(eve) == []
    assert desk.post("withdraw", {"kind": "closure", "name": name, "version": 0}).status_code == 204
    assert hall.catalogue.hours_on(eve) != []
    assert desk.item("closure", name)["withdrawn"]
    back = {"kind": "closure", "name": name, "version": 1, "old": 0}
    assert desk.post("restore", back).status_code == 200
    assert hall.catalogue.hours_on(eve) == []
    assert hall.texts.get("en", "place.closure_christmas_eve.label") == "Christmas Eve"


def test_a_closure_on_a_holiday_is_worth_a_thought_and_bridge_days_are_offered(hall: TownHall) -> None:
    desk = hall.as_()
    hints = desk.hints("", closure("2026-04-03"))
    assert "Karfreitag" in hints["first"] or "ohnehin" in hints["first"]
    assert {"english", "plain"} <= hints.keys()
    bridges = desk.get().json()["bridges"]
    assert {"day": "2026-05-15", "says": "Christi Himmelfahrt"} in bridges
    assert desk.save("", closure("2026-05-15")).status_code == 200
    assert "2026-05-15" not in [bridge["day"] for bridge in desk.get().json()["bridges"]]


@pytest.mark.parametrize(
    "change,field,why",
    [
        ({"last": "2026-03-04"}, "last", "vor dem ersten"),
        ({"first": "2026-02-01"}, "first", "Vergangenheit"),
        ({"reason": " "}, "reason", "Grund"),
        ({"reason": "am {day}"}, "reason", "Klammern"),
        ({"places": ["cellar"]}, "places", "cellar"),
    ],
)
def test_a_closure_that_cannot_be_is_told_beside_its_field(
    still: TownHall, change: dict[str, Any], field: str, why: str
) -> None:
    assert why in still.as_().faults("", closure("2026-03-05") | change)[field]


def test_a_planned_message_stands_on_the_board_is_changed_and_taken_away_with_a_trace(hall: TownHall) -> None:
    desk = hall.as_()
    document = {
        "kind": "notice",
        "text": "Der Aufzug steht still.",
        "english": "The lift is out of order.",
        "plain": "",
        "first": "2026-03-02",
        "last": "2026-03-05",
    }
    item = desk.save("", document).json()
    assert item["name"].startswith("board_")
    changed = desk.save(item["name"], document | {"text": "Der Aufzug fährt wieder."}, item["version"])
    assert changed.status_code == 200, changed.text
    assert hall.client.portal
    board = hall.client.portal.call(hall.office.board.messages)
    assert [(row.text, row.english) for row in board] == [
        ("Der Aufzug fährt wieder.", "The lift is out of order.")
    ]
    history = desk.get(f"/history/notice/{item['name']}").json()
    assert history[0]["changes"] == ["Text: „Der Aufzug steht still.“ → „Der Aufzug fährt wieder.“"]
    gone = {"kind": "notice", "name": item["name"], "version": 2}
    assert desk.post("withdraw", gone).status_code == 204
    assert hall.client.portal.call(hall.office.board.messages) == []
    over = document | {"first": "2026-02-01", "last": "2026-03-01"}
    assert "vorbei" in desk.faults("", over)["last"]


# --- fees -------------------------------------------------------------------------------------------------


def test_a_new_amount_holds_from_its_day_with_its_paragraph_and_never_before(hall: TownHall) -> None:
    adult = {"age_group": "adult"}

    def main(day: date) -> tuple[int, str]:
        line = hall.catalogue.fees("identity_card", adult, day)[0]
        return line.cents, line.law

    assert hall.as_().save(FEE, fee("2026-04-01", law="PAuswGebV § 1a")).status_code == 200
    assert main(date(2026, 3, 31)) == (4600, LAW)
    assert main(date(2026, 4, 1)) == (4850, "PAuswGebV § 1a")
    assert main(date(2026, 2, 6)) == (3700, LAW)
    hall.clock.turn(days=40)
    told = " ".join(
        Rehearsal(hall.catalogue, hall.texts, hall.clock()).says(
            "ask_fee", "de", service="identity_card", choices=adult
        )
    )
    assert "48,50 Euro" in told
    assert "PAuswGebV § 1a" in told


@pytest.mark.parametrize(
    "document,field,why",
    [
        (fee("2026-03-02"), "amounts.0.since", "frühestens ab morgen"),
        (fee("2026-02-10"), "amounts.0.since", "frühestens ab morgen"),
        (fee("2026-04-01", "viel"), "amounts.0.amount", "zum Beispiel 46,00"),
        (fee("2026-04-01", "-3"), "amounts.0.amount", "zum Beispiel 46,00"),
        (fee("2026-04-01", "99999,00"), "amounts.0.amount", "höher"),
        (fee("2026-04-01", law="steht im Gesetz"), "amounts.0.law", "Paragraf"),
    ],
)
def test_an_amount_that_cannot_be_is_told_beside_its_field(
    still: TownHall, document: dict[str, Any], field: str, why: str
) -> None:
    assert why in still.as_().faults(FEE, document)[field]


def test_an_amount_that_has_begun_is_never_rewritten_nor_removed(hall: TownHall) -> None:
    desk = hall.as_()
    assert desk.save(FEE, fee("2026-04-01")).status_code == 200
    assert desk.save(FEE, fee("2026-04-01", "49,00"), 1).status_code == 200  # still to come
    hall.clock.turn(days=40)
    for attempt in (fee("2026-04-01", "12,00"), {"kind": "fee", "amounts": []}):
        answer = desk.save(FEE, attempt, 2)
        assert answer.status_code == 422
        assert "bleibt stehen" in answer.json()["detail"]
    back = {"kind": "fee", "name": FEE, "version": 2}
    assert desk.post("withdraw", back).status_code == 422
    assert desk.post("restore", back | {"old": 1}).status_code == 422
    assert hall.catalogue.fees("identity_card", {"age_group": "adult"}, date(2026, 4, 11))[0].cents == 4900


def test_every_paragraph_of_the_files_would_be_taken(still: TownHall) -> None:
    desk = still.as_()
    laws = {one["law"] for facts in desk.get().json()["fees"] for one in facts["amounts"]}
    assert len(laws) > 10
    assert [law for law in laws if desk.faults(FEE, fee("2026-04-01", law=law))] == []


def test_a_running_visit_keeps_what_its_fees_were_at_its_beginning(hall: TownHall) -> None:
    frozen = hall.catalogue.frozen()
    assert hall.as_().save(FEE, fee("2026-03-03")).status_code == 200
    adult, tomorrow = {"age_group": "adult"}, date(2026, 3, 3)
    assert hall.catalogue.fees("identity_card", adult, tomorrow)[0].cents == 4850
    assert frozen.fees("identity_card", adult, tomorrow)[0].cents == 4600


# --- offices ----------------------------------------------------------------------------------------------


def office(**more: Any) -> dict[str, Any]:
    return {"kind": "office", "room": "Zimmer 12", "way": "Geradeaus, dann links.", **more}


def test_an_office_that_moves_is_found_in_its_new_room_in_every_language(hall: TownHall) -> None:
    desk = hall.as_()
    moved = office(room="Zimmer 202", english="Upstairs, then left.", phone="02270 115-202")
    answer = desk.save("citizens_office", moved)
    assert answer.status_code == 200, answer.text
    town, get = hall.catalogue.town, hall.texts.get
    found = town.room("202")
    assert found is not None
    assert (found[0].id, found[1].place) == ("floor_2", "citizens_office")
    old = town.room("12")
    assert old is not None
    assert old[1].place == ""
    assert get("en", "place.citizens_office.room") == "Room 202"
    assert get("en", "place.citizens_office.floor") == get("en", "place.floor_2.label")
    assert get("en", "place.citizens_office.way") == "Upstairs, then left."
    assert get("leicht", "place.citizens_office.way") == "Geradeaus, dann links."
    assert town.place("citizens_office").contact.phone == "02270 115-202"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change,field,why",
    [
        ({"room": "Zimmer 999"}, "room", "kein Zimmer 999"),
        ({"room": "Zimmer 104"}, "room", "Standesamt"),
        ({"way": " "}, "way", "Weg"),
        ({"phone": "ruf mich an"}, "phone", "Ziffern"),
        ({"email": "amt"}, "email", "amt@stadt.de"),
        ({"web": "http://stadt.de"}, "web", "https"),
    ],
)
def test_an_office_that_cannot_be_is_told_beside_its_field(
    still: TownHall, change: dict[str, Any], field: str, why: str
) -> None:
    assert why in still.as_().faults("citizens_office", office() | change)[field]


# --- preview ----------------------------------------------------------------------------------------------


def test_the_preview_says_what_the_kiosk_will_say_and_changes_nothing(still: TownHall) -> None:
    desk = still.as_()
    draft = {"name": "house", "document": special("2026-03-05", ("08:00", "11:00"))}
    found = desk.post("preview", {"draft": draft, "day": "2026-03-05", "time": "09:00", "lang": "en"}).json()
    assert found["asked"] == "Wie lange habt ihr heute auf?"
    line = found["lines"][0]
    assert "11:00" in line["after"]
    assert "18:00" in line["before"]
    assert found["changed"]
    assert "18:00" in said(still, date(2026, 3, 5))
    other = desk.post("preview", {"draft": draft, "day": "2026-03-04", "time": "09:00"}).json()
    assert not other["changed"]


def test_the_preview_of_a_fee_tells_the_total_and_the_difference(still: TownHall) -> None:
    question = {
        "draft": {"name": FEE, "document": fee("2026-04-01")},
        "day": "2026-04-01",
        "choices": {"age_group": "adult", "photo": "counter"},
    }
    found = still.as_().post("preview", question).json()
    assert (found["before_cents"], found["after_cents"]) == (5200, 5450)
    broken = question | {"draft": {"name": FEE, "document": fee("2026-01-01")}}
    assert still.as_().post("preview", broken).status_code == 422


@pytest.mark.parametrize(
    "name,document,what",
    [
        ("", closure("2026-03-05"), "Betriebsausflug"),
        ("citizens_office", office(way="Durch die rote Tür."), "rote Tür"),
        ("floor_1", office(room="", way="Mit dem gläsernen Aufzug."), "gläsernen"),
        (
            "",
            {"kind": "notice", "text": "Heute ohne Termin.", "first": "2026-03-05", "last": "2026-03-05"},
            "ohne Termin",
        ),
    ],
)
def test_everything_can_be_looked_at_before_it_holds(
    still: TownHall, name: str, document: dict[str, Any], what: str
) -> None:
    question = {"draft": {"name": name, "document": document}, "day": "2026-03-05"}
    found = still.as_().post("preview", question).json()
    assert any(what in line["after"] and what not in line["before"] for line in found["lines"])


# --- two at once, history ---------------------------------------------------------------------------------


def test_the_second_of_two_administrators_is_told_who_was_quicker_and_overwrites_nothing(
    hall: TownHall,
) -> None:
    first, second = hall.as_("Amt 34"), hall.as_("Amt 35", lang="en")
    assert first.save("library", special("2026-03-05", ("10:00", "11:00"))).status_code == 200
    answer = second.save("library", special("2026-03-05", ("12:00", "13:00")))
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Amt 34 has just changed this.")
    assert hall.catalogue.hours_on(date(2026, 3, 5), "library") == [(time(10), time(11))]
    assert second.save("library", special("2026-03-05", ("12:00", "13:00")), 1).status_code == 200


def test_the_history_tells_in_words_who_changed_what_and_an_old_version_becomes_a_new_one(
    hall: TownHall,
) -> None:
    desk = hall.as_()
    desk.save("library", special("2026-03-05", ("10:00", "11:00")))
    desk.save("library", special("2026-03-05", ("10:00", "12:00")), 1)
    answer = desk.post("restore", {"kind": "hours", "name": "library", "version": 2, "old": 1})
    assert answer.status_code == 200, answer.text
    rows = desk.get("/history/hours/library").json()
    assert [(row["version"], row["by"], row["how"]) for row in rows] == [
        (3, "Amt 34", "restored"),
        (2, "Amt 34", "saved"),
        (1, "Amt 34", "saved"),
    ]
    assert rows[1]["changes"] == ["am 05.03.2026: 10:00–11:00 → 10:00–12:00"]
    english = hall.as_(lang="en").get("/history/hours/library").json()
    assert english[2]["changes"] == ["on 5 March 2026: 10:00–11:00"]
    assert hall.catalogue.hours_on(date(2026, 3, 5), "library") == [(time(10), time(11))]
    assert hall.client.portal
    entries = hall.client.portal.call(hall.office.audit.entries, "hours:library")
    assert [(entry["who"], entry["what"], entry["detail"]) for entry in entries[-3:]] == [
        ("Amt 34", "content_saved", "v1"),
        ("Amt 34", "content_saved", "v2"),
        ("Amt 34", "content_restored", "v1"),
    ]
    assert hall.client.portal.call(hall.office.audit.verify_audit) is None


# --- several kiosks, restarts, files that change ----------------------------------------------------------


async def test_another_kiosk_on_the_same_database_answers_with_the_change(tmp_path: Path) -> None:
    clock = TurnedClock()
    one, other = TownHall(tmp_path, clock=clock), TownHall(tmp_path, clock=clock)
    following = asyncio.create_task(other.content.follow(every_s=0.02))
    seen = other.changed.seq
    document = DOCUMENT.validate_python(special("2026-03-02", ("08:00", "11:00")))
    await one.content.save([Edit(("hours", "house"), 0, document)], "Amt 34")
    await other.changed.wait(seen, 5)
    assert "11:00" in said(other, MONDAY)
    following.cancel()
    one.close()
    again = TownHall(tmp_path, clock=clock)
    assert "11:00" in said(again, MONDAY)
    again.close()
    other.close()


def test_an_edit_of_a_service_that_is_gone_is_left_out_told_and_stops_nothing(tmp_path: Path) -> None:
    hall = TownHall(tmp_path)
    with hall.client:
        assert hall.as_().save(FEE, fee("2026-04-01")).status_code == 200
        assert hall.as_().save("house", special("2026-03-02", ("08:00", "11:00"))).status_code == 200
    hall.close()
    loaded, _ = files()
    fewer = {name: service for name, service in loaded.services.items() if name != "identity_card"}
    later = TownHall(tmp_path, catalogue=Catalogue(fewer, loaded.town))
    with later.client:
        broken = later.as_().get().json()["broken"]
        assert [(one["kind"], one["name"]) for one in broken] == [("fee", FEE)]
        assert broken[0]["says"].endswith(".")
        assert "11:00" in said(later, MONDAY)
    later.close()


def test_a_version_that_nobody_can_read_is_left_out_and_told(tmp_path: Path) -> None:
    hall = TownHall(tmp_path)
    with hall.client:
        hall.as_().save("house", special("2026-03-02", ("08:00", "11:00")))
    with hall.office.database.writing() as connection:
        connection.exec_driver_sql("""UPDATE content_versions SET content = '{"kind": "hours", "no": 1}'""")
    hall.close()
    later = TownHall(tmp_path)
    with later.client:
        assert [one["name"] for one in later.as_().get().json()["broken"]] == ["house"]
        assert "12:30" in said(later, MONDAY)
        assert later.as_().save("house", special("2026-03-02", ("08:00", "10:00")), 1).status_code == 200
        assert later.as_().get().json()["broken"] == []
    later.close()


# --- the file ---------------------------------------------------------------------------------------------


def test_all_edits_move_to_another_kiosk_in_one_file(tmp_path: Path) -> None:
    clock = TurnedClock()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = TownHall(tmp_path / "a", clock=clock), TownHall(tmp_path / "b", clock=clock)
    with here.client, there.client:
        desk, other = here.as_(), there.as_()
        desk.save(FEE, fee("2026-04-01"))
        desk.save("", closure("2026-03-05", places=["library"]))
        desk.save("library", special("2026-03-06", ("10:00", "11:00")))
        desk.post("withdraw", {"kind": "closure", "name": "file_christmas_eve", "version": 0})
        clock.turn(days=40)
        text = desk.get("/export").text
        told = other.post("import", {"text": text, "dry": True}).json()
        assert len(told["changes"]) >= 4
        assert not told["saved"]
        assert there.catalogue.hours_on(date(2026, 12, 24)) == []
        assert other.post("import", {"text": text, "dry": False}).json()["saved"]
        assert there.catalogue.hours_on(date(2026, 12, 24)) != []
        assert (
            there.catalogue.fees("identity_card", {"age_group": "adult"}, date(2026, 4, 11))[0].cents == 4850
        )
        assert other.post("import", {"text": text, "dry": False}).json() == {"changes": [], "saved": False}
        acts = there.client.portal and there.client.portal.call(there.office.audit.entries)
        assert {entry["what"] for entry in acts or []} == {"content_imported"}
    here.close()
    there.close()


@pytest.mark.parametrize(
    "text,line,why",
    [
        ("", 1, "YAML"),
        ("a: [", 1, "YAML"),
        ("hours: {}", 1, "rathauslotse_content"),
        ("rathauslotse_content: 1\nhours:\n  cellar: {rules: []}\n", 3, "cellar"),
        ("rathauslotse_content: 1\nfee:\n  nothing.here: {amounts: []}\n", 3, "nothing.here"),
        ("rathauslotse_content: 1\nweather: {sun: {}}\n", 2, "weather"),
        (
            "rathauslotse_content: 1\nhours:\n  house:\n    days:\n      - {day: 2026-03-05,\n"
            "         hours: [{start: '12:00', end: '08:00'}]}\n",
            6,
            "nicht nach dem Beginn",
        ),
        ("rathauslotse_content: 1\nhours: &a {x: *a}\n", 2, "YAML"),
        ("rathauslotse_content: 1\nhours: " + "[" * 5000, 2, "YAML"),
        ("\x00\x01\x02", 1, "YAML"),
    ],
)
def test_a_file_of_nonsense_is_answered_with_the_line_and_changes_nothing(
    still: TownHall, text: str, line: int, why: str
) -> None:
    answer = still.as_().post("import", {"text": text, "dry": False})
    assert answer.status_code == 422, answer.text
    told = re.match(r"Zeile (\d+): (.*)", answer.json()["detail"])
    assert told, answer.text
    assert int(told[1]) == line, answer.text
    assert why in told[2]
    assert still.content.versions == {}


def test_a_file_that_is_too_big_is_refused(still: TownHall) -> None:
    assert still.as_().post("import", {"text": "x" * 300_000}).status_code == 413
