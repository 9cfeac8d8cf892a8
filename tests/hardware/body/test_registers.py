"""The register map and the sensor's debouncing."""

from __future__ import annotations

from hardware.body.debounce import Debounce
from hardware.body.registers import HEARTBEAT_S, LIGHT_CODES, SAFE_AFTER_S
from hardware.ports import Light
from simulator.body import LIGHTS


def test_every_light_has_a_code_and_body_and_robot_agree_on_it() -> None:
    assert {light: LIGHTS[code] for light, code in LIGHT_CODES.items()} == {
        light: light.value for light in Light
    }
    assert sorted(LIGHT_CODES.values()) == list(range(len(Light)))


def test_a_healthy_robot_beats_several_times_before_the_body_gives_it_up() -> None:
    assert SAFE_AFTER_S >= 3 * HEARTBEAT_S


def test_a_passer_by_is_no_visitor() -> None:
    sensor = Debounce(arrive=0.25, leave=1.5)
    assert not sensor.read(True, 0.0)
    assert not sensor.read(True, 0.2)
    assert not sensor.read(False, 0.3)
    assert not sensor.read(True, 0.4)
    assert not sensor.present


def test_a_visitor_who_stays_is_present_once() -> None:
    sensor = Debounce(arrive=0.25, leave=1.5)
    changes = [sensor.read(True, at / 10) for at in range(10)]
    assert changes.count(True) == 1
    assert sensor.present


def test_a_visitor_who_bends_down_has_not_left() -> None:
    sensor = Debounce(arrive=0.0, leave=1.5)
    assert sensor.read(True, 0.0)
    assert not sensor.read(False, 1.0)
    assert not sensor.read(True, 2.0)
    assert not sensor.read(False, 2.1)
    assert not sensor.read(False, 3.5)
    assert sensor.read(False, 3.6)


def test_time_without_readings_does_not_count() -> None:
    sensor = Debounce(arrive=0.25, leave=1.5)
    sensor.read(True, 0.0)
    sensor.interrupt()
    assert not sensor.read(True, 10.0)
    assert sensor.read(True, 10.3)
