"""The register map, the sensor's debouncing and the judgement of the line."""

from __future__ import annotations

from hardware.body.debounce import Debounce
from hardware.body.line import DISTURBED, MUTE, WINDOW, Line
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


def test_an_answer_that_comes_too_late_now_and_then_makes_no_line_a_disturbed_one() -> None:
    line = Line()
    for _ in range(5):
        for good in (False, *[True] * (WINDOW - 2), False):
            line.exchanged(good)
            assert not line.disturbed
    assert not line.mute


def test_a_disturbed_line_is_told_once_and_is_well_again_after_a_while_without_a_failure() -> None:
    line = Line()
    for good in [True, False] * DISTURBED:
        line.exchanged(good)
    assert line.disturbed
    told = []
    for good in [True, False, *[True] * WINDOW]:
        line.exchanged(good)
        told.append(line.disturbed)
    assert told == [True] * (len(told) - 1) + [False]


def test_a_body_that_answers_nothing_is_mute_until_it_does() -> None:
    line = Line()
    for _ in range(MUTE):
        assert not line.mute
        line.exchanged(good=False)
    assert line.mute
    assert not line.answered
    line.exchanged(good=True)
    assert not line.mute
