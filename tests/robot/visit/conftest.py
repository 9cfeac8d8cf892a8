"""The kiosk of these tests."""

from tests.robot.visit.kit import foyer, kiosk

__all__ = ["foyer", "kiosk"]
