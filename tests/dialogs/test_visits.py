"""Visits through a real Rasa with our real action endpoint, by words and by taps."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from dialogs.catalogue import Catalogue
from dialogs.client import Dialogue, RasaServer, Turn
from dialogs.protocol import Say, Step, payload
from tests.dialogs.desk import told

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

REVIVE_S = 180  # on a busy machine Rasa takes its time to come back


@pytest_asyncio.fixture(loop_scope="session")
async def visit(rasa: RasaServer, catalogue: Catalogue) -> AsyncIterator[Dialogue]:
    # how long a turn may take is not looked at here
    dialogue = Dialogue(rasa, catalogue, deadline_s=60, revive_s=REVIVE_S)
    yield dialogue
    dialogue.forget()


async def walk(visit: Dialogue, *turns: tuple[str, list[str]]) -> Turn:
    turn = Turn([])
    for sent, expected in turns:
        turn = await visit.send(sent)
        assert told(turn.messages) == expected, sent
    return turn


def done(step: str, outcome: str = "done") -> str:
    return payload("step_done", step=step, outcome=outcome)


REASON = (
    "mein personalausweis ist kaputt",
    ["say identity_card.start", "say identity_card.reason.damaged.ack", "ask age_group"],
)
TO_FORM = (
    ("/identity_card", ["say identity_card.start", "ask reason"]),
    (payload("inform", reason="expired"), ["ask age_group"]),
    (payload("inform", age_group="adult"), ["ask residence"]),
    (payload("inform", residence="yes"), ["ask urgent"]),
    (payload("inform", urgent="no"), ["step checklist"]),
    (done("checklist"), ["step document"]),
    (done("document", "declined"), ["step form"]),
)


async def test_a_visitor_gets_an_identity_card_by_talking(visit: Dialogue) -> None:
    last = await walk(
        visit,
        (
            "guten tag mein personalausweis läuft ab ich brauche einen neuen",
            ["say identity_card.start", "say identity_card.reason.expired.ack", "ask age_group"],
        ),
        ("ich bin siebenundzwanzig jahre alt", ["ask residence"]),
        ("ja ich wohne hier", ["ask urgent"]),
        ("nein ich kann warten", ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document"), ["step form"]),
        (done("form"), ["ask photo"]),
        ("das foto bitte am schalter", ["ask delivery"]),
        ("schicken sie ihn mir nach hause", ["step review"]),
    )
    assert isinstance(last.messages[0], Step)
    assert last.messages[0].choices == {
        "reason": "expired",
        "age_group": "adult",
        "residence": "yes",
        "urgent": "no",
        "photo": "counter",
        "delivery": "shipping",
    }
    await walk(
        visit,
        (done("review"), ["step hand_over"]),
        (done("hand_over"), ["step feedback"]),
        (done("feedback"), ["end_visit"]),
    )


async def test_a_visitor_gets_an_identity_card_by_tapping(visit: Dialogue) -> None:
    await walk(
        visit,
        *TO_FORM,
        (done("form"), ["ask photo"]),
        (payload("inform", photo="code"), ["step photo_code"]),
        (done("photo_code"), ["ask delivery"]),
        (payload("inform", delivery="pickup"), ["step review"]),
        (done("review"), ["step hand_over"]),
        (done("hand_over"), ["step feedback"]),
        (done("feedback", "declined"), ["end_visit"]),
    )


async def test_parents_of_a_child_are_told_what_they_need_and_not_asked_about_shipping(
    visit: Dialogue,
) -> None:
    await walk(
        visit,
        (
            "ich habe den ausweis verloren und brauche einen neuen",
            [
                "say identity_card.start",
                "say identity_card.reason.lost.ack",
                "say identity_card.reason.lost.note",
                "ask age_group",
            ],
        ),
        ("meine tochter ist zwölf", ["say identity_card.age_group.under16.note", "ask residence"]),
        ("nein", ["say identity_card.residence.no.note", "ask urgent"]),
        ("nein", ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document"), ["step form"]),
        (done("form"), ["step copy"]),
        (done("copy", "declined"), ["ask photo"]),
        ("ja", ["step photo_code"]),
        (done("photo_code", "declined"), ["step review"]),
    )


async def test_a_fee_question_mid_way_is_answered_with_its_paragraph_and_the_question_asked_again(
    visit: Dialogue,
) -> None:
    turn = await walk(
        visit, REASON, ("was kostet das denn", ["say fee.line", "say fee.line", "ask age_group again"])
    )
    assert turn.intent == "ask_fee"
    turn = await walk(
        visit,
        ("ich bin dreißig", ["ask residence"]),
        ("was kostet das denn", ["say fee.one", "ask residence again"]),
    )
    answer = turn.messages[0]
    assert isinstance(answer, Say)
    assert (answer.params["amount"], answer.params["law"]) == ("=eur:4600", "PAuswGebV § 1 Abs. 1 Nr. 2")
    await walk(visit, ("ja", ["ask urgent"]))


async def test_a_question_during_a_step_is_answered_and_the_step_goes_on(visit: Dialogue) -> None:
    await walk(
        visit,
        *TO_FORM,
        ("was kostet das denn", ["say fee.one"]),
        ("bist du ein roboter", ["say ai"]),
        ("werden meine daten gespeichert", ["say privacy"]),
        ("wann ist der ausweis fertig", ["say identity_card.duration"]),
        ("wo ist das standesamt", ["say directions.room", "show registry_office"]),
        (done("form"), ["ask photo"]),
    )


async def test_asides_lead_back_to_the_same_question(visit: Dialogue) -> None:
    # never in the same words twice in a row
    again, full = "ask age_group again", "ask age_group"
    await walk(
        visit,
        REASON,
        ("welche unterlagen brauche ich", ["say documents.intro", "say documents.line", again]),
        ("wie lange dauert das", ["say identity_card.duration", full]),
        ("wo ist die toilette", ["say directions.no_room", "show toilet", again]),
        ("wann haben sie geöffnet", ["say hours.open_now", full]),
        ("vielen dank", ["say thank", again]),
        ("guten tag", ["say greet", full]),
        ("hilfe", ["say identity_card.age_group.help", "say help.question", again]),
        ("ich möchte mit einem menschen sprechen", ["call_staff", "say staff.called", full]),
        ("doch keine hilfe nötig", ["cancel_staff", "say staff.cancelled", again]),
        ("ich brauche einen neuen personalausweis", ["say service.running", full]),
        ("ich brauche eine wartenummer", ["say service.first_finish", again]),
        ("ich bin fünfzig", ["ask residence"]),
    )


async def test_repeat_slower_and_louder_ask_the_standing_question_in_other_words(visit: Dialogue) -> None:
    await walk(
        visit,
        REASON,
        ("wiederholen", ["ask age_group again"]),
        ("bitte langsamer", ["slower", "ask age_group other"]),
        ("sprechen sie lauter", ["louder", "ask age_group again"]),
        ("ich bin fünfzig", ["ask residence"]),
    )


async def test_back_goes_to_the_last_answer_and_over_steps(visit: Dialogue) -> None:
    await walk(
        visit,
        ("/identity_card", ["say identity_card.start", "ask reason"]),
        ("zurück", ["say back.start", "ask reason again"]),
        ("abgelaufen", ["ask age_group"]),
        ("siebzehn", ["ask residence"]),
        ("zurück", ["ask age_group"]),
        ("zurück", ["ask reason"]),
        ("gestohlen", ["say identity_card.reason.stolen.note", "ask age_group"]),
        ("vierzig", ["ask residence"]),
        ("ja", ["ask urgent"]),
        ("nein", ["step checklist"]),
        ("zurück", ["ask urgent"]),
        ("ja", ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document", "back"), ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document"), ["step form"]),
        (done("form"), ["ask photo"]),
        ("/go_back", ["step form"]),
        (done("form"), ["ask photo"]),
        ("ja", ["step photo_code"]),
        (done("photo_code"), ["ask delivery"]),
        ("abholen", ["step review"]),
        (done("review", "back"), ["ask delivery"]),
        ("zurück", ["step photo_code"]),
        ("zurück", ["ask photo"]),
        ("nein", ["ask delivery"]),
        ("schicken", ["step review"]),
        (done("review"), ["step hand_over"]),
        (done("hand_over"), ["step feedback"]),
        ("zurück", ["say back.too_late", "resume"]),
    )


async def test_an_answer_that_made_a_question_needless_opens_it_again_when_it_changes(
    visit: Dialogue,
) -> None:
    await walk(
        visit,
        *TO_FORM[:2],
        (
            payload("inform", age_group="under16"),
            ["say identity_card.age_group.under16.note", "ask residence"],
        ),
        ("ja", ["ask urgent"]),
        ("nein", ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document"), ["step form"]),
        (done("form"), ["step copy"]),
        (done("copy"), ["ask photo"]),
        ("nein", ["step review"]),
        (done("review", "back"), ["ask photo"]),
        ("/go_back", ["step copy"]),
        ("/go_back", ["step form"]),
        ("/go_back", ["step document"]),
        ("/go_back", ["step checklist"]),
        ("/go_back", ["ask urgent"]),
        ("/go_back", ["ask residence"]),
        ("/go_back", ["ask age_group"]),
        ("ich bin vierzig", ["ask residence"]),
        ("ja", ["ask urgent"]),
        ("nein", ["step checklist"]),
        (done("checklist"), ["step document"]),
        (done("document"), ["step form"]),
        (done("form"), ["ask photo"]),
        ("nein", ["ask delivery"]),
    )


async def test_stop_asks_first_and_ends_only_when_confirmed(visit: Dialogue) -> None:
    turn = await walk(visit, REASON, ("stopp", ["say stop.ask"]))
    question = turn.messages[0]
    assert isinstance(question, Say)
    assert [offer.payload for offer in question.buttons] == ["/stop_confirmed", "/continue_visit"]
    await walk(
        visit,
        ("nein weiter", ["ask age_group again"]),
        ("abbrechen", ["say stop.ask"]),
        ("nein", ["ask age_group"]),
        ("abbrechen", ["say stop.ask"]),
        ("vierzig", ["ask residence"]),
        ("tschüss", ["say stop.ask"]),
        ("ja beenden", ["end_visit"]),
    )


async def test_a_cancelled_step_is_run_again_when_the_visitor_goes_on(visit: Dialogue) -> None:
    await walk(
        visit,
        *TO_FORM,
        ("stopp", ["say stop.ask"]),
        ("/continue_visit", ["resume"]),
        (done("form", "cancelled"), ["say stop.ask"]),
        ("was kostet das denn", ["say fee.one"]),
        ("nein weiter", ["step form"]),
        (done("form", "cancelled"), ["say stop.ask"]),
        ("/stop_confirmed", ["end_visit"]),
    )


async def test_a_failed_hand_over_can_be_tried_again(visit: Dialogue) -> None:
    await walk(
        visit,
        *TO_FORM,
        (done("form"), ["ask photo"]),
        ("nein", ["ask delivery"]),
        ("abholen", ["step review"]),
        (done("review", "declined"), ["say step.declined"]),
        ("/continue_visit", ["step review"]),
        (done("review"), ["step hand_over"]),
        (done("hand_over", "failed"), ["say step.failed"]),
        ("ja", ["step hand_over"]),
        (done("hand_over", "failed"), ["say step.failed"]),
        ("/request_staff", ["call_staff", "say staff.called"]),
        (done("checklist"), []),
    )


async def test_three_misunderstandings_lead_to_buttons_and_then_to_staff(visit: Dialogue) -> None:
    turn = await walk(
        visit,
        REASON,
        ("der fisch schwimmt im wasser", ["say misunderstood.first", "ask age_group other"]),
        ("blubber blubber", ["say misunderstood.second", "ask age_group again"]),
        ("/nlu_fallback", ["say misunderstood.third", "ask age_group other"]),
    )
    offer = turn.messages[0]
    assert isinstance(offer, Say)
    assert [button.payload for button in offer.buttons] == ["/request_staff"]
    assert turn.intent == "nlu_fallback"
    await walk(
        visit,
        ("ich bin vierzig", ["ask residence"]),
        ("blubber blubber", ["say misunderstood.first", "ask residence other"]),
    )


async def test_who_is_not_understood_at_the_start_gets_the_services_and_then_staff(visit: Dialogue) -> None:
    turn = await visit.send("blubber blubber")
    first = turn.messages[0]
    assert isinstance(first, Say)
    assert first.key in ("misunderstood.idle", "scope.sorry")
    assert "/identity_card" in [button.payload for button in first.buttons]
    await walk(
        visit,
        ("blubber di blubb", ["say misunderstood.idle_again"]),
        ("rumpel dipumpel", ["say misunderstood.third"]),
        ("wo ist das bürgerbüro", ["say directions.room", "show citizens_office"]),
        ("blubber blubber", ["say misunderstood.idle"]),
    )


async def test_who_has_no_name_for_the_place_gets_the_places_as_buttons(visit: Dialogue) -> None:
    turn = await walk(visit, ("wo muss ich hin", ["say directions.which"]))
    question = turn.messages[0]
    assert isinstance(question, Say)
    await walk(visit, (question.buttons[1].payload, ["say directions.room", "show registry_office"]))


async def test_a_number_without_an_application(visit: Dialogue) -> None:
    await walk(
        visit,
        ("ich brauche eine nummer", ["say queue_ticket.start", "ask concern"]),
        ("für meinen ausweis", ["step hand_over"]),
        (done("hand_over"), ["step feedback"]),
        (done("feedback"), ["end_visit"]),
    )


async def test_a_goodbye_before_anything_has_begun_ends_the_visit(visit: Dialogue) -> None:
    await walk(visit, ("auf wiedersehen", ["end_visit"]))


async def test_what_somebody_types_is_never_a_command_to_rasa(visit: Dialogue) -> None:
    await walk(
        visit,
        REASON,
        ("/restart", ["say misunderstood.first", "ask age_group other"]),
        ('/inform{"reason": ["x"]}', ["say misunderstood.second", "ask age_group again"]),
    )


async def test_rasa_knows_of_a_visit_only_what_comes_with_the_turn(visit: Dialogue, rasa: RasaServer) -> None:
    await walk(visit, REASON, ("ich bin siebenundfünfzig und heiße erika mustermann", ["ask residence"]))
    sent = {"message": "/repeat", "slots": {}, "loop": None}
    answer = (await rasa.request("POST", "/webhooks/turns/", within_s=60, json=sent)).json()
    assert (answer["slots"], answer["loop"]) == ({}, None)
    visit.forget()
    await walk(visit, ("/go_back", ["say greet.idle"]))


async def test_a_visit_survives_the_death_of_its_rasa_mid_question(visit: Dialogue, rasa: RasaServer) -> None:
    await walk(visit, REASON, ("ich bin dreißig", ["ask residence"]))
    generation, pid = rasa.generation, rasa.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await walk(visit, ("ja", ["ask urgent"]))
    assert rasa.generation == generation + 1
    last = await walk(
        visit, ("zurück", ["ask residence"]), ("ja", ["ask urgent"]), ("nein", ["step checklist"])
    )
    assert isinstance(last.messages[0], Step)
    assert last.messages[0].choices == {
        "reason": "damaged",
        "age_group": "adult",
        "residence": "yes",
        "urgent": "no",
    }


async def test_a_rasa_that_stalls_is_waited_for_and_one_that_hangs_is_started_anew(
    rasa: RasaServer, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = Dialogue(rasa, catalogue, deadline_s=0.2, revive_s=REVIVE_S)
    await walk(visit, *TO_FORM)
    before = rasa.pid
    assert before
    os.kill(before, signal.SIGSTOP)
    late = asyncio.Event()
    turn = asyncio.create_task(visit.send(done("form"), late.set))
    await late.wait()
    assert rasa.state == "down"
    os.kill(before, signal.SIGCONT)
    assert told((await turn).messages) == ["ask photo"]
    assert (rasa.state, rasa.pid) == ("ready", before)

    with monkeypatch.context() as patch:
        patch.setattr(rasa, "look_s", 0.5)
        patch.setattr(rasa, "hangs_s", 0.5)
        os.kill(before, signal.SIGSTOP)
        turn = asyncio.create_task(visit.send("wiederholen"))
        while rasa.pid == before:  # noqa: ASYNC110 - a process ends without a word
            await asyncio.sleep(0.05)
    assert told((await turn).messages) == ["ask photo again"]
    visit.forget()
