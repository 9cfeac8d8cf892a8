"""A code laid down where the identity document is wanted: the visitor is told what it is and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from hardware.camera import OpenCvCamera
from hardware.ports import CodeRead
from robot.steps.codes import KINDS, named
from robot.steps.document import run as document
from robot.steps.stage import Outcome, Tapped
from robot.web.view import CameraPanel
from simulator.camera import CameraDesk
from tests import musterstadt
from tests.robot.test_photo_code_step import PAYMENT, Counter

CASE = "K7QX-2M5A-ZZ4B-HJ3C"


@pytest.fixture(scope="module")
def texts() -> Texts:
    return musterstadt.texts()


def catalogue() -> Catalogue:
    return musterstadt.catalogue()


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


async def test_who_shows_the_slip_of_their_number_is_sent_to_the_counter_and_the_step_goes_on(
    desk: CameraDesk, camera: OpenCvCamera, texts: Texts
) -> None:
    counter = Counter(catalogue(), texts, camera)
    desk.lay_code(CASE, "QRCode")
    step = asyncio.create_task(document(counter.stage))
    counter.do(Tapped("consent"))
    await counter.says(texts.get("de", "screen.code.case"))
    panel = counter.stage.screen.panel
    assert isinstance(panel, CameraPanel)
    assert "Schalter" in panel.hint
    assert CASE not in panel.hint
    assert counter.stage.visit.values == {}
    desk.lay_code("lotse:appointment:8c5e2f10", "QRCode")
    await counter.says(texts.get("de", "screen.code.appointment"))
    counter.do(Tapped("without"))
    assert await step is Outcome.DECLINED
    assert counter.said.count(texts.get("de", "screen.code.case")) == 1


@pytest.mark.parametrize(
    "text,kind,key",
    [
        (CASE, "QRCode", "screen.code.case"),
        ("lotse:appointment:8c5e2f10", "QRCode", "screen.code.appointment"),
        (PAYMENT, "QRCode", "screen.code.payment"),
        (PAYMENT.replace("DE89", "DE88"), "QRCode", "screen.refused.iban_check"),
        ("https://foto.example/abruf", "DataMatrix", "screen.code.photo"),
        ("https://www.example.org", "QRCode", ""),
    ],
)
def test_each_code_is_named_by_what_it_is_for(text: str, kind: str, key: str, texts: Texts) -> None:
    code = CodeRead(kind, text.encode(), text, ())
    assert named(code) == key
    if key:
        assert texts.variants("de", key)


def test_every_kind_has_its_sentence(texts: Texts) -> None:
    for kind in KINDS.values():
        assert texts.variants("de", f"screen.code.{kind}")
