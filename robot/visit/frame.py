"""What stands around every panel: badge, buttons for the way, languages, notices, the display menu."""

from __future__ import annotations

from dialogs.languages import LANGUAGES
from robot.visit import display
from robot.visit.current import Current
from robot.visit.ears import Ears
from robot.visit.emergency import notice_view
from robot.visit.screen import Screen
from robot.visit.words import Words
from robot.web.view import LanguageButton

NAV = (("go_back", "back"), ("repeat", "repeat"), ("help", "help"), ("stop", "stop"))


class Frame:
    """Dresses the screen in the language of now."""

    def __init__(self, current: Current, screen: Screen, words: Words, ears: Ears) -> None:
        self._current = current
        self._screen = screen
        self._words = words
        self._ears = ears

    def use(self, lang: str) -> None:
        """Screen, voice and ears take the language."""
        if self._current.visit:
            self._current.visit.language = lang
        self._screen.lang, self._screen.direction = lang, LANGUAGES[lang].direction
        self._ears.use(lang)

    def dress(self) -> None:
        """Everything around the panel, in the language of now."""
        screen, words, notice = self._screen, self._words, self._current.notice
        screen.emergency = notice_view(words.texts, notice, screen.lang) if notice else None
        screen.badge = words.text("screen.badge")
        screen.microphone_label = words.text("screen.microphone" if screen.microphone else "screen.touch")
        screen.labels = {
            name: words.text(f"screen.label.{name}") for name in words.texts.below("screen.label.")
        }
        screen.languages = [
            LanguageButton(
                id=f"lang:{language.code}",
                name=language.name,
                tag=language.tag,
                direction=language.direction,
                active=language.code == screen.lang,
            )
            for language in LANGUAGES.values()
        ]
        screen.nav = [words.nav(name, key) for name, key in NAV] if self._current.visit else []
        screen.display_menu = display.menu(words.text, words.all)
