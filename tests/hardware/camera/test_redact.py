"""PAuswG §20(2): copies of identity documents are marked, and their numbers are black in the pixels."""

from __future__ import annotations

import subprocess
from datetime import date
from functools import cache

import cv2
import numpy as np
import pytest

from hardware.camera.page import DPI, ID1, ID3, Page, Picture, find_page, flatten
from hardware.camera.redact import NotSure, identity_page, marked_copy
from simulator.documents import LINE_MM, PITCH_MM, SIZES_MM, render_document
from simulator.documents import SCALE as CARD_SCALE
from simulator.personas import persona
from simulator.scene import Shot

DAY = date(2026, 11, 22)
OWNER = {"id_card_back": "mustermann", "id_card_front": "mustermann", "passport": "reisepass"}
PURPOSE = "Antrag auf einen Personalausweis"


@cache
def copied(document: str, level: str = "easy", *, rotate: float = 0.0, seed: int = 2) -> tuple[Picture, Page]:
    shot = Shot(
        render_document(OWNER[document], document), level, rotate=rotate, seed=seed, scale_in=CARD_SCALE,
        size=(2560, 1440),
    )  # fmt: skip
    picture = shot.frame(0)
    page = find_page(picture, ID1)
    assert isinstance(page, Page)
    page = identity_page(picture, page)
    return marked_copy(flatten(picture, page), page.paper, PURPOSE, DAY), page


def area(left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    """Millimetres from the upper left corner."""
    x0, y0, x1, y1 = (round(mm / 25.4 * DPI) for mm in (left, top, right, bottom))
    return slice(y0, y1), slice(x0, x1)


def zone_cells(document: str, row: int, first: int, last: int) -> tuple[slice, slice]:
    """Where characters of the specimen's zone stand (simulator.documents: centred, 1.2 mm above the edge)."""
    width, height = SIZES_MM[document]
    columns, rows = (30, 3) if width < 100 else (44, 2)
    left = (width - columns * PITCH_MM) / 2
    top = height - 1.2 - (LINE_MM * rows + 4) + 2 + LINE_MM * row
    return area(left + first * PITCH_MM, top + 1.9, left + last * PITCH_MM, top + LINE_MM - 1.9)


def is_black(copy: Picture, where: tuple[slice, slice]) -> bool:
    """Nothing of the print is left: only black, and the red of the mark over it."""
    part = copy[where]
    return bool(part.size) and int(part[..., :2].max()) < 60


@pytest.mark.parametrize("rotate", [0.0, 180.0])
@pytest.mark.parametrize("level", ["easy", "medium"])
def test_the_number_in_a_cards_zone_is_black_and_the_name_is_not(level: str, rotate: float) -> None:
    copy, page = copied("id_card_back", level, rotate=rotate)
    assert page.paper is ID1
    assert is_black(copy, zone_cells("id_card_back", 0, 5, 15))
    assert not is_black(copy, zone_cells("id_card_back", 2, 0, 10))
    assert not is_black(copy, zone_cells("id_card_back", 0, 0, 4))


@pytest.mark.parametrize("rotate", [0.0, 180.0])
def test_the_number_of_a_passport_is_black_in_its_zone_and_above(rotate: float) -> None:
    copy, page = copied("passport", rotate=rotate)
    assert page.paper is ID3
    assert is_black(copy, zone_cells("passport", 1, 0, 10))
    assert is_black(copy, zone_cells("passport", 1, 28, 43))
    assert is_black(copy, area(44.5, 12.0, 62.0, 14.5)), "the number beside the picture"
    assert not is_black(copy, zone_cells("passport", 0, 5, 20))


@pytest.mark.parametrize("rotate", [0.0, 180.0])
def test_the_number_on_a_cards_front_is_black(rotate: float) -> None:
    copy, _ = copied("id_card_front", rotate=rotate)
    assert is_black(copy, area(32.0, 9.8, 48.0, 12.0)), "the serial number"
    assert is_black(copy, area(56.0, 45.0, 84.0, 53.0)), "where German cards print the access number"
    assert not is_black(copy, area(32.0, 15.0, 50.0, 18.0)), "the name"
    assert not is_black(copy, area(32.0, 27.5, 44.0, 29.5)), "the date of birth"


def read(picture: Picture) -> str:
    _, packed = cv2.imencode(".png", picture)
    command = ["tesseract", "-", "-", "-l", "deu", "--psm", "11"]
    return subprocess.run(command, input=packed.tobytes(), capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("document", ["id_card_back", "id_card_front", "passport"])
def test_the_number_cannot_be_read_from_a_copy(document: str) -> None:
    kind = "passport" if document == "passport" else "id_card"
    number = persona(OWNER[document]).documents[kind].number
    copy, _ = copied(document)
    for tried in (copy, cv2.convertScaleAbs(copy, alpha=4)):
        text = "".join(read(np.asarray(tried, np.uint8)).split())
        assert number not in text
        assert number[:6] not in text


def test_the_mark_lies_across_the_whole_picture_with_purpose_and_date() -> None:
    copy, _ = copied("id_card_back")
    red = (copy[..., 2].astype(int) - copy[..., 1]) > 60
    height = red.shape[0]
    rows, columns = red[: height - 64].any(axis=1).mean(), red[: height - 64].any(axis=0).mean()
    assert rows > 0.9
    assert columns > 0.9
    assert red[: height - 64].mean() > 0.06
    text = " ".join(read(np.ascontiguousarray(copy[height - 64 :])).split())
    assert "KOPIE" in text
    assert "nur für: Antrag auf einen Personalausweis" in text
    assert "22.11.2026" in text


def test_a_zone_whose_check_digits_do_not_hold_gives_no_copy() -> None:
    flat = flat_card("id_card_back")
    where = zone_cells("id_card_back", 1, 0, 6)
    flat[where] = flat[where][:, ::-1]
    with pytest.raises(NotSure):
        marked_copy(flat, ID1, PURPOSE, DAY)


def test_something_that_shows_no_words_gives_no_copy() -> None:
    flat = flat_card("id_card_front")
    flat[:] = 200
    with pytest.raises(NotSure):
        marked_copy(flat, ID1, PURPOSE, DAY)


def test_a_page_without_a_zone_is_no_passport() -> None:
    flat = np.full((1039, 1476, 3), 210, np.uint8)
    with pytest.raises(NotSure):
        marked_copy(flat, ID3, PURPOSE, DAY)


def flat_card(document: str) -> Picture:
    card = render_document(OWNER[document], document)[..., :3]
    size = (round(85.6 / 25.4 * DPI), round(53.98 / 25.4 * DPI))
    return np.asarray(cv2.resize(card, size, interpolation=cv2.INTER_AREA), np.uint8)
