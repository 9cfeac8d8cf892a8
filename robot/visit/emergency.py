"""The staff's notice to everybody: how it stands on the screen, and what is said aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from dialogs.languages import GERMAN, LANGUAGES
from dialogs.texts import Texts
from robot.web.live_view import EmergencyKind, EmergencyRow
from robot.web.view import Emergency, Translated

AGAIN_S = 15.0  # between two calls to leave the building
ENGLISH = "en"
PLAIN = "leicht"


def notice_view(texts: Texts, row: EmergencyRow, lang: str) -> Emergency:
    """The notice in a language; who has to leave the building reads it in every other one, too."""
    text, told = _sentence(texts, row, lang)
    title = texts.get(lang, f"screen.emergency.{row.kind.value}.title")
    also: list[Translated] = []
    if row.leave:
        for code, language in LANGUAGES.items():
            other, written = _sentence(texts, row, code)
            if other != text and written == code and code != PLAIN:
                also.append(Translated(lang=language.tag, direction=language.direction, text=other))
    language = LANGUAGES[told]
    return Emergency(
        title=title,
        text=text,
        lang=language.tag,
        direction=language.direction,
        leave=row.leave,
        also=also,
    )


def spoken_notice(texts: Texts, row: EmergencyRow, lang: str) -> list[tuple[str, str]]:
    """What is said: (language, text) in turn; a call to leave in English, too, for those who pass by."""
    said = []
    for code in dict.fromkeys((lang, GERMAN, ENGLISH) if row.leave else (lang,)):
        text, told = _sentence(texts, row, code)
        title = texts.get(told, f"screen.emergency.{row.kind.value}.title")
        if (told, f"{title}. {text}") not in said:
            said.append((told, f"{title}. {text}"))
    return said


def _sentence(texts: Texts, row: EmergencyRow, lang: str) -> tuple[str, str]:
    """The sentence, and the language in which it is: own words may lack the one asked for."""
    if row.kind is not EmergencyKind.OWN:
        return texts.get(lang, f"screen.emergency.{row.kind.value}.text"), lang
    if lang in row.translations:
        return row.translations[lang], lang
    if lang not in (GERMAN, PLAIN) and ENGLISH in row.translations:
        return row.translations[ENGLISH], ENGLISH
    return row.text, GERMAN


class Caller:
    """Says a call to leave the building again and again, until it is withdrawn."""

    def __init__(self, say: Callable[[str, str], Awaitable[None]], *, again_s: float = AGAIN_S) -> None:
        """`say(language, text)` returns when it has been said."""
        self._say = say
        self._again_s = again_s
        self._task: asyncio.Task[None] | None = None

    def call(self, sentences: list[tuple[str, str]]) -> None:
        """Say these from now on."""
        self._stop()
        self._task = asyncio.create_task(self._repeat(sentences), name="emergency")

    async def hush(self) -> None:
        """Say nothing more."""
        task = self._stop()
        if task is not None:
            with suppress(asyncio.CancelledError):
                await task

    def _stop(self) -> asyncio.Task[None] | None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        return task

    async def _repeat(self, sentences: list[tuple[str, str]]) -> None:
        while True:
            for lang, text in sentences:
                await self._say(lang, text)
            await asyncio.sleep(self._again_s)
