"""The town of the tests, read once in each process: it takes half a second. Who changes it has their own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts

ROOT = Path(__file__).resolve().parents[1]

# an adult whose identity card runs out, with nothing out of the ordinary
PLAIN_CARD = {
    "reason": "expired",
    "age_group": "adult",
    "residence": "yes",
    "urgent": "no",
    "photo": "counter",
    "delivery": "pickup",
}


@cache
def catalogue() -> Catalogue:
    """All services and the town's facts."""
    return Catalogue.load(ROOT / "dialogs" / "services", ROOT / "town" / "musterstadt.yml")


@cache
def texts() -> Texts:
    """Everything that is said and shown about them."""
    return Texts.load(ROOT / "dialogs" / "texts", catalogue())
