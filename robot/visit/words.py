"""The kiosk's sentences in the language of now."""

from __future__ import annotations

from functools import partial

from dialogs.languages import GERMAN
from dialogs.texts import Param, Texts
from robot.visit.screen import Screen
from robot.web.view import Button


class Words:
    """Texts by their keys, in the language that the screen has."""

    def __init__(self, texts: Texts, screen: Screen) -> None:
        self.texts = texts
        self._screen = screen

    def text(self, key: str, **params: Param) -> str:
        """A sentence, in other words than those that stand there. Raises KeyError without such a text."""
        return self.texts.pick(self._screen.lang, key, avoid=self._screen.caption, **params)

    def own(self, service: str, key: str) -> str:
        """A service's own text, "" when it has none."""
        return self.texts.maybe(self._screen.lang, f"{service}.{key}")

    def german(self, key: str) -> str:
        """A text as the clerk reads it."""
        return self.texts.get(GERMAN, key)

    def german_own(self, service: str, key: str, default: str) -> str:
        """A service's own text as the clerk reads it."""
        return self.texts.maybe(GERMAN, f"{service}.{key}", default)

    def sayings(self, key: str) -> list[str]:
        """What one may say for a key."""
        return self.texts.variants(self._screen.lang, key)

    def all(self, key: str) -> list[str]:
        """What one may say for a key, [] where there is nothing."""
        return self.texts.all(self._screen.lang, key)

    def note(self, name: str, key: str, kind: str = "info") -> None:
        """Show the text `key` until it is taken back with ""; its language follows the visit's."""
        self._screen.notice(name, partial(self.text, key) if key else "", kind)

    def nav(self, name: str, key: str) -> Button:
        """One of the buttons that always stand there."""
        return Button(
            id=f"nav:{name}",
            label=self.text(f"screen.button.{key}"),
            say="|".join(self.sayings(f"screen.say.{key}")),
            icon=key,
            style="tertiary",
        )
