"""The photo provider's code: shown to a real camera, kept for the clerk, never looked into."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from hardware.camera import OpenCvCamera
from hardware.camera.girocode import Refusal
from hardware.ports import Hint
from robot.cases.model import Provenance
from robot.settings import load
from robot.steps.hand_over import draft_of
from robot.steps.photo_code import run as photo_code
from robot.steps.stage import FieldSet, Outcome, Stage, Tapped
from robot.visit.screen import Screen
from robot.visit.visit import Visit
from robot.web.view import CameraPanel, FormPanel, Info
from simulator.camera import CameraDesk
from tests import musterstadt

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = "https://foto.example/abruf?id=7f3c9a52e1b84d06"
PAYMENT = "BCD\n002\n1\nSCT\n\nStadt Musterstadt\nDE89370400440532013000\nEUR37.00"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return musterstadt.catalogue()


@pytest.fixture(scope="module")
def texts(catalogue: Catalogue) -> Texts:
    return musterstadt.texts()


@pytest.fixture
def desk() -> Iterator[CameraDesk]:
    with CameraDesk(seed=5) as running:
        yield running


@pytest_asyncio.fixture
async def camera(desk: CameraDesk) -> AsyncIterator[OpenCvCamera]:
    it = OpenCvCamera(desk.url)
    await it.start()
    yield it
    await it.stop()


class Counter:
    """The counter where the visit stands: what was said, and the stage with its real camera."""

    def __init__(self, catalogue: Catalogue, texts: Texts, camera: OpenCvCamera) -> None:
        self.said: list[str] = []
        self.heard = asyncio.Event()
        unused = cast(Any, None)  # this step neither stores nor prints, and no card has to do with it
        self.stage = Stage(
            visit=Visit(service="identity_card", choices={"photo": "code", "age_group": "adult"}),
            settings=load(ROOT / "lotse.toml"),
            catalogue=catalogue,
            texts=texts,
            screen=Screen(town="Musterstadt", panel=Info(title="t")),
            office=unused,
            camera=camera,
            cards=unused,
            lying=unused,
            policy=unused,
            printer=unused,
            say=self.say,
            measured=lambda name, value: None,
            picture=lambda on: "/picture" if on else "",
        )

    async def say(self, text: str) -> None:
        self.said.append(text)
        self.heard.set()

    async def says(self, text: str) -> None:
        """Wait until that was said."""
        async with asyncio.timeout(60):
            while text not in self.said:
                self.heard.clear()
                await self.heard.wait()

    def do(self, doing: FieldSet | Tapped) -> None:
        self.stage.doings.put_nowait(doing)


@pytest.fixture
def counter(catalogue: Catalogue, texts: Texts, camera: OpenCvCamera) -> Counter:
    return Counter(catalogue, texts, camera)


async def test_a_code_under_the_camera_becomes_the_clerks_reference(
    counter: Counter, desk: CameraDesk, texts: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.lay_code(CONTENTS)
    async with asyncio.timeout(60):
        assert await photo_code(counter.stage) is Outcome.DONE
    value = counter.stage.visit.values["photo_code"]
    assert (value.text, value.provenance) == (CONTENTS, Provenance.CODE)
    field = next(field for field in draft_of(counter.stage).fields if field.id == "photo_code")
    assert (field.value, field.provenance) == (CONTENTS, Provenance.CODE)
    assert counter.said[-1] == texts.get("de", "screen.photo.read")
    assert "foto.example" not in caplog.text
    assert not any("foto.example" in sentence for sentence in counter.said)


async def test_a_payment_code_is_named_and_the_right_one_still_taken(
    counter: Counter, desk: CameraDesk, texts: Texts
) -> None:
    desk.lay_code(PAYMENT, "QRCode")
    step = asyncio.create_task(photo_code(counter.stage))
    await counter.says(texts.get("de", "screen.photo.other.payment"))
    panel = counter.stage.screen.panel
    assert isinstance(panel, CameraPanel)
    assert len(panel.outline) == 4
    desk.lay_code(CONTENTS)
    async with asyncio.timeout(60):
        assert await step is Outcome.DONE
    assert counter.stage.visit.values["photo_code"].text == CONTENTS


async def test_a_malformed_payment_code_is_refused_with_its_reason(
    counter: Counter, desk: CameraDesk, texts: Texts
) -> None:
    desk.lay_code(PAYMENT.replace("DE89", "DE88"), "QRCode")
    step = asyncio.create_task(photo_code(counter.stage))
    await counter.says(texts.get("de", "screen.refused.iban_check"))
    counter.do(Tapped("without"))
    assert await step is Outcome.DECLINED
    assert "photo_code" not in counter.stage.visit.values


async def test_an_identity_card_that_lies_there_by_chance_is_not_read(
    counter: Counter, desk: CameraDesk, camera: OpenCvCamera
) -> None:
    desk.lay("mustermann")
    seen = 0
    async with asyncio.timeout(60):
        async for looked in camera.look(codes=True):
            assert looked.mrz is None
            assert looked.codes == ()
            seen += 1
            if seen == 4:
                break


async def test_the_code_can_be_typed_or_left_out(counter: Counter) -> None:
    step = asyncio.create_task(photo_code(counter.stage))
    counter.do(Tapped("type"))
    counter.do(FieldSet("photo_code", "AB12-CD34"))
    counter.do(Tapped("submit"))
    async with asyncio.timeout(60):
        assert await step is Outcome.DONE
    assert isinstance(counter.stage.screen.panel, FormPanel)
    value = counter.stage.visit.values["photo_code"]
    assert (value.text, value.provenance) == ("AB12-CD34", Provenance.TYPED)


async def test_without_a_code_the_visit_goes_on(counter: Counter) -> None:
    counter.do(Tapped("without"))
    async with asyncio.timeout(60):
        assert await photo_code(counter.stage) is Outcome.DECLINED
    assert counter.stage.visit.values == {}


async def test_the_wipe_takes_the_code_with_it(counter: Counter) -> None:
    counter.stage.visit.set_value("photo_code", CONTENTS, Provenance.CODE)
    assert "fields" in counter.stage.visit.wipe()
    assert counter.stage.visit.values == {}


def test_every_hint_and_every_refusal_has_its_sentence(texts: Texts) -> None:
    for hint in Hint:
        assert texts.variants("de", f"screen.photo.hint.{hint.value}")
    for reason in Refusal:
        assert texts.variants("de", f"screen.refused.{reason.value}")
    for kind in ("payment", "case", "appointment", "unknown"):
        assert texts.variants("de", f"screen.photo.other.{kind}")
