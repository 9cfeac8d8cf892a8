"""`lotse scan --pdf OUT IMAGE…`: photographs of a letter become one searchable PDF/A-2b, as at the kiosk."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hardware.camera.copies import MOST_PAGES, CopyFailed, CopyFile, CopyJob
from hardware.camera.page import DPI, Fault, Picture, clean, find_page, flatten
from hardware.camera.redact import shows_identity
from hardware.camera.scan import ScanError, load

TITLE = "Kopie"
_SIDE = 4000  # what an A4 sheet needs at 300 dpi, with the desk around it

_FAULTS = {
    Fault.NOTHING: "shows no sheet of paper: photograph it whole on a dark desk",
    Fault.CUT_OFF: "shows only a part of the sheet: move it wholly into the picture",
    Fault.TOO_FAR: "shows the sheet too small to be read: go nearer",
    Fault.BLURRED: "is out of focus: hold still and take it again",
}


def scan_pdf(paths: Sequence[str | Path], out: Path) -> dict[str, Any]:
    """Pictures of sheets, in this order → {"file", "pages", "dpi", "ms"}; the copy is in `out`.

    `dpi`: what the poorest picture resolves. An existing `out` is replaced only by a finished copy. Raises
    ScanError with one sentence: which picture, or why no copy could be made.
    """
    if len(paths) > MOST_PAGES:
        raise ScanError(f"A copy has at most {MOST_PAGES} pages: name fewer pictures.")
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise ScanError(f"{out} cannot be written: name a file in a folder that exists.")
    start = time.monotonic()
    pages, resolved = [], []
    for path in paths:
        page, dpi = _sheet(Path(path))
        pages.append(page)
        resolved.append(dpi)
    try:
        copy = asyncio.run(_copy(pages))
        _write(out, copy.pdf)
    except CopyFailed as error:
        raise ScanError(f"{out} was not made: {error}") from None
    except OSError as error:
        raise ScanError(f"{out} cannot be written ({error.strerror}): name another file.") from None
    ms = round((time.monotonic() - start) * 1000, 1)
    return {"file": str(out), "pages": copy.pages, "dpi": round(min(resolved)), "ms": ms}


def _sheet(path: Path) -> tuple[Picture, float]:
    picture = load(path, _SIDE)
    page = find_page(picture)
    if isinstance(page, Fault):
        raise ScanError(f"{path} {_FAULTS[page]}.")
    if shows_identity(picture):
        raise ScanError(
            f"{path} shows an identity document: those are copied at the kiosk, with consent and a mark "
            "(PAuswG section 20 (2))."
        )
    return clean(flatten(picture, page)), page.dpi


async def _copy(pages: list[Picture]) -> CopyFile:
    return await CopyJob.begin(pages, title=TITLE, dpi=DPI).result()


def _write(out: Path, pdf: bytes) -> None:
    """Whole or not at all."""
    part = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        part.write_bytes(pdf)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
