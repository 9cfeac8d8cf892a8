"""The action endpoint without Rasa: its protocol, and what a call may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from tests.dialogs.conftest import NOW

SITUATION = "identity_card_situation_form"


def call(
    action: str,
    said: str = "",
    *,
    intent: str = "inform",
    confidence: float = 0.9,
    loop: str | None = None,
    **slots: Any,
) -> dict[str, Any]:
    """An action call as Rasa makes it after the citizen has spoken."""
    return {
        "next_action": action,
        "sender_id": "v",
        "tracker": {
            "sender_id": "v",
            "slots": slots,
            "latest_message": {
                "text": said,
                "intent": {"name": intent, "confidence": confidence},
                "entities": [],
            },
            "events": [{"event": "action", "name": "action_listen"}, {"event": "user", "text": said}],
            "active_loop": {"name": loop} if loop else {},
            "latest_action_name": "action_listen",
            "paused": False,
        },
    }


def said(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [r["custom"] for r in body["responses"] if r["custom"]["do"] != "heard"]


def slots(body: dict[str, Any]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in body["events"] if e["event"] == "slot"}


@pytest.fixture
def server(catalogue: Catalogue) -> ActionServer:
    return ActionServer(catalogue, clock=lambda: NOW)


@pytest.mark.parametrize(
    "nonsense", [{}, {"next_action": "action_next"}, {"next_action": 5, "tracker": {}}, []]
)
async def test_what_is_no_action_call_is_refused_with_a_sentence(server: ActionServer, nonsense: Any) -> None:
    status, body = await server.handle(nonsense)
    assert status == 400
    assert "no action call" in body["error"]


async def test_an_unknown_action_is_named(server: ActionServer) -> None:
    status, body = await server.handle(call("action_fly"))
    assert status == 404
    assert body["action_name"] == "action_fly"


async def test_the_reason_told_in_the_first_sentence_is_acknowledged_and_kept(server: ActionServer) -> None:
    sentence = "guten tag mein personalausweis läuft ab ich brauche einen neuen"
    _, body = await server.handle(call("action_start_service", sentence, intent="identity_card"))
    assert slots(body) == {"service": "identity_card", "reason": "expired", "station": "situation"}
    assert [m["key"] for m in said(body)] == ["identity_card.start", "identity_card.reason.expired.ack"]
    assert body["events"][-1]["name"] == SITUATION


async def test_words_that_lead_away_from_the_question_are_left_to_the_rules(server: ActionServer) -> None:
    asked: dict[str, Any] = {"service": "identity_card", "requested_slot": "reason"}
    message = call(f"validate_{SITUATION}", "ich möchte aufhören", intent="stop", loop=SITUATION, **asked)
    status, body = await server.handle(message)
    assert (status, body["events"], body["responses"]) == (200, [], [])


async def test_a_question_in_between_is_answered_at_once_and_the_visits_question_stands_again(
    server: ActionServer,
) -> None:
    asked: dict[str, Any] = {"service": "identity_card", "requested_slot": "reason"}
    message = call(f"validate_{SITUATION}", "was kostet das denn", intent="ask_fee", loop=SITUATION, **asked)
    _, body = await server.handle(message)
    assert said(body)[0]["key"].startswith("fee.")
    again = {"do": "ask", "service": "identity_card", "slot": "reason", "variant": "again"}
    assert said(body)[-1] == again
    assert slots(body) == {"asked_as": "again", "misunderstood": None, "requested_slot": "reason"}
    assert not [event for event in body["events"] if event["event"] != "slot"]


async def test_an_answer_outside_the_enumeration_is_not_taken(server: ActionServer) -> None:
    message = call(
        f"validate_{SITUATION}",
        '/inform{"reason": "Erika Mustermann"}',
        loop=SITUATION,
        service="identity_card",
        requested_slot="reason",
    )
    message["tracker"]["latest_message"]["entities"] = [{"entity": "reason", "value": "Erika Mustermann"}]
    _, body = await server.handle(message)
    assert slots(body) == {"asked_as": "other", "misunderstood": "1", "requested_slot": "reason"}


async def test_a_question_with_the_word_of_an_answer_in_it_stays_a_question(server: ActionServer) -> None:
    words = "was kostet das wenn er gestohlen wurde"
    asked: dict[str, Any] = {"service": "identity_card", "requested_slot": "reason"}
    message = call(f"validate_{SITUATION}", words, intent="ask_fee", loop=SITUATION, **asked)
    _, body = await server.handle(message)
    assert "reason" not in slots(body)
    assert said(body)[0]["key"].startswith("fee.")


async def test_delivery_is_not_asked_for_a_child(server: ActionServer) -> None:
    known: dict[str, Any] = {"service": "identity_card", "age_group": "under16", "photo": "counter"}
    _, body = await server.handle(call("action_next", station="picture", **known))
    assert slots(body) == {"delivery": "pickup", "station": "review"}
    assert [message["name"] for message in said(body) if message["do"] == "step"] == ["review"]


async def test_who_has_a_code_for_the_photo_is_asked_to_show_it(server: ActionServer) -> None:
    known: dict[str, Any] = {"service": "identity_card", "age_group": "adult", "station": "picture"}
    for photo, station in (("code", "photo_code"), ("counter", "handling")):
        _, body = await server.handle(call("action_next", photo=photo, **known))
        assert slots(body)["station"] == station


async def test_the_fee_named_is_the_one_that_holds_today(catalogue: Catalogue, texts: Texts) -> None:
    zone = ZoneInfo("Europe/Berlin")
    for day, amount in (
        (datetime(2026, 2, 6, 9, tzinfo=zone), "37,00 Euro"),
        (datetime(2026, 2, 7, 9, tzinfo=zone), "46,00 Euro"),
    ):
        server = ActionServer(catalogue, clock=lambda day=day: day)  # type: ignore[misc]
        known: dict[str, Any] = {"service": "identity_card", "age_group": "adult"}
        _, body = await server.handle(call("action_ask_fee", "was kostet das", intent="ask_fee", **known))
        [message] = said(body)
        text = texts.get("de", message["key"], **message["params"])
        assert amount in text
        assert "PAuswGebV § 1 Abs. 1 Nr. 2" in text


async def test_both_fees_are_named_while_the_age_is_unknown(server: ActionServer) -> None:
    _, body = await server.handle(call("action_ask_fee", "was kostet ein personalausweis", intent="ask_fee"))
    assert [m["params"]["amount"] for m in said(body)] == ["=eur:2760", "=eur:4600"]


@pytest.mark.parametrize(
    "question, key",
    [
        ("haben sie jetzt auf", "hours.open_now"),
        ("haben sie am samstag auf", "hours.day_closed"),
        ("haben sie heute auf", "hours.two"),
        ("haben sie morgen auf", "hours.one"),
    ],
)
async def test_opening_hours_answer_the_day_that_was_asked_for(
    server: ActionServer, question: str, key: str
) -> None:
    _, body = await server.handle(call("action_start_service", question, intent="opening_hours"))
    assert [m["key"] for m in said(body)] == [key]


async def test_a_holiday_is_named(catalogue: Catalogue) -> None:
    christmas = datetime(2026, 12, 25, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    server = ActionServer(catalogue, clock=lambda: christmas)
    _, body = await server.handle(call("action_start_service", "haben sie heute auf", intent="opening_hours"))
    assert said(body)[0]["params"]["reason"] == "@day.holiday.erster_weihnachtstag"


async def test_misheard_words_do_not_end_a_visit(server: ActionServer) -> None:
    _, body = await server.handle(
        call(
            "action_stop_confirmed",
            "ja machen wir",
            intent="stop_confirmed",
            service="identity_card",
            station="form",
        )
    )
    assert [m["do"] for m in said(body)] == ["say"]


async def test_everything_said_in_any_situation_has_its_text(server: ActionServer, texts: Texts) -> None:
    """Each action, at the start, in a question, in a step: what it replies can be rendered."""
    situations: list[dict[str, Any]] = [
        {},
        {"service": "identity_card", "station": "situation", "requested_slot": "age_group", "reason": "lost"},
        {
            "service": "identity_card",
            "station": "review",
            "reason": "lost",
            "age_group": "under16",
            "photo": "counter",
        },
        {"service": "queue_ticket", "station": "hand_over", "concern": "documents"},
        {"service": "identity_card", "station": "review", "pending": "retry", "misunderstood": "2"},
    ]
    for name in server._executor.actions:
        if name.startswith("validate_"):
            continue
        for known in situations:
            for intent in ("identity_card", "directions") if name == "action_start_service" else ("inform",):
                loop = SITUATION if "requested_slot" in known else None
                status, body = await server.handle(
                    call(name, "wo ist das", intent=intent, loop=loop, **known)
                )
                assert status == 200
                for message in said(body):
                    for part in (message, *message.get("buttons", [])):
                        if "key" in part:
                            assert texts.get("de", part["key"], **part["params"]), name
