"""What staff are called for: once for each trouble, seen to by one, and never a word about a visitor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from robot.staff.alarms import CALM_S, URGENT_S, AlarmBook, causes
from robot.web.live_view import AlarmKind, AlarmRow, EmergencyKind, NewEmergency
from robot.web.staff_view import DeviceRow, StaffView, VisitRow
from tests.robot.cases.kit import TurnedClock
from tests.robot.staff.test_web import SOCKET, VISIT, House, detail, house

__all__ = ["house"]  # the fixture

ORIGIN = {"Origin": "http://localhost:8040"}
PRINTER = DeviceRow(name="printer", label="Drucker", state="ready", paper="ok")
EMPTY = PRINTER.model_copy(update={"state": "failed", "paper": "out"})


class Watched:
    """A kiosk's book of alarms, and the time that passes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.clock = TurnedClock()
        self.book = AlarmBook("Foyer", clock=self.clock, monotonic=lambda: self.seconds)

    def look(self, *devices: DeviceRow, visits: tuple[VisitRow, ...] = (), **more: Any) -> list[AlarmRow]:
        state = {"state": "open", "cause": ""} | more
        return self.book.look(causes(visits, devices, **state))

    def passes(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.turn(seconds=seconds)


def test_a_printer_without_paper_calls_once_and_not_again_for_being_faulty() -> None:
    watched = Watched()
    (alarm,) = watched.look(EMPTY)
    assert (alarm.kind, alarm.subject, alarm.kiosk) == (AlarmKind.PAPER, "out", "Foyer")
    watched.passes(60)
    assert [row.id for row in watched.look(EMPTY)] == [alarm.id]
    assert watched.look(PRINTER) == []


def test_paper_that_runs_low_calls_before_it_is_out() -> None:
    watched = Watched()
    low = PRINTER.model_copy(update={"state": "degraded", "paper": "low"})
    (first,) = watched.look(low)
    (second,) = watched.look(EMPTY)
    assert (first.subject, second.subject) == ("low", "out")
    assert first.id != second.id


def test_a_device_that_comes_and_goes_is_one_alarm_and_one_that_fails_again_later_another() -> None:
    watched = Watched()
    camera = DeviceRow(name="camera", label="Kamera", state="failed")
    (first,) = watched.look(camera)
    watched.passes(CALM_S / 2)
    assert watched.look() == []
    watched.passes(CALM_S / 3)
    assert [row.id for row in watched.look(camera)] == [first.id]
    watched.passes(CALM_S + 1)
    assert watched.look() == []
    assert [row.id for row in watched.look(camera)] != [first.id]


def test_what_keeps_the_kiosk_closed_is_one_alarm() -> None:
    rasa = DeviceRow(name="rasa", label="Dialog", state="failed")
    closed = Watched().look(rasa, state="out_of_order", cause="dialogue")
    assert [(row.kind, row.subject) for row in closed] == [(AlarmKind.KIOSK, "dialogue")]
    store = DeviceRow(name="store", label="Speicher", state="failed")
    assert [row.kind for row in Watched().look(store, state="out_of_order", cause="store")] == [
        AlarmKind.STORE
    ]


def test_after_a_restart_nobody_is_called_again_for_the_same() -> None:
    before, after = Watched(), Watched()
    waiting = VISIT.model_copy(update={"needs_help": True})
    rows = before.look(EMPTY, visits=(waiting,))
    after.book.resume(rows)
    kept = {row.kind: row.id for row in rows}
    assert [row.id for row in after.look(EMPTY)] == [kept[AlarmKind.PAPER]]


@pytest.mark.parametrize("by", ["help_accepted_by", "taken_by"])
def test_a_call_for_help_is_seen_to_when_a_colleague_comes_or_takes_over_and_over_with_the_visit(
    by: str,
) -> None:
    watched = Watched()
    (call,) = watched.look(visits=(VISIT,))
    assert (call.kind, call.acknowledged_by) == (AlarmKind.HELP, "")
    (seen,) = watched.look(visits=(VISIT.model_copy(update={by: "Amt 33"}),))
    assert (seen.id, seen.acknowledged_by) == (call.id, "Amt 33")
    assert watched.look() == []


def test_who_was_in_danger_is_looked_for_after_their_visit_until_somebody_sees_to_it() -> None:
    watched = Watched()
    danger = VISIT.model_copy(update={"needs_help": True, "urgent": True})
    (call,) = watched.look(visits=(danger,))
    assert call.kind is AlarmKind.EMERGENCY
    watched.passes(URGENT_S - 1)
    assert [row.id for row in watched.look()] == [call.id]
    watched.passes(2)
    assert watched.look() == []
    watched.look(visits=(danger.model_copy(update={"help_accepted_by": "Amt 33"}),))
    assert watched.look() == []


def test_a_clerk_sees_to_an_alarm_and_all_others_read_it(house: House) -> None:
    csrf = house.sign_in()
    house.visits = []
    house.devices = [EMPTY]
    with house.client.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        (alarm,) = StaffView.model_validate_json(socket.receive_text()).alarms
        path = f"/api/staff/alarms/{alarm.id}/acknowledge"
        assert house.client.post(path, json={}, headers=csrf).status_code == 204
        (seen,) = StaffView.model_validate_json(socket.receive_text()).alarms
        assert (seen.id, seen.acknowledged_by) == (alarm.id, "Amt 33")
    (entry,) = house.call(house.office.audit.entries, alarm.id)
    assert (entry["who"], entry["what"]) == ("Amt 33", "alarm_acknowledged")
    other = house.another()
    assert other.post(path, json={}, headers=house.sign_in(other, "Amt 34")).status_code == 204
    assert house.call(house.office.acknowledged.known) == {alarm.id: "Amt 33"}  # the first one stays


def test_an_alarm_that_is_over_and_a_call_for_help_cannot_be_put_away(house: House) -> None:
    csrf = house.sign_in()
    gone = house.client.post("/api/staff/alarms/any/acknowledge", json={}, headers=csrf)
    assert (gone.status_code, detail(gone)) == (404, "Diese Meldung ist schon vorbei.")
    call = house.client.post(f"/api/staff/alarms/help-{VISIT.id}/acknowledge", json={}, headers=csrf)
    assert call.status_code == 409
    assert "nehmen Sie den Hilferuf an" in detail(call)


def test_the_store_fails_and_the_notice_still_stands_on_this_kiosk(house: House) -> None:
    csrf = house.sign_in()
    with house.client.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        StaffView.model_validate_json(socket.receive_text())
        with house.office.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE emergencies RENAME TO away")
        answer = house.client.post("/api/staff/emergency", json={"kind": "leave"}, headers=csrf)
        assert answer.status_code == 503
        assert "nur auf diesem Kiosk" in detail(answer)
        seen = StaffView.model_validate_json(socket.receive_text())
        assert seen.emergency
        assert seen.emergency.leave


def test_a_notice_to_all_kiosks_is_told_seen_withdrawn_and_audited(house: House) -> None:
    csrf = house.sign_in()
    words = {"kind": "own", "text": " Wasser  im Keller. ", "translations": {"en": "Water.", "pl": " "}}
    told = house.client.post("/api/staff/emergency", json=words, headers=csrf)
    assert told.status_code == 200, told.text
    assert (told.json()["text"], told.json()["translations"]) == ("Wasser im Keller.", {"en": "Water."})
    with house.client.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        seen = StaffView.model_validate_json(socket.receive_text())
        assert seen.emergency
        assert (seen.emergency.by, seen.emergency.leave) == ("Amt 33", False)
        assert house.client.post("/api/staff/emergency/withdraw", json={}, headers=csrf).status_code == 204
        while StaffView.model_validate_json(socket.receive_text()).emergency:
            pass
    assert house.acts()[-2:] == ["emergency_told", "emergency_withdrawn"]


def test_a_notice_without_words_or_in_an_unknown_language_is_refused(house: House) -> None:
    csrf = house.sign_in()
    for body in (
        {"kind": "own", "text": "  "},
        {"kind": "own", "text": "Hinweis", "translations": {"xx": "?"}},
        {"kind": "party"},
        {"kind": "own", "text": "x" * 201},
    ):
        answer = house.client.post("/api/staff/emergency", json=body, headers=csrf)
        assert answer.status_code == 422, body
        detail(answer)
    with pytest.raises(ValidationError):
        NewEmergency(kind=EmergencyKind.OWN)


def test_what_is_on_the_disk_of_all_this_says_nothing_about_a_visitor(tmp_path: Path) -> None:
    row = VISIT.model_dump()
    assert set(row) == {
        *("id", "kiosk", "service", "step", "language", "started", "needs_help", "help_reason"),
        *("help_accepted_by", "help_since", "understood", "taken_by", "urgent"),
    } | (set(row) & {"may_read"})
