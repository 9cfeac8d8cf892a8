"""`lotse scan --pdf`: photographs of a letter become one searchable file, or one sentence says why not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import cv2
import pytest

from hardware.camera import copies
from hardware.camera.scan import ScanError
from hardware.camera.scan_pdf import scan_pdf
from robot.cli import main
from simulator.documents import SCALE, render_document
from simulator.papers import CAMERA_8MP, photograph
from simulator.scene import Shot


def picture(folder: Path, page: int, level: str = "easy") -> Path:
    file = folder / f"page{page}-{level}.jpg"
    cv2.imwrite(str(file), photograph("deed", page, level, seed=3 + page, size=CAMERA_8MP).frame(0))
    return file


def test_two_photographs_become_one_searchable_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letter.pdf"
    pages = [str(picture(tmp_path, page)) for page in (0, 1)]
    assert main(["scan", "--pdf", str(out), *pages]) == 0
    assert '"pages": 2' in capsys.readouterr().out
    text = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, text=True, check=True).stdout
    assert "Namensänderung" in text
    assert text.index("Namensänderung") < text.index("Öffnungszeiten")
    assert re.search(rb"pdfaid:part\s*(?:=\s*[\"']2|>\s*2)", out.read_bytes())
    assert sorted(tmp_path.iterdir()) == sorted([out, *map(Path, pages)])


def test_a_picture_that_is_no_sheet_is_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = tmp_path / "desk.jpg"
    cv2.imwrite(str(desk), Shot(None, "easy", seed=1).frame(0))
    out = tmp_path / "letter.pdf"
    out.write_bytes(b"an older copy")
    assert main(["scan", "--pdf", str(out), str(desk)]) == 1
    told = capsys.readouterr().err.strip()
    assert told == f"{desk} shows no sheet of paper: photograph it whole on a dark desk."
    assert out.read_bytes() == b"an older copy"


def test_20_2_pauswg_an_identity_card_gets_no_plain_copy(tmp_path: Path) -> None:
    card = tmp_path / "card.jpg"
    shot = Shot(render_document("mustermann"), "easy", seed=2, size=(2560, 1440), scale_in=SCALE)
    cv2.imwrite(str(card), shot.frame(0))
    with pytest.raises(ScanError, match="shows an identity document"):
        scan_pdf([card], tmp_path / "card.pdf")
    assert [path.name for path in tmp_path.iterdir()] == [card.name]


def test_what_cannot_be_read_or_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = picture(tmp_path, 0)
    for images, out in (
        ([tmp_path / "missing.jpg"], tmp_path / "a.pdf"),
        ([letter], tmp_path / "no folder" / "a.pdf"),
        ([letter], tmp_path),
        ([letter] * 21, tmp_path / "a.pdf"),
    ):
        with pytest.raises(ScanError) as refused:
            scan_pdf(images, out)
        assert "\n" not in str(refused.value)
    monkeypatch.setattr(copies, "PROGRAM", "ocrmypdf-is-not-here")
    with pytest.raises(ScanError, match=r"a\.pdf was not made: .* is not installed"):
        scan_pdf([letter], tmp_path / "a.pdf")
    assert [path.name for path in tmp_path.iterdir()] == [letter.name]


def test_frames_and_a_copy_are_not_wanted_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        main(["scan", "--pdf", "a.pdf", "--frames", "5", "x.jpg"])
    assert usage.value.code == 2
    assert "--frames" in capsys.readouterr().err
