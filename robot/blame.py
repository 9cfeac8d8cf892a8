"""What a log says of an unexpected error: type and place. Its text may quote what a citizen entered."""

from __future__ import annotations

import traceback


def blame(error: BaseException) -> str:
    """ "ValueError at FILE:LINE", where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    return f"{type(error).__name__} at {place}"
