"""The reader on photographs: the fixed set of the house and freshly rendered specimens."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.camera.glyphs import MODEL_FILE
from hardware.camera.hints import hint_for, measure
from hardware.camera.mrz_reader import MrzReader, decide
from hardware.ports import Hint, MrzRead
from simulator.bench_documents import photographs
from simulator.documents import render_document
from simulator.scene import Shot
from tests.hardware.camera.specimens import MRV_A, MRV_B, TD2, photograph

PICTURES = Path(__file__).parents[2] / "data" / "documents"
TRUTH = json.loads((PICTURES / "ground_truth.json").read_text())


def read(picture: NDArray[np.uint8]) -> MrzRead | None:
    return MrzReader().read(picture)


@pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: entry["file"])
def test_every_photograph_of_the_fixed_set_is_read_to_the_letter(entry: dict[str, object]) -> None:
    picture = cv2.imread(str(PICTURES / str(entry["file"])))
    assert picture is not None
    mrz = read(np.asarray(picture, np.uint8))
    assert mrz is not None
    assert list(mrz.lines) == entry["mrz"]
    assert mrz.valid
    assert len(mrz.outline) == 4
    assert all(-0.05 <= x <= 1.05 and -0.05 <= y <= 1.05 for x, y in mrz.outline)


def test_most_of_the_fixed_set_needs_no_question() -> None:
    certain = 0
    for entry in TRUTH:
        picture = cv2.imread(str(PICTURES / entry["file"]))
        mrz = read(np.asarray(picture, np.uint8))
        certain += bool(mrz and mrz.certain)
    assert certain >= 9


@pytest.mark.parametrize("level, right", [("easy", 8), ("medium", 8), ("hard", 7)])
def test_fresh_specimens_of_a_level_are_read_and_nothing_wrong_is_called_certain(
    level: str, right: int
) -> None:
    good = 0
    for specimen in photographs(level, 8, seed=41):
        mrz = read(specimen.picture)
        if mrz is not None:
            same = mrz.lines == specimen.lines
            good += same
            assert same or not mrz.certain, (mrz.lines, specimen.lines)
            assert same or mrz.doubtful or not mrz.valid
    assert good >= right


def test_a_picture_that_is_spoilt_is_never_read_wrong_with_certainty() -> None:
    rng = np.random.default_rng(7)
    for specimen in photographs("hard", 8, seed=43):
        spoilt = cv2.GaussianBlur(specimen.picture, (0, 0), float(rng.uniform(1.0, 3.0))).astype(np.float32)
        spoilt += rng.normal(0, rng.uniform(4, 16), spoilt.shape[:2])[..., None].astype(np.float32)
        mrz = read(np.clip(spoilt, 0, 255).astype(np.uint8))
        assert mrz is None or not mrz.certain or mrz.lines == specimen.lines


@pytest.mark.parametrize("turn", range(0, 360, 45))
def test_a_card_may_lie_in_any_direction(turn: int) -> None:
    flat = render_document("mustermann", "id_card_back")
    mrz = read(Shot(flat, "medium", rotate=turn, seed=11).frame(0))
    assert mrz is not None
    assert mrz.valid
    assert mrz.fields["surname"] == "MUSTERMANN"
    assert mrz.fields["given_names"] == "ERIKA"


@pytest.mark.parametrize("lines", [TD2, MRV_A, MRV_B], ids=["TD2", "MRV-A", "MRV-B"])
@pytest.mark.parametrize("turn", [0.0, 180.0])
def test_small_cards_and_visas_are_read_like_passports(lines: tuple[str, ...], turn: float) -> None:
    mrz = read(photograph(lines, "medium", rotate=turn))
    assert mrz is not None
    assert mrz.lines == lines
    assert mrz.valid
    assert mrz.fields["surname"] == "ERIKSSON"


@pytest.mark.parametrize("letter", "IYJLT")
def test_a_narrow_first_letter_is_not_lost(letter: str) -> None:
    names = f"{letter}LMAZ<<{letter}NA".ljust(30, "<")
    lines = ("IDUTOXWJ6Z5NHW2<<<<<<<<<<<<<<<", "5502288M2602235UTO<<<<<<<<<<<8", names)
    mrz = read(photograph(lines, "medium", seed=ord(letter)))
    assert mrz is not None
    assert mrz.lines[2] == names


def test_an_empty_desk_has_nothing_on_it() -> None:
    picture = Shot(None, "medium", seed=3).frame(0)
    sight = MrzReader().see(picture)
    assert sight.cells is None
    assert hint_for(picture, sight, measure(picture, sight), None) is Hint.NOTHING


def test_the_front_of_a_card_is_the_wrong_side() -> None:
    for seed in range(3):
        picture = Shot(render_document("mustermann", "id_card_front"), "easy", seed=seed).frame(0)
        sight = MrzReader().see(picture)
        assert sight.cells is None
        assert hint_for(picture, sight, measure(picture, sight), None) is Hint.WRONG_SIDE


def _hint(picture: NDArray[np.uint8]) -> Hint | None:
    sight = MrzReader().see(picture)
    mrz = decide(sight.cells, sight.size) if sight.cells else None
    return hint_for(picture, sight, measure(picture, sight), mrz)


def test_a_blurred_zone_is_called_blurred_and_a_readable_one_needs_no_hint() -> None:
    assert _hint(Shot(render_document("mustermann"), "easy", seed=2).frame(0)) is None
    for seed in range(3):
        assert _hint(Shot(render_document("mustermann"), "blurred", seed=seed).frame(0)) is Hint.BLURRED


def test_a_document_far_away_is_called_too_far() -> None:
    for seed in range(3):
        assert _hint(Shot(render_document("utopia"), "far", seed=seed).frame(0)) is Hint.TOO_FAR


def test_a_lamp_on_the_zone_is_called_glare() -> None:
    picture = Shot(render_document("mustermann"), "easy", seed=2).frame(0)
    mrz = read(picture)
    assert mrz is not None
    centre = np.array(mrz.outline).mean(axis=0) * (picture.shape[1], picture.shape[0])
    yy, xx = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    lamp = 600 * np.exp(-((xx - centre[0]) ** 2 + (yy - centre[1]) ** 2) / 110**2)
    assert _hint(np.clip(picture + lamp[..., None], 0, 255).astype(np.uint8)) is Hint.GLARE


def test_pictures_of_any_size_and_content_are_looked_at_without_complaint() -> None:
    rng = np.random.default_rng(1)
    reader = MrzReader()
    for shape in ((1, 1, 3), (7, 900, 3), (480, 640), (300, 300, 3)):
        noise = rng.integers(0, 256, shape).astype(np.uint8)
        assert reader.read(noise) is None
        assert reader.read(np.zeros(shape, np.uint8)) is None


def test_the_model_is_small() -> None:
    assert MODEL_FILE.stat().st_size < 1_000_000
