"""The languages the colleague shows and speaks, with their own names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GERMAN = "de"


@dataclass(frozen=True)
class Language:
    """One language. `tag`: BCP 47, for `lang` attributes; `complete`: every text is there, else the fixed
    texts of the identity card's journey, and the German ones elsewhere; `heard`: it can be spoken to.
    """

    code: str
    name: str
    tag: str
    direction: Literal["ltr", "rtl"] = "ltr"
    complete: bool = False
    heard: bool = False


LANGUAGES = {
    language.code: language
    for language in (
        Language(GERMAN, "Deutsch", "de", complete=True, heard=True),
        Language("leicht", "Leichte Sprache", "de-simple", complete=True, heard=True),
        Language("en", "English", "en-GB", complete=True, heard=True),
        Language("tr", "Türkçe", "tr"),
        Language("uk", "Українська", "uk"),
        Language("ar", "العربية", "ar", "rtl"),
        Language("ru", "Русский", "ru"),
        Language("pl", "Polski", "pl"),
        Language("fr", "Français", "fr"),
    )
}
"""By code, in the order of the language menu."""

COMPLETE = tuple(code for code, language in LANGUAGES.items() if language.complete)
HEARD = tuple(code for code, language in LANGUAGES.items() if language.heard)
