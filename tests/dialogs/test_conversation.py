"""What people do at a desk besides answering: each as a story, in the order in which they say it."""

from __future__ import annotations

import pytest

from dialogs.catalogue import Catalogue
from dialogs.client import Dialogue, RasaServer
from dialogs.languages import LANGUAGES
from dialogs.protocol import Ask, Say, Step, Switch, payload
from dialogs.texts import Texts
from dialogs.vocabulary import SAYS
from tests.dialogs.desk import Desk, start, told


def done(step: str, outcome: str = "done") -> str:
    return payload("step_done", step=step, outcome=outcome)


async def at_goodbye(desk: Desk, service: str = "queue_ticket") -> None:
    """A visit whose number is printed: the goodbye stands on the screen."""
    messages = await desk.tap(payload(service))
    while not (isinstance(messages[-1], Step) and messages[-1].name == "feedback"):
        match messages[-1]:
            case Ask(slot=slot):
                chosen = desk.catalogue.question(service, slot, desk.slots).choices[0].id
                messages = await desk.tap(payload("inform", **{slot: chosen}))
            case Step(name=name):
                messages = await desk.tap(done(name))


# --- languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, code",
    [
        ("english please", "en"),
        ("Do you speak English?", "en"),
        ("i don't speak german english please", "en"),
        ("auf deutsch bitte", "de"),
        ("Türkçe", "tr"),
        ("türkisch bitte", "tr"),
        ("Українська", "uk"),
        ("können wir ukrainisch sprechen", "uk"),
        ("العربية", "ar"),
        ("по-русски пожалуйста", "ru"),
        ("po polsku proszę", "pl"),
        ("en français s'il vous plaît", "fr"),
        ("ich spreche kein deutsch nur polnisch", "pl"),
        ("in leichter sprache bitte", "leicht"),
    ],
)
async def test_a_language_is_switched_by_its_name_in_any_of_them(desk: Desk, said: str, code: str) -> None:
    await start(desk, reason="expired")
    messages = await desk.say(said, "switch_language")
    assert told(messages) == [f"switch {code}", "say language.changed", "ask age_group again"]
    assert desk.heard in ("switch_language", "plain_language")


async def test_a_name_of_a_language_alone_is_enough_even_if_its_intent_is_not_understood(desk: Desk) -> None:
    assert told(await desk.say("Türkçe", "nlu_fallback", 0.3)) == ["switch tr", "say language.changed"]
    await start(desk)
    assert told(await desk.say("english", "nlu_fallback"))[0] == "switch en"


async def test_plain_language_is_a_language_of_its_own(desk: Desk) -> None:
    await start(desk, reason="expired")
    messages = await desk.say("das ist mir zu schwer", "plain_language")
    assert told(messages) == ["switch leicht", "say language.changed", "ask age_group again"]


async def test_who_names_no_language_gets_them_as_buttons(desk: Desk) -> None:
    [which] = await desk.say("eine andere sprache bitte", "switch_language")
    assert isinstance(which, Say)
    assert [button.key for button in which.buttons] == [f"language.{code}" for code in LANGUAGES]
    switched = await desk.tap(which.buttons[-1].payload)
    assert switched[0] == Switch(lang="fr")


async def test_a_language_is_switched_during_a_step_and_the_step_goes_on(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult", residence="yes", urgent="no")
    assert told(await desk.say("english please", "switch_language")) == ["switch en", "say language.changed"]
    assert desk.slots["station"] == "checklist"


# --- not understood ----------------------------------------------------------------------------


async def test_the_two_likeliest_meanings_are_offered_in_words_then_buttons_then_a_human(desk: Desk) -> None:
    ranking = [("nlu_fallback", 0.4), ("identity_card", 0.38), ("passport", 0.36), ("dog_tax", 0.02)]
    [first] = await desk.say("so ein dokument halt", "nlu_fallback", 0.4, ranking)
    assert isinstance(first, Say)
    assert first.key == "meant.two"
    assert [button.payload for button in first.buttons] == ["/identity_card", "/passport"]
    [second] = await desk.say("na das ding eben", "nlu_fallback", 0.3, ranking)
    assert isinstance(second, Say)
    assert second.key == "misunderstood.idle_again"
    assert len(second.buttons) > 3
    [third] = await desk.say("hm hm", "nlu_fallback", 0.3)
    assert isinstance(third, Say)
    assert [button.payload for button in third.buttons] == ["/request_staff"]


@pytest.mark.parametrize(
    "answer, intent, started",
    [
        ("das zweite", "inform", "passport"),
        ("das erste bitte", "nlu_fallback", "identity_card"),
        ("the second", "inform", "passport"),
        ("reisepass", "passport", "passport"),
    ],
)
async def test_one_of_two_offers_is_taken_by_voice(
    desk: Desk, answer: str, intent: str, started: str
) -> None:
    await desk.say("hm", "nlu_fallback", 0.4, [("identity_card", 0.38), ("passport", 0.36)])
    await desk.say(answer, intent)
    assert desk.slots["service"] == started
    assert not desk.slots.get("meant1")


async def test_one_offer_is_taken_with_a_yes_and_dropped_with_a_no(desk: Desk) -> None:
    unclear = ("ich möchte was mit dem wohngeld", "nlu_fallback", 0.4)
    assert told(await desk.say(*unclear)) == ["say meant.one"]
    assert told(await desk.say("nein", "deny")) == ["say meant.neither"]
    assert told(await desk.say(*unclear)) == ["say meant.one"]
    await desk.say("ja genau", "affirm")
    assert desk.slots["service"] == "housing_benefit"


async def test_a_yes_to_two_offers_asks_which(desk: Desk) -> None:
    await desk.say("hm", "nlu_fallback", 0.4, [("identity_card", 0.38), ("passport", 0.36)])
    assert told(await desk.say("ja", "affirm")) == ["say meant.which"]


async def test_in_a_question_other_meanings_are_buttons_beside_it(desk: Desk) -> None:
    await start(desk, reason="expired")
    messages = await desk.say("und so preis", "nlu_fallback", 0.3, [("ask_fee", 0.42), ("inform", 0.2)])
    assert told(messages) == ["say misunderstood.first", "ask age_group other"]
    assert isinstance(messages[0], Say)
    assert [button.payload for button in messages[0].buttons] == ["/ask_fee"]


async def test_silence_is_told_from_words_that_were_not_understood(desk: Desk) -> None:
    await start(desk, reason="expired")
    assert told(await desk.tap("/nlu_fallback")) == ["say misunderstood.unheard", "ask age_group other"]
    assert told(await desk.tap("/nlu_fallback")) == ["say misunderstood.second", "ask age_group again"]
    assert told(await desk.tap("/nlu_fallback")) == ["say misunderstood.third", "ask age_group other"]


async def test_what_no_town_hall_does_is_said_and_starts_nothing(desk: Desk) -> None:
    [sorry] = await desk.say("ich möchte meinen führerschein umtauschen", "out_of_scope", 0.97)
    assert isinstance(sorry, Say)
    assert sorry.key == "scope.sorry"
    assert sorry.buttons
    assert desk.slots.get("service") is None


# --- how people talk ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, topic",
    [
        ("so eine verdammte scheiße", "swearing"),
        ("you are stupid", "swearing"),
        ("wie wird das wetter morgen", "weather"),
        ("erzähl mir einen witz", "joke"),
        ("tell me a joke", "joke"),
        ("wie spät ist es", "time"),
        ("wie geht es dir", "how_are_you"),
        ("sing mir ein lied", "song"),
        ("ich liebe dich", "love"),
        ("mir ist langweilig", "bored"),
    ],
)
async def test_small_talk_and_swearing_get_a_calm_sentence_and_the_visit_goes_on(
    desk: Desk, said: str, topic: str
) -> None:
    assert told(await desk.say(said, "out_of_scope")) == [f"say talk.{topic}"]
    await start(desk, reason="expired")
    assert told(await desk.say(said, "out_of_scope")) == [f"say talk.{topic}", "ask age_group again"]


async def test_who_swears_is_offered_a_human(desk: Desk) -> None:
    [calm] = await desk.say("so ein mist", "out_of_scope")
    assert isinstance(calm, Say)
    assert [button.payload for button in calm.buttons] == ["/request_staff"]


async def test_swearing_in_an_answer_does_not_hide_the_answer(desk: Desk) -> None:
    await start(desk)
    assert told(await desk.say("verdammt der ist abgelaufen", "inform")) == ["ask age_group"]


async def test_a_question_is_never_asked_twice_in_the_same_words(desk: Desk) -> None:
    await start(desk, reason="expired")
    asked = [
        told(await desk.say(said, "repeat"))[-1] for said in ("wie bitte", "wie bitte", "noch einmal", "was")
    ]
    assert asked == ["ask age_group again", "ask age_group other"] * 2
    slower = told(await desk.say("bitte langsamer", "speak_slower"))
    assert slower == ["slower", "ask age_group again"]


def test_whatever_may_be_said_twice_in_a_row_has_two_wordings(texts: Texts) -> None:
    once = {"misunderstood.third", "hours.closed", "fee.line", "fee.total", "documents.line"}
    buttons = {"later.yes", "later.no", "later.now"}
    for lang in ("de", "en", "leicht"):
        for key in SAYS:
            head = key.split(".")[0]
            if head in ("talk", "corrected", "same", "scope", "later", "meant", "misunderstood") and (
                key not in once | buttons
                and not key.startswith("meant.a")
                and key not in ("meant.switch_language", "meant.plain_language")
            ):
                assert len(texts.variants(lang, key)) >= 2, (lang, key)


async def test_a_question_about_another_service_is_answered_about_that_one(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult")
    *answer, again = await desk.say("was kostet denn ein reisepass", "ask_fee")
    labels = [message.params["label"] for message in answer if isinstance(message, Say) and message.params]
    assert labels
    assert all(label.startswith("@passport.fee.") for label in labels)
    assert told([again]) == ["ask residence again"]
    assert desk.slots["service"] == "identity_card"


# --- corrections and changes of mind -----------------------------------------------------------


@pytest.mark.parametrize(
    "said, intent",
    [
        ("nein ich meinte den reisepass", "passport"),
        ("nein ich meinte den reisepass", "inform"),
        ("nicht den personalausweis sondern den reisepass", "identity_card"),
        ("nein den reisepass", "deny"),
        ("ich habe es mir anders überlegt ich will lieber einen reisepass", "nlu_fallback"),
        ("no i meant the passport", "deny"),
    ],
)
async def test_another_service_that_was_meant_takes_the_place_of_the_running_one(
    desk: Desk, said: str, intent: str
) -> None:
    await start(desk, reason="expired")
    messages = await desk.say(said, intent)
    assert told(messages)[:2] == ["say corrected.service", "say passport.start"]
    assert desk.slots["service"] == "passport"
    assert desk.loop
    assert desk.loop.startswith("passport_")
    assert isinstance(messages[-1], Ask)
    assert messages[-1].service == "passport"


async def test_what_was_meant_may_come_to_light_in_a_step(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult", residence="yes", urgent="no")
    await desk.say("halt ich meinte den reisepass", "stop")
    assert desk.slots["service"] == "passport"


@pytest.mark.parametrize(
    "said", ["nein siebzehn", "halt ich bin siebzehn", "no seventeen", "ich meinte siebzehn"]
)
async def test_the_last_answer_is_corrected_while_the_next_question_stands(desk: Desk, said: str) -> None:
    await start(desk, reason="expired", age_group="adult")
    assert desk.slots["requested_slot"] == "residence"
    messages = await desk.say(said, "inform")
    assert told(messages) == ["say corrected.answer", "ask residence again"]
    assert desk.slots["age_group"] == "under24"


async def test_a_no_with_its_reason_stays_an_answer(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult")
    messages = await desk.say("nein ich wohne woanders", "deny")
    assert told(messages) == ["say identity_card.residence.no.note", "ask urgent"]
    messages = await desk.say("nein danke", "deny")
    assert told(messages) == ["step checklist"]


async def test_an_earlier_answer_is_corrected_outright(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult", residence="yes")
    messages = await desk.say("ich habe mich vertan er wurde gestohlen", "inform")
    assert "say corrected.answer" in told(messages)
    assert told(messages)[-1] == "ask urgent again"
    assert desk.slots["reason"] == "stolen"


async def test_an_answer_corrected_in_a_step_runs_the_step_anew_with_what_is_right(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult", residence="yes", urgent="no")
    messages = await desk.say("ich meinte ich bin siebzehn", "inform")
    assert told(messages) == ["say corrected.answer", "step checklist"]
    assert isinstance(messages[-1], Step)
    assert messages[-1].choices["age_group"] == "under24"


async def test_after_the_hand_over_nothing_is_corrected_any_more(desk: Desk) -> None:
    await at_goodbye(desk, "identity_card")
    messages = await desk.say("ich meinte ich bin siebzehn", "inform")
    assert told(messages)[0] == "say back.too_late"


async def test_who_has_answered_nothing_yet_simply_changes_the_wish(desk: Desk) -> None:
    await start(desk)
    messages = await desk.say("ich brauche einen reisepass", "passport")
    assert told(messages)[0] == "say passport.start"


# --- several wishes ----------------------------------------------------------------------------


@pytest.mark.parametrize("intent", ["identity_card", "nlu_fallback"])
async def test_two_wishes_in_one_sentence_are_done_one_after_the_other(desk: Desk, intent: str) -> None:
    sentence = "ich brauche eine wartenummer und außerdem eine meldebescheinigung"
    messages = await desk.say(sentence, intent.replace("identity_card", "queue_ticket"))
    assert told(messages)[:2] == ["say later.noted", "say queue_ticket.start"]
    assert desk.slots["later"] == "registration_certificate"
    while not (isinstance(messages[-1], Step) and messages[-1].name == "hand_over"):
        assert isinstance(messages[-1], Ask)
        slot = messages[-1].slot
        chosen = desk.catalogue.question("queue_ticket", slot).choices[0].id
        messages = await desk.tap(payload("inform", **{slot: chosen}))
    [offered] = await desk.tap(done("hand_over"))
    assert isinstance(offered, Say)
    assert offered.key == "later.offer"
    assert [button.payload for button in offered.buttons] == ["/affirm", "/deny"]
    answer = await desk.say("was kostet das", "ask_fee")
    assert isinstance(answer[-1], Say)
    assert [button.payload for button in answer[-1].buttons][-2:] == ["/affirm", "/deny"]
    messages = await desk.say("ja bitte", "affirm")
    assert told(messages)[:2] == ["next_service", "say registration_certificate.start"]
    assert desk.slots.get("later") is None


@pytest.mark.parametrize("intent", ["registration_certificate", "ask_fee"])
async def test_a_wish_and_a_question_in_one_sentence_are_both_met(desk: Desk, intent: str) -> None:
    messages = await desk.say("ich brauche eine meldebescheinigung und was kostet das", intent)
    keys = told(messages)
    assert keys[0].startswith("say fee.")
    assert "say registration_certificate.start" in keys
    assert isinstance(messages[-1], Ask | Step)


async def test_what_comes_later_may_be_left_out(desk: Desk) -> None:
    await start(desk, reason="expired")
    [first, again] = await desk.say("ich brauche auch einen reisepass", "passport")
    assert isinstance(first, Say)
    assert (first.key, told([again])) == ("service.first_finish", ["ask age_group again"])
    assert first.buttons[0].payload == payload("passport", order="now")
    desk.slots["station"], desk.loop, desk.slots["requested_slot"] = "hand_over", None, None
    assert told(await desk.tap(done("hand_over"))) == ["say later.offer"]
    assert told(await desk.say("nein danke", "deny")) == ["say later.none", "step feedback"]


async def test_what_comes_later_may_come_at_once_by_a_tap(desk: Desk) -> None:
    await start(desk, reason="expired")
    await desk.say("ich brauche auch einen reisepass", "passport")
    await desk.tap(payload("passport", order="now"))
    assert desk.slots["service"] == "passport"


@pytest.mark.parametrize(
    "said, person",
    [
        ("das gleiche für meinen sohn", "child"),
        ("und noch einmal dasselbe für meine tochter bitte", "child"),
        ("the same for my daughter please", "child"),
        ("das gleiche bitte auch für meine frau", "other"),
    ],
)
async def test_the_same_for_somebody_else_starts_anew_without_the_first_persons_data(
    desk: Desk, said: str, person: str
) -> None:
    await at_goodbye(desk, "identity_card")
    messages = await desk.say(said, "identity_card")
    assert told(messages)[:3] == [f"say same.{person}", "next_person", "say identity_card.start"]
    assert desk.slots["service"] == "identity_card"
    assert desk.slots.get("age_group") == ("under16" if person == "child" else None)
    assert not desk.slots.get("reason")


async def test_the_same_for_the_son_waits_until_the_first_is_handed_over(desk: Desk) -> None:
    await start(desk, reason="expired")
    messages = await desk.say("und das gleiche für meinen sohn", "inform")
    assert told(messages) == ["say same.noted", "ask age_group again"]
    assert desk.slots.get("age_group") is None
    desk.slots["station"], desk.loop, desk.slots["requested_slot"] = "hand_over", None, None
    assert told(await desk.tap(done("hand_over"))) == ["say later.offer_same"]
    messages = await desk.say("ja", "affirm")
    assert told(messages)[:2] == ["next_person", "say identity_card.start"]
    assert desk.slots["age_group"] == "under16"


async def test_a_wish_at_the_goodbye_begins_at_once(desk: Desk) -> None:
    await at_goodbye(desk)
    messages = await desk.say("ich brauche noch eine meldebescheinigung", "registration_certificate")
    assert told(messages)[:2] == ["next_service", "say registration_certificate.start"]


# --- with the real Rasa ------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "sentences, last",
    [
        (("ich brauche einen neuen personalausweis", "nein ich meinte den reisepass"), "say passport.start"),
        (("i need a new passport", "english please"), "switch en"),
        (("ich brauche einen reisepass und eine meldebescheinigung",), "say later.noted"),
        (("erzähl mir einen witz",), "say talk.joke"),
        (("verdammte scheiße",), "say talk.swearing"),
        (("bitte in leichter sprache",), "switch leicht"),
        (("ich brauche einen neuen personalausweis", "moment mal"), "say desk.wait"),
        (("mein personalausweis läuft ab", "das habe ich nicht gesagt"), "ask reason again"),
        (("ich brauche einen neuen personalausweis", "ist abgelaufen", "weiß nicht"), "ask age_group again"),
    ],
)
async def test_rasa_leads_the_same_conversations(
    rasa: RasaServer, catalogue: Catalogue, sentences: tuple[str, ...], last: str
) -> None:
    visit = Dialogue(rasa, catalogue, deadline_s=60)
    heard: list[str] = []
    for sentence in sentences:
        heard = told((await visit.send(sentence)).messages)
    assert last in heard
    visit.forget()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_correction_in_a_question_goes_on_with_the_questions_of_the_other_service(
    rasa: RasaServer, catalogue: Catalogue
) -> None:
    visit = Dialogue(rasa, catalogue, deadline_s=60)
    await visit.send("/identity_card")
    await visit.send(payload("inform", reason="expired"))
    await visit.send(payload("inform", age_group="adult"))
    assert told((await visit.send("nein siebzehn")).messages) == [
        "say corrected.answer",
        "ask residence again",
    ]
    assert told((await visit.send("wie bitte")).messages) == ["ask residence other"]
    messages = (await visit.send("nein ich meinte den reisepass")).messages
    assert isinstance(messages[-1], Ask)
    assert messages[-1].service == "passport"
    first = catalogue.question("passport", messages[-1].slot).choices[0]
    after = (await visit.send(first.payload)).messages
    assert isinstance(after[-1], Ask | Step)
    assert after[-1].service == "passport"
    visit.forget()


# --- what a front desk is used to ---------------------------------------------------------------


async def test_a_yes_to_the_offer_of_a_human_calls_one(desk: Desk) -> None:
    for words in ("hm", "tja", "soso"):
        await desk.say(words)
    assert told(await desk.say("ja bitte", "affirm")) == ["call_staff", "say staff.called"]
    assert desk.heard == "request_staff"


async def test_two_questions_in_between_do_not_bring_the_same_sentence_twice(desk: Desk) -> None:
    await start(desk, reason="expired")
    asked = [told(await desk.say("was kostet das", "ask_fee"))[-1] for _ in range(3)]
    assert asked == ["ask age_group again", "ask age_group", "ask age_group again"]


@pytest.mark.parametrize("said", ["keine ahnung", "äh das weiß ich nicht", "i don't know"])
async def test_who_does_not_know_what_to_answer_gets_the_help_of_the_question(desk: Desk, said: str) -> None:
    await start(desk, reason="expired")
    assert told(await desk.say(said))[:2] == ["say identity_card.age_group.help", "say help.question"]


@pytest.mark.parametrize(
    "said, understood, first",
    [
        ("ich brauche einen pass und noch eine meldebescheinigung", "registration_certificate", "passport"),
        ("ich habe einen reisepass und brauche einen personalausweis", "identity_card", "identity_card"),
    ],
)
async def test_several_wishes_begin_with_the_one_that_was_named_first(
    desk: Desk, said: str, understood: str, first: str
) -> None:
    await desk.say(said, understood)
    assert desk.slots["service"] == first


async def test_a_step_does_not_swallow_words(desk: Desk) -> None:
    await desk.tap("/certificate_of_conduct")
    await desk.tap(payload("inform", conduct_age="under14"))
    assert desk.slots["station"] == "info"
    assert told(await desk.say("für den arbeitgeber", "inform")) == ["say misunderstood.step"]
    messages = await desk.say("nein ich bin siebzehn", "inform")
    assert desk.slots["conduct_age"] == "over14"
    assert told(messages)[-1] == "ask conduct_kind"


async def test_who_asks_where_one_does_something_is_shown_the_way(desk: Desk) -> None:
    messages = await desk.say("wo kann ich heiraten", "out_of_scope", 0.95)
    assert told(messages) == ["say directions.room", "show registry_office"]


async def test_more_amounts_than_one_can_remember_are_told_as_a_range(desk: Desk) -> None:
    [fee] = await desk.say("was kostet die hundesteuer", "ask_fee")
    assert isinstance(fee, Say)
    assert (fee.key, fee.params["low"], fee.params["high"]) == ("fee.range", "=eur:9600", "=eur:72000")


async def test_who_wants_to_know_what_to_bring_before_anything_is_answered_hears_of_all_of_it(
    desk: Desk,
) -> None:
    assert told(await desk.say("was brauche ich für wohngeld", "ask_documents")) == [
        "say housing_benefit.bring"
    ]


async def test_a_finished_passport_is_collected_and_not_applied_for_again(desk: Desk) -> None:
    messages = await desk.say("ich wollte meinen reisepass abholen", "passport")
    assert told(messages) == ["say passport.start", "say passport.passport_reason.collect.ack", "step info"]
    assert told(await desk.tap(done("info"))) == ["step hand_over"]
