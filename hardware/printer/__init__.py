"""The ticket printer (ESC/POS)."""

from hardware.printer.driver import EscposPrinter

__all__ = ["EscposPrinter"]
