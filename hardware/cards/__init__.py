"""Cards on PC/SC readers: notices them and names their kind, and never reads anything personal."""

from hardware.cards.reader import PcscReader

__all__ = ["PcscReader"]
