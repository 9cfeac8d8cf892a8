"""A tap counts for whoever has made it, whatever begins or ends at that moment, and never for the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from robot.cases.database import StoreError
from robot.visit.visit import Visit
from robot.web.view import Choices, Read, SetField, Tap, Touch, Type, Welcome
from simulator.body import RobotBody
from tests.robot.visit.kit import GREETING, PATIENCE_S, TEXTS, Dialogue, Foyer, serving

ASK: dict[str, object] = {"do": "ask", "service": "identity_card", "slot": "reason"}
CARD = "/identity_card"


class Hall(Foyer):
    """A kiosk whose dialogue answers; `dialogue` is the far end."""

    def __init__(self, folder: Path, world: RobotBody, dialogue: Dialogue, url: str) -> None:
        super().__init__(folder, world, rasa_url=url)
        self.dialogue = dialogue

    async def tap(self, name: str, visitor: int | None = None) -> None:
        """On the view that is shown now, or on that of the given visitor."""
        seen = self.view.visitor if visitor is None else visitor
        await self.conductor.citizen.on_screen(Tap(id=name, visitor=seen))

    async def asked(self) -> None:
        """The service that was tapped asks its first question."""
        await self.dialogue.gets(CARD)
        await self.shows(lambda view: isinstance(view.panel, Choices))
        assert self.conductor.visit
        assert self.conductor.visit.service == "identity_card"

    async def over(self) -> None:
        """The visit ends, nobody stands there, and the first screen is back."""
        await self.conductor.course.end("left", quietly=True)
        await self.somebody(False)
        self.conductor.arrivals.answered()
        await self.shows(lambda view: view.state == "idle")
        self.captions.clear()

    async def begun(self) -> Visit:
        await self.tap("identity_card")
        await self.asked()
        assert self.conductor.visit
        return self.conductor.visit


class Wipe:
    """Stops the wipe of a visit in its middle: where the voice is cut. `go_on` lets it end."""

    def __init__(self, hall: Hall) -> None:
        self.reached = asyncio.Event()
        self._go_on = asyncio.Event()
        self._hall = hall
        self._cut = hall.devices.voice.cut

    async def _wait(self) -> None:
        if self._hall.conductor.visit is None:
            self.reached.set()
            await self._go_on.wait()
        await self._cut()

    async def begins(self, patch: pytest.MonkeyPatch) -> asyncio.Task[None]:
        patch.setattr(self._hall.devices.voice, "cut", self._wait)
        ending = asyncio.create_task(self._hall.conductor.course.end("left"))
        await self.reached.wait()
        return ending

    def go_on(self) -> None:
        self._go_on.set()


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    dialogue = Dialogue()
    dialogue.replies[CARD] = [ASK]
    with RobotBody(tmp_path / "body") as world:
        async with dialogue.serving() as url, serving(Hall(tmp_path, world, dialogue, url)) as hall:
            await hall.rasa.start()
            await hall.rasa.ready()
            dialogue.got.clear()
            yield hall
            await hall.rasa.stop()


async def test_a_service_tapped_at_any_moment_of_an_arrival_is_begun(hall: Hall) -> None:
    async def nobody_noticed() -> None:
        """The tap is the first sign of a visitor."""

    async def arriving() -> None:
        """The sensor sees them at the same time."""
        hall.world.presence(True)

    async def greeted() -> None:
        """The greeting is shown, and the voice is getting ready."""
        await hall.somebody(True)
        assert hall.conductor.visit

    async def spoken_to() -> None:
        """The greeting sounds."""
        await hall.somebody(True)
        await hall.shows(lambda view: view.caption == GREETING and view.voicing is not None)

    async def touched() -> None:
        """The finger is on the glass, and the page has said so."""
        await hall.conductor.citizen.on_screen(Touch(visitor=hall.view.visitor))

    moments: list[Callable[[], Awaitable[None]]] = [nobody_noticed, arriving, greeted, spoken_to, touched]
    for moment in moments:
        idle = hall.view.visitor
        await moment()
        await hall.tap("identity_card", idle)  # made on the first screen, whatever stands there by now
        await hall.asked()
        assert hall.captions.count(GREETING) <= 1
        await hall.over()


async def test_a_finger_that_trembles_begins_one_service_once(hall: Hall) -> None:
    hall.dialogue.silent = True
    await hall.tap("identity_card")
    await hall.tap("identity_card")
    await hall.tap("passport")  # but another service is another wish
    await hall.dialogue.answer()
    await hall.dialogue.gets(CARD, "/passport")


async def test_what_was_tapped_before_the_wipe_is_nothing_to_the_next_visitor(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.begun()
    gone = hall.view.visitor
    wipe = Wipe(hall)
    ending = await wipe.begins(monkeypatch)
    late = [
        asyncio.create_task(hall.conductor.citizen.on_screen(event))
        for event in (
            Tap(id="lang:en", visitor=gone),
            Tap(id="reason:expired"),  # a page that does not say whom it showed
            Touch(visitor=gone),
            Type(text="Ich brauche einen Reisepass", visitor=gone),
        )
    ]
    wipe.go_on()
    await ending
    await asyncio.gather(*late)
    assert hall.conductor.visit is None
    await hall.shows(lambda view: view.state == "idle" and view.visitor == gone + 1)
    await hall.conductor.citizen.on_screen(Touch(visitor=gone + 1))
    await hall.shows(lambda view: view.state == "visit")
    await hall.tap("passport", gone)
    await hall.conductor.citizen.on_screen(SetField(field="surname", value="Mustermann", visitor=gone))
    await hall.tap("identity_card")
    await hall.asked()  # that, and nothing else


async def test_who_comes_while_the_one_before_is_wiped_is_greeted_and_served(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await hall.begun()
    wipe = Wipe(hall)
    ending = await wipe.begins(monkeypatch)
    hall.conductor.course.begin()
    assert hall.conductor.visit is None  # not before the last one is forgotten
    hall.world.presence(True)
    wipe.go_on()
    await ending
    await hall.somebody(True)
    await hall.shows(lambda view: view.state == "visit")
    assert hall.conductor.visit is not before
    await hall.tap("identity_card")
    await hall.asked()


async def test_a_touch_on_the_goodbye_begins_the_next_visit_and_never_goes_on_with_the_last(
    hall: Hall,
) -> None:
    before = await hall.begun()
    gone = hall.view.visitor
    hall.conductor.first_screen.goodbye_s = PATIENCE_S  # nobody waits for its end
    await hall.conductor.course.end("left")
    await hall.shows(lambda view: view.state == "goodbye")
    await hall.conductor.citizen.on_screen(Touch(visitor=gone))
    assert hall.conductor.visit is None
    hall.captions.clear()
    await hall.conductor.citizen.on_screen(Touch(visitor=gone + 1))
    view = await hall.shows(lambda view: view.caption == GREETING)
    assert isinstance(view.panel, Welcome)
    await hall.tap("identity_card")
    await hall.asked()
    assert hall.conductor.visit is not before
    assert hall.captions.count(GREETING) == 1


async def test_a_key_on_the_goodbye_begins_the_next_visit_too_and_answers_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await hall.begun()
    await hall.tap("lang:en")
    hall.conductor.first_screen.goodbye_s = PATIENCE_S  # nobody waits for its end
    await hall.conductor.course.end("left")
    await hall.shows(lambda view: view.state == "goodbye")
    hall.captions.clear()
    followed: list[str] = []
    monkeypatch.setattr(hall.conductor.talk, "follow", followed.append)
    pressed = Read(text="You are using the keypad.", visitor=hall.view.visitor)
    await hall.conductor.citizen.on_screen(pressed)
    view = await hall.shows(lambda view: view.caption == GREETING)
    assert isinstance(view.panel, Welcome)
    assert followed == [TEXTS.get("de", "screen.label.keypad_intro")]  # in the language of the greeting
    assert hall.conductor.visit is not before
    assert hall.dialogue.got == []


async def test_a_store_that_is_away_at_the_goodbye_gets_the_proof_of_the_wipe_later(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await hall.begun()

    async def away(*_: object) -> None:
        raise StoreError("The store is away.")

    with monkeypatch.context() as patch:
        patch.setattr(hall.office.shreds, "add", away)
        await hall.conductor.course.end("left")
    await hall.shows(lambda view: view.state == "idle")
    seen = hall.changed.seq
    hall.changed.notify_live()  # the house is looked after
    async with asyncio.timeout(PATIENCE_S):
        while not (proofs := await hall.office.shreds.list()):
            seen = await hall.changed.wait(seen)
    assert (proofs[0].visit, proofs[0].outcome) == (visit.id, "left")


async def test_an_answer_that_cannot_be_given_costs_a_sentence_and_the_next_tap_counts(hall: Hall) -> None:
    hall.dialogue.replies["/passport"] = [{"do": "say", "key": "no.such.text"}]
    await hall.tap("passport")
    await hall.shows(lambda view: view.caption in TEXTS.variants("de", "screen.dialogue.down"))
    await hall.dialogue.gets("/passport")
    await hall.tap("identity_card")
    await hall.asked()
