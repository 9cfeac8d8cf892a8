"""Papers for the document camera that belong to the personas."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from simulator.card import make_chip
from simulator.documents import A4_MM, CODE_MM, LETTER_SCALE, letter, letter_lines, render_document
from simulator.personas import personas

PAYMENT = "BCD\n002\n1\nSCT\n\nStadt Musterstadt\nDE02120300000000202051\nEUR37.00\n\nRF18539007547034"


def qr_code(content: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    return np.asarray(barcode.to_image(scale=4, add_quiet_zones=False), np.uint8)


def test_a_letter_is_a_sheet_of_a4_with_the_code_it_was_given() -> None:
    sheet = letter("mustermann", qr_code(PAYMENT))
    assert sheet.shape == (A4_MM[1] * LETTER_SCALE, A4_MM[0] * LETTER_SCALE, 4)
    (seen,) = zxingcpp.read_barcodes(np.ascontiguousarray(sheet[..., :3]))
    assert seen.text == PAYMENT
    assert abs(seen.position.top_right.x - seen.position.top_left.x - CODE_MM * LETTER_SCALE) < LETTER_SCALE


def test_a_letter_without_a_code_leaves_its_place_white() -> None:
    corner = letter("mustermann")[-60 * LETTER_SCALE :, -60 * LETTER_SCALE :, :3]
    assert corner.min() > 240


def test_every_line_of_a_letter_stays_on_the_sheet() -> None:
    assert len(letter_lines("reisepass")) > 20
    ink = np.flatnonzero((letter("reisepass")[..., 0] < 128).any(axis=0))
    assert ink.min() > 20 * LETTER_SCALE
    assert ink.max() < (A4_MM[0] - 10) * LETTER_SCALE


def test_the_access_number_on_the_card_is_the_one_that_opens_its_chip() -> None:
    document = make_chip("german_id", persona="mustermann").document
    assert document is not None
    assert document.can == personas()["mustermann"].documents["id_card"].can
    front = render_document("mustermann", "id_card_front")
    printed = cv2.cvtColor(front[930:1030, 1380:1640, :3], cv2.COLOR_BGR2GRAY)
    assert (printed < 80).mean() > 0.05
