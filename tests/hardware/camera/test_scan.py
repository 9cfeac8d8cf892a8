"""`lotse scan`: what is seen in a picture file, and one sentence for what is no picture."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from hardware.camera.scan import ScanError, scan_file

PICTURES = Path(__file__).parents[2] / "data" / "documents"


def test_a_photographed_passport_is_told_as_json() -> None:
    result = scan_file(PICTURES / "easy_TD3_003.jpg")
    assert json.loads(json.dumps(result)) == result
    assert set(result) == {"file", "mrz", "mrz_lines", "codes", "quality", "ms"}
    assert result["mrz"]["surname"] == "FUCHS"
    assert result["mrz"]["given_names"] == "JUERGEN KARL"
    assert result["mrz"]["number"] == "MWNK29X9R"
    assert result["mrz"]["certain"] is True
    assert result["mrz_lines"][0].startswith("P<UTOFUCHS<<JUERGEN<KARL")
    assert result["ms"] > 0


def test_codes_are_read_and_a_picture_without_a_zone_has_none(tmp_path: Path) -> None:
    sheet = np.full((400, 900), 255, np.uint8)
    for i, (kind, text) in enumerate(
        ((zxingcpp.BarcodeFormat.QRCode, "vorgang:1"), (zxingcpp.BarcodeFormat.DataMatrix, "foto"))
    ):
        code = np.asarray(zxingcpp.create_barcode(text, kind).to_image(scale=8), np.uint8)
        sheet[60 : 60 + code.shape[0], 60 + 400 * i : 60 + 400 * i + code.shape[1]] = code
    file = tmp_path / "codes.png"
    assert cv2.imwrite(str(file), sheet)
    result = scan_file(file)
    assert result["mrz"] is None
    assert result["mrz_lines"] == []
    assert {code["text"] for code in result["codes"]} == {"vorgang:1", "foto"}
    assert all(code["format"] for code in result["codes"])


def test_what_is_no_picture_gets_one_sentence_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no picture")
    whole = (PICTURES / "easy_TD1_000.jpg").read_bytes()
    (tmp_path / "head.jpg").write_bytes(whole[:300])
    huge = bytearray(cv2.imencode(".png", np.zeros((4, 4), np.uint8))[1].tobytes())
    huge[16:24] = (2**31 - 1).to_bytes(4, "big") * 2  # claims to be enormous
    (tmp_path / "huge.png").write_bytes(huge)
    for name in ("empty.jpg", "text.jpg", "head.jpg", "huge.png", "missing.jpg", "."):
        with pytest.raises(ScanError) as refused:
            scan_file(tmp_path / name)
        assert str(tmp_path) in str(refused.value)
        assert "\n" not in str(refused.value)
