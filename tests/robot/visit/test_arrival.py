"""Everybody is greeted once, and left in peace then."""

from __future__ import annotations

from robot.visit.arrival import GONE_S, PATIENCE_S, Arrivals


def greeted(arrivals: Arrivals, at: float) -> bool:
    """Somebody comes; whether the colleague speaks to them."""
    speaks = arrivals.came(at)
    if speaks:
        arrivals.greeted()
    return speaks


def test_who_comes_is_greeted() -> None:
    assert greeted(Arrivals(), 5.0)


def test_a_sensor_that_flickers_does_not_greet_the_same_person_twice() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    for at in (3.0, 6.0, 12.0):
        arrivals.went(at)
        assert not greeted(arrivals, at + GONE_S - 0.1)


def test_a_sensor_that_says_twice_that_somebody_is_there_greets_once() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    assert not greeted(arrivals, 60.0)


def test_the_next_person_is_greeted_once_the_one_before_has_been_gone_for_a_while() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    arrivals.went(20.0)
    assert greeted(arrivals, 20.0 + GONE_S)


def test_the_next_in_the_queue_is_greeted_at_once_when_the_one_before_was_served() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    arrivals.answered()
    arrivals.went(90.0)
    assert greeted(arrivals, 90.5)


def test_who_does_not_answer_is_waited_for_while_they_stand_there() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    assert not arrivals.lost(PATIENCE_S - 1, since=0.0)
    assert arrivals.lost(PATIENCE_S, since=0.0)


def test_who_does_not_answer_and_goes_on_is_soon_forgotten() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    arrivals.went(4.0)
    assert not arrivals.lost(4.0 + GONE_S - 0.1, since=0.0)
    assert arrivals.lost(4.0 + GONE_S, since=0.0)


def test_who_has_answered_is_never_dropped_without_a_warning() -> None:
    arrivals = Arrivals()
    assert greeted(arrivals, 0.0)
    arrivals.answered()
    arrivals.went(4.0)
    assert not arrivals.lost(1000.0, since=0.0)
