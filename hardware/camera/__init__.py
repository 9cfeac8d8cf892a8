"""The document camera: capture, machine-readable zones, codes, hints.

OpenCV comes with the driver only: who wants but the format of a zone (the card's process) does without.
"""

from typing import TYPE_CHECKING

from hardware.camera import _one_thread as _one_thread

if TYPE_CHECKING:
    from hardware.camera.capture import OpenCvCamera

__all__ = ["OpenCvCamera"]


def __getattr__(name: str) -> object:
    """The driver, loaded when it is first named (PEP 562)."""
    if name == "OpenCvCamera":
        from hardware.camera.capture import OpenCvCamera

        return OpenCvCamera
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
