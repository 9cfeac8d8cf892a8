"""The languages of a visit: who hears them, who speaks them, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Language:
    """`ear`: the recogniser that understands it ("" if none does); `voice`: espeak-ng's file of a voice, ""
    for the one of the settings; `pace`: times the usual speed; `lexicon`: whose text for the ear it takes.
    """

    ear: str
    voice: str
    lexicon: str
    pace: float = 1.0


LANGUAGES: Final = {
    "de": Language("de", "", "de"),
    # DIN SPEC 33429: slow, with time to follow
    "leicht": Language("de", "", "leicht", 0.85),
    "en": Language("en", "en", "en"),
    "tr": Language("", "tr", "tr"),
    "uk": Language("", "uk", "uk"),
    "ar": Language("", "ar", "ar"),
    "ru": Language("", "ru", "ru"),
    "pl": Language("", "pl", "pl"),
    "fr": Language("", "fr", "fr"),
}


def language(lang: str) -> Language:
    """What is known of a language; an unknown one is spoken by the voice of that name and heard by nobody."""
    return LANGUAGES.get(lang) or LANGUAGES.get(lang.split("-")[0]) or Language("", lang, "")
