"""The document camera: capture, machine-readable zones, codes, hints."""

from hardware.camera import _one_thread as _one_thread
from hardware.camera.capture import OpenCvCamera

__all__ = ["OpenCvCamera"]
