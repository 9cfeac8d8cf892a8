"""Tells the colleague's own voice from somebody else's, by the words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from hardware.speech import lexicon
from hardware.speech.languages import language
from hardware.speech.numbers import LARGEST, english_number, number_words

TAIL_S: Final = 0.25  # room and sound buffers: how long the colleague is still heard after the end
SAME_WORDS: Final = 0.5  # share of heard words that the colleague is saying: an echo
SAME_LETTERS: Final = 0.7  # share of heard letters, for words that were misheard or split
SHORTEST_RUN: Final = 3  # letters
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")


def heard_as(text: str, lang: str = "de") -> list[str]:
    """The words that a recogniser would write for a text spoken in that language."""
    in_words = english_number if language(lang).lexicon == "en" else number_words
    words: list[str] = []
    for word in _WORD.findall(lexicon.of(lang).spoken(text).lower()):
        is_number = word.isdecimal() and int(word) <= LARGEST
        words += in_words(int(word)).split() if is_number else [word]
    return words


def is_echo(heard: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the heard words are what was said, more or less."""
    if not heard or not said:
        return False
    known = set(said)
    if sum(word in known for word in heard) / len(heard) >= SAME_WORDS:
        return True
    letters, source = "".join(heard), "".join(said)
    runs = SequenceMatcher(None, letters, source, autojunk=False).get_matching_blocks()
    return sum(run.size for run in runs if run.size >= SHORTEST_RUN) / len(letters) >= SAME_LETTERS


@dataclass
class _Sentence:
    words: list[str]
    begins: float
    ends: float | None = None


class OwnVoice:
    """What the colleague said lately, and when; times are monotonic seconds.

    `tail_s`: how long it is still heard after the end.
    """

    def __init__(self) -> None:
        self.tail_s = TAIL_S
        self._sounds: deque[tuple[float, float]] = deque(maxlen=8)
        self._sentences: deque[_Sentence] = deque(maxlen=8)

    def set(self, text: str | None, at: float, lang: str = "de") -> None:
        """The sentence that sounds from `at` on in that language, or None."""
        if self._sentences and self._sentences[-1].ends is None:
            self._sentences[-1].ends = at
        if text is not None:
            self._sentences.append(_Sentence(heard_as(text, lang), at))

    def plays(self, begins: float, ends: float) -> None:
        """A piece sounds from when to when: the samples know it better than who tells the words."""
        self._sounds.append((begins, ends))

    def silent(self, at: float) -> None:
        """Nothing sounds from `at` on."""
        self._sounds = deque(((b, min(e, at)) for b, e in self._sounds), maxlen=self._sounds.maxlen)

    def sounds_at(self, at: float, tail: float | None = None) -> bool:
        """Whether the colleague can be heard at that moment."""
        tail = self.tail_s if tail is None else tail
        if any(begins <= at < ends + tail for begins, ends in self._sounds):
            return True
        return any(s.begins <= at and (s.ends is None or at < s.ends + tail) for s in self._sentences)

    def words_between(self, begin: float, end: float) -> list[str]:
        """What of the colleague's can be heard in that time."""
        return [
            word
            for s in self._sentences
            if s.begins <= end and (s.ends is None or begin < s.ends + self.tail_s)
            for word in s.words
        ]
