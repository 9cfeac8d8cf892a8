"""What is said while everything is shown once more: answers change in words, in German and in English."""

from __future__ import annotations

import pytest

from dialogs.actions import ActionServer
from dialogs.amendments import changed_answers
from dialogs.catalogue import Catalogue
from dialogs.protocol import Say, Step, payload
from dialogs.texts import Texts
from tests.dialogs.conftest import NOW
from tests.dialogs.desk import Desk, told
from tests.musterstadt import PLAIN_CARD


@pytest.mark.parametrize(
    "said, changed",
    [
        ("ich will es doch geschickt haben", {"delivery": "shipping"}),
        ("nein bitte per post", {"delivery": "shipping"}),
        ("i would like it sent to me after all", {"delivery": "shipping"}),
        ("ich bin doch unter vierundzwanzig", {"age_group": "under24"}),
        ("ich bin doch unter 24", {"age_group": "under24"}),
        ("das alter ist siebzehn", {"age_group": "under24"}),
        ("i am actually seventeen", {"age_group": "under24"}),
        ("nein er wurde gestohlen", {"reason": "stolen"}),
        ("no it was stolen", {"reason": "stolen"}),
        ("ich bin siebzehn und er wurde mir gestohlen", {"age_group": "under24", "reason": "stolen"}),
        ("ich habe doch einen code", {"photo": "code"}),
        ("hauptwohnung hier nein", {"residence": "no"}),
        # nothing of this changes an answer
        ("ja", {}),
        ("nein", {}),
        ("nein das stimmt nicht", {}),
        ("ja alles richtig", {}),
        ("nein noch nicht", {}),
        ("ich hole ihn ja selbst ab", {}),
        ("was kostet es wenn ich es doch schicken lasse", {}),
        ("wie lange dauert es", {}),
        ("ich weiß nicht", {}),
        ("muss ich mitkommen wenn mein kind unter sechzehn ist", {}),
        ("kann ich es doch zugeschickt bekommen", {"delivery": "shipping"}),
    ],
)
def test_what_is_said_on_the_review_changes_what_it_means_and_nothing_else(
    catalogue: Catalogue, said: str, changed: dict[str, str]
) -> None:
    assert changed_answers(catalogue, "identity_card", said, PLAIN_CARD) == changed


async def at_review(catalogue: Catalogue) -> Desk:
    desk = Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))
    await desk.tap("/identity_card")
    for slot in ("reason", "age_group", "residence", "urgent"):
        await desk.tap(payload("inform", **{slot: PLAIN_CARD[slot]}))
    for step in ("checklist", "document", "form"):
        await desk.tap(payload("step_done", step=step, outcome="done"))
    await desk.tap(payload("inform", photo="counter"))
    assert told(await desk.tap(payload("inform", delivery="pickup"))) == ["step review"]
    return desk


@pytest.mark.parametrize(
    "lang, child, stolen, code",
    [
        ("de", "nein der ausweis ist für mein kind", "er wurde doch gestohlen", "ich habe doch einen code"),
        ("en", "no it is for my child", "actually it was stolen", "actually i have a code"),
    ],
)
async def test_a_mother_puts_three_answers_right_and_goes_through_what_each_of_them_needs(
    catalogue: Catalogue, texts: Texts, lang: str, child: str, stolen: str, code: str
) -> None:
    desk = await at_review(catalogue)

    heard = await desk.say(child, "deny")
    assert desk.heard == "inform"
    assert told(heard) == [
        "say corrected.answer",
        "say identity_card.age_group.under16.note",
        "step checklist",
    ]
    assert isinstance(heard[0], Say)
    assert texts.get(lang, heard[0].key, **heard[0].params)
    step = heard[-1]
    assert isinstance(step, Step)
    assert (step.before["age_group"], step.choices["age_group"]) == ("adult", "under16")
    assert told(await desk.tap(payload("step_done", step="checklist", outcome="done"))) == ["step copy"]
    assert told(await desk.tap(payload("step_done", step="copy", outcome="declined"))) == ["step review"]

    # nothing new has to be brought for this one: only what one should know is said
    assert told(await desk.say(stolen, "nlu_fallback"))[0] == "say corrected.answer"
    while desk.slots["station"] != "review":
        await desk.tap(payload("step_done", step=desk.slots["station"], outcome="done"))

    assert told(await desk.say(code, "inform")) == ["say corrected.answer", "step photo_code"]
    assert told(await desk.tap(payload("step_done", step="photo_code", outcome="done"))) == ["step review"]
    assert {slot: desk.slots[slot] for slot in PLAIN_CARD} == PLAIN_CARD | {
        "age_group": "under16",
        "reason": "stolen",
        "photo": "code",
    }
    assert not [slot for slot, value in desk.slots.items() if value and slot.startswith(("was_", "returns_"))]


async def test_a_second_change_on_the_way_back_is_followed_as_well(catalogue: Catalogue) -> None:
    desk = await at_review(catalogue)
    assert told(await desk.tap(payload("inform", age_group="under16")))[-1] == "step checklist"
    heard = await desk.say("ich meinte ich bin siebzehn", "inform")
    assert told(heard)[-1] == "step review" or told(heard)[-1].startswith("ask delivery")
    if told(heard)[-1] != "step review":
        heard = await desk.tap(payload("inform", delivery="pickup"))
    assert told(heard)[-1] == "step review"
    assert {slot: desk.slots[slot] for slot in PLAIN_CARD} == PLAIN_CARD | {"age_group": "under24"}


async def test_who_interrupts_the_way_back_goes_on_where_it_was(catalogue: Catalogue) -> None:
    desk = await at_review(catalogue)
    await desk.tap(payload("inform", age_group="under16"))
    assert told(await desk.say("stopp", "stop")) == ["say stop.ask"]
    [step] = await desk.tap("/continue_visit")
    assert isinstance(step, Step) or told([step]) == ["resume"]
    await desk.tap(payload("step_done", step="checklist", outcome="failed"))
    assert desk.slots["station"] == "copy"
    await desk.tap(payload("step_done", step="copy", outcome="done"))
    assert desk.slots["station"] == "review"


async def test_who_mumbles_at_the_question_about_the_end_is_asked_it_again_and_may_say_yes(
    catalogue: Catalogue,
) -> None:
    desk = Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))
    await desk.tap("/identity_card")
    assert told(await desk.say("stopp", "stop")) == ["say stop.ask"]
    assert told(await desk.say("blubber")) == ["say stop.ask"]
    assert told(await desk.say("ja", "affirm")) == ["end_visit"]


async def test_who_goes_on_mumbling_is_led_back_to_what_was_asked(catalogue: Catalogue) -> None:
    desk = Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))
    await desk.tap("/identity_card")
    await desk.say("stopp", "stop")
    await desk.tap("/nlu_fallback")
    assert told(await desk.tap("/nlu_fallback")) == ["say misunderstood.second", "ask reason other"]
    assert told(await desk.say("ja", "affirm"))[0] != "end_visit"
