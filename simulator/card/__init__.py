"""Virtual cards below the real PC/SC daemon (vpcd's TCP protocol)."""

from simulator.card.profiles import PROFILES, Profile
from simulator.card.reader import VirtualReader

__all__ = ["PROFILES", "Profile", "VirtualReader"]
