"""What the staff put on the kiosk's first screen, and who may close it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from robot.staff.board import MOST, MessageRefused
from robot.web.staff_view import Cause, NewClosing, NewMessage, StaffView
from tests.robot.cases.kit import TurnedClock, open_office
from tests.robot.staff.test_web import SOCKET, House, detail, house

__all__ = ["house"]  # the fixture

TODAY = date(2026, 3, 2)
MESSAGE = {"text": "Der Aufzug steht still.", "first": "2026-03-02", "last": "2026-03-03"}


def test_a_message_of_the_staff_is_shown_removed_and_both_stand_in_the_audit_log(house: House) -> None:
    csrf = house.sign_in()
    shown = house.client.post("/api/staff/messages", json=MESSAGE, headers=csrf)
    assert shown.status_code == 200, shown.text
    row = shown.json()
    assert (row["text"], row["by"]) == ("Der Aufzug steht still.", "Amt 33")
    assert [message.text for message in house.call(house.office.board.messages)] == [MESSAGE["text"]]
    path = f"/api/staff/messages/{row['id']}/remove"
    assert house.client.post(path, json={}, headers=csrf).status_code == 204
    assert house.client.post(path, json={}, headers=csrf).status_code == 204
    assert house.call(house.office.board.messages) == []
    entries = house.call(house.office.audit.entries, row["id"])
    assert [(entry["who"], entry["what"]) for entry in entries] == [
        ("Amt 33", "message_shown"),
        ("Amt 33", "message_removed"),
    ]


@pytest.mark.parametrize(
    "change,why",
    [
        ({"last": "2026-03-01"}, "vor dem ersten"),
        ({"first": "2026-02-01", "last": "2026-03-01"}, "vorbei"),
        ({"text": "   "}, "Text"),
    ],
)
def test_a_message_that_nobody_would_see_is_refused_with_a_sentence(
    house: House, change: dict[str, str], why: str
) -> None:
    answer = house.client.post("/api/staff/messages", json=MESSAGE | change, headers=house.sign_in())
    assert answer.status_code == 422
    assert why in detail(answer)


def test_only_the_head_of_the_office_closes_and_opens_the_kiosk(house: House) -> None:
    body = {"cause": "maintenance", "note": "Morgen bin ich wieder da."}
    answer = house.client.post("/api/staff/kiosk/close", json=body, headers=house.sign_in())
    assert answer.status_code == 403
    assert "Berechtigung" in detail(answer)
    head = house.sign_in(name="Amt 34")
    assert house.client.post("/api/staff/kiosk/close", json=body, headers=head).status_code == 204
    with house.client.websocket_connect(SOCKET, headers={"Origin": "http://localhost:8040"}) as socket:
        view = StaffView.model_validate_json(socket.receive_text())
    assert view.closing is not None
    assert (view.closing.cause, view.closing.note, view.closing.by) == (
        Cause.MAINTENANCE,
        "Morgen bin ich wieder da.",
        "Amt 34",
    )
    assert house.client.post("/api/staff/kiosk/open", json={}, headers=head).status_code == 204
    assert house.call(house.office.board.closing) is None
    assert house.acts()[-2:] == ["kiosk_closed", "kiosk_opened"]


async def test_a_closed_kiosk_is_still_closed_after_a_restart_and_another_one_is_not(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    await office.board.close_kiosk(NewClosing(cause=Cause.PAUSE), "Amt 34")
    office.close()
    again, beside = open_office(tmp_path), open_office(tmp_path, kiosk="Erster Stock")
    closing = await again.board.closing()
    assert closing is not None
    assert closing.cause is Cause.PAUSE
    assert await beside.board.closing() is None
    again.close()
    beside.close()


async def test_the_first_screen_keeps_room_for_the_services(tmp_path: Path) -> None:
    clock = TurnedClock()
    office = open_office(tmp_path, clock=clock)
    for number in range(MOST):
        await office.board.show(NewMessage(text=f"Meldung {number}", first=TODAY, last=TODAY), "Amt 33")
    with pytest.raises(MessageRefused, match="nehmen Sie erst eine weg"):
        await office.board.show(NewMessage(text="Noch eine", first=TODAY, last=TODAY), "Amt 33")
    clock.turn(days=1)
    assert await office.board.messages() == []
    office.close()
