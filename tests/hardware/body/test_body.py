"""The body over a serial line: presence and light, and what happens when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from hardware.body import ModbusBody
from hardware.ports import Light, Presence, State
from simulator.body import RobotBody

PATIENCE = 60.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RobotBody]:
    with RobotBody(tmp_path / "body") as body:
        yield body


@pytest.fixture
async def body(world: RobotBody) -> AsyncIterator[ModbusBody]:
    body = ModbusBody(str(world.link))
    await body.start()
    yield body
    await body.stop()


async def present(events: AsyncIterator[Presence]) -> bool:
    async with asyncio.timeout(PATIENCE):
        return (await anext(events)).present


async def shows(world: RobotBody, light: Light) -> None:
    await asyncio.to_thread(world.wait_light, light.value, PATIENCE)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - health is asked, it sends no events
            await asyncio.sleep(0.02)


async def test_somebody_comes_and_goes(world: RobotBody, body: ModbusBody) -> None:
    events = body.events()
    world.presence(True)
    assert await present(events) is True
    world.presence(False)
    assert await present(events) is False
    assert body.health().state is State.READY


async def test_every_light_can_be_shown(world: RobotBody, body: ModbusBody) -> None:
    for light in Light:
        body.show(light)
        await shows(world, light)


async def test_the_latest_wish_wins(world: RobotBody, body: ModbusBody) -> None:
    for light in (Light.LISTENING, Light.THINKING, Light.SPEAKING):
        body.show(light)
    await shows(world, Light.SPEAKING)


async def test_a_body_that_loses_its_robot_goes_to_its_safe_state_and_back(
    world: RobotBody, body: ModbusBody
) -> None:
    body.show(Light.HELP)
    await shows(world, Light.HELP)
    world.unplug()
    await asyncio.to_thread(world.wait_safe, PATIENCE)
    assert world.light == "idle"
    world.plug()
    await shows(world, Light.HELP)
    assert not world.safe


async def test_a_robot_that_does_nothing_new_keeps_the_light(world: RobotBody, body: ModbusBody) -> None:
    body.show(Light.LISTENING)
    await shows(world, Light.LISTENING)
    with pytest.raises(TimeoutError):
        await asyncio.to_thread(world.wait_safe, 3.0)
    assert world.light == "listening"


async def test_unplugged_and_back_the_visitor_still_stands_there(world: RobotBody, body: ModbusBody) -> None:
    events = body.events()
    world.presence(True)
    assert await present(events) is True
    world.unplug()
    await until(lambda: body.health().state is State.FAILED)
    world.plug()
    await until(lambda: body.health().state is State.READY)
    world.presence(False)
    assert await present(events) is False


async def test_a_disturbed_line_is_told_and_recovers(world: RobotBody, body: ModbusBody) -> None:
    await until(lambda: body.health().state is State.READY)
    world.corrupt()
    await until(lambda: body.health().state in (State.DEGRADED, State.FAILED))
    body.show(Light.HELP)
    world.corrupt(False)
    await until(lambda: body.health().state is State.READY)
    await shows(world, Light.HELP)
    assert int(body.health().facts["errors"]) > 0


async def test_a_silent_body_is_told_and_recovers(world: RobotBody, body: ModbusBody) -> None:
    await until(lambda: body.health().state is State.READY)
    world.silence()
    await until(lambda: body.health().state is State.FAILED)
    assert "does not answer" in body.health().detail
    world.silence(False)
    await until(lambda: body.health().state is State.READY)


async def test_the_light_is_idle_after_the_robot_has_stopped(world: RobotBody, body: ModbusBody) -> None:
    body.show(Light.SPEAKING)
    await shows(world, Light.SPEAKING)
    await body.stop()
    assert world.light == "idle"


async def test_a_body_with_another_address_is_not_mistaken_for_ours(tmp_path: Path) -> None:
    with RobotBody(tmp_path / "body", unit=7) as world:
        body = ModbusBody(str(world.link), unit=1)
        await body.start()
        await until(lambda: body.health().state is State.ABSENT)
        assert "[body] unit" in body.health().detail
        await body.stop()


async def test_no_body_is_a_supported_state() -> None:
    body = ModbusBody("none")
    await body.start()
    body.show(Light.HELP)
    assert body.health().state is State.ABSENT
    await body.stop()
