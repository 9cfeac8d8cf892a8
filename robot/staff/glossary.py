"""What staff read in English where the robot tells and keeps in German: services, steps, fields, documents.

Cases keep the German words with which they were handed over, whatever the catalogue calls things later; the
pages look them up here. What nobody has translated stays German.
"""

from __future__ import annotations

from dialogs.languages import GERMAN
from dialogs.texts import Texts

ENGLISH = "en"
_NAMES = (".label", ".purpose", ".detail", ".text", ".hint")
_SENTENCES = (
    "screen.chip.note.",
    "screen.device.",
    "screen.chip.group.",
    "screen.chip.cause.",
    "screen.help.reason",
    "day.holiday.",
)
_LONGEST = 240
# of a case's trail (`robot.cases.rows`)
_TRAIL = {
    "Kopie {copy}, Seite {page}": "copy {copy}, page {page}",
    "Kopie {copy}": "copy {copy}",
    "Anmeldung beendet": "signed out",
}


def glossary(texts: Texts) -> dict[str, str]:
    """German → English; `{name}` stands for anything, which is looked up in its turn."""
    found = dict(_TRAIL)
    for key in texts.below(""):
        if not key.endswith(_NAMES) and not key.startswith(_SENTENCES):
            continue
        german, english = texts.maybe(GERMAN, key), texts.maybe(ENGLISH, key)
        if german and german != english and len(german) <= _LONGEST:
            found.setdefault(german, english)
    return found
