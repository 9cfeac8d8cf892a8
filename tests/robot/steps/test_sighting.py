"""When the zone under the camera has been seen well enough."""

from __future__ import annotations

from dataclasses import replace

from hardware.ports import Hint, Looked, MrzRead
from robot.steps.document import PICTURES, Sighting

LINES = ("IDD<<LZ6311T474<<<<<<<<<<<<<<<", "8308126<2701140D<<2108<<<<<<<6", "MUSTERMANN<<ERIKA<<<<<<<<<<<<<")
ZONE = MrzRead(LINES, {}, True, False, ((2, 3),), ())
NOTHING = Looked(None, Hint.NOTHING, 1.0)


def seen(zone: MrzRead) -> Looked:
    return Looked(zone, None, 1.0)


def test_a_certain_zone_is_taken_at_once() -> None:
    certain = replace(ZONE, certain=True, doubtful=())
    assert Sighting().add(seen(certain)) is certain


def test_a_doubtful_name_gets_some_more_pictures_and_is_then_taken_as_it_is() -> None:
    sighting = Sighting()
    assert [sighting.add(seen(ZONE)) for _ in range(PICTURES)] == [None] * (PICTURES - 1) + [ZONE]


def test_more_pictures_may_make_it_certain() -> None:
    sighting = Sighting()
    certain = replace(ZONE, certain=True, doubtful=())
    assert sighting.add(seen(ZONE)) is None
    assert sighting.add(seen(certain)) is certain


def test_who_takes_the_document_away_quickly_is_not_asked_for_it_again() -> None:
    sighting = Sighting()
    assert sighting.add(seen(ZONE)) is None
    assert [sighting.add(NOTHING) for _ in range(PICTURES - 1)][-1] is ZONE


def test_without_a_zone_whose_check_digits_hold_one_looks_on() -> None:
    sighting = Sighting()
    wrong = replace(ZONE, valid=False)
    assert [sighting.add(seen(wrong)) for _ in range(3 * PICTURES)] == [None] * (3 * PICTURES)
    assert not sighting.begun
