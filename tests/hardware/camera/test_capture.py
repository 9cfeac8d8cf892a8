"""The driver on a real stream: newest picture only, stalled, gone and back, and nothing kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import cast

import cv2
import numpy as np
import pytest

from hardware.camera import OpenCvCamera
from hardware.ports import Camera, DeviceGone, Hint, Looked, State
from simulator.camera import CameraDesk


@pytest.fixture
def desk() -> Iterator[CameraDesk]:
    with CameraDesk(seed=3) as running:
        yield running


@contextlib.asynccontextmanager
async def started(source: str) -> AsyncIterator[OpenCvCamera]:
    camera = OpenCvCamera(source)
    await camera.start()
    try:
        yield camera
    finally:
        await camera.stop()


def looking(camera: Camera) -> AsyncGenerator[Looked, None]:
    return cast("AsyncGenerator[Looked, None]", camera.look())


async def first(camera: Camera, wanted: str) -> Looked:
    """Look until the surname is read (with all check digits), as a visitor waits."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(DeviceGone):
                async with contextlib.aclosing(looking(camera)) as looks:
                    async for looked in looks:
                        if looked.mrz and looked.mrz.valid and looked.mrz.fields["surname"] == wanted:
                            return looked


async def gone(camera: Camera) -> DeviceGone:
    """Look until the driver says that there is no picture."""
    async with asyncio.timeout(60):
        try:
            async with contextlib.aclosing(looking(camera)) as looks:
                async for _ in looks:
                    pass
        except DeviceGone as error:
            return error
    raise AssertionError("the look ended without a word")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a state that nothing announces."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - the simulator lives in threads and has no event to await
            await asyncio.sleep(0.02)


async def test_a_card_that_is_laid_down_is_read_from_the_stream(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        desk.lay("mustermann")
        looked = await first(camera, "MUSTERMANN")
        assert looked.mrz is not None
        assert looked.mrz.fields["number"] == "LZ6311T47"
        assert looked.mrz.certain
        assert looked.hint is None
        assert camera.health().state is State.READY


async def test_the_newest_picture_counts_and_the_card_before_is_forgotten(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        desk.lay("mustermann")
        await first(camera, "MUSTERMANN")
        desk.lay("reisepass", "passport", level="medium")
        names = []
        async with asyncio.timeout(60), contextlib.aclosing(looking(camera)) as looks:
            async for looked in looks:
                if looked.mrz and looked.mrz.valid:
                    names.append(looked.mrz.fields["surname"])
                if len(names) == 6:
                    break
        # at most the picture that was under way still shows the old card, however slow the reading is
        assert names[2:] == ["OEZDEMIR SCHAEFER"] * 4


async def test_an_empty_desk_and_a_wrong_side_give_hints(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        seen: list[Hint | None] = []
        async with asyncio.timeout(60), contextlib.aclosing(looking(camera)) as looks:
            async for looked in looks:
                seen.append(looked.hint)
                if looked.hint is Hint.NOTHING and len(seen) == 1:
                    desk.lay("mustermann", "id_card_front")
                if looked.hint is Hint.WRONG_SIDE:
                    break
        assert seen[0] is Hint.NOTHING


async def test_a_stalled_stream_is_said_and_recovers_by_itself(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        desk.lay("mustermann")
        await first(camera, "MUSTERMANN")
        desk.stall()
        error = await gone(camera)
        assert "camera" in str(error)
        desk.resume()
        await first(camera, "MUSTERMANN")
        assert camera.health().state is State.READY


async def test_a_camera_that_is_unplugged_and_back_is_opened_again(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        desk.lay("utopia", "passport")
        await first(camera, "ERIKSSON")
        desk.go_away()
        await gone(camera)
        assert camera.health().state is State.FAILED
        with pytest.raises(DeviceGone):
            await camera.jpeg()
        desk.come_back()
        await first(camera, "ERIKSSON")


async def test_the_picture_for_the_screen_is_a_jpeg_of_the_asked_width(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        data = await camera.jpeg(640)
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (360, 640, 3)


async def test_the_stream_is_closed_when_nobody_looks(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        desk.lay("mustermann")
        await first(camera, "MUSTERMANN")
        await until(lambda: desk.watchers == 0)
        assert camera.health().state is State.READY


async def test_the_event_loop_goes_on_while_a_picture_is_read(desk: CameraDesk) -> None:
    async with started(desk.url) as camera:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        desk.lay("mustermann")
        looked = await first(camera, "MUSTERMANN")
        ticking.cancel()
        assert looked.mrz is not None
        assert ticks > 5


async def test_a_kiosk_without_a_camera_says_so_at_once() -> None:
    async with started("none") as camera:
        assert camera.health().state is State.ABSENT
        await gone(camera)
        with pytest.raises(DeviceGone):
            await camera.jpeg()


async def test_a_camera_that_was_never_there_is_tried_without_end_and_blocks_nobody() -> None:
    with CameraDesk() as desk:
        desk.go_away()
        async with started(desk.url) as camera:
            await until(lambda: camera.health().state is State.FAILED)
            desk.lay("mustermann")
            desk.come_back()
            await first(camera, "MUSTERMANN")


async def test_stopping_in_the_middle_of_a_look_ends_the_look(desk: CameraDesk) -> None:
    camera = OpenCvCamera(desk.url)
    await camera.start()
    waiting = asyncio.create_task(gone(camera))
    await until(lambda: desk.watchers > 0)
    await camera.stop()
    assert isinstance(await waiting, DeviceGone)
    await until(lambda: desk.watchers == 0)
