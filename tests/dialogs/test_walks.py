"""Every service from greeting to goodbye, and thirty inputs of anything: nobody gets stuck, nothing leaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs import build, words
from dialogs.actions import ActionServer
from dialogs.catalogue import AskGroup, Catalogue, Service
from dialogs.conditions import holds
from dialogs.protocol import AnyMessage, Ask, Say, Step, payload
from dialogs.texts import Texts
from dialogs.translations import SPOKEN
from dialogs.vocabulary import intents
from robot.visit.screen import spoken_button
from robot.web.view import Button
from tests.dialogs.conftest import NOW
from tests.dialogs.desk import Desk
from tests.musterstadt import catalogue

CATALOGUE = catalogue()
JOURNEYS = [service.id for service in CATALOGUE.services.values() if service.journey]
MOST_PATHS = 100


def paths(service: Service) -> Iterator[dict[str, str]]:
    """Every combination of answers; of very long services every answer,
    with every other one of some question."""
    several = [[(q.slot, choice.id) for choice in q.choices] for q in service.questions]
    total = 1
    for choices in several:
        total *= len(choices)
    if total <= MOST_PATHS:
        yield from (dict(path) for path in product(*several))
        return
    first = [choices[0] for choices in several]
    for a, left in enumerate(several):
        for b, right in enumerate(several[:a]):
            for one, other in product(left, right):
                path = list(first)
                path[a], path[b] = one, other
                yield dict(path)


async def walk(desk: Desk, service: Service, answers: dict[str, str], outcome: str) -> list[AnyMessage]:
    """From the wish to the goodbye: taps `answers`, reports `outcome` for every step that may be left out."""
    heard = messages = await desk.tap(payload(service.id))
    for _ in range(60):
        if desk.ended:
            return heard
        match messages[-1]:
            case Ask(slot=slot):
                possible = CATALOGUE.question(service.id, slot, desk.slots).choices
                wanted = answers.get(slot)
                chosen = wanted if wanted in {c.id for c in possible} else possible[0].id
                messages = await desk.tap(payload("inform", **{slot: str(chosen)}))
            case Step(name=name):
                result = "done" if name in ("review", "hand_over") else outcome
                messages = await desk.tap(payload("step_done", step=name, outcome=result))
            case other:
                raise AssertionError(f"{service.id}: nothing follows {other}")
        assert messages, f"{service.id}: silence after {desk.slots}"
        heard = [*heard, *messages]
    raise AssertionError(f"{service.id}: no end with {answers}")


@pytest.mark.parametrize("name", JOURNEYS)
async def test_every_path_leads_to_the_goodbye(name: str, catalogue: Catalogue) -> None:
    service = catalogue.service(name)
    server = ActionServer(catalogue, clock=lambda: NOW)
    met: set[str] = set()
    for answers in paths(service):
        desk = Desk(catalogue, server)
        heard = await walk(desk, service, answers, "done")
        assert desk.slots == {}
        met |= {m.slot for m in heard if isinstance(m, Ask)}
        met |= {m.name for m in heard if isinstance(m, Step)}
    await walk(Desk(catalogue, server), service, {}, "declined")
    await walk(Desk(catalogue, server), service, {}, "failed")
    stations = {q.slot for q in service.questions}
    stations |= {n.name for n in service.journey if not isinstance(n, AskGroup)}
    assert met == stations, "a question or a step that nobody ever comes to"


@pytest.mark.parametrize("lang", ["de", "en", "leicht"])
def test_every_question_can_be_answered_by_button_and_by_voice(
    catalogue: Catalogue, texts: Texts, lang: str
) -> None:
    for service in catalogue.services.values():
        for question in service.questions:
            for choice in question.choices:
                assert choice.payload == payload("inform", **{question.slot: choice.id})
                for said in choice.say:
                    assert words.answer(question, said) == choice.id, (service.id, question.slot, said)
            # a label that is read out is the button that bears it
            buttons = [
                Button(id=c.id, label=texts.get(lang, f"{service.id}.{question.slot}.{c.id}.label"))
                for c in question.choices
            ]
            for button in buttons:
                assert spoken_button(button.label, buttons) is button
                ways = texts.all(lang, f"{service.id}.{question.slot}.{button.id}.{SPOKEN}")
                assert ways, f"nothing can be said for {service.id}.{question.slot}.{button.id} in {lang}"
                for way in ways:
                    said = way.replace("*", " ")
                    if words.plain(said) not in ("ja", "nein", "yes", "no"):
                        assert words.answer(question, said) == button.id, (service.id, question.slot, way)
            if question.yes_no:
                yes, no = ("yes please", "no thanks") if lang == "en" else ("ja bitte", "nein danke")
                assert (words.answer(question, yes), words.answer(question, no)) == ("yes", "no")


@pytest.mark.parametrize("lang", ["de", "en", "leicht"])
async def test_everything_on_the_way_has_its_words_in_every_full_language(
    catalogue: Catalogue, texts: Texts, lang: str
) -> None:
    server = ActionServer(catalogue, clock=lambda: NOW)
    for name in JOURNEYS:
        service = catalogue.service(name)
        for answers in [{q.slot: c.id} for q in service.questions for c in q.choices] or [{}]:
            for message in await walk(Desk(catalogue, server), service, answers, "done"):
                if isinstance(message, Say):
                    for part in (message, *message.buttons):
                        assert texts.get(lang, part.key, **part.params).strip()
                elif isinstance(message, Ask):
                    key = f"{service.id}.{message.slot}"
                    for kind in ("text", "again", "other", "label"):
                        assert texts.get(lang, f"{key}.{kind}").strip()


# --- anything at all ---------------------------------------------------------------------------

SECRET = "rumpelstilz"
SENTENCES = [
    "ja", "nein", "yes", "no", "", "äh", "stopp", "zurück", "wie bitte", "langsamer", "english please",
    "türkçe",
    "leichte sprache bitte", "nein ich meinte den reisepass", "nein siebzehn", "no i meant the passport",
    "das gleiche für meinen sohn", "the same for my daughter please",
    "ich brauche einen personalausweis und eine "
    "meldebescheinigung", "i need a passport and a parking permit", "verdammte scheiße",
    "erzähl mir einen witz",
    "wie wird das wetter", "was kostet ein reisepass", "what does a passport cost", "das erste", "das zweite",
    f"ich heiße erika {SECRET}", f"mein name ist {SECRET} und ich wohne in der {SECRET}straße zwölf",
    f"{SECRET} null zwei zwei eins", "ich bin siebzehn", "i am thirty five", "abgelaufen", "ich hole ihn ab",
    "auf wiedersehen", "blubber blubber", "/restart", "wo ist die toilette", "haben sie heute auf",
    "ich will einen menschen", "anders überlegt lieber wohngeld", "weiter", "fertig",
]  # fmt: skip
INTENTS = [name for name in intents(CATALOGUE) if name != "step_done"]
STEPS = [
    "info",
    "checklist",
    "document",
    "form",
    "copy",
    "photo_code",
    "review",
    "hand_over",
    "feedback",
    "nonsense",
]
OUTCOMES = ["done", "declined", "failed", "back", "cancelled"]
ANSWERS = [
    payload("inform", **{q.slot: c.id})
    for s in CATALOGUE.services.values()
    for q in s.questions
    for c in q.choices
]
TAPS = [
    *(payload(name) for name in INTENTS),
    *ANSWERS,
    payload("switch_language", language="ar"),
    payload("switch_language", language=SECRET),
    payload("passport", order="now"),
    payload("directions", place=SECRET),
    payload("inform", reason=SECRET),
    payload("inform", **{SECRET: SECRET}),
]
sentence = st.tuples(
    st.just("say"),
    st.sampled_from(SENTENCES),
    st.sampled_from(INTENTS),
    st.sampled_from([0.2, 0.5, 0.7, 0.95]),
    st.lists(st.tuples(st.sampled_from(INTENTS), st.sampled_from([0.05, 0.2, 0.4])), max_size=3),
)
tap = st.tuples(st.just("tap"), st.sampled_from(TAPS))
stepped = st.tuples(st.just("step"), st.sampled_from(STEPS), st.sampled_from(OUTCOMES))
# what fits the moment, so that the visits get somewhere
onward = st.tuples(st.just("onward"), st.integers(0, 6), st.sampled_from(OUTCOMES))


def possible(catalogue: Catalogue, desk: Desk) -> dict[str, Any]:
    """The slots that hold something else than their words allow."""
    allowed = {name: slot["values"] for name, slot in build.domain(catalogue)["slots"].items()} | {
        "requested_slot": [slot for s in catalogue.services.values() for slot in s.slots]
    }
    return {n: v for n, v in desk.slots.items() if v is not None and v not in allowed.get(n, [])}


async def onwards(desk: Desk, pick: int, outcome: str) -> list[AnyMessage]:
    """What a willing visitor does: answers what is asked, lets the step end, agrees."""
    service = CATALOGUE.services.get(desk.slots.get("service") or "")
    if service is None:
        return await desk.tap(payload(JOURNEYS[pick % len(JOURNEYS)]))
    slot = desk.slots.get("requested_slot")
    if desk.loop and slot:
        choices = CATALOGUE.question(service.id, slot, desk.slots).choices
        return await desk.tap(payload("inform", **{slot: choices[pick % len(choices)].id}))
    if desk.slots.get("pending") in ("later", "retry", "cancelled", "stop"):
        return await desk.tap("/continue_visit")
    return await desk.tap(payload("step_done", step=str(desk.slots.get("station")), outcome=outcome))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(inputs=st.lists(st.one_of(sentence, tap, stepped, onward, onward), min_size=1, max_size=30))
def test_no_thirty_inputs_make_the_dialogue_stuck_or_tell_it_who_somebody_is(
    catalogue: Catalogue, texts: Texts, inputs: list[Any]
) -> None:
    asyncio.run(_anything(catalogue, texts, inputs))


async def _anything(catalogue: Catalogue, texts: Texts, inputs: list[Any]) -> None:
    desk = Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))
    for kind, *what in inputs:
        match kind:
            case "say":
                messages = await desk.say(*what)
            case "tap":
                messages = await desk.tap(what[0])
            case "step":
                messages = await desk.tap(payload("step_done", step=what[0], outcome=what[1]))
            case _:
                messages = await onwards(desk, *what)
        assert possible(catalogue, desk) == {}
        replies = json.dumps([message.model_dump(mode="json") for message in messages])
        assert SECRET not in json.dumps(desk.slots) + replies
        for message in messages:
            if isinstance(message, Say):
                assert texts.get("de", message.key, **message.params)
        if desk.ended:
            assert desk.slots == {}
            desk.ended = False
    # whatever has happened: a willing visitor still comes to the goodbye
    for _ in range(160):
        if desk.slots.get("service") is None:
            break
        await onwards(desk, 0, "done")
    else:
        raise AssertionError(f"the visit does not come to an end: {desk.slots}")


def test_conditions_of_questions_name_only_what_is_known_by_then(catalogue: Catalogue) -> None:
    """A question whose condition is still open when its turn comes would be asked for nothing."""
    for service in catalogue.services.values():
        known: dict[str, str] = {}
        for slot in service.slots:
            question = service.question(slot)
            assert holds(question.when, known) is not None, (service.id, slot)
            known[slot] = question.choices[0].id
