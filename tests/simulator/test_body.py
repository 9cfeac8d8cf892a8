"""The simulated body speaks Modbus RTU, checked by examples and by another implementation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient

from simulator.body import RobotBody, check


@pytest.fixture
def body(tmp_path: Path) -> Iterator[RobotBody]:
    with RobotBody(tmp_path / "body") as body:
        yield body


@pytest.fixture
def master(body: RobotBody) -> Iterator[ModbusSerialClient]:
    client = ModbusSerialClient(str(body.link), framer=FramerType.RTU, baudrate=115200, timeout=60, retries=0)
    assert client.connect()
    yield client
    client.close()


@pytest.mark.parametrize(
    "frame,octets",
    [("0207", "4112"), ("01030000000A", "C5CD"), ("110300 6B0003".replace(" ", ""), "7687")],
)
def test_the_check_sum_matches_published_frames(frame: str, octets: str) -> None:
    assert check(bytes.fromhex(frame)).hex().upper() == octets


def test_presence_is_read_as_discrete_input_0(body: RobotBody, master: ModbusSerialClient) -> None:
    assert master.read_discrete_inputs(0, count=1, device_id=1).bits[0] is False
    body.presence(True)
    assert master.read_discrete_inputs(0, count=1, device_id=1).bits[0] is True


def test_registers_can_be_written_one_by_one_and_read_back(
    body: RobotBody, master: ModbusSerialClient
) -> None:
    assert not master.write_register(0, 5, device_id=1).isError()
    assert not master.write_register(1, 4711, device_id=1).isError()
    assert master.read_holding_registers(0, count=2, device_id=1).registers == [5, 4711]
    assert body.light == "help"


@pytest.mark.parametrize(
    "code,ask",
    [
        (1, lambda master: master.read_coils(0, count=1, device_id=1)),
        (2, lambda master: master.read_holding_registers(1, count=2, device_id=1)),
        (2, lambda master: master.read_discrete_inputs(1, count=1, device_id=1)),
        (3, lambda master: master.write_register(0, 6, device_id=1)),
        (3, lambda master: master.write_registers(0, [9, 1], device_id=1)),
    ],
)
def test_what_the_map_does_not_have_is_refused_with_the_right_exception(
    master: ModbusSerialClient, code: int, ask: object
) -> None:
    assert ask(master).exception_code == code  # type: ignore[operator]


def test_the_light_goes_idle_when_the_master_falls_silent(
    body: RobotBody, master: ModbusSerialClient
) -> None:
    assert body.safe
    master.write_registers(0, [4, 1], device_id=1)
    assert (body.light, body.safe) == ("speaking", False)
    body.wait_safe()
    assert body.light == "idle"
