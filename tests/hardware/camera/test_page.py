"""Sheets under the camera: found, flattened, cleaned."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hardware.camera.page import ID1, Fault, Page, Picture, clean, find_page, flatten
from simulator.documents import SCALE as CARD_SCALE
from simulator.documents import render_document
from simulator.papers import photograph, render_letter
from simulator.scene import Shot, desk

HD = (1920, 1080)


def truth(shot: Shot, quarters: int = 1) -> np.ndarray:
    height, width = render_letter("deed").shape[:2]
    if quarters % 2:
        height, width = width, height
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return np.asarray(cv2.perspectiveTransform(corners[None], shot.homography)[0])


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_a_letter_is_found_on_a_cluttered_desk_to_a_fraction_of_a_millimetre(level: str) -> None:
    for seed in range(5):
        size = (2560, 1440) if level == "hard" else HD
        shot = photograph("deed", 0, level, seed=seed, size=size)
        page = find_page(shot.frame(0))
        assert isinstance(page, Page), (level, seed)
        apart = np.linalg.norm(truth(shot)[:, None] - page.corners[None], axis=2).min(axis=1)
        assert apart.max() < 0.8 / 25.4 * page.dpi, (level, seed)


def test_what_the_camera_resolves_is_told_in_dots_per_inch() -> None:
    shot = photograph("deed", 0, "easy", seed=1, size=HD)
    page = find_page(shot.frame(0))
    assert isinstance(page, Page)
    corners = truth(shot)
    long_px = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    assert page.dpi == pytest.approx(long_px / 297 * 25.4, rel=0.03)


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_flattened_letter_has_the_size_of_a_scan_at_300_dpi(quarters: int) -> None:
    shot = photograph("deed", 0, "medium", quarters=quarters, seed=2, size=(2560, 1440))
    picture = shot.frame(0)
    page = find_page(picture)
    assert isinstance(page, Page)
    flat = flatten(picture, page)
    assert flat.shape == ((3508, 2480, 3) if quarters == 0 else (2480, 3508, 3))
    outline = page.outline(picture)
    assert all(0 < x < 1 and 0 < y < 1 for x, y in outline)


def test_shade_and_shadow_go_and_ink_stays() -> None:
    letter = cv2.resize(
        render_letter("consent", coloured=False)[..., :3], (1240, 1754), interpolation=cv2.INTER_AREA
    )
    across = np.linspace(0.35, 1.0, 1240)[None, :, None]
    shadow = np.where(np.arange(1754)[:, None, None] > 900, 0.6, 1.0)
    dim = (letter * across * shadow).astype(np.uint8)
    flat = clean(dim)
    assert flat.ndim == 2, "a letter without colour becomes grey"
    paper = cv2.cvtColor(letter, cv2.COLOR_BGR2GRAY) > 235
    inside = np.zeros_like(paper)
    inside[30:-30, 30:-30] = True
    edge = abs(np.arange(1754) - 900) < 40  # the shadow's own edge may show
    inside[edge] = False
    assert (flat[paper & inside] > 235).mean() > 0.995
    ink = cv2.cvtColor(letter, cv2.COLOR_BGR2GRAY) < 60
    assert np.median(flat[ink & inside]) < 90


def test_a_coloured_letterhead_keeps_its_colour() -> None:
    letter = cv2.resize(render_letter("consent")[..., :3], (1240, 1754), interpolation=cv2.INTER_AREA)
    flat = clean(np.asarray(letter, np.uint8))
    assert flat.ndim == 3
    head = flat[80:140, 110:500].reshape(-1, 3).astype(int)
    blue = head[head.max(axis=1) < 200]
    assert len(blue) > 200
    assert (blue[:, 0] - blue[:, 2]).mean() > 40


def test_an_empty_desk_gives_no_page() -> None:
    for seed in range(4):
        assert isinstance(find_page(desk(HD, seed, 2)), Fault)


def test_a_sheet_that_lies_partly_outside_is_told() -> None:
    picture = photograph("deed", 0, "easy", seed=3, size=HD).frame(0)
    assert find_page(np.ascontiguousarray(picture[:, 700:])) in (Fault.CUT_OFF, Fault.NOTHING)


def test_a_sheet_far_away_is_told() -> None:
    picture = photograph("deed", 0, "easy", seed=3, size=HD).frame(0)
    small = cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    assert find_page(np.asarray(small, np.uint8)) is Fault.TOO_FAR


def test_a_picture_out_of_focus_is_told() -> None:
    picture = photograph("deed", 0, "easy", seed=3, size=HD).frame(0)
    assert find_page(np.asarray(cv2.GaussianBlur(picture, (0, 0), 7), np.uint8)) is Fault.BLURRED


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 3000, 3), (480, 640, 3)])
def test_any_picture_gets_an_answer(shape: tuple[int, int, int]) -> None:
    assert isinstance(find_page(np.zeros(shape, np.uint8)), Fault)
    noise = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    assert isinstance(find_page(noise), Fault)


def test_a_card_with_round_corners_is_found() -> None:
    card = render_document("mustermann", "id_card_front")
    for seed in range(3):
        shot = Shot(card, "medium", seed=seed, scale_in=CARD_SCALE)
        page = find_page(shot.frame(0), ID1)
        assert isinstance(page, Page), seed
        height, width = card.shape[:2]
        corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
        true = cv2.perspectiveTransform(corners, shot.homography)[0]
        apart = np.linalg.norm(true[:, None] - page.corners[None], axis=2).min(axis=1)
        assert apart.max() < 0.5 / 25.4 * page.dpi


@settings(deadline=None, max_examples=40)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 120), st.integers(1, 120), st.just(3))))
def test_any_picture_at_all_is_searched_for_a_sheet_without_a_complaint(picture: Picture) -> None:
    find_page(picture)
    find_page(picture, ID1)
