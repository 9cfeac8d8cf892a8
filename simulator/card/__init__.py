"""Virtual cards below the real PC/SC daemon (vpcd's TCP protocol), and their chips without any reader."""

from simulator.card.faults import Mute, Pulled
from simulator.card.issue import PersonalChip, make_chip
from simulator.card.profiles import PROFILES, Profile
from simulator.card.profiles_more import MORE
from simulator.card.reader import VirtualReader

__all__ = ["PROFILES", "Mute", "PersonalChip", "Profile", "Pulled", "VirtualReader", "make_chip"]

PROFILES.update(MORE)
