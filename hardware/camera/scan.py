"""`lotse scan IMAGE…`: what the camera pipeline sees in a picture file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.codes import CodeReader
from hardware.camera.hints import hint_for, measure
from hardware.camera.mrz_reader import MrzReader, decide
from hardware.camera.payload import describe
from hardware.camera.vote import Vote
from hardware.ports import MrzRead

MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = 80_000_000
CODES_S = 1.5  # processor time that may go into codes that are hard to read
_SIDE = 2400  # larger pictures are reduced to this side before reading


class ScanError(Exception):
    """A file that is no picture; the message says which and what to do."""


def scan_file(path: str | Path) -> dict[str, Any]:
    """A picture file → {"file", "mrz", "mrz_lines", "codes", "quality", "ms"} (DESIGN section 4).

    `mrz` is None or {"certain", "valid", "doubtful", fields …}. Raises ScanError.
    """
    return scan_stream((path,))


def scan_stream(paths: Sequence[str | Path]) -> dict[str, Any]:
    """Pictures of one document, as a live look sees them one after the other → the same as `scan_file`.

    The zone is what the last five pictures say together; everything else is the last one's; `ms` is the time
    of all. Raises ScanError; ValueError without a picture.
    """
    if not paths:
        raise ValueError("a stream has at least one picture")
    reader, vote = MrzReader(), Vote()
    mrz: MrzRead | None = None
    pictures = [load(Path(path)) for path in paths]
    start = time.monotonic()
    for picture in pictures:
        sight = reader.see(picture)
        if sight.cells:
            combined, _ = vote.add(sight.cells)
            mrz = decide(combined, sight.size)
    quality = measure(picture, sight)
    hint = hint_for(picture, sight, quality, mrz)
    ms = (time.monotonic() - start) * 1000
    return {
        "file": str(paths[-1]),
        **_told(mrz),
        "codes": codes(picture),
        "quality": {**quality.as_dict(), "hint": hint.value if hint else None},
        "ms": round(ms, 1),
    }


def _told(mrz: MrzRead | None) -> dict[str, Any]:
    """The zone as JSON."""
    if mrz is None:
        return {"mrz": None, "mrz_lines": []}
    doubtful = [list(place) for place in mrz.doubtful]
    fields = {"certain": mrz.certain, "valid": mrz.valid, "doubtful": doubtful, **mrz.fields}
    return {"mrz": fields, "mrz_lines": list(mrz.lines)}


def codes(picture: NDArray[np.uint8]) -> list[dict[str, object]]:
    """Bar codes and matrix codes in a picture, in the order found: format, text, kind (payload.describe)."""
    return [describe(code) for code in CodeReader(CODES_S, linear=True).read(picture)]


def load(path: Path, side: int = _SIDE) -> NDArray[np.uint8]:
    """Read a picture, BGR, at most `side` pixels a side. Raises ScanError."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ScanError(f"{path} is a folder: name a picture file (JPEG, PNG).")
        if size > MOST_BYTES:
            raise ScanError(f"{path} is larger than 64 MB: make the picture smaller.")
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except FileNotFoundError:
        raise ScanError(f"{path} does not exist: check the name.") from None
    except OSError as error:
        raise ScanError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error:
        picture = None  # OpenCV refuses pictures of absurd dimensions this way
    if picture is None or picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        raise ScanError(f"{path} is no picture that can be read: use JPEG or PNG.")
    longest = max(picture.shape[:2])
    if longest > side:
        factor = side / longest
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)
