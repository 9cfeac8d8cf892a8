"""What people ask and say at any desk, in every state of a visit: it is answered, and the visit stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.enquiries import topic
from dialogs.languages import COMPLETE
from dialogs.protocol import Say, payload
from dialogs.remarks import language
from dialogs.texts import Texts
from dialogs.vocabulary import DESK
from tests.dialogs.conftest import NOW
from tests.dialogs.desk import Desk, start, told

HERE = Path(__file__).parent
NLU = HERE.parents[1] / "dialogs" / "rasa" / "nlu"
# the intents that such words have where they stand among the sentences of a service
_OF_SERVICES = ("identity_card_loss", "registration_certificate", "lost_property", "change_of_address")

ASKED = {
    "pin": [
        "PIN vergessen",
        "ich brauche eine neue PIN",
        "meine PIN ist gesperrt",
        "wo bekomme ich einen PUK",
        "i forgot my pin",
        "i need a new PIN",
    ],
    "pay": [
        "kann ich mit Karte zahlen?",
        "nehmt ihr auch bargeld",
        "wo bezahle ich das",
        "can i pay by card",
        "do you take cash",
        "where do i pay",
    ],
    "volunteer": [
        "was kostet das führungszeugnis fürs ehrenamt",
        "ich bin ehrenamtlich im sportverein muss ich das bezahlen",
        "i volunteer at a sports club do i have to pay",
    ],
    "receipt": ["bekomme ich eine quittung", "can i have a receipt"],
    "hardship": ["ich bekomme bürgergeld muss ich trotzdem zahlen", "is there a discount"],
    "wait": [
        "Moment mal",
        "warte",
        "einen Augenblick",
        "warten sie bitte",
        "ich muss kurz überlegen",
        "hang on",
        "just a second",
        "let me think",
    ],
    "appointment_change": [
        "ich muss meinen termin absagen",
        "kann ich meinen termin am montag verschieben",
        "den termin bitte auf nächste woche verlegen",
        "ich kann zu meinem termin leider nicht kommen",
        "i need to cancel my appointment",
        "can my appointment be moved to friday",
        "could you reschedule my appointment",
        "i cannot make it to my appointment",
    ],
    "appointment": [
        "brauche ich einen Termin?",
        "kann ich auch ohne termin kommen",
        "wo kann ich einen termin vereinbaren",
        "do i need an appointment",
    ],
    "listed_dogs": ["welche Hunde gelten als Kampfhund", "which dogs count as dangerous"],
    "in_person": [
        "muss ich selbst kommen",
        "kann das auch meine frau machen",
        "kann ich jemanden schicken",
        "do i have to come in person",
        "can my wife do that for me",
    ],
    "cannot_come": [
        "für meine Mutter, sie kann nicht kommen",
        "mein mann liegt im krankenhaus",
        "for my mother she can't come",
    ],
    "start_over": ["nochmal von vorne", "from the beginning please"],
    "why": ["warum fragen sie das", "wofür brauchen sie das", "why do you ask"],
    "decline": ["das will ich nicht sagen", "das geht sie nichts an", "i'd rather not say"],
    "trouble": ["der bildschirm reagiert nicht", "the screen doesn't work"],
    "reading": ["ich kann nicht lesen", "i can't read"],
    "later": ["kann ich das später machen", "can i save this and continue later"],
    "taken": ["mein Ausweis wurde eingezogen", "the police took my id"],
    "duty": ["brauche ich überhaupt einen ausweis", "is there a fine for an expired id"],
    "difference": ["was ist der unterschied zwischen pass und ausweis"],
    "photo": ["ich trage ein kopftuch geht das auf dem foto", "can i wear a headscarf in the photo"],
    "fingerprints": ["muss ich fingerabdrücke abgeben"],
    "letter": ["ich verstehe den brief nicht", "i got a letter"],
    "complaint": ["ich möchte mich beschweren", "i want to complain"],
    "reception": ["haben sie einen stift", "gibt es hier wlan", "where can i park"],
    "go_ahead": ["ich hab nur eine kurze frage", "i have a question"],
}


@pytest.mark.parametrize("name", ASKED)
async def test_what_is_asked_at_any_desk_is_answered_before_and_in_and_between_the_questions(
    catalogue: Catalogue, name: str
) -> None:
    server = ActionServer(catalogue, clock=lambda: NOW)
    for said in ASKED[name]:
        # however the model takes it: these words are answered, and start nothing
        for intent, sure in (("nlu_fallback", 0.2), ("out_of_scope", 0.8), ("deny", 0.9)):
            idle = Desk(catalogue, server)
            [first, *_] = await idle.say(said, intent, sure)
            assert isinstance(first, Say)
            assert first.key == ("greet.idle" if name == "start_over" else _key(name)), said
            assert not idle.slots.get("service")
            asked = Desk(catalogue, server)
            await start(asked, reason="expired", age_group="adult")
            before = dict(asked.slots)
            messages = told(await asked.say(said, intent, sure))
            assert messages[0] == f"say {_key(name, asked=True)}", said
            assert messages[-1] == ("say desk.wait" if name == "wait" else "ask residence again"), said
            assert {k: asked.slots.get(k) for k in before} | {"asked_as": 0} == before | {"asked_as": 0}
        step = Desk(catalogue, server)
        await start(step, reason="expired", age_group="adult", residence="yes", urgent="no")
        assert told(await step.say(said))[0] == f"say {_key(name)}"
        assert step.slots["station"] == "checklist"


def _key(name: str, *, asked: bool = False) -> str:
    """What is said; why something is asked is told by the help of the question."""
    if name == "why":
        return "identity_card.residence.help" if asked else "privacy"
    return f"desk.{name}"


async def test_a_forgotten_pin_starts_no_application_but_offers_a_number(desk: Desk, texts: Texts) -> None:
    [answer] = await desk.say("ich brauche eine neue PIN", "identity_card", 0.95)
    assert isinstance(answer, Say)
    assert [button.payload for button in answer.buttons] == ["/queue_ticket"]
    assert desk.heard == "identity_card"
    assert told(await desk.say("der PIN-Brief ist weg", "identity_card_pickup", 0.9)) == ["say desk.pin"]
    assert all("kostenlos" in said or "kostet nichts" in said for said in texts.variants("de", answer.key))


async def test_who_asks_for_an_appointment_hears_that_none_is_needed_and_when_it_is_open(desk: Desk) -> None:
    messages = await desk.say("brauche ich einen Termin?", "queue_ticket", 0.9)
    assert told(messages) == ["say desk.appointment", "say hours.open_now"]
    assert isinstance(messages[0], Say)
    assert [button.payload for button in messages[0].buttons] == ["/queue_ticket", "/appointment_checkin"]


async def test_who_can_do_it_online_hears_how(desk: Desk) -> None:
    [answer] = await desk.say("kann ich das führungszeugnis online beantragen", "certificate_of_conduct", 0.9)
    assert isinstance(answer, Say)
    assert answer.params == {"way": "@certificate_of_conduct.online.label"}
    assert [button.payload for button in answer.buttons] == ["/certificate_of_conduct"]
    assert told(await desk.say("kann ich das online machen")) == ["say desk.online_which"]
    await start(desk)
    assert told(await desk.say("geht das auch im internet")) == ["say desk.online", "ask reason again"]


async def test_what_was_not_said_is_asked_again(desk: Desk) -> None:
    await start(desk, reason="lost", age_group="adult")
    messages = await desk.say("das habe ich nicht gesagt", "deny", 0.9)
    assert told(messages) == ["say desk.misheard", "ask age_group again"]
    assert not desk.slots.get("age_group")
    # where a yes or no is wanted, "das stimmt nicht" is a no; elsewhere it is none
    assert told(await desk.say("das stimmt nicht", "deny", 0.9)) == ["say desk.misheard", "ask reason again"]
    assert not desk.slots.get("reason")
    await desk.tap(payload("inform", reason="expired"))
    await desk.tap(payload("inform", age_group="adult"))
    assert told(await desk.say("das stimmt nicht", "deny", 0.9))[-1] == "ask urgent"
    assert desk.slots["residence"] == "no"


async def test_who_does_not_know_gets_help_with_the_question(desk: Desk) -> None:
    await start(desk, reason="expired", age_group="adult")
    for said in ("weiß nicht", "ich bin mir nicht sicher", "keine ahnung", "i don't know", "it depends"):
        messages = told(await desk.say(said, "deny", 0.7))
        assert messages[:2] == ["say identity_card.residence.help", "say help.question"]
        assert messages[2].startswith("ask residence")
    assert told(await desk.say("und jetzt"))[1] == "say help.question"


async def test_who_asks_whether_this_is_the_right_place_hears_what_to_say(desk: Desk) -> None:
    for said in ("bin ich hier richtig", "wer ist hier zuständig", "ich bin zum ersten mal hier"):
        assert told(await desk.say(said, "out_of_scope", 0.6)) == ["say help.idle"]


async def test_who_must_go_is_shown_the_toilet(desk: Desk) -> None:
    assert told(await desk.say("ich muss mal", "directions")) == ["say directions.no_room", "show toilet"]


async def test_an_answer_stays_an_answer(desk: Desk) -> None:
    await desk.tap("/parking_fine")
    await desk.tap(payload("inform", fine_received="today"))
    await desk.say("stimmt nicht", "deny", 0.9)
    assert desk.slots["fine_wish"] == "disagree"


async def test_what_cannot_be_done_is_a_no_where_one_is_wanted(desk: Desk) -> None:
    assert told(await desk.say("das geht nicht", "deny", 0.9)) == ["say desk.trouble"]
    await start(desk, reason="expired", age_group="adult", residence="yes")
    assert told(await desk.say("das geht nicht", "deny", 0.9))[-1] == "step checklist"
    assert desk.slots["urgent"] == "no"


async def test_how_much_is_left_is_counted_and_said_at_the_end(desk: Desk) -> None:
    assert told(await desk.say("wie lange dauert das noch", "ask_duration")) == ["say duration.which"]
    await start(desk)
    [counted, asked] = await desk.say("wie viele fragen kommen noch", "repeat", 0.8)
    assert isinstance(counted, Say)
    assert counted.key == "desk.progress"
    assert int(counted.params["count"]) > 5
    assert told([asked]) == ["ask reason again"]


async def test_the_date_is_told(desk: Desk) -> None:
    [today] = await desk.say("welches datum ist heute", "out_of_scope", 0.9)
    assert isinstance(today, Say)
    assert today.params == {"date": "=date:2026-11-24"}


async def test_who_hums_because_nothing_is_understood_is_not_told_to_take_the_time(desk: Desk) -> None:
    assert told(await desk.say("ähm", "out_of_scope", 0.7)) == ["say desk.wait"]
    await desk.say("blubb", "nlu_fallback", 0.2)
    assert told(await desk.say("ähm", "out_of_scope", 0.7)) != ["say desk.wait"]


@pytest.mark.parametrize(
    "said, intent",
    [
        ("ich habe den PIN-Brief bekommen", "identity_card_pickup"),
        ("ich kann meine miete nicht mehr bezahlen", "housing_benefit"),
        ("ich brauche einen beleg über meinen wohnort", "registration_certificate"),
        ("kann ich das knöllchen mit karte bezahlen", "parking_fine"),
        ("ich kann nicht lesen kann mir jemand helfen", "request_staff"),
        ("i can't read very well please use simple language", "plain_language"),
    ],
)
async def test_a_wish_that_only_sounds_like_it_is_served(desk: Desk, said: str, intent: str) -> None:
    messages = told(await desk.say(said, intent, 0.95))
    assert not any("desk." in message for message in messages)


def test_words_of_the_services_are_no_enquiries() -> None:
    """The sentences of services that have nothing to do with any of it."""
    strays = [
        (sentence, found)
        for path in sorted(NLU.rglob("*.yml"))
        for intent, sentences in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).items()
        if intent in (*_OF_SERVICES, "affirm", "goodbye", "stop", "repeat", "opening_hours")
        for sentence in sentences
        if (found := topic(sentence))
        not in (None, "receipt", "in_person", "progress", "photo", "appointment")
    ]
    assert strays == []


@pytest.mark.parametrize(
    "said, wanted",
    [
        ("ich spreche nicht gut deutsch", None),
        ("my german is not good", None),
        ("mein deutsch ist schlecht", None),
        ("kein deutsch englisch bitte", "en"),
        ("english please my german is bad", "en"),
        ("nicht englisch sondern deutsch", "de"),
    ],
)
def test_a_language_that_somebody_hardly_speaks_is_not_chosen(said: str, wanted: str | None) -> None:
    assert language(said) == wanted


def test_every_answer_has_two_wordings_in_each_complete_language(texts: Texts) -> None:
    assert [(lang, n) for lang in COMPLETE for n in DESK if len(texts.variants(lang, f"desk.{n}")) < 2] == []
