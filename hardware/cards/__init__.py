"""Cards on PC/SC readers: notices them, names their kind, and reads identity documents on request."""

from hardware.cards.reader import PcscReader

__all__ = ["PcscReader"]
